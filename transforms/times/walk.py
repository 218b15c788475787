"""Which years the year-less dates of a history are of: the walk through time that goes back least.

A history names a year now and then, and goes on with days and months. Read one by one, a single misstep ("since the
spring", told in autumn) would take all that follows into the wrong year, until a year is named again. So the dates of a
text are read together: each either carries the story on, or is named in passing; going forward costs its months, going
back costs more, and of all readings of the whole text the cheapest is taken (Viterbi's way, with few states a step).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import partial

from schemas.records import Precision
from transforms.times import calendars
from transforms.times.antiquity import is_ancient
from transforms.times.calendars import Days, OutOfCalendarError
from transforms.times.grammar import Reading
from transforms.times.outlook import Outlook, Outlooks
from transforms.times.phrases import (
    Day,
    Feast,
    NamedStep,
    Nth,
    Origin,
    Part,
    Phrase,
    Shift,
    Step,
    Within,
    unwrapped,
)

# Costs, in months that the story goes ahead.
BACK = 0.7                # a month back,
TURN = 3.0                # and that the story turns back at all
LEAP = 8.0                # a date with its year may lie anywhere,
SAID_AHEAD = 0.1          # and goes ahead almost freely,
LEAP_AHEAD = 1.5          # however far
ASIDE = 9.0               # a date that tells of another time than what follows
OPENING_ASIDE = 15.0      # where it opens its sentence
LIGHT_ASIDE = 3.0         # a bare year, not at the beginning of its sentence
MEANT_ASIDE = 1.0         # "had fallen in May", "since May",
FAR_ASIDE = 0.3           # and each month that it lies away
OUTSIDE_YEAR = 2.0        # a bare year outside of the time that the text is about,
OUTSIDE_DATE = 6.0        # and a date there
STRAY = 2.0               # a day without its year that is not of that time
NEW_LEAP = 5.0            # a new section may begin anywhere,
NEW_ASIDE = 3.0           # and its first date is hardly named in passing
COUNTED_ASIDE = 2.5       # "ten months later"
COUNTED_YEARS = 8.0       # going on by whole years, in which all months are open

# The time that a text is about.
ERA_GAP = 6               # years between two of its dates
ERA_DATES = 4             # fewer make no such time
LEAD, TAIL = 3, 18        # months before the first and after the last that are still of it
YEAR_DAYS = 300           # what lasts longer is a year
STATES = 8                # readings of the text so far that are followed up

_LOOKS_BACK = re.compile(r"\b(?:had|having|since)\b[^.;:,\n]*\Z")
_HAD = re.compile(r"[^.;:\n]{0,80}?\bhad\b")
_UNTIL = re.compile(r"\b(?:until|till)\b[^.;:,\n]*\Z")
_DESCRIBED = re.compile(r"\w[,(] ?(?:who|which|whose|where|\w+ly )?(?:\w+(?:ed|en|wn)|born|built|held|led|made|sent|set|won)\b[^.;:,\n]*\Z")
_WOULD = re.compile(r"\b(?:would|(?:was|were) to)\b[^.;:\n]*\Z")
OWNER = re.compile(r"(?:\b(?:an?|the|its|his|her|their)|['’]s?) \Z", re.I)        # "the 1949 population"
_HEADING = re.compile(r"(?:\A|\n)[^\n.]{0,60}\Z")
_NEW_SECTION = re.compile(r"\n[^\n.]{1,60}\n")
_HEADING_END = re.compile(r"[^\n.]{0,60}(?:\n|\Z)")
_OPENING = re.compile(r"(?:^|[.!?:\n][\"”’')\]]*\s+(?![a-zčćđšž])|\n)(?:\w+\s+){0,3}$")


@dataclass(frozen=True, slots=True)
class Stop:
    """Where a date stands in the walk: its year if the words leave it out, and whether the story goes there."""

    year: int | None
    moves: bool


Way = tuple[Days | None, float, Stop | None]


@dataclass(frozen=True, slots=True)
class Path:
    """A reading of the text so far: where the story stands, what it has cost, and its last stop, linked to those before."""

    at: Days | None
    cost: float
    start: int
    stop: Stop | None
    before: Path | None


BEGINNING = Path(None, 0.0, 0, None, None)


def grown(paths: Sequence[Path], start: int, ways: Callable[[Days | None], Sequence[Way]]) -> list[Path]:
    """The paths after the reading at `start`, cheapest first: of those that lead to one place the cheapest, and no more than STATES."""
    best: dict[Days | None, Path] = {}
    for path in paths:
        for at, cost, stop in ways(path.at):
            total = path.cost + cost
            if at not in best or total < best[at].cost:
                best[at] = Path(at, total, start, stop, path)
    return sorted(best.values(), key=lambda each: each.cost)[:STATES]


def traced(path: Path) -> Iterator[Path]:
    """A path from its end to its beginning."""
    here: Path | None = path
    while here is not None:
        yield here
        here = here.before


def walk(text: str, readings: Sequence[Reading], outlooks: Outlooks) -> dict[int, Stop]:
    """By the start of each reading that names a year, or a month, season, feast or day of a year unsaid, its stop in the walk."""
    paths = [BEGINNING]
    ground = _Ground(text, outlooks, _era(readings))
    end = 0                   # of the date before
    for reading in readings:
        opens_section = _NEW_SECTION.search(text, end, reading.start) is not None
        end = reading.end
        paths = grown(paths, reading.start, partial(ground.ways, reading, opens_section))
    return {path.start: path.stop for path in traced(paths[0]) if path.stop is not None}


def _era(readings: Sequence[Reading]) -> Days | None:
    """The time that a text is about: from the first to the last of most of its dates that name month and year.

    A text that counts before Christ is about no time of today.
    """
    dates: list[Days] = []
    for reading in readings:
        with suppress(OutOfCalendarError):
            if (days := said(unwrapped(reading.phrase))) is not None:
                dates.append(days)
    dates.sort()
    if dates and is_ancient(dates[-1][0]):
        return next(days[0] for days in dates if is_ancient(days[0])), date.max
    dates = [days for days in dates if (days[1] - days[0]).days < YEAR_DAYS]
    eras: list[list[Days]] = []
    for days in dates:
        if not eras or days[0].year - eras[-1][-1][0].year > ERA_GAP:
            eras.append([])
        eras[-1].append(days)
    longest = max(eras, key=len, default=[])
    if len(longest) < ERA_DATES:
        return None
    try:
        return calendars.add_months(longest[0][0], -LEAD), calendars.add_months(longest[-1][0], TAIL)
    except OutOfCalendarError:
        return None


@dataclass(frozen=True, slots=True)
class _Ground:
    """What a walk goes over: the text, how its clauses look at their dates, and the time that it is about, if it keeps to one."""

    text: str
    outlooks: Outlooks
    era: Days | None

    def ways(self, reading: Reading, opens_section: bool, at: Days | None) -> list[Way]:
        """Where the story may stand after a reading, what that costs, and the stop that the reading is then."""
        phrase = unwrapped(reading.phrase)
        try:
            if (dated := said(phrase)) is not None:
                return self._to_said(reading, dated, at, opens_section)
            if at is None:
                return [(None, 0.0, None)]
            options = unsaid(phrase, at)
            if options is None:
                to = moved(phrase, at)
                return self._to_counted(reading, phrase, at, to) if to != at and isinstance(phrase, Shift) else [(to, 0.0, None)]
        except OutOfCalendarError:
            return [(at, 0.0, None)]
        looks_back = _LOOKS_BACK.search(self._before(reading)) is not None or _HAD.match(self.text, reading.end) is not None
        ways: list[Way] = []
        for year, days in options:
            ways.append((days, _cost(at, days) + STRAY * self._is_outside(days), Stop(year, True)))
            if looks_back and days[0] < at[1]:
                ways.append((at, MEANT_ASIDE + FAR_ASIDE * max(0.0, months(days[0], at[0])), Stop(year, False)))
            elif days[1] > at[0] and self._is_ahead(reading):
                ways.append((at, MEANT_ASIDE + FAR_ASIDE * max(0.0, months(at[1], days[0])), Stop(year, False)))
        return ways

    def _to_counted(self, reading: Reading, phrase: Shift, at: Days, moved: Days) -> list[Way]:
        """ "Ten months later": the story goes on from there, or only looks ahead, more often so where whole years are counted."""
        opens = opens_sentence(self.text, reading.start)
        cost = min(LEAP_AHEAD, SAID_AHEAD * _cost(at, moved)) + STRAY * self._is_outside(moved) + COUNTED_YEARS * (phrase.unit == "Y" and not opens)
        aside = OPENING_ASIDE if opens else MEANT_ASIDE if self._is_ahead(reading) else COUNTED_ASIDE
        return [(moved, cost, Stop(None, True)), (at, aside, Stop(None, False))]

    def _to_said(self, reading: Reading, days: Days, at: Days | None, opens_section: bool) -> list[Way]:
        if at is None or _is_heading(self.text, reading):
            return [(days, 0.0, Stop(None, True))]
        if days[0] <= at[0] and at[1] <= days[1]:
            return [(at, 0.0, None)]
        before, cost = self._before(reading), _cost(at, days)
        if days[0] < at[0]:
            cost = min(NEW_LEAP if opens_section else LEAP, cost)
        else:
            cost = min(LEAP_AHEAD, SAID_AHEAD * cost) + TURN * (_WOULD.search(before) is not None)
        aside = self._aside(reading, days, before, days[0] < at[0])
        return [(days, cost, Stop(None, True)), (at, max(aside, NEW_ASIDE) if opens_section else aside, Stop(None, False))]

    def _aside(self, reading: Reading, days: Days, before: str, is_back: bool) -> float:
        """What it costs that a date with its year is only named in passing."""
        opens = opens_sentence(self.text, reading.start)
        is_year = isinstance(reading.phrase, Day) and reading.phrase.month is None
        is_owned = is_year and OWNER.search(before) is not None and self.text[reading.end:reading.end + 2].strip().islower()
        if is_owned or (_LOOKS_BACK.search(before) is not None if is_back else not opens and self._is_ahead(reading)):
            aside = MEANT_ASIDE
        elif (is_year and not opens) or _UNTIL.search(before) is not None or self._is_of_a_subject(reading, before):
            aside = LIGHT_ASIDE
        else:
            aside = OPENING_ASIDE if opens else ASIDE
        return min(aside, OUTSIDE_YEAR if is_year else OUTSIDE_DATE) if self._is_outside(days) else aside

    def _is_outside(self, days: Days) -> bool:
        return self.era is not None and not (days[0] < self.era[1] and self.era[0] < days[1])

    def _is_ahead(self, reading: Reading) -> bool:
        return self.outlooks.around(reading.start, reading.end) is Outlook.AHEAD

    def _before(self, reading: Reading) -> str:
        return self.text[max(0, reading.start - 100):reading.start]

    def _is_of_a_subject(self, reading: Reading, before: str) -> bool:
        """ "The league, founded at Lyon in May 1931, filled the void": what somebody had been or done."""
        return _DESCRIBED.search(before) is not None and self.text[reading.end:reading.end + 1] in (",", ")")


def _is_heading(text: str, reading: Reading) -> bool:
    """Whether a date stands in a line of its own or in a title."""
    return _HEADING.search(text, max(0, reading.start - 62), reading.start) is not None and _HEADING_END.match(text, reading.end) is not None


def opens_sentence(text: str, start: int) -> bool:
    """Whether at most three words stand between the beginning of the sentence and a position."""
    return _OPENING.search(text[max(0, start - 40):start]) is not None or start == 0


def months(start: date, end: date) -> float:
    return (end - start).days / 30.4


def _cost(at: Days, to: Days) -> float:
    """What it costs to go from where the story stands to another time; nothing within the same."""
    if to[0] >= at[1]:
        return months(at[1], to[0])
    if to[0] >= at[0] or at[0] < to[1]:
        return 0.0
    return TURN + BACK * months(to[0], at[0])


def said(phrase: Phrase) -> Days | None:
    """The days of a phrase that says its year; None if it does not."""
    match phrase:
        case Day(year=int(year), is_short_year=False):
            if phrase.month is None:
                return calendars.year_days(year)
            if phrase.day is None:
                return calendars.month_days(year, phrase.month)
            return calendars.unit_days(Precision.DAY, calendars.day(year, phrase.month, phrase.day))
        case Part(year=Day(year=int(year), is_short_year=False)):
            return _part_days(phrase.code, year)
        case Within(inner=Day(month=int(month)), outer=Day(year=int(year), month=None, is_short_year=False)):
            return calendars.month_days(year, month)
        case Feast(year=Day(year=int(year), is_short_year=False), name=name):
            return next(iter(calendars.holiday_days(name, year)), None)
        case Nth(outer=outer):
            return said(outer)
    return None


def unsaid(phrase: Phrase, at: Days) -> list[tuple[int, Days]] | None:
    """The years that a phrase without one may be of, with its days in each; None if it is no such phrase."""
    match phrase:
        case Day(year=None, month=int(month), day=day_):
            reach = 3 if phrase.weekday or (month, day_) == (2, 29) else 1
            found = []
            for year in range(at[0].year - reach, at[1].year + reach + 1):
                try:
                    days = calendars.month_days(year, month) if day_ is None else calendars.unit_days(Precision.DAY, calendars.day(year, month, day_))
                except OutOfCalendarError:
                    continue
                if phrase.weekday in (None, days[0].isoweekday()) or day_ is None:
                    found.append((year, days))
            return found or None
        case Part(year=None, code=code) if code != "YE":
            if (at[1] - at[0]).days > YEAR_DAYS:
                return [(at[0].year, at)]
            return [(year, _part_days(code, year)) for year in range(at[0].year - 1, at[1].year + 2)]
        case Feast(year=None, step=None, name=name):
            return [(year, days) for year in range(at[0].year - 1, at[1].year + 2) for days in calendars.holiday_days(name, year)[:1]] or None
        case Nth(outer=outer):
            return unsaid(outer, at)
    return None


def moved(phrase: Phrase, at: Days) -> Days:
    """Where a phrase that counts on from the story takes it."""
    match phrase:
        case Shift(count=count, unit="Y" | "M" as unit, sign=1, origin=Origin.STORY, base=None) if count is not None:
            start = calendars.add_months(at[0], round(count * (12 if unit == "Y" else 1)))
            return calendars.year_days(start.year) if unit == "Y" else calendars.month_days(start.year, start.month)
        case Step(count=1, unit="Y", origin=Origin.STORY):
            return calendars.year_days(at[0].year + 1)
        case NamedStep(count=1, origin=Origin.STORY, named=Day(weekday=None) | Part() as named):
            options = unsaid(named, at) or []
            return next((days for _, days in options if days[0] >= at[1]), at)
        case NamedStep(count=0, origin=Origin.STORY, named=Day(weekday=None) | Part() as named):
            return min((days for _, days in unsaid(named, at) or []), key=lambda days: _cost(at, days), default=at)
    return at


def _part_days(code: str, year: int) -> Days:
    if code in calendars.SEASON_MONTH:
        return calendars.season_days(year, code)
    if code == "YE":
        return calendars.month_days(year, 12)
    return calendars.quarter_days(year, int(code[1])) if code[0] == "Q" else calendars.half_days(year, int(code[1]))
