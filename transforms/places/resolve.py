"""Resolution: which of its namesakes a name means, from everything else the article names.

Each name starts with a belief over its candidates (how big, how named, what kind). The beliefs vote for
countries, states and counties; each name then weighs its candidates again by the votes of all other names.
Two rounds settle it. One name has one sense in an article.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from schemas.records import Candidate, PlaceKind
from transforms.places.gazetteer import Entry, Gazetteer, NameKind

AREAS = frozenset({PlaceKind.COUNTRY, PlaceKind.ADM1, PlaceKind.ADM2})
COUNTRY_WEIGHT = 2.2     # at most: however often a country is named, its Paris is not the Paris
COUNTRY_HALF = 0.5       # names that give half of it
STATE_WEIGHT = 2.2
COUNTY_WEIGHT = 0.8
COUNTRY_NAME_SHARE = 0.7 # of a vote: a country is named in news from everywhere, its towns at home
AREA_SHARE = 0.3         # of the state weight, for the state itself
NEIGHBOUR_SHARE = 0.5    # of a country's vote, to its neighbours
CONTAINED = 8.0          # "Bangor, Maine"
CONTAINING = 2.5         # the Maine of "Bangor, Maine"
CONTAINED_WEAKLY = 2.0   # "Maine's Bangor"
SOURCE_VOTE = 1.0        # of the country of the source, in names
NEAR_WEIGHT = 0.7
NEAR_DEGREES = 1.0       # 111 km, as a box
MOST_KEPT = 40           # candidates of a name after the first round
MOST_ANCHORS = 6
PLAIN = 0.9999           # first belief above which no votes could matter: "Russia"
SETTLED = 0.985          # above it the second round changes nothing
SURE = 0.38              # below it the name stays unresolved
STRAY_PEOPLE = 50_000    # a smaller place needs another word for its country
STRAY_VOTES = 3.0        # in a text that names so many places elsewhere
FIRST_SHARPNESS = 1.5    # natural units of belief per point of score: small namesakes may vote at first
SHARPNESS = 2.0          # later


@dataclass(slots=True)
class Name:
    """One name of the article: all its mentions share one sense."""

    text: str
    entries: tuple[Entry, ...]
    mentions: int = 1
    containers: list[tuple[Name, bool]] = field(default_factory=list)   # (area named behind it, surely)
    parts: list[Name] = field(default_factory=list)                     # names for which this is the area
    is_dateline: bool = False
    # state of the resolution
    kept: list[Entry] = field(default_factory=list)
    beliefs: list[float] = field(default_factory=list)
    candidates: tuple[Candidate, ...] = ()
    reason: str = ""

    @property
    def weight(self) -> float:
        return min(1.0 + 0.25 * (self.mentions - 1), 2.0) * (1.5 if self.is_dateline else 1.0)


Anchor = tuple[float, float, float, Name]    # latitude, longitude, near in longitude, whose it is


class Votes:
    """What names say together: shares by country, and by the rows of first and second level areas."""

    __slots__ = ("counties", "countries", "states")

    def __init__(self) -> None:
        self.countries: dict[str, float] = {}
        self.states: dict[int, float] = {}
        self.counties: dict[int, float] = {}


def _soften(scores: Sequence[float], sharpness: float) -> list[float]:
    top = max(scores)
    powers = [math.exp(sharpness * (score - top)) for score in scores]
    total = sum(powers)
    return [power / total for power in powers]


def _is_inside(entry: Entry, area: Entry) -> bool:
    if area.kind is PlaceKind.COUNTRY:
        return entry.country == area.country and entry.row != area.row
    if entry.row == area.row:
        return False
    if area.kind is PlaceKind.ADM1:
        return entry.adm1_row == area.row and entry.kind is not PlaceKind.COUNTRY
    if area.kind is PlaceKind.ADM2:
        return entry.adm2_row == area.row
    return bool(area.country) and area.country == entry.country and (
        abs(area.lat - entry.lat) < 2.0 and abs(area.lon - entry.lon) < 2.0
    )


def _vote(names: Sequence[Name], votes: Votes) -> Votes:
    """Adds each name's beliefs, by country, state and county."""
    countries, states, counties = votes.countries, votes.states, votes.counties
    for name in names:
        weight = name.weight
        for entry, belief in zip(name.kept, name.beliefs, strict=True):
            if belief < 0.02:
                continue
            share, country, state = weight * belief, entry.country, entry.adm1_row
            if country:
                countries[country] = countries.get(country, 0.0) + (
                    share * COUNTRY_NAME_SHARE if entry.kind is PlaceKind.COUNTRY else share
                )
            if state:
                states[state] = states.get(state, 0.0) + share
                county = entry.adm2_row
                if county:
                    counties[county] = counties.get(county, 0.0) + share
    return votes


def _anchors(names: Sequence[Name]) -> list[Anchor]:
    """The surest points of the article, with the degrees of longitude that count as near."""
    found: list[tuple[float, float, float, Name]] = []
    for name in names:
        if name.beliefs:
            best = max(range(len(name.beliefs)), key=name.beliefs.__getitem__)
            entry = name.kept[best]
            if name.beliefs[best] > 0.7 and entry.kind in (PlaceKind.CITY, PlaceKind.ADM2, PlaceKind.AIRPORT):
                found.append((name.beliefs[best] * name.weight, entry.lat, entry.lon, name))
    found.sort(key=lambda item: -item[0])
    return [
        (lat, lon, NEAR_DEGREES / max(0.1, math.cos(math.radians(lat))), name)
        for _, lat, lon, name in found[:MOST_ANCHORS]
    ]


def _contained(name: Name, entry: Entry) -> float:
    best = 0.0
    for area, is_sure in name.containers:
        if any(_is_inside(entry, other) for other in area.kept if other.kind in AREAS):
            best = max(best, CONTAINED if is_sure else CONTAINED_WEAKLY)
    if entry.kind in AREAS:
        for part in name.parts[:8]:
            if any(_is_inside(other, entry) for other in part.kept):
                best = max(best, CONTAINING)
    return best


def _scores(name: Name, votes: Votes, near: dict[str, float], anchors: Sequence[Anchor]) -> list[float]:
    """Salience, what the other names say (its own votes are taken out), the areas named beside, nearness."""
    countries, states, counties, log1p = votes.countries, votes.states, votes.counties, math.log1p
    own, is_linked = _vote((name,), Votes()), bool(name.containers or name.parts)
    scores = []
    for entry in name.kept:
        score = entry.salience
        if entry.country:
            others = countries.get(entry.country, 0.0) - own.countries.get(entry.country, 0.0)
            others += NEIGHBOUR_SHARE * near.get(entry.country, 0.0)
            if others > 0.0:
                score += COUNTRY_WEIGHT * others / (others + COUNTRY_HALF)
        if entry.adm1_row:
            others = states.get(entry.adm1_row, 0.0) - own.states.get(entry.adm1_row, 0.0)
            if others > 0.0:
                score += (AREA_SHARE if entry.kind is PlaceKind.ADM1 else 1.0) * STATE_WEIGHT * log1p(others)
            if entry.adm2_row and entry.kind is not PlaceKind.ADM2:
                others = counties.get(entry.adm2_row, 0.0) - own.counties.get(entry.adm2_row, 0.0)
                if others > 0.0:
                    score += COUNTY_WEIGHT * log1p(others)
        if is_linked:
            score += _contained(name, entry)
        for lat, lon, reach, other in anchors:
            if abs(lat - entry.lat) < NEAR_DEGREES and abs(lon - entry.lon) < reach and other is not name:
                score += NEAR_WEIGHT
                break
        scores.append(score)
    return scores


def resolve_names(names: Sequence[Name], gazetteer: Gazetteer, source_country: str = "") -> None:
    """Fills `beliefs` over `kept` of every name, best first, and says why in `reason`. Linear in names and candidates."""
    for name in names:
        name.kept = list(name.entries)
        name.beliefs = _soften([entry.salience for entry in name.kept], FIRST_SHARPNESS) if name.kept else []
    open_names = [name for name in names if len(name.entries) > 1 and (name.containers or max(name.beliefs) < PLAIN)]
    for round_number in (1, 2):
        votes = _vote(names, Votes())
        if source_country:
            votes.countries[source_country] = votes.countries.get(source_country, 0.0) + SOURCE_VOTE
        near: dict[str, float] = defaultdict(float)
        for code, share in votes.countries.items():
            country = gazetteer.countries.get(code)
            if country and share > 0.5:
                for neighbour in country.neighbours:
                    near[neighbour] += share
        anchors = _anchors(names) if round_number == 2 else []
        for name in open_names:
            if round_number == 2 and max(name.beliefs) > SETTLED:
                continue
            name.beliefs = _soften(_scores(name, votes, near, anchors), SHARPNESS)
            if round_number == 1 and len(name.kept) > MOST_KEPT:
                order = sorted(range(len(name.kept)), key=lambda i: -name.beliefs[i])[:MOST_KEPT]
                name.kept = [name.kept[i] for i in order]
                name.beliefs = [name.beliefs[i] for i in order]
    for name in names:
        _settle(name)
    _drop_strays(names, source_country)


def _drop_strays(names: Sequence[Name], source_country: str) -> None:
    """Leaves unresolved a small place far from all that the text speaks of: the Denham of Australia, in news of Jamaica."""
    votes = _vote([name for name in names if name.beliefs and name.beliefs[0] > SURE], Votes()).countries
    said = sum(votes.values())
    for name in names:
        best = name.kept[0] if name.kept else None
        if best is None or best.kind is not PlaceKind.CITY or best.population >= STRAY_PEOPLE or name.containers or name.is_dateline:
            continue
        own = _vote((name,), Votes()).countries
        beside = votes.get(best.country, 0.0) - own.get(best.country, 0.0)
        if said - sum(own.values()) >= STRAY_VOTES and beside < 0.1 and best.country != source_country:
            name.kept, name.beliefs, name.candidates = [], [], ()
            name.reason = "a small place of a country that the text does not speak of"


def _settle(name: Name) -> None:
    """Orders the candidates, and puts a city before the region of its own name."""
    if not name.kept:
        name.reason = "unknown name"
        return
    if len(name.kept) == 1:
        name.reason = "only candidate"
        return
    order = sorted(range(len(name.kept)), key=name.beliefs.__getitem__, reverse=True)
    name.kept, name.beliefs = [name.kept[i] for i in order], [name.beliefs[i] for i in order]
    best = name.kept[0]
    if best.kind in (PlaceKind.ADM1, PlaceKind.ADM2) and not name.parts:
        inside = [
            i for i, entry in enumerate(name.kept)
            if entry.kind is PlaceKind.CITY and entry.country == best.country
            and (entry.adm1_row == best.row or entry.adm2_row == best.row)
            and (entry.name_kind <= NameKind.ALIAS or entry.population * 3 > best.population)
        ]
        if inside:
            at = max(inside, key=lambda i: name.kept[i].population)
            shared = name.beliefs[0] + name.beliefs[at]
            city = name.kept.pop(at)
            name.beliefs.pop(at)
            name.kept.insert(0, city)
            name.beliefs.insert(0, shared)
            name.reason = "city before its region"
            return
    contained = any(_is_inside(best, other) for area, _ in name.containers for other in area.kept[:3])
    name.reason = "inside the area named behind it" if contained else "context" if name.beliefs[0] < 0.9 else "best candidate"
