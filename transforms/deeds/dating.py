"""When a deed happened: the time said in its clause, else in its sentence, else carried, else the publication day.

The order is the issue's: clause, sentence, running narrative, publication. A time that stands with
the verb of saying dates the saying, not what was said. In a chronology the date that heads an entry is
that of all in it that has no other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from spacy.tokens import Token

from schemas.records import UNDATED, Basis, Precision, Status, TimexType, When
from transforms.deeds import syntax
from transforms.deeds.counting import Gap, anniversary, back, counted
from transforms.deeds.reader import Deed
from transforms.deeds.timing import MODIFIERS, PAST, DatedSpan, Happening, Times, is_known, roots_of, when_of
from transforms.times import calendars
from transforms.times.chronology import ENTRY
from transforms.times.meaning import interval_edtf

OTHER_CLAUSE = frozenset({"ccomp", "advcl", "relcl", "parataxis", "oprd"})
AT_ONCE = frozenset({"when", "as", "while"})
PAST_WORDS = frozenset({"previously", "formerly", "long", "once", "historically", "earlier", "repeatedly", "often", "always", "traditionally", "recently"})
CONTENTS = frozenset({"of", "with", "for", "to"})
SETTINGS = frozenset({"in", "at", "during"})      # of a speech, a meeting, a report: what is done there is done then
BEHIND = frozenset({"after", "following"})
SPOKEN = frozenset({"01", "02", "03", "05", "10", "11", "12"})      # done by words, on one day
HURT = frozenset({"hurt", "injure", "kill", "wound"})
LED = frozenset({"accompany", "arm", "back", "command", "head", "lead"})       # participles that only describe who did it
AROUND = frozenset({"before", "since", "until", "till", "ahead", "prior", "despite", "about", "over", "into"})
JUDGING = frozenset({"01", "02", "03", "09", "10", "11", "12", "13", "16", "17"})       # what they speak of has a time of its own
ASKED = frozenset({"02", "10"})
QUOTES = frozenset({'"', "“", "”", "``", "''"})
COUNTED_ON = "earlier"     # the rule of the time reader for what is counted from the story: "two days later"
YEARLESS = frozenset({"month", "month_in_context", "month_named_by_the", "month_day", "day_month"})
SLACK = timedelta(31)      # a day a little after the page's is the page's mistake, not the year's
WITH_OBJECT = frozenset({       # done at the time of what they have as object
    "attend", "boycott", "contest", "disrupt", "hold", "host", "join", "keep", "lose", "miss", "sign", "skip", "stage", "win"})
SHARED = 5                 # how much farther than its own a time is that another verb of the clause has
PROTEST = "14"
PROTESTING = frozenset({"condemn", "denounce", "oppose", "protest"})
ABOUT_NOW = frozenset({"PXD", "PTXH", "PTXM"})      # "the past few days" are the page's own
TO_COME = frozenset({"upcoming", "forthcoming", "coming", "future", "scheduled", "planned"})
OPENING = 3                # a time among the first words of a sentence is that of all in it
PERFECT = frozenset({"has", "have", "had"})
LASTING = frozenset({"14", "18", "19", "20"})      # what may go on for years; a verdict or a ban is given on one day
UNITS = frozenset({"day", "night", "week", "month", "year", "moment"})
VERDICTS = frozenset({"11", "17"})
LEAP_YEAR_DAYS = 366
HAPPENING_CHARS = 900      # a deed and the sentence that dates it are no farther apart
REPORTING = frozenset({"announce", "report", "say", "tell"})       # news; who admits or recalls a deed speaks of an older one
REPORTED_DAYS = range(1, 8)      # so much younger the page may be
STORY_DAYS = 45            # a news story's own days lie this near to its publication
PAST_DAYS = {Precision.WEEK: 7, Precision.MONTH: 30, Precision.YEAR: 365, Precision.DECADE: 3653}
STORY_UNITS = frozenset({Precision.DAY, Precision.WEEK, Precision.MONTH, Precision.YEAR, Precision.RANGE})
CARRIED_SENTENCES = 6      # a story's day is carried no further than this
BACKGROUND_SENTENCES = 2   # nor a date of before than this


def _distance(deed: Deed, dated: DatedSpan, speech: frozenset[int]) -> int | None:
    """How far a time stands from a deed in the tree; None when it belongs to the saying of it, or to something else."""
    if _is_quoted_apart(deed.head, dated.token) or _is_asked(deed, dated):
        return None
    heads = {deed.head.i, deed.clause.i, *(word.i for word in deed.words)}
    here, path = dated.token, list[Token]()
    is_own = True
    for _ in range(syntax.MAX_CLIMB * 2):
        if here.i in heads and not _is_of_argument(path, here, deed):
            is_own = is_own and (here.i == deed.head.i or not _is_accusation(here, deed))
            # "was jailed in 1986 and pardoned in 1990": each verb has its own before it takes another's
            is_of_another = (here.i == deed.clause.i != deed.head.i and deed.head.dep_ == "conj" and deed.head.pos_ == "VERB") or any(
                word.dep_ == "conj" and word.pos_ == "VERB" for word in path)
            return len(path) + SHARED * is_of_another if is_own and _is_lent(path, here, deed, dated) else None
        path.append(here)
        if _is_other_clause(here, deed) and not _stands_before(dated, here) and not _opens_both(dated, here, deed):
            is_own = False          # "said after the court had ruled on June 29": the ruling's day, not the saying's
        if here.head == here:
            break
        here = here.head
    if deed.clause.i in speech and deed.clause.dep_ == "parataxis":
        return None             # "by 2040, planners say, the city will grow": the time of what is said
    verb = next((token for token in path if token.pos_ in ("VERB", "AUX")), path[-1])
    # the time hangs above the deed: a governing clause lends its time unless it only reports
    climb, way = deed.head, list[Token]()
    for _ in range(syntax.MAX_CLIMB * 2):
        if climb.i == verb.i:
            if (verb.i in speech and way and not _is_said_along(deed, way)) or (
                    dated.token.i - deed.head.sent.start > OPENING and any(_is_of_another_time(step) for step in way)):
                return None
            return 10 + len(way) + path.index(verb)
        way.append(climb)
        if climb.head == climb:
            break
        climb = climb.head
    # the time hangs in another branch: a clause beside or below
    if verb.i in speech:
        return None
    return 30 + abs(dated.token.i - deed.head.i)


def _is_of_another_time(clause: Token) -> bool:
    """ "The general, who seized power in a coup, died on Friday": who somebody is, and what has been, is of no day of the main clause."""
    return clause.dep_ == "relcl" and any(
        kid.lower_ == "who" if kid.dep_ == "nsubj" else kid.dep_ == "aux" and kid.lower_ in PERFECT for kid in clause.lefts)


def _defines(deed: Deed, dated: DatedSpan) -> bool:
    """ "Since 26 October, when he sacked her", "until Friday, the day he fell": the clause tells what was done at the time."""
    for verb in (deed.head, deed.clause):
        opening = next((kid for kid in verb.lefts if kid.lower_ == "when"), None)
        if opening is None and verb.dep_ == "relcl" and verb.head.lower_ in UNITS and verb.head.dep_ == "appos":
            opening = verb.head
        if opening is not None and all(word.is_punct or word.dep_ == "det" for word in opening.doc[dated.last.i + 1:opening.i]):
            return dated.last.i < opening.i
    return False


def _is_of_argument(path: Sequence[Token], reached: Token, deed: Deed) -> bool:
    """ "sailors kidnapped last month were freed": a participle beside one of the words of a deed tells of another."""
    return bool(path) and path[-1].dep_ == "acl" and reached.i not in (deed.head.i, deed.clause.i)


def _is_said_along(deed: Deed, way: Sequence[Token]) -> bool:
    """ "said on Monday, accusing Iran of ...", "said on Monday that Iran must ...": done by the saying, on its day."""
    return deed.family == "modal" or all(step.dep_ in ("advcl", "conj") and step.pos_ == "VERB" for step in way)


def _is_other_clause(here: Token, deed: Deed) -> bool:
    """Whether a word heads a clause with a time of its own, below the deed."""
    return not _is_at_once(here) if here.dep_ in OTHER_CLAUSE else _is_accusation(here, deed)


def _is_asked(deed: Deed, dated: DatedSpan) -> bool:
    """ "urged Chad to look into the deaths of 2007": a month or year inside what is asked is not when it was asked."""
    if deed.code[:2] not in ASKED or dated.expression.precision not in (Precision.MONTH, Precision.YEAR, Precision.DECADE):
        return False
    return any(word.dep_ in ("xcomp", "ccomp") and word.head.i == deed.head.i for word in dated.token.ancestors)


def _stands_before(dated: DatedSpan, clause: Token) -> bool:
    """ "In 1970, after he lost the vote, he ...": a time before the word that opens a clause is none of its own."""
    return any(kid.dep_ == "mark" and kid.i > dated.token.i for kid in clause.lefts)


def _opens_both(dated: DatedSpan, clause: Token, deed: Deed) -> bool:
    """ "On 3 May rebels shot the mayor; one of them was killed": before a semicolon the parser sees a clause of what follows it."""
    return clause.dep_ in ("ccomp", "parataxis") and clause.i < deed.head.i and dated.first.i - deed.head.sent.start <= 1 and any(
        token.text == ";" for token in deed.head.doc[clause.i:deed.head.i])


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
    if dated.expression.rule == COUNTED_ON and any(word.dep_ == "conj" and word.pos_ == "VERB" for word in path):
        return False                # "was shot and died ten days later": counted from the shot
    noun = next((number for number, word in enumerate(path[1:], 1) if word.pos_ in syntax.NOMINAL), None)
    if noun is None:
        return True
    root = deed.code[:2]
    if root == PROTEST and any(word.lemma_ in PROTESTING for word in path[noun:]):
        return False                # "a strike protesting Tuesday's arrests": the arrests were then
    preps = [word.lower_ for word in path[noun:] if word.dep_ == "prep" and word.lower_ != "of"]
    is_modifier = path[noun - 1].dep_ in MODIFIERS
    if is_modifier and dated.expression.precision in (Precision.DECADE, Precision.CENTURY):
        return False                # "a 19th-century palace" tells of no deed
    if is_modifier and path[noun].dep_ == "dobj" and path[noun].head.lemma_ in WITH_OBJECT:
        return True                 # "boycotted last week's talks", "refused to join the 2016 truce"
    if is_modifier and path[noun - 1].dep_ != "poss" and dated.first.i and dated.first.nbor(-1).lower_ in ("on", "in"):
        return True                 # in "on 27 February Senator Pena was shot" the parser makes one name of day and senator
    if preps and preps[0] in BEHIND:
        return root > "13"          # sanctions imposed after a war of 1990 are of that time
    is_participle = any(word.dep_ == "acl" and word.head.pos_ in syntax.NOMINAL for word in path)
    if not is_modifier and not is_participle:
        return not preps or preps[0] not in AROUND
    if preps:
        return SETTINGS.issuperset(preps) and root not in ("09", "17")
    if is_participle and not any(word.tag_ == "VBG" or word.lemma_ in HURT or word.lemma_ in LED for word in path if word.dep_ == "acl"):
        # "the truce agreed in August collapsed", but "the attack carried out on Friday killed two"
        return path[-1].dep_ == "nsubj" and bool(roots_of(path[-1]))
    if path[-1].dep_ == "nsubj" or (is_participle and root > "17"):
        return True                 # "two were killed and ten others injured on Friday" ends in a participle
    return reached.i != deed.clause.i and root not in JUDGING


def _is_quoted_apart(deed: Token, time: Token) -> bool:
    """Whether a time stands inside quotation marks and the deed outside of them."""
    if not any(token.text in QUOTES for token in deed.doc[min(deed.i, time.i):max(deed.i, time.i)]):
        return False
    sentence = deed.sent
    marks = [token.i for token in sentence if token.text in QUOTES]
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
        if here.head == here:
            return False
        here = here.head
    return False


def _above(verb: Token) -> Token:
    """The verb with which an adverbial participle goes: "have long raided villages, stealing cattle"."""
    for _ in range(syntax.MAX_CLIMB):
        if verb.tag_ != "VBG" or verb.dep_ not in ("advcl", "conj"):
            return verb
        verb = verb.head
    return verb


def _is_perfect(deed: Deed) -> bool:
    """ "has arrested": of the time up to the page."""
    return any(kid.lower_ in ("has", "have") for kid in deed.clause.children if kid.dep_ == "aux")


def _again(deed: Deed) -> frozenset[str] | None:
    """The roots for which "the bombings" stand, when a deed is told of them; None when of nothing named before."""
    noun = deed.head if deed.is_nominal else next((kid for kid in deed.head.lefts if kid.dep_ == "nsubj"), None)
    return (roots_of(noun) or None) if noun is not None and is_known(noun) else None


def _is_named_again(noun: Token) -> bool:
    """ "The killing", "his death": not "a killing", nor "another attack"."""
    words = {kid.lower_ for kid in noun.lefts}
    return (is_known(noun) or any(kid.tag_ == "PRP$" for kid in noun.lefts)) and "another" not in words


def _verb_over(word: Token) -> Token:
    """The verb with which a time stands."""
    return next((above for above in word.ancestors if above.pos_ in ("VERB", "AUX")), word)


def _will_be(deed: Deed) -> bool:
    """ "will stand trial": not of a time before the page."""
    return any(kid.lower_ in ("will", "shall", "'ll", "’ll") for kid in deed.clause.children if kid.dep_ == "aux")


def _is_of_a_crime(deed: Deed, dated: DatedSpan) -> bool:
    """ "jailed for the murder of a nun in 2007", "for crimes from 1992 to 1995": a crime that is told has the time after it.

    But "jailed for fraud in 2015" tells of the verdict.
    """
    if dated.start is not None and dated.end is not None and (dated.end - dated.start).days > LEAP_YEAR_DAYS:
        return any(prep.lower_ in CONTENTS and prep.i < dated.token.i for prep in deed.clause.rights)
    crimes = [kid for prep in deed.clause.rights if prep.lower_ in ("for", "over") and prep.i < dated.token.i for kid in prep.rights]
    return any(crime.tag_ == "VBG" or any(kid.dep_ in ("det", "poss", "nummod") for kid in crime.lefts) for crime in crimes
               if crime.right_edge.i < dated.first.i or crime.is_ancestor(dated.token))


def _of_last_year(deed: Deed, dated: DatedSpan, told: date) -> When | None:
    """ "attacked the town in May", "on May 5", told in March: that of the year before; None for what has a year or is of something else."""
    start, governor, expression = dated.start, dated.token.head, dated.expression
    if start is None or expression.rule not in YEARLESS or deed.head.i not in (governor.i, governor.head.i) or not _is_told_in_past(deed):
        return None
    if any(word.lower_ in TO_COME for word in deed.head.doc[deed.head.i:dated.first.i]):
        return None                 # "put off the coming vote in May"
    if dated.end is None or expression.precision not in (Precision.MONTH, Precision.DAY) or (expression.precision is Precision.DAY and start - told <= SLACK):
        return None
    start, end = (calendars.add_months(day, -12) for day in (start, dated.end))
    edtf = f"{start:%Y-%m}" if expression.precision is Precision.MONTH else start.isoformat()
    return When(start, end, expression.precision, Basis.TEXT, edtf, expression.text, expression.span)


def _is_aside(dated: DatedSpan, gap: Gap) -> bool:
    """ "Hours after leaving the house, which was built 90 years ago": the time of a clause that only describes."""
    return any(word.dep_ == "relcl" and gap.holds(word) and word.i != gap.other.i for word in (dated.token, *dated.token.ancestors))


def _is_superlative(deed: Deed) -> bool:
    """ "the deadliest attack", "the first strike"."""
    return deed.is_nominal and any(kid.tag_ == "JJS" or kid.lower_ == "first" for kid in deed.head.lefts)


@dataclass(frozen=True, slots=True)
class _Story:
    """A date on which what follows may have happened: the last sentence that told of it, and how many more it reaches."""

    sentence: int
    reach: int
    when: When


@dataclass(frozen=True, slots=True)
class _Told:
    """A deed that was told of with its date, from which others may be counted."""

    root: str
    lemma: str
    when: When


class Chronicle:
    """The running date of an article: what was last dated, sentence by sentence. One per article reading."""

    def __init__(self, published: When, is_history: bool = False, happenings: tuple[Happening, ...] = ()) -> None:
        self.published = published
        self.happenings = happenings
        self.is_history = is_history      # the text walks through the past: any date carries on
        self._story: _Story | None = None
        self._told: list[_Told] = []

    def date(self, deed: Deed, times: Times, sentence_number: int, speech: frozenset[int]) -> When:
        """The date of a deed with its basis; UNDATED when nothing supports one."""
        when = self._date(deed, times, sentence_number, speech)
        if when.start is not None and when.end is not None and deed.status is Status.ASSERTED and not deed.is_allusion:
            self._told.append(_Told(deed.code[:2], deed.head.lemma_, when))
        return when

    def _date(self, deed: Deed, times: Times, sentence_number: int, speech: frozenset[int]) -> When:
        if (reckoned := self._reckoned(deed, times, sentence_number)) is not None:
            return reckoned
        scored = sorted(
            ((distance, position, dated) for position, dated in enumerate(times.dated)
             if (distance := _distance(deed, dated, speech)) is not None
             and not any(gap.holds(dated.token) and not gap.holds(deed.head) for gap in times.gaps)),
            key=lambda item: (item[0] >= 30, item[0], item[1]))
        past_only = self._is_past(deed)
        if (defined := next((one for one in times.dated if one.start is not None and _defines(deed, one)), None)) is not None:
            return when_of(defined, Basis.TEXT)
        for distance, _, dated in scored:
            if dated.is_lasting:
                if distance < 10 and past_only and (deed.code[:2] in LASTING or deed.head.lemma_ == "spend") and (_is_perfect(deed) or dated.token.head.lower_ != "in"):
                    return self._up_to_now(dated) if _is_perfect(deed) else UNDATED
                continue
            if dated.expression.type is TimexType.DURATION:
                if dated.expression.value not in ABOUT_NOW and distance < 10 and past_only and deed.code[:2] not in SPOKEN and not dated.is_compared and not _is_superlative(deed):
                    return self._up_to_now(dated)
                continue
            if dated.start is None:
                if distance < 10 and not (dated.expression.text.lower() == PAST and _is_perfect(deed)):
                    return UNDATED          # "years ago": not on the day of the page, nor on the story's
                continue
            if distance >= 30 and (sum(one.start is not None for one in times.dated) > 1 or deed.code[:2] in ("01", "02", "10", "11")):
                continue
            if dated.is_since and (_is_superlative(deed) or dated.is_compared):
                continue                    # "the worst attack since 2019": what it is compared with
            if dated.is_since and _is_perfect(deed):
                return self._since(dated)
            if past_only and self._is_future(dated):
                if self.published.start is not None and (last := _of_last_year(deed, dated, self.published.start)) is not None:
                    return last
                continue
            rolling = self._rolling(dated)
            if past_only and rolling is None and self._is_of_what_is_judged(deed, dated):
                continue
            if _will_be(deed) and self._is_over(dated):
                continue                    # "will stand trial over the genocide of 1994"
            when = rolling or when_of(dated, Basis.TEXT)
            if deed.code[:2] not in ("01", "11"):
                self._note(deed, when, sentence_number)
            return when
        if deed.is_allusion:
            return self._happening(deed, times) or self._before()
        if self._is_earlier(deed, speech) or (deed.clause.tag_ == "VBD" and _is_of_another_time(deed.clause) and any(one.start is not None for one in times.dated)):
            return UNDATED
        head = times.head
        if head is not None and head.expression.rule == ENTRY:
            return self._headed(deed, head)
        carried = None if self._is_of_today(deed, times) else self._carried(deed, sentence_number)
        if carried is not None and self._is_far(deed, times):
            return self._publication(deed) if self._story is not None and self._story.reach == CARRIED_SENTENCES else UNDATED
        is_carried = self.is_history or (deed.code[:2] not in SPOKEN and _is_told_in_past(deed))      # a history is told in the present, too
        if carried is not None and deed.status is Status.ASSERTED and is_carried:
            return carried
        if head is None and past_only and (happening := self._happening(deed, times)) is not None:
            return happening
        if head is None and past_only and (said := self._said_on(deed, times)) is not None:
            when = when_of(said, Basis.NARRATIVE)
            self._note(deed, when, sentence_number)
            return when
        return self._headed(deed, head) if head is not None else self._publication(deed)

    def _happening(self, deed: Deed, times: Times) -> When | None:
        """The date that a sentence near by gives to a deed: the nearest, one that follows before one that went before."""
        here, told = times.offset + deed.head.idx, self.published.start
        if (name := _again(deed)) is not None:
            named = [one for one in self.happenings if not one.is_told and not name.isdisjoint(one.roots) and one.at < here]
            if named:
                return when_of(named[-1].dated, Basis.NARRATIVE)
        fitting = [one for one in self.happenings if one.is_told and deed.code[:2] in one.roots and abs(one.at - here) <= HAPPENING_CHARS
                   and told is not None and one.dated.start is not None and 0 <= (told - one.dated.start).days <= STORY_DAYS]
        nearest = min(fitting, key=lambda one: (one.at < here, abs(one.at - here)), default=None)
        return when_of(nearest.dated, Basis.NARRATIVE) if nearest is not None else None

    def _is_of_today(self, deed: Deed, times: Times) -> bool:
        """ "The army told reporters on Sunday that it had taken the town", on Sunday's page: no part of what it last told of long ago."""
        return self._story is not None and self._story.reach == BACKGROUND_SENTENCES and self._said_on(deed, times, range(1)) is not None

    def _is_far(self, deed: Deed, times: Times) -> bool:
        """ "Two weeks after another attack, police arrested three men": so far from what was told, in news, and not on its day."""
        return not self.is_history and any(gap.count != 0 and deed.clause.is_ancestor(gap.joint) and not gap.holds(deed.head) for gap in times.gaps)

    def _said_on(self, deed: Deed, times: Times, days: range = REPORTED_DAYS) -> DatedSpan | None:
        """ "Two men were shot, police said late on Friday": what a page of Saturday has from Friday's report happened by Friday."""
        told = self.published.start
        if told is None or deed.code[:2] < "02":
            return None
        for dated in times.dated:
            if dated.start is None or dated.expression.precision is not Precision.DAY or (told - dated.start).days not in days:
                continue
            verb = next((word for word in (dated.token, *dated.token.ancestors) if word.pos_ == "VERB"), None)
            if verb is not None and verb.lemma_ in REPORTING and (verb in deed.head.ancestors or verb.head.i == deed.clause.i):
                return dated
        return None

    def _reckoned(self, deed: Deed, times: Times, sentence_number: int) -> When | None:
        """The date of a deed that is told by its distance from another; None when it is not, or has a date of its own."""
        for gap in times.gaps:
            inside = [one for one in times.dated if gap.holds(one.token) and not _is_aside(one, gap)]
            outside = [one for one in times.dated if one.start is not None and not gap.holds(one.token)]
            if gap.holds(deed.head):
                if inside or (gap.count is None and deed.is_allusion):
                    continue
                if not outside and (retold := self._beyond(gap)) is not None:
                    return retold
                base = when_of(min(outside, key=lambda one: abs(one.token.i - gap.joint.i)), Basis.TEXT) if outside else self._now(times, sentence_number)
                return (base.start and base.end and counted(base.start, base.end, gap, gap.sign)) or UNDATED
            if not deed.clause.is_ancestor(gap.joint) or any(_verb_over(one.token).i in (deed.head.i, deed.clause.i) for one in outside):
                continue
            known = next((one for one in inside if one.start is not None and one.end is not None), None)
            if known is not None and known.start is not None and known.end is not None and not (gap.count is None and _is_perfect(deed)):
                return counted(known.start, known.end, gap, -gap.sign) or UNDATED
            if not inside and not gap.is_lasting and (reckoned := self._from_told(deed, gap)) is not None:
                return reckoned
            if gap.is_lasting and gap.sign < 0:
                return UNDATED                  # "in the days after the attack", whenever that was
        published = self.published.start
        return anniversary(deed.head, published) if published is not None else None

    def _from_told(self, deed: Deed, gap: Gap) -> When | None:
        """ "Two days after the killing", "a week before he was shot": counted from what the text told of before."""
        base, end = self._beyond(gap), self.published.end
        when = counted(base.start, base.end, gap, -gap.sign) or UNDATED if base is not None and base.start is not None and base.end is not None else None
        is_to_come = when is not None and when.start is not None and end is not None and when.start >= end
        return None if is_to_come and self._is_past(deed) else when

    def _beyond(self, gap: Gap) -> When | None:
        """When that was from which a gap counts, if the text told of it: "the killing", "he was shot"."""
        if _is_named_again(gap.other):
            named = roots_of(gap.other)
            return next((told.when for told in reversed(self._told) if told.root in named), None)
        if any(kid.tag_ == "PRP" and kid.dep_ in ("nsubj", "nsubjpass") for kid in gap.other.lefts):
            return next((told.when for told in reversed(self._told) if told.lemma == gap.other.lemma_), None)
        return None

    def _rolling(self, dated: DatedSpan) -> When | None:
        """ "A week ago" is about the day seven days back, "over the past month" the month up to the page; no calendar units, both."""
        told, words, start = self.published.start, dated.expression.text.lower().split(), dated.start
        if told is None or start is None or not self.published.is_day:
            return None
        if dated.expression.rule == "ago" and dated.expression.precision is Precision.WEEK and words[0] in ("a", "one"):
            day = calendars.add_days(told, -7)
            low, high = calendars.add_days(day, -1), calendars.add_days(day, 2)
        elif ("past" in words[:2] or words[-2:] == ["last", "decade"]) and dated.expression.precision in PAST_DAYS and start < told:
            low, high = calendars.add_days(told, -PAST_DAYS[dated.expression.precision]), calendars.add_days(told, 1)
        else:
            return None
        return When(low, high, Precision.RANGE, Basis.TEXT, interval_edtf(low, high), dated.expression.text, dated.expression.span)

    def _up_to_now(self, dated: DatedSpan) -> When:
        """ "In the past 24 hours": from so long ago up to the page; undated for "the last few months"."""
        told, end = self.published.start, self.published.end
        low = back(told, dated.expression.value) if told is not None and self.published.is_day else None
        if low is None or end is None:
            return UNDATED
        return When(low, end, Precision.RANGE, Basis.TEXT, interval_edtf(low, end), dated.expression.text, dated.expression.span)

    def _since(self, dated: DatedSpan) -> When:
        """From a time up to the page."""
        end = self.published.end
        return When(dated.start, end if end is not None and dated.start is not None and dated.start < end else None, Precision.RANGE, Basis.TEXT,
                    "", dated.expression.text, dated.expression.span)

    def _now(self, times: Times, sentence_number: int) -> When:
        """The day at which a sentence without a date stands: its entry's, the story's or the page's."""
        if times.head is not None:
            return when_of(times.head, Basis.NARRATIVE)
        story = self._story
        return story.when if story is not None and sentence_number <= story.sentence + story.reach else self.published

    @staticmethod
    def _headed(deed: Deed, head: DatedSpan) -> When:
        """The date of the entry of a chronology, for all in it but what was then to come."""
        return UNDATED if deed.status is Status.PLANNED and deed.family == "" else when_of(head, Basis.NARRATIVE)

    def _note(self, deed: Deed, when: When, sentence_number: int) -> None:
        """Moves the story to a date. News goes on from its own days; a date of before is background, and only a main clause tells of it."""
        told = self.published.start
        is_near = when.is_day and when.start is not None and told is not None and abs((told - when.start).days) <= STORY_DAYS
        goes_on = deed.clause.tag_ == "VBG" and deed.clause.dep_ == "advcl" and deed.clause.i > deed.clause.head.i      # "ruled for years, leaving in 2001"
        main = deed.clause.head if goes_on else deed.clause
        while goes_on and main.dep_ == "conj":
            main = main.head
        is_told = main.dep_ == "ROOT" and main.tag_ in ("VBD", "VBN") and (
            deed.head.pos_ == "VERB" or (deed.head.dep_ in ("nsubj", "nsubjpass") and deed.clause.pos_ == "VERB"))
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
        """ "has gone on trial for the murders of 1976", "rejects the declaration of 2008": what is done now is of these days, and
        the time long ago of what it is about."""
        told = self.published.start
        if told is None or dated.start is None or deed.code[:2] not in JUDGING or (told - dated.start).days <= STORY_DAYS:
            return False
        is_now = deed.head.tag_ in ("VBZ", "VBP") and not self.is_history
        return is_now or _is_perfect(deed) or (deed.code[:2] in VERDICTS and _is_of_a_crime(deed, dated))

    def _is_over(self, dated: DatedSpan) -> bool:
        told = self.published.start
        return told is not None and dated.end is not None and dated.end <= told

    @staticmethod
    def _is_past(deed: Deed) -> bool:
        return deed.status in (Status.ASSERTED, Status.CLAIMED)

    @staticmethod
    def _is_earlier(deed: Deed, speech: frozenset[int]) -> bool:
        """Pluperfect, or a perfect with "long" or "previously": before the story, unknown when.

        Under a past verb of saying a pluperfect is only backshift: "reported that he had held talks".
        """
        above = _above(deed.head)
        for verb in {deed.head.i: deed.head, deed.clause.i: deed.clause, above.i: above}.values():
            kids = {kid.lower_ for kid in verb.children if kid.dep_ in ("aux", "advmod")}
            if "had" in kids and verb.tag_ == "VBN" and not any(one.i in speech and one.tag_ != "VBP" for one in verb.ancestors):
                return True
            if kids & PAST_WORDS and verb.tag_ != "VBG":       # "asked the court, repeatedly calling for ..." goes with its verb
                return True
        return False
