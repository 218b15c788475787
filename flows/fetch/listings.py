"""Index pages and dated archives: a page whose links are the listing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from html.parser import HTMLParser
from urllib.parse import urljoin
from zoneinfo import ZoneInfo

from flows.fetch.listed import Listed
from schemas.records import Basis

_SLOTS = re.compile(r"\{(year|month|day)\}")


def listing_urls(location: str, since: date | None, until: date | None, today: date) -> Iterator[tuple[str, date | None]]:
    """The index pages to look at, newest first, each with the day that it is the list of; None: a plain index page.

    `{year}`, `{month}` and `{day}` in the location stand for 2023, 09 and 26. Without bounds these are today's page and
    yesterday's: papers add to the day until it is over.
    """
    slots = set(_SLOTS.findall(location))
    if not slots:
        yield location, None
        return
    last = min(until - timedelta(days=1), today) if until else today
    day, first = last, since or last - timedelta(days=1)
    said: set[str] = set()
    while day >= first:
        url = location.replace("{year}", f"{day:%Y}").replace("{month}", f"{day:%m}").replace("{day}", f"{day:%d}")
        if url not in said:          # a monthly page is asked for once
            said.add(url)
            yield url, day if "day" in slots else None
        day -= timedelta(days=1)


def read_links(body: bytes, url: str, day: date | None, zone: ZoneInfo) -> Iterator[Listed]:
    """Every link of a page in its order, once, with its words as the title; `day`: the day that the page lists."""
    links = _Links(url)
    # addresses are ASCII in every encoding that the web knows; titles in others come out torn and are only a fallback
    links.feed(body.decode("utf-8", "replace"))
    links.close()
    listed_at = datetime.combine(day, time(12), zone) if day else None
    for link, title in links.found.items():
        yield Listed(link, listed_at, Basis.SITEMAP if listed_at else Basis.NONE, " ".join(title.split())[:500])


class _Links(HTMLParser):
    def __init__(self, base: str):
        super().__init__(convert_charrefs=True)
        self.found: dict[str, str] = {}
        self._base = base
        self._open = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        place = next((value for name, value in attrs if name == "href" and value), "")
        if tag == "base" and place:
            self._base = _absolute(self._base, place)
        elif tag == "a":
            self._open = _absolute(self._base, place).partition("#")[0] if place else ""
            if not self._open.lower().startswith(("http://", "https://")):
                self._open = ""
            elif self._open not in self.found:
                self.found[self._open] = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._open = ""

    def handle_data(self, data: str) -> None:
        if self._open and len(self.found[self._open]) < 500:
            self.found[self._open] += data


def _absolute(base: str, place: str) -> str:
    try:
        return urljoin(base, place.strip())
    except ValueError:
        return ""
