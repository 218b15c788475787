"""Reads the places of an article: which words are place names, and (in `resolve`) which places they mean.

The model's entities are the first witness; runs of capitalised words looked up in the gazetteer are the second,
under rules of case and context (`words`). Where a pipeline finds no entities the second stands alone.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from spacy.tokens import Doc

from schemas.records import Candidate, Place, PlaceKind, Span
from transforms.places.gazetteer import Entry, Gazetteer, NameKind, Origin
from transforms.places.resolve import AREAS, SURE, Name, resolve_names
from transforms.places.words import Rule, Words, load_traps, load_words

MOST_WORDS = 6                   # of a place name
BIG = 100_000                    # people: a name this well known needs no cue
KNOWN = 15_000
LABELS = frozenset({"GPE", "LOC", "FAC", "NORP", "ORG", "PERSON", "EVENT", "PRODUCT", "WORK_OF_ART", "LAW", "LANGUAGE",
                    "DATE"})
PLACE_LABELS = frozenset({"GPE", "LOC"})
_UPPER = "".join(chr(code) for code in range(0x41, 0x590) if chr(code).isupper())
_CASELESS_WORD = re.compile("[֐-׿؀-ࣿऀ-෿ﬠ-﻿]+")
_CJK_RUN = re.compile("[぀-ヿ㐀-鿿가-힯฀-๿]+")


@dataclass(frozen=True, slots=True)
class Token:
    """A word of the text, with what stands between it and the word before."""

    start: int
    end: int
    text: str
    is_capital: bool
    label: str                   # entity label that covers it, "" for none
    entity: int                  # number of that entity, -1 for none
    joint: str                   # " ", "-", "." ...: "" at the start of the text


@dataclass(slots=True)
class Found:
    """One place name in the text, before resolution."""

    start: int
    end: int
    text: str
    entries: tuple[Entry, ...]
    kind: PlaceKind | None = None    # a class word says so ("county", "airport")
    is_demonym: bool = False
    is_dateline: bool = False
    is_area: bool = False            # can hold the name before it
    shift_km: float = 0.0            # "50 km south of X"
    shift_to: str = ""


@functools.lru_cache(maxsize=4)
def _token_pattern(abbreviations: tuple[str, ...]) -> re.Pattern[str]:
    known = "|".join(re.escape(text) for text in sorted(abbreviations, key=len, reverse=True))
    return re.compile(
        rf"(?:\b(?:{known})(?![\w]))|(?:(?:[{_UPPER}]\.){{2,}}(?:[{_UPPER}]\b)?)|(?:\b(?:St|Ste|Mt|Ft|Pt)\.)"
        r"|[^\W_]+(?:['’ʻ](?!s\b)[^\W_]+)*"
    )


def _tokens(doc: Doc, pattern: re.Pattern[str]) -> list[Token]:
    text = doc.text
    entities = [(entity.start_char, entity.end_char, entity.label_) for entity in doc.ents if entity.label_ in LABELS]
    out: list[Token] = []
    number, last, count = 0, 0, len(entities)
    for match in pattern.finditer(text):
        start, end = match.span()
        while number < count and entities[number][1] <= start:
            number += 1
        label, at = "", -1
        if number < count and entities[number][0] < end:
            label, at = entities[number][2], number
        word = match[0]
        out.append(Token(start, end, word, word[0].isupper(), label, at, text[last:start]))
        last = end
    return out


class _Finder:
    """Finds names in one text. Made anew for every text; holds what its rules look at."""

    def __init__(self, doc: Doc, gazetteer: Gazetteer, words: Words, traps: dict[str, Rule],
                 surnames: set[str], pattern: re.Pattern[str]) -> None:
        self.text = doc.text
        self.gazetteer, self.words, self.traps, self.surnames = gazetteer, words, traps, surnames
        self.tokens = _tokens(doc, pattern)
        self.entity_bounds: dict[int, tuple[int, int]] = {}
        for index, token in enumerate(self.tokens):
            if token.entity >= 0:
                first, _ = self.entity_bounds.get(token.entity, (index, index))
                self.entity_bounds[token.entity] = (first, index)
        self.has_entities = bool(self.entity_bounds)
        letters = sum(len(token.text) for token in self.tokens[:400] if token.text[0].isalpha())
        shouted = sum(len(token.text) for token in self.tokens[:400] if token.text.isupper())
        self.is_shouted = letters > 40 and shouted > 0.6 * letters
        self.found: list[Found] = []

    # -- words around ---------------------------------------------------------------------------------------------
    def _before(self, index: int) -> str:
        """The lower-case word before a token of the same sentence, "" where a sentence or line starts."""
        token = self.tokens[index]
        if index == 0 or not token.joint or token.joint.strip(" \"“‘'(-–") or token.joint.count("\n") > 1:
            return ""
        word = self.tokens[index - 1].text.lower()
        return self._before(index - 1) if word == "the" and index > 1 else word

    def _is_next(self, index: int) -> bool:
        """Whether the token follows its neighbour in the same name (blank or hyphen between)."""
        joint = self.tokens[index].joint
        return joint == " " or joint in ("-", "–") or (joint.isspace() and joint.count("\n") < 2)

    def _starts_sentence(self, index: int) -> bool:
        joint = self.tokens[index].joint
        return index == 0 or "\n\n" in joint or any(mark in joint for mark in ".!?:;") or joint.strip() in ("“", '"', "•")

    def _is_dateline(self, first: int, last: int) -> bool:
        """ "BOGOTA —", "LONDON, Ky. (WKYT) -", "PRISTINA, June 12 (Reuters) -" at the start of a line."""
        token = self.tokens[first]
        if first and "\n" not in token.joint and ". " not in token.joint:
            return False
        if not all(word.text.isupper() or len(word.text) <= 2 for word in self.tokens[first:last + 1]):
            return False
        rest = self.text[self.tokens[last].end:self.tokens[last].end + 60]
        return bool(re.match(r"[^\n.!?]{0,25}\.?[^\n.!?]{0,30}?(?:\([^)\n]*\)\s*)?(?:—|–|--|\s-\s|\()", rest))

    # -- the walk -------------------------------------------------------------------------------------------------
    def find(self) -> list[Found]:
        tokens, index, count = self.tokens, 0, len(self.tokens)
        while index < count:
            token = tokens[index]
            index += (self._at(index) if token.is_capital else 0) or 1
        return self.found

    def _at(self, index: int) -> int:
        """Reads the name that starts at a capitalised token; the number of tokens it took, 0 for none."""
        token = self.tokens[index]
        numbered = self._numbered_street(index)
        if numbered:
            return numbered
        street = self._street(index)
        if street:
            return street
        if "." in token.text and (state := self.gazetteer.find_abbreviation(token.text)):
            if self._state_abbreviation(index):
                self._add(index, index, (state,), is_area=True)
                return 1
        elif len(token.text) == 2 and token.text.isupper() and token.joint.endswith(", "):
            state = self.gazetteer.find_postal(token.text)
            if state and self.found and self.found[-1].end == token.start - len(token.joint):
                self._add(index, index, (state,), is_area=True)
                return 1
        return self._gazetteer_name(index)

    def _state_abbreviation(self, index: int) -> bool:
        token = self.tokens[index]
        if token.text.count(".") > 1 and not (index and self.tokens[index - 1].text.isdigit()):
            return True
        if token.label in PLACE_LABELS or self._before(index) in self.words.strong_preposition:
            return True
        return index > 0 and token.joint == ", " and self.tokens[index - 1].is_capital

    def _numbered_street(self, index: int) -> int:
        """ "Highway 403", "Interstate 70", "I-75": a road has no point of its own."""
        tokens, token = self.tokens, self.tokens[index]
        if index + 1 >= len(tokens):
            return 0
        after = tokens[index + 1]
        is_road = token.text.lower() in self.words.street_number and after.joint == " "
        is_interstate = token.text == "I" and after.joint == "-"
        if (is_road or is_interstate) and after.text[0].isdigit():
            self._add(index, index + 1, (), kind=PlaceKind.FACILITY)
            return 2
        return 0

    def _street(self, index: int) -> int:
        """ "King Edward Street": the capitalised words before a street word."""
        tokens, at = self.tokens, index
        while at + 1 < len(tokens) and at - index < 4 and tokens[at + 1].is_capital and self._is_next(at + 1):
            at += 1
            word = tokens[at].text.lower().rstrip(".")
            if word in self.words.street:
                if word in ("st", "dr", "ct") and at + 1 < len(tokens) and tokens[at + 1].is_capital and self._is_next(at + 1):
                    return 0
                if word == "court" and at + 1 < len(tokens) and tokens[at].label == "ORG":
                    return 0
                if tokens[index].text.lower().rstrip(".") in self.words.person_title:
                    return 0
                whole = self._surface(index, at)
                known = [e for e in self.gazetteer.find(whole) if e.kind is PlaceKind.FACILITY]
                self._add(index, at, tuple(known), kind=PlaceKind.FACILITY)
                return at - index + 1
        return 0

    def _surface(self, first: int, last: int) -> str:
        return self.text[self.tokens[first].start:self.tokens[last].end]

    def _run_end(self, index: int) -> int:
        """The last token of the longest name that could start here."""
        tokens, end, at = self.tokens, index, index
        while at + 1 < len(tokens) and at - index + 1 < MOST_WORDS and self._is_next(at + 1):
            at += 1
            if tokens[at].is_capital or tokens[at].text[0].isdigit():
                end = at
            elif tokens[at].text.lower() not in self.words.connector:
                break
        return end

    def _gazetteer_name(self, index: int) -> int:
        end = self._run_end(index)
        for last in range(end, index - 1, -1):
            if last > index and not self.tokens[last].is_capital:
                continue
            surface = self._surface(index, last)
            entries = self.gazetteer.find(surface)
            demonym = self.gazetteer.find_demonym(surface)
            if demonym and (not entries or self._prefers_demonym(index, last, entries)):
                if self._accept_demonym(index, last):
                    self._add(index, last, (demonym,), is_demonym=True)
                    return last - index + 1
                continue
            if entries and self._accept(index, last, entries):
                return self._take(index, last, entries)
        return self._unknown(index)

    # -- demonyms -------------------------------------------------------------------------------------------------
    def _prefers_demonym(self, first: int, last: int, entries: tuple[Entry, ...]) -> bool:
        """ "Polish" is also a town somewhere; the nation is meant unless the model sees a place with a cue."""
        if any((entry.kind in AREAS and entry.kind is not PlaceKind.ADM2) or entry.origin == Origin.OWN
               for entry in entries if entry.name_kind <= NameKind.ALIAS):
            return False
        label = self.tokens[first].label
        return label == "NORP" or not (label in PLACE_LABELS and self._before(first) in self.words.strong_preposition)

    def _accept_demonym(self, first: int, last: int) -> bool:
        token = self.tokens[first]
        if token.label in ("PERSON", "LANGUAGE", "WORK_OF_ART"):
            return False
        surface = self._surface(first, last)
        return self.traps.get(surface) is not Rule.NEVER and len(surface) > 2

    # -- is it a place? -------------------------------------------------------------------------------------------
    def _accept(self, first: int, last: int, entries: tuple[Entry, ...]) -> bool:
        tokens, words = self.tokens, self.words
        token, surface = tokens[first], self._surface(first, last)
        rule = self.traps.get(surface) or (self.traps.get(surface.capitalize()) if len(surface) > 2 and surface.isupper() else None)
        after = tokens[last + 1] if last + 1 < len(tokens) and self._is_next(last + 1) else None
        after_word = after.text.lower() if after else ""
        before = tokens[first - 1] if first and self._is_next(first) and tokens[first].joint == " " else None
        before_word = before.text.lower() if before else ""
        if rule is Rule.NEVER and not (first == last and self._state_follows(last)):
            return False
        if after and after.is_capital and after_word in words.not_place_after and after.joint == " ":
            return False
        if before and before_word in words.not_place_before and before.is_capital:
            return False
        if before and before.is_capital and before_word.rstrip(".") in words.person_title and token.label not in PLACE_LABELS:
            return False
        best = entries[0]
        is_area = any(entry.kind in (PlaceKind.COUNTRY, PlaceKind.ADM1) and entry.name_kind <= NameKind.ALIAS
                      for entry in entries[:8])
        label = token.label
        if label and token.entity >= 0:
            low, high = self.entity_bounds[token.entity]
            while low < high and not tokens[low].is_capital:
                low += 1
            whole = first <= low and last >= high
        else:
            whole = False
        cue = self._cue(first, last)
        if len(surface) <= 3 and surface.isupper() and best.name_kind == NameKind.ALTERNATE:
            return False
        if self.is_shouted and not label and not cue:
            return (is_area or best.population >= BIG) and rule is None and first == last and len(surface) > 3
        if label in PLACE_LABELS:
            return rule is None or whole or cue or rule is Rule.MILD
        if label == "FAC":
            return (whole or first <= low) and rule is None
        if label == "PERSON":
            if whole:
                if rule is not None:
                    return cue
                if last > first:
                    return True
                if surface.lower() in self.surnames and not is_area:
                    return cue and after_word not in words.speech
                return cue or is_area or best.population >= BIG
            if first > low:
                return False
            return (after_word in words.civic_after or last > first) and (is_area or best.kind is PlaceKind.ADM2 or best.population >= 1000)
        if label == "ORG" or label in ("EVENT", "PRODUCT", "WORK_OF_ART", "LAW", "LANGUAGE", "DATE", "NORP"):
            if whole:
                if rule is Rule.NEVER or (surface.isupper() and len(surface) <= 4 and not is_area):
                    return False
                if rule is Rule.CUE:
                    return cue
                return cue or is_area or best.population >= 2_000
            if rule is Rule.CUE and not cue and after_word not in words.civic_after:
                return False
            if is_area or best.kind is PlaceKind.ADM2:
                return True
            if first <= low or before_word == "of":
                return best.population >= 1_000 and best.name_kind != NameKind.ALTERNATE
            return best.population >= BIG and before_word not in words.connector
        # no entity: the gazetteer alone
        if rule is Rule.CUE and not cue:
            return False
        lonely = not (before and before.is_capital and before_word not in words.direction) and not (
            after and after.is_capital and after_word not in words.civic_after
        )
        if best.origin == Origin.OWN and best.name_kind <= NameKind.ALIAS and lonely and rule is None:
            return True
        if cue and lonely:
            return best.population >= 500 or is_area
        if is_area and rule is None:
            return True
        if last > first and best.name_kind <= NameKind.ALTERNATE and (lonely or best.population >= BIG):
            return best.population >= 1_000
        if not lonely:
            return False
        if surface.lower() in self.surnames:
            return False
        if self._starts_sentence(first) and not self.has_entities:
            return best.population >= BIG and best.name_kind <= NameKind.ALTERNATE
        return best.population >= (BIG if self._starts_sentence(first) else KNOWN) and best.name_kind <= NameKind.ALIAS

    def _cue(self, first: int, last: int) -> bool:
        """Words that stand beside places: a preposition, a direction, the state behind it, a dateline."""
        word = self._before(first)
        if word in self.words.strong_preposition or word in self.words.direction:
            return True
        return self._state_follows(last) or self._is_dateline(first, last)

    def _state_follows(self, last: int) -> bool:
        if last + 1 >= len(self.tokens):
            return False
        after = self.tokens[last + 1]
        if after.joint != ", " or not after.is_capital:
            return False
        if self.gazetteer.find_abbreviation(after.text) or self.gazetteer.find_postal(after.text):
            return True
        end = self._run_end(last + 1)
        for stop in range(end, last, -1):
            for entry in self.gazetteer.find(self._surface(last + 1, stop))[:6]:
                if entry.kind in (PlaceKind.COUNTRY, PlaceKind.ADM1) and entry.name_kind <= NameKind.ALIAS:
                    return True
        return False

    # -- taking it ------------------------------------------------------------------------------------------------
    def _take(self, first: int, last: int, entries: tuple[Entry, ...]) -> int:
        """Adds the name, with a class word or a direction that belongs to it."""
        tokens, words = self.tokens, self.words
        taken = last - first + 1
        kind: PlaceKind | None = None
        if last + 1 < len(tokens) and tokens[last + 1].joint == " ":
            word = tokens[last + 1].text.lower()
            if word in words.admin:
                areas = self._areas(first, last, entries)
                if areas:
                    self._add(first, last + 1, areas, kind=areas[0].kind, is_area=True)
                    return taken + 1
            elif word == "co" and self.text[tokens[last + 1].end:tokens[last + 1].end + 1] == ".":
                county = self.gazetteer.find(f"{self._surface(first, last)} County")
                if county:
                    self._add(first, last + 1, county, kind=PlaceKind.ADM2, is_area=True)
                    return taken + 1
            elif word in words.airport:
                airports = self._airports(self._surface(first, last + 1), entries)
                if airports:
                    self._add(first, last + 1, airports, kind=PlaceKind.AIRPORT)
                    return taken + 1
            elif word in ("international", "regional") and last + 2 < len(tokens) and tokens[last + 2].text.lower() in words.airport:
                airports = self._airports(self._surface(first, last + 2), entries)
                if airports:
                    self._add(first, last + 2, airports, kind=PlaceKind.AIRPORT)
                    return taken + 2
        if (
            first and tokens[first].joint == " " and tokens[first - 1].text.lower() in words.direction
            and (not self.found or self.found[-1].end <= tokens[first - 1].start)
        ):
            wider = self.gazetteer.find(self._surface(first - 1, last))
            if wider and wider[0].origin == Origin.OWN:
                self._add(first - 1, last, wider)
                return taken
        self._add(first, last, entries, kind=kind)
        return taken

    def _areas(self, first: int, last: int, entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
        """The areas of this name: "Idlib province" is never the city."""
        whole = tuple(e for e in self.gazetteer.find(self._surface(first, last + 1)) if e.kind in AREAS)
        return whole or tuple(e for e in entries if e.kind in (PlaceKind.ADM1, PlaceKind.ADM2))

    def _airports(self, surface: str, cities: tuple[Entry, ...]) -> tuple[Entry, ...]:
        return tuple(e for e in self.gazetteer.find(surface) if e.kind is PlaceKind.AIRPORT or e.kind is PlaceKind.FACILITY)

    def _unknown(self, index: int) -> int:
        """A name that the model takes for a place and the gazetteer does not know: seen, not resolved."""
        token = self.tokens[index]
        if token.entity < 0 or token.label not in ("GPE", "LOC", "FAC"):
            return 0
        low, high = self.entity_bounds[token.entity]
        first_capital = next((i for i in range(low, high + 1) if self.tokens[i].is_capital), low)
        if index != first_capital:
            return 0
        surface = self._surface(index, high)
        if self.traps.get(surface) is not None or len(surface) < 3 or "\n" in surface or not surface.strip():
            return 0
        if self.tokens[index].text.lower().rstrip(".") in self.words.person_title:
            return 0
        for at in range(index + 1, high + 1):    # a known name inside is read by itself
            if self.tokens[at].is_capital and at > index and token.label != "FAC":
                inner = self.gazetteer.find(self._surface(at, high))
                if inner and inner[0].population >= BIG:
                    return 0
        self._add(index, high, ())
        return high - index + 1

    def _add(self, first: int, last: int, entries: tuple[Entry, ...], *, kind: PlaceKind | None = None,
             is_demonym: bool = False, is_area: bool = False) -> None:
        start, end = self.tokens[first].start, self.tokens[last].end
        found = Found(start, end, self.text[start:end], entries, kind, is_demonym,
                      is_dateline=not is_demonym and self._is_dateline(first, last), is_area=is_area)
        if not is_demonym and entries:
            head = self.text[max(0, start - 60):start]
            if head.endswith(("of ", "from ")) and (match := _SHIFT.search(head)):
                unit = 1.609 if match["unit"].lower().startswith("mi") else 1.0
                found.shift_km = float(match["number"].replace(",", "")) * unit
                found.shift_to = match["to"].lower().replace("-", "")
            if kind is None and not is_area:
                found.is_area = any(e.kind in AREAS and e.name_kind <= NameKind.ALIAS for e in entries[:4])
        self.found.append(found)


_SHIFT = re.compile(
    r"(?P<number>\d[\d,]{0,4}(?:\.\d+)?)[\s-]?(?P<unit>km|kilomet(?:er|re)s?|mi|miles?)\b(?:\s*\([^)]{1,20}\))?\s+"
    r"(?:to the\s+)?(?P<to>(?:north|south)(?:-?(?:east|west))?|east|west)\s+of\s+$", re.IGNORECASE,
)
_COMPASS = {"north": (1.0, 0.0), "south": (-1.0, 0.0), "east": (0.0, 1.0), "west": (0.0, -1.0),
            "northeast": (0.707, 0.707), "northwest": (0.707, -0.707),
            "southeast": (-0.707, 0.707), "southwest": (-0.707, -0.707)}


def _caseless(text: str, gazetteer: Gazetteer) -> Iterator[Found]:
    """Scripts without capitals: countries and large cities by name, the longest first."""
    words = list(_CASELESS_WORD.finditer(text))
    skip = -1
    for index, word in enumerate(words):
        if index <= skip:
            continue
        for last in range(min(index + 2, len(words) - 1), index - 1, -1):
            start, end = word.start(), words[last].end()
            if last > index and text[words[last - 1].end():words[last].start()].strip():
                continue
            hit = next((f for f in _stems(text, start, end, gazetteer)), None)
            if hit:
                yield hit
                skip = last
                break
    for run in _CJK_RUN.finditer(text):
        at = run.start()
        while at < run.end():
            for length in range(min(8, run.end() - at), 1, -1):
                entries = _well_known(gazetteer.find(text[at:at + length]))
                if entries:
                    yield Found(at, at + length, text[at:at + length], entries)
                    at += length
                    break
            else:
                at += 1


def _stems(text: str, start: int, end: int, gazetteer: Gazetteer) -> Iterator[Found]:
    """The word, and the word without the prefixes that Arabic and Hebrew write together with it."""
    for cut in range(3):
        if end - start - cut < 3:
            return
        if cut and not all(letter in "وبلفكالה בלמוש" for letter in text[start:start + cut]):
            return
        entries = _well_known(gazetteer.find(text[start + cut:end]))
        if entries:
            yield Found(start + cut, end, text[start + cut:end], entries)


def _well_known(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    return tuple(e for e in entries if e.kind is PlaceKind.COUNTRY or e.population >= BIG)


def _surnames(docs: Sequence[tuple[int, Doc]]) -> set[str]:
    """Last names of the persons with more than one name: alone they are persons still."""
    out = set()
    for _, doc in docs:
        for entity in doc.ents:
            if entity.label_ == "PERSON" and len(entity) > 1:
                word = entity[-1].text
                if word in ("'s", "’s") and len(entity) > 2:
                    word = entity[-2].text
                out.add(word.lower())
    return out


def read_places(
    docs: Sequence[tuple[int, Doc]], gazetteer: Gazetteer, *, source_country: str = ""
) -> tuple[Place, ...]:
    """The places of one article, sorted and without overlaps; spans are offsets in the article's text.

    `docs` are its parsed chunks, each with its offset. `source_country` (ISO 3166-1 alpha-2) weighs a little where
    namesakes are equal. A place that is seen but not known, or of which no candidate is likely enough, has no
    coordinates; its three best candidates are kept. Demonyms have `is_demonym` and the country's point.
    """
    words, traps = load_words(), load_traps()
    pattern = _token_pattern(gazetteer.abbreviations)
    surnames = _surnames(docs)
    found: list[Found] = []
    texts: list[tuple[int, int, Doc]] = []
    for offset, doc in docs:
        finder = _Finder(doc, gazetteer, words, traps, surnames, pattern)
        mine = finder.find()
        if not finder.has_entities and (_CASELESS_WORD.search(doc.text) or _CJK_RUN.search(doc.text)):
            taken = {at for f in mine for at in range(f.start, f.end)}
            mine = sorted([*mine, *(f for f in _caseless(doc.text, gazetteer) if f.start not in taken)],
                          key=lambda f: f.start)
        texts.append((len(found), len(found) + len(mine), doc))
        for f in mine:
            f.start, f.end = f.start + offset, f.end + offset
        found.extend(mine)
    names = _names(found, docs, texts)
    resolve_names(list({id(name): name for name in names}.values()), gazetteer, source_country)
    return tuple(_place(f, name) for f, name in zip(found, names, strict=True))


def _names(found: list[Found], docs: Sequence[tuple[int, Doc]], texts: list[tuple[int, int, Doc]]) -> list[Name]:
    """The name of every mention, mentions of one name together, with the areas named behind them."""
    by_key: dict[tuple[str, PlaceKind | None, bool], Name] = {}
    names: list[Name] = []
    for f in found:
        key = (f.text.casefold(), f.kind, f.is_demonym)
        name = by_key.get(key)
        if name is None:
            name = by_key[key] = Name(f.text, f.entries, is_dateline=f.is_dateline, is_fixed=f.is_demonym)
        else:
            name.mentions += 1
            name.is_dateline |= f.is_dateline
        names.append(name)
    for (offset, _), (low, high, doc) in zip(docs, texts, strict=True):
        for at in range(low, high - 1):
            here, area = found[at], found[at + 1]
            if here.is_demonym or area.is_demonym:
                continue
            between = doc.text[here.end - offset:area.start - offset]
            if len(between) > 4 or names[at] is names[at + 1]:
                continue
            if area.is_area and between in (", ", ",", " (") and area.entries:
                _contain(names[at], names[at + 1], True)
            elif here.is_area and between in ("'s ", "’s "):
                _contain(names[at + 1], names[at], False)
    return names


def _contain(part: Name, area: Name, is_sure: bool) -> None:
    if len(part.containers) < 4 and all(other is not area for other, _ in part.containers):
        part.containers.append((area, is_sure))
        if is_sure and len(area.parts) < 8:
            area.parts.append(part)


def _place(f: Found, name: Name) -> Place:
    candidates = tuple(
        Candidate(e.geonameid, e.name, e.country, round(score, 4))
        for e, score in zip(name.kept[:3], name.beliefs[:3], strict=True)
    )
    span = Span(f.start, f.end)
    if not name.kept:
        return Place(span, f.text, kind=f.kind, reason=name.reason)
    best, score = name.kept[0], name.beliefs[0]
    if f.is_demonym:
        return Place(span, f.text, best.name, best.kind, best.lat, best.lon, best.country, best.adm1, best.geonameid,
                     1.0, "demonym", candidates, is_demonym=True)
    if score < SURE:
        return Place(span, f.text, kind=f.kind, score=round(score, 4), reason="several places fit", candidates=candidates)
    place = Place(span, f.text, best.name, best.kind, best.lat, best.lon, best.country, best.adm1, best.geonameid,
                  round(score, 4), name.reason, candidates)
    if f.shift_km and best.kind is not PlaceKind.COUNTRY:
        place = _shifted(place, f)
    return place


def _shifted(place: Place, f: Found) -> Place:
    """The point that lies so far from the place, on a sphere of 111.2 km a degree."""
    import math

    assert place.lat is not None and place.lon is not None
    north, east = _COMPASS[f.shift_to]
    lat = max(-90.0, min(90.0, place.lat + north * f.shift_km / 111.2))
    lon = place.lon + east * f.shift_km / (111.2 * max(0.05, math.cos(math.radians(place.lat))))
    return replace(place, lat=lat, lon=(lon + 180.0) % 360.0 - 180.0, reason=f"{f.shift_km:.0f} km {f.shift_to} of it")
