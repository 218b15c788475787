"""The grammar of time phrases: ordered layers of rules from words to phrases; no anchor is known here.

Layers: numbers ("twenty-four", "nineteen ninety-six"), dates and lengths ("3 May", "last Friday", "two
weeks"), lists ("3, 4 and 5 May"), and compositions ("late last week", "10 p.m. Wednesday", "June of that year").
Lower-case kinds are words of the lexicon (see lexicons/times), upper-case kinds are phrases found.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, replace
from typing import Any

from schemas.records import Modifier
from transforms.times import calendars
from transforms.times.phrases import (
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
from transforms.times.rewriting import Alphabet, Found, Layer, Rule
from transforms.times.tokens import GAP, Token, Vocabulary, number_kind_sets, vocabulary

MACROS = {
    "MON": "month|maymonth",
    "WDAY": "weekday|mayweekday",
    "DD": "d|dth|ord",
    "N": "n|ones|teens|tens|num|vague|a",
    "NUM": "n|ones|teens|tens|num|vague",
    "U": "unit|units|mayunit",
    "SEAS": "season|mayseason",
    "TO": "to|hyphen|dash",
    "CONN": "to|hyphen|dash|and|comma",
    "YEARLIKE": "y|short",
    "DATED": "DAY|WD|MONTH|YEAR|ERA|PART|WEEK|FEAST",
    "DAYLIKE": "DAY|WD|FEAST",
}

PHRASE_KINDS = ("DAY", "WD", "MONTH", "YEAR", "ERA", "PART", "WEEK", "FEAST", "TIME", "DAYPART", "LENGTH", "SET", "REF",
                "SHIFT", "BAD")


def _number(value: Any) -> float | None:
    """A captured number; None for an unknown one."""
    return None if value in ("X", "") else float(value)


def _unit(code: str) -> tuple[float, str]:
    """(how many, TIMEX3 unit): 10Y is ten years, TH an hour of the clock."""
    found = re.fullmatch(r"(\d*)(\w+)", code)
    assert found is not None
    return float(found[1] or 1), found[2]


def _year(value: Any) -> tuple[int, bool]:
    """(year, written with two digits)."""
    if isinstance(value, int):
        return value, False
    return int(str(value).lstrip("'’`")), True


# --- numbers ---------------------------------------------------------------------------------------------------


def _add(found: Found) -> list[Token]:
    return found.whole("n", float(found["tens"]) + float(found["ones"]))


def _scale(found: Found) -> list[Token] | None:
    count = _number(found["count"])
    return found.whole("n", (count or 1.0) * float(found["scale"])) if found["count"] != "X" else found.whole("vague", "X")


def _spoken(found: Found, year: int) -> list[Token]:
    kinds = {"y": year, "ym": year} if year >= 1900 else {"y": year}
    return [Token(found.tokens[0].start, found.tokens[-1].end, kinds)]


def _spoken_year(found: Found) -> list[Token] | None:
    century = float(found["teens"])
    rest = float(found.get("tens") or 0) + float(found.get("ones") or 0)
    if not 15 <= century <= 19 or rest < 10:
        return None
    return _spoken(found, int(century * 100 + rest))


def _teen_year(found: Found) -> list[Token] | None:
    century, rest = float(found["teens"]), float(found["teens2"])
    return _spoken(found, int(century * 100 + rest)) if 15 <= century <= 19 else None


def _spoken_millennium(found: Found) -> list[Token]:
    head, tail = found.tokens[: found.places["n"]], found.tokens[found.places["n"]:]
    return [*head, Token(tail[0].start, tail[-1].end, {"y": int(found["n"] + float(found.get("ones") or 0))})]


def _fraction(found: Found) -> list[Token] | None:
    shape = re.fullmatch(r"(?:(\d+) )?(\d+)/(\d+)", found["fraction"])
    if shape is None or int(shape[3]) == 0 or int(shape[2]) >= int(shape[3]) or len(found["fraction"]) > 12:
        return None
    return found.whole("n", float(shape[1] or 0) + int(shape[2]) / int(shape[3]))


NUMBERS = (
    Rule("tens", "tens hyphen? ones", _add),
    Rule("scaled", "count:n|ones|teens|a|num|vague scale", _scale),
    Rule("spoken_year", "teens tens hyphen? ones", _spoken_year),
    Rule("spoken_year", "teens tens", _spoken_year),
    Rule("spoken_year", "teens teens2:teens", _teen_year),
    Rule("fraction", "fraction >U", _fraction),
    Rule("and_a_half", "count:NUM and a half", lambda f: f.whole("n", (_number(f["count"]) or 0) + 0.5)),
)
SPOKEN = (
    Rule("year_two_thousand", "the? yearword n ones?", lambda f: _spoken_millennium(f) if f["n"] == 2000.0 else None),
)

# --- dates -----------------------------------------------------------------------------------------------------


def _day(found: Found) -> list[Token] | None:
    year, is_short = _year(found["year"]) if found.has("year") else (None, False)
    day_of_month = int(found["day"])
    if not 1 <= day_of_month <= 31:
        return None
    weekday = int(found["weekday"]) if found.has("weekday") else None
    month = int(found["month"])
    phrase = Day(year, month, day_of_month, weekday, is_bc=found.get("era") == "BC", is_short_year=is_short)
    return found.whole("DAY", phrase)


def _month(found: Found) -> list[Token]:
    year, is_short = _year(found["year"]) if found.has("year") else (None, False)
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


def _bare_year(found: Found) -> list[Token] | None:
    year, is_short = _year(found["year"])
    return found.whole("YEAR", Day(year, is_bc=found.get("era") == "BC", is_short_year=is_short))


def _year_pair(found: Found) -> list[Token] | None:
    first = int(found["first"])
    second = int(found["second"])
    if second < 100:
        second += first // 100 * 100
    if not first < second <= first + 200:
        return None
    left, right = found.places["first"], found.places["second"]
    return [*found.tokens[:left], _as(found.tokens[left], "YEAR", Day(first)), *found.tokens[left + 1:right],
            _as(found.tokens[right], "YEAR", Day(second)), *found.tokens[right + 1:]]


def _as(token: Token, kind: str, phrase: Phrase, rule: str = "") -> Token:
    return Token(token.start, token.end, {kind: phrase, "rule": rule})


def _over(tokens: Any, kind: str, phrase: Phrase) -> Token:
    return Token(tokens[0].start, tokens[-1].end, {kind: phrase, "rule": ""})


def _day_list(found: Found) -> list[Token] | None:
    """June 3 and 4; 5 to 7 May: two days that share month and year."""
    year, is_short = _year(found["year"]) if found.has("year") else (None, False)
    month = int(found["month"])
    days = [int(found["first"]), int(found["second"])]
    if not all(1 <= one <= 31 for one in days):
        return None
    conn = found.places["conn"]
    first, second = (Day(year, month, one, is_short_year=is_short) for one in days)
    return [_over(found.tokens[:conn], "DAY", first), found.tokens[conn], _over(found.tokens[conn + 1:], "DAY", second)]


def _month_list(found: Found) -> list[Token]:
    year, is_short = _year(found["year"])
    conn = found.places["conn"]
    return [_over(found.tokens[:conn], "MONTH", Day(year, int(found["month"]), is_short_year=is_short)), found.tokens[conn],
            _over(found.tokens[conn + 1:], "MONTH", Day(year, int(found["second"]), is_short_year=is_short))]


def _weekday(found: Found) -> list[Token]:
    return found.whole("WD", Day(weekday=int(found["weekday"])))


def _part(found: Found) -> list[Token] | None:
    number = int(found["ord"])
    if number == -1:
        number = 4
    year = Day(_year(found["year"])[0]) if found.has("year") else None
    return found.whole("PART", Part(f"Q{number}", year)) if 1 <= number <= 4 else None


def _season(found: Found) -> list[Token]:
    year = Day(*_year(found["year"])[:1]) if found.has("year") else None
    return found.whole("PART", Part(found["season"], year))


def _feast(found: Found) -> list[Token]:
    year = Day(_year(found["year"])[0]) if found.has("year") else None
    step = int(found["step"]) if found.has("step") else None
    return found.whole("FEAST", Feast(found["holiday"], year, step))


UNIT_KIND = {"D": "DAY", "W": "WEEK", "WE": "WEEK", "M": "MONTH", "Q": "PART", "Y": "YEAR", "NI": "DAYPART"}


def _step(found: Found) -> list[Token] | None:
    """last week, this year, that day, the previous month."""
    count, unit = _unit(found["unit"])
    step = int(found["step"] or 0)
    origin = Origin.STORY if found.has("story") else Origin.NOW
    if step == 1 and unit == "D":
        origin = Origin.STORY                            # the next day
    if unit == "NI":
        return found.whole("DAYPART", DayPart("NI", Step(step, "D", origin)))
    if unit in ("SE", "TM", "TH", "TS"):
        return None
    if count > 1:
        unit = {10: "E", 100: "C"}.get(int(count), unit)
        if unit not in ("E", "C"):
            return None
        return found.whole("ERA", Step(step, unit, origin))
    return found.whole(UNIT_KIND[unit], Step(step, unit, origin))


def _story_step(found: Found) -> list[Token] | None:
    return _step(Found(found.tokens, {**found.values, "story": True}, found.places))


def _named_step(found: Found) -> list[Token]:
    step = int(found["step"] or 0)
    origin = Origin.STORY if found.has("refstep") else Origin.NOW
    if found.has("weekday"):
        return found.whole("WD", NamedStep(step, Day(weekday=int(found["weekday"])), origin))
    if found.has("month"):
        return found.whole("MONTH", NamedStep(step, Day(month=int(found["month"])), origin))
    return found.whole("PART", NamedStep(step, Part(found["season"]), origin))


def _story_named(found: Found) -> list[Token]:
    return _named_step(Found(found.tokens, {**found.values, "step": found["refstep"]}, found.places))


def _length(found: Found) -> list[Token] | None:
    count = _number(found["count"]) if found.has("count") else None
    many, unit = _unit(found["unit"])
    if found.has("pastword"):
        count = 1.0
    if unit in ("Q", "TS") and (found.get("count") == "1" or any("hyphen" in token.kinds for token in found.tokens)):
        return None                                      # three-quarters, a quarter of, a second
    if unit in ("MO", "SU", "WI", "SE", "NI", "WE"):
        if unit != "NI" or count is None:
            return None
        unit = "D"
    if count is not None and count > 100_000:
        return None
    modifier = Modifier(found["approx"]) if found.get("approx") else Modifier.NONE
    return found.whole("LENGTH", Length(None if count is None else count * many, unit if count is not None or many == 1
                                        else {10.0: "E", 100.0: "C"}.get(many, unit), modifier))


def _half_added(found: Found) -> list[Token] | None:
    count = _number(found["count"])
    many, unit = _unit(found["unit"])
    return None if count is None else found.whole("LENGTH", Length((count + 0.5) * many, unit))


def _every(found: Found) -> list[Token] | None:
    if found.has("weekday"):
        return found.whole("SET", Every(f"XXXX-WXX-{found['weekday']}"))
    if found.has("month"):
        return found.whole("SET", Every(f"XXXX-{int(found['month']):02d}"))
    if found.has("season"):
        return found.whole("SET", Every(f"XXXX-{found['season']}"))
    if found.has("daypart"):
        return found.whole("SET", Every(f"XXXX-XX-XXT{found['daypart']}"))
    many, unit = _unit(found["unit"])
    if unit in ("NI", "MO"):
        return found.whole("SET", Every(f"XXXX-XX-XXT{unit}"))
    if unit in ("SU", "WI", "SE"):
        return None
    count = (_number(found.get("count") or 1) or 1) * many
    return found.whole("SET", Every(period_value(count, unit)))


def _clock(found: Found) -> list[Token] | None:
    second = None
    if found.has("clock"):
        hour, minute, *rest = (int(part) for part in found["clock"].split(":"))
        second = rest[0] if rest else None
    elif found.has("hhmm"):
        hour, minute = divmod(int(found["hhmm"]), 100)
    else:
        hour = int(float(found["hour"]))
        minute = int(found["minutes"]) if found.has("minutes") else None  # type: ignore[assignment]
        if not 0 <= hour <= 24:
            return None
    half = found.get("ampm")
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "pm" else 0)
    elif found.has("daypart") and hour <= 12 and found["daypart"] in ("AF", "EV", "NI"):
        hour = hour % 12 + 12 if not (found["daypart"] == "NI" and hour < 5) else hour
    zone = int(found["zone"]) if found.get("zone") else None
    return found.whole("TIME", Clock(hour, minute, second, zone))


def _noon(found: Found) -> list[Token]:
    hour, minute = (int(part) for part in found["noon"].split(":"))
    return found.whole("TIME", Clock(hour, minute))


def _the_unit(found: Found) -> list[Token]:
    """the year, the full year: the one in which the text is told; the day: the one the story stands at."""
    unit = found["unit"]
    return found.whole(UNIT_KIND[unit], Step(0, unit, Origin.STORY if unit in ("D", "WE") else Origin.NOW))


def _latest(found: Found) -> list[Token] | None:
    """the quarter, the latest period: the one that the story reports on."""
    if found.tokens[-1].kinds.get("period") == "" and "latest" not in found.values:
        return None
    return found.whole("PART", Step(0, "Q", Origin.STORY))


def _today(found: Found) -> list[Token]:
    return found.whole("DAY", Step(int(found["today"]), "D", Origin.NOW))


def _ago_adjective(found: Found) -> list[Token]:
    """year-earlier, year-ago: the same stretch of the story, a unit before."""
    many, unit = _unit(found["unit"])
    return found.whole("SHIFT", Shift(many, unit, -1, Origin.STORY))


DATES = (
    Rule("iso", "iso", _iso),
    Rule("numeric", "numeric", _numeric),
    Rule("month_day_year", "month:MON the? day:DD comma? of? year:YEARLIKE", _day),
    Rule("month_day", "month:MON day:DD !>count !>percent", _day),
    Rule("month_day", "month:MON the day:DD !>gap", _day),
    Rule("day_month_year", "the? day:DD dot? of? month:MON dot? comma? of? year:YEARLIKE yearend_dot?", _day),
    Rule("day_month_year", "the? day:DD hyphen month:MON hyphen year:YEARLIKE", _day),
    Rule("day_month_year_bc", "the? day:DD of? month:MON comma? year:y|y3|yy era", _day),
    Rule("day_month", "the? day:DD dot? of? month:MON", _day),
    Rule("day_month_year", "the? day:DD dot? of? month:MON dot? of? year:y dot? yearafter", _day),
    Rule("day_month_year", "day:d dot month:d dot year:y", lambda f: _day(f) if f["month"] <= 12 else None),
    Rule("day_month_year", "day:d dot month:d dot year:y dot? yearafter", lambda f: _day(f) if f["month"] <= 12 else None),
    Rule("month_year", "month:MON of? year:y dot? yearafter", _month),
    Rule("month_year", "month:MON comma? of? year:YEARLIKE !>era", _month),
    Rule("month_year_bc", "month:MON comma? of? year:y|y3|yy era", _month),
    Rule("days_of_month_before", "month:MON first:DD conn:CONN second:DD comma? year:YEARLIKE", _day_list),
    Rule("days_of_month_before", "month:MON first:DD conn:TO|and second:DD !>count !>ampm !>MON !>percent !>gap", _day_list),
    Rule("days_of_month_before", "month:MON first:DD conn:hyphen second:DD", _day_list),
    Rule("days_of_month_after", "the? first:DD dot? conn:CONN the? second:DD dot? of? month:MON comma? of? year:YEARLIKE", _day_list),
    Rule("days_of_month_after", "the? first:DD dot? conn:CONN the? second:DD dot? of? month:MON", _day_list),
    Rule("months_of_year", "month:MON conn:TO|and second:MON comma? of? year:YEARLIKE", _month_list),
    Rule("month", "month !>gapname", _month),
    Rule("month_in_context", "<inmonth|fuzzy|a month:maymonth !>says", _month),
    Rule("month_in_context", "<comma|and|to|hyphen month:maymonth >comma|dot|and|to|hyphen|stop", _month),
    Rule("weekday", "weekday", _weekday),
    Rule("weekday", "weekday:mayweekday >MON|d", _weekday),
    Rule("weekday", "weekday:mayweekday comma >MON", lambda f: [_as(f.tokens[0], "WD", Day(weekday=int(f["weekday"]))), f.tokens[1]]),
    Rule("bare_year", "!<trap !<hyphen !<dot !<n year:ym !>count !>units !>hyphen !>zone !>percent", _bare_year),
    Rule("bare_year_hyphen", "!<trap year:ym >hyphen", lambda f: None),
    Rule("year_in_context", "<in|open|fuzzy|the year:y !>count !>units !>unit !>hyphen !>zone !>gap !>percent", _bare_year),
    Rule("year_in_context", "<yearprep year:y !>count !>units !>unit !>hyphen !>zone !>percent", _bare_year),
    Rule("the_year", "the? yearword year:y|y3 era?", _bare_year),
    Rule("year_after", "year:y dot? yearafter", _bare_year),
    Rule("short_year", "<in|fuzzy|MON year:short", _bare_year),
    Rule("year_bc", "year:y|y3|yy|digit era", _bare_year),
    Rule("year_bc", "era year:y|y3|yy|digit", _bare_year),
    Rule("years", "first:y TO second:y|yy !>units !>percent !>count", _year_pair),
    Rule("years", "in|and first:y to|and second:y !>units !>percent !>count", _year_pair),
    Rule("decade", "the? decade yearword?", _era),
    Rule("decade", "the? decadewords yearword", _decade_word),
    Rule("decade", "decadeadj yearafter?", lambda f: f.whole("ERA", Era(int(f["decadeadj"]) * 10, 10, is_short_year=True))),
    Rule("decade", "the? decadesof year:y|yy", lambda f: f.whole("ERA", Era(f["year"], 10, is_short_year=f["year"] < 100)) if f["year"] % 10 == 0 else None),
    Rule("decade", "the? decadesof year:decadetens", lambda f: f.whole("ERA", Era(int(f["year"]), 10, is_short_year=True))),
    Rule("decade_word", "the decadewords", _decade_word),
    Rule("century", "the? ord:dth|ord hyphen? century era?", _century),
    Rule("century", "the? ord:d dot century era?", _century),
    Rule("century", "the? century ord era?", _century),
    Rule("quarter", "the? fiscal? ord hyphen? quarter !>hyphen", _part),
    Rule("quarter", "the? year:y fiscal? ord hyphen? quarter", _part),
    Rule("quarter", "the? ord fiscal quarter", _part),
    Rule("quarter", "the? dth quarter", _part),
    Rule("quarter_code", "quarter_code year:y?", lambda f: f.whole("PART", Part(
        f["quarter_code"], Day(f["year"]) if f.has("year") else None))),
    Rule("half", "the? half_word", lambda f: f.whole("PART", Part(f"H{f['half_word']}"))),
    Rule("season", "the? season", _season),
    Rule("season", "the? season:SEAS of? year:YEARLIKE", _season),
    Rule("season", "<inmonth|fuzzy season:mayseason >comma|dot|stop|blank|in|close", _season),
    Rule("season", "<inmonth|fuzzy the season:mayseason >in|comma|dot|stop|blank|close !>of", _season),
    Rule("fiscal_year", "the? fiscal yearword? year:YEARLIKE", _bare_year),
    Rule("fiscal_step", "the? step fiscal unit", _step),
    Rule("past_long", "the? pastword unit", lambda f: _length(f) if f["unit"] in ("10Y", "100Y", "1000Y") else None),
    Rule("step", "the? step unit !>ago !>of", _step),
    Rule("step", "!<the step unit >of", _step),      # "the last week of" waits for what it is of
    Rule("year_ending", "the fullunit >ended", lambda f: f.whole("LENGTH", Length(1.0, f["fullunit"])) if f["fullunit"] == "Y" else None),
    Rule("full_unit", "the full|fiscal unit:fullunit", _the_unit),
    Rule("quarter_of_year", "the? year:y quarter", lambda f: f.whole("PART", Within(Step(0, "Q", Origin.STORY), Day(f["year"])))),
    Rule("latest_period", "the latest? fiscal? period", _latest),
    Rule("latest_period", "the latest? unit:quarter", _latest),
    Rule("the_unit", "the unit:fullunit", _the_unit),
    Rule("step_after", "the? unit step:stepafter", _step),
    Rule("story_step", "the? step:refstep unit", _story_step),
    Rule("story_step_after", "the? unit step:refstepafter", _story_step),
    Rule("that_step", "step:that unit", _story_step),
    Rule("named_step", "the? step weekday:weekday", _named_step),
    Rule("named_step", "the? weekday step:stepafter", _named_step),
    Rule("named_step", "the? step month:MON", _named_step),
    Rule("named_step_day", "the? step month:MON day:DD", lambda f: f.whole("DAY", NamedStep(
        int(f["step"] or 0), Day(month=int(f["month"]), day=int(f["day"])))) if int(f["day"]) <= 31 else None),
    Rule("named_step", "the? month step:stepafter", _named_step),
    Rule("named_step", "the? step season:SEAS", _named_step),
    Rule("named_step", "the? season:SEAS step:stepafter", _named_step),
    Rule("story_named", "the? refstep weekday:weekday", _story_named),
    Rule("story_named", "the? refstep month:MON", _story_named),
    Rule("story_named", "the? refstep season:SEAS", _story_named),
    Rule("feast", "holiday comma? of? year:y?", _feast),
    Rule("feast", "the? step holiday", _feast),
    Rule("today", "today", _today),
    Rule("story_day", "storyday", lambda f: f.whole("DAY", Step(int(f["storyday"]), "D", Origin.STORY))),
    Rule("last_night", "lastnight", lambda f: f.whole("DAYPART", DayPart(f["lastnight"], Step(-1, "D", Origin.NOW)))),
    Rule("year_end", "the? yearend", lambda f: f.whole("DAY", Day(None, 12, 31))),
    Rule("length", "approx? approx2:approx? the? count:N hyphen? unit:U orso?", _length),
    Rule("age", "approx? the? count:N unit:U old", lambda f: [Token(f.tokens[0].start, f.tokens[-1].end, GAP)]),
    Rule("age", "approx? the? count:N hyphen unit:U hyphen old", lambda f: [Token(f.tokens[0].start, f.tokens[-1].end, GAP)]),
    Rule("length", "approx? count:N span unit:U", _length),
    Rule("length", "the? span count:NUM|N unit:U", _length),
    Rule("length", "the? span span2:span count:NUM unit:U", _length),
    Rule("length", "the? span count:NUM span2:span unit:U", _length),
    Rule("length", "the? span unit:units", _length),
    Rule("fraction", "NUM hyphen quarter", lambda f: [Token(f.tokens[0].start, f.tokens[-1].end, GAP)] if not isinstance(f.tokens[0].kinds.get("ord"), str) else None),
    Rule("length_range", "approx? count:N TO|and n2:N hyphen? unit:U", _length),
    Rule("length_or_two", "count:N unit:U and n2:NUM", _length),
    Rule("length_and_a_half", "approx? count:N unit:U and a half", _half_added),
    Rule("length_and_a_half", "count:N and a half unit:U", _half_added),
    Rule("length_vague", "!<daypart unit:units", _length),
    Rule("every", "every count:NUM? unit:U", _every),
    Rule("every", "every weekday", _every),
    Rule("every", "every month:MON", _every),
    Rule("every", "every season:SEAS", _every),
    Rule("every", "every daypart", _every),
    Rule("per", "per unit", _every),
    Rule("weekdays", "weekday:weekdays", _every),
    Rule("set", "set", lambda f: f.whole("SET", Every(f["set"]))),
    Rule("ref", "ref", lambda f: f.whole("REF", Vague(f["ref"]))),
    Rule("ref_adjective", "the? refadj", lambda f: f.whole("REF", Vague(f["refadj"]))),
    Rule("ref_adjective", "refadj unit:units", lambda f: f.whole("LENGTH", Length(None, _unit(f["unit"])[1], is_vague_past=True))),
    Rule("year_ago_adjective", "the? latest? a? unit hyphen ago period|quarter?", _ago_adjective),
    Rule("year_ago_adjective", "the? latest? a? unit hyphen earlier period|quarter?", _ago_adjective),
    Rule("clock", "clock ampm? zone?", _clock),
    Rule("clock", "approx? hour ampm zone?", _clock),
    Rule("clock", "approx? hour:ones|teens|n oclock ampm? zone?", _clock),
    Rule("clock", "hour dot minutes:yy ampm zone?", _clock),
    Rule("clock", "clock:dotclock oclock zone?", _clock),
    Rule("clock", "clock oclock zone?", _clock),
    Rule("clock", "hour oclock minutes:yy", _clock),
    Rule("clock", "hour:hour|ones|teens in the daypart", _clock),
    Rule("clock", "hhmm zone", _clock),
    Rule("clock", "hhmm hours", _clock),
    Rule("noon", "noon", _noon),
    Rule("noon", "approx noon", _noon),
    Rule("daypart", "the? step daypart", lambda f: f.whole("DAYPART", DayPart(
        f["daypart"], Step(int(f["step"] or 0), "D", Origin.STORY if f["step"] == "1" else Origin.NOW)))),
    Rule("daypart", "the? step:refstep daypart", lambda f: f.whole("DAYPART", DayPart(
        f["daypart"], Step(int(f["step"] or 0), "D", Origin.STORY)))),
    Rule("daypart", "step:that daypart", lambda f: f.whole("DAYPART", DayPart(f["daypart"], Step(0, "D", Origin.STORY)))),
    Rule("tonight", "tonight", lambda f: f.whole("DAYPART", DayPart(f["tonight"], Step(0, "D", Origin.NOW)))),
    Rule("overnight", "overnight", lambda f: f.whole("DAYPART", DayPart("NI", Step(0, "D", Origin.STORY)))),
    Rule("ordinal_day", "<in the day:dth >comma|dot|stop|in|and|to|close", lambda f: f.whole("DAY", Day(day=int(f["day"])))),
)

# --- lists: a lone number beside a dated neighbour -----------------------------------------------------------------


def _borrow_left(found: Found) -> list[Token] | None:
    """June 3, 4 and 5: the later days take month and year of the first."""
    first = found["DAY"]
    if not isinstance(first, Day) or first.month is None or not 1 <= int(found["day"]) <= 31:
        return None
    return [*found.tokens[:-1], _as(found.tokens[-1], "DAY", replace(first, day=int(found["day"]), weekday=None))]


def _borrow_right(found: Found) -> list[Token] | None:
    """3, 4 and 5 June."""
    last = found["DAY"]
    if not isinstance(last, Day) or last.month is None or last.day is None or not 1 <= int(found["day"]) < last.day:
        return None
    return [_as(found.tokens[0], "DAY", replace(last, day=int(found["day"]), weekday=None)), *found.tokens[1:]]


def _lend_year(found: Found) -> list[Token] | None:
    """from 5 May to 7 June 1999: the right date lends its year to the left one."""
    left, right = found["left"], found["right"]
    if not (isinstance(left, Day) and isinstance(right, Day)) or left.year is not None or right.year is None:
        return None
    if left.month is None or right.month is None or left.month > right.month:
        return None
    kind = "DAY" if left.day else "MONTH"
    at = found.places["left"]
    return [*found.tokens[:at], _as(found.tokens[at], kind, replace(left, year=right.year, is_short_year=right.is_short_year)),
            *found.tokens[at + 1:]]


LISTS = (
    Rule("day_list", "DAY conn:comma|and|to|hyphen day:d >comma|dot|and|stop|close|in|TO", _borrow_left),
    Rule("day_list", "DAY comma and day:d >comma|dot|stop|close|in", _borrow_left),
    Rule("day_list", "day:d conn:comma|and|to|hyphen DAY", _borrow_right),
    Rule("lent_year", "left:DAY|MONTH TO|and right:DAY|MONTH", _lend_year),
)

# --- compositions --------------------------------------------------------------------------------------------------


def _weekday_date(found: Found) -> list[Token] | None:
    named, on = found["WD"], found["DAY"]
    if not isinstance(on, Day) or not isinstance(named, Day | NamedStep):
        return None
    of = named.named if isinstance(named, NamedStep) else named
    weekday = of.weekday if isinstance(of, Day) else None
    if on.year and on.month and on.day and not on.is_short_year:
        try:
            if calendars.day(on.year, on.month, on.day).isoweekday() != weekday:
                return None                              # a headline's "Friday" above the line with its date
        except calendars.OutOfCalendarError:
            return None
    return found.whole("DAY", replace(on, weekday=weekday))


def _within(found: Found) -> list[Token] | None:
    inner, outer = found["inner"], found["outer"]
    kind = next(kind for kind in found.tokens[found.places["inner"]].kinds if kind.isupper())
    if isinstance(inner, Day) and inner.year is not None:
        return None
    if isinstance(inner, NamedStep):
        inner = inner.named
    if isinstance(inner, Step):
        return found.whole(kind, Within(inner, outer)) if inner.unit == "Q" else None
    if isinstance(inner, Part):
        return found.whole("PART", Part(inner.code, outer))
    if isinstance(inner, Feast):
        return found.whole("FEAST", Feast(inner.name, outer))
    return found.whole(kind, Within(inner, outer))


def _ended(found: Found) -> list[Token] | None:
    """the quarter ended Sept. 30: the quarter that holds the day; the day stays a phrase of its own."""
    if not (isinstance(found["PART"], Step) and found["PART"].count == 0):
        return None
    first, *rest = found.tokens
    return [_as(first, "PART", Within(Step(0, "Q", Origin.STORY), found["on"])), *rest]


def _nth(found: Found) -> list[Token] | None:
    """the first week of March, the last day of June."""
    number = int(found["number"]) if found.has("number") else -1
    if found["unit"] not in ("D", "W", "M") or (found["unit"] == "M" and not found.tokens[-1].kinds.get("YEAR")):
        return None
    return found.whole({"D": "DAY", "W": "WEEK", "M": "MONTH"}[found["unit"]], Nth(number, found["unit"], found["outer"]))


def _at_time(found: Found) -> list[Token] | None:
    clock = found["TIME"]
    if clock.on is not None:
        return None
    zone = int(found["zone"]) if found.get("zone") else clock.zone_minutes
    return found.whole("TIME", replace(clock, on=found["on"], zone_minutes=zone))


def _part_of_day(found: Found) -> list[Token] | None:
    return found.whole("DAYPART", DayPart(found["daypart"], found["on"]))


def _day_part_time(found: Found) -> list[Token] | None:
    """8 o'clock this morning; 7 in the evening."""
    clock, part = found["TIME"], found["part"]
    code = part.code if isinstance(part, DayPart) else str(part)
    hour = clock.hour
    if hour < 12 and code in ("AF", "EV", "NI") and not (code == "NI" and hour < 5):
        hour += 12
    return found.whole("TIME", replace(clock, hour=hour, on=part.on if isinstance(part, DayPart) else None))


FUZZY = {"early": Modifier.EARLY, "mid": Modifier.MID, "late": Modifier.LATE, "before": Modifier.BEFORE,
         "after": Modifier.AFTER, "about": Modifier.ABOUT, "": Modifier.NONE}


def _fuzzy(found: Found) -> list[Token]:
    kind = next(kind for kind in found.tokens[found.places["inner"]].kinds if kind.isupper())
    return found.whole(kind, Fuzzy(FUZZY[found["fuzzy"]], found["inner"]))


def _shift(origin: Origin, sign_name: str) -> Any:
    def build(found: Found) -> list[Token] | None:
        length = found["LENGTH"]
        if not isinstance(length, Length):
            return None
        sign = int(found[sign_name] or 1)
        if length.unit in ("TH", "TM", "TS") and origin is Origin.STORY:
            return None                                  # "an hour later" is told as a duration
        base = found.get("base")
        return found.whole("SHIFT", Shift(length.count, length.unit, sign, origin, base))
    return build


def _period_shift(found: Found) -> list[Token] | None:
    shift = found["SHIFT"]
    return found.whole("SHIFT", shift)


def _shift_within(found: Found) -> list[Token] | None:
    """the third quarter a year earlier / the year-ago quarter."""
    return found.whole("PART", Part(found["PART"].code, found["SHIFT"])) if isinstance(found["PART"], Part) else None


COMPOSITIONS = (
    Rule("weekday_date", "WD comma? the? DAY", _weekday_date),
    Rule("weekday_date", "DAY comma? WD !>DAY !>MON", lambda f: _weekday_date(f) if isinstance(f["DAY"], Day) and f["DAY"].month else None),
    Rule("of_year", "inner:MONTH|PART|FEAST comma? of? outer:YEAR", _within),
    Rule("of_year", "inner:DAY comma? of? outer:YEAR", lambda f: _within(f) if isinstance(f["inner"], Day) and f["inner"].month else None),
    Rule("years_part", "outer:YEAR poss? inner:PART", _within),
    Rule("years_feast", "outer:YEAR poss inner:FEAST|MONTH", _within),
    Rule("of_week", "inner:WD comma? of? outer:WEEK", _within),
    Rule("of_month", "inner:DAY of outer:MONTH", lambda f: _within(f) if isinstance(f["inner"], Day) and not f["inner"].month else None),
    Rule("nth_of", "the? number:ord unit:unit of outer:MONTH|YEAR", _nth),
    Rule("nth_of", "the? last unit:unit of outer:MONTH|YEAR", _nth),
    Rule("ago", "LENGTH ago", _shift(Origin.NOW, "ago")),
    Rule("ago", "agobefore LENGTH", _shift(Origin.NOW, "agobefore")),
    Rule("hence", "LENGTH hence", _shift(Origin.NOW, "hence")),
    Rule("hence", "inbefore LENGTH", _shift(Origin.NOW, "inbefore")),
    Rule("earlier", "LENGTH earlier", _shift(Origin.STORY, "earlier")),
    Rule("earlier", "laterbefore LENGTH", _shift(Origin.STORY, "laterbefore")),
    Rule("before_date", "LENGTH before base:DAYLIKE|MONTH|YEAR|DAYPART", _shift(Origin.STORY, "before")),
    Rule("day_before", "the unit before base:DAYLIKE", lambda f: f.whole("SHIFT", Shift(*_unit(f["unit"]), int(f["before"] or 1), Origin.STORY, f["base"]))),
    Rule("day_before", "the unit before", lambda f: f.whole("SHIFT", Shift(*_unit(f["unit"]), int(f["before"] or 1), Origin.STORY))),
    Rule("before", "LENGTH before >comma|dot|stop|blank|close", _shift(Origin.STORY, "before")),
    Rule("quarter_ended", "PART ended on:DAY", _ended),
    Rule("shifted_part", "SHIFT PART", _shift_within),
    Rule("time_on_day", "TIME zone? comma? in? on:DAY|WD|FEAST", _at_time),
    Rule("day_at_time", "on:DAY|WD|FEAST comma? at? TIME zone?", _at_time),
    Rule("time_in_part", "TIME comma? in? the? part:DAYPART|daypart", _day_part_time),
    Rule("part_of_day", "the? fuzzy? hyphen? daypart hours? of? in? on:DAY|WD|FEAST", _part_of_day),
    Rule("day_part", "fuzzy? on:DAY|WD|FEAST hyphen? daypart", _part_of_day),
    Rule("week_of", "WEEK of on:DAY|WD", lambda f: f.whole("WEEK", Within(Step(0, "W", Origin.STORY), f["on"])) if isinstance(f["WEEK"], Step) and f["WEEK"].count == 0 else None),
    Rule("week_of", "the? weekof on:DAY|WD", lambda f: f.whole("WEEK", Within(Step(0, "W", Origin.STORY), f["on"]))),
)
FUZZIES = (
    Rule("fuzzy_year", "the? fuzzy hyphen year:ym", lambda f: f.whole("YEAR", Fuzzy(FUZZY[f["fuzzy"]], Day(f["year"])))),
    Rule("fuzzy_year", "the? fuzzy:prepost hyphen? year:y", lambda f: f.whole("YEAR", Fuzzy(FUZZY[f["fuzzy"]], Day(f["year"])))),
    Rule("fuzzy_part", "the? fuzzy hyphen? daypart", lambda f: f.whole("DAYPART", DayPart(f["daypart"]))),
    Rule("fuzzy", "the? fuzzy hyphen? of? in? the? inner:DATED|TIME|DAYPART", _fuzzy),
    Rule("approx", "approx inner:DAY|YEAR|TIME|MONTH|PART|ERA", lambda f: f.whole(
        next(k for k in f.tokens[f.places["inner"]].kinds if k.isupper()), Fuzzy(Modifier(f["approx"]), f["inner"]))),
)


@dataclass(frozen=True, slots=True)
class Reading:
    """A phrase and where it stands."""

    start: int
    end: int
    kind: str                # upper-case kind: DAY, MONTH, LENGTH ...
    phrase: Phrase
    rule: str


class Grammar:
    """The cascade for one language; make it once with `grammar(language)`."""

    def __init__(self, words: Vocabulary) -> None:
        self.words = words
        sets = set(words.kind_sets) | number_kind_sets()
        sets |= {frozenset({kind}) for kind in PHRASE_KINDS} | {frozenset({"n"}), frozenset({"y"}), frozenset({"y", "ym"}), frozenset({"vague"})}
        self._alphabet = Alphabet(sets, MACROS)
        self._layers = [Layer(rules, self._alphabet) for rules in
                        (NUMBERS, SPOKEN, DATES, LISTS, LISTS, COMPOSITIONS, COMPOSITIONS, FUZZIES)]

    def parse(self, tokens: list[Token]) -> list[Reading]:
        """The phrases of a run of tokens, in order, never overlapping."""
        for layer in self._layers:
            tokens = layer.rewrite(tokens)
        out = []
        for token in tokens:
            for kind, value in token.kinds.items():
                if kind.isupper():
                    out.append(Reading(token.start, token.end, kind, value, str(token.kinds.get("rule", ""))))
                    break
        return out


@functools.cache
def grammar(language: str) -> Grammar:
    """The grammar of a language; English for one without a table."""
    return Grammar(vocabulary(language))

