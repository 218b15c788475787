"""Predictions by the code that ships: `dateline annotate` and `dateline clean` in a child process, merging in this one."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

Row = dict[str, Any]
ROOT = Path(__file__).parent.parent
ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d(T.*)?")
INPUT_KEYS = ("text", "title", "url", "language")     # and the day of publication; never the gold


class CommandError(RuntimeError):
    """`dateline` wrote nothing; the message holds its last words."""


def read_rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def write_rows(path: Path, rows: Iterable[Row]) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def dateline(*arguments: str | Path, cwd: Path = ROOT) -> str:
    """Runs the command of this checkout; returns the end of its error output where it failed, else nothing."""
    program = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from flows.cli import main; main()"
    done = subprocess.run([sys.executable, "-c", program, *map(str, arguments)], cwd=cwd, capture_output=True, text=True, check=False)
    return f"dateline {arguments[0]} ended with code {done.returncode}: {done.stderr.strip()[-600:]}" if done.returncode else ""


def written(target: Path, complaint: str) -> list[Row]:
    """The rows that the command wrote before it complained. Raises CommandError where there are none."""
    rows = read_rows(target) if target.exists() else []
    if complaint and not rows:
        raise CommandError(complaint)
    return rows


def published(row: Row) -> str:
    """The day of a gold row; code sets write it as `date`, without dashes. A misspelt one in the gold counts as none."""
    day = row.get("published") or row.get("date") or ""
    day = f"{day[:4]}-{day[4:6]}-{day[6:8]}" if day.isdigit() else day
    return day if ISO_DAY.fullmatch(day) else ""


def annotate(sets: Mapping[str, Sequence[Row]]) -> tuple[dict[str, list[Row]], str]:
    """What `dateline annotate` writes for each set, and its complaint if it left lines out.

    All sets go through one process, which opens the models once. Raises CommandError where nothing was written."""
    given = []
    for name, rows in sets.items():
        for row in rows:
            made = {"id": f"{name}\t{row['id']}", **{key: row[key] for key in INPUT_KEYS if row.get(key)}}
            given.append(made | ({"published": day} if (day := published(row)) else {}))
    out: dict[str, list[Row]] = {name: [] for name in sets}
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "in.jsonl"), Path(folder, "out.jsonl")
        write_rows(source, given)
        complaint = dateline("annotate", source, "-o", target)
        for row in written(target, complaint):
            name, row["id"] = str(row["id"]).split("\t", 1)
            out[name].append(row)
    return out, complaint


def clean_pages(rows: Sequence[Row], folder: Path) -> list[Row]:
    """What `dateline clean` writes for a list of pages whose `file` is counted from `folder`."""
    with tempfile.TemporaryDirectory() as scratch:
        source, target = Path(scratch, "in.jsonl"), Path(scratch, "out.jsonl")
        write_rows(source, ({"file": row["file"], "url": row.get("url")} for row in rows))
        return written(target, dateline("clean", source, "-o", target, cwd=folder))


def clean_paragraphs(rows: Sequence[Row], folder: Path | None) -> list[Row]:
    """What `dateline clean` writes for plain-text scrapes: files of `folder`, or the gold's own paragraphs put together."""
    texts: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        texts[row["file"]].append(row["text"])
    with tempfile.TemporaryDirectory() as scratch:
        for name, paragraphs in texts.items():
            original = folder / name if folder else None
            Path(scratch, name).write_bytes(original.read_bytes() if original else "\n\n".join(paragraphs).encode())
        return clean_pages([{"file": name} for name in texts], Path(scratch))
