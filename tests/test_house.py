"""The house keeps its shape: who may import what, what is told where, and nothing that happens by itself."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer.main

from flows.cli import app
from flows.warehouse.rows import column_names
from flows.warehouse.store import told_columns, told_tables
from schemas.records import Article, Event, Mention, Reason

ROOT = Path(__file__).parent.parent
FLOORS = ("schemas", "transforms", "flows", "sources")
MODULES = sorted(path for floor in FLOORS for path in (ROOT / floor).rglob("*.py"))
HTTP = ("httpx", "httpx2", "requests", "urllib3", "aiohttp", "urllib.request", "http.client", "http.server", "socketserver")

# library -> the files that may import it; a library that is heavy is imported inside functions there, too
DOORS = {
    "prefect": ("flows/pipeline.py",),
    "prefect_dask": ("flows/pipeline.py",),
    "duckdb": ("flows/warehouse/",),
    "great_expectations": ("schemas/expectations.py",),
    "dateparser": ("transforms/clean/dates.py", "transforms/times/"),
    "feedparser": ("flows/fetch",),
    "warcio": ("flows/archive", "flows/fetch"),
    "fastwarc": ("flows/archive", "flows/fetch"),
    **dict.fromkeys(HTTP, ("flows/fetch",)),
}
LAZY = {"great_expectations", "pandas", "prefect_dask"}


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def imports(tree: ast.AST) -> Iterator[str]:
    """Every module that is imported anywhere in a tree, with `from a.b import c` as a.b and a.b.c."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{each.name}" for each in node.names)


def is_part(module: str, library: str) -> bool:
    return module == library or module.startswith(library + ".")


def is_typing_block(node: ast.stmt) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_only_the_named_files_import_a_library(path: Path) -> None:
    for module in imports(parsed(path)):
        for library, doors in DOORS.items():
            if is_part(module, library):
                assert name_of(path).startswith(doors), f"{library} is imported in {name_of(path)}; only {', '.join(doors)} may"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_arrows_point_downward(path: Path) -> None:
    below = {"schemas": ("transforms", "flows", "sources"), "transforms": ("flows", "sources"), "sources": ("transforms", "flows")}
    for module in imports(parsed(path)):
        for floor in below.get(path.relative_to(ROOT).parts[0], ()):
            assert not is_part(module, floor), f"{name_of(path)} imports {module}; {path.relative_to(ROOT).parts[0]} stands below {floor}"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_heavy_libraries_are_imported_where_they_are_used(path: Path) -> None:
    for node in parsed(path).body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            for module in imports(node):
                assert not any(is_part(module, heavy) for heavy in LAZY), f"{name_of(path)} imports {module} at its head; import it inside the function"


@pytest.mark.parametrize("path", [path for path in MODULES if not name_of(path).startswith("flows")], ids=name_of)
def test_the_clock_and_the_environment_are_arguments(path: Path) -> None:
    """Below flows nobody reads the clock or the environment; Great Expectations' switches are the one thing set."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Attribute) and node.attr in ("now", "today", "utcnow") and isinstance(node.value, ast.Name):
            assert node.value.id not in ("datetime", "date"), f"{name_of(path)}:{node.lineno} reads the clock"
        if isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv") and isinstance(node.value, ast.Name) and node.value.id == "os":
            assert name_of(path) == "schemas/expectations.py", f"{name_of(path)}:{node.lineno} reads the environment"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_nothing_happens_at_import(path: Path) -> None:
    """A module's body defines and names; it does not print, open, loop over the world or change a setting."""
    acting = {"print", "open", "exec", "eval", "input", "exit"}
    for node in parsed(path).body:
        assert not isinstance(node, ast.For | ast.While | ast.With | ast.Try), f"{name_of(path)}:{node.lineno} does something when imported"
        if isinstance(node, ast.If):
            assert is_typing_block(node) or "__name__" in ast.dump(node.test), f"{name_of(path)}:{node.lineno} decides something when imported"
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            # registering a subcommand is a definition
            assert ast.unparse(node.value).startswith("app.add_typer("), f"{name_of(path)}:{node.lineno} calls something when imported"
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            for each in ast.walk(node.value):
                if isinstance(each, ast.Call) and isinstance(each.func, ast.Name):
                    assert each.func.id not in acting, f"{name_of(path)}:{each.lineno} calls {each.func.id} when imported"
                if isinstance(each, ast.Call) and isinstance(each.func, ast.Attribute):
                    assert each.func.attr not in ("read_text", "read_bytes", "load", "read_table"), f"{name_of(path)}:{each.lineno} reads a file when imported"


@pytest.mark.parametrize("path", sorted(each for floor in FLOORS for each in (ROOT / floor).rglob("__init__.py")), ids=name_of)
def test_a_packages_front_door_is_one_docstring(path: Path) -> None:
    tree = parsed(path)
    assert len(tree.body) == 1 and ast.get_docstring(tree)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_every_module_says_what_it_is_and_none_is_a_drawer(path: Path) -> None:
    assert ast.get_docstring(parsed(path)), f"{name_of(path)} has no docstring"
    assert path.stem not in ("utils", "util", "helpers", "helper", "common", "misc")


def test_no_machine_is_named_in_the_code() -> None:
    for path in [*MODULES, *(ROOT / "schemas").glob("*.sql"), ROOT / "prefect.yaml", ROOT / "Makefile"]:
        found = re.findall(r"(?<![\w.])/(?:work|root|home)/\w+", path.read_text(encoding="utf-8"))
        assert not found, f"{name_of(path)} names {found}"


# what is told once

@pytest.mark.parametrize(("table", "record", "own"), [
    ("mentions", Mention, {"mention_id", "run_id", "loaded_at"}),
    ("articles", Article, {"is_current", "gone_at", "run_id"}),
    ("events", Event, {"first_run_id", "first_seen_at", "run_id", "updated_at"}),
])
def test_tables_and_records_agree(table: str, record: type, own: set[str]) -> None:
    assert {column.name for column in told_columns() if column.table == table} == set(column_names(record)) | own


def test_every_table_and_column_has_a_comment() -> None:
    assert [f"{column.table}.{column.name}" for column in told_columns() if not column.comment] == []
    assert [table for table, comment in told_tables().items() if not comment] == []
    assert {column.table for column in told_columns()} == set(told_tables())


def test_instants_and_ids_are_named_by_the_law() -> None:
    for column in told_columns():
        if column.type == "TIMESTAMP":
            assert column.name.endswith("_at"), f"{column.table}.{column.name} is an instant"
        if column.type == "BOOLEAN":
            assert "is_" in column.name, f"{column.table}.{column.name} is a yes or no"


def test_every_reason_that_the_code_gives_is_of_the_closed_vocabulary() -> None:
    known = {reason.name for reason in Reason}
    for path in MODULES:
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Reason":
                assert node.attr in known, f"{name_of(path)}:{node.lineno} gives the reason {node.attr}"
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Reject" and len(node.args) > 1:
                assert not isinstance(node.args[1], ast.Constant), f"{name_of(path)}:{node.lineno} gives a reason as a bare text"


def test_every_command_is_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    missing = [name for name in commands if not re.search(rf"dateline {name}\b", readme)]
    assert not missing, f"README.md does not tell of: {', '.join(missing)}"


def test_the_rules_of_the_audit_have_names_words_and_cures() -> None:
    from schemas.expectations import BATCH_RULES, ROW_RULES

    names = [rule.name for rule in (*ROW_RULES, *BATCH_RULES)]
    assert len(set(names)) == len(names)
    assert all(rule.explains and rule.cure for rule in (*ROW_RULES, *BATCH_RULES))
