"""Reads the lexicon tables strictly, and names their state with one digest.

A table is a UTF-8 CSV with a header. Its row type is a frozen dataclass of the module that uses it:
the header must be exactly the fields of that type, in order, so a misspelt column cannot be ignored.
"""

from __future__ import annotations

import csv
import functools
import hashlib
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

HERE = Path(__file__).parent
Row = TypeVar("Row")


class LexiconError(ValueError):
    """A table that breaks its own rules; the message names file, line and cure."""


def _parsers(row_type: type[Any]) -> list[Callable[[str], Any]]:
    readers: dict[Any, Callable[[str], Any]] = {
        str: str,
        int: lambda cell: int(cell) if cell else 0,
        float: lambda cell: float(cell) if cell else 0.0,
        bool: lambda cell: {"1": True, "0": False, "": False}[cell],
        tuple[str, ...]: lambda cell: tuple(part for part in cell.split("|") if part),
    }
    hints = get_type_hints(row_type)
    return [readers[hints[field.name]] for field in fields(row_type)]


def read_table(name: str, row_type: type[Row], key: tuple[str, ...] = ()) -> tuple[Row, ...]:
    """All rows of `<name>.csv`, or of every CSV in the folder `<name>/`, as `row_type`.

    Cells are str, int, float, bool (1, 0 or empty) or tuple[str, ...] (parts between bars).
    `key` names the columns that may not repeat over all files of the table.
    Raises LexiconError with file and line for a wrong header, a cell that does not parse, a repeated key.
    """
    folder = HERE / name
    paths = sorted(folder.glob("*.csv")) if folder.is_dir() else [HERE / f"{name}.csv"]
    columns = [field.name.rstrip("_") for field in fields(row_type)]  # type: ignore[arg-type]
    parsers = _parsers(row_type)
    seen: dict[tuple[Any, ...], str] = {}
    out: list[Row] = []
    for path in paths:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.reader(file)
            header = next(reader, [])
            if header != columns:
                raise LexiconError(f"{path.name}: the header is {header}; it must be {columns}")
            for cells in reader:
                where = f"{path.name}:{reader.line_num}"
                if len(cells) != len(columns):
                    raise LexiconError(f"{where}: {len(cells)} cells, expected {len(columns)}; quote cells with commas")
                try:
                    row = row_type(*(parse(cell.strip()) for parse, cell in zip(parsers, cells, strict=True)))
                except (ValueError, KeyError) as error:
                    raise LexiconError(f"{where}: {error}; row {cells}") from error
                if key:
                    identity = tuple(getattr(row, column) for column in key)
                    if identity in seen:
                        raise LexiconError(f"{where}: {identity} stands already at {seen[identity]}; keep one")
                    seen[identity] = where
                out.append(row)
    return tuple(out)


@functools.cache
def lexicon_version() -> str:
    """Digest of every table's bytes, 12 hexadecimal digits: a row read with other knowledge carries another version."""
    total = hashlib.blake2b(digest_size=6)
    for path in sorted(HERE.rglob("*.csv")):
        total.update(path.relative_to(HERE).as_posix().encode())
        total.update(path.read_bytes())
    return total.hexdigest()
