"""What a question is, and how its answer is written: table, CSV, JSON lines or Parquet."""

from __future__ import annotations

import csv
import json
import math
import sys
from collections.abc import Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from flows.dialects import Dialect, Face, to_duckdb
from flows.streams import opened_output
from flows.warehouse.errors import MisuseError, QueryError

if TYPE_CHECKING:
    import pyarrow as pa

# what a spreadsheet runs as a formula, also in full width and after a line end (OWASP, CSV injection)
_FORMULA = (*"=+-@\t\r\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_PIPE_WIDTH, _FILE_WIDTH = 200, 250
_ROWS_TOGETHER = 10_000          # a row is far larger in Python than in Arrow: no more of them at once
_TABLE_ROWS = 10_000             # a table is as wide as its widest row, and so held whole


class Form(StrEnum):
    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    PARQUET = "parquet"


def question(told: str | None) -> str:
    """The query itself: as told, or what stands in the file that was named, or standard input for none and "-"."""
    if told is None or told == "-":
        return sys.stdin.read()
    path = Path(told)
    try:
        is_file = path.is_file()
    except (OSError, ValueError):   # longer than a name may be, or a character that no name holds: then it is the query
        is_file = False
    if is_file:
        try:
            return path.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError as error:
            raise QueryError(f"{path}: byte {error.start} is not UTF-8; save the query as UTF-8") from error
    if told.lower().endswith(".sql") and len(told.split()) == 1:
        raise QueryError(f"{told}: no such file; check the path")
    return told


def chosen_form(form: str, output: Path | None) -> Form:
    """The form as told, else by the file's ending, a table without one. Raises MisuseError for what cannot be."""
    if not form:
        ending = output.suffix.lower().lstrip(".") if output else ""
        form = {"jsonl": "json", "ndjson": "json", "": "table", "txt": "table"}.get(ending, ending)
        if form not in list(Form):
            raise MisuseError(f"{output}: no form is known by .{ending}; end it in .txt, .csv, .json or .parquet, or say which with --format")
    if form not in list(Form):
        raise MisuseError(f"--format is '{form}'; use table, csv, json or parquet")
    if form == Form.PARQUET and (output is None or str(output) == "-"):
        raise MisuseError("Parquet is not text; name a file with -o")
    return Form(form)


def translated(text: str, dialect: str, face: str, parameters: Sequence[str]) -> str:
    """A query in DuckDB's words; see flows/dialects.py. Raises MisuseError for options that mean nothing."""
    if dialect not in list(Dialect):
        raise MisuseError(f"--dialect is '{dialect}'; use {', '.join(Dialect)}")
    if face not in list(Face):
        raise MisuseError(f"--rows is '{face}'; use dateline or gdelt")
    given = {}
    for each in parameters:
        name, sign, value = each.partition("=")
        if not sign:
            raise MisuseError(f"--param is '{each}'; write NAME=VALUE")
        given[name.lstrip("@$")] = value
    return to_duckdb(text, Dialect(dialect), face=Face(face), parameters=given)


def write_answer(answer: pa.Table, form: Form, output: Path | None) -> None:
    """Writes the rows; a file is put in its place only when it is whole. Raises QueryError for too long a table."""
    if form is Form.TABLE and answer.num_rows > _TABLE_ROWS:
        raise QueryError(f"the answer has {answer.num_rows} rows, a table {_TABLE_ROWS} at most; add LIMIT, or write it with --format csv, json or parquet")
    if form is Form.PARQUET:
        import pyarrow.parquet

        assert output is not None
        beside = output.with_name(output.name + ".part")
        try:
            with beside.open("wb") as file:
                pyarrow.parquet.write_table(answer, file)
            beside.replace(output)
        finally:
            beside.unlink(missing_ok=True)
        return
    with opened_output(output) as out:
        if form is Form.JSON:
            names = _keys(answer.column_names)
            out.writelines(_json(dict(zip(names, row, strict=True))) + "\n" for row in _rows(answer))
        elif form is Form.CSV:
            writer = csv.writer(out, lineterminator="\n")
            writer.writerow([safe_cell(name) for name in answer.column_names])
            writer.writerows([safe_cell(value) for value in row] for row in _rows(answer))
        else:
            _write_table(answer, out, to_file=output is not None)


def _rows(answer: pa.Table) -> Iterator[tuple[Any, ...]]:
    for batch in answer.to_batches(max_chunksize=_ROWS_TOGETHER):
        # by column, not by to_pylist's dicts: two columns may have one name
        yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


def _keys(names: Sequence[str]) -> list[str]:
    """Column names that are each there once: a, a becomes a, a_1, as DuckDB names them in a table."""
    keys: list[str] = []
    for name in names:
        key, number = name, 0
        while key in keys or (number and key in names):      # nor may a new name be that of a column to come
            number += 1
            key = f"{name}_{number}"
        keys.append(key)
    return keys


def _json(row: object) -> str:
    try:
        return json.dumps(row, ensure_ascii=False, default=str, allow_nan=False)
    except ValueError:
        return json.dumps(_finite(row), ensure_ascii=False, default=str, allow_nan=False)


def _finite(value: object) -> object:
    """JSON has no word for NaN and the infinities: null, as browsers write them."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {key: _finite(each) for key, each in value.items()}
    return [_finite(each) for each in value] if isinstance(value, list | tuple) else value


def _write_table(answer: pa.Table, out: IO[str], *, to_file: bool) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in answer.column_names:
        table.add_column(Text(name), overflow="fold")
    for row in _rows(answer):
        # Text, not markup: what news says in brackets is no colour
        table.add_row(*(Text("" if value is None else str(value)) for value in row))
    # a pipe has no width of its own, and 80 columns would break rows apart
    width = _FILE_WIDTH if to_file else None if sys.stdout.isatty() else _PIPE_WIDTH
    Console(file=out, width=width, highlight=False).print(table)


def safe_cell(value: object) -> object:
    """A spreadsheet runs what begins like a formula; a quotation mark before it keeps it a text. Numbers stay numbers."""
    if isinstance(value, str) and value.startswith(_FORMULA):
        return "'" + value
    return value
