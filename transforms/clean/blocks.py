"""What each paragraph of a text is: title, lead, body, or the furniture of the page it was scraped from.

Works on plain text, where only the words of a line and the lines around it tell. The HTML cleaner uses the
same phrase tables for single lines and knows the rest from the markup.
"""

from __future__ import annotations

import functools
import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from schemas.records import Block, BlockKind, Span
from transforms.clean.dates import is_bare_date
from transforms.clean.extract import tokens
from transforms.lexicons.tables import read_table

MAX_FURNITURE_WORDS = 45             # a longer paragraph is prose, whatever phrase stands in it
MAX_LINES = 20_000                   # a book has fewer
MAX_POST = 700                       # characters of an embedded post with its author; a longer line is prose around one
MENU_WORDS = 3                       # words of a menu entry or a newspaper's name; a title has more
SHORT_WORDS = 14                     # lines up to this length may belong to a run of furniture
BYLINE_LINES = 5                     # how far below the title the author's name stands
PROSE_WORDS = 18                     # a sentence of this length is prose
QUOTE_REACH = 200                    # lines; a quotation is pulled from no farther, and a text of thousands ends

_QUOTES = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'", "“": '"', "”": '"', "\xa0": " ", "\u202f": " "})
_SENTENCE_END = re.compile(r"[.!?…。！？][\"'”’»)\]*]*\s*$")
_FULL_STOP = re.compile(r"[.…。][\"'”’»)\]*]*\s*$")
_DATELINE = re.compile(r"^[^\W\d_][\w.,'’ /-]{2,60}?(?:\([\w ./-]{2,30}\)\s*)?\s?[—–-]{1,2}\s+[\"“A-ZÀ-ÝА-Я]")
_DATELINE_CITY = re.compile(r"^(?:[A-ZÀ-ÝČĆŽŠĐ][A-ZÀ-ÝČĆŽŠĐ.'’-]+[ ,/]*){1,5}")
_CREDIT = re.compile(r"^[^\W\d_][\w.'’-]*(?:[ /|,&]+[\w.'’-]+){0,6}\*?$")
_COUNT = re.compile(r"\s*\(\d+\)$")                  # "Comments (12)"
_MENU = re.compile(r"^[^.!?]{1,40}(?:\s[>|»›/·•]\s[^.!?]{1,40})+$")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A wording that furniture uses, as a regular expression over one line, without regard to case."""

    language: str                    # ISO 639-1, or any
    kind: str                        # a BlockKind
    pattern: str
    is_strong: bool                  # alone enough; otherwise only in the company of other furniture
    example: str                     # a line that it must match, for the tests


_ORDER = (BlockKind.EMBED, BlockKind.PAYWALL, BlockKind.SUBSCRIBE, BlockKind.TEASER, BlockKind.CAPTION,
          BlockKind.BYLINE, BlockKind.NAVIGATION)
_FAMILIES = {"hr": "sr", "bs": "sr", "sh": "sr", "me": "sr", "nb": "no", "nn": "no"}   # one set of wordings


@dataclass(frozen=True, slots=True)
class _Wordings:
    """The patterns of one kind and strength: those tied to the line's start are tried there only, which is cheap.

    Those that stand anywhere are written in lower case and searched in the lower-case line: `re` looks at the first
    letter of each alternative before it tries it, but not when it must disregard case.
    """

    kind: BlockKind
    is_strong: bool
    at_start: re.Pattern[str] | None
    anywhere: re.Pattern[str] | None

    def matches(self, text: str, lowered: str) -> bool:
        return bool((self.at_start and self.at_start.match(text)) or (self.anywhere and self.anywhere.search(lowered)))


@functools.cache
def _own_wordings(language: str) -> tuple[_Wordings, ...]:
    """The wordings of one language, of all where it is empty; compiled once, for compiling is what costs."""
    rows = [row for row in read_table("clean/phrases", Phrase) if not language or row.language == language]
    out = []
    for kind in _ORDER:
        for is_strong in (True, False):
            parts = [part for row in rows if row.kind == kind and row.is_strong == is_strong
                     for part in _alternatives(row.pattern)]
            start = [part[1:] for part in parts if part.startswith("^")]
            rest = [part for part in parts if not part.startswith("^")]
            if parts:
                out.append(_Wordings(kind, is_strong, _joined(start, re.I), _joined(rest)))
    return tuple(out)


@functools.cache
def _wordings(language: str) -> tuple[_Wordings, ...]:
    """For a language its own wordings and the English ones, which stand on pages everywhere; for none, all."""
    if not language:
        return _own_wordings("")
    languages = dict.fromkeys(("any", "en", _FAMILIES.get(language, language)))
    return tuple(sorted((each for one in languages for each in _own_wordings(one)), key=lambda each: _ORDER.index(each.kind)))


def _joined(parts: list[str], flags: re.RegexFlag = re.NOFLAG) -> re.Pattern[str] | None:
    """One pattern of many; what begins with a word's edge is tried at edges only."""
    edged = [part[2:] for part in parts if part.startswith(r"\b")]
    others = [part for part in parts if not part.startswith(r"\b")]
    if edged:
        others.append(rf"\b(?:{'|'.join(f'(?:{part})' for part in edged)})")
    return re.compile("|".join(f"(?:{part})" for part in others), flags) if others else None


def _alternatives(pattern: str) -> list[str]:
    """The parts of a regular expression between the bars that stand in no group and no set."""
    parts, depth, in_set, start, position = [], 0, False, 0, 0
    while position < len(pattern):
        character = pattern[position]
        if character == "\\":
            position += 1
        elif in_set:
            in_set = character != "]"
        elif character == "[":
            in_set = True
            position += pattern[position + 1:position + 2] == "]"
        elif character in "()":
            depth += 1 if character == "(" else -1
        elif character == "|" and not depth:
            parts.append(pattern[start:position])
            start = position + 1
        position += 1
    return [*parts, pattern[start:]]


def find_phrase(line: str, language: str = "") -> tuple[BlockKind | None, bool]:
    """The kind of furniture whose wording a line has, and whether that alone is enough."""
    text = " ".join(line.split())
    if text.endswith(")"):
        text = _COUNT.sub("", text)
    if text.count(" ") >= MAX_FURNITURE_WORDS and not (len(text) <= MAX_POST and _EMBED_SIGN.search(text)):
        return None, False
    weak: BlockKind | None = None
    text = text.translate(_QUOTES)
    lowered = text.lower()
    for each in _wordings(language):
        if (each.is_strong or weak is None) and each.matches(text, lowered):
            if each.is_strong:
                return each.kind, True
            weak = each.kind
    return weak, False


_EMBED_SIGN = re.compile(r"pic\.(?:twitter|x)\.com/|//t\.co/|\(@\w{2,30}\)")


@dataclass(slots=True)
class _Line:
    span: Span
    text: str
    words: list[str]
    kind: BlockKind | None = None    # None: not settled
    hint: BlockKind | None = None    # the kind that a weak phrase speaks of

    @property
    def is_prose(self) -> bool:
        return len(self.words) >= PROSE_WORDS and bool(_SENTENCE_END.search(self.text))

    @property
    def is_short(self) -> bool:
        return len(self.words) <= SHORT_WORDS

    @property
    def is_headline(self) -> bool:
        """Short and without a full stop: a title, a subhead, a menu entry."""
        return 1 <= len(self.words) <= 22 and not _FULL_STOP.search(self.text)

    @property
    def is_credit(self) -> bool:
        """A name or an agency alone on its line."""
        words = self.text.replace("/", " ").rstrip("*").split()
        return (1 <= len(words) <= 6 and bool(_CREDIT.match(self.text))
                and all(word[:1].isupper() or word.lower() in ("de", "van", "von", "of", "bin", "al") for word in words)
                and (len(words) > 1 or "/" in self.text))


def type_blocks(text: str, language: str = "en") -> tuple[Block, ...]:
    """The paragraphs of a plain text, each with its kind; together they cover all that is not blank.

    A line is a paragraph; where lines are wrapped at a fixed width, a run of lines up to a blank one is. What
    stands behind MAX_LINES lines is one block of body.
    """
    spans = split_paragraphs(text)
    rest = (Block(BlockKind.BODY, Span(spans[MAX_LINES].start, spans[-1].end)),) if len(spans) > MAX_LINES else ()
    lines = [_Line(span, span.of(text), tokens(span.of(text))) for span in spans[:MAX_LINES]]
    for line in lines:
        kind, is_strong = find_phrase(line.text, language)
        if is_strong:
            line.kind = kind
        else:
            line.hint = kind
    if len(lines) > 2 or any(line.kind is not None or line.hint is not None for line in lines):
        _settle_opening(lines, language)
        _settle_runs(lines)
        _settle_captions(lines)
        _settle_other_article(lines)
        _settle_tail(lines)
        _settle_pull_quotes(lines)
    _settle_content(lines)
    return tuple(Block(line.kind or BlockKind.BODY, line.span) for line in lines) + rest


def split_paragraphs(text: str) -> tuple[Span, ...]:
    """The paragraphs of a plain text without the blanks around them."""
    lines = [Span(match.start(), match.end()) for match in re.finditer(r"\S[^\n]*(?<=\S)|\S", text)]
    groups: list[list[Span]] = []
    for line in lines:
        if groups and not re.search(r"\n[^\S\n]*\n", text[groups[-1][-1].end:line.start]):
            groups[-1].append(line)
        else:
            groups.append([line])
    if _is_wrapped(text, groups):
        return tuple(Span(group[0].start, group[-1].end) for group in groups)
    return tuple(lines)


def _is_wrapped(text: str, groups: Sequence[Sequence[Span]]) -> bool:
    """Whether single line ends are layout: inner lines are about equally long and mostly end inside a sentence."""
    inner = [line for group in groups for line in group[:-1]]
    if len(inner) < 4 or len(inner) < len(groups) // 2:
        return False
    lengths = sorted(line.end - line.start for line in inner)
    widest = lengths[int(len(lengths) * 0.9)]
    is_even = 40 <= widest <= 120 and lengths[len(lengths) // 4] > 0.6 * widest
    open_ends = sum(not _SENTENCE_END.search(line.of(text)) for line in inner)
    return is_even and open_ends > 0.6 * len(inner)


def _first_prose(lines: list[_Line]) -> int:
    """Where the text proper begins: the first unsettled long sentence, or the end."""
    return next((number for number, line in enumerate(lines) if line.kind is None and line.is_prose), len(lines))


def _settle_opening(lines: list[_Line], language: str) -> None:
    """What stands above the text: menus, slogans, offers and prices over the title, bylines and dates below it."""
    end = _first_prose(lines)
    below = end + 1 + _first_prose(lines[end + 1:])      # a standfirst may be prose: the date stands below it
    for line in lines[:below]:
        if line.kind is None and len(line.words) <= SHORT_WORDS and is_bare_date(line.text, language):
            line.kind = BlockKind.BYLINE
    for line in lines[:end]:
        if line.kind is None and _MENU.match(line.text):
            line.kind = BlockKind.NAVIGATION
    hits = [number for number in range(end) if lines[number].kind in _FURNITURE]
    if not hits:
        return
    if len(hits) >= 3 and any(line.kind is None and line.is_headline for line in lines[hits[-1] + 1:end + 1]):
        # several calls and then a headline: all above the last of them is furniture
        for line in lines[:hits[-1]]:
            if line.kind is None and not line.is_prose:
                line.kind = line.hint or BlockKind.NAVIGATION
        return
    title = next((number for number in range(end) if lines[number].kind is None and lines[number].hint is None
                  and len(lines[number].words) > MENU_WORDS), end)
    for line in lines[:title]:       # menu entries; a place or an agency alone on top of a dispatch has no menu about it
        if line.kind is None and hits[0] < title and len(line.words) <= MENU_WORDS:
            line.kind = line.hint or BlockKind.NAVIGATION


def _settle_tail(lines: list[_Line]) -> None:
    """What stands below the text: once furniture has begun there, headlines and menu entries are furniture too."""
    last = max((number for number, line in enumerate(lines) if line.kind is None and line.is_prose), default=len(lines))
    hits = 0
    kind = BlockKind.NAVIGATION
    for line in lines[last + 1:]:
        if line.kind in _FURNITURE:
            hits += 1
            kind = BlockKind.TEASER if line.kind is BlockKind.TEASER else BlockKind.NAVIGATION
        elif line.kind is None and hits and (kind is BlockKind.TEASER or not _SENTENCE_END.search(line.text)
                                             or len(line.words) < 8):
            line.kind = line.hint or kind


def _settle_runs(lines: list[_Line]) -> None:
    """Short lines between two furniture lines, and weak phrases beside one, are furniture of the same kind."""
    number = 0
    while number < len(lines):
        if lines[number].kind is not None:
            number += 1
            continue
        end = number
        while end < len(lines) and lines[end].kind is None:
            end += 1
        before = lines[number - 1].kind if number else None
        after = lines[end].kind if end < len(lines) else None
        run = lines[number:end]
        if before in _CALLS and after in _CALLS and len(run) <= 8 and all(
                line.is_short and not line.is_prose for line in run) and any(line.hint for line in run):
            for line in run:
                line.kind = line.hint or before
        else:
            for side, step in ((run, before), (run[::-1], after)):
                if step in _CALLS:
                    for line in side:
                        if line.kind is not None or line.hint not in _CALLS or len(line.words) > 30:
                            break
                        line.kind = line.hint
        number = end
    # two weak lines in a row vouch for each other when no prose stands between
    for first, second in pairwise(lines):
        if (first.kind is None or first.kind in _CALLS) and second.kind is None and first.hint in _CALLS \
                and second.hint in _CALLS and first.is_short and second.is_short:
            first.kind = first.kind or first.hint
            second.kind = second.hint


_FURNITURE = frozenset((BlockKind.SUBSCRIBE, BlockKind.PAYWALL, BlockKind.NAVIGATION, BlockKind.TEASER))
_CALLS = frozenset((BlockKind.SUBSCRIBE, BlockKind.PAYWALL))


def _settle_captions(lines: list[_Line]) -> None:
    """An image's description, its caption and the photographer's name stand together."""
    for number, line in enumerate(lines):
        if line.kind is not BlockKind.CAPTION or len(line.words) > 40:
            continue
        following = lines[number + 1:number + 3]
        if following and following[0].kind is None and following[0].is_credit:
            following[0].kind = BlockKind.CAPTION
        elif following and following[0].kind is None and len(following[0].words) <= 40:
            is_same_picture = len(set(_content(line.words)) & set(_content(following[0].words))) >= 3
            is_credited = len(following) > 1 and following[1].kind is None and following[1].is_credit
            if is_same_picture or is_credited:
                following[0].kind = BlockKind.CAPTION
            if is_credited:
                following[1].kind = BlockKind.CAPTION


def _content(words: list[str]) -> list[str]:
    return [word for word in words if len(word) > 3]


def _settle_other_article(lines: list[_Line]) -> None:
    """After the article's end, marked by a paywall, what has a headline and a byline of its own is another article.

    A list of headlines under "most read" or the like at the very end is a teaser too.
    """
    unsettled = [number for number, line in enumerate(lines) if line.kind is None]
    prose = [number for number in unsettled if lines[number].is_prose]
    if len(prose) < 3:
        return
    last_text = max((number for number in unsettled if not lines[number].is_headline), default=-1)
    end = last_wall = -1             # of the run of furniture looked at
    is_wall = False
    for number in range(prose[2], len(lines)):
        if lines[number].kind not in (BlockKind.PAYWALL, BlockKind.TEASER, BlockKind.SUBSCRIBE):
            continue
        if number <= end and is_wall == (number <= last_wall):
            continue                 # what follows the run was judged for a line above
        if number > end:
            end = number
            while end + 1 < len(lines) and lines[end + 1].kind in (*_CALLS, BlockKind.TEASER, BlockKind.NAVIGATION):
                end += 1
            last_wall = max((each for each in range(number, end + 1) if lines[each].kind is BlockKind.PAYWALL), default=-1)
        is_wall = number <= last_wall
        promised = end + 1           # a wall goes on with what the subscriber gets, in short sentences
        while is_wall and promised < min(end + 5, len(lines) - 1) and lines[promised].kind is None and not (
                lines[promised].is_prose or lines[promised].is_headline):
            promised += 1
        first = bisect_left(unsettled, promised)
        opening = [lines[each] for each in unsettled[first:first + 8]]
        if not opening or not opening[0].is_headline or len(opening[0].words) < 4:
            continue
        has_own_head = any(
            line.kind in (BlockKind.BYLINE, BlockKind.CAPTION) or line.is_credit or line.hint is BlockKind.BYLINE
            or _is_dateline(line.text) for line in lines[promised:promised + 7])
        is_list = promised > last_text
        if (is_wall and has_own_head) or is_list or (
                lines[end].kind is BlockKind.TEASER and has_own_head and _is_dateline(opening[-1].text)):
            for line in lines[end + 1:]:
                if line.kind is None:
                    line.kind = BlockKind.PAYWALL if line.span < lines[promised].span else BlockKind.TEASER
            return


def _is_dateline(text: str) -> bool:
    """Whether a paragraph opens as a dispatch does: "PARIS (Agency) — ", the place in capitals."""
    city = _DATELINE_CITY.match(text)
    return bool(city and len(city.group()) >= 4 and _DATELINE.match(text))


def _settle_pull_quotes(lines: list[_Line]) -> None:
    """A short line whose words stand again inside a paragraph is a quotation pulled out of it."""
    opening = _first_prose(lines)
    bodies = [(number, f" {' '.join(line.words)} ") for number, line in enumerate(lines)
              if line.kind is None and line.is_prose]
    places = [number for number, _ in bodies]
    for number, line in enumerate(lines):
        if number <= opening or line.kind is not None or not 5 <= len(line.words) <= 40 or (
                len(line.words) < 8 and not _SENTENCE_END.search(line.text)):
            continue
        needle = f" {' '.join(line.words)} "
        near = bodies[bisect_left(places, number - QUOTE_REACH):bisect_right(places, number + QUOTE_REACH)]
        if any(needle in body and other != number for other, body in near) or (len(line.words) <= 25 and not line.is_prose and any(
                other != number and abs(other - number) <= 6 and _is_retold(line.words, body) for other, body in near)):
            line.kind = BlockKind.PULL_QUOTE


def _is_retold(words: list[str], body: str) -> bool:
    """Whether nearly all word pairs of a line stand in a paragraph: quotations are shortened when pulled out."""
    pairs = [f" {first} {second} " for first, second in pairwise(words)]
    return len(pairs) >= 5 and sum(pair in body for pair in pairs) >= 0.75 * len(pairs)


def _settle_content(lines: list[_Line]) -> None:
    """Title, lead, subheads and body among what is left."""
    left = [number for number, line in enumerate(lines) if line.kind is None]
    if not left:                     # nothing but furniture: then the longest line is what was meant to be read
        longest = max(lines, key=lambda line: len(line.words), default=None)
        if longest is not None:
            longest.kind = BlockKind.LEAD
        return
    first = lines[left[0]]
    has_text = any(len(lines[number].words) >= 10 and _SENTENCE_END.search(lines[number].text) for number in left[1:])
    if first.is_headline and len(first.words) >= 2 and has_text:
        first.kind = BlockKind.TITLE
        left = left[1:]
    has_lead = False
    for place, number in enumerate(left):
        line = lines[number]
        if place < BYLINE_LINES and len(left) > place + 1 and len(line.words) <= SHORT_WORDS and (
                line.hint is BlockKind.BYLINE or (not has_lead and line.is_credit)):
            line.kind = BlockKind.BYLINE
        elif not has_lead and (len(line.words) >= 8 or place == len(left) - 1):
            line.kind = BlockKind.LEAD
            has_lead = True
        elif (len(line.words) <= 12 and not _FULL_STOP.search(line.text) and not line.text.endswith((":", ",", ";"))
              and 0 < place < len(left) - 1 and lines[left[place + 1]].is_prose
              and not re.match(r"[\"“„«'‘–—-]", line.text)):
            line.kind = BlockKind.SUBHEAD
        elif line.hint is BlockKind.BYLINE and place >= len(left) - 2 and len(left) > 4:
            line.kind = BlockKind.BYLINE
        else:
            line.kind = BlockKind.BODY
