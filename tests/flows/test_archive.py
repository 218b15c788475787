"""The archive: what is written is read back, what is damaged is told and stepped over."""

from __future__ import annotations

import gzip
import json
import re
import zlib
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from flows.archive import Archive, Capture, Damage, Kept, read_captures, reread
from flows.fetch.acquire import acquire
from schemas.records import Basis, Page, Reason, Reject
from schemas.source import Politeness, Source, SourceKind
from tests.flows.badserver import BadServer, feed, story
from tests.flows.test_hostile import HOSTILE, source

NOW = datetime(2023, 9, 27, 3, tzinfo=UTC)
MEGABYTE = 1_000_000


def archive(folder: Path, *days: datetime, **more: int) -> Archive:
    ticks = iter([*days, *([NOW] * 1000)])
    return Archive(folder, "lantern", clock=lambda: next(ticks), **more)


def captures(path: Path) -> list[Capture | Damage]:
    return list(read_captures(path, max_bytes=MEGABYTE))


def test_what_is_kept_comes_back_byte_for_byte(tmp_path: Path) -> None:
    body = bytes(range(256)) * 10
    url = "https://paper.example/a%20b?x=%C3%A9&y=1"
    archive(tmp_path).keep(url, 200, (("Content-Type", "text/html"), ("X-Odd", "a\r\nInjected: 1"), ("Content-Encoding", "gzip")), body,
                           asked="http://paper.example/%25", note={"Listed-Title": "Цена: 100 %\nnow", "Listed-At": NOW.isoformat()})
    [got] = captures(tmp_path / "lantern" / "2023-09-27-001.warc.gz")
    assert isinstance(got, Capture)
    assert (got.url, got.asked, got.status, got.body, got.captured_at) == (url, "http://paper.example/%25", 200, body, NOW)
    assert dict(got.note)["Listed-Title"] == "Цена: 100 %\nnow"
    assert "Injected" not in dict(got.headers) and dict(got.headers)["X-Crawler-Content-Encoding"] == "gzip"


def test_a_day_has_its_own_file_and_a_full_one_is_followed_by_the_next(tmp_path: Path) -> None:
    keeper = archive(tmp_path, NOW, NOW, NOW + timedelta(days=1), max_file_bytes=300)
    for number in range(3):
        keeper.keep(f"https://paper.example/{number}", 200, (), (str(number) * 3000).encode() + bytes(range(256)) * 8)
    assert sorted(each.name for each in (tmp_path / "lantern").iterdir()) == ["2023-09-27-001.warc.gz", "2023-09-27-002.warc.gz", "2023-09-28-001.warc.gz"]


def test_other_tools_read_the_archive(tmp_path: Path) -> None:
    from fastwarc.warc import ArchiveIterator, WarcRecordType

    archive(tmp_path).keep("https://paper.example/1", 200, (("Content-Type", "text/html"),), story("Read by others"))
    with (tmp_path / "lantern" / "2023-09-27-001.warc.gz").open("rb") as file:
        records = [(each.record_type, each.reader.read(), each.verify_block_digest()) for each in ArchiveIterator(file)]
    assert [kind for kind, *_ in records] == [WarcRecordType.warcinfo, WarcRecordType.response]
    assert records[1][1] == story("Read by others")


def test_a_torn_end_costs_the_last_record_only(tmp_path: Path) -> None:
    keeper = archive(tmp_path)
    for number in range(3):
        keeper.keep(f"https://paper.example/{number}", 200, (), story(f"Story {number}"))
    path = tmp_path / "lantern" / "2023-09-27-001.warc.gz"
    path.write_bytes(path.read_bytes()[:-30])
    *good, bad = captures(path)
    assert [each.url for each in good if isinstance(each, Capture)] == ["https://paper.example/0", "https://paper.example/1"]
    assert isinstance(bad, Damage) and bad.offset > 0


def test_what_a_later_run_appends_behind_a_torn_end_is_read(tmp_path: Path) -> None:
    keeper = archive(tmp_path)
    keeper.keep("https://paper.example/1", 200, (), story("One"))
    keeper.keep("https://paper.example/2", 200, (), story("Torn"))
    path = tmp_path / "lantern" / "2023-09-27-001.warc.gz"
    path.write_bytes(path.read_bytes()[:-100])      # killed while it wrote
    archive(tmp_path).keep("https://paper.example/3", 200, (), story("Three"))
    found = captures(path)
    assert [each.url for each in found if isinstance(each, Capture)] == ["https://paper.example/1", "https://paper.example/3"]
    assert any(isinstance(each, Damage) for each in found)


@pytest.mark.parametrize("is_packed", [True, False])
def test_damage_in_the_middle_is_told_and_stepped_over(tmp_path: Path, is_packed: bool) -> None:
    keeper = archive(tmp_path)
    sizes = []
    path = tmp_path / "lantern" / "2023-09-27-001.warc.gz"
    for number in range(3):
        keeper.keep(f"https://paper.example/{number}", 200, (), story(f"Story {number}"))
        sizes.append(path.stat().st_size)
    raw = bytearray(path.read_bytes())
    if is_packed:
        middle = (sizes[0] + sizes[1]) // 2
        raw[middle:middle + 40] = bytes(40)
    else:
        raw = bytearray(gzip.decompress(raw))
        at = raw.index(b"Story 1")
        raw[at:at + 7] = b"XXXXXXX"
        path = path.with_suffix("")
    path.write_bytes(raw)
    found = captures(path)
    assert [each.url for each in found if isinstance(each, Capture)] == ["https://paper.example/0", "https://paper.example/2"]
    assert len([each for each in found if isinstance(each, Damage)]) >= 1


def test_however_an_end_is_torn_what_stands_behind_it_is_read(tmp_path: Path) -> None:
    for torn in range(8, 300, 3):       # what is missing of a member is taken from the next one, with any result
        keeper, path = archive(tmp_path / str(torn)), tmp_path / str(torn) / "lantern" / "2023-09-27-001.warc.gz"
        keeper.keep("https://paper.example/1", 200, (), story("One"))
        keeper.keep("https://paper.example/2", 200, (), story("Torn"))
        path.write_bytes(path.read_bytes()[:-torn])
        archive(tmp_path / str(torn)).keep("https://paper.example/3", 200, (), story("Three"))
        found = captures(path)
        given = [each.url[-1] for each in found if isinstance(each, Capture)]
        assert given == ["1", "2", "3"] or (given == ["1", "3"] and any(isinstance(each, Damage) for each in found))


def test_damage_anywhere_costs_only_the_records_that_it_touches(tmp_path: Path) -> None:
    keeper, path, ends, random = archive(tmp_path), tmp_path / "lantern" / "2023-09-27-001.warc.gz", [0], Random(7)
    for number in range(5):
        keeper.keep(f"https://paper.example/{number}", 200, (), f"Story {number} ".encode() * 50 + random.randbytes(500))
        ends.append(path.stat().st_size)
    whole = path.read_bytes()
    for _ in range(200):
        at, length = random.randrange(len(whole)), random.choice((1, 4, 40, 400))
        put = random.choice((b"", bytes(length), random.randbytes(length), random.randbytes(length // 2)))
        path.write_bytes(whole[:at] + put + whole[at + length:])
        untouched = {number for number in range(5) if at + length < ends[number] or at > ends[number + 1]}
        found = captures(path)
        bodies = {int(each.body[6:7]): each.body for each in found if isinstance(each, Capture)}
        assert untouched <= bodies.keys() and len(bodies) == sum(isinstance(each, Capture) for each in found)
        assert {each.url for each in found if isinstance(each, Capture)} == {f"https://paper.example/{number}" for number in bodies}
        assert len(bodies) == 5 or any(isinstance(each, Damage) for each in found), "nothing is lost silently"


@pytest.mark.parametrize("form", ["members", "one piece", "plain"])
def test_a_file_that_was_cut_off_anywhere_says_so(tmp_path: Path, form: str) -> None:
    """Also where the cut goes through a record that nobody wants: what stood behind it is lost as well."""
    keeper, path = archive(tmp_path), tmp_path / "lantern" / "2023-09-27-001.warc.gz"
    for name in ("1", "unwanted", "2"):
        keeper.keep(f"https://paper.example/{name}", 200, (), story("Story"))
    plain = gzip.decompress(path.read_bytes())
    ends = [each.start() for each in re.finditer(rb"\r\n\r\n(WARC/|$)", plain)]
    whole = {"members": path.read_bytes(), "one piece": gzip.compress(plain), "plain": plain}[form]
    for cut in range(1, len(whole), 7):
        path.write_bytes(whole[:cut])
        found = list(read_captures(path, max_bytes=MEGABYTE, wants=lambda url, kept: "unwanted" not in url))
        left = cut if form == "plain" else len(_unpacked(whole[:cut]))
        # between two records nothing is lost but line ends and a checksum
        is_between = any(end <= left <= end + 4 for end in ends)
        assert is_between or [type(each) for each in found].count(Damage) == 1, cut


def _unpacked(torn: bytes) -> bytes:
    out = b""
    while torn:
        decoder = zlib.decompressobj(zlib.MAX_WBITS | 16)
        out, torn = out + decoder.decompress(torn), decoder.unused_data
    return out


def test_noise_is_damage_and_not_an_exception(tmp_path: Path) -> None:
    for number, noise in enumerate((b"", b"\x1f\x8b\x08", b"hello", b"WARC/1.0\r\n", b"WARC/1.0\r\nContent-Length: x\r\n\r\n", bytes(5000), b"\x1f\x8b\x08\x00" * 400)):
        path = tmp_path / f"{number}.warc.gz"
        path.write_bytes(noise)
        assert not [each for each in captures(path) if isinstance(each, Capture)]


def test_a_bomb_in_an_archive_meets_the_cap(tmp_path: Path) -> None:
    archive(tmp_path).keep("https://paper.example/bomb", 200, (), bytes(30_000_000))
    warc = Source("lantern", "x", SourceKind.WARC, str(tmp_path), "en", "RS", "Europe/Belgrade", politeness=Politeness(max_bytes=MEGABYTE))
    [got] = acquire(warc, known=lambda url: None, now=NOW)
    assert isinstance(got, Reject) and got.reason is Reason.TOO_LARGE


def test_every_answer_is_archived_before_anything_reads_it_and_reread_gives_the_same_pages(tmp_path: Path) -> None:
    with BadServer({"/a": story("A"), "/b": story("B")}) as server:
        server.replies["/feed"] = feed(server.url + "/a?utm_source=rss", server.url + "/b", server.url + "/missing")
        one = source(server.url + "/feed")
        fetched = [each for each in acquire(one, known=lambda url: None, now=NOW, archive=tmp_path) if isinstance(each, Page)]
    [path] = (tmp_path / "lantern").glob("*.warc.gz")
    kept = [(each.kept, each.status) for each in captures(path) if isinstance(each, Capture)]
    assert kept == [(Kept.ROBOTS, 404), (Kept.LISTING, 200), (Kept.PAGE, 200), (Kept.PAGE, 200), (Kept.PAGE, 404)]
    again = list(reread(one, tmp_path))
    assert [replace(each, fetched_at=NOW) for each in again if isinstance(each, Page)] == fetched
    assert all(isinstance(each, Page) and each.listed_basis is Basis.FEED and each.listed_title for each in again)


def test_of_a_page_that_changed_the_last_copy_is_reread_and_only_the_days_asked_for(tmp_path: Path) -> None:
    keeper = archive(tmp_path, NOW, NOW, NOW + timedelta(days=1))
    keeper.keep("https://paper.example/1", 200, (), b"first")
    keeper.keep("https://paper.example/2", 200, (), b"other")
    keeper.keep("https://paper.example/1", 200, (), b"second")
    one = source("https://paper.example/feed")
    assert [each.body for each in reread(one, tmp_path) if isinstance(each, Page)] == [b"other", b"second"]
    assert [each.body for each in reread(one, tmp_path, until=date(2023, 9, 28)) if isinstance(each, Page)] == [b"first", b"other"]
    assert [each.body for each in reread(one, tmp_path, since=date(2023, 9, 28)) if isinstance(each, Page)] == [b"second"]


def test_a_page_that_is_larger_than_the_source_allows_today_is_not_reread_cut_short(tmp_path: Path) -> None:
    archive(tmp_path).keep("https://paper.example/1", 200, (), bytes(5000))
    [lost] = reread(source("https://paper.example/feed", max_bytes=1000), tmp_path)
    assert isinstance(lost, Reject) and (lost.reason, lost.ref, lost.detail) == (Reason.TOO_LARGE, "https://paper.example/1", "more than 1000 bytes")


def test_files_of_a_folder_are_archived_under_their_own_names(tmp_path: Path) -> None:
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "один %25 b.html").write_bytes(story("File"))
    one = Source("lantern", "x", SourceKind.FOLDER, str(pages), "en", "RS", "Europe/Belgrade")
    [page] = acquire(one, known=lambda url: None, now=NOW, archive=tmp_path / "archive")
    [again] = reread(one, tmp_path / "archive")
    assert isinstance(page, Page) and isinstance(again, Page)
    assert (again.url, again.final_url, again.body, again.page_id) == (page.url, page.final_url, page.body, page.page_id)


# archives of others

def test_a_warc_source_gives_its_pages_once_by_pattern_and_day(tmp_path: Path) -> None:
    keeper = archive(tmp_path, NOW, NOW + timedelta(days=1), NOW + timedelta(days=1))
    keeper.keep("https://paper.example/news/1?utm_source=x", 200, (), story("One"))
    keeper.keep("https://paper.example/news/2", 200, (), story("Two"))
    keeper.keep("https://other.example/3", 200, (), story("Three"))
    warc = Source("lantern", "x", SourceKind.WARC, str(tmp_path), "en", "RS", "Europe/Belgrade", pattern=r"paper\.example/news/")
    found = [each for each in acquire(warc, known=lambda url: None, now=NOW) if isinstance(each, Page)]
    assert [each.url for each in found] == ["https://paper.example/news/1", "https://paper.example/news/2"]
    assert all(each.is_archived_copy for each in found)
    [second] = acquire(warc, since=date(2023, 9, 28), known=lambda url: None, now=NOW)
    assert isinstance(second, Page) and second.url.endswith("/2")
    # what the warehouse would remember of the first
    assert not list(acquire(warc, until=date(2023, 9, 28), known=lambda url: _Known(NOW.replace(tzinfo=None)), now=NOW))


def test_of_two_captures_of_one_address_the_older_never_comes_back(tmp_path: Path) -> None:
    keeper = archive(tmp_path, NOW, NOW + timedelta(days=1))
    keeper.keep("https://paper.example/1", 200, (), b"first")
    keeper.keep("https://paper.example/1", 200, (), b"second")
    warc = Source("lantern", "x", SourceKind.WARC, str(tmp_path), "en", "RS", "Europe/Belgrade")

    def given(known: _Known | None) -> list[bytes]:
        return [each.body for each in acquire(warc, known=lambda url: known, now=NOW) if isinstance(each, Page)]

    assert given(None) == [b"first", b"second"]
    assert given(_Known(NOW)) == [b"second"] and given(_Known(NOW + timedelta(days=1))) == []


@dataclass(frozen=True)
class _Known:
    fetched_at: datetime
    etag: str = ""
    last_modified: str = ""
    listed_at: datetime | None = None


def test_the_shared_archives_are_read_or_reported() -> None:
    folder = HOSTILE / "warc"
    if not folder.exists():
        pytest.skip("../shared/eval/hostile/warc is not here")
    told: dict[str, tuple[int, int]] = {}
    for path in sorted(folder.iterdir()):
        found = captures(path)
        told[path.name] = (sum(isinstance(each, Capture) for each in found), sum(isinstance(each, Damage) for each in found))
    holds_none = {"example-digest.warc"}      # requests only
    assert all(sum(counts) for name, counts in told.items() if name not in holds_none), json.dumps(told)
    assert told["example.warc.gz"] == (1, 0) and told["example.arc.gz"] == (1, 0) and told["example-iana.org-chunked.warc"] == (1, 0)
    assert told["bad.arc"][0] == 0 and told["example-trunc.warc"][1] == 1
