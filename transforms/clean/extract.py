"""Which lines of a page are the article: four extractors vote, and the page's own structure has a say.

trafilatura (favouring precision) is the best single extractor; a line that readability, justext or resiliparse
confirm is kept, and so is a line that stands in the same place of the page's structure as kept ones.
"""

from __future__ import annotations

import copy
import functools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import justext
import trafilatura
from justext.core import classify_paragraphs, revise_paragraph_classification
from lxml import etree, html
from resiliparse.extract.html2text import extract_plain_text
from trafilatura.readability_lxml import Document

from transforms.clean.lines import Line
from transforms.lexicons.tables import read_table

SHINGLE = 3                          # words; shorter lines must be found whole
MAX_SLOW_CHARACTERS = 1_500_000      # of pruned HTML; above it trafilatura's time grows faster than the page
MAX_SLOW_ELEMENTS = 30_000
MAX_JUSTEXT_LINES = 5_000            # it looks along all lines for each

_UNSPACED = "฀-๿぀-ヿ㐀-鿿가-힯"       # scripts that write no blanks between words
_ASCII_TOKEN = re.compile(r"\w+", re.A)
_TOKEN = re.compile(rf"[^\W{_UNSPACED}]+|(?=\w)[{_UNSPACED}]")


def tokens(text: str) -> list[str]:
    """Lower-case words; each character of an unspaced script is a word; soft hyphens count for nothing."""
    text = text.lower()
    return _ASCII_TOKEN.findall(text) if text.isascii() else _TOKEN.findall(text.replace("\xad", ""))


def _shingles(words: Sequence[str]) -> Iterator[tuple[str, ...]]:
    return zip(*(words[i:] for i in range(SHINGLE)), strict=False)


@dataclass(frozen=True, slots=True)
class Haystack:
    """What an extractor found, ready to be asked for lines."""

    shingles: frozenset[tuple[str, ...]]
    joined: str

    @classmethod
    def of(cls, text: str) -> Haystack:
        words = tokens(text)
        return cls(frozenset(_shingles(words)), f" {' '.join(words)} ")

    def coverage(self, words: Sequence[str]) -> float:
        """Share of a line's shingles that were found, 0 to 1."""
        if not words:
            return 0.0
        if len(words) < SHINGLE + 3:
            return float(f" {' '.join(words)} " in self.joined)
        return sum(map(self.shingles.__contains__, _shingles(words))) / (len(words) - SHINGLE + 1)


@dataclass(slots=True)
class Votes:
    """Per line, the share of it that each extractor took for content; a voter that failed is absent."""

    by_voter: dict[str, list[float]] = field(default_factory=dict)


def collect_votes(tree: html.HtmlElement, size: int, lines: list[Line], words: list[list[str]], language: str,
                  article_body: str = "", consensus: bool = True) -> Votes:
    """Asks the extractors about every line. The tree is the pruned page, which is not changed; `size` the whole page's."""
    votes = Votes()
    # writing the tree out again costs as much as reading it: only where it is asked for
    source = etree.tostring(tree, encoding="unicode", method="html") if consensus or size > MAX_SLOW_CHARACTERS else ""
    texts: dict[str, str] = {}
    if len(article_body) > 500:
        texts["article_body"] = article_body
    is_huge = len(source) > MAX_SLOW_CHARACTERS or sum(1 for _ in tree.iter()) > MAX_SLOW_ELEMENTS
    if not is_huge:
        texts["trafilatura"] = trafilatura.extract(tree, favor_precision=True, include_comments=False,
                                                  fast=True) or ""
    if consensus or is_huge:
        texts["resiliparse"] = _ask_resiliparse(source)
        if not is_huge:
            texts["readability"] = _ask_readability(tree)
        if len(lines) <= MAX_JUSTEXT_LINES:
            votes.by_voter["justext"] = _ask_justext(lines, language)
    for voter, text in texts.items():
        if text.strip():
            haystack = Haystack.of(text)
            votes.by_voter[voter] = [haystack.coverage(each) for each in words]
    return votes


def _ask_resiliparse(source: str) -> str:
    try:
        return extract_plain_text(source, main_content=True, list_bullets=False, alt_texts=False, comments=False,
                                  post_meta=False)
    except (RuntimeError, ValueError):
        return ""


def _ask_readability(tree: html.HtmlElement) -> str:
    # trafilatura's port of readability takes a tree and is five times as fast as readability-lxml
    try:
        found = Document(copy.deepcopy(tree)).summary()
        return "\n".join(html.fromstring(found).itertext()) if found.strip() else ""
    except (etree.LxmlError, ValueError, AttributeError, RecursionError):
        return ""


class _Paragraph:
    """A line as justext wants to see it."""

    def __init__(self, line: Line) -> None:
        self.text = line.text
        self.is_heading = line.tag in ("h1", "h2", "h3", "h4", "h5", "h6")
        self.heading = self.is_heading
        self.dom_path = "body"
        self.chars_count_in_links = line.link_characters
        self.class_type = self.cf_class = ""

    def __len__(self) -> int:
        return len(self.text)

    def links_density(self) -> float:
        return self.chars_count_in_links / max(1, len(self.text))

    def stopwords_density(self, stoplist: frozenset[str]) -> float:
        words = self.text.lower().split()
        return sum(word in stoplist for word in words) / len(words) if words else 0.0


_STOPLISTS = {
    "en": "English", "de": "German", "fr": "French", "es": "Spanish", "it": "Italian", "pt": "Portuguese",
    "nl": "Dutch", "sv": "Swedish", "da": "Danish", "no": "Norwegian_Bokmal", "nb": "Norwegian_Bokmal",
    "nn": "Norwegian_Nynorsk", "fi": "Finnish", "pl": "Polish", "cs": "Czech", "sk": "Slovak", "sl": "Slovenian",
    "hr": "Croatian", "sr": "Serbian", "bs": "Croatian", "bg": "Bulgarian", "mk": "Macedonian", "ru": "Russian",
    "uk": "Ukrainian", "ro": "Romanian", "hu": "Hungarian", "el": "Greek", "tr": "Turkish", "sq": "Albanian",
    "ar": "Arabic", "fa": "Persian", "he": "Hebrew", "ca": "Catalan", "gl": "Galician", "is": "Icelandic",
    "lt": "Lithuanian", "lv": "Latvian", "et": "Estonian", "id": "Indonesian", "ms": "Malay", "hi": "Hindi",
    "af": "Afrikaans", "ga": "Irish", "cy": "Welsh", "eu": "Basque", "vi": "Vietnamese", "sw": "Swahili",
}


@functools.lru_cache(maxsize=16)
def _stoplist(language: str) -> frozenset[str]:
    name = _STOPLISTS.get(language)
    try:
        return frozenset(word.lower() for word in justext.get_stoplist(name)) if name else frozenset()
    except ValueError:
        return frozenset()


def _ask_justext(lines: list[Line], language: str) -> list[float]:
    stoplist = _stoplist(language)
    paragraphs = [_Paragraph(line) for line in lines]
    if stoplist:
        classify_paragraphs(paragraphs, stoplist)
    elif language in ("ja", "zh", "ko", "th"):     # a character says more than a letter
        classify_paragraphs(paragraphs, frozenset(), 25, 70, 0.0, 0.0)
    else:                            # no list of function words for this language: length and links alone
        classify_paragraphs(paragraphs, frozenset(), stopwords_low=0.0, stopwords_high=0.0)
    revise_paragraph_classification(paragraphs)
    return [float(paragraph.class_type == "good") for paragraph in paragraphs]


@dataclass(frozen=True, slots=True)
class Mark:
    """What a class name, id or itemprop around a line says of it."""

    kind: str                        # a BlockKind, or "box" for a box of background facts
    pattern: str                     # regular expression over the lower-case names
    example: str                     # a name of the kind, for the tests


@functools.cache
def _marks() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((row.kind, re.compile(row.pattern)) for row in read_table("clean/marks", Mark))


@functools.lru_cache(maxsize=16_384)
def _kinds_of(name: str) -> frozenset[str]:
    return frozenset(kind for kind, pattern in _marks() if pattern.search(name))


def read_marks(names: Iterable[str]) -> frozenset[str]:
    """The kinds that the class names around a line speak of."""
    return frozenset().union(*map(_kinds_of, names))


# What speaks for and against a line, in units of one extractor's vote. trafilatura counts double: alone it is
# right on 94% of the words it takes, the others on 82 to 90.
_VOTES = {"trafilatura": 2.0, "readability": 1.0, "resiliparse": 0.5, "justext": 0.5, "article_body": 1.0}
_AGAINST_MARKS = {"caption": 2.5, "teaser": 2.0, "box": 2.5, "subscribe": 3.0, "navigation": 1.5, "byline": 2.0,
                  "pull_quote": 2.5, "embed": 3.0, "paywall": 0.0, "lead": 0.0}
_AGAINST_LANDMARKS = {"nav": 3.0, "footer": 2.0, "aside": 2.0, "form": 0.5, "dialog": 3.0, "figure": 2.5, "header": 1.0}
_COMMON = 0.35                       # a name around so much of the voted text names the article, not a part of it
THRESHOLD = 2.0
LOST_SHARE = 0.35
LEAD_LINES = 4                       # a sentence so close below the title is its standfirst, whatever its markup
_NO_LEAD = frozenset(("teaser", "navigation", "subscribe", "caption", "byline", "embed", "box"))


@dataclass(frozen=True, slots=True)
class Hints:
    """What the page's metadata tells of its own text."""

    titles: tuple[str, ...]
    descriptions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """A line with its score and with what its surroundings call it."""

    line: Line
    words: tuple[str, ...]
    score: float
    kinds: frozenset[str]            # from class names
    landmarks: frozenset[str]
    is_title: bool = False
    is_lead: bool = False            # a standfirst: told by the markup or equal to the page's description
    is_repeated: bool = False        # the same words stood above

    @property
    def is_kept(self) -> bool:
        return not self.is_title and not self.is_repeated and (self.score >= THRESHOLD or self.is_lead)


def judge_lines(lines: list[Line], words: list[list[str]], votes: Votes, hints: Hints) -> list[Judged]:
    """Scores every line: extractors' votes, then markup against it, then the company it keeps in the page."""
    present = [(voter, _VOTES[voter]) for voter in votes.by_voter if not _has_lost(voter, votes, lines)]
    scale = sum(_VOTES[voter] for voter in ("trafilatura", "readability", "resiliparse", "justext"))
    scale /= sum(weight for _, weight in present) or 1.0
    voted = [scale * sum(weight * votes.by_voter[voter][number] for voter, weight in present)
             for number in range(len(lines))]
    common_names, common_landmarks = _common(lines, voted)
    kinds_of = {marks: read_marks(name for name in marks.split() if name not in common_names)
                for marks in {line.marks for line in lines}}
    judged_kinds, judged_landmarks, scores = [], [], []
    for line, score in zip(lines, voted, strict=True):
        kinds = kinds_of[line.marks]
        landmarks = line.landmarks - common_landmarks
        score -= max((_AGAINST_MARKS[kind] for kind in kinds), default=0.0)
        score -= max((_AGAINST_LANDMARKS.get(landmark, 0.0) for landmark in landmarks), default=0.0)
        if line.link_share > 0.5:    # a link alone is an entry of a list; in a long line it may be a sentence
            score -= 3.0 if len(line.text) < 60 else 2.0
        if line.is_hidden:
            score -= 1.0
        judged_kinds.append(kinds)
        judged_landmarks.append(landmarks)
        scores.append(score)
    scores = _with_company(lines, scores)
    return _with_roles(lines, words, scores, judged_kinds, judged_landmarks, hints)


def _has_lost(voter: str, votes: Votes, lines: list[Line]) -> bool:
    """Whether an extractor missed most of what at least two others agree on: it took a part for the whole."""
    others = [marks for name, marks in votes.by_voter.items() if name != voter]
    if len(others) < 2:
        return False
    agreed = [number for number, line in enumerate(lines) if sum(marks[number] > 0.5 for marks in others) >= 2]
    size = sum(len(lines[number].text) for number in agreed)
    own = sum(len(lines[number].text) for number in agreed if votes.by_voter[voter][number] > 0.5)
    return size > 1000 and own < LOST_SHARE * size


def _common(lines: list[Line], voted: list[float]) -> tuple[frozenset[str], frozenset[str]]:
    """Class names and landmarks that enclose so much of the voted text that they say nothing of a part of it."""
    names: Counter[str] = Counter()
    landmarks: Counter[str] = Counter()
    whole = 0
    for line, score in zip(lines, voted, strict=True):
        if score >= THRESHOLD:
            whole += len(line.text)
            for name in set(line.marks.split()):
                names[name] += len(line.text)
            for landmark in line.landmarks:
                landmarks[landmark] += len(line.text)
    return (frozenset(name for name, size in names.items() if size > _COMMON * whole),
            frozenset(landmark for landmark, size in landmarks.items() if size > _COMMON * whole))


def _with_company(lines: list[Line], scores: list[float]) -> list[float]:
    """Adds what lines in the same place of the page's structure got: paragraphs of a kind stand or fall together."""
    kept: Counter[tuple[str, str]] = Counter()
    total: Counter[tuple[str, str]] = Counter()
    for line, score in zip(lines, scores, strict=True):
        total[line.tag, line.marks] += len(line.text)
        kept[line.tag, line.marks] += len(line.text) * (score >= THRESHOLD)
    out = []
    for line, score in zip(lines, scores, strict=True):
        place = line.tag, line.marks
        weight = total[place] - len(line.text)
        if weight > 200:
            share = (kept[place] - len(line.text) * (score >= THRESHOLD)) / weight
            score += 3.0 * (share - 0.5)
        out.append(score)
    return out


def _with_roles(lines: list[Line], words: list[list[str]], scores: list[float], kinds: list[frozenset[str]],
                landmarks: list[frozenset[str]], hints: Hints) -> list[Judged]:
    """Finds title lines, standfirsts and repeated lines."""
    titles = {tuple(tokens(title)) for title in hints.titles} - {()}
    descriptions = [" ".join(tokens(text)) for text in hints.descriptions]
    first_body = next((number for number, score in enumerate(scores)
                       if score >= THRESHOLD and lines[number].tag not in ("h1", "h2") and len(lines[number].text) > 120),
                      len(lines))
    headings = [number for number in range(min(first_body + 1, len(lines)))
                if tuple(words[number]) in titles or lines[number].tag == "h1"]
    title_at = headings[-1] if headings else -1
    seen: set[tuple[str, ...]] = set()
    out = []
    for number, line in enumerate(lines):
        own = tuple(words[number])
        is_title = own in titles or (line.tag == "h1" and len(own) > 0)
        is_lead = False
        if not is_title and title_at - 6 <= number <= first_body and len(own) >= 6 and line.link_share < 0.5:
            joined = " ".join(own)
            is_plain = not kinds[number] & _NO_LEAD and not landmarks[number] & {"footer", "nav", "aside", "figure"}
            is_described = any(text[:60] == joined[:60] or (len(joined) > 60 and joined in text)
                               or (text[:50] in joined and len(joined) < 1.5 * len(text))
                               for text in descriptions if len(text) > 30)
            is_below = title_at < number <= title_at + 12
            is_lead = is_plain and (is_described or (is_below and len(own) >= 8 and (
                "lead" in kinds[number] or (number <= title_at + LEAD_LINES and len(own) >= 10
                                            and scores[number] < THRESHOLD and line.link_share < 0.2 and not line.is_hidden))))
        judged = Judged(line, own, scores[number], kinds[number], landmarks[number], is_title, is_lead,
                        len(own) > 3 and own in seen)
        if judged.is_kept:
            seen.add(own)
        out.append(judged)
    return out
