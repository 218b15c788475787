"""The door: reads the time expressions of a text, with the anchors that the text and its publication day give."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import partial
from itertools import pairwise

from schemas.records import Precision, Reason, Reject, Span, Stage, TimeExpression
from transforms.times.antiquity import back, forward
from transforms.times.calendars import OutOfCalendarError, day, deed_years, southern_countries
from transforms.times.chronology import chronology
from transforms.times.foreign import read_foreign
from transforms.times.grammar import Grammar, Reading, grammar
from transforms.times.meaning import Meaning
from transforms.times.memories import remember
from transforms.times.names import is_name, is_of_another_nation
from transforms.times.outlook import Outlooks
from transforms.times.phrases import Day, NamedStep, Origin, Part, Phrase, Shift, Step, Vague, unwrapped
from transforms.times.resolve import Resolver
from transforms.times.story import DAYS_OF_NOW, Story
from transforms.times.tokens import DASHES, Token, tokenize, vocabulary, words_of
from transforms.times.walk import Stop, opens_sentence, walk


class AnchorPolicy(StrEnum):
    """What year-less and relative dates are counted from."""

    NEWS = "news"                # the publication day
    NARRATIVE = "narrative"      # the date at which the story stands
    AUTO = "auto"                # NARRATIVE for a text that walks through dated history, else NEWS with its memories


Range = tuple[Span, Span, tuple[date, date]]


@dataclass(frozen=True, slots=True)
class TimeReading:
    """The time expressions of a text, sorted and not overlapping, and the dates that no calendar has."""

    expressions: tuple[TimeExpression, ...]
    rejects: tuple[Reject, ...]
    ranges: tuple[Range, ...] = ()       # the two ends of each range and the days from the first to the last
    is_history: bool = False             # the text walks through the past, and year-less dates go on from the one before


CHUNK_TOKENS = 2000        # the grammar works on about this many tokens at a time: memory stays flat on long texts
RUN_TOKENS = 600           # more numbers, dashes and month names in a row, without one plain word, are a table or an attack


def read_times(
    text: str,
    anchor: date | None,
    *,
    language: str = "en",
    day_first: bool | None = None,
    policy: AnchorPolicy = AnchorPolicy.AUTO,
    country: str = "",
    ref: str = "",
) -> TimeReading:
    """The time expressions of a text.

    `anchor` is the publication day; without it only what dates itself gets days, the rest stays unresolved.
    `language` is ISO 639-1 (en, de, fr, es, sr, hr, bs; of others whole dates only, by dateparser's month names). `day_first` is the order of
    03/04/2022 (None: month first in English, day first elsewhere). `country` (ISO 3166-1 alpha-2) is where the text was
    told: in Australia a summer begins in December. `ref` names the text in rejects.
    An impossible date becomes a Reject with its words, never the neighbouring day; so does a run of more than
    RUN_TOKENS numbers, marks and date words without a plain word between, which is left unread.
    """
    rules = grammar(language)
    if rules.words.language == "en" and language not in ("", "en"):
        return _foreign(text, language, ref)
    readings, unread = _read(text, rules)
    language = rules.words.language
    readings = [one for one in readings if not is_name(text, one, language) and not is_of_another_nation(text, one, country)]
    counts_back = any(isinstance(one.phrase, Day) and one.phrase.is_bc and not one.phrase.is_maybe_bc for one in readings)
    if not counts_back:
        readings = [one for one in readings if not (isinstance(one.phrase, Day) and one.phrase.is_maybe_bc)]
    if day_first is None:
        day_first = rules.words.language != "en"
    listed = chronology(text, readings)
    prose = [one for one in readings if one.start not in listed.heads]
    outlooks = Outlooks(text, language)
    is_narrative = policy is AnchorPolicy.NARRATIVE or (policy is AnchorPolicy.AUTO and walks_through_history(text, prose, anchor, outlooks))
    back_at = 0 if is_narrative or policy is not AnchorPolicy.AUTO else _comes_back(text, prose, anchor, outlooks)
    story = Story(anchor, is_narrative or back_at > 0)
    resolver = Resolver(story, day_first=day_first, is_southern=country in southern_countries())
    readings = list(listed.readings)
    if not is_narrative:
        readings = [_of_known_deed(text, one, language, anchor) for one in readings]
    if counts_back:
        readings = [replace(one, phrase=forward(one.phrase)) for one in readings]
    stops: Mapping[int, Stop | None] = {}
    looks_back = False
    if not listed.heads:
        if is_narrative:
            stops = walk(text, readings, outlooks)
        elif policy is AnchorPolicy.AUTO and anchor is not None and not back_at:
            stops, looks_back = remember(text, readings, outlooks, anchor), True
    expressions: list[TimeExpression] = []
    rejects = [Reject(Stage.READ, Reason.TEXT_TOO_LONG, ref, detail=f"characters {span.start} to {span.end}: dates without words")
               for span in unread]
    ended = 0                                # where the date before did
    for reading in readings:
        words = text[reading.start:reading.end]
        if not _is_one_sentence(text, ended, reading.start):
            story.aside = None
        ended = reading.end
        if back_at and reading.start >= back_at:
            story.is_narrative, back_at = False, 0
        head = listed.heads.get(reading.start)
        if head is not None:
            story.begin_entry()
        story.stop = stops.get(reading.start)
        if looks_back:
            story.is_narrative = reading.start in stops
        story.look = partial(outlooks.around, reading.start, reading.end)
        try:
            meaning = resolver.resolve(reading.phrase)
        except OutOfCalendarError:
            rejects.append(Reject(Stage.READ, Reason.IMPOSSIBLE_DATE, ref, detail=words))
            continue
        story.note(reading.phrase, meaning, not story.is_narrative or opens_sentence(text, reading.start), head is not None)
        expressions.append(_expression(replace(reading, rule=head or reading.rule), words, back(meaning) if counts_back else meaning))
    return TimeReading(tuple(expressions), tuple(rejects), tuple(_ranges(text, expressions, rules.words.language)), is_narrative)


def read_times_between(text: str, first: date, last: date, *, language: str = "en", country: str = "", ref: str = "") -> TimeReading:
    """The time expressions of a text that was published on some day from `first` to `last`.

    What both days agree on is known: in the last week of July "31 July" and "in April" are. "Yesterday" is some day
    from the one to the other: an interval, with the EDTF of one of a set.
    """
    early, late, bare = (read_times(text, anchor, language=language, country=country, ref=ref) for anchor in (first, last, None))
    by_span = [{one.span: one for one in reading.expressions} for reading in (early, late)]
    expressions = [_between(one, *(known.get(one.span, one) for known in by_span)) for one in bare.expressions]
    return replace(bare, expressions=tuple(expressions), ranges=tuple(_ranges(text, expressions, grammar(language).words.language)))


def _between(bare: TimeExpression, early: TimeExpression, late: TimeExpression) -> TimeExpression:
    """What an expression means by no anchor and by two, the earlier of these first."""
    if early == late or early.start is None or early.end is None or late.start is None or late.end is None:
        return early if early == late else bare
    edtf = f"[{early.edtf}..{late.edtf}]" if early.precision is late.precision is Precision.DAY else ""
    return replace(bare, edtf=edtf, start=min(early.start, late.start), end=max(early.end, late.end), precision=Precision.RANGE)


# So soon after a day of that name, an attack told by month and day may be a new one.
FRESH_DAYS = 20


def _of_known_deed(text: str, reading: Reading, language: str, published: date | None) -> Reading:
    """The Sept. 11 attacks are of 2001 in every year since: a day told by a deed that all know has its year."""
    phrase = reading.phrase
    if not isinstance(phrase, Day) or phrase.year is not None or phrase.month is None or phrase.day is None:
        return reading
    year = deed_years().get((phrase.month, phrase.day))
    if year is None or _deed(language).match(text, reading.end) is None or text[max(0, reading.start - 3):reading.start].lower() == "on ":
        return reading
    if published is not None:
        if published.year <= year:
            return reading
        last = day(published.year - ((phrase.month, phrase.day) > (published.month, published.day)), phrase.month, phrase.day)
        if last.year < year or (last.year > year and (published - last).days <= FRESH_DAYS):
            return reading
    return replace(reading, phrase=replace(phrase, year=year))


@functools.cache
def _deed(language: str) -> re.Pattern[str]:
    """The word for an attack, after at most one other word that is no article."""
    return re.compile(rf"(?: (?!an? |the )[\w-]{{1,12}})?? {words_of(language, 'deed')}(?!\w)")


SENTENCE_CHARACTERS = 1500
_SENTENCE_END = re.compile(r"(?<![A-Z])[.!?][\"”’')\]]*\s+[A-ZÀ-ÖØ-ÞĀ-ŽА-Я\"“‘(]")


def _foreign(text: str, language: str, ref: str) -> TimeReading:
    found = list(read_foreign(text, language))
    return TimeReading(tuple(one for one in found if not isinstance(one, str)),
                       tuple(Reject(Stage.READ, Reason.IMPOSSIBLE_DATE, ref, detail=one) for one in found if isinstance(one, str)))


def _is_one_sentence(text: str, end: int, start: int) -> bool:
    """Whether two positions are of one sentence; what is far apart is looked at no closer."""
    return start - end <= SENTENCE_CHARACTERS and text.find("\n", end, start) < 0 and _SENTENCE_END.search(text, end, start) is None


def _expression(reading: Reading, words: str, meaning: Meaning) -> TimeExpression:
    return TimeExpression(
        Span(reading.start, reading.end), words, meaning.type, meaning.value, meaning.edtf, meaning.start, meaning.end,
        meaning.precision, meaning.modifier, meaning.anchor, reading.rule,
    )


def _read(text: str, rules: Grammar) -> tuple[list[Reading], list[Span]]:
    """The phrases of a text, and the runs that are no prose: they stay unread, so that junk costs no time."""
    readings: list[Reading] = []
    unread: list[Span] = []
    chunk: list[Token] = []
    run_from = 0                             # where in the chunk the present run without a plain word began
    skipped: Token | None = None             # the first token of a run that has become too long
    for token in tokenize(text, rules.words):
        is_break = "gap" in token.kinds or "blank" in token.kinds
        if skipped is not None:
            if is_break:
                unread.append(Span(skipped.start, token.start))
                skipped = None
            else:
                continue
        chunk.append(token)
        if is_break:
            run_from = len(chunk)
            if run_from >= CHUNK_TOKENS:     # no phrase goes across a break
                readings.extend(rules.parse(chunk))
                chunk, run_from = [], 0
        elif len(chunk) - run_from > RUN_TOKENS:
            skipped = chunk[run_from]
            readings.extend(rules.parse(chunk[:run_from]))
            chunk, run_from = [], 0
    if skipped is not None:
        unread.append(Span(skipped.start, len(text)))
    readings.extend(rules.parse(chunk))
    return readings, unread


DAYS_OF_A_YEAR = 3         # so many days without a year are told of the year that the text opens with,
LONG_AGO = 10              # or one, or a month, if that year is so many ago


def walks_through_history(text: str, readings: list[Reading], anchor: date | None, outlooks: Outlooks) -> bool:
    """Whether a text tells dated history: many different dates of years before, and next to nothing told from today.

    News, too, looks back ("the war of 1999"), but comes back to one or two years, and says "today" or "on Sunday".
    """
    dated, told, went_on = count_anchors(text, readings, anchor)
    if dated + (went_on if told else 0) >= (9 if told else 5) and dated >= 4 * told:
        return True
    far = _far_days(readings, anchor)
    return (dated > 1 and dated + far >= 9 and far >= 4 * told) or (not told and _opens_in_the_past(readings, anchor, outlooks))


def _far_days(readings: list[Reading], anchor: date | None) -> int:
    """How many different days without a year, told after one of a year long over, are of none of these weeks."""
    if anchor is None:
        return 0
    days = [one for one in (unwrapped(reading.phrase) for reading in readings) if isinstance(one, Day) and one.month is not None]
    opens = next((number for number, one in enumerate(days) if one.year is not None and not one.is_bc and one.year < anchor.year), len(days))
    near = range(max(1, anchor.toordinal() - DAYS_OF_NOW), min(date.max.toordinal(), anchor.toordinal() + DAYS_OF_NOW) + 1)
    around = {(each.month, each.day) for each in map(date.fromordinal, near)}
    return len({(one.month, one.day) for one in days[opens:] if one.year is None and one.day is not None} - around)


def _opens_in_the_past(readings: list[Reading], anchor: date | None, outlooks: Outlooks) -> bool:
    """ "In 1992 ..., on 5 April ..., on 5 June ...": a year long past comes first, and days without one after it.

    One such day or month is enough if the year is LONG_AGO, none of them is to come, and nothing is of these days.
    """
    days = [one for one in (unwrapped(reading.phrase) for reading in readings) if isinstance(one, Day)]
    if not days or days[0].year is None or days[0].is_short_year:
        return False
    opens = -days[0].year if days[0].is_bc else days[0].year
    yearless = [one for one in days if one.year is None and one.month is not None]
    if anchor is None:
        return bool(yearless)
    if opens < anchor.year - 1 and sum(one.day is not None for one in yearless) >= DAYS_OF_A_YEAR:
        return True
    return opens <= anchor.year - LONG_AGO and bool(yearless) and not any(
        isinstance(one.phrase, Vague) or (unwrapped(one.phrase) in yearless and outlooks.is_to_come(one.start, one.end))
        for one in readings)


def _comes_back(text: str, readings: list[Reading], anchor: date | None, outlooks: Outlooks) -> int:
    """Where a text that opens with a story of long ago comes back to its own day: "... and in August they fell. On Sunday ..."; 0: none does."""
    for number, reading in enumerate(readings):
        if isinstance(reading.phrase, Vague) or count_anchors(text, [reading], anchor)[1]:
            days = [one for one in (unwrapped(each.phrase) for each in readings[:number]) if isinstance(one, Day) and one.year is None and one.month]
            return reading.start if len(days) >= DAYS_OF_A_YEAR and _opens_in_the_past(readings[:number], anchor, outlooks) else 0
    return 0


def count_anchors(text: str, readings: list[Reading], anchor: date | None) -> tuple[int, int, int]:
    """(different dates of a year before the publication's, phrases told from the day of telling, and from the story's: "the following June")."""
    dated: set[Phrase] = set()
    told = went_on = 0
    for reading in readings:
        match phrase := unwrapped(reading.phrase):
            case Day(year=int(year)) | Part(year=Day(year=int(year))):
                if anchor is None or year < anchor.year:
                    dated.add(phrase)
                elif year == anchor.year and isinstance(phrase, Day) and phrase.month is not None and abs(phrase.month - anchor.month) <= 1:
                    told += 1                    # a date of these weeks is news
            case Step(count=0, origin=Origin.NOW) if text[reading.start:reading.end].lower().startswith("the "):
                went_on += 1                     # "the end of the month" is of the month told of
            case Day(weekday=int(), month=None) | Step(origin=Origin.NOW) | NamedStep(origin=Origin.NOW):
                told += 1
            case Step(origin=Origin.STORY) | NamedStep(origin=Origin.STORY) | Shift(origin=Origin.STORY):
                went_on += 1
    return len(dated), told, went_on


def range_of(reading: TimeReading, expression: TimeExpression) -> tuple[date, date] | None:
    """The whole half-open interval of "from 5 to 7 May" or "1991-95", for either of its two expressions.

    TimeML tags both ends as expressions of their own, and so does the reader; None for one that is in no range.
    """
    return next((days for left, right, days in reading.ranges if expression.span in (left, right)), None)


def _ranges(text: str, expressions: list[TimeExpression], language: str) -> Iterator[Range]:
    """Neighbours joined by a dash or "to", or by "and" after "between"."""
    for left, right in pairwise(expressions):
        if left.start is None or right.end is None or left.start >= right.end or right.span.start - left.span.end > 12:
            continue
        joint = _joint_kinds(text[left.span.end:right.span.start], language)
        if not joint.isdisjoint(("to", "hyphen", "dash")) or ("and" in joint and _after_between(text, left, language)):
            yield left.span, right.span, (left.start, right.end)


@functools.lru_cache(maxsize=1024)
def _joint_kinds(between: str, language: str) -> frozenset[str]:
    """The kinds of the one token that stands between two expressions; none for no token or several."""
    tokens = list(tokenize(f"x{between}x" if between in DASHES else between, vocabulary(language)))
    kinds = [token.kinds for token in tokens if "gap" not in token.kinds]
    return frozenset(kinds[0]) if len(kinds) == 1 else frozenset()


def _after_between(text: str, left: TimeExpression, language: str) -> bool:
    before = list(tokenize(text[max(0, left.span.start - 20):left.span.start], vocabulary(language)))
    return bool(before) and "between" in before[-1].kinds
