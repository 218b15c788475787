"""Where a deed happened: whole sentences of our own, from the text to the place of the deed."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from transforms.clean.cleaner import article_from_text
from transforms.read import Reader, open_reader


@pytest.fixture(scope="module")
def reader(gazetteer: Path) -> Reader:
    return open_reader(gazetteer=gazetteer)


@pytest.mark.parametrize(("text", "trigger", "place"), [
    ("Gunmen shot a judge near Lima on Friday.", "shot", "Lima"),
    ("Moscow said on Tuesday that rebels had attacked a village in Syria.", "attacked", "Syria"),
    ("Somali pirates seized a Greek ship off Kenya on Monday.", "seized", "Kenya"),
    # who is driven out was where he is driven from
    ("France condemned the deportation of its citizens from Morocco last week.", "deportation", "Morocco"),
    ("The expulsion of Kurdish families from Turkey began in 1994.", "expulsion", "Turkey"),
    ("The withdrawal of Brazilian troops from Haiti began on Monday.", "withdrawal", "Haiti"),
    ("Hungary deported four men to Serbia on Monday.", "deported", "Hungary"),
    # what is fought over is where it is fought
    ("A battle for Goma between the army and rebels left ten dead on Monday.", "battle", "Goma"),
    ("Russia condemned the siege of Khartoum on Monday.", "siege", "Khartoum"),
    ("Fighting between the army and rebels over the airport of Benghazi began on Monday.", "Fighting", "Benghazi"),
    ("Ethiopian troops drove through the night from Kenya and took the airport of Benghazi on Saturday.", "took", "Benghazi"),
    ("Rebels shelled Juba on Monday.", "shelled", "Juba"),
    ("Russian missiles hit an Odesa hospital on Monday.", "hit", "Odesa"),
    ("The port of Aden was bombed on Monday.", "bombed", "Aden"),
    # an army acts where it is sent
    ("In 2011 France mobilized its air force to drive the rebels out of Benghazi.", "mobilized", "Benghazi"),
    ("Kenya sent troops to chase the gunmen out of Somalia on Monday.", "sent", "Somalia"),
    # an envoy is met at his post
    ("Peru's foreign minister held talks with the Chinese ambassador to Bolivia on Monday.", "talks", "Bolivia"),
    ("Jordan's king met the Dutch ambassador on Monday.", "met", "Jordan"),
    ("Jordan's king met the Dutch ambassador to Cairo in Geneva on Monday.", "met", "Geneva"),
])
def test_a_deed_happens_where_its_sentence_says(reader: Reader, text: str, trigger: str, place: str) -> None:
    told = [mention for mention in reader.read(article_from_text(text, article_id="a", published=date(2023, 5, 10))).mentions
            if mention.trigger.of(text) == trigger]
    assert told and {mention.place.name if mention.place else "" for mention in told} == {place}
