"""Whether a sentence says that what it names happened, and who says so.

Auxiliaries, conditions, questions and the words that suppose ("hoped", "possible") keep a deed from being told as a fact.
The words are rows of `modality/auxiliaries.csv` and `classes/grammar.csv`; this module walks the tree and asks them.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

from spacy.symbols import ccomp, parataxis
from spacy.tokens import Span, Token

from transforms.deeds import syntax
from transforms.deeds.lexicon import DeedLexicon

CLAUSE = frozenset({"xcomp", "ccomp", "advcl", "relcl", "acl", "conj", "pcomp"})
SET_BESIDE = frozenset({ccomp, parataxis})
POLITE = frozenset({"like", "love"})       # "I would like" is a wish that is had
ANYBODY = frozenset({"those", "anyone", "anybody", "everyone", "everybody"})
AFTER_TEXT = " \n\"”'"       # what may stand behind the mark that ends a sentence


@dataclass(frozen=True, slots=True)
class Voice:
    """Who says so: nobody named where the text speaks itself."""

    speaker: Token | None = None
    is_doubted: bool = False         # he "claims" or "alleges"
    is_reported: bool = False        # in his own reported words, not by "according to"


class Factuality:
    """Answers for one sentence; remembers which words an operator of supposing ("hoped to meet") stands over."""

    def __init__(self, sentence: Span, text: str, lexicon: DeedLexicon) -> None:
        self.sentence = sentence
        self.lexicon = lexicon
        self.supposed: set[int] = set()
        self._families: dict[int, frozenset[str]] = {}       # of each verb, asked three times over
        self.text = text
        self.is_question = text.rstrip(AFTER_TEXT).endswith("?")
        self.names_source = "ccording to" in text

    def suppose(self, word: Token) -> None:
        """Marks a complement and its conjuncts as not said to happen."""
        self.supposed.add(word.i)
        self.suppose_joined(word)

    def suppose_joined(self, word: Token) -> None:
        """The same of its conjuncts only: "accused them of looting and killing", where the first is told as an accusation."""
        self.supposed.update(verb.i for verb in syntax.verbal_conjuncts(word))

    def auxiliary_families(self, verb: Token) -> frozenset[str]:
        """What the verb's auxiliaries make of it, in the families of the operators: "must" demands, "could" supposes."""
        found = self._families.get(verb.i)
        if found is None:
            found = self._families[verb.i] = frozenset(self._families_of(verb))
        return found

    def _families_of(self, verb: Token) -> set[str]:
        words = [aux.lower_ for aux in syntax.auxiliaries(verb)]
        families = {self.lexicon.auxiliaries.get(word, "") for word in words}
        if verb.lemma_ in POLITE:
            families.discard("would")
        if "would" in families:         # told from a past that looked ahead, or else only imagined, as "would have" always is
            families.add("intend" if "have" not in words and self.is_reported(verb) else "hypo")
        return families

    def is_unreal(self, verb: Token) -> bool:
        """Whether a clause, or one that governs it, is supposed, conditional or asked."""
        conditions = self.lexicon.classes["condition"]
        here = verb
        for _ in range(syntax.MAX_CLIMB):
            if here.i in self.supposed:
                return True
            marks = {kid.lower_ for kid in here.children if kid.dep_ in ("mark", "advmod")}
            if marks & conditions or {"so", "that"} <= marks or "hypo" in self.auxiliary_families(here):
                return True
            if here.dep_ not in CLAUSE or here.head == here:
                break
            here = here.head
            if here.pos_ not in ("VERB", "AUX"):
                here = syntax.clause_of(here)
        return self.is_question

    def is_supposed_noun(self, noun: Token) -> bool:
        """Whether an event noun names what may be: "any attack", "a possible strike", "if a war breaks out"."""
        indefinite, supposing = self.lexicon.classes["indefinite"], self.lexicon.classes["supposing"]
        if any((kid.dep_ == "det" and kid.lower_ == "any") or (kid.dep_ == "amod" and kid.lower_ in supposing) for kid in noun.children):
            return True
        if noun.i in self.supposed or any(word.i in self.supposed and word.pos_ == "NOUN"
                                          for word in syntax.ancestors_within(noun, self.sentence.root)):
            return True
        leading = noun.head.head if noun.dep_ == "pobj" and noun.head.lower_ == "to" else noun
        if leading.lemma_ == "lead" and leading.tag_ == "VBG" and leading.head.lemma_.lower() in self.lexicon.classes["sought"]:
            return True             # "a reward for information leading to his arrest"
        is_definite = any(kid.dep_ in ("det", "poss") and kid.lower_ not in indefinite for kid in noun.children)
        if is_definite:
            return False
        # "a history of attacks" tells of none
        is_notion = noun.dep_ == "pobj" and noun.head.lower_ in ("of", "for") and noun.head.head.lemma_.lower() in self.lexicon.classes["notion"]
        return is_notion or self.is_unreal(syntax.clause_of(noun))

    def is_to_come(self, noun: Token) -> bool:
        """ "will attend talks", "will respond to an attack": what has not been named before lies as far ahead as its clause."""
        verb = syntax.clause_of(noun)
        is_definite = any(kid.dep_ == "poss" or kid.lower_ in self.lexicon.classes["definite"] for kid in noun.children)
        is_past = noun.dep_ == "pobj" and noun.head.lower_ in self.lexicon.classes["backward"]
        return not is_definite and not is_past and verb.i < noun.i and verb.pos_ == "VERB" and (
            "intend" in self.auxiliary_families(verb) or self.is_scheduled(verb))

    def is_scheduled(self, verb: Token) -> bool:
        """ "is going to visit", "was to meet"; "the aim is to visit" is no date in anybody's diary."""
        be = verb.head
        if self.is_awaited(verb):
            return True
        if verb.dep_ != "xcomp" or be.lower_ not in ("is", "are", "was", "were") or not syntax.is_infinitive(verb) or syntax.child(be, "attr", "acomp", "prep"):
            return syntax.is_going_to(verb)
        subject = syntax.own_subject(be)
        if be.lower_ in ("was", "were") and (subject is None or not (subject.ent_type_ or subject.pos_ == "PRON")):
            return False            # "the tour was to promote trade"; "she was to meet them"
        purpose = self.lexicon.classes["purpose"]
        # the word before the verb, too: the parser often misses which noun of a long subject is its head
        return subject is not None and all(word.lemma_.lower() not in purpose for word in (subject, be.nbor(-1)))

    def is_awaited(self, verb: Token) -> bool:
        """ "is expected to visit", "were expected to attend talks": in the diary, unless it is a deed that one only guesses at."""
        be = verb.head
        return verb.dep_ == "xcomp" and be.tag_ == "VBN" and be.lower_ == "expected" and syntax.is_infinitive(verb) and (
            syntax.child(be, "auxpass") is not None) and not syntax.is_negated(be)

    def is_reported(self, verb: Token) -> bool:
        """Whether a clause is what somebody says: it then looks ahead with "would"."""
        here = verb
        for _ in range(syntax.MAX_CLIMB):
            if here.dep_ not in ("ccomp", "parataxis", "conj", "advcl", "relcl", "xcomp") or here.head == here:
                return False
            if here.dep_ == "ccomp" and self.lexicon.lemma(here.head) in self.lexicon.speech:
                return True
            here = here.head
            if here.pos_ not in ("VERB", "AUX"):
                return False
        return False

    def voice_of(self, verb: Token) -> Voice:
        """Who says what the verb's clause tells."""
        here = verb
        for _ in range(syntax.MAX_CLIMB):
            source = self._according_to(here) if self.names_source else None
            if source is not None:
                return Voice(source)
            if here.i in self._asides:
                return self._spoken_by(self._asides[here.i])
            if here.head == here:
                break
            if here.dep_ in ("ccomp", "parataxis") and here.head.pos_ == "VERB" and self.lexicon.lemma(here.head) in self.lexicon.speech:
                return self._spoken_by(here.head)
            here = here.head
        return Voice()

    @functools.cached_property
    def _asides(self) -> dict[int, Token]:
        """Verbs of speech that are no content of the verb they follow, by that verb: "..., the police said"."""
        kids = [kid for kid in self.sentence if kid.dep in SET_BESIDE]
        return {kid.head.i: kid for kid in reversed(kids) if kid.i > kid.head.i and kid.pos_ == "VERB"
                and self.lexicon.lemma(kid) in self.lexicon.speech and syntax.is_set_off(kid)}

    def _according_to(self, clause: Token) -> Token | None:
        for kid in clause.children:
            if kid.lower_ == "according":
                return next((noun for name, noun in syntax.preps(kid) if name == "to"), None) or next(
                    (noun for name, noun in syntax.preps(clause) if name in ("to", "according to")), None)
        return None

    def _spoken_by(self, verb: Token) -> Voice:
        return Voice(syntax.doer(verb), self.lexicon.speech[self.lexicon.lemma(verb)].is_stake, is_reported=True)

    def is_habitual(self, verb: Token) -> bool:
        """ "has long accused", "usually meets": what is told of no day in particular."""
        habitual = self.lexicon.classes["habitual"]
        return any(kid.dep_ == "advmod" and kid.lower_ in habitual and not any(True for _ in kid.children) for kid in verb.lefts)

    def is_of_anybody(self, verb: Token) -> bool:
        """ "those who helped the regime", "firms that trade with Chad": a clause that only says which people are meant."""
        noun = verb.head
        is_any = noun.tag_ == "NNS" and verb.tag_ == "VBP" and noun.n_lefts == 0 and syntax.child(verb, "aux", "auxpass") is None
        return verb.dep_ == "relcl" and (noun.lower_ in ANYBODY or is_any)

    def is_custom(self, verb: Token) -> bool:
        """ "gangs who attack villages", "which kills thousands a year": in a relative clause the present tells of no day."""
        here = verb
        while here.dep_ == "conj" and here.head.pos_ == "VERB":
            here = here.head
        return here.dep_ == "relcl" and here.tag_ in ("VBP", "VBZ") and verb.tag_ in ("VBP", "VBZ") and syntax.child(here, "aux", "auxpass") is None

    def is_state(self, verb: Token) -> bool:
        """ "is recognised by 100 countries", "are allied with": a relation that stands, not one that is made."""
        helpers = [aux.lower_ for aux in syntax.auxiliaries(verb)]
        return verb.tag_ == "VBN" and helpers in (["is"], ["are"], ["'s"], ["'re"])

    def is_alleged(self, verb: Token) -> bool:
        """ "allegedly took bribes"."""
        alleging = self.lexicon.classes["alleging"]
        return any(kid.dep_ == "advmod" and kid.lower_ in alleging for kid in verb.children)

    def is_imperative(self, verb: Token) -> bool:
        """ "In the city, contact the ministry at ...": what a reader is told to do, and "“Free our leader,” they shouted"."""
        is_quoted = verb.dep_ in ("xcomp", "advcl") and verb.i > 0 and verb.nbor(-1).is_quote
        return (verb.dep_ in ("ROOT", "ccomp") or is_quoted) and verb.tag_ == "VB" and not any(
            kid.dep_ in ("nsubj", "nsubjpass", "aux", "auxpass", "expl", "mark") for kid in verb.children)

    def is_bare_infinitive(self, verb: Token) -> bool:
        """An infinitive that nothing known governs says what for, not what happened; so does "hinges on settling"."""
        if verb.dep_ == "pcomp" and verb.tag_ == "VBG" and (
                verb.head.lower_ in self.lexicon.classes["idle_preposition"] or verb.head.head.lemma_.lower() in self.lexicon.classes["purpose"]):
            return True
        if syntax.is_gerund_beside(verb):
            return True
        here = verb
        for _ in range(syntax.MAX_CLIMB):
            if syntax.is_infinitive(here):
                if here.dep_ == "xcomp" and self.is_under_way(here.head):
                    here = here.head
                    continue
                return not self.is_one_of_a_row(here)
            if syntax.is_subjunctive(here):
                return True
            if here.dep_ != "conj" or here.tag_ != "VB" or here.head.pos_ != "VERB":
                return False
            here = here.head
        return False

    def is_under_way(self, governor: Token) -> bool:
        """ "continue to engage in talks": a verb that only says that it begins, lasts or succeeds."""
        return any(operator.family == "pass" for operator in self.lexicon.operators.get(("verb", self.lexicon.lemma(governor)), ()))

    def is_one_of_a_row(self, verb: Token) -> bool:
        """ "the first premier to visit Chad", "became the third to be arrested": the clause says who did, not who may."""
        ordinal = self.lexicon.classes["ordinal"]
        one = verb.head if verb.dep_ in ("relcl", "acl") else syntax.child(verb.head, "attr") if verb.dep_ in ("xcomp", "advcl") else None
        return one is not None and verb.i > one.i and any(word.lower_ in ordinal for word in (one, *one.lefts))

    def is_description(self, verb: Token) -> bool:
        """ "is the man who shot the mayor": a deed that says who or what something is was done before, some day."""
        here = verb
        while here.dep_ == "conj" and here.head.pos_ == "VERB":
            here = here.head
        return here.dep_ == "relcl" and here.head.dep_ == "attr" and here.head.head.tag_ in ("VBZ", "VBP")

    def is_allusion(self, noun: Token) -> bool:
        """Whether an event noun points back: definite, or the time or reason of something else."""
        here = noun
        while here.dep_ in ("conj", "compound") and here.head.pos_ in ("NOUN", "PROPN"):
            here = here.head
        if here.dep_ == "pobj" and here.head.lower_ in self.lexicon.classes["backward"]:
            return True
        return any(kid.dep_ in ("det", "poss") and kid.lower_ in self.lexicon.classes["definite"] for kid in noun.children)
