"""The only door to the network, and to folders of pages: what a source lists, as pages or as reasons why not."""

from __future__ import annotations

import gzip
import io
import ipaddress
import re
import socket
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urljoin, urlsplit

from schemas.records import Basis, Page, Reason, Reject, Stage
from schemas.source import Source, SourceError, SourceKind

if TYPE_CHECKING:
    import httpx2

_TYPES = {".html": "text/html", ".htm": "text/html", ".xhtml": "application/xhtml+xml", ".txt": "text/plain"}


class Known(Protocol):
    """What is remembered of a page that was here before."""

    @property
    def etag(self) -> str: ...
    @property
    def last_modified(self) -> str: ...
    @property
    def listed_at(self) -> datetime | None: ...


def acquire(source: Source, *, since: date | None = None, until: date | None = None,
            known: Callable[[str], Known | None], now: datetime) -> Iterator[Page | Reject]:
    """The pages of a source that are new or changed, one by one, each loss as a Reject.

    `known` tells what is remembered of an address; a page that is still the same is not yielded and, where the
    source says so by itself, not read. `since` and `until` (exclusive) bound the listed dates; the date of a file
    is the one in its path (2023/09/26, 2023-09-26, 20230926), else that of its last change. Raises SourceError when the source as a whole cannot be walked.
    """
    if source.kind is SourceKind.FOLDER:
        yield from _folder(source, since, until, known, now)
    elif source.kind is SourceKind.FEED:
        yield from _feed(source, since, until, known, now)
    else:
        raise SourceError(f"{source.source_id}: kind '{source.kind}' is not walked yet; use folder or feed")


def _folder(source: Source, since: date | None, until: date | None, known: Callable[[str], Known | None], now: datetime,
            ) -> Iterator[Page | Reject]:
    root = Path(source.location)
    if not root.is_dir():
        raise SourceError(f"{source.source_id}: {root} is no folder any more; mount it or mend `location`")
    for path in sorted(each for each in root.rglob("*") if each.is_file()):
        relative = path.relative_to(root)
        if any(part.startswith(".") for part in relative.parts):
            continue
        if (since or until) and not _is_within(path, relative, since, until):
            continue
        # the source's id stands where a host would: two folders with the same file name are two pages
        url = f"file://{source.source_id}/{relative.as_posix()}"
        is_packed = path.suffix == ".gz"
        kind = _TYPES.get(Path(path.stem).suffix.lower() if is_packed else path.suffix.lower())
        if kind is None:
            yield _lost(source, Reason.NOT_TEXT, url, f"'{path.suffix}' is neither HTML nor text")
            continue
        try:
            stat = path.stat()
            etag = f"{stat.st_size}-{stat.st_mtime_ns}"
            before = known(url)
            if before is not None and before.etag == etag:
                continue
            body = _read(path, is_packed, source.politeness.max_bytes)
        except (OSError, EOFError, zlib.error) as error:
            yield _lost(source, Reason.UNREADABLE_FILE, url, f"{path}: {getattr(error, 'strerror', None) or error}")
            continue
        if len(body) > source.politeness.max_bytes:
            yield _lost(source, Reason.TOO_LARGE, url, f"more than {source.politeness.max_bytes} bytes")
            continue
        yield Page(source.source_id, url, url, body, now, headers=(("Content-Type", kind), ("ETag", etag)))


_PATH_DAY = re.compile(r"(?<!\d)((?:19|20)\d\d)([-_/.]?)(0[1-9]|1[0-2])\2(0[1-9]|[12]\d|3[01])(?!\d)")


def _is_within(path: Path, relative: Path, since: date | None, until: date | None) -> bool:
    told = _PATH_DAY.search(relative.as_posix())
    try:
        day = date(int(told[1]), int(told[3]), int(told[4])) if told else datetime.fromtimestamp(path.stat().st_mtime, UTC).date()
    except (ValueError, OSError):
        return True      # 2023-02-31 is no day, a file that is gone no file: reading it tells why
    return (since is None or day >= since) and (until is None or day < until)


def _read(path: Path, is_packed: bool, limit: int) -> bytes:
    with gzip.open(path, "rb") if is_packed else path.open("rb") as file:
        return file.read(limit + 1)


def _lost(source: Source, reason: Reason, ref: str, detail: str) -> Reject:
    return Reject(Stage.ACQUIRE, reason, ref, detail, source.source_id)


def _feed(source: Source, since: date | None, until: date | None, known: Callable[[str], Known | None], now: datetime,
          ) -> Iterator[Page | Reject]:
    import feedparser
    import httpx2

    agent = f"Dateline/{version('dateline-events')} (+news event extraction; {source.contact or 'no contact given'})"
    with httpx2.Client(headers={"User-Agent": agent}, follow_redirects=False, trust_env=False) as client:
        answer = _get(client, source, source.location)
        if isinstance(answer, Reject):
            yield answer
            return
        # a BytesIO, never the bytes: feedparser opens what looks like a path or an address
        feed = feedparser.parse(io.BytesIO(answer.body), response_headers={"content-location": answer.url})
        if feed.bozo and not feed.entries:
            yield _lost(source, Reason.BAD_FEED, source.location, str(feed.get("bozo_exception", "no entries"))[:200])
            return
        asked = 0
        for entry in feed.entries:
            url = urljoin(answer.url, entry.get("link", ""))
            if urlsplit(url).scheme not in ("http", "https"):
                yield _lost(source, Reason.BAD_URL, url or source.location, "an entry without a web address")
                continue
            listed_at = _instant(entry)
            if listed_at is not None and ((since and listed_at.date() < since) or (until and listed_at.date() >= until)):
                continue
            before = known(url)
            if before is not None and (listed_at is None or before.listed_at is None or listed_at <= before.listed_at):
                continue
            if asked >= source.politeness.max_pages:
                break
            time.sleep(source.politeness.min_interval_seconds)
            asked += 1
            page = _get(client, source, url)
            if isinstance(page, Reject):
                yield page
            else:
                yield Page(source.source_id, url, page.url, page.body, now, page.status, page.headers, listed_at,
                           Basis.FEED if listed_at else Basis.NONE, entry.get("title", ""))


def _instant(entry: Any) -> datetime | None:
    told = entry.get("published_parsed") or entry.get("updated_parsed")
    try:
        return datetime(*told[:6], tzinfo=UTC) if told else None
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class _Answer:
    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


def _get(client: httpx2.Client, source: Source, url: str) -> _Answer | Reject:
    import httpx2

    limits = source.politeness
    deadline = time.monotonic() + limits.deadline_seconds
    try:
        for _ in range(6):
            refused = _refused(source, url)
            if refused:
                return refused
            with client.stream("GET", url, timeout=min(20.0, limits.deadline_seconds)) as answer:
                if answer.is_redirect:
                    url = urljoin(url, answer.headers.get("location", ""))
                    continue
                if answer.status_code in (404, 410):
                    return _lost(source, Reason.GONE, url, f"HTTP {answer.status_code}")
                if answer.status_code >= 400:
                    return _lost(source, Reason.FETCH_FAILED, url, f"HTTP {answer.status_code}")
                body = bytearray()
                for piece in answer.iter_bytes(65536):
                    body += piece
                    if len(body) > limits.max_bytes:
                        return _lost(source, Reason.TOO_LARGE, url, f"more than {limits.max_bytes} bytes")
                    # the library's timeout starts anew with every byte; this one does not
                    if time.monotonic() > deadline:
                        return _lost(source, Reason.TIMED_OUT, url, f"not whole after {limits.deadline_seconds:g} s")
                return _Answer(url, answer.status_code, tuple(answer.headers.items()), bytes(body))
        return _lost(source, Reason.BAD_REDIRECT, url, "more than 5 redirects")
    except httpx2.TimeoutException:
        return _lost(source, Reason.TIMED_OUT, url, "no answer")
    except (httpx2.HTTPError, httpx2.InvalidURL, OSError, ValueError) as error:
        return _lost(source, Reason.FETCH_FAILED, url, f"{type(error).__name__}: {error}"[:200])


def _refused(source: Source, url: str) -> Reject | None:
    """Why an address may not be asked: only web addresses, only public ones or those that the source allows."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.password:
        return _lost(source, Reason.BAD_REDIRECT, url, "not a plain web address")
    allowed = [ipaddress.ip_network(each) for each in source.allow_addresses]
    for *_, address in socket.getaddrinfo(parts.hostname, parts.port or 443, type=socket.SOCK_STREAM):
        found = ipaddress.ip_address(str(address[0]).partition("%")[0])
        if not (found.is_global and not found.is_multicast) and not any(found in network for network in allowed):
            return _lost(source, Reason.BLOCKED_ADDRESS, url, f"{found} is not public; allow_addresses can admit it")
    return None
