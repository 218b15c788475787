"""Where an article is at home: which names of places, bodies and leaders to believe, and the country it is about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise

from transforms.actors.describe import PhraseReader, office_of
from transforms.actors.names import fold, keys_of
from transforms.actors.scan import Match, Scan
from transforms.actors.tables import ActorTables

_OPENING_TOKENS = 40
_DATELINE_TOKENS = 8
_DATELINE_ENDS = "-–—(:"
_NAMESAKES = frozenset({"USA", "CAN", "AUS", "NZL", "GBR"})            # where towns are called Athens and Perth
_DOMINANT_SHARE = 0.5                # of the article's country words, to lend its country to a bare role
_PARTY_WORDS = frozenset(
    "the of and for a party democratic national peoples liberal labour labor conservative conservatives republican republicans democrats front union movement "
    "congress alliance coalition progressive socialist socialists communist social christian independent green greens workers united unity justice "
    "development new patriotic freedom independence popular nationalist salvation reform renewal change solidarity action law jamaat e islami".split())
_ELSEWHERE = frozenset({"to", "from", "into", "against", "with", "by", "toward", "towards", "for"})
_OF_STATES = ("an", "ish", "ese", "i", "ch", "c", "k")               # ends of adjectives that are a state's as well
_TWINS = {"COD": ("COG", frozenset({"congo", "congolese"}))}           # a country, its namesake, and the words they share


@dataclass(frozen=True, slots=True)
class Spoken:
    """A word that speaks of a country."""

    sentence: int
    at: int                          # article offset
    country: str
    is_place: bool                   # its name or a town's, where people are, and no adjective


@dataclass(slots=True)
class Home:
    """What is believed of one article's country words."""

    scans: list[Scan] = field(default_factory=list)          # without the names that mean something else here
    readers: list[PhraseReader] = field(default_factory=list)
    spoken: list[Spoken] = field(default_factory=list)       # in order
    leading: tuple[str, ...] = ()                            # the two that it speaks of most
    country: str = ""                                        # the one that the article is about, "" if unclear
    acronyms: dict[str, tuple[int, int, int]] = field(default_factory=dict)    # to the scan and the tokens of what they stand for here


def settle(scans: Sequence[Scan], tables: ActorTables, on: date | None, source: str, towns: Mapping[int, str]) -> Home:
    """Decide which names to believe, and which country the article is about.

    Athens in a story of Georgia and Atlanta is not Greece: names that towns of America or Australia bear too count
    only beside other words for their country; so do the names of bodies that many countries have. A surname counts
    not when others of the article bear it, and that of somebody long out of office only beside other words for that
    country. Letters mean what the article says that they stand for. `source` is the source's country. `towns` are the places
    read in the article, by offset with their ISO 3166-1 alpha-2 countries: Tripoli is Libya's government only if it is that Tripoli.
    """
    home = Home()
    spoken: list[list[tuple[Match, str, str]]] = []  # by scan: match, country, strength
    sure: Counter[str] = Counter()
    for number, scanned in enumerate(scans):
        home.acronyms.update((letters, (number, *name)) for letters, name in _renamed(scanned))
    scans = [_with_towns(one, tables, towns) for one in scans]
    for scanned in _with_minorities(_with_twins([one.without(_of_letters(one, home.acronyms) + _wires(one)) for one in scans])):
        home.scans.append(scanned)
        reader = PhraseReader(scanned, tables)
        others = {keys_of(scanned.texts[match.end - 1]) for match in scanned.matches
                  if match.is_name and match.end - match.start > 1 and not match.entry.offices}
        found: list[tuple[Match, str, str]] = []
        for match in scanned.matches:
            country = _country_of(match, reader, on)
            if not country:
                continue
            strength = "sure"
            if match.is_name:
                is_borne = keys_of(scanned.texts[match.end - 1]) in others
                strength = "borne" if is_borne else "sure" if office_of(match.entry.offices, on)[1] else "past"
            elif match.entry.organisation and (match.entry.role or _is_common_name(match)):
                strength = "generic"                 # many a country has a Ministry of Defence, a Senate, a Democratic Party
            elif match.entry.form in ("name", "capital", "region") and tables.modifiers.get(
                    fold(scanned.words(match.start, match.end))) == "shared":
                strength = "shared"
            if strength == "sure":
                sure[country] += _weight(scanned, match)
            found.append((match, country, strength))
        spoken.append(found)
    top = sure.most_common(1)[0][0] if sure else source
    doubts = {"shared"} if top in _NAMESAKES or source in _NAMESAKES else set()
    if on is not None:
        doubts.add("past")
    if sure:
        doubts.add("generic")
    votes = Counter(sure)

    def is_home(match: Match) -> bool:               # London in a British story
        return match.entry.form == "capital" and match.entry.country == source

    for number, found in enumerate(spoken):
        scanned = home.scans[number]
        doubted = [match for match, country, strength in found if strength in doubts and not sure[country] and not is_home(match)]
        home.scans[number] = scanned.without(doubted)
        home.readers.append(PhraseReader(home.scans[number], tables))
        believed = [(match, country, strength) for match, country, strength in found
                    if strength != "borne" and (strength not in doubts or sure[country] or is_home(match))]
        for match, country, strength in believed:
            votes[country] += _weight(scanned, match) if strength != "sure" else 0
        home.spoken += [Spoken(scanned.sentence[match.start], scanned.offset + scanned.doc[match.start].idx, country, _is_place(scanned, match))
                        for match, country, _ in believed if not _is_border(scanned, match)]
    home.country = _dominant(votes, source)
    home.leading = tuple(country for country, _ in votes.most_common(2))
    return home


def _country_of(match: Match, reader: PhraseReader, on: date | None) -> str:
    """The country that a match speaks of, "" for regions, anti-X and ethnic groups, and for those who only carry the news."""
    entry, tables = match.entry, reader.tables
    if entry.organisation is not None and entry.organisation.kind == "media":
        return ""
    country = entry.country or (entry.organisation.code[:3] if entry.organisation else "")
    if not country and entry.offices:
        country = office_of(entry.offices, on)[0].code[:3]
    return country if tables.iso2.get(country) and reader.belongs(match) and not reader.is_ethnic(match) else ""


def _is_place(scanned: Scan, match: Match) -> bool:
    """Whether a country word may say where people are; they are not yet where they are sent to, nor with whom somebody deals."""
    before = scanned.low[match.start - 1] if match.start else ""
    return match.entry.form in ("name", "capital", "region") and before not in _ELSEWHERE


def _is_border(scanned: Scan, match: Match) -> bool:
    """Whose border it is, says not in which of the two countries somebody is: "near the Afghan border", "the border with Syria"."""
    low = scanned.low
    return low[match.end:match.end + 1] in (("border",), ("frontier",)) or low[max(match.start - 2, 0):match.start] in (("border", "with"), ("frontier", "with"))


def _is_common_name(match: Match) -> bool:
    """Whether a party's or an army's name may well be that of another country's: a few letters, or words that parties everywhere have."""
    body, letters = match.entry.organisation, match.entry.exact
    if body is None or body.kind not in ("party", "armed", "military", "agency"):
        return False
    if body.kind != "party":
        return 0 < len(letters) <= 3
    return bool(letters) or set(fold(body.name).replace("'s", "s").replace("-", " ").split()) <= _PARTY_WORDS


def _renamed(scanned: Scan) -> Iterator[tuple[str, tuple[int, int]]]:
    """Letters in brackets behind a name that begins with them, where the lexicon takes them for somebody else: "Basotho National Party (BNP)"."""
    texts, cover = scanned.texts, scanned.cover
    for at, letters in enumerate(texts[1:-1], 1):
        known = cover[at]
        if known is None or known.entry.organisation is None or texts[at - 1] != "(" or texts[at + 1] != ")" or not letters.isupper():
            continue
        start = at - 1
        while start and (texts[start - 1][0].isupper() or texts[start - 1] in ("of", "for", "the", "and")):
            start -= 1
        while start < at - 1 and texts[start][0].islower():
            start += 1
        name = range(start, at - 1)
        for first in name:                           # what stands before the name may have a capital, too
            if "".join(texts[i][0] for i in range(first, at - 1) if texts[i][0].isupper()) == letters:
                is_same = any((match := cover[i]) is not None and match.entry.organisation is not None
                              and match.entry.organisation.code == known.entry.organisation.code for i in range(first, at - 1))
                if not is_same:
                    yield letters, (first, at - 1)
                break


def _of_letters(scanned: Scan, letters: dict[str, tuple[int, int, int]]) -> list[Match]:
    return [match for match in scanned.matches if scanned.words(match.start, match.end) in letters] if letters else []


def _wires(scanned: Scan) -> list[Match]:
    """Whose report it is, in the brackets of a dateline: the ANA of "RUSTENBURG, July 29 (ANA) -" is no army."""
    texts = scanned.texts
    return [match for match in scanned.matches[:_DATELINE_TOKENS] if match.entry.organisation is not None and match.end + 1 < len(texts)
            and texts[match.start - 1] == "(" and texts[match.end] == ")" and texts[match.end + 1][0] in _DATELINE_ENDS]


def _with_towns(scanned: Scan, tables: ActorTables, towns: Mapping[int, str]) -> Scan:
    """The scan where a capital's name is that of another country's town, as it is meant here: the Tripoli of Lebanon."""
    meant = {}
    for match in scanned.matches:
        town = towns.get(scanned.span(match.start, match.end).start) if match.entry.form == "capital" else None
        country = tables.country_cameo(town) if town else ""
        if country and country != match.entry.country:
            meant[match.start] = replace(match, entry=replace(match.entry, country=country, form="region"))
    return scanned.replaced(meant)


def _with_twins(scans: list[Scan]) -> list[Scan]:
    """The scans where a name that two countries share is that of the smaller one if the article names that one alone."""
    for country, (twin, shared) in _TWINS.items():
        named = [(match.entry.country, one.words(match.start, match.end).lower() in shared) for one in scans for match in one.matches
                 if match.entry.country in (country, twin)]
        if (twin, False) in named and (country, False) not in named:
            scans = [one.replaced({match.start: replace(match, entry=replace(match.entry, country=twin))
                                   for match in one.matches if match.entry.country == country}) for one in scans]
    return scans


def _with_minorities(scans: list[Scan]) -> list[Scan]:
    """The scans where a people is that of another country if the article names it so: after "Bosnian Serbs" the Serb leader is Bosnia's."""
    homes: dict[str, set[str]] = {}                  # ethnic code to the countries in which the article has the people
    named: set[tuple[int, int]] = set()              # by scan and token: they have their country beside them
    for number, one in enumerate(scans):
        for land, people in pairwise(one.matches):
            is_beside = land.end == people.start or (people.start == land.end + 1 and one.low[land.end] in ("'s", "’s"))
            if is_beside and land.entry.form in ("name", "adjective") and _is_people(one, people) and land.entry.country != people.entry.country:
                homes.setdefault(people.entry.ethnic, set()).add(land.entry.country)
                named.add((number, people.start))
    alone = {ethnic: next(iter(lands)) for ethnic, lands in homes.items() if len(lands) == 1}
    return [one.replaced({match.start: replace(match, entry=replace(match.entry, country="", form="", home=alone[match.entry.ethnic]))
                          for match in one.matches if match.entry.ethnic in alone and _is_people(one, match) and (number, match.start) not in named})
            for number, one in enumerate(scans)] if alone else scans


def _is_people(scanned: Scan, match: Match) -> bool:
    """Whether a word is rather a people's than its state's: Serbs and Serb, not Serbian."""
    entry = match.entry
    return bool(entry.ethnic and entry.country) and (entry.is_plural or not scanned.low[match.end - 1].endswith(_OF_STATES))


def _weight(scanned: Scan, match: Match) -> int:
    """What the article begins with tells more of its country than the rest, and the town of its dateline most."""
    if match.start == 0 and _is_dateline(scanned, match):
        return 3
    return 2 if match.start < _OPENING_TOKENS and scanned.offset == 0 else 1


def _is_dateline(scanned: Scan, match: Match) -> bool:
    """The first words of "ISLAMABAD:", "PORT SUDAN, Oct 11 -", "GOMA, Congo (AP)"."""
    texts = scanned.texts
    is_capitals = texts[0].isupper() and len(texts[0]) > 2
    return is_capitals and any(text[0] in _DATELINE_ENDS for text in texts[match.end:match.end + _DATELINE_TOKENS])


def _dominant(votes: Counter[str], source: str) -> str:
    total = sum(votes.values())
    if not total:
        return source
    if source:
        votes = votes + Counter({source: max(1, total // 6)})
    (top, count), *rest = votes.most_common(2)
    clear = not rest or count >= 2 * rest[0][1] or (count >= _DOMINANT_SHARE * sum(votes.values()) and count > rest[0][1] * 1.4)
    return top if clear else ""
