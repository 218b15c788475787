"""Years before Christ in a history, on a calendar that runs forward: the year 493 BC is put 493 years before FIRST.

So that "that winter", "the following month" and "two days later" mean there what they mean in any other year. A date of
Python holds no year before Christ: what goes out has its value (BC0493-05) and its EDTF (which counts 493 BC as -0492), and no days.
"""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass, replace
from datetime import date
from typing import Any, cast

from transforms.times.meaning import Meaning
from transforms.times.phrases import Day, Phrase

FIRST = 9001               # stands for the year 1
EARLIEST = 6000            # years before Christ that fit before it
LATEST = 500               # years after Christ that a text on antiquity writes as its own
_YEAR = re.compile(r"(\d{2,4})(?=$|-)(.*)")
_PLAIN = re.compile(r"\d{4}(?:-\d\d){0,2}")


def forward(phrase: Phrase) -> Phrase:
    """A phrase with its years moved: "493 BC", "the spring of 493 BC", "AD 14"; one without them as it is."""
    if isinstance(phrase, Day):
        if phrase.year is None or phrase.is_short_year or phrase.year > (EARLIEST if phrase.is_bc else LATEST):
            return phrase
        return replace(phrase, year=FIRST - phrase.year if phrase.is_bc else FIRST - 1 + phrase.year, is_bc=False, is_maybe_bc=False)
    inner = {each.name: value for each in fields(phrase) if is_dataclass(value := getattr(phrase, each.name))}
    moved: dict[str, Any] = {name: forward(cast(Phrase, value)) for name, value in inner.items()}
    return cast(Phrase, replace(cast(Any, phrase), **moved)) if moved != inner else phrase


def is_ancient(day: date) -> bool:
    """Whether a day is one of the forward calendar."""
    return day.year >= FIRST - EARLIEST


def back(meaning: Meaning) -> Meaning:
    """What goes out of a meaning on the forward calendar."""
    found = _YEAR.fullmatch(meaning.value)
    unit = 10 ** (4 - len(found[1])) if found else 1
    year = int(found[1]) * unit if found else 0
    if found is None or year + unit <= FIRST - EARLIEST:
        return meaning
    if year >= FIRST:
        value = f"{year - FIRST + 1:04d}"[:len(found[1])] + found[2]
        edtf = value[:4] + meaning.edtf[4:] if _PLAIN.fullmatch(meaning.edtf) else ""
        return replace(meaning, value=value, edtf=edtf, start=_earlier(meaning.start), end=_earlier(meaning.end))
    label = FIRST - year if unit == 1 else (FIRST - 1 - year) // unit
    edtf = f"-{FIRST - year - 1:04d}{meaning.edtf[4:]}" if _PLAIN.fullmatch(meaning.edtf) else ""
    if edtf.startswith("-0000"):
        edtf = edtf[1:]                                  # 1 BC is the year 0
    return replace(meaning, value=f"BC{label:0{len(found[1])}d}{found[2]}", edtf=edtf, start=None, end=None)


def _earlier(day: date | None) -> date | None:
    """A day of the forward calendar in its own year; 29 February is the day after the 28th."""
    if day is None:
        return None
    year = day.year - FIRST + 1
    try:
        return day.replace(year=year)
    except ValueError:
        return date(year, 3, 1)
