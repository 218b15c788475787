"""Rules for what the clock tells: 10 p.m., 0530 hrs, od 8 do 14 časova, a las siete y media, halb acht, noon."""

from __future__ import annotations

from dataclasses import replace

from transforms.times.numerals import number_of
from transforms.times.phrases import Clock, Day, Origin, Phrase, Step
from transforms.times.rewriting import Found, Rule, joined, relabelled
from transforms.times.tokens import Token


def _clock_words(found: Found) -> list[Token] | None:
    """half past three, a quarter to six p.m."""
    minutes = int(found["quarterpast"]) + 60 * int(float(found["hour"]))
    half = found.get("ampm")
    if not 60 <= minutes < 24 * 60 or (half and minutes >= 13 * 60):
        return None
    hour, minute = divmod(minutes, 60)
    zone = int(found["zone"]) if found.get("zone") else None
    return found.whole("TIME", Clock(hour % 12 + (12 if half == "pm" else 0) if half else hour, minute, None, zone, is_of_half=not half))


def in_part(hour: int, part: str | None) -> int:
    """The hour of 24 that "seven" is in the evening, "two" at night."""
    return hour + 12 if hour < 12 and part in ("AF", "EV", "NI") and not (part == "NI" and hour < 5) else hour


def clock_on(found: Found, on: Phrase | None) -> list[Token] | None:
    """večeras u 20.45, petak u 19 sati, Thursday 28 May at 11.00: after a day a number with a dot, and hours, tell the clock."""
    if found.has("clock"):
        hour, minute = (int(part) for part in found["clock"].split(":"))
        return found.whole("TIME", Clock(hour, minute, on=on)) if hour <= 24 and minute < 60 else None
    return found.whole("TIME", Clock(int(found["hour"]), on=on)) if found["unit"] == "TH" else None


def _clock_of_part(found: Found) -> list[Token] | None:
    """a las seis de la tarde, a las siete y media: the words for the quarters have their minutes."""
    hour = int(number_of(found["hour"]) or 0)
    part, past = found.get("daypart"), int(found.get("past") or 0)
    if not 1 <= hour <= 24 or not (part or past):
        return None
    minutes = (in_part(hour, part) * 60 + past) % (24 * 60)
    return found.whole("TIME", Clock(minutes // 60, minutes % 60 if past else None))


def _on_said_day(found: Found) -> list[Token] | None:
    """A clock after a weekday or a word like today, tomorrow or tonight."""
    kinds = found.tokens[0].kinds
    return clock_on(found, Day(weekday=int(kinds["weekday"])) if "weekday" in kinds else Step(int(kinds.get("today", 0)), "D", Origin.NOW))


def _hours_range(found: Found) -> list[Token] | None:
    """od 8 do 14 časova: after a preposition of the clock hours are no duration."""
    return _clock_range(found) if found["unit"] == "TH" else None


def _half_to(found: Found) -> list[Token] | None:
    """halb acht, pola osam: half an hour before."""
    hour = int(number_of(found["hour"]) or 0)
    return found.whole("TIME", Clock(hour - 1, 30)) if 1 <= hour <= 12 else None


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
    else:
        hour = in_part(hour, found.get("daypart"))
    zone = int(found["zone"]) if found.get("zone") else None
    is_of_half = not half and not found.get("daypart") and any("oclock" in token.kinds for token in found.tokens)
    return found.whole("TIME", Clock(hour, minute, second, zone, is_of_half=is_of_half))


def _clock_range(found: Found) -> list[Token] | None:
    """from 6 to 10 p.m., 11:30 to 1 p.m.: the first is in the half of the day that puts it before the second."""
    hours, minutes = zip(*(divmod(_minutes(found[name]), 60) for name in ("left", "right")), strict=True)
    if not found.has("ampm"):                            # von 10 bis 13 Uhr
        return [relabelled(found.tokens[0], "TIME", Clock(hours[0], minutes[0] or None)), found.tokens[1],
                joined(found.tokens[2:], "TIME", Clock(hours[1], minutes[1] or None))] if hours[0] < hours[1] <= 24 else None
    if not all(1 <= hour <= 12 for hour in hours):
        return None
    is_later = (hours[0] % 12, minutes[0]) < (hours[1] % 12, minutes[1])
    second = 12 if found["ampm"] == "pm" else 0
    first = second if is_later else 12 - second
    zone = int(found["zone"]) if found.get("zone") else None
    left, right = (Clock(hour % 12 + half, minute if isinstance(said, str) else None, None, zone) for hour, minute, half, said in
                   zip(hours, minutes, (first, second), (found["left"], found["right"]), strict=True))
    return [relabelled(found.tokens[0], "TIME", left), found.tokens[1], joined(found.tokens[2:], "TIME", right)]


def _minutes(clock: str | int) -> int:
    """Minutes since midnight of "7:30" or of a lone hour."""
    hour, _, minute = str(clock).partition(":")
    return int(hour) * 60 + int(minute[:2] or 0)


def _clock_at(found: Found) -> list[Token] | None:
    """at 1810: a wire's clock goes by fives, the price of gold does not."""
    clock = _wire_clock(found["hhmm"])
    return [found.tokens[0], relabelled(found.tokens[1], "TIME", clock)] if clock else None


def _wire_clock(digits: int) -> Clock | None:
    return Clock(*divmod(digits, 100)) if digits % 5 == 0 else None


def _clock_on_day(found: Found) -> list[Token] | None:
    """2110 yesterday, 1400 this afternoon; but "in 2010 today's leaders"."""
    clock = None if "ym" in found.tokens[0].kinds else _wire_clock(found["hhmm"])
    day = Step(int(found["today"] if found.has("today") else found["step"] or 0), "D", Origin.NOW)
    return found.whole("TIME", replace(clock, on=day)) if clock else None


def _wire_clocks(found: Found) -> list[Token] | None:
    """from 0800 to 1500, from 1710 to 2250: one is no year, so both are clocks."""
    left, right = (_wire_clock(found[name]) for name in ("left", "right"))
    first, conn, second = found.tokens
    if ("y" in first.kinds and "y" in second.kinds) or left is None or right is None:
        return None
    return [relabelled(first, "TIME", left), conn, relabelled(second, "TIME", right)]


def _clock_hours(found: Found) -> list[Token] | None:
    """à 14 heures, u 14 sati: the word for hours tells the clock, after a preposition of time."""
    return _clock(found) if found["unit"] == "TH" and found["hour"] < 24 else None


def _noon(found: Found) -> list[Token]:
    hour, minute = (int(part) for part in found["noon"].split(":"))
    return found.whole("TIME", Clock(hour, minute))


# Before all other relative phrases: hours that a preposition or a day makes a clock are no durations.
HOURS = (
    Rule("clock_hours", "<clockprep hour unit:unit|units !>of", _clock_hours),
    Rule("clock_hours", "<clockprep|dayprep hhmm hours !>of", _clock),
    Rule("clock_range", "<clockprep left:clock|hour TO right:clock|hour unit:unit|units", _hours_range),
    Rule("clock_on_day", "on:today|tonight|weekday at hour unit:unit|units", _on_said_day),
    Rule("clock_hours", "<clockarticle clock:clock|dotclock unit:units", lambda f: _clock(f) if f["unit"] == "TH" else None),
    Rule("clock_at", "clockat hhmm >comma|dot|stop|blank|open|close|in|at|today|tonight", _clock_at),
    Rule("clock_at", "left:hhmm TO right:hhmm", _wire_clocks),
    Rule("clock_at", "hhmm today", _clock_on_day),
    Rule("clock_at", "hhmm step daypart", _clock_on_day),
    Rule("time_restated", "hhmm open right:hhmm zone close", lambda f: f.whole("TIME", Clock(*divmod(int(f["hhmm"]), 100)))),
    Rule("clock_hours", "approx hhmm hours", lambda f: _clock(f) if "clockprep" in f.tokens[0].kinds else None),
    Rule("clock_hours", "hhmm hours !>of", lambda f: None if "y" in f.tokens[0].kinds and int(f["hhmm"]) % 100 == 0 else _clock(f)),     # 0530 hrs
    Rule("clock_hours", "<clockarticle hour unit:unit|units", _clock_hours),
    Rule("clock_hours", "approx hour unit:unit|units !>of", lambda f: _clock_hours(f) if "clockprep" in f.tokens[0].kinds else None),
)
CLOCKS = (
    Rule("clock_words", "quarterpast hour:hour|ones|teens ampm? zone?", _clock_words),
    Rule("clock_of_part", "<clockarticle hour:hour|ones|teens past:minutespast? of? the? daypart", _clock_of_part),
    Rule("clock_of_part", "<clockarticle hour:hour|ones|teens past:minutespast", _clock_of_part),
    Rule("clock_half", "<at|clockprep halfto hour:ones|teens|hour", _half_to),
    Rule("clock_on_day", "on:today|tonight|weekday at clock:dotclock !>percent", _on_said_day),
    Rule("clock_range", "left:clock|hour TO right:clock|hour ampm zone?", _clock_range),
    Rule("clock_range", "left:clock|hour TO right:clock|hour oclock", _clock_range),
    Rule("clock_range", "<between left:clock|hour and right:clock|hour oclock", _clock_range),
    Rule("clock_range", "<between left:clock|hour and right:clock|hour ampm zone?", _clock_range),
    Rule("clock", "clock ampm? zone?", _clock),
    Rule("clock", "approx? hour ampm zone?", _clock),
    Rule("clock", "approx? hour:ones|teens|n oclock ampm? zone?", _clock),
    Rule("clock", "hour dot minutes:yy ampm zone?", _clock),
    Rule("clock", "clock:dotclock oclock zone?", _clock),
    Rule("clock", "clock:dotclock ampm zone?", _clock),
    Rule("clock", "clock oclock zone?", _clock),
    Rule("clock", "approx? hour oclock minutes:yy", _clock),
    Rule("clock", "<clockarticle clock:dotclock", _clock),
    Rule("clock", "hour:hour|ones|teens in the daypart", _clock),
    Rule("clock", "hhmm zone", _clock),
    Rule("clock", "hhmm hours", _clock),
    Rule("noon", "noon", _noon),
    Rule("noon", "approx noon", _noon),
)
