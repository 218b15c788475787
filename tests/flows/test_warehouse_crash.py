"""Killed at any point and run again, the warehouse and the readers' copy are as after one clean run."""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
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


def made_site(root: Path) -> Path:
    """A folder source of six short articles and an empty page; returns the folder of source files."""
    (root / "tiny").mkdir(parents=True)
    for page, text in {f"{n:03d}.txt": TEXT.format(n=n) for n in range(6)}.items():
        (root / "tiny" / page).write_text(text, encoding="utf-8")
    (root / "tiny" / "empty.html").write_text("", encoding="utf-8")
    (root / "tiny.toml").write_text('name = "Tiny"\nkind = "folder"\nlocation = "tiny"\nlanguage = "en"\ncountry = "XK"\n'
                                    'timezone = "Europe/Belgrade"\n', encoding="utf-8")
    return root


def empty_data(folder: Path, gazetteer: Path) -> Path:
    (folder / "cache").mkdir(parents=True)
    (folder / "cache" / gazetteer.name).symlink_to(gazetteer)
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A site that a test may change."""
    return made_site(tmp_path / "sources")


@dataclass(frozen=True, slots=True)
class Clean:
    """A site that nobody changes, what one night that nobody disturbs leaves of it, and how long such a night takes."""

    folder: Path
    state: dict[str, list[tuple]]
    seconds: float


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory, gazetteer: Path) -> Clean:
    root = tmp_path_factory.mktemp("undisturbed")
    folder = made_site(root / "sources")
    night(empty_data(root / "first", gazetteer), folder)       # the nursery of nights imports what it needs
    data = empty_data(root / "data", gazetteer)
    began = time.monotonic()
    assert night(data, folder) == 0
    seconds = time.monotonic() - began
    told = state(data / "warehouse.duckdb")
    assert len(told["articles"]) == 6 and told["events"]
    assert state(data / "events.duckdb", ("articles", "events", "mentions")) == {table: told[table] for table in ("articles", "events", "mentions")}
    return Clean(folder, told, seconds)


POINTS = [("acquire", 1), ("acquire", 7), ("clean", 1), ("clean", 7), ("read", 3), ("stage", 3), ("stage", 7), ("before audit", 1), ("after audit", 1),
          ("before load", 1), ("after touched", 1), ("before merge", 1), ("after merge", 1), ("after ledger", 1), ("after load", 1),
          ("before publish", 1), ("before database", 1), ("after database", 1), ("after parquet", 1), ("after publish", 1)]


@pytest.mark.slow
def test_a_night_killed_at_any_stage_ends_as_a_clean_one_when_it_is_run_again(clean: Clean, gazetteer: Path, tmp_path: Path) -> None:
    for position, (stage, number) in enumerate(POINTS):
        target = empty_data(tmp_path / f"target{position}", gazetteer)
        assert night(target, clean.folder, stage, number) == -signal.SIGKILL, f"{stage} {number} was never reached"
        held = state(target / "warehouse.duckdb", ("articles", "mentions", "windows"))
        assert not any(held.values()) or all(held.values()), f"{stage} {number}: rows and ledger go together"
        assert night(target, clean.folder) == 0
        assert state(target / "warehouse.duckdb") == clean.state, f"killed at {stage} {number}"
        assert state(target / "events.duckdb", ("events", "mentions")) == {table: clean.state[table] for table in ("events", "mentions")}
        with duckdb.connect(str(target / "events.duckdb"), read_only=True) as db:
            assert {row[0] for row in db.execute("SELECT outcome FROM runs").fetchall()} <= {"crashed", "running", "done"}
        rows = duckdb.execute(f"SELECT count(*) FROM '{target}/parquet/mentions/*/*.parquet'").fetchall()[0][0]
        assert rows == len(clean.state["mentions"])
        assert not (target / "staging.duckdb").exists()


@pytest.mark.slow
def test_twenty_kills_at_random_moments_cost_nothing(clean: Clean, gazetteer: Path, tmp_path: Path) -> None:
    chance = random.Random(1999_06_12)
    target = empty_data(tmp_path / "target0", gazetteer)
    kills = tries = 0
    latest = clean.seconds
    while kills < 20:
        tries += 1
        assert tries < 200, "too many nights were over before they were killed"
        if night(target, clean.folder, kill_after=chance.uniform(0.02, latest)) == -signal.SIGKILL:
            kills += 1
        else:
            latest *= 0.9           # the machine was busier when the clean night was timed
            # it lived to its end in spite of all those before it; the rest strike a folder that is empty again
            assert state(target / "warehouse.duckdb") == clean.state
            target = empty_data(tmp_path / f"target{tries}", gazetteer)
    assert night(target, clean.folder) == 0
    # every night that lived to its end left a window; the sums count each article once
    assert state(target / "warehouse.duckdb") == clean.state


@pytest.mark.slow
def test_analysts_notice_nothing_while_nights_are_killed(folder: Path, gazetteer: Path, tmp_path: Path) -> None:
    data = empty_data(tmp_path / "data", gazetteer)
    assert night(data, folder) == 0
    with (tmp_path / "said.txt").open("w") as said:
        reader = subprocess.Popen([sys.executable, "-c", f"""
import duckdb, json, select, sys
seen = []
while not select.select([sys.stdin], [], [], 0.05)[0]:
    with duckdb.connect({str(data / 'events.duckdb')!r}, read_only=True) as db:
        seen.append(db.execute('SELECT (SELECT count(*) FROM mentions), (SELECT count(*) FROM event_mentions), (SELECT count(*) FROM timeline)').fetchall()[0])
print(json.dumps(seen))
"""], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=said, text=True)
        for number in range(6):
            page = folder / "tiny" / f"{number:03d}.txt"
            page.write_text(TEXT.format(n=number + 100 * (number + 1)), encoding="utf-8")
            night(data, folder, *(("before parquet", 1) if number % 2 else ("none", 1)))
        out, _ = reader.communicate("enough\n", timeout=120)
    assert reader.returncode == 0, (tmp_path / "said.txt").read_text()[-2000:]
    seen = json.loads(out)
    assert len(seen) > 6
    for mentions, links, events in seen:
        assert mentions == links == 18 and events > 0, f"a reader saw half a publication: {mentions} mentions, {links} links, {events} events"


@pytest.mark.slow
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small disk")
def test_a_full_disk_is_said_plainly_and_costs_nothing(folder: Path, gazetteer: Path, tmp_path: Path) -> None:
    small = tmp_path / "small"
    small.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(small)], check=False, capture_output=True).returncode:
        pytest.skip("this machine does not let a small disk be mounted")
    try:
        undisturbed = empty_data(tmp_path / "undisturbed", gazetteer)
        assert night(undisturbed, folder) == 0
        clean_state = state(undisturbed / "warehouse.duckdb")
        target = empty_data(small / "data", gazetteer)
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
