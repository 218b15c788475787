"""From staging into the warehouse: one transaction deletes and inserts, computes the touched events anew, closes the window."""

from __future__ import annotations

import contextlib
import gc
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import pyarrow as pa

from flows.warehouse.rows import column_names, to_arrow
from flows.warehouse.staging import Staging, Verdict, cameo_codes, figures_json, read_mentions
from flows.warehouse.store import Connection, Window, close_window, code_version, scalar, transaction, utc
from schemas.records import Event, Mention, Place, PlaceKind, Span
from transforms.merge import family_of

Merge = Callable[[Iterable[Mention], Mapping[str, int]], Sequence[Event]]


@dataclass(frozen=True, slots=True)
class GeoColumns:
    """A place as GDELT writes it; see `event_geo` in tables.sql."""

    geo_type: int
    full_name: str
    fips_country: str
    adm1_code: str
    adm2_code: str
    feature_id: str


Geo = Callable[[Place], GeoColumns]

# merge() joins mentions of different articles only inside one family of codes, and only when their intervals meet and
# are at most this wide, or are the same: "in the 1990s" would otherwise take up every event of ten years again.
_WIDEST_DAYS = 31
_NOWHERE = Span(0, 0)
_GEO_TEXTS = ("full_name", "fips_country", "adm1_code", "adm2_code", "feature_id")


def load(db: Connection, staging: Staging, verdict: Verdict, *, merge: Merge, geo: Geo, now: datetime) -> Window:
    """Loads what the audit left in staging and closes the window, all or nothing; a stopped batch closes it only.

    delete+insert, not upsert: a re-read or a backfill meets its own earlier rows on purpose, and the whole article
    gives way at once, so events of a superseded version cannot linger.
    """
    staging.db.close()      # a file is open once in a process
    db.execute(f"ATTACH '{str(staging.path).replace(chr(39), chr(39) * 2)}' AS staging (READ_ONLY)")
    try:
        window = Window(staging.source_id, staging.day, "stopped", pages=staging_count(db, "pages"),
                        known_pages=staging.known_pages, rejected=staging_count(db, "rejects"),
                        figures=figures_json(verdict.figures), code_version=code_version(),
                        reader_version=staging.reader_version)
        with transaction(db):
            if verdict.is_loadable:
                window = _load_rows(db, staging, window, merge=merge, geo=geo, now=now)
            else:
                told = "; ".join(f"{each.rule}: {each.detail}" for each in verdict.broken_batch if each.stops)
                window = replace(window, detail=told)
            db.execute("INSERT OR IGNORE INTO rejects BY NAME SELECT * FROM staging.rejects")
            close_window(db, window, staging.run_id, now=now)
        # a checkpoint at the end of each load: DuckDB drops commits silently when a write-ahead log is damaged
        db.execute("CHECKPOINT")
        return window
    finally:
        db.execute("DETACH staging")


def staging_count(db: Connection, table: str) -> int:
    return int(scalar(db, f"SELECT count(*) FROM staging.{table}"))


def _load_rows(db: Connection, staging: Staging, window: Window, *, merge: Merge, geo: Geo, now: datetime) -> Window:
    _find_touched(db)
    known = dict(db.execute("SELECT link.mention_id, link.event_id FROM event_mentions AS link "
                            "JOIN touched USING (event_id)").fetchall())
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
    db.execute("INSERT OR IGNORE INTO signatures BY NAME SELECT * FROM staging.signatures")
    db.execute("DELETE FROM sketches WHERE article_id IN (SELECT article_id FROM staging.articles)")
    db.execute("INSERT INTO sketches BY NAME SELECT * FROM staging.sketches WHERE article_id IN (SELECT article_id FROM staging.articles)")
    # a page that was taken down: what it told was told, and stays
    db.execute("UPDATE articles SET gone_at = ? WHERE gone_at IS NULL AND source_id = ? AND url IN "
               "(SELECT ref FROM staging.rejects WHERE reason = 'gone')", [utc(now), staging.source_id])
    _forget_lines(db, staging.source_id)
    created, updated = merge_events(db, known, merge=merge, geo=geo, run_id=staging.run_id, now=now)
    articles, mentions, quarantined = (staging_count(db, table) for table in ("articles", "mentions", "quarantine"))
    return replace(window, outcome="loaded" if window.pages else "empty", articles=articles, mentions=mentions,
                   events_new=created, events_updated=updated, quarantined=quarantined)


def _forget_lines(db: Connection, source_id: str) -> None:
    """Lines that one article alone had are forgotten after some runs: only what recurs is furniture."""
    db.execute("""
        DELETE FROM signatures WHERE source_id = $source AND kind = 'line'
            AND signature IN (SELECT signature FROM signatures WHERE source_id = $source GROUP BY signature HAVING count(*) = 1)
            AND run_id NOT IN (SELECT DISTINCT run_id FROM signatures WHERE source_id = $source ORDER BY run_id DESC LIMIT 5)
        """, {"source": source_id})


def _find_touched(db: Connection) -> None:
    """Fills the temporary table `touched`: stored events that lose mentions, or that a staged mention may join."""
    db.register("families", pa.table({"code": [each.code for each in cameo_codes()],
                                      "family": [family_of(each.code) for each in cameo_codes()]}))
    db.execute(f"""
        CREATE OR REPLACE TEMPORARY TABLE touched AS
        WITH arriving AS (
            SELECT DISTINCT f.family, m.date_start, m.date_end FROM staging.mentions AS m JOIN families AS f USING (code)
            WHERE m.date_start IS NOT NULL AND m.date_end IS NOT NULL
        ), stored AS (
            SELECT e.event_id, f.family, e.date_start, e.date_end FROM events AS e JOIN families AS f USING (code)
        )
        SELECT link.event_id FROM event_mentions AS link JOIN mentions AS m USING (mention_id)
        WHERE m.article_id IN (SELECT article_id FROM staging.articles UNION SELECT duplicate_of FROM staging.articles)
        UNION
        SELECT e.event_id FROM stored AS e
        JOIN arriving AS a ON e.family = a.family AND e.date_start < a.date_end AND a.date_start < e.date_end
        WHERE date_diff('day', e.date_start, e.date_end) <= {_WIDEST_DAYS}
            AND date_diff('day', a.date_start, a.date_end) <= {_WIDEST_DAYS}
        UNION
        SELECT e.event_id FROM stored AS e
        JOIN arriving AS a ON e.family = a.family AND e.date_start = a.date_start AND e.date_end = a.date_end""")
    db.unregister("families")


def merge_events(db: Connection, known: Mapping[str, int], *, merge: Merge, geo: Geo, run_id: str, now: datetime,
                 ) -> tuple[int, int]:
    """Computes the touched events anew from their mentions; returns how many are new and how many changed.

    Call it inside a transaction, with the temporary table `touched` filled and the new mentions in place. Families of
    codes are merged one after the other: mentions of two families never join, and a million at once fill the memory.
    """
    db.execute("""
        CREATE OR REPLACE TEMPORARY TABLE unmerged AS
        SELECT m.mention_id, m.code FROM mentions AS m LEFT JOIN event_mentions AS link USING (mention_id)
        WHERE link.event_id IN (SELECT event_id FROM touched) OR link.event_id IS NULL""")
    copies = _set_copies_aside(db)
    before: dict[int, tuple[str, datetime]] = {row[0]: (row[1], row[2]) for row in db.execute(
        "SELECT event_id, first_run_id, first_seen_at FROM events WHERE event_id IN (SELECT event_id FROM touched)").fetchall()}
    held: dict[int, set[str]] = {}
    for mention_id, event_id in known.items():
        held.setdefault(event_id, set()).add(mention_id)
    for table in ("event_mentions", "event_geo", "events"):
        db.execute(f"DELETE FROM {table} WHERE event_id IN (SELECT event_id FROM touched)")
    created = changed = 0
    families: dict[str, list[str]] = {}
    for (code,) in db.execute("SELECT DISTINCT code FROM unmerged ORDER BY code").fetchall():
        families.setdefault(family_of(code), []).append(code)
    db.execute("CREATE OR REPLACE TEMPORARY TABLE written (event_id BIGINT, mention_id VARCHAR, mentions INTEGER, "
               "first_run_id VARCHAR, first_seen_at TIMESTAMP)")
    with _no_collection():
        for codes in families.values():
            among = ", ".join(f"'{code}'" for code in codes)
            mentions = read_mentions(db, f"SELECT m.* FROM mentions AS m SEMI JOIN unmerged USING (mention_id) WHERE m.code IN ({among})")
            events = [_with_copies(event, copies) for event in merge(mentions, known)]
            fresh = [event for event in events if held.get(event.event_id) != set(event.mention_ids)]
            changed += len(fresh)
            created += sum(event.event_id not in before for event in fresh)
            _write_events(db, events, before, run_id=run_id, now=now)
    _write_sole_events(db, run_id=run_id, now=now)
    _write_geo(db, geo)
    for table in ("touched", "unmerged", "written"):
        db.execute(f"DROP TABLE {table}")
    return created, changed - created


def _set_copies_aside(db: Connection) -> dict[str, list[str]]:
    """Takes out of `unmerged` what copies of an article repeat word for word; returns it by the mention of the first copy.

    Merged on their own, copies would inflate events: the date of one that was printed a day later would stand in for
    a date that no text tells.
    """
    copies: dict[str, list[str]] = {}
    for copy, first in db.execute("""
            SELECT copy.mention_id, min(told.mention_id)
            FROM articles AS a JOIN mentions AS copy USING (article_id, version) SEMI JOIN unmerged ON unmerged.mention_id = copy.mention_id
            JOIN articles AS b ON b.article_id = a.duplicate_of AND b.is_current AND b.duplicate_of = ''
            JOIN mentions AS told ON told.article_id = b.article_id AND told.version = b.version
                AND told.code = copy.code AND told.evidence = copy.evidence AND told.source_code IS NOT DISTINCT FROM copy.source_code
                AND told.target_code IS NOT DISTINCT FROM copy.target_code AND told.status = copy.status
            SEMI JOIN unmerged AS also ON also.mention_id = told.mention_id
            WHERE a.duplicate_of <> '' AND a.is_current GROUP BY copy.mention_id""").fetchall():
        copies.setdefault(first, []).append(copy)
    if copies:
        db.execute("DELETE FROM unmerged WHERE mention_id IN (SELECT unnest(?::VARCHAR[]))", [[each for told in copies.values() for each in told]])
    return copies


def _with_copies(event: Event, copies: Mapping[str, Sequence[str]]) -> Event:
    """The event with the mentions that copies of its articles repeat."""
    if not copies or copies.keys().isdisjoint(event.mention_ids):
        return event
    return replace(event, mention_ids=tuple(sorted({*event.mention_ids, *(copy for each in event.mention_ids for copy in copies.get(each, ()))})))


@contextlib.contextmanager
def _no_collection() -> Iterator[None]:
    """Without Python's cycle collector: it would walk over all mentions again and again, and records have no cycles."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _write_events(db: Connection, events: Sequence[Event], before: Mapping[int, tuple[str, datetime]], *, run_id: str, now: datetime) -> None:
    """Events of several mentions, links and redirects of all; events of one mention are only noted in `written`."""
    new = (run_id, utc(now))
    first = [new if not before else
             min((before[each] for each in (event.event_id, *event.replaced_ids) if each in before), key=lambda told: told[1], default=new)
             for event in events]
    several = [position for position, event in enumerate(events) if len(event.mention_ids) > 1]
    _insert(db, "events", to_arrow([events[each] for each in several], Event, first_run_id=[first[each][0] for each in several],
                                   first_seen_at=[first[each][1] for each in several], run_id=run_id, updated_at=utc(now)))
    _insert(db, "written", pa.table({
        "event_id": pa.array([event.event_id for event in events], pa.int64()), "mention_id": [event.mention_ids[0] for event in events],
        "mentions": pa.array([len(event.mention_ids) for event in events], pa.int32()),
        "first_run_id": [each[0] for each in first], "first_seen_at": pa.array([each[1] for each in first], pa.timestamp("us"))}))
    _insert(db, "event_mentions", pa.table({
        "mention_id": pa.array([each for event in events for each in event.mention_ids], pa.string()),
        "event_id": pa.array([event.event_id for event in events for _ in event.mention_ids], pa.int64())}))
    for event in events:
        for old in event.replaced_ids:
            db.execute("UPDATE redirects SET event_id = ? WHERE event_id = ?", [event.event_id, old])
            db.execute("INSERT OR REPLACE INTO redirects VALUES (?, ?, ?, ?)", [old, event.event_id, run_id, utc(now)])


def _write_sole_events(db: Connection, *, run_id: str, now: datetime) -> None:
    """Events of one mention say what it says: DuckDB copies nine rows of ten, Python need not touch them."""
    columns = [name for name in column_names(Event) if name != "event_id"]
    # as in read_mentions(): the rows that were weighed stay with the mention
    told = ", ".join(f"CASE WHEN m.{name} IS NOT NULL THEN '' END AS {name}" if name.endswith("_candidates") else f"m.{name}" for name in columns)
    db.execute(f"""
        INSERT INTO events BY NAME
        SELECT w.event_id, {told}, w.first_run_id, w.first_seen_at, ? AS run_id, ?::TIMESTAMP AS updated_at
        FROM written AS w JOIN mentions AS m USING (mention_id) WHERE w.mentions = 1""", [run_id, utc(now)])


_PLACE_KEY = ("name", "kind", "lat", "lon", "country", "adm1", "geonameid")     # all that GDELT's columns are made of


def _write_geo(db: Connection, geo: Geo) -> None:
    """The places of the events written, each different one put into GDELT's columns once."""
    for role, prefix in (("source", "source_place"), ("target", "target_place"), ("action", "place")):
        rows = db.execute(f"SELECT DISTINCT {', '.join(f'e.{prefix}_{key}' for key in _PLACE_KEY)} FROM events AS e SEMI JOIN written USING (event_id) "
                          f"WHERE e.{prefix}_lat IS NOT NULL").fetchall()
        if not rows:
            continue
        told = [geo(Place(_NOWHERE, "", name, kind and PlaceKind(kind), *rest)) for name, kind, *rest in rows]
        keys = {key: [row[position] for row in rows] for position, key in enumerate(_PLACE_KEY)}
        db.register("told", pa.table({**keys, "geo_type": pa.array([each.geo_type for each in told], pa.int16()),
                                      **{name: pa.array([getattr(each, name) for each in told], pa.string()) for name in _GEO_TEXTS}}))
        db.execute(f"""
            INSERT INTO event_geo BY NAME
            SELECT e.event_id, '{role}' AS role, t.geo_type, {', '.join(f't.{name}' for name in _GEO_TEXTS)}
            FROM events AS e SEMI JOIN written USING (event_id)
            JOIN told AS t ON {' AND '.join(f'e.{prefix}_{key} IS NOT DISTINCT FROM t.{key}' for key in _PLACE_KEY)}
            WHERE e.{prefix}_lat IS NOT NULL""")
        db.unregister("told")


def _insert(db: Connection, table: str, incoming: pa.Table) -> None:
    if incoming.num_rows:
        db.register("incoming", incoming)
        db.execute(f"INSERT INTO {table} BY NAME SELECT * FROM incoming")
        db.unregister("incoming")


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
    """The lines that a source's articles had, by digest, each with the articles that had it."""
    rows = db.execute("SELECT signature, list(article_id ORDER BY article_id) FROM signatures "
                      "WHERE source_id = ? AND kind = 'line' GROUP BY signature", [source_id]).fetchall()
    return {signature: tuple(articles) for signature, articles in rows}
