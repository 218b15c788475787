"""Numbers in words: twenty-four, two and a half, nineteen ninety-six; and what captured number words are worth."""

from __future__ import annotations

import re
from typing import Any

from transforms.times.rewriting import Found, Rule
from transforms.times.tokens import Token


def number_of(value: Any) -> float | None:
    """A captured number; None for an unknown one."""
    return None if value in ("X", "") else float(value)


def unit_of(code: str) -> tuple[float, str]:
    """(how many, TIMEX3 unit): 10Y is ten years, TH an hour of the clock, -1W the week before."""
    found = re.fullmatch(r"(-?\d*)(\w+)", code)
    assert found is not None
    return float(found[1] or 1), found[2]


def year_of(value: Any) -> tuple[int, bool]:
    """(year, written with two digits)."""
    if isinstance(value, int):
        return value, False
    return int(str(value).lstrip("'’`")), True


def _add(found: Found) -> list[Token]:
    return found.whole("n", float(found["tens"]) + float(found["ones"]))


def _scale(found: Found) -> list[Token] | None:
    count = number_of(found["count"])
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


def _and_fraction(found: Found) -> list[Token] | None:
    rest = _fraction(found)
    return found.whole("n", float(found["count"]) + rest[0].kinds["n"]) if rest else None


NUMBERS = (
    Rule("tens", "tens hyphen? ones", _add),
    Rule("scaled", "count:n|ones|teens|a|num|vague scale", _scale),
    Rule("spoken_year", "teens tens hyphen? ones", _spoken_year),
    Rule("spoken_year", "teens tens", _spoken_year),
    Rule("spoken_year", "teens teens2:teens", _teen_year),
    Rule("fraction", "fraction >U", _fraction),
    Rule("and_fraction", "count:n|ones|teens and fraction >U", _and_fraction),
    Rule("and_a_half", "count:NUM and a half", lambda f: f.whole("n", (number_of(f["count"]) or 0) + 0.5)),
)
SPOKEN = (
    Rule("year_two_thousand", "the? yearword n ones?", lambda f: _spoken_millennium(f) if f["n"] == 2000.0 else None),
)

