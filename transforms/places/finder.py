"""Recognition: which stretches of a text are place names.

The model's entities are the first witness; capitalised words looked up in the gazetteer are the second, under
rules of case and context (`words`). Where a pipeline finds no entities the second stands alone, and scripts
without capitals are searched for countries and large cities only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from schemas.records import PlaceKind
from transforms.places.gazetteer import Entry, Gazetteer, NameKind, Origin
from transforms.places.resolve import AREAS
from transforms.places.words import Rule, load_traps, load_words

MOST_WORDS = 6                   # of a place name
MOST_BETWEEN = 40                # characters between two words of one name: a line break and its indentation
BIG = 100_000                    # people: a name this well known needs no cue
KNOWN = 15_000
SMALL = 1_000
PLACE_LABELS = frozenset({"GPE", "LOC"})
LABELS = frozenset({"GPE", "LOC", "FAC", "NORP", "ORG", "PERSON", "EVENT", "PRODUCT", "WORK_OF_ART", "LAW", "LANGUAGE",
                    "DATE"})
Entity = tuple[int, int, str]    # start, end, label
_UPPER = "".join(chr(code) for code in range(0x41, 0x590) if chr(code).isupper())
_CASELESS_WORD = re.compile("[֐-׿؀-ࣿऀ-෿ﬠ-﻿]+")
_CJK_RUN = re.compile("[぀-ヿ㐀-鿿가-힯฀-๿]+")
# what a newsroom puts between the town and the story: "LONDON, Ky. (WKYT) -", "PRISTINA, June 12 (Reuters) —"
_DATELINE_REST = re.compile(r"(?:,\s[^\n.!?—–]{1,25}\.?)?\s*(?:\([^)\n]{2,30}\)\s*(?:—|–|--|-)?|—|–|--|-\s)")
_SHIFT = re.compile(
    r"(?P<number>\d[\d,]{0,4}(?:\.\d+)?)[\s-]?(?P<unit>km|kilomet(?:er|re)s?|mi|miles?)\b(?:\s*\([^)]{1,20}\))?\s+"
    r"(?:to the\s+)?(?P<to>(?:north|south)(?:-?(?:east|west))?|east|west)\s+of\s+$", re.IGNORECASE,
)


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
    shift_to: str = ""               # compass point: "north", "southeast"


# a capitalised word, or initials with points; the look-behind stands second so that the search can jump to capitals
_CAPITALISED = re.compile(
    rf"[{_UPPER}](?<!\w[{_UPPER}])(?:(?:\.[{_UPPER}])+\.?|\w*(?:['’ʻ](?!s\b)\w+)*)"
)
_BESIDE = " \n\"“‘'(–-"      # what may stand between a word and the name it belongs to
_WORD_AFTER = re.compile(r" ([^\W_]+)")
_NUMBER_AFTER = re.compile(r"[ -](\d[\w-]*)")
_ARTICLE = re.compile(r"(?<!\w)(?:al|el|ar|as|at|an|ad|az|ash)[-–]$", re.IGNORECASE)
# written together with the word: Arabic wa, fa, bi, li, ka, al; Hebrew ve, be, le, me, she, ke, ha
_PREFIXES = frozenset("\u0648\u0641\u0628\u0644\u0643\u0627\u05d5\u05d1\u05dc\u05de\u05e9\u05db\u05d4")
_POINTED = frozenset({"St", "Ste", "Mt", "Ft", "Pt"})


class Finder:
    """Finds the names of one text; `names` is the way in.

    Tokens are the capitalised words only, in order; what stands between them is looked at when it matters.
    """

    def __init__(self, text: str, entities: list[Entity], gazetteer: Gazetteer, surnames: set[str]) -> None:
        self.text, self.entities, self.gazetteer, self.surnames = text, entities, gazetteer, surnames
        self.words, self.traps = load_words(), load_traps()
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.tokens: list[str] = []
        self.is_joined: list[bool] = []          # may belong to one name with the token before
        self.is_next: list[bool] = []            # one blank after the token before
        self.entity_of: list[Entity | None] = []
        self._tokenise()
        # wires and headlines in capitals: there a capital says nothing
        self.is_shouted = len(text) > 40 and (
            sum(len(token) for token in self.tokens[:300] if token.isupper())
            > 0.45 * (self.ends[min(299, len(self.ends) - 1)] if self.ends else 1)
        )
        self.found: list[Found] = []

    def _tokenise(self) -> None:
        text, entities, connectors = self.text, self.entities, self.words.connector
        starts, ends, tokens, joined, next_ = self.starts, self.ends, self.tokens, self.is_joined, self.is_next
        abbreviations, long_ones = self.gazetteer.abbreviations, self.gazetteer.long_abbreviations
        last, at, count, owners = 0, 0, len(entities), self.gazetteer.possessives
        for match in _CAPITALISED.finditer(text):
            start, end = match.span()
            if start < last:                     # the second part of "W. Va."
                continue
            token = match[0]
            if text.startswith(".", start + 1) and (
                whole := next((one for one in long_ones if text.startswith(one, start)), "")
            ):
                token, end = whole, start + len(whole)
            elif text.startswith(".", end):
                if token in _POINTED or f"{token}." in abbreviations:
                    token, end = f"{token}.", end + 1
            elif start and text[start - 1] == "-" and (article := _ARTICLE.search(text, max(last, start - 5), start)):
                start = article.start()          # "al-Hol"
                token = text[start:end]
            between = start - last
            if between == 1:
                is_joined, is_next = text[last] in " -–\n", text[last] == " "
            elif between > MOST_BETWEEN:
                is_joined = is_next = False
            else:
                joint, is_next = text[last:start], False
                is_joined = joint.count("\n") < 2 and (
                    joint.isspace() or (joint[:1] in (" ", "-") and joint.strip(" -") in connectors)
                    or (joint in ("'s ", "’s ") and bool(tokens) and tokens[-1] in owners)
                )
            joined.append(is_joined)
            next_.append(is_next)
            while at < count and entities[at][1] <= start:
                at += 1
            self.entity_of.append(entities[at] if at < count and entities[at][0] < end else None)
            starts.append(start)
            ends.append(end)
            tokens.append(token)
            last = end
        # one more, so that looking at the next token needs no test for the end
        joined.append(False)
        next_.append(False)

    def names(self) -> list[Found]:
        """Every name in the order of the text."""
        tokens, joined, traps, text, ends = self.tokens, self.is_joined, self.traps, self.text, self.ends
        index, count = 0, len(tokens)
        while index < count:
            # "The", "Monday", "He": most capitals are none, and stand alone
            if not joined[index + 1] and traps.get(tokens[index]) is Rule.NEVER and text[ends[index]:ends[index] + 2] != ", ":
                index += 1
            else:
                index += self._read_at(index) or 1
        if not self.entities:
            taken = [(found.start, found.end) for found in self.found]
            self.found.extend(_caseless_names(self.text, self.gazetteer, taken))
            self.found.sort(key=lambda found: found.start)
        return self.found

    # -- words around ---------------------------------------------------------------------------------------------
    def _joint(self, index: int) -> str:
        """What stands between a token and the one before it."""
        return self.text[self.ends[index - 1] if index else 0:self.starts[index]]

    def _before(self, index: int) -> str:
        """The lower-case word before a token in its sentence, articles left out; "" where there is none."""
        at = self.starts[index]
        for _ in range(3):
            head = self.text[max(0, at - 24):at]
            rest = head.rstrip(_BESIDE)
            if not rest or len(rest) == len(head) or not rest[-1].isalnum() or head.count("\n", len(rest)) > 1:
                return ""
            last = rest.split()[-1]
            word = last.lstrip(_BESIDE).lower()
            if word not in ("the", "a", "an"):
                return word
            at -= len(head) - len(rest) + len(last)
        return ""

    def _after(self, index: int) -> str:
        """The word right behind a token (one blank between), in lower case; "" for none."""
        match = _WORD_AFTER.match(self.text, self.ends[index])
        return match[1].lower() if match else ""

    def _prior(self, first: int) -> str:
        """The capitalised word right before a name (a blank between), "" for none."""
        return self.tokens[first - 1] if first and self.is_next[first] else ""

    def _next(self, last: int) -> str:
        """The capitalised word right behind a name (a blank between), "" for none."""
        return self.tokens[last + 1] if self.is_next[last + 1] else ""

    def _surface(self, first: int, last: int) -> str:
        return self.text[self.starts[first]:self.ends[last]]

    def _starts_sentence(self, index: int) -> bool:
        start = self.starts[index]
        head = self.text[max(0, start - 4):start].rstrip(' "“‘\'')
        return not start or not head or head[-1] in ".!?:;•\n"

    def _trap(self, surface: str) -> Rule | None:
        """The rule for a namesake of common words; "US" is not "us", but in a text of capitals "IN" is "in"."""
        rule = self.traps.get(surface)
        if rule is None and surface.isupper() and (len(surface) > 2 or (self.is_shouted and surface != "US")):
            return self.traps.get(surface.capitalize())
        return rule

    def _is_dateline(self, first: int, last: int) -> bool:
        """ "BOGOTA —", "LONDON, Ky. (WKYT) -" at the start of a line or sentence, in capitals."""
        if not self.tokens[first].isupper() or not self.tokens[last].isupper() or not self._starts_sentence(first):
            return False
        return _DATELINE_REST.match(self.text, self.ends[last]) is not None

    def _run_end(self, index: int) -> int:
        """The last token of the longest name that could start here."""
        at, most = index, min(len(self.tokens) - 1, index + MOST_WORDS - 1)
        while at < most and self.is_joined[at + 1]:
            at += 1
        return at

    # -- what may start at a capital ------------------------------------------------------------------------------
    def _read_at(self, index: int) -> int:
        """Reads the name that starts at a token; the number of tokens it took, 0 for none."""
        token = self.tokens[index]
        if (self.is_joined[index + 1] or token.lower() in self.words.street_number or token == "I") and (
            taken := self._road(index)
        ):
            return taken
        if "." in token:
            state = self.gazetteer.find_abbreviation(token if token.endswith(".") else f"{token}.")
            if state:
                if self._is_state(index):
                    self._add(index, index, (state,), is_area=True)
                return 1
        elif len(token) == 2 and token.isupper() and not self.is_shouted and self._joint(index) == ", ":
            state = self.gazetteer.find_postal(token)
            if state and self.found and self.found[-1].end == self.ends[index - 1]:
                self._add(index, index, (state,), is_area=True)
                return 1
        return self._gazetteer_name(index)

    def _is_state(self, index: int) -> bool:
        """Whether an abbreviation is a state here: "Miss." and "Man." mostly are not, "200 B.C." is not."""
        if self.tokens[index].count(".") > 1:
            return not self._before(index).isdigit()
        entity = self.entity_of[index]
        if (entity and entity[2] in PLACE_LABELS) or self._before(index) in self.words.strong_preposition:
            return True
        return index > 0 and self._joint(index) in (", ", " (")

    def _road(self, index: int) -> int:
        """ "Highway 403", "I-75", "King Edward Street": a road is seen, and mostly has no point of its own."""
        tokens, words = self.tokens, self.words
        token = tokens[index].lower()
        if (token == "i" or token in words.street_number) and (
            number := _NUMBER_AFTER.match(self.text, self.ends[index])
        ):
            self.ends[index] = number.end()
            self._add(index, index, (), kind=PlaceKind.FACILITY)
            return 1
        for at in range(index + 1, min(len(tokens), index + 5)):
            if not self.is_joined[at] or self._joint(at).strip(" -\n"):
                return 0
            word = tokens[at].lower().rstrip(".")
            if word not in words.street:
                continue
            if word in ("st", "dr", "ct") and self._next(at):
                return 0                         # "Fort St. John"
            if token in words.person_title and self.text.startswith(".", self.ends[index]):
                return 0                         # "Mr. Lane"
            entity = self.entity_of[at]
            if entity and entity[2] == "ORG" and (word == "court" or self._next(at)):
                return 0                         # "Missouri State Highway Patrol"
            if word in ("highway", "turnpike") and self._next(at) in ("Patrol", "Safety", "Authority"):
                return 0
            known = [entry for entry in self.gazetteer.find(self._surface(index, at)) if entry.kind is PlaceKind.FACILITY]
            self._add(index, at, tuple(known), kind=PlaceKind.FACILITY)
            return at - index + 1
        return 0

    def _gazetteer_name(self, index: int) -> int:
        token, look_up = self.tokens[index], self.gazetteer.look_up
        entity = self.entity_of[index]
        is_person = entity is not None and entity[2] == "PERSON"
        if entity and is_person and self.starts[index] - entity[0] > 4:
            return 0                             # a later name of a person's
        end = self._run_end(index)
        if end == index and self._trap(token) is Rule.NEVER and not self._state_follows(index):
            return 0
        for last in range(end, index - 1, -1):
            if last == index and entity and is_person and self.ends[index] + 2 < entity[1] and (
                self._next(index).lower() not in self.words.civic_after
            ):
                return 0                         # a first name
            surface = self._surface(index, last)
            entries, demonyms = look_up(surface)
            if not entries and not demonyms and last == index:
                entries, demonyms = self._without_ending(surface)
            if token in ("The", "THE") and last > index:
                entries, demonyms = tuple(entry for entry in entries if entry.name.startswith("The ")), ()
            if demonyms and (not entries or self._means_people(index, entries, demonyms[0])):
                if self._accept_demonym(index, surface):
                    self._add(index, last, demonyms[:1], is_demonym=True)
                    return last - index + 1
                continue
            if entries and self._accept(index, last, entries):
                return self._take(index, last, entries)
        return self._unknown(index)

    def _without_ending(self, surface: str) -> tuple[tuple[Entry, ...], tuple[Entry, ...]]:
        """ "Serbs" is "Serb", "al-Raqqa" is "Raqqa"."""
        if surface[-1] in "sS" and len(surface) > 4:
            return (), self.gazetteer.look_up(surface[:-1])[1]
        if not surface[0].isupper():
            return self.gazetteer.look_up(surface[3:])[0], ()
        return (), ()

    # -- demonyms -------------------------------------------------------------------------------------------------
    def _means_people(self, first: int, entries: tuple[Entry, ...], people: Entry) -> bool:
        """ "Polish" is also a town somewhere; the nation is meant unless the model sees a place with a cue."""
        if any(((entry.kind in AREAS and entry.kind is not PlaceKind.ADM2) or entry.origin == Origin.OWN)
               and entry.salience >= people.salience for entry in entries if entry.name_kind <= NameKind.ALIAS):
            return False
        entity = self.entity_of[first]
        return not (entity and entity[2] in PLACE_LABELS and self._before(first) in self.words.strong_preposition)

    def _accept_demonym(self, first: int, surface: str) -> bool:
        entity = self.entity_of[first]
        if entity and entity[2] in ("PERSON", "LANGUAGE", "WORK_OF_ART"):
            return False
        return self._trap(surface) is None and len(surface) > 2

    # -- is it a place? -------------------------------------------------------------------------------------------
    def _accept(self, first: int, last: int, entries: tuple[Entry, ...]) -> bool:
        """Whether the words are a place name here, whatever place it is."""
        words, surface, best = self.words, self._surface(first, last), entries[0]
        after, before = self._next(last), self._prior(first)
        rule = self._trap(surface)
        if rule is Rule.NEVER and not (first == last and self._state_follows(last)):
            return False
        if after.lower() in words.not_place_after or before.lower() in words.not_place_before:
            return False
        if len(surface) <= 3 and surface.isupper() and best.name_kind == NameKind.ALTERNATE:
            return False                         # "ATM", "SUV": somebody's airport code or initials
        if surface.startswith(("St", "Saint")) and self.text.startswith(("'s ", "’s "), self.ends[last]):
            return False                         # "St. Patrick's Day", "St. Mary's School"
        entity = self.entity_of[first]
        label = entity[2] if entity else ""
        if before.lower().rstrip(".") in words.person_title and label not in PLACE_LABELS:
            return False
        is_area = any(entry.kind in (PlaceKind.COUNTRY, PlaceKind.ADM1) and entry.name_kind <= NameKind.ALIAS
                      for entry in entries[:8])
        is_whole = entity is not None and self._covers(first, last, entity)
        if label in PLACE_LABELS and (rule is not Rule.CUE or is_whole) and surface.lower() not in self.surnames:
            return True
        cue = self._has_cue(first, last)
        if not cue and ((surface.lower() in self.surnames and not is_area) or (
            best.name_kind == NameKind.SHORT and best.kind is PlaceKind.ADM1
        )):
            return False
        if label in PLACE_LABELS:
            return rule is not Rule.CUE or is_whole or cue
        if label == "PERSON":
            return self._accept_in_person(first, last, best, rule, is_whole, is_area, cue)
        if label == "DATE":
            return (is_area or cue) and rule is None
        if label:
            return self._accept_in_other(first, best, rule, label, is_whole, is_area, cue)
        return self._accept_alone(first, last, best, rule, is_area, cue)

    def _accept_in_person(self, first: int, last: int, best: Entry, rule: Rule | None, is_whole: bool, is_area: bool,
                          cue: bool) -> bool:
        if is_whole:
            if rule is not None:
                return cue
            return last > first or cue or is_area or best.origin == Origin.OWN or best.population >= BIG
        entity = self.entity_of[first]
        assert entity is not None
        if self.starts[first] > entity[0]:
            return False                         # a later name of a person's
        is_office = self._next(last).lower() in self.words.civic_after
        return (is_office or last > first) and (is_area or best.kind is PlaceKind.ADM2 or best.population >= SMALL)

    def _accept_in_other(self, first: int, best: Entry, rule: Rule | None, label: str, is_whole: bool, is_area: bool,
                         cue: bool) -> bool:
        """Organisations, buildings, events: their place counts ("Henderson County Jail"), a team's does not."""
        if is_whole:
            surface = self._surface(first, first)
            if surface.isupper() and len(surface) <= 4 and not is_area:
                return False
            return cue or (rule is None and (is_area or best.population >= 2 * SMALL or best.origin == Origin.OWN))
        if rule is Rule.CUE and not cue:
            return False
        if is_area or best.kind is PlaceKind.ADM2:
            return True
        entity = self.entity_of[first]
        starts = entity is not None and self.text[entity[0]:self.starts[first]].strip().lower() in ("", "the")
        before = self._prior(first).lower()
        if starts or before == "of" or self._before(first) == "of":
            return best.population >= SMALL and best.name_kind != NameKind.ALTERNATE
        return best.population >= BIG and label != "WORK_OF_ART"

    def _accept_alone(self, first: int, last: int, best: Entry, rule: Rule | None, is_area: bool, cue: bool) -> bool:
        """No entity: the gazetteer and the words around decide."""
        surface = self._surface(first, last)
        if self.is_shouted and not cue:
            return rule is None and first == last and len(surface) > 3 and (is_area or best.population >= BIG)
        if rule is Rule.CUE and not cue:
            return False
        before, after = self._prior(first), self._next(last)
        lonely = (not before or before.lower() in self.words.direction) and (
            not after or after.lower() in self.words.civic_after
        )
        if lonely and rule is None and best.origin == Origin.OWN and best.name_kind <= NameKind.ALIAS:
            return True
        if cue and lonely:
            return best.population >= SMALL // 2 or is_area
        if is_area and rule is None and (self.entities or best.kind is PlaceKind.COUNTRY):
            return True                          # without a model a province needs a cue: "Zug" is a train in German
        if last > first and (lonely or best.population >= BIG):
            return best.population >= SMALL
        if not lonely:
            return False
        if self._starts_sentence(first) or not self.entities:
            return best.population >= BIG
        return best.population >= KNOWN and best.name_kind <= NameKind.ALIAS

    def _covers(self, first: int, last: int, entity: Entity) -> bool:
        """Whether the name is the whole entity, but for "the" and "'s"."""
        start, end, _ = entity
        head, tail = self.text[start:self.starts[first]], self.text[self.ends[last]:end]
        return head.strip().lower() in ("", "the") and tail.strip(" .,") in ("", "'s", "’s", "'", "’")

    def _has_cue(self, first: int, last: int) -> bool:
        """Words that stand beside places: a preposition, a direction, the state behind it, a dateline."""
        word = self._before(first)
        return word in self.words.strong_preposition or word in self.words.direction or (
            self._state_follows(last) or self._is_dateline(first, last) or self._follows_place(first)
        )

    def _follows_place(self, first: int) -> bool:
        """The next of a list: "Bakhmut, Soledar and Popasna"."""
        if not self.found or self.starts[first] - self.found[-1].end > 6:
            return False
        before = self.found[-1]
        return not before.is_demonym and bool(before.entries) and (
            self.text[before.end:self.starts[first]] in (", ", " and ", ", and ", " or ")
        )

    def _state_follows(self, last: int) -> bool:
        """ "Young, Arizona", "Lee, Mass.": the area that a name lies in is named behind it."""
        if not self.text.startswith(", ", self.ends[last]) or last + 1 >= len(self.tokens) or (
            self.starts[last + 1] != self.ends[last] + 2
        ):
            return False
        token = self.tokens[last + 1]
        if self.gazetteer.find_abbreviation(token) or self.gazetteer.find_postal(token):
            return True
        for stop in range(self._run_end(last + 1), last, -1):
            if any(entry.kind in (PlaceKind.COUNTRY, PlaceKind.ADM1) and entry.name_kind <= NameKind.ALIAS
                   for entry in self.gazetteer.find(self._surface(last + 1, stop))[:6]):
                return True
        return False

    # -- taking it ------------------------------------------------------------------------------------------------
    def _take(self, first: int, last: int, entries: tuple[Entry, ...]) -> int:
        """Adds the name, with the class word or direction that belongs to it; the number of tokens taken."""
        classed = self._with_class_word(first, last, entries)
        if classed:
            return classed
        direction = self._before(first)
        start = self.starts[first] - len(direction) - 1
        if direction in self.words.direction and self.text[start:self.starts[first] - 1].lower() == direction:
            wider = self.gazetteer.find(self.text[start:self.ends[last]])
            is_free = not self.found or self.found[-1].end <= start
            if is_free and wider and wider[0].origin == Origin.OWN:
                self.starts[first] = start
                self._add(first, last, wider)
                return last - first + 1
        self._add(first, last, entries)
        return last - first + 1

    def _with_class_word(self, first: int, last: int, entries: tuple[Entry, ...]) -> int:
        """ "Idlib province" is not the city, "Plymouth Co." is a county, "Pristina airport" is an airport."""
        words, find = self.words, self.gazetteer.find
        word = self._after(last)
        if not word:
            return 0
        start, end = self.starts[first], self.ends[last] + 1 + len(word)
        found: tuple[Entry, ...] = ()
        kind = PlaceKind.AIRPORT
        if word in words.admin:
            whole = tuple(entry for entry in find(self.text[start:end]) if entry.kind in AREAS)
            found = whole or tuple(entry for entry in entries if entry.kind in (PlaceKind.ADM1, PlaceKind.ADM2))
            kind = found[0].kind if found else kind
        elif word == "co" and self.text.startswith(".", end):
            found, kind = find(f"{self._surface(first, last)} County"), PlaceKind.ADM2
        else:
            if word in ("international", "regional", "air", "naval", "border"):
                match = _WORD_AFTER.match(self.text, end)
                if match:
                    word, end = match[1].lower(), match.end()
            if word in words.airport or word in ("base", "crossing"):
                found = tuple(entry for entry in find(self.text[start:end])
                              if entry.kind in (PlaceKind.AIRPORT, PlaceKind.FACILITY))
        if not found:
            return 0
        taken = last - first + 1
        while first + taken < len(self.tokens) and self.starts[first + taken] < end:
            taken += 1
        self.ends[first] = end
        self._add(first, first, found, kind=kind, is_area=kind is not PlaceKind.AIRPORT)
        return taken

    def _unknown(self, index: int) -> int:
        """A name that the model takes for a place and the gazetteer does not know: seen, not resolved."""
        entity = self.entity_of[index]
        if entity is None or entity[2] not in ("GPE", "LOC", "FAC"):
            return 0
        if self.text[entity[0]:self.starts[index]].strip().lower() not in ("", "the"):
            return 0
        last = index
        while last + 1 < len(self.tokens) and self.ends[last + 1] <= entity[1]:
            last += 1
        surface = self._surface(index, last)
        parts = [token.lower().rstrip(".") for token in self.tokens[index:last + 1]]
        if len(surface) < 3 or "\n" in surface or parts[-1] == "day" or self._trap(surface) or parts[0] in self.words.person_title:
            return 0
        if all(part in self.words.direction or part in self.words.not_place_after for part in parts):
            return 0
        if parts[-1] in self.surnames or parts[0] == "the" or any(char.isdigit() for char in surface):
            return 0
        if self.tokens[last] in self.gazetteer.abbreviations and last > index:
            return 0
        if last == index and entity[2] == "GPE" and not self._has_cue(index, last):
            return 0                             # one unknown word: the small model calls any new word a country
        if entity[2] != "FAC":                   # a known name inside is read by itself
            for at in range(index + 1, last + 1):
                inner = self.gazetteer.find(self._surface(at, last))
                if inner and (inner[0].population >= BIG or self.gazetteer.find_abbreviation(self.tokens[at])):
                    return 0
        self._add(index, last, ())
        return last - index + 1

    def _add(self, first: int, last: int, entries: tuple[Entry, ...], *, kind: PlaceKind | None = None,
             is_demonym: bool = False, is_area: bool = False) -> None:
        start, end = self.starts[first], self.ends[last]
        found = Found(start, end, self.text[start:end], entries, kind, is_demonym, is_area=is_area)
        if not is_demonym and entries:
            found.is_dateline = self._is_dateline(first, last)
            head = self.text[max(0, start - 60):start]
            if head.endswith(" of ") and (match := _SHIFT.search(head)):
                unit = 1.609 if match["unit"].lower().startswith("mi") else 1.0
                found.shift_km = float(match["number"].replace(",", "")) * unit
                found.shift_to = match["to"].lower().replace("-", "")
            if not is_area and kind is None:
                found.is_area = any(entry.kind in AREAS and entry.name_kind <= NameKind.ALIAS for entry in entries[:4])
        self.found.append(found)


def _caseless_names(text: str, gazetteer: Gazetteer, taken: list[tuple[int, int]]) -> Iterator[Found]:
    """Scripts without capitals: countries and large cities by name, the longest first."""
    starts = {start for start, _ in taken}
    words = list(_CASELESS_WORD.finditer(text))
    skip = -1
    for index, word in enumerate(words):
        if index <= skip or word.start() in starts:
            continue
        for last in range(min(index + 2, len(words) - 1), index - 1, -1):
            if last > index and any(
                text[words[at - 1].end():words[at].start()].strip() for at in range(index + 1, last + 1)
            ):
                continue
            found = _stem(text, word.start(), words[last].end(), gazetteer)
            if found:
                yield found
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


def _stem(text: str, start: int, end: int, gazetteer: Gazetteer) -> Found | None:
    """The word, or the word without the prefixes that Arabic and Hebrew write together with it."""
    for cut in range(3):
        if end - start - cut < 3 or (cut and any(letter not in _PREFIXES for letter in text[start:start + cut])):
            return None
        entries = _well_known(gazetteer.find(text[start + cut:end]))
        if entries:
            return Found(start + cut, end, text[start + cut:end], entries)
    return None


def _well_known(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    return tuple(entry for entry in entries if entry.kind is PlaceKind.COUNTRY or entry.population >= BIG)
