"""Index pages and dated archives: a page whose links are the listing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from urllib.parse import urljoin
from zoneinfo import ZoneInfo

from lxml import etree

from flows.fetch.listed import Listed
from schemas.records import Basis
from transforms.clean.page import parse, scrub

_MAX_TITLE = 500
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
    listed_at = datetime.combine(day, time(12), zone) if day else None
    for link, title in _links(body, url).items():
        yield Listed(link, listed_at, Basis.SITEMAP if listed_at else Basis.NONE, " ".join(title.split())[:_MAX_TITLE])


def _links(body: bytes, base: str) -> dict[str, str]:
    """The web addresses that a page links to, in its order, each with the words of all its links."""
    # addresses are ASCII in every encoding that the web knows; titles in others come out torn and are only a fallback
    tree = parse(scrub(body.decode("utf-8", "replace")))
    found: dict[str, str] = {}
    link = ""                        # the one that is open
    for event, element in etree.iterwalk(tree, events=("start", "end")) if tree is not None else ():
        words = element.text if event == "start" else element.tail
        place = element.get("href") if event == "start" else None
        if element.tag == "base" and place:
            base = _absolute(base, place)
        elif element.tag == "a":
            link = _absolute(base, place).partition("#")[0] if place else ""
            link = link if link.lower().startswith(("http://", "https://")) else ""
        if link:
            told = found.setdefault(link, "")
            if words and len(told) < _MAX_TITLE:
                found[link] = told + words
    return found


def _absolute(base: str, place: str) -> str:
    try:
        return urljoin(base, place.strip())
    except ValueError:
        return ""
