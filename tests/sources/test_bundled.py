"""What a newcomer gets without a network: the bundled site holds every difficulty it says, and the feeds stay off."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from pathlib import Path

import pytest

from schemas.records import Basis, Page, Reason, Reject
from schemas.source import SourceKind, read_sources
from transforms.clean.cleaner import clean

FOLDER = Path(__file__).parents[2] / "sources"
EXAMPLE = FOLDER / "example"


@pytest.fixture(scope="module")
def sources():
    found, errors = read_sources(FOLDER)
    assert not errors
    return {source.source_id: source for source in found}


def read(name, source):
    body = (EXAMPLE / name).read_bytes()
    body = gzip.decompress(body) if name.endswith(".gz") else body
    return clean(Page("example", name, name, body, datetime(2026, 1, 1, tzinfo=UTC)), source)


def test_the_example_is_off_and_needs_no_network(sources):
    assert not sources["example"].enabled, "invented pages do not come among the news of a night over all sources"
    assert sources["example"].kind is SourceKind.FOLDER
    assert Path(sources["example"].location) == EXAMPLE


def test_six_public_feeds_are_there_and_off(sources):
    feeds = [source for source in sources.values() if source.kind is SourceKind.FEED]
    assert len(feeds) == 6 and not any(feed.enabled for feed in feeds)
    assert all(feed.location.startswith("https://") for feed in feeds)


def test_the_package_ships_the_pages(tmp_path):
    import zipfile

    from hatchling.builders.wheel import WheelBuilder

    wheel, = WheelBuilder(str(FOLDER.parent)).build(directory=str(tmp_path), versions=["standard"])
    shipped = set(zipfile.ZipFile(wheel).namelist())
    assert {f"sources/{path.relative_to(FOLDER).as_posix()}" for path in FOLDER.rglob("*") if path.is_file() and "__pycache__" not in path.parts} <= shipped


def test_no_page_holds_an_address_of_the_real_world():
    for path in EXAMPLE.iterdir():
        body = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        addresses = {part.split(b'"')[0].split(b"/")[0] for part in body.split(b"https://")[1:]}
        assert addresses <= {b"lanternpost.example", b"schema.org"}, path.name


def test_a_page_without_a_date_gets_none(sources):
    article = read("oslo-handshake.html", sources["example"])
    assert article.published.start is None


def test_a_date_in_the_byline_only_is_found_there(sources):
    article = read("minsk-ceasefire.html", sources["example"])
    assert (str(article.published.start), article.published.basis) == ("2015-02-13", Basis.BYLINE)


def test_the_german_page_is_known_as_german(sources):
    assert read("2023-04-05-finnland-nato.html", sources["example"]).language == "de"


def test_the_compressed_page_is_an_article(sources):
    assert read("2021-02-02-myanmar-coup.html.gz", sources["example"]).title.startswith("Myanmar's army takes power")


@pytest.mark.parametrize(("name", "reason"), [("empty.html", Reason.EMPTY_PAGE), ("index.html", Reason.INDEX_PAGE)])
def test_what_is_no_article_is_a_reject_with_its_reason(sources, name, reason):
    reject = read(name, sources["example"])
    assert isinstance(reject, Reject) and reject.reason is reason


@pytest.mark.parametrize("furniture", ["Cookie", "newsletter", "free article", "Photograph:", "Refugees begin", "All rights reserved"])
def test_furniture_is_not_content(sources, furniture):
    for name in ("1999-06-14-pristina-airfield.html", "2022-08-01-plates-postponed.html"):
        assert furniture not in read(name, sources["example"]).content
