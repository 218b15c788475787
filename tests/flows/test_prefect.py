"""Prefect for real: a server and a worker on loopback, the deployments of prefect.yaml, a schedule that fires."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from tests.conftest import PAGES

ROOT = Path(__file__).parents[2]
PREFECT = str(Path(sys.executable).parent / "prefect")


class Prefect:
    """A server and a process worker of the test's own."""

    def __init__(self, home: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/api"
        self.home = home
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")},
            "PREFECT_HOME": str(home), "PREFECT_API_URL": self.url, "PREFECT_SERVER_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1",
            "PREFECT_WORKER_QUERY_SECONDS": "2", "PREFECT_CLI_COLORS": "false", "PYTHONPATH": str(ROOT), "PWD": str(ROOT),
            "PREFECT_SERVER_SERVICES_SCHEDULER_LOOP_SECONDS": "5", "DATELINE_NOTIFY": f"tee -a {home / 'notified.txt'}"}
        self.children: list[subprocess.Popen[bytes]] = []

    def start(self, *arguments: str) -> None:
        log = (self.home / f"{arguments[0]}.log").open("wb")
        self.children.append(subprocess.Popen([PREFECT, *arguments], env=self.environment, cwd=ROOT, stdout=log, stderr=log, start_new_session=True))

    def run(self, *arguments: str, timeout: float = 180) -> str:
        done = subprocess.run([PREFECT, "--no-prompt", *arguments], env=self.environment, cwd=ROOT, capture_output=True, text=True, timeout=timeout, check=False)
        assert done.returncode == 0, f"prefect {' '.join(arguments)}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}\n{self.tail()}"
        return done.stdout

    def ask(self, path: str, body: dict | None = None) -> object:
        request = urllib.request.Request(f"{self.url}{path}", method="POST" if body is not None else "GET",
                                         data=json.dumps(body).encode() if body is not None else None, headers={"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def tail(self) -> str:
        return "\n".join(f"--- {each.name}\n{each.read_text(errors='replace')[-2500:]}" for each in sorted(self.home.glob("*.log")))

    def stop(self) -> None:
        for child in reversed(self.children):
            # the whole group: a server starts children of its own
            for signal in (15, 9):
                if child.poll() is None:
                    os.killpg(child.pid, signal)
                    try:
                        child.wait(20)
                    except subprocess.TimeoutExpired:
                        continue


def until(condition: Callable[[], bool], seconds: float, what: str, prefect: Prefect) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if condition():
                return
        except OSError:
            pass
        time.sleep(1)
    pytest.fail(f"{what} did not happen within {seconds:g} s\n{prefect.tail()}")


@pytest.fixture(scope="module")
def prefect(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prefect]:
    made = Prefect(tmp_path_factory.mktemp("prefect"))
    try:
        made.start("server", "start", "--host", "127.0.0.1", "--port", str(made.port))
        until(lambda: made.ask("/health") is True, 240, "the server's start", made)
        made.run("work-pool", "create", "dateline", "--type", "process")
        made.run("deploy", "--all")
        made.start("worker", "start", "--pool", "dateline", "--limit", "2")
        yield made
    finally:
        made.stop()


def events(data: Path) -> int:
    with duckdb.connect(str(data / "events.duckdb"), read_only=True) as db:
        return db.execute("SELECT count(*) FROM events").fetchall()[0][0]


@pytest.mark.slow
def test_a_deployed_night_brings_events_into_the_database(prefect: Prefect, data: Path, site: Callable[..., Path]) -> None:
    folder = site()
    prefect.run("deployment", "run", "nightly/nightly", "--param", f"data={data}", "--param", f"folder={folder}", "--watch", timeout=400)
    assert events(data) > 5
    tasks = {each["name"].rpartition("-")[0] for each in prefect.ask("/task_runs/filter", {"limit": 200})}  # type: ignore[attr-defined, index, union-attr]
    assert {"clean", "read", "audit", "load", "publish"} <= tasks
    assert prefect.ask("/artifacts/filter", {"limit": 10}), "the night leaves a table"


@pytest.mark.slow
def test_the_nightly_deployment_has_its_schedule_zone_and_limit(prefect: Prefect) -> None:
    told = prefect.ask("/deployments/name/nightly/nightly")
    assert isinstance(told, dict)
    [schedule] = told["schedules"]
    assert schedule["schedule"] == {"cron": "15 2 * * *", "timezone": "Europe/Berlin", "day_or": True} and schedule["active"]
    assert told["concurrency_limit"] == 1 or told["global_concurrency_limit"]["limit"] == 1


@pytest.mark.slow
def test_a_short_schedule_really_fires(prefect: Prefect, data: Path, site: Callable[..., Path]) -> None:
    folder = site()
    prefect.run("deploy", "flows/pipeline.py:nightly", "--name", "short", "--pool", "dateline", "--interval", "20",
                "--param", f"data={data}", "--param", f"folder={folder}")
    try:
        until(lambda: (data / "published.json").exists(), 240, "a scheduled night", prefect)
    finally:
        told = prefect.ask("/deployments/name/nightly/short")
        # paused, not deleted: a server cannot give back the slot of a deployment that is no more
        prefect.run("deployment", "schedule", "pause", "nightly/short", told["schedules"][0]["id"])  # type: ignore[index, call-overload]
    assert events(data) > 5
    runs = prefect.ask("/flow_runs/filter", {"limit": 50, "deployments": {"name": {"any_": ["short"]}}})
    assert any(each["auto_scheduled"] for each in runs)  # type: ignore[attr-defined, union-attr]


@pytest.mark.slow
def test_a_night_that_leaves_something_to_mend_is_a_failed_run(prefect: Prefect, data: Path, site: Callable[..., Path]) -> None:
    folder = site()
    (folder / "broken.toml").write_text("name = 3", encoding="utf-8")
    done = subprocess.run([PREFECT, "--no-prompt", "deployment", "run", "nightly/nightly", "--param", f"data={data}", "--param", f"folder={folder}", "--watch"],
                          env=prefect.environment, cwd=ROOT, capture_output=True, text=True, timeout=400, check=False)
    assert done.returncode != 0
    assert events(data) > 5, "the good source was loaded all the same"
    told = (prefect.home / "notified.txt").read_text(encoding="utf-8")
    assert "dateline: nightly" in told and "Failed" in told and "broken.toml: key 'name' is 3" in told


@pytest.mark.slow
def test_a_deployed_backfill_does_each_day_in_a_subflow_of_its_own(prefect: Prefect, data: Path, site: Callable[..., Path]) -> None:
    folder = site(pages={"2023-09-26.html": PAGES["raid.html"], "2023-09-27.html": PAGES["flood.html"]})
    prefect.run("deployment", "run", "backfill/backfill", "--param", "source=tiny", "--param", "since=2023-09-26", "--param", "until=2023-09-29",
                "--param", f"data={data}", "--param", f"folder={folder}", "--watch", timeout=400)
    names = {each["name"] for each in prefect.ask("/flow_runs/filter", {"limit": 100})}  # type: ignore[attr-defined, index, union-attr]
    assert {"tiny 2023-09-26", "tiny 2023-09-27", "tiny 2023-09-28"} <= names
    with duckdb.connect(str(data / "events.duckdb"), read_only=True) as db:
        assert db.execute("SELECT day::VARCHAR, articles FROM windows ORDER BY day").fetchall() == [("2023-09-26", 1), ("2023-09-27", 1), ("2023-09-28", 0)]
