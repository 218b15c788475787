"""Whether the clause around a date looks ahead or back: "will meet Tuesday" is not "met Tuesday".

The nearest cue before the date in its sentence decides; without one, the nearest after it. Cues are rows of kind
`ahead`, `neutral` ("agreed to"), `behind` and `over` in lexicons/times (one or two words); rows of kind `aheadending`
are endings of future verbs. In English every other word in -ed looks back, unless "be" and a cue ahead stand before it
("will be completed"), or it is an adjective ("an unspecified date"). What "had been due" looks back. "Until Thursday,
they had" is decided by what follows. A cue `over` speaks of the date that follows it at once, and leaves no doubt:
"ended Jan. 31", "since December", and so does a verb that looks back ("announced in January"); after "be" or "is" it does
not look back ("to be held"). A `deadline` ("by March") sets that date one step further ahead; what follows an `aim` ("für
Freitag") is ahead whatever else is said. What is `undone` ("planned for Sunday, was called off") may lie either way.
"""

from __future__ import annotations

import functools
import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from enum import IntEnum

from transforms.times.tokens import TO_LATIN, word_rows, words_of


class Outlook(IntEnum):
    OVER = -2                # the day has certainly passed
    BEHIND = -1
    UNKNOWN = 0
    AHEAD = 1
    UNDONE = 2               # planned, and called off: perhaps ahead, perhaps not


_PIECE = re.compile(r"[^\W\d_]++(?:['’][^\W\d_]++)?|[.!?;:]|``|''|\n[^\S\n]*+\n")
# Titles, months, firms, states of the United States: what a dot follows without an end of the sentence.
_ABBREVIATIONS = frozenset("""
    mr mrs ms dr gen sen rep st lt col gov maj capt cmdr adm sgt prof rev hon supt jan feb mar apr jun jul aug sept sep oct nov dec
    co corp inc ltd bros no vs ala ariz ark calif colo conn del fla ga ind kan ky la md mich minn mo mont neb nev okla ore pa
    tenn tex va vt wis wyo""".split())
_REACH = 200             # characters: a cue farther off says nothing of the date
_ADJACENT = 8            # characters: "since the", "ended on"
_OF_VERB = re.compile(r" (?:back )?(?:in|on) (?:the )?")      # between a verb and its own date
_TO_END = re.compile(r"[^.!?\n]{0,200}")
_BUT = re.compile(r"[^,;]{0,30},? but\b")
_WAS_TO = re.compile(r"\b(?:was|were|had been) (?:to|due|expected|meant|planned|scheduled|set|slated|supposed)\b[^.!?\n]*\Z")
# Before a word in -ed: an article or owner makes it an adjective, and an adverb may stand between.
_DETERMINERS = frozenset(["a", "an", "the", "its", "his", "her", "their", "our", "my", "your", "this", "that", "these", "those", "some", "any", "no"])

_STATES = frozenset(["be", "stay", "remain", "keep"])
_PASSIVES = frozenset(["be", "is", "are", "being"])


@functools.cache
def _cues(language: str) -> Mapping[str, Outlook]:
    kinds = {"ahead": Outlook.AHEAD, "neutral": Outlook.UNKNOWN, "behind": Outlook.BEHIND, "over": Outlook.OVER}
    return {row.word: kinds[row.kind] for row in word_rows() if row.language == language and row.kind in kinds}


@functools.cache
def _future_endings(language: str) -> tuple[str, ...]:
    """How the future of verbs ends: votera, votará."""
    return tuple(row.word for row in word_rows() if row.language == language and row.kind == "aheadending")


@functools.cache
def _deadlines(language: str) -> re.Pattern[str]:
    """A preposition that sets a time limit, at the end of a text."""
    return re.compile(rf"\b{words_of(language, 'deadline')} (?i:the )?\Z")


@functools.cache
def _undone(language: str) -> re.Pattern[str]:
    """What becomes of a plan that is not carried out: called off, put off."""
    return re.compile(rf"\b{words_of(language, 'undone')}\b")


@functools.cache
def _aims(language: str) -> re.Pattern[str]:
    """A preposition by which a day is one to come, at the end of a text: für Freitag, pour jeudi, za subotu."""
    return re.compile(rf"\b{words_of(language, 'aim')} \Z")


def _ends_sentence(text: str, dot: int, previous: str) -> bool:
    """Whether a dot ends its sentence: not within a number or after an abbreviation, though after "Dec. 7"."""
    if not text[dot + 1:dot + 2].isspace():
        return False
    return not text[dot - 1].isalpha() or not (previous in _ABBREVIATIONS or len(previous) == 1)


class Outlooks:
    """The cues and sentence ends of one text, found in one pass when first asked for."""

    def __init__(self, text: str, language: str) -> None:
        self._text = text
        self._language = language
        self._at: list[int] = []             # where each cue or sentence end stands
        self._what: list[Outlook | None] = []    # None: the end of a sentence
        self._ends: list[int] = []
        self._is_opening: list[bool] = []        # the first word of its sentence
        self._is_read = False

    def around(self, start: int, end: int) -> Outlook:
        """How the sentence looks at the date that stands at `[start, end)`; UNKNOWN without a cue.

        A time limit lies further ahead than the verb before it tells: "they agreed on a vote by March".
        """
        if _aims(self._language).search(self._text[max(0, start - 12):start].translate(TO_LATIN)):
            return Outlook.AHEAD
        outlook = self._by_cues(start, end)
        if outlook is Outlook.AHEAD and self._is_undone(start, end):
            return Outlook.UNDONE
        is_limit = outlook in (Outlook.BEHIND, Outlook.UNKNOWN) and _deadlines(self._language).search(self._text[max(0, start - 20):start])
        return Outlook(outlook + 1) if is_limit else outlook

    def _is_undone(self, start: int, end: int) -> bool:
        """ "A vote planned for Sunday was called off", "was to open on Sunday, but": the sentence goes on to say that it was not done."""
        following = _TO_END.match(self._text, end)
        rest = following.group() if following else ""
        if _undone(self._language).search(rest):
            return True
        return self._language == "en" and _BUT.match(rest) is not None and _WAS_TO.search(self._text[max(0, start - _REACH):start]) is not None

    def is_to_come(self, start: int, end: int) -> bool:
        """Whether more than a preposition ("until July") says that the date at `[start, end)` is ahead."""
        if self.around(start, end) is not Outlook.AHEAD:
            return False
        before = bisect_left(self._at, start) - 1
        return not (before >= 0 and self._what[before] is Outlook.AHEAD and start - self._ends[before] <= 1)

    def _by_cues(self, start: int, end: int) -> Outlook:
        if self._text[end:end + 2] in ("'s", "’s"):      # Wednesday's ruling has been made
            return Outlook.UNKNOWN
        if not self._is_read:
            self._read()
        before = bisect_left(self._at, start) - 1
        if before >= 0 and start - self._at[before] <= _REACH:
            cue = self._what[before]
            if cue is Outlook.OVER:
                return cue if start - self._ends[before] <= _ADJACENT else Outlook.BEHIND
            if cue is Outlook.AHEAD and self._is_opening[before]:
                cue = self._after(end) or cue
            if cue is Outlook.BEHIND and _OF_VERB.fullmatch(self._text, self._ends[before], start):
                return Outlook.OVER                      # "announced in January"
            if cue is not None:
                return cue
        return self._after(end) or Outlook.UNKNOWN

    def _after(self, end: int) -> Outlook | None:
        """The first cue after a position in the same sentence."""
        after = bisect_right(self._at, end - 1)
        if after < len(self._at) and self._at[after] - end <= _REACH:
            cue = self._what[after]
            return Outlook.BEHIND if cue is Outlook.OVER else cue
        return None

    def _read(self) -> None:
        self._is_read = True
        text, cues, is_english = self._text, _cues(self._language), self._language == "en"
        is_cyrillic_read = self._language == "sh"
        endings, has_large_nouns = _future_endings(self._language), self._language == "de"
        previous = before_previous = ""
        last_ahead = last_had = -9
        for number, found in enumerate(_PIECE.finditer(text)):
            piece = found.group()
            lower = piece.lower().translate(TO_LATIN) if is_cyrillic_read else piece.lower()
            what: Outlook | None = None
            if piece[0].isalpha():
                is_noun = has_large_nouns and bool(previous) and piece[0].isupper()      # das Treffen
                what = None if is_noun else cues.get(f"{previous} {lower}", cues.get(lower))
                if lower.endswith("s") and text[max(0, found.start() - 2):found.start()].strip().isdigit():
                    what = None                          # 14 votes
                if what is None and is_english and len(piece) > 4 and piece.islower() and piece.endswith("ed") and piece[-3] != "e":
                    is_adjective = previous in _DETERMINERS or (before_previous in _DETERMINERS and previous in ("still", "newly", "yet"))
                    what = None if is_adjective else Outlook.BEHIND
                elif what is None and endings and len(piece) > 4 and lower.endswith(endings) and piece.islower():
                    what = Outlook.AHEAD
                if piece == "may" and is_english:
                    what = Outlook.AHEAD                 # the month has a capital
                if lower == "bis" and before_previous == "von" and has_large_nouns:
                    what = None                          # von Donnerstag bis Sonntag
                if what is Outlook.BEHIND and number - last_ahead <= (4 if previous in _STATES else 1):
                    what = Outlook.AHEAD                 # "will not be held", "will cut"
                if what is Outlook.BEHIND and is_english and previous in _PASSIVES:
                    what = Outlook.UNKNOWN               # "to be held", "is heard"
                elif what is Outlook.UNKNOWN and lower.endswith("ed") and _OF_VERB.match(text, found.end()):
                    what = Outlook.BEHIND                # "demanded on 3 April that ..."
                if lower == "had" or lower == "previously":
                    last_had = number
                if what is Outlook.AHEAD and number - last_had <= 3:
                    what = Outlook.BEHIND                # "had been scheduled to"
                if what is Outlook.AHEAD:
                    last_ahead = number
                if what is not None:
                    self._note(found, what, not previous)
                before_previous, previous = previous, lower
            elif piece != "." or _ends_sentence(text, found.start(), previous):
                self._note(found, None, False)
                before_previous = previous = ""

    def _note(self, found: re.Match[str], what: Outlook | None, is_opening: bool) -> None:
        self._at.append(found.start())
        self._ends.append(found.end())
        self._what.append(what)
        self._is_opening.append(is_opening)
