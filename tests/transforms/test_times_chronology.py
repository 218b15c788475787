"""Texts in which a date heads what happened then; published on Wednesday 3 August 2022."""

from __future__ import annotations

from datetime import date

import pytest

from transforms.times.chronology import ENTRY, HEADING
from transforms.times.reader import read_times

WEDNESDAY = date(2022, 8, 3)


def heads(text: str) -> list[tuple[str, str, str]]:
    """(words, value, rule) of the dates that head something."""
    return [(one.text, one.value, one.rule) for one in read_times(text, WEDNESDAY).expressions if one.rule in (ENTRY, HEADING)]


@pytest.mark.parametrize(("text", "told"), [
    # a year that stands alone lends itself to the days under it
    ("Key dates of the mutiny:\n1997\nMay 4: Sailors seize the port.\nMay 9: The navy shells it.\n1998\nJan 2: A truce is signed.",
     [("1997", "1997", HEADING), ("May 4", "1997-05-04", ENTRY), ("May 9", "1997-05-09", ENTRY),
      ("1998", "1998", HEADING), ("Jan 2", "1998-01-02", ENTRY)]),
    # what an entry names in passing leads nobody away
    ("1997\nMay 4: Sailors recall the strike of March 1921.\nMay 9: The navy shells the port.",
     [("1997", "1997", HEADING), ("May 4", "1997-05-04", ENTRY), ("May 9", "1997-05-09", ENTRY)]),
    # days by their number under a month
    ("MARCH 2011\n\n- 15: Crowds gather.\n\n- 18-20: Police fire.\n\nAPRIL 2011\n\n- 2: The governor resigns.",
     [("MARCH 2011", "2011-03", HEADING), ("15", "2011-03-15", ENTRY), ("18", "2011-03-18", ENTRY),
      ("APRIL 2011", "2011-04", HEADING), ("2", "2011-04-02", ENTRY)]),
    # bullets and dashes; a year ends before the next begins
    ("* November 2019 – Voters go to the polls.\n* 30 December – The court annuls the vote.\n* 7 January - Rallies begin.",
     [("November 2019", "2019-11", ENTRY), ("30 December", "2019-12-30", ENTRY), ("7 January", "2020-01-07", ENTRY)]),
    # in one paragraph, without a mark between
    ("Feb 3, 2009 Miners walk out. Police watch. Feb 7 Owners close the pits. Mar 1 Pits reopen.",
     [("Feb 3, 2009", "2009-02-03", ENTRY), ("Feb 7", "2009-02-07", ENTRY), ("Mar 1", "2009-03-01", ENTRY)]),
    # a title beside the date
    ("1941: The siege\n\nThe town fell.\n\n1942: Hunger\n\nNobody came.\n\n1943: The relief\n\nTroops came in June.",
     [("1941", "1941", HEADING), ("1942", "1942", HEADING), ("1943", "1943", HEADING)]),
])
def test_dates_that_head_what_follows_go_on_from_one_another(text: str, told: list[tuple[str, str, str]]) -> None:
    assert heads(text) == told


@pytest.mark.parametrize("text", [
    "Aug. 1 - Police arrested two men in Lagos on Sunday.",
    "In May the port closed. In June it opened. On July 4 Sailors' Day was held. In July the strike ended.",
    "The port closed in 1997.\nThe navy shelled it on May 9.\nA truce was signed in 1998.",
])
def test_prose_with_dates_is_no_chronology(text: str) -> None:
    assert heads(text) == []


def test_what_happened_within_an_entry_is_counted_from_its_date() -> None:
    text = "News of today.\n1 May 1999: Planes come.\n9 May 1999: A bridge falls; two days later the town is empty.\n4 June: A truce."
    assert [one.value for one in read_times(text, WEDNESDAY).expressions][-2:] == ["1999-05-11", "1999-06-04"]


def test_the_news_before_a_chronology_is_told_from_its_own_day() -> None:
    text = "Soldiers seized the palace on Sunday.\n1997: A general takes power.\n2003: He dies.\n2011: The army comes back."
    assert read_times(text, WEDNESDAY).expressions[0].value == "2022-07-31"
