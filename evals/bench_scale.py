"""How the night grows: `python -m evals.bench_scale`. Speed-up of two processes over one, cost against articles, memory.

Articles are the bundled English pages, each written into a folder source again and again with other numbers and names of
days in it. Every figure is the wall time of a whole `dateline run` in a process of its own, start included; peak memory is the
largest of its processes. `--articles 1000,10000` asks for the sizes whose cost is compared, `--speed-up 2000` for the size on which
runners are compared. Other work on the machine falsifies the speed-up: nothing else should run. Ends with code 1 when a figure
that was asked for is missed.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random

import duckdb
from rich.console import Console
from rich.table import Table

from evals.bench import corpus
from evals.merging import gazetteer_file
from evals.predict import ROOT

ASKED_SPEED_UP = 1.7
ASKED_GROWTH = 1.1           # times the growth of the articles: 11 for ten times as many
ASKED_MEBIBYTES = 1536
TOML = 'name = "Bench"\nkind = "folder"\nlocation = "pages"\nlanguage = "en"\ncountry = "RS"\ntimezone = "Europe/Belgrade"\n'
TOWNS = "Belgrade Skopje Tirana Sarajevo Zagreb Budapest Bucharest Sofia Athens Ankara Rome Vienna Berlin Paris London Kyiv Warsaw Beirut Cairo Lagos".split()


@dataclass(frozen=True, slots=True)
class Run:
    """One whole night: wall seconds, the largest process in MiB, articles and events that it left."""

    seconds: float
    mebibytes: float
    articles: int
    events: int


def made_site(folder: Path, articles: int) -> Path:
    """A folder source of so many different articles; returns the folder of source files."""
    pages = folder / "sources" / "pages"
    pages.mkdir(parents=True)
    (folder / "sources" / "bench.toml").write_text(TOML, encoding="utf-8")
    chance = Random(7)
    texts = [row["text"] for row in corpus()]
    for number in range(articles):
        # another day and another town a copy: repeated word for word they would be copies of one article
        day = date(2021, 1, 1) + timedelta(days=number % 1500)
        paragraphs = texts[number % len(texts)].split("\n")
        body = [f"{line} In {chance.choice(TOWNS)} {chance.randrange(2, 900)} people heard of it from {chance.choice(TOWNS)}." if line.strip() else line
                for line in paragraphs]
        (pages / f"{day}-{number:06d}.txt").write_text(f"Report {number}\n\n{day:%-d %B %Y}\n\n" + "\n".join(body), encoding="utf-8")
    return folder / "sources"


def night(folder: Path, sources: Path, runner: str, workers: int) -> Run:
    data = folder / f"data-{runner}"
    (data / "cache").mkdir(parents=True)
    gazetteer = gazetteer_file()
    (data / "cache" / gazetteer.name).symlink_to(gazetteer)
    # as on two machines of one core each: no library may take a second core by itself
    single = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    command = [sys.executable, "-c", "from flows.cli import main; main()", "run", "--data", str(data), "--sources", str(sources),
               "--runner", runner, "--workers", str(workers)]
    began = time.monotonic()
    child = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **single}, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    said = child.communicate()[1]
    seconds = time.monotonic() - began
    if child.returncode:
        raise SystemExit(f"the night ended with {child.returncode}: {said[-1500:]}")
    with duckdb.connect(str(data / "events.duckdb"), read_only=True) as db:
        [(articles, events)] = db.execute("SELECT (SELECT count(*) FROM articles), (SELECT count(*) FROM events)").fetchall()
    # the largest of all children and their children so far; the nights come in growing order
    return Run(seconds, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024, articles, events)


def measured(articles: int, runner: str, workers: int) -> Run:
    with tempfile.TemporaryDirectory() as folder:
        sources = made_site(Path(folder), articles)
        run = night(Path(folder), sources, runner, workers)
    print(f"{articles} articles, {runner}: {run.seconds:.1f} s, {run.articles} articles, {run.events} events, {run.mebibytes:.0f} MiB",
          file=sys.stderr, flush=True)
    return run


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m evals.bench_scale", description=(__doc__ or "").splitlines()[0])
    # so many that starting the workers, some eight seconds, is a small part of the whole
    parser.add_argument("--speed-up", type=int, default=2000, help="articles on which one process and two are compared; 0: not at all")
    parser.add_argument("--articles", default="1000,10000", help="two sizes whose cost is compared; empty: none")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--runner", default="processes", help="the runner that the two sizes are read with")
    options = parser.parse_args(arguments)
    table = Table("what", "reached", "asked", "")
    is_good = True

    def tell(what: str, value: float, asked: float, is_met: bool, floor: bool) -> None:
        nonlocal is_good
        is_good &= is_met
        table.add_row(what, f"{value:,.2f}", f"{'at least' if floor else 'at most'} {asked:,.2f}", "✓" if is_met else "missed")

    peak = 0.0
    if options.speed_up:
        alone = measured(options.speed_up, "local", 1)
        together = measured(options.speed_up, "processes", options.workers)
        if (alone.articles, alone.events) != (together.articles, together.events):
            raise SystemExit(f"the runners disagree: {alone} and {together}")
        ratio = alone.seconds / together.seconds
        tell(f"{options.workers} processes over one, {options.speed_up} articles", ratio, ASKED_SPEED_UP, ratio >= ASKED_SPEED_UP, True)
        peak = together.mebibytes
    if options.articles:
        small, large = sorted(int(each) for each in options.articles.split(","))
        first, second = measured(small, options.runner, options.workers), measured(large, options.runner, options.workers)
        growth, asked = second.seconds / first.seconds, large / small * ASKED_GROWTH
        tell(f"cost of {large} articles over {small}", growth, asked, growth <= asked, False)
        peak = max(peak, second.mebibytes)
    tell("peak memory of a process, MiB", peak, ASKED_MEBIBYTES, peak <= ASKED_MEBIBYTES, False)
    Console().print(table)
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
