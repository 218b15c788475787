"""import-gdelt: GDELT's own files, as published or as Parquet, each row once, damaged lines named."""

from __future__ import annotations

import gzip
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from flows.cli import app
from flows.dialects import Dialect, Face, to_duckdb
from flows.warehouse.errors import WarehouseError
from flows.warehouse.imported import Imported, import_files
from flows.warehouse.publish import publish
from flows.warehouse.query import ask
from flows.warehouse.store import open_warehouse
from tests.flows.fabric import NOW, article, load_batch, mention

SAMPLES = Path(__file__).parents[3] / "shared" / "eval" / "gdelt"


def event_line(number: int, *, v1: bool = False, **changed: str) -> str:
    """One made-up line of an export file: 61 columns, or 58 in the form of 1.0."""
    actor = ["SRBGOV", "BELGRADE", "SRB", "", "", "", "", "GOV", "", ""]
    geo = ["4", "Belgrade, Serbia", "RI", "RI00", *([] if v1 else ["0"]), "44.8", "20.5", "-73561"]
    cells = [str(number), "20230924", "202309", "2023", "2023.7234", *actor, *actor, "1", "036", "036", "03", "1", "4.0", "3", "1", "3", "-1.5",
             *geo, *geo, *geo, "20230925" if v1 else "20230925001500", f"https://paper.example/{number}"]
    for position, value in changed.items():
        cells[int(position[1:])] = value
    return "\t".join(cells)


def mention_line(number: int, sentence: int) -> str:
    return "\t".join([str(number), "20230925001500", "20230925001500", "1", "paper.example", f"https://paper.example/{number}", str(sentence),
                      "12", "40", "30", "1", "90", "1200", "-1.5", "", ""])


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("published")
    made = article(1)
    load_batch(folder, [mention(made)], [made])
    with open_warehouse(folder, now=NOW) as db:
        publish(db, folder, now=NOW)
    return folder


@pytest.fixture
def imported(tmp_path: Path) -> Callable[..., Imported]:
    """Writes lines to a file and imports it."""
    def made(name: str, *lines: str, raw: bytes | None = None) -> Imported:
        path = tmp_path / name
        body = raw if raw is not None else ("\n".join(lines) + "\n").encode()
        if path.suffix == ".gz":
            path.write_bytes(gzip.compress(body))
        elif path.suffix == ".zip":
            with zipfile.ZipFile(path, "w") as archive:
                archive.writestr(path.stem, body)
        else:
            path.write_bytes(body)
        [told] = import_files(tmp_path, [path], now=NOW)
        return told
    return made


def rows(data: Path, sql: str) -> list[tuple[Any, ...]]:
    import duckdb

    with duckdb.connect(str(data / "gdelt.duckdb"), read_only=True) as db:
        return db.execute(sql).fetchall()


@pytest.mark.parametrize("name", ["20230925001500.export.CSV", "20230925001500.export.CSV.gz", "20230925001500.export.CSV.zip"])
def test_an_export_file_is_loaded_packed_or_not_and_only_once(tmp_path: Path, imported: Callable[..., Imported], name: str) -> None:
    lines = [event_line(1), event_line(2), event_line(2)]
    first, again = imported(name, *lines), imported(name, *lines)
    assert (first.table, first.rows, first.new, first.damaged) == ("events", 3, 2, 0)
    assert (again.rows, again.new) == (3, 0)
    [row] = rows(tmp_path, "SELECT SQLDATE, FractionDate, Actor1Code, Actor1KnownGroupCode, EventCode, ActionGeo_Lat, DATEADDED, SOURCEURL FROM events WHERE GLOBALEVENTID = 1")
    assert row == (20230924, 2023.7234, "SRBGOV", None, "036", 44.8, 20230925001500, "https://paper.example/1")


def test_a_file_of_the_first_version_has_no_counties(tmp_path: Path, imported: Callable[..., Imported]) -> None:
    assert imported("20230925.export.CSV", event_line(7, v1=True)).new == 1
    assert imported("1979.csv", event_line(8, v1=True).rpartition("\t")[0]).new == 1
    assert rows(tmp_path, "SELECT GLOBALEVENTID, Actor1Geo_ADM2Code, ActionGeo_FeatureID, DATEADDED, SOURCEURL FROM events ORDER BY 1") == [
        (7, None, "-73561", 20230925, "https://paper.example/7"), (8, None, "-73561", 20230925, None)]


def test_mentions_are_known_by_all_of_their_columns(tmp_path: Path, imported: Callable[..., Imported]) -> None:
    assert imported("a.mentions.CSV", mention_line(1, 1), mention_line(1, 2), mention_line(1, 2)).new == 2
    assert imported("b.mentions.CSV", mention_line(1, 2), mention_line(1, 3)).new == 1
    assert rows(tmp_path, "SELECT SentenceID FROM mentions ORDER BY 1") == [(1,), (2,), (3,)]


def test_a_damaged_line_is_told_by_its_number_and_the_rest_goes_on(tmp_path: Path, imported: Callable[..., Imported]) -> None:
    lines = [event_line(1), "what is this", event_line(3) + "\tmore", event_line(4, c0=""), event_line(5, c1="yesterday"),
             event_line(6, c6='SAID "HELLO'), event_line(7, c6="=1+1, it's; fine")]
    told = imported("damaged.export.CSV", *lines)
    assert (told.rows, told.new, told.damaged) == (3, 3, 4)
    assert [line.split(":")[0] for line in told.complaints] == ["line 2", "line 3", "line 4", "line 5"]
    assert rows(tmp_path, "SELECT GLOBALEVENTID, Actor1Name FROM events ORDER BY 1") == [(1, "BELGRADE"), (6, 'SAID "HELLO'), (7, "=1+1, it's; fine")]


def test_bytes_that_are_no_utf8_damage_their_line_only(tmp_path: Path, imported: Callable[..., Imported]) -> None:
    lines = [event_line(1).encode(), event_line(2, c6="NAME").encode().replace(b"NAME", b"N\xff\xfeME"), event_line(3).encode()]
    told = imported("bytes.export.CSV", raw=b"\n".join(lines) + b"\n")
    assert {1, 3} <= {row[0] for row in rows(tmp_path, "SELECT GLOBALEVENTID FROM events")}
    assert told.rows + told.damaged == 3


@pytest.mark.parametrize(("name", "body", "said"), [
    ("notes.txt", b"a,b,c\n1,2,3\n", "1 tab-separated columns"), ("empty.CSV", b"", "0 tab-separated columns"),
    ("torn.CSV.zip", None, "cannot be unpacked"), ("torn.CSV.gz", None, "cannot be unpacked"), ("fake.parquet", b"PAR1 no", "no Parquet file")])
def test_what_is_none_of_gdelts_is_refused_and_nothing_is_changed(tmp_path: Path, imported: Callable[..., Imported], name: str, body: bytes | None, said: str) -> None:
    imported("good.export.CSV", event_line(1))
    before = (tmp_path / "gdelt.duckdb").read_bytes()
    (tmp_path / name).write_bytes(b"\x1f\x8b\x08torn" if body is None else body)
    with pytest.raises(WarehouseError, match=said):
        import_files(tmp_path, [tmp_path / "good.export.CSV", tmp_path / name], now=NOW)
    assert (tmp_path / "gdelt.duckdb").read_bytes() == before
    assert not list(tmp_path.glob("import-*"))


@pytest.mark.parametrize(("cell", "said"), [("'abc'", "Could not convert string 'abc' to INT64"), ("[1]", "Unimplemented type for cast"), (None, "cannot be read")])
def test_a_parquet_file_with_other_types_or_torn_rows_is_refused_and_named(tmp_path: Path, cell: str | None, said: str) -> None:
    import duckdb

    from flows.warehouse.imported import _shapes

    file = tmp_path / "x.parquet"
    columns = ", ".join(f"{cell if cell and name == 'GLOBALEVENTID' else f'range::{kind}'} AS {name}" for name, kind in _shapes()["events"])
    with duckdb.connect() as db:
        db.execute(f"COPY (SELECT {columns} FROM range(2000)) TO '{file}' (FORMAT parquet)")
    if cell is None:
        body = bytearray(file.read_bytes())
        body[4:2000] = bytes(1996)
        file.write_bytes(body)
    with pytest.raises(WarehouseError, match=said) as told:
        import_files(tmp_path, [file], now=NOW)
    assert str(file) in str(told.value) and "\n" not in str(told.value) and not (tmp_path / "gdelt.duckdb").exists()


def test_both_rows_stand_side_by_side_and_one_question_asks_either(published: Path, tmp_path: Path) -> None:
    file = tmp_path / "x.export.CSV"
    file.write_text(event_line(1) + "\n" + event_line(2) + "\n", encoding="utf-8")
    done = CliRunner().invoke(app, ["import-gdelt", str(file), "--data", str(published)])
    assert done.exit_code == 0 and "2 rows of gdelt_published.events, 2 of them new, 0 damaged" in done.stdout, done.stderr
    assert ask(published, "SELECT (SELECT count(*) FROM gdelt.events) AS ours, (SELECT count(*) FROM gdelt_published.events) AS theirs").to_pylist() == [
        {"ours": 1, "theirs": 2}]
    sql = "SELECT COUNT(*) AS n FROM `gdelt-bq.gdeltv2.events_partitioned` WHERE _PARTITIONDATE = DATE '2023-09-25'"
    assert ask(published, to_duckdb(sql, Dialect.BIGQUERY, face=Face.GDELT)).to_pylist() == [{"n": 2}]


def test_the_command_names_what_is_not_there(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["import-gdelt", str(tmp_path / "no.CSV"), "--data", str(tmp_path)])
    assert done.exit_code == 2 and "no such file" in done.stderr


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="../shared/eval/gdelt is not here")
def test_real_rows_come_through_whole(tmp_path: Path) -> None:
    import duckdb

    events, mentions = sorted(SAMPLES.glob("gdelt2_*.parquet"))
    told = import_files(tmp_path, [events, mentions], now=NOW)
    assert [(each.table, each.rows, each.new) for each in told] == [("events", 2111, 2111), ("eventmentions", 1635, 1635)]
    assert [each.new for each in import_files(tmp_path, [events, mentions], now=NOW)] == [0, 0]
    # the tab-separated form of the same rows is the same rows
    text = tmp_path / "same.export.CSV"
    with duckdb.connect() as db:
        lines = ["\t".join("" if cell is None else str(cell) for cell in row) for row in db.execute("SELECT * FROM read_parquet(?)", [str(events)]).fetchall()]
    text.write_text("\n".join(lines) + "\n", encoding="utf-8")
    (tmp_path / "other").mkdir()
    [again] = import_files(tmp_path / "other", [text], now=NOW)
    assert (again.rows, again.new, again.damaged) == (2111, 2111, 0)
    assert sorted(rows(tmp_path, "SELECT * FROM events ORDER BY 1"), key=str) == sorted(rows(tmp_path / "other", "SELECT * FROM events ORDER BY 1"), key=str)
