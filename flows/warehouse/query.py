"""Questions to the published database: one SELECT, asked in a child process that can neither write nor read any file."""

from __future__ import annotations

import json
import os
import re
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from flows.warehouse.errors import QueryError, WarehouseError

DEFAULT_TIMEOUT_SECONDS = 60.0
DEFAULT_MEMORY_MB = 2048
_ROOM_MB = 2048       # libraries and threads map address space that they never use
# what tells of the machine instead of the news, or runs a text as a query
_REFUSED = frozenset({
    "duckdb_databases", "duckdb_settings", "duckdb_secrets", "duckdb_temporary_files", "duckdb_logs", "duckdb_log_contexts",
    "duckdb_logs_parsed", "duckdb_external_file_cache", "duckdb_extensions", "duckdb_connection_count", "pragma_database_list",
    "pragma_database_size", "pragma_platform", "pragma_user_agent", "pragma_storage_info", "current_setting", "getenv",
    "pg_settings", "query", "query_table", "which_secret", "json_execute_serialized_sql", "enable_logging", "set_config", "write_log",
})
_WRITING = re.compile(r"(?:INSERT|UPDATE|DELETE|MERGE|COPY|CREATE|DROP|ALTER)\w*_(?:QUERY_)?NODE")


def published_path(data: Path) -> Path:
    """The readers' database; raises WarehouseError when nothing was published yet."""
    path = data / "events.duckdb"
    if not path.exists():
        raise WarehouseError(f"{path}: nothing is published yet; run `dateline run` first, or name the data folder with --data")
    return path


def check_query(sql: str) -> str:
    """The statement itself when it is one SELECT (VALUES, DESCRIBE and SHOW are too); raises QueryError otherwise.

    DuckDB's own parser judges, so that nothing can be read in two ways. EXPLAIN is refused too: EXPLAIN ANALYZE runs
    what it explains. What says SELECT but writes (WITH x AS (DELETE ...)) or asks the machine instead of the news
    (settings, paths, queries in a text) is found in the parsed tree.
    """
    if "\0" in sql:
        raise QueryError("the query holds a NUL character; remove it")
    try:
        sql.encode()
        statements = duckdb.extract_statements(sql)
    except UnicodeEncodeError as error:
        raise QueryError(f"character {error.start} of the query is half a character; remove it") from error
    except duckdb.Error as error:
        raise QueryError(f"the query cannot be parsed: {_one_line(str(error))}") from error
    if len(statements) != 1:
        raise QueryError(f"{len(statements)} statements were given; ask one SELECT at a time")
    try:
        kind = statements[0].type.name
    except ValueError:              # DuckDB's Python face has no name for its newer kinds
        kind = "statement of a kind other than SELECT"
    if kind != "SELECT":
        raise QueryError(f"{kind} is not allowed here; the published database is only read")
    text = statements[0].query
    with duckdb.connect() as scratch:
        tree = json.loads(scratch.execute("SELECT json_serialize_sql(?::VARCHAR)", [text]).fetchall()[0][0])
    if tree.get("error"):
        raise QueryError(f"the query cannot be checked: {_one_line(str(tree.get('error_message')))}; write it as a plain SELECT")
    for kind, name in _named(tree):
        if kind == "type" and _WRITING.fullmatch(name):
            raise QueryError("a part of the query writes; the published database is only read")
        if kind != "type" and name.lower() in _REFUSED:
            raise QueryError(f"{name} is not allowed here: it tells of the machine, not of the news")
    return text


def _named(tree: Any) -> Iterator[tuple[str, str]]:
    """Every node type, function and table name of a parsed query."""
    todo = [tree]
    while todo:
        node = todo.pop()
        if isinstance(node, dict):
            for key, value in node.items():
                if isinstance(value, str):
                    if key in ("type", "function_name", "table_name"):
                        yield key, value
                else:
                    todo.append(value)
        elif isinstance(node, list):
            todo.extend(node)


def _one_line(said: str) -> str:
    """DuckDB's message without the drawing of where in the text it stumbled."""
    return " ".join(re.split(r"\n+LINE \d+:", said.strip())[0].split())


def ask(data: Path, sql: str, *, timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS, memory_mb: int = DEFAULT_MEMORY_MB) -> pa.Table:
    """The answer to one SELECT on the published database; what import-gdelt loaded is there as `gdelt_published.*`.

    A "hardened" DuckDB connection can still destroy files through COPY, and its memory limit is not one: so the question
    is asked in a child process with an address space limit and a clock, in which local files are switched off and, once
    the databases are open, the kernel opens no file and no socket any more. An answer may have half of `memory_mb`: for
    a moment the caller holds it twice. Raises QueryError for a bad question, one that takes too long or too much.
    """
    path = published_path(data).resolve()
    imported = path.with_name("gdelt.duckdb")
    request = json.dumps({"path": str(path), "sql": check_query(sql), "memory_mb": memory_mb,
                          "imported": str(imported) if imported.exists() else ""})

    def limit() -> None:
        size = (memory_mb + _ROOM_MB) * 1024 * 1024
        resource.setrlimit(resource.RLIMIT_AS, (size, size))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        seconds = int(timeout_seconds * (os.cpu_count() or 1)) + 5
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))

    try:
        done = subprocess.run([sys.executable, "-I", "-c", _CHILD], input=request.encode(), capture_output=True,
                              timeout=timeout_seconds, check=False, preexec_fn=limit, env={"PATH": os.defpath})
    except subprocess.TimeoutExpired as error:
        raise QueryError(f"the query was stopped after {timeout_seconds:g} s; narrow it, or raise --timeout") from error
    if done.returncode == 3:
        said = _one_line(done.stderr.decode("utf-8", "replace"))
        if not said.lower().startswith("out of memory"):      # DuckDB's advice on that cannot be followed from here
            raise QueryError(said.replace(str(path.parent), "<data>"))
    if done.returncode:
        raise QueryError(f"the query was stopped: it needs more than {memory_mb} MB; narrow it, or raise --memory")
    return pa.ipc.open_stream(done.stdout).read_all()


# Runs alone in the child: no project code, nothing of the caller's environment.
_CHILD = '''
import json, os, resource, sys
import duckdb, pyarrow as pa
asked = json.load(sys.stdin)
# DuckDB draws a progress bar on standard output after two seconds: the answer goes where nothing else is written
answer = os.fdopen(os.dup(1), "wb")
os.dup2(2, 1)
try:
    db = duckdb.connect(asked["path"], read_only=True, config={"memory_limit": f"{asked['memory_mb']}MB", "threads": "2"})
    if asked["imported"]:
        quoted = asked["imported"].replace("'", "''")
        db.execute(f"ATTACH '{quoted}' AS gdelt_published (READ_ONLY)")
    # temp_directory: spilling would write; TimeZone: published queries mean UTC
    for setting in ("enable_progress_bar = false", "TimeZone = 'UTC'", "temp_directory = ''", "secret_directory = ''", "enable_external_access = false",
                    "disabled_filesystems = 'LocalFileSystem'", "autoinstall_known_extensions = false",
                    "autoload_known_extensions = false", "lock_configuration = true"):
        db.execute("SET " + setting)
    # the lowest number that a new file or socket could get is above the limit: the kernel opens nothing from here on
    for number in range(1024):
        try:
            os.fstat(number)
        except OSError:
            break
    resource.setrlimit(resource.RLIMIT_NOFILE, (number, number))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    left = asked["memory_mb"] * 1_000_000 // 2
    # a few rows at a time: what the child has sent it does not hold
    rows = db.sql(asked["sql"]).to_arrow_reader(10_000)
    with pa.ipc.new_stream(answer, rows.schema) as out:
        for batch in rows:
            left -= batch.nbytes
            if left < 0:
                print(f"the answer is larger than {asked['memory_mb'] // 2} MB; narrow it with LIMIT or WHERE, or raise --memory", file=sys.stderr)
                sys.exit(3)
            out.write_batch(batch)
    answer.close()
# an error amid the rows comes as an OSError
except (duckdb.Error, MemoryError, OSError, pa.ArrowException) as error:
    print(str(error).strip() or "out of memory", file=sys.stderr)
    sys.exit(3)
'''
