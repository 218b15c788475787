"""Events computed anew from their mentions, inside the transaction of a load: only those that the load touches.

Most mentions meet no other that they could join. DuckDB finds and writes these; the rest is merged by Python, one family of
codes at a time: mentions of two families never join, and a million at once fill the memory.
"""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import pyarrow as pa

from flows.warehouse.errors import WarehouseError
from flows.warehouse.rows import column_names, column_values, from_columns, to_arrow
from flows.warehouse.store import Connection, insert, utc
from schemas.records import Event, Mention, Place, PlaceKind, Span, Status
from transforms.merge import STATUS_GROUP, WIDEST_DAYS, family_of, new_event_id
from transforms.places.gdelt import Geo as GdeltGeo

Merge = Callable[[Iterable[Mention], Mapping[str, int], Collection[int]], Sequence[Event]]
Geo = Callable[[Place], GdeltGeo]

_NOWHERE = Span(0, 0)
_GEO_TEXTS = {"full_name": "full_name", "fips_country": "country_code", "adm1_code": "adm1_code", "feature_id": "feature_id"}    # column: of GdeltGeo
_PLACE_KEY = ("name", "kind", "lat", "lon", "country", "adm1", "geonameid")     # all that GDELT's columns are made of
_BATCH = 20_000       # mentions made at once from columns: the lists of plain values are as large as the records
_TEMPORARY = ("stories", "touched", "held", "unmerged", "copies", "alone", "written")


def find_touched(db: Connection) -> None:
    """Notes which stored events a load may change, before anything is deleted: `touched`, and `held`, the mentions they had.

    Touched are events that lose mentions and events that a staged mention may join. merge() joins mentions of different
    articles only when their intervals meet and are narrow, or are the same: "in the 1990s" would otherwise take up every
    event of ten years again.
    """
    # asked of the rows, not of the table of codes: a code that was struck from it must not lose its events
    told = db.execute("SELECT DISTINCT code, status FROM mentions UNION SELECT DISTINCT code, status FROM staging.mentions "
                      "UNION SELECT DISTINCT code, status FROM events").fetchall()
    db.register("rules", pa.table({
        "code": pa.array([code for code, _ in told], pa.string()), "status": pa.array([status for _, status in told], pa.string()),
        "family": pa.array([family_of(code) for code, _ in told], pa.string()),
        "story": pa.array([STATUS_GROUP.get(Status(status), Status(status)).value for _, status in told], pa.string())}))
    db.execute("CREATE OR REPLACE TEMPORARY TABLE stories AS FROM rules")
    db.unregister("rules")
    db.execute(f"""
        CREATE OR REPLACE TEMPORARY TABLE touched AS
        WITH arriving AS (
            SELECT DISTINCT family, date_start, date_end FROM staging.mentions JOIN stories USING (code, status)
            WHERE date_start IS NOT NULL AND date_end IS NOT NULL
        ), stored AS (
            SELECT event_id, family, date_start, date_end FROM events JOIN stories USING (code, status)
        ), found AS (
            SELECT event_id FROM event_mentions JOIN mentions AS m USING (mention_id)
            WHERE m.article_id IN (SELECT article_id FROM staging.articles UNION SELECT duplicate_of FROM staging.articles)
            UNION
            SELECT event_id FROM stored AS e
            JOIN arriving AS a ON e.family = a.family AND e.date_start < a.date_end AND a.date_start < e.date_end
            WHERE date_diff('day', e.date_start, e.date_end) <= {WIDEST_DAYS} AND date_diff('day', a.date_start, a.date_end) <= {WIDEST_DAYS}
            UNION
            SELECT event_id FROM stored AS e JOIN arriving AS a USING (family, date_start, date_end)
        )
        SELECT event_id, first_run_id, first_seen_at FROM events SEMI JOIN found USING (event_id)""")
    db.execute("CREATE OR REPLACE TEMPORARY TABLE held AS SELECT mention_id, event_id FROM event_mentions SEMI JOIN touched USING (event_id)")


def merge_events(db: Connection, *, merge: Merge, geo: Geo, run_id: str, now: datetime) -> tuple[int, int]:
    """Computes the touched events anew from their mentions; returns how many are new and how many changed.

    Call it inside the transaction, after find_touched() and with the new mentions in place.
    """
    _find_unmerged(db)
    copies = _set_copies_aside(db)
    _find_alone(db)
    for table in ("event_mentions", "event_geo", "events"):
        db.execute(f"DELETE FROM {table} WHERE event_id IN (SELECT event_id FROM touched)")
    db.execute("CREATE OR REPLACE TEMPORARY TABLE written (event_id BIGINT, mention_id VARCHAR, mentions INTEGER)")
    families = [row[0] for row in db.execute("SELECT DISTINCT family FROM unmerged UNION SELECT DISTINCT family FROM alone ORDER BY 1").fetchall()]
    with _no_collection():
        for family in families:
            _write_alone(db, family)
            _merge_family(db, family, copies, merge=merge, run_id=run_id, now=now)
    _write_sole_events(db, run_id=run_id, now=now)
    _write_geo(db, geo)
    # an id that is an event's again leads nowhere else
    db.execute("DELETE FROM redirects WHERE old_event_id IN (SELECT event_id FROM written)")
    _check_whole(db)
    counts = _count_changes(db)
    for table in _TEMPORARY:
        db.execute(f"DROP TABLE {table}")
    return counts


def _find_unmerged(db: Connection) -> None:
    """The mentions to be merged, with the event that had them: those of touched events that are still there, and the staged ones."""
    sides = ", ".join(f"CASE WHEN NOT is_reciprocal AND {side}_code[:3] = {side}_country THEN {side}_country ELSE '' END AS {side}_side"
                      for side in ("source", "target"))
    db.execute(f"""
        CREATE OR REPLACE TEMPORARY TABLE unmerged AS
        SELECT m.mention_id, family, story, m.article_id, m.date_start, m.date_end, {sides}, held.event_id
        FROM mentions AS m JOIN stories USING (code, status) LEFT JOIN held USING (mention_id)
        WHERE m.mention_id IN (SELECT mention_id FROM held UNION ALL SELECT mention_id FROM staging.mentions)""")


def _set_copies_aside(db: Connection) -> dict[str, list[str]]:
    """Takes out of `unmerged` what copies of an article repeat word for word; returns it by the mention of the first copy.

    Merged on their own, copies would inflate events: the date of one that was printed a day later would stand in for
    a date that no text tells.
    """
    db.execute("""
        CREATE OR REPLACE TEMPORARY TABLE copies AS
        SELECT copy.mention_id, min(told.mention_id) AS first
        FROM articles AS a JOIN mentions AS copy USING (article_id, version) SEMI JOIN unmerged ON unmerged.mention_id = copy.mention_id
        JOIN articles AS b ON b.article_id = a.duplicate_of AND b.is_current AND b.duplicate_of = ''
        JOIN mentions AS told ON told.article_id = b.article_id AND told.version = b.version
            AND told.code = copy.code AND told.evidence = copy.evidence AND told.source_code IS NOT DISTINCT FROM copy.source_code
            AND told.target_code IS NOT DISTINCT FROM copy.target_code AND told.status = copy.status
        SEMI JOIN unmerged AS also ON also.mention_id = told.mention_id
        WHERE a.duplicate_of <> '' AND a.is_current GROUP BY copy.mention_id""")
    db.execute("DELETE FROM unmerged WHERE mention_id IN (SELECT mention_id FROM copies)")
    copies: dict[str, list[str]] = {}
    for copy, first in db.execute("SELECT mention_id, first FROM copies ORDER BY mention_id").fetchall():
        copies.setdefault(first, []).append(copy)
    return copies


def _find_alone(db: Connection) -> None:
    """Moves from `unmerged` to `alone` the mentions that merge() could join to no other.

    Two mentions can only join where they meet: in an article, on a day, or in the same wide interval; and then not when
    their sides are surely of different countries (transforms/merge.py). A mention whose event had others stays with them:
    merge() says which of them keeps the event's id.
    """
    db.execute(f"""
        CREATE OR REPLACE TEMPORARY TABLE alone AS
        WITH spots AS (
            SELECT mention_id, source_side, target_side, unnest([hash(family, story, article_id)] || CASE
                WHEN date_start IS NULL OR date_end IS NULL THEN []
                WHEN date_end - date_start > {WIDEST_DAYS} THEN [hash(family, story, date_start, date_end)]
                ELSE [hash(family, story, date_start + step::INTEGER) FOR step IN range(date_end - date_start)] END) AS spot
            FROM unmerged
        ), told AS (
            SELECT spot, source_side, target_side, count(*) AS mentions FROM spots GROUP BY ALL
        ), busy AS (
            SELECT DISTINCT one.spot, one.source_side, one.target_side FROM told AS one JOIN told AS other ON one.spot = other.spot
                AND (one.source_side = other.source_side OR one.source_side = '' OR other.source_side = '')
                AND (one.target_side = other.target_side OR one.target_side = '' OR other.target_side = '')
            WHERE one.mentions > 1 OR one.source_side <> other.source_side OR one.target_side <> other.target_side
        ), met AS (
            SELECT mention_id FROM spots SEMI JOIN busy USING (spot, source_side, target_side)
            UNION ALL SELECT first FROM copies
            UNION ALL SELECT mention_id FROM unmerged WHERE event_id IN (SELECT event_id FROM unmerged GROUP BY event_id HAVING count(*) > 1)
        )
        SELECT mention_id, family, event_id FROM unmerged ANTI JOIN met USING (mention_id)""")
    db.execute("DELETE FROM unmerged WHERE mention_id IN (SELECT mention_id FROM alone)")


def _write_alone(db: Connection, family: str) -> None:
    """Each mention that is alone becomes an event: the one it was, or a new one."""
    new = [row[0] for row in db.execute("SELECT mention_id FROM alone WHERE family = ? AND event_id IS NULL ORDER BY mention_id", [family]).fetchall()]
    taken: set[int] = set()
    while True:
        ids = pa.array([new_event_id(each, taken) for each in new], pa.int64())
        clashing = _in_use(db, ids)
        if not clashing:
            break
        taken |= clashing
    insert(db, "written", pa.table({"event_id": ids, "mention_id": pa.array(new, pa.string()), "mentions": pa.array([1] * len(new), pa.int32())}))
    db.execute("INSERT INTO written SELECT event_id, mention_id, 1 FROM alone WHERE family = ? AND event_id IS NOT NULL", [family])
    db.execute("INSERT INTO event_mentions BY NAME SELECT mention_id, event_id FROM written SEMI JOIN (FROM alone WHERE family = ?) USING (mention_id)",
               [family])


def _in_use(db: Connection, ids: pa.Array) -> set[int]:
    """Which ids are those of other events: a mention that left its event and comes back would be given the old id again."""
    db.register("ids", pa.table({"event_id": ids}))
    found = db.execute("SELECT event_id FROM events SEMI JOIN ids USING (event_id) UNION "
                       "SELECT event_id FROM written SEMI JOIN ids USING (event_id)").fetchall()
    db.unregister("ids")
    return {row[0] for row in found}


def _merge_family(db: Connection, family: str, copies: Mapping[str, Sequence[str]], *, merge: Merge, run_id: str, now: datetime) -> None:
    """Merges the mentions of a family that may join others, and writes their events."""
    known = dict(db.execute("SELECT mention_id, event_id FROM unmerged WHERE family = ? AND event_id IS NOT NULL", [family]).fetchall())
    mentions = read_mentions(db, family)
    if not mentions:
        return
    taken: set[int] = set()
    while True:
        events = merge(mentions, known, taken)
        clashing = _in_use(db, pa.array([event.event_id for event in events], pa.int64()))
        if not clashing:
            break
        taken |= clashing
    before: dict[int, tuple[str, datetime]] = {row[0]: (row[1], row[2]) for row in db.execute(
        "SELECT event_id, first_run_id, first_seen_at FROM touched WHERE event_id IN (SELECT event_id FROM unmerged WHERE family = ?)", [family]).fetchall()}
    _write_events(db, [_with_copies(event, copies) for event in events], before, run_id=run_id, now=now)


def read_mentions(db: Connection, family: str) -> list[Mention]:
    """The mentions of a family in `unmerged`; the gazetteer rows that were weighed are left out to keep many of them small."""
    weighed = ", ".join(f"'' AS {name}" for name in column_names(Mention) if name.endswith("_candidates"))
    result = db.sql(f"SELECT * REPLACE ({weighed}) FROM mentions SEMI JOIN (FROM unmerged WHERE family = $1) USING (mention_id)", params=[family])
    out: list[Mention] = []
    for batch in result.to_arrow_reader(_BATCH):
        out += from_columns({name: column_values(values) for name, values in zip(batch.schema.names, batch.columns, strict=True)}, Mention)
    return out


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
    several = [event for event in events if len(event.mention_ids) > 1]
    first = [min((before[each] for each in (event.event_id, *event.replaced_ids) if each in before), key=lambda told: told[1], default=new)
             for event in several]
    insert(db, "events", to_arrow(several, Event, first_run_id=[run for run, _ in first], first_seen_at=[at for _, at in first],
                                  run_id=run_id, updated_at=utc(now)))
    insert(db, "written", pa.table({
        "event_id": pa.array([event.event_id for event in events], pa.int64()), "mention_id": [event.mention_ids[0] for event in events],
        "mentions": pa.array([len(event.mention_ids) for event in events], pa.int32())}))
    insert(db, "event_mentions", pa.table({
        "mention_id": pa.array([each for event in events for each in event.mention_ids], pa.string()),
        "event_id": pa.array([event.event_id for event in events for _ in event.mention_ids], pa.int64())}))
    for event in events:
        for old in event.replaced_ids:
            db.execute("UPDATE redirects SET event_id = ? WHERE event_id = ?", [event.event_id, old])
            db.execute("INSERT OR REPLACE INTO redirects VALUES (?, ?, ?, ?)", [old, event.event_id, run_id, utc(now)])


def _write_sole_events(db: Connection, *, run_id: str, now: datetime) -> None:
    """Events of one mention say what it says: DuckDB copies nine rows of ten, Python need not touch them."""
    # as in read_mentions(): the rows that were weighed stay with the mention
    told = ", ".join(f"CASE WHEN m.{name} IS NOT NULL THEN '' END AS {name}" if name.endswith("_candidates") else f"m.{name}"
                     for name in column_names(Event) if name != "event_id")
    db.execute(f"""
        INSERT INTO events BY NAME
        SELECT w.event_id, {told}, coalesce(t.first_run_id, $run) AS first_run_id, coalesce(t.first_seen_at, $now) AS first_seen_at,
            $run AS run_id, $now AS updated_at
        FROM written AS w JOIN mentions AS m USING (mention_id) LEFT JOIN touched AS t USING (event_id)
        WHERE w.mentions = 1""", {"run": run_id, "now": utc(now)})


def _write_geo(db: Connection, geo: Geo) -> None:
    """The places of the events written, each different one put into GDELT's columns once."""
    for role, prefix in (("source", "source_place"), ("target", "target_place"), ("action", "place")):
        rows = db.execute(f"SELECT DISTINCT {', '.join(f'e.{prefix}_{key}' for key in _PLACE_KEY)} FROM events AS e SEMI JOIN written USING (event_id) "
                          f"WHERE e.{prefix}_lat IS NOT NULL").fetchall()
        if not rows:
            continue
        told = [geo(Place(_NOWHERE, "", name, kind and PlaceKind(kind), *rest)) for name, kind, *rest in rows]
        keys = {key: [row[position] for row in rows] for position, key in enumerate(_PLACE_KEY)}
        db.register("told", pa.table({**keys, "geo_type": pa.array([each.type for each in told], pa.int16()),
                                      **{column: pa.array([getattr(each, name) for each in told], pa.string()) for column, name in _GEO_TEXTS.items()}}))
        db.execute(f"""
            INSERT INTO event_geo BY NAME
            SELECT e.event_id, '{role}' AS role, t.geo_type, '' AS adm2_code, {', '.join(f't.{column}' for column in _GEO_TEXTS)}
            FROM events AS e SEMI JOIN written USING (event_id)
            JOIN told AS t ON {' AND '.join(f'e.{prefix}_{key} IS NOT DISTINCT FROM t.{key}' for key in _PLACE_KEY)}
            WHERE e.{prefix}_lat IS NOT NULL""")
        db.unregister("told")


def _check_whole(db: Connection) -> None:
    """Asks what keys would guard, if these tables had any: every staged mention is there once and in one event, every event once."""
    [(staged, stored, linked, written, events)] = db.execute("""
        SELECT (SELECT count(*) FROM staging.mentions),
            (SELECT count(*) FROM mentions SEMI JOIN staging.mentions AS staged USING (mention_id)),
            (SELECT count(*) FROM event_mentions SEMI JOIN staging.mentions AS staged USING (mention_id)),
            (SELECT count(*) FROM written), (SELECT count(*) FROM events SEMI JOIN written USING (event_id))""").fetchall()
    if (stored, linked, events) != (staged, staged, written):
        raise WarehouseError(f"the load would tell deeds twice or not at all: {staged} mentions were staged, {stored} stored and {linked} linked to events, "
                             f"{events} of {written} events written; nothing was loaded, please report it")


def _count_changes(db: Connection) -> tuple[int, int]:
    """How many of the events written are new, and how many have other mentions than they had."""
    [(created, changed)] = db.execute("""
        WITH before AS (SELECT event_id, mention_id FROM held SEMI JOIN written USING (event_id)),
            after AS (SELECT event_id, mention_id FROM event_mentions SEMI JOIN (FROM written SEMI JOIN touched USING (event_id)) USING (event_id))
        SELECT (SELECT count(*) FROM written ANTI JOIN touched USING (event_id)),
            (SELECT count(DISTINCT event_id) FROM ((FROM before EXCEPT FROM after) UNION ALL (FROM after EXCEPT FROM before)))""").fetchall()
    return created, changed
