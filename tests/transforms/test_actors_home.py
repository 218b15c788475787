"""Where an article is at home: datelines, letters that mean another body here, countries that share a name."""

from __future__ import annotations

import pytest
from spacy.language import Language

from transforms.actors.book import ActorBook, read_actors
from transforms.actors.tables import ActorTables


def book_of(nlp: Language, tables: ActorTables, text: str) -> ActorBook:
    return read_actors([(0, nlp(text))], tables)


def codes_of(nlp: Language, tables: ActorTables, text: str, word: str) -> set[str]:
    """The codes of every phrase whose head is the word."""
    doc = nlp(text)
    book = read_actors([(0, doc)], tables)
    return {actor.code for token in doc if token.text == word for actor in book.actors_of(token, 0)}


def test_congo_alone_is_the_larger_one(nlp: Language, tables: ActorTables) -> None:
    assert codes_of(nlp, tables, "Congo sent troops to Goma. Congo closed the road.", "Congo") == {"COD"}


def test_congo_is_the_smaller_one_where_only_that_is_named(nlp: Language, tables: ActorTables) -> None:
    text = "Brazzaville hosted the talks on Monday. Congo sent a minister. Congolese soldiers guarded the hall."
    assert codes_of(nlp, tables, text, "Congo") == {"COG"}
    assert codes_of(nlp, tables, text, "soldiers") == {"COGMIL"}


def test_letters_mean_what_the_article_says(nlp: Language, tables: ActorTables) -> None:
    text = "The Botswana Northern Party (BNP) held a rally in Gaborone. BNP accused the government of fraud."
    assert codes_of(nlp, tables, text, "BNP") == {"BWA"}


def test_letters_of_a_body_that_the_lexicon_knows_stay(nlp: Language, tables: ActorTables) -> None:
    text = "The Bangladesh Nationalist Party (BNP) held a rally. BNP accused the police."
    assert codes_of(nlp, tables, text, "BNP") == {"BGDOPP"}


def test_who_carries_the_news_gives_no_country(nlp: Language, tables: ActorTables) -> None:
    text = "Reuters and AFP could not reach the ministry. Reuters said it would try again. Malawi has no other papers."
    assert book_of(nlp, tables, text).article_country == "MWI"


@pytest.mark.parametrize("dateline", ["LUSAKA: ", "LUSAKA, Nov. 3 (Wire) - ", "LUSAKA — "])
def test_a_dateline_tells_where_an_article_is_at_home(nlp: Language, tables: ActorTables, dateline: str) -> None:
    text = "Zambia sent a minister to Kenya on Monday."
    assert book_of(nlp, tables, text).article_country == ""
    assert book_of(nlp, tables, dateline + text).article_country == "ZMB"


@pytest.mark.parametrize("text", [
    "The opposition Democratic Party accused the army of fraud in Bujumbura. Burundi votes on Monday.",
    "The ruling National Front won every seat in Bujumbura. Burundi votes again in May.",
])
def test_a_party_with_a_common_name_is_the_storys_own(nlp: Language, tables: ActorTables, text: str) -> None:
    word = "Party" if "Party" in text else "Front"
    assert {code[:3] for code in codes_of(nlp, tables, text, word)} == {"BDI"}


def test_the_letters_of_a_wire_are_no_army(nlp: Language, tables: ActorTables) -> None:
    text = "RUSTENBURG, July 29 (ANA) – An army patrol left Lusaka on Monday. Zambia sent trucks."
    assert codes_of(nlp, tables, text, "patrol") == {"ZMBMIL"}


def test_a_dash_before_a_name_hides_it_not(nlp: Language, tables: ActorTables) -> None:
    assert codes_of(nlp, tables, "KINSHASA (Wire) -Democratic Republic of Congo's army left Goma.", "army") == {"CODMIL"}
