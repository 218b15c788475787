"""What a site allows robots to ask for (RFC 9309), read by protego."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from protego import Protego

AGENT = "Dateline"
MAX_BYTES = 512_000          # RFC 9309, 2.5: at least 500 KiB are read; beyond it protego takes seconds
# an agent's name is one word (RFC 9309, 2.2.1); what follows it is, to Google's parser too, no part of it
_AGENT_LINE = re.compile(r"(?im)^([ \t]*user-agent[ \t]*:[ \t]*[^\s#]+)[ \t][^\n]*")
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


@dataclass(frozen=True, slots=True)
class Robots:
    """The rules of one origin."""

    rules: Any = field(repr=False)

    def allows(self, url: str, agent: str = AGENT) -> bool:
        return bool(self.rules.can_fetch(url, agent))

    def crawl_delay_seconds(self, agent: str = AGENT) -> float:
        """Seconds between two requests; 0 when nothing is asked. A request rate is turned into its delay."""
        delay = self.rules.crawl_delay(agent) or 0.0
        rate = self.rules.request_rate(agent)
        return max(0.0, float(delay), rate.seconds / rate.requests if rate and rate.requests else 0.0)

    @property
    def sitemaps(self) -> Iterable[str]:
        return tuple(self.rules.sitemaps)


def read_robots(body: bytes) -> Robots:
    """The rules in a robots.txt. Whatever it is (a web page, noise), it is read; what is no rule forbids nothing."""
    body = body[:MAX_BYTES]
    mark, encoding = next(((bom, name) for bom, name in _BOMS if body.startswith(bom)), (b"", "utf-8"))
    return Robots(Protego.parse(_AGENT_LINE.sub(r"\1", body[len(mark):].decode(encoding, "replace"))))


def allow_all() -> Robots:
    return Robots(Protego.parse(""))
