"""From staging into the warehouse: one transaction deletes and inserts, computes the touched events anew, closes the window."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from flows.warehouse.events import Geo, Merge, find_touched, merge_events
from flows.warehouse.staging import SKETCHED_DAYS, Staging, Verdict, figures_json
from flows.warehouse.store import (
    Connection,
    Window,
    close_window,
    quoted,
    scalar,
    transaction,
    utc,
    within_memory,
)
from schemas.records import MAY_PASS, Reason, Reject, Stage, code_version

if TYPE_CHECKING:
    from transforms.clean.duplicates import Sketched


def load(db: Connection, staging: Staging, verdict: Verdict, *, merge: Merge, geo: Geo, now: datetime) -> Window:
    """Loads what the audit left in staging and closes the window, all or nothing.

    A stopped batch only closes it, with a reject for each page that had become an article; so does a source that gave no list.
    delete+insert, not upsert: a re-read or a backfill meets its own earlier rows on purpose, and the whole article
    gives way at once, so events of a superseded version cannot linger.
    """
    stopped_by = "; ".join(f"{each.rule}: {each.detail}" for each in verdict.broken_batch if each.stops)
    if not verdict.is_loadable:
        # what was no article has a reject of its own already
        told = staging.db.execute("SELECT url FROM pages WHERE outcome = 'article' ORDER BY url").fetchall()
        staging.reject([Reject(Stage.AUDIT, Reason.BROKE_BATCH_RULE, url, stopped_by, staging.source_id) for (url,) in told])
    staging.close()      # a file is open once in a process
    db.execute(f"ATTACH '{quoted(staging.path)}' AS staging (READ_ONLY)")
    try:
        opened = Window(staging.source_id, staging.day, "stopped", pages=_staged(db, "pages"),
                        known_pages=staging.known_pages, rejected=int(scalar(db, "SELECT count(DISTINCT reject_id) FROM staging.rejects")),
                        figures=figures_json(verdict.figures), code_version=code_version(),
                        reader_version=staging.reader_version, detail=stopped_by)
        unlisted = _losses(db, "stage = 'list'")
        if unlisted:
            opened = replace(opened, outcome="failed", detail=unlisted)
        window = within_memory(db, lambda: _in_one_transaction(db, staging, verdict, opened, merge=merge, geo=geo, now=now))
        # a checkpoint at the end of each load: DuckDB drops commits silently when a write-ahead log is damaged
        within_memory(db, lambda: db.execute("CHECKPOINT"))
        return window
    finally:
        db.execute("DETACH staging")


def _in_one_transaction(db: Connection, staging: Staging, verdict: Verdict, window: Window, *, merge: Merge, geo: Geo, now: datetime) -> Window:
    with transaction(db):
        if verdict.is_loadable and window.outcome != "failed":
            window = _load_rows(db, staging, window, merge=merge, geo=geo, now=now)
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
    outcome = "loaded" if window.pages else "empty"
    detail = _losses(db, "reason = 'off_pattern'")
    if waiting := "; ".join(filter(None, (_losses(db, "reason = 'page_cap'", with_ref=False), _losses(db, _MAY_PASS)))):
        outcome, detail = "partial", waiting
    return replace(window, outcome=outcome, detail=detail, articles=articles, mentions=mentions,
                   events_new=created, events_updated=updated, quarantined=quarantined)


_MAY_PASS = f"stage = 'acquire' AND reason IN ({', '.join(repr(each.value) for each in sorted(MAY_PASS))})"


def _losses(db: Connection, condition: str, *, with_ref: bool = True) -> str:
    """The staged rejects of a kind in a sentence: the first of them, and how many more there are; "" where there is none."""
    told = db.execute(f"SELECT ref, detail FROM staging.rejects WHERE {condition} ORDER BY rowid").fetchall()
    if not told:
        return ""
    [(ref, detail), *more] = dict(told).items()
    return (f"{ref}: {detail}" if with_ref else detail) + (f", and {len(more)} more like it" if more else "")


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


def failed_addresses(db: Connection, source_id: str) -> dict[str, str]:
    """The addresses of a source that were asked for in vain, and have given no page since; each with the last reason."""
    rows = db.execute("""
        SELECT ref, arg_max(reason, (rejected_at, rowid)) FROM rejects AS r
        WHERE source_id = ? AND stage = 'acquire' AND reason NOT IN ('rate_limited', 'page_cap')
            AND NOT EXISTS (FROM pages AS p WHERE p.source_id = r.source_id AND p.url = r.ref AND p.fetched_at >= r.rejected_at)
        GROUP BY ref""", [source_id]).fetchall()
    return dict(rows)


def pages_read_by(db: Connection, source_id: str, reader_version: str) -> frozenset[str]:
    """The addresses of a source whose pages a version of the reader was the last to read."""
    rows = db.execute("SELECT url FROM pages WHERE source_id = $source AND run_id IN "
                      "(SELECT run_id FROM windows WHERE source_id = $source AND reader_version = $version)",
                      {"source": source_id, "version": reader_version}).fetchall()
    return frozenset(row[0] for row in rows)


def stored_sketches(db: Connection, *, near: Sequence[Sketched]) -> list[Sketched]:
    """The sketches of all sources' articles of the same days as some given ones, first loaded first, without those of copies."""
    from transforms.clean.duplicates import SAME_NEWS, Sketched

    days = {(each.start, each.end) for each in near}
    db.register("arriving", pa.table({"start_day": pa.array([start for start, _ in days], pa.date32()),
                                      "end_day": pa.array([end for _, end in days], pa.date32())}))
    rows = db.execute(f"""
        WITH near AS (
            SELECT s.* FROM ({SKETCHED_DAYS}) AS s
            SEMI JOIN arriving AS a ON s.start_day < a.end_day + {SAME_NEWS.days} AND a.start_day < s.end_day + {SAME_NEWS.days})
        SELECT article_id, sketch, start_day, end_day FROM sketches JOIN near USING (article_id)
        ORDER BY near.sketched_at, article_id""").fetchall()
    db.unregister("arriving")
    return [Sketched(*row) for row in rows]


def past_figures(db: Connection, source_id: str, *, windows: int = 30) -> list[dict[str, Any]]:
    """The figures of a source's last windows that were loaded, newest first."""
    rows = db.execute("SELECT figures FROM windows WHERE source_id = ? AND outcome IN ('loaded', 'partial', 'empty') "
                      "ORDER BY closed_at DESC LIMIT ?", [source_id, windows]).fetchall()
    return [json.loads(row[0]) for row in rows]


def attempted_windows(db: Connection, source_id: str, since: date, until: date) -> dict[date, tuple[str, str]]:
    """How the last attempt at each day of a source ended, and the version of the last reader that read anything of it ("": none did)."""
    rows = db.execute("""
        SELECT day, arg_max(outcome, (closed_at, rowid)),
            coalesce(arg_max(reader_version, (closed_at, rowid)) FILTER (reader_version <> '' AND outcome <> 'stopped'), '')
        FROM windows WHERE source_id = ? AND day >= ? AND day < ? GROUP BY day""", [source_id, since, until]).fetchall()
    return {day: (outcome, reader_version) for day, outcome, reader_version in rows}


def stored_lines(db: Connection, source_id: str) -> dict[str, tuple[str, ...]]:
    """The lines that a source's articles had, by digest, each with the articles that had it; copies of one article count as that."""
    rows = db.execute("SELECT signature, list_sort(list(DISTINCT coalesce(nullif(a.duplicate_of, ''), s.article_id))) FROM signatures AS s "
                      "LEFT JOIN articles AS a ON a.article_id = s.article_id AND a.is_current "
                      "WHERE s.source_id = ? AND kind = 'line' GROUP BY signature", [source_id]).fetchall()
    return {signature: tuple(articles) for signature, articles in rows}
