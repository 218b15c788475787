"""docs/schema.md says what tables.sql and views.sql say."""

from __future__ import annotations

from flows.describe import PAGE, described_views, schema_page
from flows.warehouse.store import told_columns, told_tables, views_sql


def test_the_page_is_as_the_tables_are() -> None:
    assert PAGE.read_text(encoding="utf-8") == schema_page(), "tables.sql or views.sql changed: run `python -m flows.describe`"


def test_every_table_column_and_view_is_on_the_page_with_its_words() -> None:
    page = schema_page()
    assert all(f"\n## {table}\n" in page for table in told_tables())
    assert all(f"| `{each.name}` | {each.type} |" in page for each in told_columns())
    views = described_views(views_sql())
    assert page.index("\n## events\n") < page.index("not published") < page.index("\n## pages\n")
    assert {"gdelt.events", "gdelt.eventmentions", "gdelt.gkg", "main.timeline", "analysis.events", "analysis.dyad_days"} <= set(views)
    assert all(words.endswith((".", ":", ")")) or len(words) > 20 for words in views.values())
