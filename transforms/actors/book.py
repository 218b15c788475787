"""Who is who inside one article: names learned from titles, and every later word for the same people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from spacy.tokens import Doc, Token

from schemas.records import Actor, Span
from transforms.actors.code import split_code
from transforms.actors.describe import Description, PhraseReader, describe_office
from transforms.actors.names import fold, pieces, transliteration_key
from transforms.actors.scan import Match, Scan, scan
from transforms.actors.tables import ActorTables
from transforms.actors.tables import open_actors as open_actors  # the package's front door is this module

_LEFT = frozenset({"det", "amod", "compound", "nmod", "poss", "nummod", "predet", "quantmod", "advmod", "nn", "npadvmod"})
_SUBJECTS = frozenset({"nsubj", "nsubjpass", "csubj", "agent"})
_ARGUMENTS = _SUBJECTS | frozenset({"dobj", "pobj", "attr", "appos", "ROOT", "conj", "dative", "oprd"})
_NOUNS = frozenset({"NOUN", "PROPN", "ADJ", "NUM", "X", "PRON"})
_SPEECH = frozenset({"say", "tell", "add", "state", "announce", "declare", "write", "insist", "note", "argue", "warn", "claim", "explain", "stress"})
_FINITE = frozenset({"VBD", "VBZ", "VBP", "MD"})
_SPEAKER = frozenset({"i", "we", "me", "us", "my", "our", "myself", "ourselves"})
_SHE = frozenset({"she", "her", "hers", "herself"})
_HE = _SHE | {"he", "him", "his", "himself"}
_IT = frozenset({"it", "its", "itself"})
_THEY = frozenset({"they", "them", "their", "theirs", "themselves", "those", "these", "both", "others", "who", "which", "that"})
_DEFINITE = frozenset({"the", "this", "that", "its", "his", "her", "their", "these", "those", "our"})
_NOBODY = frozenset({"GPE", "LOC", "FAC", "EVENT", "PRODUCT", "WORK_OF_ART", "LAW", "LANGUAGE"})
_FIGHTERS = frozenset({"REB", "INS", "SEP", "UAF"})
_SENTENCES_BACK = 3                  # a pronoun or "the group" looks no farther than this
_PHRASE_TOKENS = 14                  # a noun phrase is not longer; what is, is a broken parse
_DOMINANT_SHARE = 0.5                # of the article's country words, to lend its country to a bare role


@dataclass(slots=True)
class _Person:
    """What the article has told of a name so far."""

    name: str
    keys: tuple[str, ...]
    known: Description
    at: int                          # article offset where it was learned


@dataclass(slots=True)
class _Referent:
    """A word that a later pronoun may mean."""

    scan_number: int
    token: int
    at: int
    sentence: int
    is_subject: bool
    kind: str                        # person, group, country, place
    is_plural: bool
    refers: str
    gender: str                      # f, m or "" for unknown
    name: str                        # a person's full name


@dataclass(slots=True)
class ActorBook:
    """Who is who inside one article; made by `read_actors`, asked with tokens of the same parsed chunks."""

    tables: ActorTables
    published: date | None
    country: str                     # CAMEO country of the article's source, "" if unknown
    scans: list[Scan] = field(default_factory=list)
    readers: list[PhraseReader] = field(default_factory=list)
    people: dict[str, list[_Person]] = field(default_factory=dict)       # by transliteration key of any word
    acronyms: dict[str, Description] = field(default_factory=dict)
    referents: list[_Referent] = field(default_factory=list)
    article_country: str = ""
    countries: list[list[tuple[int, str]]] = field(default_factory=list)  # by scan: sentence and country, in order
    _number: dict[int, int] = field(default_factory=dict)                # chunk offset to scan number
    _links: dict[tuple[int, int, str], _Referent | None] = field(default_factory=dict)
    _cache: dict[tuple[int, date | None], tuple[Actor, ...]] = field(default_factory=dict)

    # ---- the public questions

    def actors_of(self, head: Token, offset: int, on: date | None = None) -> tuple[Actor, ...]:
        """The actors that a noun phrase names, one for each conjunct; its words with an empty code if nobody known.

        `head` is the phrase's head token, `offset` the article offset of its chunk, `on` the day of the event
        (an office holder's role is read as of that day; else as of the publication).
        """
        key = (offset + head.idx, on)
        if key not in self._cache:
            self._cache[key] = self._resolve(head, offset, on)
        return self._cache[key]

    def is_actor_like(self, token: Token, offset: int | None = None) -> bool:
        """Could this word be somebody who acts: a person, a group, an organisation, a country or a pronoun for one?"""
        if token.pos_ == "PRON":
            return token.lower_ in _HE or token.lower_ in _THEY or token.lower_ in _SPEAKER or token.lower_ in _IT
        number = self._number_of(token, offset)
        match = self.scans[number].cover[token.i] if number is not None else None
        if match is None:
            return token.ent_type_ in ("PERSON", "ORG", "GPE", "NORP")
        entry = match.entry
        if entry.country or entry.organisation or entry.ethnic or entry.religion or entry.offices:
            return True
        if match.is_name:
            return token.ent_type_ not in ("LOC", "FAC", "EVENT", "PRODUCT", "WORK_OF_ART", "LAW")
        return entry.role is not None and entry.role.kind != "place"

    # ---- resolving

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
        for token in _conjuncts(head):
            found = self._describe_head(number, token, on or self.published)
            if first and token is not head:
                found = [_inherit(one, first[-1]) for one in found]
            first = found
            actors.extend(self._actor(number, token, one) for one in found)
        return tuple(dict.fromkeys(actors))

    def _actor(self, number: int, token: Token, found: Description) -> Actor:
        scanned = self.scans[number]
        start, end = self._bounds(number, token)
        while start < token.i and scanned.doc[start].pos_ in ("DET", "PUNCT"):
            start += 1
        piece = scanned.doc[start:end]
        span = Span(scanned.offset + piece.start_char, scanned.offset + piece.end_char)
        columns = split_code(found.full_code, self.tables.countries)
        return Actor(
            code=columns.code, name=found.name or piece.text, text=piece.text, span=span,
            country=columns.country or (found.country if found.country in self.tables.countries else ""),
            known_group=columns.known_group, ethnic=columns.ethnic,
            religion1=columns.religion1, religion2=columns.religion2,
            type1=columns.type1, type2=columns.type2, type3=columns.type3, basis=found.basis,
        )

    def _bounds(self, number: int, head: Token) -> tuple[int, int]:
        """Tokens of the noun phrase: its modifiers, its head, the rest of a name, and an adjacent "of" phrase."""
        scanned = self.scans[number]
        if head.pos_ == "PRON":
            return head.i, head.i + 1
        if head.dep_ in ("amod", "compound", "nmod"):
            alone = scanned.cover[head.i]
            return (alone.start, alone.end) if alone is not None else (head.i, head.i + 1)
        start = head.i
        for child in head.lefts:
            if child.dep_ in _LEFT:
                start = min(start, child.left_edge.i)
        start = max(start, head.i - _PHRASE_TOKENS, head.sent.start)
        start = max((i + 1 for i in range(start, head.i) if scanned.doc[i].is_space), default=start)
        match = scanned.cover[head.i]
        end = head.i + 1
        if match is not None:
            start, end = min(start, match.start), max(end, match.end)
        # a title that the parser split from its name: "Prime Minister" + "Pedro Sánchez"
        before = scanned.cover[start - 1] if start > head.sent.start else None
        while before is not None and match is not None and match.is_name and head.i - before.start < _PHRASE_TOKENS and (
                before.entry.role or (before.entry.country and scanned.cover[start] is not None and before.entry.form == "adjective")):
            start = before.start
            before = scanned.cover[start - 1] if start > head.sent.start else None
        size = len(scanned.doc)
        while end < size and (after := scanned.cover[end]) is not None and after.start == end and (after.is_name or after.entry.offices) and (
                match is not None and match.entry.role is not None and match.entry.role.kind == "person"):
            end = after.end
        for child in head.rights:
            if child.dep_ == "prep" and child.lower_ in ("of", "for") and child.i == end and child.right_edge.i - end < _PHRASE_TOKENS:
                end = _phrase_end(child)
                break
        return start, end

    def _describe_head(self, number: int, head: Token, on: date | None) -> list[Description]:
        reader = self.readers[number]
        if head.pos_ == "PRON" or head.lower_ in _HE or head.lower_ in _IT:
            return self._pronoun(number, head, on)
        start, end = self._bounds(number, head)
        reach = end
        for child in head.rights:                    # "rebels in Darfur": whose rebels, not where
            if child.dep_ == "prep" and child.lower_ in ("in", "of", "for", "from", "at") and child.right_edge.i - head.i < _PHRASE_TOKENS:
                reach = max(reach, _phrase_end(child))
        found = reader.read(start, reach, head.i, on)
        found = [self._with_article(number, head, one, on) for one in found]
        if len(found) == 1 and not found[0].names_country and not found[0].is_person_name:
            apposed = self._apposition(number, head, on)
            if apposed is not None:
                return [apposed]
        return found

    def _apposition(self, number: int, head: Token, on: date | None) -> Description | None:
        for child in head.children:
            if child.dep_ == "appos" and child.i > head.i:
                found = self.readers[number].read(*self._bounds(number, child), child.i, on)
                if len(found) == 1:
                    one = self._known(found[0], self._name_at(number, child))
                    if one.full_code and (one.names_country or one.is_person_name):
                        return one
        return None

    def _known(self, found: Description, words: str = "") -> Description:
        """What the article has taught of a person's name (`words`), put under what the phrase itself says."""
        if not found.is_person_name or (found.names_country and found.types and found.basis != "name"):
            return found
        person = self._person(words or found.name)
        if person is None:
            return found
        known = person.known
        if found.types and not found.names_country:
            same = known.types == found.types or (not known.types and known.code[3:6] == "".join(found.types))
            return replace(known, name=person.name, types=found.types, refers=found.refers or known.refers, basis="title",
                           code=known.code if same else "")
        if found.full_code and found.basis == "name" and (found.name == person.known.name or len(words.split()) > 1):
            return found                             # Blair alone is Tony, unless the article has a Jonathan Blair
        return replace(known, name=person.name, basis="name" if known.full_code else "unknown")

    def _with_article(self, number: int, head: Token, found: Description, on: date | None) -> Description:
        """Fill what the phrase leaves open from the article: people by surname, "the group", the story's country."""
        found = self._known(found, self._name_at(number, head))
        scanned = self.scans[number]
        match = scanned.cover[head.i]
        if match is None and not found.full_code and head.text[0].isupper() and (person := self._person(head.text)):
            return replace(person.known, name=person.name, basis="name")     # a name that the tagger missed
        if match is not None and match.is_name and not found.full_code:
            text = scanned.words(match.start, match.end)
            if text in self.acronyms:
                return self.acronyms[text]
        owner = next((child for child in head.children if child.dep_ == "poss"), None)
        if owner is not None and not found.names_country and not found.code:
            whose = self._pronoun(number, owner, on)[0] if owner.pos_ == "PRON" else self._describe_plain(number, owner, on)
            if whose is not None and whose.country and (found.types or found.refers):
                found = replace(found, country=whose.country, names_country=True)    # its government, Putin's spokesman
            elif whose is not None and match is None:
                return replace(whose, basis="possessor")                             # the president's decision
        if found.refers == "officer" and found.types in (("COP",), ("MIL",)):
            found = replace(found, types=self._uniform(number, head, found.types))
        if found.names_country or found.code:
            return found
        if found.refers and not found.is_person_name and _is_definite(head):
            earlier = self._earlier(number, head, found, on)
            if earlier is not None:
                return earlier
        if found.types and found.types[0] in ("IGO", "INT", "NGO", "IMG"):
            return found
        if found.types or found.ethnic or found.religion:
            return replace(found, country=self._context(number, head, is_local=bool(_FIGHTERS & set(found.types))))
        if found.is_person_name:
            is_somebody = scanned.doc[head.i].ent_type_ not in _NOBODY
            country = self._context(number, head) if is_somebody else ""
            return replace(found, country=country, basis="context" if country else found.basis)
        if found.kind in ("group", "person") and found.refers not in ("", "country") and head.pos_ != "PROPN":
            return replace(found, country=self._context(number, head))
        return found

    def _uniform(self, number: int, head: Token, otherwise: tuple[str, ...]) -> tuple[str, ...]:
        """Whose officer: the army's or the police's, whichever the article named last."""
        at = self.scans[number].offset + head.idx
        service = next((one.refers for one in reversed(self.referents) if one.at < at and one.refers in ("army", "police")), "")
        return {"army": ("MIL",), "police": ("COP",)}.get(service, otherwise)

    def _named(self, number: int, head: Token) -> str:
        """The full name that the article knows for a name."""
        words = self._name_at(number, head)
        person = self._person(words) if words else None
        return person.name if person else words

    def _name_at(self, number: int, head: Token) -> str:
        match = self.scans[number].cover[head.i]
        return self.scans[number].words(match.start, match.end) if match is not None and (match.is_name or match.entry.offices) else ""

    def _earlier(self, number: int, head: Token, found: Description, on: date | None) -> Description | None:
        """The last actor whom "the president", "the ministry" or "the group" can mean, a few sentences back."""
        sentence, at = self.scans[number].sentence[head.i], self.scans[number].offset + head.idx
        for referent in reversed(self.referents):
            if referent.at >= at:
                continue
            if sentence - referent.sentence > _SENTENCES_BACK:
                break
            same_role = referent.refers == found.refers and referent.kind != "place"
            if found.refers == "group":
                fits = referent.kind == "group" and referent.refers in ("armed", "ngo", "party", "igo", "movement", "gang", "company", "union", "rebels", "militants")
            elif found.refers == "country":
                fits = referent.kind == "country" and not referent.is_plural
            else:
                fits = same_role
            if not fits:
                continue
            token = self.scans[referent.scan_number].doc[referent.token]
            described = self._describe_plain(referent.scan_number, token, on)
            if described is not None and described.names_country and described.full_code:
                return replace(described, basis="pronoun")
        return None

    def _describe_plain(self, number: int, head: Token, on: date | None) -> Description | None:
        """A phrase's own reading with people known by name, and no further look back: this ends every recursion."""
        start, end = self._bounds(number, head)
        found = self.readers[number].read(start, end, head.i, on)
        if len(found) != 1:
            return None
        one = self._known(found[0], self._name_at(number, head))
        if not one.names_country and (one.types or one.is_person_name):
            one = replace(one, country=self._context(number, head))
        return one

    def _pronoun(self, number: int, head: Token, on: date | None) -> list[Description]:
        low = head.lower_
        relative = head.head.head if head.dep_ in _ARGUMENTS and head.head.dep_ == "relcl" else None
        if low in ("who", "which", "that") and relative is not None and relative.pos_ in _NOUNS and relative.i < head.i:
            return self._describe_head(number, relative, on)
        wanted = "speaker" if low in _SPEAKER else "person" if low in _HE else "thing" if low in _IT else "many" if low in _THEY else ""
        if not wanted or low in ("who", "which", "that"):
            return [Description(basis="pronoun", kind="person")]
        referent = self._referent(number, head, wanted)
        if referent is None:
            return [Description(basis="pronoun", kind="person")]
        token = self.scans[referent.scan_number].doc[referent.token]
        found = self._describe_plain(referent.scan_number, token, on)
        return [replace(found, basis="pronoun") if found else Description(basis="pronoun", kind="person")]

    def _referent(self, number: int, head: Token, wanted: str) -> _Referent | None:
        """What a pronoun refers to; a pronoun before it passes its own referent on."""
        key = (number, head.i, wanted)
        if key not in self._links:
            self._links[key] = None                  # a circle ends here
            found = self._search(number, head, wanted)
            if found is not None and found.refers == "pronoun":
                found = self._referent(found.scan_number, self.scans[found.scan_number].doc[found.token], "person")
            self._links[key] = found
        return self._links[key]

    def _search(self, number: int, head: Token, wanted: str) -> _Referent | None:
        scanned = self.scans[number]
        sentence, at = scanned.sentence[head.i], scanned.offset + head.idx
        if wanted == "speaker":
            speaker = next((child for token in head.sent if token.lemma_ in _SPEECH for child in token.children
                            if child.dep_ == "nsubj" and child.lower_ not in _SPEAKER), None)
            if speaker is not None:
                if speaker.lower_ in _HE:
                    return self._referent(number, speaker, "person")
                return next((one for one in self.referents if one.at == scanned.offset + speaker.idx), None)
            wanted = "person"
        gender = "f" if head.lower_ in _SHE else "m" if head.lower_ in _HE else ""
        doer = ""                                    # "he praised him": two people
        own_verb = _verb_of(head) if head.dep_ in ("dobj", "pobj", "dative") and not head.lower_.endswith(("self", "selves")) else None
        if own_verb is not None:
            doer = next((self._named(number, child) for child in own_verb.children if child.dep_ in _SUBJECTS), "")
        best: tuple[int, int, int, int] | None = None
        chosen: _Referent | None = None
        for referent in reversed(self.referents):
            if referent.at >= at:
                continue
            if sentence - referent.sentence > _SENTENCES_BACK:
                break
            if gender and referent.gender and referent.gender != gender:
                continue
            token = self.scans[referent.scan_number].doc[referent.token]
            if own_verb is not None and ((referent.is_subject and token.head.i == own_verb.i and referent.scan_number == number)
                                         or (doer and doer == self._named(referent.scan_number, token))):
                continue
            fits = (
                referent.kind == "person" and not referent.is_plural if wanted == "person"
                else referent.kind in ("group", "country") and not referent.is_plural if wanted == "thing"
                else referent.is_plural or referent.kind == "group"
            )
            if not fits:
                continue
            same = referent.sentence == sentence
            rank = (int(gender == "f" and referent.gender == "f"), referent.sentence - sentence, int(referent.is_subject),
                    -referent.at if same else referent.at)
            if best is None or rank > best:
                best, chosen = rank, referent
        return chosen

    def _context(self, number: int, head: Token, is_local: bool = False) -> str:
        """The country that a bare role belongs to: the article's own, else the only one of its sentence.

        `is_local` asks the sentence first: rebels are where they fight, not where the story is written.
        """
        if self.article_country and not is_local:
            return self.article_country
        here = self.scans[number].sentence[head.i]
        near: dict[int, set[str]] = {}
        for sentence, country in self.countries[number]:
            if (0 if is_local else _SENTENCES_BACK) >= here - sentence >= 0:
                near.setdefault(sentence, set()).add(country)
        for sentence in sorted(near, reverse=True):
            if len(near[sentence]) == 1:
                return near[sentence].pop()
        return self.article_country

    # ---- people

    def _person(self, name: str) -> _Person | None:
        keys = _keys_of(name)
        if not keys:
            return None
        wanted = set(keys)
        for person in reversed(self.people.get(keys[-1], ())):
            if wanted <= set(person.keys) or set(person.keys) <= wanted:
                return person
            if len(keys) > 1 and keys[-1] == person.keys[-1] and keys[0][:3] == person.keys[0][:3]:
                return person                        # Aleksandar and Alexander
        for person in reversed(self.people.get(keys[0], ())) if len(keys) == 1 else ():
            return person
        return None

    def _learn(self, found: Description, at: int) -> None:
        keys = _keys_of(found.name)
        known = self._person(found.name)
        if known is not None and set(keys) <= set(known.keys):
            if (not known.known.full_code and found.full_code) or (not known.known.names_country and found.names_country):
                known.known = replace(found, name=known.name)
            return
        if known is not None and found.full_code == "":
            found = replace(known.known, name=found.name)
        person = _Person(found.name, keys, found, at)
        for key in set(keys):
            if len(key) > 2:
                self.people.setdefault(key, []).append(person)


def _keys_of(name: str) -> tuple[str, ...]:
    return tuple(transliteration_key(word) for word in pieces(name))


def _country_of(match: Match, reader: PhraseReader, on: date | None) -> str:
    """The country that a match speaks of, "" for regions, anti-X and ethnic groups."""
    entry, tables = match.entry, reader.tables
    country = entry.country or (entry.organisation.code[:3] if entry.organisation else "")
    if not country and entry.offices:
        country = describe_office(entry.offices, on, tables.countries).country
    return country if tables.iso2.get(country) and reader.belongs(match) and not reader.is_ethnic(match) else ""


def _conjuncts(head: Token) -> Iterable[Token]:
    """The head and what is coordinated to its right, in order."""
    yield head
    for child in head.children:
        if child.dep_ == "conj" and child.i > head.i and child.pos_ in _NOUNS:
            yield from _conjuncts(child)


def _verb_of(token: Token) -> Token | None:
    """The verb whose clause a word stands in."""
    return next((one for one in token.ancestors if one.pos_ in ("VERB", "AUX")), None)


def _inherit(found: Description, first: Description) -> Description:
    """Israeli police and soldiers: a bare conjunct takes the country of the one before it."""
    if found.names_country or found.is_person_name or not found.types or not first.names_country or not first.country:
        return found
    return replace(found, country=first.country)


def _is_definite(head: Token) -> bool:
    return any(child.dep_ in ("det", "poss") and child.lower_ in _DEFINITE for child in head.children)


def _phrase_end(preposition: Token) -> int:
    """End of a preposition's noun phrase, its relative clauses and further prepositions left out."""
    end = preposition.i + 1
    for child in preposition.children:
        if child.dep_ == "pobj":
            end = child.i + 1
            for conjunct in child.conjuncts:
                if conjunct.i - end < 5:
                    end = max(end, conjunct.i + 1)
    return end


def read_actors(
    docs: Sequence[tuple[int, Doc]], tables: ActorTables, *, published: date | None = None, country: str = "",
) -> ActorBook:
    """Read the parsed chunks of one article (article offset and Doc, in order) and learn who is who in it.

    `published` dates the office holders, `country` (ISO 3166-1 alpha-2) is the source's and breaks ties.
    """
    book = ActorBook(tables, published, tables.country_cameo(country))
    votes: Counter[str] = Counter()
    first_sentence = 0
    for number, (offset, doc) in enumerate(docs):
        scanned = scan(doc, offset, tables, first_sentence)
        first_sentence = scanned.sentence[-1] + 1 if scanned.sentence else first_sentence
        reader = PhraseReader(scanned, tables)
        book.scans.append(scanned)
        book.readers.append(reader)
        book._number[offset] = number
        book.countries.append(_vote(scanned, reader, published, votes))
    book.article_country = _dominant(votes, book.country)
    for number in range(len(book.scans)):
        _study(book, number)
    _tell_genders(book)
    return book


def _tell_genders(book: ActorBook) -> None:
    """Who alone is named before a "she", in the sentence or the one before it, is a woman.

    Not so after a verb of speech: "Smith said she ..." tells of somebody else as often as not.
    """
    alone: dict[int, _Referent | None] = {}          # by sentence: the only person named, None for several
    for referent in book.referents:
        if referent.name:
            known = alone.get(referent.sentence, referent)
            alone[referent.sentence] = referent if known is not None and known.name == referent.name else None
    votes: dict[str, Counter[str]] = {}
    for number, scanned in enumerate(book.scans):
        for token in scanned.doc:
            if token.lower_ not in _HE or token.dep_ not in _SUBJECTS:
                continue
            sentence, gender = scanned.sentence[token.i], "f" if token.lower_ in _SHE else "m"
            at = scanned.offset + token.idx
            person = alone.get(sentence) if sentence in alone else alone.get(sentence - 1)
            if person is not None and person.at < at and person.is_subject and (
                    person.sentence < sentence or book.scans[person.scan_number].doc[person.token].head.lemma_ not in _SPEECH):
                votes.setdefault(person.name, Counter())[gender] += 1
            book.referents.append(_Referent(number, token.i, at, sentence, True, "person", False, "pronoun", gender, ""))
    book.referents.sort(key=lambda one: one.at)
    for referent in book.referents:
        if referent.name in votes and not referent.gender:
            referent.gender = votes[referent.name].most_common(1)[0][0]


def _vote(scanned: Scan, reader: PhraseReader, published: date | None, votes: Counter[str]) -> list[tuple[int, str]]:
    """Count what speaks for each country as the article's own; the opening counts double, a surname that others bear not at all."""
    found: list[tuple[int, str]] = []
    others = {_keys_of(scanned.doc[match.end - 1].text) for match in scanned.matches
              if match.is_name and match.end - match.start > 1 and not match.entry.offices}
    for match in scanned.matches:
        if match.is_name and _keys_of(scanned.doc[match.end - 1].text) in others:
            continue
        country = _country_of(match, reader, published)
        if country:
            votes[country] += 2 if match.start < 40 and scanned.offset == 0 else 1
            found.append((scanned.sentence[match.start], country))
    return found


def _dominant(votes: Counter[str], source: str) -> str:
    total = sum(votes.values())
    if not total:
        return source
    if source:
        votes = votes + Counter({source: max(1, total // 6)})
    (top, count), *rest = votes.most_common(2)
    clear = not rest or count >= 2 * rest[0][1] or (count >= _DOMINANT_SHARE * sum(votes.values()) and count > rest[0][1] * 1.4)
    return top if clear else ""


def _study(book: ActorBook, number: int) -> None:
    """Learn names from titles and appositions, acronyms from brackets, and note what pronouns may refer to."""
    scanned, doc = book.scans[number], book.scans[number].doc
    for match in scanned.matches:
        if match.is_name or match.entry.offices:
            _study_name(book, number, match)
        head, entry = _head_of(doc, match), match.entry
        if head.dep_ in ("compound", "amod", "nmod", "det") or (
                head.dep_ == "poss" and not match.is_name and not entry.offices):
            continue
        role = entry.role
        if role and role.kind in ("place", "thing", "quantity") and not entry.organisation:
            continue
        kind = ("person" if match.is_name or entry.offices else "group" if entry.organisation else
                "country" if entry.country and entry.form in ("name", "capital") else role.kind if role else "group")
        refers = role.refers if role else entry.organisation.kind if entry.organisation else ""
        gender = name = ""
        if kind == "person":
            person = book._person(scanned.words(match.start, match.end)) if match.is_name or entry.offices else None
            refers = refers or (person.known.refers if person else "")
            if match.is_name or entry.offices:
                name = person.name if person else entry.offices[0].name if entry.offices else scanned.words(match.start, match.end)
                gender = book.tables.genders.get(fold(name.split()[0]), "m" if entry.offices else "")
        if head.lower_.endswith("woman"):
            gender = "f"
        book.referents.append(_Referent(
            number, head.i, scanned.offset + head.idx, scanned.sentence[head.i], head.dep_ in _SUBJECTS, kind,
            entry.is_plural or head.tag_ in ("NNS", "NNPS"), refers, gender, name))


def _head_of(doc: Doc, match: Match) -> Token:
    """The token of a match that the rest of it hangs on."""
    inside = [doc[i] for i in range(match.start, match.end)]
    return next((token for token in inside if not match.start <= token.head.i < match.end or token.head.i == token.i), inside[-1])


def _study_name(book: ActorBook, number: int, match: Match) -> None:
    scanned, reader, doc = book.scans[number], book.readers[number], book.scans[number].doc
    name = scanned.words(match.start, match.end)
    at = scanned.offset + doc[match.start].idx
    following = doc[match.end].text if match.end < len(doc) else ""
    if following == "(" and match.end + 2 < len(doc) and doc[match.end + 2].text == ")" and doc[match.end + 1].text.isupper():
        start = match.start
        found = reader.read(start, match.end, match.end - 1, book.published)[0]
        book.acronyms[doc[match.end + 1].text] = replace(found, name=name, country=found.country or book.article_country, is_person_name=False)
        return
    if match.is_name and match.entry.offices and match.end - match.start == 1 and book._person(name) is not None:
        return                                       # a surname that the article has given to somebody already
    token = doc[match.start]
    if token.ent_type_ in ("ORG", "GPE", "LOC", "FAC", "EVENT", "PRODUCT", "LAW") and match.end - match.start == 1 and not match.entry.offices:
        return
    description: Description | None = None
    title = _title_start(scanned, match)
    if title < match.start:
        description = reader.read(title, match.end, match.end - 1, book.published)[0]
    if description is None or not (description.types and description.names_country):
        apposed = _apposed(scanned, match)
        if apposed:
            start, end, head = apposed
            found = reader.read(start, end, head, book.published)[0]
            if found.types or found.code:
                description = replace(found, name=name, is_person_name=True) if description is None or not description.types else replace(
                    description, country=found.country, names_country=found.names_country, code=found.code)
    if description is None:
        if match.end - match.start < 2 and not match.entry.offices:
            return
        description = describe_office(match.entry.offices, book.published, book.tables.countries) if match.entry.offices else Description(
            name=name, kind="person", is_person_name=True, basis="unknown")
    book._learn(replace(description, name=name if not match.entry.offices else description.name or name, is_person_name=True, kind="person"), at)


def _title_start(scanned: Scan, match: Match) -> int:
    """Where the title before a name begins: adjacent roles, adjectives, possessives and honorifics, at most 12 tokens."""
    doc, at, has_role = scanned.doc, match.start, False
    while at > 0 and match.start - at < 12 and not doc[at].is_sent_start:
        before = scanned.cover[at - 1]
        token = doc[at - 1]
        if before is not None and not before.is_name and (before.entry.role or before.entry.country or before.entry.organisation or before.entry.religion or before.entry.ethnic):
            if before.start < at:
                has_role = has_role or before.entry.role is not None
                if not has_role and before.entry.form in ("name", "capital"):
                    break
                at = before.start
                continue
        if (token.lower_ in ("'s", "’s", "'", "’", "-", "former", "ex", "and", "of", "for") and has_role) or (token.pos_ in ("ADJ", "NUM") and has_role):
            at -= 1
            continue
        break
    return at if has_role else match.start


def _apposed(scanned: Scan, match: Match) -> tuple[int, int, int] | None:
    """The role that stands beside a name: "NAME, the president of X,", "NAME is the president of X", "the president of X, NAME"."""
    doc, size = scanned.doc, len(scanned.doc)
    at = match.end
    if (at < size and doc[at].text in (",", "(")) or (at < size and doc[at].lemma_ == "be" and at + 1 < size and doc[at + 1].lower_ in ("the", "a", "an")):
        end = start = at + 1
        head = -1
        while end < size and end - start < 14 and doc[end].text not in (",", ".", ";", ":", ")", "(", '"') and doc[end].tag_ not in _FINITE and doc[end].lower_ not in ("who", "which", "and"):
            covered = scanned.cover[end]
            if (head < 0 and covered is not None and covered.entry.role is not None and not covered.is_name) or (head >= 0 and covered is not None and covered.entry.role is not None and scanned.cover[head] is not None and all(
                    doc[i].lower_ not in ("of", "for", "in", "at") for i in range(head + 1, end))):
                head = covered.end - 1
            end += 1
        if head >= 0 and doc[start].pos_ in ("DET", "NOUN", "ADJ", "PROPN", "PRON") and scanned.sentence[start] == scanned.sentence[match.start]:
            return start, end, head
    if match.start >= 2 and doc[match.start - 1].text == ",":
        start = match.start - 2
        head = -1
        while start > doc[match.start].sent.start and match.start - start < 14 and doc[start - 1].text not in (",", ".", ";", ":", '"') and doc[start].tag_ not in _FINITE:
            start -= 1
        for covered in scanned.between(start, match.start - 1):
            if covered.entry.role is not None and covered.entry.role.kind == "person" and not covered.is_name:
                head = covered.end - 1
                break
        if head >= 0 and doc[start].pos_ in ("DET", "NOUN", "PROPN", "ADJ") and not any(
                covered.is_name or covered.entry.offices for covered in scanned.between(start, match.start - 1)):
            return start, match.start - 1, head
    return None
