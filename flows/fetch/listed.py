"""What a feed, a sitemap or an index page lists: addresses with the date and the title that stand beside them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from urllib.parse import urljoin
from zoneinfo import ZoneInfo

from schemas.records import Basis, Reason, Reject, Stage


@dataclass(frozen=True, slots=True)
class Listed:
    """One entry of a listing."""

    url: str                             # as listed, made absolute
    listed_at: datetime | None = None    # first published, else last changed
    basis: Basis = Basis.NONE
    title: str = ""
    changed_at: datetime | None = None   # last changed, where the listing says so


def bad_listing(ref: str, detail: str, source_id: str) -> Reject:
    return Reject(Stage.ACQUIRE, Reason.BAD_FEED, ref, " ".join(detail.split())[:300], source_id)


def absolute(base: str, place: str) -> str:
    """A listed address as seen from its listing; one that cannot be joined stays as it is, to be refused by name."""
    try:
        return urljoin(base, place.strip()) if place.strip() else ""
    except ValueError:
        return place


def is_plausible(year: int) -> bool:
    """Whether a listing can mean a year; the ends of the calendar break every change of time zone."""
    return 1800 <= year <= 2200


_W3C = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,]\d+)?)?\s*(Z|[+-]\d\d:?\d\d)?)?)?)?\s*", re.IGNORECASE)


def read_instant(told: str, zone: ZoneInfo) -> datetime | None:
    """A W3C date-time (YYYY-MM-DD, with or without time and offset) as an instant; None where it names no single day.

    A day without a time is its noon in the source's zone, so that it stays that day; a time without offset is local.
    """
    found = _W3C.fullmatch(told.strip())
    if not found or not found[3] or not is_plausible(int(found[1])):
        return None
    try:
        day = date(int(found[1]), int(found[2]), int(found[3]))
        if not found[4]:
            return datetime.combine(day, time(12), zone).astimezone(UTC)
        clock = time(int(found[4]), int(found[5]), min(int(found[6] or 0), 59))
        if not found[7]:
            return datetime.combine(day, clock, zone).astimezone(UTC)
        offset = found[7].upper().replace("Z", "+00:00")
        return datetime.fromisoformat(f"{day}T{clock}{offset if ':' in offset else offset[:3] + ':' + offset[3:]}").astimezone(UTC)
    except (ValueError, OverflowError):
        return None


_URL_DAY = re.compile(r"(?<!\d)((?:19|20)\d\d)([-_/.]?)(0?[1-9]|1[0-2])\2(0?[1-9]|[12]\d|3[01])(?!\d)")


def day_in_path(path: str) -> date | None:
    """The day that a path names (2023/09/26, 2023-09-26, 20230926); None where it names none."""
    for told in _URL_DAY.finditer(path):
        if told[2] or len(told[0]) == 8:
            try:
                return date(int(told[1]), int(told[3]), int(told[4]))
            except ValueError:
                continue
    return None
