"""The writer's database: opened for seconds, brought to today's shape, and its ledger of runs and windows."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import socket
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TypeVar

import duckdb
import pyarrow as pa

from flows.warehouse.errors import WarehouseBusyError, WarehouseError
from schemas.records import code_version

SCHEMAS = Path(__file__).parents[2] / "schemas"
Connection = duckdb.DuckDBPyConnection
Result = TypeVar("Result")


def utc(moment: datetime) -> datetime:
    """An instant as the tables keep it: UTC without a zone."""
    return moment.astimezone(UTC).replace(tzinfo=None)


@contextlib.contextmanager
def open_warehouse(data: Path, *, now: datetime, wait_seconds: float | None = None, migrations: Path = SCHEMAS / "migrations",
                   ) -> Iterator[Connection]:
    """The writer's connection to `<data>/warehouse.duckdb`, made or migrated to today's shape.

    DuckDB takes at most the environment's DATELINE_MEMORY_MIB (512), and spills what is more.
    Raises WarehouseBusyError when another process keeps the file open longer than `wait_seconds` (None: the
    environment's DATELINE_WAIT_SECONDS, else 10), and
    WarehouseError for a full or read-only disk, a damaged file, or a database of a newer Dateline.
    """
    with told_plainly(data):
        data.mkdir(parents=True, exist_ok=True)
        if wait_seconds is None:
            wait_seconds = float(os.environ.get("DATELINE_WAIT_SECONDS", "10"))
        db = _connect(data / "warehouse.duckdb", wait_seconds)
        try:
            migrate(db, now=now, folder=migrations)
            yield db
        finally:
            # after a FATAL error the connection is dead and even close may complain
            with contextlib.suppress(duckdb.Error):
                db.close()


@contextlib.contextmanager
def told_plainly(data: Path) -> Iterator[None]:
    """Turns what DuckDB and the disk say into one sentence with a cure."""
    try:
        yield
    except duckdb.Error as error:
        said = " ".join(str(error).split())
        if "o space left" in said:
            raise WarehouseError(f"{data}: the disk is full; free space and run again, nothing was half-loaded") from error
        if "Permission denied" in said or "ead-only file system" in said or "Cannot open file" in said:
            raise WarehouseError(f"{data}: cannot be written ({said[:160]}); mend its permissions or use --data") from error
        if isinstance(error, duckdb.IOException | duckdb.FatalException | duckdb.SerializationException):
            raise WarehouseError(f"{data}: the database cannot be used: {said[:300]}; see docs/operations.md, Recover") from error
        raise
    except OSError as error:
        if error.strerror is None or isinstance(error, ConnectionError | TimeoutError):
            raise       # a cluster's or a site's, not the disk's
        raise WarehouseError(f"{error.filename or data}: {error.strerror}; mend the disk and run again, "
                             "nothing was half-loaded") from error


def _connect(path: Path, wait_seconds: float) -> Connection:
    deadline = time.monotonic() + wait_seconds
    while True:
        try:
            return connect(path, memory_mebibytes=int(os.environ.get("DATELINE_MEMORY_MIB", "512")))
        except duckdb.IOException as error:
            if "lock" not in str(error):
                raise
            if time.monotonic() >= deadline:
                holder = re.search(r"held in (.*?) \(PID (\d+)\)", str(error))
                who = f"process {holder[2]} ({holder[1]})" if holder else "another process"
                raise WarehouseBusyError(
                    f"{path}: the database is kept open by {who}; close it there and run again; "
                    "to look at events open events.duckdb, which is never locked"
                ) from error
            time.sleep(0.2)


def connect(path: Path, *, memory_mebibytes: int) -> Connection:
    """A database file of ours: what does not fit into this memory spills beside it, on the disk that the operator sized, not in /tmp."""
    return duckdb.connect(str(path), config={"preserve_insertion_order": "false", "memory_limit": f"{memory_mebibytes}MiB",
                                             "temp_directory": str(path.parent / "spill")})


def quoted(value: object) -> str:
    """What stands between the quotation marks of a text in SQL, where DuckDB takes no parameter."""
    return str(value).replace("'", "''")


@dataclass(frozen=True, slots=True)
class Migration:
    """One numbered step from an older shape of the database to the next."""

    number: int
    name: str
    sql: str


def read_migrations(folder: Path) -> tuple[Migration, ...]:
    """The steps of a folder in order: `0001_name.sql`, numbered from 1 without holes."""
    steps = []
    for position, path in enumerate(sorted(folder.glob("*.sql")), start=1):
        match = re.fullmatch(r"(\d{4})_\w+", path.stem)
        if not match or int(match[1]) != position:
            raise WarehouseError(f"{path}: expected {position:04d}_<name>.sql; migrations are numbered without holes")
        steps.append(Migration(position, path.stem, path.read_text(encoding="utf-8")))
    return tuple(steps)


def migrate(db: Connection, *, now: datetime, folder: Path = SCHEMAS / "migrations") -> tuple[Migration, ...]:
    """Makes a new database from tables.sql, or brings an older one up step by step; returns the steps that ran.

    Each step and its row in `migrations` are one transaction: a killed migration is as if it had not begun.
    """
    steps = read_migrations(folder)
    if not scalar(db, "SELECT count(*) FROM duckdb_tables() WHERE table_name = 'migrations'"):
        newest = steps[-1].number if steps else 0
        with transaction(db):
            create_tables(db)
            db.execute("INSERT INTO migrations VALUES (?, 'tables.sql', ?)", [newest, utc(now)])
        return ()
    at = scalar(db, "SELECT coalesce(max(number), 0) FROM migrations")
    newest = steps[-1].number if steps else 0
    if at > newest:
        raise WarehouseError(f"the database has shape {at}, this Dateline knows shapes up to {newest}; "
                             "it was written by a newer Dateline: install that one, or restore an older copy")
    pending = tuple(step for step in steps if step.number > at)
    for step in pending:
        with transaction(db):
            db.execute(step.sql)
            db.execute("INSERT INTO migrations VALUES (?, ?, ?)", [step.number, step.name, utc(now)])
    if pending:
        apply_comments(db)
        db.execute("CHECKPOINT")
    return pending


def scalar(db: Connection, sql: str, parameters: Sequence[Any] = ()) -> Any:
    """The first value of the first row. Everything is fetched: DuckDB refuses further work beside an unfinished result."""
    return db.execute(sql, list(parameters)).fetchall()[0][0]


@contextlib.contextmanager
def transaction(db: Connection) -> Iterator[None]:
    """All of the block or nothing of it."""
    db.execute("BEGIN")
    try:
        yield
    except BaseException:
        # a dead connection (disk full) cannot roll back; closing the file does
        with contextlib.suppress(duckdb.Error):
            db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")


def within_memory(db: Connection, work: Callable[[], Result]) -> Result:
    """Does work that leaves nothing behind when it fails. Where the memory bound is too small, it is done again with what the machine has."""
    try:
        return work()
    except duckdb.OutOfMemoryException:
        db.execute("SET memory_limit = '80%'")       # as DuckDB sets it by itself
        return work()


def insert(db: Connection, table: str, incoming: pa.Table) -> None:
    """Puts the rows of an Arrow table into the columns of the same names."""
    if incoming.num_rows:
        db.register("incoming", incoming)
        try:
            db.execute(f"INSERT INTO {table} BY NAME SELECT * FROM incoming")
        finally:
            db.unregister("incoming")


def create_tables(db: Connection) -> None:
    """Every table of tables.sql with the comments of its columns."""
    db.execute(tables_sql())
    apply_comments(db)


def tables_sql() -> str:
    return (SCHEMAS / "tables.sql").read_text(encoding="utf-8")


def views_sql() -> str:
    return (SCHEMAS / "views.sql").read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Column:
    """One column as tables.sql tells it."""

    table: str
    name: str
    type: str
    comment: str


_TABLE = re.compile(r"((?:^-- [^\n]*\n)*)^CREATE TABLE (\w+) \(\n(.*?)^\);", re.M | re.S)
_COLUMN = re.compile(r"^    ([a-z]\w*) ([A-Z]+(?:\[\])?)[^\n]*?(?:\s--\s([^\n]*))?$", re.M)


def told_columns(sql: str = "") -> tuple[Column, ...]:
    """The columns of tables.sql with the comments that stand behind them; a comment is empty when none does."""
    return tuple(Column(table, name, kind, comment.strip())
                 for _, table, body in _TABLE.findall(sql or tables_sql())
                 for name, kind, comment in _COLUMN.findall(body))


def told_tables(sql: str = "") -> dict[str, str]:
    """Table names of tables.sql with the sentence that stands above each."""
    return {table: " ".join(line[3:] for line in above.splitlines()) for above, table, _ in _TABLE.findall(sql or tables_sql())}


def apply_comments(db: Connection, catalog: str = "", tables: Collection[str] = ()) -> None:
    """Writes the comments of tables.sql into the database, where every SQL client shows them; into all tables or the named."""
    prefix = f"{catalog}." if catalog else ""
    for table, comment in told_tables().items():
        if not tables or table in tables:
            db.execute(f"COMMENT ON TABLE {prefix}{table} IS '{quoted(comment)}'")
    for column in told_columns():
        if not tables or column.table in tables:
            db.execute(f"COMMENT ON COLUMN {prefix}{column.table}.{column.name} IS '{quoted(column.comment)}'")


# the ledger

@dataclass(frozen=True, slots=True)
class Window:
    """How one source fared on one day; the figures are those of the `windows` table."""

    source_id: str
    day: date
    outcome: str
    pages: int = 0
    known_pages: int = 0
    articles: int = 0
    mentions: int = 0
    events_new: int = 0
    events_updated: int = 0
    rejected: int = 0
    quarantined: int = 0
    figures: str = "{}"
    code_version: str = ""
    reader_version: str = ""
    detail: str = ""


def begin_run(db: Connection, kind: str, *, now: datetime) -> str:
    """Opens a row in the ledger and returns its run id; runs that never closed theirs were killed and are marked so.

    Call it under the run's lock: then an open row of another process cannot be alive.
    """
    run_id = f"{utc(now):%Y%m%dT%H%M%S}-{secrets.token_hex(4)}"
    with transaction(db):
        db.execute("UPDATE runs SET outcome = 'crashed', ended_at = ?, detail = 'killed before its end' "
                   "WHERE outcome = 'running'", [utc(now)])
        db.execute("INSERT INTO runs VALUES (?, ?, ?, NULL, 'running', ?, ?, ?, '')",
                   [run_id, kind, utc(now), socket.gethostname(), os.getpid(), code_version()])
    return run_id


def end_run(db: Connection, run_id: str, outcome: str, *, now: datetime, detail: str = "") -> None:
    """Closes the run's row: done or failed."""
    db.execute("UPDATE runs SET outcome = ?, ended_at = ?, detail = ? WHERE run_id = ?",
               [outcome, utc(now), detail, run_id])


def close_window(db: Connection, window: Window, run_id: str, *, now: datetime) -> None:
    """Writes how an attempt at a window ended. Call it inside the transaction that loads its rows."""
    db.execute("INSERT INTO windows VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", [
        window.source_id, window.day, window.outcome, window.pages, window.known_pages, window.articles, window.mentions,
        window.events_new, window.events_updated, window.rejected, window.quarantined, window.figures,
        window.code_version, window.reader_version, window.detail, run_id, utc(now)])
