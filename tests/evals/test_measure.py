"""The scorer is a judge, so it is judged: right answers reach the top, each kind of wrong one costs what it should."""

from __future__ import annotations

import copy
from datetime import date

import pytest

from evals import measure


def row(**values):
    return {"id": "1", "text": "On Sunday troops took the airfield.", **values}


SUNDAY = {"start": 3, "end": 9, "text": "Sunday", "type": "DATE", "value": "1999-06-13"}


@pytest.mark.parametrize(("value", "start", "end"), [
    ("1999-06-12", date(1999, 6, 12), date(1999, 6, 13)),
    ("1999-06-12T09:30", date(1999, 6, 12), date(1999, 6, 13)),
    ("2022-12", date(2022, 12, 1), date(2023, 1, 1)),
    ("2022-W30-WE", date(2022, 7, 30), date(2022, 8, 1)),
    ("2021-Q4", date(2021, 10, 1), date(2022, 1, 1)),
    ("2021-H1", date(2021, 1, 1), date(2021, 7, 1)),
    ("2021-WI", date(2021, 12, 1), date(2022, 3, 1)),
    ("199", date(1990, 1, 1), date(2000, 1, 1)),
    ("18", date(1800, 1, 1), date(1900, 1, 1)),
])
def test_a_calendar_value_names_its_days(value, start, end):
    assert measure.interval(value) == (start, end)


@pytest.mark.parametrize("value", ["P3D", "PAST_REF", "XXXX-WXX-7", "1999-02-31", "", None])
def test_what_names_no_days_has_no_interval(value):
    assert measure.interval(value) is None


def test_a_perfect_reading_of_times_scores_a_hundred():
    result = measure.times([row(timex=[SUNDAY])], [row(times=[SUNDAY])])
    assert set(result.figures.values()) == {100.0} and not result.errors


def test_a_wrong_value_costs_the_value_and_not_the_span():
    figures = measure.times([row(timex=[SUNDAY])], [row(times=[{**SUNDAY, "value": "1999-06-20"}])]).figures
    assert (figures["strict"], figures["value"], figures["interval"]) == (100.0, 0.0, 0.0)


def test_a_spurious_time_costs_precision():
    extra = {"start": 10, "end": 16, "type": "DATE", "value": "1999"}
    assert measure.times([row(timex=[SUNDAY])], [row(times=[SUNDAY, extra])]).figures["relaxed"] == pytest.approx(66.7)


def test_no_prediction_at_all_scores_zero():
    assert measure.times([row(timex=[SUNDAY])], []).figures["relaxed"] == 0.0


def test_a_place_far_away_is_matched_but_not_near():
    gold = row(toponyms=[{"start": 3, "end": 9, "text": "Sunday", "lat": 10.0, "lon": 10.0, "country": "NG"}])
    said = row(places=[{"start": 3, "end": 9, "lat": 12.0, "lon": 10.0, "country": "NG"}])
    figures = measure.places([gold], [said]).figures
    assert (figures["overlap"], figures["near"], figures["country"]) == (100.0, 0.0, 100.0)


def test_the_great_circle_is_measured_in_kilometres():
    assert measure.kilometres(0, 0, 0, 1) == pytest.approx(111.2, abs=0.1)


def test_a_bare_statement_beside_the_deed_is_no_error():
    gold = row(expected=[{"source": "troops", "target": "airfield", "code": "192"}])
    took = {"code": "192", "source_text": "troops", "target_text": "the airfield", "status": "asserted"}
    said = {"code": "010", "status": "asserted"}
    figures = measure.codes([gold], [row(events=[took, said])]).figures
    assert (figures["root"], figures["full"], figures["who"]) == (100.0, 100.0, 100.0)


def test_a_deed_with_the_sides_turned_round_is_not_who_did_what_to_whom():
    gold = row(expected=[{"source": "troops", "target": "airfield", "code": "192"}])
    took = {"code": "192", "source_text": "airfield", "target_text": "troops"}
    assert measure.codes([gold], [row(events=[took])]).figures["who"] == 0.0


def test_a_sentence_without_events_must_stay_quiet():
    assert measure.codes([row(expected=[])], [row(events=[{"code": "190"}])]).figures["quiet"] == 0.0
    assert measure.codes([row(expected=[])], [row(events=[{"code": "190", "status": "hypothetical"}])]).figures["quiet"] == 100.0


EVENT = {"quote": "troops took the airfield", "start": 10, "end": 34, "trigger": "took", "date": "1999-06-13", "roots": ["17", "19"],
         "source": ["RUS", "MIL"], "target": None, "place": None, "country": "XK", "status": "asserted", "optional": False}
SAID = {"start": 0, "end": 35, "trigger_start": 17, "trigger_end": 21, "code": "192", "source": "RUSMIL", "target": "", "country": "XK",
        "date_start": "1999-06-13", "date_end": "1999-06-14", "status": "claimed"}


def score_events(said, gold=EVENT, forbidden=()):
    return measure.events([row(events=[gold] if gold else [], forbidden=list(forbidden))], [row(events=said)]).figures


def test_a_perfect_event_scores_a_hundred():
    figures = score_events([SAID])
    assert all(figures[name] == 100.0 for name in ("event", "dated", "date", "source", "country", "status"))
    assert figures["forbidden"] == figures["spurious"] == figures["duplicates"] == 0


def test_a_wrong_date_costs_the_dated_event_only():
    figures = score_events([{**SAID, "date_start": "1999-06-20", "date_end": "1999-06-21"}])
    assert (figures["event"], figures["dated"], figures["date"]) == (100.0, 0.0, 0.0)


def test_an_undated_event_is_right_only_where_the_gold_is_undated():
    undated = {**SAID, "date_start": None, "date_end": None}
    assert score_events([undated])["dated"] == 0.0
    assert score_events([undated], {**EVENT, "date": None})["dated"] == 100.0


def test_a_second_coding_is_a_duplicate_and_one_elsewhere_spurious():
    figures = score_events([SAID, SAID, {**SAID, "trigger_start": 0, "trigger_end": 2}])
    assert (figures["duplicates"], figures["spurious"]) == (1, 1)


def test_an_event_on_a_forbidden_stretch_is_counted():
    assert score_events([SAID], None, [{"start": 10, "end": 34}])["forbidden"] == 1


def test_an_optional_event_is_no_miss_and_right_when_found():
    optional = {**EVENT, "optional": True}
    assert score_events([SAID], optional)["event"] == 100.0
    assert score_events([], optional)["date"] == 100.0


def test_open_intervals_hold_what_lies_on_their_side():
    later = measure.gold_interval("1999-06-13/..")
    assert later == (date(1999, 6, 13), None)
    assert measure.dates_agree(later, (date(2001, 1, 1), date(2001, 1, 2)))
    assert not measure.dates_agree(later, (date(1999, 6, 1), date(1999, 6, 2)))


def test_a_threat_stored_as_a_deed_is_counted():
    gold = row(incidents=[{"date_start": "1999-06-13", "date_end": "1999-06-13", "type": "Bombing", "stage": "THREATENED", "optional": False}])
    assert measure.incidents([gold], [row(events=[SAID])]).figures["threats"] == 100.0
    assert measure.incidents([gold], [row(events=[{**SAID, "status": "threatened"}])]).figures["threats"] == 0.0


def test_an_invented_date_is_counted_and_a_missing_one_is_not_right():
    gold = [{"file": "a", "title": "T", "text": "one two three four five", "date": None},
            {"file": "b", "title": "T", "text": "one two three four five", "date": "1999-06-12"}]
    said = [{**gold[0], "date": "2020-01-01"}, {**gold[1], "date": None}]
    figures = measure.pages(gold, said).figures
    assert (figures["text"], figures["title"], figures["date"], figures["invented"]) == (100.0, 100.0, 0.0, 1)


def test_a_short_line_of_furniture_is_not_found_inside_a_sentence():
    gold = [{"file": "a", "text": "World", "keep": False, "label": "nav"}, {"file": "a", "text": "The world was far away that year.", "keep": True, "label": "body"}]
    figures = measure.paragraphs(gold, [{"file": "a", "text": "The world was far away that year."}]).figures
    assert figures == {"kept": 100.0, "dropped": 100.0}


GROUP = {"id": "g", "note": "", "clusters": [[{"article": "a", "start": 0, "end": 4, "quote": "x"}, {"article": "b", "start": 0, "end": 4, "quote": "x"}],
                                             [{"article": "c", "start": 0, "end": 4, "quote": "x"}]]}


def merged(*ids):
    return [{"id": "g", "mentions": [{"article": article, "start": 1, "end": 3, "event_id": event} for article, event in zip("abc", ids, strict=False)]}]


def test_joined_and_apart_are_judged_one_by_one():
    assert measure.merging([GROUP], merged(1, 1, 2)).figures == {"found": 100.0, "joined": 100.0, "apart": 100.0}
    assert measure.merging([GROUP], merged(1, 2, 3)).figures["joined"] == 0.0
    assert measure.merging([GROUP], merged(1, 1, 1)).figures["apart"] == 0.0


def test_an_unread_mention_is_told_and_judges_nothing():
    figures = measure.merging([GROUP], merged(1, 1)).figures
    assert figures["found"] == pytest.approx(66.7) and figures["joined"] == 100.0


def test_measuring_changes_no_row():
    gold, said = row(events=[EVENT], forbidden=[]), row(events=[SAID])
    before = copy.deepcopy((gold, said))
    measure.events([gold], [said])
    assert (gold, said) == before
