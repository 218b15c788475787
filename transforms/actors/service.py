"""Who serves whom: a spokesman of rebels is the rebels', a conjunct is of the country of the first, a deputy is one thing here and another there."""

from __future__ import annotations

from dataclasses import replace

from transforms.actors.code import parts_of
from transforms.actors.describe import Description

SERVANTS = frozenset({"official", "leader", "director", "president", "commander", "fighters", "army", "forces"})
_WEAK_TYPES = ((), ("GOV",), ("MIL",), ("BUS",))     # of such words, where nobody says whose they are
_PARTISAN = frozenset({"REB", "INS", "SEP", "UAF", "CRM", "OPP", "NGO", "NGM", "IMG", "IGO", "BUS", "MNC", "LAB"})
_MEANINGS = {("USA", "deputy"): ("COP",), ("USA", "superintendent"): ("EDU",)}        # a word's types in one country


def inherit(found: Description, first: Description) -> Description:
    """Israeli police and soldiers: a bare conjunct takes the country of the one before it."""
    if found.names_country or found.is_person_name or not found.types or not first.names_country or not first.country:
        return found
    return replace(found, country=first.country)


def serving(found: Description, whom: Description) -> Description:
    """The spokesman of a party and the fighters of a group are that side's, not a government's nor an army's."""
    is_servant = found.refers in SERVANTS and found.types in _WEAK_TYPES
    is_side = any(part in _PARTISAN for part in parts_of(whom.full_code))
    is_politicians = found.refers == "official" and whom.is_person_name and bool(whom.full_code) and "GOV" not in whom.full_code
    if not is_politicians and not (is_servant and is_side):
        return found
    return replace(whom, name=found.name, refers=found.refers, basis="role", is_person_name=False, kind=found.kind)


def as_meant_there(found: Description) -> Description:
    """A role whose word means something else in its country: deputies are policemen in America and lawmakers elsewhere."""
    types = _MEANINGS.get((found.country, found.refers))
    return replace(found, types=types) if types and found.types else found
