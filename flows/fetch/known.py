"""What is remembered of a page that was here before."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol


class Known(Protocol):
    """A page's row in the warehouse, as far as the fetch needs it."""

    @property
    def etag(self) -> str: ...
    @property
    def last_modified(self) -> str: ...
    @property
    def fetched_at(self) -> datetime: ...
    @property
    def listed_at(self) -> datetime | None: ...


Recall = Callable[[str], Known | None]


def aware(instant: datetime) -> datetime:
    """An instant of the warehouse, which keeps UTC without a zone, beside those of the fetch."""
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)
