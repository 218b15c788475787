"""People of one article: what titles, appositions and copulas teach of a name."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

from transforms.actors.describe import Description, PhraseReader, describe_office
from transforms.actors.names import keys_of
from transforms.actors.scan import Match, Scan

_FINITE = frozenset({"VBD", "VBZ", "VBP", "MD"})
_NOT_PEOPLE = frozenset({"ORG", "GPE", "LOC", "FAC", "EVENT", "PRODUCT", "LAW"})
_STOPS = frozenset({",", ".", ";", ":", ")", "(", '"', "“", "”"})
_AT_WHAT = frozenset({"on", "about", "with", "against", "to"})
_TITLE_WORDS = frozenset({"'s", "’s", "'", "’", "-", "former", "ex", "and"})
_LEADS = frozenset({"heads", "leads", "chairs", "commands", "runs"})     # who leads a body now speaks for it
_LED = frozenset({"led", "headed", "commanded"})
_BANDS = frozenset({"REB", "INS", "SEP", "UAF", "CRM", "OPP"})       # whose leader is one of them
_TITLE_TOKENS = 12                   # the longest title before a name
_APPOSITION_TOKENS = 14              # and the longest apposition beside it


@dataclass(slots=True)
class Person:
    """What the article has told of a name so far."""

    name: str
    keys: tuple[str, ...]
    known: Description


@dataclass(slots=True)
class People:
    """The people of one article, found by any word of their names; the latest first."""

    by_key: dict[str, list[Person]] = field(default_factory=dict)
    acronyms: dict[str, Description] = field(default_factory=dict)

    def find(self, name: str) -> Person | None:
        """The person that a name means: one that shares its surname and does not contradict its first name."""
        keys = keys_of(name)
        if not keys:
            return None
        wanted = set(keys)
        for person in reversed(self.by_key.get(keys[-1], ())):
            if wanted <= set(person.keys) or set(person.keys) <= wanted:
                return person
            if len(keys) > 1 and keys[-1] == person.keys[-1] and keys[0][:3] == person.keys[0][:3]:
                return person                        # Aleksandar and Alexander
        return None

    def learn(self, found: Description) -> None:
        """Remember a description under its name; what says more replaces what said less."""
        keys = keys_of(found.name)
        known = self.find(found.name)
        if known is not None and set(keys) <= set(known.keys):
            old = known.known
            if (not old.full_code and found.full_code) or (not old.names_country and found.names_country):
                known.known = replace(found, name=known.name)
            return
        if known is not None and not found.full_code:
            found = replace(known.known, name=found.name)
        person = Person(found.name, keys, found)
        for key in set(keys):
            if len(key) > 2:
                self.by_key.setdefault(key, []).append(person)

    def spell_out(self, letters: str, reader: PhraseReader, start: int, end: int, published: date | None, article_country: str) -> None:
        """Remember that the article has letters for the body named by tokens `[start, end)`."""
        found = reader.read(start, end, end - 1, published)[0]
        self.acronyms[letters] = replace(found, name=reader.scan.words(start, end), country=found.country or article_country, is_person_name=False)

    def study(self, scanned: Scan, reader: PhraseReader, match: Match, published: date | None, article_country: str) -> None:
        """Learn what stands around one name: its title, an apposition, "is the", an acronym in brackets."""
        offices, texts = match.entry.offices, scanned.texts
        name = scanned.words(match.start, match.end)
        if match.end + 2 < len(texts) and texts[match.end] == "(" and texts[match.end + 2] == ")" and texts[match.end + 1].isupper():
            self.spell_out(texts[match.end + 1], reader, match.start, match.end, published, article_country)
            return
        is_single = match.end - match.start == 1
        if match.is_name and offices and is_single and self.find(name) is not None:
            return                                   # a surname that the article has given to somebody already
        if is_single and not offices and scanned.doc[match.start].ent_type_ in _NOT_PEOPLE:
            return
        description: Description | None = None
        title = title_start(scanned, match)
        if title < match.start:
            title = _with_body(scanned, title)
            description = reader.read(title, match.end, match.end - 1, published)[0]
        if description is None or not (description.types and description.names_country):
            beside = apposed(scanned, match)
            if beside:
                found = reader.read(*beside, published)[0]
                if found.types or found.code:
                    description = found if description is None or not description.types else replace(
                        description, country=found.country, names_country=found.names_country, code=found.code)
        if description is None and (band := _led(scanned, match)) is not None:
            description = reader.read(*band, published)[0]
        if description is None and offices:
            description = describe_office(offices, published, reader.tables.countries)
            name = description.name
        if description is None:
            if is_single:
                return
            description = Description(types=("BUS",), refers="company") if reader.is_company(match) else Description(basis="unknown")
        if offices:
            name = offices[-1].name
        self.learn(replace(description, name=name, is_person_name=True, kind="person"))


def title_start(scanned: Scan, match: Match) -> int:
    """Where the title before a name begins: adjacent roles, adjectives, possessives; the name's own start if none."""
    doc, at, has_role = scanned.doc, match.start, False
    while at > 0 and match.start - at < _TITLE_TOKENS and not doc[at].is_sent_start:
        before, token = scanned.cover[at - 1], doc[at - 1]
        if before is not None and before.is_known and before.start < at:
            has_role = has_role or before.entry.role is not None
            if not has_role and before.entry.form in ("name", "capital"):
                break
            at = before.start
        # not over "of": the lawyer of a minister is no minister
        elif has_role and (token.lower_ in _TITLE_WORDS or token.pos_ in ("ADJ", "NUM")):
            at -= 1
        else:
            break
    return at if has_role else match.start


def _with_body(scanned: Scan, title: int) -> int:
    """Where a title begins with the unknown body in front of it: the president of "CONAIE President Iza" is no head of state."""
    own = scanned.cover[title]
    is_president = own is not None and own.entry.role is not None and own.entry.role.refers == "president"
    body = scanned.cover[title - 1] if is_president and title > scanned.first[title] else None
    return body.start if body is not None and body.is_name and not body.entry.offices else title


def _led(scanned: Scan, match: Match) -> tuple[int, int, int] | None:
    """Start, end and head of whom somebody leads: "the rebels, led by NAME"."""
    low, at = scanned.low, match.start - 3
    if at < 0 or low[match.start - 1] != "by" or low[match.start - 2] not in _LED:
        return None
    while at > 0 and low[at] in (",", "and"):
        at -= 1
    band = scanned.cover[at]
    if band is None or band.entry.role is None or not _BANDS & set(band.entry.role.types):
        return None
    before = scanned.cover[band.start - 1] if band.start else None
    is_whose = before is not None and before.end == band.start and before.is_known
    return (before.start if before is not None and is_whose else band.start), band.end, band.end - 1


def apposed(scanned: Scan, match: Match) -> tuple[int, int, int] | None:
    """Start, end and head of the role beside a name: "NAME, the president of X", "NAME is the ...", "the ..., NAME"."""
    return _after(scanned, match) or _before(scanned, match)


def _is_role(match: Match | None) -> bool:
    return match is not None and match.entry.role is not None and not match.is_name


def _after(scanned: Scan, match: Match) -> tuple[int, int, int] | None:
    doc, low, size, at = scanned.doc, scanned.low, len(scanned.low), match.end
    if at + 2 < size and low[at] == low[at + 2] == "," and low[at + 1].isdigit():
        at += 2                                      # "NAME, 49, a trader"
    if at + 1 >= size:
        return None
    leads = low[at] == "," and low[at + 1] == "who" and at + 3 < size and low[at + 2] in _LEADS      # ", who heads the ..."
    if not leads and low[at] not in (",", "(") and not (low[at + 1] in ("the", "a", "an") and doc[at].lemma_ == "be"):
        return None
    start = end = at + 3 if leads else at + 1
    head = -1
    has_complement = False                           # "head of the army": the role stands before "of"
    while end < size and end - start < _APPOSITION_TOKENS:
        word = low[end]
        if word in _STOPS or word in ("who", "which") or doc[end].tag_ in _FINITE:
            break
        if word == "and" and not (head == end - 1 and end + 1 < size and _is_role(scanned.cover[end + 1])):
            break                                    # "president and chief executive" is one man
        if head < 0 and end > start and word in _AT_WHAT:
            break                                    # a specialist on the army is no soldier
        covered = scanned.cover[end]
        has_complement = has_complement or (head >= 0 and (word in ("of", "for", "in", "at") or word in _AT_WHAT))
        if covered is not None and _is_role(covered) and not has_complement:
            head = covered.end - 1
        end += 1
    is_noun = doc[start].pos_ in ("DET", "NOUN", "ADJ", "PROPN", "PRON")
    if head < 0 or not is_noun or scanned.sentence[start] != scanned.sentence[match.start]:
        return None
    return start, end, head


def _before(scanned: Scan, match: Match) -> tuple[int, int, int] | None:
    doc, low = scanned.doc, scanned.low
    if match.start < 2 or low[match.start - 1] != ",":
        return None
    end = match.start - 1
    start, first = end - 1, scanned.first[match.start]
    while start > first and end - start < _APPOSITION_TOKENS and low[start - 1] not in _STOPS and doc[start].tag_ not in _FINITE:
        start -= 1
    inside = scanned.between(start, end)
    head = next((one.end - 1 for one in inside if one.entry.role is not None and one.entry.role.kind == "person" and not one.is_name), -1)
    if head < 0 or doc[start].pos_ not in ("DET", "NOUN", "PROPN", "ADJ") or any(one.is_name or one.entry.offices for one in inside):
        return None
    return start, end, head
