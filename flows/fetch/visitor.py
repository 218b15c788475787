"""A polite visitor: asks robots.txt, waits its turn, follows redirects with care, tries again where that may help.

Every complete answer goes to the archive before anybody reads it.
"""

from __future__ import annotations

import functools
import ipaddress
import logging
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from importlib.metadata import version
from urllib.parse import urljoin

import stamina

from flows.archive import Archive, Kept
from flows.fetch.address import RefusedError, Resolve, Target, look_up, read_target
from flows.fetch.door import Answer, ask
from flows.fetch.robots import AGENT, MAX_BYTES, Robots, allow_all, read_robots
from schemas.records import Reason, Reject, Stage
from schemas.source import Source

MAX_REDIRECTS = 5
MAX_LISTING_BYTES = 52_428_800       # sitemaps.org: 50 MB uncompressed
MAX_TURN_SECONDS = 300.0             # a robots.txt that asks for more gets one visit a run
_STRIKES = 8                         # so many failures of a host in a row, and it is left alone until the next run
_PASSING = frozenset({429, 500, 502, 503, 504, 520, 521, 522, 523, 524})
_MOVED = frozenset({301, 302, 303, 307, 308})


class Turns:
    """When each host may be asked again: one request at a time, with a pause after each. Shared by a whole process."""

    def __init__(self, sleep: Callable[[float], None] = time.sleep):
        self._sleep = sleep
        self._lock = threading.Lock()
        self._hosts: dict[str, threading.Lock] = {}
        self._ended: dict[str, float] = {}

    @contextmanager
    def turn(self, host: str, interval_seconds: float) -> Iterator[None]:
        """Holds the host for one request. Raises RefusedError when its pause is longer than a run may wait."""
        with self._lock:
            lock = self._hosts.setdefault(host, threading.Lock())
        with lock:
            pause = self._ended.get(host, -1e9) + interval_seconds - time.monotonic()
            if pause > MAX_TURN_SECONDS:
                raise RefusedError(Reason.RATE_LIMITED, f"{host} asks for {interval_seconds:g} s between two requests; the rest waits for the next run")
            if pause > 0:
                self._sleep(pause)
            try:
                yield
            finally:
                self._ended[host] = time.monotonic()


@functools.cache
def shared_turns() -> Turns:
    """The turns of this process: two sources on one host do not double its load."""
    return Turns()


@functools.cache
def _quieten() -> None:
    """Where no logging is set up, Python would print the bare name of each retry on the terminal."""
    logging.getLogger("stamina").addHandler(logging.NullHandler())


@dataclass(frozen=True, slots=True)
class Closed:
    """A host whose robots.txt keeps everybody out, and why."""

    reason: Reason
    detail: str


class Visitor:
    """Visits the addresses of one source in one run. Knows each host's robots.txt and how often the host failed."""

    def __init__(self, source: Source, *, now: datetime, archive: Archive | None = None, turns: Turns | None = None,
                 resolve: Resolve = look_up, trust: ssl.SSLContext | None = None):
        _quieten()
        self.source = source
        self.archive = archive
        self._now = now
        self._turns = turns or shared_turns()
        self._resolve = resolve
        self._trust = trust
        self._allowed = tuple(ipaddress.ip_network(each) for each in source.allow_addresses)
        self._robots: dict[str, Robots | Closed] = {}
        self._strikes: dict[str, int] = {}
        contact = source.contact or "no contact given"
        self._agent = f"{AGENT}/{version('dateline-events')} (+news event extraction; {contact})".encode("ascii", "replace").decode()

    def visit(self, url: str, *, kept: Kept = Kept.PAGE, etag: str = "", last_modified: str = "", max_bytes: int = 0,
              note: dict[str, str] | None = None) -> Answer | Reject:
        """What stands at an address: an answer of 200 to 299, of 304 when it did not change, or why there is none.

        One deadline (politeness.deadline_seconds) holds for everything a page costs after its turn has come: robots.txt
        aside, redirects, tries and pauses together.
        """
        limit = max_bytes or self.source.politeness.max_bytes
        validators = tuple((name, value) for name, value in (("If-None-Match", etag), ("If-Modified-Since", last_modified)) if value)
        try:
            target = read_target(url)
        except RefusedError as refused:
            return Reject(Stage.ACQUIRE, refused.reason, url, refused.detail[:500], self.source.source_id)
        try:
            if self._strikes.get(target.host, 0) >= _STRIKES:
                raise RefusedError(Reason.RATE_LIMITED, f"{target.host} failed {_STRIKES} times in a row and is left alone until the next run")
            answer = self._persist(target, kept, validators, limit, note or {})
            self._strikes.pop(target.host, None)
        except RefusedError as refused:
            if refused.is_of_host:
                self._strikes[target.host] = self._strikes.get(target.host, 0) + 1
            return Reject(Stage.ACQUIRE, refused.reason, url, refused.detail[:500], self.source.source_id)
        if answer.status in (404, 410):
            return Reject(Stage.ACQUIRE, Reason.GONE, url, f"HTTP {answer.status}", self.source.source_id)
        if answer.status >= 300 and not (answer.status == 304 and validators):
            return Reject(Stage.ACQUIRE, Reason.FETCH_FAILED, url, f"HTTP {answer.status}", self.source.source_id)
        return answer

    def _persist(self, target: Target, kept: Kept, validators: tuple[tuple[str, str], ...], limit: int, note: dict[str, str]) -> Answer:
        politeness = self.source.politeness
        deadline: float | None = None

        def pause(error: Exception) -> bool | float:
            """Whether to try again, and after how long; never beyond the deadline."""
            if not isinstance(error, RefusedError) or not error.is_passing:
                return False
            wait = error.pause_seconds
            if time.monotonic() + (wait or 0.0) >= (deadline or 0.0):
                return False
            return True if wait is None else wait

        for attempt in stamina.retry_context(on=pause, attempts=1 + politeness.max_retries, timeout=None,
                                             wait_initial=0.5, wait_max=8.0, wait_jitter=1.0):
            with attempt:
                if deadline is None:
                    self._check_robots(target)
                    deadline = time.monotonic() + politeness.deadline_seconds + self._pause_before(target)
                return self._follow(target, kept, validators, limit, deadline, note)
        raise AssertionError("stamina ends with an answer or an error")

    def _follow(self, target: Target, kept: Kept, validators: tuple[tuple[str, str], ...], limit: int, deadline: float,
                note: dict[str, str]) -> Answer:
        first, been = target, {target.url}
        for hop in range(MAX_REDIRECTS + 1):
            if hop:
                self._check_robots(target)
            answer = self._one(target, validators, limit, deadline)
            if answer.status not in _MOVED:
                break
            target = _moved(target, answer)
            if target.url in been:
                raise RefusedError(Reason.BAD_REDIRECT, f"leads in a circle by {target.url}")
            been.add(target.url)
        else:
            raise RefusedError(Reason.BAD_REDIRECT, f"more than {MAX_REDIRECTS} redirects")
        if self.archive and answer.status != 304:
            self.archive.keep(answer.url, answer.status, answer.headers, answer.body, kept=kept, asked=first.url, note=note)
        if answer.status in _PASSING:
            raise self._busy(answer, deadline)
        return answer

    def _one(self, target: Target, validators: tuple[tuple[str, str], ...], limit: int, deadline: float, is_cut: bool = False) -> Answer:
        with self._turns.turn(target.host, self._interval(target)):
            return ask(target, headers=(("User-Agent", self._agent), *validators), deadline=deadline, max_bytes=limit,
                       allowed=self._allowed, resolve=self._resolve, is_cut=is_cut, trust=self._trust)

    def _busy(self, answer: Answer, deadline: float) -> RefusedError:
        asked = _retry_after(answer, self._now)
        if asked is not None and time.monotonic() + asked >= deadline:
            return RefusedError(Reason.RATE_LIMITED, f"HTTP {answer.status}; asks for a pause of {asked:g} s, which is longer than a page may take",
                                is_of_host=True)
        reason = Reason.RATE_LIMITED if answer.status == 429 else Reason.FETCH_FAILED
        return RefusedError(reason, f"HTTP {answer.status}", is_passing=True, pause_seconds=asked, is_of_host=answer.status == 429)

    # robots.txt

    def robots(self, target: Target) -> Robots | Closed:
        """The rules of a target's origin, asked for once a run."""
        if target.origin not in self._robots:
            self._robots[target.origin] = self._ask_robots(target)
        return self._robots[target.origin]

    def _ask_robots(self, target: Target) -> Robots | Closed:
        """RFC 9309, 2.3.1: 4xx allows everything, 5xx and silence forbid everything; five redirects are followed."""
        deadline = time.monotonic() + min(30.0, self.source.politeness.deadline_seconds)
        here = read_target(target.origin + "/robots.txt")
        try:
            answer = self._follow_robots(here, deadline)
        except RefusedError as refused:
            if refused.reason in (Reason.BAD_REDIRECT, Reason.BAD_URL):
                return allow_all()       # the standard: after five redirects it may be taken as not there
            return Closed(refused.reason, f"{here.url}: {refused.detail}")
        if self.archive:
            self.archive.keep(answer.url, answer.status, answer.headers, answer.body, kept=Kept.ROBOTS, asked=here.url)
        if answer.status >= 500:
            return Closed(Reason.FETCH_FAILED, f"{here.url} answers HTTP {answer.status}, which closes the site until it is mended")
        return read_robots(answer.body) if answer.status < 300 else allow_all()

    def _follow_robots(self, target: Target, deadline: float) -> Answer:
        def is_worth_another(error: Exception) -> bool:
            return isinstance(error, RefusedError) and error.is_passing and time.monotonic() < deadline

        for _ in range(MAX_REDIRECTS + 1):
            for attempt in stamina.retry_context(on=is_worth_another, attempts=1 + self.source.politeness.max_retries, timeout=None, wait_initial=0.5):
                # no interval before it, or every new host would cost one; the page after it waits
                with attempt, self._turns.turn(target.host, 0.0):
                    answer = ask(target, headers=(("User-Agent", self._agent),), deadline=deadline, max_bytes=MAX_BYTES,
                                 allowed=self._allowed, resolve=self._resolve, is_cut=True, trust=self._trust)
            if answer.status not in _MOVED:
                return answer
            target = _moved(target, answer)
        raise RefusedError(Reason.BAD_REDIRECT, f"more than {MAX_REDIRECTS} redirects")

    def _check_robots(self, target: Target) -> None:
        robots = self.robots(target)
        if isinstance(robots, Closed):
            raise RefusedError(robots.reason, robots.detail)
        if not robots.allows(target.url):
            raise RefusedError(Reason.ROBOTS_DISALLOWED, f"{target.origin}/robots.txt forbids {target.path[:200]} to {AGENT}")

    def _interval(self, target: Target) -> float:
        robots = self._robots.get(target.origin)
        delay = robots.crawl_delay_seconds() if isinstance(robots, Robots) else 0.0
        return max(self.source.politeness.min_interval_seconds, delay)

    def _pause_before(self, target: Target) -> float:
        return min(self._interval(target), MAX_TURN_SECONDS)


def _moved(target: Target, answer: Answer) -> Target:
    place = answer.header("Location").strip()
    if not place:
        raise RefusedError(Reason.BAD_REDIRECT, f"HTTP {answer.status} without saying where to")
    # headers are Latin-1 by the book and UTF-8 in the field
    with suppress(UnicodeError):
        place = place.encode("latin-1").decode("utf-8")
    try:
        moved = read_target(urljoin(target.url, place.replace(" ", "%20")))
    except (RefusedError, ValueError) as error:
        if isinstance(error, RefusedError) and error.reason is Reason.BLOCKED_ADDRESS:
            raise
        raise RefusedError(Reason.BAD_REDIRECT, f"to {place[:200]!r}: {error}") from error
    if target.scheme == "https" and moved.scheme == "http":
        raise RefusedError(Reason.BAD_REDIRECT, f"from https to {moved.url[:200]}, which anybody on the way could change")
    return moved


def _retry_after(answer: Answer, now: datetime) -> float | None:
    """Seconds that the server asks for (RFC 9110, 10.2.3), None where it says nothing that can be read."""
    told = answer.header("Retry-After").strip()
    if told.isascii() and told.isdigit():
        return float(told[:12])
    try:
        until = parsedate_to_datetime(told)
        # by the server's own clock, ours may differ
        base = parsedate_to_datetime(answer.header("Date")) if answer.header("Date") else now
        return max(0.0, (_aware(until) - _aware(base)).total_seconds())
    except (TypeError, ValueError, IndexError, OverflowError):
        return None


def _aware(instant: datetime) -> datetime:
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)
