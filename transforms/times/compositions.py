"""Rules that put phrases together: June of that year, 10 p.m. Wednesday, two days after Easter, late last week."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from schemas.records import Modifier
from transforms.times import calendars
from transforms.times.clocks import clock_on, in_part
from transforms.times.numerals import number_of, unit_of
from transforms.times.phrases import (
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
    Within,
)
from transforms.times.rewriting import Found, Rule, joined, relabelled
from transforms.times.tokens import Token


def _can_be(on: Day, weekday: int | None) -> bool:
    """Whether a date that says its year, month and day falls on a weekday; one that does not may always."""
    if not (on.year and on.month and on.day) or on.is_short_year:
        return True
    try:
        return calendars.day(on.year, on.month, on.day).isoweekday() == weekday
    except calendars.OutOfCalendarError:
        return False


def _weekday_date(found: Found) -> list[Token] | None:
    named, on = found["WD"], found["DAY"]
    if not isinstance(on, Day) or not isinstance(named, Day | NamedStep):
        return None
    of = named.named if isinstance(named, NamedStep) else named
    weekday = of.weekday if isinstance(of, Day) else None
    if not _can_be(on, weekday):
        return None                                      # a headline's "Friday" above the line with its date
    return found.whole("DAY", replace(on, weekday=weekday))


def _weekday_aside(found: Found) -> list[Token] | None:
    """Thursday (July 28): both are the one day."""
    named, on = found["WD"], found["DAY"]
    if not (isinstance(named, Day) and isinstance(on, Day) and on.month and on.day and _can_be(on, named.weekday)):
        return None
    both = replace(on, weekday=named.weekday)
    left, opening, right, closing = found.tokens
    return [relabelled(left, "DAY", both), opening, relabelled(right, "DAY", both), closing]


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
    """the quarter ended Sept. 30: the three months up to the day; the day stays a phrase of its own."""
    part = found["PART"]
    if not (part == Step(0, "Q", Origin.STORY) or (isinstance(part, Part) and part.code[0] == "Q" and part.year is None)):
        return None
    first, *rest = found.tokens
    return [relabelled(first, "PART", Within(part, found["on"])), *rest]


def _same_period(found: Found) -> list[Token] | None:
    """the same month a year ago, the quarter a year earlier."""
    shift, period = found["SHIFT"], found["period"]
    is_last_year = shift == Step(-1, "Y", Origin.NOW)
    if not is_last_year and not (isinstance(shift, Shift) and shift.unit == "Y" and shift.count == 1 and shift.base is None):
        return None
    if not (isinstance(period, Step) and period.count == 0 and period.origin is Origin.STORY and period.unit in ("Q", "M", "D")):
        return None
    kind = {"Q": "PART", "M": "MONTH", "D": "DAY"}[period.unit]
    return found.whole(kind, Within(period, shift))


def _nth(found: Found) -> list[Token] | None:
    """the first week of March, the last day of June."""
    number = int(found["number"]) if found.has("number") else -1
    if found["unit"] not in ("D", "W", "M") or (found["unit"] == "M" and not found.tokens[-1].kinds.get("YEAR")):
        return None
    return found.whole({"D": "DAY", "W": "WEEK", "M": "MONTH"}[found["unit"]], Nth(number, found["unit"], found["outer"]))


def _nth_weekday(found: Found) -> list[Token] | None:
    """the second Tuesday of November, the last Sunday in May."""
    on = found["on"]
    if isinstance(on, NamedStep):
        if found.has("number") or on.count != -1:
            return None
        number, on = -1, on.named
    elif not found.has("number"):
        return None
    else:
        number = int(found["number"])
    if not isinstance(on, Day) or on.weekday is None or on.day is not None:
        return None
    return found.whole("DAY", Nth(number, str(on.weekday), found["outer"]))


def _edge_of(found: Found) -> list[Token] | None:
    """the first days of June, the last weeks of 1631."""
    modifier = {"length_first": Modifier.EARLY, "length_last": Modifier.LATE}.get(str(found.tokens[0].kinds.get("rule")))
    kind = next(kind for kind in found.tokens[-1].kinds if kind.isupper())
    return found.whole(kind, Fuzzy(modifier, found["outer"])) if modifier else None


def _part_of_nth(found: Found) -> list[Token] | None:
    """the morning of the 10th, nine in the evening of the 11th."""
    on = Day(day=int(found["day"]))
    if not 1 <= int(found["day"]) <= 31:
        return None
    if found.has("TIME"):
        return found.whole("TIME", replace(found["TIME"], on=on)) if found["TIME"].on is None else None
    return found.whole("DAYPART", DayPart(found["daypart"], on))


def _hour_in_part(found: Found) -> list[Token] | None:
    """at five the next morning, at 9 that evening."""
    hour, part = int(number_of(found["hour"]) or 0), found["part"]
    if not 1 <= hour <= 12 or part.on is None:
        return None
    return found.whole("TIME", Clock(in_part(hour, part.code), on=part.on))


def _weeks_from(found: Found) -> list[Token] | None:
    """a week from Tuesday, a week ago Friday."""
    shift, on = found.get("SHIFT"), found["on"]
    length = found.get("LENGTH") or shift
    if not isinstance(on, Day) or isinstance(length, Ahead) or length.unit != "W" or not length.count or (shift and (shift.origin is not Origin.NOW or shift.base)):
        return None
    if shift:
        return found.whole("DAY", Shift(7 * length.count, "D", shift.sign, Origin.NOW, on))
    return found.whole("DAY", Shift(7 * length.count, "D", 1, Origin.NOW, NamedStep(0, on)))


def _week_on(found: Found) -> list[Token] | None:
    """Saturday week, tomorrow fortnight."""
    on, (count, unit) = found["on"], unit_of(found["unit"])
    is_weekday = isinstance(on, Day) and on.weekday is not None and on.month is None
    if unit != "W" or not (is_weekday or on in (Step(0, "D", Origin.NOW), Step(1, "D", Origin.NOW))):
        return None
    return found.whole("DAY", Shift(7 * count, "D", 1, Origin.NOW, NamedStep(0, on) if is_weekday else on))


def _week_before_last(found: Found) -> list[Token] | None:
    """a week last Tuesday."""
    length, on = found["LENGTH"], found["on"]
    if not isinstance(length, Length) or length.unit != "W" or not length.count or not (isinstance(on, NamedStep) and on.count == -1):
        return None
    return found.whole("DAY", Shift(7 * length.count, "D", -1, Origin.NOW, on))


def _quarter_of_months(found: Found) -> list[Token] | None:
    """the April-June quarter."""
    first, last = found["first"], found["last"]
    if not (isinstance(first, Day) and isinstance(last, Day)) or first.year or last.year or (last.month or 0) - (first.month or 0) != 2 or (last.month or 1) % 3:
        return None
    return found.whole("PART", Part(f"Q{(last.month or 3) // 3}"))


def _years_to_the_day(found: Found) -> list[Token] | None:
    """ten years ago today, a year ago on Sunday."""
    shift, on = found["SHIFT"], found["on"]
    if isinstance(on, DayPart):                          # fifty years ago tonight
        day = _years_to_the_day(Found(found.tokens, {**found.values, "on": on.on}, found.places))
        return found.whole("DAYPART", DayPart(on.code, next(iter(day[0].kinds.values())))) if day else None
    is_day = on == Step(0, "D", Origin.NOW) or (isinstance(on, Day) and on.weekday is not None and on.month is None)
    if not is_day or shift.unit != "Y" or not shift.count or shift.origin is not Origin.NOW or shift.base:
        return None
    return found.whole("DAY", Within(on, shift))


def _restated(found: Found) -> list[Token] | None:
    """10:35 a.m. (0735 GMT): one moment, told by the clock of the place and by another."""
    if found["right"].on is not None:
        return None
    clock = found.get("TIME") or Clock(*divmod(int(found["hhmm"]), 100))
    if not found.has("on"):
        return found.whole("TIME", clock)
    *clocks, day = found.tokens                          # the day behind the bracket is said of both, and stays a phrase of its own
    return [joined(clocks, "TIME", replace(clock, on=found["on"])), day]


def _lend_day(found: Found) -> list[Token] | None:
    """from 1 p.m. to 3 p.m. on Thursday: both are Thursday's."""
    left, right = found["left"], found["right"]
    if left.on is not None or right.on is None:
        return None
    first, *rest = found.tokens
    return [relabelled(first, "TIME", replace(left, on=right.on)), *rest]


def _apposition(found: Found) -> list[Token] | None:
    """in 2015, the year they signed; on Tuesday, the day after the blast: the same one."""
    named, comma, *unit = found.tokens
    if unit[0].kinds.get("rule") != "the_unit" or not isinstance(found["named"], Day | NamedStep):
        return None
    return [named, comma, joined(unit, next(kind for kind in named.kinds if kind.isupper()), found["named"])]


def _in_length(found: Found) -> list[Token] | None:
    """in two weeks: a date for what is to come, else the time that something took."""
    length = found["LENGTH"]
    if not isinstance(length, Length) or length.count is None or length.unit not in ("D", "W", "M", "Y") or found.tokens[0].kinds.get("rule") != "length":
        return None
    return found.whole("LENGTH", Ahead(length))


def _at_time(found: Found) -> list[Token] | None:
    clock = found["TIME"]
    if clock.on is not None:
        return None
    zone = int(found["zone"]) if found.get("zone") else clock.zone_minutes
    return found.whole("TIME", replace(clock, on=found["on"], zone_minutes=zone))


def _at_weekday_date(found: Found) -> list[Token] | None:
    """8 a.m. on Monday, 4 August."""
    weekday, day = found["on"], found["DAY"]
    if not (isinstance(day, Day) and day.month and isinstance(weekday, Day) and weekday.month is None):
        return None
    return _at_time(Found(found.tokens, {**found.values, "on": replace(day, weekday=weekday.weekday)}, found.places))


def _on_named_day(found: Found) -> list[Token] | None:
    """5. prosinca od 13 sati; jutros u 9.30."""
    return clock_on(found, found["on"].on if isinstance(found["on"], DayPart) else found["on"])


def _part_of_day(found: Found) -> list[Token] | None:
    return found.whole("DAYPART", DayPart(found.get("last") or found["daypart"], found["on"]))


def _part_before(found: Found) -> list[Token]:
    """the night before, the morning after Easter."""
    day = Shift(1.0, "D", int(found["before"]), Origin.STORY, found.get("base"))
    return found.whole("DAYPART", DayPart(found["daypart"], day))


def _decade_of_century(found: Found) -> list[Token] | None:
    """the thirties of the 19th century."""
    inner, outer = found["inner"], found["outer"]
    if not isinstance(inner, Era) or inner.unit != 10 or not inner.is_short_year:
        return None
    if outer == Step(-1, "C", Origin.NOW):
        return found.whole("ERA", Within(inner, outer))   # the thirties of the last century
    if not isinstance(outer, Era) or outer.unit != 100:
        return None
    return found.whole("ERA", replace(inner, first_year=outer.first_year + inner.first_year % 100, is_short_year=False))


def _day_part_time(found: Found) -> list[Token] | None:
    """8 o'clock this morning; 7 in the evening."""
    clock, part = found["TIME"], found["part"]
    code = part.code if isinstance(part, DayPart) else str(part)
    on = part.on if isinstance(part, DayPart) else None
    if code == "MO" and clock.hour > 12:
        return None                                      # the morning of the 10th, at nine in the evening
    if clock.on is not None and on == Step(0, "D", Origin.STORY):
        on = clock.on                                    # 18 March, at half past eight in the evening
    return found.whole("TIME", replace(clock, hour=in_part(clock.hour, code), on=on or clock.on))


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
        is_counted = length.count is not None and length.unit != "TS" and sign_name == "earlier"      # "two hours later", by the clock
        if length.unit in ("TH", "TM", "TS") and origin is Origin.STORY and not is_counted:
            return None                                  # "hours later", "ten seconds later", "an hour before" are told as durations
        base = found.get("base")
        return found.whole("SHIFT", Shift(length.count, length.unit, sign, origin, base))
    return build


def _unit_before(found: Found) -> list[Token] | None:
    """the day before, the year after: counted from the story or from the date that follows."""
    unit = next(iter(found.tokens[0].kinds.values()))
    # Only "the day", not "today" or "this year", which mean the same step but stand on their own.
    if found.tokens[0].kinds.get("rule") != "the_unit" or not isinstance(unit, Step):
        return None
    return found.whole("SHIFT", Shift(1.0, unit.unit, int(found["before"]), Origin.STORY, found.get("base")))


def _shift_within(found: Found) -> list[Token] | None:
    """the third quarter a year earlier / the year-ago quarter."""
    return found.whole("PART", Part(found["PART"].code, found["SHIFT"])) if isinstance(found["PART"], Part) else None


def _is_yearly(phrase: Phrase) -> bool:
    """Whether a day comes back each year: 2 April, of no said year."""
    return isinstance(phrase, Day) and None not in (phrase.month, phrase.day) and phrase.year is None and phrase.weekday is None


COMPOSITIONS = (
    Rule("weekday_date", "WD comma? the? DAY", _weekday_date),
    Rule("weekday_date", "DAY comma? WD !>DAY !>MON", lambda f: _weekday_date(f) if isinstance(f["DAY"], Day) and f["DAY"].month else None),
    Rule("weekday_date", "WD open DAY close", _weekday_aside),
    Rule("weekday_date", "DAY open WD close", _weekday_aside),
    Rule("of_year", "inner:MONTH|PART|FEAST comma? of? outer:YEAR", _within),
    Rule("of_year", "inner:DAY comma? of? outer:YEAR", lambda f: _within(f) if isinstance(f["inner"], Day) and f["inner"].month else None),
    Rule("decade_of_century", "inner:ERA of? outer:ERA", _decade_of_century),
    Rule("half_of_month", "inner:PART of outer:MONTH", lambda f: f.whole("MONTH", Within(f["inner"], f["outer"]))
         if isinstance(f["inner"], Part) and f["inner"].code in ("H1", "H2") and f["inner"].year is None else None),
    Rule("edge_of", "LENGTH of outer:MONTH|YEAR|PART", _edge_of),
    Rule("part_of_nth", "the? fuzzy? daypart of the day:dth !>of", _part_of_nth),
    Rule("part_of_nth", "TIME of the day:dth !>of", _part_of_nth),
    Rule("hour_in_part", "<clockprep|dayprep hour:hour|ones|teens part:DAYPART", _hour_in_part),
    Rule("half_of_era", "PART of? outer:ERA", lambda f: f.whole("ERA", Within(f["PART"], f["outer"]))
         if isinstance(f["PART"], Part) and f["PART"].code in ("H1", "H2") else None),
    Rule("years_part", "outer:YEAR poss? inner:PART", _within),
    Rule("years_feast", "outer:YEAR poss inner:FEAST|MONTH", _within),
    Rule("of_week", "inner:WD comma? of? outer:WEEK", _within),
    Rule("of_month", "inner:DAY of outer:MONTH", lambda f: _within(f) if isinstance(f["inner"], Day) and not f["inner"].month else None),
    Rule("day_of_month", "the? day:d of? outer:MONTH", lambda f: f.whole("DAY", Within(Day(day=int(f["day"])), f["outer"]))
         if isinstance(f["outer"], Step) else None),             # el 29 de ese mes
    Rule("nth_of", "the? number:ord|dth unit:unit of outer:MONTH|YEAR|FEAST", _nth),
    Rule("nth_of", "the? last unit:unit of outer:MONTH|YEAR|FEAST", _nth),
    Rule("day_in_row", "the? number:ord|dth unit >of", lambda f: f.whole("DAY", Step(0, "D", Origin.STORY))      # the third day of talks
         if f["unit"] == "D" and int(f["number"]) > 1 else None),
    Rule("apposition", "named:YEAR comma YEAR", _apposition),
    Rule("apposition", "named:DAY|WD comma DAY before !>DAYLIKE|MONTH|YEAR", _apposition),
    Rule("nth_weekday", "the? number:ord|dth on:WD of|in outer:MONTH", _nth_weekday),
    Rule("nth_weekday", "on:WD of|in outer:MONTH", _nth_weekday),
    Rule("quarter_of_months", "the? first:MONTH hyphen|dash|to last:MONTH quarter|period", _quarter_of_months),
    Rule("week_on", "!<the on:WD|DAY unit:unit !>hyphen !>of !>ago !>earlier !>before", _week_on),
    Rule("week_on", "LENGTH on:WD", _week_before_last),
    Rule("weeks_from", "LENGTH fromhere on:WD", _weeks_from),
    Rule("weeks_from", "SHIFT on:WD", _weeks_from),
    Rule("years_to_the_day", "SHIFT dayprep? on:WD|DAY|DAYPART", _years_to_the_day),
    Rule("years_to_the_day", "on:DAY SHIFT", lambda f: _years_to_the_day(f) if f["on"] == Step(0, "D", Origin.NOW) else None),
    Rule("years_to_the_day", "on:DAY in outer:YEAR", lambda f: f.whole("DAY", Within(f["on"], f["outer"]))      # on this day in 1999
         if f["on"] == Step(0, "D", Origin.NOW) else None),
    Rule("length_of_record", "record|ord gap? inlength LENGTH", lambda f: list(f.tokens)),      # the worst flood in 50 years
    Rule("in_length", "<inlength LENGTH !>of", _in_length),
    Rule("ago", "LENGTH ago", _shift(Origin.NOW, "ago")),
    Rule("ago", "agobefore LENGTH", _shift(Origin.NOW, "agobefore")),
    Rule("hence", "LENGTH hence", _shift(Origin.NOW, "hence")),
    Rule("hence", "inbefore LENGTH", lambda f: _shift(Origin.NOW, "inbefore")(f) if f.tokens[-1].kinds.get("rule") == "length" else None),
    Rule("earlier", "LENGTH earlier", _shift(Origin.STORY, "earlier")),
    Rule("earlier", "laterbefore LENGTH", _shift(Origin.STORY, "laterbefore")),
    Rule("before_date", "LENGTH before base:DAYLIKE|MONTH|YEAR|DAYPART", _shift(Origin.STORY, "before")),
    Rule("eve", "eve base:DAYLIKE", lambda f: f.whole("DAY", Shift(1.0, "D", -1, Origin.STORY, f["base"]))),
    Rule("unit_before_date", "DAY|WEEK|MONTH|YEAR before base:DAYLIKE", _unit_before),
    Rule("unit_before", "!<fuzzy DAY|WEEK|MONTH|YEAR before", _unit_before),
    Rule("before", "LENGTH before >comma|dot|stop|blank|close", _shift(Origin.STORY, "before")),
    Rule("quarter_ended", "PART ended on:DAY", _ended),
    Rule("shifted_part", "SHIFT PART", _shift_within),
    Rule("same_period", "period:PART|MONTH|DAY SHIFT", _same_period),
    Rule("same_period", "period:MONTH of? SHIFT:YEAR", _same_period),      # the same month last year
    Rule("years_quarter", "outer:YEAR poss fiscal? unit:quarter|period", lambda f: f.whole("PART", Within(Step(0, "Q", Origin.STORY), f["outer"]))),
    Rule("time_on_day", "TIME zone? comma? in? on:WD comma? the? DAY", _at_weekday_date),
    Rule("time_on_day", "TIME zone? comma? in? on:DAY|WD|FEAST", _at_time),
    Rule("day_at_time", "on:DAY dot atdot TIME", _at_time),
    Rule("clock_on_day", "on:DAY|WD|DAYPART comma? at clock:dotclock >comma|dot|stop|in|and|to|close|gap", _on_named_day),
    Rule("clock_on_day", "on:DAY dot atdot clock:dotclock", _on_named_day),
    Rule("clock_on_day", "on:DAY|WD comma? at hour unit:unit|units", _on_named_day),
    Rule("clock_on_day", "on:DAY dot atdot hour unit:unit|units", _on_named_day),
    Rule("day_at_time", "on:DAY|WD|FEAST comma? at? TIME zone?", _at_time),
    Rule("time_restated", "TIME open right:TIME close on:DAY|WD?", _restated),
    Rule("time_restated", "hhmm open right:TIME close on:DAY|WD?", _restated),
    Rule("daypart_before", "the daypart before", _part_before),
    Rule("daypart_before", "the daypart before base:DAYLIKE", _part_before),
    Rule("lent_day", "left:TIME TO|and right:TIME", _lend_day),
    Rule("part_at_time", "part:DAYPART comma? at TIME", _day_part_time),
    Rule("part_at_hour", "part:DAYPART at hour:hour|ones|teens >comma|dot|stop|blank|to !>of", _hour_in_part),
    Rule("time_in_part", "TIME comma? in? the? part:DAYPART|daypart", _day_part_time),
    Rule("part_of_day", "the? fuzzy? daypart of WD comma? on:DAY", _part_of_day),
    Rule("day_named", "DAY on:WD", lambda f: f.whole("WD", f["on"]) if f["DAY"] == Step(0, "D", Origin.STORY) and f.tokens[0].kinds.get("rule") == "the_unit" else None),
    Rule("day_named", "DAY on:WD", lambda f: f.whole("DAY", f["DAY"]) if f.tokens[0].kinds.get("rule") == "today" else None),      # mañana martes
    Rule("every_part", "!<and on:WD dayparts", lambda f: f.whole("SET", Every(f"XXXX-WXX-{f['on'].weekday}T{f['dayparts']}")) if isinstance(f["on"], Day) else None),
    Rule("every_date", "every on:DAY", lambda f: f.whole("SET", Every(f"XXXX-{f['on'].month:02d}-{f['on'].day:02d}")) if _is_yearly(f["on"]) else None),
    Rule("part_of_day", "the? fuzzy? hyphen? daypart hours? of? in? on:DAY|WD|FEAST last:daypart?", _part_of_day),
    Rule("day_part", "fuzzy? on:DAY|WD|FEAST hyphen? daypart", _part_of_day),
    Rule("day_part", "on:DAY|WD at daypart", _part_of_day),                # juče u popodnevnim satima
    Rule("week_of", "WEEK of on:DAY|WD", lambda f: f.whole("WEEK", Within(Step(0, "W", Origin.STORY), f["on"])) if isinstance(f["WEEK"], Step) and f["WEEK"].count == 0 else None),
    Rule("week_of", "the? weekof on:DAY|WD", lambda f: f.whole("WEEK", Within(Step(0, "W", Origin.STORY), f["on"]))),
)
FUZZIES = (
    Rule("fuzzy_year", "the? fuzzy hyphen year:y !>count !>units !>unit !>percent", lambda f: f.whole("YEAR", Fuzzy(FUZZY[f["fuzzy"]], Day(f["year"])))),
    Rule("fuzzy_end", "endword hyphen year:ym", lambda f: f.whole("YEAR", Fuzzy(Modifier.LATE, Day(f["year"])))),
    Rule("fuzzy_end", "endword hyphen MONTH", lambda f: f.whole("MONTH", Fuzzy(Modifier.LATE, f["MONTH"]))),
    Rule("fuzzy_year", "the? fuzzy:prepost hyphen? year:y", lambda f: f.whole("YEAR", Fuzzy(FUZZY[f["fuzzy"]], Day(f["year"]), is_within=False))),
    Rule("fuzzy_part", "the? fuzzy hyphen? daypart", lambda f: f.whole("DAYPART", DayPart(f["daypart"]))),
    Rule("fuzzy", "the? fuzzy hyphen? of? in? the? inner:DATED|TIME|DAYPART", _fuzzy),
    Rule("approx", "approx inner:DAY|YEAR|TIME|MONTH|PART|ERA", lambda f: f.whole(
        next(k for k in f.tokens[f.places["inner"]].kinds if k.isupper()), Fuzzy(Modifier(f["approx"]), f["inner"]))
         if f["approx"] == "about" else None),           # "over the winter" is no "more than"
)


