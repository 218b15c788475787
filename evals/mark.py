"""Turns marked text into gold rows, so that nobody counts characters: `python -m evals.mark times < marked.txt`.

A line is a text. Words in double brackets carry their gold after a bar:

    Troops reached the airfield on [[Saturday|DATE 1999-06-12]].        times: type, TIMEX3 value
    The convoy left [[Podujevo|42.91 21.19 XK]] for [[Arcadia|-]].      places: latitude, longitude, country; - unresolved

A line `@ 1999-06-14 en` says when the texts after it were published and in what language; `@ - en` says that nobody knows.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator
from typing import Any

MARK = re.compile(r"\[\[(.+?)\|(.+?)\]\]")


def unmark(marked: str) -> tuple[str, list[tuple[int, int, str]]]:
    """The plain text, and (start, end, gold) of each marked stretch in it."""
    plain, spans, cursor = "", [], 0
    for match in MARK.finditer(marked):
        plain += marked[cursor:match.start()]
        spans.append((len(plain), len(plain) + len(match[1]), match[2].strip()))
        plain += match[1]
        cursor = match.end()
    return plain + marked[cursor:], spans


def time_of(text: str, start: int, end: int, gold: str) -> dict[str, Any]:
    kind, value = gold.split(" ", 1)
    if kind not in ("DATE", "TIME", "DURATION", "SET"):
        raise ValueError(f"{text[start:end]!r}: {kind!r} is no TIMEX3 type; use DATE, TIME, DURATION or SET")
    return {"start": start, "end": end, "text": text[start:end], "type": kind, "value": value}


def place_of(text: str, start: int, end: int, gold: str) -> dict[str, Any]:
    lat, lon, country = (None, None, None) if gold == "-" else gold.split()
    return {"start": start, "end": end, "text": text[start:end], "lat": lat and float(lat), "lon": lon and float(lon),
            "country": None if country in (None, "--") else country}


FIELDS = {"times": ("timex", time_of), "places": ("toponyms", place_of)}


def rows(set_name: str, lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Gold rows of the set `times` or `places` from marked lines."""
    key, build = FIELDS[set_name]
    published, language, number = "", "en", 0
    for line in (line.strip() for line in lines):
        if line.startswith("@ "):
            _, published, language = line.split()
        elif line:
            number += 1
            text, spans = unmark(line)
            row: dict[str, Any] = {"id": f"{set_name}-{language}-{number:03d}", "language": language, "text": text}
            if published != "-":
                row["published"] = published
            yield {**row, key: [build(text, *span) for span in spans]}


if __name__ == "__main__":
    for row in rows(sys.argv[1], sys.stdin):
        print(json.dumps(row, ensure_ascii=False))
