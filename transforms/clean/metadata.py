"""What a page says of itself: JSON-LD, meta elements, headings, links."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from itertools import islice
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml import html

from transforms.clean.extract import tokens
from transforms.clean.page import MIRROR_HOST

MAX_JSON_CHARACTERS = 3_000_000
MAX_TITLE = 1_000                    # characters; more is no title, and its separators are tried one by one
CARD_DEPTH = 4                       # so many boxes around a date may hold the heading that it belongs to
_ARTICLE_TYPES = re.compile(r"(?:Article|BlogPosting|Report|Review|NewsItem|LiveBlogPosting|Posting|Story|Interview)$")
_LISTS = frozenset(("itemListElement", "hasPart", "mentions", "isPartOf", "relatedLink", "comment", "review", "video",
                    "associatedMedia", "citation", "subjectOf", "liveBlogUpdate", "publisher", "author", "image"))
_SPLIT_AUTHORS = re.compile(r"\s*(?:,|;|\||/|\band\b|\bund\b|\bet\b|\by\b|\be\b|&|\bog\b|\boch\b)\s*")
_SITE_SEPARATOR = re.compile(r"\s+(?:[|–—»·•:]|-{1,2})\s+|\s?[|｜ㅣ]\s?")


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the head of a page and its JSON-LD tell; empty where they are silent."""

    title: str = ""
    titles: tuple[str, ...] = ()     # every wording of the title, for finding its line
    descriptions: tuple[str, ...] = ()
    article_body: str = ""
    dates: tuple[str, ...] = ()      # JSON-LD datePublished, the page's own article first
    modified: tuple[str, ...] = ()   # JSON-LD dateModified of the same
    metas: dict[str, str] = field(default_factory=dict)
    times: tuple[str, ...] = ()      # datetime attributes and texts of publication elements
    authors: tuple[str, ...] = ()
    site_name: str = ""
    canonical_url: str = ""
    language: str = ""
    locale: str = ""                 # en-GB, es_MX: the language tag as the page writes it
    is_article: bool = False         # says so itself: og:type article or an Article object
    is_list: bool = False            # says that it is a collection, a search or a home page
    is_free: bool | None = None      # isAccessibleForFree


def read_metadata(tree: html.HtmlElement, url: str) -> Metadata:
    """Reads the unpruned tree; `url` is the page's own, for relative links."""
    objects = list(_json_ld(tree))
    metas: dict[str, str] = {}
    for element in tree.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop") or ""
        content = (element.get("content") or "").strip()
        if name and content:
            metas.setdefault(name.strip().lower(), content)
    articles = [each for each in objects if _is_article(each)]
    articles.sort(key=lambda each: not _is_own(each, url, metas.get("og:url", "")))    # stable: order of the page
    dated = articles or [each for each in objects if each.get("datePublished") and (each.get("headline") or _is_page(each))]
    title, titles = _titles(tree, metas, articles)
    locale = tree.get("lang") or metas.get("og:locale", "") or metas.get("content-language", "")
    site_name = metas.get("og:site_name") or metas.get("application-name") or _publisher(articles) or ""
    kinds = {str(kind) for each in objects for kind in _types(each)}
    return Metadata(
        title=title,
        titles=titles,
        descriptions=tuple(dict.fromkeys(_plain(text) for text in (
            metas.get("description", ""), metas.get("og:description", ""), metas.get("twitter:description", ""),
            *(each.get("description", "") for each in articles), *(each.get("alternativeHeadline", "") for each in articles),
        ) if isinstance(text, str) and text.strip())),
        article_body=max((_plain(each["articleBody"]) for each in articles[:3] if isinstance(each.get("articleBody"), str)),
                         key=len, default=""),
        dates=tuple(value for each in dated[:3] for value in (each.get("datePublished") or each.get("dateCreated"),)
                    if isinstance(value, str)),
        modified=tuple(each["dateModified"] for each in dated[:3] if isinstance(each.get("dateModified"), str)),
        metas=metas,
        times=_times(tree, url),
        authors=_authors(tree, metas, articles),
        site_name=_plain(site_name),
        canonical_url=_canonical(tree, metas, url),
        language=locale[:2].lower(),
        locale=locale,
        is_article=bool(articles) or metas.get("og:type", "").lower().startswith("article"),
        is_list=not articles and bool(kinds & {"CollectionPage", "ItemList", "SearchResultsPage"}),
        is_free=next((_truth(each["isAccessibleForFree"]) for each in (*articles, *objects)
                      if "isAccessibleForFree" in each), None),
    )


def _json_ld(tree: html.HtmlElement) -> Iterator[dict[str, Any]]:
    """Every JSON-LD object of a page that is not inside a list of other things."""
    for script in tree.iter("script"):
        if "ld+json" not in (script.get("type") or "").lower():
            continue
        text = (script.text or "").strip()
        if not text or len(text) > MAX_JSON_CHARACTERS:
            continue
        text = re.sub(r"^\s*(?://)?\s*<!(?:\[CDATA\[|--)|(?:\]\]|--)>\s*$|;\s*$", "", text)
        try:
            loaded = json.loads(text, strict=False)
        except (ValueError, RecursionError):
            try:                     # a trailing comma or a broken tail: take what can be read
                loaded = json.JSONDecoder(strict=False).raw_decode(re.sub(r",\s*([}\]])", r"\1", text))[0]
            except (ValueError, RecursionError):
                continue
        todo = [loaded]
        while todo:
            value = todo.pop()
            if isinstance(value, list):
                todo.extend(reversed(value))
            elif isinstance(value, dict):
                yield value
                todo.extend(each for key, each in reversed(value.items()) if key not in _LISTS and isinstance(each, (dict, list)))


def _types(each: dict[str, Any]) -> tuple[str, ...]:
    kinds = each.get("@type", ())
    return tuple(str(kind) for kind in (kinds if isinstance(kinds, list) else [kinds]))


def _is_article(each: dict[str, Any]) -> bool:
    return any(_ARTICLE_TYPES.search(kind) for kind in _types(each))


def _is_page(each: dict[str, Any]) -> bool:
    return any(kind in ("WebPage", "ItemPage", "NewsMediaOrganization") for kind in _types(each))


def _is_own(each: dict[str, Any], url: str, other: str) -> bool:
    """Whether an object names the page itself."""
    main = each.get("mainEntityOfPage")
    named = [each.get("url"), each.get("@id"), main.get("@id") if isinstance(main, dict) else main]
    own = {_bare(address) for address in (url, other) if address}
    return any(isinstance(name, str) and _bare(name) in own for name in named)


def _bare(address: str) -> str:
    parts = urlsplit(address) if "://" in address else None
    return (parts.netloc.removeprefix("www.") + parts.path).rstrip("/").lower() if parts else address


def _plain(text: str) -> str:
    """Text of a JSON or attribute value: entities resolved (twice where escaped twice), tags and spare blanks off."""
    text = unescape(unescape(text))
    if "<" in text and ">" in text:
        text = re.sub(r"<[^<>]{1,400}>", " ", text)
    return " ".join(text.split())


def _line(text: str) -> str:
    """The same of a title."""
    return _plain(text)[:MAX_TITLE].rstrip()


def _truth(value: Any) -> bool | None:
    return {"true": True, "false": False, "1": True, "0": False}.get(str(value).strip().lower().rsplit("/", 1)[-1])


def _publisher(articles: list[dict[str, Any]]) -> str:
    for each in articles:
        publisher = each.get("publisher")
        publisher = publisher[0] if isinstance(publisher, list) and publisher else publisher
        if isinstance(publisher, dict) and isinstance(publisher.get("name"), str):
            return str(publisher["name"])
    return ""


def _titles(tree: html.HtmlElement, metas: dict[str, str], articles: list[dict[str, Any]]) -> tuple[str, tuple[str, ...]]:
    """The title in its fullest wording, and all its wordings.

    What is shared on social networks is the title, unless it abridges the one that heading and JSON-LD agree on;
    where all three differ, JSON-LD decides if the window's title says the same.
    """
    site = metas.get("og:site_name", "")
    lines = (_line(" ".join(element.itertext())) for element in tree.iter("h1"))
    headings = list(islice((text for text in lines if len(tokens(text)) > 1), 6))
    social = _line(metas.get("og:title") or metas.get("twitter:title", ""))
    whole = _line(" ".join(next(iter(tree.iter("title")), tree.makeelement("title")).itertext()))
    shared, window = _without_site(social, site), _without_site(whole, site)
    linked = next((_line(each["headline"]) for each in articles if isinstance(each.get("headline"), str)
                   and len(tokens(each["headline"])) > 1), "")
    heading = next((text for text in headings if any(_agree(text, other) for other in (shared, linked, window))), "")
    heading = heading or (headings[0] if len(headings) == 1 else "")
    title = shared or heading or linked or window
    if shared and linked and heading and not _agree(shared, linked):
        is_fuller = _agree(heading, linked) and _is_abridged(shared, linked)
        is_alone = not _agree(heading, shared) and not _agree(heading, linked) and _agree(linked, window)
        title = linked if is_fuller or is_alone else title
    title = next((text for text in (heading, linked) if _is_tail(text, title)), title)
    fragments = [part for text in (social, whole) for part in _SITE_SEPARATOR.split(text) if len(tokens(part)) > 3]
    wordings = (title, shared, linked, heading, window, social, whole, *fragments)
    return title, tuple(dict.fromkeys(text for text in wordings if text))


def _agree(first: str, second: str) -> bool:
    """Whether one wording is the other, or the other with a kicker before it or a name behind it."""
    one, two = " ".join(tokens(first)), " ".join(tokens(second))
    return bool(one and two) and (one in two or two in one)


def _is_abridged(short: str, whole: str) -> bool:
    """Whether nearly all words of a title stand in a longer one."""
    words, longer = tokens(short), set(tokens(whole))
    return len(words) < len(tokens(whole)) and sum(word in longer for word in words) > 0.92 * len(words)


def _is_tail(text: str, title: str) -> bool:
    """Whether a title is a section's name, a bar, and this text."""
    return bool(text) and title.endswith(text) and bool(re.fullmatch(r"[^|]{2,40}\s?[|｜]\s?", title[:-len(text)]))


def _without_site(title: str, site: str) -> str:
    """A title without the newspaper's name behind or before a separator."""
    parts = [(match.start(), match.end()) for match in _SITE_SEPARATOR.finditer(title)]
    site_words = "".join(tokens(site))
    for start, end in reversed(parts):
        tail = "".join(tokens(title[end:]))
        if tail and (site_words and (tail in site_words or site_words in tail)) and len(tokens(title[:start])) >= 2:
            return title[:start].strip()
    for start, end in parts[:1]:
        head = "".join(tokens(title[:start]))
        if site_words and head == site_words:
            return title[end:].strip()
    return title


def _times(tree: html.HtmlElement, url: str) -> tuple[str, ...]:
    """What the article's own time elements write, the likeliest first.

    Marked ones win; else the first below the heading, or the last above it. Those in lists, links, asides, comments and
    on cards date other things, but a link to the page itself (`url`) is the article's own. Times under headings of their
    own are a list of articles if there are two of them.
    """
    marked: list[str] = []
    above: list[str] = []
    below: list[str] = []
    boxed: set[str] = set()
    has_heading = False
    around = {parent for heading in tree.iter("h1") for parent in heading.iterancestors()}
    kinds: dict[html.HtmlElement, str] = {}
    beside: dict[html.HtmlElement, bool] = {}
    for element in tree.iter("h1", "time", "abbr", "span", "div", "p", "meta"):
        if element.tag == "h1":
            has_heading = True
            continue
        itemprop = (element.get("itemprop") or "").lower()
        names = f"{element.get('class', '')} {element.get('id', '')}".lower() if element.tag == "time" else ""
        is_marked = "datepublished" in itemprop or element.get("pubdate") is not None
        if not (is_marked or element.tag == "time") or _is_beside(element, url, beside):
            continue
        text = element.get("datetime") or element.get("content") or " ".join(element.itertext())
        box = _box(element, around, kinds)
        if box == "card" or not re.search(r"\d{4}", text) or re.search(r"updat|modif|aktualis", names):
            continue
        if box == "boxed":
            boxed.add(text)
        if is_marked or re.search(r"publi|created|entry-date|post-date", names):
            marked.append(text)
        else:
            (below if has_heading else above).append(text)
    if len(boxed) > 1:
        marked, above, below = ([text for text in texts if text not in boxed] for texts in (marked, above, below))
    return tuple(dict.fromkeys((*marked[:1], *below[:1], *above[-1:])))


_COMMENTS = re.compile(r"\b(?:comment|coment|kommentar|komentar|reacti|respond|disqus)")


def _is_beside(element: html.HtmlElement, url: str, known: dict[html.HtmlElement, bool]) -> bool:
    """Whether an element stands in what is not the article's; `known` remembers what was asked of the elements around it."""
    found, above = False, []
    for parent in element.iterancestors():
        if parent in known:
            found = known[parent]
            break
        above.append(parent)
    for parent in reversed(above):
        found = known[parent] = found or _is_of_others(parent, url)
    return found


def _is_of_others(parent: html.HtmlElement, url: str) -> bool:
    """Whether what stands in an element is not the article's: lists, asides, links to other pages, comments."""
    if parent.tag == "a":
        try:
            return _bare(urljoin(url, parent.get("href") or "#")) != _bare(url)
        except ValueError:                               # http://[x
            return True
    return parent.tag in ("aside", "nav", "footer", "li") or (
        parent.tag not in ("body", "html") and _COMMENTS.search(f"{parent.get('class', '')} {parent.get('id', '')}".lower()) is not None)


def _box(element: html.HtmlElement, around: set[html.HtmlElement], kinds: dict[html.HtmlElement, str]) -> str:
    """"card" where an element stands in a box of its own with a linked heading: another article's; "boxed" where that heading
    is none; "" in the open.

    `around` is what holds the page's own heading; `kinds` remembers the boxes seen, so that many times cost one look.
    """
    for parent in islice(element.iterancestors(), CARD_DEPTH):
        if parent in around or parent.tag in ("body", "html", "main"):
            return ""
        if parent not in kinds:
            headings = list(parent.iter("h2", "h3", "h4"))
            is_linked = any(heading.getparent().tag == "a" or next(heading.iter("a"), None) is not None for heading in headings)
            kinds[parent] = "card" if is_linked else "boxed" if headings else ""
        if kinds[parent]:
            return kinds[parent]
    return ""


def _authors(tree: html.HtmlElement, metas: dict[str, str], articles: list[dict[str, Any]]) -> tuple[str, ...]:
    """The persons or agencies named as authors: by JSON-LD, else by meta, else by the markup of the byline."""
    stated = [name for each in articles[:1] for name in _names(each.get("author") or each.get("creator"))]
    people = _split_names(stated) or _split_names([metas[name] for name in _AUTHOR_METAS if metas.get(name)][:1])
    if people:
        return people
    marked = (" ".join(element.itertext()) for element in tree.iter("a", "span", "p", "address")
              if "author" in (element.get("rel") or "").lower().split()
              or (element.get("itemprop") or "").lower() == "author"
              or _AUTHOR_NAME.search((element.get("class") or "").lower()))
    return next((names for text in marked if (names := _split_names([text]))), ())


_AUTHOR_METAS = ("author", "article:author", "parsely-author", "sailthru.author", "dc.creator", "byl", "cxenseparse:author")
_AUTHOR_NAME = re.compile(r"(?:^|[\s_-])(?:author|autor|byline)(?:s|-?link|[_-]+(?:name|link|title))?(?:$|\s)")


def _names(author: Any) -> Iterator[str]:
    """The names in a JSON-LD author, which may be a text, an object or a list of either, nested as it pleases."""
    if isinstance(author, str):
        yield author
    elif isinstance(author, list):
        for one in author:
            yield from _names(one)
    elif isinstance(author, dict):
        yield from _names(author.get("name"))


def _split_names(names: list[str]) -> tuple[str, ...]:
    parts = [part for name in names if "://" not in name and "@" not in name for part in _SPLIT_AUTHORS.split(_plain(name))]
    cleaned = [re.sub(r"^(?:by|von|par|por|di|text|autor(?:in)?)\s*:?\s+|\s*\([^)]{1,12}\)$", "", part, flags=re.I).strip(" .")
               for part in parts]
    return tuple(dict.fromkeys(name for name in cleaned if 2 < len(name) < 60 and not any(c.isdigit() for c in name)))


def _canonical(tree: html.HtmlElement, metas: dict[str, str], url: str) -> str:
    """The address the page gives itself, where it is of the site that served it (`url`, after redirects), and else `url`.

    What a page says of another site is not taken: it would stand in the place of that site's own article. A file has no
    site, so whoever put it there vouches for the address that it gives. The site's front page is no article's address.
    """
    for address in (*(element.get("href") for element in tree.iter("link")
                      if "canonical" in (element.get("rel") or "").lower().split()), metas.get("og:url")):
        if not address:
            continue
        try:
            absolute = urljoin(url, address.strip())
            parts, own = urlsplit(absolute), urlsplit(url)
        except ValueError:
            continue
        is_front = parts.path in ("", "/") and own.path not in ("", "/")
        is_of_site = own.scheme not in ("http", "https") or _is_same_site(parts.hostname or "", own.hostname or "")
        if parts.scheme in ("http", "https") and parts.netloc and is_of_site and not is_front:
            return str(absolute).split("#")[0]
    return url


def _is_same_site(host: str, other: str) -> bool:
    """Whether two hosts are one but for a mobile or AMP face, or one belongs to the other: edition.news.example, news.example."""
    one, two = MIRROR_HOST.sub("", host), MIRROR_HOST.sub("", other)
    return one == two or one.endswith(f".{two}") or two.endswith(f".{one}")
