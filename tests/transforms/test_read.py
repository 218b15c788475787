"""The reader as a whole on texts that nobody wrote to be read: it ends soon, and prose beside them is still read."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

import pytest

from schemas.records import Precision, Span, code_version
from transforms.clean.cleaner import article_from_text
from transforms.lexicons.tables import lexicon_version
from transforms.read import Reader, cut, open_reader
from transforms.times.reader import read_times_between

SIZE = 30_000
PROSE = "Police arrested two men in Lagos on Friday."
STRANGE = {
    "one word": "a" * SIZE, "brackets": "(" * SIZE, "quotes": '"' * SIZE, "encoded": "QmFzZTY0/+" * (SIZE // 10), "blanks": " \n" * (SIZE // 2),
    "numbers": "1 " * (SIZE // 2), "names": "Serbia, " * (SIZE // 8), "endless": "The army attacked the rebels and " * (SIZE // 33),
    "pronouns": "He said she told them that " * (SIZE // 27), "dates": "1999-01-01 " * (SIZE // 11), "wide": "語" * SIZE,
}


@pytest.fixture(scope="module")
def reader(gazetteer: Path) -> Reader:
    return open_reader(gazetteer=gazetteer)


def test_a_mention_says_which_code_model_and_lexicons_read_it(reader: Reader) -> None:
    [mention] = reader.read(article_from_text(PROSE, article_id="a", published=date(2024, 3, 4))).mentions
    code, model, lexicons = mention.reader_version.split(" ")
    assert (code, lexicons) == (code_version(), lexicon_version())
    assert model.startswith("en_core_web_sm") and model.endswith(reader.nlp.meta["version"])


@pytest.mark.parametrize("name", STRANGE)
def test_a_text_that_is_no_prose_ends_soon_and_the_prose_after_it_is_read(reader: Reader, name: str) -> None:
    began = time.process_time()
    reading = reader.read(article_from_text(f"{STRANGE[name]}\n\n{PROSE}", article_id="a", published=date(2024, 3, 4), language="en"))
    assert time.process_time() - began < 8
    assert [mention.evidence for mention in reading.mentions][-1:] == [PROSE]


def test_a_person_does_nothing_to_himself(reader: Reader) -> None:
    text = "Two Chechen bombers killed 23 people as well as themselves on Sunday."
    reading = reader.read(article_from_text(text, article_id="a", published=date(2024, 3, 4)))
    assert {mention.target.text for mention in reading.mentions if mention.target} == {"23 people"}


def test_a_statement_is_one_however_many_it_speaks_of(reader: Reader) -> None:
    text = "The Hungarian minister said on Sunday that Poland and Slovakia were good neighbours."
    reading = reader.read(article_from_text(text, article_id="a", published=date(2024, 3, 4)))
    assert [mention.code for mention in reading.mentions] == ["010"]


def test_who_was_killed_by_gunfire_counts_for_the_gunfire(reader: Reader) -> None:
    text = "At least three people were killed by sniper fire in Homs on Sunday."
    reading = reader.read(article_from_text(text, article_id="a", published=date(2024, 3, 4)))
    assert [mention.killed.best for mention in reading.mentions] == [3]


def test_a_paper_beside_a_ministry_only_carried_its_words(reader: Reader) -> None:
    text = "The Russian foreign ministry and Izvestia called on Pristina to stop."
    reading = reader.read(article_from_text(text, article_id="a", published=date(2024, 3, 4)))
    assert {mention.source.code for mention in reading.mentions if mention.source} == {"RUSGOV"}


def test_meetings_of_whoever_whenever_are_no_event(reader: Reader) -> None:
    text = "Meetings with Turkish leaders are all about trade."
    assert not reader.read(article_from_text(text, article_id="a", published=date(2024, 3, 4))).mentions


@pytest.mark.parametrize("text, codes", [
    ("Protests have broken out across the country.", ["141"]),
    ("Heavy fighting erupted in Bunia.", ["190"]),
    ("Protests in the country hurt trade.", []),
])
def test_what_breaks_out_is_told_whoever_does_it(reader: Reader, text: str, codes: list[str]) -> None:
    assert [mention.code for mention in reader.read(article_from_text(text, article_id="a", published=date(2024, 3, 4))).mentions] == codes


def test_a_long_block_is_cut_where_a_sentence_ends_and_loses_nothing() -> None:
    text = "The army attacked, and the rebels fled to the hills. " * 1200
    pieces = list(cut(text, Span(0, len(text))))
    assert "".join(piece for _, piece in pieces) == text and len(pieces) > 2
    assert all(piece.endswith("hills.") for _, piece in pieces[:-1])
    assert all(text[start:].startswith(piece) for start, piece in pieces)


def test_a_block_without_a_sentence_end_is_cut_between_words() -> None:
    text = "rebels " * 6000
    pieces = [piece for _, piece in cut(text, Span(0, len(text)))]
    assert "".join(pieces) == text and all(piece.strip().endswith("rebels") for piece in pieces)


def test_a_town_that_an_attack_is_named_after_did_not_make_it(reader: Reader) -> None:
    def makers(text: str) -> set[str]:
        mentions = reader.read(article_from_text(text, article_id="a", published=date(2024, 3, 4))).mentions
        return {mention.source.country for mention in mentions if mention.source}
    assert makers("The Brussels attacks killed 32 people. Nine people died in the Paris bombing.") == set()
    assert makers("The US attack killed 32 people. Nine people died in a US air strike.") == {"USA"}


def test_who_fears_for_his_own_does_not_threaten_them(reader: Reader) -> None:
    def told(text: str) -> list[tuple[str, str]]:
        mentions = reader.read(article_from_text(text, article_id="a", published=date(2024, 3, 4))).mentions
        return [(mention.code[:2], mention.status.value) for mention in mentions]
    assert told("The Moldovan president warned on Sunday that Russia would attack Moldova.") == [("01", "asserted")]
    assert told("Russia warned on Sunday that it would attack Moldova.") == [("13", "threatened")]


def test_a_town_that_only_the_gazetteer_knows_is_taken_as_its_country(reader: Reader) -> None:
    """The tagger takes such a town for a man, and the actor tables do not know it."""
    (taken,) = reader.read(article_from_text("Rebels seized Podujevo on Monday.", article_id="a", published=date(2024, 3, 4))).mentions
    assert (taken.code, taken.target and taken.target.country) == ("192", "KSV")


def test_what_two_do_together_one_does_with_the_other(reader: Reader) -> None:
    text = "Ethiopia's premier met the president of Eritrea in Asmara on Sunday. The two leaders signed a ceasefire agreement."
    mentions = reader.read(article_from_text(text, article_id="a", published=date(2018, 7, 10))).mentions
    signed = [(mention.source and mention.source.country, mention.target and mention.target.country)
              for mention in mentions if mention.code[:2] in ("05", "08")]
    assert signed == [("ETH", "ERI")]


@pytest.mark.parametrize("text, sides", [
    ("The two Koreas exchanged artillery fire on Tuesday.", {("PRK", "KOR")}),
    ("Oman denied carrying out the strike that killed three Yemeni soldiers in Damascus.", {("OMN", "YEM"), ("", "YEM")}),
])
def test_neither_weapons_nor_towns_are_sides(reader: Reader, text: str, sides: set[tuple[str, str]]) -> None:
    reading = reader.read(article_from_text(text, article_id="a", published=date(2024, 3, 4)))
    assert {tuple(side.code[:3] if side else "" for side in (mention.source, mention.target)) for mention in reading.mentions} == sides


@pytest.mark.parametrize("text, codes", [
    ("A bus plunged into a ravine near Cusco on Monday, killing 20 people.", []),
    ("A Kenyan military plane crashed near Garissa, killing nine soldiers.", []),
    ("A Kenyan gunboat shelled Kismayo, killing nine people.", ["190", "194"]),
])
def test_a_vehicle_that_comes_to_grief_kills_nobody(reader: Reader, text: str, codes: list[str]) -> None:
    reading = reader.read(article_from_text(text, article_id="a", published=date(2024, 3, 5)))
    assert sorted({mention.code for mention in reading.mentions}) == codes


def test_who_is_hurt_in_an_article_about_an_accident_was_hurt_by_nobody(reader: Reader) -> None:
    text = "A ferry sank off Samar on Sunday.\nTwenty people were injured, officials said.\nPolice in Manila arrested the owner."
    codes = [mention.code for mention in reader.read(article_from_text(text, article_id="a", published=date(2024, 3, 4))).mentions]
    assert "173" in codes and "190" not in codes
    attack = text.replace("sank", "was attacked by rebels and sank")
    assert "190" in [mention.code for mention in reader.read(article_from_text(attack, article_id="a", published=date(2024, 3, 4))).mentions]


def test_a_part_is_somebody_only_of_somebody(reader: Reader) -> None:
    (refused,) = reader.read(article_from_text("Gabon will not take part in the summit.", article_id="a", published=date(2024, 3, 5))).mentions
    assert (refused.code, refused.target) == ("125", None)


def test_ones_deputy_sits_in_no_parliament(reader: Reader) -> None:
    (dismissed,) = reader.read(article_from_text("The Malian president dismissed his deputy.", article_id="a", published=date(2024, 3, 5))).mentions
    assert dismissed.target is not None and dismissed.target.code == "MLIGOV"


@pytest.mark.parametrize("dateline", [
    "PRETORIA, Nov. 2 (Agency) - ", "ABUJA—", "DHAKA, Bangladesh: ", "GOMA, Congo (Agency) -", "LONDON (AP) — ", "JUBA/NAIROBI, May 4 – "])
def test_a_sentence_begins_after_the_dateline(reader: Reader, dateline: str) -> None:
    text = f"{dateline}Congo's army has retaken the town of Bunia from the rebels."
    ((_, doc),) = reader.parse(article := article_from_text(text, article_id="a", published=date(2018, 7, 10)), reader.prepared(article))
    assert [sentence.text for sentence in doc.sents][-1] == text.removeprefix(dateline)


@pytest.mark.parametrize("text", [
    "KFOR, the NATO-led force - which patrols Kosovo - sent soldiers.", "UN envoy Jan Egeland - speaking in Geneva - sent aid.",
    "US: the army sent soldiers."])
def test_a_dash_inside_a_sentence_ends_no_dateline(reader: Reader, text: str) -> None:
    ((_, doc),) = reader.parse(article := article_from_text(text, article_id="a", published=date(2018, 7, 10)), reader.prepared(article))
    assert len(list(doc.sents)) == 1


def test_a_page_of_some_day_of_a_week_knows_what_all_its_days_agree_on() -> None:
    told = {each.text: each for each in read_times_between(
        "It was announced on July 31, in April, on Sunday, yesterday and on Friday.", date(2022, 7, 31), date(2022, 8, 6)).expressions}
    assert {words: (each.start, each.value) for words, each in told.items() if each.precision is not Precision.RANGE} == {
        "July 31": (date(2022, 7, 31), "2022-07-31"), "April": (date(2022, 4, 1), "2022-04"), "Sunday": (date(2022, 7, 31), "2022-07-31")}
    assert (told["yesterday"].start, told["yesterday"].end, told["yesterday"].edtf) == (date(2022, 7, 30), date(2022, 8, 6), "[2022-07-30..2022-08-05]")
    assert (told["Friday"].start, told["Friday"].end) == (date(2022, 7, 29), date(2022, 8, 6))


def test_a_page_without_a_date_dates_its_deeds_from_inside(reader: Reader) -> None:
    text = ("Milan Petrov (@petrov) July 30, 2022\n\nThe ambassador of Chad met the president of Mali in Bamako on July 29. "
            "Rebels attacked an army base near Goma on Friday.")
    mentions = reader.read(article_from_text(text, article_id="a")).mentions
    assert {mention.code[:2]: (mention.when.start, mention.when.end, mention.when.precision) for mention in mentions} == {
        "04": (date(2022, 7, 29), date(2022, 7, 30), Precision.DAY), "19": (date(2022, 7, 29), date(2022, 8, 6), Precision.RANGE)}
