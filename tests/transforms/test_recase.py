"""Capitals become ordinary print again, letter for letter."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from transforms.recase import is_capitals, restore_case

NAMES = {"Lima", "El Salvador", "Santa Rosa", "Garcia"}
COMMON = {"the", "army", "attack", "el", "santa", "in", "said", "near", "a", "patrol", "was"}


def restored(text: str) -> str:
    return restore_case(text, NAMES.__contains__, {"FMLN"}.__contains__, COMMON.__contains__)


def test_names_keep_their_capital_and_common_words_lose_it():
    assert restored("THE FMLN ATTACKED A PATROL NEAR SANTA ROSA IN EL SALVADOR.") == "The FMLN attacked a patrol near Santa Rosa in El Salvador."


def test_a_word_that_is_never_small_is_taken_for_a_name():
    assert restored("THE ARMY SAID GARCIA WAS IN USULUTAN") == "The army said Garcia was in Usulutan"


def test_only_text_in_capitals_counts_as_such():
    assert is_capitals("GUERRILLAS ATTACKED A POLICE STATION YESTERDAY")
    assert not is_capitals("Guerrillas attacked a police station yesterday")
    assert not is_capitals("UN, EU")


@given(st.text(max_size=300))
def test_every_character_keeps_its_place(text):
    assert len(restored(text)) == len(text)
