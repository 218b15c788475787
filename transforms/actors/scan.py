"""Finds the names of the lexicon, and names that it does not know, in a parsed text: one pass over the tokens."""

from __future__ import annotations

import functools
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

from spacy.symbols import PROPN
from spacy.tokens import Doc

from schemas.records import Span
from transforms.actors.names import fold, keys_of, pieces, transliteration_key
from transforms.actors.tables import ActorTables, Entry

NOTHING = Entry()
_NO_NAMES = frozenset({"DATE", "TIME", "MONEY", "PERCENT", "LANGUAGE"})
_DASHES = "-–—"
_JOINTS = frozenset("-'’‐–/.")
_BONDS = frozenset({"foreign", "compound"})          # effects of what may stand behind a name and a hyphen
_IN_NAMES = frozenset({None, "particle", "company", "document", "thing", "opening", "paper", "onlooker", "venue"})       # effects of words that a name may have


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
def _units(text: str) -> tuple[str, ...]:
    """The words that a token is matched by: "" for a stop (no name runs over a comma), none for what may join two words."""
    return pieces(text) or (() if text in _JOINTS else ("",))


@dataclass(frozen=True, slots=True)
class Scan:
    """What stands at each token of one chunk, and which sentence it belongs to (counted through the article)."""

    doc: Doc
    offset: int
    texts: tuple[str, ...]           # of the tokens
    low: tuple[str, ...]             # the same in small letters
    cover: tuple[Match | None, ...]
    sentence: tuple[int, ...]
    first: tuple[int, ...]           # the first token of each token's sentence
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
        return self.replaced({match.start: Match(match.start, match.end, match.entry.common or NOTHING, is_name=match.entry.common is None)
                              for match in doubted})

    def replaced(self, others: Mapping[int, Match]) -> Scan:
        """The same scan with other matches for those that begin at these tokens."""
        if not others:
            return self
        cover = tuple(match and others.get(match.start, match) for match in self.cover)
        return replace(self, cover=cover, matches=tuple(others.get(match.start, match) for match in self.matches))

    def words(self, start: int, end: int) -> str:
        return self.texts[start] if end - start == 1 else str(self.doc[start:end].text)

    def span(self, start: int, end: int) -> Span:
        """Where in the article some tokens stand."""
        last = self.doc[end - 1]
        return Span(self.offset + self.doc[start].idx, self.offset + last.idx + len(last))


def scan(doc: Doc, offset: int, tables: ActorTables, first_sentence: int) -> Scan:
    """Longest matches first, from the left; office holders' full names before everything else of the same length."""
    texts = [token.text for token in doc]
    units: list[str] = []
    owners: list[int] = []                           # the token of each unit
    for at, text in enumerate(texts):
        words = _units(text)
        units += words
        owners += [at] * len(words)
    row, size = tuple(units), len(units)
    sounds = tuple(map(transliteration_key, row))
    owners.append(len(texts))                        # a unit is its token's first or last where its neighbour has another owner
    has_capital = [text[0].isupper() or (text[0] in _DASHES and text.lstrip(_DASHES)[:1].isupper()) for text in texts]     # "(Reuters) -Congo's army"
    is_cased = sum(has_capital) * 50 >= len(texts)
    cover: list[Match | None] = [None] * len(texts)
    matches: list[Match] = []
    at_unit, index, people = 0, tables.index, tables.people
    while at_unit < size:
        word, token = row[at_unit], owners[at_unit]
        if not word or owners[at_unit - 1] == token:
            at_unit += 1
            continue
        shown = token + 1 if word == "the" and token + 1 < len(texts) else token     # the West, the Hague
        is_capital = has_capital[shown] or not is_cased
        best: Entry | None = None
        length = 0
        for key, entry in index.get(word, ()):
            stop = at_unit + len(key)
            if row[at_unit:stop] != key or owners[stop - 1] == owners[stop]:
                continue
            is_itself = is_capital and (not entry.exact or "".join(texts[token:owners[stop - 1] + 1]).replace(".", "") == entry.exact.replace(".", ""))
            best = entry if is_itself else entry.common
            if best is not None:
                length = len(key)
                break
        if is_capital or texts[token] in ("al", "el"):
            for keys, offices in people.get(sounds[at_unit], ()):
                stop = at_unit + len(keys)
                if len(keys) >= length and sounds[at_unit:stop] == keys and owners[stop - 1] != owners[stop]:
                    best, length = Entry(offices=offices), len(keys)
                    break
        if best is not None and length == 1 and best.role and not best.country and not best.organisation and (
                (pos := doc[token].pos_) in ("PRON", "VERB", "ADV") or (pos == "ADJ" and tables.modifiers.get(word) in ("adjective", "opening"))):
            best = None                              # a major project, to head for, mine
        if best is not None and (_is_persons_name(doc, token, owners[at_unit + length - 1] + 1, best) or (
                best.form in _GIVEN and _names_venue(texts, token, owners[at_unit + length - 1] + 1, tables)) or (
                length == 1 and (_is_surname(doc, token, cover, best, tables) or _is_hour(texts, token, best)
                                 or (best.form == "capital" and texts[token - 1] == "New")))):
            best = None                              # New London is not London
        if best is not None and length == 1 and is_capital and _opens_name(doc, has_capital, token, tables):
            best = None
        if best is None:
            at_unit += 1
            continue
        end = owners[at_unit + length - 1] + 1
        match = Match(token, end, best)
        cover[token:end] = [match] * (end - token)
        matches.append(match)
        at_unit += length
    if is_cased:
        _add_names(doc, texts, has_capital, cover, matches, tables)
    matches.sort(key=lambda match: match.start)
    _move_namesakes(texts, cover, matches)
    sentence: list[int] = []
    first: list[int] = []
    for number, parsed in enumerate(doc.sents, first_sentence):
        sentence += [number] * len(parsed)
        first += [parsed.start] * len(parsed)
    return Scan(doc, offset, tuple(texts), tuple(text.lower() for text in texts), tuple(cover), tuple(sentence), tuple(first), tuple(matches))


def _move_namesakes(texts: list[str], cover: list[Match | None], matches: list[Match]) -> None:
    """Paris, Missouri is in Missouri: a capital whose name a region of another country follows is a namesake there."""
    for number, (town, region) in enumerate(pairwise(matches)):
        before, after = texts[town.start - 1:town.start], texts[region.end:region.end + 1]
        if (town.entry.form == "capital" and region.entry.form == "region" and region.entry.country != town.entry.country
                and texts[town.end:region.start] == [","] and before != [","] and after not in (["and"], ["or"])
                and not (after == [","] and number + 2 < len(matches) and matches[number + 2].start == region.end + 1 and matches[number + 2].entry.country)):
            matches[number] = moved = replace(town, entry=region.entry)
            cover[town.start:town.end] = [moved] * (town.end - town.start)


_STREETS = frozenset({"Street", "Road", "Avenue", "Boulevard", "Square"})
_GIVEN = frozenset({"name", "capital", "region"})


def _opens_name(doc: Doc, has_capital: list[bool], at: int, tables: ActorTables) -> bool:
    """National Health Service, Union Station: a common word with a capital in the middle of a name is no role."""
    return (tables.modifiers.get(fold(doc[at].text)) == "opening" and at + 1 < len(doc) and has_capital[at + 1]
            and not doc[at].is_sent_start and doc[at].dep_ in ("compound", "amod", "nmod"))


def _is_persons_name(doc: Doc, start: int, end: int, entry: Entry) -> bool:
    """True where the tagger calls the name of a place or a people a person: Jordan Smith, Roma Hill, and Finn or Pole alone."""
    if doc[start].ent_type_ != "PERSON":
        return False
    if entry.form == "people":
        return not entry.is_plural and end - start == 1
    if end == len(doc) or doc[end].tag_ == "NNPS":
        return False                                 # Kosovo Serbs
    return (entry.form in _GIVEN or bool(entry.ethnic)) and doc[end].ent_type_ == "PERSON" and doc[end].pos_ == "PROPN"


def _is_surname(doc: Doc, at: int, cover: list[Match | None], entry: Entry, tables: ActorTables) -> bool:
    """True for the last word of a name that the tagger knows for a person's, behind a first name: Mary Bishop, Monica French."""
    if at == 0 or doc[at].ent_type_ != "PERSON" or doc[at].ent_iob_ != "I" or entry.organisation or entry.offices or entry.is_plural:
        return False
    is_last = at + 1 == len(doc) or doc[at + 1].ent_iob_ != "I"
    return is_last and cover[at - 1] is None and fold(doc[at - 1].text) in tables.genders


def _names_venue(texts: list[str], start: int, end: int, tables: ActorTables) -> bool:
    """True for a place that only gave a house or a street its name: Cafe Berlin, Istanbul Kebab, Baghdad Street."""
    before, after = texts[start - 1] if start else "", texts[end] if end < len(texts) else ""
    return after in _STREETS or any(word[:1].isupper() and tables.modifiers.get(fold(word)) == "venue" for word in (before, after))


def _is_hour(texts: list[str], at: int, entry: Entry) -> bool:
    """True for the letters behind an hour: 1pm, 6:30 p.m."""
    is_letters = entry.role is not None and pieces(texts[at]) == ("pm",)
    return is_letters and (texts[at] == "p.m." or texts[at - 1][:1].isdigit())


def is_bound(text: str, tables: ActorTables) -> bool:
    """Whether a word only says whose another thing is: a U.N.-led mission."""
    return "-" in text and tables.modifiers.get(fold(text.rsplit("-", 1)[1])) in _BONDS


def _add_names(doc: Doc, texts: list[str], has_capital: list[bool], cover: list[Match | None], matches: list[Match],
               tables: ActorTables) -> None:
    """Runs of capitalised words that no table knows; particles and hyphens hold a run together."""
    effects, size, at = tables.modifiers, len(texts), 0
    known: list[Match] = []
    small = frozenset(texts)
    proper = {text for at, text in enumerate(texts) if has_capital[at] and text.lower() not in small and doc[at].pos == PROPN}

    def is_name(i: int) -> bool:
        if cover[i] is not None or not has_capital[i]:
            return False
        text = texts[i]
        if effects.get(fold(text)) not in _IN_NAMES or is_bound(text, tables):
            return False
        token = doc[i]
        if text in proper or "".join(keys_of(text)) in tables.surnames:
            return token.ent_type_ not in _NO_NAMES  # the tagger takes "Trump" for a verb now and then
        if token.pos_ == "PROPN":
            return token.ent_type_ not in _NO_NAMES
        return token.pos_ in ("NOUN", "ADJ", "X") and not token.is_sent_start and len(text) > 1 and not text.isupper()

    while at < size:
        if not has_capital[at] or not is_name(at):
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
        keys = [key for text in texts[start:end] for key in keys_of(text)]
        offices = tables.surnames.get("".join(keys), ()) if len(keys) <= 3 else ()
        if len(keys) >= 3 and not offices:           # Vladimir V. Putin
            offices = next((rows for names, rows in tables.people.get(keys[0], ()) if names == (keys[0], keys[-1])), ())
        match = Match(start, end, Entry(offices=offices) if offices else NOTHING, is_name=True)
        cover[start:end] = [match] * (end - start)
        known.append(match)
        at = end
    matches.extend(known)
