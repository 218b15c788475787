"""The only file that imports Prefect: it wraps the plain night of flows/night.py in flows, tasks, retries and artifacts.

Prefect's states are for operators; what was done is told by the ledger in the warehouse. A task costs about 10 ms
on threads and near a second on processes, so a task is a chunk of pages, not a page.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from prefect import flow, get_run_logger, task
from prefect.artifacts import create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.task_runners import ProcessPoolTaskRunner, TaskRunner, ThreadPoolTaskRunner
from prefect.utilities.annotations import quote

from flows import fetch
from flows.cli import chosen_sources, sources_folder
from flows.night import (
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
)
from flows.warehouse.load import load
from flows.warehouse.publish import publish
from flows.warehouse.staging import audit
from schemas.records import Page, Reject
from schemas.source import Source, SourceKind

IN_FLIGHT_CHUNKS = 4         # more would only fill memory: the writer takes them in order

# results stay in memory: a night is done again from its archive, not from Prefect's cache
_PLAIN: dict[str, Any] = {"cache_policy": NO_CACHE, "persist_result": False}


class NightTroubledError(RuntimeError):
    """A night that ended with something for a person to mend; the rest of it was loaded."""


def walk(source: Source, **bounds: Any) -> list[Page | Reject]:
    """All that a source lists, fetched; a retry begins the walk again, pages that are known by then are not asked for."""
    return list(fetch.acquire(source, **bounds))


def read_cleaned(cleaned: Cleaned, gazetteer: Path, model: str) -> Told:
    return read_chunk(cleaned.articles, gazetteer, model)


acquire_task = task(walk, name="acquire", retries=2, retry_delay_seconds=[10, 60], retry_jitter_factor=0.5, **_PLAIN)
clean_task = task(clean_chunk, name="clean", **_PLAIN)
read_task = task(read_cleaned, name="read", **_PLAIN)
audit_task = task(audit, name="audit", **_PLAIN)
load_task = task(load, name="load", **_PLAIN)
publish_task = task(publish, name="publish", **_PLAIN)


def acquire(source: Source, **bounds: Any) -> Iterable[Page | Reject]:
    """A site is walked in a task with retries; a folder is walked page by page: it can be larger than memory."""
    if source.kind in (SourceKind.FOLDER, SourceKind.WARC):
        return fetch.acquire(source, **bounds)
    return acquire_task(quote(source), **{name: quote(value) for name, value in bounds.items()})


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


@flow(name="nightly", log_prints=False, persist_result=False)
def nightly(sources: list[str] | None = None, data: str = "data", folder: str | None = None, day: date | None = None) -> dict[str, int]:
    """One night's work over the named sources, or all that are enabled; fails when something must be mended."""
    log = get_run_logger()
    chosen, broken = chosen_sources(sources_folder(Path(folder) if folder else None), sources)
    root = Path(data).resolve()
    desk = Desk(root, ensure_gazetteer(root, log.info), tell=log.info)
    report = run_night(chosen, desk, day=day, stages=prefect_stages())
    show(report)
    if broken or not report.is_well:
        raise NightTroubledError("; ".join((*broken, *report.troubles)))
    return {"windows": len(report.windows), "mentions": sum(each.mentions for each in report.windows)}


def show(report: NightReport) -> None:
    """The night as a table in Prefect's pages."""
    create_table_artifact(key="night", description=f"run {report.run_id}", table=[{
        "source": each.source_id, "day": str(each.day), "outcome": each.outcome, "pages": each.pages, "known": each.known_pages,
        "articles": each.articles, "mentions": each.mentions, "new events": each.events_new, "updated": each.events_updated,
        "rejects": each.rejected, "quarantined": each.quarantined, "detail": each.detail} for each in report.windows])
