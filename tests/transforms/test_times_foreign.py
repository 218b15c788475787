"""Languages without tables of their own: whole dates, by dateparser's month names and nothing else of it."""

from __future__ import annotations

import pytest

from schemas.records import Reason
from transforms.times.reader import read_times


@pytest.mark.parametrize(("language", "text", "words", "value"), [
    ("it", "Il 14 marzo 2021 il governo ha firmato l'accordo.", "14 marzo 2021", "2021-03-14"),
    ("pt", "Em 7 de setembro de 1822 o Brasil tornou-se independente.", "7 de setembro de 1822", "1822-09-07"),
    ("ru", "21 февраля 2022 президент подписал указ.", "21 февраля 2022", "2022-02-21"),
    ("pl", "Konstytucja 3 maja 1791 roku.", "3 maja 1791", "1791-05-03"),
    ("sq", "Trupat ruse hynë në Prishtinë më 12 qershor 1999.", "12 qershor 1999", "1999-06-12"),
])
def test_a_whole_date_is_read(language: str, text: str, words: str, value: str) -> None:
    [found] = read_times(text, None, language=language).expressions
    assert (found.text, found.value) == (words, value)
    assert found.span.of(text) == words
    assert found.start is not None and found.start.isoformat() == value


@pytest.mark.parametrize("text", ["La risoluzione 1244 del 1999 e 20 persone 2000", "Il 5 a 3 2010 della partita", "mar 12"])
def test_numbers_beside_other_words_are_no_dates(text: str) -> None:
    assert read_times(text, None, language="it").expressions == ()


def test_an_impossible_date_is_a_reject_with_its_words() -> None:
    reading = read_times("31 kwietnia 2020", None, language="pl")
    assert reading.expressions == ()
    assert [(each.reason, each.detail) for each in reading.rejects] == [(Reason.IMPOSSIBLE_DATE, "31 kwietnia 2020")]


def test_a_language_that_nobody_knows_gives_nothing() -> None:
    assert read_times("12 foo 1999", None, language="xx").expressions == ()
