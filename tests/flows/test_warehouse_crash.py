"""Killed at any point and run again, the warehouse and the readers' copy are as after one clean run."""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from tests.flows.killed_night import main

ROOT = Path(__file__).parents[2]
TEXT = ("Report {n} from the town\n\nPolice raided a house in Pristina and arrested two men on day {n}. The interior ministry told reporters of the "
        "operation number {n}, which began before dawn and ended at noon. Neighbours of street {n} saw three cars leave.\n")
# everything that a night leaves, without names of runs and instants
STATE = {
    "articles": "SELECT * EXCLUDE (run_id, fetched_at) FROM articles ORDER BY ALL",
    "mentions": "SELECT * EXCLUDE (run_id, loaded_at) FROM mentions ORDER BY ALL",
    "events": "SELECT * EXCLUDE (run_id, first_run_id, first_seen_at, updated_at) FROM events ORDER BY ALL",
    "event_mentions": "SELECT * FROM event_mentions ORDER BY ALL", "event_geo": "SELECT * FROM event_geo ORDER BY ALL",
    "pages": "SELECT * EXCLUDE (run_id, fetched_at) FROM pages ORDER BY ALL",
    "signatures": "SELECT * EXCLUDE (run_id) FROM signatures ORDER BY ALL",
    "quarantine": "SELECT row_id, rule FROM quarantine ORDER BY ALL", "rejects": "SELECT DISTINCT reject_id FROM rejects ORDER BY ALL",
    "windows": "SELECT source_id, day, sum(articles), sum(mentions) FROM windows GROUP BY ALL ORDER BY ALL",
}


def state(path: Path, tables: tuple[str, ...] = tuple(STATE)) -> dict[str, list[tuple]]:
    with duckdb.connect(str(path), read_only=True) as db:
        return {table: db.execute(STATE[table]).fetchall() for table in tables}


# one process that has imported everything starts all the nights: a night then takes a second, not six
NIGHTS = multiprocessing.get_context("forkserver")


def night(data: Path, folder: Path, stage: str = "none", number: int = 1, kill_after: float | None = None) -> int:
    NIGHTS.set_forkserver_preload(["tests.flows.killed_night", "great_expectations", "transforms.clean.cleaner"])
    child = NIGHTS.Process(target=main, args=(data, folder, stage, number))
    child.start()
    child.join(kill_after or 300)
    if child.is_alive():
        child.kill()
        child.join()
    assert child.exitcode in (0, -signal.SIGKILL), child.exitcode
    return child.exitcode


@pytest.fixture
def folder(site: Callable[..., Path]) -> Path:
    return site(pages={f"{n:03d}.txt": TEXT.format(n=n) for n in range(12)} | {"empty.html": ""})


@pytest.fixture
def clean_state(data: Path, folder: Path, tmp_path: Path) -> dict[str, list[tuple]]:
    """What one night that nobody disturbs leaves."""
    other = tmp_path / "undisturbed"
    shutil.copytree(data, other)
    assert night(other, folder) == 0
    assert state(other / "events.duckdb", ("articles", "events", "mentions")) == state(other / "warehouse.duckdb", ("articles", "events", "mentions"))
    return state(other / "warehouse.duckdb")


POINTS = [("acquire", 1), ("acquire", 7), ("acquire", 13), ("clean", 1), ("clean", 13), ("read", 6), ("stage", 6), ("before audit", 1), ("after audit", 1),
          ("before load", 1), ("after touched", 1), ("before merge", 1), ("after merge", 1), ("after ledger", 1), ("after load", 1),
          ("before publish", 1), ("before database", 1), ("after database", 1), ("after parquet", 1), ("after publish", 1)]


@pytest.mark.slow
def test_a_night_killed_at_any_stage_ends_as_a_clean_one_when_it_is_run_again(data: Path, folder: Path, clean_state: dict, tmp_path: Path) -> None:
    for stage, number in POINTS:
        target = tmp_path / "target"
        shutil.copytree(data, target)
        assert night(target, folder, stage, number) == -signal.SIGKILL, f"{stage} {number} was never reached"
        held = state(target / "warehouse.duckdb", ("articles", "mentions", "windows"))
        assert not any(held.values()) or all(held.values()), f"{stage} {number}: rows and ledger go together"
        assert night(target, folder) == 0
        assert state(target / "warehouse.duckdb") == clean_state, f"killed at {stage} {number}"
        assert state(target / "events.duckdb", ("events", "mentions")) == {table: clean_state[table] for table in ("events", "mentions")}
        with duckdb.connect(str(target / "events.duckdb"), read_only=True) as db:
            assert {row[0] for row in db.execute("SELECT outcome FROM runs").fetchall()} <= {"crashed", "running", "done"}
        rows = duckdb.execute(f"SELECT count(*) FROM '{target}/parquet/mentions/*/*.parquet'").fetchall()[0][0]
        assert rows == len(clean_state["mentions"])
        assert not (target / "staging.duckdb").exists()
        shutil.rmtree(target)


@pytest.mark.slow
def test_twenty_kills_at_random_moments_cost_nothing(data: Path, folder: Path, clean_state: dict) -> None:
    chance = random.Random(1999_06_12)
    kills = 0
    for _ in range(80):
        kills += night(data, folder, kill_after=chance.uniform(0.05, 2.5)) == -signal.SIGKILL
        if kills == 20:
            break
    assert kills == 20, "too many nights were over before they were killed"
    assert night(data, folder) == 0
    told = state(data / "warehouse.duckdb")
    # every night that lived to its end left a window; the sums count each article once
    assert told == clean_state


@pytest.mark.slow
def test_analysts_notice_nothing_while_nights_are_killed(data: Path, folder: Path) -> None:
    assert night(data, folder) == 0
    reader = subprocess.Popen([sys.executable, "-c", f"""
import duckdb, json, time, sys
seen = []
end = time.monotonic() + 25
while time.monotonic() < end:
    with duckdb.connect({str(data / 'events.duckdb')!r}, read_only=True) as db:
        seen.append(db.execute('SELECT (SELECT count(*) FROM mentions), (SELECT count(*) FROM event_mentions), (SELECT count(*) FROM timeline)').fetchall()[0])
    time.sleep(0.05)
print(json.dumps(seen))
"""], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    for number in range(6):
        page = folder / "tiny" / f"{number:03d}.txt"
        page.write_text(TEXT.format(n=number + 100 * (number + 1)), encoding="utf-8")
        night(data, folder, *(("before parquet", 1) if number % 2 else ("none", 1)))
        if reader.poll() is not None:
            break
    out, said = reader.communicate(timeout=60)
    assert reader.returncode == 0, said[-2000:]
    for mentions, links, events in json.loads(out):
        assert mentions == links and events > 0, "a reader saw half a publication"


@pytest.mark.slow
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small disk")
def test_a_full_disk_is_said_plainly_and_costs_nothing(data: Path, folder: Path, tmp_path: Path, clean_state: dict) -> None:
    small = tmp_path / "small"
    small.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(small)], check=False, capture_output=True).returncode:
        pytest.skip("this machine does not let a small disk be mounted")
    try:
        target = small / "data"
        (target / "cache").mkdir(parents=True)
        (target / "cache" / "gazetteer.bin").symlink_to(next((data / "cache").iterdir()))
        first = folder / "tiny" / "000.txt"
        text = first.read_text()
        others = {path: path.read_text() for path in folder.glob("tiny/*.txt") if path != first}
        for path in others:
            path.unlink()
        assert night(target, folder) == 0
        before = state(target / "warehouse.duckdb")
        (small / "ballast").write_bytes(b"x" * (os.statvfs(small).f_bavail * os.statvfs(small).f_bsize - 40_000))
        for path, body in others.items():
            path.write_text(body)
        done = subprocess.run([sys.executable, "-m", "tests.flows.killed_night", str(target), str(folder), "none", "1"], cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 1
        assert "WarehouseError" in done.stderr and ("disk is full" in done.stderr or "No space left" in done.stderr), done.stderr[-1500:]
        (small / "ballast").unlink()
        assert state(target / "warehouse.duckdb", ("mentions", "events", "articles")) == {table: before[table] for table in ("mentions", "events", "articles")}
        assert state(target / "events.duckdb", ("mentions",)) == {"mentions": before["mentions"]}
        assert first.read_text() == text
        assert night(target, folder) == 0
        assert {table: rows for table, rows in state(target / "warehouse.duckdb").items() if table not in ("pages", "windows", "rejects")} == {
            table: rows for table, rows in clean_state.items() if table not in ("pages", "windows", "rejects")}
    finally:
        subprocess.run(["umount", str(small)], check=False)
