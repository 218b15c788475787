"""What a time phrase says, before anybody asks when it was said: the typed output of the grammar.

A phrase knows the words' own content only ("Friday", "two days earlier", "the third quarter of that year");
`resolve` turns it into days with the anchors of the text.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from schemas.records import Modifier


class Origin(StrEnum):
    """What a relative phrase counts from."""

    NOW = "now"              # the moment of telling: ago, last week, tomorrow
    STORY = "story"          # the date that the story stands at: a day earlier, that year, the next day


@dataclass(frozen=True, slots=True)
class Day:
    """A calendar date with any of its parts unsaid; `is_short_year` marks '98.

    `is_maybe_bc` marks a bare year of three digits, which is a year in a text that counts before Christ, else a number.
    """

    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None           # ISO, Monday = 1
    is_bc: bool = False
    is_short_year: bool = False
    is_maybe_bc: bool = False
    is_ambiguous: bool = False           # 03/04/2022: month and day may stand the other way round


@dataclass(frozen=True, slots=True)
class Era:
    """A decade (unit 10) or century (unit 100) by its first year."""

    first_year: int
    unit: int
    is_short_year: bool = False          # "the nineties"
    is_bc: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """A quarter (Q1-Q4), half (H1, H2), season (SP, SU, FA, WI) or the end (YE) of a year, said or not."""

    code: str
    year: Phrase | None = None


@dataclass(frozen=True, slots=True)
class Feast:
    """A holiday of times_holidays.csv."""

    name: str
    year: Phrase | None = None
    step: int | None = None              # last Christmas = -1, next Easter = 1


@dataclass(frozen=True, slots=True)
class Step:
    """A calendar unit counted from an origin: last week = Step(-1, "W", NOW), that year = Step(0, "Y", STORY)."""

    count: int
    unit: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class NamedStep:
    """A weekday, month or season with last, this or next."""

    count: int
    named: Day | Part
    origin: Origin = Origin.NOW


@dataclass(frozen=True, slots=True)
class Shift:
    """So many units before or after an origin or another phrase; count None = an unknown number."""

    count: float | None
    unit: str
    sign: int                            # -1 before, +1 after
    origin: Origin
    base: Phrase | None = None


@dataclass(frozen=True, slots=True)
class Within:
    """A month, weekday or unit inside a longer phrase: June of that year, Friday next week."""

    inner: Phrase
    outer: Phrase


@dataclass(frozen=True, slots=True)
class Nth:
    """The nth week, day, month or weekday of a longer unit; -1 is the last."""

    number: int
    unit: str                            # D, W, M, or the ISO number of a weekday
    outer: Phrase


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day, on a day said or not. `zone_minutes` is the offset from UTC."""

    hour: int
    minute: int | None = None
    second: int | None = None
    zone_minutes: int | None = None
    on: Phrase | None = None
    is_of_half: bool = False             # "10 o'clock", of the morning or the evening


@dataclass(frozen=True, slots=True)
class DayPart:
    """A morning (MO), afternoon (AF), evening (EV) or night (NI) of a day said or not."""

    code: str
    on: Phrase | None = None


@dataclass(frozen=True, slots=True)
class Fuzzy:
    """Early, mid, late, about, before or after a phrase; within it, "later on Monday" is still Monday, unlike "post-1990"."""

    modifier: Modifier
    of: Phrase
    is_within: bool = True


@dataclass(frozen=True, slots=True)
class Length:
    """A duration; count None = an unknown number ("for years")."""

    count: float | None
    unit: str
    modifier: Modifier = Modifier.NONE


@dataclass(frozen=True, slots=True)
class Ahead:
    """ "in two weeks": the day to come where the clause looks ahead, else a length."""

    length: Length


@dataclass(frozen=True, slots=True)
class Every:
    """A repetition: value by TIMEX3 (P1D, XXXX-WXX-7, XXXX-05)."""

    value: str


@dataclass(frozen=True, slots=True)
class Vague:
    """PAST_REF, PRESENT_REF or FUTURE_REF."""

    value: str


Phrase = (Day | Era | Part | Feast | Step | NamedStep | Shift | Within | Nth | Clock | DayPart | Fuzzy | Length | Ahead | Every | Vague)


OVERNIGHT = Step(0, "NI", Origin.NOW)


def unwrapped(phrase: Phrase) -> Phrase:
    """The date within "late May", "10 p.m. on 3 May" or "the morning of 3 May"."""
    while isinstance(phrase, Fuzzy | Clock | DayPart):
        inner = phrase.of if isinstance(phrase, Fuzzy) else phrase.on
        if inner is None:
            break
        phrase = inner
    return phrase


# How many of which finer unit make one: a year is twelve months.
FINER = {"Y": (12, "M"), "TH": (60, "TM"), "TM": (60, "TS")}


def period_value(count: float | None, unit: str) -> str:
    """TIMEX3 value of a duration: P3D, PT2H, P20Y (two decades), PXM (unknown count), P2Y6M (two and a half years)."""
    if unit in ("10Y", "100Y", "1000Y"):                 # so many decades or centuries are still years
        unit = "Y"
    clock = {"TH": "H", "TM": "M", "TS": "S"}.get(unit)
    designator = clock or {"E": "DE", "C": "CE"}.get(unit, unit)
    prefix = "PT" if clock else "P"
    if count is None:
        return f"{prefix}X{designator}"
    whole, rest = int(count), count - int(count)
    many, finer = FINER.get(unit, (0, ""))
    if rest and many and abs(rest * many - round(rest * many)) < 1e-6:
        tail = f"{round(rest * many)}{finer[-1]}"
        return f"{prefix}{whole}{designator}{tail}" if whole else f"{prefix}{tail}"
    if rest:
        return f"{prefix}{count:.2f}".rstrip("0") + designator
    return f"{prefix}{whole}{designator}"
