"""docs/schema.md from schemas/tables.sql and schemas/views.sql: `python -m flows.describe` writes it anew."""

from __future__ import annotations

import re
from pathlib import Path

from flows.warehouse.publish import PUBLISHED
from flows.warehouse.store import told_columns, told_tables, views_sql

PAGE = Path(__file__).parent.parent / "docs" / "schema.md"
_VIEW = re.compile(r"((?:^-- [^\n]*\n)*)^CREATE OR REPLACE VIEW ([\w.]+) AS", re.M)
_INNER = frozenset({"gdelt.one_way", "gdelt.one_way_mentions"})
_HEAD = """# The tables and views

Made from schemas/tables.sql and schemas/views.sql by `python -m flows.describe`; change those, not this page.
The published database `events.duckdb` also keeps these words where every SQL client shows them (`COMMENT ON`).
Instants end in `_at` and are UTC; intervals are half-open: `date_end` is the day after the last. The one exception is for
people: `until` in `timeline` is the last day itself.

`dateline sql` asks `events.duckdb`, where the views and the published tables are. The tables at the end of this page are
the writer's own: they are in `warehouse.duckdb` only, and `FROM pages` finds nothing.
"""
_WRITERS = "\n# The writer's own tables, not published"
_COUNTRIES = "\n## countries\n\nEvery country in every code: `iso2`, `iso3`, `fips`, `cameo`, `name`. Written by each publication; see flows/warehouse/lookups.py."


def described_views(sql: str) -> dict[str, str]:
    """Names of the views with the sentences that stand above each; one without any shares those of the view before."""
    found: dict[str, str] = {}
    last = ""
    for above, name in _VIEW.findall(sql):
        last = " ".join(line[3:].strip() for line in above.splitlines()) or last
        if name not in _INNER:
            found[name] = last
    return found


def schema_page() -> str:
    """The whole page as Markdown."""
    parts = [_HEAD, "## Views\n\n| view | what it shows |\n|---|---|"]
    parts += [f"| `{name}` | {_cell(words)} |" for name, words in described_views(views_sql()).items()]
    tables = told_tables()
    for table in sorted(tables, key=lambda each: each not in PUBLISHED):
        if table not in PUBLISHED and _WRITERS not in parts:
            parts += [_COUNTRIES, _WRITERS]
        parts.append(f"\n## {table}\n\n{tables[table]}\n\n| column | type | meaning |\n|---|---|---|")
        parts += [f"| `{each.name}` | {each.type} | {_cell(each.comment)} |" for each in told_columns() if each.table == table]
    return "\n".join(parts) + "\n"


def _cell(words: str) -> str:
    return words.replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(schema_page(), encoding="utf-8")
