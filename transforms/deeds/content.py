"""What a word and all under it amount to, before tense and negation.

Two layers, as in the research on CAMEO coders: triggers give the deed ("cut aid"), and operators (promise, refuse,
threaten, end ...) make of it what the sentence says ("threatened to cut aid"). Both are tables.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from spacy.tokens import Token

from schemas.records import Status
from transforms.deeds import syntax
from transforms.deeds.factuality import Factuality
from transforms.deeds.lexicon import NOTHING, Operator
from transforms.deeds.triggers import DEADLY, Hit, Matcher, is_specific, is_trap
from transforms.deeds.verdicts import Verdict, Verdicts

MAX_DEPTH = 6            # operators within operators: "promised to stop threatening to leave" is three
OPERATOR_POS = {"VERB": "verb", "AUX": "verb", "NOUN": "noun", "PROPN": "noun", "ADJ": "adj"}
OTHERS = frozenset({"he", "she", "they"})
SIDES = frozenset({"nsubj", "nsubjpass", "dobj", "pobj", "poss"})
ON_OTHERS = frozenset({"appeal", "demand", "order", "allege"})     # whoever shall do it, or is said to have, is the other side
LENDING = frozenset({"pass", "coerce", "attempt", "allow", "announce", "vote"})      # what they make is still the deed under them
BLAME = frozenset({"110", "111", "112"})
ATTACKING = ("striking", "killing", "hurting")                         # classes of what an attack does
VAGUE = ((), ("+",), ("@actor",))                                       # conditions that "himself" meets without being meant
WISHES = frozenset({"like", "want", "wish", "love"})
PUNISHED = ("115", "116", "172", "173")                                # by courts, police and regulators
FIRST_PERSON = frozenset({"i", "we"})
THINGS = frozenset({"it", "that", "which", "this"})
DECREED = frozenset({"07", "08", "17", "06"})                          # what authority has done to people by ordering it
SPEECH_ACTS = frozenset({"011", "012", "013", "017", "018", "051", "052", "055", "110", "111", "112", "120"})    # done by saying so
DECLARED = frozenset({"018", "110", "111"})       # what a ministry says that its country does
# what a report is about; in other roots the saying itself is the event
MATERIAL = frozenset({"04", "06", "07", "08", "09", "14", "15", "16", "17", "18", "19", "20"})


@dataclass(frozen=True, slots=True)
class Content:
    """A deed as its words make it; the sides are heads of noun phrases."""

    head: Token
    words: tuple[Token, ...]
    code: str
    source: Token | None
    target: Token | None
    is_reciprocal: bool
    family: str = ""
    status: Status = Status.ASSERTED
    is_nominal: bool = False


class Contents:
    """Reads the words of one sentence; `used` holds those that speak in another's deed and not again for themselves."""

    def __init__(self, matcher: Matcher, factuality: Factuality) -> None:
        self.matcher = matcher
        self.factuality = factuality
        self.lexicon = matcher.lexicon
        self.used: set[int] = set()
        self.verdicts = Verdicts(matcher, factuality)
        self._hits: dict[int, Hit | None] = {}

    def hit(self, token: Token) -> Hit | None:
        if token.i not in self._hits:
            self._hits[token.i] = self.matcher.match(token)
        return self._hits[token.i]

    def of(self, token: Token, depth: int = 0) -> Content | None:
        if depth > MAX_DEPTH:
            return None
        hit = self.hit(token)
        if token.pos_ == "VERB" and self.lexicon.lemma(token) in self.lexicon.classes["verdict_verb"]:
            named = self.verdicts.named(token)
            if named is not None:
                return self._judging(token, named)
        if hit is not None and is_specific(hit):
            if is_trap(hit):
                self.used.add(token.i)
                if hit.object is not None:
                    self.used.update(word.i for word in self.matcher.meant(hit.object))
                return None
        else:
            operated = self._wished(token) or self._decreed(token, depth) or self._operated(token, depth)
            if operated is not None:
                return operated
        if hit is not None:
            return None if is_trap(hit) else self._triggered(hit)
        if token.pos_ == "VERB" and depth == 0:
            return self._statement(token)
        if token.pos_ in ("NOUN", "PROPN"):
            return self._inside(token, depth)
        return None

    def _triggered(self, hit: Hit) -> Content | None:
        row = hit.row
        if (row.code[:2] in ("01", "11") and syntax.is_what(hit.object)) or (
                (row.code in BLAME or (row.code[:2] in ("01", "05") and row.object in VAGUE)) and syntax.is_oneself(hit.object)):
            return None                 # "what he said", "what she described as"; "blamed himself", "comforting himself"
        if row.code == "040" and hit.token.dep_ == "advcl" and hit.token.lower_ in self.lexicon.classes["addressing"]:
            return None                 # "speaking to lawmakers, he said": how it was said
        if row.code == "010":
            said = self._spoken(hit.token)
            if said is not None:
                return said
        if row.code[:2] in ("01", "12") and hit.object is not None:
            for kid in hit.object.children:
                if kid.dep_ in ("acl", "ccomp") and kid.i > hit.object.i and row.code != "010":
                    self.factuality.suppose(kid)        # "rejected claims that its police had trained gunmen": it says they did not
        for word in hit.words if row.code[:2] < "14" else ():
            if word.dep_ == "pcomp":
                self.factuality.suppose_joined(word)
        if row.code.startswith(PUNISHED):
            for name, reason in self.matcher.preps(hit.token):
                if name == "for" and reason.dep_ == "pcomp" and ((done := self.hit(reason)) is None or done.row.code[:2] < "14"):
                    self.factuality.suppose(reason)     # "was fined for refusing to pay": what for, not what he did today
        source, target = self.matcher.sides(hit)
        if row.code[:2] == "01" and target is None and row.pos == "verb":
            target = self._spoken_of(hit.token, source) or (self._named_in(
                [kid for kid in hit.object.children if kid.dep_ in ("acl", "ccomp")], hit.token, source) if hit.object is not None else None)
        is_noun = row.pos == "noun"
        code = row.code
        if is_noun:
            governor = syntax.governing_verb(hit.token)
            if code == "143" and hit.token.lemma_ == "strike" and governor is not None and self.lexicon.is_of(governor, ATTACKING):
                code = "190"        # "the strike killed nine": workers kill nobody
            # the words inside a multiword noun do not speak again ("bomb attack" is one attack)
            self.used.update(kid.i for kid in hit.token.children if kid.dep_ in ("compound", "amod") and kid.i < hit.token.i)
        is_mutual = syntax.is_each_other(hit.object) or (hit.object is not None and syntax.is_each_other(syntax.child(hit.object, "poss")))
        return Content(hit.token, hit.words, code, source, None if is_mutual else target, row.reciprocal or is_mutual, is_nominal=is_noun)

    def _inside(self, noun: Token, depth: int) -> Content | None:
        """The deed that a noun without an entry measures or is named after: "act of violence", "aid package"."""
        if noun.lemma_.lower() in self.lexicon.classes["measure"]:
            for name, inner in self.matcher.preps(noun):
                if name == "of":
                    return self.of(inner, depth + 1)
        for kid in noun.children:
            if kid.dep_ in ("compound", "nmod") and kid.i < noun.i and kid.pos_ == "NOUN" and depth:
                named = self.of(kid, depth + 1)
                if named is not None:
                    return replace(named, head=noun)
        return None

    # saying ------------------------------------------------------------------------------------------
    def _spoken(self, verb: Token) -> Content | None:
        """What is done by saying it, where that is more than a statement."""
        return self._performed(verb) or self._menaced(verb) or self._said(verb) or self._judged(verb)

    def _menaced(self, verb: Token) -> Content | None:
        """ "said Chad would pay a heavy price", "any attack will be met with force": a threat without the word."""
        speaker = syntax.doer(verb)
        for clause in self.verdicts.clauses(verb) if speaker is not None else ():
            hit = self.matcher.match_menace(clause) if "intend" in self.factuality.auxiliary_families(clause) else None
            if hit is None:
                continue
            self.used.update(word.i for word in (clause, *hit.words))
            subject = syntax.own_subject(clause)
            threatened = None if self.verdicts.is_speaker(subject, verb) else self.matcher.actor_in(subject)
            return Content(verb, (verb,), hit.row.code, speaker, threatened, False, "threaten", Status.THREATENED)
        return None

    def _performed(self, verb: Token) -> Content | None:
        """ "said he condemned the raid", "I would like to thank Chad, he said": the speaker does what he says that he does."""
        speaker = syntax.doer(verb)
        for clause in self.verdicts.clauses(verb) if speaker is not None else ():
            subject = syntax.own_subject(clause)
            if not self.verdicts.is_speaker(subject, verb):
                official = self._declared(clause, verb, subject)
                if official is not None:
                    return official
                continue
            word = clause
            if clause.lemma_ in WISHES:
                word = syntax.child(clause, "xcomp") or clause
            elif syntax.auxiliaries(clause) and self.factuality.auxiliary_families(clause) - {""}:
                if syntax.is_negated(clause) and clause.lemma_.lower() in self.lexicon.classes["withheld"]:
                    return Content(verb, (verb, clause), "011", speaker, None, False, "verdict")     # "could not comment"
                continue
            word = syntax.child(word, "acomp") or word
            if syntax.is_negated(clause) or syntax.is_passive(word) or (word is clause and self.factuality.is_unreal(clause)):
                continue
            hit = self.hit(word)
            if hit is not None and hit.object is not None and hit.object.lower_ in self.lexicon.classes["anybody"]:
                continue                # "we want to welcome everyone"
            done = self._triggered(hit) if hit is not None and hit.row.code[:3] in SPEECH_ACTS else None
            if done is not None:
                self.used.add(clause.i)
                return replace(done, head=verb, words=(verb, *done.words), source=speaker, family="verdict")
        return None

    def _declared(self, clause: Token, verb: Token, subject: Token | None) -> Content | None:
        """ "“Chad strongly condemns the raid,” the ministry said": in whose name it is said, he does it."""
        if subject is None or clause.tag_ not in ("VBZ", "VBP") or subject.ent_type_ not in ("GPE", "ORG", "NORP") or syntax.is_negated(clause) or (
                not self.verdicts.is_quoted(subject, verb) or not self.matcher.is_actor(subject)):
            return None
        hit = self.hit(clause)
        done = self._triggered(hit) if hit is not None and hit.row.code in DECLARED else None
        if done is None:
            return None
        self.used.add(clause.i)
        return replace(done, head=verb, words=(verb, *done.words), source=subject, family="verdict")

    def _wished(self, verb: Token) -> Content | None:
        """ "I would like to thank Chad": done by the wish."""
        word = syntax.child(verb, "xcomp") if verb.lemma_ in WISHES and verb.pos_ == "VERB" else None
        subject = syntax.own_subject(verb)
        if word is None or subject is None or subject.lower_ not in FIRST_PERSON or syntax.is_negated(verb) or syntax.is_negated(word):
            return None
        hit = self.hit(word)
        done = self._triggered(hit) if hit is not None and hit.row.code[:3] in SPEECH_ACTS else None
        return replace(done, head=word, source=subject, family="verdict") if done is not None else None

    def _decreed(self, verb: Token, depth: int) -> Content | None:
        """ "ordered the men held", "ordered him to be deported": what an authority orders done to somebody is done by it."""
        judge = syntax.doer(verb) if verb.pos_ == "VERB" and verb.lemma_.lower() in self.lexicon.classes["decreeing"] else None
        if judge is None or syntax.is_passive(verb):
            return None
        ordered = (kid for word in (verb, *(kid for kid in verb.children if kid.dep_ == "dobj")) for kid in word.children
                   if kid.dep_ in ("ccomp", "xcomp", "acl") and kid.i > verb.i and kid.tag_ in ("VBN", "VBD"))
        for done in ordered:
            is_bare = syntax.child(done, "aux", "auxpass", "mark", "agent") is None
            if not is_bare and not (syntax.is_infinitive(done) and syntax.is_passive(done)):
                continue
            victim = syntax.own_subject(done) or syntax.direct_object(verb)
            inner = self.of(done, depth + 1)
            code = inner.code if inner is not None else "173" if done.lemma_ == "hold" else NOTHING
            if code[:2] in DECREED and victim is not None:
                self.used.update((verb.i, done.i))
                return Content(verb, (verb, *(inner.words if inner is not None else (done,))), code, judge, victim, False)
        return None

    def _judging(self, verb: Token, verdict: Verdict) -> Content:
        judged = verdict.judged
        if judged is not None and judged.lower_ == "you":
            judged = self._hearer(verb)
        elif judged is None or judged.pos_ == "PRON":       # "He is a liar, she said of the mayor"
            judged = next((found for name, noun in self.matcher.preps(verb) if name in ("of", "about")
                           and (found := self.matcher.actor_in(noun)) is not None), judged)
        self.used.update(word.i for word in verdict.words)
        return Content(verb, (verb,), verdict.code, syntax.doer(verb), judged, False, "verdict")

    def _hearer(self, verb: Token) -> Token | None:
        heard = (syntax.direct_object(verb), *(noun for name, noun in self.matcher.preps(verb) if name == "to"))
        return next((found for noun in heard if (found := self.matcher.actor_in(noun)) is not None), None)

    def _judged(self, verb: Token) -> Content | None:
        """A statement as the blame or praise that its words are, unless they tell of a deed that is news itself."""
        speaker = syntax.doer(verb)
        if speaker is None or (verdict := self.verdicts.said(verb, speaker)) is None:
            return None
        deeds = (self.hit(word) for word in verdict.words if word.pos_ == "VERB" and not syntax.is_negated(word))
        if any(deed is not None and deed.row.code[:2] in MATERIAL for deed in deeds):
            return None
        return self._judging(verb, verdict)

    def _statement(self, verb: Token) -> Content | None:
        """A verb of saying without an entry, when somebody known says something in words."""
        known = self.lexicon.speech.get(self.lexicon.lemma(verb))
        speaker = syntax.doer(verb) if known is not None and known.is_statement else None
        if speaker is None or not self.matcher.is_actor(speaker) or not self._has_words(verb):
            return None
        return self._spoken(verb) or Content(verb, (verb,), "010", speaker, self._spoken_of(verb, speaker), False)

    def _has_words(self, verb: Token) -> bool:
        """Whether a verb of saying really comes with words: a clause, or a quotation in the sentence."""
        if any(kid.dep_ == "ccomp" for kid in verb.children) or verb.dep_ == "parataxis":
            return True
        has_mark = any(mark in self.factuality.text for mark in "“”\"")
        return has_mark and syntax.direct_object(verb) is None and syntax.child(verb, "xcomp") is None

    def _said(self, verb: Token) -> Content | None:
        """What a statement announces or calls for when its own verb is no known deed.

        "said it would rebuild the road" is an intent, "said Iran must disarm" a demand on Iran.
        """
        speaker = syntax.doer(verb)
        for clause in syntax.complement_verbs(verb):
            if clause.pos_ not in ("VERB", "AUX") or (self.factuality.is_unreal(clause) and not self._is_denial(clause)):
                continue
            subject = syntax.own_subject(clause)
            if syntax.is_negated(clause):
                refused = self._refused(verb, clause, speaker, subject)
                if refused is not None:
                    return refused
                continue
            if speaker is None or subject is None or {"should", "have"} <= {aux.lower_ for aux in syntax.auxiliaries(clause)}:
                continue        # "should have told them" asks for nothing any more
            if clause.lemma_ == "need" and not syntax.auxiliaries(clause):
                needed = self._needed(verb, clause, speaker, subject)
                if needed is not None:
                    return needed
            families = self.factuality.auxiliary_families(clause)
            is_own = subject.lower_ in self.lexicon.classes["own_pronoun"]
            if subject.lower_ == "it" and clause.lemma_ in self.lexicon.classes["impersonal"]:
                continue        # "it would take a year"
            family = next((each for each in ("demand", "appeal") if each in families), "intend" if is_own and "intend" in families else "")
            if not family or (not is_own and not self.matcher.is_actor(subject)) or (family != "intend" and is_own and subject.lower_ != "we"):
                continue
            if clause.lemma_.lower() in ("be", "have") or self.of(clause, 1) is not None:
                return None
            return Content(verb, (verb, clause), self.lexicon.outcome(family, ""), speaker, None if is_own else subject, False, family)
        return None

    def _is_denial(self, clause: Token) -> bool:
        """ "could not allow the ship to dock": who cannot permit it refuses."""
        return syntax.is_negated(clause) and clause.lemma_.lower() in self.lexicon.classes["permitting"]

    def _refused(self, verb: Token, clause: Token, speaker: Token | None, subject: Token | None) -> Content | None:
        """ "said he would not seek another term": a refusal, unless it only says how things will stand."""
        lemma = clause.lemma_.lower()
        is_state = any(lemma in self.lexicon.classes[name] for name in ("hesitant", "impersonal", "withheld"))
        if speaker is None or subject is None or is_state or syntax.is_passive(clause) or not self.verdicts.is_speaker(subject, verb):
            return None
        if self._is_denial(clause):
            withheld = self.of(clause, 1)
            self.used.update((clause.i, *(word.i for word in (withheld.words if withheld is not None else ()))))
            return Content(verb, (verb, clause), self.lexicon.outcome("reject", withheld.code if withheld is not None else ""), speaker,
                           withheld.target if withheld is not None else None, False, "reject")
        if "intend" not in self.factuality.auxiliary_families(clause) or self.of(clause, 1) is not None:
            return None
        return Content(verb, (verb, clause), self.lexicon.outcome("reject", ""), speaker, None, False, "reject")

    def _needed(self, verb: Token, need: Token, speaker: Token, subject: Token) -> Content | None:
        """ "said Mali needs to hold a vote", "we need a treaty, she said": an appeal in other words."""
        wanted = syntax.child(need, "xcomp", "dobj")
        inner = self.of(wanted, 1) if wanted is not None else None
        is_others = subject.pos_ in ("NOUN", "PROPN") and self.matcher.is_actor(subject) and subject.lemma_ != speaker.lemma_
        is_past = need.tag_ == "VBD" and self.verdicts.is_quoted(need, verb)       # "it needed to go": it is over
        if is_past or not ((is_others and wanted is not None and wanted.dep_ == "xcomp") or (subject.lower_ == "we" and inner is not None)):
            return None
        return Content(verb, (verb, need), self.lexicon.outcome("appeal", inner.code if inner is not None else ""), speaker,
                       subject if is_others else None, False, "appeal")

    def _spoken_of(self, verb: Token, speaker: Token | None) -> Token | None:
        """To whom a statement is made, or else whom it is about: the subject of what is said, or another named in it."""
        for name, heard in self.matcher.preps(verb):
            if name in ("to", "before", "with", "against") and (found := self.matcher.actor_in(heard)) is not None:
                return found
        for kid in verb.children:
            if kid.dep_ == "advcl" and kid.lower_ in self.lexicon.classes["addressing"]:
                hearer = syntax.direct_object(kid) or next((noun for name, noun in self.matcher.preps(kid) if name in ("to", "with")), None)
                found = self.matcher.actor_in(hearer)
                if found is not None:
                    return found
        clauses = [kid for kid in verb.children if kid.dep_ in ("ccomp", "parataxis") and kid.pos_ in ("VERB", "AUX")]
        if not clauses and verb.dep_ in ("ccomp", "parataxis") and syntax.is_set_off(verb):
            clauses = [verb.head]           # "..., he said, ..." hangs in its own words
        return self._named_in(clauses, verb, speaker)

    def _named_in(self, clauses: Iterable[Token], verb: Token, speaker: Token | None) -> Token | None:
        """Whom words are about: the subject, else the first name, else a pronoun, else anybody who can act."""
        spoken_by = speaker.lemma_ if speaker is not None else ""
        pronoun = anybody = None
        for clause in clauses:
            subject = syntax.own_subject(clause)
            if subject is not None and subject.pos_ in ("NOUN", "PROPN"):
                actor = self.matcher.actor_in(subject)
                if actor is not None and actor.lemma_ != spoken_by:
                    return actor
            if subject is not None and subject.lower_ in OTHERS:
                pronoun = pronoun or subject            # whether it is the speaker himself, the article knows
            own = {word.i for word in verb.subtree} if clause == verb.head else ()
            for word in clause.subtree:
                if word.pos_ not in ("PROPN", "NOUN") or word.dep_ not in SIDES or word.lemma_ == spoken_by or word.i in own:
                    continue
                if word.dep_ == "pobj" and word.ent_type_ == "GPE" and word.head.lower_ in self.lexicon.classes["place_preposition"]:
                    continue            # "killed three officers in Damascus"
                if self.matcher.is_actor(word):
                    if word.pos_ == "PROPN":
                        return word
                    anybody = anybody or word
        return pronoun or anybody

    # operators ---------------------------------------------------------------------------------------
    def _operated(self, token: Token, depth: int) -> Content | None:
        pos = OPERATOR_POS.get(token.pos_)
        if pos is None:
            return None
        lemma = token.lemma_.lower() if pos == "adj" else self.lexicon.lemma(token)        # "is prepared to" is no past of prepare
        for operator in self.lexicon.operators.get((pos, lemma), ()):
            if operator.particle and operator.particle not in syntax.particle_of(token):
                continue
            made = self._apply(operator, token, depth)
            if made is not None:
                return made
        return None

    def _complements(self, operator: Operator, token: Token) -> Iterator[tuple[Token, bool]]:
        """Words that the operator works on, with whether each is a clause."""
        kind = operator.complement
        if operator.prep:
            obj = syntax.direct_object(token) if token.pos_ == "VERB" else None
            # "accused the rebels of looting": the parser may hang it on the rebels
            loose = (phrase for phrase in self.matcher.preps(obj) if phrase[1].dep_ == "pcomp") if obj is not None else ()
            for name, inner in (*self.matcher.preps(token), *loose):
                if name in operator.prep:
                    if inner.ent_type_ == "DATE" and (inner.i > token.i or syntax.direct_object(token) is None):
                        continue        # "called on the mayor on Sunday", "on Sunday called for talks": nothing is asked of a day
                    for word in self.matcher.meant(inner) if inner.pos_ in syntax.NOMINAL else (inner, *syntax.verbal_conjuncts(inner)):
                        yield word, word.pos_ == "VERB"
            if kind not in ("clause", "infinitive", "that"):
                return
        if kind in ("clause", "infinitive", "that", "any"):
            has_object = token.pos_ in ("VERB", "AUX") and syntax.child(token, "dobj", "nsubjpass") is not None
            for verb in syntax.complement_verbs(token):
                if any(kid.tag_ in ("WRB", "WP") and kid.i < verb.i for kid in verb.children):
                    continue        # "told them how to prepare" is no order
                if verb.dep_ == "advcl" and has_object and "object" not in operator.target:
                    continue        # "demanded a meeting to discuss": what for, not what
                is_that = verb.dep_ == "ccomp" or (verb.dep_ == "conj" and verb.head.dep_ == "ccomp")
                if kind in ("clause", "any") or (kind == "that") == is_that:
                    yield verb, True
        if kind in ("noun", "any") and token.pos_ in ("VERB", "AUX"):
            obj = syntax.direct_object(token)
            if obj is not None and obj.pos_ in ("NOUN", "PROPN", "PRON", "NUM"):
                for word in self.matcher.meant(obj):
                    yield word, False
        elif kind in ("noun", "any") and token.pos_ == "NOUN":
            for name, inner in self.matcher.preps(token):
                if name in ("of", "for", "to", "on") and not operator.prep:
                    yield inner, inner.pos_ == "VERB"

    def _apply(self, operator: Operator, token: Token, depth: int) -> Content | None:
        family = operator.family
        best: Content | None = None
        for word, is_clause in self._complements(operator, token):
            inner = self.of(word, depth + 1)
            if inner is not None and inner.code == NOTHING:
                inner = None
            if family == "hypo":
                if not self.factuality.is_awaited(word):
                    self.factuality.suppose(word)
                continue
            if family == "claim" and is_clause and (claimed := syntax.own_subject(word)) is not None and claimed.lower_ in self.lexicon.classes["own_pronoun"]:
                continue            # "claimed it had shot down a jet": what he says of himself accuses nobody
            if family == "demand" and word.dep_ == "ccomp" and syntax.is_indicative(word) and self.lexicon.lemma(token) in self.lexicon.speech:
                continue            # "insisted that the vote was fair" demands nothing
            if family == "appeal" and word.dep_ == "ccomp" and "hypo" in self.factuality.auxiliary_families(word):
                continue            # "suggested that it could be lifted" asks nobody to lift it
            if inner is not None and syntax.is_negated(word) and word.pos_ == "VERB" and family in ("intend", "agree", "appeal", "demand", "order"):
                # "pledged not to attack", "urged them not to strike": the opposite of the deed
                ended = self.lexicon.outcome("end", inner.code)
                inner = replace(inner, code=ended) if ended != NOTHING else None
            if family == "coerce" and not self._is_somebody(syntax.doer(token)):
                family = "pass"         # "was forced to resign": nobody is said to have made him
            code = self.lexicon.outcome(family, inner.code if inner else "", self._category(word))
            if family == "warn" and operator.prep and self._operator_target(operator, token, word) is None:
                inner, code = None, self.lexicon.outcome(family, "")       # "warned of attacks": others', and on whomever
            if family == "warn" and code[:2] == "01" and is_clause and self._is_of_himself(word):
                code = self.lexicon.outcome("threaten", "")
            if family == "warn" and (menace := self.matcher.match_menace(word)) is not None:
                inner, code = None, menace.row.code
            if word.dep_ == "pcomp" and family not in LENDING:
                self.factuality.suppose_joined(word)
            if code == NOTHING or (inner is None and not self._may_stand_alone(operator, token, word, is_clause)):
                continue
            best = self._joined(operator, token, word, is_clause, inner, code)
            self.used.add(word.i)
            if inner is not None:
                self.used.update(w.i for w in inner.words)
                self.used.add(inner.head.i)
                break
        if best is not None:
            self.used.add(token.i)
        return best

    def _is_of_himself(self, clause: Token) -> bool:
        """ "warned they would come down hard": who warns of what he will do threatens."""
        subject = syntax.own_subject(clause)
        return subject is not None and subject.lower_ in self.lexicon.classes["own_pronoun"] and "intend" in self.factuality.auxiliary_families(clause) and (
            not syntax.is_passive(clause) and not syntax.is_negated(clause))

    def _category(self, word: Token) -> str:
        """The word that a class table is asked about; of a measured noun, what is measured."""
        inner = list(self.matcher.meant(word))
        noun = inner[-1] if word.lemma_.lower() in self.lexicon.classes["measure"] and inner else word
        return noun.lemma_.lower() if noun.pos_ in ("NOUN", "VERB", "PROPN") else syntax.compound(noun)

    def _commanded(self, order: Token, word: Token) -> Token | None:
        return syntax.direct_object(order) or syntax.own_subject(word)

    def _may_stand_alone(self, operator: Operator, token: Token, word: Token, is_clause: bool) -> bool:
        """Whether an operator over an unknown complement still is a deed ("refused to comply")."""
        if self.lexicon.outcome(operator.family, "", self._category(word)) != self.lexicon.outcome(operator.family, ""):
            return True             # the word itself says what it is: "accused of corruption"
        if not operator.alone:
            return False
        if operator.family == "allow":
            if token.pos_ == "VERB" and not syntax.is_passive(token) and not self._is_somebody(syntax.doer(token)):
                return False        # "the law allows her to ...", "it allows us to ...": makes possible, permits nothing
            permitted = syntax.own_subject(word) or syntax.direct_object(token)
            return is_clause and permitted is not None and self.matcher.is_actor(permitted)
        if operator.family == "order":
            commanded = self._commanded(token, word)
            return commanded is not None and (self.matcher.is_actor(commanded) or self._is_own_force(commanded, syntax.doer(token)))
        if operator.family in ("accuse", "deny", "allege"):
            return True
        if operator.family == "appeal" and operator.prep == operator.target and not is_clause and (
                word.ent_type_ == "PERSON" or (word.tag_ != "NNS" and word.lemma_.lower() in self.lexicon.classes["politician"])):
            return False            # "called on Foreign Minister Dar", "on the king of Nepal": a visit
        return is_clause or bool(operator.prep) or operator.family in ("demand", "reject", "threaten")

    def _is_somebody(self, noun: Token | None) -> bool:
        return noun is not None and noun.lower_ not in THINGS and self.matcher.is_actor(noun)

    def _is_own_force(self, noun: Token, commander: Token | None) -> bool:
        """ "ordered troops to the border"; the force of a land that has to be named is another's: "ordered French troops to leave"."""
        own = {word.lower_ for word in commander.subtree} if commander is not None else set()
        return noun.lemma_.lower() in self.lexicon.classes["commanded"] and not any(
            kid.dep_ in ("amod", "poss", "compound") and kid.ent_type_ in ("NORP", "GPE") and kid.lower_ not in own for kid in noun.lefts)

    def _joined(self, operator: Operator, token: Token, word: Token, is_clause: bool, inner: Content | None, code: str) -> Content:
        """The operator's own sides, completed by those of the deed under it."""
        family = operator.family
        source = self._operator_source(token, family)
        own = self._operator_target(operator, token, word)
        target = own or self._inner_target(family, source, word, is_clause, inner)
        if target is None and code[:2] == "01" and is_clause:
            target = self._named_in([word], token, source)
        if target is not None and source is not None and target.i == source.i:
            target = None
        if family == "order":
            commanded = self._commanded(token, word)
            if commanded is not None and self._is_own_force(commanded, source):
                # an order to one's own forces is the deed itself
                return Content(token, (token, *(inner.words if inner else (word,))), inner.code if inner else "150", source,
                               inner.target if inner else None, False)
        if family == "allow" and inner is None:
            return Content(token, (token, word), code, source, syntax.own_subject(word) or syntax.direct_object(token), False)
        if family in LENDING and inner is not None:
            if source is not None and source.pos_ == "NOUN" and not self.matcher.is_actor(source):
                source = None           # "the scandal forced the minister to resign": he did
            if inner.code[:2] in DEADLY and self.lexicon.lemma(token) in self.lexicon.classes["witnessing"]:
                source = None           # "residents reported gunfire": they did not shoot
            return replace(inner, code=code, source=source or inner.source, target=target or inner.target,
                           words=(token, *inner.words), is_nominal=False, head=token)
        words = (token, *(inner.words if inner else (word,)))
        is_mutual = bool(inner and inner.is_reciprocal and family in ("agree", "intend"))
        if family == "agree" and source is not None:
            # to agree with somebody, or together, is mutual; to agree to do something for somebody is a promise
            are_many = own is None and syntax.are_several(source)
            target = None if are_many else target
            is_mutual = is_mutual or are_many or own is not None or (target is not None and target.head.lower_ == "with")
        status = Status.ASSERTED if family == "warn" and code[:2] == "01" else Status(operator.status)
        return Content(token, words, code, source, target, is_mutual, family, status, is_nominal=token.pos_ == "NOUN")

    def _operator_source(self, token: Token, family: str) -> Token | None:
        if token.pos_ in ("VERB", "AUX"):
            source = syntax.doer(token)
            if source is None and syntax.is_passive(token) and family in ("intend", "agree", "reject"):
                # "is opposed to", "is committed to": a state of the subject
                source = (self.matcher.both_sides(token) if family == "agree" else None) or syntax.own_subject(token)
            return source
        if token.pos_ == "ADJ":
            return syntax.own_subject(token) or (syntax.grammatical_subject(token.head) if token.head.pos_ in ("VERB", "AUX") else None)
        return self.noun_owner(token)

    def _operator_target(self, operator: Operator, token: Token, word: Token) -> Token | None:
        """The other side where the operator's row says it stands: its object, or a phrase ("asked X", "appealed to X")."""
        for place in operator.target:
            if place == "object":
                obj = syntax.direct_object(token)
                found = None if obj is None or obj.i == word.i else self.matcher.actor_in(obj) or (obj if obj.pos_ in ("PROPN", "PRON") else None)
            else:
                found = next((actor for name, noun in self.matcher.preps(token) if name == place and noun.i != word.i
                              and (actor := self.matcher.actor_in(noun)) is not None), None)
            if found is not None:
                return found
        return None

    def _inner_target(self, family: str, source: Token | None, word: Token, is_clause: bool, inner: Content | None) -> Token | None:
        """The other side by the deed under the operator: who shall do it, or to whom it is done."""
        asked = syntax.own_subject(word) if is_clause and family in ON_OTHERS else None
        if inner is not None:
            others = [side for side in (inner.source, inner.target) if side is not None and (source is None or side.i != source.i)]
            if asked is not None:
                return asked
            if family in ("reject", "end") and inner.family:
                if others:
                    return others[0]
            elif inner.target in others:
                return inner.target
            if others:
                return others[0]
        return asked or (self._object_actor(word) if is_clause else self.matcher.actor_in(word))

    def _object_actor(self, verb: Token) -> Token | None:
        found = self.matcher.actor_in(syntax.direct_object(verb))
        if found is not None:
            return found
        where = self.lexicon.classes["place_preposition"]
        return next((noun for name, noun in self.matcher.preps(verb) if name not in where and self.matcher.is_actor(noun)), None)

    def noun_owner(self, noun: Token) -> Token | None:
        """Whose demand, threat or promise a noun names."""
        owner = syntax.child(noun, "poss")
        if owner is not None:
            return owner
        for name, inner in self.matcher.preps(noun):
            if name in ("by", "from") and self.matcher.is_actor(inner):
                return inner
        owner = next((kid for kid in noun.children if kid.dep_ in ("amod", "compound", "nmod") and self.matcher.is_actor(kid)), None)
        if owner is not None:
            return owner
        light = self.matcher.light_verb(noun)
        return syntax.doer(light[0]) if light is not None and light[1].role == "source" else None
