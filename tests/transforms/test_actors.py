"""Who is named: single phrases in sentences of our own, read by the shipped pipeline."""

from __future__ import annotations

from datetime import date

import pytest
from spacy.language import Language
from spacy.tokens import Doc, Token

from schemas.records import Actor
from transforms.actors.book import ActorBook, read_actors
from transforms.actors.tables import ActorTables


def word(doc: Doc, text: str, which: int = 0) -> Token:
    return [token for token in doc if token.text == text][which]


def ask(nlp: Language, tables: ActorTables, text: str, head: str, which: int = 0, *, on: date | None = None,
        published: date | None = None, country: str = "") -> tuple[Actor, ...]:
    doc = nlp(text)
    book = read_actors([(0, doc)], tables, published=published, country=country)
    return book.actors_of(word(doc, head, which), 0, on)


SINGLE = [
    ("France warned Algeria about the treaty.", "France", "FRA"),
    ("Turkish police searched two offices in the port.", "police", "TURCOP"),
    ("Spain's prime minister cancelled the trip.", "minister", "ESPGOV"),
    ("The government of Uruguay rejected the offer.", "government", "URYGOV"),
    ("Leaders of Hezbollah refused the terms.", "Leaders", "LBNREBHEZ"),
    ("The Kremlin dismissed the report.", "Kremlin", "RUSGOV"),
    ("Belgrade recalled its envoy.", "Belgrade", "SRBGOV"),
    ("NATO condemned the raid.", "NATO", "IGOWSTNAT"),
    ("The EU suspended the talks.", "EU", "IGOEUREEC"),
    ("UN peacekeepers opened a crossing.", "peacekeepers", "IGOUNOMIL"),
    ("French peacekeepers opened a crossing.", "peacekeepers", "FRAMIL"),
    ("Colombian rebels freed a mayor.", "rebels", "COLREB"),
    ("Kenyan opposition leaders called a strike.", "leaders", "KENOPP"),
    ("Peruvian army officers seized the radio station.", "officers", "PERMIL"),
    ("Kosovar customs officials stopped the lorry.", "officials", "KSVGOV"),
    ("Bosnian Serbs left the hall.", "Serbs", "BIHCVLsrp"),
    ("Rebels in Darfur burned the depot.", "Rebels", "SDNREB"),
    ("Albanians of southern Serbia voted.", "Albanians", "SRBCVLalb"),
    ("A former Italian foreign minister criticised the plan.", "minister", "ITAELI"),
    ("US-led forces crossed the river.", "forces", "USAMIL"),
    ("The Nigerian Supreme Court annulled the vote.", "Court", "NGAJUD"),
    ("Amnesty International criticised the law.", "International", "NGOHRIAMN"),
    ("The Shining Path claimed the blast.", "Path", "PERREBSEN"),
    ("Police in London, Ontario, arrested two men.", "Police", "CANCOP"),
    ("A Paris, Texas, man was arrested.", "man", "USACVL"),
    ("Police in Paris, Berlin and London arrested men.", "Police", "FRACOP"),
    ("Harlow Steel Inc. sued the Kenyan government.", "Inc.", "KENBUS"),
    ("The president of the Kenya Rugby Federation criticised the plan.", "president", "KEN"),
    ("The president of Kenya criticised the plan.", "president", "KENGOV"),
    ("The leader of the Kenyan government criticised the plan.", "leader", "KENGOV"),
]


@pytest.mark.parametrize(("text", "head", "code"), SINGLE, ids=[row[2] + " " + row[1] for row in SINGLE])
def test_a_phrase_gives_its_code(nlp: Language, tables: ActorTables, text: str, head: str, code: str) -> None:
    assert [actor.code for actor in ask(nlp, tables, text, head)] == [code]


def test_coordinated_countries_are_one_actor_each(nlp: Language, tables: ActorTables) -> None:
    assert [actor.code for actor in ask(nlp, tables, "Norway and Chile signed a treaty.", "Norway")] == ["NOR", "CHL"]


def test_coordinated_nationalities_share_the_role(nlp: Language, tables: ActorTables) -> None:
    text = "Czech and Slovak officials met in the castle."
    assert [actor.code for actor in ask(nlp, tables, text, "officials")] == ["CZEGOV", "SVKGOV"]


def test_presidents_of_two_countries_are_two_actors(nlp: Language, tables: ActorTables) -> None:
    text = "The presidents of Peru and Ecuador shook hands."
    assert [actor.code for actor in ask(nlp, tables, text, "presidents")] == ["PERGOV", "ECUGOV"]


def test_a_bare_conjunct_takes_the_country_before_it(nlp: Language, tables: ActorTables) -> None:
    text = "Chadian soldiers and policemen searched the market."
    assert [actor.code for actor in ask(nlp, tables, text, "soldiers")] == ["TCDMIL", "TCDCOP"]


def test_anti_x_is_not_x(nlp: Language, tables: ActorTables) -> None:
    codes = [actor.code for actor in ask(nlp, tables, "An anti-Iran protester was hurt.", "protester")]
    assert codes and not any(code.startswith("IRN") for code in codes)


def test_x_backed_is_not_x(nlp: Language, tables: ActorTables) -> None:
    text = "Iranian-backed militiamen in Yemen fired a rocket."
    assert [actor.country for actor in ask(nlp, tables, text, "militiamen")] == ["YEM"]


@pytest.mark.parametrize("text, code", [
    ("Chad's UN ambassador rejected the claims.", "TCDGOV"),
    ("The UN envoy rejected the claims.", "IGOUNO"),
    ("Lebanon's Hezbollah leader rejected the claims.", "LBNREBHEZ"),
])
def test_a_countrys_ambassador_to_a_body_speaks_for_the_country(nlp: Language, tables: ActorTables, text: str, code: str) -> None:
    doc = nlp(text)
    subject = next(token for token in doc if token.dep_ == "nsubj")
    assert [actor.code for actor in read_actors([(0, doc)], tables).actors_of(subject, 0)] == [code]


def test_an_envoy_belongs_to_the_sender(nlp: Language, tables: ActorTables) -> None:
    text = "Russia's ambassador to Serbia arrived late."
    assert [actor.code for actor in ask(nlp, tables, text, "ambassador")] == ["RUSGOV"]


def test_an_unknown_word_keeps_its_text_and_has_no_code(nlp: Language, tables: ActorTables) -> None:
    (actor,) = ask(nlp, tables, "The avalanche buried a road.", "avalanche")
    assert (actor.code, actor.text) == ("", "avalanche")


def test_the_text_keeps_title_and_modifiers(nlp: Language, tables: ActorTables) -> None:
    text = "On Monday Serbian President Aleksandar Vučić resigned."
    (actor,) = ask(nlp, tables, text, "Vučić")
    assert actor.text == "Serbian President Aleksandar Vučić"
    assert text[actor.span.start:actor.span.end] == actor.text


def test_spans_count_from_the_article_not_the_chunk(nlp: Language, tables: ActorTables) -> None:
    doc = nlp("Poland closed the bridge.")
    book = read_actors([(500, doc)], tables)
    (actor,) = book.actors_of(doc[0], 500)
    assert (actor.span.start, actor.span.end) == (500, 506)


def test_office_holders_are_dated(nlp: Language, tables: ActorTables) -> None:
    text = "Milosevic spoke to the crowd."
    assert ask(nlp, tables, text, "Milosevic", on=date(1999, 6, 1))[0].code == "SRBGOV"
    assert ask(nlp, tables, text, "Milosevic", on=date(2003, 6, 1))[0].code == "SRBELI"


def test_a_person_who_changed_the_country_of_office_follows_the_date(nlp: Language, tables: ActorTables) -> None:
    text = "Donald Tusk gave an interview."
    assert ask(nlp, tables, text, "Tusk", on=date(2010, 1, 1))[0].code == "POLGOV"
    assert ask(nlp, tables, text, "Tusk", on=date(2016, 1, 1))[0].code == "IGOEUREEC"


def test_a_first_name_that_is_a_country_is_a_person(nlp: Language, tables: ActorTables) -> None:
    doc = nlp("Jordan Henderson scored twice before the break.")
    assert read_actors([(0, doc)], tables).actors_of(word(doc, "Henderson"), 0)[0].country != "JOR"


def test_small_letters_are_not_acronyms_or_countries(nlp: Language, tables: ActorTables) -> None:
    doc = nlp("The people who cooked the turkey told us about it.")
    book: ActorBook = read_actors([(0, doc)], tables)
    assert book.actors_of(word(doc, "turkey"), 0)[0].code == ""
    assert book.article_country == ""


def test_a_bare_role_takes_the_storys_country(nlp: Language, tables: ActorTables) -> None:
    text = "Ghana held elections. In Accra, Ghana's capital, queues were long. The police fired shots."
    assert ask(nlp, tables, text, "police")[0].code == "GHACOP"


def test_a_bare_role_without_context_stays_bare(nlp: Language, tables: ActorTables) -> None:
    assert ask(nlp, tables, "The police fired shots.", "police")[0].code == "COP"


def test_the_sources_country_stands_in_where_the_text_names_none(nlp: Language, tables: ActorTables) -> None:
    assert ask(nlp, tables, "The police fired shots.", "police", country="XK")[0].code == "KSVCOP"


def test_actor_like_words_are_people_groups_and_countries(nlp: Language, tables: ActorTables) -> None:
    doc = nlp("Soldiers from Mali met the bishop near an old bridge under rain.")
    book = read_actors([(0, doc)], tables)
    assert [book.is_actor_like(word(doc, text)) for text in ("Soldiers", "Mali", "bishop", "bridge", "rain")] == [
        True, True, True, False, False]


def test_a_press_conference_is_not_the_press(nlp: Language, tables: ActorTables) -> None:
    assert "MED" not in ask(nlp, tables, "The mayor held a press conference.", "conference")[0].code


def test_a_company_is_one_by_its_short_name_too(nlp: Language, tables: ActorTables) -> None:
    text = "Harlow Steel Inc. closed a plant in Ohio. Harlow sued the state on Friday."
    assert [actor.code for actor in ask(nlp, tables, text, "Harlow", which=1)] == ["USABUS"]


def test_the_president_of_somebody_unknown_is_no_head_of_state(nlp: Language, tables: ActorTables) -> None:
    assert [actor.code for actor in ask(nlp, tables, "Harlow's president criticised Texas.", "president")] == ["USA"]


@pytest.mark.parametrize("phrase, code", [
    ("Kenyan teacher Mary Bishop", "KENEDU"),                        # a surname
    ("brother of a Kenyan rebel", "KENCVL"),
    ("Fijian SWAT team", "FJICOP"),
    ("executives of a Fijian bank", "FJIBUS"),
    ("German consulate general", "DEUGOV"),
    ("Fijian public information officer", "FJIGOV"),
])
def test_what_only_sounds_like_an_office_is_none(nlp: Language, tables: ActorTables, phrase: str, code: str) -> None:
    doc = nlp(f"The {phrase} praised the teacher.")
    verb = next(token for token in doc if token.text == "praised")
    subject = next(token for token in verb.lefts if token.dep_ == "nsubj")
    assert read_actors([(0, doc)], tables).actors_of(subject, 0)[0].code == code


def test_local_serbs_are_not_serbias(nlp: Language, tables: ActorTables) -> None:
    doc = nlp("Kosovo mourned. Local Serbs wept on Monday.")
    serbs = next(token for token in doc if token.text == "Serbs")
    assert read_actors([(0, doc)], tables).actors_of(serbs, 0)[0].code == "KSVCVLsrp"
