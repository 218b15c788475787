"""Parsed sentence -> deeds: what was done, by whom, to whom, and whether the text says that it happened.

Two layers, as in the research on CAMEO coders: triggers give the deed, operators (promise, refuse,
threaten, end ...) and auxiliaries (will, must, could) then make of it what the sentence says. Both are
tables; this module walks the tree and asks them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from spacy.tokens import Doc, Span, Token

from schemas.records import LOADED_STATUSES, Status
from transforms.deeds import syntax
from transforms.deeds.lexicon import NOTHING, DeedLexicon, Operator
from transforms.deeds.triggers import MEASURES, Hit, IsActor, Matcher, compound, is_each_other, is_trap, meant

MAX_DEPTH = 6            # operators within operators: "promised to stop threatening to leave" is three
MAX_SENTENCE_DEPTH = 1000
VERBAL_FAMILIES = frozenset({"appeal", "demand", "order", "reject", "threaten", "warn", "accuse", "accuse_loosely", "allege", "deny"})
# what is done by going somewhere: "sent officers to investigate", "gathered to protest"
# what a report is about; in other roots the saying itself is the event
VIOLENT = frozenset({"17", "18", "19", "20"})
MATERIAL = frozenset({"04", "06", "07", "08", "09", "14", "15", "16", "17", "18", "19", "20"})
PURPOSES = frozenset({"02", "04", "09", "10", "11", "14"})
CONDITION_MARKS = frozenset({"if", "unless", "whether", "lest", "should", "until"})
POSSIBLE = frozenset({"could", "may", "might", "can"})
NEEDFUL = {"must": "demand", "should": "appeal", "ought": "appeal"}
PROTESTS = frozenset({"protest", "demand", "denounce", "oppose", "condemn", "criticize", "criticise", "accuse", "press", "call"})
IDLE_PREPS = frozenset({"on", "upon", "to", "of", "toward", "towards", "without", "about", "instead", "against"})
BACKWARD = frozenset({"after", "following", "since", "amid", "over", "despite", "before", "during", "for", "because", "from"})
COMMANDED = frozenset({"troop", "force", "army", "soldier", "military", "navy", "police", "guard", "fighter", "militia", "unit", "warship", "jet", "plane", "tank"})
VERDICTS = frozenset({"call", "term", "label", "brand", "dub", "consider", "deem"})
THOUGHTS = frozenset({"012", "013"})
FUTURE = frozenset({"will", "shall", "'ll", "’ll", "wo"})
OWN_PRONOUNS = frozenset({"it", "they", "he", "she", "we", "i"})
HAPPENING = frozenset("""occur happen take erupt break begin start rage continue kill wound injure claim leave follow hit strike rock shake flare resume
    end unfold come destroy damage last drag spread intensify escalate force drive displace""".split())
INDEFINITE = frozenset({"any", "a", "an", "no", "some", "another", "every", "each"})


@dataclass(frozen=True, slots=True)
class Deed:
    """One deed of a sentence, its sides still as tokens; `clause` is where its time and place are said."""

    head: Token
    words: tuple[Token, ...]
    code: str
    source: Token | None
    target: Token | None
    status: Status
    clause: Token
    is_reciprocal: bool = False
    is_nominal: bool = False
    speaker: Token | None = None
    is_doubted: bool = False         # the speaker "claims" or "alleges"
    is_allusion: bool = False        # "after the attack": refers to what was told or happened before
    family: str = ""                 # operator that made the code, "" for a plain trigger


@dataclass(frozen=True, slots=True)
class _Content:
    """What a word and all under it amount to, before tense and negation."""

    head: Token
    words: tuple[Token, ...]
    code: str
    source: Token | None
    target: Token | None
    is_reciprocal: bool
    family: str = ""
    status: Status = Status.ASSERTED
    is_nominal: bool = False


def read_deeds(doc: Doc, lexicon: DeedLexicon, is_actor: IsActor) -> Iterator[tuple[Span, list[Deed]]]:
    """Every sentence of a parsed text with its deeds, in order; hypothetical and negated ones included."""
    matcher = Matcher(lexicon, is_actor)
    for sentence in doc.sents:
        yield sentence, _Sentence(sentence, matcher).deeds()


class _Sentence:
    """One pass over one sentence; remembers which words were already used by an operator above them."""

    def __init__(self, sentence: Span, matcher: Matcher) -> None:
        self.sentence = sentence
        self.matcher = matcher
        self.lexicon = matcher.lexicon
        self.used: set[int] = set()
        self.hypothetical: set[int] = set()
        self._hits: dict[int, Hit | None] = {}

    def hit(self, token: Token) -> Hit | None:
        if token.i not in self._hits:
            self._hits[token.i] = self.matcher.match(token)
        return self._hits[token.i]

    # ------------------------------------------------------------------------------------------------
    def deeds(self) -> list[Deed]:
        found: list[Deed] = []
        # governors first, so that an operator takes its complement before that speaks for itself
        for token in from_the_top(self.sentence):
            if token.i in self.used or token.pos_ in ("PUNCT", "SPACE", "DET", "ADP", "CCONJ", "PART"):
                continue
            content = self.content(token)
            if content is None or content.code == NOTHING:
                continue
            deed = self.finish(token, content)
            if deed is not None:
                found.append(deed)
        found.sort(key=lambda deed: deed.head.i)
        return self.prune(found)

    def prune(self, found: list[Deed]) -> list[Deed]:
        """One deed per trigger word, and no bare statement where the same speaker's words are a deed."""
        out: list[Deed] = []
        taken: dict[int, Deed] = {}
        for deed in found:
            if deed.head.i in taken:
                continue
            taken[deed.head.i] = deed
            out.append(deed)
        # attribution first: who reports a material deed makes no statement of his own; whose words are themselves
        # the news (a claim, a view, an accusation) makes one, and what he says stands only as its content
        spoken = {deed.source.i for deed in out if deed.source is not None and deed.code[:2] == "01"}
        reported: set[int] = set()
        kept: list[Deed] = []
        for deed in out:
            speaker = deed.speaker
            if deed.speaker is not None and self.is_rhetoric(deed):
                continue
            if speaker is None or deed.status not in LOADED_STATUSES or deed.family or speaker.i not in spoken:
                kept.append(deed)
            elif deed.code[:2] in MATERIAL and not deed.is_doubted:
                reported.add(speaker.i)
                kept.append(deed)
        acts = reported | {deed.source.i for deed in kept if deed.source is not None and deed.code[:2] != "01"
                           and deed.family in VERBAL_FAMILIES | {"intend", "agree", "modal"}}
        doing = {deed.source.i for deed in kept if deed.source is not None and not (deed.code == "010" and _is_aside(deed.head))}
        kept = [deed for deed in kept if not (deed.code == "010" and _is_aside(deed.head) and deed.source is not None and deed.source.i in doing)]
        return [deed for deed in kept if not (deed.code == "010" and deed.source is None)
                and not (deed.code[:2] == "01" and deed.source is not None and deed.source.i in acts)]

    def is_rhetoric(self, deed: Deed) -> bool:
        """Whether a deed stands inside a quotation and is not told there as something that happened."""
        if deed.family or deed.code[:2] == "01":
            return False
        text = self.sentence.text
        at = deed.head.idx - self.sentence.start_char
        opened = max(text.rfind(mark, 0, at) for mark in "“\"")
        if opened < 0 or (text[opened] == "“" and "”" in text[opened:at]) or (text[opened] == '"' and text.count('"', 0, at) % 2 == 0):
            return False
        told = deed.clause if deed.is_nominal else deed.head
        subject = syntax.own_subject(told)
        if told.tag_ == "VBD" and subject is not None and subject.pos_ == "PROPN":
            return False            # a paper quoted word for word: it tells, it does not plead
        return told.tag_ not in ("VBD", "VBN") or (deed.is_nominal and self.matcher.light_verb(deed.head) is None) or deed.code[:2] not in MATERIAL

    # what a word amounts to --------------------------------------------------------------------------
    def content(self, token: Token, depth: int = 0) -> _Content | None:
        if depth > MAX_DEPTH:
            return None
        hit = self.hit(token)
        if token.pos_ == "VERB" and self.lexicon.lemma(token) in VERDICTS:
            judged = self.verdict(token)
            if judged is not None:
                return judged
        if hit is not None and is_specific(hit):
            if is_trap(hit):
                self.used.add(token.i)
                if hit.object is not None:
                    self.used.update(word.i for word in meant(hit.object))
                return None
            operated = None
        else:
            operated = self.operate(token, depth)
        if operated is not None:
            return operated
        if hit is not None:
            if is_trap(hit):
                return None
            if hit.row.code == "010":
                said = self.said(token)
                if said is not None:
                    return said
            source, target = self.matcher.sides(hit)
            if hit.row.code[:2] == "01" and target is None and hit.row.pos == "verb":
                target = self.spoken_of(token, source)
            is_noun = hit.row.pos == "noun"
            if is_noun:
                self.use_modifiers(hit)
            is_mutual = is_each_other(hit.object)
            return _Content(token, hit.words, hit.row.code, source, None if is_mutual else target, hit.row.reciprocal or is_mutual, is_nominal=is_noun)
        if token.pos_ == "VERB" and depth == 0:
            verb = self.lexicon.speech.get(self.lexicon.lemma(token))
            speaker = syntax.doer(token) if verb is not None and verb.is_statement else None
            if speaker is not None and self.matcher.is_actor(speaker) and self.has_words(token):
                return self.said(token) or _Content(token, (token,), "010", speaker, self.spoken_of(token, speaker), False)
        if token.pos_ in ("NOUN", "PROPN"):
            if token.lemma_.lower() in MEASURES:
                for name, inner in syntax.preps(token):
                    if name == "of":
                        return self.content(inner, depth + 1)
            # a deed names the thing: "ceasefire agreement", "aid package", "peace talks"
            for kid in token.children:
                if kid.dep_ in ("compound", "nmod") and kid.i < token.i and kid.pos_ == "NOUN" and depth:
                    inner_content = self.content(kid, depth + 1)
                    if inner_content is not None:
                        return replace(inner_content, head=token)
        return None

    def verdict(self, verb: Token) -> _Content | None:
        """ "called the vote a sham": praise or blame by the class of the word; None for a word that judges nothing."""
        for kid in verb.children:
            if kid.dep_ in ("oprd", "ccomp", "attr", "acomp", "xcomp") and kid.i > verb.i and kid.pos_ in ("NOUN", "ADJ", "PROPN"):
                code = next((made for name, made in (("bad", "111"), ("good", "051")) if any(
                    word.lemma_.lower() in self.lexicon.classes.get(name, ()) for word in (kid, *kid.children) if word.pos_ in ("NOUN", "ADJ"))), "")
                if code:
                    judged = syntax.own_subject(kid) or next((k for k in verb.children if k.dep_ in ("dobj", "nsubjpass") and k.i != kid.i), None)
                    target = self.matcher.actor_in(judged)
                    return _Content(verb, (verb, kid), code, syntax.doer(verb), target, False, "verdict")
        return None

    def spoken_of(self, verb: Token, speaker: Token | None) -> Token | None:
        """To whom a statement is made, or else whom it is about: the subject of what is said, or another named in it."""
        for name, heard in syntax.preps(verb):
            if name in ("to", "before", "with", "against") and (found := self.matcher.actor_in(heard)) is not None:
                return found
        for kid in verb.children:
            if kid.dep_ == "advcl" and kid.lower_ == "telling":
                found = self.matcher.actor_in(syntax.direct_object(kid))
                if found is not None:
                    return found
        pronoun: Token | None = None
        for clause in verb.children:
            if clause.dep_ not in ("ccomp", "parataxis") or clause.pos_ not in ("VERB", "AUX"):
                continue
            subject = syntax.own_subject(clause)
            if subject is not None and subject.pos_ in ("NOUN", "PROPN"):
                actor = self.matcher.actor_in(subject)
                if actor is not None and actor.lemma_ != (speaker.lemma_ if speaker is not None else ""):
                    return actor
            if subject is not None and subject.lower_ in ("he", "she", "they") and pronoun is None:
                pronoun = subject           # whether it is the speaker himself, the article knows
            for word in clause.subtree:
                if word.pos_ == "PROPN" and word.dep_ in ("nsubj", "nsubjpass", "dobj", "pobj", "poss") and self.matcher.is_actor(word) \
                        and (speaker is None or (word.i != speaker.i and word.lemma_ != speaker.lemma_)):
                    return word
        return pronoun

    def has_words(self, verb: Token) -> bool:
        """Whether a verb of saying really comes with words: a clause, or a quotation in the sentence."""
        if any(kid.dep_ == "ccomp" for kid in verb.children) or verb.dep_ == "parataxis":
            return True
        return any(mark in self.sentence.text for mark in "“”\"") and syntax.child(verb, "dobj") is None

    def said(self, verb: Token) -> _Content | None:
        """What a statement announces or calls for when its own verb is no known deed.

        "said it would rebuild the road" is an intent, "said Iran must disarm" a demand on Iran.
        """
        speaker = syntax.doer(verb)
        for clause in syntax.complement_verbs(verb):
            if clause.pos_ not in ("VERB", "AUX") or syntax.is_negated(clause) or self.is_unreal(clause):
                continue
            subject = syntax.own_subject(clause)
            if speaker is None or subject is None:
                continue
            auxiliaries = {aux.lower_ for aux in syntax.auxiliaries(clause)}
            family = next((NEEDFUL[word] for word in auxiliaries if word in NEEDFUL), "")
            is_own = subject.lower_ in OWN_PRONOUNS
            if not family and is_own and (auxiliaries & FUTURE or "would" in auxiliaries):
                family = "intend"
            if not family or (not is_own and not self.matcher.is_actor(subject)) or (family != "intend" and is_own and subject.lower_ != "we"):
                continue
            if clause.lemma_.lower() in ("be", "have") or self.content(clause, 1) is not None:
                return None
            return _Content(verb, (verb, clause), self.lexicon.outcome(family, ""), speaker, None if is_own else subject, False, family)
        return None

    def use_modifiers(self, hit: Hit) -> None:
        """The words inside a multiword noun do not speak again ("bomb attack" is one attack)."""
        for kid in hit.token.children:
            if kid.dep_ in ("compound", "amod") and kid.i < hit.token.i:
                self.used.add(kid.i)

    # operators ---------------------------------------------------------------------------------------
    def operate(self, token: Token, depth: int) -> _Content | None:
        pos = {"VERB": "verb", "AUX": "verb", "NOUN": "noun", "PROPN": "noun", "ADJ": "adj"}.get(token.pos_)
        if pos is None:
            return None
        if pos == "adj" and token.tag_ in ("VBN", "VBG"):
            pos = "adj"
        for operator in self.lexicon.operators.get((pos, self.lexicon.lemma(token)), ()):
            if operator.particle and operator.particle not in syntax.particle_of(token):
                continue
            applied = self.apply(operator, token, depth)
            if applied is not None:
                return applied
        return None

    def complements(self, operator: Operator, token: Token) -> Iterator[tuple[Token, bool]]:
        """Words that the operator works on, with whether each is a clause."""
        kind = operator.complement
        if operator.prep:
            for name, inner in syntax.preps(token):
                if name in operator.prep:
                    for word in meant(inner) if inner.pos_ in syntax.NOMINAL else (inner, *syntax.verbal_conjuncts(inner)):
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
                for word in meant(obj):
                    yield word, False
        elif kind in ("noun", "any") and token.pos_ == "NOUN":
            for name, inner in syntax.preps(token):
                if name in ("of", "for", "to", "on") and not operator.prep:
                    yield inner, inner.pos_ == "VERB"

    def apply(self, operator: Operator, token: Token, depth: int) -> _Content | None:
        family = operator.family
        best: _Content | None = None
        for word, is_clause in self.complements(operator, token):
            inner = self.content(word, depth + 1)
            if inner is not None and inner.code == NOTHING:
                inner = None
            if family == "hypo":
                self.suppose(word)
                continue
            if inner is not None and syntax.is_negated(word) and word.pos_ == "VERB" and family in ("intend", "agree", "appeal", "demand", "order"):
                # "pledged not to attack", "urged them not to strike": the opposite of the deed
                ended = self.lexicon.outcome("end", inner.code)
                inner = replace(inner, code=ended) if ended != NOTHING else None
            code = self.lexicon.outcome(family, inner.code if inner else "", _category(word))
            if code == NOTHING:
                continue
            if inner is None and not self.may_stand_alone(operator, token, word, is_clause):
                continue
            best = self.joined(operator, token, word, is_clause, inner, code)
            self.used.add(word.i)
            if inner is not None:
                self.used.update(w.i for w in inner.words)
                self.used.add(inner.head.i)
                break
        if family == "hypo":
            return None
        if best is not None:
            self.used.add(token.i)
        return best

    def suppose(self, word: Token) -> None:
        """Marks a complement and its conjuncts as not said to happen."""
        self.hypothetical.add(word.i)
        for verb in syntax.verbal_conjuncts(word):
            self.hypothetical.add(verb.i)

    def may_stand_alone(self, operator: Operator, token: Token, word: Token, is_clause: bool) -> bool:
        """Whether an operator over an unknown complement still is a deed ("refused to comply")."""
        if self.lexicon.outcome(operator.family, "", _category(word)) != self.lexicon.outcome(operator.family, ""):
            return True             # the word itself says what it is: "accused of corruption"
        if not operator.alone:
            return False
        if operator.family == "allow":
            permitted = syntax.own_subject(word) or syntax.direct_object(token)
            return is_clause and permitted is not None and self.matcher.is_actor(permitted)
        if operator.family == "order":
            commanded = syntax.direct_object(token) or syntax.own_subject(word)
            return commanded is not None and (self.matcher.is_actor(commanded) or commanded.lemma_.lower() in COMMANDED)
        if operator.family in ("accuse", "deny", "allege"):
            return True
        return is_clause or bool(operator.prep) or operator.family in ("demand", "reject", "threaten")

    def joined(self, operator: Operator, token: Token, word: Token, is_clause: bool, inner: _Content | None, code: str) -> _Content:
        """The operator's own sides, completed by those of the deed under it."""
        family = operator.family
        if token.pos_ in ("VERB", "AUX"):
            source = syntax.doer(token)
            if source is None and syntax.is_passive(token) and family in ("intend", "agree", "reject"):
                source = syntax.own_subject(token)      # "is opposed to", "is committed to": a state of the subject
        elif token.pos_ == "ADJ":
            source = syntax.own_subject(token) or (syntax.grammatical_subject(token.head) if token.head.pos_ in ("VERB", "AUX") else None)
        else:
            source = self.noun_owner(token)
        target: Token | None = None
        for place in operator.target:
            if place == "object":
                obj = syntax.direct_object(token)
                if obj is not None and obj.i != word.i:
                    target = self.matcher.actor_in(obj) or (obj if obj.pos_ in ("PROPN", "PRON") else None)
            else:
                target = next((found for name, noun in syntax.preps(token) if name == place and noun.i != word.i
                               and (found := self.matcher.actor_in(noun)) is not None), None)
            if target is not None:
                break
        if target is None and inner is not None:
            others = [side for side in (inner.source, inner.target) if side is not None and (source is None or side.i != source.i)]
            if family in ("appeal", "demand", "order", "allege") and is_clause and syntax.own_subject(word) is not None:
                target = syntax.own_subject(word)
            elif family in ("reject", "end") and inner.family:
                target = inner.source if inner.source is not None and (source is None or inner.source.i != source.i) else inner.target
            else:
                target = inner.target if inner.target is not None and (source is None or inner.target.i != source.i) else None
            target = target or (others[0] if others else None)
        if target is None and is_clause and family in ("appeal", "demand", "order", "allege"):
            target = syntax.own_subject(word)
        if target is None:
            target = self.matcher.actor_in(word) if not is_clause else self.object_actor(word)
        if target is not None and source is not None and target.i == source.i:
            target = None
        status = Status(operator.status)
        if family == "order":
            commanded = syntax.direct_object(token) or syntax.own_subject(word)
            if commanded is not None and commanded.lemma_.lower() in COMMANDED:
                # an order to one's own forces is the deed itself
                return _Content(token, (token, *(inner.words if inner else (word,))), inner.code if inner else "150", source,
                                inner.target if inner else None, False)
        if family == "allow" and inner is None:
            target = syntax.own_subject(word) or syntax.direct_object(token)
            return _Content(token, (token, word), code, source, target, False)
        if family in ("pass", "attempt", "allow") and inner is not None:
            return replace(inner, code=code, source=source or inner.source, target=target or inner.target,
                           words=(token, *inner.words), family=inner.family, is_nominal=False, head=token)
        words = (token, *(inner.words if inner else (word,)))
        return _Content(token, words, code, source, target, family == "agree" or bool(inner and inner.is_reciprocal and family == "intend"),
                        family, status, is_nominal=token.pos_ == "NOUN")

    def object_actor(self, verb: Token) -> Token | None:
        found = self.matcher.actor_in(syntax.direct_object(verb))
        if found is not None:
            return found
        return next((noun for _, noun in syntax.preps(verb) if self.matcher.is_actor(noun)), None)

    def noun_owner(self, noun: Token) -> Token | None:
        for kid in noun.children:
            if kid.dep_ == "poss":
                return kid
        for name, inner in syntax.preps(noun):
            if name in ("by", "from") and self.matcher.is_actor(inner):
                return inner
        owner = next((kid for kid in noun.children if kid.dep_ in ("amod", "compound", "nmod") and self.matcher.is_actor(kid)), None)
        if owner is not None:
            return owner
        light = self.matcher.light_verb(noun)
        return syntax.doer(light[0]) if light is not None and light[1].role == "source" else None

    # tense, negation, condition, attribution ---------------------------------------------------------
    def finish(self, token: Token, content: _Content) -> Deed | None:
        verb = token
        light = None
        if content.is_nominal:
            light = self.matcher.light_verb(token)
            if light is not None:
                verb = light[0]
                self.used.add(verb.i) if self.hit(verb) is None or not is_specific(self.hit(verb)) else None
            elif (not content.family and not self.may_report(token, content)) or (content.family and not self.operator_noun_reports(token)):
                return None
        speaker, is_doubted, is_quoted = self.speaker_of(verb, content.head)
        content = self.with_owner(content)
        if content.code == NOTHING:
            return None
        content = self.with_other_side(content)
        code, status, source, target = content.code, content.status, content.source, content.target
        if content.is_nominal and light is None:
            if self.is_supposed_noun(token):
                status = Status.HYPOTHETICAL
            if syntax.is_negated(token):
                status = Status.NEGATED
        else:
            code, status, source, target = self.modal(verb, content, speaker, is_quoted)
            if content.is_nominal and syntax.is_negated(token):
                status = Status.NEGATED
        if code == NOTHING or (code in THOUGHTS and content.head.dep_ in ("advcl", "relcl", "acl")):
            return None             # "because they fear ..." is a reason, not a statement
        self.used.update(word.i for word in content.words)
        if source is not None and target is not None and source.i == target.i:
            target = None
        family = content.family or ("modal" if code != content.code else "")
        return Deed(content.head, content.words, code, source, target, status, syntax.clause_of(verb), content.is_reciprocal,
                    content.is_nominal, speaker, is_doubted, content.is_nominal and light is None and is_allusion(token), family)

    def with_other_side(self, content: _Content) -> _Content:
        """Completes a deed whose sides the entry's own places did not give."""
        source, target = content.source, content.target
        if source is None and not content.is_nominal and syntax.is_passive(content.head):
            source = syntax.hidden_agent(content.head)
        if target is not None and target.pos_ not in ("PRON", "PROPN") and not self.matcher.is_actor(target):
            target = self.matcher.actor_in(target)
        if target is None and source is not None and content.code[:2] != "01" and not content.is_nominal:
            for word in reversed(content.words):
                target = self.matcher.other_side(word, source)
                if target is not None:
                    break
        if target is None and content.code[:2] == "14":
            # whom a protest is against often stands in its reason: "began a hunger strike to protest the king's refusal"
            for word in (*content.words, syntax.clause_of(content.head)):
                for reason in word.children:
                    if reason.dep_ in ("advcl", "xcomp", "acl", "relcl") and reason.lemma_.lower() in PROTESTS and target is None:
                        target = self.matcher.actor_in(syntax.direct_object(reason)) or self.matcher.other_side(reason, source)
        return replace(content, source=source, target=target)

    def with_owner(self, content: _Content) -> _Content:
        """A thing does nothing: its owner does ("the Israeli decision violated ..."), nature or nobody else.

        Weapons and attacks are things that do kill; floods and crashes kill, but it is no event of ours.
        """
        source = content.source
        if source is None or source.pos_ != "NOUN" or self.matcher.is_actor(source):
            return content
        if content.code[:2] in VIOLENT:
            is_nature = any(source.lemma_.lower() in self.lexicon.classes.get(name, ()) for name in ("disaster", "disease", "accident"))
            return replace(content, code=NOTHING) if is_nature else content
        owner = self.matcher.actor_in(source)
        return replace(content, source=owner) if owner is not None else replace(content, code=NOTHING)

    def may_report(self, noun: Token, content: _Content) -> bool:
        """Whether a bare event noun tells that the deed happened."""
        hit = self.hit(noun)
        if hit is None:
            return False
        if not hit.row.alone or hit.row.code[:2] == "01":
            return False                # a letter or a remark that is only mentioned is not made here
        # a modifier ("attack helicopter", "protest movement") tells nothing
        if noun.dep_ in ("compound", "nmod", "amod") or (noun.pos_ == "PROPN" and noun.dep_ == "compound"):
            return False
        if noun.pos_ == "PROPN" and not noun.is_sent_start and noun.lower_ != noun.text:
            return False
        # "after years of war" only alludes; a day, a side or a verb of happening tells
        governor = noun.head if noun.dep_ in ("nsubj", "nsubjpass") else None
        if governor is not None and governor.lemma_.lower() in HAPPENING:
            return True
        if content.source is not None or content.target is not None:
            return True
        return any(word.ent_type_ == "DATE" for kid in noun.children if kid.dep_ in ("prep", "nummod", "npadvmod", "compound", "nmod", "amod", "poss", "acl", "relcl")
                   for word in (kid, *kid.children))

    def operator_noun_reports(self, noun: Token) -> bool:
        """ "calls for aid", "threats to invade": told when definite, owned, or the object of a light verb."""
        return any(kid.dep_ in ("poss", "det") and kid.lower_ not in INDEFINITE for kid in noun.children) or self.noun_owner(noun) is not None

    def is_supposed_noun(self, noun: Token) -> bool:
        if any(kid.dep_ == "det" and kid.lower_ == "any" for kid in noun.children):
            return True
        if any(kid.dep_ == "amod" and kid.lower_ in ("possible", "potential", "future", "likely", "would-be", "planned", "proposed", "imminent",
                                                     "further", "hypothetical", "looming", "alleged") for kid in noun.children):
            return True
        if noun.i in self.hypothetical or any(word.i in self.hypothetical for word in syntax.ancestors_within(noun, self.sentence.root) if word.pos_ in ("NOUN",)):
            return True
        governor = syntax.clause_of(noun)
        determiners = {kid.lower_ for kid in noun.children if kid.dep_ in ("det", "poss")}
        is_definite = bool(determiners - INDEFINITE)
        return not is_definite and self.is_unreal(governor)

    def is_unreal(self, verb: Token) -> bool:
        """Whether a clause, or one that governs it, is supposed, conditional or asked."""
        here = verb
        for _ in range(syntax.MAX_CLIMB):
            if here.i in self.hypothetical:
                return True
            marks = {kid.lower_ for kid in here.children if kid.dep_ in ("mark", "advmod")}
            if marks & CONDITION_MARKS or {"so", "that"} <= marks:
                return True
            if any(aux.lower_ in POSSIBLE or (aux.lower_ in ("would", "'d") and not self.is_reported(here)) for aux in syntax.auxiliaries(here)):
                return True
            if here.dep_ not in ("xcomp", "ccomp", "advcl", "relcl", "acl", "conj", "pcomp") or here.head is here:
                break
            here = here.head
            if here.pos_ not in ("VERB", "AUX"):
                here = syntax.clause_of(here)
        return self.sentence.text.rstrip(" \n\"”'").endswith("?")

    def is_reported(self, verb: Token) -> bool:
        here = verb
        for _ in range(syntax.MAX_CLIMB):
            if here.dep_ in ("ccomp", "parataxis", "conj", "advcl", "relcl", "xcomp") and here.head is not here:
                if here.dep_ == "ccomp" and self.lexicon.lemma(here.head) in self.lexicon.speech:
                    return True
                here = here.head
                if here.pos_ not in ("VERB", "AUX"):
                    return False
                continue
            return False
        return False

    def speaker_of(self, verb: Token, head: Token) -> tuple[Token | None, bool, bool]:
        """Who says so, whether with a verb of doubt, and whether in the speaker's own reported words."""
        here = verb
        for _ in range(syntax.MAX_CLIMB):
            for kid in here.children:
                if kid.lower_ == "according":
                    inner = next((noun for name, noun in syntax.preps(kid) if name == "to"), None) or next(
                        (noun for name, noun in syntax.preps(here) if name in ("to", "according to")), None)
                    if inner is not None:
                        return inner, False, False
                if kid.dep_ in ("parataxis", "ccomp") and kid.pos_ == "VERB" and self.lexicon.lemma(kid) in self.lexicon.speech and kid.i > here.i:
                    return syntax.doer(kid), self.lexicon.speech[self.lexicon.lemma(kid)].is_stake, True
            if here.head is here:
                break
            if here.dep_ in ("ccomp", "parataxis") and self.lexicon.lemma(here.head) in self.lexicon.speech and here.head.pos_ == "VERB":
                return syntax.doer(here.head), self.lexicon.speech[self.lexicon.lemma(here.head)].is_stake, True
            here = here.head
        return None, False, False

    def modal(self, verb: Token, content: _Content, speaker: Token | None, is_quoted: bool) -> tuple[str, Status, Token | None, Token | None]:
        """Applies auxiliaries, negation and condition to a deed."""
        code, status, source, target = content.code, content.status, content.source, content.target
        auxiliaries = {aux.lower_ for aux in syntax.auxiliaries(verb)}
        negated = syntax.is_negated(verb)
        if content.source is not None and speaker is not None and content.source.lower_ in OWN_PRONOUNS:
            source = speaker
        future = bool(auxiliaries & FUTURE) or ("would" in auxiliaries and self.is_reported(verb)) or _is_going_to(verb)
        needful = next((NEEDFUL[word] for word in auxiliaries if word in NEEDFUL), "")
        if self.is_unreal(verb):
            return code, Status.HYPOTHETICAL, source, target
        if needful:
            if not is_quoted or speaker is None or content.family:
                return code, Status.HYPOTHETICAL, source, target
            if negated:
                ended = self.lexicon.outcome("end", code)
                code = ended if ended != NOTHING else code
            asked = source if source is not None and source.i != speaker.i else target
            return self.lexicon.outcome(needful, code), Status.ASSERTED, speaker, asked
        if future:
            if negated:
                return self.lexicon.outcome("reject", code), Status.ASSERTED, source, target
            if content.family in VERBAL_FAMILIES:
                return code, Status.PLANNED, source, target
            made = self.lexicon.outcome("intend", code)
            # of others' violence a speaker can only guess; of their visits and accords he is told
            is_guess = speaker is not None and source is not None and source.i != speaker.i and code[:2] > "12"
            return made, Status.HYPOTHETICAL if is_guess else Status.PLANNED, source, target
        if negated:
            return code, Status.NEGATED, source, target
        if verb.i in self.hypothetical:
            return code, Status.HYPOTHETICAL, source, target
        if self.is_bare_infinitive(verb) and not (verb.dep_ == "advcl" and code[:2] in PURPOSES and self.content(verb.head, 1) is None
                                                  and verb.head.tag_ in ("VBD", "VBN", "VBZ", "VBP", "VBG")):
            return code, Status.HYPOTHETICAL, source, target
        return code, status, source, target

    def is_bare_infinitive(self, verb: Token) -> bool:
        """An infinitive that nothing known governs says what for, not what happened; so does "hinges on settling"."""
        if verb.dep_ == "pcomp" and verb.tag_ == "VBG" and verb.head.lower_ in IDLE_PREPS:
            return True
        here = verb
        for _ in range(syntax.MAX_CLIMB):
            if here.tag_ == "VB" and any(kid.tag_ == "TO" for kid in here.children):
                return True
            if here.dep_ == "conj" and here.tag_ == "VB" and here.head.pos_ == "VERB":
                here = here.head
                continue
            return False
        return False


def is_specific(hit: Hit | None) -> bool:
    """Whether the entry names the very words it stands with: it then knows better than an operator."""
    vague = ((), ("+",), ("-",), ("@actor",))
    return hit is not None and (hit.row.object not in vague or hit.row.prep_object not in vague or bool(hit.row.particle))


def _is_aside(verb: Token) -> bool:
    """ "left the talks, saying ...": the saying only goes with the deed."""
    return verb.tag_ == "VBG" and verb.dep_ in ("advcl", "acl", "conj", "xcomp")


def _category(word: Token) -> str:
    """The word that a class table is asked about; of a measured noun, what is measured."""
    inner = list(meant(word))
    noun = inner[-1] if word.lemma_.lower() in MEASURES and inner else word
    return noun.lemma_.lower() if noun.pos_ in ("NOUN", "VERB", "PROPN") else compound(noun)


def from_the_top(sentence: Span) -> list[Token]:
    """The words of a sentence, governors before what they govern, each level in reading order."""
    words = list(sentence)
    start = sentence.start
    heads = [word.head.i - start for word in words]
    depths = [-1] * len(words)
    for index in range(len(words)):
        path = []
        here = index
        while 0 <= here < len(words) and depths[here] < 0 and heads[here] != here:
            depths[here] = MAX_SENTENCE_DEPTH       # a circle, which a bad parse may hold, ends here
            path.append(here)
            here = heads[here]
        above = depths[here] if 0 <= here < len(words) and heads[here] != here else 0
        for step, passed in enumerate(reversed(path), 1):
            depths[passed] = above + step
        if heads[index] == index:
            depths[index] = 0
    return [words[index] for index in sorted(range(len(words)), key=lambda i: (depths[i], i))]


def is_allusion(noun: Token) -> bool:
    """Whether an event noun points back: definite, or the time or reason of something else."""
    here = noun
    while here.dep_ in ("conj", "compound") and here.head.pos_ in ("NOUN", "PROPN"):
        here = here.head
    if here.dep_ == "pobj" and here.head.lower_ in BACKWARD:
        return True
    return any(kid.dep_ in ("det", "poss") and kid.lower_ in ("the", "this", "that", "these", "those", "its", "their", "his", "her") for kid in noun.children)


def _is_going_to(verb: Token) -> bool:
    return verb.dep_ == "xcomp" and verb.head.lower_ == "going" and any(kid.lemma_ == "be" for kid in verb.head.children)
