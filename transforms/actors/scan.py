"""Finds the names of the lexicon, and names that it does not know, in a parsed text: one pass over the tokens."""

from __future__ import annotations

import functools
from collections.abc import Collection
from dataclasses import dataclass, replace
from itertools import pairwise

from spacy.symbols import PROPN
from spacy.tokens import Doc

from transforms.actors.names import fold, pieces, transliteration_key
from transforms.actors.tables import ActorTables, Entry

NOTHING = Entry()
_NO_NAMES = frozenset({"DATE", "TIME", "MONEY", "PERCENT", "LANGUAGE"})
_JOINTS = frozenset("-'’‐–/.")


@dataclass(frozen=True, slots=True)
class Match:
    """Tokens `[start, end)` that the lexicon knows (`entry`), or a run of unknown capitalised words (`is_name`)."""

    start: int
    end: int
    entry: Entry
    is_name: bool = False

    @property
    def is_known(self) -> bool:
        """Whether the lexicon, not only the capital letter, knows it for a role, country, group or faith."""
        entry = self.entry
        return not self.is_name and bool(entry.role or entry.country or entry.organisation or entry.religion or entry.ethnic)


@functools.lru_cache(maxsize=65536)
def _words(text: str) -> tuple[str, ...]:
    return pieces(text)


@functools.lru_cache(maxsize=65536)
def _keys(text: str) -> tuple[str, ...]:
    return tuple(transliteration_key(word) for word in pieces(text))


@dataclass(frozen=True, slots=True)
class Scan:
    """What stands at each token of one chunk, and which sentence it belongs to (counted through the article)."""

    doc: Doc
    offset: int
    low: tuple[str, ...]             # the tokens in small letters
    cover: tuple[Match | None, ...]
    sentence: tuple[int, ...]
    matches: tuple[Match, ...]

    def between(self, start: int, end: int) -> list[Match]:
        """The matches that lie in tokens `[start, end)`, in order."""
        found: list[Match] = []
        at = max(start, 0)
        while at < min(end, len(self.cover)):
            match = self.cover[at]
            if match is None:
                at += 1
                continue
            if match.start >= start and match.end <= end:
                found.append(match)
            at = match.end
        return found

    def without(self, doubted: Collection[Match]) -> Scan:
        """The same scan with some matches taken for what else they are: a common role, or a name that nobody knows."""
        if not doubted:
            return self
        plain = {match: Match(match.start, match.end, match.entry.common or NOTHING, is_name=match.entry.common is None)
                 for match in doubted}
        cover = tuple(match if match is None else plain.get(match, match) for match in self.cover)
        return replace(self, cover=cover, matches=tuple(plain.get(match, match) for match in self.matches))

    def words(self, start: int, end: int) -> str:
        return str(self.doc[start:end].text)


def scan(doc: Doc, offset: int, tables: ActorTables, first_sentence: int) -> Scan:
    """Longest matches first, from the left; office holders' full names before everything else of the same length."""
    texts = [token.text for token in doc]
    units: list[tuple[str, int, bool, bool]] = []    # word, token, is the token's first, is its last
    for at, text in enumerate(texts):
        words = _words(text)
        if not words:
            if text not in _JOINTS:
                units.append(("", at, True, True))   # a stop: no name runs over a comma
            continue
        last = len(words) - 1
        units.extend((word, at, number == 0, number == last) for number, word in enumerate(words))
    capitals = sum(text[:1].isupper() for text in texts)
    is_cased = capitals * 50 >= len(texts)
    cover: list[Match | None] = [None] * len(texts)
    matches: list[Match] = []
    size, at_unit, index, people = len(units), 0, tables.index, tables.people
    while at_unit < size:
        word, token, is_first, _ = units[at_unit]
        if not word or not is_first:
            at_unit += 1
            continue
        is_capital = texts[token][0].isupper() or not is_cased
        if word == "the" and token + 1 < len(texts):
            is_capital = texts[token + 1][:1].isupper() or not is_cased   # the West, the Hague
        best: Entry | None = None
        length = 0
        for key, entry in index.get(word, ()):
            stop = at_unit + len(key)
            if stop > size or not units[stop - 1][3] or any(units[at_unit + n][0] != key[n] for n in range(1, len(key))):
                continue
            usable: Entry | None = entry
            if (entry.exact and "".join(texts[token:units[stop - 1][1] + 1]).replace(".", "") != entry.exact.replace(".", "")) or not is_capital:
                usable = entry.common
            if usable is not None:
                best, length = usable, len(key)
                break
        if is_capital or texts[token] in ("al", "el"):
            mark = _keys(texts[token])[0]
            for keys, offices in people.get(mark, ()):
                stop = at_unit + len(keys)
                if len(keys) < length or stop > size or not units[stop - 1][3]:
                    continue
                if all(_keys(texts[units[at_unit + n][1]]) and _unit_key(texts, units, at_unit + n) == keys[n]
                       for n in range(1, len(keys))):
                    best, length = Entry(offices=offices), len(keys)
                    break
        if best is not None and length == 1 and best.role and doc[token].pos_ in ("ADJ", "PRON", "VERB", "ADV") and (
                doc[token].pos_ != "ADJ" or tables.modifiers.get(word) == "adjective") and not best.country and not best.organisation:
            best = None                              # a major project, to head for, mine
        if best is not None and best.form in _GIVEN and _is_first_name(doc, token, units[at_unit + length - 1][1] + 1):
            best = None                              # Jordan Smith, Paris Hilton
        if best is None:
            at_unit += 1
            continue
        end = units[at_unit + length - 1][1] + 1
        match = Match(token, end, best)
        for covered in range(token, end):
            cover[covered] = match
        matches.append(match)
        at_unit += length
    _add_names(doc, texts, cover, matches, tables, is_cased)
    matches.sort(key=lambda match: match.start)
    _move_namesakes(texts, cover, matches)
    sentence: list[int] = []
    number = first_sentence
    for parsed in doc.sents:
        sentence.extend([number] * len(parsed))
        number += 1
    return Scan(doc, offset, tuple(text.lower() for text in texts), tuple(cover), tuple(sentence), tuple(matches))


def _move_namesakes(texts: list[str], cover: list[Match | None], matches: list[Match]) -> None:
    """Paris, Missouri is in Missouri: a capital whose name a region of another country follows is a namesake there."""
    for number, (town, region) in enumerate(pairwise(matches)):
        before, after = texts[town.start - 1:town.start], texts[region.end:region.end + 1]
        if (town.entry.form == "capital" and region.entry.form == "region" and region.entry.country != town.entry.country
                and texts[town.end:region.start] == [","] and before != [","] and after not in (["and"], ["or"])
                and not (after == [","] and number + 2 < len(matches) and matches[number + 2].start == region.end + 1 and matches[number + 2].entry.country)):
            matches[number] = moved = replace(town, entry=region.entry)
            cover[town.start:town.end] = [moved] * (town.end - town.start)


_GIVEN = frozenset({"name", "capital", "region"})


def _is_first_name(doc: Doc, start: int, end: int) -> bool:
    """True where a place's name is somebody's first name: the tagger calls it a person and a proper noun follows."""
    return end < len(doc) and doc[start].ent_type_ == "PERSON" and doc[end].ent_type_ == "PERSON" and doc[end].pos_ == "PROPN"


def _unit_key(texts: list[str], units: list[tuple[str, int, bool, bool]], at: int) -> str:
    """The transliteration key of one unit; a token of several words has one for each."""
    token = units[at][1]
    number = 0
    while at - number > 0 and units[at - number - 1][1] == token:
        number += 1
    return _keys(texts[token])[number]


def _add_names(doc: Doc, texts: list[str], cover: list[Match | None], matches: list[Match],
               tables: ActorTables, is_cased: bool) -> None:
    """Runs of capitalised words that no table knows; particles and hyphens hold a run together."""
    if not is_cased:
        return
    effects, size, at = tables.modifiers, len(texts), 0
    known: list[Match] = []
    small = frozenset(texts)
    proper = {text for text, pos in zip(texts, doc.to_array("POS"), strict=True) if pos == PROPN and text.lower() not in small}

    def is_name(i: int) -> bool:
        text = texts[i]
        if cover[i] is not None or not text[0].isupper() or effects.get(fold(text)) not in (None, "particle", "company"):
            return False
        token = doc[i]
        if text in proper or "".join(_keys(text)) in tables.surnames:
            return token.ent_type_ not in _NO_NAMES  # the tagger takes "Trump" for a verb now and then
        if token.pos_ == "PROPN":
            return token.ent_type_ not in _NO_NAMES
        return token.pos_ in ("NOUN", "ADJ", "X") and not token.is_sent_start and len(text) > 1 and not text.isupper()

    while at < size:
        if not is_name(at):
            at += 1
            continue
        start, end = at, at + 1
        if start >= 2 and texts[start - 1] == "-" and effects.get(fold(texts[start - 2])) == "particle" and cover[start - 2] is None:
            start -= 2                               # al-Something
        while end < size:
            if is_name(end):
                end += 1
                continue
            ahead = end
            while ahead < size and ahead - end < 3 and (texts[ahead] in _JOINTS or effects.get(fold(texts[ahead])) == "particle"):
                ahead += 1
            if ahead > end and ahead < size and is_name(ahead) and texts[end] not in ("'", "’", "/", "."):
                end = ahead + 1
                continue
            break
        keys = [key for text in texts[start:end] for key in _keys(text)]
        offices = tables.surnames.get("".join(keys), ()) if len(keys) <= 3 else ()
        if len(keys) >= 3 and not offices:           # Vladimir V. Putin
            offices = next((rows for names, rows in tables.people.get(keys[0], ()) if names == (keys[0], keys[-1])), ())
        match = Match(start, end, Entry(offices=offices) if offices else NOTHING, is_name=True)
        for covered in range(start, end):
            cover[covered] = match
        known.append(match)
        at = end
    matches.extend(known)
