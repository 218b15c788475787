"""More processes or machines read the same night: same events, one writer."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

import flows.night
from flows.night import PLAIN, Desk, run_night
from flows.runners import RunnerError, UnknownRunnerError, open_runner
from flows.warehouse.query import ask
from flows.warehouse.store import told_plainly
from schemas.source import load_source
from tests.conftest import PAGES

NOW = datetime(2023, 10, 1, 2, tzinfo=UTC)
ROOT = Path(__file__).parents[2]


def desk(data: Path) -> Desk:
    return Desk(data, next((data / "cache").iterdir()), clock=lambda: NOW)


@pytest.fixture
def folder(site: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    """Nine pages in chunks of two."""
    monkeypatch.setattr(flows.night, "CHUNK_PAGES", 2)
    pages = {f"{number}-{name}": text.replace("Kosovo police", f"Kosovo police unit {number}") for number in range(3) for name, text in PAGES.items()}
    return site(pages=pages)


def state(data: Path) -> list[dict]:
    return ask(data, "SELECT event_id, date, code, source, target, mentions FROM timeline ORDER BY event_id").to_pylist()


def night(folder: Path, data: Path, **runner: object) -> list[dict]:
    source = load_source(folder / "tiny.toml")
    report = run_night([source], desk(data), stages=replace(PLAIN, process=open_runner(**runner)))  # type: ignore[arg-type]
    assert report.is_well, report.troubles
    return state(data)


@pytest.fixture
def expected(folder: Path, data: Path, tmp_path: Path) -> list[dict]:
    import shutil

    other = tmp_path / "alone"
    shutil.copytree(data, other)
    told = night(folder, other, name="local")
    assert told
    return told


@pytest.mark.slow
def test_more_processes_give_the_same_events(folder: Path, data: Path, expected: list[dict]) -> None:
    assert night(folder, data, name="processes", workers=2) == expected


@pytest.fixture
def cluster() -> Iterator[str]:
    """A real scheduler and two workers on loopback; yields the scheduler's address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"tcp://127.0.0.1:{port}"
    dask = str(Path(sys.executable).parent / "dask")
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": ROOT, "start_new_session": True,
             "env": {**os.environ, "DASK_DISTRIBUTED__WORKER__DAEMON": "False"}}
    children = [subprocess.Popen([dask, "scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard"], **quiet)]  # type: ignore[call-overload]
    children += [subprocess.Popen([dask, "worker", address, "--host", "127.0.0.1", "--nworkers", "1", "--nthreads", "1", "--no-dashboard"], **quiet)  # type: ignore[call-overload]
                 for _ in range(2)]
    try:
        from distributed import Client

        deadline = time.monotonic() + 120
        while True:
            try:
                with Client(address, timeout=10) as client:
                    client.wait_for_workers(2, timeout=100)
                break
            except OSError:
                if time.monotonic() > deadline:
                    raise
        yield address
    finally:
        for child in reversed(children):
            child.terminate()
        for child in children:
            try:
                child.wait(20)
            except subprocess.TimeoutExpired:
                child.kill()


@pytest.mark.slow
def test_a_cluster_gives_the_same_events(folder: Path, data: Path, expected: list[dict], cluster: str) -> None:
    assert night(folder, data, name="dask", address=cluster) == expected


def test_an_unknown_runner_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(UnknownRunnerError, match="local, processes or dask"):
        open_runner("ray")


def test_a_scheduler_that_is_not_there_is_told_as_that_and_not_as_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.runners.CALL_SECONDS", 1)
    with pytest.raises(RunnerError, match="no Dask scheduler answers at tcp:"):
        open_runner("dask", address="tcp://127.0.0.1:9")
    # one that goes away during the night
    with pytest.raises(OSError, match="Timed out"), told_plainly(tmp_path):
        raise OSError("Timed out trying to connect to tcp://127.0.0.1:9 after 30 s")
