"""People who are only counted, and what captions and hours leave of an actor's phrase."""

from __future__ import annotations

import pytest
from spacy.language import Language

from schemas.records import Actor
from transforms.actors.book import ActorBook, read_actors
from transforms.actors.tables import ActorTables


def of_word(nlp: Language, tables: ActorTables, text: str, word: str) -> tuple[ActorBook, tuple[Actor, ...]]:
    """The actors of the last noun phrase whose head is this word."""
    doc = nlp(text)
    book = read_actors([(0, doc)], tables)
    return book, book.actors_of([token for token in doc if token.text == word][-1], 0)


@pytest.mark.parametrize("text, word, code", [
    ("Police in Fiji arrested 20 farmers on Monday. Three were jailed.", "Three", "FJIAGR"),
    ("A court in Fiji tried 15 teachers. The other three were fined.", "three", "FJIEDU"),
    ("The army killed 30 rebels in Tonga on Monday. Two were captured.", "Two", "TONREB"),
    ("The storm in Fiji worried farmers. A bomb killed 12 in Suva on Monday.", "12", "FJICVL"),     # no part of the farmers
    ("Rebels shelled a village in Tonga, killing 12 and wounding 30 others.", "others", "TONCVL"),
    ("Dozens were killed in Fiji.", "Dozens", "FJICVL"),
])
def test_a_bare_number_is_so_many_people(nlp: Language, tables: ActorTables, text: str, word: str, code: str) -> None:
    assert [actor.code for actor in of_word(nlp, tables, text, word)[1]] == [code]


@pytest.mark.parametrize("text, word", [
    ("Fiji voted on April 20.", "20"),
    ("Fiji won 12 percent of the vote.", "percent"),
])
def test_a_number_of_something_else_is_nobody(nlp: Language, tables: ActorTables, text: str, word: str) -> None:
    doc = nlp(text)
    token = next(token for token in doc if token.text == word)
    assert not read_actors([(0, doc)], tables).is_actor_like(token, 0)


def test_most_of_them_are_followed_to_whom_their_clause_tells_of(nlp: Language, tables: ActorTables) -> None:
    text = "Officials in Fiji told most of the teachers who had waited in the yard since the early morning of that day to go home."
    assert [actor.code for actor in of_word(nlp, tables, text, "most")[1]] == ["FJIEDU"]


@pytest.mark.parametrize("text, word, words", [
    ("Splash News 6 Fijian minister Seru Vakasalu praised Tonga.", "Vakasalu", "Fijian minister Seru Vakasalu"),
    ("Image caption Mr Vakasalu praised Tonga.", "Vakasalu", "Mr Vakasalu"),
    ("9 Trump told supporters to vote.", "Trump", "Trump"),
    ("BBC reporter Mary Vakasalu praised Tonga.", "Vakasalu", "BBC reporter Mary Vakasalu"),        # hers is no credit
])
def test_captions_and_credits_are_no_part_of_a_name(nlp: Language, tables: ActorTables, text: str, word: str, words: str) -> None:
    assert of_word(nlp, tables, text, word)[1][0].text == words


def test_whose_picture_it_is_does_nothing(nlp: Language, tables: ActorTables) -> None:
    actors = of_word(nlp, tables, "The crowd in Suva praised Getty Images.", "Images")[1]
    assert actors == ()


def test_an_hour_is_no_prime_minister(nlp: Language, tables: ActorTables) -> None:
    doc = nlp("Teacher Maria Vakasalu left Fiji at 1pm. She wept.")
    she = next(token for token in doc if token.text == "She")
    assert read_actors([(0, doc)], tables).actors_of(she, 0)[0].name == "Maria Vakasalu"


def test_new_london_is_not_in_britain(nlp: Language, tables: ActorTables) -> None:
    assert not of_word(nlp, tables, "The mayor of New London resigned on Monday.", "mayor")[1][0].country


@pytest.mark.parametrize("text, word, code", [
    ("Police in Fiji arrested two farmers. They said 23 others were hurt.", "others", "FJICVL"),        # more than there were
    ("Six of the nine who were charged in Fiji fled.", "nine", "FJICVL"),
])
def test_others_are_a_part_of_no_fewer(nlp: Language, tables: ActorTables, text: str, word: str, code: str) -> None:
    assert [actor.code for actor in of_word(nlp, tables, text, word)[1]] == [code]
