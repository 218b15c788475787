"""Rules for what is told from somewhere else: last week, that day, two weeks, every Sunday, now."""

from __future__ import annotations

from schemas.records import Modifier
from transforms.times.clocks import CLOCKS, HOURS
from transforms.times.numerals import number_of, unit_of, year_of
from transforms.times.phrases import (
    FINER,
    OVERNIGHT,
    Day,
    DayPart,
    Every,
    Fuzzy,
    Length,
    NamedStep,
    Origin,
    Part,
    Phrase,
    Shift,
    Step,
    Vague,
    Within,
    period_value,
)
from transforms.times.rewriting import Found, Rule, joined, relabelled
from transforms.times.tokens import GAP, Token

UNIT_KIND = {"D": "DAY", "W": "WEEK", "WE": "WEEK", "M": "MONTH", "Q": "PART", "Y": "YEAR", "NI": "DAYPART"}


def _step(found: Found) -> list[Token] | None:
    """last week, this year, that day, the previous month."""
    count, unit = unit_of(found["unit"])
    step = int(found["step"] or 0)
    origin = Origin.STORY if found.has("story") else Origin.NOW
    if found["step"] == "1" and (unit == "D" or "the" in found.tokens[0].kinds):
        origin = Origin.STORY                            # the next day, the next month; next month is told from now, as is +1
    if unit == "NI":
        return found.whole("DAYPART", DayPart("NI", Step(step, "D", origin)))
    if unit == "TH" and step:
        return found.whole("LENGTH", Length(1.0, unit))
    if unit in ("SE", "TM", "TH", "TS"):
        return None
    if count > 1:
        unit = {10: "E", 100: "C"}.get(int(count), unit)
        if unit not in ("E", "C"):
            return None
        return found.whole("ERA", Step(step, unit, origin))
    return found.whole(UNIT_KIND[unit], Step(step, unit, origin))


def _last_unit(found: Found) -> list[Token] | None:
    """for the last week, for the past year: how long."""
    count, unit = unit_of(found["unit"])
    return found.whole("LENGTH", Length(count, unit)) if found["step"] == "-1" and unit in ("D", "W", "M", "Y") else None


def _step_beyond(found: Found) -> list[Token] | None:
    """the week before last, the Monday after next."""
    step = int(found["step"] or 0)
    if int(found["before"]) != step:
        return None
    beyond = {**found.values, "step": 2 * step}
    return (_step if found.has("unit") else _named_step)(Found(found.tokens, beyond, found.places))


def _story_step(found: Found) -> list[Token] | None:
    return _step(Found(found.tokens, {**found.values, "story": True}, found.places))


def _named_step(found: Found) -> list[Token]:
    step = int(found["step"] or 0)
    is_told = found.has("refstep") or (found["step"] == "1" and "the" in found.tokens[0].kinds)        # the next summer; next summer is told from now
    origin = Origin.STORY if is_told else Origin.NOW
    if found.has("weekday"):
        return found.whole("WD", NamedStep(step, Day(weekday=int(found["weekday"])), origin))
    if found.has("month"):
        return found.whole("MONTH", NamedStep(step, Day(month=int(found["month"])), origin))
    return found.whole("PART", NamedStep(step, Part(found["season"]), origin))


def _story_named(found: Found) -> list[Token]:
    return _named_step(Found(found.tokens, {**found.values, "step": found["refstep"]}, found.places))


def _length(found: Found) -> list[Token] | None:
    count = number_of(found["count"]) if found.has("count") else None
    many, unit = unit_of(found["unit"])
    if found.has("pastword"):
        count = 1.0
    if count is not None and count > 1 and found.tokens[found.places["unit"] - 1].kinds.get("span") and "units" not in found.tokens[-1].kinds:
        return None                                      # 80 next month
    if unit in ("Q", "TS") and (found.get("count") == "1" or any("hyphen" in token.kinds for token in found.tokens)):
        return None                                      # three-quarters, a quarter of, a second
    if unit in ("MO", "SU", "WI", "SE", "NI", "WE"):
        if unit != "NI" or count is None:
            return None
        unit = "D"
    if count is not None and not 0 < count <= 100_000:
        return None
    modifier = Modifier(found["approx"]) if found.get("approx") else Modifier.NONE
    return found.whole("LENGTH", Length(None if count is None else count * many, unit, modifier))


def _age(found: Found) -> list[Token]:
    return [joined(found.tokens, "gap", "")]


def _length_sum(found: Found) -> list[Token] | None:
    """four years and three months; 4 hours 31 minutes."""
    count, rest = number_of(found["count"]), number_of(found["n2"])
    (many, unit), (_, finer) = unit_of(found["unit"]), unit_of(found["unit2"])
    if count is None or rest is None or unit not in FINER or many != 1 or FINER[unit][1] != finer:
        return None
    modifier = Modifier(found["approx"]) if found.get("approx") else Modifier.NONE
    return found.whole("LENGTH", Length(count + rest / FINER[unit][0], unit, modifier))


def _unit_long(found: Found) -> list[Token] | None:
    """a year-long inquiry; a decades-long feud."""
    many, unit = unit_of(found["unit"])
    if unit not in ("D", "W", "M", "Y", "TH", "TM"):
        return None
    return found.whole("LENGTH", Length(None if "units" in found.tokens[found.places["unit"]].kinds else many, unit))


def _length_edge(found: Found) -> list[Token] | None:
    """the first days of, the last weeks of: a length, unless a month or a year follows whose beginning or end it is."""
    is_last = "last" in found.tokens[found.places["edge"]].kinds
    if found["unit"] not in ("D", "W", "M") or not (is_last or str(found["edge"]) == "1"):
        return None
    return found.whole("LENGTH", Length(None, found["unit"]), "length_last" if is_last else "length_first")


def _half_added(found: Found) -> list[Token] | None:
    count = number_of(found["count"])
    many, unit = unit_of(found["unit"])
    return None if count is None else found.whole("LENGTH", Length((count + 0.5) * many, unit))


def _step_noun(found: Found) -> list[Token]:
    """die Vorwoche, im Vorjahr: a step in one word."""
    count, unit = unit_of(found["stepnoun"])
    return found.whole(UNIT_KIND[unit], Step(int(count), unit, Origin.STORY))


def _now_noun(found: Found) -> list[Token]:
    """heuer, lani, zimus: a year or season told from now in one word."""
    count, unit = unit_of(found["nownoun"])
    if unit in ("Y", "WE"):
        return found.whole(UNIT_KIND[unit], Step(int(count), unit, Origin.NOW if unit == "Y" else Origin.STORY))
    return found.whole("PART", Part(unit))


def _now_part(found: Found) -> list[Token] | None:
    """Ende des Jahres, krajem meseca, fin d'année: of the unit that goes on, or of the year that is named."""
    place, unit = found["nowpart"].split()
    modifier = {"early": Modifier.EARLY, "mid": Modifier.MID, "late": Modifier.LATE}[place]
    of: Phrase = Day(year_of(found["year"])[0]) if found.has("year") and unit == "Y" else Step(0, unit, Origin.NOW)
    return found.whole(UNIT_KIND[unit], Fuzzy(modifier, of)) if unit == "Y" or not found.has("year") else None


def _fuzzy_unit(found: Found) -> list[Token] | None:
    """a finales de año: the article is left out."""
    unit = str(found.tokens[-1].kinds.get("unit"))
    is_told = "fullunit" in found.tokens[-1].kinds       # "the end of the year" has its own rule
    if unit not in (("M", "Y", "W") if found.has("the") else ("M", "Y")) or is_told or found["fuzzy"] not in ("early", "mid", "late"):
        return None
    return [*found.tokens[:-1], relabelled(found.tokens[-1], UNIT_KIND[unit], Step(0, unit, Origin.NOW))]


def _length_word(found: Found) -> list[Token]:
    """zweitägig, medio siglo, pola sata."""
    count, unit = unit_of(found["lengthword"])
    return found.whole("LENGTH", Length(count, unit))


def _fuzzy_week(found: Found) -> list[Token] | None:
    """početkom nedelje: a word that is a week and a Sunday is the week where it has a beginning and an end."""
    if found.tokens[-1].kinds.get("unit") != "W":
        return None
    return [*found.tokens[:-1], relabelled(found.tokens[-1], "WEEK", Step(0, "W", Origin.NOW))]


def _every(found: Found) -> list[Token] | None:
    if found.has("weekday"):
        return found.whole("SET", Every(f"XXXX-WXX-{found['weekday']}"))
    if found.has("month"):
        return found.whole("SET", Every(f"XXXX-{int(found['month']):02d}"))
    if found.has("season"):
        return found.whole("SET", Every(f"XXXX-{found['season']}"))
    if found.has("daypart"):
        return found.whole("SET", Every(f"XXXX-XX-XXT{found['daypart']}"))
    many, unit = unit_of(found["unit"])
    if unit in ("NI", "MO"):
        return found.whole("SET", Every(f"XXXX-XX-XXT{unit}"))
    if unit in ("SU", "WI", "SE"):
        return None
    count = number_of(found["count"]) if found.has("count") else 1.0
    return found.whole("SET", Every(period_value(None if count is None else count * many, unit)))


def _days_a_week(found: Found) -> list[Token] | None:
    """five days a week is told of every week; 24 hours a day is a measure."""
    unit = found["unit"]
    return None if unit == "D" else found.whole("SET", Every(period_value(1.0, unit)))


def _rate(found: Found) -> list[Token]:
    """$35 a night, 24 hours a day: a price or a measure, no time."""
    return [*found.tokens[:-2], joined(found.tokens[-2:], "gap", "")]


def _the_unit(found: Found) -> list[Token]:
    """the year, the full year: the one in which the text is told; the day: the one the story stands at."""
    unit = found["unit"]
    return found.whole(UNIT_KIND[unit], Step(0, unit, Origin.STORY if unit in ("D", "WE") else Origin.NOW))


def _than_last(found: Found) -> list[Token] | None:
    """more this year than last: the second is the first's year before."""
    if int(found["step"] or 0) != 0 or int(found["last"] or 0) != -1:
        return None
    first = _step(Found(found.tokens[:2], {"step": found["step"], "unit": found["unit"]}, found.places))
    last = _step(Found(found.tokens[3:], {"step": found["last"], "unit": found["unit"]}, found.places))
    return None if first is None or last is None else [*first, found.tokens[2], *last]


def _years_end(found: Found) -> list[Token]:
    return found.whole("YEAR", Fuzzy(Modifier.LATE, Step(0, "Y", Origin.NOW)))


def _latest(found: Found) -> list[Token] | None:
    """the quarter, the latest period: the one that the story reports on."""
    if found.tokens[-1].kinds.get("period") == "" and "latest" not in found.values:
        return None
    return found.whole("PART", Step(0, "Q", Origin.STORY))


def _latest_unit(found: Found) -> list[Token] | None:
    """the latest fiscal year, the most recent month: the last that is over."""
    unit, is_last = found["unit"], found["latest"] == "-1"
    return found.whole(UNIT_KIND[unit], Step(-1, unit, Origin.NOW)) if is_last and unit in ("W", "M", "Y") else None


def _day_in_row(found: Found) -> list[Token] | None:
    """for the third straight day, the second week in a row: the one at which the story stands."""
    unit = found["unit"]
    return found.whole(UNIT_KIND[unit], Step(0, unit, Origin.STORY)) if unit in ("D", "W") else None


def _today(found: Found) -> list[Token]:
    return found.whole("DAY", Step(int(found["today"]), "D", Origin.NOW))


def _ago_adjective(found: Found) -> list[Token]:
    """year-earlier, year-ago: the same stretch of the story, a unit before."""
    many, unit = unit_of(found["unit"])
    return found.whole("SHIFT", Shift(many, unit, -1, Origin.STORY))


RELATIVE = (
    *HOURS,
    Rule("fiscal_step", "the? step fiscal unit", _step),
    Rule("past_long", "the? pastword unit", lambda f: _length(f) if f["unit"] in ("10Y", "100Y", "1000Y") else None),
    Rule("length_for", "<forspan the step unit:unit !>ago !>of", _last_unit),
    Rule("step", "the? step unit !>ago !>of", _step),
    Rule("step", "!<the step unit >of", _step),      # "the last week of" waits for what it is of
    Rule("year_ending", "the fiscal? fullunit >ended", lambda f: f.whole("LENGTH", Length(1.0, f["fullunit"])) if f["fullunit"] == "Y" else None),
    Rule("unit_to_unit", "the? unit hyphen bridge hyphen unit", lambda f: [Token(f.tokens[0].start, f.tokens[-1].end, GAP)]),
    Rule("step_than_last", "step unit than last:step !>unit !>span", _than_last),
    Rule("full_unit", "the full|fiscal unit:fullunit", _the_unit),
    Rule("quarter_of_year", "the? year:y quarter|period", lambda f: f.whole("PART", Within(Step(0, "Q", Origin.STORY), Day(f["year"])))),
    Rule("latest_unit", "the latest fiscal? unit", _latest_unit),
    Rule("years_end", "the? yearsend", _years_end),
    Rule("latest_period", "the latest? fiscal? period", _latest),
    Rule("latest_period", "the latest? unit:quarter", _latest),
    Rule("the_unit", "the unit:fullunit", _the_unit),
    Rule("step_after", "the? unit step:stepafter", _step),
    Rule("step_beyond", "the? unit before step !>U|WDAY|MON|SEAS|holiday|daypart|NUM|fiscal", _step_beyond),
    Rule("step_beyond", "the? weekday before step !>U|WDAY|MON|SEAS|holiday|daypart|NUM|fiscal", _step_beyond),
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
    Rule("that_named", "refstep:that season:season", _story_named),
    Rule("that_named", "refstep:that weekday:weekday", _story_named),
    Rule("that_named", "refstep:that month:month", _story_named),
    Rule("story_named", "the? refstep weekday:weekday", _story_named),
    Rule("story_named", "the? refstep month:MON", _story_named),
    Rule("story_named", "the? refstep season:SEAS", _story_named),
    Rule("story_named", "the? season:SEAS refstep:refstepafter", _story_named),
    Rule("story_named", "the? month refstep:refstepafter", _story_named),
    Rule("today", "today !>of", _today),
    Rule("today", "today >of", lambda f: None if "daypart" in f.tokens[0].kinds else _today(f)),     # la mañana del lunes
    Rule("nowadays", "today poss timeless", lambda f: [joined(f.tokens, "gap", "")] if f["today"] == "0" else None),     # today's youth
    Rule("story_day", "storyday", lambda f: f.whole("DAY", Step(int(f["storyday"]), "D", Origin.STORY))),
    Rule("last_night", "lastnight", lambda f: f.whole("DAYPART", DayPart(f["lastnight"], Step(-1, "D", Origin.NOW)))),
    Rule("length", "approx? approx2:approx? count:N hyphen? unit:U orso?", _length),
    Rule("length_the", "approx? approx2:approx? the count:N hyphen? unit:U orso?", _length),
    Rule("age", "approx? the? count:N|number unit:U old", _age),
    Rule("age", "approx? the? count:N TO|and n2:N hyphen? unit:U hyphen? old", _age),
    Rule("age_of_thing", "approx? the? count:NUM hyphen? unit:U hyphen old >lasting", _length),
    Rule("age_of_thing", "count:a unit hyphen old >lasting", _length),
    Rule("age", "approx? the? count:NUM hyphen? unit:U hyphen old", _age),
    Rule("age", "a unit hyphen old", _age),
    Rule("length_span", "approx? count:N span unit:U", _length),
    Rule("length_span", "the? span count:NUM|N unit:U", _length),
    Rule("length_span", "the? span span2:span count:NUM unit:U", _length),
    Rule("length_span", "the? span count:NUM span2:span unit:U", _length),
    Rule("length_edge", "the? edge:ord|last unit:units >of", _length_edge),
    Rule("length_span", "the? span unit:units", _length),
    Rule("day_in_row", "a|the? number:ord|dth run unit", _day_in_row),
    Rule("day_in_row", "a|the? number:ord|dth unit inarow", _day_in_row),
    Rule("fraction", "count:n|ones unit:units of the? gap|count", lambda f: [joined(f.tokens, "gap", "")] if f["unit"] == "Q" and f["count"] in ("3", 3.0) else None),
    Rule("compound", "a unit hyphen gap", lambda f: [joined(f.tokens, "gap", "")]),          # a night-club, a day-care centre
    Rule("fraction", "NUM hyphen quarter", lambda f: [Token(f.tokens[0].start, f.tokens[-1].end, GAP)] if not isinstance(f.tokens[0].kinds.get("ord"), str) else None),
    Rule("unit_long", "lead:the|a? unit:unit|units hyphen longlasting", _unit_long),
    Rule("unit_long", "lead:the|a? unit:units hyphen old", _unit_long),      # a decades-old feud
    Rule("length", "onelength", lambda f: f.whole("LENGTH", Length(1.0, f["onelength"]))),
    Rule("length_since", "forlong count:N unit:U", _length),
    Rule("step_noun", "the? stepnoun", _step_noun),
    Rule("now_noun", "nownoun", _now_noun),
    Rule("now_part", "the? nowpart !>stepafter", _now_part),
    Rule("now_part", "the? nowpart of? year:YEARLIKE", _now_part),
    Rule("fuzzy_unit", "fuzzy unit:unit !>step !>stepafter", _fuzzy_unit),
    Rule("fuzzy_unit", "fuzzy the unit:unit !>step !>stepafter !>refstepafter", _fuzzy_unit),
    Rule("length_word", "a? lengthword", _length_word),
    Rule("length_word", "count:n hyphen lengthsuffix", lambda f: f.whole("LENGTH", Length(float(f["count"]), f["lengthsuffix"]))),
    Rule("daypart", "!<weekday|today|weekdaypart|month|y|ym part:partalone !>of !>the", lambda f: f.whole("DAYPART", DayPart(f["part"], Step(0, "D", Origin.STORY)))),
    Rule("days_named", "the unit:units >d", lambda f: [joined(f.tokens, "gap", "")] if f["unit"] == "D" else None),      # los días 3 y 5
    Rule("length_many", "manylength", lambda f: f.whole("LENGTH", Length(None, f["manylength"]))),
    Rule("fuzzy_week", "fuzzy unit:weekday", _fuzzy_week),
    Rule("length_range", "approx? count:N TO|and n2:N hyphen? unit:U", _length),
    Rule("length_range", "the? span count:N TO|and n2:N hyphen? unit:U", _length),
    Rule("length_or_two", "count:N unit:U and n2:NUM !>U|hyphen|count", _length),
    Rule("length_sum", "approx? count:N unit:U comma|and? n2:NUM unit2:U", _length_sum),
    Rule("length_and_a_half", "approx? count:N unit:U and a half", _half_added),
    Rule("length_and_a_half", "count:N and a half unit:U", _half_added),
    Rule("length_and_a_half", "count:N hyphen and hyphen a hyphen half hyphen? unit:U", _half_added),
    Rule("length_vague", "!<daypart|matter|hyphen unit:units", _length),          # "a matter of days" tells none
    Rule("length_vague", "!<daypart unit:units and units2:units", _length),
    Rule("length_vague", "refadj unit:units and units2:units", _length),
    Rule("every", "every count:NUM? unit:U", _every),
    Rule("every", "every weekday", _every),
    Rule("every_other", "everyother weekday:weekday", _every),
    Rule("every", "every month:MON", _every),
    Rule("every", "every season:SEAS", _every),
    Rule("every", "every daypart", _every),
    Rule("per", "per unit", _every),
    Rule("per", "n|ones|teens times unit", _every),
    Rule("per", "count:n|ones|teens units a unit !>ago !>earlier !>before !>hyphen !>old", _days_a_week),
    Rule("rate", "number count? a unit !>ago !>earlier !>before !>hyphen !>old", _rate),
    Rule("rate", "n count|hours a unit !>ago !>earlier !>before !>hyphen !>old", _rate),
    Rule("weekdays", "weekday:weekdays", _every),
    Rule("weekends", "!<NUM|span|the weekendset", lambda f: f.whole("SET", Every(f["weekendset"]))),
    Rule("set", "set", lambda f: f.whole("SET", Every(f["set"]))),
    Rule("opener", "opener >comma", lambda f: [joined(f.tokens, "gap", "")]),          # "Now, what of the rest?"
    Rule("ref", "!<unit|units ref", lambda f: f.whole("REF", Vague(f["ref"]))),
    Rule("ref", "ref !>earlier", lambda f: None if "earlier" in f.tokens[0].kinds else f.whole("REF", Vague(f["ref"]))),
    Rule("ref_adjective", "!<hyphen the? refadj", lambda f: f.whole("REF", Vague(f["refadj"]))),
    Rule("ref_adjective", "refadj unit:units", lambda f: f.whole("LENGTH", Length(None, unit_of(f["unit"])[1]))),
    Rule("year_ago_adjective", "the? latest? a? unit hyphen ago period|quarter?", _ago_adjective),
    Rule("year_ago_adjective", "the? latest? a? unit hyphen earlier period|quarter?", _ago_adjective),
    *CLOCKS,
    Rule("daypart", "the? step daypart", lambda f: f.whole("DAYPART", DayPart(
        f["daypart"], Step(int(f["step"] or 0), "D", Origin.STORY if f["step"] == "1" else Origin.NOW)))),
    Rule("daypart", "<inlength the daypart !>of", lambda f: f.whole("DAYPART", DayPart(f["daypart"], Step(0, "D", Origin.STORY)))),
    Rule("daypart", "the? step:refstep daypart", lambda f: f.whole("DAYPART", DayPart(
        f["daypart"], Step(int(f["step"] or 0), "D", Origin.STORY)))),
    Rule("daypart", "the? daypart step:refstepafter", lambda f: f.whole("DAYPART", DayPart(
        f["daypart"], Step(int(f["step"] or 0), "D", Origin.STORY)))),
    Rule("weekday_part", "weekdaypart", lambda f: f.whole("DAYPART", DayPart(
        f["weekdaypart"][1:], Day(weekday=int(f["weekdaypart"][0]))))),
    Rule("daypart", "step:that daypart", lambda f: f.whole("DAYPART", DayPart(f["daypart"], Step(0, "D", Origin.STORY)))),
    Rule("tonight", "tonight", lambda f: f.whole("DAYPART", DayPart(f["tonight"], Step(0, "D", Origin.NOW)))),
    Rule("overnight", "overnight", lambda f: f.whole("DAYPART", DayPart("NI", OVERNIGHT))),
)

