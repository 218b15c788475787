"""GDELT's geography columns of a place: type, full name, FIPS country, ADM1 code, feature id; the point is the place's own.

As in the GDELT 2.0 event codebook (columns 36 to 59), with two differences that docs name: the feature id is a
GeoNames id, where GDELT has GNS and GNIS numbers, and a name is the gazetteer's, not the text's.
"""

from __future__ import annotations

from dataclasses import dataclass

from schemas.records import Place, PlaceKind
from transforms.places.gazetteer import Gazetteer

NONE, COUNTRY, US_STATE, US_CITY, WORLD_CITY, WORLD_STATE = range(6)


@dataclass(frozen=True, slots=True)
class Geo:
    """One of the three places of a GDELT row (Actor1Geo, Actor2Geo, ActionGeo)."""

    type: int = NONE             # 0 none (undocumented, seen in the data), 1 country, 2 US state, 3 US city, 4, 5
    full_name: str = ""          # "City, First-level area, Country"
    country_code: str = ""       # FIPS 10-4
    adm1_code: str = ""          # FIPS country and two more characters; "" for countries' own rows is the country
    feature_id: str = ""         # GeoNames id as text; the FIPS code for countries, the ADM1 code for states


NO_GEO = Geo()


def geo_type(place: Place) -> int:
    """GDELT's type: 1 country, 2 US state, 3 US city or landmark, 4 world city or landmark, 5 world ADM1; 0 none.

    Regions, waters and continents that lie in one country count as that country's first-level areas; above
    countries GDELT has no type, and they get none.
    """
    if place.lat is None or place.lon is None or not place.country:
        return NONE
    if place.kind is PlaceKind.COUNTRY:
        return COUNTRY
    is_state = place.kind in (PlaceKind.ADM1, PlaceKind.REGION, PlaceKind.WATER, PlaceKind.CONTINENT)
    if place.country == "US":
        return US_STATE if is_state else US_CITY
    return WORLD_STATE if is_state else WORLD_CITY


def gdelt_geo(place: Place | None, gazetteer: Gazetteer) -> Geo:
    """The columns of `place`; NO_GEO where there is none, where it is unresolved, or lies in no one country."""
    if place is None:
        return NO_GEO
    kind = geo_type(place)
    country = gazetteer.country_of(place.country)
    if kind == NONE or country is None:
        return NO_GEO
    adm1_code = gazetteer.adm1_fips(place.country, place.adm1)
    if kind == COUNTRY:
        return Geo(kind, country.name, country.fips, country.fips, country.fips)
    area = gazetteer.adm1_name(place.country, place.adm1)
    if kind in (US_STATE, WORLD_STATE):
        full_name = f"{place.name}, {country.name}"
    else:
        full_name = ", ".join(part for part in (place.name, area, country.name) if part)
    feature_id = str(place.geonameid) if place.geonameid else adm1_code
    return Geo(kind, full_name, country.fips, adm1_code, feature_id)
