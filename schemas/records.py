"""The types that travel from stage to stage, their identities, and the closed vocabularies they use.

Every type is frozen: a value is never changed after it left its stage. Offsets are character
positions in the text of the article they belong to; intervals are half-open, `[start, end)`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, version


class Stage(StrEnum):
    """The steps of a run, in order."""

    LIST = "list"            # the source gave no list at all: its window failed
    ACQUIRE = "acquire"
    CLEAN = "clean"
    READ = "read"
    STAGE = "stage"
    AUDIT = "audit"
    LOAD = "load"
    PUBLISH = "publish"


class Reason(StrEnum):
    """Why something was lost; the closed vocabulary of rejects."""

    # acquire
    UNREADABLE_FILE = "unreadable_file"
    FETCH_FAILED = "fetch_failed"            # connection, TLS or HTTP status after the allowed retries
    TIMED_OUT = "timed_out"
    TOO_LARGE = "too_large"                  # more decoded bytes, headers or nesting than allowed
    BLOCKED_ADDRESS = "blocked_address"      # private, loopback, link-local or metadata address
    BAD_REDIRECT = "bad_redirect"
    ROBOTS_DISALLOWED = "robots_disallowed"
    RATE_LIMITED = "rate_limited"            # the server asked for a pause longer than the cap
    GONE = "gone"                            # 404 or 410: the page was removed
    BAD_FEED = "bad_feed"
    BAD_RECORD = "bad_record"                # a damaged WARC record or list line
    BAD_URL = "bad_url"
    PAGE_CAP = "page_cap"                    # politeness.max_pages: more is listed, and waits for the next run
    OFF_PATTERN = "off_pattern"              # no link of a listing fits the source's pattern: its layout may have changed
    # clean
    EMPTY_PAGE = "empty_page"
    NOT_TEXT = "not_text"                    # an image, a PDF, an archive served as a page
    UNDECODABLE = "undecodable"
    NO_BODY = "no_body"                      # no article text found
    INDEX_PAGE = "index_page"
    STUB_PAGE = "stub_page"                  # only a teaser is visible
    CONSENT_PAGE = "consent_page"
    DUPLICATE = "duplicate"
    # read
    UNSUPPORTED_LANGUAGE = "unsupported_language"
    TEXT_TOO_LONG = "text_too_long"
    IMPOSSIBLE_DATE = "impossible_date"      # 31 February: kept as text, never moved to a neighbour
    TOO_MANY_EVENTS = "too_many_events"      # the cap on events per sentence
    # audit
    BROKE_ROW_RULE = "broke_row_rule"
    BROKE_BATCH_RULE = "broke_batch_rule"
    # any
    STAGE_FAILED = "stage_failed"            # an error of ours, with its type and message


# what was not had for these reasons may be had another time
MAY_PASS = frozenset({Reason.FETCH_FAILED, Reason.TIMED_OUT, Reason.RATE_LIMITED})


class Precision(StrEnum):
    """How fine a date is known. RANGE is an interval that is no calendar unit ("from 5 to 7 May")."""

    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"
    WEEKEND = "weekend"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    SEASON = "season"
    HALF = "half"
    YEAR = "year"
    DECADE = "decade"
    CENTURY = "century"
    RANGE = "range"
    UNKNOWN = "unknown"


class Basis(StrEnum):
    """How a date is known."""

    # of an event
    TEXT = "text"                    # said in the deed's own clause or sentence
    NARRATIVE = "narrative"          # carried from the text before
    PUBLICATION = "publication"      # the publication day stands in
    # of an article, best first
    GIVEN = "given"                  # the caller said so
    JSON_LD = "json_ld"
    META = "meta"
    TIME_ELEMENT = "time_element"
    FEED = "feed"
    SITEMAP = "sitemap"
    URL = "url"
    BYLINE = "byline"
    EMBED = "embed"                  # an embedded post dates the page from inside
    INSIDE = "inside"                # an interval estimated from what the text says
    ARCHIVE = "archive"              # captured by then: an upper bound
    NONE = "none"


class Modifier(StrEnum):
    """TIMEX3's MOD, in plain words."""

    EARLY = "early"
    MID = "mid"
    LATE = "late"
    ABOUT = "about"
    BEFORE = "before"
    AFTER = "after"
    NONE = ""


class Anchor(StrEnum):
    """What a time expression was counted from."""

    EXPLICIT = "explicit"            # needs none
    PUBLICATION = "publication"
    NARRATIVE = "narrative"          # the last date that the story named
    NONE = "none"                    # it needs one and there is none: unresolved


class TimexType(StrEnum):
    DATE = "DATE"
    TIME = "TIME"
    DURATION = "DURATION"
    SET = "SET"


class Status(StrEnum):
    """What the text says of the deed's reality. HYPOTHETICAL and NEGATED are never loaded as events."""

    ASSERTED = "asserted"
    CLAIMED = "claimed"              # said by somebody with a stake in it
    DENIED = "denied"
    PLANNED = "planned"
    THREATENED = "threatened"
    HYPOTHETICAL = "hypothetical"
    NEGATED = "negated"


LOADED_STATUSES = frozenset({Status.ASSERTED, Status.CLAIMED, Status.DENIED, Status.PLANNED, Status.THREATENED})


class BlockKind(StrEnum):
    """What a stretch of a page is. CONTENT_KINDS are the article; the rest is kept, typed, and read for nothing."""

    TITLE = "title"
    LEAD = "lead"
    BODY = "body"
    SUBHEAD = "subhead"
    CAPTION = "caption"
    PULL_QUOTE = "pull_quote"
    EMBED = "embed"
    BYLINE = "byline"
    SUBSCRIBE = "subscribe"
    PAYWALL = "paywall"
    TEASER = "teaser"
    NAVIGATION = "navigation"


CONTENT_KINDS = frozenset({BlockKind.TITLE, BlockKind.LEAD, BlockKind.BODY, BlockKind.SUBHEAD})


class PageKind(StrEnum):
    ARTICLE = "article"
    INDEX = "index"
    STUB = "stub"
    CONSENT = "consent"


class PlaceKind(StrEnum):
    """What a place is; GDELT's geo types are computed from it and the country."""

    COUNTRY = "country"
    ADM1 = "adm1"
    ADM2 = "adm2"
    CITY = "city"
    AIRPORT = "airport"
    FACILITY = "facility"            # base, crossing, seat of power, building
    REGION = "region"                # informal or above a country
    WATER = "water"
    CONTINENT = "continent"


class GeoBasis(StrEnum):
    """Where an event's place was found, best first."""

    CLAUSE = "clause"
    SENTENCE = "sentence"
    DATELINE = "dateline"
    ARTICLE = "article"              # the article's focus
    TARGET = "target"                # the country of whom it was done to
    SOURCE = "source"                # the country of who did it: who speaks, speaks at home
    NONE = "none"


def digest(*parts: object) -> str:
    """A stable 16-digit hexadecimal name for a sequence of values (BLAKE2b, unit-separated)."""
    joined = "\x1f".join("" if part is None else str(part) for part in parts)
    return hashlib.blake2b(joined.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def code_version() -> str:
    """Dateline's version as installed."""
    try:
        return version("dateline-events")
    except PackageNotFoundError:
        return "unpackaged"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Characters `[start, end)` of a text."""

    start: int
    end: int

    def overlaps(self, other: Span) -> bool:
        return self.start < other.end and other.start < self.end

    def of(self, text: str) -> str:
        return text[self.start:self.end]


@dataclass(frozen=True, slots=True)
class When:
    """A date that says how it is known: days `[start, end)`, with None for an open or unknown end."""

    start: date | None
    end: date | None
    precision: Precision
    basis: Basis
    edtf: str = ""
    text: str = ""                   # the words it was read from
    span: Span | None = None

    @property
    def is_day(self) -> bool:
        return self.start is not None and self.precision in (Precision.DAY, Precision.HOUR, Precision.MINUTE)


UNDATED = When(None, None, Precision.UNKNOWN, Basis.NONE)


@dataclass(frozen=True, slots=True)
class TimeExpression:
    """One time expression of a text (TIMEX3 of TimeML 1.2.1; EDTF of ISO 8601-2:2019).

    `start` and `end` are days, half-open; None where the expression names no calendar interval
    (durations, sets, "recently", or an anchor that is missing).
    """

    span: Span
    text: str
    type: TimexType
    value: str                       # TIMEX3 value: 1999-06-12, 2022-W30, 199, P3D, PAST_REF; "" if unresolved
    edtf: str = ""
    start: date | None = None
    end: date | None = None
    precision: Precision = Precision.UNKNOWN
    modifier: Modifier = Modifier.NONE
    anchor: Anchor = Anchor.EXPLICIT
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One gazetteer row that a name may mean, with its score."""

    geonameid: int
    name: str
    country: str
    score: float


@dataclass(frozen=True, slots=True)
class Place:
    """One place named in a text, resolved to a gazetteer row or, when unsure, to nothing (lat and lon None)."""

    span: Span
    text: str
    name: str = ""                   # the gazetteer's name
    kind: PlaceKind | None = None
    lat: float | None = None
    lon: float | None = None
    country: str = ""                # ISO 3166-1 alpha-2, XK for Kosovo
    adm1: str = ""                   # GeoNames admin1 code, without the country
    geonameid: int = 0               # 0: not a GeoNames row
    score: float = 0.0
    reason: str = ""
    candidates: tuple[Candidate, ...] = ()
    is_demonym: bool = False         # "Turkish": counts for actors, never a scene


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did or suffered a deed: a CAMEO actor code and the words it was read from."""

    code: str                        # whole CAMEO code, e.g. SRBGOV; "" when the words name nobody known
    name: str                        # canonical name, e.g. "Aleksandar Vučić"
    text: str                        # the words in the sentence
    span: Span
    country: str = ""                # CAMEO country, three letters; KSV for Kosovo
    known_group: str = ""
    ethnic: str = ""
    religion1: str = ""
    religion2: str = ""
    type1: str = ""
    type2: str = ""
    type3: str = ""
    basis: str = ""                  # rule that found it: name, title, demonym, metonym, organisation, role, pronoun


@dataclass(frozen=True, slots=True)
class Count:
    """A number of people as reported: best reading with its bounds (None: not stated)."""

    best: int | None = None
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Raw bytes as fetched, and what the fetch knew of them."""

    source_id: str
    url: str                         # as asked for; a file's path for folder sources
    final_url: str                   # after redirects
    body: bytes = field(repr=False)
    fetched_at: datetime
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    listed_at: datetime | None = None    # date the feed or sitemap gave
    listed_basis: Basis = Basis.NONE     # FEED or SITEMAP when listed_at is set
    listed_title: str = ""
    is_archived_copy: bool = False       # from a WARC of others: fetched_at is only an upper bound

    @property
    def page_id(self) -> str:
        return digest(self.url, hashlib.sha256(self.body).hexdigest())


@dataclass(frozen=True, slots=True)
class Block:
    """A typed stretch of an article's text."""

    kind: BlockKind
    span: Span


@dataclass(frozen=True, slots=True)
class Embed:
    """A post of somebody else inside a page, with its own author and day."""

    span: Span
    author: str = ""
    published: date | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """The text of a page in typed blocks that together cover it, with its date and how that is known."""

    article_id: str                  # digest of the canonical url
    version: str                     # digest of the text
    source_id: str
    page_id: str
    url: str
    canonical_url: str
    title: str
    text: str = field(repr=False)    # all blocks, junk included: offsets of mentions point here
    blocks: tuple[Block, ...]
    published: When
    published_at: datetime | None = None     # UTC instant where the page tells one
    authors: tuple[str, ...] = ()
    site_name: str = ""
    language: str = ""               # ISO 639-1
    country: str = ""                # of the source, ISO 3166-1 alpha-2
    is_paywalled: bool = False
    embeds: tuple[Embed, ...] = ()
    date_candidates: tuple[When, ...] = ()
    fetched_at: datetime | None = None
    duplicate_of: str = ""           # article_id of the first copy seen

    @property
    def content(self) -> str:
        """Only what the article says: title, lead, body and subheads, a blank line between blocks."""
        return "\n\n".join(self.span_text(block) for block in self.blocks if block.kind in CONTENT_KINDS)

    def span_text(self, block: Block) -> str:
        return block.span.of(self.text)

    def content_spans(self) -> Iterator[Span]:
        """The blocks of what the article says, in their order: title, lead, body and subheads."""
        for block in self.blocks:
            if block.kind in CONTENT_KINDS:
                yield block.span


@dataclass(frozen=True, slots=True)
class Mention:
    """One reading of one event in one sentence. Identity: article, version, trigger span, code and the two actors' codes."""

    article_id: str
    version: str
    source_id: str
    sentence_number: int             # 1-based in the article
    trigger: Span
    evidence_span: Span
    evidence: str
    code: str                        # CAMEO, two to four digits
    source: Actor | None
    target: Actor | None
    when: When
    place: Place | None
    geo_basis: GeoBasis
    status: Status
    attributed_to: str = ""
    killed: Count = Count()
    injured: Count = Count()
    instrument: str = ""
    is_root: bool = False            # told in the title or lead
    is_reciprocal: bool = False      # one of the two directions of a deed done together
    confidence: float = 1.0
    reader_version: str = ""
    source_place: Place | None = None
    target_place: Place | None = None

    @property
    def mention_id(self) -> str:
        actors = (self.source.code if self.source else "", self.target.code if self.target else "")
        return digest(self.article_id, self.version, self.trigger.start, self.trigger.end, self.code, *actors)


@dataclass(frozen=True, slots=True)
class Event:
    """What one or more mentions tell of."""

    event_id: int                    # positive, 63 bits: fits GDELT's GLOBALEVENTID and SQL's BIGINT
    mention_ids: tuple[str, ...]     # sorted
    code: str
    source: Actor | None
    target: Actor | None
    when: When
    place: Place | None
    geo_basis: GeoBasis
    status: Status
    attributed_to: str
    killed: Count
    injured: Count
    instrument: str
    is_root: bool
    is_reciprocal: bool
    confidence: float
    source_place: Place | None = None
    target_place: Place | None = None
    replaced_ids: tuple[int, ...] = ()   # earlier ids that this event took over


@dataclass(frozen=True, slots=True)
class Reject:
    """A loss, with its reason: rows in are rows out and rejects."""

    stage: Stage
    reason: Reason
    ref: str                         # url, path, article id or row key
    detail: str = ""
    source_id: str = ""

    @property
    def reject_id(self) -> str:
        return digest(self.stage, self.reason, self.ref, self.detail)
