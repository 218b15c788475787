"""Strings that break software, from the page through a whole night into DuckDB and back: nothing of them is lost."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.night import run_night
from flows.warehouse.query import ask
from schemas.source import load_source
from tests.flows.test_pipeline import desk
from transforms.clean.page import scrub

SHARED = Path(__file__).parents[2].parent / "shared" / "eval" / "hostile" / "naughty_strings.jsonl"
OWN = [
    "null", "NaN", "1e309", "0x", "'; DROP TABLE events; --", '" OR ""="', "$(reboot)", "{{7*7}}", "%s%n%x", "=cmd|'/c calc'!A1",
    "<script>alert(1)</script>", "<!-- & -->", "]]>", "&amp;lt;", "../../etc/hosts", "C:\\temp\\new", "a\u0301 e\u0308", "ﬁ Å Ω",
    "ẞ ŉ İ ı", "שלום עולם", "مرحبا \u200f\u202eabc\u202c", "한국어 中文 ไทย", "👩‍👩‍👧‍👦 🏳️‍🌈 🇽🇰", "Z͑ͫ̓aͪ̂lͫg̓o", "\u200b\u2060\ufeff", "¯\\_(ツ)_/¯", "𝒟𝒶𝓉𝑒 𐐷 𠜎",
    "col\x07lapsed\x00control", "line\u2028and\u2029paragraph", "tab\there",
]
PROSE = ("Kosovo police raided two houses in Pristina on Sunday and arrested three men, the ministry said on Tuesday, and a court in "
         "Pristina will decide on Friday whether they stay in custody until the trial begins. ")


def page(number: int, string: str) -> str:
    return (f'<html lang="en"><head><title>Raid number {number}</title><meta charset="utf-8">'
            f'<meta property="article:published_time" content="2023-09-26T08:00:00+02:00"></head><body><article><h1>Raid number {number}</h1>'
            f"<p>{PROSE}</p><p>On wall number {number} of the house stood [{html.escape(string)}] in red, officers told reporters.</p>"
            f"<p>{PROSE}</p></article></body></html>")


def plain(number: int, string: str) -> str:
    return f"Raid number {number}\n\n{PROSE}\n\nOn wall number {number} of the house stood [{string}] in red, officers told reporters.\n\n{PROSE}\n"


def folded(string: str) -> str:
    """What HTML shows of a string: runs of blanks are one; what no database takes is dropped at the door."""
    return re.sub(r"[ \t\n]+", " ", scrub(string))


def survivors(strings: list[str], data: Path, site: Callable[..., Path]) -> dict[tuple[str, int], str]:
    """The strings between the brackets as the published tables hold them, by kind of page and number."""
    pages = {f"{number}.html": page(number, string) for number, string in enumerate(strings)}
    pages |= {f"{number}.txt": plain(number, string) for number, string in enumerate(strings)}
    folder = site(pages={name: text.encode("utf-8", "replace").decode() for name, text in pages.items()})
    run_night([load_source(folder / "tiny.toml")], desk(data))
    found = {}
    for row in ask(data, "SELECT url, text FROM articles").to_pylist():
        number, kind = row["url"].rpartition("/")[2].split(".")
        match = re.search(rf"On wall number {number} of the house stood \[(.*)\] in red, officers", row["text"], re.S)
        found[kind, int(number)] = match[1] if match else "LOST: " + row["text"][len(PROSE):][:200]
    return found


def check(strings: list[str], data: Path, site: Callable[..., Path]) -> None:
    found = survivors(strings, data, site)
    assert len(found) == 2 * len(strings)
    lost = {(kind, strings[number]): found.get((kind, number)) for number in range(len(strings)) for kind in ("html", "txt")
            if folded(found.get((kind, number), "")) != folded(strings[number])}
    assert not lost


def test_own_naughty_strings_come_back_from_the_tables_as_they_went_in(data: Path, site: Callable[..., Path]) -> None:
    check(OWN, data, site)


@pytest.mark.slow
@pytest.mark.skipif(not SHARED.exists(), reason="../shared/eval is not here")
def test_shared_naughty_strings_come_back_from_the_tables_as_they_went_in(data: Path, site: Callable[..., Path]) -> None:
    check([json.loads(line)["s"] for line in SHARED.read_text(encoding="utf-8").splitlines()], data, site)
