"""The tables keep everything that the records say."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime

import pytest

from flows.warehouse.rows import column_names, from_columns, to_arrow, to_columns
from flows.warehouse.store import told_columns
from schemas.records import (
    Actor,
    Article,
    Basis,
    Block,
    BlockKind,
    Candidate,
    Count,
    Embed,
    Event,
    GeoBasis,
    Mention,
    Place,
    PlaceKind,
    Precision,
    Span,
    Status,
    When,
)

DAY = When(date(1999, 6, 12), date(1999, 6, 13), Precision.DAY, Basis.TEXT, "1999-06-12", "12 June 1999", Span(5, 17))
PLACE = Place(Span(30, 38), "Pristina", "Pristina", PlaceKind.CITY, 42.67, 21.17, "XK", "", 786714, 0.9, "largest",
              (Candidate(786714, "Pristina", "XK", 0.9),))
ACTOR = Actor("RUSMIL", "Russian army", "Russian troops", Span(18, 25), country="RUS", type1="MIL", basis="demonym")
MENTION = Mention("a1", "v1", "lantern", 3, Span(26, 29), Span(0, 40), "On 12 June 1999 Russian troops took ...", "195",
                  ACTOR, None, DAY, PLACE, GeoBasis.CLAUSE, Status.ASSERTED, killed=Count(3, 2, None), is_root=True,
                  target_place=dataclasses.replace(PLACE, candidates=()))
ARTICLE = Article("a1", "v1", "lantern", "p1", "http://x/1", "http://x/1", "Title", "Title\n\nBody", (
    Block(BlockKind.TITLE, Span(0, 5)), Block(BlockKind.BODY, Span(7, 11))), DAY, datetime(2023, 9, 26, 8, tzinfo=UTC),
    ("A. Writer",), embeds=(Embed(Span(7, 9), "somebody", date(2023, 9, 25)), Embed(Span(9, 11))),
    date_candidates=(dataclasses.replace(DAY, span=None),), fetched_at=datetime(2023, 9, 27, tzinfo=UTC))


@pytest.mark.parametrize("record", [MENTION, dataclasses.replace(MENTION, source=None, place=None), ARTICLE])
def test_a_record_comes_back_from_its_columns_as_it_was(record: object) -> None:
    columns = to_columns([record, record], type(record))
    assert from_columns(columns, type(record)) == [record, record]


def test_an_arrow_table_brings_the_same_values_back() -> None:
    table = to_arrow([MENTION] * 3, Mention, run_id="r1")
    assert table.column("run_id").to_pylist() == ["r1"] * 3
    assert from_columns({name: table.column(name).to_pylist() for name in column_names(Mention)}, Mention) == [MENTION] * 3


def test_a_lone_surrogate_cannot_stop_a_batch() -> None:
    table = to_arrow([dataclasses.replace(MENTION, evidence="bad \ud800 byte")], Mention)
    assert table.column("evidence").to_pylist() == ["bad ? byte"]


@pytest.mark.parametrize(("table", "record", "own"), [
    ("mentions", Mention, {"mention_id", "run_id", "loaded_at"}),
    ("articles", Article, {"is_current", "gone_at", "run_id"}),
    ("events", Event, {"first_run_id", "first_seen_at", "run_id", "updated_at"}),
])
def test_tables_and_records_have_the_same_columns(table: str, record: type, own: set[str]) -> None:
    told = {column.name for column in told_columns() if column.table == table}
    assert told == set(column_names(record)) | own
