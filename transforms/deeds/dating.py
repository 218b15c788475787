"""When a deed happened: the time said in its clause, else in its sentence, else carried, else the publication day.

The order is the issue's: clause, sentence, running narrative, publication. A time that stands with
the verb of saying dates the saying, not what was said. In a chronology the date that heads an entry is
that of all in it that has no other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from spacy.tokens import Span as Sentence
from spacy.tokens import Token

from schemas.records import UNDATED, Basis, Precision, Status, TimeExpression, TimexType, When
from transforms.deeds import syntax
from transforms.deeds.counting import Gap, anniversary, counted, gap_of
from transforms.deeds.reader import Deed
from transforms.times.chronology import ENTRY, HEADING

OTHER_CLAUSE = frozenset({"ccomp", "advcl", "relcl", "parataxis", "oprd"})
AT_ONCE = frozenset({"when", "as", "while"})
PAST_WORDS = frozenset({"previously", "formerly", "long", "once", "historically", "earlier", "repeatedly", "often", "always", "traditionally", "recently"})
MODIFIERS = frozenset({"compound", "nmod", "amod", "nummod", "poss", "det"})
CONTENTS = frozenset({"of", "with", "for", "to"})
SETTINGS = frozenset({"in", "at", "during"})      # of a speech, a meeting, a report: what is done there is done then
BEHIND = frozenset({"after", "following"})
AROUND = frozenset({"before", "since", "until", "till", "ahead", "prior", "despite", "about", "over", "into"})
JUDGING = frozenset({"01", "02", "03", "09", "10", "11", "12", "13", "16", "17"})       # what they speak of has a time of its own
QUOTES = frozenset({'"', "“", "”", "``", "''"})
REMOTE = frozenset({"ago", "earlier"})      # rules of the time reader: "years ago", "months later"
TODAY = frozenset({"hour", "hours", "minute", "minutes", "second", "seconds", "moments"})
STORY_DAYS = 45            # a news story's own days lie this near to its publication
STORY_UNITS = frozenset({Precision.DAY, Precision.WEEK, Precision.MONTH, Precision.YEAR, Precision.RANGE})
CARRIED_SENTENCES = 6      # a story's day is carried no further than this
BACKGROUND_SENTENCES = 2   # nor a date of before than this
HEADING_CHARS = 4000       # a heading of a chronology covers no more than this


@dataclass(frozen=True, slots=True)
class DatedSpan:
    """A time expression with its head and first word and the interval an event in it has; none for "years ago"."""

    expression: TimeExpression
    token: Token
    first: Token
    start: date | None
    end: date | None

    @property
    def is_since(self) -> bool:
        """ "since Friday": what is told is of the whole time from then on."""
        return self.first.i > 0 and self.first.nbor(-1).lower_ == "since"


@dataclass(frozen=True, slots=True)
class Times:
    """What tells when the deeds of one sentence happened."""

    dated: tuple[DatedSpan, ...]
    gaps: tuple[Gap, ...]               # "two days after"
    head: DatedSpan | None              # the date of the entry of a chronology in which the sentence stands


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
        if expression.type in (TimexType.DATE, TimexType.TIME) and (expression.start is not None or _is_remote(expression)):
            dated.append(_dated(expression, span, ranges))
    is_headed = head is not None and low - head.span.end < HEADING_CHARS and (
        head.rule == HEADING or not is_last or head.span.start >= offset)
    return Times(tuple(dated), tuple(gaps), _dated(head, sentence, ranges) if is_headed and head is not None else None)


def _dated(expression: TimeExpression, words: Sentence, ranges: dict[int, tuple[date, date]]) -> DatedSpan:
    start, end = ranges.get(expression.span.start, (expression.start, expression.end))
    return DatedSpan(expression, words.root, words[0], start, end)


def _is_remote(expression: TimeExpression) -> bool:
    """ "years ago", "months later": on no known day, and not on the day of the page, as "a few hours ago" is."""
    return expression.rule in REMOTE and TODAY.isdisjoint(expression.text.lower().split())


def _when(dated: DatedSpan, basis: Basis) -> When:
    expression = dated.expression
    is_range = (dated.start, dated.end) != (expression.start, expression.end)
    return When(dated.start, dated.end, Precision.RANGE if is_range else expression.precision, basis,
                "" if is_range else expression.edtf, expression.text, expression.span)


def _distance(deed: Deed, dated: DatedSpan, speech: frozenset[int]) -> int | None:
    """How far a time stands from a deed in the tree; None when it belongs to the saying of it, or to something else."""
    if _is_quoted_apart(deed.head, dated.token):
        return None
    heads = {deed.head.i, deed.clause.i, *(word.i for word in deed.words)}
    here, path = dated.token, list[Token]()
    is_own = True
    for _ in range(syntax.MAX_CLIMB * 2):
        if here.i in heads:
            is_own = is_own and (here.i == deed.head.i or not _is_accusation(here, deed))
            return len(path) if is_own and _is_lent(path, here, deed, dated) else None
        path.append(here)
        if _is_other_clause(here, deed) and not _stands_before(dated, here):
            is_own = False          # "said after the court had ruled on June 29": the ruling's day, not the saying's
        if here.head is here:
            break
        here = here.head
    if deed.clause.i in speech and deed.clause.dep_ == "parataxis":
        return None             # "by 2040, planners say, the city will grow": the time of what is said
    verb = next((token for token in path if token.pos_ in ("VERB", "AUX")), path[-1])
    # the time hangs above the deed: a governing clause lends its time unless it only reports
    climb, way = deed.head, list[Token]()
    for _ in range(syntax.MAX_CLIMB * 2):
        if climb.i == verb.i:
            if verb.i in speech and way and not _is_said_along(deed, way):
                return None
            return 10 + len(way) + path.index(verb)
        way.append(climb)
        if climb.head is climb:
            break
        climb = climb.head
    # the time hangs in another branch: a clause beside or below
    if verb.i in speech:
        return None
    return 30 + abs(dated.token.i - deed.head.i)


def _is_said_along(deed: Deed, way: Sequence[Token]) -> bool:
    """ "said on Monday, accusing Iran of ...", "said on Monday that Iran must ...": done by the saying, on its day."""
    return deed.family == "modal" or all(step.dep_ in ("advcl", "conj") and step.pos_ == "VERB" for step in way)


def _is_other_clause(here: Token, deed: Deed) -> bool:
    """Whether a word heads a clause with a time of its own, below the deed."""
    return not _is_at_once(here) if here.dep_ in OTHER_CLAUSE else _is_accusation(here, deed)


def _stands_before(dated: DatedSpan, clause: Token) -> bool:
    """ "In 1970, after he lost the vote, he ...": a time before the word that opens a clause is none of its own."""
    return any(kid.dep_ == "mark" and kid.i > dated.token.i for kid in clause.lefts)


def _is_accusation(here: Token, deed: Deed) -> bool:
    """ "accused of killing her in June 2007", "blamed for last week's fire": what is spoken of was done then."""
    if here.dep_ == "pobj":
        return deed.code[:2] == "11" and here.head.lower_ in CONTENTS
    return here.tag_ == "VBG" and deed.code[:2] in JUDGING and (
        here.dep_ == "xcomp" or (here.dep_ == "pcomp" and here.head.lower_ in CONTENTS and here.head.head.pos_ not in ("NOUN", "PROPN")))


def _is_lent(path: Sequence[Token], reached: Token, deed: Deed, dated: DatedSpan) -> bool:
    """Whether a deed happened when the time says that stands below it, and not only what stands between them.

    "spoke at his 1861 inauguration", "Friday's blast killed two" and "said in a report published on Monday" lend the
    time; "condemned Friday's blast", "is investigating the 1989 disaster" and "arrested over a fire set on Monday" do not.
    """
    noun = next((number for number, word in enumerate(path[1:], 1) if word.pos_ in syntax.NOMINAL), None)
    if noun is None:
        return True
    root = deed.code[:2]
    preps = [word.lower_ for word in path[noun:] if word.dep_ == "prep" and word.lower_ != "of"]
    is_modifier = path[noun - 1].dep_ in MODIFIERS
    if is_modifier and dated.expression.precision in (Precision.DECADE, Precision.CENTURY):
        return False                # "a 19th-century palace" tells of no deed
    if is_modifier and path[noun - 1].dep_ != "poss" and dated.first.i and dated.first.nbor(-1).lower_ in ("on", "in"):
        return True                 # in "on 27 February Senator Pena was shot" the parser makes one name of day and senator
    if preps and preps[0] in BEHIND:
        return root > "13"          # sanctions imposed after a war of 1990 are of that time
    is_participle = any(word.dep_ == "acl" and word.head.pos_ in syntax.NOMINAL for word in path)
    if not is_modifier and not is_participle:
        return not preps or preps[0] not in AROUND
    if preps:
        return SETTINGS.issuperset(preps) and root not in ("09", "17")
    if path[-1].dep_ == "nsubj" or (is_participle and root > "17"):
        return True                 # "two were killed and ten others injured on Friday" ends in a participle
    return reached.i != deed.clause.i and root not in JUDGING


def _is_quoted_apart(deed: Token, time: Token) -> bool:
    """Whether a time stands inside quotation marks and the deed outside of them."""
    sentence = deed.sent
    marks = [token.i for token in sentence if token.text in QUOTES]
    if not marks:
        return False
    opening = deed.doc[marks[0]].text
    if opening in ("”", "''") or (len(marks) % 2 and opening == '"' and marks[0] > sentence.start + 1):
        marks.insert(0, sentence.start)         # a quotation that began before the sentence
    is_in = [sum(mark <= token.i for mark in marks) % 2 == 1 for token in (deed, time)]
    return is_in == [False, True]


def _is_at_once(clause: Token) -> bool:
    """ "were hurt when the train derailed on Wednesday", "speaking on Wednesday, he said": a clause of the same time lends its day."""
    if clause.dep_ != "advcl":
        return False
    marks = [kid for kid in clause.lefts if kid.dep_ in ("advmod", "mark")]
    return any(kid.lower_ in AT_ONCE for kid in marks) or (
        clause.tag_ == "VBG" and not any(kid.dep_ == "mark" or kid.dep_ in ("nsubj", "aux") for kid in clause.lefts))


def _is_told_in_past(deed: Deed) -> bool:
    """Whether the finite verb over a deed is a past tense: only then does the story's day carry on to it."""
    here = deed.head
    for _ in range(syntax.MAX_CLIMB):
        if here.tag_ == "VBD":
            return True
        if here.tag_ in ("VBZ", "VBP", "MD") and here.pos_ in ("VERB", "AUX"):
            return False
        for kid in here.children:
            if kid.dep_ in ("aux", "auxpass"):
                if kid.tag_ in ("VBZ", "VBP", "MD"):
                    return False
                if kid.tag_ == "VBD":
                    return True
        if here.head is here:
            return False
        here = here.head
    return False


def _is_perfect(deed: Deed) -> bool:
    """ "has arrested": of the time up to the page."""
    return any(kid.lower_ in ("has", "have") for kid in deed.clause.children if kid.dep_ == "aux")


def _is_superlative(deed: Deed) -> bool:
    """ "the deadliest attack", "the first strike"."""
    return deed.is_nominal and any(kid.tag_ == "JJS" or kid.lower_ == "first" for kid in deed.head.lefts)


@dataclass(frozen=True, slots=True)
class _Story:
    """A date on which what follows may have happened: the last sentence that told of it, and how many more it reaches."""

    sentence: int
    reach: int
    when: When


class Chronicle:
    """The running date of an article: what was last dated, sentence by sentence. One per article reading."""

    def __init__(self, published: When, is_history: bool = False) -> None:
        self.published = published
        self.is_history = is_history      # the text walks through the past: any date carries on
        self._story: _Story | None = None

    def date(self, deed: Deed, times: Times, sentence_number: int, speech: frozenset[int]) -> When:
        """The date of a deed with its basis; UNDATED when nothing supports one."""
        if (reckoned := self._reckoned(deed, times, sentence_number)) is not None:
            return reckoned
        scored = sorted(
            ((distance, position, dated) for position, dated in enumerate(times.dated)
             if (distance := _distance(deed, dated, speech)) is not None),
            key=lambda item: (item[0] >= 30, item[0], item[1]))
        past_only = self._is_past(deed)
        for distance, _, dated in scored:
            if dated.start is None:
                if distance < 10:
                    return UNDATED          # "years ago": not on the day of the page, nor on the story's
                continue
            if distance >= 30 and (sum(one.start is not None for one in times.dated) > 1 or deed.code[:2] in ("01", "02", "10", "11")):
                continue
            if past_only and (self._is_future(dated) or self._is_of_what_is_judged(deed, dated)):
                continue
            if dated.is_since and _is_superlative(deed):
                continue                    # "the worst attack since 2019": what it is compared with
            if dated.is_since and _is_perfect(deed):
                return self._since(dated)
            when = _when(dated, Basis.TEXT)
            if deed.code[:2] not in ("01", "11"):
                self._note(deed, when, sentence_number)
            return when
        if deed.is_allusion:
            return self._before()
        if self._is_earlier(deed, speech):
            return UNDATED
        head = times.head
        if head is not None and head.expression.rule == ENTRY:
            return self._headed(deed, head)
        carried = self._carried(deed, sentence_number)
        if carried is not None and deed.status is Status.ASSERTED and deed.code[:2] not in ("01", "02", "03", "05", "10", "11", "12") \
                and _is_told_in_past(deed):
            return carried
        return self._headed(deed, head) if head is not None else self._publication(deed)

    def _reckoned(self, deed: Deed, times: Times, sentence_number: int) -> When | None:
        """The date of a deed that is told by its distance from another; None when it is not, or has a date of its own."""
        for gap in times.gaps:
            inside = [one for one in times.dated if gap.holds(one.token)]
            outside = [one for one in times.dated if one.start is not None and not gap.holds(one.token)]
            if gap.holds(deed.head):
                if inside or (gap.count is None and deed.is_allusion):
                    continue
                base = _when(min(outside, key=lambda one: abs(one.token.i - gap.joint.i)), Basis.TEXT) if outside else self._now(times, sentence_number)
                return (base.start and base.end and counted(base.start, base.end, gap, gap.sign)) or UNDATED
            if outside or not deed.clause.is_ancestor(gap.joint):
                continue
            known = next((one for one in inside if one.start is not None and one.end is not None), None)
            if known is not None and known.start is not None and known.end is not None:
                return counted(known.start, known.end, gap, -gap.sign) or UNDATED
            if gap.is_lasting and gap.sign < 0:
                return UNDATED                  # "in the days after the attack", whenever that was
        published = self.published.start
        return anniversary(deed.head, published) if published is not None else None

    def _since(self, dated: DatedSpan) -> When:
        """From a time up to the page."""
        end = self.published.end
        return When(dated.start, end if end is not None and dated.start is not None and dated.start < end else None, Precision.RANGE, Basis.TEXT,
                    "", dated.expression.text, dated.expression.span)

    def _now(self, times: Times, sentence_number: int) -> When:
        """The day at which a sentence without a date stands: its entry's, the story's or the page's."""
        if times.head is not None:
            return _when(times.head, Basis.NARRATIVE)
        story = self._story
        return story.when if story is not None and sentence_number <= story.sentence + story.reach else self.published

    @staticmethod
    def _headed(deed: Deed, head: DatedSpan) -> When:
        """The date of the entry of a chronology, for all in it but what was then to come."""
        return UNDATED if deed.status is Status.PLANNED and deed.family == "" else _when(head, Basis.NARRATIVE)

    def _note(self, deed: Deed, when: When, sentence_number: int) -> None:
        """Moves the story to a date. News goes on from its own days; a date of before is background, and only a main clause tells of it."""
        told = self.published.start
        is_near = when.is_day and (told is None or when.start is None or abs((told - when.start).days) <= STORY_DAYS)
        is_told = deed.clause.dep_ == "ROOT" and deed.clause.tag_ in ("VBD", "VBN") and not deed.is_nominal
        is_story = when.precision in STORY_UNITS if self.is_history or is_told else is_near
        if is_story:
            self._story = _Story(sentence_number, CARRIED_SENTENCES if self.is_history or is_near else BACKGROUND_SENTENCES, when)

    def _carried(self, deed: Deed, sentence_number: int) -> When | None:
        story, end = self._story, self.published.end
        if story is None or sentence_number > story.sentence + story.reach:
            return None
        if story.reach == BACKGROUND_SENTENCES and deed.is_nominal:
            return None
        when = story.when
        if end is not None and when.start is not None and when.start >= end:
            return None                             # what lies ahead is no story yet
        self._story = replace(story, sentence=sentence_number)        # the story goes on
        return When(when.start, when.end, when.precision, Basis.NARRATIVE, when.edtf, when.text, when.span)

    def _publication(self, deed: Deed) -> When:
        published = self.published
        if published.start is None and published.end is None:
            return UNDATED
        if deed.status is Status.PLANNED and deed.family == "":
            return When(published.start, None, Precision.UNKNOWN, Basis.PUBLICATION)
        return When(published.start, published.end, published.precision, Basis.PUBLICATION, published.edtf)

    def _before(self) -> When:
        """ "after the attack": some time up to the page; merging finds which deed is meant."""
        end = self.published.end
        return When(None, end, Precision.UNKNOWN, Basis.NARRATIVE) if end is not None else UNDATED

    def _is_future(self, dated: DatedSpan) -> bool:
        """Whether a time lies after the page, so that nothing told as past can have happened then ("eyed the 2030 vote")."""
        end = self.published.end
        return end is not None and dated.start is not None and dated.start >= end

    def _is_of_what_is_judged(self, deed: Deed, dated: DatedSpan) -> bool:
        """ "has gone on trial for the murders of 1976": a perfect is of these days, and the time long ago of the crime."""
        told = self.published.start
        if told is None or dated.start is None or deed.code[:2] not in JUDGING or (told - dated.start).days <= STORY_DAYS:
            return False
        return _is_perfect(deed)

    @staticmethod
    def _is_past(deed: Deed) -> bool:
        return deed.status in (Status.ASSERTED, Status.CLAIMED)

    @staticmethod
    def _is_earlier(deed: Deed, speech: frozenset[int]) -> bool:
        """Pluperfect, or a perfect with "long" or "previously": before the story, unknown when.

        Under a past verb of saying a pluperfect is only backshift: "reported that he had held talks".
        """
        for verb in {deed.head.i: deed.head, deed.clause.i: deed.clause}.values():
            kids = {kid.lower_ for kid in verb.children if kid.dep_ in ("aux", "advmod")}
            if "had" in kids and verb.tag_ == "VBN" and not any(above.i in speech for above in verb.ancestors):
                return True
            if kids & PAST_WORDS and verb.tag_ != "VBG":       # "asked the court, repeatedly calling for ..." goes with its verb
                return True
        return False
