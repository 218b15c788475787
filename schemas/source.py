"""Reads `sources/<id>.toml` strictly: a source file says where to look, and nothing in it can be ignored by accident."""

from __future__ import annotations

import difflib
import math
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

# ISO 3166-1 alpha-2, and XK for Kosovo
COUNTRIES = frozenset("""
AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA
CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA
GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE
KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU
MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA
SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM
US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW
""".split())
# ISO 639-1, with the withdrawn sh: what is written in it is read
LANGUAGES = frozenset("""
aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo es et
eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk
kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny
oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg sh si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti
tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
""".split())
PLACEHOLDERS = ("year", "month", "day")      # of a listing's location
_ABOVE_ZERO = frozenset({"max_pages", "deadline_seconds", "max_bytes"})      # with none of it no page ever comes


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
        raw = tomllib.loads(path.read_text(encoding="utf-8-sig"))       # Windows' Notepad puts a mark before the text
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
        return _range(key, value, wrong)
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
        is_number = isinstance(value, int if hint is int else int | float) and not isinstance(value, bool)
        least = "above 0" if key.rpartition(".")[2] in _ABOVE_ZERO else "0 or more"
        if not is_number or not math.isfinite(value) or value < 0 or (value == 0 and least == "above 0"):
            raise wrong(f"a {'whole ' if hint is int else ''}number, {least}")
        return hint(value)
    elif not isinstance(value, str):
        raise wrong("a text in quotes")
    return value


def _range(key: str, value: Any, wrong: Any) -> Range:
    def is_number(each: Any) -> bool:
        return isinstance(each, int | float) and not isinstance(each, bool) and math.isfinite(each)

    if isinstance(value, dict) and value and set(value) <= {"min", "max"} and all(map(is_number, value.values())):
        low, high = value.get("min"), value.get("max")
    elif isinstance(value, list) and len(value) == 2 and all(map(is_number, value)):
        low, high = value
    else:
        raise wrong("a range such as [10, 500] or { min = 10 }")
    if low is not None and high is not None and low > high:
        raise wrong("a range whose first number is the lower one")
    if key.endswith("_share") and any(each is not None and not 0 <= each <= 1 for each in (low, high)):
        raise wrong("a range of shares from 0 to 1, such as [0.5, 1]")
    return Range(low, high)


def _checked(path: Path, source: Source) -> Source:
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]*", source.source_id):
        raise SourceError(f"{path}: the file's name is the source's id; use small letters, digits, '-' and '_' only")
    for key in ("name", "location"):
        if not getattr(source, key).strip():
            raise SourceError(f"{path}: key '{key}' is empty; write {_example(key)}")
    if source.timezone not in available_timezones():
        raise SourceError(f"{path}: timezone '{source.timezone}' is unknown; use a name such as 'Europe/Belgrade'")
    if source.language not in LANGUAGES:
        raise SourceError(f"{path}: language '{source.language}' is no ISO 639-1 code; use two small letters such as 'en'")
    if source.country not in COUNTRIES:
        cure = "the United Kingdom is 'GB'" if source.country == "UK" else "use two capitals such as 'RS'"
        raise SourceError(f"{path}: country '{source.country}' is no ISO 3166-1 code; {cure}")
    if not source.contact.isprintable():
        raise SourceError(f"{path}: contact {source.contact!r} is more than one line; it goes into a header: write an address only")
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
    try:
        url = urlsplit(source.location)
        is_web = url.scheme in ("http", "https") and bool(url.hostname) and url.port != 0
    except ValueError as error:      # whose words may hold a password
        raise SourceError(f"{path}: location is no web address; mend its brackets or its port") from error
    if not is_web:
        raise SourceError(f"{path}: location '{source.location}' is no web address; begin it with https://")
    if url.username or url.password:
        raise SourceError(f"{path}: location holds a user name or password, which would end up in logs; remove it")
    for slot in re.findall(r"\{(.*?)\}", source.location):
        if source.kind is not SourceKind.LISTING or slot not in PLACEHOLDERS:
            raise SourceError(f"{path}: location holds '{{{slot}}}'; a listing knows {{year}}, {{month}} and {{day}}, other kinds nothing in braces")
    return source


def _with_path(path: Path, source: Source) -> Source:
    location = (path.parent / Path(source.location).expanduser()).resolve()
    if source.kind is SourceKind.FOLDER and not location.is_dir():
        raise SourceError(f"{path}: location '{source.location}' is no folder ({location}); make it or mend the path")
    if not location.exists():
        raise SourceError(f"{path}: location '{source.location}' does not exist ({location}); mend the path")
    values = {each.name: getattr(source, each.name) for each in fields(source)}
    return Source(**{**values, "location": str(location)})
