"""Prefect for real: one server and one worker on loopback for all tests, the deployments of prefect.yaml, a schedule that fires."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from flows.warehouse.lock import hold_lock
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
            "PREFECT_WORKER_QUERY_SECONDS": "1", "PREFECT_CLI_COLORS": "false", "PYTHONPATH": str(ROOT), "PWD": str(ROOT),
            "PREFECT_SERVER_UI_ENABLED": "false", "PREFECT_SERVER_SERVICES_SCHEDULER_LOOP_SECONDS": "2",
            "PREFECT_SERVER_SERVICES_SCHEDULER_RECENT_DEPLOYMENTS_INTERVAL_SECONDS": "2",
            "DATELINE_NOTIFY": f"tee -a {home / 'notified.txt'}"}
        self.children: list[subprocess.Popen[bytes]] = []

    def start(self, *arguments: str) -> None:
        log = (self.home / f"{arguments[0]}.log").open("wb")
        self.children.append(subprocess.Popen([PREFECT, *arguments], env=self.environment, cwd=ROOT, stdout=log, stderr=log, start_new_session=True))

    def run(self, *arguments: str, timeout: float = 400) -> str:
        done = subprocess.run([PREFECT, "--no-prompt", *arguments], env=self.environment, cwd=ROOT, capture_output=True, text=True, timeout=timeout, check=False)
        assert done.returncode == 0, f"prefect {' '.join(arguments)}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}\n{self.tail()}"
        return done.stdout

    def ask(self, path: str, body: dict | list | None = None, method: str = "") -> Any:
        request = urllib.request.Request(f"{self.url}{path}", method=method or ("POST" if body is not None else "GET"),
                                         data=json.dumps(body).encode() if body is not None else None, headers={"Content-Type": "application/json"})
        for _ in range(60):
            try:
                # minutes, not seconds: the server shares two cores with all that it starts
                with urllib.request.urlopen(request, timeout=120) as answer:
                    return json.loads(answer.read() or b"null")
            except urllib.error.HTTPError as error:
                # "try again": its SQLite file was locked by another request; Prefect's own client waits likewise
                if error.code != 503:
                    raise
                time.sleep(1)
        pytest.fail(f"{path}: the server had no time for a minute\n{self.tail()}")

    def deployed(self, name: str, **parameters: str) -> str:
        """Triggers a run of a deployment, waits for its end, and returns the state's type."""
        return self.ended(self.begun(name, **parameters), name)

    def begun(self, name: str, **parameters: str) -> str:
        deployment = self.ask(f"/deployments/name/{name}")["id"]
        return str(self.ask(f"/deployments/{deployment}/create_flow_run", {"parameters": parameters, "state": {"type": "SCHEDULED"}})["id"])

    def ended(self, run: str, name: str) -> str:
        until(lambda: self.ask(f"/flow_runs/{run}")["state_type"] in ("COMPLETED", "FAILED", "CRASHED", "CANCELLED"), 400, f"the end of {name}", self)
        return str(self.ask(f"/flow_runs/{run}")["state_type"])

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
        time.sleep(0.3)
    pytest.fail(f"{what} did not happen within {seconds:g} s\n{prefect.tail()}")


@pytest.fixture(scope="module")
def prefect(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prefect]:
    made = Prefect(tmp_path_factory.mktemp("prefect"))
    try:
        made.start("server", "start", "--host", "127.0.0.1", "--port", str(made.port))
        until(lambda: made.ask("/health") is True, 240, "the server's start", made)
        made.start("worker", "start", "--pool", "dateline", "--type", "process")     # it makes the pool
        until(lambda: made.ask("/work_pools/dateline")["type"] == "process", 240, "the worker's start", made)
        made.run("deploy", "--all")
        yield made
    finally:
        made.stop()


def events(data: Path) -> int:
    with duckdb.connect(str(data / "events.duckdb"), read_only=True) as db:
        return db.execute("SELECT count(*) FROM events").fetchall()[0][0]


def test_a_deployment_works_in_the_folders_of_the_environment_unless_its_parameters_name_others(
        tmp_path: Path, site: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    from flows.pipeline import chosen_by, data_folder

    monkeypatch.setenv("DATELINE_DATA", str(tmp_path / "kept"))
    monkeypatch.setenv("DATELINE_SOURCES", str(site()))
    assert data_folder(None) == tmp_path / "kept" and data_folder(str(tmp_path / "other")) == tmp_path / "other"
    assert [each.source_id for each in chosen_by(None, None)[0]] == ["tiny"]
    assert [each.source_id for each in chosen_by(["example"], str(ROOT / "sources"))[0]] == ["example"]
    monkeypatch.delenv("DATELINE_DATA")
    assert data_folder(None) == Path("data").resolve()


@pytest.mark.slow
def test_a_deployed_night_loads_what_is_good_and_fails_loudly_when_something_is_to_mend(prefect: Prefect, data: Path, site: Callable[..., Path]) -> None:
    folder = site()
    (folder / "broken.toml").write_text("name = 3", encoding="utf-8")
    assert prefect.deployed("nightly/nightly", data=str(data), folder=str(folder)) == "FAILED", prefect.tail()
    assert events(data) > 5, "the good source was loaded all the same"
    tasks = {each["name"].rpartition("-")[0] for each in prefect.ask("/task_runs/filter", {"limit": 200})}
    assert {"clean", "read", "audit", "load", "publish"} <= tasks
    assert prefect.ask("/artifacts/filter", {"limit": 10}), "the night leaves a table"
    # the hook runs beside the state's report
    until(lambda: "broken.toml: key 'name' is 3" in (prefect.home / "notified.txt").read_text(encoding="utf-8"), 60, "the notification", prefect)
    told = (prefect.home / "notified.txt").read_text(encoding="utf-8")
    assert "dateline: nightly" in told and "Failed" in told


@pytest.mark.slow
def test_a_night_that_meets_another_run_waits_for_its_end(prefect: Prefect, data: Path, site: Callable[..., Path]) -> None:
    def waits() -> bool:
        told = prefect.ask("/task_runs/filter", {"limit": 200, "flow_runs": {"id": {"any_": [run]}}})
        return [(each["name"].rpartition("-")[0], each["state_name"]) for each in told] == [("wait for other runs", "AwaitingRetry")]

    with hold_lock(data, "backfill", now=datetime.now(UTC)):
        run = prefect.begun("nightly/nightly", data=str(data), folder=str(site()))
        until(waits, 400, "the wait", prefect)
        assert prefect.ask(f"/flow_runs/{run}")["state_type"] == "RUNNING"
    assert prefect.ended(run, "the night") == "COMPLETED", prefect.tail()
    assert events(data) > 5


@pytest.mark.slow
def test_the_nightly_deployment_has_its_schedule_zone_and_limit(prefect: Prefect) -> None:
    told = prefect.ask("/deployments/name/nightly/nightly")
    [schedule] = told["schedules"]
    assert schedule["schedule"] == {"cron": "15 2 * * *", "timezone": "Europe/Berlin", "day_or": True} and schedule["active"]
    assert told["concurrency_limit"] == 1 or told["global_concurrency_limit"]["limit"] == 1


@pytest.mark.slow
def test_a_short_schedule_really_fires(prefect: Prefect, data: Path, site: Callable[..., Path]) -> None:
    folder = site()
    deployment = prefect.ask("/deployments/name/nightly/nightly")["id"]
    # soon, and not again within this test
    first = datetime.now(UTC) + timedelta(seconds=3)
    [made] = prefect.ask(f"/deployments/{deployment}/schedules", [{
        "schedule": {"interval": 1200, "anchor_date": first.isoformat()}, "active": True, "parameters": {"data": str(data), "folder": str(folder)}}])
    try:
        until(lambda: (data / "published.json").exists(), 400, "a scheduled night", prefect)
    finally:
        # the schedule, never the deployment: a server cannot give back the slot of a deployment that is no more
        prefect.ask(f"/deployments/{deployment}/schedules/{made['id']}", method="DELETE")
    assert events(data) > 5
    runs = prefect.ask("/flow_runs/filter", {"limit": 50, "flow_runs": {"state": {"type": {"any_": ["RUNNING", "COMPLETED"]}}}})
    assert any(each["auto_scheduled"] and each["parameters"].get("data") == str(data) for each in runs)


@pytest.mark.slow
def test_a_deployed_backfill_does_each_day_in_a_subflow_of_its_own(prefect: Prefect, data: Path, site: Callable[..., Path]) -> None:
    folder = site(pages={"2023-09-26.html": PAGES["raid.html"], "2023-09-27.html": PAGES["flood.html"]})
    assert prefect.deployed("backfill/backfill", source="tiny", since="2023-09-26", until="2023-09-29", data=str(data), folder=str(folder)) == "COMPLETED", prefect.tail()
    names = {each["name"] for each in prefect.ask("/flow_runs/filter", {"limit": 100})}
    assert {"tiny 2023-09-26", "tiny 2023-09-27", "tiny 2023-09-28"} <= names
    with duckdb.connect(str(data / "events.duckdb"), read_only=True) as db:
        assert db.execute("SELECT day::VARCHAR, articles FROM windows ORDER BY day").fetchall() == [("2023-09-26", 1), ("2023-09-27", 1), ("2023-09-28", 0)]
