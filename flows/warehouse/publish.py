"""The readers' copy: events.duckdb and Parquet, replaced whole, so that nobody ever sees half of it."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow as pa

from flows.warehouse.lookups import create_lookups
from flows.warehouse.staging import CameoCode, cameo_codes, remove_database
from flows.warehouse.store import (
    Connection,
    apply_comments,
    quoted,
    scalar,
    told_plainly,
    utc,
    views_sql,
    within_memory,
)

PUBLISHED = ("articles", "mentions", "events", "event_mentions", "event_geo", "redirects", "quarantine", "rejects",
              "runs", "windows", "cameo_codes")
# a month that is not known still needs a folder with a name that sorts
_MONTH = "coalesce(strftime(date_start, '%Y-%m'), 'undated')"
_SLICE = 200_000      # rows exported at once: DuckDB keeps all months open, and a million wide rows would spill
_PARQUET = {
    "events": f"SELECT *, {_MONTH} AS month FROM events",
    "mentions": f"SELECT m.*, link.event_id, {_MONTH} AS month FROM mentions AS m JOIN event_mentions AS link USING (mention_id)",
    "articles": "SELECT *, coalesce(strftime(published_start, '%Y-%m'), 'undated') AS month FROM articles WHERE is_current",
}


def is_published(db: Connection, data: Path) -> bool:
    """Whether the readers' copy holds what the warehouse and its ledger hold: false after a crash between load and publication."""
    try:
        told = json.loads((data / "published.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return (data / "events.duckdb").exists() and told.get("state") == _state(db)


def _state(db: Connection) -> str:
    # windows that failed or brought nothing as well: readers see the sources' health by them
    return str(scalar(db, "SELECT (count(*), max(closed_at), arg_max(run_id, closed_at)) FROM windows"))


def publish(db: Connection, data: Path, *, now: datetime) -> dict[str, int]:
    """Writes the readers' copy beside the old one and puts it in its place; returns rows per table.

    A reader that has the old file open keeps the old rows until it opens again (os.replace). What is in the
    Parquet folder is a link to a numbered generation; the one before is kept for readers in the middle of a scan.
    """
    with told_plainly(data):
        counts = within_memory(db, lambda: _publish_database(db, data))
        within_memory(db, lambda: _publish_parquet(db, data))
        manifest = {"state": _state(db), "published_at": utc(now).isoformat(), "rows": counts}
        _replace_text(data / "published.json", json.dumps(manifest, indent=1))
    return counts


def _publish_database(db: Connection, data: Path) -> dict[str, int]:
    fresh = data / "events.duckdb.new"
    remove_database(fresh)
    with attached(db, fresh, "published"):
        counts = {}
        for table in PUBLISHED:
            if table == "cameo_codes":
                db.register("codes", _code_table())
                db.execute("CREATE TABLE published.cameo_codes AS SELECT * FROM codes")
                db.unregister("codes")
            else:
                # without keys: readers never write, and an index of a million rows costs seconds and space
                db.execute(f"CREATE TABLE published.{table} AS SELECT * FROM {table}")
            counts[table] = int(scalar(db, f"SELECT count(*) FROM published.{table}"))
        apply_comments(db, "published", tables=PUBLISHED)
    # views name main.*, so they are made where the file is the main database
    with duckdb.connect(str(fresh)) as published:
        create_lookups(published)
        published.execute(views_sql())
        published.execute("CHECKPOINT")
    _sync(fresh)
    fresh.replace(data / "events.duckdb")
    return counts


def _code_table() -> pa.Table:
    codes = cameo_codes()
    return pa.table({name: [getattr(code, name) for code in codes] for name in CameoCode.__dataclass_fields__})


def _publish_parquet(db: Connection, data: Path) -> None:
    link = data / "parquet"
    old = link.resolve() if link.is_symlink() else None
    number = int(old.name.rpartition("-")[2]) + 1 if old else 1
    fresh = data / f"parquet-{number:06d}"
    for stale in sorted(data.glob("parquet-*")):
        if stale != old and stale.is_dir():
            shutil.rmtree(stale)
    fresh.mkdir()
    for table, sql in _PARQUET.items():
        target = fresh / table
        target.mkdir()
        for first, last in _slices(db.execute(f"SELECT month, count(*) FROM ({sql}) GROUP BY month ORDER BY month").fetchall()):
            db.execute(f"COPY (SELECT * FROM ({sql}) WHERE month BETWEEN '{first}' AND '{last}') TO '{quoted(target)}' "
                       "(FORMAT parquet, PARTITION_BY (month), COMPRESSION zstd, ROW_GROUP_SIZE 20480, OVERWRITE_OR_IGNORE)")
    beside = data / "parquet.new"
    beside.unlink(missing_ok=True)
    beside.symlink_to(fresh.name)
    beside.replace(link)


def _slices(months: Sequence[tuple[str, int]]) -> Iterator[tuple[str, str]]:
    """Runs of months, first and last, that together have few enough rows to be partitioned in memory."""
    first, rows = "", 0
    for position, (month, count) in enumerate(months):
        first = first or month
        rows += count
        if position + 1 == len(months) or rows + months[position + 1][1] > _SLICE:
            yield first, month
            first, rows = "", 0


@contextmanager
def attached(db: Connection, path: Path, name: str) -> Iterator[None]:
    db.execute(f"ATTACH '{quoted(path)}' AS {name}")
    try:
        yield
    finally:
        db.execute(f"DETACH {name}")


def _replace_text(path: Path, text: str) -> None:
    beside = path.with_name(path.name + ".new")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)


def _sync(path: Path) -> None:
    # the rename must not reach the disk before the content does
    with path.open("rb+") as file:
        os.fsync(file.fileno())
