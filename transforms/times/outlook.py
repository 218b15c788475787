"""Whether the clause around a date looks ahead or back: "will meet Tuesday" is not "met Tuesday".

The nearest cue before the date in its sentence decides; without one, the nearest after it. Cues are rows of kind
`ahead` and `behind` in lexicons/times (one or two words), and in English every other word in -ed looks back,
unless "be" and a cue ahead stand before it ("will be completed").
"""

from __future__ import annotations

import functools
import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from enum import IntEnum

from transforms.times.tokens import word_rows


class Outlook(IntEnum):
    BEHIND = -1
    UNKNOWN = 0
    AHEAD = 1


_PIECE = re.compile(r"[^\W\d_]++(?:['’][^\W\d_]++)?|[.!?;:]|``|''|\n[^\S\n]*+\n")
_ABBREVIATIONS = frozenset(["mr", "mrs", "ms", "dr", "gen", "sen", "rep", "st", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sept", "sep", "oct", "nov", "dec", "co", "corp", "inc", "lt", "col", "gov", "no"])
_REACH = 200             # characters: a cue farther off says nothing of the date


@functools.cache
def _cues(language: str) -> Mapping[str, Outlook]:
    kinds = {"ahead": Outlook.AHEAD, "behind": Outlook.BEHIND}
    return {row.word: kinds[row.kind] for row in word_rows() if row.language == language and row.kind in kinds}


class Outlooks:
    """The cues and sentence ends of one text, found in one pass when first asked for."""

    def __init__(self, text: str, language: str) -> None:
        self._text = text
        self._language = language
        self._at: list[int] = []             # where each cue or sentence end stands
        self._what: list[Outlook | None] = []    # None: the end of a sentence
        self._is_read = False

    def around(self, start: int, end: int) -> Outlook:
        """How the sentence looks at the date that stands at `[start, end)`; UNKNOWN without a cue."""
        if self._text[end:end + 2] in ("'s", "’s"):      # Wednesday's ruling has been made
            return Outlook.UNKNOWN
        if not self._is_read:
            self._read()
        before = bisect_left(self._at, start) - 1
        if before >= 0 and start - self._at[before] <= _REACH:
            cue = self._what[before]
            if cue is not None:
                return cue
        after = bisect_right(self._at, end - 1)
        if after < len(self._at) and self._at[after] - end <= _REACH:
            return self._what[after] or Outlook.UNKNOWN
        return Outlook.UNKNOWN

    def _read(self) -> None:
        self._is_read = True
        text, cues, is_english = self._text, _cues(self._language), self._language == "en"
        previous = ""
        last_ahead = -9
        for number, found in enumerate(_PIECE.finditer(text)):
            piece = found.group()
            lower = piece.lower()
            what: Outlook | None = None
            if piece[0].isalpha():
                what = cues.get(lower) or cues.get(f"{previous} {lower}")
                if what is None and is_english and len(piece) > 4 and piece.islower() and piece.endswith("ed") and piece[-3] != "e":
                    what = Outlook.BEHIND
                if what is Outlook.BEHIND and previous == "be" and number - last_ahead <= 4:
                    what = Outlook.AHEAD                 # "will not be held"
                if what is Outlook.AHEAD:
                    last_ahead = number
                if what is not None:
                    self._at.append(found.start())
                    self._what.append(what)
            elif not (piece == "." and (not text[found.end():found.end() + 1].isspace() or previous in _ABBREVIATIONS
                                        or len(previous) == 1)):
                self._at.append(found.start())
                self._what.append(None)
            previous = lower
