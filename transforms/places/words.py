"""The words that tell places from their namesakes: tables words.csv and traps.csv, read once a process."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from enum import StrEnum

from transforms.lexicons.tables import read_table


class Rule(StrEnum):
    """What it takes to believe that a capitalised word is the place of that name."""

    NEVER = "never"      # only with its state or country behind it ("Young, Arizona")
    CUE = "cue"          # a preposition, a dateline, or the model's word for it
    MILD = "mild"        # also a person's name: not inside a person's


@dataclass(frozen=True, slots=True)
class _WordRow:
    use: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _TrapRow:
    name: str
    rule: str


@dataclass(frozen=True, slots=True)
class Words:
    """Sets of lower-case words by their use beside a place name: the rows of places/words.csv."""

    street: frozenset[str]
    street_number: frozenset[str]
    admin: frozenset[str]
    airport: frozenset[str]
    direction: frozenset[str]
    strong_preposition: frozenset[str]
    connector: frozenset[str]
    person_title: frozenset[str]
    not_place_after: frozenset[str]
    not_place_before: frozenset[str]
    civic_after: frozenset[str]


@functools.cache
def load_words() -> Words:
    return Words(**{row.use: frozenset(row.words) for row in read_table("places/words", _WordRow, ("use",))})


@functools.cache
def load_traps() -> dict[str, Rule]:
    return {row.name: Rule(row.rule) for row in read_table("places/traps", _TrapRow, ("name",))}
