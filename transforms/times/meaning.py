"""What a phrase means once it is resolved, and the calendar units that most phrases mean."""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace
from datetime import date, timedelta

from schemas.records import Anchor, Modifier, Precision, TimexType
from transforms.times import calendars
from transforms.times.calendars import Days


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a phrase means: the fields of a TimeExpression but for its words."""

    type: TimexType
    value: str
    start: date | None = None
    end: date | None = None
    precision: Precision = Precision.UNKNOWN
    edtf: str = ""
    modifier: Modifier = Modifier.NONE
    anchor: Anchor = Anchor.EXPLICIT

    @property
    def days(self) -> Days | None:
        return (self.start, self.end) if self.start is not None and self.end is not None else None

    @property
    def is_day(self) -> bool:
        return self.start is not None and self.precision in (Precision.DAY, Precision.HOUR, Precision.MINUTE)




UNIT_PRECISION = {
    "D": Precision.DAY, "W": Precision.WEEK, "WE": Precision.WEEKEND, "M": Precision.MONTH, "Q": Precision.QUARTER,
    "Y": Precision.YEAR, "E": Precision.DECADE, "C": Precision.CENTURY,
}


@functools.lru_cache(maxsize=8192)
def calendar_unit(precision: Precision, around: date, anchor: Anchor = Anchor.EXPLICIT) -> Meaning:
    """The calendar unit that holds a day, as a DATE."""
    start, end = calendars.unit_days(precision, around)
    year = f"{start.year:04d}"
    match precision:
        case Precision.YEAR:
            value = edtf = year
        case Precision.DECADE:
            value, edtf = year[:3], year[:3] + "X"
        case Precision.CENTURY:
            value, edtf = year[:2], year[:2] + "XX"
        case Precision.MONTH:
            value = edtf = f"{year}-{start.month:02d}"
        case Precision.QUARTER:
            quarter = (start.month + 2) // 3
            value, edtf = f"{year}-Q{quarter}", f"{year}-{32 + quarter}"
        case Precision.HALF:
            half = (start.month + 5) // 6
            value, edtf = f"{year}-H{half}", f"{year}-{39 + half}"
        case Precision.WEEK:
            value, edtf = calendars.week_value(start), interval_edtf(start, end)
        case Precision.WEEKEND:
            value, edtf = calendars.week_value(start) + "-WE", interval_edtf(start, end)
        case _:
            value = edtf = start.isoformat()
    return Meaning(TimexType.DATE, value, start, end, precision, edtf, anchor=anchor)


def interval_edtf(start: date, end: date) -> str:
    return f"{start.isoformat()}/{(end - timedelta(1)).isoformat()}"


def season_meaning(year: int, code: str, anchor: Anchor, is_southern: bool = False) -> Meaning:
    start, end = calendars.season_days(year, code, is_southern)
    edtf = f"{year:04d}-{calendars.EDTF_SEASON[code] + 8 * is_southern}"
    return Meaning(TimexType.DATE, f"{year:04d}-{code}", start, end, Precision.SEASON, edtf, anchor=anchor)


def open_ended(meaning: Meaning) -> Meaning:
    """After 1959 begins with 1960 and has no end; before it is the other way round. The value stays the named unit."""
    assert meaning.start is not None and meaning.end is not None
    if meaning.modifier is Modifier.AFTER:
        return replace(meaning, start=meaning.end, end=None, edtf=f"{meaning.end.isoformat()}/..")
    return replace(meaning, start=None, end=meaning.start, edtf=f"../{(meaning.start - timedelta(1)).isoformat()}")


def years_on(period: Meaning, years: int, anchor: Anchor) -> Meaning:
    """The same quarter, half, month or year, so many years later: a fiscal quarter keeps its number and its own days."""
    assert period.start is not None and period.end is not None
    start, end = calendars.add_months(period.start, 12 * years), calendars.add_months(period.end, 12 * years)
    year, tail = period.value[:4], period.value[4:]
    value = f"{int(year) + years:04d}{tail}" if year.isdigit() else period.value
    plain = calendar_unit(period.precision, start, anchor)
    return plain if (plain.value, plain.days) == (value, (start, end)) else replace(period, value=value, start=start, end=end, edtf=interval_edtf(start, end), anchor=anchor)


def quarter_ended(last: date, number: int | None, anchor: Anchor) -> Meaning:
    """The three months that ended with a day. Its value is the calendar quarter that holds most of it, or the fiscal
    `number` that the text gives, of the year of its last day; its days are always its own."""
    end = calendars.add_days(last, 1)
    start = calendars.add_months(end, -3)
    plain = calendar_unit(Precision.QUARTER, calendars.add_days(last, -45), anchor)
    value = plain.value if number is None else f"{last.year:04d}-Q{number}"
    return plain if (plain.value, plain.days) == (value, (start, end)) else replace(
        plain, value=value, start=start, end=end, edtf=interval_edtf(start, end))


def unresolved(count: int | None, unit: str) -> Meaning:
    """A relative phrase without its anchor."""
    if count is None:
        return Meaning(TimexType.DATE, "", anchor=Anchor.NONE)
    value = "PAST_REF" if count < 0 else "FUTURE_REF" if count > 0 else "PRESENT_REF"
    return Meaning(TimexType.DATE, value, anchor=Anchor.NONE)
