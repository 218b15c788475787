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
from functools import partial

from schemas.records import Precision
from transforms.times import calendars
from transforms.times.calendars import Days, OutOfCalendarError
from transforms.times.grammar import Reading
from transforms.times.outlook import Outlook, Outlooks
from transforms.times.phrases import (
    OVERNIGHT,
    Day,
    NamedStep,
    Nth,
    Origin,
    Phrase,
    Shift,
    Step,
    Vague,
    Within,
    unwrapped,
)
from transforms.times.walk import (
    BEGINNING,
    OWNER,
    Stop,
    Way,
    grown,
    months,
    moved,
    opens_sentence,
    said,
    traced,
    unsaid,
)

AGO_DAYS = 300             # what is so long over is a memory
FRESH_DAYS = 45            # a day so near to the page's is news

_ARTICLE = re.compile(r"\b(?:a|the|that) \Z", re.I)          # "8 November, a Sunday", "on the Sunday"
_SINCE = re.compile(r"\b(?:since|until|by)(?: the)? \Z", re.I)

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


def remember(text: str, readings: Sequence[Reading], outlooks: Outlooks, published: date) -> dict[int, Stop | None]:
    """By the start of each reading that a memory holds, its stop there; None for one that only counts on, or names no day."""
    paths = [BEGINNING]
    end = 0                    # of the date before
    for reading in readings:
        is_paragraph = text.find("\n", end, reading.start) >= 0
        end = reading.end
        seen = _seen(text, reading, outlooks, published, is_remembering=len(paths) > 1 or paths[0].at is not None)
        if seen is not None:
            paths = grown(paths, reading.start, partial(_ways, seen, published, is_paragraph))
    return {path.start: path.stop for path in traced(paths[0]) if path.at is not None}


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a reading says by itself, whether it stands today or in a memory."""

    phrase: Phrase
    days: Days | None = None           # of a date long over
    calls: float | None = None         # what it costs to stay in a memory at a word counted from today, or at a date of these months
    enter: float = 0.0                 # what it costs that a date long over begins a memory,
    aside: float = 0.0                 # and that it is named in passing
    outlook: Outlook = Outlook.UNKNOWN
    now: float = 0.0                   # what it costs that a day without a year is told from today
    is_fresh: bool = False
    is_dateless: bool = False          # no date, nor counted from today


def _seen(text: str, reading: Reading, outlooks: Outlooks, published: date, is_remembering: bool) -> _Seen | None:
    """None for what changes nothing: while nothing is remembered, all but a date long over; and what no calendar has."""
    phrase = unwrapped(reading.phrase)
    try:
        days = _dated(phrase, published)
        if days is not None and (published - days[0]).days >= AGO_DAYS:
            enter, aside = _entering(text, reading, days)
            return _Seen(phrase, days, enter=enter, aside=aside)
        if not is_remembering:
            return None
        if days is not None:
            return _Seen(phrase, calls=math.inf)
        if calls := _called(text, reading, phrase):
            return _Seen(phrase, calls=calls)
        nearest = _nearest(phrase, published)
    except OutOfCalendarError:
        return None
    outlook = outlooks.around(reading.start, reading.end)
    now = _from_today(nearest, outlook) if nearest is not None else 0.0
    is_fresh = nearest is not None and nearest[0] * 30.4 <= FRESH_DAYS and isinstance(phrase, Day)
    return _Seen(phrase, outlook=outlook, now=now, is_fresh=is_fresh, is_dateless=nearest is None)


def _ways(seen: _Seen, published: date, is_paragraph: bool, at: Days | None) -> list[Way]:
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
    if _SINCE.search(before) or (is_year and OWNER.search(before)):
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
        case Step(origin=Origin.NOW, count=count):
            is_told = phrase == OVERNIGHT or (count == 0 and text[reading.start:reading.end].lower().startswith("the "))
            return 0.0 if is_told else STAY_CALLED
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
    options = unsaid(phrase, calendars.unit_days(Precision.DAY, published)) or []
    begun = [days[0] for _, days in options if days[0] <= published]
    to_come = [days[0] for _, days in options if days[0] > published]
    if not begun:
        return None
    return months(max(begun), published), months(published, min(to_come)) if to_come else 12.0
