"""Backfills do what is missing or stale and nothing else, however often they are stopped; reading again tells what changed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import flows.night
from flows.archive import Archive
from flows.backfill import Only, coverage, pending_days, run_backfill, run_reread
from flows.cli import app
from flows.night import PLAIN, Chunk, Cleaned, Desk, Stages, Told, clean_chunk
from flows.report import _HEALTH
from flows.warehouse.query import ask
from flows.warehouse.store import open_warehouse
from schemas.source import Source, SourceKind, load_source
from tests.flows.badserver import BadServer, Reply, down, feed, silence, story
from tests.flows.killed_night import read_quickly
from tests.flows.test_hostile import source as hostile_source

NOW = datetime(2023, 10, 1, 2, tzinfo=UTC)
TEXT = ("Report {n} from the town\n\nPolice raided a house in Pristina and arrested two men on day {n}. The interior ministry told reporters of the "
        "operation number {n}, which began before dawn and ended at noon. Neighbours of street {n} saw three cars leave.\n")
SINCE, UNTIL = date(2023, 9, 1), date(2023, 9, 7)


def desk(data: Path, **more: Any) -> Desk:
    return Desk(data, next((data / "cache").iterdir()), clock=lambda: NOW, **more)


def quick(version: str = "test-1", asked: list[str] | None = None) -> Stages:
    """The night's stages with mentions made directly, of a reader with a version."""
    def process(chunks: Iterable[Chunk]) -> Iterator[tuple[Cleaned, Told]]:
        for chunk in chunks:
            if asked is not None:
                asked.extend(page.url for page in chunk.pages)
            cleaned = clean_chunk(chunk)
            yield cleaned, Told(tuple(replace(each, reader_version=version) for article in cleaned.articles for each in read_quickly(article)), (), version)
    return replace(PLAIN, process=process)


@pytest.fixture
def source(site: Callable[..., Path]) -> Source:
    """Two pages a day for six days but the third."""
    folder = site(pages={f"2023-09-{n:02d}-{k}.txt": TEXT.format(n=10 * n + k) for n in range(1, 7) if n != 3 for k in (1, 2)})
    return load_source(folder / "tiny.toml")


def events(data: Path) -> list[tuple]:
    with open_warehouse(data, now=NOW) as db:
        return db.execute("SELECT event_id, date_start, code FROM events ORDER BY ALL").fetchall()


def test_a_backfill_does_each_day_once_and_says_where_the_holes_are(data: Path, source: Source) -> None:
    report = run_backfill(source, SINCE, UNTIL, desk(data), stages=quick())
    assert [(each.day, each.articles) for each in report.windows] == [(date(2023, 9, n), 0 if n == 3 else 2) for n in range(1, 7)]
    told = coverage(source, SINCE, date(2023, 9, 8), desk(data))
    assert {each.day.day: each.hole for each in told if each.hole} == {3: "nothing was listed", 7: "never attempted"}
    assert sum(each.read for each in told) == 10
    assert pending_days(source, SINCE, UNTIL, desk(data), only=Only.MISSING) == ()


def test_an_interrupted_backfill_does_only_what_is_left_and_ends_the_same(data: Path, source: Source, tmp_path: Path) -> None:
    other = tmp_path / "other"
    (other / "cache").mkdir(parents=True)
    (other / "cache" / "g").symlink_to(next((data / "cache").iterdir()))
    run_backfill(source, SINCE, UNTIL, desk(other), stages=quick())
    done = 0

    def stopping(*arguments: Any, **named: Any) -> Any:
        nonlocal done
        done += 1
        if done == 4:
            raise KeyboardInterrupt
        return flows.night.run_window(*arguments, **named)

    with pytest.raises(KeyboardInterrupt):
        run_backfill(source, SINCE, UNTIL, desk(data), stages=quick(), one=stopping)
    assert pending_days(source, SINCE, UNTIL, desk(data), only=Only.MISSING) == tuple(date(2023, 9, n) for n in range(4, 7))
    asked: list[str] = []
    run_backfill(source, SINCE, UNTIL, desk(data), stages=quick(asked=asked))
    assert sorted({url.rpartition("/")[2][:10] for url in asked}) == [f"2023-09-{n:02d}" for n in range(4, 7)]
    assert events(data) == events(other)


def test_a_failed_day_is_missing_until_it_is_loaded(data: Path, source: Source) -> None:
    def failing(given: Source, **bounds: Any) -> Any:
        if bounds["since"] == date(2023, 9, 2):
            raise ValueError("the site is down")
        return PLAIN.acquire(given, **bounds)

    report = run_backfill(source, SINCE, UNTIL, desk(data), stages=replace(quick(), acquire=failing))
    assert len(report.troubles) == 1 and "the site is down" in report.troubles[0]
    [hole] = [each.hole for each in coverage(source, SINCE, UNTIL, desk(data)) if each.day == date(2023, 9, 2)]
    assert "failed: ValueError: the site is down" in hole
    assert [each.day for each in run_backfill(source, SINCE, UNTIL, desk(data), stages=quick()).windows] == [date(2023, 9, 2)]


def archive_of(server: BadServer, *, max_retries: int = 0) -> Source:
    """A dated archive: the first days of September, two pages each."""
    for n in range(1, 4):
        server.replies[f"/2023/09/{n:02d}"] = f"<html><body><a href='/about'>About</a><a href='/news/{n}'>{n}</a><a href='/news/{n}b'>{n}</a></body></html>".encode()
        server.replies |= {f"/news/{n}": story(f"Report {n}"), f"/news/{n}b": story(f"Another report of {n}")}
    return replace(hostile_source(server.url + "/{year}/{month}/{day}", SourceKind.LISTING, max_retries=max_retries), pattern="/news/")


@pytest.mark.parametrize(("path", "reply", "said"), [
    ("/2023/09/02", down, "/2023/09/02: HTTP 503"),
    ("/2023/09/02", silence, "/2023/09/02: the time allowed ran out"),
    ("/robots.txt", down, "robots.txt answers HTTP 503, which closes the site until it is mended"),
], ids=["listing", "silent", "robots"])
def test_a_day_whose_list_could_not_be_had_has_failed_and_is_done_when_the_site_is_mended(data: Path, path: str, reply: Reply, said: str) -> None:
    since, until = date(2023, 9, 2), date(2023, 9, 3)
    with BadServer({}) as server:
        source = archive_of(server)
        good = server.replies.get(path, b"")
        server.replies[path] = reply
        report = run_backfill(source, since, until, desk(data), stages=quick())
        assert [each.outcome for each in report.windows] == ["failed"] and not report.is_well and said in report.troubles[0]
        [told] = coverage(source, since, until, desk(data))
        assert told.hole.startswith("failed: ") and said in told.hole
        assert {each["stage"] for each in ask(data, "SELECT stage FROM rejects").to_pylist()} == {"list"}
        server.replies[path] = good
        report = run_backfill(source, since, until, desk(data), stages=quick())
        assert [(each.outcome, each.pages) for each in report.windows] == [("loaded", 2)] and report.is_well


def test_a_day_with_a_page_that_time_may_mend_is_partial_until_it_is_had(data: Path) -> None:
    since, until = date(2023, 9, 1), date(2023, 9, 4)
    with BadServer({}) as server:
        source = archive_of(server)
        server.replies["/news/1b"] = down
        del server.replies["/news/2b"]       # gone: no time mends that
        server.replies["/robots.txt"] = b"User-agent: *\nDisallow: /news/3b"
        report = run_backfill(source, since, until, desk(data), stages=quick())
        assert [(each.outcome, each.pages) for each in report.windows] == [("partial", 1), ("loaded", 1), ("loaded", 1)]
        holes = [each.hole for each in coverage(source, since, until, desk(data))]
        assert holes == [f"partial: {server.url}/news/1b: HTTP 503", "", ""]
        server.replies["/news/1b"] = story("Another report of 1")
        report = run_backfill(source, since, until, desk(data), stages=quick())
        assert [(each.day, each.outcome, each.pages, each.known_pages) for each in report.windows] == [(since, "loaded", 1, 1)]
    assert pending_days(source, since, until, desk(data), only=Only.MISSING) == ()


def test_a_list_whose_links_are_all_of_another_make_is_told(data: Path) -> None:
    since, until = date(2023, 9, 2), date(2023, 9, 3)
    with BadServer({}) as server:
        source = replace(archive_of(server), pattern=r"/story/\d+")
        run_backfill(source, since, until, desk(data), stages=quick())
        [lost] = ask(data, "SELECT reason, ref, detail FROM rejects").to_pylist()
        assert lost["reason"] == "off_pattern" and lost["ref"] == server.url + "/2023/09/02"
        assert lost["detail"] == r"none of the 3 links there fits the pattern '/story/\d+'; its layout may have changed"
        [told] = coverage(source, since, until, desk(data))
        assert told.hole == f"{lost['ref']}: {lost['detail']}"


def test_a_day_that_is_not_over_where_the_source_is_stays_missing(data: Path, source: Source) -> None:
    lines: list[str] = []
    early = replace(desk(data), clock=lambda: datetime(2023, 9, 4, 21, 59, tzinfo=UTC), tell=lines.append)      # 23:59 in Belgrade
    report = run_backfill(source, date(2023, 9, 2), date(2023, 9, 9), early, stages=quick())
    assert [each.day.day for each in report.windows] == [2, 3]
    assert "tiny: 2023-09-04 and later days are not over yet; they are left to a backfill that begins after them" in lines
    late = replace(early, clock=lambda: datetime(2023, 9, 4, 22, 0, tzinfo=UTC))
    assert pending_days(source, date(2023, 9, 2), date(2023, 9, 9), late, only=Only.MISSING) == (date(2023, 9, 4),)


def test_a_day_with_more_pages_than_a_window_may_take_is_gone_on_with_past_those_that_fail(data: Path) -> None:
    day, later = date(2023, 9, 26), date(2023, 9, 27)
    with BadServer({f"/{n}": story(f"Report {n}") for n in range(3)}) as server:
        server.replies["/feed"] = feed(*(f"{server.url}/dead{n}" for n in range(4)), *(f"{server.url}/{n}" for n in range(3)))
        source = hostile_source(server.url + "/feed", max_pages=3)
        told = []
        for _ in range(3):
            report = run_backfill(source, day, later, desk(data), stages=quick())
            told.append([(each.outcome, each.pages) for each in report.windows])
            assert report.is_well
            if len(told) == 1:
                [hole] = [each.hole for each in coverage(source, day, later, desk(data))]
                assert hole == "partial: more than 3 new pages are listed; the rest waits for the next run"
    assert told == [[("partial", 0)], [("partial", 2)], [("loaded", 1)]]
    assert pending_days(source, day, later, desk(data), only=Only.MISSING) == ()


def test_a_stale_day_with_more_pages_than_a_window_may_take_is_read_again_to_its_end(data: Path) -> None:
    day, later = date(2023, 9, 26), date(2023, 9, 27)
    pages = {f"/{n}": "<html><body><article>" + "".join(f"<p>{each}</p>" for each in TEXT.format(n=n).split("\n\n")) + "</article></body></html>" for n in range(5)}
    seconds = count()
    ticking = replace(desk(data), clock=lambda: NOW + timedelta(seconds=next(seconds)))
    with BadServer({path: page.encode() for path, page in pages.items()}) as server:
        server.replies["/feed"] = feed(*(server.url + path for path in pages))
        source = hostile_source(server.url + "/feed", max_pages=3)

        def done(only: Only, version: str) -> list[tuple[str, int]]:
            report = run_backfill(source, day, later, ticking, only=only, reader_version=version, stages=quick(version))
            return [(each.outcome, each.pages) for each in report.windows]

        assert [done(Only.MISSING, "old") for _ in range(3)] == [[("partial", 3)], [("loaded", 2)], []]
        assert [done(Only.STALE, "new") for _ in range(3)] == [[("partial", 3)], [("loaded", 2)], []]
    with open_warehouse(data, now=NOW) as db:
        assert db.execute("SELECT reader_version, count(DISTINCT article_id) FROM mentions GROUP BY 1").fetchall() == [("new", 5)]


def test_stale_days_are_those_that_another_reader_read(data: Path, source: Source) -> None:
    run_backfill(source, SINCE, UNTIL, desk(data), stages=quick("old"))
    run_backfill(source, SINCE, date(2023, 9, 2), desk(data), only=Only.ALL, stages=quick("new"))
    stale = pending_days(source, SINCE, UNTIL, desk(data), only=Only.STALE, reader_version="new")
    assert stale == tuple(date(2023, 9, n) for n in (2, 4, 5, 6))
    run_backfill(source, SINCE, UNTIL, desk(data), only=Only.STALE, reader_version="new", stages=quick("new"))
    assert pending_days(source, SINCE, UNTIL, desk(data), only=Only.STALE, reader_version="new") == ()
    with open_warehouse(data, now=NOW) as db:
        assert db.execute("SELECT DISTINCT reader_version FROM mentions").fetchall() == [("new",)]


def test_a_stale_day_stays_stale_until_it_is_read_again(data: Path, source: Source) -> None:
    first, last = SINCE, date(2023, 9, 2)

    def stale() -> bool:
        return bool(pending_days(source, first, last, ticking, only=Only.STALE, reader_version="new"))

    seconds = count()
    ticking = replace(desk(data), clock=lambda: NOW + timedelta(seconds=next(seconds)))
    run_backfill(source, first, last, ticking, stages=quick("old"))
    assert stale()
    flows.night.run_night([source], ticking, day=first, stages=quick("old"))       # loads the other days' pages
    flows.night.run_night([source], ticking, day=first, stages=quick("new"))       # finds nothing new
    assert stale()

    def failing(given: Source, **bounds: Any) -> Any:
        raise ValueError("the site is down")

    run_backfill(source, first, last, ticking, only=Only.STALE, reader_version="new", stages=replace(quick("new"), acquire=failing))
    assert stale()

    def poorer(chunks: Iterable[Chunk]) -> Iterator[tuple[Cleaned, Told]]:
        for cleaned, told in quick("new").process(chunks):
            yield cleaned, replace(told, mentions=())

    run_backfill(source, first, last, ticking, only=Only.STALE, reader_version="new", stages=replace(PLAIN, process=poorer))
    assert not stale()


def test_a_backfill_over_a_night_counts_nothing_twice(data: Path, source: Source) -> None:
    flows.night.run_night([source], desk(data), stages=quick())
    before = events(data)
    run_backfill(source, SINCE, UNTIL, desk(data), stages=quick())
    assert events(data) == before
    run_backfill(source, SINCE, UNTIL, desk(data), only=Only.ALL, stages=quick())
    assert events(data) == before


def test_days_that_are_read_again_count_once_in_all_that_is_told_of_them(data: Path, source: Source, tmp_path: Path) -> None:
    run_backfill(source, SINCE, UNTIL, desk(data), stages=quick())
    before, listed = coverage(source, SINCE, UNTIL, desk(data)), _told_of_sources(data, tmp_path / "sources")
    assert "10" in listed and [each.fetched for each in before] == [2, 2, 0, 2, 2, 2]
    for _ in range(2):
        run_backfill(source, SINCE, UNTIL, desk(data), only=Only.ALL, stages=quick())
        run_reread([source], desk(data), stages=quick())
    assert coverage(source, SINCE, UNTIL, desk(data)) == before
    assert _told_of_sources(data, tmp_path / "sources") == listed
    assert ask(data, _HEALTH).to_pylist()[0]["articles"] == 10
    # what comes to such a day later is added
    (tmp_path / "sources" / "tiny" / "2023-09-03-1.txt").write_text(TEXT.format(n=99), encoding="utf-8")
    flows.night.run_windows([(source, date(2023, 9, 3), date(2023, 9, 3), date(2023, 9, 4))], desk(data), kind="nightly", stages=quick())
    [third] = [each for each in coverage(source, SINCE, UNTIL, desk(data)) if each.day == date(2023, 9, 3)]
    assert (third.found, third.fetched, third.read) == (1, 1, 1)


def _told_of_sources(data: Path, folder: Path) -> list[str]:
    """The line of `dateline sources` without the day and the outcome."""
    done = CliRunner().invoke(app, ["sources", "--sources", str(folder), "--data", str(data)])
    return [word for word in done.stdout.splitlines()[1].split() if not word.startswith("20") and word not in ("loaded", "empty")]


def test_a_backfill_over_a_night_says_that_its_pages_were_here_already(data: Path, source: Source, tmp_path: Path) -> None:
    flows.night.run_night([source], desk(data), stages=quick())
    done = CliRunner().invoke(app, ["backfill", "tiny", "--since", "2023-09-01", "--until", "2023-09-05", "--sources", str(tmp_path / "sources"), "--data", str(data)])
    assert done.exit_code == 0, done.output
    assert "tiny 2023-09-02: 2 pages were here already" in done.stderr
    assert "4 days done, 0 mentions loaded; 6 pages were here already and none was read again" in done.stdout
    assert [(each.found, each.fetched, each.known, each.hole) for each in coverage(source, SINCE, date(2023, 9, 4), desk(data))] == [
        (2, 0, 2, ""), (2, 0, 2, ""), (0, 0, 0, "nothing was listed")]


def test_reading_again_tells_what_came_went_and_was_dated_anew(data: Path, source: Source) -> None:
    flows.night.run_night([source], desk(data), stages=quick())
    _, same = run_reread([source], desk(data), stages=quick("new"))
    assert (same.gained, same.lost, same.redated) == (0, 0, 0)

    def poorer(chunks: Iterable[Chunk]) -> Iterator[tuple[Cleaned, Told]]:
        for cleaned, told in quick("newer").process(chunks):
            yield cleaned, Told(tuple(each for each in told.mentions if each.code != "173"), ())

    _, told = run_reread([source], desk(data), stages=replace(PLAIN, process=poorer))
    assert told.lost > 0 and told.gained == 0
    assert any(line.startswith("- 173") for line in told.examples)


def test_reading_again_asks_the_archive_and_not_the_site(data: Path, tmp_path: Path) -> None:
    pages = {f"/news/{n}": TEXT.format(n=n) for n in range(4)}

    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            address = f"http://127.0.0.1:{self.server.server_address[1]}"
            if self.path == "/rss":
                items = "".join(f"<item><title>Report {n}</title><link>{address}/news/{n}</link><pubDate>Tue, 26 Sep 2023 0{n}:00:00 GMT</pubDate></item>" for n in range(4))
                kind, body = "application/rss+xml", f"<rss version='2.0'><channel><title>Tiny</title>{items}</channel></rss>"
            elif self.path in pages:
                kind, body = "text/html", "<html><body><article>" + "".join(f"<p>{each}</p>" for each in pages[self.path].split("\n\n")) + "</article></body></html>"
            else:
                self.send_error(404)
                return
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    (tmp_path / "feed.toml").write_text(f'name = "Tiny"\nkind = "feed"\nlocation = "http://127.0.0.1:{server.server_address[1]}/rss"\nlanguage = "en"\ncountry = "XK"\n'
                                        'timezone = "Europe/Belgrade"\nallow_addresses = ["127.0.0.1/32"]\n[politeness]\nmin_interval_seconds = 0\n')
    source = load_source(tmp_path / "feed.toml")
    try:
        report = flows.night.run_night([source], desk(data), stages=quick())
    finally:
        server.shutdown()
        server.server_close()
    assert report.windows[0].articles == 4, report
    before = events(data)
    asked: list[str] = []
    report, told = run_reread([source], desk(data), stages=quick("new", asked))
    assert report.is_well and len(asked) == 4 and report.windows[0].articles == 4
    assert (told.gained, told.lost, told.redated) == (0, 0, 0) and events(data) == before


def test_reading_again_finds_the_pages_of_a_warc_source_where_it_found_them(data: Path, tmp_path: Path) -> None:
    keeper = Archive(tmp_path / "others", "crawl", clock=lambda: NOW)
    for n in range(3):
        keeper.keep(f"https://paper.example/{n}", 200, (("Content-Type", "text/plain"),), TEXT.format(n=n).encode())
    source = Source("crawl", "Crawl", SourceKind.WARC, str(tmp_path / "others"), "en", "XK", "Europe/Belgrade")
    report, told = run_reread([source], desk(data), stages=quick())
    assert [(each.outcome, each.pages) for each in report.windows] == [("loaded", 3)] and told.gained > 0
    again, same = run_reread([source], desk(data), stages=quick("new"))
    assert again.windows[0].pages == 3 and (same.gained, same.lost, same.redated) == (0, 0, 0)


def test_the_command_refuses_days_that_are_none(data: Path, site: Callable[..., Path]) -> None:
    folder = site()
    for arguments, said in ((["--since", "2023-13-01", "--until", "2023-09-02"], "--since is '2023-13-01'"),
                            (["--since", "2023-09-02", "--until", "2023-09-01"], "before"),
                            (["--since", "2023-09-01", "--until", "2023-09-02", "--only", "some"], "missing, stale or all")):
        done = CliRunner().invoke(app, ["backfill", "tiny", *arguments, "--sources", str(folder), "--data", str(data)])
        assert done.exit_code == 2 and said in done.stderr
