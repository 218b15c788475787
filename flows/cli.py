"""The `dateline` command: each subcommand is a short function that opens what it needs and says how it went.

Exit codes: 0 all is well; 1 something is broken that a person must mend; 2 the command was called wrongly;
3 the warehouse is in use, try again later.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

if TYPE_CHECKING:
    from flows.backfill import DayCoverage
    from flows.night import Desk, NightReport
    from schemas.source import Source

BROKEN, MISUSED, BUSY = 1, 2, 3

app = typer.Typer(name="dateline", no_args_is_help=True, add_completion=False, rich_markup_mode="markdown",
                  pretty_exceptions_enable=False,
                  help="Who did what to whom, where, and when it happened as the text says it: news into DuckDB.\n\n"
                       "Example: dateline run example --data demo, then dateline sql --data demo \"SELECT * FROM timeline LIMIT 5\"")
sources_app = typer.Typer(no_args_is_help=False)
app.add_typer(sources_app, name="sources")

DataOption = Annotated[Path, typer.Option("--data", envvar="DATELINE_DATA", help="Folder of the databases, Parquet, archive and cache.")]
SourcesOption = Annotated[Path | None, typer.Option("--sources", envvar="DATELINE_SOURCES", help="Folder of the source files (*.toml).")]
RunnerOption = Annotated[str, typer.Option("--runner", help="Who reads: local (this process), processes (this machine), dask (a cluster).")]
WorkersOption = Annotated[int, typer.Option("--workers", min=1, help="Processes, where the runner starts them.")]
AddressOption = Annotated[str, typer.Option("--address", help="A Dask scheduler, such as tcp://10.0.0.5:8786.")]
DATA = Path("data")


def show_version(is_asked: bool) -> None:
    if is_asked:
        from importlib.metadata import version

        print(f"dateline {version('dateline-events')}")
        raise typer.Exit


@app.callback()
def options(_version: Annotated[bool, typer.Option("--version", is_eager=True, callback=show_version, help="Says which version this is.")] = False) -> None:
    """What holds for all commands; the help of the whole stands where the application is made."""


def main() -> None:
    """Entry point of the command."""
    app()


@contextmanager
def said_plainly() -> Iterator[None]:
    """Turns what a person can mend into one sentence and an exit code; a bug keeps its traceback."""
    from flows.runners import RunnerError, UnknownRunnerError
    from flows.warehouse.errors import MisuseError, QueryError, WarehouseBusyError, WarehouseError
    from schemas.source import SourceError
    from transforms.lexicons.tables import LexiconError
    from transforms.places.gazetteer import GazetteerError

    try:
        yield
    except WarehouseBusyError as error:
        fail(str(error), BUSY)
    except (UnknownRunnerError, MisuseError) as error:
        fail(str(error), MISUSED)
    except (WarehouseError, SourceError, LexiconError, GazetteerError, QueryError, RunnerError) as error:
        fail(str(error), BROKEN)
    except BrokenPipeError:
        # the reader of our output (head, less) went away
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(0) from None
    except KeyboardInterrupt:
        fail("stopped; what was loaded is whole, run again for the rest", 130)
    except OSError as error:
        # an output is written beside its place first
        name = str(error.filename or "disk").removesuffix(".part")
        cure = "make its folder or name another" if isinstance(error, FileNotFoundError) else "free the disk or mend its permissions"
        fail(f"{name}: {error.strerror or error}; {cure}, and run again", BROKEN)


def fail(message: str, code: int) -> NoReturn:
    say(message)
    raise typer.Exit(code)


def say(message: str) -> None:
    typer.echo(f"dateline: {message}", err=True)


def sources_folder(told: Path | None) -> Path:
    """The folder of source files: as told, else ./sources where it holds some, else those that are shipped."""
    if told is not None:
        return told
    here = Path("sources")
    if any(here.glob("*.toml")):
        return here
    import sources

    return Path(sources.__path__[0])


def chosen_sources(folder: Path, names: list[str] | None) -> tuple[tuple[Source, ...], tuple[str, ...]]:
    """The sources to read, and a sentence for each file that cannot be used. Named ones are read although disabled."""
    from schemas.source import SourceError, load_source, read_sources

    if names:
        found = []
        for name in dict.fromkeys(names):      # a source that is named twice is read once
            path = folder / f"{name}.toml"
            if not path.exists():
                known = ", ".join(sorted(each.stem for each in folder.glob("*.toml"))) or "none"
                raise SourceError(f"{folder}: there is no source '{name}'; known are {known}; mend the name, or name another folder with --sources")
            found.append(load_source(path))
        return tuple(found), ()
    every, errors = read_sources(folder)
    enabled = tuple(source for source in every if source.enabled)
    if not enabled and not errors:
        raise SourceError(f"{folder}: no source is enabled; name one, or set enabled = true in its file")
    return enabled, tuple(str(error) for error in errors)


def open_desk(data: Path) -> Desk:
    from flows.night import Desk, ensure_gazetteer

    return Desk(data.resolve(), ensure_gazetteer(data.resolve(), say), tell=say)


def a_day(told: str | None, option: str) -> date | None:
    if told is None:
        return None
    try:
        return date.fromisoformat(told)
    except ValueError:
        fail(f"{option} is '{told}'; write a day such as 2023-09-26", MISUSED)


# run

@app.command()
def run(
    names: Annotated[list[str] | None, typer.Argument(metavar="SOURCE", help="Sources to read; all enabled ones when none is named.")] = None,
    day: Annotated[str | None, typer.Option(help="Day that the ledger files the run under; each source's own today when left out.")] = None,
    runner: RunnerOption = "local", workers: WorkersOption = 2, address: AddressOption = "",
    data: DataOption = DATA, folder: SourcesOption = None,
) -> None:
    """One night's work: what is new in the sources, into the warehouse, and from there to the readers.

    Example: dateline run example --data demo
    """
    with said_plainly():
        from flows.night import PLAIN, run_night
        from flows.runners import open_runner

        filed = a_day(day, "--day")
        chosen, broken = chosen_sources(sources_folder(folder), names)
        for each in broken:
            say(each)
        stages = replace(PLAIN, process=open_runner(runner, workers=workers, address=address))
        report = run_night(chosen, open_desk(data), day=filed, stages=stages)
        show_night(report, data)
        if broken or not report.is_well:
            raise typer.Exit(BROKEN)


def show_night(report: NightReport, data: Path) -> None:
    """A table of what each source gave, and one sentence that sums the night up."""
    from rich.table import Table

    table = Table(title=None, box=None, pad_edge=False)
    for column in ("source", "day", "outcome", "new pages", "known", "articles", "mentions", "new events", "updated", "rejects", "quarantine"):
        table.add_column(column, justify="left" if column in ("source", "day", "outcome") else "right")
    for each in report.windows:
        table.add_row(each.source_id, str(each.day), each.outcome, str(each.pages), str(each.known_pages), str(each.articles),
                      str(each.mentions), str(each.events_new), str(each.events_updated), str(each.rejected), str(each.quarantined))
    console().print(table)
    for trouble in report.troubles:
        say(trouble)
    for each in report.windows:
        if each.detail and each.outcome in ("loaded", "partial", "empty"):
            say(f"{each.source_id} {each.day}: {each.outcome}: {each.detail}")
    mentions, pages, known, articles, rejected = (sum(getattr(each, figure) for each in report.windows)
                                                  for figure in ("mentions", "pages", "known_pages", "articles", "rejected"))
    if mentions:
        new = sum(each.events_new for each in report.windows)
        print(f"{mentions} mentions loaded, {new} new events; ask {data / 'events.duckdb'} with `dateline sql --data {data}`")
    elif pages or rejected:
        print(f"no mention loaded: {pages} new pages gave {articles} articles, {known} were here already; {rejected} rejects tell why: "
              f"`dateline sql --data {data} \"SELECT source_id, reason, ref, detail FROM rejects ORDER BY rejected_at DESC\"`")
    elif report.is_well:
        print(f"nothing new: {known} pages were here already and none was read again; nothing was loaded twice")


def console() -> Any:
    from rich.console import Console

    # a pipe has no width of its own, and 80 columns would break rows apart
    return Console(width=None if sys.stdout.isatty() else 200, highlight=False)


# backfill, reread, quarantine

@app.command()
def backfill(
    name: Annotated[str, typer.Argument(metavar="SOURCE", help="Source whose days are done.")],
    since: Annotated[str, typer.Option(help="First day.")],
    until: Annotated[str, typer.Option(help="Day after the last.")],
    only: Annotated[str, typer.Option(help="missing: days never or not wholly loaded; stale: days read by other code, model or lexicons; all.")] = "missing",
    runner: RunnerOption = "local", workers: WorkersOption = 2, address: AddressOption = "",
    data: DataOption = DATA, folder: SourcesOption = None,
) -> None:
    """The days of a source that are missing or stale by the ledger, one after the other; started again it does what is left.

    Example: dateline backfill example --since 2023-01-01 --until 2023-02-01
    """
    with said_plainly():
        from flows.backfill import Only, coverage, run_backfill
        from flows.night import PLAIN
        from flows.runners import open_runner

        first, last = a_day(since, "--since"), a_day(until, "--until")
        if only not in list(Only):
            fail(f"--only is '{only}'; use missing, stale or all", MISUSED)
        if first is None or last is None or first >= last:
            fail("--since must be before --until", MISUSED)
        [source], _ = chosen_sources(sources_folder(folder), [name])
        desk = open_desk(data)
        report = run_backfill(source, first, last, desk, only=Only(only), reader_version=reader_version(desk) if only == Only.STALE else "",
                              stages=replace(PLAIN, process=open_runner(runner, workers=workers, address=address)))
        show_coverage(coverage(source, first, last, desk))
        known = sum(each.known_pages for each in report.windows)
        done = sum(each.outcome in ("loaded", "empty") for each in report.windows)
        print(f"{done} days done, {sum(each.mentions for each in report.windows)} mentions loaded"
              + (f"; {known} pages were here already and none was read again" if known else ""))
        partial = sum(each.outcome == "partial" for each in report.windows)
        if partial:
            print(f"{partial} days are not whole: they have more pages than politeness.max_pages, or some that could not be had; "
                  "the same command goes on with them")
        for trouble in report.troubles:
            say(trouble)
        if not report.is_well:
            raise typer.Exit(BROKEN)


def reader_version(desk: Desk) -> str:
    """The version that today's mentions carry."""
    from transforms.read import open_reader

    return open_reader(model=desk.model, gazetteer=desk.gazetteer).version


def show_coverage(days: Iterable[DayCoverage]) -> None:
    """A line a day; neighbouring days with the same hole are one line."""
    from itertools import groupby

    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for column in ("day", "found", "fetched", "known", "read", "mentions", "new events", "hole"):
        table.add_column(column, justify="left" if column in ("day", "hole") else "right")
    for _, same in groupby(days, key=lambda each: str(each.day) if each.found else each.hole):
        alike = list(same)
        first, last = alike[0], alike[-1]
        label = str(first.day) if first is last else f"{first.day} to {last.day}"
        table.add_row(label, *(str(getattr(first, name)) for name in ("found", "fetched", "known", "read", "mentions", "events")), first.hole)
    console().print(table)


@app.command()
def reread(
    source: Annotated[list[str] | None, typer.Option(help="Sources to read again; all enabled ones when none is named.")] = None,
    since: Annotated[str | None, typer.Option(help="First day.")] = None,
    until: Annotated[str | None, typer.Option(help="Day after the last.")] = None,
    runner: RunnerOption = "local", workers: WorkersOption = 2, address: AddressOption = "",
    data: DataOption = DATA, folder: SourcesOption = None,
) -> None:
    """Archived pages through today's code, without the network; shows which events came, went or were dated anew.

    Example: dateline reread --source example --since 2023-01-01
    """
    with said_plainly():
        from flows.backfill import run_reread
        from flows.night import PLAIN
        from flows.runners import open_runner

        chosen, broken = chosen_sources(sources_folder(folder), source)
        for each in broken:
            say(each)
        report, told = run_reread(chosen, open_desk(data), since=a_day(since, "--since"), until=a_day(until, "--until"),
                                  stages=replace(PLAIN, process=open_runner(runner, workers=workers, address=address)))
        show_night(report, data)
        print(f"{told.gained} events gained, {told.lost} lost, {told.redated} dated anew")
        for line in told.examples:
            print(f"  {line}")
        if broken or not report.is_well:
            raise typer.Exit(BROKEN)


quarantine_app = typer.Typer(no_args_is_help=False)
app.add_typer(quarantine_app, name="quarantine")


@quarantine_app.callback(invoke_without_command=True)
def quarantine_list(context: typer.Context, data: DataOption = DATA) -> None:
    """Lists the rules that rows broke, with how many rows wait for each.

    Example: dateline quarantine
    """
    if context.invoked_subcommand is None:
        with said_plainly():
            from flows.answers import Form, write_answer
            from flows.warehouse.query import ask

            rows = ask(data, """
                SELECT rule, row_table, source_id, count(*) AS rows, min(day) AS first_day, max(day) AS last_day
                FROM quarantine WHERE replayed_at IS NULL GROUP BY ALL ORDER BY rows DESC, rule, source_id""")
            if rows.num_rows:
                write_answer(rows, Form.TABLE, None)
            else:
                print("no row waits in quarantine")


@quarantine_app.command("explain")
def quarantine_explain(
    rule: Annotated[str, typer.Argument(help="Name of the rule, or the id of a row.")],
    limit: Annotated[int, typer.Option(help="Rows to show at most.")] = 20,
    data: DataOption = DATA,
) -> None:
    """What a rule asks, how to mend what breaks it, and the rows that did.

    Example: dateline quarantine explain mention_code_is_cameo
    """
    with said_plainly():
        from flows.answers import Form, write_answer
        from flows.warehouse.query import ask
        from schemas.expectations import ROW_RULES

        known = {each.name: each for each in ROW_RULES}
        text = rule.replace("'", "''")
        rows = ask(data, f"""SELECT row_id, rule, detail, source_id, day, payload FROM quarantine
                             WHERE replayed_at IS NULL AND (rule = '{text}' OR row_id = '{text}') ORDER BY day, row_id LIMIT {int(limit)}""")
        if rule not in known and not rows.num_rows:
            fail(f"no rule and no quarantined row is called '{rule}'; `dateline quarantine` lists them", MISUSED)
        for name in sorted({rule} & set(known) | set(rows.column("rule").to_pylist())):
            print(f"{name}: {known[name].explains}. To mend it: {known[name].cure}." if name in known else f"{name}: a rule of an earlier version")
        write_answer(rows.drop_columns(["payload"] if rule in known else []), Form.TABLE, None)


@quarantine_app.command("replay")
def quarantine_replay(
    source: Annotated[str | None, typer.Option(help="Only rows of this source.")] = None,
    data: DataOption = DATA, folder: SourcesOption = None,
) -> None:
    """Judges the waiting rows by today's rules and loads those that pass.

    Example: dateline quarantine replay --source example
    """
    with said_plainly():
        from flows.replay import run_replay

        tally = run_replay(open_desk(data), sources_folder(folder), source_id=source)
        print(f"{tally.loaded} rows loaded, {tally.left} still in quarantine")


@quarantine_app.command("docs")
def quarantine_docs(
    output: Annotated[Path, typer.Option("-o", "--output", help="Folder for the pages.")] = Path("out/data-docs"),
    data: DataOption = DATA,
) -> None:
    """Every row rule judged over all that is published, as Great Expectations' own HTML pages.

    Example: dateline quarantine docs -o out/data-docs
    """
    with said_plainly():
        from flows.night import known_countries
        from flows.warehouse.staging import write_docs

        print(f"open {write_docs(data, output, known_countries(open_desk(data).gazetteer))}")


# sources

@sources_app.callback(invoke_without_command=True)
def sources_list(context: typer.Context, data: DataOption = DATA, folder: SourcesOption = None) -> None:
    """Lists every source with its health: its last window with the rejects of that; the articles and quarantined rows that are there.

    Example: dateline sources
    """
    if context.invoked_subcommand is not None:
        return
    with said_plainly():
        from rich.table import Table

        from schemas.source import read_sources

        every, errors = read_sources(sources_folder(folder))
        health = _health(data)
        table = Table(box=None, pad_edge=False)
        for column in ("source", "name", "kind", "enabled", "last day", "outcome", "rejects", "articles", "quarantined"):
            table.add_column(column)
        for each in every:
            told = health.get(each.source_id, {})
            table.add_row(each.source_id, each.name, each.kind, "yes" if each.enabled else "no", str(told.get("day", "never")),
                          *(str(told.get(figure, "")) for figure in ("outcome", "rejected", "articles", "quarantined")))
        console().print(table)
        for error in errors:
            say(str(error))
        if errors:
            raise typer.Exit(BROKEN)


def _health(data: Path) -> dict[str, dict[str, Any]]:
    from flows.warehouse.query import ask

    if not (data / "events.duckdb").exists():
        return {}
    rows = ask(data, """
        SELECT source_id, arg_max(day, closed_at) AS day, arg_max(outcome, closed_at) AS outcome, arg_max(rejected, closed_at) AS rejected,
            (SELECT count(*) FROM articles AS a WHERE a.source_id = w.source_id AND a.is_current) AS articles,
            (SELECT count(*) FROM quarantine AS q WHERE q.source_id = w.source_id AND q.replayed_at IS NULL) AS quarantined
        FROM windows AS w GROUP BY source_id""").to_pylist()
    return {row["source_id"]: row for row in rows}


@sources_app.command("check")
def sources_check(
    names: Annotated[list[str] | None, typer.Argument(metavar="SOURCE", help="Sources to check; all when none is named.")] = None,
    folder: SourcesOption = None,
) -> None:
    """Reads every source file strictly and says what is wrong with each, and how to mend it.

    Example: dateline sources check
    """
    with said_plainly():
        from schemas.source import SourceError, load_source

        where = sources_folder(folder)
        if not where.is_dir():
            raise SourceError(f"{where}: there is no such folder of sources; make it or name another with --sources")
        paths = [where / f"{name}.toml" for name in names] if names else sorted(where.glob("*.toml"))
        broken = 0
        for path in paths:
            try:
                source = load_source(path)
                print(f"{path}: good ({source.kind}, {'enabled' if source.enabled else 'disabled'})")
            except SourceError as error:
                broken += 1
                say(str(error))
        if broken:
            fail(f"{broken} of {len(paths)} source files must be mended", BROKEN)


# clean, annotate

OutOption = Annotated[Path | None, typer.Option("-o", "--output", help="File to write; standard output when left out.")]


@app.command()
def clean(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH", help="HTML or text files (also .gz), folders, or JSONL lists with \"file\" and \"url\".")],
    output: OutOption = None,
    language: Annotated[str, typer.Option(help="Language of the pages where they do not tell, ISO 639-1.")] = "en",
) -> None:
    """Pages to articles, one JSON line each: file, url, title, text, date, date_basis, author, language, blocks.

    Example: dateline clean page.html -o articles.jsonl
    """
    with said_plainly():
        from flows.streams import clean_stream, opened_output

        missing = [str(path) for path in paths if not path.exists()]
        if missing:
            fail(f"{', '.join(missing)}: no such file or folder; check the path", MISUSED)
        with opened_output(output) as out:
            tally = clean_stream(paths, out, language=language, now=datetime.now(UTC), complain=say)
        say(f"{tally.done} articles, {tally.lost} without one")
        if tally.lost and not tally.done:
            raise typer.Exit(BROKEN)


@app.command()
def annotate(
    path: Annotated[Path, typer.Argument(metavar="IN.jsonl", help='Lines with "id" and "text", perhaps "published", "title", "url", "language", or lines of clean; - is standard input.')],
    output: OutOption = None,
    model: Annotated[str, typer.Option(help="Installed spaCy pipeline that parses; the one that Dateline comes with when left out.")] = "",
    data: DataOption = DATA,
) -> None:
    """Texts to times, places and dated events, one JSON line each; needs no database.

    Example: dateline annotate texts.jsonl -o events.jsonl, or dateline clean page.html | dateline annotate -
    """
    with said_plainly():
        from flows.night import ensure_gazetteer
        from flows.streams import annotate_stream, opened_output

        if str(path) != "-" and not path.is_file():
            fail(f"{path}: no such file; check the path", MISUSED)
        from transforms.read import DEFAULT_MODEL, open_reader

        try:
            reader = open_reader(model=model, gazetteer=ensure_gazetteer(data, say))
        except OSError as error:
            if "Can't find model" not in str(error):
                raise
            fail(f"the spaCy pipeline '{model or DEFAULT_MODEL}' is not installed; install it, or name another with --model", BROKEN)
        with opened_output(output) as out:
            tally = annotate_stream(path, out, reader, complain=say)
        if tally.lost:
            fail(f"{tally.done} lines annotated, {tally.lost} broken ones left out", BROKEN)


# sql, import-gdelt, report

@app.command()
def sql(
    query: Annotated[str | None, typer.Argument(metavar="QUERY|FILE", help="One SELECT, or a file that holds it; standard input when left out.")] = None,
    form: Annotated[str, typer.Option("--format", help="table, csv, json (a line a row) or parquet; by the file's ending when left out. In CSV a text that a spreadsheet would run as a formula gets a quotation mark before it.")] = "",
    output: OutOption = None,
    dialect: Annotated[str, typer.Option(help="What the query is written in: duckdb, bigquery (legacy too), mysql or postgres. GDELT's published queries run as they stand.")] = "duckdb",
    rows: Annotated[str, typer.Option(help="Whose rows GDELT's tables mean: dateline, or gdelt for those that import-gdelt loaded.")] = "dateline",
    param: Annotated[list[str] | None, typer.Option(metavar="NAME=VALUE", help="Value of $NAME in the query, of @NAME with --dialect bigquery or mysql.")] = None,
    timeout: Annotated[float, typer.Option(min=0.1, help="Seconds after which the query is stopped.")] = 60.0,
    memory: Annotated[int, typer.Option(min=16, help="Megabytes that the query may use; its answer may have half of them.")] = 2048,
    data: DataOption = DATA,
) -> None:
    """Asks the published database; it can only be read.

    Example: dateline sql "SELECT date, source, deed, target FROM timeline WHERE place LIKE '%Pristina%'"
    """
    with said_plainly():
        from flows.answers import chosen_form, question, translated, write_answer
        from flows.warehouse.query import ask

        chosen = chosen_form(form, output)
        text = translated(question(query), dialect, rows, param or [])
        write_answer(ask(data, text, timeout_seconds=timeout, memory_mb=memory), chosen, output)


@app.command("import-gdelt")
def import_gdelt(
    paths: Annotated[list[Path], typer.Argument(metavar="FILE", help="GDELT's export, mention or gkg files: Parquet, or tab-separated as published, also .zip and .gz.")],
    data: DataOption = DATA,
) -> None:
    """GDELT's own files into tables beside ours: gdelt_published.events, .eventmentions (or .mentions) and .gkg.

    Example: dateline import-gdelt 20191024143000.export.CSV.zip
    """
    with said_plainly():
        from flows.warehouse.imported import import_files

        missing = [str(path) for path in paths if not path.is_file()]
        if missing:
            fail(f"{', '.join(missing)}: no such file; check the path", MISUSED)
        done = import_files(data, paths, now=datetime.now(UTC))
        for each in done:
            print(f"{each.path}: {each.rows} rows of gdelt_published.{each.table}, {each.new} of them new, {each.damaged} damaged lines left out")
            for complaint in each.complaints:
                say(f"{each.path}: {complaint}")
        if any(each.damaged and not each.rows for each in done):
            raise typer.Exit(BROKEN)


@app.command()
def report(
    output: Annotated[Path, typer.Option("-o", "--output", help="File to write.")] = Path("report.html"),
    data: DataOption = DATA,
) -> None:
    """One self-contained HTML page: map, timeline, who to whom, newest events with their sentences, health of the sources.

    Example: dateline report -o report.html
    """
    with said_plainly():
        from flows.report import write_report

        told = write_report(data, output, now=datetime.now(UTC))
        print(f"{output}: {told} events; open it in a browser, it needs no network")
