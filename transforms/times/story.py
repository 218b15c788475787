"""Where the story of a text stands while it is read: what "that day", "a year earlier" and "May" are counted from."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date

from schemas.records import Anchor, Precision
from transforms.times import calendars
from transforms.times.calendars import Days
from transforms.times.meaning import Meaning, calendar_unit, interval_edtf
from transforms.times.outlook import Outlook
from transforms.times.phrases import Day, Fuzzy, Length, Origin, Part, Phrase, Shift, Step, unwrapped
from transforms.times.walk import Stop

# How much farther a day ahead counts than a day behind, and a day behind than one ahead where something will be. What is
# over may lie three days ahead all the same: in New Zealand it is tomorrow.
AHEAD_COST = {Outlook.AHEAD: 1.0, Outlook.UNKNOWN: 1.2, Outlook.BEHIND: 2.0, Outlook.OVER: 100.0, Outlook.UNDONE: 1.0}
BEHIND_COST = {Outlook.AHEAD: 12.0}
REMEMBERED_DAYS = 45       # a date within so many days of another is told of the same time
DAYS_OF_NOW = 31           # so near to the publication a day of the month is of the publication's
FINE_UNITS = frozenset({"D", "W", "WE", "TH", "TM", "TS"})       # counted from a day, not from a month or year


_CLOCK = re.compile(r"T(\d\d):(\d\d)")


def _is_winter(phrase: Phrase) -> bool:
    """Whether a phrase is a winter of no said year: it begins in one and ends in the next, so it tells of neither."""
    while isinstance(phrase, Fuzzy):
        phrase = phrase.of
    return isinstance(phrase, Part) and phrase.year is None and phrase.code == "WI"


class Story:
    """The dates that a text has named, in reading order, and the anchors that follow from them.

    `publication` is the day the text was told, None when nobody knows; `is_narrative` makes year-less dates follow
    the story, and so does news while it looks back. `look` says how the clause at hand looks at its date; the reader sets it before each phrase.
    """

    def __init__(self, publication: date | None, is_narrative: bool) -> None:
        self.publication = publication
        self.is_narrative = is_narrative
        self.look: Callable[[], Outlook] = lambda: Outlook.UNKNOWN
        self.stop: Stop | None = None                # where the walk through the whole text has the phrase at hand
        self.head: Meaning | None = None             # the last date that headed an entry of a chronology
        self.at: Meaning | None = None               # the last calendar date named, a year or finer
        self.day: Meaning | None = None              # the last day named
        self.past: Meaning | None = None             # the last day named that is not to come
        self.named: Meaning | None = None            # the last date written with its year, whether the story went there or not
        self.clock: tuple[date, int] | None = None   # the day and minute of the last time of day told, until another day is named
        self.aside: Meaning | None = None            # a date of this sentence to which the story did not go
        self.period: Meaning | None = None           # the last quarter, half or year named: what a report is about

    def begin_entry(self) -> None:
        """A date is to come that heads what follows: it goes on from the head before it, whatever was named between."""
        if self.head is None:
            self.is_narrative = True
            self.day = self.past = self.named = None
        self.at = self.head

    def note(self, phrase: Phrase, meaning: Meaning, opens: bool = True, is_head: bool = False) -> None:
        """Moves the story to a date just read; `opens` says that it opens its sentence or paragraph, `is_head` that it heads an entry."""
        self._keep_time(meaning)
        if isinstance(phrase, Length) and phrase.unit == "M" and phrase.count in (6, 9) and self.period:
            self.period = self._months_of_report(self.period, int(phrase.count))
        if meaning.start is None or meaning.precision in (Precision.DECADE, Precision.CENTURY):
            return
        said = unwrapped(phrase)
        if isinstance(said, Day | Part) and said.year is not None:
            self.named = meaning
        if is_head:
            self.head = meaning
        elif self.stop is not None:
            if not self.stop.moves:
                self.aside = meaning
                return
        elif self._stays(phrase, meaning, opens):
            return
        self.at = meaning
        if meaning.is_day:
            self.day = meaning
            self.past = self.past if self.publication and meaning.start > self.publication else meaning
        elif self._is_reported(phrase, meaning):
            self.period = meaning

    def _keep_time(self, meaning: Meaning) -> None:
        """A time of day told is what "two hours later" counts from; a day named without one ends that."""
        clock = _CLOCK.search(meaning.value)
        if clock is not None and meaning.start is not None:
            self.clock = meaning.start, int(clock[1]) * 60 + int(clock[2])
        elif meaning.is_day and self.clock is not None and meaning.start != self.clock[0]:
            self.clock = None

    def _stays(self, phrase: Phrase, meaning: Meaning, opens: bool) -> bool:
        """Whether a date is named in passing, and what follows is told from before it."""
        if isinstance(phrase, Shift) and self.compares(phrase):
            return True                                  # "up from a year earlier"
        if not self.is_narrative:
            return False
        if isinstance(phrase, Shift) and phrase.sign < 0:
            return True
        if isinstance(phrase, Step) and phrase.count < 0:
            return True                                  # what is looked back on
        if _is_winter(phrase) or (self.look() is Outlook.AHEAD and not opens and self.at is not None):
            return True                                  # what was lived through, or was to come
        # "a campaign planned for 1976", "the worst since 1940"
        return not opens and meaning.precision is Precision.YEAR and self.day is not None and self.at is self.day

    def _months_of_report(self, period: Meaning, months: int) -> Meaning:
        """After "in the first nine months" a report speaks of these, and "a year earlier" is the year before's."""
        assert period.start is not None
        year = calendar_unit(Precision.YEAR, period.start, Anchor.NARRATIVE)
        assert year.start is not None
        end = calendars.add_months(year.start, months)
        return replace(year, end=end, edtf=interval_edtf(year.start, end))

    def _is_reported(self, phrase: Phrase, meaning: Meaning) -> bool:
        """Whether a period is one that the text reports on, not one that it compares with or looks ahead to."""
        if meaning.precision not in (Precision.QUARTER, Precision.HALF, Precision.YEAR) or meaning.start is None or meaning.modifier:
            return False
        if isinstance(phrase, Step) and (phrase.count < 0 or phrase.unit == "Q"):
            return False                                 # "last year" is what is compared with; "this quarter" goes on
        now, held = self.publication, self.period
        if now is not None and not (abs(now.year - meaning.start.year) <= 1 and meaning.start <= now):
            return False
        if held is not None and held.start is not None and (
                meaning.start.year < held.start.year or (meaning.precision is held.precision and meaning.start < held.start)):
            return False
        if held is not None and now is not None and meaning.precision is Precision.YEAR and meaning.end is not None and meaning.end > now:
            return False                                 # "this year" in a report on a quarter
        # A fourth quarter that has not ended by the calendar is a fiscal one if the report begins with it, else a forecast.
        is_open = now is not None and meaning.end is not None and meaning.end > now and meaning.precision is not Precision.YEAR
        return not is_open or (held is None and self.look() is not Outlook.AHEAD)

    def now(self) -> tuple[date, Anchor] | None:
        """The publication day."""
        return (self.publication, Anchor.PUBLICATION) if self.publication else None

    def remembered(self, near: date, candidates: list[date]) -> date | None:
        """A year-less day of news that looks back: beside the day last written with its year, and far from today."""
        if self.is_narrative:
            return None
        is_over = self.look() in (Outlook.BEHIND, Outlook.OVER)         # and so not to come
        if any((0 if is_over else -REMEMBERED_DAYS) <= (near - one).days <= REMEMBERED_DAYS for one in candidates):
            return None
        named = self.named.start if self.named and self.named.is_day else None
        if named is not None:
            same_year = [one.replace(year=named.year) for one in candidates if (one.month, one.day) != (2, 29)][:1]
            beside = next((one for one in same_year if abs((one - named).days) <= REMEMBERED_DAYS), None)
            if beside is not None and not (is_over and beside > near):
                return beside
        return None

    def here(self) -> tuple[date, Anchor] | None:
        """The day to which year-less dates are near."""
        if self.is_narrative and self.at and self.at.start:
            return self.at.start, Anchor.NARRATIVE
        return self.now()

    def told_before(self) -> tuple[date, Anchor] | None:
        """What "a day earlier" counts from, after "will end on 1 January": in news not what is to come."""
        day, past = self.day, self.past
        is_planned = not self.is_narrative and self.publication is not None and day is not None and day.start is not None and day.start > self.publication
        return (past.start, Anchor.NARRATIVE) if is_planned and past is not None and past.start is not None and self.look() is not Outlook.AHEAD else None

    def told(self, unit: str) -> tuple[date, Anchor] | None:
        """The day from which the story counts, for a unit: a day for days, anything for years."""
        if unit in FINE_UNITS and self.day and self.day.start:
            if self.is_narrative and self.at and self.at is not self.day:
                return None if self.at.precision not in (Precision.DAY,) else (self.day.start, Anchor.NARRATIVE)
            return self.day.start, Anchor.NARRATIVE
        if unit == "M" and self.at and self.at.precision is Precision.YEAR:
            return None                                  # "a month later" than a year is no month
        if unit not in FINE_UNITS and self.at and self.at.start:
            return self.at.start, Anchor.NARRATIVE
        return None if self.is_narrative else self.now()

    def month_told(self) -> tuple[date, Anchor] | None:
        """A day of the month of which "on the 25th" is: the one last named, if that is not of these weeks."""
        at = self.at
        if at is None or at.start is None or not (at.is_day or at.precision is Precision.MONTH):
            return None
        is_of_now = self.publication is not None and abs((at.start - self.publication).days) <= DAYS_OF_NOW
        return None if is_of_now else (at.start, Anchor.NARRATIVE)

    def year_told(self) -> Days | None:
        """The year last named, where the story named nothing finer since."""
        return self.at.days if self.at and self.at.precision is Precision.YEAR else None

    def told_aside(self, unit: str) -> tuple[date, Anchor] | None:
        """What "thirty years later" counts from in "had been occupied since 1878, and annexed thirty years later"."""
        aside = self.aside
        is_fit = aside is not None and (aside.is_day or unit == "Y" or (unit == "M" and aside.precision is Precision.MONTH))
        return (aside.start, Anchor.NARRATIVE) if aside is not None and aside.start is not None and is_fit else None

    def that_day(self) -> tuple[date, Anchor] | None:
        """What "that evening" is of: after "postponed it until 1 September" still the day before that was named."""
        if self.past and self.past.start and not self.is_narrative:
            return self.past.start, Anchor.NARRATIVE
        return self.told("D")

    def origin(self, origin: Origin, unit: str) -> tuple[date, Anchor] | None:
        """The day that a relative phrase counts from; a history has no today for weeks and longer."""
        if origin is Origin.STORY:
            return self.told(unit)
        if self.is_narrative and unit != "D":
            return self.told(unit) or self.now()
        return self.now()

    def compares(self, phrase: Shift) -> bool:
        """In a report on a quarter, "a year earlier" is the same quarter of the year before."""
        return (phrase.unit == "Y" and phrase.sign < 0 and phrase.count == 1 and phrase.base is None
                and not self.is_narrative and self.period is not None)

    def year_walked(self) -> int | None:
        """The year of the phrase at hand, where the walk through the whole text says it."""
        return self.stop.year if self.stop else None

    def next_of(self, candidates: list[date]) -> date:
        """The candidate that carries the story on: the year stays unless that would go far back or far ahead."""
        assert self.at is not None and self.at.start is not None
        near = self.at.start

        def cost(one: date) -> float:
            months = (one - near).days / 30.4
            return abs(months) * (1.3 if months < 0 else 1.0)

        return min(candidates, key=cost)

    def far(self, one: date, near: date) -> float:
        """How far a day is from another, weighed by how the clause looks at it."""
        distance = (one - near).days
        outlook = self.look()
        return distance * AHEAD_COST[outlook] if distance >= 0 else -distance * BEHIND_COST.get(outlook, 1.0)
