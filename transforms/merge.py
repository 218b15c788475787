"""Mentions -> events: one event for all tellings of it, in one article or in many.

Two mentions tell of one event when their deeds are of one family, their dates overlap, their actors and
places do not contradict each other, and their status agrees; across articles their words must agree
too. A mention joins a group only if it fits every member, so that two raids on different days or in
different towns never meet through a vague third. Mentions are first put in one canonical order: the
result depends on the set of mentions alone.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import asin, cos, radians, sin, sqrt

from schemas.records import (
    Actor,
    Basis,
    Count,
    Event,
    GeoBasis,
    Mention,
    Place,
    PlaceKind,
    Precision,
    Status,
    When,
    digest,
)
from transforms.actors.names import pieces, transliteration_key

# violence is told in many codes: a raid is an attack, a killing and a clash
FAMILIES = {"18": "violence", "19": "violence", "20": "violence"}
SPEECH = frozenset({"01", "02", "03", "05", "10", "11", "12", "13"})
STATUS_GROUP = {Status.CLAIMED: Status.ASSERTED}
SAME_PLACE_KM = 30.0
FINE_KINDS = frozenset({PlaceKind.CITY, PlaceKind.AIRPORT, PlaceKind.FACILITY, PlaceKind.ADM2})
WORD = re.compile(r"[^\W\d_]{4,}")
COMMON = frozenset("that this with from have been were their they which would said says after before also more than about into over when will what where "
                   "there other some could should while being because against between".split())
ARMED = frozenset({"UAF", "INS", "REB", "SEP", "RAD", "CRM"})
PEOPLE = frozenset({"CVL", "EDU", "LAB", "MED", "REF", "HLH", "BUS"})
STATEMENT = "010"
# to seal off the place of an attack is no attack, nor is to drive people out, to abduct them or to take a town; to arrest,
# to confiscate and to expel are three deeds, as are to march, to strike and to block a road
APART = frozenset({"143", "144", "171", "172", "173", "174", "175", "176", "181", "191", "192", "201"})
ALIKE_ACROSS = 0.12            # share of common words that two reports of one event have at least, day and sides agreeing
ALIKE_SPEECH = 0.30            # two statements on one day are one only when they say the same
RETOLD_DAYS = 10               # an article tells its own story's days again, not those of last year
WIDEST_DAYS = 31               # a wider interval joins only its like, or inside its article
PERSON_BASES = frozenset({"name", "title", "context", "unknown"})     # how actors.book came to know somebody by his name
ONE_DAY = timedelta(days=1)


def words_of(text: str) -> frozenset[str]:
    """The telling words of a sentence: four letters and more, without the commonest, cut to a stem of six."""
    return frozenset(word[:6] for word in WORD.findall(text.casefold()) if word not in COMMON)


def alike(one: frozenset[str], other: frozenset[str]) -> float:
    """Overlap of two word sets, as a share of the smaller."""
    return len(one & other) / min(len(one), len(other)) if one and other else 0.0


@dataclass(slots=True)
class _Group:
    """Mentions of one event while it is put together; lives only inside merge()."""

    members: list[Mention]
    ids: list[str]
    words: list[frozenset[str]]
    countries: tuple[str, str]       # of the first member's sides, see _sure_countries


def family_of(code: str) -> str:
    return code[:3] if code[:3] in APART else FAMILIES.get(code[:2], code[:2])


def merge(mentions: Iterable[Mention], known: Mapping[str, int] | None = None, taken: Collection[int] = ()) -> tuple[Event, ...]:
    """Events of a set of mentions, sorted by id; `known` maps mention ids to the event ids they had, `taken` are ids of others.

    An event keeps the smallest id that its mentions had; the others are its `replaced_ids`. A new event's
    id comes from its first mention in canonical order. Repeated mention ids count once. A deed done together
    has mentions in both directions, as in CAMEO, and is one event, marked reciprocal.
    """
    known = known or {}
    unique = {mention.mention_id: mention for mention in mentions}
    # a mention's id is a digest and costs as much as the rest: it is made once and travels beside the mention
    ordered = sorted(unique.items(), key=lambda item: _canonical(item[1], item[0]))
    blocks: dict[tuple[str, str], list[tuple[str, Mention]]] = defaultdict(list)
    for mention_id, mention in ordered:
        blocks[family_of(mention.code), STATUS_GROUP.get(mention.status, mention.status)].append((mention_id, mention))
    given = set(taken)
    out: list[Event] = []
    groups = [group for key in sorted(blocks) for group in _grouped(blocks[key])]
    # groups that hold known ids choose first, so that a new event never takes an id in use
    for group in sorted(groups, key=lambda g: min(known.get(each, 1 << 63) for each in g.ids)):
        ids = sorted({known[each] for each in group.ids if each in known} - given)
        event_id = ids[0] if ids else new_event_id(group.ids[0], given)
        given.add(event_id)
        given.update(ids)
        out.append(_event(group, event_id, tuple(ids[1:])))
    return tuple(sorted(out, key=lambda event: event.event_id))


def best_told(mentions: Iterable[Mention], code: str) -> Mention:
    """The mention that shows an event of this code best: by its own code, with both sides, in a verb, with a day."""
    return min(mentions, key=lambda mention: (mention.code != code, -_sides(mention), -mention.confidence, _canonical(mention, mention.mention_id)))


def new_event_id(mention_id: str, taken: Collection[int]) -> int:
    """The id of an event that is first told by this mention; another one where that id is taken."""
    salt = 0
    while True:
        value = int(digest(mention_id, salt), 16) >> 1
        if value and value not in taken:
            return value
        salt += 1


def _canonical(mention: Mention, mention_id: str) -> tuple[object, ...]:
    """Best told first: a day before a month, both sides known before one, a verb before a bare noun."""
    days = _days(mention)
    return (days if days is not None else 1 << 20, mention.when.basis is not Basis.TEXT,
            -_sides(mention), -mention.confidence, mention.when.start or date.max, mention.article_id, mention.trigger, mention_id)


def _sides(mention: Mention) -> int:
    """How many of source and target are known."""
    return sum(actor is not None and bool(actor.code) for actor in (mention.source, mention.target))


def _days(mention: Mention) -> int | None:
    when = mention.when
    return (when.end - when.start).days if when.start is not None and when.end is not None else None


def _grouped(mentions: list[tuple[str, Mention]]) -> Iterator[_Group]:
    by_day: dict[date, list[_Group]] = defaultdict(list)
    by_article: dict[str, list[_Group]] = defaultdict(list)
    coarse: dict[tuple[str, str], list[_Group]] = defaultdict(list)
    groups: list[_Group] = []
    for mention_id, mention in mentions:
        countries = _sure_countries(mention)
        words = words_of(mention.evidence)
        options: list[_Group] = []
        days = _days(mention)
        if days is not None and days <= WIDEST_DAYS and mention.when.start is not None:
            for step in range(days):
                options.extend(by_day.get(mention.when.start + step * ONE_DAY, ()))
        options.extend(by_article.get(mention.article_id, ()))
        options.extend(coarse.get(_countries(mention), ()) if days is not None and days > 1 else ())
        best: tuple[float, _Group] | None = None
        seen: set[int] = set()
        for group in options:
            if id(group) in seen:
                continue
            seen.add(id(group))
            if _contradict(countries, group.countries):
                continue
            if _fits(mention, words, group):
                score = max(alike(words, other) for other in group.words) + (0.5 if any(m.article_id == mention.article_id for m in group.members) else 0)
                if best is None or score > best[0]:
                    best = (score, group)
        if best is None:
            group = _Group([], [], [], countries)
            groups.append(group)
        else:
            group = best[1]
        group.members.append(mention)
        group.ids.append(mention_id)
        group.words.append(words)
        if days == 1 and mention.when.start is not None:
            _add(by_day[mention.when.start], group)
        _add(by_article[mention.article_id], group)
        if days is not None and days > 1:
            _add(coarse[_countries(mention)], group)
    yield from groups


def _fits(mention: Mention, words: frozenset[str], group: _Group) -> bool:
    """Whether a mention agrees with all of a group; an allusion points at one telling of its own article and needs to agree with that."""
    members = zip(group.members, group.words, strict=True)
    if is_allusion(mention):
        return any(member.article_id == mention.article_id and _compatible(mention, words, member, other) for member, other in members)
    return all(_compatible(mention, words, member, other) for member, other in members)


def is_allusion(mention: Mention) -> bool:
    """ "after the attack": an open-ended date carried from elsewhere is what dating gives to an allusion."""
    return mention.when.start is None and mention.when.basis is Basis.NARRATIVE


def _sure_countries(mention: Mention) -> tuple[str, str]:
    """The countries of both sides where no other country's actor can agree with them, else ""; see _actors_agree."""
    if mention.is_reciprocal:
        return "", ""                # it may be told from the other side
    source, target = (actor.country if actor and actor.code[:3] == actor.country and not actor.ethnic else "" for actor in (mention.source, mention.target))
    return source, target


def _contradict(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """A quick no: most mentions of a day are of other countries, and need not be looked at more closely."""
    return bool((one[0] and other[0] and one[0] != other[0]) or (one[1] and other[1] and one[1] != other[1]))


def _add(groups: list[_Group], group: _Group) -> None:
    if not any(other is group for other in groups[-8:]):
        groups.append(group)


def _countries(mention: Mention) -> tuple[str, str]:
    return (mention.source.country if mention.source else "", mention.target.country if mention.target else "")


def _compatible(mention: Mention, words: frozenset[str], other: Mention, other_words: frozenset[str]) -> bool:
    same_article = mention.article_id == other.article_id and mention.version == other.version
    if same_article and mention.trigger == other.trigger and mention.is_reciprocal and other.is_reciprocal:
        return _mirrors(mention, other)
    if not _dates_agree(mention, other, same_article):
        return False
    # who met whom also visited him, so a deed done together is held against the other's sides both ways
    told = _as_seen_from(mention, other) if mention.is_reciprocal or other.is_reciprocal else other
    is_same_speech = same_article and _speaks_on(mention, other)
    if not (is_same_speech or _sides_agree(mention, told, same_article) or _same_toll(mention, other)):
        return False
    if not _places_agree(mention.place, other.place, mention.geo_basis, other.geo_basis):
        return False
    if not _tolls_agree(mention.killed, other.killed, same_article):
        return False
    similarity = alike(words, other_words)
    if mention.code[:2] in SPEECH:
        if same_article:
            same_time = (mention.when.start, mention.when.end) == (other.when.start, other.when.end)
            return mention.code == other.code and same_time and mention.sentence_number != other.sentence_number and (
                is_same_speech or similarity >= 0.5)
        return mention.code[:3] == other.code[:3] and similarity >= ALIKE_SPEECH
    sides = sum(a is not None and b is not None and bool(a.code) and bool(b.code)
                for a, b in ((mention.source, other.source), (mention.target, other.target)))
    if same_article:
        # "the clash on Sunday", of nobody named, is the clash that the article tells of that Sunday
        is_named_by_its_day = mention.when.is_day and other.when.is_day and not (_sides(mention) and _sides(other))
        return sides > 0 or is_named_by_its_day or similarity >= 0.3 or mention.sentence_number == other.sentence_number
    if sides == 0:
        return similarity >= 2 * ALIKE_ACROSS
    return similarity >= ALIKE_ACROSS


def _speaks_on(one: Mention, other: Mention) -> bool:
    """Whether somebody goes on speaking: that he spoke that day is one event, unless he speaks to or of different countries."""
    if not one.code == other.code == STATEMENT or one.source is None or other.source is None or one.source.name != other.source.name:
        return False
    return one.target is None or other.target is None or one.target.country == other.target.country


def _mirrors(one: Mention, other: Mention) -> bool:
    """Whether these are the two directions of one meeting."""
    return (one.source, one.target) == (other.target, other.source)


def reversed_mention(mention: Mention) -> Mention:
    """The same meeting told from the other side."""
    return replace(mention, source=mention.target, target=mention.source, source_place=mention.target_place, target_place=mention.source_place)


def _as_seen_from(one: Mention, other: Mention) -> Mention:
    """A meeting told with its sides where `one` has them; names go before codes, which both sides may share."""
    back = reversed_mention(other)
    kept, turned = _same_names(one, other), _same_names(one, back)
    return other if kept > turned or (kept == turned and _sides_agree(one, other)) else back


def _same_names(one: Mention, other: Mention) -> int:
    return sum(a is not None and b is not None and a.name == b.name for a, b in ((one.source, other.source), (one.target, other.target)))


def _sides_agree(one: Mention, other: Mention, same_article: bool = False) -> bool:
    return _is_one_side(one.source, other.source, same_article) and _is_one_side(one.target, other.target, same_article)


def _is_one_side(one: Actor | None, other: Actor | None, same_article: bool) -> bool:
    return _actors_agree(one, other) or (same_article and _are_both_people(one, other))


def _are_both_people(one: Actor | None, other: Actor | None) -> bool:
    """Students, villagers, workers of one land: what an article calls those of whom it has told."""
    return one is not None and other is not None and "role" == one.basis == other.basis and one.country == other.country and all(
        _types(each) and _types(each) <= PEOPLE for each in (one, other))


def _same_toll(one: Mention, other: Mention) -> bool:
    """The same number killed in the same town on the same day: papers differ on who they were, not on the deed."""
    if one.killed.best is None or one.killed.best != other.killed.best or not (one.when.is_day and one.when.start == other.when.start):
        return False
    if one.place is None or other.place is None or not _are_near(one.place, other.place):
        return False
    return _actors_agree(one.source, other.source) or _are_both_armed(one.source, other.source)


def _are_both_armed(one: Actor | None, other: Actor | None) -> bool:
    """ "a gunman", "the terrorist": bands by what the papers call them, of the country that each thinks of."""
    return one is not None and other is not None and "role" == one.basis == other.basis and bool(_types(one) & ARMED) and bool(_types(other) & ARMED)


def _share_a_side(one: Mention, other: Mention) -> bool:
    """Whether both name whoever did it, or to whom; in a deed done together either may stand on either side."""
    pairs = [(one.source, other.source), (one.target, other.target)]
    if one.is_reciprocal or other.is_reciprocal:
        pairs += [(one.source, other.target), (one.target, other.source)]
    return any(a is not None and b is not None and bool(a.code) and bool(b.code) and _actors_agree(a, b) for a, b in pairs)


def tell_of_one_event(mention: Mention, other: Mention) -> bool:
    """Whether two mentions may be of one event: the rule that merge() works by."""
    return family_of(mention.code) == family_of(other.code) and _compatible(mention, words_of(mention.evidence), other, words_of(other.evidence))


def _dates_agree(one: Mention, other: Mention, same_article: bool) -> bool:
    a, b = one.when, other.when
    if same_article and {a.basis, b.basis} == {Basis.TEXT, Basis.PUBLICATION}:
        # a day that only stands in for an unsaid one yields to the day that the article says elsewhere
        said, assumed = (a, b) if a.basis is Basis.TEXT else (b, a)
        if said.is_day and said.start is not None and assumed.end is not None and assumed.start is not None:
            return said.start < assumed.end and (assumed.start - said.start).days <= RETOLD_DAYS and _share_a_side(one, other)
    if same_article and Basis.NARRATIVE in (a.basis, b.basis) and (a.start is None or b.start is None):
        # an allusion ("after the attack") means any deed of its kind that the article dates before it
        known, open_ = (a, b) if b.start is None else (b, a)
        return known.start is None or open_.end is None or known.start < open_.end
    if a.start is None or a.end is None or b.start is None or b.end is None:
        return same_article and (a.start, a.end) == (b.start, b.end) and one.code[:3] == other.code[:3]
    if not (a.start < b.end and b.start < a.end):
        return False
    # a year holds every raid of it: a vague date joins a known day only inside one article
    coarse = max((a.end - a.start).days, (b.end - b.start).days)
    if coarse > WIDEST_DAYS and (a.start, a.end) != (b.start, b.end):
        return same_article and Basis.TEXT not in (a.basis, b.basis)
    return True


def _actors_agree(one: Actor | None, other: Actor | None) -> bool:
    """RUS goes with RUSGOV and with nobody, never with UKR nor RUSMIL with RUSGOV of another name."""
    if one is None or other is None:
        return True
    if _is_person(one) and _is_person(other) and not _share_a_name(one.name, other.name):
        return False                # two people of one trade
    if not one.code or not other.code:
        if one.code or other.code:
            return True
        return bool(words_of(one.name) & words_of(other.name)) or not words_of(one.name) or not words_of(other.name)
    if one.code.startswith(other.code) or other.code.startswith(one.code):
        return True
    surname, other_surname = one.name.rsplit(" ", 1)[-1].casefold(), other.name.rsplit(" ", 1)[-1].casefold()
    if surname == other_surname and len(surname) > 3 and one.name[:1].isupper() and one.country == other.country:
        return True                 # one person in two offices: "opposition leader Uribe", "former president Uribe"
    if _named_alike(one.name, other.name):
        return True
    if one.country or other.country:
        if one.country != other.country:
            # "rebels" may be the rebels of the country that the other report names
            return (not one.country or not other.country) and bool(_types(one) & _types(other))
        return not _types(one) or not _types(other) or bool(_types(one) & _types(other))
    return bool(_types(one) & _types(other)) or bool(one.known_group and one.known_group == other.known_group)


def _named_alike(one: str, other: str) -> bool:
    """Whether each word of the shorter name begins a word of the other or the other way round: "Serbian gunmen", "ethnic Serb gunmen"."""
    short, long = sorted((one.casefold().split(), other.casefold().split()), key=len)
    return len(short) > 1 and all(any(min(len(a), len(b)) > 3 and (a.startswith(b) or b.startswith(a)) for b in long) for a in short)


def _is_person(actor: Actor) -> bool:
    is_named = actor.basis in PERSON_BASES or (actor.basis == "pronoun" and " " in actor.name)
    return is_named and actor.name[:1].isupper() and not (actor.basis in ("name", "pronoun") and actor.code == actor.country)


def _share_a_name(one: str, other: str) -> bool:
    """Whether two names may be of one person: "Volodymyr Zelensky", "Mr Zelenskyy"."""
    names, others = ({transliteration_key(word) for word in pieces(name) if len(word) > 2} for name in (one, other))
    return not names.isdisjoint(others) or not names or not others


def _types(actor: Actor) -> set[str]:
    return {kind for kind in (actor.type1, actor.type2, actor.type3) if kind}


def _places_agree(one: Place | None, other: Place | None, basis: GeoBasis, other_basis: GeoBasis) -> bool:
    if one is None or other is None or one.lat is None or other.lat is None or one.lon is None or other.lon is None:
        return True
    weak = (GeoBasis.ARTICLE, GeoBasis.SOURCE, GeoBasis.TARGET, GeoBasis.DATELINE)
    if one.kind in FINE_KINDS and other.kind in FINE_KINDS:
        return _are_near(one, other) or basis in weak or other_basis in weak        # a border, or a quarrel over it, may run between
    if one.country and other.country and one.country != other.country:
        return basis in weak or other_basis in weak
    if one.kind is PlaceKind.ADM1 and other.kind is PlaceKind.ADM1:
        return one.adm1 == other.adm1 or basis in weak or other_basis in weak
    return True


def _are_near(one: Place, other: Place) -> bool:
    if one.geonameid and one.geonameid == other.geonameid:
        return True
    if one.kind not in FINE_KINDS or other.kind not in FINE_KINDS or one.lat is None or one.lon is None or other.lat is None or other.lon is None:
        return False
    return distance_km(one.lat, one.lon, other.lat, other.lon) <= SAME_PLACE_KM


def _tolls_agree(one: Count, other: Count, same_article: bool) -> bool:
    """Tolls grow from report to report, where a third or less of the other tells two events apart; one article counts alike."""
    if one.best is None or other.best is None:
        return True
    if same_article:
        return one.best == other.best
    low, high = sorted((one.best, other.best))
    return low * 3 >= high or high - low <= 2


def distance_km(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """Great-circle distance of two points in degrees (haversine, mean Earth radius 6,371 km)."""
    a, b, c, d = map(radians, (lat, lon, other_lat, other_lon))
    return 12742 * asin(min(1.0, sqrt(sin((c - a) / 2) ** 2 + cos(a) * cos(c) * sin((d - b) / 2) ** 2)))


def _event(group: _Group, event_id: int, replaced: tuple[int, ...]) -> Event:
    """The best telling of each field; the first member in canonical order is the best told."""
    best = group.members[0]
    if len(group.members) == 1:      # nine of ten: nothing to choose from
        return Event(
            event_id=event_id, mention_ids=(group.ids[0],), code=best.code, source=best.source, target=best.target, when=best.when, place=best.place,
            geo_basis=best.geo_basis, status=best.status, attributed_to=best.attributed_to, killed=best.killed, injured=best.injured,
            instrument=best.instrument, is_root=best.is_root, is_reciprocal=best.is_reciprocal, confidence=best.confidence,
            source_place=best.source_place, target_place=best.target_place, replaced_ids=replaced)
    # the two directions of a meeting are one event, seen as who made the visit sees it, else as the best telling that names both
    sided = [member for member in group.members if member.source and member.target]
    seen_from = min(sided, key=lambda member: member.is_reciprocal, default=best)
    members = [_as_seen_from(seen_from, member) if member.is_reciprocal else member for member in group.members]
    when = min((m.when for m in members), key=_date_rank)
    placed = min((m for m in members), key=_place_rank)
    source = _best_actor([m.source for m in members])
    target = _best_actor([m.target for m in members])
    told = [m for m in members if m.status is Status.ASSERTED] or members
    code = max(((m.code, sum(o.code == m.code for o in members)) for m in members),
               key=lambda item: (item[1], not item[0].endswith("0"), len(item[0]), item[0]))[0]
    return Event(
        event_id=event_id, mention_ids=tuple(sorted(group.ids)), code=code, source=source, target=target, when=when,
        place=placed.place, geo_basis=placed.geo_basis, status=told[0].status, attributed_to=told[0].attributed_to,
        killed=_toll([m.killed for m in members]), injured=_toll([m.injured for m in members]),
        instrument=next((m.instrument for m in members if m.instrument), ""), is_root=any(m.is_root for m in members),
        is_reciprocal=best_told(members, code).is_reciprocal, confidence=max(m.confidence for m in members),
        source_place=next((m.source_place for m in members if m.source_place), None),
        target_place=next((m.target_place for m in members if m.target_place), None), replaced_ids=replaced)


BASIS_RANK = {Basis.TEXT: 0, Basis.NARRATIVE: 1, Basis.PUBLICATION: 2}


def _date_rank(when: When) -> tuple[object, ...]:
    days = (when.end - when.start).days if when.start is not None and when.end is not None else 1 << 20
    # an open interval ("before the page") says less than a day that only stands in
    return (when.start is None or when.end is None, BASIS_RANK.get(when.basis, 3), days, when.start or date.max, when.precision is Precision.UNKNOWN, when.text)


GEO_RANK = {basis: rank for rank, basis in enumerate(GeoBasis)}


def _place_rank(mention: Mention) -> tuple[object, ...]:
    place = mention.place
    kind = place.kind if place else None
    return (place is None or place.lat is None, GEO_RANK[mention.geo_basis], kind not in FINE_KINDS, kind is PlaceKind.COUNTRY,
            place.name if place else "", mention.mention_id)


def _best_actor(actors: list[Actor | None]) -> Actor | None:
    """The one with the longest code, then the one named most often."""
    named = [actor for actor in actors if actor is not None]
    if not named:
        return None
    return max(named, key=lambda a: (bool(a.code), len(a.code), sum(o.name == a.name for o in named), a.name, -a.span.start))


def _toll(counts: list[Count]) -> Count:
    """Best is the number told most often (the higher one of a tie), low and high are the bounds of all."""
    told = [c.best for c in counts if c.best is not None]
    lows = [c.low for c in counts if c.low is not None]
    highs = [c.high for c in counts if c.high is not None]
    best = max(told, key=lambda n: (told.count(n), n)) if told else None
    return Count(best, min(lows) if lows else None, max(highs) if highs else None)
