"""GDELT's own files into `<data>/gdelt.duckdb`: its rows beside ours, in tables of the same shape, for side-by-side queries."""

from __future__ import annotations

import gzip
import shutil
import tempfile
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

import duckdb

from flows.warehouse.errors import WarehouseError
from flows.warehouse.lock import hold_lock
from flows.warehouse.lookups import create_lookups
from flows.warehouse.staging import remove_database
from flows.warehouse.store import Connection, create_tables, quoted, scalar, told_plainly, views_sql

_TABLES = ("events", "eventmentions", "gkg")
_COUNTY = "_ADM2Code"            # GDELT 1.0 has no counties (58 columns); its first back files no SOURCEURL either (57)
_SHOWN = 20                      # damaged lines that are told of one by one


@dataclass(frozen=True, slots=True)
class Imported:
    """How one file went: rows it holds, rows that were not here yet, and the lines that could not be read."""

    path: Path
    table: str
    rows: int
    new: int
    damaged: int
    complaints: tuple[str, ...] = ()


Columns = tuple[tuple[str, str], ...]


def import_files(data: Path, paths: Sequence[Path], *, now: datetime) -> tuple[Imported, ...]:
    """Loads GDELT export, mention and knowledge graph files: Parquet, or tab-separated as published, also .zip and .gz.

    What a file is, is told by its columns: 61 (2.0), 58 or 57 (1.0) are events, 16 mentions, 27 the knowledge graph.
    Importing a file again changes nothing: an event is known by its id, a mention by all of its columns. The database is
    replaced whole at the end, so that a reader or a crash never meets half an import.
    Raises WarehouseError for a file that cannot be read or is none of GDELT's; then nothing is imported.
    """
    with hold_lock(data, "import-gdelt", now=now), told_plainly(data), tempfile.TemporaryDirectory(prefix="import-", dir=data) as folder:
        home, fresh = data / "gdelt.duckdb", Path(folder) / "gdelt.duckdb"
        if home.exists():
            shutil.copyfile(home, fresh)
        shapes = _shapes()
        with duckdb.connect(str(fresh), config={"preserve_insertion_order": "false"}) as db:
            for table, columns in shapes.items():
                db.execute(f"CREATE TABLE IF NOT EXISTS {table} ({', '.join(f'{name} {kind}' for name, kind in columns)})")
            db.execute("CREATE OR REPLACE VIEW mentions AS SELECT * FROM eventmentions")
            done = tuple(_import(db, path, shapes, Path(folder)) for path in paths)
            db.execute("CHECKPOINT")
        remove_database(home.with_name("gdelt.duckdb.new"))
        fresh.replace(home)
    return done


def _shapes() -> dict[str, Columns]:
    """Columns of GDELT's tables as our own face shows them: told once, in views.sql."""
    with duckdb.connect() as db:
        create_tables(db)
        create_lookups(db)
        db.execute(views_sql())
        return {table: tuple((name, kind) for name, kind, *_ in db.execute(f"DESCRIBE gdelt.{table}").fetchall()) for table in _TABLES}


def _import(db: Connection, path: Path, shapes: dict[str, Columns], folder: Path) -> Imported:
    complaints: tuple[str, ...] = ()
    damaged = 0
    with _opened(path, folder) as plain:
        if path.suffix.lower() == ".parquet":
            table = _stage_parquet(db, path, shapes)
        else:
            table, complaints, damaged = _stage_text(db, path, plain, shapes)
    rows = int(scalar(db, "SELECT count(*) FROM incoming"))
    before = int(scalar(db, f"SELECT count(*) FROM {table}"))
    if table == "events":
        db.execute("""INSERT INTO events BY NAME SELECT * FROM incoming
                      WHERE GLOBALEVENTID NOT IN (SELECT GLOBALEVENTID FROM events) QUALIFY row_number() OVER (PARTITION BY GLOBALEVENTID) = 1""")
    else:
        db.execute(f"INSERT INTO {table} SELECT * FROM incoming EXCEPT SELECT * FROM {table}")
    new = int(scalar(db, f"SELECT count(*) FROM {table}")) - before
    db.execute("DROP TABLE incoming")
    return Imported(path, table, rows, new, damaged, complaints)


@contextmanager
def _opened(path: Path, folder: Path) -> Iterator[Path]:
    """The file itself, or an unpacked copy of it."""
    kind = path.suffix.lower()
    if kind not in (".zip", ".gz"):
        yield path
        return
    copy = folder / "unpacked"
    try:
        if kind == ".gz":
            with gzip.open(path) as packed, copy.open("wb") as out:
                shutil.copyfileobj(packed, out)
        else:
            with zipfile.ZipFile(path) as archive:
                members = [each for each in archive.infolist() if not each.is_dir()]
                if len(members) != 1:
                    raise WarehouseError(f"{path}: holds {len(members)} files; GDELT's archives hold one, unpack it and name what you want")
                with archive.open(members[0]) as packed, copy.open("wb") as out:
                    shutil.copyfileobj(packed, out)
    except (zipfile.BadZipFile, gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise WarehouseError(f"{path}: cannot be unpacked ({error}); download it again") from error
    try:
        yield copy
    finally:
        copy.unlink()


def _stage_parquet(db: Connection, path: Path, shapes: dict[str, Columns]) -> str:
    try:
        has = {name.lower() for name, *_ in db.execute("DESCRIBE SELECT * FROM read_parquet(?)", [str(path)]).fetchall()}
    except duckdb.Error as error:
        raise WarehouseError(f"{path}: is no Parquet file that can be read; download it again") from error
    for table, columns in shapes.items():
        missing = [name for name, _ in columns if name.lower() not in has and not name.endswith(_COUNTY)]
        if not missing:
            chosen = ", ".join(f"{name}::{kind} AS {name}" if name.lower() in has else f"NULL::{kind} AS {name}" for name, kind in columns)
            try:
                db.execute(f"CREATE TEMP TABLE incoming AS SELECT {chosen} FROM read_parquet(?)", [str(path)])
            except duckdb.OperationalError:       # the disk's trouble, not the file's
                raise
            except duckdb.Error as error:
                said = str(error).strip().split("\n")[0]
                raise WarehouseError(f"{path}: its rows cannot be read as gdelt.{table} ({said}); download it again, or write it with GDELT's types") from error
            return table
    raise WarehouseError(f"{path}: its {len(has)} columns are not those of a GDELT table; expected the names of gdelt.events or gdelt.eventmentions")


def _stage_text(db: Connection, path: Path, plain: Path, shapes: dict[str, Columns]) -> tuple[str, tuple[str, ...], int]:
    """Reads a tab-separated file into `incoming`; DuckDB gives back the lines that break its shape, by number."""
    with plain.open("rb") as file:
        widths = Counter(line.count(b"\t") + 1 for line in islice(file, 200))
    width = widths.most_common(1)[0][0] if widths else 0
    events = shapes["events"]
    v1 = tuple(column for column in events if not column[0].endswith(_COUNTY))
    layouts: dict[int, tuple[str, Columns]] = {len(columns): (table, columns) for table, columns in shapes.items()}
    layouts |= {len(v1): ("events", v1), len(v1) - 1: ("events", v1[:-1])}
    if width not in layouts:
        known = ", ".join(str(each) for each in sorted(layouts))
        raise WarehouseError(f"{path}: its lines have {width} tab-separated columns; GDELT's files have {known}")
    table, columns = layouts[width]
    told = "{" + ", ".join(f"'{name}': '{kind}'" for name, kind in columns) + "}"
    key = columns[0][0]
    # quote and escape are empty: GDELT's names hold bare quotation marks; a line without an id is damaged, too
    db.execute(f"""CREATE TEMP TABLE raw AS SELECT * FROM read_csv('{quoted(plain)}', delim = '\t', header = false, quote = '', escape = '', comment = '',
        auto_detect = false, columns = {told}, nullstr = '', force_not_null = ['{key}'], max_line_size = 20000000, null_padding = false,
        strict_mode = true, store_rejects = true, rejects_limit = 0)""")
    chosen = ", ".join(name if (name, kind) in columns else f"NULL::{kind} AS {name}" for name, kind in shapes[table])
    db.execute(f"CREATE TEMP TABLE incoming AS SELECT {chosen} FROM raw")
    db.execute("DROP TABLE raw")
    broken = db.execute("SELECT line, min(error_message) FROM reject_errors GROUP BY line ORDER BY line").fetchall()
    for name in ("reject_errors", "reject_scans"):
        db.execute(f"DROP TABLE IF EXISTS {name}")
    complaints = tuple(f"line {line}: {' '.join(str(said).split())[:160]}" for line, said in broken[:_SHOWN])
    if len(broken) > _SHOWN:
        complaints += (f"and {len(broken) - _SHOWN} more damaged lines",)
    return table, complaints, len(broken)
