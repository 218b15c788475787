"""The same report in two papers is one event; a page that changed, or went, is still the same article."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flows.backfill import run_reread
from flows.night import PLAIN, Desk, run_night
from flows.warehouse.load import stored_lines
from flows.warehouse.store import open_warehouse
from schemas.records import Page, Reason, Reject, Stage
from schemas.source import load_source

NOW = datetime(2023, 10, 1, 2, tzinfo=UTC)
STORY = """Police search the depot of a transport company

{city}, {day} September 2023 - Kosovo police searched the depot of a transport company in Pristina and arrested three men, the interior ministry said.

Serbia condemned the arrests. The European Union urged both governments to return to their talks in Brussels before the end of the year.

Hungary sent two helicopters to the border, according to the government in Budapest. A court in Pristina will decide whether the men stay in custody.
"""


def desk(data: Path, now: datetime = NOW) -> Desk:
    return Desk(data, next((data / "cache").iterdir()), clock=lambda: now)


def ask(data: Path, sql: str) -> list[tuple]:
    with open_warehouse(data, now=NOW) as db:
        return db.execute(sql).fetchall()


def test_an_agency_copy_in_another_paper_is_linked_and_adds_mentions_but_no_event(data: Path, site: Callable[..., Path]) -> None:
    folder = site("first", pages={"depot.txt": STORY.format(city="PRISTINA", day=26)})
    run_night([load_source(folder / "first.toml")], desk(data))
    events = ask(data, "SELECT event_id FROM events ORDER BY 1")
    mentions = ask(data, "SELECT count(*) FROM mentions")[0][0]
    assert events
    # printed a day later: whatever is dated by the day of the page has another date there
    folder = site("second", pages={"copied.txt": STORY.format(city="PRISTINA", day=27)})
    run_night([load_source(folder / "second.toml")], desk(data, NOW.replace(day=2)))
    [(first, other)] = ask(data, "SELECT a.source_id, b.source_id FROM articles AS a JOIN articles AS b ON b.article_id = a.duplicate_of")
    assert (first, other) == ("second", "first")
    assert ask(data, "SELECT event_id FROM events ORDER BY 1") == events
    assert ask(data, "SELECT count(*) FROM mentions")[0][0] == ask(data, "SELECT count(*) FROM event_mentions")[0][0] == 2 * mentions
    # and read again, in another order, it stays so
    run_reread([load_source(folder / "second.toml"), load_source(folder / "first.toml")], desk(data, NOW.replace(day=3)))
    assert ask(data, "SELECT event_id FROM events ORDER BY 1") == events


def test_copies_are_those_that_were_published_together_whenever_they_are_loaded(data: Path, site: Callable[..., Path]) -> None:
    text = STORY.replace("{city}, {day} September 2023 - ", "")
    for name, day in (("first", "2023-09-26"), ("years", "2019-09-26"), ("late", "2023-09-28")):
        page = f'<html lang="en"><head><meta property="article:published_time" content="{day}T08:00:00Z"></head><body><article>'
        folder = site(name, pages={f"{name}.html": page + "".join(f"<p>{each}</p>" for each in text.split("\n\n")) + "</article></body></html>"})
    run_night([load_source(folder / f"{name}.toml") for name in ("first", "years")], desk(data))
    run_night([load_source(folder / "late.toml")], desk(data, NOW.replace(month=11)))
    assert ask(data, "SELECT published_start::VARCHAR FROM articles ORDER BY 1") == [("2019-09-26",), ("2023-09-26",), ("2023-09-28",)]
    assert ask(data, "SELECT a.source_id, b.source_id FROM articles AS a LEFT JOIN articles AS b ON b.article_id = a.duplicate_of ORDER BY 1") == [
        ("first", None), ("late", "first"), ("years", None)]


def test_a_story_under_many_addresses_is_kept_and_its_paragraphs_are_no_furniture(data: Path, site: Callable[..., Path]) -> None:
    story = STORY.format(city="PRISTINA", day=26)
    folder = site("first", pages={f"depot-{name}.txt": story for name in ("world", "print", "mobile")})
    source = load_source(folder / "first.toml")
    run_night([source], desk(data))
    assert ask(data, "SELECT count(*), count(*) FILTER (duplicate_of = '') FROM articles WHERE is_current") == [(3, 1)]
    # nor later, when a copy comes a night
    for number in (2, 3):
        (folder / "first" / f"depot-{number}.txt").write_text(story, encoding="utf-8")
        run_night([source], desk(data, NOW.replace(day=number)))
    assert ask(data, "SELECT count(*), count(*) FILTER (duplicate_of = '') FROM articles WHERE is_current") == [(5, 1)]
    assert ask(data, "SELECT count(*) FROM rejects") == [(0,)]
    with open_warehouse(data, now=NOW) as db:
        assert {len(articles) for articles in stored_lines(db, "first").values()} == {1}


def test_a_page_that_changed_is_a_new_version_and_no_copy_of_itself(data: Path, site: Callable[..., Path]) -> None:
    folder = site("first", pages={"depot.txt": STORY.format(city="PRISTINA", day=26)})
    run_night([load_source(folder / "first.toml")], desk(data))
    (folder / "first" / "depot.txt").write_text(STORY.format(city="PRISTINA", day=26).replace("three men", "four men"), encoding="utf-8")
    run_night([load_source(folder / "first.toml")], desk(data, NOW.replace(day=2)))
    assert ask(data, "SELECT is_current, duplicate_of FROM articles ORDER BY 1") == [(False, ""), (True, "")]


def test_a_page_that_was_taken_down_is_marked_and_its_events_stay(data: Path, site: Callable[..., Path]) -> None:
    folder = site("first", pages={"depot.txt": STORY.format(city="PRISTINA", day=26)})
    source = load_source(folder / "first.toml")
    run_night([source], desk(data))
    [(url,)] = ask(data, "SELECT url FROM articles WHERE gone_at IS NULL")
    events = ask(data, "SELECT event_id FROM events ORDER BY 1")

    def gone(*_: Any, **__: Any) -> Iterator[Page | Reject]:
        yield Reject(Stage.ACQUIRE, Reason.GONE, url, "HTTP 410", "first")

    run_night([source], desk(data, NOW.replace(day=2)), stages=replace(PLAIN, acquire=gone))
    assert ask(data, "SELECT gone_at::DATE::VARCHAR FROM articles") == [("2023-10-02",)]
    assert ask(data, "SELECT event_id FROM events ORDER BY 1") == events
