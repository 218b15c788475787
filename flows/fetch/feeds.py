"""RSS, Atom and JSON Feed: bytes to what they list."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import feedparser

from flows.fetch.listed import Listed, absolute, bad_listing, is_plausible, read_instant
from schemas.records import Basis, Reject

MAX_TITLE = 500


def read_feed(body: bytes, url: str, source_id: str, zone: ZoneInfo, content_type: str = "") -> Iterator[Listed | Reject]:
    """The entries of a feed in its order; those before a fault are kept, and the fault is told."""
    if body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
        yield from _json_feed(body, url, source_id, zone)
        return
    if not body.strip():
        yield bad_listing(url, "it is empty", source_id)
        return
    # feedparser drops nested entities, but a long one used ten thousand times fills memory; no news feed declares any
    if re.search(rb"<!ENTITY", body.replace(b"\0", b""), re.IGNORECASE) or body[:4] == b"\x4c\x6f\xa7\x94":
        yield bad_listing(url, "it declares XML entities, which are not expanded", source_id)
        return
    headers = {"content-location": url, **({"content-type": content_type} if content_type else {})}
    try:
        # a BytesIO, never the bytes: feedparser opens what looks like a path or an address
        feed = feedparser.parse(io.BytesIO(body), response_headers=headers)
    except Exception as error:       # it promises to raise nothing, and does on odd dates, addresses and encodings
        yield bad_listing(url, f"{type(error).__name__}: {error}", source_id)
        return
    for entry in feed.entries:
        yield _entry(entry, url, zone)
    if feed.bozo and not isinstance(feed.get("bozo_exception"), feedparser.CharacterEncodingOverride | feedparser.NonXMLContentType):
        yield bad_listing(url, f"{len(feed.entries)} entries were read, more may be lost: {feed.get('bozo_exception')}", source_id)
    elif not feed.entries and not feed.version:
        yield bad_listing(url, "it is no feed", source_id)


def _entry(entry: Any, base: str, zone: ZoneInfo) -> Listed:
    published, updated = _instant(entry, "published", zone), _instant(entry, "updated", zone)
    listed_at = published or updated
    return Listed(absolute(base, str(entry.get("link") or "")), listed_at, Basis.FEED if listed_at else Basis.NONE,
                  str(entry.get("title") or "")[:MAX_TITLE], updated)


_YEAR_FIRST = re.compile(r"\s*(\d{4})-(\d{1,2})-(\d{1,2})")


def _instant(entry: Any, key: str, zone: ZoneInfo) -> datetime | None:
    # not .get(): asked for updated, feedparser would hand out published, with a warning
    said, told = str(dict.get(entry, key) or ""), dict.get(entry, f"{key}_parsed")
    year_first = _YEAR_FIRST.match(said)
    try:
        if year_first:
            # feedparser reads 2023-02-31 as 3 March and 2023-13-45 as a day of the next year
            date(*map(int, year_first.groups()))
            if found := read_instant(said, zone):
                return found
        return datetime(*told[:6]).replace(tzinfo=UTC) if told and is_plausible(told[0]) else None
    except (TypeError, ValueError):
        return None


def _json_feed(body: bytes, url: str, source_id: str, zone: ZoneInfo) -> Iterator[Listed | Reject]:
    """JSON Feed 1.1 (jsonfeed.org/version/1.1)."""
    try:
        feed = json.loads(body.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError) as error:
        yield bad_listing(url, f"no JSON: {error}", source_id)
        return
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list):
        yield bad_listing(url, "a JSON Feed has a list of items", source_id)
        return
    for item in items:
        if not isinstance(item, dict):
            yield bad_listing(url, f"an item is {type(item).__name__}, not an object", source_id)
            continue
        published, changed = (read_instant(str(item.get(key) or ""), zone) for key in ("date_published", "date_modified"))
        link = item.get("url") or item.get("external_url") or item.get("id") or ""
        listed_at = published or changed
        yield Listed(absolute(url, str(link)), listed_at, Basis.FEED if listed_at else Basis.NONE, str(item.get("title") or "")[:MAX_TITLE], changed)
