"""How fast and how large: `python -m evals.bench`. CPU seconds of this process, best of three rounds.

The texts are the bundled pages and the articles of evals/gold/events.jsonl, repeated: short, and denser in events than
any newspaper; beside them the real news of the shared sets, where those are. Everything is opened and warmed
before the clock starts; the command's memory is that of a child process that does a whole `dateline annotate`. Other work on
the machine slows caches and memory: compare figures of one run with each other. Ends with code 2 when it cannot run.
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from evals.floors import GOLD
from evals.predict import ROOT, CommandError, dateline, read_rows, write_rows
from evals.run import SHARED
from schemas.records import Article, Page

if TYPE_CHECKING:
    from transforms.read import Reader

ROUNDS = 3                           # and as many CPU seconds
MEBIBYTE = 1 << 20
MANY_PAGES = 2_000
MAX_GROWTH = 40                      # MiB over many pages: caches fill, nothing more
REAL_NEWS = ("news_dev.jsonl", "giveme5w1h_dev.jsonl")
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def real_news() -> list[dict[str, str]]:
    """The articles of the shared sets where they are: as long, and as poor in events, as news is."""
    rows = [row for name in REAL_NEWS if (path := SHARED / "events" / name).exists() for row in read_rows(path)]
    return [{"id": row["id"], "text": row["text"], "published": row["published"] or ""} for row in rows]


def corpus() -> list[dict[str, str]]:
    """English articles of our own with their publication days."""
    pages = [{"id": row["file"], "text": row["text"], "published": row["date"] or ""} for row in read_rows(GOLD / "pages.jsonl")
             if "finnland" not in row["file"]]
    events = [{"id": row["id"], "text": row["text"], "published": row["published"]} for row in read_rows(GOLD / "events.jsonl")]
    return pages + events


def best_rates(works: Sequence[Callable[[], object]], amount: float) -> list[float]:
    """`amount` a CPU second of each work, in the best of some rounds: the machine may be busy with something else.

    They take turns, so that a slow minute is slow for all. Short work gets more rounds: what lasts a fifth of a second
    differs by half from one to the next."""
    took: list[list[float]] = []
    while len(took) < ROUNDS or sum(map(sum, took)) < ROUNDS * len(works):
        took.append([])
        for work in works:
            started = time.process_time()
            work()
            took[-1].append(time.process_time() - started)
    return [amount / min(each) for each in zip(*took, strict=True)]


def best_rate(work: Callable[[], object], amount: float) -> float:
    return best_rates([work], amount)[0]


def articles_of(rows: Sequence[dict[str, str]]) -> list[Article]:
    from transforms.clean.cleaner import article_from_text

    return [article_from_text(row["text"], article_id=row["id"], published=date.fromisoformat(row["published"]) if row["published"] else None, language="en")
            for row in rows]


def beside_spacy(reader: Reader, articles: Sequence[Article], name: str) -> list[tuple[str, float, str, float | None]]:
    """Reading as a whole, and everything but the parser on texts that are parsed already, against what bare spaCy takes for the same texts."""
    texts = [article.text for article in articles]
    words = sum(len(text.split()) for text in texts)
    docs_of = list(reader.parse_all(articles, [reader.prepared(article) for article in articles]))
    bare, whole, rest = best_rates([
        lambda: list(reader.nlp.pipe(texts, batch_size=32)),
        lambda: list(reader.read_all(articles)),
        lambda: [reader.read_parsed(article, reader.prepared(article), docs) for article, docs in zip(articles, docs_of, strict=True)]], words)
    return [(f"{name}: bare spaCy", bare, "words/s", None), (f"{name}: reading, all of it", whole, "words/s", None),
            (f"{name}: reading / bare spaCy", 100 * whole / bare, "%", 70), (f"{name}: all but parsing / parsing", 100 * bare / rest, "%", -35)]


def bench_reading(repeat: int, gazetteer: Path) -> list[tuple[str, float, str, float | None]]:
    from transforms.places.reader import read_places
    from transforms.read import open_reader, readable
    from transforms.times.reader import read_times

    some = articles_of(corpus())
    articles = some * repeat
    texts = [article.text for article in articles]
    reader = open_reader(gazetteer=gazetteer)
    for article in some:
        reader.read(article)

    rows = beside_spacy(reader, articles, "our texts")
    if news := articles_of(real_news()):
        rows += beside_spacy(reader, news, "real news")
    times = best_rate(lambda: [read_times(text, date(2022, 8, 1)) for text in texts], sum(map(len, texts)))
    parsed = [(article, text := readable(article), reader.parse(article, text)) for article in some]
    places = best_rate(lambda: [read_places(docs, text, reader.gazetteer, source_country=article.country)
                                for _ in range(repeat) for article, text, docs in parsed], len(articles))
    return [*rows, ("time expressions", times, "characters/s", 150_000), ("places beside spaCy", places, "texts/s", 1_000)]


def bench_cleaning(repeat: int) -> list[tuple[str, float, str, float | None]]:
    """Our own pages, and the real ones of the shared gold where they are; memory over 2,000 pages of both."""
    from schemas.source import load_source
    from transforms.clean.cleaner import clean

    source = load_source(ROOT / "sources" / "example.toml")
    own = [path for path in (ROOT / "sources" / "example").iterdir() if ".html" in path.name and path.stat().st_size]
    real = list((SHARED / "text" / "pages").glob("*.html.gz"))

    def pages(paths: Sequence[Path], count: int) -> list[Page]:
        bodies = [gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes() for path in sorted(paths)]
        addresses = (f"https://lanternpost.example/{number}/page.html" for number in range(count))
        return [Page("example", address, address, body, NOW) for address, body in zip(addresses, itertools.cycle(bodies))]

    rows: list[tuple[str, float, str, float | None]] = []
    for name, some in (("our pages", pages(own, repeat * len(own))), ("real pages", pages(real, len(real)))):
        for mode, consensus, asked in (("with consensus", True, 12), ("without", False, 30)):
            if some:
                clean(some[0], source)
                rows.append((f"cleaning {name} {mode}",
                             best_rate(lambda: [clean(page, source, consensus=consensus) for page in some], len(some)), "pages/s", asked))  # noqa: B023
    sizes = []
    for number, page in enumerate(pages(own + real, MANY_PAGES), 1):
        clean(page, source)
        if number in (MANY_PAGES // 4, MANY_PAGES):
            sizes.append(resident())
    return [*rows, (f"memory, the last {MANY_PAGES * 3 // 4:,} of {MANY_PAGES:,} pages", sizes[1] - sizes[0], "MiB more", -MAX_GROWTH)]


def resident() -> float:
    """MiB that this process holds now."""
    import psutil

    return float(psutil.Process().memory_info().rss) / MEBIBYTE


def bench_command(repeat: int) -> list[tuple[str, float, str, float | None]]:
    rows = [{key: value for key, value in row.items() if value} | {"id": f"{row['id']}-{number}"} for number in range(repeat) for row in corpus()]
    words = sum(len(str(row["text"]).split()) for row in rows)
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "in.jsonl"), Path(folder, "out.jsonl")
        write_rows(source, rows)
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        if complaint := dateline("annotate", source, "-o", target):
            raise CommandError(complaint)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return [("dateline annotate, start included", words / spent, "words/s", None),
            ("its peak memory", after.ru_maxrss * 1024 / MEBIBYTE, "MiB", -1536)]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m evals.bench", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--repeat", type=int, default=4, help="how often the texts are repeated")
    options = parser.parse_args(arguments)
    from evals.merging import gazetteer_file

    try:
        rows = bench_command(options.repeat) + bench_cleaning(options.repeat) + bench_reading(options.repeat, gazetteer_file())
    except CommandError as error:
        print(error, file=sys.stderr)
        return 2
    table = Table("what", "reached", "", "asked", "")
    for what, value, unit, asked in rows:
        # a negative goal is a ceiling
        good = asked is None or (value >= asked if asked > 0 else value <= -asked)
        goal = "" if asked is None else f"{'at least' if asked > 0 else 'at most'} {abs(asked):,g}"
        table.add_row(what, f"{value:,.0f}", unit, goal, "" if asked is None else "✓" if good else "missed", style=None if good else "red")
    Console().print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
