"""Sitemaps (sitemaps.org 0.9, Google's news extension): indexes, lists of pages, plain text, gzipped or not.

Read as a stream by expat with entities and external references forbidden: a list of 50,000 addresses costs a few
megabytes, and what stands before a fault is kept.
"""

from __future__ import annotations

import re
import xml.sax.handler
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any
from xml.sax import SAXException
from zoneinfo import ZoneInfo

from defusedxml.common import DefusedXmlException
from defusedxml.sax import make_parser

from flows.fetch.inflate import inflated
from flows.fetch.listed import Listed, absolute, bad_listing, read_instant
from schemas.records import Basis, Reject

_PIECE = 65536
_MAX_VALUE = 8000            # characters of one value, or of a line
_MAX_DEPTH = 32              # elements in each other; the protocol and its extensions know five


@dataclass(frozen=True, slots=True)
class Child:
    """A sitemap that an index names."""

    url: str
    changed_at: datetime | None


def read_sitemap(body: bytes, url: str, source_id: str, zone: ZoneInfo, max_bytes: int) -> Iterator[Listed | Child | Reject]:
    """What a sitemap lists, in its order; addresses in the text form are a line each."""
    pieces = _unpacked(body, max_bytes)
    try:
        first = next(pieces, b"")
    except (zlib.error, OverflowError) as error:
        yield bad_listing(url, f"its gzip is damaged: {error}", source_id)
        return
    head = first.lstrip(b"\xef\xbb\xbf \t\r\n")[:200]
    if re.match(rb"https?://", head):
        yield from _lines(first, pieces, url, source_id)
    else:
        yield from _xml(first, pieces, url, source_id, zone)


def _unpacked(body: bytes, max_bytes: int) -> Iterator[bytes]:
    """The bytes in pieces, unpacked if they are gzip. Raises zlib.error, OverflowError when too large."""
    if body[:2] != b"\x1f\x8b":
        yield from (body[start:start + _PIECE] for start in range(0, len(body), _PIECE))
        return
    total = 0
    for piece in inflated([body], is_gzip=True):
        total += len(piece)
        if total > max_bytes:
            raise OverflowError(f"more than {max_bytes} bytes unpacked")
        yield piece


def _lines(first: bytes, pieces: Iterator[bytes], url: str, source_id: str) -> Iterator[Listed | Reject]:
    rest = b""
    try:
        for piece in chain([first.removeprefix(b"\xef\xbb\xbf")], pieces):
            *whole, rest = (rest + piece).split(b"\n")
            yield from (Listed(line.decode("utf-8", "replace").strip()) for line in whole if line.strip())
            if len(rest) > _MAX_VALUE:
                yield bad_listing(url, f"a line is longer than {_MAX_VALUE} bytes", source_id)
                return
    except (zlib.error, OverflowError) as error:
        yield bad_listing(url, f"its gzip is damaged: {error}", source_id)
    if rest.strip():
        yield Listed(rest.decode("utf-8", "replace").strip())


def _xml(first: bytes, pieces: Iterator[bytes], url: str, source_id: str, zone: ZoneInfo) -> Iterator[Listed | Child | Reject]:
    told = _Told(url, zone)
    parser = make_parser()
    parser.setFeature(xml.sax.handler.feature_namespaces, True)
    parser.setContentHandler(told)
    parser.setErrorHandler(xml.sax.handler.ErrorHandler())
    trouble = ""
    try:
        parser.feed(first.lstrip(b" \t\r\n"))
        yield from told.taken()
        for piece in pieces:
            parser.feed(piece)
            yield from told.taken()
        parser.close()
    except DefusedXmlException as error:
        trouble = f"it declares entities or loads something else: {type(error).__name__}"
    except SAXException as error:
        trouble = f"it cannot be read as XML: {error.getMessage()}"
    except (zlib.error, OverflowError) as error:
        trouble = f"its gzip is damaged: {error}"
    except (ValueError, LookupError) as error:      # an encoding that expat cannot read
        trouble = f"{type(error).__name__}: {error}"
    yield from told.taken()
    if trouble:
        yield bad_listing(url, trouble, source_id)
    elif not told.is_sitemap:
        yield bad_listing(url, f"it is no sitemap, but <{told.root[:40]}>", source_id)


class _Told(xml.sax.handler.ContentHandler):
    """Collects the entries of a sitemap. Elements count by their local names: half of the field misspells the namespace."""

    def __init__(self, base: str, zone: ZoneInfo):
        super().__init__()
        self.root = ""
        self.is_sitemap = False
        self._base = base
        self._zone = zone
        self._path: list[str] = []
        self._values: dict[str, str] = {}
        self._text: list[str] = []
        self._length = 0
        self._made: list[Listed | Child] = []

    def taken(self) -> list[Listed | Child]:
        made, self._made = self._made, []
        return made

    def startElementNS(self, name: tuple[str | None, str], qname: str | None, attrs: Any) -> None:  # noqa: N802
        local = name[1].lower()
        if len(self._path) >= _MAX_DEPTH:
            # a packed megabyte of start tags would grow to gigabytes
            raise SAXException(f"elements are nested deeper than {_MAX_DEPTH}")
        if not self._path:
            self.root = local
            self.is_sitemap = local in ("urlset", "sitemapindex")
        self._path.append(local)
        if local in ("url", "sitemap"):
            self._values = {}
        self._text, self._length = [], 0

    def characters(self, content: str) -> None:
        if self._length < _MAX_VALUE:
            self._text.append(content)
            self._length += len(content)

    def endElementNS(self, name: tuple[str | None, str], qname: str | None) -> None:  # noqa: N802
        local = self._path.pop()
        parent = self._path[-1] if self._path else ""
        text = "".join(self._text).strip()
        # <image:loc> and <video:title> stand in elements of their own
        if (parent in ("url", "sitemap") and local in ("loc", "lastmod")) or (parent == "news" and local in ("publication_date", "title")):
            self._values.setdefault(local, text)
        elif local == "sitemap":
            self._add_child(text)
        elif local == "url":
            self._add_page()
        self._text, self._length = [], 0

    def _add_child(self, text: str) -> None:
        place = self._values.get("loc") or text      # some write the address straight into <sitemap>
        if place:
            self._made.append(Child(absolute(self._base, place), read_instant(self._values.get("lastmod", ""), self._zone)))

    def _add_page(self) -> None:
        place = self._values.get("loc", "")
        changed = read_instant(self._values.get("lastmod", ""), self._zone)
        listed_at = read_instant(self._values.get("publication_date", ""), self._zone) or changed
        if place:
            self._made.append(Listed(absolute(self._base, place), listed_at, Basis.SITEMAP if listed_at else Basis.NONE,
                                     self._values.get("title", "")[:500], changed))
