"""What a text says of when: the dates of a sentence, the lengths that it counts by, and what its other sentences date.

"The attack took place on Monday" dates the attack that the lead tells of without a day, and "the 1998 bombings" what
is told of "the bombings" afterwards.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

from spacy.attrs import LOWER
from spacy.strings import get_string_id
from spacy.tokens import Doc, Token
from spacy.tokens import Span as Sentence

from schemas.records import Anchor, Basis, Precision, TimeExpression, TimexType, When
from transforms.deeds.counting import Gap, gap_of
from transforms.lexicons.tables import read_table
from transforms.times.chronology import ENTRY, HEADING

MODIFIERS = frozenset({"compound", "nmod", "amod", "nummod", "poss", "det"})
REMOTE = frozenset({"ago", "earlier"})      # rules of the time reader: "years ago", "months later"
PAST = "the past"
SPANS = frozenset({"length", "length_span"})        # also of the time reader: "recent weeks", "the past two weeks"
BACKWARDS = frozenset({"past", "last", "recent"})      # "in the past 24 hours": a length that ends with the page
THROUGHOUT = frozenset({"for", "through", "throughout", "during", "over", "in"})
TODAY = frozenset({"hour", "hours", "minute", "minutes", "second", "seconds", "moments"})
HAPPENED = {get_string_id(word): following for word, following in (         # and the word that must follow
    ("happened", ""), ("occurred", ""), ("taken", "place"), ("took", "place"), ("carried", "out"))}
AGAIN = frozenset({"the", "that", "those", "this", "these", "both"})
OTHER = frozenset({"second", "third", "latest", "last", "first", "other", "new", "next", "previous", "earlier", "similar", "separate"})
DAYS = frozenset({Precision.DAY, Precision.HOUR, Precision.MINUTE})
HEADING_CHARS = 4000       # a heading of a chronology covers no more than this


@dataclass(frozen=True, slots=True)
class DatedSpan:
    """A time expression with its head and first word and the interval an event in it has; none for "years ago"."""

    expression: TimeExpression
    token: Token
    first: Token
    last: Token
    start: date | None
    end: date | None

    @property
    def is_lasting(self) -> bool:
        """ "For two decades", "in years of conflict": how long it went on, and nothing of when."""
        return self.expression.type is TimexType.DURATION and _is_lasting(self.expression, self.first.doc[self.first.i:self.last.i + 1])

    @property
    def is_since(self) -> bool:
        """ "since Friday": what is told is of the whole time from then on."""
        return self.first.i > 0 and self.first.nbor(-1).lower_ == "since"

    @property
    def is_compared(self) -> bool:
        """ "The clash was the worst seen since 2004, and led ..."."""
        return any("JJS" in (word.tag_, *(kid.tag_ for kid in word.lefts)) for word in islice(self.token.ancestors, 3))


@dataclass(frozen=True, slots=True)
class Happening:
    """ "The attack took place on Monday": a deed told near by that the noun may stand for has this date.

    One only named, "the 1998 bombings", dates what is told of them afterwards: "the bombings killed 224 people".
    """

    roots: frozenset[str]
    at: int                     # character of the article
    dated: DatedSpan
    is_told: bool


@dataclass(frozen=True, slots=True)
class Times:
    """What tells when the deeds of one sentence happened."""

    dated: tuple[DatedSpan, ...]
    gaps: tuple[Gap, ...]               # "two days after"
    head: DatedSpan | None              # the date of the entry of a chronology in which the sentence stands
    offset: int                         # where the parsed piece begins in the article


def in_sentence(sentence: Sentence, offset: int, expressions: Sequence[TimeExpression],
                ranges: dict[int, tuple[date, date]]) -> Times:
    """The calendar expressions of a sentence, "years ago", and what it is counted from; other unresolved ones date nothing."""
    dated: list[DatedSpan] = []
    gaps: list[Gap] = []
    low, high = sentence.start_char + offset, sentence.end_char + offset
    head: TimeExpression | None = None
    is_last = True              # of the heads: after the last entry's own paragraph the text may go on to something else
    for expression in expressions:
        if expression.rule in (ENTRY, HEADING):
            head, is_last = (expression, True) if expression.span.start < high else (head, False)
            continue
        if expression.span.start < low or expression.span.end > high:
            continue
        span = sentence.doc.char_span(expression.span.start - offset, expression.span.end - offset, alignment_mode="expand")
        if span is None or not len(span):
            continue
        if expression.type is TimexType.DURATION and (gap := gap_of(expression, span)) is not None:
            gaps.append(gap)
        elif expression.type is TimexType.DURATION and (_is_up_to_now(expression, span) or _is_lasting(expression, span)):
            dated.append(_dated(expression, span, ranges))
        if expression.type in (TimexType.DATE, TimexType.TIME) and (expression.start is not None or _is_remote(expression)):
            dated.append(_dated(expression, span, ranges))
    is_headed = head is not None and low - head.span.end < HEADING_CHARS and (
        head.rule == HEADING or not is_last or head.span.start >= offset)
    return Times(tuple(dated), tuple(gaps), _dated(head, sentence, ranges) if is_headed and head is not None else None, offset)


def happenings(docs: Sequence[tuple[int, Doc]], expressions: Sequence[TimeExpression],
               ranges: dict[int, tuple[date, date]]) -> tuple[Happening, ...]:
    """What a text, parsed in pieces that begin at the given offsets, dates in a sentence of its own: "the attack took place on Monday"."""
    found: list[Happening] = []
    for offset, doc in docs:
        found.extend(_named(offset, doc, expressions, ranges))
        for at, word in enumerate(doc.to_array(LOWER).tolist()):        # numbers, as few of the words are meant
            if word not in HAPPENED or (verb := doc[at]).tag_ not in ("VBD", "VBN"):
                continue
            following = HAPPENED[word]
            if following and not any(kid.lower_ == following for kid in verb.rights):
                continue
            noun = verb.head if verb.dep_ == "relcl" else next((kid for kid in verb.lefts if kid.dep_ in ("nsubj", "nsubjpass")), None)
            roots = roots_of(noun) if noun is not None and is_known(noun) else frozenset()
            low, high = verb.left_edge.idx + offset, verb.right_edge.idx + len(verb.right_edge) + offset
            dated = next((one for one in expressions if low <= one.span.start < high and one.start is not None and one.precision in DAYS), None)
            if roots and dated is not None:
                words = doc.char_span(dated.span.start - offset, dated.span.end - offset, alignment_mode="expand")
                if words is not None and len(words):
                    found.append(Happening(roots, offset + verb.idx, _dated(dated, words, ranges), is_told=True))
    return tuple(found)


def _named(offset: int, doc: Doc, expressions: Sequence[TimeExpression], ranges: dict[int, tuple[date, date]]) -> Iterator[Happening]:
    """ "The 1998 bombings", "Friday's attack": what later sentences call "the bombings"."""
    end = offset + len(doc.text)
    for one in expressions:
        if one.start is None or one.type is not TimexType.DATE or not offset <= one.span.start < end:
            continue
        words = doc.char_span(one.span.start - offset, one.span.end - offset, alignment_mode="expand")
        if words is not None and len(words) and words.root.dep_ in MODIFIERS and (roots := roots_of(words.root.head)):
            yield Happening(roots, offset + words.root.head.idx, _dated(one, words, ranges), is_told=False)


@dataclass(frozen=True, slots=True)
class HappeningRow:
    """A noun that takes place, and the CAMEO roots, divided by blanks, of the deeds that it may stand for."""

    word: str
    roots: str


@functools.cache
def _happening_nouns() -> dict[str, frozenset[str]]:
    return {row.word: frozenset(row.roots.split()) for row in read_table("happenings", HappeningRow, key=("word",))}


def roots_of(noun: Token) -> frozenset[str]:
    """The roots of the deeds that a noun may stand for, in the singular or not; a wire in capitals has no lemmas."""
    word, known = noun.lower_, _happening_nouns()
    return next((known[one] for one in (word, word.removesuffix("s"), word.removesuffix("es")) if one in known), frozenset())


def is_known(noun: Token) -> bool:
    """Whether a noun tells of what was told before: "the attack", not "another attack" or "the latest attack"."""
    words = {kid.lower_ for kid in noun.lefts}
    return not AGAIN.isdisjoint(words) and OTHER.isdisjoint(words)


def _dated(expression: TimeExpression, words: Sentence, ranges: dict[int, tuple[date, date]]) -> DatedSpan:
    start, end = ranges.get(expression.span.start, (expression.start, expression.end))
    return DatedSpan(expression, words.root, words[0], words[-1], start, end)


def _is_up_to_now(expression: TimeExpression, words: Sentence) -> bool:
    """ "In the past 24 hours", "recent weeks"; but "for the past three years" tells how long, and it goes on."""
    is_lasting = words.start > 0 and words.doc[words.start - 1].lower_ == "for"
    return expression.rule in SPANS and not is_lasting and not BACKWARDS.isdisjoint(expression.text.lower().split())


def _is_lasting(expression: TimeExpression, words: Sentence) -> bool:
    """ "For two decades", "through years of war", "six years of war killed many": what went on so long was done on no one day."""
    over = words.root.head
    is_whole = over.lower_ in THROUGHOUT if words.root.dep_ == "pobj" else over.lemma_ == "spend" or (
        words.root.dep_ == "nsubj" and words.end < len(words.doc) and words.doc[words.end].lower_ == "of")
    return is_whole and expression.value.startswith("P") and (
        expression.value[-1] in "YM" and expression.value[1] != "T") and BACKWARDS.isdisjoint(expression.text.lower().split())


def _is_remote(expression: TimeExpression) -> bool:
    """ "years ago", "in the past": on no known day, and not on the day of the page, as "a few hours ago" is.

    Nor is "on Friday", where nobody knows when the page was told.
    """
    if expression.anchor is Anchor.NONE and expression.value.startswith("XXXX"):
        return True
    return (expression.rule in REMOTE or expression.text.lower() == PAST) and TODAY.isdisjoint(expression.text.lower().split())


def when_of(dated: DatedSpan, basis: Basis) -> When:
    """The interval of a time as the date of an event."""
    expression = dated.expression
    is_range = (dated.start, dated.end) != (expression.start, expression.end)
    return When(dated.start, dated.end, Precision.RANGE if is_range else expression.precision, basis,
                "" if is_range else expression.edtf, expression.text, expression.span)
