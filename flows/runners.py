"""Who cleans and reads the chunks: this process, more processes of this machine, or a Dask cluster. One writer in all cases."""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from typing import Any

from flows.night import Chunk, Cleaned, Told, import_stages, one_by_one, process_chunk

Process = Callable[[Iterable[Chunk]], Iterator[tuple[Cleaned, Told]]]
CALL_SECONDS = 10
IN_FLIGHT = 2                # chunks a worker: one that it reads and one that waits, so that memory stays bounded


class UnknownRunnerError(ValueError):
    """A runner's name that is not one of local, processes, dask."""


class RunnerError(RuntimeError):
    """Those who are to read are not there."""


def open_runner(name: str, *, workers: int = 2, address: str = "") -> Process:
    """The function that takes chunks through cleaning and reading, in order.

    `address` is a Dask scheduler's, such as tcp://10.0.0.5:8786; without one a cluster of `workers` is started here.
    Raises UnknownRunnerError, and RunnerError where no scheduler answers: once, and not for each source of the night.
    """
    if name == "local":
        return one_by_one
    if name == "processes":
        return lambda chunks: _in_processes(chunks, workers)
    if name == "dask":
        if address:
            _call_scheduler(address)
        return lambda chunks: _on_dask(chunks, workers, address)
    raise UnknownRunnerError(f"runner '{name}' is unknown; use local, processes or dask")


def _call_scheduler(address: str) -> None:
    from distributed import Client

    try:
        Client(address, timeout=CALL_SECONDS).close()
    except (OSError, ValueError) as error:
        raise RunnerError(f"no Dask scheduler answers at {address} ({error}); start one with `dask scheduler`, or mend --address") from error


def _in_processes(chunks: Iterable[Chunk], workers: int) -> Iterator[tuple[Cleaned, Told]]:
    # spawn, not fork: DuckDB and the parser have threads that a fork would cut off
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        for _ in range(workers):     # they start and import while this process lists and fetches the first pages
            pool.submit(import_stages)
        yield from _in_order(chunks, lambda chunk: pool.submit(process_chunk, chunk), workers * IN_FLIGHT)


def _on_dask(chunks: Iterable[Chunk], workers: int, address: str) -> Iterator[tuple[Cleaned, Told]]:
    from distributed import Client, LocalCluster

    if address:
        with Client(address) as client:
            width = max(1, len(client.scheduler_info()["workers"])) * IN_FLIGHT
            yield from _in_order(chunks, lambda chunk: client.submit(process_chunk, chunk, pure=False), width)
        return
    # loopback only, and no dashboard: nothing listens that was not asked for
    with LocalCluster(n_workers=workers, threads_per_worker=1, host="127.0.0.1", dashboard_address=None) as cluster, Client(cluster) as client:
        yield from _in_order(chunks, lambda chunk: client.submit(process_chunk, chunk, pure=False), workers * IN_FLIGHT)


def _in_order(chunks: Iterable[Chunk], submit: Callable[[Chunk], Future[Any] | Any], width: int) -> Iterator[tuple[Cleaned, Told]]:
    pending: deque[Any] = deque()
    for chunk in chunks:
        pending.append(submit(chunk))
        if len(pending) >= width:
            yield pending.popleft().result()
    while pending:
        yield pending.popleft().result()
