"""The only file that imports Prefect: it wraps the plain night of flows/night.py in flows, tasks, retries and artifacts.

Prefect's states are for operators; what was done is told by the ledger in the warehouse. A task costs about 10 ms
on threads and near a second on processes, so a task is a chunk of pages, not a page.
"""

from __future__ import annotations

import logging
import os
import shlex
import subprocess
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from prefect import flow, get_run_logger, task
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.task_runners import ProcessPoolTaskRunner, TaskRunner, ThreadPoolTaskRunner
from prefect.utilities.annotations import quote

from flows.backfill import Only, coverage, run_backfill, run_reread
from flows.cli import DATA, chosen_sources, reader_version, sources_folder
from flows.fetch import acquire as fetch
from flows.fetch.known import Known, Recall
from flows.fetch.webhook import WebhookError, post_json
from flows.night import (
    CHUNK_PAGES,
    Chunk,
    Cleaned,
    Desk,
    NightReport,
    Stages,
    Told,
    clean_chunk,
    ensure_gazetteer,
    read_chunk,
    run_night,
    run_window,
)
from flows.warehouse.errors import WarehouseBusyError
from flows.warehouse.load import StoredPage, load
from flows.warehouse.lock import hold_lock
from flows.warehouse.publish import publish
from flows.warehouse.staging import audit
from flows.warehouse.store import Window
from schemas.records import Page, Reject
from schemas.source import Source, SourceKind

IN_FLIGHT_CHUNKS = 4         # more would only fill memory: the writer takes them in order

# results stay in memory: a night is done again from its archive, not from Prefect's cache
_PLAIN: dict[str, Any] = {"cache_policy": NO_CACHE, "persist_result": False}


class NightTroubledError(RuntimeError):
    """A night that ended with something for a person to mend; the rest of it was loaded."""


class Walk:
    """A walk over a site, some pages at a time: all of them at once could be larger than memory."""

    def __init__(self, source: Source, *, known: Recall, **bounds: Any):
        self._begin = partial(fetch.acquire, source, known=self._recall, **bounds)
        self._known = known
        self._given: dict[str, StoredPage] = {}
        self._found: Iterator[Page | Reject] | None = None

    def take(self) -> list[Page | Reject]:
        """The next pages and losses, none at the end. After a failure it begins again: what it gave before is not asked for."""
        self._found = self._found or self._begin()
        try:
            taken = list(islice(self._found, CHUNK_PAGES))
        except Exception:
            self._found = None
            raise
        self._given |= {page.url: _as_stored(page) for page in taken if isinstance(page, Page)}
        return taken

    def _recall(self, url: str) -> Known | None:
        return self._given.get(url) or self._known(url)


def _as_stored(page: Page) -> StoredPage:
    headers = {name.lower(): value for name, value in page.headers}
    return StoredPage(headers.get("etag", ""), headers.get("last-modified", ""), page.fetched_at, page.listed_at, page.page_id)


def take_pages(walk: Walk) -> list[Page | Reject]:
    return walk.take()


def read_cleaned(cleaned: Cleaned, gazetteer: Path, model: str) -> Told:
    return read_chunk(cleaned.articles, gazetteer, model)


acquire_task = task(take_pages, name="acquire", retries=2, retry_delay_seconds=[10, 60], retry_jitter_factor=0.5, **_PLAIN)
clean_task = task(clean_chunk, name="clean", **_PLAIN)
read_task = task(read_cleaned, name="read", **_PLAIN)
audit_task = task(audit, name="audit", **_PLAIN)
load_task = task(load, name="load", **_PLAIN)
publish_task = task(publish, name="publish", **_PLAIN)


def acquire(source: Source, **bounds: Any) -> Iterator[Page | Reject]:
    """A site is walked in tasks with retries, some pages each; a folder fails or does not, and needs none."""
    if source.kind in (SourceKind.FOLDER, SourceKind.WARC):
        yield from fetch.acquire(source, **bounds)
        return
    walk = Walk(source, **bounds)
    while taken := acquire_task(quote(walk)):
        yield from taken


def process(chunks: Iterable[Chunk]) -> Iterator[tuple[Cleaned, Told]]:
    """Two tasks a chunk, a few chunks at once on the flow's task runner, results in the order of the pages."""
    pending: deque[tuple[Any, Any]] = deque()
    for chunk in chunks:
        # quote: Prefect would otherwise walk through every field of every page in search of futures
        cleaned = clean_task.submit(quote(chunk))
        pending.append((cleaned, read_task.submit(cleaned, chunk.gazetteer, chunk.model)))
        if len(pending) >= IN_FLIGHT_CHUNKS:
            yield _results(pending.popleft())
    while pending:
        yield _results(pending.popleft())


def _results(futures: tuple[Any, Any]) -> tuple[Cleaned, Told]:
    return futures[0].result(), futures[1].result()


def _opaque(step: Any) -> Any:
    """A task called with arguments that Prefect does not look into: open connections, tables of rows."""
    def call(*arguments: Any, **named: Any) -> Any:
        return step(*map(quote, arguments), **{name: quote(value) for name, value in named.items()})
    return call


def prefect_stages() -> Stages:
    """The stages of a night as Prefect's tasks."""
    return Stages(acquire=acquire, process=process, audit=_opaque(audit_task), load=_opaque(load_task), publish=_opaque(publish_task))


def task_runner(runner: str, workers: int = 2, address: str = "") -> TaskRunner[Any]:
    """Where chunks are read: local (this process), processes (this machine), dask (a cluster by its address, or a local one)."""
    if runner == "local":
        return ThreadPoolTaskRunner(max_workers=1)  # spaCy holds the interpreter: more threads only wait for each other
    if runner == "processes":
        return ProcessPoolTaskRunner(max_workers=workers)
    if runner == "dask":
        from prefect_dask import DaskTaskRunner

        if address:
            return DaskTaskRunner(address=address)
        return DaskTaskRunner(cluster_kwargs={"n_workers": workers, "threads_per_worker": 1, "dashboard_address": None})
    raise ValueError(f"runner '{runner}' is unknown; use local, processes or dask")


def data_folder(told: str | None) -> Path:
    """The data folder of a deployment: its parameter, else the environment's as for the command."""
    return Path(told or os.environ.get("DATELINE_DATA") or DATA).resolve()


def wait_for_turn(data: Path) -> None:
    """Fails while another run is at work in the data folder; the task waits for its end by Prefect's retries."""
    with hold_lock(data, "a deployment that begins", now=fetch.utc_now()):
        pass


def _is_busy(_task: Any, _run: Any, state: Any) -> bool:
    return isinstance(state.result(raise_on_failure=False), WarehouseBusyError)


# a night may meet a backfill of years: it asks for some seven hours, then it fails and a person is told
turn_task = task(wait_for_turn, name="wait for other runs", retries=42, retry_delay_seconds=[15, 60, *[600] * 40], retry_condition_fn=_is_busy, **_PLAIN)


def _open_desk(data: str | None) -> Desk:
    log = get_run_logger()
    root = data_folder(data)
    gazetteer = ensure_gazetteer(root, log.info)
    turn_task(root)
    return Desk(root, gazetteer, tell=log.info)


def chosen_by(sources: list[str] | None, folder: str | None) -> tuple[tuple[Source, ...], tuple[str, ...]]:
    """The sources that a deployment's parameters name, and a sentence for each file that cannot be used."""
    told = folder or os.environ.get("DATELINE_SOURCES")
    return chosen_sources(sources_folder(Path(told) if told else None), sources)


def _ended(report: NightReport, broken: tuple[str, ...] = ()) -> dict[str, int]:
    show(report)
    if broken or not report.is_well:
        raise NightTroubledError("; ".join((*broken, *report.troubles)))
    return {"windows": len(report.windows), "mentions": sum(each.mentions for each in report.windows)}


def in_subflow(runner: TaskRunner[Any]) -> Callable[..., Window]:
    """run_window as a subflow of its own, on a task runner."""
    def one(source: Source, day: date, desk: Desk, run_id: str, **more: Any) -> Window:
        @flow(name="window", flow_run_name=f"{source.source_id} {day}", task_runner=runner.duplicate(), persist_result=False)
        def window(source_id: str, day: date) -> Window:
            return run_window(source, day, desk, run_id, **more)

        return window(source.source_id, day)
    return one


def notify(flow: Any, flow_run: Any, state: Any) -> None:
    """Tells a person of a failed run: in the log, to the command in DATELINE_NOTIFY, to the address in DATELINE_WEBHOOK.

    The command gets the message on its input, the address a POST of {"text", "flow", "run", "state"}, which chat services
    take as it is. Either may fail, and then the log says so: it must not hide the failure that it tells of.
    """
    log = logging.getLogger("dateline")
    message = f"dateline: {flow.name} '{flow_run.name}' ended as {state.name}: {state.message or ''}"
    log.error(message)
    command = os.environ.get("DATELINE_NOTIFY", "")
    if command:
        try:
            done = subprocess.run(shlex.split(command), input=message, text=True, check=False, timeout=60, capture_output=True)
            if done.returncode:
                log.error("DATELINE_NOTIFY ended with %s: %s", done.returncode, done.stderr[-500:])
        except (OSError, ValueError, subprocess.SubprocessError) as error:
            log.error("DATELINE_NOTIFY could not be run: %s", error)
    address = os.environ.get("DATELINE_WEBHOOK", "")
    if address:
        try:
            post_json(address, {"text": message, "flow": flow.name, "run": flow_run.name, "state": state.name})
        except WebhookError as error:
            log.error("DATELINE_WEBHOOK: %s", error)


_TOLD: dict[str, Any] = {"on_failure": [notify], "on_crashed": [notify], "persist_result": False}


@flow(name="nightly", **_TOLD)
def nightly(sources: list[str] | None = None, data: str | None = None, folder: str | None = None, day: date | None = None,
            runner: str = "local", workers: int = 2, address: str = "") -> dict[str, int]:
    """One night's work over the named sources, or all that are enabled; fails when something must be mended.

    `data` and `folder` (of the source files) left out are DATELINE_DATA and DATELINE_SOURCES, as for the command.
    """
    chosen, broken = chosen_by(sources, folder)
    report = run_night(chosen, _open_desk(data), day=day, stages=prefect_stages(), one=in_subflow(task_runner(runner, workers, address)))
    return _ended(report, broken)


@flow(name="backfill", **_TOLD)
def backfill(source: str, since: date, until: date, only: str = "missing", data: str | None = None, folder: str | None = None,
             runner: str = "local", workers: int = 2, address: str = "") -> dict[str, int]:
    """The days of a source that are missing or stale, a subflow each; started again it does what is left."""
    [chosen], _ = chosen_by([source], folder)
    desk = _open_desk(data)
    report = run_backfill(chosen, since, until, desk, only=Only(only), reader_version=reader_version(desk) if only == Only.STALE else "",
                          stages=prefect_stages(), one=in_subflow(task_runner(runner, workers, address)))
    create_table_artifact(key="coverage", description=f"{source} from {since} to {until}", table=[
        {"day": str(each.day), "found": each.found, "fetched": each.fetched, "known": each.known, "read": each.read, "mentions": each.mentions,
         "hole": each.hole}
        for each in coverage(chosen, since, until, desk)])
    return _ended(report)


@flow(name="reread", **_TOLD)
def reread(sources: list[str] | None = None, since: date | None = None, until: date | None = None, data: str | None = None,
           folder: str | None = None, runner: str = "local", workers: int = 2, address: str = "") -> dict[str, int]:
    """Archived pages through today's code, and what that changed among the events."""
    chosen, broken = chosen_by(sources, folder)
    report, told = run_reread(chosen, _open_desk(data), since=since, until=until, stages=prefect_stages(),
                              one=in_subflow(task_runner(runner, workers, address)))
    create_markdown_artifact(key="changes", markdown=f"{told.gained} events gained, {told.lost} lost, {told.redated} dated anew\n\n"
                             + "\n".join(f"    {line}" for line in told.examples))
    return _ended(report, broken) | {"gained": told.gained, "lost": told.lost, "redated": told.redated}


def show(report: NightReport) -> None:
    """The night as a table in Prefect's pages."""
    create_table_artifact(key="night", description=f"run {report.run_id}", table=[{
        "source": each.source_id, "day": str(each.day), "outcome": each.outcome, "pages": each.pages, "known": each.known_pages,
        "articles": each.articles, "mentions": each.mentions, "new events": each.events_new, "updated": each.events_updated,
        "rejects": each.rejected, "quarantined": each.quarantined, "detail": each.detail} for each in report.windows])
