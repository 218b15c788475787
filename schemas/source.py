"""Reads `sources/<id>.toml` strictly: a source file says where to look, and nothing in it can be ignored by accident."""

from __future__ import annotations

import difflib
import re
import tomllib
import types
from dataclasses import MISSING, dataclass, field, fields
from enum import StrEnum
from ipaddress import ip_network
from pathlib import Path
from typing import Any, Union, get_args, get_origin, get_type_hints
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones


class SourceError(ValueError):
    """A source file that cannot be used; the message names file, key and cure."""


class SourceKind(StrEnum):
    """How a source is walked."""

    FOLDER = "folder"     # HTML or text files on this machine, also .gz
    FEED = "feed"         # RSS, Atom or JSON Feed
    SITEMAP = "sitemap"   # a news sitemap, an index of sitemaps, or the robots.txt that names them
    LISTING = "listing"   # an index page whose links match `pattern`; {year}, {month}, {day} in it make it a dated archive
    WARC = "warc"         # a WARC file or a folder of them, such as CC-NEWS; `pattern` picks the addresses


@dataclass(frozen=True, slots=True)
class Range:
    """A closed interval that a figure must fall into; None leaves a side open."""

    low: float | None = None
    high: float | None = None

    def admits(self, value: float) -> bool:
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)

    def __str__(self) -> str:
        return f"{'any' if self.low is None else f'{self.low:g}'} to {'any' if self.high is None else f'{self.high:g}'}"


@dataclass(frozen=True, slots=True)
class Politeness:
    """How gently a site is asked; the defaults suit a small newspaper."""

    min_interval_seconds: float = 5.0    # between two requests to one host
    max_pages: int = 500                 # a window; further pages wait for the next run
    deadline_seconds: float = 60.0       # for one page from name to last byte, its redirects, retries and pauses included
    max_bytes: int = 5_000_000           # decoded; above it trafilatura's time grows faster than the page
    max_retries: int = 2


@dataclass(frozen=True, slots=True)
class Expect:
    """What one night of this source looks like when all is well; a figure outside its range is told or stops the load."""

    pages: Range = Range()               # pages acquired where any are new
    articles: Range = Range()            # articles cleaned
    article_share: Range = Range()       # articles / pages, 0 to 1
    mentions_per_article: Range = Range()
    dated_share: Range = Range()         # mentions with an interval / mentions, 0 to 1
    characters: Range = Range()          # mean content length of an article
    stops: bool = False                  # true: outside a range nothing is loaded; false: the report says so
    drift_stops: bool = False            # true: a night unlike the last thirty is not loaded; false: the report says so


@dataclass(frozen=True, slots=True)
class Source:
    """One place where news is found.

    `location` is a URL, or for folder and warc an absolute path (relative ones are counted from the TOML file).
    """

    source_id: str                       # the file's stem
    name: str
    kind: SourceKind
    location: str
    language: str                        # ISO 639-1
    country: str                         # ISO 3166-1 alpha-2, XK for Kosovo
    timezone: str                        # IANA, e.g. Europe/Belgrade
    enabled: bool = True
    day_first: bool | None = None        # 02/03/2026 is 2 March; None: not known
    pattern: str = ""                    # regular expression that article URLs match; needed by listing
    encoding: str = ""                   # overrides what the pages claim
    contact: str = ""                    # who is told when the source breaks; goes into the User-Agent
    note: str = ""
    allow_addresses: tuple[str, ...] = ()    # networks that are reached although they are private, e.g. 10.1.0.0/16
    politeness: Politeness = Politeness()
    expect: Expect = field(default=Expect())

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


def load_source(path: Path) -> Source:
    """The source that a TOML file describes. Raises SourceError that names the file, the key and the cure."""
    path = Path(path)
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise SourceError(f"{path}: not valid TOML: {error}; quote texts and close brackets") from error
    except UnicodeDecodeError as error:
        raise SourceError(f"{path}: byte {error.start} is not UTF-8; save the file as UTF-8") from error
    except OSError as error:
        raise SourceError(f"{path}: cannot be read: {error.strerror}; check the path and its permissions") from error
    if "source_id" in raw:
        raise SourceError(f"{path}: key 'source_id' is the file's name ({path.stem}); remove the line")
    source: Source = _table(path, "", {**raw, "source_id": path.stem}, Source)
    return _checked(path, source)


def read_sources(folder: Path) -> tuple[tuple[Source, ...], tuple[SourceError, ...]]:
    """All sources of a folder that can be used, and one error for each that cannot, in the order of their names.

    Raises SourceError when the folder is missing.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise SourceError(f"{folder}: there is no such folder of sources; make it or name another with --sources")
    sources: list[Source] = []
    errors: list[SourceError] = []
    for path in sorted(folder.glob("*.toml")):
        try:
            sources.append(load_source(path))
        except SourceError as error:
            errors.append(error)
    return tuple(sources), tuple(errors)


def _table(path: Path, prefix: str, raw: dict[str, Any], kind: type[Any]) -> Any:
    hints = get_type_hints(kind)
    known = [each.name for each in fields(kind)]
    for key in raw:
        if key not in known:
            close = difflib.get_close_matches(key, known, n=1)
            cure = f"did you mean '{prefix}{close[0]}'?" if close else f"known keys are {', '.join(known)}"
            raise SourceError(f"{path}: key '{prefix}{key}' is unknown; {cure}")
    values = {}
    for each in fields(kind):
        if each.name in raw:
            values[each.name] = _value(path, prefix + each.name, raw[each.name], hints[each.name])
        elif each.default is MISSING and each.default_factory is MISSING:
            raise SourceError(f"{path}: key '{prefix}{each.name}' is missing; add a line {_example(each.name)}")
    return kind(**values)


_EXAMPLES = {
    "name": "name = \"Kossev\"", "kind": "kind = \"feed\"", "location": "location = \"https://example.org/rss\"",
    "language": "language = \"en\"", "country": "country = \"XK\"", "timezone": "timezone = \"Europe/Belgrade\"",
}


def _example(key: str) -> str:
    return _EXAMPLES.get(key, f"{key} = ...")


def _value(path: Path, key: str, value: Any, hint: Any) -> Any:
    def wrong(expected: str) -> SourceError:
        return SourceError(f"{path}: key '{key}' is {value!r}; it must be {expected}")

    if get_origin(hint) in (Union, types.UnionType):
        hint = next(each for each in get_args(hint) if each is not type(None))
    if hint is Range:
        return _range(value, wrong)
    if hint in (Politeness, Expect):
        if not isinstance(value, dict):
            raise wrong(f"a table that begins with [{key}]")
        return _table(path, f"{key}.", value, hint)
    if hint is SourceKind:
        if value not in list(SourceKind):
            raise wrong("one of " + ", ".join(SourceKind))
        return SourceKind(value)
    if get_origin(hint) is tuple:
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise wrong('a list of texts such as ["10.1.0.0/16"]')
        return tuple(value)
    if hint is bool:
        if not isinstance(value, bool):
            raise wrong("true or false")
    elif hint in (int, float):
        # a bool is an int to Python, and `max_pages = true` must not mean one page
        if isinstance(value, bool) or not isinstance(value, int if hint is int else int | float) or value < 0:
            raise wrong("a whole number, 0 or more" if hint is int else "a number, 0 or more")
        return hint(value)
    elif not isinstance(value, str):
        raise wrong("a text in quotes")
    return value


def _range(value: Any, wrong: Any) -> Range:
    def is_number(each: Any) -> bool:
        return isinstance(each, int | float) and not isinstance(each, bool)

    if isinstance(value, dict) and value and set(value) <= {"min", "max"} and all(map(is_number, value.values())):
        low, high = value.get("min"), value.get("max")
    elif isinstance(value, list) and len(value) == 2 and all(map(is_number, value)):
        low, high = value
    else:
        raise wrong("a range such as [10, 500] or { min = 10 }")
    if low is not None and high is not None and low > high:
        raise wrong("a range whose first number is the lower one")
    return Range(low, high)


def _checked(path: Path, source: Source) -> Source:
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]*", source.source_id):
        raise SourceError(f"{path}: the file's name is the source's id; use small letters, digits, '-' and '_' only")
    for key in ("name", "location"):
        if not getattr(source, key).strip():
            raise SourceError(f"{path}: key '{key}' is empty; write {_example(key)}")
    if source.timezone not in available_timezones():
        raise SourceError(f"{path}: timezone '{source.timezone}' is unknown; use a name such as 'Europe/Belgrade'")
    if not re.fullmatch(r"[a-z]{2}", source.language):
        raise SourceError(f"{path}: language '{source.language}' is no ISO 639-1 code; use two small letters such as 'en'")
    if not re.fullmatch(r"[A-Z]{2}", source.country):
        raise SourceError(f"{path}: country '{source.country}' is no ISO 3166-1 code; use two capitals such as 'RS'")
    try:
        re.compile(source.pattern)
    except re.error as error:
        raise SourceError(f"{path}: pattern '{source.pattern}' is no regular expression: {error}; mend it") from error
    if source.kind is SourceKind.LISTING and not source.pattern:
        raise SourceError(f"{path}: key 'pattern' is missing; a listing needs one, e.g. pattern = '/news/\\d+'")
    if source.encoding:
        try:
            "".encode(source.encoding)
        except LookupError as error:
            raise SourceError(f"{path}: encoding '{source.encoding}' is unknown; use a name such as 'utf-8'") from error
    for network in source.allow_addresses:
        try:
            ip_network(network)
        except ValueError as error:
            raise SourceError(f"{path}: allow_addresses '{network}': {error}; write e.g. '10.1.0.0/16'") from error
    if source.kind in (SourceKind.FOLDER, SourceKind.WARC):
        return _with_path(path, source)
    url = urlsplit(source.location)
    if url.scheme not in ("http", "https") or not url.hostname:
        raise SourceError(f"{path}: location '{source.location}' is no web address; begin it with https://")
    if url.username or url.password:
        raise SourceError(f"{path}: location holds a user name or password, which would end up in logs; remove it")
    return source


def _with_path(path: Path, source: Source) -> Source:
    location = (path.parent / Path(source.location).expanduser()).resolve()
    if source.kind is SourceKind.FOLDER and not location.is_dir():
        raise SourceError(f"{path}: location '{source.location}' is no folder ({location}); make it or mend the path")
    if not location.exists():
        raise SourceError(f"{path}: location '{source.location}' does not exist ({location}); mend the path")
    values = {each.name: getattr(source, each.name) for each in fields(source)}
    return Source(**{**values, "location": str(location)})
