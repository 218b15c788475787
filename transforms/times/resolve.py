"""From phrases to days: what a time phrase means, given the day of publication and where the story stands.

Conventions. Values are TIMEX3 (TimeML 1.2.1). `start` and `end` are half-open days. Early, mid and late are the
first, middle and last third of a unit in `start`/`end`, while the TIMEX3 value stays the unit's. Durations, sets
and vague references have no days. A winter belongs to the year of its December. "Two weeks ago" is a week, "two
years ago" a year: counting in a unit is as fine as that unit, no finer.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import date

from schemas.records import Anchor, Modifier, Precision, TimexType
from transforms.times import calendars
from transforms.times.calendars import Days, OutOfCalendarError
from transforms.times.meaning import (
    UNIT_PRECISION,
    Meaning,
    calendar_unit,
    interval_edtf,
    open_ended,
    quarter_ended,
    season_meaning,
    unresolved,
    years_on,
)
from transforms.times.outlook import Outlook
from transforms.times.phrases import (
    OVERNIGHT,
    Ahead,
    Clock,
    Day,
    DayPart,
    Era,
    Every,
    Feast,
    Fuzzy,
    Length,
    NamedStep,
    Nth,
    Origin,
    Part,
    Phrase,
    Shift,
    Step,
    Vague,
    Within,
    period_value,
)
from transforms.times.story import AHEAD_COST, Story

# How many months ahead a bare month may lie.
MONTHS_AHEAD = {Outlook.AHEAD: 9, Outlook.UNKNOWN: 4, Outlook.BEHIND: 2, Outlook.OVER: 0, Outlook.UNDONE: 4}


DAYS_OF_A_NIGHT = 3        # an older day is not the one that "overnight" led to
MINUTES = {"TH": 60.0, "TM": 1.0}
MINUTES_OF_DAY = 24 * 60


class Resolver:
    """Resolves the phrases of one text in reading order, each counted from where its story stands.

    `day_first` reads 03/04/2022 as 3 April; `is_southern` turns the seasons round.
    """

    def __init__(self, story: Story, *, day_first: bool = False, is_southern: bool = False) -> None:
        self.story = story
        self.day_first = day_first
        self.is_southern = is_southern

    def resolve(self, phrase: Phrase) -> Meaning:
        """The meaning of a phrase. Raises OutOfCalendarError for a date that no calendar has."""
        match phrase:
            case Day():
                return self._day(phrase)
            case Era():
                return self._era(phrase)
            case Part():
                return self._part(phrase)
            case Feast():
                return self._feast(phrase)
            case Step():
                return self._step(phrase)
            case NamedStep():
                return self._named_step(phrase)
            case Shift():
                return self._shift(phrase)
            case Within():
                return self._within(phrase)
            case Nth():
                return self._nth(phrase)
            case Clock():
                return self._clock(phrase)
            case DayPart():
                return self._day_part(phrase)
            case Fuzzy():
                return self._fuzzy(phrase)
            case Length():
                return self._length(phrase)
            case Ahead():
                return self._ahead(phrase)
            case Every():
                return Meaning(TimexType.SET, phrase.value)
            case Vague():
                return Meaning(TimexType.DATE, phrase.value)

    def _length(self, phrase: Length) -> Meaning:
        return Meaning(TimexType.DURATION, period_value(phrase.count, phrase.unit), modifier=phrase.modifier)

    def _ahead(self, phrase: Ahead) -> Meaning:
        if self.story.publication is None or self.story.is_narrative or self.story.look() is not Outlook.AHEAD:
            return self._length(phrase.length)
        return self._shift(Shift(phrase.length.count, phrase.length.unit, 1, Origin.NOW))

    def _full_year(self, short: int) -> int:
        """'98 is the year nearest to the publication day that ends so, at most ten years ahead of it."""
        now = self.story.publication.year if self.story.publication else 2025
        year = now // 100 * 100 + short
        return year - 100 if year > now + 10 else year

    def _day(self, phrase: Day) -> Meaning:
        year, month, day = phrase.year, phrase.month, phrase.day
        if phrase.is_bc and year is not None:
            return self._before_christ(year, month, day)
        if phrase.is_short_year and year is not None:
            year = self._full_year(year)
        if year is not None and month is not None and day is not None:
            if phrase.is_ambiguous and (month > 12 or (self.day_first and day <= 12)):
                month, day = day, month
            return calendar_unit(Precision.DAY, calendars.day(year, month, day))
        if year is not None and month is not None:
            return calendar_unit(Precision.MONTH, calendars.day(year, month, 1))
        if year is not None:
            return calendar_unit(Precision.YEAR, calendars.day(year, 1, 1))
        if month is not None and day is not None:
            return self._month_day(month, day, phrase.weekday)
        if month is not None:
            return self._month(month)
        if day is not None:
            return self._day_of_month(day)
        return self._weekday(phrase.weekday or 1)

    def _before_christ(self, year: int, month: int | None, day: int | None) -> Meaning:
        """BC0493; date cannot hold it, so it has a value and no days. EDTF counts 493 BC as -0492."""
        tail = "".join(f"-{part:02d}" for part in (month, day) if part is not None)
        precision = Precision.DAY if day else Precision.MONTH if month else Precision.YEAR
        edtf = f"-{year - 1:04d}{tail}" if year > 1 else f"0000{tail}"
        return Meaning(TimexType.DATE, f"BC{year:04d}{tail}", precision=precision, edtf=edtf)

    def _month_day(self, month: int, day: int, weekday: int | None = None) -> Meaning:
        calendars.day(2000, month, day)                  # impossible in any year
        if (year := self.story.year_walked()) is not None:
            return calendar_unit(Precision.DAY, calendars.day(year, month, day), Anchor.NARRATIVE)
        here = self.story.here()
        if here is None:
            return Meaning(TimexType.DATE, f"XXXX-{month:02d}-{day:02d}", precision=Precision.DAY, anchor=Anchor.NONE)
        near, anchor = here
        candidates = []
        for year in range(near.year - 3, near.year + 4) if weekday or (month, day) == (2, 29) else (near.year - 1, near.year, near.year + 1):
            try:
                candidates.append(calendars.day(year, month, day))
            except OutOfCalendarError:
                continue
        candidates = [one for one in candidates if weekday in (None, one.isoweekday())] or candidates
        if not candidates:                               # 29 February, far from a leap year
            raise OutOfCalendarError(f"{month}-{day} near {near.year}")
        if (remembered := self.story.remembered(near, candidates)) is not None and weekday in (None, remembered.isoweekday()):
            return calendar_unit(Precision.DAY, remembered, Anchor.NARRATIVE)
        if self.story.is_narrative and self.story.at and self.story.at.precision is Precision.YEAR:
            candidates = [one for one in candidates if one.year == near.year] or candidates
        if self.story.is_narrative and self.story.at and self.story.at.start:
            return calendar_unit(Precision.DAY, self.story.next_of(candidates), anchor)
        return calendar_unit(Precision.DAY, min(candidates, key=lambda one: self.story.far(one, near)), anchor)

    def _month(self, month: int) -> Meaning:
        if (year := self.story.year_walked()) is not None:
            return calendar_unit(Precision.MONTH, calendars.day(year, month, 1), Anchor.NARRATIVE)
        here = self.story.here()
        if here is None:
            return Meaning(TimexType.DATE, f"XXXX-{month:02d}", precision=Precision.MONTH, anchor=Anchor.NONE)
        near, anchor = here
        firsts = [calendars.day(year, month, 1) for year in (near.year - 1, near.year, near.year + 1)]
        if self.story.is_narrative and self.story.at and self.story.at.start:
            if self.story.at.precision is Precision.YEAR:
                return calendar_unit(Precision.MONTH, calendars.day(near.year, month, 1), anchor)
            return calendar_unit(Precision.MONTH, self.story.next_of(firsts), anchor)
        ahead = (month - near.month) % 12
        is_ahead = ahead <= MONTHS_AHEAD[self.story.look()]
        year = near.year + (month < near.month) if is_ahead else near.year - (month > near.month)
        return calendar_unit(Precision.MONTH, calendars.day(year, month, 1), anchor)

    def _day_of_month(self, day: int) -> Meaning:
        here = self.story.here()
        if here is None:
            return Meaning(TimexType.DATE, f"XXXX-XX-{day:02d}", precision=Precision.DAY, anchor=Anchor.NONE)
        told = self.story.month_told()
        if told is None and not self.story.is_narrative:
            return calendar_unit(Precision.DAY, self._nearest_day(day, here[0]), here[1])
        near, anchor = told or here
        if anchor is Anchor.NARRATIVE and self.story.at is self.story.day and day <= 10 and near.day > 20:
            near = calendars.add_months(near.replace(day=1), 1)          # left on 29 December, arrived on the 3rd
        return calendar_unit(Precision.DAY, calendars.day(near.year, near.month, day), anchor)

    def _nearest_day(self, day: int, near: date) -> date:
        """ "On the 28th", in news: of the month of the day told last, if it follows that, else of the month that brings it nearest."""
        told = self.story.past.start if self.story.past else None
        if told is not None and told.day < day and self.story.look() is not Outlook.AHEAD:
            with suppress(OutOfCalendarError):
                if (same := calendars.day(told.year, told.month, day)) <= near:
                    return same
        candidates = []
        for months in (-1, 0, 1):
            first = calendars.add_months(near.replace(day=1), months)
            with suppress(OutOfCalendarError):
                candidates.append(calendars.day(first.year, first.month, day))
        if not candidates:
            raise OutOfCalendarError(f"day {day} near {near}")
        return min(candidates, key=lambda one: self.story.far(one, near))

    def _weekday(self, weekday: int) -> Meaning:
        if self.story.is_narrative and self.story.day and self.story.day.start:
            near, anchor = self.story.day.start, Anchor.NARRATIVE
            ahead = (weekday - near.isoweekday()) % 7
            return calendar_unit(Precision.DAY, calendars.add_days(near, ahead), anchor)
        now = self.story.now()
        if now is None:
            return Meaning(TimexType.DATE, f"XXXX-WXX-{weekday}", precision=Precision.DAY, anchor=Anchor.NONE)
        shift = -((now[0].isoweekday() - weekday) % 7)
        look = self.story.look()
        if shift < 0 and (look is Outlook.AHEAD or (look is Outlook.UNDONE and shift < -3)):
            shift += 7                                   # what was called off, on the nearer of the two
        return calendar_unit(Precision.DAY, calendars.add_days(now[0], shift), now[1])

    def _era(self, phrase: Era) -> Meaning:
        year = phrase.first_year
        if phrase.is_bc:
            return Meaning(TimexType.DATE, f"BC{year // 100:02d}", precision=Precision.CENTURY)
        if phrase.is_short_year:
            year = self._full_year(year)
            if self.story.publication and year > self.story.publication.year:      # no "thirties" are told before they begin
                year -= 100
        precision = Precision.DECADE if phrase.unit == 10 else Precision.CENTURY
        if year == 0:                                    # the first century begins in year 1
            return Meaning(TimexType.DATE, "00", date(1, 1, 1), date(100, 1, 1), precision, "00XX")
        return calendar_unit(precision, calendars.day(year, 1, 1))

    def _year_of(self, phrase: Phrase) -> tuple[int | None, Anchor]:
        meaning = self.resolve(phrase)
        return (meaning.start.year if meaning.start else None), meaning.anchor

    def _part(self, phrase: Part) -> Meaning:
        if phrase.year is not None:
            outer = self.resolve(phrase.year)
            if outer.value.startswith("BC"):
                return replace(outer, value=f"{outer.value[:6]}-{phrase.code}", precision=Precision.SEASON, edtf="")
            return self._part_of(phrase.code, outer.start.year if outer.start else None, outer.anchor)
        if (year := self.story.year_walked()) is not None:
            return self._part_of(phrase.code, year, Anchor.NARRATIVE)
        here = self.story.here()
        if here is None:
            return self._part_of(phrase.code, None, Anchor.NONE)
        near, anchor = here
        if self.story.is_narrative and self.story.at and self.story.at.precision is Precision.YEAR:
            return self._part_of(phrase.code, near.year, anchor)
        is_ahead = self.story.look() is Outlook.AHEAD
        forward = (0.5 if is_ahead else 1.3) if phrase.code in calendars.SEASON_MONTH else (1.5 if is_ahead else 6.0)
        if phrase.code == "YE":                          # "by year-end" looks ahead far more often than back
            forward = AHEAD_COST[self.story.look()] / 4

        def far(year: int) -> float:
            days = self._part_of(phrase.code, year, anchor).days
            assert days is not None
            if days[0] <= near < days[1]:
                return 0.0
            if near < days[0]:
                return (days[0] - near).days * (1.0 if self.story.is_narrative else forward)
            return float((near - days[1]).days)

        return self._part_of(phrase.code, min((near.year, near.year - 1, near.year + 1), key=far), anchor)

    def _part_of(self, code: str, year: int | None, anchor: Anchor) -> Meaning:
        if year is None:
            return Meaning(TimexType.DATE, f"XXXX-{code}", anchor=Anchor.NONE)
        if code in calendars.SEASON_MONTH:
            return season_meaning(year, code, anchor, self.is_southern)
        if code == "YE":                                 # TIMEX3 writes the last day; nothing is known to happen on it
            december = calendar_unit(Precision.MONTH, calendars.day(year, 12, 1), anchor)
            return replace(december, value=f"{year:04d}-12-31", modifier=Modifier.LATE)
        number = int(code[1])
        if code[0] == "Q":
            return calendar_unit(Precision.QUARTER, calendars.day(year, number * 3, 1), anchor)
        return calendar_unit(Precision.HALF, calendars.day(year, number * 6, 1), anchor)

    def _feast(self, phrase: Feast) -> Meaning:
        days, anchor = self._feast_days(phrase)
        if days is None:
            return Meaning(TimexType.DATE, "", anchor=Anchor.NONE)
        start, end = days
        match (end - start).days:
            case 1:
                return calendar_unit(Precision.DAY, start, anchor)
            case 2 if start.isoweekday() == 6:
                return calendar_unit(Precision.WEEKEND, start, anchor)
            case 7 if start.isoweekday() == 1:
                return calendar_unit(Precision.WEEK, start, anchor)
        span = interval_edtf(start, end)
        return Meaning(TimexType.DATE, span, start, end, Precision.RANGE, span, anchor=anchor)

    def _feast_days(self, phrase: Feast) -> tuple[Days | None, Anchor]:
        """The feast of the year that is named; else the one before, after or nearest to where the story stands."""
        if phrase.year is not None:
            year, anchor = self._year_of(phrase.year)
            return next(iter(calendars.holiday_days(phrase.name, year) if year else ()), None), anchor
        if (year := self.story.year_walked()) is not None:
            return next(iter(calendars.holiday_days(phrase.name, year)), None), Anchor.NARRATIVE
        here = self.story.here()
        if here is None:
            return None, Anchor.NONE
        near, anchor = here
        feasts = [days for year in (near.year - 1, near.year, near.year + 1) for days in calendars.holiday_days(phrase.name, year)]
        if phrase.step == -1:
            return max((days for days in feasts if days[0] < near), default=None), anchor
        if phrase.step == 1:
            return min((days for days in feasts if days[0] > near), default=None), anchor
        return min(feasts, key=lambda days: self.story.far(days[0], near), default=None), anchor

    def _step(self, phrase: Step) -> Meaning:
        if phrase == Step(0, "Y", Origin.STORY) and self.story.named and self.story.named.start:
            return calendar_unit(Precision.YEAR, self.story.named.start, Anchor.NARRATIVE)      # that year
        if self.story.is_narrative and phrase.origin is Origin.NOW and phrase.unit == "D" and phrase.count == 0:
            return Meaning(TimexType.DATE, "PRESENT_REF")
        if phrase.unit == "Q" and phrase.origin is Origin.STORY and phrase.count == 0:
            return self._reported_quarter()
        if phrase.unit == "WE" and phrase.origin is Origin.STORY and phrase.count == 0 and not self.story.is_narrative:
            return self._the_weekend()
        if phrase == OVERNIGHT:
            return self._overnight()
        is_that_day = phrase == Step(0, "D", Origin.STORY)
        base = self.story.that_day() if is_that_day else self.story.origin(phrase.origin, phrase.unit)
        if base is None:
            return unresolved(phrase.count if phrase.origin is Origin.NOW else None, phrase.unit)
        near, anchor = base
        return self._counted(near, phrase.count, phrase.unit, anchor)

    def _overnight(self) -> Meaning:
        """In news the night that ended with the day told of, or begins where the clause looks ahead; in a history that of its day."""
        now = self.story.now()
        if now is None or self.story.is_narrative:
            base = self.story.told("D")
            return calendar_unit(Precision.DAY, *base) if base else unresolved(None, "D")
        if self.story.look() is Outlook.AHEAD:
            return calendar_unit(Precision.DAY, *now)
        told = self.story.past.start if self.story.past else None
        last = told if told is not None and 0 <= (now[0] - told).days <= DAYS_OF_A_NIGHT else now[0]
        before = calendar_unit(Precision.DAY, calendars.add_days(last, -1), now[1])
        end = calendars.add_days(last, 1)
        return replace(before, end=end, precision=Precision.RANGE, edtf=interval_edtf(calendars.add_days(last, -1), end))

    def _reported_quarter(self) -> Meaning:
        """The quarter that the story is about; else the last one that had ended by the publication day."""
        now = self.story.now()
        told = self.story.period
        if told and told.precision is Precision.QUARTER:
            return replace(told, anchor=Anchor.NARRATIVE)
        if now is None or self.story.is_narrative:
            return unresolved(None, "Q")
        return calendar_unit(Precision.QUARTER, calendars.add_months(now[0], -3), now[1])

    def _the_weekend(self) -> Meaning:
        """The last weekend for a text of Monday to Friday, unless the clause looks ahead."""
        now = self.story.now()
        if now is None:
            return unresolved(None, "WE")
        weeks = -1 if now[0].isoweekday() <= 5 and self.story.look() is not Outlook.AHEAD else 0
        return self._counted(now[0], weeks, "WE", now[1])

    def _counted(self, near: date, count: int, unit: str, anchor: Anchor) -> Meaning:
        precision = UNIT_PRECISION.get(unit, Precision.DAY)
        match unit:
            case "D":
                near = calendars.add_days(near, count)
            case "W" | "WE":
                near = calendars.add_days(near, 7 * count)
            case "M":
                near = calendars.add_months(near, count)
            case "Q":
                near = calendars.add_months(near, 3 * count)
            case _:
                years = count * {"E": 10, "C": 100}.get(unit, 1)
                near = calendars.day(near.year + years, 1, 1)
        return calendar_unit(precision, near, anchor)

    def _named_step(self, phrase: NamedStep) -> Meaning:
        base = self.story.origin(phrase.origin, "D" if isinstance(phrase.named, Day) and phrase.named.weekday else "M")
        if base is None and phrase.origin is Origin.STORY and (told := self.story.year_told()):
            base = calendars.add_days(told[1], -1) if phrase.count > 0 else told[0], Anchor.NARRATIVE      # in 1611; that summer
        if base is None:
            return replace(self.resolve(phrase.named), anchor=Anchor.NONE)
        near, anchor = base
        named = phrase.named
        if isinstance(named, Part):
            options = [self._part_of(named.code, near.year + years, anchor) for years in (-2, -1, 0, 1)]      # a winter ends in the next year
            if phrase.count == 0:
                return next((one for one in options if one.start and one.end and one.start <= near < one.end), options[2])
            if phrase.count < 0:
                return [one for one in options if one.end and one.end <= near][-1]
            return next(one for one in options if one.start and one.start > near)
        if named.weekday is not None:
            if phrase.count < 0:
                back = ((near.isoweekday() - named.weekday) % 7 or 7) - 7 * (phrase.count + 1)      # the Monday before last
                return calendar_unit(Precision.DAY, calendars.add_days(near, -back), anchor)
            ahead = (named.weekday - near.isoweekday()) % 7
            if phrase.count == 0 and ahead and phrase.origin is Origin.NOW and self.story.look() is Outlook.OVER:
                ahead -= 7                               # were detained this Tuesday
            if phrase.count > 0:
                ahead = ahead or 7
            return calendar_unit(Precision.DAY, calendars.add_days(near, ahead), anchor)
        month = named.month or 1
        if named.day is not None:
            options = [self._day(replace(named, year=year)) for year in (near.year - 1, near.year, near.year + 1)]
            if phrase.count < 0:
                chosen = [one for one in options if one.start and one.start < near][-1]
            else:
                chosen = next(one for one in options if one.start and one.start > near) if phrase.count else options[1]
            return replace(chosen, anchor=anchor)
        if phrase.count == 0:
            year = near.year
        elif phrase.count < 0:                           # "last February" in March is not "last month"
            year = near.year - (month >= near.month - 1)
        else:
            year = near.year + (month <= near.month)
        return calendar_unit(Precision.MONTH, calendars.day(year, month, 1), anchor)

    def _shift(self, phrase: Shift) -> Meaning:
        vague = "PAST_REF" if phrase.sign < 0 else "FUTURE_REF"
        if phrase.count is None:
            return Meaning(TimexType.DATE, vague)
        if phrase.unit in MINUTES and phrase.origin is Origin.STORY and phrase.base is None:
            return self._by_the_clock(phrase.sign * phrase.count * MINUTES[phrase.unit]) or self._length(Length(phrase.count, phrase.unit))
        if phrase.base is not None:
            meaning = self.resolve(phrase.base)
            base = (meaning.start, meaning.anchor) if meaning.start else None
        else:
            base = self.story.told_aside(phrase.unit) if phrase.origin is Origin.STORY and phrase.sign > 0 else None
            if phrase.origin is Origin.STORY and phrase.sign < 0 and phrase.unit == "D":
                base = self.story.told_before()
            base = base or self.story.origin(phrase.origin, phrase.unit)
        if base is None:
            return Meaning(TimexType.DATE, vague if phrase.origin is Origin.NOW else "", anchor=Anchor.NONE)
        near, anchor = base
        is_lost = anchor is Anchor.PUBLICATION and phrase.origin is Origin.STORY and phrase.base is None
        if is_lost and (phrase.sign > 0 or phrase.unit in ("D", "W")):
            return Meaning(TimexType.DATE, vague, anchor=Anchor.NONE)            # earlier than what, nobody said
        if self.story.compares(phrase) and self.story.period and self.story.period.start:
            return years_on(self.story.period, int(phrase.sign * phrase.count), Anchor.NARRATIVE)
        if phrase.unit in ("TH", "TM", "TS"):
            return calendar_unit(Precision.DAY, near, anchor)
        count = phrase.sign * phrase.count
        if count != int(count):
            return self._counted_half(near, count, phrase.unit, anchor)
        return self._counted(near, int(count), phrase.unit, anchor)

    def _by_the_clock(self, minutes: float) -> Meaning | None:
        """Two hours after the time of day that the text told last; None where it told none."""
        if self.story.clock is None:
            return None
        day, minute = self.story.clock
        days, minute = divmod(minute + round(minutes), MINUTES_OF_DAY)
        meaning = calendar_unit(Precision.DAY, calendars.add_days(day, days), Anchor.NARRATIVE)
        return replace(meaning, type=TimexType.TIME, value=f"{meaning.value}T{minute // 60:02d}:{minute % 60:02d}", precision=Precision.MINUTE)

    def _counted_half(self, near: date, count: float, unit: str, anchor: Anchor) -> Meaning:
        """Half a year ago is a month; half a month or week ago is a day."""
        match unit:
            case "Y":
                return calendar_unit(Precision.MONTH, calendars.add_months(near, round(count * 12)), anchor)
            case "M":
                return calendar_unit(Precision.DAY, calendars.add_days(near, round(count * 30)), anchor)
            case "W":
                return calendar_unit(Precision.DAY, calendars.add_days(near, round(count * 7)), anchor)
            case _:
                return self._counted(near, round(count), unit, anchor)

    def _within(self, phrase: Within) -> Meaning:
        outer = self.resolve(phrase.outer)
        inner = phrase.inner
        if isinstance(inner, Era) and outer.start is not None:
            return calendar_unit(Precision.DECADE, calendars.day(outer.start.year + inner.first_year % 100, 1, 1), outer.anchor)
        if isinstance(inner, Part) and outer.precision in (Precision.DECADE, Precision.CENTURY, Precision.MONTH) and outer.start and outer.end:
            is_month = outer.precision is Precision.MONTH                   # the first half of May, of the 1990s
            middle = calendars.add_days(outer.start, 15) if is_month else calendars.day((outer.start.year + outer.end.year) // 2, 1, 1)
            start, end = (outer.start, middle) if inner.code == "H1" else (middle, outer.end)
            modifier = Modifier.EARLY if inner.code == "H1" else Modifier.LATE
            return replace(outer, start=start, end=end, modifier=modifier, edtf=interval_edtf(start, end))
        if outer.is_day and outer.start and isinstance(inner, Step | Part) and inner != Step(0, "W", Origin.STORY):
            return quarter_ended(outer.start, int(inner.code[1]) if isinstance(inner, Part) else None, outer.anchor)
        if self._is_of_another_year(inner, phrase.outer) and outer.start is not None:
            told = self.resolve(inner) if inner != Step(0, "Q", Origin.STORY) else self.story.period or self.story.at
            if told is None or told.start is None or (told.precision is Precision.YEAR and isinstance(inner, Step) and inner.unit == "Q"):
                return outer
            years = self._years(phrase.outer) if isinstance(phrase.outer, Shift) else outer.start.year - told.start.year
            return years_on(told, years, outer.anchor)
        if isinstance(inner, Step):                      # the week of 6 March
            if outer.start is None:
                return outer
            return calendar_unit(UNIT_PRECISION[inner.unit], outer.start, outer.anchor)
        if outer.start is None:
            return replace(self.resolve(inner), anchor=outer.anchor)
        if isinstance(inner, Fuzzy):
            return self._fuzzy(Fuzzy(inner.modifier, Within(inner.of, phrase.outer)))
        if isinstance(inner, Day) and inner.weekday and inner.month is None:
            return calendar_unit(Precision.DAY, calendars.add_days(calendars.week_days(outer.start)[0], inner.weekday - 1), outer.anchor)
        if isinstance(inner, Day) and inner.month is None and inner.day:
            return calendar_unit(Precision.DAY, calendars.day(outer.start.year, outer.start.month, inner.day), outer.anchor)
        if isinstance(inner, Day):
            return replace(self._day(replace(inner, year=outer.start.year, is_short_year=False)), anchor=outer.anchor)
        return self.resolve(inner)

    @staticmethod
    def _is_of_another_year(inner: Phrase, outer: Phrase) -> bool:
        """The same period last year, ten years ago today, a year ago Sunday."""
        return (isinstance(inner, Step) and inner.unit in ("Q", "M", "D")) or (
            isinstance(inner, Day) and inner.weekday is not None and isinstance(outer, Shift) and outer.unit == "Y")

    @staticmethod
    def _years(shift: Shift) -> int:
        return shift.sign * round(shift.count or 0)

    def _nth(self, phrase: Nth) -> Meaning:
        """The last week of a month is the last that lies in it whole; the first the one with its first Thursday."""
        outer = self.resolve(phrase.outer)
        if outer.start is None or outer.end is None:
            return replace(outer, value="")
        precision = UNIT_PRECISION.get(phrase.unit, Precision.DAY)
        if phrase.unit.isdigit():
            start = calendars.nth_weekday(outer.start.year, outer.start.month, int(phrase.unit), phrase.number)
        elif phrase.unit == "M":
            start = calendars.add_months(outer.start, phrase.number - 1 if phrase.number > 0 else 11)
        elif phrase.unit == "W":
            start = calendars.add_days(outer.start, 3 + 7 * (phrase.number - 1)) if phrase.number > 0 else calendars.add_days(outer.end, -7)
        else:
            start = calendars.add_days(outer.start if phrase.number > 0 else outer.end, phrase.number - (phrase.number > 0))
        if not (outer.start <= start < outer.end or isinstance(phrase.outer, Feast)):       # the twelfth day of Christmas
            raise OutOfCalendarError(f"{phrase.number} {phrase.unit}")
        return calendar_unit(precision, start, outer.anchor)

    def _clock(self, phrase: Clock) -> Meaning:
        if phrase.hour > 24 or (phrase.minute or 0) > 59:
            raise OutOfCalendarError(f"{phrase.hour}:{phrase.minute}")
        hour = phrase.hour + 12 * self._is_after_noon(phrase)
        clock = f"T{hour:02d}:{phrase.minute or 0:02d}" + (f":{phrase.second:02d}" if phrase.second is not None else "")
        if phrase.zone_minutes == 0:
            clock += "Z"
        precision = Precision.HOUR if phrase.minute is None else Precision.MINUTE
        return self._on(phrase.on, clock, precision)

    def _is_after_noon(self, phrase: Clock) -> bool:
        """After 9.20 p.m. "by 10 o'clock" is of the evening."""
        if not phrase.is_of_half or phrase.on is not None or phrase.hour >= 12 or self.story.clock is None:
            return False
        minute = phrase.hour * 60 + (phrase.minute or 0)
        return minute < self.story.clock[1] < minute + MINUTES_OF_DAY // 2

    def _day_part(self, phrase: DayPart) -> Meaning:
        return self._on(phrase.on, f"T{phrase.code}", Precision.DAY)

    def _on(self, on: Phrase | None, clock: str, precision: Precision) -> Meaning:
        if on is not None:
            meaning = self.resolve(on)
        else:
            base = self.story.told("D") if self.story.look() is Outlook.AHEAD else self.story.that_day()
            meaning = calendar_unit(Precision.DAY, *base) if base else Meaning(TimexType.DATE, "XXXX-XX-XX", anchor=Anchor.NONE)
        if meaning.precision is Precision.RANGE and on != OVERNIGHT:
            return meaning                               # a night of Ramadan
        if meaning.value.endswith("_REF") or not meaning.value:
            meaning = replace(meaning, value="XXXX-XX-XX")
        if meaning.start is None:
            precision = Precision.UNKNOWN
        elif meaning.precision is Precision.RANGE:
            precision = Precision.RANGE                  # overnight
        return replace(meaning, type=TimexType.TIME, value=meaning.value + clock, precision=precision)

    def _fuzzy(self, phrase: Fuzzy) -> Meaning:
        meaning = self.resolve(phrase.of)
        if phrase.modifier is Modifier.NONE:
            return meaning
        meaning = replace(meaning, modifier=phrase.modifier)
        if meaning.days is None:
            return meaning
        if phrase.modifier is Modifier.ABOUT:
            return replace(meaning, edtf=meaning.edtf + "~") if meaning.edtf else meaning
        if phrase.modifier in (Modifier.BEFORE, Modifier.AFTER):
            if not phrase.is_within:
                return open_ended(meaning)
            return self._cut_at_now(meaning) if isinstance(phrase.of, Step | NamedStep) else meaning
        start, end = calendars.third(meaning.days, phrase.modifier)
        return replace(meaning, start=start, end=end, edtf=interval_edtf(start, end))

    def _cut_at_now(self, meaning: Meaning) -> Meaning:
        """Earlier this year ends with the publication day, later this year begins with it; a day is never cut."""
        assert meaning.start is not None and meaning.end is not None
        now = self.story.publication
        if now is None or not meaning.start < now < meaning.end:
            return meaning
        start, end = (meaning.start, now) if meaning.modifier is Modifier.BEFORE else (now, meaning.end)
        return replace(meaning, start=start, end=end, edtf=interval_edtf(start, end))
