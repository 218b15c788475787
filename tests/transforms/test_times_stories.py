"""Texts that tell a story: histories that go on from their own dates, and news that looks back."""

from __future__ import annotations

from datetime import date

import pytest

from schemas.records import Anchor
from transforms.times.reader import AnchorPolicy, read_times

WEDNESDAY = date(2022, 8, 3)


def values(text: str, anchor: date | None = WEDNESDAY) -> list[tuple[str, str]]:
    return [(one.text, one.value) for one in read_times(text, anchor).expressions]


def test_news_that_looks_back_tells_days_beside_the_one_it_wrote_out() -> None:
    told = "He was jailed on 29 June 2021. On June 30 crowds gathered. On November 3 he spoke."
    assert dict(values(told, date(2025, 11, 10))) == {"29 June 2021": "2021-06-29", "June 30": "2021-06-30", "November 3": "2025-11-03"}


def test_two_days_earlier_counts_from_the_day_just_named() -> None:
    reading = read_times("The raid of 12 June 1999 failed. Two days earlier a convoy had burned.", WEDNESDAY)
    assert [(one.value, one.anchor) for one in reading.expressions] == [
        ("1999-06-12", Anchor.EXPLICIT), ("1999-06-10", Anchor.NARRATIVE)]


def test_next_day_counts_from_the_story_and_tomorrow_from_the_publication() -> None:
    assert values("They met on 12 June 1999. The next day they signed. Tomorrow is a holiday.")[1:] == [
        ("The next day", "1999-06-13"), ("Tomorrow", "2022-08-04")]


HISTORY = (
    "In March 1861 the fort was besieged. On 12 April it was shelled. The war lasted until 1865. "
    "In 1862 armies met in the valley. In September they met again. In June 1863 the army marched north. "
    "On 3 July it lost. The next day another city fell. In 1864 the siege began. In April 1865 it was over."
)


def test_story_that_walks_through_history_lends_its_year() -> None:
    found = dict(values(HISTORY, date(2009, 12, 19)))
    assert (found["12 April"], found["September"], found["3 July"], found["The next day"]) == (
        "1861-04-12", "1862-09", "1863-07-03", "1863-07-04")


@pytest.mark.parametrize(("aside", "later", "value"), [
    ("In March 1863 the siege began, and would last until May 1865.", "In June the town fell.", "1863-06"),
    ("In February 1863 both sides rested for the winter.", "In March they marched.", "1863-03"),
    ("In May 1862 the war had been at a stand since 1860.", "In August of that year a fort was built.", "1860-08"),
])
def test_what_a_history_names_in_passing_does_not_move_it(aside: str, later: str, value: str) -> None:
    reading = read_times(f"{HISTORY} {aside} {later}", date(2009, 12, 19), policy=AnchorPolicy.NARRATIVE)
    assert reading.expressions[-1].value == value


def test_a_retrospect_that_goes_on_from_its_own_dates_is_history_though_it_opens_today() -> None:
    told = "The court rules on Friday. In May 1995 rebels attack the port. Troops leave on 6 July. "
    retrospect = f"{told}Later that year talks begin. In 1997, in 1998 and in March 1999 they fail. The following month a truce is signed. It ends in 2000, in 2002 and in 2003."
    assert values(retrospect)[2][1] == "1995-07-06"
    assert values(f"{told}They left Goma in 1997, Bunia in March 1999, Beni in 2000 and Uvira in 2002.")[2][1] == "2022-07-06"


def test_a_history_told_in_the_present_goes_on_from_what_opens() -> None:
    told = f"{HISTORY} In March 1871 the court opens in the valley. The following month it rules."
    assert values(told, date(2009, 12, 19))[-1] == ("The following month", "1871-04")


def test_a_war_is_told_from_where_its_story_stands() -> None:
    story = (
        "The war began on 3 May 1864. Four days later the town fell. By June they held the valley, and that summer they marched. "
        "The next month the king fled. In early 1867 the last garrison left. On 12 March the flag was lowered. In 1870 a stone was set. "
        "It stood until 1944. In the autumn of 1915 guns were brought, and by Christmas it was over. On 21 March 1918 it began again."
    )
    assert [value for _, value in values(story, date(2009, 12, 19))] == [
        "1864-05-03", "1864-05-07", "1864-06", "1864-SU", "1864-07", "1867", "1867-03-12", "1870", "1944", "1915-FA", "1915-12-25", "1918-03-21"]


def test_news_policy_counts_from_publication_even_in_history() -> None:
    reading = read_times(HISTORY, date(2009, 12, 19), policy=AnchorPolicy.NEWS)
    assert next(one.value for one in reading.expressions if one.text == "12 April") == "2010-04-12"


def test_news_that_looks_back_to_a_war_still_counts_from_its_publication() -> None:
    text = (
        "Since the war of 1999 little has changed. In the 1990s they fled, in 1998 they hid, in 2004 they rioted and in 2008 "
        "they declared independence. In 2013 they signed, on 5 May 2015 they quarrelled. The ban announced on July 31 "
        "starts on August 1, officials said Sunday. Tonight sirens were heard."
    )
    found = dict(values(text))
    assert (found["July 31"], found["August 1"], found["Sunday"]) == ("2022-07-31", "2022-08-01", "2022-07-31")
    assert found["Tonight"] == "2022-08-03TNI"


def test_news_of_plans_for_years_to_come_is_no_history() -> None:
    text = ("By 2030 half of it is to be clean, by 2035 all, and by 2040 the plants close. The pact of 2015 was renewed in 2019 and 2021. "
            "In June the government announced a loan.")
    assert dict(values(text))["June"] == "2022-06"


@pytest.mark.parametrize(("text", "is_history"), [
    ("Two men met on Sunday. They left later that day, and came back the following week.", False),
    ("It began in 1911. By May 1913 the town had fallen, in 1915 it was free, on 3 June 1916 it fell again, and in 1918 came peace.", True),
])
def test_a_history_is_a_text_that_walks_through_dated_years(text: str, is_history: bool) -> None:
    assert read_times(text, WEDNESDAY).is_history is is_history


@pytest.mark.parametrize(("text", "evening"), [
    ("On Sunday the council put the vote off until 3 September. The mayor left town that evening.", "2022-07-31TEV"),
    ("The council will vote on 3 September. The mayor will speak that evening.", "2022-09-03TEV"),
])
def test_that_evening_is_of_the_day_the_story_has_reached(text: str, evening: str) -> None:
    assert values(text)[-1] == ("that evening", evening)


def test_days_after_a_year_long_past_are_of_that_year() -> None:
    text = "In 1987 the mine was in ruins. On 4 March miners walked out. Police came on 9 May, and on 2 June the owners fled."
    assert [value for _, value in values(text)] == ["1987", "1987-03-04", "1987-05-09", "1987-06-02"]


def test_news_that_opens_with_a_year_still_counts_from_its_day() -> None:
    text = "Since 1987 the mine has been shut. On Monday miners met. Police came on 9 May, left on 2 June and came back on 4 July."
    assert [value for _, value in values(text)][2:] == ["2022-05-09", "2022-06-02", "2022-07-04"]


@pytest.mark.parametrize(("text", "values"), [
    # a text that opens long ago goes on there, if nothing in it is told from today
    ("In March 1808 the king fled. On 2 May the town rose, and by July it was lost.", ["1808-03", "1808-05-02", "1808-07"]),
    ("The treaty of 18 October 1866 failed. The following April it was signed again.", ["1866-10-18", "1867-04"]),
    # a day of the month is of the month last named, unless that is this one
    ("Talks opened on January 17, 1988, and broke off on the 21st.", ["1988-01-17", "1988-01-21"]),
    ("He left on 29 December 1911 and was back on the 3rd.", ["1911-12-29", "1912-01-03"]),
    ("The colony was planted in 1611. That summer half of them died.", ["1611", "1611-SU"]),
    ("The fort fell in 1611. The following summer it was rebuilt.", ["1611", "1612-SU"]),
])
def test_what_is_told_of_long_ago_stays_there(text: str, values: list[str]) -> None:
    assert [one.value for one in read_times(text, date(2012, 8, 3)).expressions] == values


def test_a_text_that_opens_long_ago_may_come_back() -> None:
    text = "In 1912 two brothers left on 20 May. By mid-June one was ill; they were back on 1 August. On Sunday it was told again, as in June."
    assert [value for _, value in values(text)] == ["1912", "1912-05-20", "1912-06", "1912-08-01", "2022-07-31", "2022-06"]


@pytest.mark.parametrize(("text", "values"), [
    # an anniversary: the days of that year come round again on these very days
    ("The mutiny of twenty years ago still divides the port. The council demanded on 6 May that the crew surrender. On 9 May the navy fired on it.\n"
     "Today the harbour was quiet.", ["1984-05-06", "1984-05-09"]),
    # the same sentence, the same paragraph, and the next one
    ("A bell rang on Sunday. In February 1994 the bishop offered a vote, and a pact was signed on 7 March. On 19 October the islanders voted.\n"
     "Troops landed on 28 November.", ["2004-05-02", "1994-03-07", "1994-10-19", "1994-11-28"]),
    # what was this year needs none, nor has what is to come
    ("Mr Okoro spoke on Sunday. He was first elected in 1994. He was arrested on 7 March. The trial will open on 19 October.", ["2004-05-02", "2004-03-07", "2004-10-19"]),
    ("A bell rang on Sunday. In January 1994 the ferry sank. On 29 February the owner fled.", ["2004-05-02", "1994-01", "2004-02-29"]),
    ("A bell rang on Sunday. The ferry sank in 1994. It was raised in December.", ["2004-05-02", "2003-12"]),
])
def test_news_that_remembers_a_year_tells_its_days_until_it_says_today(text: str, values: list[str]) -> None:
    found = read_times(text, date(2004, 5, 4)).expressions
    assert [one.value for one in found if one.value.count("-") and one.text not in ("February 1994", "Today")] == values


BACKGROUND = """On Tuesday the guard was doubled at Ostrov, where fishermen had met on 2 May.

The quarrel began over a lighthouse. On 12 August 1989 the council closed it. By then a boat had been sunk: on 3 July two men drowned.
1992 was the year of the raids. On 9 May, a Saturday, the mayor was seized. In October the envoys met, and on 21 December they signed. That winter the
harbour froze.

The council has met since 2011. Its clerk resigned in March. In the 2007 plan, which was printed in April, nothing is said of it. On Sunday it rained."""


def test_the_dates_of_news_that_looks_back_are_read_together() -> None:
    found = values(BACKGROUND, date(2024, 5, 24))
    assert [value for _, value in found] == [
        "2024-05-21", "2024-05-02", "1989-08-12", "1989-07-03", "1992", "1992", "1992-05-09", "1992-05-09", "1992-10", "1992-12-21", "1992-WI",
        "2011", "2024-03", "2007", "2024-04", "2024-05-19"]


def test_days_of_the_month_and_what_was_planned_in_news() -> None:
    text = ("The raid began on 19 September. On the 28th the council signed a decree that will end it on 1 January. A day earlier its head was seized. "
            "Voting is on the 12th.")
    assert [value for _, value in values(text, date(2023, 10, 6))] == ["2023-09-19", "2023-09-28", "2024-01-01", "2023-09-27", "2023-10-12"]


WAR = """
The war of 1755-57

On 9 July 1755 the column was routed. Four days later its general died. A fort fell in August of the next year, and on 14 March 1757 the frontier burned.

1758

The fleet sailed on 2 June. The fort on the lake had been held since the spring. On 25 November the garrison left, and on the 28th Mackay came in.
Of the 1749 settlers few remained. The following March a truce was signed, which would have lasted until June 1761. In May it was broken.
In the first days of September, at five the next morning, and in the second half of October 1759 they fought again.
"""


def test_the_years_of_a_history_are_read_together() -> None:
    found = dict(values(WAR, date(2011, 3, 5)))
    assert {words: found[words] for words in ("2 June", "25 November", "the 28th", "The following March", "May")} == {
        "2 June": "1758-06-02", "25 November": "1758-11-25", "the 28th": "1758-11-28", "The following March": "1759-03", "May": "1759-05"}
    assert (found["the first days of September"], found["the second half of October 1759"]) == ("1759-09", "1759-10")


CAMPAIGNS = """
The north

On 3 March 1921 the rising began at Aldby, which the crown had held since 1878 and fortified thirty years later. On 9 April a bridge fell.
In 1967 the historian Ida Moss blamed the governor, and the 1990s forgot her. On 2 May the rebels, armed at Ness in June 1919, took the port; the blockade
lasted until August 1921, when it was lifted. By 20 May the villages had risen. In November snow fell, and a plan foresaw a decision a year later.
On 5 February the governor fled. That December peace was signed, on the 8th.

The south

Farmers had met in secret from 1 July 1921. On 4 August they rose, and on 12 October 1921 they were beaten.
"""


def test_a_history_keeps_to_the_time_that_it_is_about() -> None:
    found = dict(values(CAMPAIGNS, date(2011, 3, 5)))
    assert {words: value for words, value in found.items() if words[0].isdigit() or words in ("thirty years later", "November", "That December", "the 8th")} == {
        "3 March 1921": "1921-03-03", "1878": "1878", "thirty years later": "1908", "9 April": "1921-04-09", "1967": "1967", "2 May": "1921-05-02",
        "20 May": "1921-05-20", "November": "1921-11", "5 February": "1922-02-05", "That December": "1922-12", "the 8th": "1922-12-08",
        "1 July 1921": "1921-07-01", "4 August": "1921-08-04", "12 October 1921": "1921-10-12"}


@pytest.mark.parametrize(("text", "told"), [
    ("In 218 BC he crossed the mountains, and in October came down. That winter he rested; in early spring he marched. In 1959 an "
     "engineer followed him. On 21 June, in the morning, he won; the next day he rode on, and the following month he camped. He returned in AD 14.",
     ["BC0218", "BC0218-10", "BC0218-WI", "BC0217-SP", "1959", "BC0217-06-21", "BC0217-06-21TMO", "BC0217-06-22", "BC0217-07", "0014"]),
    ("The guard was changed on 16 May 1804. On the afternoon of the 18th guards were shot, and on the 20th floors burned; on the 21st floor nobody knew.",
     ["1804-05-16", "1804-05-18TAF", "1804-05-20"]),
    ("They signed on 18 March 1921, at half past eight in the evening, and two hours later they left. Forty minutes earlier a clock had stopped.",
     ["1921-03-18T20:30", "1921-03-18T22:30", "1921-03-18T21:50"]),
    ("The fleet sailed on 3 May 1809. In the last days of July it was back, and in the last months of that year it was sold.", ["1809-05-03", "1809-07", "1809"]),
    ("In May 1809 they met on the morning of the 10th, at nine in the evening of the 11th and on the 19th Hussars' ground.",
     ["1809-05", "1809-05-10TMO", "1809-05-11T21:00"]),
    ("They left on 5 May 1809, at five the next morning, and were there by 9 that evening. The day that followed was quiet.",
     ["1809-05-05", "1809-05-06T05:00", "1809-05-06T21:00", "1809-05-07"]),
    ("On 27 July 1953 fire was held until 1000 hours. On the 28th floor nobody knew.", ["1953-07-27", "1953-07-27T10:00"]),
    ("In 431 BC the plague came. That same summer it spread, and the following spring it ended.", ["BC0431", "BC0431-SU", "BC0430-SP"]),
    ("The garrison sailed in mid-1876.", ["1876"]),
])
def test_what_histories_say(text: str, told: list[str]) -> None:
    assert [value for _, value in values(text, date(2011, 3, 5))] == told
