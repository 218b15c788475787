"""Rules for what the calendar names: dates, months, years, decades, quarters, seasons, feasts, and lists of them."""

from __future__ import annotations

import re
from dataclasses import replace

from transforms.times.numerals import year_of
from transforms.times.phrases import (
    Clock,
    Day,
    Era,
    Feast,
    NamedStep,
    Nth,
    Origin,
    Part,
    Phrase,
    Step,
    Within,
)
from transforms.times.rewriting import Found, Rule, joined, relabelled
from transforms.times.tokens import GAP, HYPHEN, Token


def _day(found: Found) -> list[Token] | None:
    year, is_short = year_of(found["year"]) if found.has("year") else (None, False)
    day_of_month = int(found["day"])
    if not 1 <= day_of_month <= 31:
        return None
    weekday = int(found["weekday"]) if found.has("weekday") else None
    month = int(found["month"])
    phrase = Day(year, month, day_of_month, weekday, is_bc=found.get("era") == "BC", is_short_year=is_short)
    return found.whole("DAY", phrase)


def _month(found: Found) -> list[Token]:
    year, is_short = year_of(found["year"]) if found.has("year") else (None, False)
    return found.whole("MONTH", Day(year, int(found["month"]), is_bc=found.get("era") == "BC", is_short_year=is_short))


def _iso(found: Found) -> list[Token] | None:
    text = found["iso"]
    year, month, day_of_month = (int(part) for part in text[:10].split("-"))
    if not year:
        return None
    on = Day(year, month, day_of_month)
    clock = re.match(r"[T ](\d\d):(\d\d)(?::(\d\d))?(?:\.\d+)?(Z|([+-])(\d\d):?(\d\d))?", text[10:])
    if clock is None or int(clock[1]) > 24 or int(clock[2]) > 59:
        return found.whole("DAY", on)
    zone = None
    if clock[4]:
        zone = 0 if clock[4] == "Z" else (-1 if clock[5] == "-" else 1) * (int(clock[6]) * 60 + int(clock[7]))
    return found.whole("TIME", Clock(int(clock[1]), int(clock[2]), int(clock[3]) if clock[3] else None, zone, on))


def _numeric(found: Found) -> list[Token] | None:
    text = found["numeric"]
    first, second, last = (int(part) for part in re.split(r"[./-]", text))
    if re.match(r"\d{4}", text):
        return found.whole("DAY", Day(first, second, last))
    is_short = last < 100 and len(re.split(r"[./-]", text)[2]) == 2
    if "." in text:                                      # a dotted date is day first wherever it is written
        return found.whole("DAY", Day(last, second, first, is_short_year=is_short))
    return found.whole("DAY", Day(last, first, second, is_short_year=is_short, is_ambiguous=True))


def _day_month_dots(found: Found) -> list[Token] | None:
    """am 28.10.; 22.05. - 26.05.2023: a day and a month, each with its dot."""
    shape = re.fullmatch(r"(\d\d?)\.(\d\d?)", found["number"])
    return _day_and_month(found, int(shape[1]), int(shape[2]), 2) if shape else None


def _day_month_slash(found: Found) -> list[Token] | None:
    """le 28/10, where the greater number cannot be a month."""
    shape = re.fullmatch(r"(\d\d?)/(\d\d?)", found["fraction"])
    return _day_and_month(found, int(shape[1]), int(shape[2]), 1) if shape and int(shape[1]) > 12 else None


def _day_and_month(found: Found, day: int, month: int, length: int) -> list[Token] | None:
    if not (1 <= day <= 31 and 1 <= month <= 12):
        return None
    return [joined(found.tokens[:length], "DAY", Day(month=month, day=day)), *found.tokens[length:]]


def _iso_week(found: Found) -> list[Token] | None:
    """in der 7. Kalenderwoche 2022."""
    year: Phrase = Day(year_of(found["year"])[0]) if found.has("year") else Step(0, "Y", Origin.NOW)
    return found.whole("WEEK", Nth(int(found["week"]), "W", year)) if int(found["week"]) <= 53 else None


def _era(found: Found) -> list[Token]:
    digits = re.sub(r"\D", "", found["decade"])
    is_short = len(digits) == 2
    return found.whole("ERA", Era(int(digits), 10, is_short_year=is_short))


def _decade_word(found: Found) -> list[Token]:
    return found.whole("ERA", Era(int(found["decadewords"]) * 10, 10, is_short_year=True))


def _century(found: Found) -> list[Token] | None:
    number = int(found["ord"])
    if not 1 <= number <= 21:
        return None
    return found.whole("ERA", Era((number - 1) * 100, 100, is_bc=found.get("era") == "BC"))


def _centuries(found: Found) -> list[Token] | None:
    """the 17th through 19th centuries: the first and the last."""
    numbers = [int(found["first"]), int(found["second"])]
    if not all(1 <= one <= 21 for one in numbers):
        return None
    conn, is_bc = found.places["conn"], found.get("era") == "BC"
    first, second = (Era((one - 1) * 100, 100, is_bc=is_bc) for one in numbers)
    return [joined(found.tokens[:conn], "ERA", first), found.tokens[conn], joined(found.tokens[conn + 1:], "ERA", second)]


# A number below it is a year only after a word that asks for a date (in, since, until), not after "of", "by" or "the".
LIKELY_YEAR = 1500


def is_plain_year(number: int) -> bool:
    """Whether a number of four digits in an English sentence is hardly anything but a year: other numbers have a comma."""
    return 1700 <= number < 1900 or (2040 <= number <= 2100 and number % 5 == 0)


def _bare_year(found: Found) -> list[Token] | None:
    year, is_short = year_of(found["year"])
    return found.whole("YEAR", Day(year, is_bc=found.get("era") == "BC", is_short_year=is_short))


def _year_pair(found: Found) -> list[Token] | None:
    first = int(found["first"])
    second = int(found["second"])
    if second < 100:
        second += first // 100 * 100
    if not first < second <= first + 200:
        return None
    left, right = found.places["first"], found.places["second"]
    return [*found.tokens[:left], relabelled(found.tokens[left], "YEAR", Day(first)), *found.tokens[left + 1:right],
            relabelled(found.tokens[right], "YEAR", Day(second)), *found.tokens[right + 1:]]


def _years_bc(found: Found) -> list[Token] | None:
    """from 499 to 493 BC: both count backwards."""
    first, second = int(found["first"]), int(found["second"])
    if found["era"] != "BC" or first <= second:
        return None
    left, conn, *right = found.tokens
    return [relabelled(left, "YEAR", Day(first, is_bc=True)), conn, joined(right, "YEAR", Day(second, is_bc=True))]


def _year_slash(found: Found) -> list[Token] | None:
    """2019/20: a year and the next one."""
    token = found.tokens[0]
    shape = re.fullmatch(r"([12]\d{3})/(\d{4}|\d\d)", found["fraction"])
    if shape is None or int(shape[2]) % 100 != (int(shape[1]) + 1) % 100:
        return None
    first = int(shape[1])
    left = Token(token.start, token.start + 4, token.kinds)
    right = Token(token.start + 5, token.end, token.kinds)
    return [relabelled(left, "YEAR", Day(first)), Token(left.end, right.start, HYPHEN), relabelled(right, "YEAR", Day(first + 1))]


def _days_slash(found: Found) -> list[Token] | None:
    """the night of 9/10 May: a day and the next one."""
    shape = re.fullmatch(r"(\d\d?)/(\d\d?)", found["fraction"])
    at = found.places["fraction"]
    token = found.tokens[at]
    if shape is None or int(shape[2]) != int(shape[1]) + 1 or not 1 <= int(shape[1]) <= 31:
        return None
    year, is_short = year_of(found["year"]) if found.has("year") else (None, False)
    first, second = (Day(year, int(found["month"]), int(shape[part]), is_short_year=is_short) for part in (1, 2))
    cut = token.start + len(shape[1])
    left, slash, right = Token(token.start, cut, token.kinds), Token(cut, cut + 1, HYPHEN), Token(cut + 1, token.end, token.kinds)
    return [joined([*found.tokens[:at], left], "DAY", first), slash, joined([right, *found.tokens[at + 1:]], "DAY", second)]


def _day_list(found: Found) -> list[Token] | None:
    """June 3 and 4; 5 to 7 May: two days that share month and year."""
    year, is_short = year_of(found["year"]) if found.has("year") else (None, False)
    month = int(found["month"])
    days = [int(found["first"]), int(found["second"])]
    if not all(1 <= one <= 31 for one in days):
        return None
    conn = found.places["conn"]
    first, second = (Day(year, month, one, is_short_year=is_short) for one in days)
    return [joined(found.tokens[:conn], "DAY", first), found.tokens[conn], joined(found.tokens[conn + 1:], "DAY", second)]


def _month_list(found: Found) -> list[Token]:
    year, is_short = year_of(found["year"])
    conn = found.places["conn"]
    return [joined(found.tokens[:conn], "MONTH", Day(year, int(found["month"]), is_short_year=is_short)), found.tokens[conn],
            joined(found.tokens[conn + 1:], "MONTH", Day(year, int(found["second"]), is_short_year=is_short))]


def _weekday(found: Found) -> list[Token]:
    return found.whole("WD", Day(weekday=int(found["weekday"])))


def _part(found: Found) -> list[Token] | None:
    number = int(found["ord"])
    if number == -1:
        number = 4
    year = Day(year_of(found["year"])[0]) if found.has("year") else None
    return found.whole("PART", Part(f"Q{number}", year)) if 1 <= number <= 4 else None


def _quarters(found: Found) -> list[Token] | None:
    """the first and second quarters: two parts of one year."""
    numbers = [int(found["first"]), int(found["second"])]
    if not all(1 <= one <= 4 for one in numbers):
        return None
    year = Day(year_of(found["year"])[0]) if found.has("year") else None
    conn = found.places["conn"]
    first, second = (Part(f"Q{one}", year) for one in numbers)
    return [joined(found.tokens[:conn], "PART", first), found.tokens[conn], joined(found.tokens[conn + 1:], "PART", second)]


def _season(found: Found) -> list[Token]:
    if not found.has("year"):
        return found.whole("PART", Part(found["season"]))
    year, is_short = year_of(found["year"])
    return found.whole("PART", Part(found["season"], Day(year, is_bc=found.get("era") == "BC", is_short_year=is_short)))


def _feast(found: Found) -> list[Token]:
    year = Day(year_of(found["year"])[0]) if found.has("year") else None
    step = int(found["step"]) if found.has("step") else None
    return found.whole("FEAST", Feast(found["holiday"], year, step))


CALENDAR = (
    Rule("iso", "iso", _iso),
    Rule("numeric", "numeric", _numeric),
    Rule("month_day_year", "month:MON the? day:DD comma? of? year:YEARLIKE", _day),
    Rule("month_day", "month:MON day:DD !>count !>percent", _day),
    Rule("month_day", "month:MON the day:DD !>gap", _day),
    Rule("day_month_year", "the? day:DD dot? of? month:MON dot? comma? of? year:YEARLIKE", _day),
    Rule("day_month_year", "the? day:DD hyphen month:MON hyphen year:YEARLIKE", _day),
    Rule("day_month_year_bc", "the? day:DD of? month:MON comma? year:y|y3|yy era", _day),
    Rule("day_month", "the? day:DD dot? of? month:MON", _day),
    Rule("day_month_year", "the? day:DD dot? of? month:MON dot? of? year:y dot? yearafter", _day),
    Rule("day_month_year", "day:d dot month:d dot year:y", lambda f: _day(f) if f["month"] <= 12 else None),
    Rule("day_month_year", "day:d dot month:d dot year:y dot? yearafter", lambda f: _day(f) if f["month"] <= 12 else None),
    Rule("month_year", "month:MON of? year:y dot? yearafter", _month),
    Rule("month_year", "month:MON comma? of? year:YEARLIKE !>era", _month),
    Rule("year_month", "year:ym month:month !>d !>dth", _month),
    Rule("year_month_day", "year:ym month:month day:d !>count !>percent !>comma !>y", _day),
    Rule("month_year_bc", "month:MON comma? of? year:y|y3|yy era", _month),
    Rule("days_of_month_before", "month:MON first:DD conn:CONN second:DD comma? year:YEARLIKE", _day_list),
    Rule("days_of_month_before", "month:MON first:DD conn:TO|and second:DD !>count !>ampm !>MON !>percent !>gap", _day_list),
    Rule("days_of_month_before", "month:MON first:DD conn:hyphen second:DD", _day_list),
    Rule("days_slash", "month:MON fraction", _days_slash),
    Rule("days_slash", "month:MON fraction comma? year:YEARLIKE", _days_slash),
    Rule("days_slash", "fraction of? month:MON", _days_slash),
    Rule("days_slash", "fraction of? month:MON comma? year:YEARLIKE", _days_slash),
    Rule("days_of_month_after", "the? first:DD dot? conn:CONN|slash the? second:DD dot? of? month:MON comma? of? year:YEARLIKE", _day_list),
    Rule("days_of_month_after", "the? first:DD dot? conn:CONN|slash the? second:DD dot? of? month:MON", _day_list),
    Rule("days_of_month_after", "the? first:DD dot? conn:CONN the? second:DD dot? of? month:MON of? year:y dot? yearafter", _day_list),
    Rule("months_of_year", "month:MON conn:TO|and|slash second:MON comma? of? year:YEARLIKE", _month_list),
    Rule("month", "!<person month", _month),
    Rule("month_named", "monthword month:MON", _month),
    Rule("month_named", "monthword month:MON of? year:y", _month),
    Rule("month_in_context", "<inmonth|fuzzy|a month:maymonth !>says", _month),
    Rule("month_named_by_the", "<the month:maymonth >gap", _month),                 # the March elections
    Rule("month_this_year", "month:maymonth step unit", lambda f: f.whole("MONTH", Within(
        Day(month=int(f["month"])), Step(int(f["step"] or 0), "Y", Origin.NOW))) if f["unit"] == "Y" else None),
    Rule("month_in_context", "month:maymonth comma >MON", lambda f: [relabelled(f.tokens[0], "MONTH", Day(month=int(f["month"]))), f.tokens[1]]),
    Rule("month_in_context", "<comma|and|to|hyphen month:maymonth >comma|dot|and|to|hyphen|stop", _month),
    Rule("weekday", "weekday", _weekday),
    Rule("weekday", "weekday:mayweekday >MON|d", _weekday),
    Rule("weekday", "weekday:mayweekday comma >MON", lambda f: [relabelled(f.tokens[0], "WD", Day(weekday=int(f["weekday"]))), f.tokens[1]]),
    Rule("bare_year", "!<trap !<hyphen !<n year:ym !>count !>units !>hyphen !>zone !>percent", _bare_year),
    Rule("model_year", "!<in|the year:y make", lambda f: [joined(f.tokens, "gap", "")]),      # a 2015 Toyota
    Rule("bare_year_hyphen", "!<trap year:ym >hyphen", lambda f: None),
    Rule("year_in_context", "<in|open|fuzzy|the year:y !>count !>units !>unit !>hyphen !>zone !>gap !>percent",
         lambda f: _bare_year(f) if f["year"] >= LIKELY_YEAR else None),
    Rule("year_of_heading", "<blank year:y >blank", lambda f: _bare_year(f) if f["year"] >= LIKELY_YEAR else None),
    Rule("year_in_context", "<commaless year:y >gap !>zone", lambda f: _bare_year(f) if is_plain_year(f["year"]) else None),
    Rule("year_in_context", "<owner year:y >gap", lambda f: _bare_year(f) if is_plain_year(f["year"]) and f["year"] % 10 else None),   # his 1861 diary
    Rule("year_in_context", "<yearprep year:y !>count !>units !>unit !>hyphen !>zone !>percent", _bare_year),
    Rule("year_maybe_bc", "<yearprep year:y3 >comma|dot|stop|blank|close|the|and|TO|gap",
         lambda f: f.whole("YEAR", Day(f["year"], is_bc=True, is_maybe_bc=True))),
    Rule("the_year", "the? yearword year:y|y3 era?", _bare_year),
    Rule("year_after", "year:y dot? yearafter", _bare_year),
    Rule("short_year", "<in|fuzzy|MON year:short", _bare_year),
    Rule("year_bc", "year:y|y3|yy|digit era", _bare_year),
    Rule("year_bc", "era year:y|y3|yy|digit", _bare_year),
    Rule("years", "first:y TO second:y|yy !>units !>percent !>count", _year_pair),
    Rule("years", "the? yearword first:y TO|and second:y|yy !>units !>percent !>count", _year_pair),
    Rule("years_bc", "first:y|y3|yy TO|and second:y|y3|yy era", _years_bc),
    Rule("years_slash", "fraction !>U", _year_slash),
    Rule("years", "in|and first:y to|and second:y !>units !>percent !>count", _year_pair),
    Rule("decade", "the? decade hyphen? yearword?", _era),
    Rule("age_or_degrees", "notyears fuzzy? hyphen? decade", lambda f: [Token(f.tokens[0].start, f.tokens[-1].end, GAP)] if len(f["decade"]) < 5 else None),
    Rule("age_or_degrees", "notyears fuzzy? hyphen? decadewords", lambda f: [Token(f.tokens[0].start, f.tokens[-1].end, GAP)]),
    Rule("decade", "the? decadewords yearword", _decade_word),
    Rule("decade", "decadeadj yearafter?", lambda f: f.whole("ERA", Era(int(f["decadeadj"]) * 10, 10, is_short_year=True))),
    Rule("decade", "the? decadesof year:y|yy", lambda f: f.whole("ERA", Era(f["year"], 10, is_short_year=f["year"] < 100)) if f["year"] % 10 == 0 else None),
    Rule("decade", "the? decadesof year:decadetens", lambda f: f.whole("ERA", Era(int(f["year"]), 10, is_short_year=True))),
    Rule("decade_word", "the decadewords", _decade_word),
    Rule("decade_word", "<fuzzy decadewords", _decade_word),
    Rule("decade", "<fuzzy the? year:decadetens", lambda f: f.whole("ERA", Era(int(f["year"]), 10, is_short_year=True))),
    Rule("century", "the? ord:dth|ord hyphen? century era?", _century),
    Rule("centuries", "the? first:dth|ord conn:TO|and the? second:dth|ord hyphen? century era?", _centuries),
    Rule("century", "the? ord:d dot century era?", _century),
    Rule("century", "the? century ord era?", _century),
    Rule("century", "the? ord:roman dot? century era?", _century),
    Rule("century", "the? century ord:roman era?", _century),
    Rule("centuries", "the? century first:roman conn:TO|and second:roman", _centuries),
    Rule("iso_week", "the? week:d|dth|ord dot? kw year:y?", _iso_week),
    Rule("iso_week", "the? kw week:d year:y?", _iso_week),
    Rule("roman_month", "day:d dot? hyphen? month:rmonth dot? hyphen? year:y dot?", _day),
    Rule("day_month_dots", "<dayprep|comma|the number dot", _day_month_dots),
    Rule("day_month_dots", "number dot TO >numeric", _day_month_dots),
    Rule("day_month_slash", "<dayprep|the fraction", _day_month_slash),
    Rule("day_month_slash", "fraction TO >numeric", _day_month_slash),
    Rule("quarter", "the? fiscal? ord hyphen? quarter !>hyphen", _part),
    Rule("quarter", "the? year:y fiscal? ord hyphen? quarter", _part),
    Rule("quarter", "the? ord fiscal quarter", _part),
    Rule("quarter", "the? dth quarter", _part),
    Rule("quarters", "the? first:ord conn:and|to the? second:ord quarter !>hyphen", _quarters),
    Rule("quarters", "the? first:ord conn:and|to the? second:ord quarter of? year:y", _quarters),
    Rule("quarter_code", "quarter_code year:y?", lambda f: f.whole("PART", Part(
        f["quarter_code"], Day(f["year"]) if f.has("year") else None))),
    Rule("half", "the? half_word", lambda f: f.whole("PART", Part(f"H{f['half_word']}"))),
    Rule("season", "the? season", _season),
    Rule("season", "the? season:SEAS of? year:YEARLIKE", _season),
    Rule("season", "the? season:SEAS of? year:y|y3 era", _season),
    Rule("season", "<inmonth|fuzzy season:mayseason >comma|dot|stop|blank|in|close", _season),
    Rule("season", "<inmonth|fuzzy the season:mayseason >in|comma|dot|stop|blank|close !>of", _season),
    Rule("fiscal_year", "the? fiscal yearword? year:YEARLIKE", _bare_year),
    Rule("feast", "holiday", _feast),
    Rule("feast", "holiday comma? of? year:y", _feast),
    Rule("feast", "the? step holiday", _feast),
    Rule("year_end", "the? yearend", lambda f: f.whole("PART", Part("YE"))),
    Rule("ordinal_day", "<dayprep the day:dth >comma|dot|stop|in|and|to|close|the|gap", lambda f: f.whole("DAY", Day(day=int(f["day"])))),
)

# A lone number beside a dated neighbour.


def _borrow_left(found: Found) -> list[Token] | None:
    """June 3, 4 and 5: the later days take month and year of the first."""
    first = found["DAY"]
    if not isinstance(first, Day) or first.month is None or not 1 <= int(found["day"]) <= 31:
        return None
    return [*found.tokens[:-1], relabelled(found.tokens[-1], "DAY", replace(first, day=int(found["day"]), weekday=None))]


def _borrow_right(found: Found) -> list[Token] | None:
    """3, 4 and 5 June."""
    last = found["DAY"]
    if not isinstance(last, Day) or last.month is None or last.day is None or not 1 <= int(found["day"]) < last.day:
        return None
    return [relabelled(found.tokens[0], "DAY", replace(last, day=int(found["day"]), weekday=None)), *found.tokens[1:]]


def _lend_year(found: Found) -> list[Token] | None:
    """from 5 May to 7 June 1999: the right date lends its year to the left one."""
    left, right = found["left"], found["right"]
    if isinstance(left, Day) and left.year is None and left.month and isinstance(right, Within) and isinstance(right.inner, Day) and right.inner.month:
        at = found.places["left"]                        # from January to April of this year
        return [*found.tokens[:at], relabelled(found.tokens[at], "DAY" if left.day else "MONTH", Within(left, right.outer)), *found.tokens[at + 1:]]
    if not (isinstance(left, Day) and isinstance(right, Day)) or left.year is not None or right.year is None:
        return None
    if left.month is None or right.month is None or left.month > right.month:
        return None
    kind = "DAY" if left.day else "MONTH"
    at = found.places["left"]
    return [*found.tokens[:at], relabelled(found.tokens[at], kind, replace(left, year=right.year, is_short_year=right.is_short_year)),
            *found.tokens[at + 1:]]


def _weekday_range(found: Found) -> list[Token] | None:
    """Monday through Friday: the second is the next after the first."""
    last = found["last"]
    if not isinstance(last, Day):
        return None
    return [*found.tokens[:-1], relabelled(found.tokens[-1], "WD", NamedStep(1, last, Origin.STORY))]


def _lend_year_to_part(found: Found) -> list[Token] | None:
    """the spring and early summer of 1941: one year for both."""
    left, right = found["left"], found["right"]
    if not (isinstance(left, Part) and isinstance(right, Part)) or left.year is not None or right.year is None:
        return None
    return [relabelled(found.tokens[0], "PART", replace(left, year=right.year)), *found.tokens[1:]]


LISTS = (
    Rule("lent_year", "left:PART TO|and|slash the? fuzzy? right:PART", _lend_year_to_part),
    Rule("weekday_range", "first:WD TO last:WD !>DAY !>MON !>comma", _weekday_range),
    Rule("day_list", "DAY conn:comma|and|to|hyphen day:d >comma|dot|and|stop|close|in|TO", _borrow_left),
    Rule("day_list", "DAY comma and day:d >comma|dot|stop|close|in", _borrow_left),
    Rule("day_list", "day:d dot? conn:comma|and|to|hyphen DAY", _borrow_right),
    Rule("lent_year", "left:MONTH comma right:MONTH", _lend_year),
    Rule("lent_year", "left:DAY|MONTH TO|and right:DAY|MONTH", _lend_year),
)

