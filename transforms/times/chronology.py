"""Chronologies: texts in which a date heads what happened then, with no word to tie them.

Two forms. A heading stands alone on its line, or with a title, and covers the paragraphs under it ("1999", "March 2011:"); an entry
opens a line or sentence and covers what follows in its paragraph ("Oct 1: Troops enter ...", "* May 2014 - Rebels ...",
"Aug 21, 2013 Hundreds flee ..."). A text with fewer than MIN_HEADS of them is ordinary prose.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from transforms.times.grammar import Reading
from transforms.times.phrases import Day, Feast, Part, Phrase

ENTRY = "entry"              # the rules under which such dates are read: of the rest of a paragraph,
HEADING = "heading"          # and of the paragraphs that follow
MIN_HEADS = 3

_LINE = re.compile(r"\n[^\w\n]{0,4}\Z")                                    # bullets may stand before
_SENTENCE = re.compile(r"[.!?][\"”’')]?\s+\Z")
_ALONE = re.compile(r"[ \t]*[:.]?[ \t]*(?:\n|\Z)|(?::|[ \t][-–—])[ \t][^\n]{1,60}(?<![.!?\"”])(?:\n|\Z)")     # or with a title
_SEPARATED = re.compile(r"[ \t]*(?::|[-‐‑–—]{1,2}(?=[ \t])|\.(?=[ \t]))")
_UNTIED = re.compile(r" [\"“]?[A-Z]")                                  # "Aug 21, 2013 Hundreds flee"
_RANGE = re.compile(r"[ \t]*(?:[-‐‑–—]|to)[ \t]*")
_DAY_LINE = re.compile(r"\n[^\w\n]{0,4}(\d{1,2})(?=(?:[-–]\d{1,2})?[ \t]*(?::|[-–—][ \t]))")


@dataclass(frozen=True, slots=True)
class Chronology:
    """The readings of a text, and by their starts which of them are heads: ENTRY or HEADING."""

    readings: list[Reading]
    heads: dict[int, str]


def chronology(text: str, readings: list[Reading]) -> Chronology:
    """The chronology that a text is or ends with. Days told by their number under a month ("- 15: ...") become readings."""
    heads = dict(_heads(text, readings))
    days = list(_days_of_months(text, readings, heads))
    if len({reading.phrase for reading in readings if reading.start in heads}) + len(days) < MIN_HEADS:
        return Chronology(readings, {})
    return Chronology(sorted([*readings, *days], key=lambda one: one.start), heads | {day.start: ENTRY for day in days})


def _heads(text: str, readings: Sequence[Reading]) -> Iterator[tuple[int, str]]:
    for number, reading in enumerate(readings):
        if not _is_calendar(reading.phrase):
            continue
        before = ("\n" + text[max(0, reading.start - 8):reading.start])[-8:]
        opens_line = _LINE.search(before) is not None
        if not (opens_line or _SENTENCE.search(before)):
            continue
        end = _range_end(text, readings, number)
        if opens_line and _ALONE.match(text, end):
            yield reading.start, HEADING
        elif _SEPARATED.match(text, end) or _UNTIED.match(text, end):
            yield reading.start, ENTRY


def _is_calendar(phrase: Phrase) -> bool:
    """A date of the calendar, said or half said; a weekday or a clock is none."""
    return isinstance(phrase, Part | Feast) or (isinstance(phrase, Day) and (phrase.year or phrase.month) is not None)


def _range_end(text: str, readings: Sequence[Reading], number: int) -> int:
    """Where a date ends, with the other end of "Dec 30-Jan 1"."""
    end = readings[number].end
    following = readings[number + 1] if number + 1 < len(readings) else None
    return following.end if following is not None and _RANGE.fullmatch(text, end, following.start) else end


def _days_of_months(text: str, readings: Sequence[Reading], heads: dict[int, str]) -> Iterator[Reading]:
    """Lines that begin with the number of a day, under the heading of a month."""
    taken = {reading.start for reading in readings}
    months = [reading for reading in readings if heads.get(reading.start) == HEADING]
    for month, following in pairwise([*months, None]):
        assert month is not None
        if not (isinstance(month.phrase, Day) and month.phrase.month and not month.phrase.day):
            continue
        for found in _DAY_LINE.finditer(text, month.end, following.start if following else len(text)):
            if 1 <= int(found[1]) <= 31 and found.start(1) not in taken:
                yield Reading(found.start(1), found.end(1), "DAY", Day(day=int(found[1])), ENTRY)
