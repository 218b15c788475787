"""The figures that were reached, as floors that may only rise; strict reader and writer of floors.toml and sets.toml.

A floor belongs to the gold it was measured on, named by a digest: other gold, other floor. `best` remembers the highest
floor there ever was. A floor below `best` is refused unless a `reason` stands beside it: losing accuracy is a decision.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from evals.measure import LOWER_IS_BETTER, MEASURES

HERE = Path(__file__).parent
SETS, FLOORS, GOLD = HERE / "sets.toml", HERE / "floors.toml", HERE / "gold"
SCORERS = ("times", "places", "codes", "events", "incidents", "main", "text")


class FloorError(ValueError):
    """A floor or set that breaks the rules; the message names file, key and cure."""


@dataclass(frozen=True, slots=True)
class GoldSet:
    """One set to measure: `measure` is ours and its gold may be ours; `scorer` is a task of the shared score.py."""

    name: str
    gold: str                        # file name in gold/, or a path in the shared folder
    measure: str = ""
    scorer: str = ""
    folder: str = ""                 # where the files of a paragraphs set lie, from the shared folder
    asked: Mapping[str, float] = field(default_factory=dict)

    @property
    def is_own(self) -> bool:
        return not self.scorer and "/" not in self.gold

    def path(self, shared: Path) -> Path:
        return GOLD / self.gold if self.is_own else shared / self.gold


@dataclass(frozen=True, slots=True)
class Floor:
    """What a figure may not fall below (or, where lower is better, rise above)."""

    floor: float
    best: float
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Floors:
    """The floors of one set, valid for the gold with this digest."""

    gold: str
    figures: Mapping[str, Floor]


def is_worse(figure: str, value: float, other: float) -> bool:
    return value > other if figure.rsplit(".", 1)[-1] in LOWER_IS_BETTER else value < other


def digest_of(path: Path) -> str:
    return hashlib.blake2b(path.read_bytes(), digest_size=6).hexdigest()


def load_sets(path: Path = SETS) -> dict[str, GoldSet]:
    """All sets by name. Raises FloorError for an unknown key, measure or scorer."""
    sets = {}
    for name, row in tomllib.loads(path.read_text(encoding="utf-8")).items():
        if unknown := set(row) - {"gold", "measure", "scorer", "folder", "asked"}:
            raise FloorError(f"{path.name}: [{name}] has the unknown key {sorted(unknown)[0]!r}; mend or remove it")
        made = GoldSet(name, **row)
        if bool(made.measure) == bool(made.scorer):
            raise FloorError(f"{path.name}: [{name}] needs either 'measure' or 'scorer'")
        if (made.measure or made.scorer) not in (*MEASURES, *SCORERS):
            raise FloorError(f"{path.name}: [{name}] {made.measure or made.scorer!r} is unknown; use one of {', '.join(MEASURES)}")
        sets[name] = made
    return sets


def load_floors(path: Path = FLOORS) -> dict[str, Floors]:
    """Floors by set name. Raises FloorError where a floor was lowered without a reason."""
    if not path.exists():
        return {}
    out = {}
    for name, row in tomllib.loads(path.read_text(encoding="utf-8")).items():
        figures = {}
        for figure, values in row.get("figures", {}).items():
            made = Floor(**values)
            if is_worse(figure, made.floor, made.best) and not made.reason.strip():
                raise FloorError(f"{path.name}: [{name}] {figure} was lowered from {made.best:g} to {made.floor:g}; "
                                 "write a 'reason' beside it or take the old floor back")
            figures[figure] = made
        out[name] = Floors(row["gold"], figures)
    return out


def pin(old: Floors | None, gold: str, figures: Mapping[str, float]) -> Floors:
    """New floors: each figure that is better than its floor lifts it, none is lowered. Other gold starts anew."""
    kept = dict(old.figures) if old and old.gold == gold else {}
    for figure, value in figures.items():
        before = kept.get(figure)
        if before is None:
            kept[figure] = Floor(value, value)
        elif is_worse(figure, before.floor, value):
            reason = before.reason if is_worse(figure, value, before.best) else ""
            kept[figure] = replace(before, floor=value, best=before.best if is_worse(figure, value, before.best) else value, reason=reason)
    return Floors(gold, kept)


def write_floors(floors: Mapping[str, Floors], path: Path = FLOORS) -> None:
    """Writes all floors, in the order of their names."""
    lines = ["# Written by `python -m evals.run --pin`, which only lifts. To lower a floor, edit it and give the line a reason = \"...\"."]
    for name, row in sorted(floors.items()):
        lines += ["", f"[{name}]", f'gold = "{row.gold}"', "", f"[{name}.figures]"]
        for figure, each in sorted(row.figures.items()):
            reason = f', reason = "{each.reason}"' if each.reason else ""
            lines.append(f'"{figure}" = {{ floor = {each.floor:.1f}, best = {each.best:.1f}{reason} }}')
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
