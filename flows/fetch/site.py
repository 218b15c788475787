"""A site's news: what its feed, sitemap or archive lists, and of that what is not known yet."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from urllib.parse import urlsplit

from flows.archive import Kept
from flows.fetch.address import RefusedError, read_target
from flows.fetch.feeds import read_feed
from flows.fetch.known import Known, Recall, aware
from flows.fetch.listed import Listed, bad_listing, day_in_path
from flows.fetch.listings import listing_urls, read_links
from flows.fetch.robots import Robots
from flows.fetch.shelf import Held, Shelf
from flows.fetch.sitemaps import Child, read_sitemap
from flows.fetch.urls import canonical_url, page_key, spellings
from flows.fetch.visitor import MAX_LISTING_BYTES, Visitor
from schemas.records import MAY_PASS, Page, Reason, Reject, Stage
from schemas.source import Source, SourceKind

MAX_DEPTH = 3                # an index of indexes of lists; the protocol knows one level
MAX_LISTINGS = 2000          # sitemaps of one walk
_BACKFILL_FRESH = timedelta(hours=1)


class Site:
    """One walk over one source."""

    def __init__(self, source: Source, since: date | None, until: date | None, known: Recall, now: datetime, visitor: Visitor,
                 shelf_folder: Path | None = None, failed: Mapping[str, str] = MappingProxyType({})):
        self.source = source
        self.since = since
        self.until = until
        self.known = known
        self.failed = failed
        self.now = now
        self.visitor = visitor
        self.shelf = Shelf(shelf_folder)
        self._pattern = re.compile(source.pattern) if source.pattern else None
        self._index = ""         # the index page that was read last

    def pages(self) -> Iterator[Page | Reject]:
        """What is new or changed, fetched; politeness.max_pages ends the walk, and a reject says that there is more.

        Addresses that failed before are asked last: enough of them would otherwise keep every new page waiting, night after night.
        """
        source, left, seen = self.source, self.source.politeness.max_pages, set[str]()
        again: list[tuple[str, Listed, Known | None]] = []
        for entry in self._told_apart():
            if isinstance(entry, Reject):
                yield entry
                continue
            try:
                url = canonical_url(entry.url)
                key = page_key(url)
            except RefusedError as refused:
                yield Reject(Stage.ACQUIRE, refused.reason, entry.url or source.location, refused.detail, source.source_id)
                continue
            if key in seen or not self._fits(url) or not self._is_within(entry, url):
                continue
            seen.add(key)
            url, before = self._remembered(url)
            if before is not None and (not _is_changed(entry, before) or self._is_confirmed(url, entry)):
                continue
            if url in self.failed:
                again.append((url, entry, before))
                continue
            if not left:
                yield Reject(Stage.ACQUIRE, Reason.PAGE_CAP, source.location,
                             f"more than {source.politeness.max_pages} new pages are listed; the rest waits for the next run", source.source_id)
                return
            left -= 1
            page = self._page(url, entry, before)
            if page is not None:
                yield page
        # what is gone for good must not keep the others waiting
        again.sort(key=lambda each: self.failed[each[0]] not in MAY_PASS)
        for url, entry, before in again[:left]:
            page = self._page(url, entry, before)
            if page is not None:
                yield page
        waiting = sum(self.failed[url] in MAY_PASS for url, _, _ in again[left:])
        if waiting:
            yield Reject(Stage.ACQUIRE, Reason.PAGE_CAP, source.location,
                         f"{waiting} pages that could not be had before wait for the next run; it takes {source.politeness.max_pages}", source.source_id)

    def _told_apart(self) -> Iterator[Listed | Reject]:
        """What is listed; the losses of a walk that found no list at all are of the stage `list`, and one whose links are all
        of other kinds than `pattern` ends with a reject."""
        losses: list[Reject] = []
        links, is_fitting = 0, False
        for entry in self.listed():
            if isinstance(entry, Reject):
                if links:
                    yield entry
                else:
                    losses.append(entry)
                continue
            if not links:
                yield from losses
                losses = []
            links += 1
            is_fitting = is_fitting or self._fits_as_listed(entry.url)
            yield entry
        yield from (replace(each, stage=Stage.LIST) for each in losses)
        if (links or self._index) and not is_fitting:
            yield Reject(Stage.ACQUIRE, Reason.OFF_PATTERN, self._index or self.source.location,
                         f"none of the {links} links there fits the pattern '{self.source.pattern}'; its layout may have changed", self.source.source_id)

    def _fits(self, url: str) -> bool:
        return self._pattern is None or bool(self._pattern.search(url))

    def _fits_as_listed(self, url: str) -> bool:
        try:
            return self._fits(canonical_url(url))
        except RefusedError:
            return False

    def _page(self, url: str, entry: Listed, before: Known | None) -> Page | Reject | None:
        """A page, or why there is none; None: it is what it was."""
        note = {"Listed-At": entry.listed_at.isoformat() if entry.listed_at else "", "Listed-Basis": entry.basis.value, "Listed-Title": entry.title}
        answer = self.visitor.visit(url, etag=before.etag if before else "", last_modified=before.last_modified if before else "", note=note)
        if isinstance(answer, Reject):
            return answer
        if answer.status == 304:
            # what the listing says and the server denies is not asked again, night after night
            self.shelf.put(_confirmed(url), Held(url, "", _dates(entry), "", self.now, b""))
            return None
        if urlsplit(answer.url).path in ("", "/") and urlsplit(url).path not in ("", "/"):
            # how most papers remove a story; its events are not on the front page
            return Reject(Stage.ACQUIRE, Reason.GONE, url, f"leads to the front page {answer.url}", self.source.source_id)
        return Page(self.source.source_id, url, answer.url, answer.body, self.now, answer.status, answer.headers, entry.listed_at, entry.basis, entry.title)

    def _is_confirmed(self, url: str, entry: Listed) -> bool:
        """Whether the server said, of these very dates in the listing, that the page is what it was."""
        held = self.shelf.get(_confirmed(url))
        return held is not None and held.last_modified == _dates(entry)

    def _remembered(self, url: str) -> tuple[str, Known | None]:
        """The spelling under which a page was here before, and what is known of it."""
        for each in spellings(url):
            before = self.known(each)
            if before is not None:
                return each, before
        return url, None

    def _is_within(self, entry: Listed, url: str) -> bool:
        if self.since is None and self.until is None:
            return True
        if entry.listed_at is not None:
            day: date | None = entry.listed_at.astimezone(self.source.zone).date()
        else:
            day = day_in_path(urlsplit(url).path)
        return day is None or ((self.since is None or day >= self.since) and (self.until is None or day < self.until))

    # listings

    def listed(self) -> Iterator[Listed | Reject]:
        """What the source lists, as it lists it; a listing that cannot be had is a Reject."""
        location = self.source.location
        if self.source.kind is SourceKind.FEED:
            held = self._listing(location)
            if isinstance(held, Reject):
                yield held
            else:
                yield from read_feed(held.body, held.url, self.source.source_id, self.source.zone, held.content_type)
        elif self.source.kind is SourceKind.SITEMAP:
            yield from self._sitemaps()
        else:
            for url, day in listing_urls(location, self.since, self.until, self.now.astimezone(self.source.zone).date()):
                held = self._listing(url)
                if not isinstance(held, Reject):
                    self._index = url
                    yield from read_links(held.body, held.url, day, self.source.zone)
                elif held.reason is not Reason.GONE or day is None:
                    yield held       # a dated page that is not there is a day without news

    def _sitemaps(self) -> Iterator[Listed | Reject]:
        """Lists before indexes, newest first: so a night that may take few pages takes the latest."""
        waiting, depth, been = [Child(self.source.location, None)], 0, set[str]()
        if urlsplit(self.source.location).path == "/robots.txt":
            robots = self.visitor.robots(read_target(self.source.location))
            waiting = [Child(each, None) for each in robots.sitemaps] if isinstance(robots, Robots) else []
            if not waiting:
                trouble = "it names no sitemap" if isinstance(robots, Robots) else robots.detail
                yield bad_listing(self.source.location, trouble, self.source.source_id)
        while waiting and depth <= MAX_DEPTH:
            found: list[Child] = []
            for child in sorted(waiting, key=lambda each: each.changed_at or datetime.max.replace(tzinfo=UTC), reverse=True):
                if child.url in been or not self._may_hold(child):
                    continue
                if len(been) >= MAX_LISTINGS:
                    yield bad_listing(self.source.location, f"more than {MAX_LISTINGS} sitemaps", self.source.source_id)
                    return
                been.add(child.url)
                held = self._listing(child.url, child.changed_at)
                if isinstance(held, Reject):
                    yield held
                    continue
                pages: list[Listed] = []
                for each in self._read_sitemap(held):
                    if isinstance(each, Child):
                        found.append(each)
                    elif isinstance(each, Listed):
                        pages.append(each)
                    else:
                        yield each
                yield from sorted(pages, key=lambda each: each.listed_at or datetime.min.replace(tzinfo=UTC), reverse=True)
            waiting, depth = found, depth + 1
        if waiting:
            yield bad_listing(self.source.location, f"its indexes are nested deeper than {MAX_DEPTH}", self.source.source_id)

    def _read_sitemap(self, held: Held) -> Iterator[Listed | Child | Reject]:
        if _FEED_START.match(held.body[:2000]):
            return read_feed(held.body, held.url, self.source.source_id, self.source.zone, held.content_type)    # the protocol allows feeds
        return read_sitemap(held.body, held.url, self.source.source_id, self.source.zone, MAX_LISTING_BYTES)

    def _may_hold(self, child: Child) -> bool:
        """Whether a sitemap can list pages of the days asked for: not when it last changed before them, nor when its
        address names another day or month."""
        if self.since and child.changed_at and child.changed_at.astimezone(self.source.zone).date() < self.since:
            return False
        month = _month_named(child.url)
        # a month of grace on both sides: sitemaps are cut in the publisher's time zone and by the publisher's habits
        return month is None or ((not self.since or month >= _month_of(self.since) - 1) and (not self.until or month <= _month_of(self.until) + 1))

    def _listing(self, url: str, changed_at: datetime | None = None) -> Held | Reject:
        """A listing as it is now; not asked for again where it cannot differ from the copy on the shelf.

        That is: the index dates its last change before the copy, its address names a month that was over by then, or a
        backfill asked for it within the hour.
        """
        held = self.shelf.get(url)
        if held is not None:
            month = _month_named(url)
            is_same = changed_at is not None and changed_at < held.fetched_at - timedelta(days=1)
            is_past = changed_at is None and month is not None and month < _month_of(held.fetched_at) - 1
            if is_same or is_past or (self.since is not None and abs(self.now - held.fetched_at) < _BACKFILL_FRESH):
                return held
        # an index page is a page, and a page's bound holds for it
        max_bytes = self.source.politeness.max_bytes if self.source.kind is SourceKind.LISTING else MAX_LISTING_BYTES
        answer = self.visitor.visit(url, kept=Kept.LISTING, max_bytes=max_bytes, etag=held.etag if held else "",
                                    last_modified=held.last_modified if held else "")
        if isinstance(answer, Reject):
            return answer
        if answer.status == 304 and held is not None:
            return held
        held = Held(answer.url, answer.header("ETag"), answer.header("Last-Modified"), answer.header("Content-Type"), self.now, answer.body)
        self.shelf.put(url, held)
        return held


# atomic and possessive: what opens with hundreds of comments and is no feed is looked at once
_FEED_START = re.compile(rb"\s*+(?:\xef\xbb\xbf\s*+)?(?:<\?xml[^>]*+>\s*+)?(?>(?><!--.*?-->)\s*+)*+<(?:rss|feed|rdf:RDF)\b", re.IGNORECASE | re.DOTALL)
_MONTH = re.compile(r"(?<!\d)((?:19|20)\d\d)[-_/.]?(0[1-9]|1[0-2])(?!\d{3})")


def _month_named(url: str) -> int | None:
    """The month that a listing's address names, counted from the year 0."""
    told = _MONTH.search(url.partition("://")[2].partition("/")[2])
    return int(told[1]) * 12 + int(told[2]) - 1 if told else None


def _month_of(day: date) -> int:
    return day.year * 12 + day.month - 1


def _confirmed(url: str) -> str:
    """The place on the shelf of a page that was asked for and had not changed: beside the listing of the same address."""
    return f"unchanged {url}"


def _dates(entry: Listed) -> str:
    return " ".join(each.isoformat() for each in (entry.listed_at, entry.changed_at) if each is not None)


def _is_changed(entry: Listed, before: Known) -> bool:
    """Whether the listing says that a known page is another one now; where it says nothing, it is the same."""
    if entry.listed_at is not None and before.listed_at is not None and entry.listed_at > aware(before.listed_at):
        return True
    return entry.changed_at is not None and entry.changed_at > aware(before.fetched_at)
