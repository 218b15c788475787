"""A site is walked some pages at a time, and a walk that fails is taken up again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from flows.night import CHUNK_PAGES
from flows.pipeline import Walk
from schemas.source import load_source

NOW = datetime(2023, 10, 1, 2, tzinfo=UTC)


def test_a_walk_that_fails_goes_on_and_gives_no_page_twice(site: Callable[..., Path]) -> None:
    names = [f"2023-09-26-{number:03}.txt" for number in range(2 * CHUNK_PAGES + 5)]
    source = load_source(site(pages=dict.fromkeys(names, "Police raided a house in Pristina.")) / "tiny.toml")
    asked: list[str] = []

    def known(url: str) -> None:
        asked.append(url)
        if len(asked) == CHUNK_PAGES + 3:
            raise RuntimeError("the warehouse went away")

    walk = Walk(source, known=known, now=NOW)
    first = walk.take()
    assert len(first) == CHUNK_PAGES
    assert len(asked) == CHUNK_PAGES, "no page is fetched before it is wanted"
    with pytest.raises(RuntimeError, match="went away"):
        walk.take()
    rest = [walk.take(), walk.take()]
    assert walk.take() == []
    assert [page.url.rpartition("/")[2] for page in (*first, *rest[0], *rest[1])] == names
