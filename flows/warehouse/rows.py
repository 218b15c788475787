"""Records to columns and back: one recursive rule turns the travelling types into the flat columns of tables.sql.

A nested record becomes its fields behind a prefix (`source: Actor` gives `source_code`, `source_name` ...), a span a
`_start` and an `_end`, a short list of records a JSON text. Work goes column by column: a million rows in seconds.
"""

from __future__ import annotations

import dataclasses
import json
import types
from collections.abc import Sequence
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import cache
from operator import attrgetter
from types import SimpleNamespace
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

import pyarrow as pa

from schemas.records import Block, BlockKind, Candidate, Count, Embed, Event, Mention, Span, When

Record = TypeVar("Record")

# where a field's name is not the best prefix for its columns
_PREFIXES = {(Mention, "when"): "date", (Event, "when"): "date", (Mention, "evidence_span"): "evidence"}
_SKIPPED = {(Event, "mention_ids"), (Event, "replaced_ids")}    # they are tables of their own


@dataclasses.dataclass(frozen=True, slots=True)
class _Field:
    """One field of a record: its attribute, its column or column prefix, its type without None."""

    attribute: str
    column: str
    type: Any
    is_optional: bool


@cache
def _fields(record_type: type[Any], prefix: str) -> tuple[_Field, ...]:
    hints = get_type_hints(record_type)
    out = []
    for each in dataclasses.fields(record_type):
        if (record_type, each.name) in _SKIPPED:
            continue
        hint = hints[each.name]
        is_optional = False
        if get_origin(hint) in (Union, types.UnionType):
            is_optional = True
            hint = next(kind for kind in get_args(hint) if kind is not type(None))
        name = _PREFIXES.get((record_type, each.name), each.name)
        if record_type is When and each.name == "span":
            name = "text"                  # the span of the words that the date was read from
        elif each.name == "span" or (record_type is Count and each.name == "best"):
            name = ""
        column = "_".join(part for part in (prefix, name) if part)
        out.append(_Field(each.name, column, hint, is_optional))
    return tuple(out)


def _is_nested(kind: Any) -> bool:
    return dataclasses.is_dataclass(kind)


def column_names(record_type: type[Any], prefix: str = "") -> tuple[str, ...]:
    """The columns that records of a type fill, in order."""
    names: list[str] = []
    for each in _fields(record_type, prefix):
        names.extend(column_names(each.type, each.column) if _is_nested(each.type) else [each.column])
    return tuple(names)


def to_columns(records: Sequence[Any], record_type: type[Any], prefix: str = "") -> dict[str, list[Any]]:
    """Records as columns of plain values. A nested record that is None gives None in each of its columns."""
    columns: dict[str, list[Any]] = {}
    nothing = _nothing(record_type)
    there = [nothing if record is None else record for record in records]
    for each in _fields(record_type, prefix):
        values = list(map(attrgetter(each.attribute), there))
        if _is_nested(each.type):
            columns.update(to_columns(values, each.type, each.column))
        else:
            columns[each.column] = _plain(values, each.type)
    return columns


@cache
def _nothing(record_type: type[Any]) -> SimpleNamespace:
    """Stands for a record that is None: each field of it is None."""
    return SimpleNamespace(**{each.name: None for each in dataclasses.fields(record_type)})


def _plain(values: list[Any], kind: Any) -> list[Any]:
    if kind is datetime:
        return [None if value is None else value.astimezone(UTC).replace(tzinfo=None) for value in values]
    if kind == tuple[str, ...]:
        return [None if value is None else [storable(each) for each in value] for value in values]
    if get_origin(kind) is tuple:
        return [None if value is None else _to_json(value) for value in values]
    return values       # members of a StrEnum are their texts


def storable(text: str) -> str:
    # a lone surrogate cannot be UTF-8 and would stop the whole batch
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def _array(values: list[Any], kind: pa.DataType) -> pa.Array:
    try:
        return pa.array(values, type=kind)
    except UnicodeEncodeError:
        return pa.array([None if value is None else storable(value) for value in values], type=kind)


def _to_json(values: tuple[Any, ...]) -> str:
    if not values:
        return ""
    return json.dumps([_flat(value) for value in values], ensure_ascii=False, separators=(",", ":"))


def _flat(value: Any) -> list[Any]:
    out: list[Any] = []
    for each in dataclasses.fields(value):
        inner = getattr(value, each.name)
        if isinstance(inner, Span):
            out += [inner.start, inner.end]
        elif isinstance(inner, date):
            out.append(inner.isoformat())
        elif not (isinstance(value, When) and each.name == "span"):
            out.append(inner)
    return out


_ARROW = {str: pa.string(), int: pa.int64(), float: pa.float64(), bool: pa.bool_(), date: pa.date32(),
          datetime: pa.timestamp("us")}


@cache
def _arrow_types(record_type: type[Any], prefix: str = "") -> dict[str, pa.DataType]:
    out: dict[str, pa.DataType] = {}
    for each in _fields(record_type, prefix):
        if _is_nested(each.type):
            out.update(_arrow_types(each.type, each.column))
        elif each.type == tuple[str, ...]:
            out[each.column] = pa.list_(pa.string())
        else:
            out[each.column] = _ARROW.get(each.type, pa.string())
    return out


def to_arrow(records: Sequence[Any], record_type: type[Any], **more: Any) -> pa.Table:
    """Records as an Arrow table. `more` are further columns: a value for all rows, or a list with one a row."""
    columns = to_columns(records, record_type)
    kinds = _arrow_types(record_type)
    arrays = {name: _array(values, kinds[name]) for name, values in columns.items()}
    for name, value in more.items():
        if isinstance(value, list):
            arrays[name] = pa.array(value)
        else:
            arrays[name] = pa.array([value] * len(records), type=_ARROW[type(value)])
    return pa.table(arrays)


def from_columns(columns: dict[str, list[Any]], record_type: type[Record], prefix: str = "") -> list[Record]:
    """The records that columns were made of. A nested record whose first column is None comes back as None."""
    parts: list[list[Any]] = []
    for each in _fields(record_type, prefix):
        if _is_nested(each.type):
            parts.append(_nested(columns, each))
        else:
            parts.append(_typed(columns[each.column], each.type))
    return [record_type(*row) for row in zip(*parts, strict=True)]


def _nested(columns: dict[str, list[Any]], each: _Field) -> list[Any]:
    """Nested records, made only in the rows where they are: most mentions have no second or third place."""
    if not each.is_optional:
        return from_columns(columns, each.type, each.column)
    names = column_names(each.type, each.column)
    # the first column of a nested record is never None where the record is there
    keys = columns[names[0]]
    there = [row for row, key in enumerate(keys) if key is not None]
    if len(there) == len(keys):
        return from_columns(columns, each.type, each.column)
    out: list[Any] = [None] * len(keys)
    if there:
        few = {name: [column[row] for row in there] for name in names for column in (columns[name],)}
        for row, value in zip(there, from_columns(few, each.type, each.column), strict=True):
            out[row] = value
    return out


def _typed(values: list[Any], kind: Any) -> list[Any]:
    if kind is datetime:
        return [None if value is None else value.replace(tzinfo=UTC) for value in values]
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        made = {each.value: each for each in kind}
        return [made.get(value) for value in values]
    if kind == tuple[str, ...]:
        return [None if value is None else tuple(value) for value in values]
    if get_origin(kind) is tuple:
        inner = get_args(kind)[0]
        return [None if value is None else _from_json(value, inner) if value else () for value in values]
    return values


def _from_json(text: str, kind: Any) -> tuple[Any, ...]:
    rows = json.loads(text) if text else []
    if kind is Block:
        return tuple(Block(BlockKind(name), Span(start, end)) for name, start, end in rows)
    if kind is Candidate:
        return tuple(Candidate(*row) for row in rows)
    if kind is Embed:
        return tuple(Embed(Span(start, end), author, day and date.fromisoformat(day)) for start, end, author, day in rows)
    if kind is When:
        hints = get_type_hints(When)
        return tuple(When(start and date.fromisoformat(start), end and date.fromisoformat(end),
                          hints["precision"](precision), hints["basis"](basis), edtf, text)
                     for start, end, precision, basis, edtf, text in rows)
    raise TypeError(f"no rule reads {kind.__name__} from JSON; add it to rows.py")


def column_values(column: pa.Array) -> list[Any]:
    """The plain values of an Arrow column; a text that recurs is made once, which is a third of the time and memory."""
    if column.null_count == len(column):
        return [None] * len(column)
    coded = column.dictionary_encode() if pa.types.is_string(column.type) else None
    if coded is None or 2 * len(coded.dictionary) > len(column):
        return list(column.to_pylist())
    words = [*coded.dictionary.to_pylist(), None]
    return [words[index] for index in coded.indices.fill_null(len(words) - 1).to_pylist()]
