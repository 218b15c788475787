"""From staging into the warehouse: one transaction deletes and inserts, computes the touched events anew, closes the window."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from flows.warehouse.events import Geo, Merge, find_touched, merge_events
from flows.warehouse.staging import Staging, Verdict, figures_json
from flows.warehouse.store import (
    Connection,
    Window,
    close_window,
    code_version,
    quoted,
    scalar,
    transaction,
    utc,
    within_memory,
)


def load(db: Connection, staging: Staging, verdict: Verdict, *, merge: Merge, geo: Geo, now: datetime) -> Window:
    """Loads what the audit left in staging and closes the window, all or nothing; a stopped batch closes it only.

    delete+insert, not upsert: a re-read or a backfill meets its own earlier rows on purpose, and the whole article
    gives way at once, so events of a superseded version cannot linger.
    """
    staging.close()      # a file is open once in a process
    db.execute(f"ATTACH '{quoted(staging.path)}' AS staging (READ_ONLY)")
    try:
        opened = Window(staging.source_id, staging.day, "stopped", pages=_staged(db, "pages"),
                        known_pages=staging.known_pages, rejected=int(scalar(db, "SELECT count(DISTINCT reject_id) FROM staging.rejects")),
                        figures=figures_json(verdict.figures), code_version=code_version(),
                        reader_version=staging.reader_version)
        window = within_memory(db, lambda: _in_one_transaction(db, staging, verdict, opened, merge=merge, geo=geo, now=now))
        # a checkpoint at the end of each load: DuckDB drops commits silently when a write-ahead log is damaged
        within_memory(db, lambda: db.execute("CHECKPOINT"))
        return window
    finally:
        db.execute("DETACH staging")


def _in_one_transaction(db: Connection, staging: Staging, verdict: Verdict, window: Window, *, merge: Merge, geo: Geo, now: datetime) -> Window:
    with transaction(db):
        if verdict.is_loadable:
            window = _load_rows(db, staging, window, merge=merge, geo=geo, now=now)
        else:
            told = "; ".join(f"{each.rule}: {each.detail}" for each in verdict.broken_batch if each.stops)
            window = replace(window, detail=told)
        _insert_missing(db, "rejects", "reject_id, run_id")
        close_window(db, window, staging.run_id, now=now)
    return window


def _staged(db: Connection, table: str) -> int:
    return int(scalar(db, f"SELECT count(*) FROM staging.{table}"))


def _load_rows(db: Connection, staging: Staging, window: Window, *, merge: Merge, geo: Geo, now: datetime) -> Window:
    find_touched(db)
    # articles: the new version becomes the current one, older versions stay as they were read
    db.execute("DELETE FROM articles WHERE (article_id, version) IN (SELECT (article_id, version) FROM staging.articles)")
    db.execute("UPDATE articles SET is_current = false WHERE article_id IN (SELECT article_id FROM staging.articles)")
    db.execute("INSERT INTO articles BY NAME SELECT * FROM staging.articles")
    # mentions: only of current versions
    db.execute("DELETE FROM event_mentions WHERE mention_id IN "
               "(SELECT mention_id FROM mentions WHERE article_id IN (SELECT article_id FROM staging.articles))")
    db.execute("DELETE FROM mentions WHERE article_id IN (SELECT article_id FROM staging.articles)")
    db.execute("INSERT INTO mentions BY NAME SELECT * FROM staging.mentions")
    db.execute("DELETE FROM pages WHERE (url, source_id) IN (SELECT (url, source_id) FROM staging.pages)")
    db.execute("INSERT INTO pages BY NAME SELECT * FROM staging.pages")
    db.execute("DELETE FROM quarantine WHERE quarantine_id IN (SELECT quarantine_id FROM staging.quarantine)")
    db.execute("INSERT INTO quarantine BY NAME SELECT * FROM staging.quarantine")
    _insert_missing(db, "signatures", "source_id, signature, kind, article_id")
    db.execute("DELETE FROM sketches WHERE article_id IN (SELECT article_id FROM staging.articles)")
    db.execute("INSERT INTO sketches BY NAME SELECT * FROM staging.sketches WHERE article_id IN (SELECT article_id FROM staging.articles)")
    # a page that was taken down: what it told was told, and stays
    db.execute("UPDATE articles SET gone_at = ? WHERE gone_at IS NULL AND source_id = ? AND url IN "
               "(SELECT ref FROM staging.rejects WHERE reason = 'gone')", [utc(now), staging.source_id])
    _forget_lines(db, staging.source_id)
    created, updated = merge_events(db, merge=merge, geo=geo, run_id=staging.run_id, now=now)
    articles, mentions, quarantined = (_staged(db, table) for table in ("articles", "mentions", "quarantine"))
    return replace(window, outcome="loaded" if window.pages else "empty", articles=articles, mentions=mentions,
                   events_new=created, events_updated=updated, quarantined=quarantined)


def _insert_missing(db: Connection, table: str, key: str) -> None:
    """The staged rows of a table whose key is not there yet, each key once."""
    db.execute(f"INSERT INTO {table} BY NAME SELECT DISTINCT ON ({key}) * FROM staging.{table} AS staged ANTI JOIN {table} AS stored USING ({key})")


def _forget_lines(db: Connection, source_id: str) -> None:
    """Lines that one article alone had are forgotten after some runs: only what recurs is furniture."""
    db.execute("""
        DELETE FROM signatures WHERE source_id = $source AND kind = 'line'
            AND signature IN (SELECT signature FROM signatures WHERE source_id = $source GROUP BY signature HAVING count(*) = 1)
            AND run_id NOT IN (SELECT DISTINCT run_id FROM signatures WHERE source_id = $source ORDER BY run_id DESC LIMIT 5)
        """, {"source": source_id})


# what the warehouse knows of a source before a run

@dataclass(frozen=True, slots=True)
class StoredPage:
    """What is remembered of a page that was here before."""

    etag: str
    last_modified: str
    fetched_at: datetime
    listed_at: datetime | None
    page_id: str


def stored_pages(db: Connection, source_id: str) -> dict[str, StoredPage]:
    """Every page of a source by its address."""
    rows = db.execute("SELECT url, etag, last_modified, fetched_at, listed_at, page_id FROM pages WHERE source_id = ?",
                      [source_id]).fetchall()
    return {row[0]: StoredPage(*row[1:]) for row in rows}


def stored_sketches(db: Connection, *, since: datetime) -> list[tuple[str, bytes]]:
    """The sketches of all sources' articles that were loaded since, oldest first, without those of copies."""
    return db.execute("SELECT s.article_id, s.sketch FROM sketches AS s JOIN articles AS a USING (article_id) "
                      "WHERE a.is_current AND a.duplicate_of = '' AND s.sketched_at >= ? ORDER BY s.sketched_at, s.article_id",
                      [utc(since)]).fetchall()


def past_figures(db: Connection, source_id: str, *, windows: int = 30) -> list[dict[str, Any]]:
    """The figures of a source's last windows that were loaded, newest first."""
    rows = db.execute("SELECT figures FROM windows WHERE source_id = ? AND outcome IN ('loaded', 'empty') "
                      "ORDER BY closed_at DESC LIMIT ?", [source_id, windows]).fetchall()
    return [json.loads(row[0]) for row in rows]


def attempted_windows(db: Connection, source_id: str, since: date, until: date) -> dict[date, tuple[str, str, str]]:
    """The last attempt at each day of a source: outcome, code version, reader version."""
    rows = db.execute("""
        SELECT day, arg_max((outcome, code_version, reader_version), (closed_at, rowid)) FROM windows
        WHERE source_id = ? AND day >= ? AND day < ? GROUP BY day""", [source_id, since, until]).fetchall()
    return {row[0]: tuple(row[1].values()) if isinstance(row[1], dict) else tuple(row[1]) for row in rows}


def stored_lines(db: Connection, source_id: str) -> dict[str, tuple[str, ...]]:
    """The lines that a source's articles had, by digest, each with the articles that had it; copies of one article count as that."""
    rows = db.execute("SELECT signature, list_sort(list(DISTINCT coalesce(nullif(a.duplicate_of, ''), s.article_id))) FROM signatures AS s "
                      "LEFT JOIN articles AS a ON a.article_id = s.article_id AND a.is_current "
                      "WHERE s.source_id = ? AND kind = 'line' GROUP BY signature", [source_id]).fetchall()
    return {signature: tuple(articles) for signature, articles in rows}
