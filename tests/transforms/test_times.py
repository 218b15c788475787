"""What a time phrase in English news must come out as."""

from __future__ import annotations

from datetime import date

import pytest

from schemas.records import Reason, TimexType
from transforms.times.reader import read_times

WEDNESDAY = date(2022, 8, 3)


def values(text: str, anchor: date | None = WEDNESDAY) -> list[tuple[str, str]]:
    return [(one.text, one.value) for one in read_times(text, anchor).expressions]


@pytest.mark.parametrize(("text", "words", "value"), [
    ("Troops arrived on 12 June 1999 at Pristina airport.", "12 June 1999", "1999-06-12"),
    ("The move was announced on July 31.", "July 31", "2022-07-31"),
    ("Police fired tear gas on Sunday.", "Sunday", "2022-07-31"),
    ("It was decided in April 2022 by the government.", "April 2022", "2022-04"),
    ("Belgrade never accepted Kosovo's 2008 declaration.", "2008", "2008"),
    ("Talks failed in late May.", "late May", "2022-05"),
    ("Wars of the 1990s still divide them.", "the 1990s", "199"),
    ("Much changed over the past 20 years.", "the past 20 years", "P20Y"),
    ("The rule applies from August 1.", "August 1", "2022-08-01"),
    ("They signed in September 2020 in Washington.", "September 2020", "2020-09"),
])
def test_phrase_has_the_value_its_words_give(text: str, words: str, value: str) -> None:
    assert (words, value) in values(text)


def test_31_february_is_a_reject_and_never_its_neighbour() -> None:
    reading = read_times("It happened on 31 February 2020.", WEDNESDAY, ref="a1")
    assert not [one for one in reading.expressions if one.start]
    assert [(one.reason, one.ref, one.detail) for one in reading.rejects] == [(Reason.IMPOSSIBLE_DATE, "a1", "31 February 2020")]


def test_duration_has_no_days() -> None:
    (one,) = read_times("It lasted for three weeks.", WEDNESDAY).expressions
    assert (one.type, one.start, one.end) == (TimexType.DURATION, None, None)
