"""Questions to the published database: one SELECT, asked in a child process that can neither write nor read any file."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import duckdb
import pyarrow as pa

from flows.warehouse.errors import QueryError, WarehouseError

DEFAULT_TIMEOUT_SECONDS = 60.0
DEFAULT_MEMORY_MB = 2048
_ROOM_MB = 2048       # libraries and threads map address space that they never use


def published_path(data: Path) -> Path:
    """The readers' database; raises WarehouseError when nothing was published yet."""
    path = data / "events.duckdb"
    if not path.exists():
        raise WarehouseError(f"{path}: nothing is published yet; run `dateline run` first, or name the data folder with --data")
    return path


def check_query(sql: str) -> str:
    """The statement itself when it is one SELECT; raises QueryError otherwise.

    EXPLAIN is refused too: EXPLAIN ANALYZE runs what it explains.
    """
    try:
        statements = duckdb.extract_statements(sql)
    except duckdb.Error as error:
        raise QueryError(f"the query cannot be parsed: {str(error).strip()}") from error
    if len(statements) != 1:
        raise QueryError(f"{len(statements)} statements were given; ask one SELECT at a time")
    if statements[0].type != duckdb.StatementType.SELECT:
        raise QueryError(f"a {statements[0].type.name} statement is not allowed here; the published database is only read")
    return statements[0].query


def ask(data: Path, sql: str, *, timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS, memory_mb: int = DEFAULT_MEMORY_MB) -> pa.Table:
    """The answer to one SELECT on the published database.

    A "hardened" DuckDB connection can still destroy files through COPY, and its memory limit is not one: so the question
    is asked in a child process with an address space limit and a clock, local files are switched off inside it, and
    only SELECT passes. Raises QueryError for a bad question, one that takes too long or too much.
    """
    request = json.dumps({"path": str(published_path(data).resolve()), "sql": check_query(sql), "memory_mb": memory_mb})

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
        raise QueryError(done.stderr.decode("utf-8", "replace").strip())
    if done.returncode:
        raise QueryError(f"the query was stopped: it needs more than {memory_mb} MB; narrow it, or raise --memory")
    return pa.ipc.open_stream(done.stdout).read_all()


# Runs alone in the child: no project code, nothing of the caller's environment.
_CHILD = '''
import json, sys
import duckdb, pyarrow as pa
asked = json.load(sys.stdin)
db = duckdb.connect(asked["path"], read_only=True, config={"memory_limit": f"{asked['memory_mb']}MB", "threads": "2"})
for setting in ("enable_external_access = false", "disabled_filesystems = 'LocalFileSystem'",
                "autoinstall_known_extensions = false", "autoload_known_extensions = false", "lock_configuration = true"):
    db.execute("SET " + setting)
try:
    answer = db.sql(asked["sql"])
    table = answer.to_arrow_table()
except (duckdb.Error, MemoryError) as error:
    print(str(error).strip() or "out of memory", file=sys.stderr)
    sys.exit(3)
with pa.ipc.new_stream(sys.stdout.buffer, table.schema) as out:
    out.write_table(table)
'''
