"""Two at once: the two sides, both leaders, the neighbours, a bare "they" after a meeting."""

from __future__ import annotations

import pytest
from spacy.language import Language

from transforms.actors.book import read_actors
from transforms.actors.tables import ActorTables


def last_subject(nlp: Language, tables: ActorTables, text: str) -> list[str]:
    """The codes of the last subject of a text, and of whom it does something with."""
    doc = nlp(text)
    book = read_actors([(0, doc)], tables)
    subject = [token for token in doc if token.dep_ in ("nsubj", "nsubjpass")][-1]
    partner = book.partner_of(subject, 0)
    return [actor.code for actor in (*book.actors_of(subject, 0), *([partner] if partner is not None else []))]


@pytest.mark.parametrize("text, codes", [
    ("Botswana's president Kabelo Mosweu met Angolan leader Joana Lukamba. The two leaders signed a treaty.", ["BWAGOV", "AGOGOV"]),
    ("Botswana and Angola held talks on Monday. Both sides signed a treaty.", ["BWA", "AGO"]),
    ("Togolese soldiers fought Ghanaian troops at the river. The two sides buried their dead.", ["TGOMIL", "GHAMIL"]),
    ("Togolese soldiers fought Ghanaian troops at the river. The two countries closed the bridge.", ["TGO", "GHA"]),
    ("The Malian army fought Malian rebels at the river. The sides agreed to a truce.", ["MLIMIL", "MLIREB"]),
    ("Botswana and Angola held talks on Monday. They signed a treaty.", ["BWA", "AGO"]),
    ("The two Koreas signed a treaty.", ["PRK", "KOR"]),
    ("The Botswana minister Kabelo Mosweu arrived. He met Angolan envoy Joana Lukamba. They signed a treaty.", ["BWAGOV", "AGOGOV"]),
])
def test_two_named_before_are_the_two(nlp: Language, tables: ActorTables, text: str, codes: list[str]) -> None:
    assert last_subject(nlp, tables, text) == codes


@pytest.mark.parametrize("text", [
    "Botswana, Angola and Namibia held talks on Monday. The two leaders signed a treaty.",
    "Botswana's president spoke in Windhoek. Both sides of the river were dark.",
])
def test_who_the_two_are_must_be_said(nlp: Language, tables: ActorTables, text: str) -> None:
    assert len(set(last_subject(nlp, tables, text))) < 2


def test_they_are_the_many_before_rather_than_two(nlp: Language, tables: ActorTables) -> None:
    text = "Botswana and Angola sent teachers to the coast. Zambian farmers blocked the road. They burned tyres."
    assert last_subject(nlp, tables, text) == ["ZMBAGR"]


def test_relations_between_two_countries_are_nobodys_deed(nlp: Language, tables: ActorTables) -> None:
    doc = nlp("Botswana and Angola held talks on Monday. He praised relations between the two countries.")
    book = read_actors([(0, doc)], tables)
    countries = next(token for token in doc if token.text == "countries")
    assert {actor.code for actor in book.actors_of(countries, 0)} <= {""}


def test_what_is_done_to_two_is_done_to_both(nlp: Language, tables: ActorTables) -> None:
    doc = nlp("Botswana and Angola held talks on Monday. Zambia urged the two countries to stop.")
    book = read_actors([(0, doc)], tables)
    countries = next(token for token in doc if token.text == "countries")
    assert [actor.code for actor in book.actors_of(countries, 0)] == ["BWA", "AGO"]


def test_who_acts_alone_has_no_partner(nlp: Language, tables: ActorTables) -> None:
    doc = nlp("Botswana and Angola held talks on Monday. Zambia slept.")
    book = read_actors([(0, doc)], tables)
    assert all(book.partner_of(token, 0) is None for token in doc)
