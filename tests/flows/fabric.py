"""Records made directly, so that the platform is tested in seconds and without a language model."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from flows.warehouse.load import load
from flows.warehouse.staging import PageRow, audit, open_staging
from flows.warehouse.store import Window, begin_run, end_run, open_warehouse
from schemas.records import (
    Actor,
    Article,
    Basis,
    Block,
    BlockKind,
    Count,
    GeoBasis,
    Mention,
    Page,
    Place,
    PlaceKind,
    Precision,
    Span,
    Status,
    When,
    digest,
)
from schemas.source import Source, SourceKind
from transforms.merge import merge
from transforms.places.gdelt import Geo

NOW = datetime(2023, 10, 1, 3, tzinfo=UTC)
DAY = date(2023, 10, 1)
SOURCE = Source("lantern", "The Lantern Post", SourceKind.FOLDER, "/nowhere", "en", "RS", "Europe/Belgrade")
PRISTINA = Place(Span(0, 8), "Pristina", "Pristina", PlaceKind.CITY, 42.67, 21.17, "XK", "", 786714, 0.9)
SENTENCE = "Police raided a house in Pristina and arrested two men"


def day(when: date, basis: Basis = Basis.TEXT) -> When:
    return When(when, when + timedelta(days=1), Precision.DAY, basis, when.isoformat())


def actor(code: str, start: int, end: int) -> Actor:
    return Actor(code, code.title(), code.lower(), Span(start, end), country=code[:3], type1=code[3:6])


def geo(place: Place) -> Geo:
    return Geo(4, f"{place.name}, Kosovo", "KV", "KV00", feature_id=str(place.geonameid))


def article(number: int, text: str = "", source_id: str = "lantern", published: date = date(2023, 9, 26)) -> Article:
    text = text or f"Report {number}\n\n{SENTENCE} on a day of the week. Nothing else happened."
    url = f"https://{source_id}.example/{number}"
    head = text.index("\n\n")
    return Article(digest(url), digest(text), source_id, digest(url, text), url, url, text[:head], text,
                   (Block(BlockKind.TITLE, Span(0, head)), Block(BlockKind.BODY, Span(head + 2, len(text)))),
                   day(published, Basis.META), language="en", country="RS", fetched_at=datetime(2023, 9, 30, tzinfo=UTC))


def mention(of: Article, when: date | When | None = date(2023, 9, 24), code: str = "173", source: str = "KSVCOP", target: str = "SRBREB",
            **more: object) -> Mention:
    start = of.text.index("\n\n") + 2
    end = of.text.index(".", start) + 1
    dated = When(None, None, Precision.UNKNOWN, Basis.NONE) if when is None else when if isinstance(when, When) else day(when)
    made = Mention(of.article_id, of.version, of.source_id, 1, Span(start + 7, start + 13), Span(start, end), of.text[start:end], code,
                   actor(source, start, start + 6) if source else None, actor(target, start + 15, start + 20) if target else None,
                   dated, PRISTINA, GeoBasis.SENTENCE, Status.ASSERTED, reader_version="test-1", killed=Count(1, 1, 1))
    return replace(made, **more)  # type: ignore[arg-type]


def page(of: Article) -> PageRow:
    made = Page(of.source_id, of.url, of.url, of.text.encode(), NOW, headers=(("ETag", of.version),))
    return PageRow(made, of.page_id, "article", of.article_id)


def load_batch(data: Path, mentions: list[Mention], articles: list[Article], *, on: date = DAY, now: datetime = NOW,
               source: Source = SOURCE) -> Window:
    """One window from records to the warehouse, as the pipeline does it, without publication."""
    with open_warehouse(data, now=now) as db:
        run_id = begin_run(db, "nightly", now=now)
        with open_staging(data, run_id=run_id, source_id=source.source_id, day=on, now=now) as staging:
            staging.add(pages=[page(each) for each in articles], articles=articles, mentions=mentions)
            window = load(db, staging, audit(staging, source, []), merge=merge, geo=geo, now=now)
        end_run(db, run_id, "done", now=now)
    return window
