"""How fast the warehouse is: `python -m evals.bench_load --mentions 1000000`. Wall seconds and CPU seconds of each step.

The mentions are made up (articles of ten sentences, a few hundred kinds of deeds, dates over some years, every tenth told
again by another paper); the steps are the night's own: stage, audit, load with its merge, publish. Reading is left out.
`--again` loads the same mentions over themselves as well, which is what a re-read of everything does.
Peak memory is that of the process, which makes the mentions in chunks as a night does. Ends with code 1 when a figure
that was asked for is missed and all of a million mentions were loaded.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from rich.console import Console
from rich.table import Table

from flows.warehouse.load import load
from flows.warehouse.publish import publish
from flows.warehouse.staging import audit, cameo_codes, open_staging
from flows.warehouse.store import begin_run, open_warehouse
from schemas.records import (
    Actor,
    Article,
    Basis,
    Block,
    BlockKind,
    Count,
    GeoBasis,
    Mention,
    Place,
    PlaceKind,
    Precision,
    Span,
    Status,
    When,
    digest,
)
from schemas.source import Source, SourceKind
from transforms.merge import merge
from transforms.places.gdelt import Geo

SENTENCES = 10               # of an article, each with one mention
CHUNK_ARTICLES = 500
MILLION = 1_000_000
ASKED_SECONDS = {"load": 60.0, "publish": 30.0}
ASKED_MEBIBYTES = 1536
NOW = datetime(2026, 1, 1, tzinfo=UTC)
FIRST_DAY = date(2021, 1, 1)
SOURCE = Source("bench", "Bench", SourceKind.FOLDER, ".", "en", "RS", "UTC")
COUNTRIES = "SRB KSV ALB MKD MNE BIH HRV SVN HUN ROU BGR GRC TUR ITA AUT DEU FRA GBR USA RUS UKR POL CHN IND IRN IRQ SYR ISR EGY NGA".split()
ROLES = "GOV MIL COP REB OPP BUS MED CVL JUD LEG".split()
WORDS = ("police border minister talks village protest court market bridge convoy harbour factory parliament election strike treaty patrol weapon "
         "shelter refugee hospital airport railway pipeline budget embassy sanction ceasefire hostage militia governor mayor student farmer").split()


def made_articles(mentions: int, days: int, seed: int = 7) -> Iterator[tuple[list[Article], list[Mention]]]:
    """Articles in chunks with their mentions; every tenth article repeats the deeds of the one before it in its own words."""
    chance = Random(seed)
    codes = [each.code for each in cameo_codes() if len(each.code) > 2]
    towns = [Place(Span(0, 4), f"Town{n}", f"Town{n}", PlaceKind.CITY, 40 + n % 97 / 10, 18 + n % 89 / 10, "RS", f"{n % 20:02d}", 1000 + n, 0.9)
             for n in range(1000)]
    articles: list[Article] = []
    out: list[Mention] = []
    deeds: list[tuple[Any, ...]] = []
    for number in range(-(-mentions // SENTENCES)):
        day = FIRST_DAY + timedelta(days=number * days // max(1, -(-mentions // SENTENCES)))
        if number % 10 != 1:
            deeds = [(chance.choice(codes), chance.choice(COUNTRIES), chance.choice(ROLES), chance.choice(COUNTRIES), chance.choice(ROLES),
                      chance.choice(towns), chance.choices(WORDS, k=6), chance.randrange(4)) for _ in range(SENTENCES)]
        article, told = _article(number, day, deeds, chance)
        articles.append(article)
        out += told
        if len(articles) == CHUNK_ARTICLES:
            yield articles, out
            articles, out = [], []
    if articles:
        yield articles, out


def _article(number: int, day: date, deeds: Sequence[tuple[Any, ...]], chance: Random) -> tuple[Article, list[Mention]]:
    text = f"Report {number} of the day\n\n"
    head = len(text) - 2
    spans = []
    for code, one, role, other, other_role, town, words, _ in deeds:
        sentence = f"{one.title()} {role.lower()} acted ({code}) on {other.title()} {other_role.lower()} in {town.name}: {' '.join(words)} {chance.choice(WORDS)}."
        spans.append((len(text), sentence))
        text += sentence + " "
    url = f"https://bench.example/{number}"
    article = Article(digest(url), digest(text), SOURCE.source_id, digest(url, number), url, url, text[:head], text,
                      (Block(BlockKind.TITLE, Span(0, head)), Block(BlockKind.BODY, Span(head + 2, len(text)))),
                      When(day, day + timedelta(days=1), Precision.DAY, Basis.META, day.isoformat()), language="en", country="RS", fetched_at=NOW)
    told = []
    for position, ((start, sentence), (code, one, role, other, other_role, town, _, back)) in enumerate(zip(spans, deeds, strict=True)):
        then = day - timedelta(days=back)
        told.append(Mention(
            article.article_id, article.version, SOURCE.source_id, position + 1, Span(start + 8, start + 13), Span(start, start + len(sentence)), sentence,
            code, Actor(one + role, one.title(), one.title(), Span(start, start + 3), country=one, type1=role, basis="name"),
            Actor(other + other_role, other.title(), other.title(), Span(start + 20, start + 23), country=other, type1=other_role, basis="name"),
            When(then, then + timedelta(days=1), Precision.DAY, Basis.TEXT, then.isoformat(), "on Monday", Span(start, start + 9)),
            town, GeoBasis.CLAUSE, Status.ASSERTED, killed=Count(back, back, back) if back else Count(), confidence=0.8, reader_version="bench"))
    return article, told


def geo(place: Place) -> Geo:
    return Geo(4, f"{place.name}, Serbia", "RI", f"RI{place.adm1}", feature_id=str(place.geonameid))


def timed(steps: dict[str, tuple[float, float]], name: str, work: Callable[[], Any]) -> Any:
    wall, spent = time.perf_counter(), time.process_time()
    out = work()
    before = steps.get(name, (0.0, 0.0))
    if name in ASKED_SECONDS:
        print(f"{name}: {time.perf_counter() - wall:.1f} s", file=sys.stderr, flush=True)
    steps[name] = (before[0] + time.perf_counter() - wall, before[1] + time.process_time() - spent)
    return out


def bench(mentions: int, days: int, data: Path, *, is_again: bool) -> tuple[dict[str, tuple[float, float]], dict[str, int]]:
    """Seconds (wall, CPU) of each step, and rows of the published tables; `is_again`: the mentions are loaded over themselves as well."""
    steps: dict[str, tuple[float, float]] = {}
    _night(mentions, days, data, NOW, steps, "")
    if is_again:
        _night(mentions, days, data, NOW + timedelta(days=1), steps, " again")
    with open_warehouse(data, now=NOW) as db:
        counts: dict[str, int] = timed(steps, "publish", lambda: publish(db, data, now=NOW))
    return steps, counts


def _night(mentions: int, days: int, data: Path, now: datetime, steps: dict[str, tuple[float, float]], name: str) -> None:
    with open_warehouse(data, now=now) as db:
        run_id = begin_run(db, "nightly", now=now)
    with open_staging(data, run_id=run_id, source_id=SOURCE.source_id, day=now.date(), now=now) as staging:
        for articles, told in made_articles(mentions, days):
            timed(steps, f"stage{name}", lambda articles=articles, told=told: staging.add(articles=articles, mentions=told))
        verdict = timed(steps, f"audit{name}", lambda: audit(staging, SOURCE, []))
        if verdict.broken_rows or not verdict.is_loadable:
            raise SystemExit(f"the made-up batch breaks rules: {verdict}")
        with open_warehouse(data, now=now) as db:
            timed(steps, f"load{name}", lambda: load(db, staging, verdict, merge=merge, geo=geo, now=now))


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m evals.bench_load", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--mentions", type=int, default=MILLION)
    parser.add_argument("--days", type=int, default=5 * 365, help="over how many days the articles are spread")
    parser.add_argument("--again", action="store_true", help="load the same mentions a second time, over the first")
    parser.add_argument("--data", type=Path, help="where the database is made (default: a temporary folder)")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(dir=options.data) as folder:
        steps, counts = bench(options.mentions, options.days, Path(folder), is_again=options.again)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    table = Table("step", "seconds", "CPU seconds", "asked", "", title=f"{counts['mentions']:,} mentions, {counts['events']:,} events")
    missed = False
    for name, (wall, spent) in steps.items():
        # what is asked is asked of a million; fewer are measured against their share
        asked = ASKED_SECONDS.get(name, 0.0) * options.mentions / MILLION
        is_late = bool(asked) and wall > asked
        missed |= is_late
        table.add_row(name, f"{wall:.1f}", f"{spent:.1f}", f"at most {asked:g}" if asked else "", "" if not asked else "missed" if is_late else "✓")
    missed |= peak > ASKED_MEBIBYTES
    table.add_row("peak memory, MiB", f"{peak:,.0f}", "", f"at most {ASKED_MEBIBYTES}", "missed" if peak > ASKED_MEBIBYTES else "✓")
    Console().print(table)
    return int(missed and options.mentions >= MILLION)


if __name__ == "__main__":
    sys.exit(main())
