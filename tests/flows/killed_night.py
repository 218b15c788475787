"""A child that does a night and kills itself (SIGKILL) at a named point; run as a module by the crash tests.

    python -m tests.flows.killed_night DATA SOURCES STAGE NUMBER     STAGE "none": it lives to the end
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from flows.fetch import acquire as fetch
from flows.night import PLAIN, Chunk, Cleaned, Desk, Stages, Told, clean_chunk, run_night
from flows.warehouse import load as loading
from flows.warehouse import publish as publishing
from flows.warehouse import staging as stagings
from schemas.records import Article, Mention, Page, Reject
from schemas.source import load_source
from tests.flows.fabric import mention

CODES = ("173", "190", "042", "036", "112")


def read_quickly(article: Article) -> list[Mention]:
    """Some mentions of an article without a language model; the same article always tells the same."""
    seed = int(article.article_id[:4], 16)
    return [mention(article, date(2023, 9, 1) + timedelta(days=(seed + number * 7) % 25), code=CODES[(seed + number) % 5])
            for number in range(3)]


def main(data: Path, folder: Path, stage: str, number: int) -> None:
    count = 0

    def reach(point: str) -> None:
        nonlocal count
        if point == stage:
            count += 1
            if count == number:
                os.kill(os.getpid(), signal.SIGKILL)

    def acquire(*arguments: Any, **named: Any) -> Iterator[Page | Reject]:
        for each in fetch.acquire(*arguments, **named):
            reach("acquire")
            yield each

    def process(chunks: Iterable[Chunk]) -> Iterator[tuple[Cleaned, Told]]:
        for chunk in chunks:
            for page in chunk.pages:
                reach("clean")
                cleaned = clean_chunk(replace(chunk, pages=(page,)))
                told = Told(tuple(each for article in cleaned.articles for each in read_quickly(article)), ())
                reach("read")
                yield cleaned, told
                reach("stage")

    def around(point: str, step: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            reach(f"before {point}")
            out = step(*arguments, **named)
            reach(f"after {point}")
            return out
        return call

    # points inside the load and the publication: between statements of the one transaction, between the two copies
    loading.find_touched = around("touched", loading.find_touched)  # type: ignore[assignment]
    loading.merge_events = around("merge", loading.merge_events)  # type: ignore[assignment]
    loading.close_window = around("ledger", loading.close_window)  # type: ignore[assignment]
    publishing._publish_database = around("database", publishing._publish_database)  # type: ignore[assignment]
    publishing._publish_parquet = around("parquet", publishing._publish_parquet)  # type: ignore[assignment]
    stages: Stages = replace(PLAIN, acquire=acquire, process=process, audit=around("audit", stagings.audit),
                             load=around("load", loading.load), publish=around("publish", publishing.publish))
    desk = Desk(data, next((data / "cache").iterdir()), clock=lambda: datetime(2023, 10, 1, 2, tzinfo=UTC))
    report = run_night([load_source(path) for path in sorted(folder.glob("*.toml"))], desk, stages=stages)
    if not report.is_well:
        sys.exit("; ".join(report.troubles))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], int(sys.argv[4]))
