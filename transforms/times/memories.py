"""Where news looks back: which days without a year are of a year long over that the text remembers, and which are of today.

News is told from its day, and leaves out the years of its own months; a background paragraph names a year long over and
goes on with its days and months in the same way. So the dates of a text are read together: the story stands today or in
a memory, enters one with a date long over, is called back by "on Sunday" or "last week", and of all readings the
cheapest is taken.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from schemas.records import Precision
from transforms.times import calendars
from transforms.times.calendars import Days, OutOfCalendarError
from transforms.times.grammar import Reading
from transforms.times.outlook import Outlook, Outlooks
from transforms.times.phrases import Day, NamedStep, Nth, Origin, Phrase, Shift, Step, Vague, Within, unwrapped
from transforms.times.walk import STATES, Stop, months, moved, opens_sentence, said, unsaid

AGO_DAYS = 300             # what is so long over is a memory
FRESH_DAYS = 45            # a day so near to the page's is news

_ARTICLE = re.compile(r"\b(?:a|the|that) \Z", re.I)          # "8 November, a Sunday", "on the Sunday"
_SINCE = re.compile(r"\b(?:since|until|by)(?: the)? \Z", re.I)
_OF_A_NAME = re.compile(r"(?:\b(?:an?|the|its|his|her|their)|['’]s?) \Z", re.I)        # "the 2007 plan"

# Costs.
ENTER = 0.6                # a date long over begins a memory,
ENTER_YEAR = 1.2           # a bare year less often,
ENTER_INSIDE = 1.0         # and one that does not open its sentence
ENTER_ASIDE = 2.0          # "since 2009", "the 2007 plan"
LEAVE = 1.0                # back to today without a word of it,
LEAVE_PARAGRAPH = 0.3      # but for a new paragraph,
STAY_PARAGRAPH = 0.5       # which a memory may outlast
STAY_CALLED = 3.0          # "on Sunday", "last week" in a memory
STAY_NOW = 0.5             # "now"
OLD = 0.3                  # a month that a day without a year lies back, told from today,
OLD_FREE = 1.5             # after the first months,
OLD_MOST = 3.0             # at most
YEAR_AHEAD = 9             # months within which one to come is told without its year
SOON = 4.0                 # and so much more one ahead of which nobody says that it is
ON = 0.15                  # a month that a memory goes on,
ON_MOST = 2.5              # at most
BACK = 0.7                 # that it turns back
ASIDE_YEAR = 0.8           # a bare year named in passing
JUMP_BACK = 1.0            # to an older year
FRESH = 0.8                # a day of the page's own weeks in a memory
AHEAD = 2.0                # what is to come in a memory

_DAY = Precision.DAY
Way = tuple[Days | None, float, Stop | None]


@dataclass(frozen=True, slots=True)
class _Path:
    at: Days | None            # None: today
    cost: float
    start: int
    stop: Stop | None
    before: _Path | None


def remember(text: str, readings: Sequence[Reading], outlooks: Outlooks, published: date) -> dict[int, Stop | None]:
    """By the start of each reading that a memory holds, its stop there; None for one that only counts on, or names no day."""
    paths = [_Path(None, 0.0, 0, None, None)]
    end = 0
    for reading in readings:
        is_paragraph = text.find("\n", end, reading.start) >= 0
        end = reading.end
        seen = _seen(text, reading, outlooks, published, is_remembering=len(paths) > 1 or paths[0].at is not None)
        if seen is None:
            continue
        grown: dict[Days | None, _Path] = {}
        for one in paths:
            for at, cost, stop in _ways(seen, one.at, published, is_paragraph):
                total = one.cost + cost
                if at not in grown or total < grown[at].cost:
                    grown[at] = _Path(at, total, reading.start, stop, one)
        paths = sorted(grown.values(), key=lambda each: each.cost)[:STATES]
    stops: dict[int, Stop | None] = {}
    last: _Path | None = paths[0]
    while last is not None:
        if last.at is not None:
            stops[last.start] = last.stop
        last = last.before
    return stops


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a reading says by itself, whether it stands today or in a memory."""

    phrase: Phrase
    days: Days | None          # of a date long over
    calls: float | None        # what it costs to stay in a memory at a word counted from today, or at a date of these months
    enter: float               # what it costs that a date long over begins a memory,
    aside: float               # and that it is named in passing
    outlook: Outlook
    now: float                 # what it costs that a day without a year is told from today
    is_fresh: bool
    is_dateless: bool          # no date, nor counted from today


def _seen(text: str, reading: Reading, outlooks: Outlooks, published: date, is_remembering: bool) -> _Seen | None:
    """None for what changes nothing: while nothing is remembered, all but a date long over; and what no calendar has."""
    phrase = unwrapped(reading.phrase)
    try:
        days = _dated(phrase, published)
        if days is not None and (published - days[0]).days >= AGO_DAYS:
            enter, aside = _entering(text, reading, days)
            return _Seen(phrase, days, None, enter, aside, Outlook.UNKNOWN, 0.0, False, False)
        if not is_remembering:
            return None
        if days is not None:
            return _Seen(phrase, None, math.inf, 0.0, 0.0, Outlook.UNKNOWN, 0.0, False, False)
        if calls := _called(text, reading, phrase):
            return _Seen(phrase, None, calls, 0.0, 0.0, Outlook.UNKNOWN, 0.0, False, False)
        nearest = _nearest(phrase, published)
    except OutOfCalendarError:
        return None
    outlook = outlooks.around(reading.start, reading.end)
    now = _from_today(nearest, outlook) if nearest is not None else 0.0
    is_fresh = nearest is not None and nearest[0] * 30.4 <= FRESH_DAYS and isinstance(phrase, Day)
    return _Seen(phrase, None, None, 0.0, 0.0, outlook, now, is_fresh, nearest is None)


def _ways(seen: _Seen, at: Days | None, published: date, is_paragraph: bool) -> list[Way]:
    """Where the story may stand after a reading, what that costs, and the stop that the reading is then."""
    leave = LEAVE_PARAGRAPH if is_paragraph else LEAVE
    stay = STAY_PARAGRAPH if is_paragraph else 0.0
    days = seen.days
    if days is not None:
        if at is None:
            return [(None, 0.0, None), (days, seen.enter, Stop(None, True))]
        back = JUMP_BACK * (days[1] <= at[0])
        return [(days, back + stay, Stop(None, True)), (at, seen.aside + stay, Stop(None, False)), (None, leave, None)]
    if at is None:
        return [(None, seen.now, None)]
    if seen.calls is not None:
        return [(None, 0.0, None), (at, seen.calls + stay, None)]
    try:
        if seen.is_dateless or (options := unsaid(seen.phrase, at)) is None:
            return [(moved(seen.phrase, at), stay, None), (None, leave, None)]
    except OutOfCalendarError:
        return [(at, 0.0, None)]
    ways: list[Way] = [(None, leave + seen.now, None)]
    for year, there in options:
        if (published - there[0]).days >= AGO_DAYS // 3:
            ways.append((there, _going(at, there) + stay + FRESH * seen.is_fresh + AHEAD * (seen.outlook is Outlook.AHEAD), Stop(year, True)))
    return ways


def _going(at: Days, there: Days) -> float:
    """What it costs that a memory goes on to a day or month."""
    if there[0] >= at[1]:
        return min(ON_MOST, ON * months(at[1], there[0]))
    return 0.0 if there[0] >= at[0] or at[0] < there[1] else BACK + ON * months(there[0], at[0])


def _entering(text: str, reading: Reading, days: Days) -> tuple[float, float]:
    """What it costs that a date long over begins a memory, and that it is named in passing within one."""
    before = text[max(0, reading.start - 12):reading.start]
    is_year, opens = (days[1] - days[0]).days > AGO_DAYS, opens_sentence(text, reading.start)
    enter = (ENTER_YEAR if is_year else ENTER) + ENTER_INSIDE * (not opens)
    if _SINCE.search(before) or (is_year and _OF_A_NAME.search(before)):
        enter += ENTER_ASIDE
    return enter, ASIDE_YEAR if is_year and not opens else enter


def _dated(phrase: Phrase, published: date) -> Days | None:
    """The days of a date with its year, or of "twenty years ago"."""
    if isinstance(phrase, Shift) and phrase.origin is Origin.NOW and phrase.sign < 0 and phrase.count and phrase.unit == "Y" and phrase.base is None:
        return calendars.year_days(calendars.add_months(published, -round(12 * phrase.count)).year)
    return said(phrase)


def _called(text: str, reading: Reading, phrase: Phrase) -> float:
    """What it costs to stay in a memory at a word that is counted from today; 0 for no such word."""
    match phrase:
        case Vague(value="PRESENT_REF"):
            return STAY_NOW
        case Day(weekday=int(), month=None, day=None):
            return 0.0 if _ARTICLE.search(text[max(0, reading.start - 4):reading.start]) else STAY_CALLED
        case Step(origin=Origin.NOW, count=count, unit=unit):
            return STAY_CALLED if not (count == 0 and text[reading.start:reading.end].lower().startswith("the ")) and unit != "NI" else 0.0
        case Within(outer=outer) | Nth(outer=outer):
            return _called(text, reading, outer)
        case NamedStep(origin=Origin.NOW) | Shift(origin=Origin.NOW, base=None):
            return STAY_CALLED
    return 0.0


def _from_today(nearest: tuple[float, float], outlook: Outlook) -> float:
    """What it costs that a day, month or season is one of these months."""
    back, ahead = nearest
    if outlook is Outlook.AHEAD:
        return min(OLD_MOST, OLD * max(0.0, ahead - YEAR_AHEAD))
    is_over = outlook in (Outlook.BEHIND, Outlook.OVER)
    return min(OLD_MOST, OLD * max(0.0, (back if is_over else min(back, ahead + SOON)) - OLD_FREE))


def _nearest(phrase: Phrase, published: date) -> tuple[float, float] | None:
    """Months since the last such day, month or season began, and until the next begins."""
    options = unsaid(phrase, calendars.unit_days(_DAY, published)) or []
    begun = [days[0] for _, days in options if days[0] <= published]
    to_come = [days[0] for _, days in options if days[0] > published]
    if not begun:
        return None
    return months(max(begun), published), months(published, min(to_come)) if to_come else 12.0
