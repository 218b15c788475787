"""What must hold for every text, however hostile: spans inside, no overlap, no crash, linear time."""

from __future__ import annotations

import json
import time
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.records import Anchor, Reason
from transforms.times.reader import AnchorPolicy, range_of, read_times

PIECES = st.sampled_from(
    ["May", "march", "3", "12", "31", "1999", "'98", "1990s", "45", ",", ".", "-", "–", "/", ":", "the", "a", "of", "in", "on", "from", "to", "and", "between", "last", "next", "this", "early", "late", "about", "Sunday", "Mondays", "weekend", "week", "weeks", "days", "year", "years", "quarter", "first", "second", "half", "ago", "earlier", "later", "before", "after", "every", "morning", "noon", "10:30", "p.m.", "GMT", "BC", "century", "Christmas", "now", "recently", "yesterday", "2022-02-31", "31/12/99", "--", "\n\n", "\n", "will", "met"]
)
TEXTS = st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=40).map(" ".join), st.lists(PIECES, max_size=40).map("".join))
ANCHORS = st.one_of(st.none(), st.dates(min_value=date(1, 1, 1), max_value=date(9999, 12, 31)))
LANGUAGES = st.sampled_from(["en", "de", "fr", "es", "sr", "hr", "xx", ""])


@settings(max_examples=300, deadline=None)
@given(text=TEXTS, anchor=ANCHORS, language=LANGUAGES, policy=st.sampled_from(AnchorPolicy))
def test_expressions_are_sorted_apart_and_quote_the_text(text: str, anchor: date | None, language: str, policy: AnchorPolicy) -> None:
    reading = read_times(text, anchor, language=language, policy=policy)
    position = 0
    for one in reading.expressions:
        assert position <= one.span.start < one.span.end <= len(text)
        assert one.span.of(text) == one.text
        position = one.span.end
        if one.start is not None and one.end is not None:
            assert one.start < one.end
        if one.anchor is Anchor.PUBLICATION:
            assert anchor is not None
        days = range_of(reading, one)
        assert days is None or days[0] < days[1]
    assert all(one.reason is Reason.TEXT_TOO_LONG or one.detail in text for one in reading.rejects)


@settings(max_examples=150, deadline=None)
@given(day=st.dates(min_value=date(1000, 1, 1), max_value=date(2199, 12, 31)), anchor=ANCHORS)
def test_full_date_means_itself_whatever_the_anchor(day: date, anchor: date | None) -> None:
    for text in (f"on {day.isoformat()} it", f"on {day.day} {day:%B} {day.year:04d} it", f"on {day:%B} {day.day}, {day.year:04d}, it"):
        (one,) = read_times(text, anchor).expressions
        assert (one.start, one.value) == (day, day.isoformat())


@settings(max_examples=100, deadline=None)
@given(anchor=st.dates(min_value=date(1900, 1, 8), max_value=date(2100, 1, 1)), weekday=st.integers(1, 7))
def test_bare_weekday_is_within_the_week_before_publication(anchor: date, weekday: int) -> None:
    name = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"][weekday - 1]
    (one,) = read_times(f"He was shot on {name}.", anchor).expressions
    assert one.start is not None and one.start.isoweekday() == weekday
    assert 0 <= (anchor - one.start).days < 7


@settings(max_examples=60, deadline=None)
@given(text=TEXTS, anchor=ANCHORS)
def test_reading_twice_gives_the_same(text: str, anchor: date | None) -> None:
    assert read_times(text, anchor) == read_times(text, anchor)


MEGABYTE = 1_000_000
HOSTILE = {
    "digits": "1" * MEGABYTE, "spaced digits": "1 " * (MEGABYTE // 2), "dashes": "-" * MEGABYTE, "digits and dashes": "1-" * (MEGABYTE // 2),
    "ISO-like": "1999-12-" * (MEGABYTE // 8), "colons": "12:" * (MEGABYTE // 3), "dots": "1." * (MEGABYTE // 2),
    "slashes": "1/" * (MEGABYTE // 2), "month names": "May " * (MEGABYTE // 4), "dates": "May 3 1999 " * (MEGABYTE // 11), "small months": "march " * (MEGABYTE // 6),
    "months and dashes": "June-" * (MEGABYTE // 5), "January": "January " * (MEGABYTE // 8), "newlines": "\n" * MEGABYTE,
    "spaces": " " * MEGABYTE, "quotes": "'" * MEGABYTE, "the": "the " * (MEGABYTE // 4), "one word": "x" * MEGABYTE,
    "past tense": "ed " * (MEGABYTE // 3), "phrase beginnings": "a few " * (MEGABYTE // 6), "money": "$1," * (MEGABYTE // 3),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
def test_a_megabyte_of_junk_is_read_in_linear_time(name: str) -> None:
    # Processor time, not the clock on the wall: other tests may share the machine.
    text = HOSTILE[name]
    read_times("warm 3 May 2022", date(2022, 8, 3))
    started = time.process_time()
    read_times(text, date(2022, 8, 3))
    assert time.process_time() - started < 2.0


def test_a_run_of_dates_without_words_is_left_unread_and_said_so() -> None:
    text = "He was shot on 3 May 2022. " + "4 May 2022 " * 500 + "and died on 5 May 2022."
    reading = read_times(text, None)
    assert [one.value for one in reading.expressions][-1] == "2022-05-05"
    assert [one.reason for one in reading.rejects] == [Reason.TEXT_TOO_LONG]


def test_a_long_timeline_with_words_is_read_whole() -> None:
    text = " ".join(f"On {day} May 2022 shells fell." for day in range(1, 32)) * 20
    assert len(read_times(text, None).expressions) == 31 * 20


GOLD = Path(__file__).parents[2] / "evals" / "gold"
ANCHORS = (None, date(1, 1, 1), date(1900, 2, 28), date(2000, 12, 30), date(2024, 1, 31), date(2024, 2, 29), date(9999, 12, 31))


@pytest.mark.parametrize("name", ["times", "times_en", "times_de", "times_fr", "times_es", "times_sh", "times_wars"])
def test_no_day_of_publication_breaks_the_reader(name: str) -> None:
    for line in (GOLD / f"{name}.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        for anchor in ANCHORS:
            for one in read_times(row["text"], anchor, language=row["language"]).expressions:
                assert one.start is None or one.end is None or one.start < one.end
