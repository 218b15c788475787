"""Gives text in capitals its case back, letter for letter, so that a parser made for print can read it.

Old wire reports and headlines come in capitals. A word is a name when the tables know it as one, or when
nobody ever writes it small; everything else becomes small, except at the start of a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Callable

WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
SENTENCE_START = re.compile(r"(?:^|[.!?:]['\"”’)\]]*\s+|\n\s*\n\s*|--\s+|\]\s*)$")
CAPITALS_SHARE = 0.8
MIN_LETTERS = 25
ALWAYS_SMALL = frozenset("of the and de del la las los y for in on at to a an von van der da do dos today tonight tomorrow yesterday noon midnight".split())
MONTHS_AND_DAYS = frozenset("january february march april june july august september october november december monday tuesday wednesday thursday "
                            "friday saturday sunday jan feb mar apr jun jul aug sep sept oct nov dec".split())


def is_capitals(text: str) -> bool:
    """Whether nearly all letters of a text are capitals."""
    letters = sum(map(str.isalpha, text))
    return letters >= MIN_LETTERS and sum(map(str.isupper, text)) / letters >= CAPITALS_SHARE


def restore_case(text: str, is_name: Callable[[str], bool], is_acronym: Callable[[str], bool], is_common: Callable[[str], bool]) -> str:
    """The text in ordinary case, of the same length.

    `is_name` and `is_acronym` are asked with the word as "Lima" and "FMLN", `is_common` with "attack".
    Names of several words are found by their words; "SAN" and "SANTA" follow the word after them.
    """
    out = list(text)
    words = list(WORD.finditer(text))
    for index, match in enumerate(words):
        word = match.group()
        if not word.isupper() or (len(word) == 1 and word != "A"):
            continue
        lower = word.lower()
        made = lower
        if is_acronym(word):
            made = word
        elif lower in ALWAYS_SMALL:
            made = lower
        elif lower in MONTHS_AND_DAYS:
            made = word.capitalize()
        elif is_common(lower):
            # a common word is a name only inside one: "EL SALVADOR", "SANTA ELENA", "SHINING PATH"
            following = words[index + 1] if index + 1 < len(words) and words[index + 1].start() == match.end() + 1 else None
            pair = f"{word.capitalize()} {following.group().capitalize()}" if following is not None else ""
            before = words[index - 1] if index and words[index - 1].end() + 1 == match.start() else None
            back = f"{before.group().capitalize()} {word.capitalize()}" if before is not None else ""
            made = word.capitalize() if (pair and is_name(pair)) or (back and is_name(back)) else lower
        elif is_name(word.capitalize()) or not _is_regular(lower, is_common):
            made = word.capitalize()
        if made == lower and SENTENCE_START.search(text, max(0, match.start() - 12), match.start()):
            made = word.capitalize()
        if len(made) == len(word):
            out[match.start():match.end()] = made
    return "".join(out)


def _is_regular(word: str, is_common: Callable[[str], bool]) -> bool:
    """Whether a word is a form of a common one: plural, past, -ing, -ly."""
    for ending, stems in (("ies", ("y",)), ("es", ("", "e")), ("s", ("",)), ("ied", ("y",)), ("ed", ("", "e")), ("ing", ("", "e")), ("ly", ("",)),
                          ("er", ("", "e")), ("ment", ("",)), ("tion", ("te", "t")), ("'s", ("",)), ("’s", ("",))):
        if word.endswith(ending) and len(word) > len(ending) + 2:
            root = word[:-len(ending)]
            if any(is_common(root + stem) for stem in stems) or (len(root) > 3 and root[-1] == root[-2] and is_common(root[:-1])):
                return True
    return False
