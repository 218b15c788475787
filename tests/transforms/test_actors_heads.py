"""Which words an actor hangs on: names over "and", who belongs to whom, and things that are nobody."""

from __future__ import annotations

from datetime import date

import pytest
from spacy.language import Language
from spacy.tokens import Doc, Token

from transforms.actors.book import read_actors
from transforms.actors.tables import ActorTables


def verb(doc: Doc) -> Token:
    return next(token for token in doc if token.dep_ == "ROOT")


def side(nlp: Language, tables: ActorTables, text: str, dep: str) -> list[tuple[str, str]]:
    """Words and code of the actors that hang on the main verb as its `dep`."""
    doc = nlp(text)
    book = read_actors([(0, doc)], tables, published=date(2024, 5, 5))
    return [(actor.text, actor.code) for child in verb(doc).children if child.dep_ == dep for actor in book.actors_of(child, 0)]


@pytest.mark.parametrize(("text", "actors"), [
    ("Avonby and Cornholt Police arrested the driver.", [("Avonby and Cornholt Police", "COP")]),
    ("The Kenyan Ministry of Trade and Industry closed the office.", [("Kenyan Ministry of Trade and Industry", "KENGOV")]),
    ("Hamas and Gaza City Police closed the road.", None),
])
def test_the_name_of_one_body_is_not_cut_at_and(nlp: Language, tables: ActorTables, text: str, actors: list[tuple[str, str]] | None) -> None:
    found = side(nlp, tables, text, "nsubj")
    assert found == actors if actors is not None else len(found) == 2


def test_who_belongs_to_the_first_is_nobody_else(nlp: Language, tables: ActorTables) -> None:
    assert [code for _, code in side(nlp, tables, "Kenyan doctors and their teams left the building.", "nsubj")] == ["KENHLH"]


def test_a_counterpart_is_somebody_else(nlp: Language, tables: ActorTables) -> None:
    found = side(nlp, tables, "Peru's foreign minister and his Chilean counterpart signed a letter.", "nsubj")
    assert [code[:3] for _, code in found] == ["PER", "CHL"]


@pytest.mark.parametrize("text", [
    "Ministers praised the Harbour Safety Act.",
    "The president signed the Geneva agreement.",
    "Guests admired the Silver Lantern Award.",
    "The crowd burned a Polish flag.",
    "Lawmakers rejected the Treaty.",
])
def test_laws_awards_and_flags_are_nobody(nlp: Language, tables: ActorTables, text: str) -> None:
    assert side(nlp, tables, text, "dobj") == []


def test_what_a_nation_makes_stands_for_it(nlp: Language, tables: ActorTables) -> None:
    assert [code for _, code in side(nlp, tables, "Ministers condemned the Iranian law.", "dobj")] == ["IRN"]


def test_a_man_named_bill_or_day_is_a_man(nlp: Language, tables: ActorTables) -> None:
    assert side(nlp, tables, "Police arrested Bill Harrow in Kenya.", "dobj") == [("Bill Harrow", "KEN")]
    assert side(nlp, tables, "Police arrested Michael Day in Kenya.", "dobj") == [("Michael Day", "KEN")]


def test_a_ministry_is_a_ministry_whatever_it_is_for(nlp: Language, tables: ActorTables) -> None:
    assert side(nlp, tables, "Kenya's Ministry of Labour closed the office.", "nsubj") == [("Kenya's Ministry of Labour", "KENGOV")]
    assert [code for _, code in side(nlp, tables, "The Kenyan Transportation Department closed the road.", "nsubj")] == ["KENGOV"]


@pytest.mark.parametrize(("text", "code"), [
    ("The vice president of marketing resigned.", "GOV"),
    ("An executive vice president resigned.", "BUS"),
    ("A chief financial officer resigned.", "BUS"),
    ("The Lagoon Bay Tribune criticised Kenya.", "MED"),
    ("The Kenyan National Weather Service warned sailors.", "KEN"),
])
def test_who_speaks_for_firms_papers_and_services(nlp: Language, tables: ActorTables, text: str, code: str) -> None:
    found = side(nlp, tables, text, "nsubj")
    assert len(found) == 1 and code in found[0][1] and "CVL" not in found[0][1]


def test_deputies_are_policemen_in_america_and_lawmakers_elsewhere(nlp: Language, tables: ActorTables) -> None:
    assert [code for _, code in side(nlp, tables, "Deputies searched a barn in Ohio.", "nsubj")] == ["USACOP"]
    assert [code for _, code in side(nlp, tables, "Deputies rejected the budget of Chile.", "nsubj")] == ["CHLLEG"]


@pytest.mark.parametrize(("text", "code"), [
    ("A Kenya analyst wept.", "EDU"),
    ("A Kenyan analyst wept.", "KENEDU"),
    ("US analysts wept.", "USAEDU"),
])
def test_who_studies_a_country_is_not_of_it(nlp: Language, tables: ActorTables, text: str, code: str) -> None:
    doc = nlp(text)
    book = read_actors([(0, doc)], tables)
    subject = next(token for token in doc if token.dep_ == "nsubj")
    assert book.readers[0].read(0, subject.i + 1, subject.i, None)[0].full_code == code


def test_people_are_of_the_country_that_their_clause_names(nlp: Language, tables: ActorTables) -> None:
    text = "Kenya condemned the raid. Kenya will send a letter. Gunmen killed five villagers in Mali."
    doc = nlp(text)
    book = read_actors([(0, doc)], tables)
    assert book.article_country == "KEN"
    assert [book.actors_of(token, 0)[0].code for token in doc if token.text in ("Gunmen", "villagers")] == ["MLIUAF", "MLICVL"]


def test_a_former_vice_president_was_one_of_a_state(nlp: Language, tables: ActorTables) -> None:
    doc = nlp("The former vice president of Ecuador left. A vice president of the bank left.")
    book = read_actors([(0, doc)], tables)
    firsts = [token for token in doc if token.text == "president"]
    assert [book.actors_of(token, 0)[0].type1 for token in firsts] == ["ELI", "BUS"]


def test_intelligence_that_is_shared_is_no_service(nlp: Language, tables: ActorTables) -> None:
    doc = nlp("Kenya shared intelligence with Uganda. Kenyan intelligence thanked the army.")
    book = read_actors([(0, doc)], tables)
    shared, service = (token for token in doc if token.text == "intelligence")
    assert book.actors_of(shared, 0) == () and book.actors_of(service, 0)[0].code == "KENSPY"
