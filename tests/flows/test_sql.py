"""Questions to the published database: no question can change or read a file, and every answer comes in four forms."""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

import flows.warehouse.query as query
from flows.answers import Form, safe_cell, write_answer
from flows.cli import app
from flows.warehouse.errors import QueryError
from flows.warehouse.publish import publish
from flows.warehouse.query import ask, check_query
from flows.warehouse.store import open_warehouse
from tests.flows.fabric import NOW, actor, article, load_batch, mention


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with two published events, and a file beside it that no question may see."""
    data = tmp_path_factory.mktemp("asked")
    one, two = article(1), article(2)
    sly = replace(actor("KSVGOV", 10, 16), name="=SUM(1)")
    load_batch(data, [mention(one), replace(mention(two, code="042", target=""), source=sly)], [one, two])
    with open_warehouse(data, now=NOW) as db:
        publish(db, data, now=NOW)
    (data / "secret.csv").write_text("word\nsesame\n", encoding="utf-8")
    return data


def dateline(*arguments: object, stdin: str | None = None) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, [str(each) for each in arguments], input=stdin)
    return done.exit_code, done.stdout, done.stderr


def state(data: Path) -> dict[str, str]:
    """Every file under a folder with the digest of its bytes."""
    return {str(path.relative_to(data)): hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(data.rglob("*")) if path.is_file()}


# {db}, {secret} and {new} are the published file, a file beside it, and one that must not come to be
WRITES = [
    "COPY (SELECT 1) TO '{db}' (FORMAT csv, USE_TMP_FILE false)", "COPY (SELECT 1) TO '{db}.wal' (FORMAT csv, USE_TMP_FILE false)",
    "COPY (SELECT 1) TO '{new}'", "COPY events TO '{new}' (FORMAT parquet)", "COPY (SELECT 1) TO '{new}' (FORMAT json)",
    "COPY FROM DATABASE events TO memory", "COPY events FROM '{secret}'", "EXPORT DATABASE '{new}'", "IMPORT DATABASE '{new}'",
    "EXPLAIN ANALYZE COPY (SELECT 1) TO '{db}' (FORMAT csv, USE_TMP_FILE false)", "EXPLAIN ANALYZE SELECT 1", "EXPLAIN SELECT 1",
    "ATTACH '{new}' AS stolen", "ATTACH ':memory:' AS room", "DETACH events", "USE memory",
    "CREATE TABLE stolen AS SELECT 1", "CREATE OR REPLACE VIEW main.timeline AS SELECT 1", "CREATE TEMP TABLE t AS SELECT 1",
    "CREATE MACRO f(x) AS x", "CREATE SECRET s (TYPE s3, KEY_ID 'a', SECRET 'b')", "CREATE PERSISTENT SECRET s (TYPE s3, KEY_ID 'a', SECRET 'b')",
    "INSERT INTO events SELECT * FROM events", "UPDATE events SET code = '190'", "DELETE FROM events", "TRUNCATE events", "DROP TABLE events",
    "ALTER TABLE events ADD COLUMN x INTEGER", "MERGE INTO events USING events AS e ON false WHEN NOT MATCHED THEN INSERT *",
    "WITH gone AS (DELETE FROM events RETURNING *) SELECT * FROM gone", "WITH made AS (INSERT INTO events SELECT * FROM events RETURNING *) SELECT * FROM made",
    "WITH set_ AS (UPDATE events SET code = '190' RETURNING *) SELECT * FROM set_",
    "INSTALL httpfs", "LOAD httpfs", "FORCE INSTALL spatial", "UPDATE EXTENSIONS",
    "SET memory_limit = '1TB'", "SET enable_external_access = true", "SET disabled_filesystems = ''", "RESET lock_configuration", "SET GLOBAL threads = 1",
    "PRAGMA database_list", "PRAGMA enable_profiling", "PRAGMA disable_checkpoint_on_shutdown", "CHECKPOINT", "FORCE CHECKPOINT", "VACUUM",
    "BEGIN", "COMMIT", "PREPARE p AS DELETE FROM events", "EXECUTE p", "CALL pragma_version()", "CALL checkpoint()",
    "SELECT 1; DROP TABLE events", "SELECT 1;;; COPY (SELECT 1) TO '{new}'", "/* SELECT */ DROP TABLE events", "", ";", "-- nothing",
]
READS = [
    "SELECT * FROM '{secret}'", "SELECT * FROM read_csv('{secret}')", "SELECT * FROM read_csv_auto('{secret}')", "SELECT * FROM read_text('{secret}')",
    "SELECT * FROM read_blob('{secret}')", "SELECT * FROM read_parquet('{secret}')", "SELECT * FROM read_json('{secret}')", "SELECT * FROM glob('{folder}/*')",
    "SELECT * FROM sniff_csv('{secret}')", "SELECT * FROM read_text('/proc/self/environ')", "SELECT * FROM '/dev/stdin'",
    "SELECT * FROM 'https://example.org/x.parquet'", "SELECT * FROM read_csv('s3://bucket/x.csv')",
    "SELECT * FROM duckdb_databases()", "SELECT * FROM duckdb_databases", "SELECT path FROM system.main.duckdb_databases()", "SELECT * FROM duckdb_settings()",
    "SELECT current_setting('temp_directory')", "SELECT (SELECT current_setting('secret_directory'))", "SELECT * FROM duckdb_secrets()",
    "SELECT * FROM query('SELECT * FROM duckdb_databases()')", "SELECT * FROM query_table('duckdb_databases')", "SELECT * FROM pragma_database_list",
    "SELECT json_execute_serialized_sql(json_serialize_sql('SELECT 1'))", "SELECT getenv('HOME')",
    "SELECT name, setting FROM pg_settings", "FROM pg_catalog.pg_settings",
]


def filled(sql: str, data: Path) -> str:
    names = {"db": data / "events.duckdb", "secret": data / "secret.csv", "new": data / "new.csv", "folder": data}
    for name, path in names.items():
        sql = sql.replace("{" + name + "}", str(path))
    return sql


def test_no_statement_that_writes_is_let_through(asked: Path) -> None:
    before = state(asked)
    for sql in WRITES:
        with pytest.raises(QueryError):
            check_query(filled(sql, asked))
    assert len(WRITES) >= 40 and state(asked) == before


def test_no_question_reads_a_file_the_network_or_the_settings(asked: Path) -> None:
    before = state(asked)
    for sql in READS:
        with pytest.raises(QueryError) as told:
            ask(asked, filled(sql, asked))
        assert "sesame" not in str(told.value)
    assert state(asked) == before


def test_no_view_of_the_system_that_may_be_asked_tells_where_the_data_lies(asked: Path) -> None:
    with duckdb.connect(str(asked / "events.duckdb"), read_only=True) as db:
        names = db.execute("""SELECT DISTINCT schema_name || '.' || view_name FROM duckdb_views() WHERE internal
            UNION SELECT DISTINCT function_name || '()' FROM duckdb_functions() WHERE function_type = 'table' AND function_name ^@ 'duckdb_'""").fetchall()
        leaky = {name for (name,) in names if tells(db, name, str(asked))}
    assert {"pg_catalog.pg_settings", "duckdb_databases()"} <= leaky
    for name in leaky:
        with pytest.raises(QueryError, match="tells of the machine"):
            check_query(f"SELECT * FROM {name}")


def tells(db: duckdb.DuckDBPyConnection, name: str, where: str) -> bool:
    try:
        return where in str(db.execute(f"SELECT * FROM {name}").fetchall())
    except duckdb.Error:          # a function that wants arguments
        return False


@pytest.mark.slow
def test_the_child_alone_keeps_every_file_even_when_the_check_is_blind(asked: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second wall: were a statement ever to pass the parser's check, the kernel opens no file for it."""
    monkeypatch.setattr(query, "check_query", lambda sql: sql)
    before = state(asked)
    worst = [*WRITES[:5], WRITES[7], WRITES[9], "CREATE TABLE stolen AS SELECT 1", "DELETE FROM events", "ATTACH '{new}' AS stolen",
             "SET disabled_filesystems = ''", "SELECT 1; COPY (SELECT 1) TO '{db}' (FORMAT csv, USE_TMP_FILE false)", "CHECKPOINT"]
    for sql in worst:
        try:
            ask(asked, filled(sql, asked))
        except Exception as error:
            # how it fails does not matter here; what the disk holds does
            assert not isinstance(error, AssertionError)
    assert state(asked) == before
    assert ask(asked, "SELECT count(*) AS n FROM events").to_pylist() == [{"n": 2}]


@pytest.mark.parametrize("sql", ["SELECT 1 AS a", "VALUES (1), (2)", "WITH x AS (SELECT 1 AS a) SELECT * FROM x", "FROM events", "TABLE events", "DESCRIBE events",
                                 "SHOW TABLES", "SUMMARIZE events", "(SELECT 1) UNION ALL SELECT 2", "SELECT 'DROP TABLE events; --' AS said", "SELECT 1 AS a;"])
def test_whatever_only_reads_may_be_asked(sql: str) -> None:
    assert check_query(sql)


def test_an_error_does_not_tell_where_the_data_lies(asked: Path) -> None:
    for sql in ("SELECT nothing FROM events", "SELECT * FROM nowhere", "SELECT * FROM read_text('events.duckdb')", "SHOW DATABASES"):
        try:
            told = str(ask(asked, sql).to_pylist())
        except QueryError as error:
            told = str(error)
            assert "\n" not in told
        assert str(asked) not in told


@pytest.mark.slow
def test_the_answer_to_a_long_question_is_whole(asked: Path) -> None:
    """DuckDB draws a progress bar on standard output once a query runs for two seconds; it must not run into the answer."""
    began = time.monotonic()
    size = 2_000_000
    while True:
        rows = ask(asked, f"SELECT count(DISTINCT sha256(range::VARCHAR || sha256(range::VARCHAR))) AS n FROM range({size})").to_pylist()
        assert rows == [{"n": size}]
        if time.monotonic() - began > 4:
            return
        began, size = time.monotonic(), size * 2


@pytest.mark.parametrize(("sql", "said"), [
    ("SELECT range AS a, 'word ' || range AS b FROM range(3000000)", "the answer is larger than 32 MB"), ("SELECT repeat('x', 30000000) AS a FROM range(3)", "larger than 32 MB"),
    ("SELECT list(range) AS a FROM range(100000000)", "needs more than 64 MB"),
    ("SELECT CASE WHEN range = 500000 THEN error('went wrong') ELSE 'a' END AS a FROM range(1000000)", "went wrong")])
def test_what_is_too_much_or_breaks_amid_the_rows_is_no_answer(asked: Path, sql: str, said: str) -> None:
    with pytest.raises(QueryError, match=said):
        ask(asked, sql, memory_mb=64)


@pytest.mark.parametrize("form", [Form.CSV, Form.JSON])
def test_a_long_answer_is_written_some_rows_at_a_time(asked: Path, tmp_path: Path, form: Form) -> None:
    import tracemalloc

    answer = ask(asked, "SELECT range AS a, 'word ' || range AS b FROM range(100000)")
    tracemalloc.start()
    write_answer(answer, form, tmp_path / "out")
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 8_000_000
    lines = (tmp_path / "out").read_text().splitlines()
    assert len(lines) == 100_000 + (form is Form.CSV) and "word 99999" in lines[-1]


def test_a_table_longer_than_anybody_reads_names_the_other_forms(asked: Path) -> None:
    code, out, said = dateline("sql", "SELECT * FROM range(10001)", "--data", asked)
    assert (code, out) == (1, "") and "add LIMIT, or write it with --format csv" in said


def test_a_question_that_takes_too_long_is_stopped(asked: Path) -> None:
    with pytest.raises(QueryError, match="stopped after 2 s"):
        ask(asked, "SELECT count(*) FROM range(10000000) AS a, range(10000000) AS b WHERE a.range * b.range % 7 = 3", timeout_seconds=2)


# forms

def test_a_long_question_on_one_line_is_no_file_name(asked: Path) -> None:
    long = "SELECT count(*) AS n FROM events WHERE code NOT IN (" + ", ".join(f"'x{n}'" for n in range(200)) + ")"
    assert len(long) > 1000
    code, out, said = dateline("sql", long, "--format", "json", "--data", asked)
    assert (code, json.loads(out)) == (0, {"n": 2}), said


def test_the_files_ending_chooses_the_form(asked: Path, tmp_path: Path) -> None:
    import pyarrow.parquet

    for name in ("out.csv", "out.json", "out.parquet", "out.txt"):
        assert dateline("sql", "SELECT code FROM events ORDER BY code", "-o", tmp_path / name, "--data", asked)[0] == 0
    assert (tmp_path / "out.csv").read_text() == "code\n042\n173\n"
    assert (tmp_path / "out.json").read_text() == '{"code": "042"}\n{"code": "173"}\n'
    assert pyarrow.parquet.read_table(tmp_path / "out.parquet").column("code").to_pylist() == ["042", "173"]
    assert [line.strip() for line in (tmp_path / "out.txt").read_text().splitlines()] == ["code", "042", "173"]


@pytest.mark.parametrize(("told", "written"), [
    ("=1+1", "'=1+1"), ("+1", "'+1"), ("-1", "'-1"), ("@x", "'@x"), ("\tx", "'\tx"), ("\rx", "'\rx"), ("\n=x", "'\n=x"), ("\uff1dx", "'\uff1dx"),
    ("plain", "plain"), ("", ""), (-1, -1), (None, None), ("a=1", "a=1")])
def test_no_cell_is_run_as_a_formula(told: object, written: object) -> None:
    assert safe_cell(told) == written


def test_column_names_are_cells_too_and_may_repeat(asked: Path) -> None:
    assert dateline("sql", 'SELECT 1 AS "=cmd()", 2 AS a, 3 AS a', "--format", "csv", "--data", asked)[1] == "'=cmd(),a,a\n1,2,3\n"


def test_json_keeps_every_column_and_is_json(asked: Path) -> None:
    sql = "SELECT 1 AS a, 2 AS a, 3 AS a_1, 'NaN'::DOUBLE AS n, ['inf'::DOUBLE, 1] AS l, {'x': '-inf'::FLOAT} AS s"
    told = dateline("sql", sql, "--format", "json", "--data", asked)[1]

    def refuse(word: str) -> None:
        raise AssertionError(f"{word} is not JSON")
    assert json.loads(told, parse_constant=refuse) == {"a": 1, "a_2": 2, "a_1": 3, "n": None, "l": [None, 1.0], "s": {"x": None}}


def test_parquet_is_not_written_to_a_file_called_minus(asked: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, said = dateline("sql", "SELECT 1", "--format", "parquet", "-o", "-", "--data", asked)
    assert (code, out) == (2, "") and "name a file with -o" in said and not list(tmp_path.iterdir())


@pytest.mark.parametrize(("options", "said"), [
    (["--format", "xls"], "use table, csv, json or parquet"), (["-o", "out.xlsx"], "no form is known by .xlsx; end it in .txt, .csv"), (["--format", "parquet"], "name a file with -o"),
    (["--dialect", "oracle"], "bigquery"), (["--rows", "theirs"], "dateline or gdelt"), (["--param", "x"], "NAME=VALUE")])
def test_options_that_mean_nothing_are_refused_with_a_cure(asked: Path, options: list[str], said: str) -> None:
    code, out, told = dateline("sql", "SELECT 1", *options, "--data", asked)
    assert (code, out) == (2, "") and said in told


@pytest.mark.parametrize(("sql", "said"), [
    ("SELECT $x AS n", ""), ("SELECT @x AS n", "asks for no x; write $x"), ("SELECT 1 AS n", "asks for no x; write $x"),
    ("SELECT $x AS n, $y", "asks for @y; give it with --param y=VALUE")])
def test_a_parameter_has_its_place_and_its_value(asked: Path, sql: str, said: str) -> None:
    code, out, told = dateline("sql", sql, "--param", "x=5", "--format", "json", "--data", asked)
    assert (code, out) == ((1, "") if said else (0, '{"n": 5}\n')) and said in told


def test_a_query_that_needs_too_much_memory_is_told_how_to_get_more(asked: Path) -> None:
    code, _, told = dateline("sql", "SELECT list(a.range::VARCHAR) FROM range(30_000_000) AS a", "--memory", "16", "--data", asked)
    assert code == 1 and "it needs more than 16 MB; narrow it, or raise --memory" in told and "temp_directory" not in told


def test_a_file_that_is_not_there_is_named(asked: Path) -> None:
    code, _, told = dateline("sql", "nosuch.sql", "--data", asked)
    assert code == 1 and "nosuch.sql: no such file" in told
