"""Cuts text into the few tokens that can take part in a time expression, each with the kinds it may be.

Words are looked up in the lexicon folder `times/` (one CSV a language); numbers get their kinds by
shape. All other words become gaps, so the grammar never sees them. Every step is linear in the text.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from transforms.lexicons.tables import read_table

# Possessive quantifiers (++) keep a megabyte of digits linear: nothing is given back.
TOKEN = re.compile(
    r"""
      (?P<word>[^\W\d_]++)                                             # first, as most tokens are words: nothing else begins with a letter
    | (?P<blank>\n[^\S\n]*+\n\s*+)                                       # a blank line ends everything
    | (?P<chain>\d++(?P<sep>[-/:.])\d++(?:(?P=sep)\d++){2,}+)          # an IP address, a telephone number
    | (?P<iso>\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:?\d\d)?)?(?![\d-]))
    | (?P<numeric>(?:\d{1,2}/\d{1,2}/(?:\d{4}|\d\d)|\d{4}/\d{1,2}/\d{1,2}|\d{1,2}\.\d{1,2}\.\d{4}|\d{1,2}-\d{1,2}-\d{4})(?![\d/-]))
    | (?P<clock>(?:[01]?\d|2[0-4])(?::[0-5]\d){1,2}(?![\d:]))
    | (?P<decade>(?:[12]\d{2}0|['’`]?\d0)['’]?s\b|(?:[12]\d{2}|[2-9])0(?:ern?|-ih)\b)
    | (?P<ordinal>\d{1,2}(?:(?:st|nd|rd|th|er|ère|ème|e)\b|[º°ª]))
    | (?P<short>(?<!['’`])['’`]\d\d\b)
    | (?P<fraction>\d++\ \d/\d(?!\d)|\d++/\d++)
    | (?P<money>[$€£¥\#]\s?\d++(?:[.,]\d++)*+)
    | (?P<amount>\d++(?:[.,]\d++)++%?|\d++%)
    | (?P<digits>\d++)
    | (?P<rule>[-‐‑–—_=*.~#]{2,}+)                                   # "--" of the wires, or a line of them
    | (?P<noise>[^\w\s]{4,}+)
    | (?P<mark>[^\w\s])
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class WordRow:
    """One row of lexicons/times/<language>.csv: a word or phrase, what it may be, and the value it then has."""

    language: str
    word: str
    kind: str
    value: str
    capital: bool            # only when written with a capital ("May", "Sun")


@dataclass(slots=True)
class _Node:
    kinds: dict[str, str] = field(default_factory=dict)
    needs_capital: set[str] = field(default_factory=set)
    further: dict[str, _Node] = field(default_factory=dict)


@dataclass(slots=True)
class Token:
    """A stretch of the text with everything it may be: kind -> value. `symbol` is filled by the grammar's alphabet."""

    start: int
    end: int
    kinds: Mapping[str, Any]
    symbol: str = ""


GAP: Mapping[str, Any] = {"gap": ""}
BLANK: Mapping[str, Any] = {"blank": ""}
NUMBER: Mapping[str, Any] = {"number": ""}
DASH: Mapping[str, Any] = {"dash": ""}
HYPHEN: Mapping[str, Any] = {"hyphen": ""}
MARKS: dict[str, Mapping[str, Any]] = {mark: {kind: ""} for marks, kind in (
    (",", "comma"), (".", "dot"), ("/", "slash"), (";:!?", "stop"), ("(", "open"), (")", "close"), ("%", "percent")) for mark in marks}
DOT_CLOCK = re.compile(r"(?:[01]?\d|2[0-3])\.[0-5]\d")
AMOUNT = re.compile(r"\d{1,3}(?:,\d{3})+|\d+\.\d+")       # 2,000 and 2.5; other amounts are shares and lists
DASHES = "-‐‑–—"


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words of one language as a tree over lower-case tokens."""

    language: str
    root: _Node
    kind_sets: frozenset[frozenset[str]]


CYRILLIC = dict(zip(
    "абвгдђежзијклмнопрстћуфхцчш", ["a", "b", "v", "g", "d", "đ", "e", "ž", "z", "i", "j", "k", "l", "m", "n", "o", "p", "r", "s", "t", "ć", "u", "f", "h", "c", "č", "š"], strict=True),
    ) | {"љ": "lj", "њ": "nj", "џ": "dž"}
TO_LATIN = str.maketrans(CYRILLIC)

# sr, hr and bs share the table sh: ijekavian, ekavian and Croatian months side by side, Cyrillic read as Latin;
# their own tables hold what differs (the feasts) and win.
TABLES_OF = {"en": ("en",), "de": ("de",), "fr": ("fr",), "es": ("es",), "sr": ("sr", "sh"), "cnr": ("sr", "sh"),
             "hr": ("hr", "sh"), "bs": ("sh",), "sh": ("sh",)}


# Cues of tense, read by `outlook` alone.
OUTLOOK_KINDS = frozenset({"ahead", "neutral", "undone", "behind", "over", "deadline", "aim", "aheadending"})


def _pieces(word: str) -> list[str]:
    return [found.group().lower() for found in TOKEN.finditer(word)]


@functools.cache
def vocabulary(language: str) -> Vocabulary:
    """The words of a language (ISO 639-1; region and script subtags are ignored); English for one without a table."""
    tables = TABLES_OF.get(language.lower().replace("_", "-").split("-")[0], ("en",))
    root = _Node()
    sets: set[frozenset[str]] = set()
    nodes: list[_Node] = []
    for table in (*tables, "any"):
        for row in word_rows():
            if row.language != table or row.kind in OUTLOOK_KINDS:
                continue
            node = root
            for piece in _pieces(row.word):
                node = node.further.setdefault(piece, _Node())
            node.kinds.setdefault(row.kind, row.value)
            if row.capital:
                node.needs_capital.add(row.kind)
            nodes.append(node)
    for node in nodes:
        sets.add(frozenset(node.kinds))
        sets.add(frozenset(node.kinds) - node.needs_capital)
    return Vocabulary(tables[-1], root, frozenset(kinds for kinds in sets if kinds))


@functools.cache
def word_rows() -> tuple[WordRow, ...]:
    """Every row of lexicons/times."""
    return read_table("times", WordRow, key=("language", "word", "kind"))


def words_of(language: str, kind: str) -> str:
    """The words of a kind as alternatives of a pattern, longer ones first; "(?!)", which matches nothing, where a language has none."""
    words = sorted((re.escape(row.word) for row in word_rows() if row.language == language and row.kind == kind), reverse=True)
    return f"(?i:{'|'.join(words)})" if words else r"(?!)"


@functools.cache
def _digits(text: str) -> Mapping[str, Any]:
    """The kinds of a run of at most four digits."""
    value = int(text)
    kinds: dict[str, Any] = {"n": float(value)}
    if len(text) <= 2:
        if 1 <= value <= 31:
            kinds["d"] = value
        if value <= 24:
            kinds["hour"] = value
        kinds["yy" if len(text) == 2 else "digit"] = value
    elif len(text) == 3:
        kinds["y3"] = value
    elif len(text) == 4:
        if 1000 <= value <= 2199:
            kinds["y"] = value
        if 1900 <= value <= 2039:
            kinds["ym"] = value          # a year even without a preposition
        if value // 100 <= 24 and value % 100 < 60:
            kinds["hhmm"] = value
    return kinds


# What follows a year, in languages that show by it what is one: "1848 griff", "u 1918. godini", "1346., a".
_YEARS_BY_SIGN = {"de": re.compile(r" [a-zäöüß]|[,;.)]"), "sh": re.compile(r"\.?[-–/,;)]|\.(?!\d)| g")}


def _by_sign(kinds: Mapping[str, Any], after: str, language: str) -> Mapping[str, Any]:
    """German names a year without any word before it; Serbian and Croatian put a dot behind it, and numbers of rooms have none."""
    has_sign = _YEARS_BY_SIGN[language].match(after) is not None
    year = kinds.get("y", 0)
    if language == "sh" and not has_sign and "ym" in kinds:
        return {kind: value for kind, value in kinds.items() if kind != "ym"}
    if has_sign and 1500 <= year < 1900 and year % 10:
        return {**kinds, "ym": year}
    return kinds


def number_kind_sets() -> set[frozenset[str]]:
    """Every set of kinds that a token without a dictionary entry can have."""
    samples = ["0", "7", "24", "31", "25", "45", "00", "07", "345", "1234", "1960", "1975", "0930", "9999", "2155", "2199",
               "2160", "1945", "1066", "1859", "1860", "1999", "2020", "2039", "2040", "0099", "2500", "2400", "1299", "0000"]
    sets = {frozenset(_digits(sample)) for sample in samples}
    singles = ["iso", "numeric", "clock", "decade", "dth", "short", "fraction", "number", "gap", "blank", "hyphen", "dash", "comma", "dot", "slash", "stop", "open", "close", "percent", "mark"]
    return sets | {frozenset({kind}) for kind in singles} | {frozenset({"number", "dotclock"}), frozenset({"number", "n"})}


def tokenize(text: str, words: Vocabulary) -> Iterator[Token]:
    """Tokens in order; a run of words unknown to the vocabulary is one gap."""
    root = words.root.further
    is_cyrillic_read = words.language == "sh"
    pending: tuple[int, int] | None = None
    matches = TOKEN.finditer(text)
    queue: list[re.Match[str]] = []
    while True:
        found = queue.pop() if queue else next(matches, None)
        if found is None:
            break
        shape = found.lastgroup
        start, end = found.span()
        kinds: Mapping[str, Any] | None = None
        if shape == "word" or shape == "mark":
            lower = found.group().lower()
            if is_cyrillic_read:
                lower = lower.translate(TO_LATIN)
            node = root.get(lower)
            if node is not None:
                best, ahead = (node if node.kinds else None), [found]
                best_length = 1
                while node.further and len(ahead) < 8:
                    following = queue.pop() if queue else next(matches, None)
                    if following is None:
                        break
                    ahead.append(following)
                    piece = following.group().lower()
                    if is_cyrillic_read:
                        piece = piece.translate(TO_LATIN)
                    step = node.further.get(piece)
                    if step is None:
                        break
                    node = step
                    if node.kinds:
                        best, best_length = node, len(ahead)
                queue.extend(reversed(ahead[best_length if best else 1:]))
                if best is not None:
                    end = ahead[best_length - 1].end()
                    kinds = best.kinds
                    if best.needs_capital and not text[start].isupper():
                        kinds = {kind: value for kind, value in kinds.items() if kind not in best.needs_capital} or None
            if kinds is None and shape == "mark":
                mark = text[start]
                if mark in DASHES:
                    is_tight = start > 0 and not text[start - 1].isspace() and end < len(text) and not text[end].isspace()
                    kinds = HYPHEN if is_tight else DASH
                else:
                    kinds = MARKS.get(mark)
        elif shape == "digits":
            kinds = _digits(found.group()) if end - start <= 4 else NUMBER
            if end - start == 4 and words.language in _YEARS_BY_SIGN:
                kinds = _by_sign(kinds, text[end:end + 6], words.language)
        elif shape == "blank":
            kinds = BLANK
        elif shape == "rule":
            kinds = DASH
        elif shape == "noise":
            kinds = GAP
        elif shape == "ordinal":
            value = int(re.match(r"\d+", found.group()).group())  # type: ignore[union-attr]
            kinds = {"dth": value}
        elif shape == "amount" and DOT_CLOCK.fullmatch(found.group()):
            kinds = {"number": found.group(), "dotclock": found.group().replace(".", ":")}
        elif shape == "amount" and AMOUNT.fullmatch(found.group()):
            kinds = {"number": found.group(), "n": float(found.group().replace(",", ""))}
        elif shape == "amount":
            kinds = {"number": found.group()}
        elif shape in ("money", "chain"):
            kinds = NUMBER
        elif shape is not None:
            kinds = {shape: found.group()}
        if kinds is None:
            pending = (pending[0] if pending else start, end)
            continue
        if pending:
            yield Token(*pending, GAP)
            pending = None
        yield Token(start, end, kinds)
    if pending:
        yield Token(*pending, GAP)
