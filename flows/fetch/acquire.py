"""What a source has to give, as pages or as reasons why not: the front door of the fetch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from flows.fetch.known import Recall
from schemas.records import Page, Reject
from schemas.source import Source, SourceKind

if TYPE_CHECKING:
    from flows.fetch.visitor import Visitor


def utc_now() -> datetime:
    return datetime.now(UTC)


def acquire(source: Source, *, since: date | None = None, until: date | None = None, known: Recall, now: datetime,
            failed: Mapping[str, str] = MappingProxyType({}), archive: Path | None = None, visitor: Visitor | None = None) -> Iterator[Page | Reject]:
    """The pages of a source that are new or changed, one by one, each loss as a Reject.

    `known` tells what is remembered of an address; a page that is still the same is not yielded and, where the source
    says so by itself, not asked for. `since` and `until` (exclusive) bound the listed dates in the source's time zone;
    the date of a file is the one in its path (2023/09/26, 2023-09-26, 20230926), else that of its last change; that of
    an archived copy the day of its capture.

    `failed`: addresses that could not be had when they were last asked for, with the reason; a site is asked for them last.
    A loss of the stage `list` says that the source gave no list of what there is, and why.
    `archive`: the folder that every answer is written to before it is read (`<archive>/<source>/<day>-001.warc.gz`);
    None: nothing is kept. `visitor`: who goes to the network; None: a new one for this walk.
    Raises SourceError when the source as a whole cannot be walked, OSError when the archive cannot be written.
    """
    from flows.archive import Archive  # warcio and the HTTP library cost a moment that `dateline sql` need not wait for

    keeper = Archive(archive, source.source_id, clock=utc_now) if archive else None
    if source.kind is SourceKind.FOLDER:
        from flows.fetch.folder import walk_folder

        yield from walk_folder(source, since, until, known, now, keeper)
    elif source.kind is SourceKind.WARC:
        from flows.fetch.folder import walk_warc

        yield from walk_warc(source, since, until, known)
    else:
        from flows.fetch.site import Site
        from flows.fetch.visitor import Visitor

        visitor = visitor or Visitor(source, now=now, archive=keeper)
        shelf = archive / source.source_id / "listings" if archive else None
        yield from Site(source, since, until, known, now, visitor, shelf, failed).pages()
