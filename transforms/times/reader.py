"""The door: reads the time expressions of a text, with the anchors that the text and its publication day give."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import partial
from itertools import pairwise

from schemas.records import Reason, Reject, Span, Stage, TimeExpression
from transforms.times.calendars import OutOfCalendarError
from transforms.times.grammar import Grammar, Reading, grammar
from transforms.times.outlook import Outlooks
from transforms.times.phrases import Clock, Day, DayPart, Era, Fuzzy, NamedStep, Origin, Part, Step
from transforms.times.resolve import Meaning, Resolver
from transforms.times.tokens import Token, tokenize


class AnchorPolicy(StrEnum):
    """What year-less and relative dates are counted from."""

    NEWS = "news"                # the publication day
    NARRATIVE = "narrative"      # the date at which the story stands
    AUTO = "auto"                # NARRATIVE for a text that walks through dated history, else NEWS


Range = tuple[Span, Span, tuple[date, date]]


@dataclass(frozen=True, slots=True)
class TimeReading:
    """The time expressions of a text, sorted and not overlapping, and the dates that no calendar has."""

    expressions: tuple[TimeExpression, ...]
    rejects: tuple[Reject, ...]
    ranges: tuple[Range, ...] = ()       # the two ends of each range and the days from the first to the last


CHUNK_TOKENS = 2000        # grammar works on this many tokens at a time: memory stays flat on long texts


def read_times(
    text: str,
    anchor: date | None,
    *,
    language: str = "en",
    day_first: bool | None = None,
    policy: AnchorPolicy = AnchorPolicy.AUTO,
    ref: str = "",
) -> TimeReading:
    """The time expressions of a text.

    `anchor` is the publication day; without it only what dates itself gets days, the rest stays unresolved.
    `language` is ISO 639-1 (en, de, fr, es, sr, hr, bs; others are read as English). `day_first` is the order of
    03/04/2022 (None: month first in English, day first elsewhere). `ref` names the text in rejects.
    An impossible date becomes a Reject with its words, never the neighbouring day.
    """
    rules = grammar(language)
    readings = list(_read(text, rules))
    if day_first is None:
        day_first = rules.words.language != "en"
    is_narrative = policy is AnchorPolicy.NARRATIVE or (policy is AnchorPolicy.AUTO and walks_through_history(readings, anchor))
    resolver = Resolver(anchor, is_narrative, day_first)
    outlooks = Outlooks(text, rules.words.language)
    expressions: list[TimeExpression] = []
    rejects: list[Reject] = []
    for reading in readings:
        words = text[reading.start:reading.end]
        resolver.look = partial(outlooks.around, reading.start, reading.end)
        try:
            meaning = resolver.resolve(reading.phrase)
        except OutOfCalendarError:
            rejects.append(Reject(Stage.READ, Reason.IMPOSSIBLE_DATE, ref, detail=words))
            continue
        resolver.note(reading.phrase, meaning, not is_narrative or opens_sentence(text, reading.start))
        expressions.append(_expression(reading, words, meaning))
    return TimeReading(tuple(expressions), tuple(rejects), tuple(_ranges(text, expressions, rules)))


_OPENING = re.compile(r"(?:^|[.!?:\n][\"”’')\]]*\s+|\n)(?:\w+\s+){0,3}$")


def opens_sentence(text: str, start: int) -> bool:
    """Whether at most three words stand between the beginning of the sentence and a position."""
    return _OPENING.search(text[max(0, start - 40):start]) is not None or start == 0


def _expression(reading: Reading, words: str, meaning: Meaning) -> TimeExpression:
    return TimeExpression(
        Span(reading.start, reading.end), words, meaning.type, meaning.value, meaning.edtf, meaning.start, meaning.end,
        meaning.precision, meaning.modifier, meaning.anchor, reading.rule,
    )


def _read(text: str, rules: Grammar) -> Iterator[Reading]:
    chunk: list[Token] = []
    for token in tokenize(text, rules.words):
        chunk.append(token)
        # A chunk ends at a gap or a blank line: no phrase spans either.
        if len(chunk) >= CHUNK_TOKENS and ("gap" in token.kinds or "blank" in token.kinds or len(chunk) >= 2 * CHUNK_TOKENS):
            yield from rules.parse(chunk)
            chunk = []
    yield from rules.parse(chunk)


def walks_through_history(readings: list[Reading], anchor: date | None) -> bool:
    """Whether a text tells dated history: many dates carry their own past year, few are told from today."""
    dated, told = count_anchors(readings, anchor)
    return dated >= 5 and dated >= 3 * told


def count_anchors(readings: list[Reading], anchor: date | None) -> tuple[int, int]:
    """(dates with a year other than the publication's, dates told from the day of telling)."""
    dated = told = 0
    for reading in readings:
        phrase = reading.phrase
        while isinstance(phrase, Fuzzy | Clock | DayPart):
            inner = phrase.of if isinstance(phrase, Fuzzy) else phrase.on
            if inner is None:
                break
            phrase = inner
        match phrase:
            case Day(year=int(year)) if anchor is None or year != anchor.year:
                dated += 1
            case Part(year=Day(year=int(year))) if anchor is None or year != anchor.year:
                dated += 1
            case Era():
                dated += 1
            case Day(weekday=int(), month=None) | Step(origin=Origin.NOW) | NamedStep(origin=Origin.NOW):
                told += 1
    return dated, told


def range_of(reading: TimeReading, expression: TimeExpression) -> tuple[date, date] | None:
    """The whole half-open interval of "from 5 to 7 May" or "1991-95", for either of its two expressions.

    TimeML tags both ends as expressions of their own, and so does the reader; None for one that is in no range.
    """
    return next((days for left, right, days in reading.ranges if expression.span in (left, right)), None)


def _ranges(text: str, expressions: list[TimeExpression], rules: Grammar) -> Iterator[Range]:
    """Neighbours joined by a dash or "to", or by "and" after "between"."""
    for left, right in pairwise(expressions):
        if left.start is None or right.end is None or left.start >= right.end or right.span.start - left.span.end > 12:
            continue
        if text[left.span.end:right.span.start].isspace():
            continue
        joint = [token.kinds for token in tokenize(text[left.span.end:right.span.start], rules.words)]
        if not left.span.end < right.span.start or len(joint) != 1:
            continue
        if joint[0].keys() & {"to", "hyphen", "dash"} or ("and" in joint[0] and _after_between(text, left, rules)):
            yield left.span, right.span, (left.start, right.end)


def _after_between(text: str, left: TimeExpression, rules: Grammar) -> bool:
    before = list(tokenize(text[max(0, left.span.start - 20):left.span.start], rules.words))
    return bool(before) and "between" in before[-1].kinds
