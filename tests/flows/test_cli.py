"""The command: bad input gets one sentence and an exit code, good input is never lost beside it."""

from __future__ import annotations

import gzip
import json
import re
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.cli import app
from flows.warehouse.publish import publish
from flows.warehouse.store import open_warehouse
from tests.conftest import PAGES
from tests.flows.fabric import NOW, actor, article, load_batch, mention

ROOT = Path(__file__).parents[2]


def dateline(*arguments: object, stdin: str | None = None) -> tuple[int, str, str]:
    """Exit code, output, what was said on the error channel."""
    done = CliRunner().invoke(app, [str(each) for each in arguments], input=stdin)
    return done.exit_code, done.stdout, done.stderr


@pytest.fixture
def asked(tmp_path: Path) -> Path:
    """A data folder with two published events."""
    one, two = article(1), article(2)
    sly = replace(actor("KSVGOV", 10, 16), name="=SUM(1)")
    load_batch(tmp_path, [mention(one), replace(mention(two, code="042", target=""), source=sly)], [one, two])
    with open_warehouse(tmp_path, now=NOW) as db:
        publish(db, tmp_path, now=NOW)
    return tmp_path


# the command itself

def test_help_comes_fast_and_costly_libraries_are_not_imported() -> None:
    program = ("import sys; from flows.cli import app\nfrom typer.testing import CliRunner\nassert CliRunner().invoke(app, ['--help']).exit_code == 0\n"
               "print([each for each in ('prefect', 'spacy', 'great_expectations', 'pandas', 'duckdb', 'trafilatura') if each in sys.modules])")
    began = time.monotonic()
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "[]"
    assert time.monotonic() - began < 10


def commands() -> list[list[str]]:
    """Every subcommand, found in the application itself."""
    import typer.main

    found: list[list[str]] = []

    def walk(command: object, path: list[str]) -> None:
        for name, each in getattr(command, "commands", {}).items():
            found.append([*path, name])
            walk(each, [*path, name])

    walk(typer.main.get_command(app), [])
    return found


@pytest.mark.parametrize("command", commands(), ids=" ".join)
def test_every_commands_help_shows_an_example(command: list[str]) -> None:
    code, out, _ = dateline(*command, "--help")
    assert code == 0
    assert f"Example: dateline {' '.join(command)}" in " ".join(out.split())


def test_the_command_says_its_version_and_how_to_begin() -> None:
    code, out, _ = dateline("--version")
    assert code == 0 and re.fullmatch(r"dateline \d+\.\d+\.\d+\S*\n", out)
    assert "Example: dateline run example" in " ".join(dateline("--help")[1].split())


# clean

def test_clean_writes_a_line_for_every_file_and_says_which_are_no_articles(tmp_path: Path) -> None:
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "good.html").write_text(PAGES["raid.html"], encoding="utf-8")
    (pages / "empty.html").write_bytes(b"")
    (pages / "none.html").write_text("<html><body><a href='/'>Home</a></body></html>", encoding="utf-8")
    (pages / "picture.html").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40)
    (pages / "packed.html.gz").write_bytes(gzip.compress(PAGES["flood.html"].encode()))
    (pages / "torn.html.gz").write_bytes(gzip.compress(PAGES["flood.html"].encode())[:60])
    (pages / "latin.html").write_bytes(PAGES["raid.html"].replace("court", "Präsident Vučić".encode("latin-1", "replace").decode("latin-1")).encode("latin-1"))
    out = tmp_path / "out.jsonl"
    code, _, said = dateline("clean", pages, "-o", out)
    assert code == 0
    lines = {Path(row["file"]).name: row for row in map(json.loads, out.read_text(encoding="utf-8").splitlines())}
    assert len(lines) == 7
    assert lines["good.html"]["title"] == "Police raid two houses in Pristina"
    assert (lines["good.html"]["date"], lines["good.html"]["date_basis"]) == ("2023-09-26", "meta")
    assert "arrested three men" in lines["packed.html.gz"]["text"] or "evacuated" in lines["packed.html.gz"]["text"]
    assert "Präsident" in lines["latin.html"]["text"], "a page that does not tell its encoding is not mojibake"
    assert lines["empty.html"]["reject"] == "empty_page"
    assert lines["picture.html"]["reject"] == "not_text"
    assert lines["torn.html.gz"]["reject"] == "unreadable_file"
    assert "reject" in lines["none.html"]
    assert "torn.html.gz: unreadable_file" in said


def test_clean_takes_a_list_with_addresses_and_tells_its_broken_lines_by_number(tmp_path: Path) -> None:
    (tmp_path / "raid.html").write_text(PAGES["raid.html"], encoding="utf-8")
    listed = tmp_path / "list.jsonl"
    listed.write_text('{"file": "raid.html", "url": "https://news.example/2023/09/26/raid"}\nnot json\n{"url": "x"}\n{"file": "gone.html"}\n{"file": "\\u0000.html"}\n', encoding="utf-8")
    code, out, said = dateline("clean", listed)
    rows = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert [row["file"] for row in rows] == ["raid.html", "gone.html", "\0.html"]
    assert rows[0]["url"] == "https://news.example/2023/09/26/raid"
    assert rows[1]["reject"] == rows[2]["reject"] == "unreadable_file"
    assert "list.jsonl:2: not JSON" in said and "list.jsonl:3: no text under the key file" in said


def test_clean_names_what_in_a_folder_is_no_page(tmp_path: Path) -> None:
    pages, out = tmp_path / "pages", tmp_path / "out.jsonl"
    (pages / ".cache").mkdir(parents=True)
    (pages / "good.html").write_text(PAGES["raid.html"], encoding="utf-8")
    for name in ("story.pdf", "notes.docx.gz", ".cache/index.db"):
        (pages / name).write_bytes(b"x")
    code, _, said = dateline("clean", pages, "-o", out)
    assert code == 0 and len(out.read_text(encoding="utf-8").splitlines()) == 1
    assert f"{pages / 'story.pdf'}: '.pdf' is neither HTML nor text" in said and "notes.docx.gz" in said and "index.db" not in said
    assert "1 articles, 2 without one" in said


@pytest.mark.parametrize("command", ["clean", "annotate"])
@pytest.mark.parametrize(("damaged", "read"), [
    (lambda packed: packed[:-8], 3), (lambda packed: packed[:40] + bytes(8) + packed[48:], 0), (lambda packed: b"no gzip at all", 0),
], ids=["torn", "flipped", "none"])
def test_the_lines_before_a_fault_of_a_packed_list_are_read_and_the_fault_is_told(
        tmp_path: Path, data: Path, command: str, damaged: Callable[[bytes], bytes], read: int) -> None:
    (tmp_path / "raid.html").write_text(PAGES["raid.html"], encoding="utf-8")
    given, out = tmp_path / "in.jsonl.gz", tmp_path / "out.jsonl"
    lines = [json.dumps({"id": number, "file": "raid.html", "text": f"Police arrested {number} men in Paris."}) for number in range(3)]
    given.write_bytes(damaged(gzip.compress("\n".join([*lines, ""]).encode())))
    code, _, said = dateline(command, given, "-o", out, *(("--data", data) if command == "annotate" else ()))
    assert code == (1 if command == "annotate" or not read else 0)
    assert len(out.read_text(encoding="utf-8").splitlines()) == read
    assert f"{'line ' if command == 'annotate' else 'in.jsonl.gz:'}{read + 1}: from here on the file cannot be unpacked" in said


def test_clean_of_a_missing_path_says_so(tmp_path: Path) -> None:
    code, _, said = dateline("clean", tmp_path / "nowhere.html")
    assert code == 2 and "no such file or folder" in said


# annotate

def test_annotate_reads_good_lines_and_reports_broken_ones_by_number(tmp_path: Path, data: Path) -> None:
    given = tmp_path / "in.jsonl"
    text = "Russian troops seized the airport in Pristina on 12 June 1999. They will not leave, a general said."
    given.write_bytes(b"\n".join([
        json.dumps({"id": "a", "text": text, "unknown": 1}).encode(), b"{broken", json.dumps({"text": "no id"}).encode(),
        json.dumps({"id": "b", "text": "Police arrested three men in Paris yesterday.", "published": "2023-09-26"}).encode(),
        json.dumps({"id": "c", "text": "x", "published": "yesterday"}).encode(), b'{"id": "d", "text": "\xff"}', b"", b"[1]",
        json.dumps({"id": "e", "text": ""}).encode()]))
    out = tmp_path / "out.jsonl"
    code, _, said = dateline("annotate", given, "-o", out, "--data", data)
    rows = {row["id"]: row for row in map(json.loads, out.read_text(encoding="utf-8").splitlines())}
    assert set(rows) == {"a", "b", "c", "e"}
    assert code == 1
    for number, why in ((2, "not JSON"), (3, "no key 'id'"), (5, "'published' is 'yesterday'"), (6, "not UTF-8"), (8, "not a JSON object")):
        assert f"line {number}: " in said and why in said
    [seized] = [event for event in rows["a"]["events"] if text[event["trigger_start"]:event["trigger_end"]] == "seized"]
    assert (seized["date_start"], seized["date_end"], seized["date_precision"], seized["date_basis"]) == ("1999-06-12", "1999-06-13", "day", "text")
    assert text[seized["start"]:seized["end"]] == seized["evidence"]
    assert any(time["value"] == "1999-06-12" for time in rows["a"]["times"])
    assert any(place["country"] == "XK" for place in rows["a"]["places"])
    [arrested] = rows["b"]["events"]
    assert arrested["date_start"] == "2023-09-25"
    assert rows["e"] == rows["e"] | {"times": [], "places": [], "events": []}


def test_a_line_that_cannot_be_read_or_written_does_not_cost_the_others(tmp_path: Path, data: Path) -> None:
    given, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    text = "Police arrested three men in Paris."
    given.write_text("\n".join([
        "[" * 100_000, '{"id": "\\ud800", "text": "Police arrested three men in Paris."}', '{"id": 1, "text": "Half \\ud800 of a character."}',
        json.dumps({"id": 2, "text": text, "published": "9999-12-31"}), json.dumps({"id": "ok", "text": text})]), encoding="utf-8")
    code, _, said = dateline("annotate", given, "-o", out, "--data", data)
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert code == 1 and [row["id"] for row in rows] == ["\ud800", 2, "ok"]
    for number, why in ((1, "nested too deep"), (3, "'text' holds half of a character"), (4, "'published' is '9999-12-31'")):
        assert f"line {number}: " in said and why in said
    assert "report it" not in said


def test_a_damaged_gazetteer_is_named_with_its_cure(tmp_path: Path, data: Path) -> None:
    given, cache = tmp_path / "in.jsonl", tmp_path / "cache"
    given.write_text('{"id": 1, "text": "x"}\n', encoding="utf-8")
    cache.mkdir()
    for path in (data / "cache").glob("*.bin"):
        (cache / path.name).write_bytes(path.read_bytes()[:20_000])
    code, _, said = dateline("annotate", given, "--data", tmp_path)
    assert code == 1 and said.startswith(f"dateline: {cache}") and "delete it, and the next start builds it again" in said


@pytest.mark.parametrize(("extra", "complaint"), [
    ({"published": "2024-03-06T23:10:00Z", "language": "en-US"}, ""), ({"published": "20240306", "language": "EN"}, ""),
    ({"published": 20240306, "language": "en_GB"}, ""), ({"published": "6 March 2024", "language": None}, ""),
    ({"published": "Wed, 06 Mar 2024 10:00:00 GMT", "language": "English"}, "'language' is 'English'"),
])
def test_annotate_takes_a_day_and_a_language_however_they_are_written(tmp_path: Path, data: Path, extra: dict[str, object], complaint: str) -> None:
    given, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    given.write_text(json.dumps({"id": "a", "text": "Turkey attacked a village in Syria on Sunday.", **extra}), encoding="utf-8")
    code, _, said = dateline("annotate", given, "-o", out, "--data", data)
    [event] = json.loads(out.read_text(encoding="utf-8"))["events"]
    assert (code, event["source"], event["date_start"]) == (0, "TUR", "2024-03-03")
    assert complaint in said and ("line 1" in said) == bool(complaint)


def test_annotate_reads_what_clean_wrote(tmp_path: Path, data: Path) -> None:
    (tmp_path / "raid.html").write_text(PAGES["raid.html"], encoding="utf-8")
    articles = tmp_path / "articles.jsonl"
    assert dateline("clean", tmp_path / "raid.html", "-o", articles)[0] == 0
    code, out, _ = dateline("annotate", articles, "--data", data)
    [row] = map(json.loads, out.splitlines())
    assert (code, row["id"], row["published"]["start"]) == (0, str(tmp_path / "raid.html"), "2023-09-26")
    assert any(event["code"].startswith("17") for event in row["events"])


def test_annotate_without_a_publication_date_leaves_relative_dates_unresolved(tmp_path: Path, data: Path) -> None:
    given = tmp_path / "in.jsonl"
    given.write_text(json.dumps({"id": "a", "text": "Police arrested three men in Paris yesterday."}) + "\n", encoding="utf-8")
    code, out, _ = dateline("annotate", given, "--data", data)
    [row] = map(json.loads, out.splitlines())
    assert code == 0
    assert all(event["date_start"] is None for event in row["events"]) and row["times"][0]["date_start"] is None


def test_annotate_of_an_unknown_model_says_how_to_mend_it(tmp_path: Path, data: Path) -> None:
    given = tmp_path / "in.jsonl"
    given.write_text('{"id": 1, "text": "x"}\n', encoding="utf-8")
    code, _, said = dateline("annotate", given, "--model", "no_such_model", "--data", data)
    assert code == 1 and "'no_such_model' is not installed" in said


# sources

def test_a_misspelt_key_is_named_with_its_cure_and_the_code_is_not_zero(tmp_path: Path, site: Callable[..., Path]) -> None:
    folder = site(extra='timezon = "x"\n')
    code, _, said = dateline("sources", "check", "--sources", folder)
    assert code == 1
    assert "key 'timezon' is unknown; did you mean 'timezone'?" in said


def test_sources_are_listed_with_the_broken_ones_named(tmp_path: Path, site: Callable[..., Path]) -> None:
    folder = site()
    (folder / "bad.toml").write_text("kind = 1", encoding="utf-8")
    code, out, said = dateline("sources", "--sources", folder, "--data", tmp_path)
    assert code == 1 and "tiny" in out and "never" in out and "bad.toml" in said


def test_the_shipped_sources_are_all_good() -> None:
    code, out, said = dateline("sources", "check", "--sources", ROOT / "sources")
    assert code == 0, said
    assert "example.toml: good" in " ".join(out.split())


# sql

def test_answers_come_as_table_json_csv_and_parquet(asked: Path, tmp_path: Path) -> None:
    query = "SELECT code, source_name FROM events ORDER BY code"
    assert "042" in dateline("sql", query, "--data", asked)[1]
    assert [json.loads(line)["code"] for line in dateline("sql", query, "--format", "json", "--data", asked)[1].splitlines()] == ["042", "173"]
    assert dateline("sql", query, "--format", "csv", "--data", asked)[1] == "code,source_name\n042,'=SUM(1)\n173,Ksvcop\n", "no cell may be run as a formula"
    target = tmp_path / "out.parquet"
    assert dateline("sql", query, "--format", "parquet", "-o", target, "--data", asked)[0] == 0
    import pyarrow.parquet

    assert pyarrow.parquet.read_table(target).column("code").to_pylist() == ["042", "173"]


def test_a_query_may_come_from_a_file_or_standard_input(asked: Path, tmp_path: Path) -> None:
    file = tmp_path / "question.sql"
    file.write_text("SELECT count(*) AS n FROM events -- two\n", encoding="utf-8")
    assert json.loads(dateline("sql", file, "--format", "json", "--data", asked)[1]) == {"n": 2}
    assert json.loads(dateline("sql", "--format", "json", "--data", asked, stdin="SELECT count(*) AS n FROM events;")[1]) == {"n": 2}


@pytest.mark.parametrize("query", ["DROP TABLE events", "SELECT 1; SELECT 2", "COPY events TO 'x'", "SELECT nothing FROM events", "SELEC 1"])
def test_what_is_no_good_question_is_refused_with_a_sentence(asked: Path, query: str) -> None:
    before = (asked / "events.duckdb").read_bytes()
    code, out, said = dateline("sql", query, "--data", asked)
    assert (code, out) == (1, "") and said.startswith("dateline: ") and "Traceback" not in said
    assert (asked / "events.duckdb").read_bytes() == before


def test_a_question_before_the_first_night_says_what_to_do(tmp_path: Path) -> None:
    code, _, said = dateline("sql", "SELECT 1", "--data", tmp_path)
    assert code == 1 and "run `dateline run` first" in said


def test_a_folder_that_is_not_there_is_named_with_its_cure(asked: Path, tmp_path: Path) -> None:
    for form in ("csv", "parquet"):
        code, _, said = dateline("sql", "SELECT 1 AS one", "-o", tmp_path / "nowhere" / f"out.{form}", "--data", asked)
        assert code == 1 and f"out.{form}: No such file or directory; make its folder or name another" in said, said


def test_an_empty_quarantine_is_told_in_words(asked: Path) -> None:
    assert dateline("quarantine", "--data", asked)[:2] == (0, "no row waits in quarantine\n")
