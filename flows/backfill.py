"""Years of days: what is missing or stale by the ledger, window after window, resumable; and archived pages read again."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from flows import archive as archives
from flows.fetch import acquire as fetch
from flows.fetch.known import Recall
from flows.night import PLAIN, Desk, NightReport, Stages, run_window, run_windows
from flows.warehouse import load as loading
from flows.warehouse.store import Window, open_warehouse
from schemas.records import Page, Reject
from schemas.source import Source, SourceKind

ONE_DAY = timedelta(days=1)


class Only(StrEnum):
    """Which windows a backfill does."""

    MISSING = "missing"      # never loaded, or failed, stopped, or left partial: by politeness.max_pages, or by pages that could not be had
    STALE = "stale"          # last read by another version of the code, the model or the lexicons
    ALL = "all"


@dataclass(frozen=True, slots=True)
class DayCoverage:
    """What the ledger knows of one day of a source after a backfill: pages found, and of these fetched on its account or known
known from another window; `hole` says why nothing, or not all, is there."""

    day: date
    found: int
    fetched: int
    known: int
    read: int
    mentions: int
    events: int
    hole: str


def pending_days(source: Source, since: date, until: date, desk: Desk, *, only: Only, reader_version: str = "") -> tuple[date, ...]:
    """The days from `since` to `until` (exclusive) that a backfill has still to do, oldest first; only days that are over."""
    until = min(until, _today(source, desk))
    with open_warehouse(desk.data, now=desk.clock()) as db:
        attempted = loading.attempted_windows(db, source.source_id, since, until)
    days = (since + step * ONE_DAY for step in range((until - since).days))
    return tuple(day for day in days if _is_pending(attempted.get(day, ("", "")), only, reader_version))


def _today(source: Source, desk: Desk) -> date:
    """The first day that is not over where the source is."""
    return desk.clock().astimezone(source.zone).date()


def _is_pending(attempt: tuple[str, str], only: Only, reader_version: str) -> bool:
    outcome, read_by = attempt
    if only is Only.ALL:
        return True
    if only is Only.MISSING:
        return outcome not in ("loaded", "empty")
    # a day of which nothing was ever read cannot be stale; one that was read again in part still is
    return read_by not in ("", reader_version) or (outcome == "partial" and bool(read_by))


def run_backfill(source: Source, since: date, until: date, desk: Desk, *, only: Only = Only.MISSING, reader_version: str = "",
                 stages: Stages = PLAIN, one: Callable[..., Window] = run_window) -> NightReport:
    """Every pending day of a source as a window of its own. Killed and started again, it does only what is left.

    Stale days are read again although their pages are known, each page once. `one` does a window; Prefect gives a subflow here.
    """
    days = pending_days(source, since, until, desk, only=only, reader_version=reader_version)
    today = _today(source, desk)
    if until > today:
        desk.tell(f"{source.source_id}: {max(since, today)} and later days are not over yet; they are left to a backfill that begins after them")
    began = time.monotonic()

    def windows() -> Iterator[tuple[Source, date, date | None, date | None]]:
        for number, day in enumerate(days):
            if number:
                left = (time.monotonic() - began) / number * (len(days) - number)
                desk.tell(f"{source.source_id}: {number} of {len(days)} days, about {timedelta(seconds=round(left))} left")
            yield source, day, day, day + ONE_DAY

    def window(*arguments: Any, **named: Any) -> Window:
        return one(*arguments, **named, again=only is not Only.MISSING, reader_version=reader_version if only is Only.STALE else "")

    return run_windows(windows(), desk, kind="backfill", stages=stages, one=window)


def coverage(source: Source, since: date, until: date, desk: Desk) -> tuple[DayCoverage, ...]:
    """What the warehouse holds of each day, with the reason for each hole."""
    with open_warehouse(desk.data, now=desk.clock()) as db:
        # a day read again, whole, is counted from there: what it brought before is the same
        rows = db.execute("""
            WITH attempts AS (
                SELECT w.*, w.rowid AS position, r.kind = 'backfill' AND pages > known_pages AND w.outcome <> 'failed'
                    AND coalesce(max((w.outcome IN ('loaded', 'empty'))::INT) OVER (PARTITION BY day ORDER BY closed_at, w.rowid
                        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) = 1 AS is_again
                FROM windows AS w JOIN runs AS r USING (run_id)
                WHERE source_id = ? AND day >= ? AND day < ? AND r.kind IN ('nightly', 'backfill')),
            laps AS (SELECT *, sum(is_again::INT) OVER (PARTITION BY day ORDER BY closed_at DESC, position DESC)
                - is_again::INT AS later FROM attempts)
            SELECT day, max(pages + known_pages), coalesce(sum(pages) FILTER (outcome <> 'failed' AND later = 0), 0),
                coalesce(sum(articles) FILTER (later = 0), 0), coalesce(sum(mentions) FILTER (later = 0), 0), sum(events_new),
                arg_max(outcome, (closed_at, position)), arg_max(detail, (closed_at, position))
            FROM laps GROUP BY day ORDER BY day""", [source.source_id, since, until]).fetchall()
    told = {row[0]: row[1:] for row in rows}
    out = []
    for step in range((until - since).days):
        day = since + step * ONE_DAY
        if day not in told:
            out.append(DayCoverage(day, 0, 0, 0, 0, 0, 0, "never attempted"))
            continue
        found, fetched, read, mentions, events, outcome, detail = told[day]
        hole = f"{outcome}: {detail}" if outcome in ("failed", "stopped", "partial") else "" if found else detail or "nothing was listed"
        out.append(DayCoverage(day, found, fetched, max(found - fetched, 0), read, mentions, events, hole))
    return tuple(out)


# archived pages through today's code

@dataclass(frozen=True, slots=True)
class Changes:
    """What reading again changed among the events: how many are new, gone, dated anew; and some of them in words."""

    gained: int
    lost: int
    redated: int
    examples: tuple[str, ...]


def event_dates(desk: Desk, source_ids: Sequence[str]) -> dict[int, tuple[date | None, date | None, str]]:
    """The events that sources told of, with their interval and deed."""
    marks = ", ".join("?" for _ in source_ids)
    with open_warehouse(desk.data, now=desk.clock()) as db:
        rows = db.execute(f"""
            SELECT DISTINCT e.event_id, e.date_start, e.date_end, e.code || ' ' || coalesce(e.source_text, '') || ' > ' || coalesce(e.target_text, '')
            FROM events AS e JOIN event_mentions AS link USING (event_id) JOIN mentions AS m USING (mention_id)
            WHERE m.source_id IN ({marks})""", list(source_ids)).fetchall()
    return {row[0]: (row[1], row[2], row[3]) for row in rows}


def changes(before: dict[int, tuple[date | None, date | None, str]], after: dict[int, tuple[date | None, date | None, str]]) -> Changes:
    """Events gained, lost and redated between two states."""
    gained = sorted(after.keys() - before.keys())
    lost = sorted(before.keys() - after.keys())
    redated = sorted(each for each in before.keys() & after.keys() if before[each][:2] != after[each][:2])
    examples = ([f"+ {after[each][2]} ({after[each][0]})" for each in gained[:5]] + [f"- {before[each][2]} ({before[each][0]})" for each in lost[:5]]
                + [f"~ {after[each][2]} ({before[each][0]} -> {after[each][0]})" for each in redated[:5]])
    return Changes(len(gained), len(lost), len(redated), tuple(examples))


def from_archive(source: Source, *, since: date | None, until: date | None, archive: Path, known: Recall, now: datetime,
                 failed: Collection[str]) -> Iterator[Page | Reject]:
    """A source's pages as they were kept: stands in for the fetch, and asks nobody.

    A folder that is there is its own archive; WARC files of others always are, nothing else keeps their pages.
    """
    if source.kind is SourceKind.WARC or (source.kind is SourceKind.FOLDER and Path(source.location).is_dir()):
        return fetch.acquire(source, since=since, until=until, known=known, now=now)
    return archives.reread(source, archive, since=since, until=until)


def run_reread(sources: Sequence[Source], desk: Desk, *, since: date | None = None, until: date | None = None, stages: Stages = PLAIN,
               one: Callable[..., Window] = run_window) -> tuple[NightReport, Changes]:
    """Every archived page of the sources through today's code, without the network; and what that changed.

    `since` and `until` (exclusive) bound the day on which a page was fetched.
    """
    ids = [source.source_id for source in sources]
    before = event_dates(desk, ids)
    today = desk.clock().date()

    def window(*arguments: Any, **named: Any) -> Window:
        return one(*arguments, **named, again=True)

    report = run_windows([(source, today, since, until) for source in sources], desk, kind="reread",
                         stages=replace(stages, acquire=from_archive), one=window)
    return report, changes(before, event_dates(desk, ids))
