"""The audit's rules judge what they say, warn or stop as declared, and never pass by not being asked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from schemas.expectations import (
    BATCH_RULES,
    AuditError,
    BatchRule,
    RowRule,
    drift_figures,
    drift_rules,
    expected_rules,
    judge_batch,
    judge_rows,
)
from schemas.source import Expect, Range, Source, SourceKind

SOURCE = Source("lantern", "The Lantern Post", SourceKind.FOLDER, "/nowhere", "en", "RS", "Europe/Belgrade")
USUAL = {"articles": 40, "empty_share": 0.1, "characters": 3000.0, "dated_share": 0.8, "languages": {"en": 0.9, "fr": 0.1},
         "date_bases": {"text": 0.5, "publication": 0.5}}


def alarms(now: dict, history: int = 10, source: Source = SOURCE) -> dict[str, bool]:
    figures = {**USUAL, **now}
    figures |= drift_figures(figures, [USUAL] * history)
    numbers = {name: value for name, value in figures.items() if value is None or isinstance(value, int | float)}
    return {each.rule: each.stops for each in judge_batch(numbers, drift_rules(source))}


def test_a_usual_night_raises_no_alarm() -> None:
    assert alarms({}) == {}


@pytest.mark.parametrize(("now", "rule"), [
    ({"empty_share": 0.5}, "drift_empty"), ({"characters": 900.0}, "drift_characters"), ({"characters": 9000.0}, "drift_characters"),
    ({"dated_share": 0.3}, "drift_dated"), ({"languages": {"en": 0.4, "fr": 0.6}}, "drift_languages"), ({"languages": {"de": 1.0}}, "drift_languages"),
    ({"date_bases": {"publication": 1.0}}, "drift_date_bases")])
def test_a_night_unlike_the_last_ones_raises_the_alarm_of_its_figure(now: dict, rule: str) -> None:
    assert alarms(now) == {rule: False}


def test_an_alarm_stops_the_load_where_the_source_says_so() -> None:
    assert alarms({"empty_share": 0.9}, source=replace(SOURCE, expect=Expect(drift_stops=True))) == {"drift_empty": True}


def test_too_short_a_history_or_too_few_articles_say_nothing() -> None:
    assert alarms({"empty_share": 0.9}, history=6) == {}
    assert alarms({"empty_share": 0.9, "articles": 9}) == {}


@pytest.mark.parametrize(("figures", "broken"), [
    ({"pages": 20, "article_share": 0.09}, ["pages_become_articles"]), ({"pages": 20, "article_share": 0.1}, []), ({"pages": 19, "article_share": 0.0}, []),
    ({"mentions": 50, "dated_share": 0.09}, ["mentions_are_dated"]), ({"mentions": 50, "dated_share": None}, []),
    ({"history": 7, "usual_listed": 40, "volume_ratio": 0.05}, ["volume_as_usual"]), ({"history": 6, "usual_listed": 40, "volume_ratio": 0.05}, []),
    ({"pages": 5, "failed_share": 0.4}, ["our_code_holds"])])
def test_batch_rules_speak_from_their_floor_on(figures: dict, broken: list[str]) -> None:
    assert [each.rule for each in judge_batch(figures, BATCH_RULES)] == broken


def test_a_sources_ranges_become_rules_that_warn_or_stop() -> None:
    rules = expected_rules(replace(SOURCE, expect=Expect(pages=Range(10, 20), dated_share=Range(0.5, None), stops=True)))
    assert [(rule.name, rule.stops) for rule in rules] == [("expect_pages", True), ("expect_dated_share", True)]
    [told] = judge_batch({"pages": 25, "dated_share": 0.6}, rules)
    assert told.rule == "expect_pages" and "it is 25, expected 10 to 20" in told.detail


def test_an_audit_that_cannot_be_done_does_not_pass() -> None:
    import pandas as pd

    frame = pd.DataFrame([{"mention_id": "a", "code": "01"}])
    with pytest.raises(AuditError, match="without rules"):
        judge_rows(frame, "events", "event_id")
    with pytest.raises(AuditError, match="without rules"):
        judge_batch({"pages": 1}, ())
    no_column = RowRule("broken", "mentions", "ExpectColumnValuesToNotBeNull", {"column": "no_such_column"}, "x", "x")
    with pytest.raises(AuditError, match="broken could not be judged"):
        judge_rows(frame, "mentions", "mention_id", [no_column])
    with pytest.raises(AuditError, match="could not be judged"):
        judge_batch({"pages": "many"}, [BatchRule("odd", "pages", Range(1, None), "x", "x")])  # type: ignore[dict-item]
