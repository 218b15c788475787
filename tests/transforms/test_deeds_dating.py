"""When a deed happened, from the words of its clause to the day of the page; told on Monday 4 March 2024."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from schemas.records import Basis, When
from transforms.clean.cleaner import article_from_text
from transforms.read import Reader, open_reader

MONDAY = date(2024, 3, 4)


@pytest.fixture(scope="module")
def reader(gazetteer: Path) -> Reader:
    return open_reader(gazetteer=gazetteer)


def dates(reader: Reader, text: str, family: str) -> list[When]:
    """The dates of the deeds of a CAMEO root, in reading order."""
    reading = reader.read(article_from_text(text, article_id="a", published=MONDAY, language="en"))
    return [mention.when for mention in sorted(reading.mentions, key=lambda one: one.trigger) if mention.code.startswith(family)]


@pytest.mark.parametrize(("text", "family", "start", "basis"), [
    ("Police arrested two men in Lagos on Friday.", "17", date(2024, 3, 1), Basis.TEXT),
    ("Police arrested two men in Lagos.", "17", MONDAY, Basis.PUBLICATION),
    ("Police arrested two men in Lagos on 12 June 1999.", "17", date(1999, 6, 12), Basis.TEXT),
    ("Rebels attacked the army near Goma on Saturday. Soldiers arrested two rebels.", "17", date(2024, 3, 2), Basis.NARRATIVE),
    ("Police arrested two men in Lagos when they left the court on Friday.", "17", date(2024, 3, 1), Basis.TEXT),
    ("Police arrested two men in Lagos, as soldiers closed the port on Friday.", "17", date(2024, 3, 1), Basis.TEXT),
    ("Spain condemned the murder of two nuns that took place in Honduras on Friday.", "19", date(2024, 3, 1), Basis.TEXT),
    ("Chad signed a treaty with Sudan at the close of their 1871 inaugural meeting.", "05", date(1871, 1, 1), Basis.TEXT),
    # an event noun lends its own time
    ("Saturday's blast killed nine people in Mosul.", "18", date(2024, 3, 2), Basis.TEXT),
    ("In a report published on Saturday, Poland accused Russia of spying.", "11", date(2024, 3, 2), Basis.TEXT),
    ("Two soldiers were killed and ten others wounded near Mosul on Saturday.", "19", date(2024, 3, 2), Basis.TEXT),
    ("On 27 February troops killed six rebels near Medellin.", "19", date(2024, 2, 27), Basis.TEXT),
    # but not to what is only said or asked about it
    ("Poland condemned Saturday's attack on the village.", "11", MONDAY, Basis.PUBLICATION),
    ("Police arrested two men in Lagos in connection with the 1998 robbery.", "17", MONDAY, Basis.PUBLICATION),
    ("Police arrested two men in a 1930s building in Lagos.", "17", MONDAY, Basis.PUBLICATION),
    ("Prosecutors accused the mayor of murdering his brother in June 2007.", "11", MONDAY, Basis.PUBLICATION),
    ("Officials blamed the rebels for last month's massacre of villagers near Goma.", "11", MONDAY, Basis.PUBLICATION),
    # a time that opens the sentence is not that of the clause after it
    ("In 1970 after the premier lost the vote, soldiers arrested two ministers in Muscat.", "17", date(1970, 1, 1), Basis.TEXT),
    ("Police arrested two men in Lagos a few hours ago.", "17", MONDAY, Basis.PUBLICATION),
    # done by saying it, or while saying it
    ("Speaking to reporters on Saturday, the minister accused Russia of spying.", "11", date(2024, 3, 2), Basis.TEXT),
    ("Poland spoke out on Saturday, accusing Russia of spying.", "11", date(2024, 3, 2), Basis.TEXT),
    ("The minister said on Saturday that Russia must withdraw its troops.", "10", date(2024, 3, 2), Basis.TEXT),
    # what is said has a time of its own
    ("By 2040, the minister says, Poland will have no coal mines.", "01", MONDAY, Basis.PUBLICATION),
    ('The minister said: "The village was quiet on Saturday."', "01", MONDAY, Basis.PUBLICATION),
    ("Russia spent far more in 2019, the minister said.", "01", MONDAY, Basis.PUBLICATION),
    # a past that a main clause tells of goes on for a sentence or two; what is only named, or lies ahead, does not
    ("In 1970 Qatar attacked Oman. Soldiers arrested three ministers in Muscat.", "17", date(1970, 1, 1), Basis.NARRATIVE),
    ("In 1970 Qatar attacked Oman. It was a hot year. It rained little. Soldiers arrested two men.", "17", MONDAY, Basis.PUBLICATION),
    ("Officials blamed rebels for last month's massacre of villagers near Goma. Soldiers arrested two rebels.", "17", MONDAY, Basis.PUBLICATION),
    ("The rebels, who seized Goma in 2015, attacked Mosul. Soldiers arrested two rebels.", "17", MONDAY, Basis.PUBLICATION),
    ("The president will visit Chad on 10 March. Police arrested two men in Lagos.", "17", MONDAY, Basis.PUBLICATION),
    # a participle beside an argument tells of another deed; what is counted on from a deed is not its own time
    ("Three sailors kidnapped last month by pirates off Guinea were freed on Saturday.", "08", date(2024, 3, 2), Basis.TEXT),
    ("Rebels shot a policeman in Goma and burned his house two days later.", "19", MONDAY, Basis.PUBLICATION),
    # what is attended or shunned happens then
    ("The opposition boycotted last month's ceremony in Lima.", "16", date(2024, 2, 1), Basis.TEXT),
    ("The guerrillas refused to join a 2016 peace deal with the government of Chad.", "12", date(2016, 1, 1), Basis.TEXT),
    # what it is the worst of since a year is not of that year
    ("The clash was the worst since 2004 and led the army to send 500 troops to Goma.", "15", MONDAY, Basis.PUBLICATION),
    # what a clause tells after a date was done then
    ("The parliament met for the first time since 26 February, when the president sacked the premier of Chad.", "17", date(2024, 2, 26), Basis.TEXT),
    # a truce that was broken is older than its breaking
    ("The raid on Goma violated a truce agreed with Chad in November.", "19", MONDAY, Basis.PUBLICATION),
    # days before a day is not that day, and a perfect is of these days
    ("Chad has arrested an opposition leader, just days before the vote on Sunday.", "17", MONDAY, Basis.PUBLICATION),
    # a verdict is not of the time of the crime it tells of
    ("A court jailed the mayor over the killing of a nun in 2015.", "17", MONDAY, Basis.PUBLICATION),
    ("A court sentenced two policemen to five years in jail for crimes during the war in Bosnia from 1992 through 1995.", "17", MONDAY, Basis.PUBLICATION),
    ("A court jailed the mayor for fraud in 2015.", "17", date(2015, 1, 1), Basis.TEXT),
    # a month that lies ahead was meant of last year, where something was done in it
    ("Rebels attacked the army near Goma in May.", "19", date(2023, 5, 1), Basis.TEXT),
    ("Police in Abeche arrested a Sudanese rebel in May.", "17", date(2023, 5, 1), Basis.TEXT),
    ("Rebels attacked the army near Goma on September 5.", "19", date(2023, 9, 5), Basis.TEXT),
    ("Rebels attacked the army near Goma on March 7.", "19", MONDAY, Basis.PUBLICATION),
    ("Rebels agreed to hold talks with Chad in May.", "0", MONDAY, Basis.PUBLICATION),
    ("Police in Abeche banned rallies for the coming vote in May.", "17", MONDAY, Basis.PUBLICATION),
    # who somebody is and what was before are not of the day of the main clause, unless the sentence opens with it
    ("In 1991 the soldiers who arrested two ministers in Muscat marched home.", "17", date(1991, 1, 1), Basis.TEXT),
    ("The general, who arrested two ministers in Muscat, died on Friday.", "17", None, Basis.NONE),
    # a war that breaks out goes on
    ("War broke out between Qatar and Oman in May 1970. Soldiers arrested two ministers in Muscat.", "17", date(1970, 5, 1), Basis.NARRATIVE),
    # a coup and a war are known by their year, if the text does not only name them again
    ("Muscat was rebuilt in Oman after a coup in 1974.", "19", date(1974, 1, 1), Basis.TEXT),
    ("Shops closed in Oman, as in the war of 1962-65.", "19", date(1962, 1, 1), Basis.TEXT),
    # a participle that goes on moves the story
    ("In 1970 Qatar attacked Oman and held Muscat, signing a truce in 1972. Soldiers arrested three ministers in Muscat.", "17", date(1972, 1, 1), Basis.NARRATIVE),
    # what went on for years is of no one day
    ("Rebels fought the army of Chad for two decades.", "19", None, Basis.NONE),
    ("The Burmese leader spent six years under house arrest.", "17", None, Basis.NONE),
    ("More than 400 farmers have been killed in Chad in years of war.", "19", None, Basis.NONE),
    ("Ten years of war killed 400 farmers in Chad.", "19", None, Basis.NONE),
    ("Rebels have fought the army of Chad for two decades.", "19", date(2004, 3, 4), Basis.TEXT),
    ("A court jailed the mayor for two years.", "17", MONDAY, Basis.PUBLICATION),
    # what is done now is not of the time of what it is about
    ("Sudan rejects the border treaty of 1899.", "12", MONDAY, Basis.PUBLICATION),
    # what lies after the page cannot have happened
    ("Police arrested an aide of the mayor of Lagos ahead of the 2027 vote.", "17", MONDAY, Basis.PUBLICATION),
])
def test_a_deed_has_the_day_its_text_supports(reader: Reader, text: str, family: str, start: date | None, basis: Basis) -> None:
    *_, when = dates(reader, text, family)
    assert (when.start, when.basis) == (start, basis)


def test_the_day_of_the_saying_is_not_the_day_of_what_was_said(reader: Reader) -> None:
    (when,) = dates(reader, "Police said on Friday that rebels had attacked the army near Goma on 12 February.", "19")
    assert when.start == date(2024, 2, 12)


def test_a_range_is_the_whole_time_of_its_deed(reader: Reader) -> None:
    (when,) = dates(reader, "Rebels attacked the army near Goma from 5 to 7 February.", "19")
    assert (when.start, when.end) == (date(2024, 2, 5), date(2024, 2, 8))


@pytest.mark.parametrize("words", ["years ago", "several decades ago", "months later", "in the past"])
def test_what_was_done_at_no_known_time_has_no_date(reader: Reader, words: str) -> None:
    (when,) = dates(reader, f"Rebels attacked the army near Goma {words}.", "19")
    assert (when.start, when.basis) == (None, Basis.NONE)


def test_what_is_reported_on_a_day_had_happened_by_then(reader: Reader) -> None:
    """And what the report goes on to tell, too; who admits a deed speaks of an older one."""
    shot, attacked = dates(reader, "Seven soldiers were shot dead near Goma, police said late on Friday. The rebels attacked a village first.", "19")
    assert (shot.start, shot.basis) == (attacked.start, attacked.basis) == (date(2024, 3, 1), Basis.NARRATIVE)
    (killed,) = dates(reader, "Chad admitted on Friday that its soldiers killed six farmers.", "19")
    assert killed.basis is Basis.PUBLICATION


@pytest.mark.parametrize(("text", "family", "start"), [
    ("Gunmen have killed five farmers in Jos, police said.\n\nIt was a dark night.\n\nThe attack occurred on Thursday night, he said.", "19", date(2024, 2, 29)),
    ("Rebels attacked the army near Goma. The clashes, which took place on Saturday, left six dead.", "19", date(2024, 3, 2)),
    ("Police fired tear gas at protesters in Lima. The incident happened on Friday.", "17", date(2024, 3, 1)),
    ("Rebels attacked the army near Goma. The raid was carried out on Saturday, a soldier said.", "19", date(2024, 3, 2)),
    ("Rebels attacked the army near Goma. Another attack took place on Saturday near Bunia.", "19", MONDAY),
    # of another kind, or too long ago to be what the news tells of
    ("Police arrested two men in Lagos. The murder took place on 12 February.", "17", MONDAY),
    ("Rebels attacked the army near Goma. The massacre took place on 12 June 1999.", "19", MONDAY),
])
def test_a_sentence_near_by_may_say_when_it_happened(reader: Reader, text: str, family: str, start: date) -> None:
    assert dates(reader, text, family)[0].start == start


def test_what_is_told_of_a_deed_named_before_is_of_its_time(reader: Reader) -> None:
    killed = dates(reader, "A man charged in the 1998 bombings of two embassies is on trial.\n\nThe attacks in Kenya killed 224 people.", "19")
    assert {when.start for when in killed} == {date(1998, 1, 1)}
    (*_, new) = dates(reader, "Chad marked the 1987 massacre.\n\nThe latest attack killed nine people in Abeche.", "19")
    assert new.start == MONDAY


CHRONOLOGY = """Soldiers arrested the premier of Mali in Bamako on Saturday.
Key dates of the unrest:
1997
May 4: Rebels attack the army near Kidal. Soldiers arrest two rebels.
Police arrest a rebel in Gao.
May 9: Police arrest a minister in Bamako, who fled after the vote of 2 May in Kidal.
2003: Soldiers kill six rebels near Gao.
"""


def test_in_a_chronology_a_deed_has_the_date_of_its_entry(reader: Reader) -> None:
    told = [when.start for when in (*dates(reader, CHRONOLOGY, "19"), *dates(reader, CHRONOLOGY, "17"))]
    assert told == [date(1997, 5, 4), date(2003, 1, 1), date(2024, 3, 2), date(1997, 5, 4), date(1997, 5, 4), date(1997, 5, 9)]


@pytest.mark.parametrize(("text", "family", "start", "end"), [
    ("The blast came a month after guerrillas kidnapped three soldiers near Garissa.", "18", date(2024, 2, 1), date(2024, 3, 1)),
    ("Rebels attacked the army near Goma on Saturday, two days after the government signed a truce with them.", "08",
     date(2024, 2, 29), date(2024, 3, 1)),
    ("Two years after the army overthrew the president of Mali, soldiers arrested the premier.", "19", date(2022, 1, 1), date(2023, 1, 1)),
    ("Troops shelled Goma two days after the rebels' 12 February attack on Bunia.", "19", date(2024, 2, 14), date(2024, 2, 15)),
    ("Villagers in Chiapas prayed on the 10th anniversary of the massacre of 30 farmers by troops.", "20", date(2014, 1, 1), date(2015, 1, 1)),
    ("Villagers in Chiapas prayed on the fifth anniversary of the massacre of 30 farmers by troops.", "20", date(2019, 1, 1), date(2020, 1, 1)),
    ("Chad marked the 10th anniversary of the accord that ended the 1992-95 war with Libya.", "19", date(1992, 1, 1), date(1996, 1, 1)),
])
def test_a_deed_told_by_its_distance_is_counted(reader: Reader, text: str, family: str, start: date, end: date) -> None:
    when = dates(reader, text, family)[0]
    assert (when.start, when.end) == (start, end)


@pytest.mark.parametrize(("text", "family"), [
    ("Chad bombed rebels on Saturday, days after they shelled Abeche.", "19"),
    ("In the days after the vote, rebels accused the army of killing civilians in Goma.", "11"),
    ("In 1990, a month after the rebels shelled Abeche, Chad signed a truce with Libya.", "19"),
    ("Chad bombed rebels in May 2015, more than two years after they shelled Abeche.", "19"),
])
def test_a_distance_that_cannot_be_counted_leaves_no_date(reader: Reader, text: str, family: str) -> None:
    assert dates(reader, text, family)[-1].start is None


@pytest.mark.parametrize(("text", "family", "start", "end"), [
    ("Rebels shelled Goma on 12 February. Two days after the attack, police arrested three men.", "17", date(2024, 2, 14), date(2024, 2, 15)),
    ("Guerrillas shot the mayor of Goma on 12 February. Ten days before he was shot, police arrested three men.", "17",
     date(2024, 2, 2), date(2024, 2, 3)),
    ("Troops toppled the president of Mali on 12 May 2014. Two years after the coup, police arrested a general.", "17",
     date(2016, 1, 1), date(2017, 1, 1)),
    ("Rebels shelled Goma on Friday. Hours after the attack, police arrested three men.", "17", date(2024, 3, 1), date(2024, 3, 2)),
    ("Rebels shelled Goma on Friday. Two weeks after the attack, police arrested three men.", "17", MONDAY, date(2024, 3, 5)),
    ("Rebels shelled Goma on 12 February. Two days after another attack, police arrested three men.", "17", MONDAY, date(2024, 3, 5)),
])
def test_a_deed_is_counted_from_another_that_was_told_before(reader: Reader, text: str, family: str, start: date, end: date) -> None:
    when = dates(reader, text, family)[0]
    assert (when.start, when.end) == (start, end)


@pytest.mark.parametrize(("words", "start", "end"), [
    ("a week ago", date(2024, 2, 25), date(2024, 2, 28)),
    ("over the past week", date(2024, 2, 26), date(2024, 3, 5)),
    ("since January", date(2024, 1, 1), date(2024, 3, 5)),
    ("last week", date(2024, 2, 26), date(2024, 3, 4)),
    ("in the past 24 hours", date(2024, 3, 3), date(2024, 3, 5)),
    ("during the last three weeks", date(2024, 2, 12), date(2024, 3, 5)),
    ("over the past six months", date(2023, 9, 4), date(2024, 3, 5)),
    ("for the past two years", MONDAY, date(2024, 3, 5)),
    ("over the past few days", MONDAY, date(2024, 3, 5)),
    ("over the last decade", date(2014, 3, 4), date(2024, 3, 5)),
])
def test_what_is_counted_back_from_the_page_is_no_calendar_week(reader: Reader, words: str, start: date, end: date) -> None:
    (when,) = dates(reader, f"Chad has arrested 40 rebels {words}.", "17")
    assert (when.start, when.end) == (start, end)


def test_since_a_day_is_the_time_up_to_the_page(reader: Reader) -> None:
    (when,) = dates(reader, "Chad has arrested 40 rebels since Friday.", "17")
    assert (when.start, when.end) == (date(2024, 3, 1), date(2024, 3, 5))


def test_a_trial_of_these_days_is_not_of_the_year_of_the_crime(reader: Reader) -> None:
    (when,) = dates(reader, "The former ruler of Chad has gone on trial for the murder of 40 prisoners in 1986.", "11")
    assert (when.start, when.basis) == (MONDAY, Basis.PUBLICATION)


def test_what_an_accusing_follows_within_hours_is_its_day(reader: Reader) -> None:
    (when,) = dates(reader, "Within hours of its coming into force on Saturday, both sides accused Chad of violating the truce.", "11")
    assert when.start == date(2024, 3, 2)


@pytest.mark.parametrize("words", ["in recent months", "over the last few years"])
def test_a_length_that_nobody_counted_gives_no_day(reader: Reader, words: str) -> None:
    (when,) = dates(reader, f"Chad has arrested 40 rebels {words}.", "17")
    assert when.start is None


def test_what_is_done_by_words_is_done_on_one_day(reader: Reader) -> None:
    (when,) = dates(reader, "Chad accused Sudan of arming rebels over the past six months.", "11")
    assert when.start == MONDAY


@pytest.mark.parametrize(("text", "family", "start"), [
    ("Teachers staged a strike protesting Friday's killing of a colleague in Oaxaca.", "14", MONDAY),
    ("Five nurses were kidnapped near Mosul by gunmen led by a former officer last Friday.", "18", date(2024, 3, 1)),
    ("Hours after his visit to the palace, which was built by a sultan 90 years ago, the Omani minister accused Qatar of spying.", "11", MONDAY),
    # the news of the page's own day is no part of what was last told of before
    ("Chad expelled two Sudanese diplomats last month. The army told reporters on Monday that soldiers had arrested nine rebels.", "173", MONDAY),
])
def test_a_time_of_something_else_dates_no_deed(reader: Reader, text: str, family: str, start: date) -> None:
    assert [when.start for when in dates(reader, text, family)] == [start]


def test_each_verb_of_a_sentence_has_its_own_time_before_another_s(reader: Reader) -> None:
    text = "The Malian judge was sentenced to ten years in prison in March 2020 and pardoned by the Malian president in 2022."
    assert [when.start for when in dates(reader, text, "")] == [date(2020, 3, 1), date(2022, 1, 1)]


def test_a_time_that_opens_a_sentence_is_also_of_what_follows_a_semicolon(reader: Reader) -> None:
    text = "On 11 February 2008 rebels shot the Malian president; the rebel leader was killed by a guard."
    assert {when.start for when in dates(reader, text, "18")} == {date(2008, 2, 11)}


def test_a_year_inside_what_is_asked_is_not_when_it_was_asked(reader: Reader) -> None:
    (when,) = dates(reader, "Amnesty International, in a letter dated February 26, urged the government of Guyana to investigate the torture of soldiers in 2007.", "02")
    assert when.start == date(2024, 2, 26)
