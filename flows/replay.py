"""Quarantined rows judged again: what passes today's rules is loaded with the rest of its article."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from flows.night import Desk, geo_columns, known_countries, publish_if_behind
from flows.warehouse.load import load
from flows.warehouse.lock import hold_lock
from flows.warehouse.staging import Staging, audit, open_staging
from flows.warehouse.store import Connection, begin_run, end_run, open_warehouse, told_columns, utc
from schemas.source import Source, SourceError, SourceKind, load_source
from transforms.merge import merge


@dataclass(frozen=True, slots=True)
class Replayed:
    """How many rows were loaded after all, and how many wait still."""

    loaded: int
    left: int


def run_replay(desk: Desk, sources: Path, *, source_id: str | None = None) -> Replayed:
    """Replays all waiting rows, source by source; each is staged with its article and the article's other mentions.

    The batch rules do not apply: a handful of mended rows is no night.
    """
    now = desk.clock()
    before = after = 0
    with hold_lock(desk.data, "replay", now=now):
        with open_warehouse(desk.data, now=now) as db:
            run_id = begin_run(db, "replay", now=now)
            waiting: dict[tuple[str, Any], list[tuple[str, str]]] = defaultdict(list)
            for source, day, table, payload in db.execute(
                    "SELECT source_id, max(day), row_table, any_value(payload) FROM quarantine WHERE replayed_at IS NULL "
                    "GROUP BY source_id, row_table, row_id").fetchall():
                if source_id in (None, source):
                    waiting[source, day].append((table, payload))
        for (source, day), rows in sorted(waiting.items()):
            before += len(rows)
            with open_staging(desk.data, run_id=run_id, source_id=source, day=day, now=now) as staging:
                with open_warehouse(desk.data, now=now) as db:
                    _stage(staging, db, rows)
                verdict = audit(staging, _source(sources, source), [], countries=known_countries(desk.gazetteer))
                verdict = replace(verdict, broken_batch=())
                with open_warehouse(desk.data, now=now) as db:
                    load(db, staging, verdict, merge=merge, geo=geo_columns(desk.gazetteer), now=now)
                    db.execute("""UPDATE quarantine SET replayed_at = ? WHERE replayed_at IS NULL AND (
                        (row_table = 'mentions' AND row_id IN (SELECT mention_id FROM mentions))
                        OR (row_table = 'articles' AND row_id IN (SELECT article_id FROM articles WHERE is_current)))""", [utc(now)])
        with open_warehouse(desk.data, now=now) as db:
            [(after,)] = db.execute("SELECT count(DISTINCT row_id) FROM quarantine WHERE replayed_at IS NULL AND coalesce(source_id = ?, true)",
                                    [source_id]).fetchall()
            end_run(db, run_id, "done", now=now)
        publish_if_behind(desk)
    return Replayed(before - after, after)


def _source(folder: Path, source_id: str) -> Source:
    try:
        return load_source(folder / f"{source_id}.toml")
    except SourceError:
        # its file may be gone; the rows can still be judged
        return Source(source_id, source_id, SourceKind.FOLDER, ".", "en", "XX", "UTC")


def _stage(staging: Staging, db: Connection, rows: list[tuple[str, str]]) -> None:
    """The waiting rows, and the stored article with its mentions for each of them: a load replaces whole articles."""
    current = dict(db.execute("SELECT article_id, version FROM articles WHERE is_current").fetchall())

    def is_latest(payload: str) -> bool:
        row = json.loads(payload)
        return current.get(row["article_id"], row["version"]) == row["version"]

    # what a later version of its article replaced stays where it is
    payloads = {table: [payload for kind, payload in rows if kind == table and is_latest(payload)] for table in ("articles", "mentions")}
    keys = {(row["article_id"], row["version"]) for each in payloads.values() for row in map(json.loads, each)}
    for table in ("articles", "mentions"):
        columns = [column for column in told_columns() if column.table == table]
        shape = json.dumps({column.name: column.type for column in columns})
        names = ", ".join(column.name for column in columns)
        if payloads[table]:
            staging.db.executemany(f"INSERT INTO {table} ({names}) SELECT {', '.join('r.' + each.name for each in columns)} "
                                   f"FROM (SELECT from_json(?, '{shape}') AS r)", [[payload] for payload in payloads[table]])
        # a row that waits and is stored all the same is staged once
        waiting = {json.loads(payload)[columns[0].name] for payload in payloads[table]}
        for article_id, version in sorted(keys):
            stored = db.execute(f"SELECT {names} FROM {table} WHERE article_id = ? AND version = ?", [article_id, version]).fetchall()
            missing = [row for row in stored if row[0] not in waiting]
            if missing:
                staging.db.executemany(f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' for _ in columns)})", missing)
