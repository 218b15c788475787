"""The actor lexicons: codes well formed, dates in order, names in one form; and the code splitter."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.actors.code import RELIGIONS, TYPES, join_code, split_code
from transforms.actors.names import fold, pieces, plural, transliteration_key
from transforms.actors.tables import ActorTables, LeaderRow, OrganisationRow, _day, open_actors
from transforms.lexicons.tables import LexiconError, read_table


@pytest.fixture(scope="module")
def tables() -> ActorTables:
    return open_actors()


def test_every_code_of_the_tables_splits_into_columns(tables: ActorTables) -> None:
    codes = [row.code for row in read_table("actors/organisations", OrganisationRow)]
    codes += [row.code for row in read_table("actors/leaders", LeaderRow)]
    for code in codes:
        columns = split_code(code, tables.countries)
        assert columns.country or columns.type1, code


def test_no_part_is_both_a_country_and_a_type_or_religion(tables: ActorTables) -> None:
    assert not tables.countries & (TYPES | RELIGIONS)


def test_terms_of_office_end_after_they_begin() -> None:
    wrong = [row.name for row in read_table("actors/leaders", LeaderRow) if _day(row.since, False) > _day(row.until, True)]
    assert wrong == []


def test_the_tables_are_of_the_promised_size(tables: ActorTables) -> None:
    assert len(read_table("actors/leaders", LeaderRow)) >= 1000
    assert len(read_table("actors/organisations", OrganisationRow)) >= 450
    assert sum(bool(two) for two in tables.iso2.values()) >= 195


def test_kosovo_is_written_down_once(tables: ActorTables) -> None:
    assert tables.country_iso2("KSV") == "XK"
    assert tables.country_cameo("XK") == "KSV"
    assert "XKX" not in tables.countries


def test_regions_have_no_iso_code(tables: ActorTables) -> None:
    assert tables.country_iso2("WST") == ""


@pytest.mark.parametrize(("code", "columns"), [
    ("IGOEUREEC", ("EUR", "EEC", "", "", "", "IGO", "", "")),
    ("AFGINSTAL", ("AFG", "TAL", "", "", "", "INS", "", "")),
    ("MKDREBalb", ("MKD", "", "alb", "", "", "REB", "", "")),
    ("CHRCTH", ("", "", "", "CHR", "CTH", "", "", "")),
    ("NGOHRIAMN", ("", "AMN", "", "", "", "NGO", "HRI", "")),
    ("", ("", "", "", "", "", "", "", "")),
])
def test_codes_split_as_gdelt_splits_them(code: str, columns: tuple[str, ...], tables: ActorTables) -> None:
    found = split_code(code, tables.countries)
    assert (found.country, found.known_group, found.ethnic, found.religion1, found.religion2, found.type1, found.type2, found.type3) == columns


def test_a_broken_code_is_an_error(tables: ActorTables) -> None:
    with pytest.raises(ValueError, match="three-letter"):
        split_code("USAGO", tables.countries)


@given(st.sampled_from(["", "FRA", "KSV"]), st.lists(st.sampled_from(["GOV", "MIL", "COP"]), max_size=2, unique=True))
def test_join_and_split_agree(country: str, types: list[str]) -> None:
    columns = split_code(join_code(country, types), frozenset({"FRA", "KSV"}))
    assert columns.country == country
    assert [one for one in (columns.type1, columns.type2) if one] == types


@pytest.mark.parametrize(("one", "other"), [
    ("Vučić", "Vucic"), ("Đurić", "Djuric"), ("Zelensky", "Zelenskyy"), ("Zelenskiy", "Zelenskyy"),
    ("Bocan", "Botsan"), ("Harčenko", "Kharchenko"), ("Yeltsin", "Jeltsin"), ("Tuđman", "Tudjman"),
])
def test_transliterations_have_one_key(one: str, other: str) -> None:
    assert transliteration_key(one) == transliteration_key(other)


@pytest.mark.parametrize(("one", "other"), [("Serbia", "Syria"), ("Vucic", "Vucevic"), ("Iran", "Iraq"), ("Mali", "Malawi")])
def test_different_names_have_different_keys(one: str, other: str) -> None:
    assert transliteration_key(one) != transliteration_key(other)


def test_folding_takes_accents_and_case_away() -> None:
    assert fold("Łódź") == "lodz"
    assert pieces("U.S.") == pieces("US") == ("us",)


@pytest.mark.parametrize(("one", "many"), [("deputy", "deputies"), ("gunman", "gunmen"), ("German", "Germans"), ("judge", "judges"), ("witness", "witnesses")])
def test_plurals_are_regular(one: str, many: str) -> None:
    assert plural(one) == many


def test_partial_dates_span_their_whole_unit() -> None:
    assert (_day("1999", False), _day("1999", True)) == (date(1999, 1, 1), date(1999, 12, 31))
    assert (_day("2004-02", False), _day("2004-02", True)) == (date(2004, 2, 1), date(2004, 2, 29))


def test_a_name_with_two_meanings_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from transforms.actors import tables as module

    index = module._Index()
    index.add("Blue Front", "organisations", organisation=module.Organisation("FRAREB", "Blue Front", "armed"))
    with pytest.raises(LexiconError, match="keep one"):
        index.add("Blue Front", "organisations", organisation=module.Organisation("ITAREB", "Blue Front", "armed"))
