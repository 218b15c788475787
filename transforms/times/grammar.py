"""The grammar of time phrases: ordered layers of rules from words to phrases; no anchor is known here.

Layers: numbers ("twenty-four", "nineteen ninety-six"), dates and lengths ("3 May", "last Friday", "two
weeks"), lists ("3, 4 and 5 May"), and compositions ("late last week", "10 p.m. Wednesday", "June of that year").
Lower-case kinds are words of the lexicon or shapes of numbers, upper-case kinds are phrases found, and MACROS name
alternatives. Kinds of lexicons/times worth a word: `may...` kinds are words that are only sometimes a date (May, fall,
second) and stand only in rules with support; `step` counts from the telling (last = -1), `refstep` and `that` from the
story (the previous, that); `span` may stand inside a length (the past two years); `in`, `inmonth`, `yearprep` are words
that vouch for a year or month after them; `trap` before and `count` after a number say that it is none; `dayname` is
a name or saying with a time in it, and none (Arab Spring, now and then); `opener` begins a sentence before a comma (Now,
...); `clockat` vouches for a clock of four digits, `commaless` and `owner` for a year where other numbers would have a comma;
`street` and `way` are read by `names` only, `deed` by `reader`, tokens.OUTLOOK_KINDS by `outlook`.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

from transforms.times.compositions import COMPOSITIONS, FUZZIES
from transforms.times.dates import CALENDAR, LISTS
from transforms.times.numerals import NUMBERS, SPOKEN
from transforms.times.phrases import Phrase
from transforms.times.relative import RELATIVE
from transforms.times.rewriting import Alphabet, Layer
from transforms.times.tokens import Token, Vocabulary, number_kind_sets, vocabulary

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
                        (NUMBERS, SPOKEN, CALENDAR + RELATIVE, LISTS, LISTS, COMPOSITIONS, COMPOSITIONS, FUZZIES)]

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

