"""Scores the project on its own gold, and on the shared gold where that is: `python -m evals.run [--set NAME] [--pin]`.

Prints one table: figure, what was reached, its floor, what is asked. Ends with code 1 when a figure is below its floor,
2 when a set could not be measured whole.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from evals.floors import FloorError, Floors, GoldSet, digest_of, is_worse, load_floors, load_sets, pin, write_floors
from evals.measure import MEASURES, Result
from evals.predict import CommandError, Row, annotate, clean_pages, clean_paragraphs, read_rows, write_rows

BELOW = "BELOW"
SHARED = Path(__file__).parent.parent.parent / "shared" / "eval"


def flat(figures: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, float]]:
    """Nested figures under dotted names; what is no number is left out."""
    for name, value in figures.items():
        if isinstance(value, Mapping):
            yield from flat(value, f"{prefix}{name}.")
        elif isinstance(value, int | float):
            yield prefix + name, float(value)


def score(each: GoldSet, gold: Sequence[Row], predicted: Sequence[Row], shared: Path, errors: int) -> Result:
    """Figures of a set, by our measure or by the scorer that came with the shared gold (there only the asked ones)."""
    if each.measure:
        return MEASURES[each.measure](gold, predicted)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "predicted.jsonl")
        write_rows(path, predicted)
        command = [sys.executable, str(shared / "score.py"), each.scorer, str(shared / each.gold), str(path), "--json", "--errors", str(errors)]
        head, *rest = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    reached = dict(flat(json.loads(head)))
    return Result({name: reached[name] for name in each.asked if name in reached}, rest)


def predict(sets: Sequence[GoldSet], gold: Mapping[str, list[Row]], shared: Path) -> tuple[dict[str, list[Row]], dict[str, str]]:
    """Predicted rows of each set, and a sentence for each that failed; one that failed in part has both."""
    from evals.merging import merge_groups

    out: dict[str, list[Row]] = {}
    failed: dict[str, str] = {}
    texts = {each.name: gold[each.name] for each in sets if kind_of(each) == "annotate"}
    try:
        if texts:
            out, complaint = annotate(texts)
            failed |= dict.fromkeys(texts, complaint) if complaint else {}
    except CommandError as error:
        failed |= dict.fromkeys(texts, str(error))
    for each in sets:
        rows = gold[each.name]
        try:
            match kind_of(each):
                case "pages":
                    out[each.name] = clean_pages(rows, each.path(shared).parent)
                case "paragraphs":
                    out[each.name] = clean_paragraphs(rows, shared / each.folder if each.folder else None)
                case "merging":
                    out[each.name] = merge_groups(rows)
        except (CommandError, ImportError) as error:
            failed[each.name] = str(error)
    return out, failed


def kind_of(each: GoldSet) -> str:
    kind = each.measure or {"text": "pages"}.get(each.scorer, each.scorer)
    return kind if kind in ("pages", "paragraphs", "merging") else "annotate"


def verdict(figure: str, value: float, floors: Floors | None) -> str:
    floor = floors.figures.get(figure) if floors else None
    if floor is None:
        return "new"
    return BELOW if is_worse(figure, value, floor.floor) else "ok"


def chosen_sets(names: Sequence[str], shared: Path) -> list[GoldSet]:
    """The named sets, or all; those whose gold is not here are left out. Raises FloorError for an unknown name."""
    sets = load_sets()
    if unknown := set(names) - set(sets):
        raise FloorError(f"no set is called {sorted(unknown)[0]!r}; choose from {', '.join(sets)}")
    return [each for each in sets.values() if (not names or each.name in names) and each.path(shared).exists()]


def figure_rows(each: GoldSet, result: Result, known: Floors | None) -> Iterator[tuple[str, ...]]:
    """A set's rows of the table: set, figure, reached, floor, asked, verdict."""
    for figure, value in result.figures.items():
        floor = known.figures.get(figure) if known else None
        asked = each.asked.get(figure)
        goal = "" if asked is None else f"{asked:g}" + (" -" if is_worse(figure, value, asked) else " ✓")
        yield each.name, figure, f"{value:g}", f"{floor.floor:g}" if floor else "", goal, verdict(figure, value, known)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m evals.run", description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--set", action="append", default=[], dest="names", metavar="NAME", help="only this set; may be repeated")
    parser.add_argument("--own", action="store_true", help="only the gold of this project")
    parser.add_argument("--shared", type=Path, default=SHARED, help="folder of the shared gold")
    parser.add_argument("--errors", type=int, default=0, metavar="N", help="show the first N errors of each set")
    parser.add_argument("--pin", action="store_true", help="lift the floors to what was reached")
    options = parser.parse_args(arguments)
    console = Console(width=None if sys.stdout.isatty() else 120)
    try:
        sets = [each for each in chosen_sets(options.names, options.shared) if each.is_own or not options.own]
        floors = load_floors()
    except FloorError as error:
        console.print(str(error), style="red", markup=False)
        return 2
    gold = {each.name: read_rows(each.path(options.shared)) for each in sets}
    predicted, failed = predict(sets, gold, options.shared)

    table = Table()
    for heading in ("set", "figure", "reached", "floor", "asked", ""):
        table.add_column(heading, no_wrap=True)
    below = 0
    for each in sets:
        if each.name not in predicted:
            continue
        result = score(each, gold[each.name], predicted[each.name], options.shared, options.errors)
        digest = digest_of(each.path(options.shared))
        known = floors.get(each.name)
        if known and known.gold != digest:
            console.print(f"{each.name}: its gold has changed, so its floors no longer hold; pin it anew with --pin")
            known = None
        for row in figure_rows(each, result, known):
            below += row[-1] == BELOW
            table.add_row(*row, style="red" if row[-1] == BELOW else "")
        table.add_section()
        if options.pin and each.name not in failed:
            floors[each.name] = pin(floors.get(each.name), digest, result.figures)
        for line in result.errors[:options.errors]:
            console.print(f"{each.name}\t{line}", markup=False, highlight=False, soft_wrap=True)
    console.print(table)
    for message in dict.fromkeys(failed.values()):
        names = ", ".join(name for name, other in failed.items() if other == message)
        console.print(f"{names}: not measured, or in part: {message}", style="red", markup=False)
    if options.pin:
        write_floors(floors)
    return 2 if failed else int(below > 0)


if __name__ == "__main__":
    sys.exit(main())
