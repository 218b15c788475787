"""Reads the places of an article: `finder` says which words are place names, `resolve` which places they mean."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from spacy.tokens import Doc

from schemas.records import Candidate, Place, PlaceKind, Span
from transforms.places.finder import LABELS, Entity, Finder, Found
from transforms.places.gazetteer import Gazetteer
from transforms.places.resolve import SURE, Name, resolve_names

COUNTRY_SURE = 0.75      # of an unresolved name's belief: its country is known though the place is not
_COMPASS = {"north": (1.0, 0.0), "south": (-1.0, 0.0), "east": (0.0, 1.0), "west": (0.0, -1.0),
            "northeast": (0.707, 0.707), "northwest": (0.707, -0.707),
            "southeast": (-0.707, 0.707), "southwest": (-0.707, -0.707)}


def read_places(
    docs: Sequence[tuple[int, Doc]], text: str, gazetteer: Gazetteer, *, source_country: str = ""
) -> tuple[Place, ...]:
    """The places of one article, sorted and without overlaps; spans are offsets in the article's text.

    `docs` are its parsed chunks, each with its offset in `text`. `source_country` (ISO 3166-1 alpha-2) weighs a little where
    namesakes are equal. A place that is seen but not known, or of which no candidate is likely enough, has no
    coordinates (its country only where the candidates agree); the three best candidates are kept with their
    scores. Demonyms have `is_demonym` and the country's point. Takes time linear in the text.
    """
    texts: list[str] = []
    entities: list[list[Entity]] = []
    surnames: set[str] = set()
    for offset, doc in docs:
        end = doc[-1].idx + len(doc[-1].text_with_ws) if doc else 0
        chunk = text[offset:offset + end]        # spaCy would put its text together anew
        texts.append(chunk)
        mine = []
        for entity in doc.ents:
            label = entity.label_
            if label in LABELS:
                span = (entity.start_char, entity.end_char, label)
                if label == "PERSON" and "," in chunk[span[0]:span[1]]:
                    continue             # a list that the model took for one person
                mine.append(span)
                if label == "PERSON":
                    parts = chunk[span[0]:span[1]].removesuffix("'s").removesuffix("’s").split()
                    if len(parts) > 1:
                        surnames.add(parts[-1].lower())
        entities.append(mine)
    found: list[Found] = []
    names: list[Name] = []
    by_key: dict[tuple[str, PlaceKind | None, bool], Name] = {}
    for (offset, _), chunk, known in zip(docs, texts, entities, strict=True):
        here = Finder(chunk, known, gazetteer, surnames).names()
        mine_names = [_name_of(one, by_key) for one in here]
        _link_areas(here, mine_names, chunk)
        for one in here:
            one.start, one.end = one.start + offset, one.end + offset
        found += here
        names += mine_names
    resolve_names(list(by_key.values()), gazetteer, source_country)
    return tuple(_place(one, name) for one, name in zip(found, names, strict=True))


def _name_of(found: Found, by_key: dict[tuple[str, PlaceKind | None, bool], Name]) -> Name:
    """The name of a mention: all mentions of one name are resolved together."""
    key = (found.text.casefold(), found.kind, found.is_demonym)
    name = by_key.get(key)
    if name is None:
        name = by_key[key] = Name(found.text, found.entries)
    else:
        name.mentions += 1
    name.is_dateline |= found.is_dateline
    return name


def _link_areas(found: Sequence[Found], names: Sequence[Name], text: str) -> None:
    """Notes the areas named beside a place: "Bangor, Maine", "Paris (Texas)", "Maine's Bangor"."""
    for at in range(len(found) - 1):
        here, there = found[at], found[at + 1]
        if here.is_demonym or there.is_demonym or there.start - here.end > 4 or names[at] is names[at + 1]:
            continue
        between = text[here.end:there.start]
        if there.is_area and there.entries and between in (", ", ",", " (", ",\n"):
            _contain(names[at], names[at + 1], True)
        elif here.is_area and between in ("'s ", "’s "):
            _contain(names[at + 1], names[at], False)


def _contain(part: Name, area: Name, is_sure: bool) -> None:
    if len(part.containers) < 4 and all(other is not area for other, _ in part.containers):
        part.containers.append((area, is_sure))
        if is_sure and len(area.parts) < 8:
            area.parts.append(part)


def _place(found: Found, name: Name) -> Place:
    span = Span(found.start, found.end)
    if not name.kept:
        return Place(span, found.text, kind=found.kind, reason=name.reason)
    best, score = name.kept[0], round(name.beliefs[0], 4)
    candidates = name.candidates
    if not candidates:
        candidates = name.candidates = tuple(
            Candidate(entry.geonameid, entry.name, entry.country, round(belief, 4))
            for entry, belief in zip(name.kept[:3], name.beliefs[:3], strict=True)
        )
    if name.beliefs[0] < SURE and not found.is_demonym:
        return Place(span, found.text, kind=found.kind, country=_agreed_country(name), score=score,
                     reason="several places fit", candidates=candidates)
    place = Place(
        span, found.text, best.name, best.kind, best.lat, best.lon, best.country, best.adm1, best.geonameid,
        score, "demonym" if found.is_demonym else name.reason, candidates, found.is_demonym,
    )
    return _shifted(place, best.lat, best.lon, found) if found.shift_km and best.kind is not PlaceKind.COUNTRY else place


def _agreed_country(name: Name) -> str:
    """The country that nearly all candidates of an unresolved name lie in."""
    shares: dict[str, float] = defaultdict(float)
    for entry, belief in zip(name.kept, name.beliefs, strict=True):
        shares[entry.country] += belief
    country = max(shares, key=shares.__getitem__)
    return country if shares[country] >= COUNTRY_SURE else ""


def _shifted(place: Place, lat: float, lon: float, found: Found) -> Place:
    """The point that lies so far from the place, on a sphere of 111.2 km a degree."""
    north, east = _COMPASS[found.shift_to]
    new_lat = max(-90.0, min(90.0, lat + north * found.shift_km / 111.2))
    new_lon = lon + east * found.shift_km / (111.2 * max(0.05, math.cos(math.radians(lat))))
    return replace(place, lat=new_lat, lon=(new_lon + 180.0) % 360.0 - 180.0,
                   reason=f"{found.shift_km:.0f} km {found.shift_to} of it")
