"""The big tables have no keys: whatever comes again, in a chunk, a window or a night, is there once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from flows.warehouse.errors import WarehouseError
from flows.warehouse.load import load
from flows.warehouse.staging import Staging, audit, open_staging
from flows.warehouse.store import Connection, Window, begin_run, open_warehouse
from schemas.records import Reason, Reject, Stage
from tests.flows.fabric import DAY, NOW, SOURCE, article, geo, mention, page
from transforms.merge import Event, Mention, merge

KEYS = {"pages": "url, source_id", "articles": "article_id, version", "mentions": "mention_id", "events": "event_id", "event_mentions": "mention_id",
        "event_geo": "event_id, role", "rejects": "reject_id, run_id", "signatures": "source_id, signature, kind, article_id", "sketches": "article_id"}


def loaded(db: Connection, data: Path, *chunks: dict, merger=merge, now=NOW) -> Window:
    run_id = begin_run(db, "nightly", now=now)
    with open_staging(data, run_id=run_id, source_id=SOURCE.source_id, day=DAY, now=now) as staging:
        for chunk in chunks:
            staging.add(**chunk)
        return load(db, staging, audit(staging, SOURCE, []), merge=merger, geo=geo, now=now)


def test_no_row_is_there_twice_however_often_it_comes(tmp_path: Path) -> None:
    made = [article(number) for number in range(4)]
    changed = article(1, made[1].text.replace("Nothing else", "Nothing more"))

    def chunk(*articles) -> dict:
        return {"pages": [page(each) for each in articles] * 2, "articles": articles, "mentions": [mention(each) for each in articles],
                "lines": {"menu": [each.article_id for each in articles]}, "sketches": {each.article_id: b"x" * 512 for each in articles},
                "rejects": [Reject(Stage.READ, Reason.DUPLICATE, "the same", "loss")] * 2}

    with open_warehouse(tmp_path, now=NOW) as db:
        for night in range(3):
            loaded(db, tmp_path, chunk(*made), chunk(made[0], changed), chunk(changed, made[3]), now=NOW + timedelta(days=night))
            for table, key in KEYS.items():
                assert db.execute(f"SELECT count(*) FROM {table}").fetchall() != [(0,)], table
                assert db.execute(f"SELECT {key} FROM {table} GROUP BY ALL HAVING count(*) > 1").fetchall() == [], table
        assert db.execute("SELECT count(*) FROM mentions").fetchall() == [(4,)]
        assert db.execute("SELECT rejected FROM windows").fetchall() == [(5,)] * 3, "a loss that was told again and again, and four articles that came again"


def test_an_article_that_comes_again_in_a_later_chunk_keeps_its_mentions(tmp_path: Path) -> None:
    one, other = article(1), article(1, "Report 1\n\nPolice raided two houses in Pristina. Nothing else happened.")
    for versions in ([one, one], [one, other, one]):
        with open_staging(tmp_path, run_id="r", source_id="lantern", day=DAY, now=NOW) as staging:
            for each in versions:
                staging.add(articles=[each], mentions=[mention(each)])
            assert (staging.count("articles"), staging.count("mentions")) == (1, 1)


def test_a_page_that_is_listed_twice_keeps_its_last_row(tmp_path: Path) -> None:
    row = page(article(1))

    def outcomes(staging: Staging) -> list[tuple]:
        return staging.db.execute("SELECT outcome FROM pages").fetchall()

    with open_staging(tmp_path, run_id="r", source_id="lantern", day=DAY, now=NOW) as staging:
        staging.add(pages=[row, replace(row, outcome="no_body")])
        assert outcomes(staging) == [("no_body",)]
        staging.add(pages=[replace(row, outcome="gone")])
        assert outcomes(staging) == [("gone",)]


@pytest.mark.parametrize("broken", [lambda events: (), lambda events: (*events, *events)], ids=["lost", "told twice"])
def test_a_merge_that_loses_or_doubles_an_event_is_not_loaded(tmp_path: Path, broken) -> None:
    one, two = article(1), article(2)

    def merger(mentions, known, taken) -> tuple[Event, ...]:
        events: tuple[Event, ...] = merge(mentions, known, taken)
        return broken(events)

    told: list[Mention] = [mention(one), mention(two)]
    with open_warehouse(tmp_path, now=NOW) as db:
        with pytest.raises(WarehouseError, match="nothing was loaded"):
            loaded(db, tmp_path, {"articles": [one, two], "mentions": told}, merger=merger)
        assert db.execute("SELECT count(*) FROM mentions").fetchall() == [(0,)]
        assert loaded(db, tmp_path, {"articles": [one, two], "mentions": told}).mentions == 2
