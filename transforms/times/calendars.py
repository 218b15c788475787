"""Calendar arithmetic: units, thirds of units, holidays; everything in half-open days.

Weeks are ISO 8601 weeks (Monday first), seasons the meteorological ones (spring = March to May in the northern
hemisphere, September to November in the southern), as TIMEX3's SP, SU, FA, WI are read by TimeML's scorers.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from datetime import date, timedelta

from schemas.records import Modifier, Precision
from transforms.lexicons.tables import read_table

Days = tuple[date, date]

SEASON_MONTH = {"SP": 3, "SU": 6, "FA": 9, "WI": 12}
# EDTF (ISO 8601-2:2019) gives seasons 21-24 (29-32 south of the equator) and quarters 33-36.
EDTF_SEASON = {"SP": 21, "SU": 22, "FA": 23, "WI": 24}


class OutOfCalendarError(ValueError):
    """A day that no calendar has, or one outside the years 1 to 9998."""


def day(year: int, month: int, day_of_month: int) -> date:
    """The day, or OutOfCalendarError: 31 February is never its neighbour."""
    if not 1 <= year <= 9998:
        raise OutOfCalendarError(f"year {year}")
    try:
        return date(year, month, day_of_month)
    except ValueError as error:
        raise OutOfCalendarError(str(error)) from error


def add_days(start: date, count: int) -> date:
    try:
        return start + timedelta(count)
    except OverflowError as error:
        raise OutOfCalendarError(str(error)) from error


def add_months(start: date, count: int) -> date:
    """The same day of the month `count` months on, or that month's last day where it has no such day."""
    year, month0 = divmod(start.year * 12 + start.month - 1 + count, 12)
    first = day(year, month0 + 1, 1)
    following = day(year + (month0 == 11), (month0 + 1) % 12 + 1, 1)
    return min(first + timedelta(start.day - 1), following - timedelta(1))


def month_days(year: int, month: int) -> Days:
    first = day(year, month, 1)
    return first, add_months(first, 1)


def year_days(year: int, count: int = 1) -> Days:
    return day(year, 1, 1), day(year + count, 1, 1)


def week_days(any_day: date) -> Days:
    monday = add_days(any_day, 1 - any_day.isoweekday())
    return monday, add_days(monday, 7)


def quarter_days(year: int, quarter: int) -> Days:
    first = day(year, quarter * 3 - 2, 1)
    return first, add_months(first, 3)


def half_days(year: int, half: int) -> Days:
    first = day(year, half * 6 - 5, 1)
    return first, add_months(first, 6)


def season_days(year: int, season: str, is_southern: bool = False) -> Days:
    """The winter of a year begins in its December; south of the equator its summer does."""
    month = SEASON_MONTH[season]
    first = day(year, (month + 5) % 12 + 1 if is_southern else month, 1)
    return first, add_months(first, 3)


@dataclass(frozen=True, slots=True)
class SouthernCountry:
    """One row of times_southern.csv: a country (ISO 3166-1 alpha-2) whose newspapers have their summer in December."""

    country: str
    name: str


@functools.cache
def southern_countries() -> frozenset[str]:
    return frozenset(row.country for row in read_table("times_southern", SouthernCountry, key=("country",)))


def week_value(any_day: date) -> str:
    year, week, _ = any_day.isocalendar()
    return f"{year:04d}-W{week:02d}"


def third(days: Days, modifier: Modifier) -> Days:
    """Early, mid and late are the first, middle and last third of a unit.

    Months are cut at the 11th and the 21st (late May = [21 May, 1 June)), years and longer at whole months.
    """
    start, end = days
    length = (end - start).days
    if length < 3:
        return days
    if length <= 31:
        first, second = round(length / 3), round(2 * length / 3)
        if length >= 28:
            first, second = 10, 20
        cuts = start, start + timedelta(first), start + timedelta(second), end
    else:
        months = (end.year - start.year) * 12 + end.month - start.month
        cuts = start, add_months(start, months // 3), add_months(start, months - months // 3), end
    position = {Modifier.EARLY: 0, Modifier.MID: 1, Modifier.LATE: 2}.get(modifier)
    return days if position is None else (cuts[position], cuts[position + 1])


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (Anonymous Gregorian computus: Nature, 20 April 1876; Meeus 1991)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = b // 4, b % 4
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = c // 4, c % 4
    weekday = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * weekday) // 451
    month, day_before = divmod(h + weekday - 7 * m + 114, 31)
    return day(year, month, day_before + 1)


def orthodox_easter(year: int) -> date:
    """Easter Sunday of the Orthodox churches as a Gregorian date (Meeus 1991, Julian computus)."""
    d = (19 * (year % 19) + 15) % 30
    e = (2 * (year % 4) + 4 * (year % 7) - d + 34) % 7
    month, day_before = divmod(d + e + 114, 31)
    julian_to_gregorian = year // 100 - year // 400 - 2
    return day(year, month, day_before + 1) + timedelta(julian_to_gregorian)


def nth_weekday(year: int, month: int, weekday: int, nth: int) -> date:
    """The nth (1..5, or -1 for the last) ISO weekday of a month."""
    first, end = month_days(year, month)
    if nth > 0:
        return first + timedelta((weekday - first.isoweekday()) % 7 + 7 * (nth - 1))
    last = end - timedelta(1)
    return last - timedelta((last.isoweekday() - weekday) % 7)


@dataclass(frozen=True, slots=True)
class Holiday:
    """One row of times_holidays.csv.

    `rule` is how it moves: "fixed" (month, day), "easter" or "orthodox" (offset in days from Easter Sunday),
    "weekday" (the nth ISO weekday of a month, moved by `offset` days), "moon" (days of times_moons.csv, of which a year can
    have two). `length` in days. `country` (ISO 3166-1 alpha-2) is whose day it is where other nations have another of that name.
    """

    name: str
    rule: str
    month: int
    day: int
    weekday: int
    nth: int
    offset: int
    length: int
    country: str


@functools.cache
def holidays() -> dict[str, Holiday]:
    return {row.name: row for row in read_table("times_holidays", Holiday, key=("name",))}


@dataclass(frozen=True, slots=True)
class Moon:
    """One row of times_moons.csv: a feast of the Islamic, Hebrew or Chinese calendar, its first day (ISO) and its days."""

    name: str
    start: str
    days: int


@functools.cache
def moons() -> dict[tuple[str, int], list[Days]]:
    """(feast, year in which it begins) -> its days, in order."""
    out: dict[tuple[str, int], list[Days]] = {}
    for row in read_table("times_moons", Moon, key=("name", "start")):
        start = date.fromisoformat(row.start)
        out.setdefault((row.name, start.year), []).append((start, start + timedelta(row.days)))
    return out


def holiday_days(name: str, year: int) -> list[Days]:
    """The days of a holiday that begin in a year: of most once, of a lunar one up to twice, none outside its table.

    KeyError for a name that the table lacks.
    """
    row = holidays()[name]
    if row.rule == "moon":
        return moons().get((name, year), [])
    if row.rule == "fixed":
        first = day(year, row.month, row.day)
    elif row.rule == "weekday":
        first = nth_weekday(year, row.month, row.weekday, row.nth) + timedelta(row.offset)
    else:
        first = (easter if row.rule == "easter" else orthodox_easter)(year) + timedelta(row.offset)
    return [(first, first + timedelta(max(row.length, 1)))]


@dataclass(frozen=True, slots=True)
class DeedDay:
    """One row of times_deed_days.csv: a day (ISO) whose deed is told for years by month and day alone, and where it was."""

    day: str
    name: str


@functools.cache
def deed_years() -> dict[tuple[int, int], int]:
    """(month, day) -> the year of "the Sept. 11 attacks"."""
    days = [date.fromisoformat(row.day) for row in read_table("times_deed_days", DeedDay, key=("day",))]
    return {(one.month, one.day): one.year for one in days}


def unit_days(precision: Precision, around: date) -> Days:
    """The calendar unit of the given fineness that holds a day."""
    match precision:
        case Precision.WEEK:
            return week_days(around)
        case Precision.WEEKEND:
            monday, end = week_days(around)
            return monday + timedelta(5), end
        case Precision.MONTH:
            return month_days(around.year, around.month)
        case Precision.QUARTER:
            return quarter_days(around.year, (around.month + 2) // 3)
        case Precision.HALF:
            return half_days(around.year, (around.month + 5) // 6)
        case Precision.YEAR:
            return year_days(around.year)
        case Precision.DECADE:
            return year_days(max(around.year // 10 * 10, 1), 10)
        case Precision.CENTURY:
            return year_days(max(around.year // 100 * 100, 1), 100)
        case _:
            return around, add_days(around, 1)
