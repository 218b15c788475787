"""The fetch: what a site lists, asked for once, politely, and only when it is new."""

from __future__ import annotations

import gzip
import json
import time
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from flows.fetch.acquire import acquire
from flows.fetch.address import RefusedError
from flows.fetch.robots import read_robots
from flows.fetch.urls import canonical_url, page_key, spellings
from flows.fetch.visitor import Turns, Visitor
from schemas.records import Basis, Page, Reason, Reject
from schemas.source import SourceKind
from tests.flows.badserver import Asked, BadServer, feed, moved, story
from tests.flows.test_hostile import rows, source

NOW = datetime(2023, 9, 27, 3, tzinfo=UTC)


@dataclass(frozen=True)
class Row:
    etag: str = ""
    last_modified: str = ""
    fetched_at: datetime = NOW
    listed_at: datetime | None = None


def nothing(url: str) -> None:
    return None


def pages(found: object) -> list[Page]:
    out = list(found)  # type: ignore[call-overload]
    assert not [each for each in out if isinstance(each, Reject)], out
    return out


def paths(found: object, server: BadServer) -> list[str]:
    return [each.url.removeprefix(server.url) for each in pages(found)]


# addresses of pages

@pytest.mark.parametrize(("url", "canonical"), [
    ("HTTP://Paper.Example:80/A/../b/./c?utm_source=x&id=7&fbclid=y#top", "http://paper.example/b/c?id=7"),
    ("https://paper.example", "https://paper.example/"),
    ("https://paper.example/story?story_id=12&page=2", "https://paper.example/story?story_id=12&page=2"),
    ("https://paper.example/a b\n", "https://paper.example/a%20b"),
    ("https://paper.example/%7eann/%c3%a9", "https://paper.example/~ann/%C3%A9"),
    ("https://paper.example/é", "https://paper.example/%C3%A9"),
    ("https://BÜCHER.example/?q=100%", "https://xn--bcher-kva.example/?q=100%25"),
    ("https://paper.example/?UTM_Campaign=x", "https://paper.example/"),
])
def test_an_address_is_stripped_of_what_names_no_story(url: str, canonical: str) -> None:
    assert canonical_url(url) == canonical
    assert canonical_url(canonical) == canonical


def test_faces_of_one_page_have_one_key_and_two_stories_have_two() -> None:
    faces = ["https://paper.example/a/story", "http://www.paper.example/a/story/", "https://m.paper.example/a/story?utm_medium=x",
             "https://paper.example/a/story/amp/", "https://amp.paper.example/a/story", "https://paper.example/a/story?amp=1"]
    assert len({page_key(canonical_url(each)) for each in faces}) == 1
    assert len({page_key(f"https://paper.example/a/story?id={number}") for number in range(3)}) == 3


def test_spellings_begin_with_the_address_itself() -> None:
    told = spellings("https://paper.example/a")
    assert told[0] == "https://paper.example/a" and "http://www.paper.example/a/" in told and len(set(told)) == len(told)


@pytest.mark.parametrize("face", ["https://amp.paper.example/2023/a", "https://m.paper.example/2023/a", "https://www.paper.example/2023/a/amp",
                                  "https://paper.example/amp/2023/a", "https://paper.example/2023/a?amp=1", "https://www.paper.example/2023/a/amp/"])
def test_a_page_and_its_mobile_and_amp_faces_are_known_by_each_others_address(face: str) -> None:
    page = "https://www.paper.example/2023/a"
    assert page_key(canonical_url(face)) == page_key(canonical_url(page))
    assert page in spellings(face)
    assert face in spellings(page) or "?" in face       # which parameters a page had nobody can guess


def test_no_web_address_has_no_canonical_form() -> None:
    for url in ("javascript:alert(1)", "mailto:a@b.example", "", "/relative", "http://", "http://a b/"):
        with pytest.raises(RefusedError):
            canonical_url(url)


# feeds

def test_five_spellings_of_one_address_are_one_fetch() -> None:
    with BadServer({"/a": story("A"), "/b": story("B")}) as server:
        server.replies["/feed"] = feed(server.url + "/a", server.url + "/a/", server.url + "/a?utm_source=feed", server.url + "/a#comments", server.url + "/./a",
                                       server.url + "/b")
        assert paths(acquire(source(server.url + "/feed"), known=nothing, now=NOW), server) == ["/a", "/b"]
        assert server.paths == ["/robots.txt", "/feed", "/a", "/b"]


def test_a_page_of_a_feed_brings_the_feeds_date_and_title() -> None:
    with BadServer({"/a": story("A")}) as server:
        server.replies["/feed"] = feed(server.url + "/a")
        [page] = pages(acquire(source(server.url + "/feed"), known=nothing, now=NOW))
    assert (page.listed_at, page.listed_basis, page.listed_title) == (datetime(2023, 9, 26, 10, tzinfo=UTC), Basis.FEED, "Story 0")
    assert page.fetched_at == NOW and page.status == 200 and page.body == story("A")


def test_atom_and_json_feeds_are_feeds() -> None:
    atom = ('<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title><entry><title>One</title><link href="/a"/>'
            "<published>2023-09-25T08:00:00+02:00</published><updated>2023-09-26T08:00:00Z</updated></entry></feed>")
    as_json = json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [{"url": "/b", "title": "Two", "date_published": "2023-09-25"}, 5]})
    with BadServer({"/atom": atom.encode(), "/json": as_json.encode(), "/a": story("A"), "/b": story("B")}) as server:
        [one] = pages(acquire(source(server.url + "/atom"), known=nothing, now=NOW))
        two, bad = acquire(source(server.url + "/json"), known=nothing, now=NOW)
    assert one.listed_at == datetime(2023, 9, 25, 6, tzinfo=UTC)
    assert isinstance(two, Page) and two.listed_at == datetime(2023, 9, 25, 10, tzinfo=UTC), "a bare day is its noon in Belgrade"
    assert isinstance(bad, Reject) and bad.reason is Reason.BAD_FEED


@pytest.mark.parametrize("told", ["Fri, 31 Dec 9999 23:59:59 GMT", "Mon, 01 Jan 0001 00:00:00 GMT", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00",
                                  "2023-02-31T00:00:00Z", "yesterday", "2023-13-45", "99999999999"])
def test_a_date_that_is_none_dates_nothing(told: str) -> None:
    with BadServer({"/a": story("A")}) as server:
        server.replies["/feed"] = feed(server.url + "/a", date=told)
        server.replies["/map"] = sitemap(listed(server.url + "/a", told))
        for path, kind in (("/feed", SourceKind.FEED), ("/map", SourceKind.SITEMAP)):
            [page] = pages(acquire(source(server.url + path, kind), since=date(2023, 9, 1), known=nothing, now=NOW))
            assert page.listed_at is None and page.listed_basis is Basis.NONE


def test_entries_before_a_fault_are_kept_and_the_fault_is_told() -> None:
    with BadServer({"/a": story("A")}) as server:
        server.replies["/feed"] = feed(server.url + "/a").replace(b"</channel>", b"<item><title>torn")
        found = list(acquire(source(server.url + "/feed"), known=nothing, now=NOW))
    assert Reason.BAD_FEED in [each.reason for each in found if isinstance(each, Reject)]
    assert any(isinstance(each, Page) and each.url.endswith("/a") for each in found)


def test_links_that_are_no_web_addresses_are_rejects() -> None:
    with BadServer({}) as server:
        server.replies["/feed"] = feed("javascript:alert(1)", "file:///etc/passwd", "http://10.0.0.1/")
        found = list(acquire(source(server.url + "/feed"), known=nothing, now=NOW))
    assert {each.reason for each in found if isinstance(each, Reject)} == {Reason.BAD_URL, Reason.BLOCKED_ADDRESS} and len(found) == 3


def test_dates_bound_a_walk_by_the_source_s_own_days() -> None:
    with BadServer({"/a": story("A"), "/b": story("B"), "/2023/09/24/c": story("C")}) as server:
        late, early = "Mon, 25 Sep 2023 22:30:00 GMT", "Sun, 24 Sep 2023 12:00:00 GMT"
        rss = feed(server.url + "/a", date=late).replace(b"</channel></rss>", b"") + feed(server.url + "/b", date=early).partition(b"</title>")[2]
        server.replies["/feed"] = rss
        day = date(2023, 9, 26)      # 22:30 in Greenwich is the next day in Belgrade
        assert paths(acquire(source(server.url + "/feed"), since=day, known=nothing, now=NOW), server) == ["/a"]
        server.replies["/feed"] = feed(server.url + "/2023/09/24/c", date="")
        assert paths(acquire(source(server.url + "/feed"), since=day, known=nothing, now=NOW), server) == []
        assert paths(acquire(source(server.url + "/feed"), until=day, known=nothing, now=NOW), server) == ["/2023/09/24/c"]


def test_a_known_page_is_not_asked_for_and_a_changed_one_conditionally() -> None:
    def versioned(asked: Asked) -> None:
        if asked.headers.get("if-none-match") == '"v1"' and asked.headers.get("if-modified-since") == "Tue, 26 Sep 2023 10:00:00 GMT":
            asked.reply(b"", "304 Not Modified")
        else:
            asked.reply(story("A"), ETag='"v1"', Last_Modified="Tue, 26 Sep 2023 10:00:00 GMT")

    with BadServer({"/a": versioned}) as server:
        server.replies["/feed"] = feed(server.url + "/a")
        site = source(server.url + "/feed")
        [page] = pages(acquire(site, known=nothing, now=NOW))
        row = Row(dict(page.headers)["ETag"], dict(page.headers)["Last-Modified"], NOW, page.listed_at)
        assert not list(acquire(site, known={page.url: row}.get, now=NOW)) and server.paths.count("/a") == 1
        # remembered under another spelling
        assert not list(acquire(site, known={page.url + "/": row}.get, now=NOW)) and server.paths.count("/a") == 1
        # the feed says that it is newer: asked, and the server says that it is not
        earlier = replace(row, listed_at=datetime(2023, 9, 25, tzinfo=UTC))
        assert not list(acquire(site, known={page.url: earlier}.get, now=NOW)) and server.paths.count("/a") == 2
        # without validators the page comes again
        assert len(pages(acquire(site, known={page.url: replace(earlier, etag="")}.get, now=NOW))) == 1


def test_a_page_that_a_listing_redates_and_the_server_knows_as_the_same_is_asked_for_once(tmp_path: Path) -> None:
    def same(asked: Asked) -> None:
        asked.reply(b"", "304 Not Modified") if "if-none-match" in asked.headers else asked.reply(story("A"), ETag='"v1"')

    with BadServer({"/a": same}) as server:
        site, row = source(server.url + "/feed"), Row('"v1"', listed_at=datetime(2023, 9, 25, tzinfo=UTC))
        for redated, asked in (("Tue, 26 Sep 2023 10:00:00 GMT", 1), ("Tue, 26 Sep 2023 10:00:00 GMT", 1), ("Tue, 26 Sep 2023 11:00:00 GMT", 2)):
            server.replies["/feed"] = feed(server.url + "/a", date=redated)
            assert not list(acquire(site, known={server.url + "/a": row}.get, now=NOW, archive=tmp_path))
            assert server.paths.count("/a") == asked


def test_an_unchanged_feed_is_taken_from_the_shelf_and_what_it_lists_is_still_found(tmp_path: Path) -> None:
    def unchanged(asked: Asked) -> None:
        body = feed(asked.server.url + "/a", asked.server.url + "/b")
        asked.reply(b"", "304 Not Modified") if "if-none-match" in asked.headers else asked.reply(body, ETag='"f1"')

    with BadServer({"/feed": unchanged, "/a": story("A")}) as server:
        first = list(acquire(source(server.url + "/feed"), known=nothing, now=NOW, archive=tmp_path))
        assert [type(each) for each in first] == [Page, Reject]
        server.replies["/b"] = story("B")      # failed last night, is mended
        assert paths(acquire(source(server.url + "/feed"), known={server.url + "/a": Row()}.get, now=NOW, archive=tmp_path), server) == ["/b"]
        for path in (tmp_path / "lantern" / "listings").iterdir():
            path.write_bytes(b"damaged")
        assert len(pages(acquire(source(server.url + "/feed"), known=nothing, now=NOW, archive=tmp_path))) == 2


def test_no_more_pages_than_allowed_are_asked_for() -> None:
    with BadServer({f"/{number}": story(str(number)) for number in range(5)}) as server:
        server.replies["/feed"] = feed(*(f"{server.url}/{number}" for number in range(5)))
        *given, more = acquire(source(server.url + "/feed", max_pages=3), known=nothing, now=NOW)
        assert len(pages(given)) == 3 and isinstance(more, Reject)
        assert (more.reason, more.ref) == (Reason.PAGE_CAP, server.url + "/feed") and "more than 3 new pages" in more.detail
        # all there is: nothing waits
        assert len(pages(acquire(source(server.url + "/feed", max_pages=5), known=nothing, now=NOW))) == 5


def test_addresses_that_failed_before_are_asked_last() -> None:
    with BadServer({"/good": story("Good")}) as server:
        dead = [f"{server.url}/dead{number}" for number in range(4)]
        server.replies["/feed"] = feed(*dead, server.url + "/good")
        site = source(server.url + "/feed", max_pages=3)
        assert [each.ref for each in acquire(site, known=nothing, now=NOW) if isinstance(each, Reject)] == [*dead[:3], server.url + "/feed"]
        [fourth, page, first] = acquire(site, known=nothing, now=NOW, failed=dict.fromkeys(dead[:3], "gone"))
        assert isinstance(page, Page) and isinstance(fourth, Reject) and isinstance(first, Reject) and (fourth.ref, first.ref) == (dead[3], dead[0])
        # what time may mend comes before what is gone, and waits where there is no room
        failed = {dead[0]: "gone", dead[1]: "timed_out", dead[2]: "fetch_failed"}
        assert [each.ref for each in acquire(site, known=nothing, now=NOW, failed=failed) if isinstance(each, Reject)] == [dead[3], dead[1], server.url + "/feed"]


def test_a_story_that_leads_to_the_front_page_is_gone() -> None:
    with BadServer({"/": story("Front"), "/a": moved("/"), "/b": moved("/c"), "/c": story("C")}) as server:
        server.replies["/feed"] = feed(server.url + "/a", server.url + "/b")
        gone, page = acquire(source(server.url + "/feed"), known=nothing, now=NOW)
    assert isinstance(gone, Reject) and gone.reason is Reason.GONE
    assert isinstance(page, Page) and (page.url, page.final_url) == (server.url + "/b", server.url + "/c")


# sitemaps

def sitemap(*entries: str, root: str = "urlset") -> bytes:
    return (f'<?xml version="1.0" encoding="UTF-8"?><{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
            f'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">{"".join(entries)}</{root}>').encode()


def listed(url: str, lastmod: str = "", published: str = "") -> str:
    news = f"<news:news><news:publication><news:name>X</news:name></news:publication><news:publication_date>{published}</news:publication_date><news:title>News</news:title></news:news>"
    return f"<url><loc>{url}</loc>{f'<lastmod>{lastmod}</lastmod>' if lastmod else ''}{news if published else ''}</url>"


def child(url: str, lastmod: str = "") -> str:
    return f"<sitemap><loc>{url}</loc>{f'<lastmod>{lastmod}</lastmod>' if lastmod else ''}</sitemap>"


def test_an_index_leads_to_gzipped_and_news_sitemaps_newest_first() -> None:
    with BadServer({f"/{name}": story(name) for name in "abc"}) as server:
        server.replies["/index.xml"] = sitemap(child(server.url + "/old.xml.gz", "2023-09-20"), child(server.url + "/news.xml", "2023-09-26T10:00:00Z"), root="sitemapindex")
        server.replies["/old.xml.gz"] = gzip.compress(sitemap(listed(server.url + "/a", "2023-09-19")))
        server.replies["/news.xml"] = sitemap(listed(server.url + "/b", "2023-09-26T09:00:00Z", "2023-09-25T07:30+02:00"),
                                              listed(server.url + "/c", published="2023-09-26T08:00:00+02:00"))
        found = pages(acquire(source(server.url + "/index.xml", SourceKind.SITEMAP), known=nothing, now=NOW))
    assert [each.url.removeprefix(server.url) for each in found] == ["/c", "/b", "/a"]
    assert [each.listed_at for each in found] == [datetime(2023, 9, 26, 6, tzinfo=UTC), datetime(2023, 9, 25, 5, 30, tzinfo=UTC), datetime(2023, 9, 19, 10, tzinfo=UTC)]
    assert {each.listed_basis for each in found} == {Basis.SITEMAP} and found[0].listed_title == "News"


def test_a_backfill_leaves_out_sitemaps_that_cannot_hold_its_days() -> None:
    with BadServer({"/a": story("A")}) as server:
        server.replies["/index.xml"] = sitemap(child(server.url + "/sitemap-2021-05.xml"), child(server.url + "/changed.xml", "2023-08-01"),
                                               child(server.url + "/sitemap-2023-09.xml", "2023-12-01"), child(server.url + "/plain.xml"), root="sitemapindex")
        server.replies |= {"/sitemap-2023-09.xml": sitemap(listed(server.url + "/a", "2023-09-12")), "/plain.xml": sitemap()}
        assert paths(acquire(source(server.url + "/index.xml", SourceKind.SITEMAP), since=date(2023, 9, 12), until=date(2023, 9, 13), known=nothing, now=NOW), server) == ["/a"]
        assert not {"/sitemap-2021-05.xml", "/changed.xml"} & set(server.paths)


def test_the_list_of_a_month_that_is_over_is_asked_for_once(tmp_path: Path) -> None:
    with BadServer({"/a": story("A")}) as server:
        server.replies["/index.xml"] = sitemap(*(child(f"{server.url}/map-{month}.xml") for month in ("2021-05", "2023-09")), root="sitemapindex")
        server.replies |= {"/map-2021-05.xml": sitemap(listed(server.url + "/a", "2021-05-12")), "/map-2023-09.xml": sitemap()}
        for _ in range(2):
            assert paths(acquire(source(server.url + "/index.xml", SourceKind.SITEMAP), known=nothing, now=NOW, archive=tmp_path), server) == ["/a"]
        assert (server.paths.count("/map-2021-05.xml"), server.paths.count("/map-2023-09.xml")) == (1, 2)


def test_sitemaps_are_found_through_robots_txt_and_may_be_text() -> None:
    with BadServer({"/a": story("A")}) as server:
        server.replies |= {"/robots.txt": f"Sitemap: {server.url}/map.txt\n".encode(), "/map.txt": f"{server.url}/a\n".encode()}
        assert paths(acquire(source(server.url + "/robots.txt", SourceKind.SITEMAP), known=nothing, now=NOW), server) == ["/a"]


@pytest.mark.parametrize("body", [
    b'<!DOCTYPE x [<!ENTITY a "123"><!ENTITY b "&a;&a;">]><urlset><url><loc>http://x.example/&b;</loc></url></urlset>',
    b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><urlset><url><loc>&a;</loc></url></urlset>',
    b'<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd"><urlset/>',
    b"<html><body>Not found</body></html>", b"\x1f\x8b\x08\x00broken", gzip.compress(sitemap())[:-9], b"", b"\x00" * 100, b"<?xml version='1.0' encoding='klingon'?><urlset/>",
], ids=range(9))
def test_a_sitemap_that_is_none_is_one_reject(body: bytes) -> None:
    with BadServer({"/map.xml": body}) as server:
        [got] = acquire(source(server.url + "/map.xml", SourceKind.SITEMAP), known=nothing, now=NOW)
    assert isinstance(got, Reject) and got.reason is Reason.BAD_FEED and got.detail


def test_a_list_of_fifty_thousand_addresses_is_read_quickly() -> None:
    from zoneinfo import ZoneInfo

    from flows.fetch.sitemaps import read_sitemap

    body = gzip.compress(sitemap(*(listed(f"https://paper.example/{number}", "2023-09-26") for number in range(50_000))))
    began = time.process_time()
    assert sum(1 for _ in read_sitemap(body, "https://paper.example/map.xml.gz", "x", ZoneInfo("UTC"), 50_000_000)) == 50_000
    assert time.process_time() - began < 10


@pytest.mark.parametrize(("body", "fault"), [
    ("{}/a\n{}/" + "a" * 40_000_000, "a line is longer than 8000 bytes"),
    ("<urlset><url><loc>{}/a</loc></url>" + "<a>" * 10_000_000, "nested deeper than 32"),
    ("<!---->" * 27 + "<urlset><url><loc>{}/a</loc></url>", "no element found"),
], ids=["one long line", "deep", "comments"])
def test_a_sitemap_made_to_hang_its_reader_is_read_up_to_its_fault(body: str, fault: str) -> None:
    with BadServer({"/a": story("A")}) as server:
        plain = body.replace("{}", server.url).encode()
        server.replies["/map.xml"] = gzip.compress(plain, 1) if len(plain) > 1_000_000 else plain
        began = time.process_time()
        reject, page = acquire(source(server.url + "/map.xml", SourceKind.SITEMAP), known=nothing, now=NOW)
    assert isinstance(page, Page) and page.url == server.url + "/a"
    assert isinstance(reject, Reject) and reject.reason is Reason.BAD_FEED and fault in reject.detail
    assert time.process_time() - began < 4


# listings

@pytest.mark.parametrize("body", ["<a " * 15_000, "<a href=/b>" * 80_000, "<a href=/b><b>" * 60_000, "<!--" * 200_000], ids=["torn", "open", "deep", "comments"])
def test_an_index_page_made_to_hang_its_reader_gives_the_links_that_stand_before(body: str) -> None:
    with BadServer({"/": f"<html><body><a href='/news/1'>One</a> {body}".encode(), "/news/1": story("1")}) as server:
        began = time.process_time()
        site = replace(source(server.url + "/", SourceKind.LISTING), pattern=r"/news/\d+")
        assert paths(acquire(site, known=nothing, now=NOW), server) == ["/news/1"]
    assert time.process_time() - began < 4


def test_an_index_page_may_be_no_larger_than_a_page() -> None:
    with BadServer({"/": b"<a href='/news/1'>One</a>" + b" " * 1_100_000}) as server:
        [got] = acquire(replace(source(server.url + "/", SourceKind.LISTING), pattern=r"/news/\d+"), known=nothing, now=NOW)
    assert isinstance(got, Reject) and got.reason is Reason.TOO_LARGE


def test_a_dated_archive_is_walked_day_by_day() -> None:
    def index(*links: str) -> bytes:
        return ("<html><body>" + "".join(f"<a href='{link}'>Words of <b>{link}</b></a>" for link in links) + "<a href='/about'>About</a></body></html>").encode()

    with BadServer({"/archive/2023/09/24": index("/news/1", "news/2"), "/archive/2023/09/25": index("/news/3", "/news/1#c"), "/news/1": story("1"),
                    "/archive/2023/09/news/2": story("2"), "/news/3": story("3")}) as server:
        site = replace(source(server.url + "/archive/{year}/{month}/{day}", SourceKind.LISTING), pattern=r"/news/\d+")
        found = pages(acquire(site, since=date(2023, 9, 24), until=date(2023, 9, 27), known=nothing, now=NOW))
        assert [each.url.removeprefix(server.url) for each in found] == ["/news/3", "/news/1", "/archive/2023/09/news/2"]
        assert [each.listed_at.date() for each in found if each.listed_at] == [date(2023, 9, 25), date(2023, 9, 25), date(2023, 9, 24)]
        assert found[0].listed_title == "Words of /news/3"


# robots and manners

@pytest.mark.parametrize(("reply", "reason"), [
    (b"User-agent: *\nDisallow: /private\n", None),
    (b"User-agent: dateline\nDisallow: /\n", Reason.ROBOTS_DISALLOWED),
    (b"<html>" + b"x" * 2_000_000, None),
    (lambda asked: asked.reply(b"", "401 Unauthorized"), None),
    (lambda asked: asked.reply(b"", "503 Service Unavailable"), Reason.FETCH_FAILED),
    (moved("/robots2.txt"), Reason.ROBOTS_DISALLOWED),
    (moved("/robots.txt"), None),
    (lambda asked: asked.wait(5), Reason.TIMED_OUT),
    (b"\xef\xbb\xbfUser-agent: *\r\nDisallow: /a\r\n", Reason.ROBOTS_DISALLOWED),
], ids=["others", "us", "noise", "4xx", "5xx", "moved", "loop", "silent", "bom"])
def test_robots_txt_is_obeyed(reply: object, reason: Reason | None) -> None:
    with BadServer({"/robots.txt": reply, "/robots2.txt": b"User-agent: *\nDisallow: /\n", "/a": story("A")}) as server:  # type: ignore[dict-item]
        got = Visitor(source(server.url), now=NOW, turns=Turns()).visit(server.url + "/a")
        assert (got.reason if isinstance(got, Reject) else None) == reason
        assert ("/a" in server.paths) is (reason is None)


def test_crawl_delay_and_interval_are_kept_between_requests_to_one_host() -> None:
    waits: list[float] = []
    with BadServer({"/robots.txt": b"User-agent: *\nCrawl-delay: 7\n", "/a": story("A"), "/b": story("B")}) as server:
        visitor = Visitor(source(server.url, min_interval_seconds=2.0), now=NOW, turns=Turns(sleep=waits.append))
        for path in ("/a", "/b"):
            assert not isinstance(visitor.visit(server.url + path), Reject)
    assert len(waits) == 2 and all(6 < each <= 7 for each in waits)


def test_a_host_is_asked_one_thing_at_a_time() -> None:
    from concurrent.futures import ThreadPoolExecutor

    at_once, most = [0], [0]

    def counting(asked: Asked) -> None:
        at_once[0] += 1
        most[0] = max(most[0], at_once[0])
        asked.wait(0.05)
        at_once[0] -= 1
        asked.reply(story("A"))

    with BadServer({f"/{number}": counting for number in range(6)}) as server, ThreadPoolExecutor(6) as pool:
        turns = Turns()      # of the process: six sources on one host
        found = list(pool.map(lambda number: Visitor(source(server.url), now=NOW, turns=turns).visit(f"{server.url}/{number}"), range(6)))
    assert most == [1] and not any(isinstance(each, Reject) for each in found)


def test_a_delay_longer_than_a_run_is_a_reject_and_no_nap() -> None:
    with BadServer({"/robots.txt": b"User-agent: *\nCrawl-delay: 86400\n", "/a": story("A")}) as server:
        got = Visitor(source(server.url), now=NOW, turns=Turns()).visit(server.url + "/a")
    assert isinstance(got, Reject) and got.reason is Reason.RATE_LIMITED


def test_the_agent_says_who_asks_and_whom_to_write_to() -> None:
    with BadServer({"/a": story("A")}) as server:
        Visitor(source(server.url), now=NOW, turns=Turns()).visit(server.url + "/a")
        assert all(each.headers["user-agent"].startswith("Dateline/") and "press@example.org" in each.headers["user-agent"] for each in server.asked)


def test_what_may_pass_is_tried_again_and_what_will_not_is_not() -> None:
    tries: list[str] = []

    def moody(asked: Asked) -> None:
        tries.append(asked.path)
        asked.reply(b"later", "503 Service Unavailable", Retry_After="1") if len(tries) == 1 else asked.reply(story("At last"))

    with BadServer({"/moody": moody, "/never": lambda asked: asked.reply(b"no", "403 Forbidden")}) as server:
        visitor = Visitor(source(server.url, deadline_seconds=10.0), now=NOW, turns=Turns())
        assert not isinstance(visitor.visit(server.url + "/moody"), Reject)
        moods = [when for asked, when in zip(server.asked, server.times, strict=True) if asked.path == "/moody"]
        assert len(moods) == 2 and moods[1] - moods[0] >= 1.0
        got = visitor.visit(server.url + "/never")
        assert isinstance(got, Reject) and got.detail == "HTTP 403" and server.paths.count("/never") == 1


def test_a_host_that_is_away_is_left_alone_after_some_pages() -> None:
    with BadServer({"/a": story("A")}) as server:
        visitor = Visitor(source(server.url, max_retries=0), now=NOW, turns=Turns())
        assert not isinstance(visitor.visit(server.url + "/a"), Reject)
    found = [visitor.visit(f"{server.url}/{number}") for number in range(10)]
    assert [each.reason for each in found if isinstance(each, Reject)] == [Reason.FETCH_FAILED] * 8 + [Reason.RATE_LIMITED] * 2


def test_a_robots_txt_that_fails_once_is_asked_for_again() -> None:
    def moody(asked: Asked) -> None:
        if asked.server.paths.count("/robots.txt") > 1:
            asked.reply(b"User-agent: *\nDisallow: /b\n")

    with BadServer({"/robots.txt": moody, "/a": story("A")}) as server:
        assert not isinstance(Visitor(source(server.url), now=NOW, turns=Turns()).visit(server.url + "/a"), Reject)


def test_ipv6_servers_are_reached() -> None:
    try:
        server = BadServer({"/a": story("A")}, host="::1")
    except OSError:
        pytest.skip("this machine has no IPv6")
    with server:
        assert not isinstance(Visitor(source(server.url, allowed=("::1/128",)), now=NOW, turns=Turns()).visit(server.url + "/a"), Reject)


# the shared sets

def test_robots_rules_agree_with_google_s_own_cases() -> None:
    cases = rows("robots_google.jsonl")
    right = sum(read_robots(str(each["robots"]).encode()).allows(str(each["url"]), str(each["agent"])) == each["allowed"] for each in cases)
    assert right >= 129, f"{right} of {len(cases)}"


@pytest.mark.parametrize("body", [b"", b" \r\n", b"\xef\xbb\xbf"])
def test_a_feed_of_nothing_is_a_bad_feed(body: bytes) -> None:
    from zoneinfo import ZoneInfo

    from flows.fetch.feeds import read_feed

    [lost] = read_feed(body, "https://paper.example/feed", "x", ZoneInfo("UTC"))
    assert isinstance(lost, Reject) and lost.reason is Reason.BAD_FEED


def test_no_shared_feed_raises_and_all_that_are_well_formed_list_something() -> None:
    import base64
    from zoneinfo import ZoneInfo

    from flows.fetch.feeds import read_feed

    faults = 0
    for row in rows("feeds_dev.jsonl"):
        found = list(read_feed(base64.b64decode(str(row["data_b64"])), "https://paper.example/feed", "x", ZoneInfo("UTC")))
        faults += row["group"] == "wellformed" and any(isinstance(each, Reject) for each in found)
    assert faults <= 2, "two channels of CDF without an item, told as no feed"


def test_shared_xml_attacks_are_harmless() -> None:
    import base64
    from zoneinfo import ZoneInfo

    from flows.fetch.feeds import read_feed
    from flows.fetch.sitemaps import read_sitemap

    for row in rows("xml_attacks.jsonl"):
        body = base64.b64decode(str(row["data_b64"]))
        began = time.process_time()
        for found in (list(read_feed(body, "https://paper.example/x", "x", ZoneInfo("UTC"))), list(read_sitemap(body, "https://paper.example/x", "x", ZoneInfo("UTC"), 1_000_000))):
            assert [type(each) for each in found] == [Reject], row["id"]
        assert time.process_time() - began < 1
