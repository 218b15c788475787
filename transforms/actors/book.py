"""Who is who inside one article: names learned from titles, and every later word for the same people."""

from __future__ import annotations

import itertools
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from spacy.tokens import Doc, Span, Token

from schemas.records import Actor
from transforms.actors.code import split_code
from transforms.actors.counts import counted, counted_before, is_count, is_number, owned_whole
from transforms.actors.describe import Description, PhraseReader
from transforms.actors.duo import NAMESAKES, sides_meant, two_before
from transforms.actors.heads import NOUNS, body_of, conjuncts, is_thing
from transforms.actors.home import Spoken, settle
from transforms.actors.people import People
from transforms.actors.phrases import PHRASE_TOKENS, bounds_of, is_charge, master, phrase_end
from transforms.actors.referents import (
    HE,
    IT,
    SENTENCES_BACK,
    SPEAKER,
    SUBJECTS,
    THEY,
    Referent,
    Referents,
    quotation,
    speaker_of,
)
from transforms.actors.scan import Scan, is_bound, scan
from transforms.actors.service import SERVANTS, as_meant_there, inherit, serving
from transforms.actors.tables import ActorTables

_ARGUMENTS = SUBJECTS | frozenset({"dobj", "pobj", "attr", "appos", "ROOT", "conj", "dative", "oprd"})
_DEFINITE = frozenset({"the", "this", "that", "its", "his", "her", "their", "these", "those", "our"})
_SOMEBODY = frozenset({"PERSON", "ORG", "NORP"})
_FIGHTERS = frozenset({"REB", "INS", "SEP", "UAF"})
_BODIES = frozenset({"group", "organization", "organisation", "movement", "faction", "outfit"})
_BANDS = frozenset({"rebels", "militants", "separatists", "gunmen"})
_ABIDING = frozenset({"CVL", "UAF", "REB", "INS", "SEP", "CRM", "REF", "COP", "HLH", "EDU", "LAB", "AGR", "REL", "OPP", "BUS", "MED", "LEG", "JUD"})  # are where they are met
_LOCAL = frozenset({"local", "national", "domestic"})                  # a charity, a rights group with such a word is the story's own
_GUESTS = frozenset({"ambassador", "diplomat", "envoy", "attache"})
_NEIGHBORS = frozenset({"neighbor", "neighbour", "foe", "arch-foe"})
_WORLDS = (("IGO",), ("INT",), ("NGO",), ("IMG",))   # first types of those who belong to no one country
_COUNTRIES_BACK = 100                # country words of a few sentences that are looked at
_SPONSORS = frozenset({"back", "support", "arm", "fund", "finance", "train", "shelter", "harbor", "harbour", "sponsor", "supply"})
_AT_HOME = frozenset({"lead", "rule", "govern", "run", "leave", "represent", "serve", "enter", "defend", "flee", "win", "unite", "rebuild", "free", "save"})
_HOLDERS = 40                        # names of one office that are looked at
_NO_OFFICES = frozenset({"group", "country", "leader", "official", "envoy", "government", "ministry", "authorities"})     # many hold them


@dataclass(slots=True)
class ActorBook:
    """Who is who inside one article; made by `read_actors`, asked with tokens of the same parsed chunks."""

    tables: ActorTables
    published: date | None
    country: str                     # CAMEO country of the article's source, "" if unknown
    scans: list[Scan] = field(default_factory=list)
    readers: list[PhraseReader] = field(default_factory=list)
    towns: Mapping[int, str] = field(default_factory=dict)               # article offset of a known place to its ISO country
    people: People = field(default_factory=People)
    referents: Referents = field(init=False)
    article_country: str = ""
    leading: tuple[str, ...] = ()    # the two countries that it speaks of most
    countries: list[Spoken] = field(default_factory=list)                # every word for a country, in order
    _number: dict[int, int] = field(default_factory=dict)                # chunk offset to scan number
    _cache: dict[tuple[int, date | None], tuple[Actor, ...]] = field(default_factory=dict)
    _plain: dict[tuple[int, int, date | None], Description | None] = field(default_factory=dict)
    _known_bounds: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)     # by scan number and head
    _holders: dict[str, Description | None] = field(default_factory=dict)
    _sides: dict[str, str] = field(default_factory=dict)
    _initials: dict[str, tuple[int, Span]] | None = None                 # to the scan and the name, once somebody asks

    def __post_init__(self) -> None:
        self.referents = Referents(self.scans, self.people, self.tables.genders)

    def actors_of(self, head: Token, offset: int, on: date | None = None) -> tuple[Actor, ...]:
        """The actors that a noun phrase names, one for each conjunct; its words with an empty code if nobody known.

        `head` is the phrase's head token, `offset` the article offset of its chunk, `on` the day of the event
        (an office holder's role is read as of that day; else as of the publication).
        """
        key = (offset + head.idx, on)
        if key not in self._cache:
            self._cache[key] = self._resolve(head, offset, on)
        return self._cache[key]

    def partner_of(self, head: Token, offset: int, on: date | None = None) -> Actor | None:
        """With whom the first of two does what "the two sides" or "they" do together: the second of them, None for others."""
        number = self._number_of(head, offset)
        both = self._both(number, head, on or self.published) if number is not None else ()
        return both[1] if len(both) == 2 and head.dep_ == "nsubj" else None

    def is_actor_like(self, token: Token, offset: int | None = None) -> bool:
        """Could this word be somebody who acts: a person, a group, an organisation, a country or a pronoun for one?"""
        if token.pos_ == "PRON":
            return token.lower_ in HE or token.lower_ in THEY or token.lower_ in SPEAKER or token.lower_ in IT
        number = self._number_of(token, offset)
        match = self.scans[number].cover[token.i] if number is not None else None
        if match is None:
            return is_number(token) or (not is_bound(token.text, self.tables) and token.ent_type_ in ("PERSON", "ORG", "GPE", "NORP"))
        entry = match.entry
        if entry.organisation is not None and entry.organisation.kind == "credit":
            return False                             # whose picture it is
        if number is not None and self.scans[number].low[match.end:match.end + 1] == ("-",) and not self.readers[number].belongs(match):
            return False                             # a guerrilla-style attack is nobody's yet
        if entry.country or entry.organisation or entry.ethnic or entry.religion or entry.offices:
            return True
        if match.is_name:
            return token.ent_type_ not in ("LOC", "FAC", "EVENT", "PRODUCT", "WORK_OF_ART", "LAW")
        if entry.role is not None and entry.role.kind == "quantity" and token.tag_ == "NN":
            return any(child.lower_ == "of" for child in token.rights)       # "part of the army", not "take part"
        return entry.role is not None and entry.role.kind != "place"

    def _number_of(self, token: Token, offset: int | None) -> int | None:
        if offset is not None and offset in self._number:
            return self._number[offset]
        return next((n for n, one in enumerate(self.scans) if one.doc is token.doc), None)

    def _resolve(self, head: Token, offset: int, on: date | None) -> tuple[Actor, ...]:
        number = self._number_of(head, offset)
        if number is None:
            return ()
        actors: list[Actor] = []
        first: list[Description] = []
        if head.pos_ == "VERB":                      # "the Red Cross operating in Iraq": the parser took the participle
            head = next((child for child in head.lefts if child.pos_ in ("NOUN", "PROPN")), head)
        if both := self._both(number, head, on or self.published):
            return both if head.dep_ != "nsubj" else both[:1]        # whom the first does it with, `partner_of` tells
        head = body_of(self.scans[number], head)
        for token in conjuncts(self.scans[number], head):
            if is_thing(self.scans[number], token, self.tables):
                continue
            found = self._describe_head(number, token, on or self.published)
            if first and token != head:
                found = [inherit(one, first[-1]) for one in found]
            first = found
            actors.extend(self._actor(number, token, one) for one in found)
        return tuple(dict.fromkeys(actors))

    def _both(self, number: int, head: Token, on: date | None) -> tuple[Actor, ...]:
        """The two whom "the two sides" or "they" stand for, () where the article does not say."""
        if countries := NAMESAKES.get(head.lower_):
            return tuple(self._actor(number, head, Description(country, kind="country", name=name, basis="name", names_country=True)) for country, name in countries)
        if wanted := ("" if head.dep_ == "poss" else sides_meant(head)):
            pass
        elif head.lower_ in ("they", "both") and head.dep_ in SUBJECTS and None in quotation(head):
            row = self.referents.of(number, head, "many")
            here = self.scans[number].sentence[head.i]
            if row is not None and here - row.sentence < 2:
                return ()
            wanted = "they"
        else:
            return ()
        two = two_before(self.referents, number, head, wanted, lambda row: self._describe_plain(row.scan_number, self.referents.token(row), on))
        match = self.scans[number].cover[head.i]
        role = match.entry.role if match is not None else None
        actors = []
        for row, found in two:
            if wanted == "lands":                    # both governments: of the two countries
                types = role.types if role is not None and role.types != ("CVL",) else ()
                found = Description(found.country, types, kind="group", names_country=True)
            meant = self.scans[row.scan_number].words(*self._phrase(row.scan_number, self.referents.token(row)))
            name = self._land(found.country) if wanted == "lands" else found.name
            actors.append(self._actor(number, head, replace(found, basis="pronoun", name=name or meant)))
        return tuple(actors)

    def _land(self, country: str) -> str:
        """What the article calls a country."""
        return next((scanned.words(match.start, match.end) for scanned in self.scans for match in scanned.matches
                     if match.entry.country == country and match.entry.form == "name"), "")

    def _actor(self, number: int, token: Token, found: Description) -> Actor:
        scanned = self.scans[number]
        phrase = self._phrase(number, token)
        text = scanned.words(*phrase)
        columns = split_code(found.full_code, self.tables.countries)
        return Actor(
            code=columns.code, name=found.name or text, text=text, span=scanned.span(*phrase),
            country=columns.country or (found.country if found.country in self.tables.countries else ""),
            known_group=columns.known_group, ethnic=columns.ethnic,
            religion1=columns.religion1, religion2=columns.religion2,
            type1=columns.type1, type2=columns.type2, type3=columns.type3, basis=found.basis,
        )

    def _phrase(self, number: int, head: Token) -> tuple[int, int]:
        """Tokens of the noun phrase without its article."""
        doc = self.scans[number].doc
        start, end = self._bounds(number, head)
        while start < head.i and doc[start].pos_ in ("DET", "PUNCT"):
            start += 1
        return start, end

    def _bounds(self, number: int, head: Token) -> tuple[int, int]:
        """Tokens of the noun phrase: its modifiers, its head, the rest of a name, and an adjacent "of" phrase."""
        key = (number, head.i)
        if key not in self._known_bounds:
            self._known_bounds[key] = bounds_of(self.scans[number], head, self.tables.modifiers)
        return self._known_bounds[key]

    def _describe_head(self, number: int, head: Token, on: date | None) -> list[Description]:
        reader = self.readers[number]
        if (them := counted(head)) is not None:
            return self._pronoun(number, them, on)
        if is_count(head):
            return [self._count(number, head, on)]
        if (whole := owned_whole(head)) is not None:
            return self._describe_head(number, whole, on)
        if head.pos_ == "PRON" or head.lower_ in HE or head.lower_ in IT:
            return self._pronoun(number, head, on)
        start, reach = self._reach(number, head)
        found = reader.read(start, reach, head.i, on)
        found = [as_meant_there(self._with_article(number, head, one, on)) for one in found]
        if len(found) == 1 and not found[0].names_country and not found[0].is_person_name:
            apposed = self._apposition(number, head, on)
            if apposed is not None:
                return [apposed]
        return found

    def _reach(self, number: int, head: Token) -> tuple[int, int]:
        """Tokens of the noun phrase with where it is from: "rebels in Darfur"; peacekeepers are only sent there."""
        start, end = self._bounds(number, head)
        reach = end
        match = self.scans[number].cover[head.i]
        is_joined = match is not None and match.entry.role is not None and match.entry.role.kind in ("group", "person") and any(child.dep_ == "conj" for child in head.rights)
        is_guest = head.dep_ in SUBJECTS and match is not None and match.entry.role is not None and match.entry.role.types[:1] == ("IGO",)
        for child in head.rights:
            is_whose = (child.lower_ in ("of", "for", "from", "at") and not is_charge(self.scans[number], child)) or (
                child.lower_ == "in" and not is_guest and not is_joined)       # "between soldiers and rebels in Goma"
            if child.dep_ == "prep" and is_whose and child.right_edge.i - head.i < PHRASE_TOKENS:
                reach = max(reach, phrase_end(self.scans[number], child))
        return start, reach

    def _apposition(self, number: int, head: Token, on: date | None) -> Description | None:
        for child in head.children:
            if child.dep_ == "appos" and child.i > head.i:
                found = self.readers[number].read(*self._bounds(number, child), child.i, on)
                if len(found) == 1:
                    one = self._with_article(number, child, found[0], on)
                    if one.full_code and (one.names_country or one.is_person_name):
                        return one
        return None

    def _known(self, found: Description, words: str = "") -> Description:
        """What the article has taught of a person's name (`words`), put under what the phrase itself says."""
        if not found.is_person_name or (found.names_country and found.types and found.basis != "name"):
            return found
        person = self.people.find(words or found.name)
        if person is None:
            return found
        known = person.known
        if found.basis == "name" and not found.types and not found.code and known.types and known.country == found.country:
            return replace(known, name=person.name)  # the table has him in office later, the article now
        if found.types and not found.names_country:
            same = known.types == found.types or (not known.types and known.code[3:6] == "".join(found.types))
            return replace(known, name=person.name, types=found.types, refers=found.refers or known.refers, basis="title",
                           code=known.code if same else "")
        if found.full_code and found.basis == "name" and (found.name == person.known.name or len(words.split()) > 1):
            return found                             # Blair alone is Tony, unless the article has a Jonathan Blair
        return replace(known, name=person.name, basis="name" if known.full_code else "unknown")

    def _with_article(self, number: int, head: Token, found: Description, on: date | None) -> Description:
        """Fill what the phrase leaves open from the article: people by surname, "the group", the story's country."""
        found = self._known(found, self._words(number, head))
        scanned = self.scans[number]
        match = scanned.cover[head.i]
        if match is None and not found.full_code and head.text[0].isupper() and (person := self.people.find(head.text)):
            return replace(person.known, name=person.name, basis="name")     # a name that the tagger missed
        if match is not None and match.is_name and not found.full_code:
            is_venue = self.tables.modifiers.get(scanned.low[match.end - 1]) == "venue"           # "Istanbul Kebab"
            iso2 = "" if is_venue else self.towns.get(scanned.offset + scanned.doc[match.start].idx, "")
            if iso2 and (country := self.tables.country_cameo(iso2)):
                return Description(country=country, name=scanned.words(match.start, match.end), basis="place", kind="place", names_country=True)
            text = scanned.words(match.start, match.end)
            if text.isupper() and (meant := self._spelt_out(text)) is not None:
                return meant
        is_land = found.refers == "country" and match is not None and match.entry.role is not None and not found.code
        if is_land and not self.tables.country_iso2(found.country) and _is_definite(head):
            found = replace(found, country="", names_country=False)      # the West African nation is one of them
        owner = next((child for child in head.children if child.dep_ == "poss"), None)
        is_other = found.refers == "counterpart" or head.lemma_.lower() in _NEIGHBORS
        if is_other and owner is not None and head.tag_ != "NNS" and not self.tables.country_iso2(found.country) and not found.code:
            whose = self._owner(number, owner, on)
            others = [country for country in self.leading if whose is not None and whose.country and country != whose.country]
            types = found.types if found.refers == "counterpart" else ()
            return replace(found, country=others[0] if len(others) == 1 else "", types=types)      # of the other of two
        if owner is not None and not found.names_country and not found.code:
            whose = self._owner(number, owner, on)
            served = serving(found, whose) if whose is not None else found
            if whose is not None and (served is not found or (whose.country and (found.types or found.refers))):
                found = replace(served, country=whose.country, names_country=True)   # its government, Putin's spokesman
            elif whose is not None and (match is None or found.kind == "thing" or head.lemma_ == "member"):
                return replace(whose, basis="possessor")                             # the president's decision
        chief = master(head) if found.refers in SERVANTS and not found.code and scanned.cover[head.i] is not None else None
        if owner is None and chief is not None:
            whom = self._owner(number, chief, on)
            found = serving(found, whom) if whom is not None else found
        if owner is None and chief is None and (body := self._body_before(number, head, found)) is not None:
            whom = self._earlier(number, body, self.readers[number].read(body.i, body.i + 1, body.i, on)[0], on)
            served = serving(found, whom) if whom is not None else found
            if whom is not None:
                found = served if served is not found else replace(found, country=whom.country, names_country=bool(whom.country))
        if found.refers == "officer" and found.types in (("COP",), ("MIL",)):
            service = self.referents.service_before(number, head)
            found = replace(found, types={"army": ("MIL",), "police": ("COP",)}.get(service, found.types))
        if found.names_country or found.code:
            return found
        if found.refers == "fighters" and found.types == ("MIL",):
            found = replace(found, types=("UAF",))   # a state's have an adjective or an owner
        if any(self.tables.modifiers.get(child.lower_) == "abroad" and scanned.cover[child.i] is None for child in head.lefts):
            return found                             # foreign troops are not the story's own
        if found.refers == "country" and head.tag_ in ("NNS", "NNPS"):
            return found                             # "the two countries" are not one of them
        if found.refers and not found.is_person_name and _is_definite(head):
            earlier = self._earlier(number, head, found, on)
            if earlier is not None:
                return earlier
        start, end = self._bounds(number, head)
        if found.types[:1] in _WORLDS and _LOCAL.isdisjoint(scanned.low[start:end]):
            return found
        if head.tag_ == "NNS" and owner is None and head.lemma_.lower() in _GUESTS:
            return found                             # whose diplomats, if not said: not the host's
        if found.types in (("MIL",), ("COP",)) and (side := self._of_speaker(number, head, found, on)):
            return replace(found, country=side)
        if found.types and found.types[0] in _ABIDING and (there := self._scene(number, head)):
            return replace(found, country=there)
        if found.refers == "civilians" and not self.article_country and (ruler := self._ruler(number, head, on)):
            return replace(found, country=ruler)
        if found.types or found.ethnic or found.religion:
            is_fighter = bool(_FIGHTERS & set(found.types))
            is_cause = is_fighter and not found.ethnic and "UAF" not in found.types    # gunmen may be anybody's
            country = (self._only_country(found.refers, on) if is_cause else "") or self._context(*self._first(number, head, found), is_fighter, bool(_ABIDING & set(found.types)), is_role=bool(found.types))
            return replace(found, country=country)
        if found.is_person_name:
            is_somebody = head.ent_type_ in _SOMEBODY or not head.doc.has_annotation("ENT_IOB")
            country = self._context(*self._first(number, head, found)) if is_somebody else ""
            return replace(found, country=country, basis="context" if country else found.basis)
        is_international = any(self.tables.modifiers.get(word) == "abroad" for word in scanned.low[start:end])
        if found.kind in ("group", "person") and found.refers not in ("", "country") and not is_international:
            return replace(found, country=self._context(number, head))
        return found

    def _body_before(self, number: int, head: Token, found: Description) -> Token | None:
        """The coalition of "the coalition spokesman": a body that says nothing of itself, before one who serves it."""
        if found.refers not in SERVANTS or found.names_country or found.code:
            return None
        cover = self.scans[number].cover
        return next((child for child in head.lefts if child.dep_ == "compound" and (near := cover[child.i]) is not None and near.entry.role is not None
                     and near.entry.role.kind == "group" and near.entry.role.rank == 0 and not near.entry.organisation), None)

    def _owner(self, number: int, owner: Token, on: date | None) -> Description | None:
        """Whose somebody is: "its", "the group's", "the rebels'"."""
        if owner.pos_ == "PRON":
            return self._pronoun(number, owner, on)[0]
        found = self._describe_plain(number, owner, on)
        if found is None or found.names_country or found.code or not found.refers or not _is_definite(owner):
            return found
        return self._earlier(number, owner, found, on) or found

    def _spelt_out(self, letters: str) -> Description | None:
        """What an acronym stands for: the article gives it in brackets behind the name, or a body's name has these initials."""
        known = self.people.acronyms
        if letters not in known and 3 <= len(letters) <= 6:
            if self._initials is None:
                self._initials = _initials_of(self.scans)
            if letters in self._initials:
                number, body = self._initials[letters]
                found = self.readers[number].read(body.start, body.end, body.root.i, self.published)[0]
                known[letters] = replace(found, name=body.text, country=found.country or self.article_country, is_person_name=False)
        return known.get(letters)

    def _scene(self, number: int, head: Token) -> str:
        """The one country in which the clause of several people says that they are: "gunmen killed villagers in Mali"; "" if none."""
        if head.tag_ not in ("NNS", "NNPS", "CD") and head.lower_ not in ("people", "police"):
            return ""
        verb = next((token for token in head.ancestors if token.pos_ == "VERB"), None)
        places = [place for above in (head, verb) if above is not None for child in above.children if child.dep_ == "prep" and child.lower_ in ("in", "across", "near")
                  for place in child.children if place.dep_ == "pobj"]
        matches = [self.scans[number].cover[place.i] for place in places]
        return next((match.entry.country for match in matches if match is not None and match.entry.form in ("name", "capital", "region")
                     and self.tables.iso2.get(match.entry.country)), "")

    def _of_speaker(self, number: int, head: Token, found: Description, on: date | None) -> str:
        """The country of an army that says what "troops" did, "" if none does: they are its own."""
        if any(child.dep_ in ("amod", "compound", "nmod", "relcl") for child in head.children):
            return ""                                # "enemy troops"
        speaker = speaker_of(head)
        who = self._describe_plain(number, speaker, on) if speaker is not None and speaker.pos_ != "PRON" else None
        return who.country if who is not None and who.names_country and who.types[:1] == found.types else ""

    def _ruler(self, number: int, head: Token, on: date | None) -> str:
        """The country of the government that does something to people: "Lima told voters" - Peru's; "" if none does."""
        verb = head.head if head.dep_ in ("dobj", "dative", "nsubj") else head.head.head
        subject = next((child for above in (verb, verb.head) for child in above.lefts if child.dep_ == "nsubj" and child.i < head.i), None)
        who = self._describe_plain(number, subject, on) if subject is not None and subject.pos_ != "PRON" else None
        return who.country if who is not None and who.names_country and ("GOV" in who.full_code or who.full_code == who.country) else ""

    def _words(self, number: int, head: Token) -> str:
        """The whole name that a token belongs to; "" when it is no name."""
        match = self.scans[number].cover[head.i]
        is_name = match is not None and (match.is_name or bool(match.entry.offices))
        return self.scans[number].words(match.start, match.end) if match is not None and is_name else ""

    def _earlier(self, number: int, head: Token, found: Description, on: date | None) -> Description | None:
        """The last actor whom "the president", "the ministry" or "the group" can mean, a few sentences back."""
        refers = "group" if head.lower_ in _BODIES and found.refers in _BANDS else found.refers      # "the militant group"
        rows = list(self.referents.earlier(number, head, refers))
        if refers == "country":                # most often the one that the article is about
            rows.sort(key=lambda row: not self._is_home(row))
        for row in rows:
            if row.scan_number == number and row.is_subject and self.referents.token(row).head.i == head.head.i:
                continue                             # who threatens the country is another one
            described = self._describe_plain(row.scan_number, self.referents.token(row), on)
            # "the charity" is no armed group, though "the group" may be either
            alike = _FIGHTERS if _FIGHTERS & set(found.types[:1]) else found.types[:1]       # "the militant group" may be rebels
            is_such = described is not None and (refers != "group" or not alike or any(part in described.full_code for part in alike))
            if described is not None and is_such and described.names_country and described.full_code:
                return replace(described, basis="pronoun")
        is_office = found.types == ("GOV",) and found.refers not in _NO_OFFICES and head.tag_ not in ("NNS", "NNPS")
        return self._only_holder(found.refers, on) if is_office else None

    def _only_country(self, refers: str, on: date | None) -> str:
        """The country of the article's rebels, militants or gunmen where all that it places are of one."""
        if refers not in self._sides:
            placed = [one.country for row in self.referents.by_role.get(refers, ())[:_HOLDERS]
                      if (one := self._describe_plain(row.scan_number, self.referents.token(row), on)) is not None and one.names_country]
            self._sides[refers] = placed[0] if len(set(placed)) == 1 else ""
        return self._sides[refers]

    def _first(self, number: int, head: Token, found: Description) -> tuple[int, Token]:
        """Where the article names somebody first: there it tells of what country."""
        if not found.is_person_name:
            return number, head
        row = self.referents.by_name.get(found.name)
        return (row.scan_number, self.referents.token(row)) if row is not None else (number, head)

    def _is_home(self, row: Referent) -> bool:
        match = self.scans[row.scan_number].cover[row.token]
        return match is not None and bool(match.entry.country) and match.entry.country == self.article_country

    def _only_holder(self, office: str, on: date | None) -> Description | None:
        """Who holds an office in this article where only one country's holder is named, however far away."""
        if office not in self._holders:
            holders = [one for row in self.referents.by_role.get(office, ())[:_HOLDERS] if row.name
                       and (one := self._describe_plain(row.scan_number, self.referents.token(row), on)) is not None and one.names_country]
            countries = {one.country for one in holders}
            self._holders[office] = replace(holders[0], basis="pronoun") if len(countries) == 1 and "" not in countries else None
        return self._holders[office]

    def _describe_plain(self, number: int, head: Token, on: date | None) -> Description | None:
        """A phrase's own reading with people known by name, and no further look back: this ends every recursion."""
        key = (number, head.i, on)
        if key not in self._plain:
            found = self.readers[number].read(*self._reach(number, head), head.i, on)
            one = self._known(found[0], self._words(number, head)) if len(found) == 1 else None
            is_own = one is not None and (one.types[:1] not in _WORLDS if one.types else one.is_person_name)
            if one is not None and is_own and not one.names_country:
                one = replace(one, country=self._context(*self._first(number, head, one), is_role=bool(one.types)))
            self._plain[key] = one
        return self._plain[key]

    def _pronoun(self, number: int, head: Token, on: date | None) -> list[Description]:
        low = head.lower_
        if low in ("those", "these") and any(child.dep_ in ("relcl", "acl") for child in head.children):
            return [Description(basis="pronoun", kind="person")]     # those who fled: whoever did
        relative = head.head.head if head.dep_ in _ARGUMENTS and head.head.dep_ == "relcl" else None
        if low in ("who", "which", "that") and relative is not None and relative.pos_ in NOUNS and relative.i < head.i:
            return self._describe_head(number, relative, on)
        wanted = "speaker" if low in SPEAKER else "person" if low in HE else "thing" if low in IT else "many" if low in THEY else ""
        if not wanted or low in ("who", "which", "that"):
            return [Description(basis="pronoun", kind="person")]
        row = self.referents.of(number, head, wanted)
        if row is None:
            return [Description(basis="pronoun", kind="person")]
        meant = self.referents.token(row)
        found = self._describe_plain(row.scan_number, meant, on) or Description(kind="person")
        return [replace(found, basis="pronoun", name=found.name or self.scans[row.scan_number].words(*self._phrase(row.scan_number, meant)))]

    def _count(self, number: int, head: Token, on: date | None) -> Description:
        """So many of those whom the article has counted before, else so many people of where this happens."""
        row = counted_before(self.referents, number, head)
        found = self._describe_plain(row.scan_number, self.referents.token(row), on) if row is not None else None
        if found is not None:
            return replace(found, basis="pronoun", name="")
        return Description(self._scene(number, head) or self._context(number, head), ("CVL",), basis="role", kind="person")

    def _addressed(self, scanned: Scan, head: Token) -> str:
        """The country that somebody does something to: whoever accuses Rwanda or receives the Cuban envoy is of another one."""
        verb = head.head
        if head.dep_ == "dobj" and verb.lemma_ in _SPONSORS:         # nor are the rebels whom Rwanda backs its own
            backer = next((child for child in verb.lefts if child.dep_ == "nsubj"), None)
            known = scanned.cover[backer.i] if backer is not None else None
            return known.entry.country if known is not None and known.entry.form == "name" else ""
        if head.dep_ != "nsubj" or verb.lemma_ in _AT_HOME:
            return ""
        whom = next((child for child in verb.rights if child.dep_ in ("dobj", "dative")), None)
        match = scanned.cover[whom.i] if whom is not None else None
        if whom is None or match is None:
            return ""
        if match.entry.form == "name":
            return match.entry.country
        role = match.entry.role
        owner = next((near for child in whom.lefts if (near := scanned.cover[child.i]) is not None and near.entry.country), None)
        is_foreign = (role is not None and role.refers in ("envoy", "counterpart")) or whom.lower_ == "side"
        return owner.entry.country if owner is not None and is_foreign else ""

    def _context(self, number: int, head: Token, is_local: bool = False, abides: bool = False, is_role: bool = False) -> str:
        """The country that a bare role belongs to: the article's own, else the only one of its sentence or of one before.

        `is_local` asks the sentence first: rebels are where they fight, not where the story is written. Who `abides` is
        where the nearest place is that the sentence names.
        """
        scanned = self.scans[number]
        other = self._addressed(scanned, head) if is_role else ""
        if other and head.dep_ == "dobj":
            return self.article_country if self.article_country != other else ""
        if self.article_country and not is_local and self.article_country != other:
            return self.article_country
        here, at = scanned.sentence[head.i], scanned.offset + head.idx
        near: dict[int, list[Spoken]] = {}
        first = bisect_left(self.countries, here - (0 if is_local else SENTENCES_BACK), key=lambda word: word.sentence)
        for word in itertools.takewhile(lambda word: word.sentence <= here, self.countries[first:first + _COUNTRIES_BACK]):
            if word.country != other:
                near.setdefault(word.sentence, []).append(word)
        for sentence in sorted(near, reverse=True):
            if len({word.country for word in near[sentence]}) == 1:
                return near[sentence][0].country
            if sentence == here and abides:
                places = [word for word in near[sentence] if word.is_place]
                if not places:
                    break
                return min(places, key=lambda word: abs(word.at - at)).country
            if sentence == here and is_role:
                return near[sentence][0].country     # "Turkey renewed its appeal to Belgium, the minister said": Turkey's
        if other:
            return next((country for country in self.leading if country != other), "")
        return self.article_country


def _initials_of(scans: Sequence[Scan]) -> dict[str, tuple[int, Span]]:
    """The names of bodies by the initials of their words with a capital, each where the article has it first."""
    initials: dict[str, tuple[int, Span]] = {}
    for number, scanned in enumerate(scans):
        for body in scanned.doc.ents:
            if body.label_ == "ORG" and len(body) > 2:
                initials.setdefault("".join(token.text[0] for token in body if token.text[0].isupper()), (number, body))
    return initials





def _is_definite(head: Token) -> bool:
    whole = head.head if head.dep_ == "compound" else head           # "the army statement"
    return any(child.dep_ in ("det", "poss") and child.lower_ in _DEFINITE for child in whole.children)


def read_actors(
    docs: Sequence[tuple[int, Doc]], tables: ActorTables, *, published: date | None = None, country: str = "", towns: Mapping[int, str] | None = None,
) -> ActorBook:
    """Read the parsed chunks of one article (article offset and Doc, in order) and learn who is who in it.

    `published` dates the office holders, `country` (ISO 3166-1 alpha-2) is the source's and breaks ties. `towns` are the
    places that are known otherwise, by article offset, with their countries (ISO 3166-1 alpha-2): what is done to them is
    done to those countries.
    """
    book = ActorBook(tables, published, tables.country_cameo(country), towns=towns or {})
    scans: list[Scan] = []
    first_sentence = 0
    for number, (offset, doc) in enumerate(docs):
        scanned = scan(doc, offset, tables, first_sentence)
        first_sentence = scanned.sentence[-1] + 1 if scanned.sentence else first_sentence
        scans.append(scanned)
        book._number[offset] = number
    home = settle(scans, tables, published, book.country, book.towns)
    book.scans.extend(home.scans)
    book.readers.extend(home.readers)
    book.countries.extend(home.spoken)
    book.article_country, book.leading = home.country, home.leading
    for letters, (number, start, end) in home.acronyms.items():
        book.people.spell_out(letters, book.readers[number], start, end, published, home.country)
    for number, scanned in enumerate(book.scans):
        for match in scanned.matches:
            if match.is_name or match.entry.offices:
                book.people.study(scanned, book.readers[number], match, published, book.article_country)
            book.referents.add(number, match)
    book.referents.finish()
    return book
