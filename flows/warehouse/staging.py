"""One window's batch before it is loaded: a file of its own, so that the warehouse is held for seconds only."""

from __future__ import annotations

import contextlib
import gc
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from statistics import median
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa

from flows.warehouse.query import published_path
from flows.warehouse.rows import storable, to_arrow
from flows.warehouse.store import Connection, connect, insert, scalar, told_plainly, utc
from flows.warehouse.store import tables_sql as shape_sql
from schemas.expectations import (
    BATCH_RULES,
    BatchRule,
    BrokenBatch,
    drift_figures,
    drift_rules,
    expected_rules,
    judge_batch,
    judge_rows,
    write_data_docs,
)
from schemas.records import CONTENT_KINDS, Article, Mention, Page, Reason, Reject, Stage, digest
from schemas.source import Source
from transforms.lexicons.tables import read_table

if TYPE_CHECKING:
    import pandas as pd

    from transforms.clean.duplicates import Sketched

_MEMORY_MEBIBYTES = 256
# the days of an article that has a sketch; one without a date is news of the day on which it was loaded
SKETCHED_DAYS = """
    SELECT article_id, sketched_at, coalesce(published_start, sketched_at::DATE) AS start_day,
        CASE WHEN published_start IS NULL OR published_end IS NULL THEN sketched_at::DATE + 1 ELSE published_end END AS end_day
    FROM sketches JOIN articles USING (article_id) WHERE is_current AND duplicate_of = ''"""
_SLICE = 100_000      # mentions judged at once: about 100 MB of pandas


@dataclass(frozen=True, slots=True)
class CameoCode:
    """A line of lexicons/cameo/codes.csv."""

    code: str
    root: str
    base: str
    label: str
    quadclass: int
    goldstein: float
    plover: str
    plover_mode: str
    plover_context: str


def cameo_codes() -> tuple[CameoCode, ...]:
    return read_table("cameo/codes", CameoCode, key=("code",))


@dataclass(frozen=True, slots=True)
class PageRow:
    """A page that was acquired, without its body, and what became of it: "article" or a reject's reason."""

    page: Page
    page_id: str
    outcome: str
    article_id: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the audit said of a batch: its figures, the rules that rows broke with how many, the batch rules broken."""

    figures: Mapping[str, Any]
    broken_rows: Mapping[str, int]
    broken_batch: tuple[BrokenBatch, ...]

    @property
    def is_loadable(self) -> bool:
        return not any(each.stops for each in self.broken_batch)


@dataclass(slots=True)
class Staging:
    """The staging file of one run and window. Rows are added chunk by chunk, then judged, then loaded."""

    db: Connection
    path: Path
    run_id: str
    source_id: str
    day: date
    now: datetime
    known_pages: int = 0
    reader_version: str = ""
    _versions: dict[str, str] = field(default_factory=dict)      # article_id -> version staged last
    _superseded: set[tuple[str, str]] = field(default_factory=set)
    _mention_ids: set[str] = field(default_factory=set)
    _urls: set[str] = field(default_factory=set)

    def add(self, *, pages: Sequence[PageRow] = (), articles: Sequence[Article] = (), mentions: Sequence[Mention] = (),
            rejects: Sequence[Reject] = (), lines: Mapping[str, Sequence[str]] = MappingProxyType({}),
            sketches: Mapping[str, bytes] = MappingProxyType({})) -> None:
        """Stages one chunk; `lines` are digests of lines with the articles that had them.

        What was staged before under the same id gives way; an article that does is told of by a reject.
        """
        lost = list(rejects)
        with told_plainly(self.path.parent):
            fresh = self._last_versions(articles, lost)
            told = self._new_mentions(mentions, lost)
            insert(self.db, "pages", _page_table(self._last_rows(pages), self.run_id))
            insert(self.db, "articles", to_arrow(fresh, Article, is_current=True, run_id=self.run_id))
            insert(self.db, "mentions", to_arrow(list(told.values()), Mention, mention_id=list(told), run_id=self.run_id, loaded_at=utc(self.now)))
            insert(self.db, "signatures", self._line_table(lines))
            insert(self.db, "sketches", self._sketch_table(sketches))
            self.reject(lost)

    def _last_versions(self, articles: Sequence[Article], lost: list[Reject]) -> list[Article]:
        """The articles to stage; of one that came twice in a window the later stands."""
        fresh: dict[str, Article] = {}
        for article in articles:
            before = self._versions.get(article.article_id)
            if before is not None:
                if before != article.version:
                    self._superseded.add((article.article_id, before))
                self._superseded.discard((article.article_id, article.version))
                lost.append(Reject(Stage.STAGE, Reason.DUPLICATE, article.article_id,
                                   f"the page came twice in one window; version {before} gave way", self.source_id))
                self._forget_article(article.article_id)
            self._versions[article.article_id] = article.version
            fresh[article.article_id] = article
        return list(fresh.values())

    def _new_mentions(self, mentions: Sequence[Mention], lost: list[Reject]) -> dict[str, Mention]:
        """The mentions to stage, by id."""
        told: dict[str, Mention] = {}
        for mention in mentions:
            if (mention.article_id, mention.version) in self._superseded:
                continue     # its article gave way, and a reject says so
            mention_id = mention.mention_id
            if mention_id in self._mention_ids:
                lost.append(Reject(Stage.STAGE, Reason.DUPLICATE, mention_id, "the same reading twice", self.source_id))
                continue
            self._mention_ids.add(mention_id)
            told[mention_id] = mention
        return told

    def _last_rows(self, pages: Sequence[PageRow]) -> list[PageRow]:
        """The pages to stage; one that is listed twice keeps its last row."""
        last = {storable(row.page.url): row for row in pages}
        again = self._urls & last.keys()
        if again:
            self.db.execute("DELETE FROM pages WHERE url IN (SELECT unnest(?))", [sorted(again)])
        self._urls |= last.keys()
        return list(last.values())

    def _line_table(self, lines: Mapping[str, Sequence[str]]) -> pa.Table:
        seen = [(line, article_id) for line, articles in lines.items() for article_id in articles]
        return pa.table({
            "source_id": [self.source_id] * len(seen), "signature": [line for line, _ in seen], "kind": ["line"] * len(seen),
            "article_id": [article_id for _, article_id in seen], "run_id": [self.run_id] * len(seen)})

    def _sketch_table(self, sketches: Mapping[str, bytes]) -> pa.Table:
        return pa.table({
            "article_id": pa.array(list(sketches), pa.string()), "source_id": [self.source_id] * len(sketches),
            "sketch": pa.array(list(sketches.values()), pa.binary()), "run_id": [self.run_id] * len(sketches),
            "sketched_at": pa.array([utc(self.now)] * len(sketches), pa.timestamp("us"))})

    def sketches(self) -> list[Sketched]:
        """The staged articles' sketches, in a fixed order."""
        from transforms.clean.duplicates import Sketched

        return [Sketched(*row) for row in self.db.execute(f"""
            SELECT article_id, sketch, start_day, end_day FROM sketches JOIN ({SKETCHED_DAYS}) USING (article_id)
            ORDER BY article_id""").fetchall()]

    def mark_copies(self, copies: Mapping[str, str]) -> None:
        """Writes down which staged articles are copies of which first one."""
        if copies:
            self.db.register("copies", pa.table({"article_id": list(copies), "first": list(copies.values())}))
            self.db.execute("UPDATE articles SET duplicate_of = c.first FROM copies AS c WHERE articles.article_id = c.article_id")
            self.db.unregister("copies")

    def reject(self, rejects: Sequence[Reject]) -> None:
        """Writes losses down; of the same loss told twice the load takes one."""
        insert(self.db, "rejects", pa.table({
            "reject_id": [each.reject_id for each in rejects], "stage": [each.stage.value for each in rejects],
            "reason": [each.reason.value for each in rejects], "ref": [storable(each.ref) for each in rejects],
            "detail": [storable(each.detail)[:2000] for each in rejects],
            "source_id": [each.source_id or self.source_id for each in rejects],
            "day": pa.array([self.day] * len(rejects), pa.date32()), "run_id": [self.run_id] * len(rejects),
            "rejected_at": pa.array([utc(self.now)] * len(rejects), pa.timestamp("us"))}))

    def close(self) -> None:
        """Closes the file and gives back the memory that staging and judging took: the load needs it."""
        self.db.close()
        self._versions.clear()
        self._superseded.clear()
        self._mention_ids.clear()
        self._urls.clear()
        gc.collect()
        pa.default_memory_pool().release_unused()

    def count(self, table: str) -> int:
        return int(scalar(self.db, f"SELECT count(*) FROM {table}"))

    def _forget_article(self, article_id: str) -> None:
        for table in ("articles", "sketches"):
            self.db.execute(f"DELETE FROM {table} WHERE article_id = ?", [article_id])
        gone = self.db.execute("DELETE FROM mentions WHERE article_id = ? RETURNING mention_id", [article_id]).fetchall()
        # the same version may come again, with the same readings
        self._mention_ids.difference_update(row[0] for row in gone)


def _page_table(rows: Sequence[PageRow], run_id: str) -> pa.Table:
    headers = [{name.lower(): value for name, value in row.page.headers} for row in rows]
    pages = [row.page for row in rows]

    def instants(values: list[datetime | None]) -> pa.Array:
        return pa.array([None if value is None else utc(value) for value in values], pa.timestamp("us"))

    return pa.table({
        "url": pa.array([storable(page.url) for page in pages], pa.string()), "source_id": pa.array([page.source_id for page in pages], pa.string()),
        "page_id": pa.array([row.page_id for row in rows], pa.string()), "final_url": pa.array([storable(page.final_url) for page in pages], pa.string()),
        "fetched_at": instants([page.fetched_at for page in pages]), "status": pa.array([page.status for page in pages], pa.int16()),
        "etag": pa.array([each.get("etag", "") for each in headers], pa.string()),
        "last_modified": pa.array([each.get("last-modified", "") for each in headers], pa.string()),
        "listed_at": instants([page.listed_at for page in pages]), "outcome": pa.array([row.outcome for row in rows], pa.string()),
        "article_id": pa.array([row.article_id for row in rows], pa.string()), "run_id": pa.array([run_id] * len(rows), pa.string())})


@contextlib.contextmanager
def open_staging(data: Path, *, run_id: str, source_id: str, day: date, now: datetime) -> Iterator[Staging]:
    """An empty staging file under the data folder; what a killed run left there is thrown away."""
    path = data / "staging.duckdb"
    with told_plainly(data):
        remove_database(path)
        db = connect(path, memory_mebibytes=_MEMORY_MEBIBYTES)
        try:
            # one checkpoint, at the end: each would write the last rows of every column anew
            db.execute("SET wal_autocheckpoint = '64GB'")
            db.execute(shape_sql())
            yield Staging(db, path, run_id, source_id, day, now)
        finally:
            with contextlib.suppress(duckdb.Error):
                db.close()
            remove_database(path)


def remove_database(path: Path) -> None:
    """Removes a DuckDB file with its write-ahead log, the log first: DuckDB would play one that is left alone into the next file."""
    for each in (path.with_name(path.name + ".wal"), path):
        each.unlink(missing_ok=True)


# the audit

def audit(staging: Staging, source: Source, history: Sequence[Mapping[str, Any]], *, countries: frozenset[str] = frozenset(),
          rules: Sequence[BatchRule] = BATCH_RULES) -> Verdict:
    """Judges the staged batch: rows that break a row rule move to quarantine, then the rest is judged as a whole.

    `history` are the figures of the source's last windows, newest first (see `past_figures` in load.py);
    `countries` are the known ISO codes. Raises AuditError when judging itself fails: then nothing may be loaded.
    """
    staged = {"staged_articles": staging.count("articles"), "staged_mentions": staging.count("mentions")}
    broken: Counter[str] = Counter()
    broken += _quarantine(staging, "articles", "article_id", article_frames(staging.db))
    broken += _quarantine(staging, "mentions", "mention_id", mention_frames(staging.db, countries))
    figures = {**staged, **figures_of(staging)}
    figures["article_quarantine_share"] = _share(staged["staged_articles"] - figures["articles"], staged["staged_articles"])
    figures["mention_quarantine_share"] = _share(staged["staged_mentions"] - figures["mentions"], staged["staged_mentions"])
    usual = [each["listed"] for each in history if each.get("listed")]
    figures["history"] = len(usual)
    figures["usual_listed"] = median(usual) if usual else 0
    figures["volume_ratio"] = _share(figures["listed"], figures["usual_listed"])
    figures |= drift_figures(figures, history)
    numbers = {name: value for name, value in figures.items() if value is None or isinstance(value, int | float)}
    told = judge_batch(numbers, (*rules, *expected_rules(source), *drift_rules(source)))
    figures["alarms"] = [each.rule for each in told]
    return Verdict(figures, broken, told)


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def figures_of(staging: Staging) -> dict[str, Any]:
    """The figures by which a batch is judged and remembered: counts, shares, mean length, languages, date bases."""
    db = staging.db
    [(pages, articles, mentions, dated)] = db.execute(
        "SELECT (SELECT count(*) FROM pages), (SELECT count(*) FROM articles), count(*), "
        "count(*) FILTER (date_start IS NOT NULL OR date_end IS NOT NULL) FROM mentions").fetchall()
    failed = scalar(db, "SELECT count(DISTINCT ref) FROM rejects WHERE reason = 'stage_failed'")
    length = scalar(db, f"SELECT avg({_content_length()}) FROM articles")

    def mix(column: str, table: str) -> dict[str, float]:
        rows = db.execute(f"SELECT {column}, count(*) FROM {table} GROUP BY 1 ORDER BY 1").fetchall()
        total = sum(count for _, count in rows)
        return {name: round(count / total, 4) for name, count in rows}

    return {
        "pages": pages, "known_pages": staging.known_pages, "listed": pages + staging.known_pages,
        "articles": articles, "mentions": mentions, "article_share": _share(articles, pages),
        "mentions_per_article": _share(mentions, articles), "dated_share": _share(dated, mentions), "characters": length,
        "empty_share": _share(pages - articles, pages), "failed": failed, "failed_share": _share(failed, pages),
        "languages": mix("language", "articles"), "date_bases": mix("date_basis", "mentions"),
        "published_bases": mix("published_basis", "articles"),
    }


def _content_length() -> str:
    kinds = ", ".join(f"'{kind}'" for kind in sorted(CONTENT_KINDS))
    return ("coalesce(list_sum([(b->>2)::INTEGER - (b->>1)::INTEGER "
            f"FOR b IN from_json(nullif(blocks, ''), '[\"JSON\"]') IF (b->>0) IN ({kinds})]), 0)")


def article_frames(db: Connection) -> Iterator[pd.DataFrame]:
    """The articles as the row rules see them."""
    yield db.execute(f"""
        SELECT article_id, url, canonical_url, language, {_content_length()} AS content_length,
            coalesce(list_bool_and([(b->>1)::INTEGER >= 0 AND (b->>2)::INTEGER <= length(text)
                FOR b IN from_json(nullif(blocks, ''), '["JSON"]')]), true) AS blocks_stand,
            date_diff('day', DATE '1970-01-01', published_start)::DOUBLE AS published_start_day,
            date_diff('day', DATE '1970-01-01', published_end)::DOUBLE AS published_end_day,
            date_diff('day', DATE '1970-01-01', fetched_at::DATE + 1)::DOUBLE AS latest_day
        FROM articles""").df()


def mention_frames(db: Connection, countries: frozenset[str]) -> Iterator[pd.DataFrame]:
    """The mentions as the row rules see them, some at a time."""
    db.register("cameo", pa.table({"code": [each.code for each in cameo_codes()]}))
    # without a list of countries two capitals must do
    is_country = "regexp_full_match(m.place_country, '[A-Z]{2}')"
    if countries:
        db.register("countries", pa.table({"iso2": sorted(countries)}))
        is_country = "m.place_country IN (SELECT iso2 FROM countries)"
    total = scalar(db, "SELECT coalesce(max(rowid), -1) + 1 FROM mentions")
    try:
        for start in range(0, total, _SLICE):
            yield db.execute(f"""
                SELECT m.mention_id, m.code, m.code IN (SELECT code FROM cameo) AS is_cameo,
                    a.article_id IS NOT NULL AS has_article,
                    a.article_id IS NULL
                        OR coalesce(substring(a.text, m.evidence_start + 1, m.evidence_end - m.evidence_start) = m.evidence, false)
                        AS evidence_stands, m.evidence_start,
                    m.trigger_start >= m.evidence_start AND m.trigger_end <= m.evidence_end AND m.trigger_start < m.trigger_end
                        AS trigger_stands, m.trigger_start,
                    date_diff('day', DATE '1970-01-01', m.date_start)::DOUBLE AS date_start_day,
                    date_diff('day', DATE '1970-01-01', m.date_end)::DOUBLE AS date_end_day,
                    CASE WHEN m.status NOT IN ('planned', 'threatened')
                        THEN date_diff('day', DATE '1970-01-01', a.fetched_at::DATE + 1)::DOUBLE END AS latest_day,
                    m.date_precision, m.date_basis, m.geo_basis, m.status, m.place_lat, m.place_lon, m.place_country,
                    coalesce(m.place_country, '') = '' OR {is_country} AS is_country,
                    coalesce(m.source_code, '') || ',' || coalesce(m.target_code, '') AS actor_codes,
                    m.killed::DOUBLE AS killed, m.killed_low::DOUBLE AS killed_low, m.killed_high::DOUBLE AS killed_high,
                    m.confidence, m.sentence_number
                FROM mentions AS m LEFT JOIN articles AS a USING (article_id, version)
                WHERE m.rowid >= {start} AND m.rowid < {start + _SLICE}""").df()
    finally:
        db.unregister("cameo")


def write_docs(data: Path, folder: Path, countries: frozenset[str] = frozenset()) -> Path:
    """Great Expectations' HTML pages of the row rules over everything that is published; returns the page to open."""
    import pandas as pd

    with told_plainly(data), duckdb.connect(str(published_path(data)), read_only=True) as db:
        frames = {"articles": (pd.concat(article_frames(db)), "article_id"), "mentions": (pd.concat(mention_frames(db, countries)), "mention_id")}
    return write_data_docs(frames, folder)


def _quarantine(staging: Staging, table: str, key: str, frames: Iterator[pd.DataFrame]) -> Counter[str]:
    """Moves the rows that break a rule from their table to quarantine, each with a reject; returns rules with counts."""
    broken = [each for frame in frames for each in judge_rows(frame, table, key)]
    if not broken:
        return Counter()
    db = staging.db
    db.register("broken", pa.table({
        "quarantine_id": [digest(table, each.row_id, each.rule) for each in broken],
        "row_id": [each.row_id for each in broken], "rule": [each.rule for each in broken],
        "detail": [storable(each.detail) for each in broken]}))
    db.execute(f"""
        INSERT OR IGNORE INTO quarantine
        SELECT b.quarantine_id, '{table}', b.row_id, b.rule, b.detail, t.source_id, ?, to_json(t), t.run_id, ?, NULL
        FROM broken AS b JOIN {table} AS t ON t.{key} = b.row_id""", [staging.day, utc(staging.now)])
    db.execute(f"DELETE FROM {table} WHERE {key} IN (SELECT row_id FROM broken)")
    db.unregister("broken")
    staging.reject([Reject(Stage.AUDIT, Reason.BROKE_ROW_RULE, each.row_id, f"{each.rule}: {each.detail}", staging.source_id)
                    for each in broken])
    return Counter(each.rule for each in broken)


def figures_json(figures: Mapping[str, Any]) -> str:
    return json.dumps({name: round(value, 6) if isinstance(value, float) else value for name, value in figures.items()},
                      sort_keys=True)
