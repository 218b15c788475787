"""The day an article was published: every candidate with its basis, and the best of them.

A candidate is a day only where a day is written; "2024" stays a year, 31 February is nothing. Day and month in
figures with slashes are read only where the source or the figures themselves say which is which.
"""

from __future__ import annotations

import functools
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from schemas.records import UNDATED, Basis, Embed, Page, Precision, When
from transforms.lexicons.tables import read_table

EARLIEST = date(1700, 1, 1)          # newspapers' own archives reach back that far
LATEST = date(2200, 1, 1)            # nearer to the end of the calendar a change of time zone may leave it
ESTIMATE_DAYS = 7                    # how long after an embedded post an article about it is taken to appear
MAX_STAMP = 200                      # characters; a longer string is no date
PLACEHOLDERS = frozenset({date(1970, 1, 1), date(1900, 1, 1), date(1980, 1, 1)})     # what a machine writes that knows no date

_RANK = {basis: rank for rank, basis in enumerate((
    Basis.GIVEN, Basis.JSON_LD, Basis.META, Basis.TIME_ELEMENT, Basis.FEED, Basis.SITEMAP, Basis.URL, Basis.BYLINE,
    Basis.EMBED, Basis.INSIDE, Basis.ARCHIVE, Basis.NONE,
))}
_ISO = re.compile(
    r"(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)(?:(?:T|\s+|\s*[,|·-]\s*)(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:[.,]\d+)?)?"
    r"\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2}(?!\d)|[+-]\d{2}(?!\d))?)?", re.I)
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})(?:T?(\d{2})(\d{2})(\d{2})?(Z|[+-]\d{2}:?\d{2})?)?$")
_EAST_ASIAN = re.compile(r"(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일]")
_NUMERIC = re.compile(r"(?<![\d./-])(\d{1,2})([./-])\s?(\d{1,2})\2\s?(\d{4})(?!\d)")
_CLOCK = re.compile(r"(?<!\d)(\d{1,2})[:.h](\d{2})(?::(\d{2}))?\s*(am|pm|a\.m\.|p\.m\.)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?(?!\d)", re.I)
_URL_DAY = re.compile(r"(?<!\d)((?:19|20)\d{2})([/_.-]?)(0?[1-9]|1[0-2]|[a-z]{3})\2(0?[1-9]|[12]\d|3[01])(?!\d)", re.I)
_URL_MONTH = re.compile(r"/((?:19|20)\d{2})/(0[1-9]|1[0-2])/")
_EMBED_DAY = re.compile(r"\(@\w{2,30}\)\s*[,·-]?\s*(.{6,40})$")
# How newspapers say that an article was changed or published; the last is a day right behind the word.
UPDATED = re.compile(r"updat|modif|aktuali|actuali|mis à jour|mise à jour|aggiorn|atualiz|ažuri|bijgewerkt|zaktual|обновл|ажурир|измењен|güncelle|oppdater|uppdater"
                     r"|opdater", re.I)
_PUBLISH = (r"publi(?:shed|cation|é|ée|cado|cada|cato|kováno|cerad|[cs]eret|sert)|veröffentlicht|erschienen|objavljeno|posted|gepubliceerd|опубликовано"
            r"|објављено|giriş tarihi|yayın(?:lanma)? tarihi|opublikowano|dodano|julkaistu|közzétéve")
PUBLISHED = re.compile(rf"\b(?:{_PUBLISH})", re.I)
PUBLISHED_ON = re.compile(rf"\b(?:{_PUBLISH})\W+(?:\w+\W+){{0,3}}?\d{{1,2}}\W", re.I)
_META_NAMES = (
    "article:published_time", "og:article:published_time", "og:published_time", "article:published", "datepublished",
    "date.published", "publication_date", "publish_date", "publish-date", "publishdate", "published_time", "published_at",
    "published", "pubdate", "parsely-pub-date", "sailthru.date", "dc.date.issued", "dcterms.issued", "dc.date.created",
    "dcterms.created", "dcterms.date", "dc.date", "cxenseparse:recs:publishtime", "cxenseparse:publishtime",
    "article.published", "article:post_date", "govuk:first-published-at", "originalpublicationdate", "citation_publication_date",
    "citation_online_date", "weibo:article:create_at", "iso-8601-publish-date", "vr:published_time", "date",
)


@dataclass(frozen=True, slots=True)
class Month:
    """The names of a month in a language, all case forms and abbreviations, lower case."""

    language: str
    number: int
    forms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stamp:
    """A day as it is written, with the instant where hour and zone are known too."""

    day: date
    text: str
    clock: tuple[int, int, int] | None = None
    offset: timedelta | None = None  # None: not written


@functools.cache
def _months() -> dict[str, int]:
    """Month by name over all languages; a name that means different months in two languages is left out."""
    numbers: dict[str, set[int]] = defaultdict(set)
    for row in read_table("clean/months", Month):
        for form in row.forms:
            numbers[form].add(row.number)
    # listopad is October in Croatian, November in Polish: such names need a language
    return {form: found.pop() for form, found in numbers.items() if len(found) == 1}


@functools.cache
def _months_of(language: str) -> dict[str, int]:
    own = {form: row.number for row in read_table("clean/months", Month) if row.language == language for form in row.forms}
    return {**_months(), **own}


@functools.cache
def _named(language: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    names = "|".join(sorted(map(re.escape, _months_of(language)), key=len, reverse=True))
    year = r"(?P<year>\d{4})(?!\d)"
    day = r"(?<!\d)(?P<day>\d{1,2})(?:st|nd|rd|th|º|er)?"
    return (
        re.compile(rf"{day}[.\s]*(?:of |de |d'|de l')?[\s.-]*\b(?P<month>{names})\b\.?,?(?:\s+de(?:l)?)?[\s,.-]*{year}", re.I),
        re.compile(rf"\b(?P<month>{names})\b\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:\s*,\s*|\s+){year}"
                   rf"|(?<!\d)(?P<year2>\d{{4}})[.,]?\s+(?P<month2>{names})\b\.?\s+(?P<day2>\d{{1,2}})(?!\d)", re.I),
    )


def read_stamp(text: str, language: str = "", day_first: bool | None = None) -> Stamp | None:
    """The first full date that a short string writes; None where it writes none, or an impossible one.

    Numbers with dots are day first everywhere; with slashes or dashes only as `day_first` says, or where a number
    above 12 leaves no doubt.
    """
    text = " ".join(text[:MAX_STAMP].split())
    if not any(character.isdigit() for character in text):
        return None
    if match := _COMPACT.match(text):
        return _stamp(match.group(1, 2, 3), text, match.group(4, 5, 6), match.group(7))
    if match := _ISO.search(text):
        return _stamp(match.group(1, 2, 3), text, match.group(4, 5, 6), match.group(7))
    if match := _EAST_ASIAN.search(text):
        return _with_clock(match.group(1, 2, 3), text, match.end())
    for pattern in _named(language):
        if match := pattern.search(text):
            found = match.groupdict()
            month = _months_of(language)[(found["month"] or found.get("month2") or "").lower()]
            parts = (found["year"] or found.get("year2"), str(month), found["day"] or found.get("day2"))
            return _with_clock(parts, text, match.end())
    if match := _NUMERIC.search(text):
        first, separator, second, year = match.groups()
        if separator == "." or int(first) > 12:
            is_day_first: bool | None = True
        elif int(second) > 12:
            is_day_first = False
        else:
            is_day_first = True if first == second else day_first
        if is_day_first is None:
            return None
        day, month_text = (first, second) if is_day_first else (second, first)
        return _with_clock((year, month_text, day), text, match.end())
    return None


def is_bare_date(text: str, language: str = "", day_first: bool | None = None, others: int = 4) -> bool:
    """Whether a line is a date and little else: a weekday, a clock, one or two words of place or kind (`others` at most)."""
    if read_stamp(text, language, day_first) is None:
        return False
    rest = [word for word in re.findall(r"[^\W\d_]+", text.lower()) if word not in _months_of(language) and len(word) > 2]
    return len(rest) <= others


def _with_clock(parts: tuple[str | None, ...], text: str, end: int) -> Stamp | None:
    match = _CLOCK.search(text, end) or _CLOCK.search(text[:max(0, end - 10)])
    if match is None:
        return _stamp(parts, text, (None, None, None), None)
    hour = int(match.group(1))
    if match.group(4):
        hour = hour % 12 + (12 if match.group(4).lower().startswith("p") else 0)
    return _stamp(parts, text, (str(hour), match.group(2), match.group(3)), match.group(5))


def _stamp(parts: tuple[str | None, ...], text: str, clock: tuple[str | None, ...], zone: str | None) -> Stamp | None:
    try:
        day = date(*(int(part or 0) for part in parts))
    except ValueError:
        return None                  # 31 February is no date, and not the first of March either
    if not EARLIEST <= day < LATEST or day in PLACEHOLDERS:
        return None
    time: tuple[int, int, int] | None = None
    if clock[0] is not None:
        hour, minute, second = int(clock[0]), int(clock[1] or 0), int(clock[2] or 0)
        time = (hour, minute, min(second, 59)) if hour < 24 and minute < 60 else None
    offset: timedelta | None = None
    if zone:
        if zone.upper() in ("Z", "UTC", "GMT"):
            offset = timedelta()
        else:
            digits = zone[1:].replace(":", "").ljust(4, "0")
            offset = (-1 if zone[0] == "-" else 1) * timedelta(hours=int(digits[:2]), minutes=int(digits[2:4]))
            if abs(offset) >= timedelta(hours=24):
                offset = None
    return Stamp(day, text, time, offset)


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError):
        return None


def place_stamp(stamp: Stamp, zone_name: str = "") -> tuple[date, datetime | None]:
    """The day on the newspaper's own calendar, and the UTC instant where it can be known.

    A written offset other than zero is the newspaper's own; a stamp in UTC is brought to the source's zone.
    """
    if stamp.clock is None:
        return stamp.day, None
    local = datetime(stamp.day.year, stamp.day.month, stamp.day.day, *stamp.clock)
    zone = _zone(zone_name)
    if stamp.offset is None:
        return stamp.day, local.replace(tzinfo=zone).astimezone(UTC) if zone else None
    instant = local.replace(tzinfo=timezone(stamp.offset)).astimezone(UTC)
    if not stamp.offset and zone is not None:
        return instant.astimezone(zone).date(), instant
    return stamp.day, instant


# Of what is English or has no language, the countries that write the month first; the rest of the English world does not.
_MONTH_FIRST = frozenset({"us", "ph", "gov", "mil"})
_DAY_FIRST = frozenset("uk au nz ie in za ng ke gh ug tz pk sg my hk jm tt".split())
_YEAR_FIRST = frozenset({"zh", "ja", "ko", "hu", "lt", "mn", "fa", ""})


def is_day_first(locale: str, host: str) -> bool | None:
    """Whether 04/11/2020 is in November, by a page's own language tag (en-GB, es_MX) and the country of its host; None: who knows."""
    language, _, region = locale.lower().replace("_", "-").partition("-")
    country = region.rsplit("-", 1)[-1] or host.rsplit(".", 1)[-1].lower()
    country = "uk" if country == "gb" else country
    if country in _MONTH_FIRST or language in _YEAR_FIRST:
        return False if country in _MONTH_FIRST else None
    return True if language != "en" or country in _DAY_FIRST else None


@dataclass(frozen=True, slots=True)
class DateContext:
    """What is needed to read the stamps of one page."""

    page: Page
    language: str = ""
    timezone: str = ""
    day_first: bool | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A candidate with its instant."""

    when: When
    instant: datetime | None = None


def find_dates(context: DateContext, json_ld: Iterable[str], metas: dict[str, str], times: Iterable[str],
               bylines: Iterable[str], urls: Iterable[str], embeds: Iterable[Embed]) -> tuple[Found, ...]:
    """All candidates for the day of publication, best first; dates after the fetch are left out."""
    found: list[Found] = []

    def add(text: str, basis: Basis) -> None:
        stamp = read_stamp(text, context.language, context.day_first)
        if stamp is not None:
            day, instant = place_stamp(stamp, context.timezone)
            found.append(Found(_day(day, basis, stamp.text), instant))

    for text in json_ld:
        add(text, Basis.JSON_LD)
    for name in _META_NAMES:
        if metas.get(name):
            add(metas[name], Basis.META)
    for text in times:
        add(text, Basis.TIME_ELEMENT)
    page = context.page
    if page.listed_at is not None and page.listed_basis in (Basis.FEED, Basis.SITEMAP):
        listed = page.listed_at
        zone = _zone(context.timezone)
        is_utc = listed.tzinfo is not None and not listed.utcoffset()
        day = listed.astimezone(zone).date() if zone and is_utc else listed.date()
        found.append(Found(_day(day, page.listed_basis, listed.isoformat()),
                           listed.astimezone(UTC) if listed.tzinfo else None))
    for url in urls:
        found.extend(Found(when) for when in read_url(url))
    for text in bylines:
        add(_as_published(text), Basis.BYLINE)
    latest = max((embed.published for embed in embeds if embed.published), default=None)
    if latest is not None:
        found.append(Found(estimate(latest, Basis.EMBED)))
    if page.is_archived_copy:
        found.append(Found(When(None, page.fetched_at.date() + timedelta(days=1), Precision.RANGE, Basis.ARCHIVE)))
    limit = page.fetched_at.date() + timedelta(days=1)      # a day of grace for clocks and zones
    kept = [each for each in found if each.when.start is None or each.when.start <= limit]
    return rank_dates(_distinct(kept))


def _as_published(text: str) -> str:
    """A byline from where it tells of the publication, if it tells of an update before that."""
    updated, published = UPDATED.search(text), PUBLISHED.search(text)
    return text[published.start():] if updated and published and updated.start() < published.start() else text


def rank_dates(found: Iterable[Found]) -> tuple[Found, ...]:
    """Candidates by how far their basis can be trusted, best first; equal ones stay in order."""
    return tuple(sorted(found, key=lambda each: _RANK[each.when.basis]))


def _distinct(found: list[Found]) -> Iterator[Found]:
    seen = set()
    for each in found:
        identity = each.when.basis, each.when.start, each.when.end
        if identity not in seen:
            seen.add(identity)
            yield each


def _day(day: date, basis: Basis, text: str = "") -> When:
    return When(day, day + timedelta(days=1), Precision.DAY, basis, day.isoformat(), text)


def estimate(latest: date, basis: Basis) -> When:
    """An interval for the publication of a text that knows of `latest` and shows it as news."""
    end = latest + timedelta(days=ESTIMATE_DAYS)
    return When(latest, end, Precision.RANGE, basis, f"{latest.isoformat()}/{(end - timedelta(days=1)).isoformat()}")


def read_url(url: str) -> Iterator[When]:
    """The day, or else the month, that a URL's path names. Figures without separators count only as a whole part."""
    path = re.sub(r"^[a-z]+://[^/]*", "", url, flags=re.I).split("?")[0].split("#")[0]
    for match in _URL_DAY.finditer(path):
        year, separator, month, day = match.groups()
        if not separator and re.search(r"\d$", path[:match.start()]):
            continue
        number = _months().get(month.lower(), 0) if not month.isdigit() else int(month)
        if not separator and len(match.group()) != 8:
            continue
        try:
            yield _day(date(int(year), number, int(day)), Basis.URL, match.group())
            return
        except ValueError:
            continue
    for match in _URL_MONTH.finditer(path):
        start = date(int(match.group(1)), int(match.group(2)), 1)
        end = (start + timedelta(days=32)).replace(day=1)
        yield When(start, end, Precision.MONTH, Basis.URL, start.isoformat()[:7], match.group())
        return


def choose(found: tuple[Found, ...], modified: frozenset[date] = frozenset()) -> Found:
    """The best candidate that names a day, else the best that names an interval; UNDATED where nothing does.

    What readers are shown stands against what machines are told in three cases: a stamp in UTC may be a day off the
    newspaper's calendar, one that is also the day of the last change (`modified`) may be that of a new make of the site, and
    a meta element may stand alone against the address and the page.
    """
    byline = next((each for each in found if each.when.basis is Basis.BYLINE and each.when.is_day), None)
    for each in found:
        if each.when.is_day:
            if byline is not None and _gives_way(each, byline, modified):
                return byline
            return _agreed(found) or each
    for each in found:
        if each.when.start is not None and each.when.end is not None:
            return each
    return Found(UNDATED)


def _gives_way(best: Found, byline: Found, modified: frozenset[date]) -> bool:
    """Whether a machine's stamp is the less likely one beside a byline."""
    assert best.when.start is not None and byline.when.start is not None
    if best.when.basis not in (Basis.JSON_LD, Basis.META):
        return False
    days = (best.when.start - byline.when.start).days
    is_utc = re.search(r"(?:Z|UTC|GMT|[+-]00:?00)$", best.when.text.strip()) is not None
    return (abs(days) == 1 and is_utc) or (days > 1 and best.when.start in modified)


def _agreed(found: tuple[Found, ...]) -> Found | None:
    """The day that both the address and what readers see name, if one of the others is all that speaks against it."""
    days = {each.when.basis: each for each in reversed(found) if each.when.is_day}
    url = days.get(Basis.URL)
    if url is None or Basis.JSON_LD in days:
        return None
    return next((each for basis in (Basis.TIME_ELEMENT, Basis.BYLINE) if (each := days.get(basis)) and each.when.start == url.when.start), None)


def read_embed_day(text: str, language: str = "") -> date | None:
    """The day under an embedded post: "... Name (@handle) July 31, 2022"."""
    match = _EMBED_DAY.search(text)
    stamp = read_stamp(match.group(1), language) if match else None
    return stamp.day if stamp else None
