"""Published GDELT queries as they stand: BigQuery, MySQL or Postgres text to one DuckDB SELECT on our own faces.

The tree is sqlglot's; what is ours is the mapping of dataset names, of BigQuery's partition columns (which exist
nowhere but there), of its legacy dialect, and of query parameters.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import sqlglot
from sqlglot import exp

from flows.warehouse.errors import QueryError


class Dialect(StrEnum):
    DUCKDB = "duckdb"
    BIGQUERY = "bigquery"
    MYSQL = "mysql"
    POSTGRES = "postgres"


class Face(StrEnum):
    """Whose rows a GDELT table name means: ours, or those that import-gdelt loaded."""

    DATELINE = "dateline"
    GDELT = "gdelt"


@dataclass(frozen=True, slots=True)
class GdeltTable:
    """What a table of GDELT is called here, and the column that its BigQuery partitions are cut by."""

    name: str
    added: str                       # YYYYMMDD or YYYYMMDDHHMMSS, UTC


_EVENTS, _MENTIONS, _GKG = GdeltTable("events", "DATEADDED"), GdeltTable("eventmentions", "MentionTimeDate"), GdeltTable("gkg", "DATE")
_TABLES = {"events": _EVENTS, "event": _EVENTS, "eventmentions": _MENTIONS, "mentions": _MENTIONS, "gkg": _GKG}
# the datasets and schemas under which GDELT's tables are published; "" is a table without one
_DATASETS = frozenset({"gdeltv2", "full", "gdelt", "gdelt_bq", "gdeltv2_ngrams", "public"})
_PARTITION = frozenset({"_PARTITIONTIME", "_PARTITIONDATE"})
# events, events_partitioned, one day of either (events$20190101, events_20190101), and what else may hang on the name
_NAME = re.compile(r"([a-z]+)(?:_partitioned)?(?:[_$](\d{8}))?(.*)")
_DECORATOR = re.compile(r"_?[$@*\d]")

# legacy SQL -> standard SQL, in this order, on text outside quotes; a quoted text is <its number> between the first two
# marks, and has the third before it where any place of a column may hold it: % and _ are letters there, so no LIKE will do
_CONTAINED = "\x03"
_LEGACY: tuple[tuple[str, str], ...] = (
    (r"(?<![\w)\]])\[([\w-]+):([\w.$@-]+)\]", r"`\1.\2`"),
    (r"(?<![\w)\]])\[([\w-]+\.[\w.$@-]+)\]", r"`\1`"),
    (r"==", "="),
    (r"\bTABLE_DATE_RANGE\(\s*(`[^`]+?)_?`\s*,", r"dateline_date_range(\1`,"),
    (r"\b(GROUP|JOIN)\s+EACH\b", r"\1"),
    (r"\bCONTAINS\s+\x01", f"LIKE \x01{_CONTAINED}"),
    (r"\bEXACT_COUNT_DISTINCT\(", "COUNT(DISTINCT "),
    (r"\bREGEXP_MATCH\(", "REGEXP_CONTAINS("),
    (r"\bINTEGER\(", "dateline_cast_int64("),
    (r"\bSTRING\(", "dateline_cast_string("),
    (r"\bFLOAT\(", "dateline_cast_float64("),
)
_IS_LEGACY = re.compile(r"(?<![\w)\]])\[[\w-]+[:.]\w|==|\bCONTAINS\b|\bEACH\b|TABLE_DATE_RANGE|#legacySQL", re.I)
_QUOTED = re.compile(r"'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\"")
_PARAMETER = re.compile(r"(\w+)\s*=\s*(?:DATE\s+)?('[^']*'|[^,\s]+)")


def told_parameters(sql: str) -> dict[str, str]:
    """The parameters that a query's own comments give: `-- params: run_date=DATE 2019-10-24, days=2`."""
    found: dict[str, str] = {}
    for line in re.findall(r"^\s*--.*?\bparams?:\s*(.*)$", sql, re.M):
        found.update({name: value.strip("'") for name, value in _PARAMETER.findall(line)})
    return found


def to_duckdb(sql: str, dialect: Dialect, *, face: Face = Face.DATELINE, parameters: Mapping[str, str] | None = None) -> str:
    """One published query as DuckDB reads it.

    A CREATE TABLE ... AS is asked as the SELECT that it would store: nothing is stored here. `parameters` are the
    values of @name, in DuckDB's own dialect $name (dates as 2019-10-24), over those that the query's comments tell.
    Raises QueryError for what is no single query, for a parameter without a value and a value without its parameter.
    """
    if dialect is Dialect.DUCKDB and face is Face.DATELINE and not parameters:
        return sql
    given = {**told_parameters(sql), **(parameters or {})}
    if dialect is Dialect.BIGQUERY:
        sql = _modern(sql)
    try:
        trees = [tree for tree in sqlglot.parse(sql, read=dialect.value) if tree is not None and not isinstance(tree, exp.Semicolon)]
    except sqlglot.errors.SqlglotError as error:
        said = re.sub(r"\x1b\[\d+m", "", str(error)).split("\n")[0]
        raise QueryError(f"the query cannot be read as {dialect.value}: {said}") from error
    if len(trees) != 1:
        raise QueryError(f"{len(trees)} statements were given; ask one SELECT at a time")
    tree: exp.Expr = trees[0]
    if isinstance(tree, exp.Create) and tree.kind == "TABLE" and tree.expression is not None:
        tree = tree.expression
    if not isinstance(tree, exp.Query):
        raise QueryError(f"a {tree.key.upper()} statement is not allowed here; the published database is only read")
    unused = sorted((parameters or {}).keys() - _bind(tree, given))
    if unused:
        raise QueryError(f"the query asks for no {unused[0]}; write ${unused[0]} where its value belongs, @{unused[0]} with --dialect bigquery")
    _rename(tree, face)
    _mend(tree)
    return tree.sql(dialect="duckdb", identify=False)


def _modern(sql: str) -> str:
    """BigQuery's legacy dialect in the words of the standard one; quoted texts stay as they are."""
    texts = _QUOTED.findall(sql)
    numbers = iter(range(len(texts)))
    bare = _QUOTED.sub(lambda _: f"\x01{next(numbers)}\x02", sql)
    if not _IS_LEGACY.search(bare):
        return sql
    for pattern, replacement in _LEGACY:
        bare = re.sub(pattern, replacement, bare, flags=re.I)

    def restored(found: re.Match[str]) -> str:
        text = texts[int(found[2])]
        return text[0] + found[1] + text[1:]

    return re.sub(rf"\x01({_CONTAINED}?)(\d+)\x02", restored, bare)


def _bind(tree: exp.Expr, given: Mapping[str, str]) -> set[str]:
    """Puts values in the place of @name; returns the names."""
    used = set()
    for node in list(tree.find_all(exp.Parameter, exp.Placeholder)):
        name = node.name or (node.this.name if isinstance(node.this, exp.Expr) else str(node.this or ""))
        if name not in given:
            raise QueryError(f"the query asks for @{name}; give it with --param {name}=VALUE")
        used.add(name)
        node.replace(_literal(given[name]))
    return used


def _literal(value: str) -> exp.Expr:
    if re.fullmatch(r"-?\d+(\.\d+)?", value):
        return exp.Literal.number(value)
    try:
        return exp.cast(exp.Literal.string(date.fromisoformat(value).isoformat()), "date")
    except ValueError:
        return exp.Literal.string(value)


def _gdelt_table(table: exp.Table) -> tuple[GdeltTable, str] | None:
    """The table of GDELT that a name means, and the day (YYYYMMDD) that the name cuts it to, "" for all of it.

    None for any other: a CTE, a table of ours. Raises QueryError for a cut that is no day.
    """
    # a quoted `project.dataset.table` may come in one piece or in three
    parts = [part.lower() for part in ".".join(part.name for part in table.parts).split(".")]
    if len(parts) < 2 or parts[-2] not in _DATASETS:
        return None
    told = _NAME.fullmatch(parts[-1])
    if told is None or told[1] not in _TABLES:
        return None
    if _DECORATOR.match(told[3]):
        raise QueryError(f"{parts[-1]}: only a day can be cut out by the table's name, as {told[1]}$20190101; write it as a condition on {_TABLES[told[1]].added}")
    return None if told[3] else (_TABLES[told[1]], told[2] or "")


def _rename(tree: exp.Expr, face: Face) -> None:
    """GDELT's tables to ours, and partition columns to the expression that BigQuery computes them from."""
    schema = "gdelt" if face is Face.DATELINE else "gdelt_published"
    found: dict[int, GdeltTable] = {}
    for table in list(tree.find_all(exp.Table)):
        if isinstance(table.this, exp.Anonymous):
            _date_range(table, schema)
            continue
        named = _gdelt_table(table)
        if named is None:
            continue
        meant, day = named
        if day:
            _cut(table, meant, schema, exp.EQ(this=_day_added(meant), expression=exp.Literal.string(day)))
        else:
            found[id(table)] = meant
            table.set("this", exp.to_identifier(meant.name))
            table.set("db", exp.to_identifier(schema))
            table.set("catalog", None)
    for column in list(tree.find_all(exp.Column)):
        name = column.name.upper()
        if name not in _PARTITION:
            continue
        source = _source_of(column, found)
        if source is None:
            raise QueryError(f"{column.name} belongs to no table of GDELT here; name its table, as in events.{column.name}")
        table, meant = source
        told = exp.func("strptime", _day_added(meant, table.alias_or_name), exp.Literal.string("%Y%m%d"))
        # a day in UTC, as BigQuery's TIMESTAMP is
        column.replace(exp.cast(told, "date") if name == "_PARTITIONDATE" else exp.cast(told, "timestamptz"))
    for column in tree.find_all(exp.Column):
        # columns qualified by the long name of their table: gdelt.events.eventcode stays, gdelt-bq.full.events.x is cut
        if column.args.get("catalog") is not None:
            column.set("catalog", None)
            column.set("db", exp.to_identifier(schema))


def _source_of(column: exp.Column, found: Mapping[int, GdeltTable]) -> tuple[exp.Table, GdeltTable] | None:
    """The table that a partition column belongs to: the one it names, else the first of GDELT's in its own SELECT."""
    select = column.find_ancestor(exp.Select)
    while select is not None:
        joined = [select.args.get("from_") or select.args.get("from"), *(select.args.get("joins") or [])]
        for clause in joined:
            table = clause.this if clause is not None else None
            if isinstance(table, exp.Table) and id(table) in found and column.table in ("", table.alias_or_name):
                return table, found[id(table)]
        select = select.find_ancestor(exp.Select)
    return None


def _date_range(table: exp.Table, schema: str) -> None:
    """TABLE_DATE_RANGE([gdelt-bq:full.events_], TIMESTAMP(a), TIMESTAMP(b)): the rows added on those days."""
    call = table.this
    if call.name.lower() != "dateline_date_range":
        return
    name, first, last = call.expressions
    stem = re.split(r"[.`]", name.sql(dialect="bigquery").strip("`"))[-1]
    meant = _TABLES.get(re.sub(r"_partitioned$|_$", "", stem.lower()))
    if meant is None:
        raise QueryError(f"TABLE_DATE_RANGE names {stem}; known are events, eventmentions and gkg")
    day = exp.func("strptime", _day_added(meant), exp.Literal.string("%Y%m%d"))
    _cut(table, meant, schema, exp.Between(this=day, low=first.copy(), high=last.copy()))


def _day_added(meant: GdeltTable, of: str = "") -> exp.Expr:
    """YYYYMMDD of the day on which a row was added; `of` qualifies the column."""
    return exp.func("left", exp.cast(exp.column(meant.added, table=of or None), "varchar"), exp.Literal.number(8))


def _cut(table: exp.Table, meant: GdeltTable, schema: str, condition: exp.Expr) -> None:
    """Puts those rows of a table in its place that meet the condition."""
    rows = exp.select("*").from_(exp.table_(meant.name, db=schema)).where(condition)
    table.replace(exp.Subquery(this=rows, alias=table.args.get("alias") or exp.TableAlias(this=exp.to_identifier(meant.name))))


_CASTS = {"dateline_cast_int64": "bigint", "dateline_cast_string": "varchar", "dateline_cast_float64": "double"}


def _mend(tree: exp.Expr) -> None:
    """What sqlglot leaves in the other dialect's words."""
    for call in list(tree.find_all(exp.Anonymous)):
        kind = _CASTS.get(call.name.lower())
        if kind is not None and call.expressions:
            call.replace(exp.cast(call.expressions[0], kind))
    for like in list(tree.find_all(exp.Like)):
        text = like.expression
        if isinstance(text, exp.Literal) and text.name.startswith(_CONTAINED):
            like.replace(exp.Contains(this=like.this.copy(), expression=exp.Literal.string(text.name.removeprefix(_CONTAINED))))
