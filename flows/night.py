"""One night's work, told without Prefect: acquire, clean, read, stage, audit, load, publish; per source and day."""

from __future__ import annotations

import functools
import itertools
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.fetch import acquire as fetch
from flows.warehouse import load as loading
from flows.warehouse import publish as publishing
from flows.warehouse.errors import MisuseError, WarehouseError
from flows.warehouse.events import Geo
from flows.warehouse.lock import hold_lock
from flows.warehouse.staging import PageRow, Staging, audit, open_staging
from flows.warehouse.store import Window, begin_run, close_window, end_run, open_warehouse
from schemas.expectations import AuditError
from schemas.records import Article, Mention, Page, Reason, Reject, Stage, code_version
from schemas.source import Source, SourceError
from transforms.merge import merge

if TYPE_CHECKING:
    from transforms.clean.memory import SiteMemory

EASTERNMOST = timedelta(hours=14)   # Kiritimati's day is ahead of UTC by so much
CHUNK_PAGES = 25             # a Prefect task costs about 10 ms, a page about 200: chunks make the first vanish, and the last one is waited for
TAUGHT_PAGES = 50            # of a new site, from which its furniture is learnt
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Desk:
    """Where a run works and with what: its folder, its clock, the gazetteer file and the language model (empty: the reader's own)."""

    data: Path
    gazetteer: Path
    model: str = ""
    clock: Callable[[], datetime] = fetch.utc_now
    tell: Tell = lambda line: None


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some pages of one source, with what cleaning needs to know of their site. Travels to workers."""

    pages: tuple[Page, ...]
    source: Source
    memory: SiteMemory
    gazetteer: Path
    model: str


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What became of a chunk's pages: every page is a row, and is an article or a reject."""

    rows: tuple[PageRow, ...]
    articles: tuple[Article, ...]
    rejects: tuple[Reject, ...]
    lines: Mapping[str, tuple[str, ...]]     # digests of the lines with the articles that had them, copies left out
    sketches: Mapping[str, bytes] = field(default_factory=dict)     # by article id, for near-duplicates


@dataclass(frozen=True, slots=True)
class Told:
    """What a chunk's articles told, and by which version of the reader; "" where there was nothing to read."""

    mentions: tuple[Mention, ...]
    rejects: tuple[Reject, ...]
    reader_version: str = ""


@dataclass(frozen=True, slots=True)
class NightReport:
    """How a run ended: a window a source and day, and what a person must mend."""

    run_id: str
    windows: tuple[Window, ...]
    troubles: tuple[str, ...] = ()
    published: bool = False

    @property
    def is_well(self) -> bool:
        return not self.troubles


def clean_chunk(chunk: Chunk) -> Cleaned:
    """Pages to articles. A page that breaks our code costs only itself."""
    from transforms.clean.cleaner import clean
    from transforms.clean.duplicates import repeated, signature
    from transforms.clean.memory import EMPTY_MEMORY, learn

    rows: list[PageRow] = []
    articles: list[Article] = []
    rejects: list[Reject] = []
    for page in chunk.pages:
        try:
            made = clean(page, chunk.source, chunk.memory)
        except Exception as error:
            made = _failed(Stage.CLEAN, page.url, error, page.source_id)
        bare = _without_body(page)
        if isinstance(made, Reject):
            rejects.append(made)
            rows.append(PageRow(bare, page.page_id, made.reason.value))
        else:
            articles.append(made)
            rows.append(PageRow(bare, page.page_id, "article", made.article_id))
    sketches = {article.article_id: sketch for article in articles if (sketch := signature(article.content))}
    # what recurs because the whole story does is no furniture: three addresses of one story would lose all its paragraphs
    copies = repeated(sketches)
    learnt = learn(EMPTY_MEMORY, (article for article in articles if article.article_id not in copies))
    # a plain dict: what learn() gives cannot be pickled
    return Cleaned(tuple(rows), tuple(articles), tuple(rejects), dict(learnt.seen), sketches)


def read_chunk(articles: Sequence[Article], gazetteer: Path, model: str) -> Told:
    """Articles to mentions; the reader is opened once per process and kept."""
    from transforms.read import open_reader

    mentions: list[Mention] = []
    rejects: list[Reject] = []
    version = ""
    if articles:
        # a worker on another machine has no such file: it builds its own, once
        here = gazetteer if gazetteer.exists() else ensure_gazetteer(Path(tempfile.gettempdir()) / "dateline")
        reader = open_reader(model=model, gazetteer=here)
        version = reader.version
        try:
            readings = list(reader.read_all(articles))
        except Exception:
            # one of them breaks our code: alone, it is found and the others are read
            readings = []
            for article in articles:
                try:
                    readings.append(reader.read(article))
                except Exception as error:
                    rejects.append(_failed(Stage.READ, article.article_id, error, article.source_id))
        for reading in readings:
            mentions += reading.mentions
            rejects += reading.rejects
    return Told(tuple(mentions), tuple(rejects), version)


def _failed(stage: Stage, ref: str, error: Exception, source_id: str) -> Reject:
    return Reject(stage, Reason.STAGE_FAILED, ref, f"{type(error).__name__}: {error}"[:500], source_id)


def _without_body(page: Page) -> Page:
    return Page(page.source_id, page.url, page.final_url, b"", page.fetched_at, page.status, page.headers, page.listed_at,
                page.listed_basis, page.listed_title, page.is_archived_copy)


def process_chunk(chunk: Chunk) -> tuple[Cleaned, Told]:
    """Clean and read in one go: what a worker does with a chunk."""
    cleaned = clean_chunk(chunk)
    return cleaned, read_chunk(cleaned.articles, chunk.gazetteer, chunk.model)


def import_stages() -> None:
    """Imports what process_chunk() needs, some seconds of it, before there is a chunk."""
    import transforms.clean.cleaner
    import transforms.read  # noqa: F401 - for the import's sake


def one_by_one(chunks: Iterable[Chunk]) -> Iterator[tuple[Cleaned, Told]]:
    """The plain runner: this process, in order."""
    return map(process_chunk, chunks)


@dataclass(frozen=True, slots=True)
class Stages:
    """The steps of a run, each replaceable by a wrapper with the same signature: Prefect's tasks, a pool, a cluster."""

    acquire: Callable[..., Iterable[Page | Reject]] = fetch.acquire
    process: Callable[[Iterable[Chunk]], Iterator[tuple[Cleaned, Told]]] = one_by_one
    audit: Callable[..., Any] = audit
    load: Callable[..., Window] = loading.load
    publish: Callable[..., dict[str, int]] = publishing.publish


PLAIN = Stages()


def run_night(sources: Sequence[Source], desk: Desk, *, day: date | None = None, stages: Stages = PLAIN,
              one: Callable[..., Window] | None = None) -> NightReport:
    """What is new in each source, into the warehouse, and from there to the readers.

    `day` is the window that the ledger files it under; None: each source's own today. A source that fails costs only
    itself. Raises WarehouseBusyError when another run is at work, WarehouseError when the warehouse cannot be used,
    MisuseError for a day that has begun nowhere on earth.
    """
    if day and day > (desk.clock() + EASTERNMOST).astimezone(UTC).date():
        raise MisuseError(f"day {day} has not begun anywhere; leave it out for today")
    return run_windows([(source, day or desk.clock().astimezone(source.zone).date(), None, None) for source in sources],
                       desk, kind="nightly", stages=stages, one=one)


def run_windows(windows: Iterable[tuple[Source, date, date | None, date | None]], desk: Desk, *, kind: str,
                stages: Stages = PLAIN, one: Callable[..., Window] | None = None) -> NightReport:
    """Windows (source, day, since, until) one after the other under one lock and one run id, then one publication.

    `one` does a window; None: run_window.
    """
    done: list[Window] = []
    troubles: list[str] = []
    with hold_lock(desk.data, kind, now=desk.clock()):
        with open_warehouse(desk.data, now=desk.clock()) as db:
            run_id = begin_run(db, kind, now=desk.clock())

        def end(outcome: str, detail: str) -> None:
            with open_warehouse(desk.data, now=desk.clock()) as db:
                end_run(db, run_id, outcome, now=desk.clock(), detail=detail[:2000])

        try:
            for source, day, since, until in windows:
                window = _guarded(one or run_window, source, day, desk, run_id, since=since, until=until, stages=stages)
                done.append(window)
                if window.outcome in ("failed", "stopped"):
                    troubles.append(f"{source.source_id} {day}: {window.outcome}: {window.detail}")
            # before publication: the readers' copy tells how the run ended
            end("failed" if troubles else "done", "; ".join(troubles))
            published = publish_if_behind(desk, stages)
        except BaseException as error:
            # a disk that is full refuses this line as well; the next run then marks this one as crashed
            with suppress(WarehouseError):
                end("failed", f"{type(error).__name__}: {error}" if isinstance(error, Exception) else "interrupted")
            raise
    return NightReport(run_id, tuple(done), tuple(troubles), published)


def _guarded(run: Callable[..., Window], source: Source, day: date, desk: Desk, run_id: str, **more: Any) -> Window:
    """A window whose source or audit fails is closed as failed; a warehouse that fails ends the run."""
    try:
        return run(source, day, desk, run_id, **more)
    except WarehouseError:
        raise
    except (SourceError, AuditError) as error:
        detail = str(error)
    except Exception as error:
        detail = f"{type(error).__name__}: {error}"
    window = Window(source.source_id, day, "failed", code_version=code_version(), detail=detail[:2000])
    with open_warehouse(desk.data, now=desk.clock()) as db:
        close_window(db, window, run_id, now=desk.clock())
    return window


def run_window(source: Source, day: date, desk: Desk, run_id: str, *, since: date | None = None, until: date | None = None,
               stages: Stages = PLAIN, again: bool = False, reader_version: str = "") -> Window:
    """One source on one day, from its pages to the warehouse.

    `again`: known pages are read as if they were new, but for those that the reader of this version has read.
    """
    now = desk.clock()
    with open_warehouse(desk.data, now=now) as db:
        stored = loading.stored_pages(db, source.source_id)
        failed = loading.failed_addresses(db, source.source_id)
        fresh = loading.pages_read_by(db, source.source_id, reader_version) if again and reader_version else frozenset[str]()
        history = loading.past_figures(db, source.source_id)
        memory = _site_memory(loading.stored_lines(db, source.source_id))
    seen: set[str] = set()

    def known(url: str) -> loading.StoredPage | None:
        if url in stored:
            seen.add(url)
        return None if again and url not in fresh else stored.get(url)

    with open_staging(desk.data, run_id=run_id, source_id=source.source_id, day=day, now=now) as staging:
        found = stages.acquire(source, since=since, until=until, known=known, now=now, failed=failed, archive=desk.data / "archive")
        for cleaned, told in stages.process(_chunks(found, source, memory, desk, staging)):
            seen -= {row.page.url for row in cleaned.rows}
            staging.add(pages=cleaned.rows, articles=cleaned.articles, mentions=told.mentions,
                        rejects=(*cleaned.rejects, *told.rejects), lines=cleaned.lines,
                        sketches=cleaned.sketches)
            # of the reader, not of a mention: a day that tells of nothing any more was read as well
            staging.reader_version = told.reader_version or staging.reader_version
            desk.tell(f"{source.source_id}: {staging.count('pages')} pages, {staging.count('mentions')} mentions")
        staging.known_pages = len(seen)
        if seen:
            desk.tell(f"{source.source_id} {day}: {len(seen)} pages were here already")
        _link_copies(staging, desk)
        verdict = stages.audit(staging, source, history, countries=known_countries(desk.gazetteer))
        if verdict.figures["failed"]:
            desk.tell(f"{source.source_id}: {verdict.figures['failed']} pages or articles broke our own code; "
                      "see rejects with the reason stage_failed, and please report it")
        for rule in verdict.broken_batch:   # the ledger keeps them too, under figures
            desk.tell(f"{source.source_id}: {'stopped' if rule.stops else 'warning'}: {rule.rule}: {rule.detail}")
        with open_warehouse(desk.data, now=now) as db:
            return stages.load(db, staging, verdict, merge=merge, geo=geo_columns(desk.gazetteer), now=desk.clock())


def _link_copies(staging: Staging, desk: Desk) -> None:
    """Marks the articles of the batch that repeat an earlier one, of whatever source, as its copies."""
    arriving = staging.sketches()
    if arriving:
        from transforms.clean.duplicates import find_duplicates

        with open_warehouse(desk.data, now=desk.clock()) as db:
            earlier = loading.stored_sketches(db, near=arriving)
        # a page that changed is no copy of what it was
        own = {each.article_id for each in arriving}
        copies = find_duplicates([*(each for each in earlier if each.article_id not in own), *arriving])
        staging.mark_copies({copy: first for copy, first in copies.items() if copy in own})


def _chunks(found: Iterable[Page | Reject], source: Source, memory: SiteMemory, desk: Desk, staging: Staging) -> Iterator[Chunk]:
    """Pages in chunks; what was lost on the way is staged at once.

    The first pages of a site also teach what its pages have in common, before any of them is read for good:
    so a new source's furniture is known from its first night.
    """
    pages = _pages(found, staging)
    if not memory.seen:
        first = tuple(itertools.islice(pages, TAUGHT_PAGES))
        if len(first) > 2:
            memory = _site_memory(clean_chunk(Chunk(first, source, memory, desk.gazetteer, desk.model)).lines)
        pages = itertools.chain(first, pages)
    while chunk := tuple(itertools.islice(pages, CHUNK_PAGES)):
        yield Chunk(chunk, source, memory, desk.gazetteer, desk.model)


def _pages(found: Iterable[Page | Reject], staging: Staging) -> Iterator[Page]:
    for each in found:
        if isinstance(each, Reject):
            staging.add(rejects=[each])
        else:
            yield each


def _site_memory(lines: Mapping[str, tuple[str, ...]]) -> SiteMemory:
    from transforms.clean.memory import SiteMemory

    return SiteMemory(lines)


def publish_if_behind(desk: Desk, stages: Stages = PLAIN) -> bool:
    """Publishes when the readers' copy is behind; also what a run that was killed after its load left behind."""
    with open_warehouse(desk.data, now=desk.clock()) as db:
        if publishing.is_published(db, desk.data):
            return False
        desk.tell("publishing")
        stages.publish(db, desk.data, now=desk.clock())
        return True


def geo_columns(gazetteer: Path) -> Geo:
    """How a place is written in GDELT's columns."""
    from transforms.places.gazetteer import open_gazetteer
    from transforms.places.gdelt import gdelt_geo

    return functools.partial(gdelt_geo, gazetteer=open_gazetteer(gazetteer))


def known_countries(gazetteer: Path) -> frozenset[str]:
    """The ISO 3166-1 alpha-2 codes that a place may have."""
    from transforms.places.gazetteer import open_gazetteer

    return frozenset(open_gazetteer(gazetteer).countries)


def gazetteer_path(data: Path) -> Path:
    """Where the gazetteer of the installed data packages and tables is kept; another version is another file."""
    from transforms.places.gazetteer import gazetteer_version

    return data / "cache" / f"gazetteer-{gazetteer_version()}.bin"


def ensure_gazetteer(data: Path, tell: Tell = lambda line: None) -> Path:
    """The gazetteer file, built first when it is missing (half a minute, once per version)."""
    path = gazetteer_path(data)
    if not path.exists():
        from transforms.places.build import build_gazetteer

        tell("building the gazetteer, once")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            build_gazetteer(path, progress=lambda step: tell(f"gazetteer: {step}"))
            for older in path.parent.glob("gazetteer-*.bin"):
                if older != path:
                    older.unlink(missing_ok=True)
        except OSError as error:
            raise WarehouseError(f"{path}: cannot be written ({error.strerror}); free the disk or name a folder with --data") from error
    return path
