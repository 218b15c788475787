"""CAMEO actor codes: put together from parts, and taken apart into the columns that GDELT has.

A code is a chain of three-letter parts (CAMEO manual 1.1b3, chapter 3): a country or region, an international
type, known groups, roles, ethnic groups (lower case) and religions. Kosovo's part is KSV here, as in Phoenix's
tables; the places of this house write XK (ISO, user-assigned) and KV (FIPS). `country_iso2` is the only bridge.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass

TYPES = frozenset(
    ["COP", "GOV", "INS", "JUD", "MIL", "OPP", "REB", "SEP", "SPY", "UAF", "AGR", "BUS", "CRM", "CVL", "DEV", "EDU", "ELI", "ENV", "HLH", "HRI", "LAB", "LEG", "MED", "REF", "REL", "MOD", "RAD", "IGO", "IMG", "INT", "MNC", "NGM", "NGO", "UIS"]
)
RELIGIONS = frozenset(
    ["MOS", "SUN", "SHI", "ALE", "SFI", "DRZ", "CHR", "CTH", "PRO", "DOX", "CPT", "MRN", "LDS", "JHW", "JEW", "HSD", "UDX", "HIN", "SIK", "BUD", "BAH", "ZRO", "JAN", "TAO", "CON", "ATH"]
)


@dataclass(frozen=True, slots=True)
class ActorCode:
    """The ten columns that GDELT has for an actor, less its name (Codebook 2.0, Actor1CountryCode and on)."""

    code: str = ""
    country: str = ""
    known_group: str = ""
    ethnic: str = ""
    religion1: str = ""
    religion2: str = ""
    type1: str = ""
    type2: str = ""
    type3: str = ""


@functools.lru_cache(maxsize=4096)
def split_code(code: str, countries: frozenset[str]) -> ActorCode:
    """The columns of a CAMEO actor code; parts that are no country, type or religion are known groups.

    `countries` holds CAMEO's country and region codes. Parts beyond three types, two religions or one country,
    group or ethnic group stay in the code alone. Raises ValueError when the code is not a chain of three letters.
    """
    if len(code) % 3:
        raise ValueError(f"actor code {code!r} is not a chain of three-letter parts")
    parts = [code[at:at + 3] for at in range(0, len(code), 3)]
    country = group = ethnic = ""
    religions: list[str] = []
    types: list[str] = []
    for part in parts:
        if part.islower() or (part[0].islower() and part.isalnum()):
            ethnic = ethnic or part
        elif part in TYPES:
            types.append(part)
        elif part in RELIGIONS:
            religions.append(part)
        elif part in countries and not country:
            country = part
        else:
            group = group or part
    religions += ["", ""]
    types += ["", "", ""]
    return ActorCode(code, country, group, ethnic, religions[0], religions[1], types[0], types[1], types[2])


def join_code(country: str = "", types: Iterable[str] = (), ethnic: str = "", religion: str = "") -> str:
    """A CAMEO code: country, first type, ethnic group, religion, further types (the order of CAMEO 3.2)."""
    first, *rest = list(dict.fromkeys(part for part in types if part)) or [""]
    return country + first + ethnic + religion + "".join(rest)


def parts_of(chain: str) -> tuple[str, ...]:
    """The three-letter parts of a chain such as "NGOHRI"."""
    return tuple(chain[at:at + 3] for at in range(0, len(chain), 3))
