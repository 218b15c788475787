"""The project's own gold keeps its own rules: every span fits its text, every code exists, every weekday is that day."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from evals.floors import GOLD
from evals.mark import rows as marked_rows
from evals.measure import gold_interval, interval
from evals.predict import ROOT, read_rows

WEEKDAYS = {name: number for number, names in enumerate([
    ("Monday", "Montag", "lundi", "lunes"), ("Tuesday", "Dienstag", "mardi", "martes"), ("Wednesday", "Mittwoch", "mercredi", "miércoles"),
    ("Thursday", "Donnerstag", "jeudi", "jueves"), ("Friday", "Freitag", "vendredi", "viernes"), ("Saturday", "Samstag", "samedi", "sábado"),
    ("Sunday", "Sonntag", "dimanche", "domingo")]) for name in names}


def gold(name):
    return read_rows(GOLD / f"{name}.jsonl")


def spans():
    for row in gold("times"):
        yield from ((row["id"], row["text"], t, t["text"]) for t in row["timex"])
    for row in gold("places"):
        yield from ((row["id"], row["text"], t, t["text"]) for t in row["toponyms"])
    for row in gold("events"):
        yield from ((row["id"], row["text"], e, e["quote"]) for e in row["events"] + row["forbidden"])
    for row in gold("merge"):
        texts = {article["id"]: article["text"] for article in row["articles"]}
        yield from ((row["id"], texts[m["article"]], m, m["quote"]) for cluster in row["clusters"] for m in cluster)


def test_every_span_holds_its_words():
    wrong = [(row_id, quote) for row_id, text, at, quote in spans() if text[at["start"]:at["end"]] != quote]
    assert not wrong


@pytest.mark.parametrize("name", ["times", "places", "codes", "events", "incidents", "merge"])
def test_no_id_stands_twice(name):
    assert max(Counter(row["id"] for row in gold(name)).values()) == 1


def test_the_sets_are_as_large_as_promised():
    sizes = {name: len(gold(name)) for name in ("times", "places", "codes", "events", "merge", "pages")}
    assert sizes["times"] >= 60 and sizes["places"] >= 50 and sizes["codes"] >= 120 and sizes["events"] >= 10 and sizes["merge"] >= 30 and sizes["pages"] >= 14


def test_a_named_weekday_is_that_day_of_the_week():
    for row in gold("times"):
        for t in row["timex"]:
            if t["text"] in WEEKDAYS and len(t["value"]) == 10 and t["value"][0].isdigit():
                assert date.fromisoformat(t["value"]).weekday() == WEEKDAYS[t["text"]], (row["id"], t)


def test_every_date_of_an_event_is_a_stretch_of_the_calendar():
    for row in gold("events"):
        for event in row["events"]:
            if event["date"]:
                days = gold_interval(event["date"])
                assert days is not None and any(days), (row["id"], event["date"])
                assert None in days or days[0] < days[1], (row["id"], event["date"])


def test_every_code_is_cameo_and_every_root_has_sentences():
    with (ROOT / "transforms" / "lexicons" / "cameo" / "codes.csv").open(encoding="utf-8") as file:
        known = {row["code"] for row in csv.DictReader(file)}
    codes = [expected["code"] for row in gold("codes") for expected in row["expected"]]
    assert set(codes) <= known
    assert Counter(code[:2] for code in codes).keys() == {f"{root:02d}" for root in range(1, 21)}
    assert all(root in {f"{number:02d}" for number in range(1, 21)} for row in gold("events") for event in row["events"] for root in event["roots"])


def test_the_sides_of_a_deed_stand_in_its_sentence():
    for row in gold("codes"):
        for expected in row["expected"]:
            for side in ("source", "target"):
                assert expected[side].casefold() in row["text"].casefold(), (row["id"], side)


def test_countries_are_two_capitals_and_places_lie_on_the_globe():
    for row in gold("places"):
        for t in row["toponyms"]:
            assert t["country"] is None or (len(t["country"]) == 2 and t["country"].isupper())
            assert t["lat"] is None or (-90 <= t["lat"] <= 90 and -180 <= t["lon"] <= 180)
    for row in gold("events"):
        assert all(e["country"] is None or len(e["country"]) == 2 for e in row["events"]), row["id"]


def test_the_pages_of_the_gold_are_the_bundled_ones():
    for row in gold("pages"):
        assert (GOLD / row["file"]).resolve().is_file() and "sources/example" in str((GOLD / row["file"]).resolve())


def test_marked_text_becomes_a_row_with_spans():
    row, = marked_rows("times", ["@ 1999-06-14 en", "Troops came on [[Saturday|DATE 1999-06-12]]."])
    assert row["published"] == "1999-06-14"
    assert row["text"] == "Troops came on Saturday." and row["timex"] == [
        {"start": 15, "end": 23, "text": "Saturday", "type": "DATE", "value": "1999-06-12"}]
    assert interval(row["timex"][0]["value"]) == (date(1999, 6, 12), date(1999, 6, 13))


def test_the_gold_is_not_the_shared_gold():
    shared = Path(ROOT).parent / "shared" / "eval"
    if not shared.is_dir():
        pytest.skip("the shared gold is not here")
    others = {row["text"].strip() for path in shared.glob("*/*.jsonl") if path.parent.name in ("times", "places", "codes", "events")
              for row in read_rows(path) if "text" in row}
    for name in ("times", "places", "codes", "events", "incidents"):
        assert not {row["text"].strip() for row in gold(name)} & others
