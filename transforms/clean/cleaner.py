"""Page to article: the whole of cleaning, in the order in which it happens."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from urllib.parse import urlsplit

import py3langid
from lxml import html

from schemas.records import (
    CONTENT_KINDS,
    Article,
    Basis,
    Block,
    BlockKind,
    Embed,
    Page,
    PageKind,
    Precision,
    Reason,
    Reject,
    Span,
    Stage,
    When,
    digest,
)
from schemas.source import Source
from transforms.clean import page as pages
from transforms.clean.blocks import find_phrase, type_blocks
from transforms.clean.dates import (
    PUBLISHED,
    PUBLISHED_ON,
    UPDATED,
    DateContext,
    Found,
    choose,
    find_dates,
    is_bare_date,
    is_day_first,
    place_stamp,
    rank_dates,
    read_embed_day,
    read_stamp,
)
from transforms.clean.extract import Hints, Judged, collect_votes, judge_lines, tokens
from transforms.clean.inside import find_bounds
from transforms.clean.lines import Line, read_lines
from transforms.clean.memory import EMPTY_MEMORY, SiteMemory
from transforms.clean.metadata import Metadata, read_metadata
from transforms.clean.scripted import find_scripted

MIN_WORDS = 12                       # fewer are no article
STUB_WORDS = 60                      # a paywalled page with fewer shows only a teaser
BARE_CHARACTERS = 600                # of shown text; a page with less is drawn by its scripts
TAIL_LINES = 12                      # furniture kept behind the last paragraph, so that the call to subscribe is seen
LANGUAGE_SAMPLE = 2_000              # characters
ENGLISH_MARGIN = 12.0                # log likelihood: leaves 14 of 5,100 short English sentences to others instead of 145, and no German
_PAYWALL_STATUSES = frozenset((401, 402, 403, 451))
_HEADINGS = frozenset(("h2", "h3", "h4", "h5", "h6", "dt"))
_CONSENT = re.compile(r"\bcookies?\b|\bconsent\b|\bpersonal data\b|\bdatenschutz|\beinwillig|\bconsentement\b|\bconsentimiento\b"
                      r"|\bprivacy\b|\bpartners?\b.{0,40}\bstore\b", re.I)
LISTED_DAYS = 3                      # so many days in bylines are a list of articles
NEAR_TITLE = 1                       # a date alone that is farther above the title is the day of reading
TEASER_WORDS = 4                     # a link of so many words is a headline, a shorter one a section
_MARKED = {"caption": BlockKind.CAPTION, "teaser": BlockKind.TEASER, "box": BlockKind.TEASER, "embed": BlockKind.EMBED,
           "subscribe": BlockKind.SUBSCRIBE, "paywall": BlockKind.PAYWALL, "byline": BlockKind.BYLINE,
           "pull_quote": BlockKind.PULL_QUOTE, "navigation": BlockKind.NAVIGATION}


def clean(page: Page, source: Source, memory: SiteMemory = EMPTY_MEMORY, *, consensus: bool = True) -> Article | Reject:
    """The article on a page, or why there is none. Pure: the same page, source and memory give the same article.

    Reads HTML and plain text; `consensus=False` asks trafilatura alone and takes half the time.
    """
    refused = pages.refuse(page)
    if refused is not None:
        return _reject(page, *refused)
    text = pages.decode(page, source.encoding)
    if text.count("\ufffd") > max(20, len(text) // 50):
        return _reject(page, Reason.UNDECODABLE, f"{text.count(chr(0xfffd))} of {len(text)} characters")
    if not pages.is_html(page):
        return _clean_text(page, source, memory, text)
    tree = pages.parse(text)
    if tree is None:
        return _reject(page, Reason.EMPTY_PAGE, "no element")
    metadata = read_metadata(tree, page.final_url or page.url)
    if _shown(tree) < BARE_CHARACTERS:
        others = (find_scripted(tree), pages.parse(pages.flatten(text)))
        tree = max((tree, *(other for other in others if other is not None)), key=_shown)
    pages.prune(tree)
    lines = read_lines(tree)
    words = [tokens(line.text) for line in lines]
    language = detect_language("\n".join(line.text for line in lines if len(line.text) > 80) or metadata.title,
                               source.language or metadata.language)
    votes = collect_votes(tree, len(text), lines, words, language, metadata.article_body, consensus)
    judged = judge_lines(lines, words, votes, Hints(metadata.titles, metadata.descriptions))
    typed = _type_lines(judged, language, memory)
    refused = _refuse_kind(page, metadata, judged, typed)
    if refused is not None:
        return _reject(page, *refused)
    text, blocks, embeds = _assemble(metadata.title, typed)
    day_first = is_day_first(metadata.locale, urlsplit(page.final_url or page.url).hostname or "") if source.day_first is None else source.day_first
    found = find_dates(
        DateContext(page, language, source.timezone, day_first), metadata.dates, metadata.metas, metadata.times,
        _bylines(judged, language, day_first), dict.fromkeys((page.final_url, page.url, metadata.canonical_url)), embeds)
    return _article(page, source, metadata, text, blocks, embeds, found, language)


def _shown(tree: html.HtmlElement) -> int:
    """About how many characters a page shows before its scripts run; counting ends where it is plainly enough."""
    size = 0
    for element in tree.iter("p", "div", "article", "section", "td", "li", "h1", "h2"):
        size += len((element.text or "").strip()) + sum(len((child.tail or "").strip()) for child in element)
        if size > 10 * BARE_CHARACTERS:
            break
    return size


def _clean_text(page: Page, source: Source, memory: SiteMemory, text: str) -> Article | Reject:
    text = text.strip("\n")
    language = detect_language(text, source.language)
    blocks = type_blocks(text, language)
    blocks = tuple(Block(BlockKind.NAVIGATION, block.span) if block.kind in CONTENT_KINDS
                   and memory.is_furniture(block.span.of(text)) else block for block in blocks)
    content = sum(len(tokens(block.span.of(text))) for block in blocks if block.kind in CONTENT_KINDS)
    if content < MIN_WORDS:
        return _reject(page, Reason.NO_BODY, f"{content} words")
    embeds = _embeds(text, blocks, language)
    title = next((" ".join(block.span.of(text).split()) for block in blocks if block.kind is BlockKind.TITLE),
                 page.listed_title)
    bylines = [block.span.of(text) for block in blocks if block.kind is BlockKind.BYLINE]
    found = find_dates(DateContext(page, language, source.timezone, source.day_first), (), {}, (), bylines,
                       dict.fromkeys((page.final_url, page.url)), embeds)
    metadata = Metadata(title=title, canonical_url=page.final_url or page.url)
    return _article(page, source, metadata, text, blocks, embeds, found, language)


def article_from_text(text: str, *, article_id: str, published: date | None = None, title: str = "", url: str = "",
                      language: str = "") -> Article:
    """An article of a text that somebody hands over, kept exactly as it is: offsets are those of the input.

    With `published` the date is GIVEN; without, it is the one of a byline that the text holds, else an interval
    estimated from inside where the text allows, else UNDATED.
    """
    language = language or detect_language(text, "")
    blocks = type_blocks(text, language)
    embeds = _embeds(text, blocks, language)
    article = Article(
        article_id=article_id, version=digest(text), source_id="", page_id="", url=url, canonical_url=url,
        title=title or next((" ".join(block.span.of(text).split()) for block in blocks if block.kind is BlockKind.TITLE), ""),
        text=text, blocks=blocks, published=choose(()).when, language=language, embeds=embeds,
        is_paywalled=any(block.kind is BlockKind.PAYWALL for block in blocks),
    )
    if published is not None:
        given = When(published, published + timedelta(days=1), Precision.DAY, Basis.GIVEN, published.isoformat())
        return replace(article, published=given, date_candidates=(given,))
    found = tuple(Found(when) for when in (*_written_dates(article, language), *find_bounds(article)))
    return replace(article, published=choose(found).when, date_candidates=tuple(each.when for each in found))


def _written_dates(article: Article, language: str) -> tuple[When, ...]:
    """The day that a text's own byline writes, if its bylines write but one."""
    stamps = [stamp for block in article.blocks if block.kind is BlockKind.BYLINE
              if (stamp := read_stamp(article.span_text(block), language)) is not None]
    first = stamps[0].day if stamps else None
    if first is None or any(stamp.day < first for stamp in stamps):
        return ()                    # a later one may be an update; an earlier one leaves doubt
    return (When(first, first + timedelta(days=1), Precision.DAY, Basis.BYLINE, first.isoformat(), stamps[0].text),)


def body_text(article: Article) -> str:
    """What the article says, one block a line, without its title: that is told apart."""
    return "\n".join(article.span_text(block) for block in article.blocks
                     if block.kind in CONTENT_KINDS and block.kind is not BlockKind.TITLE)


def detect_language(text: str, expected: str = "") -> str:
    """ISO 639 code of a text's language; too short a text keeps the expected one.

    A sentence or two may score a little higher in a language that shares its names ("Nigerian", "Israeli"): where English
    comes that near, it is English.
    """
    sample = text[:LANGUAGE_SAMPLE]
    if not sample.strip() or (len(sample.strip()) < 60 and expected):
        return expected
    scores = {str(language): float(score) for language, score in py3langid.rank(sample)}
    best = max(scores, key=lambda language: scores[language])
    return "en" if scores[best] - scores["en"] < ENGLISH_MARGIN else best


def _reject(page: Page, reason: Reason, detail: str) -> Reject:
    return Reject(Stage.CLEAN, reason, page.url, detail, page.source_id)


def _type_lines(judged: list[Judged], language: str, memory: SiteMemory) -> list[tuple[BlockKind, Line]]:
    """The article's lines and the furniture between and just behind them, each with its kind."""
    kept = [number for number, each in enumerate(judged) if each.is_kept]
    if not kept:
        return []
    typed: list[tuple[BlockKind, Line]] = []
    has_lead = False
    for number in range(kept[0], min(kept[-1] + TAIL_LINES + 1, len(judged))):
        each = judged[number]
        if each.is_title or each.is_repeated or (each.line.is_hidden and not each.is_kept):
            continue
        kind = _kind_of(each, language)
        if kind in CONTENT_KINDS and memory.is_furniture(each.line.text):
            kind = BlockKind.NAVIGATION
        if kind is BlockKind.BODY and not has_lead:
            kind = BlockKind.LEAD
        has_lead = has_lead or kind is BlockKind.LEAD
        typed.append((kind, each.line))
    return typed


def _kind_of(each: Judged, language: str) -> BlockKind:
    if not each.is_kept and "figure" in each.landmarks:
        return BlockKind.CAPTION
    phrase, is_strong = find_phrase(each.line.text, language)
    if not each.is_kept:
        return phrase or next((_MARKED[kind] for kind in _MARKED if kind in each.kinds), BlockKind.NAVIGATION)
    if phrase is not None and is_strong and not each.is_lead:
        return phrase
    if each.is_lead:
        return BlockKind.LEAD
    return BlockKind.SUBHEAD if each.line.tag in _HEADINGS else BlockKind.BODY


def _refuse_kind(page: Page, metadata: Metadata, judged: list[Judged],
                 typed: list[tuple[BlockKind, Line]]) -> tuple[Reason, str] | None:
    """Why a page is no article, told by what stands on it."""
    content = [line for kind, line in typed if kind in CONTENT_KINDS]
    size = sum(len(tokens(line.text)) for line in content)
    kind = page_kind(page, metadata, judged, content, size)
    if kind is PageKind.CONSENT:
        return Reason.CONSENT_PAGE, f"{size} words, most of them about consent"
    if kind is PageKind.INDEX:
        return Reason.INDEX_PAGE, f"{size} words beside many links"
    if kind is PageKind.STUB:
        return Reason.STUB_PAGE, f"{size} words before the paywall"
    if size < MIN_WORDS:
        return Reason.NO_BODY, f"{size} words"
    return None


def page_kind(page: Page, metadata: Metadata, judged: list[Judged], content: Sequence[Line], size: int) -> PageKind:
    """Article, index, stub or consent page; `size` is that of the content in words."""
    if size < 150 and not metadata.is_article and len(_CONSENT.findall(" ".join(line.text for line in content))) >= 3:
        return PageKind.CONSENT
    linked = sum(each.line.link_characters for each in judged)
    prose = sum(len(line.text) for line in content if len(line.text) > 120)
    headlines = sum(each.line.link_share > 0.8 and len(each.words) >= 5 for each in judged)
    is_front = urlsplit(page.final_url or page.url).path in ("", "/")
    if not metadata.is_article or is_front:
        if metadata.is_list and prose < 1500:
            return PageKind.INDEX
        if headlines >= 12 and linked > 2 * prose and prose < 1200:
            return PageKind.INDEX
        if is_front and headlines >= 8 and linked > prose:
            return PageKind.INDEX
    if size < STUB_WORDS and (page.status in _PAYWALL_STATUSES or (metadata.is_free is False and size < MIN_WORDS * 2)):
        return PageKind.STUB
    return PageKind.ARTICLE


def _assemble(title: str, typed: list[tuple[BlockKind, Line]]) -> tuple[str, tuple[Block, ...], tuple[Embed, ...]]:
    """One text of all lines with the title on top, a blank line between blocks, and the blocks' places in it."""
    parts = [(BlockKind.TITLE, title)] if title else []
    for kind, line in typed:
        # a post and its signature are two lines of the page and one block: only together they say who and when
        if kind is BlockKind.EMBED and parts and parts[-1][0] is kind and read_embed_day(parts[-1][1]) is None:
            parts[-1] = kind, f"{parts[-1][1]}\n{line.text}"
        else:
            parts.append((kind, line.text))
    blocks = []
    position = 0
    for kind, part in parts:
        blocks.append(Block(kind, Span(position, position + len(part))))
        position += len(part) + 2
    text = "\n\n".join(part for _, part in parts)
    return text, tuple(blocks), _embeds(text, tuple(blocks), "")


def _embeds(text: str, blocks: tuple[Block, ...], language: str) -> tuple[Embed, ...]:
    out = []
    for block in blocks:
        if block.kind is BlockKind.EMBED:
            content = block.span.of(text)
            author = re.search(r"(?:—|--|–|-)?\s?([^—–\n]{2,60}?\(@\w{2,30}\))", content[-160:])
            out.append(Embed(block.span, author.group(1).strip() if author else "", read_embed_day(content, language)))
    return tuple(out)


def _bylines(judged: list[Judged], language: str, day_first: bool | None) -> list[str]:
    """The lines around the title and above the text that write the article's date, surest first.

    A line that is called a byline by its markup or wording may hold more than the date. One that is not must be a
    date and little else, and no other such line may name another day: headers show today's, teasers their own.
    """
    kept = [number for number, each in enumerate(judged) if each.is_kept]
    titles = [number for number, each in enumerate(judged) if each.is_title]
    if not kept:
        return []
    sure: list[str] = []
    bare: list[str] = []
    others: list[str] = []
    first_title, first_text = min(titles, default=0), kept[:3][-1]      # a line or two of the text may be its lead
    for number in range(max(0, min(titles + kept[:1]) - 4), min(len(judged), max(kept[0], first_title) + 8)):
        each = judged[number]
        text = each.line.text
        if len(each.words) > 25 or not re.search(r"\d{4}", text) or each.landmarks & {"figure", "nav", "aside", "footer"} \
                or each.kinds & {"caption", "teaser"} or each.line.link_share > 0.5:
            continue
        label = judged[number - 1].line.text if number and len(judged[number - 1].words) <= 3 else ""      # "Published", a line of its own
        if UPDATED.search(label) and not each.is_kept:
            continue
        phrase, _ = find_phrase(text, language)
        is_marked = "byline" in each.kinds
        is_of_the_day = not each.is_kept and number < first_title and _is_of_the_day(judged, number, first_title)
        if phrase is BlockKind.BYLINE or PUBLISHED.search(label) or PUBLISHED_ON.search(text) or (is_marked and phrase is None and not is_of_the_day):
            sure.append(text)
        elif not each.is_kept and number < first_text and is_bare_date(text, language, day_first, 4 if is_marked or number > first_title else 2):
            (others if is_of_the_day else bare).append(text)
    datelines = [match[1] or match[2] for number in kept[:3] if (match := _DATELINE.match(judged[number].line.text))]

    def days(texts: Iterable[str]) -> int:
        return len({stamp.day for text in texts if (stamp := read_stamp(text, language, day_first)) is not None})

    return (sure if days(sure) < LISTED_DAYS else []) + (bare if days((*bare, *others)) == 1 else []) + datelines[:1]


def _is_of_the_day(judged: list[Judged], number: int, title: int) -> bool:
    """Whether a date above the title is another's: under a linked headline, in the page's header, or far from the title."""
    above, here = judged[number - 1] if number else None, judged[number]
    is_under_teaser = above is not None and above.line.link_share > 0.9 and len(above.words) >= TEASER_WORDS
    return is_under_teaser or ("header" in here.landmarks and "header" not in judged[title].landmarks) or title - number > NEAR_TITLE


# AUSTIN, Texas, April 12, 2016 /Wire/ -- : place, date and agency before the first sentence
_DATELINE = re.compile(r"([A-ZÀ-Ž][\w.' -]{2,30}, [^–—/(]{6,25}?\d{4})(?= \([A-Z][A-Za-z-]{1,14}\) )|([A-ZÀ-Ž][A-ZÀ-Ž.' -]{2,30}(?:, [^,]{2,30})?, [^–—/]{6,25}?\d{4}) ?(?:\([^()]{2,40}\) ?|/[^/]{2,40}/ ?)?(?:--|–|—|-|/)")


def _article(page: Page, source: Source, metadata: Metadata, text: str, blocks: tuple[Block, ...],
             embeds: tuple[Embed, ...], found: tuple[Found, ...], language: str) -> Article:
    stamps = (read_stamp(each, language) for each in (*metadata.modified, metadata.metas.get("article:modified_time", "")))
    chosen = choose(found, frozenset(place_stamp(stamp, source.timezone)[0] for stamp in stamps if stamp is not None))
    canonical = metadata.canonical_url or page.final_url or page.url
    article = Article(
        article_id=digest(canonical), version=digest(text), source_id=page.source_id, page_id=page.page_id, url=page.url,
        canonical_url=canonical, title=metadata.title or page.listed_title, text=text, blocks=blocks,
        published=chosen.when, published_at=chosen.instant, authors=metadata.authors, site_name=metadata.site_name,
        language=language, country=source.country,
        is_paywalled=_is_paywalled(page, metadata, blocks), embeds=embeds,
        date_candidates=tuple(each.when for each in found), fetched_at=page.fetched_at,
    )
    if chosen.when.is_day:
        return article
    known = {each.when.basis for each in found}
    bounds = tuple(Found(when) for when in find_bounds(article) if when.basis not in known)
    every = rank_dates((*found, *bounds))
    return replace(article, published=choose(every).when, date_candidates=tuple(each.when for each in every))


def _is_paywalled(page: Page, metadata: Metadata, blocks: tuple[Block, ...]) -> bool:
    """Told by the page, by its status, or by where the call to subscribe stands: in the middle of a short text's end."""
    if metadata.is_free is not None:
        return not metadata.is_free
    if page.status in _PAYWALL_STATUSES:
        return True
    content = [number for number, block in enumerate(blocks) if block.kind in CONTENT_KINDS]
    walls = [number for number, block in enumerate(blocks) if block.kind is BlockKind.PAYWALL]
    if not walls or not content:
        return False
    # a call above the text or right behind its last paragraph closes it; one far below is an advertisement
    return any(content[-1] < wall <= content[-1] + 3 or wall < content[0] for wall in walls)
