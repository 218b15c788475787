"""Whether the clause around a date looks ahead or back: "will meet Tuesday" is not "met Tuesday".

The nearest cue before the date in its sentence decides; without one, the nearest after it. Cues are rows of kind
`ahead` and `behind` in lexicons/times, and in English every other word in -ed (not after "be") looks back.
"""

from __future__ import annotations

import functools
import re
from enum import IntEnum

from transforms.times.tokens import word_rows

WINDOW = 160             # characters searched on either side: a long sentence, and a bound on the work per date


class Outlook(IntEnum):
    BEHIND = -1
    UNKNOWN = 0
    AHEAD = 1


@functools.cache
def _cues(language: str) -> re.Pattern[str] | None:
    words = {kind: [re.escape(row.word) for row in word_rows() if row.language == language and row.kind == kind]
             for kind in ("ahead", "behind")}
    if not words["ahead"]:
        return None
    options = [rf"(?P<{kind}>(?<!\w)(?:{'|'.join(sorted(words[kind], key=len, reverse=True))})\b)" for kind in words if words[kind]]
    if language == "en":
        options = [r"(?P<passive>\b(?:will|would|to|must|should|shall|may|might) (?:not )?be \w{2,20}ed\b)", *options,
                   r"(?P<past>\b(?-i:[a-z]{2,20}(?<!e)(?<!hundr)(?<!sacr)ed)\b)"]
    return re.compile("|".join(options), re.IGNORECASE)


_BREAK = re.compile(r"[.!?](?=\s+[\"“‘'`(]*[A-ZÀ-ŽА-Я])|\n\s*\n|``|''|[;:]\s")
_ABBREVIATION = re.compile(r"\b(?:[A-Z]|Mr|Mrs|Ms|Dr|Gen|Sen|Rep|St|Jan|Feb|Mar|Apr|Aug|Sept|Oct|Nov|Dec|Co|Corp|Inc|Lt|Col|Gov)$")


def outlook(text: str, start: int, end: int, language: str) -> Outlook:
    """How the sentence looks at the date that stands at `[start, end)`; UNKNOWN without a cue or without cue words."""
    cues = _cues(language)
    if cues is None:
        return Outlook.UNKNOWN
    if text[end:end + 2] in ("'s", "’s"):                # Wednesday's ruling has been made
        return Outlook.UNKNOWN
    before = text[max(0, start - WINDOW):start]
    sentence_from = 0
    for stop in _BREAK.finditer(before):
        if stop[0] != "." or not _ABBREVIATION.search(before[:stop.start()]):
            sentence_from = stop.end()
    found = list(cues.finditer(before, sentence_from))
    if found:
        return _reading(found[-1])
    after = text[end:end + WINDOW]
    stop_after = _BREAK.search(after)
    first = cues.search(after, 0, stop_after.start() if stop_after else len(after))
    return _reading(first) if first else Outlook.UNKNOWN


def _reading(cue: re.Match[str]) -> Outlook:
    return Outlook.AHEAD if cue.lastgroup in ("ahead", "passive") else Outlook.BEHIND
