"""The night as a whole: pages of a folder to events, twice, with bad pages, with a full disk, with somebody else at work."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from flows.cli import app
from flows.night import PLAIN, Desk, run_night
from flows.warehouse.query import ask
from schemas.source import load_source
from tests.conftest import PAGES
from tests.flows.badserver import BadServer, Reply, down, feed

NOW = datetime(2023, 10, 1, 2, tzinfo=UTC)


def desk(data: Path, now: datetime = NOW) -> Desk:
    return Desk(data, next((data / "cache").iterdir()), clock=lambda: now)


def dateline(*arguments: object) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, [str(each) for each in arguments])
    return done.exit_code, done.stdout, done.stderr


def test_a_night_brings_pages_to_dated_events_and_a_second_one_loads_nothing(data: Path, site: Callable[..., Path]) -> None:
    folder = site()
    code, _, said = dateline("run", "--sources", folder, "--data", data)
    assert code == 0, said
    first = ask(data, "SELECT event_id, date, deed, evidence FROM timeline ORDER BY event_id").to_pylist()
    assert any("Serbia condemned" in row["evidence"] and row["date"] == date(2023, 9, 25) for row in first)
    code, out, said = dateline("run", "--sources", folder, "--data", data)
    assert code == 0
    assert "nothing new: 3 pages were here already and none was read again; nothing was loaded twice" in out
    assert ask(data, "SELECT event_id, date, deed, evidence FROM timeline ORDER BY event_id").to_pylist() == first


def test_rows_in_are_rows_out_and_rejects(data: Path, site: Callable[..., Path]) -> None:
    pages = {**PAGES, "empty.html": "", "none.html": "<p>Home</p>", "notes.md": "# no page"}
    folder = site(pages=pages)
    (folder / "tiny" / "picture.html").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40)
    (folder / "tiny" / "torn.html.gz").write_bytes(b"\x1f\x8b\x08\x00torn")
    run_night([load_source(folder / "tiny.toml")], desk(data))
    [window] = ask(data, "SELECT outcome, pages, articles, rejected FROM windows").to_pylist()
    assert (window["outcome"], window["pages"], window["articles"]) == ("loaded", 6, 3)
    lost = {row["ref"].rpartition("/")[2]: (row["stage"], row["reason"])
            for row in ask(data, "SELECT stage, reason, ref FROM rejects WHERE stage IN ('acquire', 'clean')").to_pylist()}
    assert lost == {"empty.html": ("clean", "empty_page"), "none.html": ("clean", "no_body"), "notes.md": ("acquire", "not_text"),
                    "picture.html": ("clean", "not_text"), "torn.html.gz": ("acquire", "unreadable_file")}


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads every file")
def test_an_unreadable_file_is_a_reject_and_the_night_goes_on(data: Path, site: Callable[..., Path]) -> None:
    folder = site()
    (folder / "tiny" / "talks.txt").chmod(0)
    report = run_night([load_source(folder / "tiny.toml")], desk(data))
    assert report.windows[0].articles == 2
    assert ask(data, "SELECT reason FROM rejects WHERE ref LIKE '%talks.txt'").to_pylist() == [{"reason": "unreadable_file"}]


def test_a_changed_page_is_read_again_and_only_that_one(data: Path, site: Callable[..., Path]) -> None:
    folder = site()
    source = load_source(folder / "tiny.toml")
    run_night([source], desk(data))
    page = folder / "tiny" / "raid.html"
    page.write_text(PAGES["raid.html"].replace("three men", "four men"), encoding="utf-8")
    report = run_night([source], desk(data, NOW.replace(day=2)))
    [window] = report.windows
    assert (window.pages, window.known_pages, window.articles) == (1, 2, 1)
    told = ask(data, "SELECT evidence FROM mentions WHERE evidence LIKE '%raided%'").to_pylist()
    assert told and all("four men" in row["evidence"] for row in told)


def test_a_missing_folder_fails_its_source_and_no_other(data: Path, site: Callable[..., Path], tmp_path: Path) -> None:
    folder = site()
    source = load_source(folder / "tiny.toml")
    gone = replace(source, source_id="gone", location=str(tmp_path / "gone"))
    report = run_night([gone, source], desk(data))
    assert [each.outcome for each in report.windows] == ["failed", "loaded"]
    assert not report.is_well and "is no folder any more" in report.troubles[0]


def site_of(folder: Path, name: str, location: str, extra: str = 'allow_addresses = ["127.0.0.1/32"]') -> None:
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.toml").write_text(
        f'name = "Paper"\nkind = "feed"\nlocation = "{location}"\nlanguage = "en"\ncountry = "XK"\ntimezone = "Europe/Belgrade"\n{extra}\n'
        "[politeness]\nmin_interval_seconds = 0\nmax_retries = 0\n", encoding="utf-8")


@pytest.mark.parametrize(("reply", "extra", "said"), [
    (None, 'allow_addresses = ["127.0.0.1/32"]', "HTTP 404"),
    (down, 'allow_addresses = ["127.0.0.1/32"]', "HTTP 503"),
    (b"<html><body>Moved</body></html>", 'allow_addresses = ["127.0.0.1/32"]', "is no feed"),
    (feed(), "", "127.0.0.1 is"),
], ids=["gone", "down", "no feed", "private"])
def test_a_feed_that_cannot_be_had_fails_its_source_says_why_and_costs_no_other(
        data: Path, site: Callable[..., Path], reply: Reply | bytes | None, extra: str, said: str) -> None:
    folder = site()
    with BadServer({"/feed": reply} if reply else {}) as server:
        site_of(folder, "paper", f"{server.url}/feed", extra)
        for loaded in (True, False):
            code, out, told = dateline("run", "--sources", folder, "--data", data)
            assert code == 1 and "nothing new" not in out and ("new events;" in out) == loaded
            assert [said in line for line in told.splitlines() if ": failed: " in line] == [True]
    assert ask(data, "SELECT DISTINCT outcome, source_id FROM windows ORDER BY 2, 1").to_pylist() == [
        {"outcome": "failed", "source_id": "paper"}, {"outcome": "empty", "source_id": "tiny"}, {"outcome": "loaded", "source_id": "tiny"}]


def test_a_night_whose_new_pages_were_all_lost_says_that(data: Path, tmp_path: Path) -> None:
    with BadServer({"/a": b"<p>Home</p>", "/b": b"", "/c": down}) as server:
        server.replies["/feed"] = feed(*(server.url + path for path in ("/a", "/b", "/c")))
        site_of(tmp_path / "sources", "paper", f"{server.url}/feed")
        code, out, said = dateline("run", "--sources", tmp_path / "sources", "--data", data, "paper")
    assert code == 0 and "no mention loaded: 2 new pages gave 0 articles, 0 were here already; 3 rejects tell why" in out
    assert f"partial: {server.url}/c: HTTP 503" in said


def test_readers_see_how_a_night_ended_that_loaded_nothing(data: Path, site: Callable[..., Path], tmp_path: Path) -> None:
    folder = site()
    source = load_source(folder / "tiny.toml")
    run_night([source], desk(data))
    assert ask(data, "SELECT outcome, ended_at IS NOT NULL AS ended FROM runs").to_pylist() == [{"outcome": "done", "ended": True}]
    run_night([replace(source, location=str(tmp_path / "gone"))], desk(data, NOW.replace(day=2)))
    assert [each["outcome"] for each in ask(data, "SELECT outcome FROM windows ORDER BY closed_at").to_pylist()] == ["loaded", "failed"]
    assert [each["outcome"] for each in ask(data, "SELECT outcome FROM runs ORDER BY started_at").to_pylist()] == ["done", "failed"]
    assert "2023-10-02" in (told := dateline("sources", "--sources", folder, "--data", data)[1]) and "failed" in told


def test_a_broken_source_file_is_named_the_others_are_read_and_the_code_is_not_zero(data: Path, site: Callable[..., Path]) -> None:
    folder = site()
    (folder / "broken.toml").write_text('name = "x"\nkind = "folder"\nlocaton = "tiny"\n', encoding="utf-8")
    code, _, said = dateline("run", "--sources", folder, "--data", data)
    assert code == 1
    assert "key 'locaton' is unknown; did you mean 'location'" in said
    assert ask(data, "SELECT count(*) AS n FROM events").to_pylist()[0]["n"] > 0
    code, _, said = dateline("reread", "--sources", folder, "--data", data)
    assert code == 1 and "key 'locaton' is unknown" in said


def test_a_source_that_is_named_twice_is_read_once(data: Path, site: Callable[..., Path]) -> None:
    code, _, said = dateline("run", "tiny", "tiny", "--sources", site(), "--data", data)
    assert code == 0, said
    assert ask(data, "SELECT source_id FROM windows").to_pylist() == [{"source_id": "tiny"}]


def test_an_unknown_source_is_told_with_those_that_are_known(data: Path, site: Callable[..., Path]) -> None:
    code, _, said = dateline("run", "tyni", "--sources", site(), "--data", data)
    assert code == 1 and "there is no source 'tyni'; known are tiny" in said


def test_a_database_held_by_another_program_is_said_with_its_process(data: Path, site: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    folder = site()
    duckdb.connect(str(data / "warehouse.duckdb")).close()
    holder = subprocess.Popen([sys.executable, "-c", f"import duckdb, sys; db = duckdb.connect({str(data / 'warehouse.duckdb')!r}); print('open', flush=True); "
                               "sys.stdin.readline()"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    holder.stdout.readline()
    monkeypatch.setenv("DATELINE_WAIT_SECONDS", "1")
    try:
        code, _, said = dateline("run", "--sources", folder, "--data", data)
    finally:
        holder.communicate("\n")
    assert code == 3
    assert f"kept open by process {holder.pid}" in said and "Traceback" not in said


def test_a_night_without_an_enabled_source_says_so(data: Path, site: Callable[..., Path]) -> None:
    folder = site(extra="enabled = false\n")
    code, _, said = dateline("run", "--sources", folder, "--data", data)
    assert code == 1 and "no source is enabled; name one" in said
    assert dateline("run", "tiny", "--sources", folder, "--data", data)[0] == 0, "a named one is read although it is off"


def test_a_day_that_has_not_begun_is_refused(data: Path, site: Callable[..., Path]) -> None:
    code, _, said = dateline("run", "--day", "2130-01-01", "--sources", site(), "--data", data)
    assert code == 2 and "2130-01-01" in said and "has not begun anywhere" in said


def test_two_nights_at_once_one_works_the_other_says_who_does(data: Path, site: Callable[..., Path]) -> None:
    from flows.warehouse.lock import hold_lock

    folder = site()
    with hold_lock(data, "nightly", now=NOW):
        code, _, said = dateline("run", "--sources", folder, "--data", data)
    assert code == 3
    assert f"another run is at work ('nightly', process {os.getpid()}" in said


@pytest.mark.skipif(os.geteuid() == 0 and not Path("/proc/mounts").exists(), reason="needs permissions that bind")
def test_a_data_folder_that_refuses_to_be_written_is_said(tmp_path: Path, site: Callable[..., Path]) -> None:
    file = tmp_path / "file"
    file.write_text("not a folder")
    code, _, said = dateline("run", "--sources", site(), "--data", file / "data")
    assert code == 1 and "cannot be written" in said and "--data" in said


def test_a_page_that_breaks_our_code_costs_only_itself(data: Path, site: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    import transforms.clean.cleaner as cleaner

    folder = site()
    plain = cleaner.clean

    def clean(page, source, memory):  # type: ignore[no-untyped-def]
        if page.url.endswith("flood.html"):
            raise RecursionError("too deep")
        return plain(page, source, memory)

    monkeypatch.setattr(cleaner, "clean", clean)
    report = run_night([load_source(folder / "tiny.toml")], desk(data))
    assert report.windows[0].articles == 2
    assert ask(data, "SELECT reason, detail FROM rejects WHERE stage = 'clean'").to_pylist() == [
        {"reason": "stage_failed", "detail": "RecursionError: too deep"}]


def test_a_night_killed_after_its_load_is_published_by_the_next(data: Path, site: Callable[..., Path]) -> None:
    folder = site()
    source = load_source(folder / "tiny.toml")

    def killed(*_: object, **__: object) -> dict[str, int]:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_night([source], desk(data), stages=replace(PLAIN, publish=killed))
    assert not (data / "events.duckdb").exists()
    report = run_night([source], desk(data, NOW.replace(day=2)))
    assert report.published and report.windows[0].outcome == "empty"
    assert ask(data, "SELECT count(*) AS n FROM events").to_pylist()[0]["n"] > 0
