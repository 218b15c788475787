"""Folders of pages on this machine, and archives of others."""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from flows.archive import Archive, Capture, Damage, damage_reject, read_captures, too_large, warc_files
from flows.fetch.address import RefusedError
from flows.fetch.known import Recall, aware
from flows.fetch.listed import day_in_path
from flows.fetch.urls import canonical_url
from schemas.records import Page, Reason, Reject, Stage
from schemas.source import Source, SourceError

_TYPES = {".html": "text/html", ".htm": "text/html", ".xhtml": "application/xhtml+xml", ".txt": "text/plain"}


def walk_folder(source: Source, since: date | None, until: date | None, known: Recall, now: datetime, archive: Archive | None) -> Iterator[Page | Reject]:
    """The HTML and text files of a folder, also gzipped, by name. Raises SourceError when the folder is gone."""
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
            yield too_large(source, url)
            continue
        headers = (("Content-Type", kind), ("ETag", etag))
        if archive:
            archive.keep(url, 200, headers, body)
        yield Page(source.source_id, url, url, body, now, headers=headers)


def _is_within(path: Path, relative: Path, since: date | None, until: date | None) -> bool:
    try:
        day = day_in_path(relative.as_posix()) or datetime.fromtimestamp(path.stat().st_mtime, UTC).date()
    except OSError:
        return True      # a file that is gone: reading it tells why
    return (since is None or day >= since) and (until is None or day < until)


def _read(path: Path, is_packed: bool, limit: int) -> bytes:
    with gzip.open(path, "rb") if is_packed else path.open("rb") as file:
        return file.read(limit + 1)


# archives of others

_CC_NEWS = re.compile(r"CC-NEWS-(\d{4})(\d\d)(\d\d)\d{6}-\d+\.warc\.gz")


def walk_warc(source: Source, since: date | None, until: date | None, known: Recall) -> Iterator[Page | Reject]:
    """The pages in a WARC file, or in those of a folder, whose addresses match `pattern`.

    `since` and `until` bound the UTC day of the capture: an archive knows no other date before it is read. A page that
    was captured twice is two versions of it, of which an older one never takes the place of a newer one. Raises SourceError when nothing is there.
    """
    location = Path(source.location)
    if not location.exists():
        raise SourceError(f"{source.source_id}: {location} does not exist any more; mount it or mend `location`")
    pattern = re.compile(source.pattern) if source.pattern else None
    limit = source.politeness.max_bytes

    def wants(url: str, kept: str) -> bool:
        return kept == "page" and (pattern is None or pattern.search(url) is not None)

    for path in warc_files(location):
        if not _may_hold(path, since, until):
            continue
        for made in read_captures(path, max_bytes=limit, wants=wants):
            if isinstance(made, Damage):
                yield damage_reject(source, made)
            elif 300 <= made.status < 400:
                continue         # a redirect holds no page; where it led is a record of its own
            elif _is_captured_within(made, since, until):
                page = _captured(source, made)
                before = known(page.url) if isinstance(page, Page) else None
                if before is None or made.captured_at > aware(before.fetched_at):
                    yield page


def _may_hold(path: Path, since: date | None, until: date | None) -> bool:
    """CC-NEWS files say in their names when they were begun, and none is open for more than a day."""
    told = _CC_NEWS.fullmatch(path.name)
    if not told:
        return True
    begun = date(int(told[1]), int(told[2]), int(told[3]))
    return (since is None or begun >= since - timedelta(days=1)) and (until is None or begun < until)


def _is_captured_within(capture: Capture, since: date | None, until: date | None) -> bool:
    day = capture.captured_at.astimezone(UTC).date()
    return (since is None or day >= since) and (until is None or day < until)


def _captured(source: Source, capture: Capture) -> Page | Reject:
    if capture.status in (404, 410):
        return _lost(source, Reason.GONE, capture.url, f"HTTP {capture.status} at {capture.captured_at:%Y-%m-%d}")
    if capture.status >= 400 or capture.status < 200:
        return _lost(source, Reason.FETCH_FAILED, capture.url, f"HTTP {capture.status} at {capture.captured_at:%Y-%m-%d}")
    if len(capture.body) > source.politeness.max_bytes:
        return too_large(source, capture.url)
    try:
        url = canonical_url(capture.url) if capture.url.lower().startswith("http") else capture.url
    except RefusedError as refused:
        return _lost(source, refused.reason, capture.url, refused.detail)
    return Page(source.source_id, url, capture.url, capture.body, capture.captured_at, capture.status, capture.headers, is_archived_copy=True)


def _lost(source: Source, reason: Reason, ref: str, detail: str) -> Reject:
    return Reject(Stage.ACQUIRE, reason, ref, detail, source.source_id)
