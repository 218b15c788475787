"""GDELT's face: published queries run as they stand, and what GDELT counts twice is counted twice."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from flows.cli import app
from flows.dialects import Dialect, Face, to_duckdb, told_parameters
from flows.warehouse.errors import QueryError
from flows.warehouse.publish import publish
from flows.warehouse.query import ask
from flows.warehouse.store import open_warehouse
from schemas.records import Count, Status
from tests.flows.fabric import NOW, article, load_batch, mention

QUERIES = Path(__file__).parents[3] / "shared" / "eval" / "gdelt" / "queries"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four published events: a raid, a meeting (done together), a protest, and a plan that GDELT's face leaves out."""
    folder = tmp_path_factory.mktemp("gdelt")
    pages = [article(number) for number in range(1, 5)]
    meeting = mention(pages[1], code="036", source="SRBGOV", target="KSVGOV", is_reciprocal=True)
    other_way = replace(meeting, source=meeting.target, target=meeting.source, trigger=meeting.trigger)
    load_batch(folder, [
        mention(pages[0], killed=Count(2, 2, 2)), meeting, other_way,
        mention(pages[2], when=date(2023, 9, 20), code="141", source="KSVCVL", target="SRBGOV"),
        mention(pages[3], when=date(2023, 9, 28), code="0256", source="KSVGOV", target="SRBGOV", status=Status.PLANNED),
    ], pages)
    with open_warehouse(folder, now=NOW) as db:
        publish(db, folder, now=NOW)
    return folder


def answer(data: Path, sql: str, dialect: Dialect = Dialect.BIGQUERY, **more: Any) -> list[dict[str, Any]]:
    return ask(data, to_duckdb(sql, dialect, **more)).to_pylist()


# the face

def test_what_is_done_together_is_one_event_and_two_rows(data: Path) -> None:
    rows = ask(data, "SELECT GLOBALEVENTID AS id, Actor1Code AS one, Actor2Code AS two FROM gdelt.events WHERE EventCode = '036' ORDER BY one").to_pylist()
    [own] = ask(data, "SELECT event_id AS id, is_reciprocal FROM events WHERE code = '036'").to_pylist()
    assert own["is_reciprocal"]
    assert [(row["one"], row["two"]) for row in rows] == [("KSVGOV", "SRBGOV"), ("SRBGOV", "KSVGOV")]
    mirrored = own["id"] ^ (1 << 62)
    assert {row["id"] for row in rows} == {own["id"], mirrored} and mirrored > 0


def test_the_mirrored_row_differs_in_nothing_but_the_two_actors(data: Path) -> None:
    one, two = ask(data, "SELECT * FROM gdelt.events WHERE EventCode = '036'").to_pylist()
    swap = {"1": "2", "2": "1"}
    turned = {re.sub(r"^Actor([12])", lambda found: f"Actor{swap[found[1]]}", name): value for name, value in one.items()}
    assert {**turned, "GLOBALEVENTID": two["GLOBALEVENTID"]} == two
    assert list(one) == list(two) and len(one) == 61


def test_every_mention_leads_to_a_row_of_each_direction(data: Path) -> None:
    [told] = ask(data, """SELECT count(*) AS n, count(DISTINCT m.GLOBALEVENTID) AS events, count(e.GLOBALEVENTID) AS found
                          FROM gdelt.eventmentions AS m LEFT JOIN gdelt.events AS e USING (GLOBALEVENTID)""").to_pylist()
    assert told["n"] == told["found"] and told["events"] == 4


def test_the_knowledge_graph_has_its_27_columns_and_a_row_a_document(data: Path) -> None:
    rows = ask(data, "SELECT * FROM gdelt.gkg").to_pylist()
    assert len(rows) == 4 and len(rows[0]) == 27
    assert list(rows[0])[:5] == ["GKGRECORDID", "DATE", "SourceCollectionIdentifier", "SourceCommonName", "DocumentIdentifier"]
    assert all(row["V2Themes"] is None for row in rows)
    assert len({row["GKGRECORDID"] for row in rows}) == 4


def test_every_code_has_its_words(data: Path) -> None:
    [told] = ask(data, """SELECT c.description AS deed, q.description AS quad, a.description AS who, f.iso2, f.iso3
        FROM gdelt.events AS e JOIN gdelt.eventcodes AS c ON c.code = e.EventCode JOIN gdelt.quadclasses AS q ON q.code = e.QuadClass
        JOIN gdelt.actortypes AS a ON a.code = e.Actor1Type1Code LEFT JOIN gdelt.fipscountries AS f ON f.code = e.ActionGeo_CountryCode
        WHERE e.EventCode = '173'""").to_pylist()
    assert told == {"deed": told["deed"], "quad": "Material conflict", "who": "Police", "iso2": "XK", "iso3": "XKX"} and "rrest" in told["deed"]


def test_an_analyst_needs_no_fips(data: Path) -> None:
    [row] = ask(data, "SELECT source_iso3, source_country, target_iso2, place_iso3, quadclass_label, event_date FROM analysis.events WHERE code = '173'").to_pylist()
    assert row == {"source_iso3": "XKX", "source_country": "Kosovo", "target_iso2": "RS", "place_iso3": "XKX",
                   "quadclass_label": "Material conflict", "event_date": date(2023, 9, 24)}


def test_analysts_views_tell_of_the_same_events(data: Path) -> None:
    [told] = ask(data, """SELECT (SELECT count(*) FROM events) AS events, (SELECT count(*) FROM analysis.events) AS labelled,
        (SELECT count(*) FROM analysis.event_dates) AS dated, (SELECT count(*) FROM analysis.event_evidence) AS evidence,
        (SELECT count(*) FROM mentions) AS mentions, (SELECT sum(events) FROM analysis.dyad_days) AS in_dyads,
        (SELECT count(*) FROM analysis.place_timeline WHERE place_name = 'Pristina') AS at_place,
        (SELECT count(*) FROM analysis.redated) AS redated, (SELECT count(*) FROM analysis.source_coverage) AS windows""").to_pylist()
    assert told["events"] == told["labelled"] == told["dated"] == told["at_place"] == 4
    assert told["evidence"] == told["mentions"]
    assert told["in_dyads"] == 3 and told["redated"] == 4 and told["windows"] == 1


# dialects

@pytest.mark.parametrize(("sql", "expected"), [
    ("SELECT COUNT(*) AS n FROM `gdelt-bq.gdeltv2.events`", 4),
    ("SELECT COUNT(*) AS n FROM `gdelt-bq`.full.events WHERE Year = 2023", 4),
    ("SELECT COUNT(*) AS n FROM gdeltv2.eventmentions_partitioned WHERE Confidence >= 10", 6),
    ("SELECT COUNT(1) AS n FROM `gdelt-bq.gdeltv2.events_partitioned` WHERE _PARTITIONTIME >= TIMESTAMP('2023-10-01') AND _PARTITIONTIME < TIMESTAMP('2023-10-02')", 4),
    ("SELECT COUNT(1) AS n FROM `gdelt-bq.gdeltv2.events_partitioned` WHERE _PARTITIONTIME >= TIMESTAMP('2023-10-02')", 0),
    ("SELECT COUNT(1) AS n FROM `gdelt-bq.gdeltv2.events_partitioned` e JOIN `gdelt-bq.gdeltv2.eventmentions_partitioned` m ON e.GLOBALEVENTID = m.GLOBALEVENTID "
     "WHERE e._PARTITIONDATE = DATE '2023-10-01' AND DATE(m._PARTITIONTIME) = DATE '2023-10-01'", 6),
    ("SELECT COUNTIF(PARSE_DATE('%Y%m%d', CAST(SQLDATE AS STRING)) < DATE(2023, 9, 22)) AS n FROM `gdelt-bq.gdeltv2.events`", 1),
    ("SELECT SAFE_CAST('x' AS INT64) AS n FROM `gdelt-bq.gdeltv2.gkg_partitioned` WHERE REGEXP_CONTAINS(DocumentIdentifier, r'/1$')", None),
    ("SELECT COUNT(*) AS n FROM [gdelt-bq:gdeltv2.events] WHERE LEFT(EventCode, 2) == '14' AND Actor1Code CONTAINS 'CVL'", 1),
    ("SELECT INTEGER(EventRootCode) AS n FROM [gdelt-bq:full.events] WHERE EventRootCode = \"14\"", 14),
    ("SELECT COUNT(*) AS n FROM (TABLE_DATE_RANGE([gdelt-bq:gdeltv2.events_], TIMESTAMP('2023-09-30'), TIMESTAMP('2023-10-02')))", 4),
    ("SELECT COUNT(*) AS n FROM TABLE_DATE_RANGE([gdelt-bq:gdeltv2.events_], TIMESTAMP('2022-09-30'), TIMESTAMP('2022-10-02'))", 0),
    ("SELECT COUNT(*) AS n FROM `gdelt-bq.gdeltv2.events$20231001`", 4),
    ("SELECT COUNT(*) AS n FROM `gdelt-bq.gdeltv2.events_partitioned$20231002`", 0),
    ("SELECT COUNT(*) AS n FROM [gdelt-bq:gdeltv2.events$20231001] WHERE EventCode == '036'", 2),
    ("SELECT COUNT(*) AS n FROM [gdelt-bq:full.events_20190101] AS e JOIN [gdelt-bq:gdeltv2.eventmentions] AS m ON e.GLOBALEVENTID = m.GLOBALEVENTID", 0),
    ("SELECT COUNT(*) AS n FROM `gdelt-bq.full.events_20231001` AS e JOIN gdeltv2.eventmentions AS m ON e.GLOBALEVENTID = m.GLOBALEVENTID", 6),
    # % and _ are letters to CONTAINS
    ("SELECT COUNT(*) AS n FROM [gdelt-bq:gdeltv2.events] WHERE Actor1Code CONTAINS 'C_L'", 0),
    ("SELECT COUNT(*) AS n FROM [gdelt-bq:gdeltv2.events] WHERE NOT Actor1Code CONTAINS '%' AND 'a_\\'b' CONTAINS \"_'\"", 4),
    ("CREATE OR REPLACE TABLE mine.feed AS SELECT COUNT(*) AS n FROM `gdelt-bq.gdeltv2.events` WHERE EventRootCode IN ('17', '14')", 2),
])
def test_bigquery_runs_as_it_is_published(data: Path, sql: str, expected: object) -> None:
    assert [row["n"] for row in answer(data, sql)] == [expected]


@pytest.mark.parametrize("name", ["gdeltv2.events@1570000000000-", "gdeltv2.events@-3600000", "gdeltv2.events$2019010112", "gdeltv2.events_*", "full.events_2019",
                                  "gdeltv2.events_partitioned$__NULL__", "gdeltv2.events$20190101@0"])
@pytest.mark.parametrize("form", ["`gdelt-bq.{}`", "[gdelt-bq:{}]"])
def test_a_cut_of_a_table_that_is_no_day_is_refused_not_dropped(name: str, form: str) -> None:
    with pytest.raises(QueryError):
        to_duckdb(f"SELECT COUNT(*) FROM {form.format(name)}", Dialect.BIGQUERY)


def test_quoted_texts_are_never_rewritten(data: Path) -> None:
    sql = "SELECT 'a == b [x:y.z] INTEGER(1)' AS one, \"it's == so\" AS two FROM [gdelt-bq:full.events] WHERE EventCode == '173' AND Actor1Code CONTAINS \"COP\""
    assert answer(data, sql) == [{"one": "a == b [x:y.z] INTEGER(1)", "two": "it's == so"}]
    assert answer(data, "SELECT SPLIT('a-b', '-')[SAFE_OFFSET(1)] AS n, [1, 2][ORDINAL(1)] AS m") == [{"n": "b", "m": 1}]


@pytest.mark.parametrize("dialect", [Dialect.MYSQL, Dialect.POSTGRES])
def test_names_in_small_letters_and_long_columns_are_found(data: Path, dialect: Dialect) -> None:
    rows = answer(data, "SELECT gdelt.events.eventcode, gdelt.eventcodes.description, count(*) AS n FROM gdelt.events "
                        "JOIN gdelt.eventcodes ON gdelt.events.eventcode = gdelt.eventcodes.code GROUP BY 1, 2 ORDER BY n DESC, 1 LIMIT 1", dialect)
    assert rows[0]["n"] == 2 and "meet" in rows[0]["description"].lower()


def test_mysqls_own_words_are_understood(data: Path) -> None:
    assert answer(data, "SELECT IFNULL(Actor1Name, 'x') AS a, DATE_FORMAT(STR_TO_DATE(CAST(SQLDATE AS CHAR), '%Y%m%d'), '%Y') AS y "
                        "FROM `gdelt`.`events` WHERE EventRootCode = '14'", Dialect.MYSQL)[0]["y"] == "2023"


def test_parameters_come_from_the_command_or_from_the_querys_comments(data: Path) -> None:
    sql = "SELECT COUNT(*) AS n FROM `gdelt-bq.gdeltv2.events_partitioned` WHERE _PARTITIONDATE BETWEEN @first AND DATE_ADD(@first, INTERVAL @days DAY)"
    assert told_parameters("-- params: first=DATE 2023-09-30, days=2\nSELECT 1") == {"first": "2023-09-30", "days": "2"}
    assert answer(data, "-- params: first=DATE 2023-09-30, days=2\n" + sql) == [{"n": 4}]
    assert answer(data, "-- params: first=DATE 2020-01-01, days=2\n" + sql, parameters={"first": "2023-10-01"}) == [{"n": 4}]
    with pytest.raises(QueryError, match="@first; give it with --param first=VALUE"):
        answer(data, sql)


@pytest.mark.parametrize("sql", ["DROP TABLE `gdelt-bq.gdeltv2.events`", "DELETE FROM gdeltv2.events WHERE true", "SELECT 1; SELECT 2", "SELEC FROM", "", "EXPORT DATA OPTIONS(uri='gs://x/*') AS SELECT 1"])
@pytest.mark.parametrize("dialect", [Dialect.BIGQUERY, Dialect.MYSQL, Dialect.POSTGRES])
def test_what_is_no_select_is_refused_in_every_dialect(sql: str, dialect: Dialect) -> None:
    from flows.warehouse.query import check_query

    with pytest.raises(QueryError) as told:
        check_query(to_duckdb(sql, dialect))
    assert "\n" not in str(told.value) and "\x1b" not in str(told.value)


def test_one_question_asks_our_rows_or_gdelts() -> None:
    sql = "SELECT COUNT(*) FROM `gdelt-bq.gdeltv2.events`"
    assert "gdelt.events" in to_duckdb(sql, Dialect.BIGQUERY)
    assert "gdelt_published.events" in to_duckdb(sql, Dialect.BIGQUERY, face=Face.GDELT)
    assert "gdelt_published.events" in to_duckdb("SELECT COUNT(*) FROM gdelt.events", Dialect.DUCKDB, face=Face.GDELT)


def test_the_command_translates(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "legacy.sql"
    file.write_text("SELECT COUNT(*) AS n FROM [gdelt-bq:full.events]", encoding="utf-8")
    done = CliRunner().invoke(app, ["sql", str(file), "--dialect", "bigquery", "--format", "json", "--data", str(data)])
    assert (done.exit_code, done.stdout) == (0, '{"n": 4}\n'), done.stderr


@pytest.mark.skipif(not QUERIES.is_dir(), reason="../shared/eval/gdelt/queries is not here")
@pytest.mark.parametrize("path", sorted(QUERIES.glob("*.sql")), ids=lambda path: path.stem)
def test_published_queries_run_as_they_stand(data: Path, path: Path) -> None:
    sql = path.read_text(encoding="utf-8")
    [told] = re.findall(r"^-- dialect: (\w+)", sql, re.M)
    assert ask(data, to_duckdb(sql, Dialect(told))).num_columns > 0


