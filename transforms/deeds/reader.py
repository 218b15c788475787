"""Parsed sentence -> deeds: what was done, by whom, to whom, and whether the text says that it happened.

`content.py` says what the words amount to and `factuality.py` whether the sentence tells it as a fact; this module puts
both together, finds the sides that are still missing, and drops what only repeats another deed of the sentence.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from spacy.symbols import ADJ, AUX, NOUN, PROPN, VERB
from spacy.tokens import Doc, Span, Token

from schemas.records import LOADED_STATUSES, Status
from transforms.deeds import syntax
from transforms.deeds.content import FIRST_PERSON, MATERIAL, THINGS, Content, Contents
from transforms.deeds.factuality import Factuality, Voice
from transforms.deeds.lexicon import NOTHING, DeedLexicon
from transforms.deeds.triggers import DEADLY, NOBODY, IsActor, IsPlace, Matcher, is_specific

VERBAL_FAMILIES = frozenset({"appeal", "demand", "order", "reject", "threaten", "warn", "accuse", "accuse_loosely", "allege", "deny"})
STANCES = VERBAL_FAMILIES | {"intend", "agree", "modal"}
HOW = frozenset({"when", "as", "after"})
VIOLENT = DEADLY | {"17"}
SEALED = frozenset({"050", "054", "057", "115", "116"})     # accords, recognition, charges and rulings are done, not said
PURPOSES = frozenset({"02", "04", "09", "10", "11", "14"})      # what is done by going somewhere: "sent officers to investigate"
PLEADED = frozenset({"02", "03", "10", "11", "12", "13"})        # what a declaration may do for its author
FORMAL = frozenset({"05", "10", "11", "12", "13"})       # what is done by word and may be told of afterwards
THOUGHTS = frozenset({"012", "013"})
VEHICLES = ("vehicle", "ship", "aircraft")
NATURE = ("disaster", "disease", "accident")
SENT = ("074", "15")             # who is sent goes himself: "police have been deployed"
FAMILY = frozenset({"his", "her", "their", "my", "our"})    # whose wife or son; a country's neighbours are "its"
AWAITED = frozenset({"04", "05", "06", "07"})    # what a diary holds: "is expected to visit", but not "to win" or "to attack"
BLAMED = frozenset({"of", "for", "over"})       # "accused of", "blamed for", "criticised over" a deed
GIFTS = frozenset({"03", "07"})
CAUSES = (("leadership_change", "1"), ("grievance", "2"), ("rights", "3"), ("regime", "4"))      # what a protest is for, and its last digit
SPEAKING, NAMING = frozenset({VERB, AUX, ADJ}), frozenset({NOUN, PROPN})       # by numbers: every word is asked
ATTACKS = ("attack", "bomb", "small_arm")       # classes of words that tell of violence


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


def read_deeds(doc: Doc, lexicon: DeedLexicon, is_actor: IsActor, is_place: IsPlace = lambda token: False) -> Iterator[tuple[Span, list[Deed]]]:
    """Every sentence of a parsed text with its deeds, in order; hypothetical and negated ones included.

    `is_place` knows more towns than the tagger, who takes many of them for people.
    """
    matcher, text = Matcher(lexicon, is_actor, is_place), doc.text        # spaCy puts it together anew at every call
    for sentence in doc.sents:
        yield sentence, _Sentence(sentence, text[sentence.start_char:sentence.end_char], matcher).deeds()


class _Sentence:
    """One pass over one sentence."""

    def __init__(self, sentence: Span, text: str, matcher: Matcher) -> None:
        self.sentence = sentence
        self.matcher = matcher
        self.lexicon = matcher.lexicon
        self.factuality = Factuality(sentence, text, matcher.lexicon)
        self.contents = Contents(matcher, self.factuality)

    def deeds(self) -> list[Deed]:
        found: list[Deed] = []
        # governors first, so that an operator takes its complement before that speaks for itself
        for token in syntax.from_the_top([token for token in self.sentence if self.may_speak(token)]):
            if token.i in self.contents.used:
                continue
            content = self.contents.of(token)
            deed = self.told(token, content) if content is not None and content.code != NOTHING else None
            if deed is not None:
                found.append(deed)
        found.sort(key=lambda deed: deed.head.i)
        return self.without_echoes(found)

    def may_speak(self, token: Token) -> bool:
        """Whether any table could know the word; most nouns are passed over here."""
        pos = token.pos
        return pos in SPEAKING or (pos in NAMING and token.lemma_.lower() in self.lexicon.nouns)

    # from content to deed ----------------------------------------------------------------------------
    def told(self, token: Token, content: Content) -> Deed | None:
        """The deed as the sentence tells it, None where it only mentions the word."""
        # a noun may tell of another's deed: "will hold a round of talks"
        verb, light = syntax.predicate(token), self.matcher.light_verb(token) if content.is_nominal or token.pos == NOUN else None
        if light is not None:
            verb = light[0]
            if not is_specific(self.contents.hit(verb)):
                self.contents.used.add(verb.i)
        elif content.is_nominal and not (self.operator_noun_reports(token) if content.family else self.may_report(token, content)):
            return None
        if content.code[:2] < "14" and self.factuality.is_habitual(verb):
            return None             # a stance of long standing; violence is news each time
        if self.factuality.is_custom(verb) if content.code[:2] in VIOLENT else content.code[:2] < "14" and self.factuality.is_of_anybody(verb):
            return None
        if content.code[:2] == "05" and not content.is_nominal and self.factuality.is_state(verb):
            return None
        if content.code[:2] == "08" and verb.tag_ == "VBG" and verb.dep_ == "advcl" and syntax.is_passive(verb.head) and self.is_violence(verb.head):
            return None             # "were killed by police, ending a siege": the dead did not end it
        voice = self.factuality.voice_of(verb)
        content = self.with_owner(content)
        if content.code == NOTHING:
            return None
        content = self.with_other_side(content)
        if self.is_private(content):
            return None
        made = self.factual_noun(token, content) if content.is_nominal and light is None else self.modal(verb, content, voice)
        if light is not None and syntax.is_negated(token):
            made = replace(made, status=Status.NEGATED)
        if made.status is Status.ASSERTED and self.factuality.is_alleged(verb):
            made = replace(made, status=Status.CLAIMED)
        if made.code == NOTHING or (made.code in THOUGHTS and made.head.dep_ in ("advcl", "relcl", "acl")):
            return None             # "because they fear ..." is a reason, not a statement
        words = made.words if not content.is_nominal else (*made.words, *self.tellers(token))
        self.contents.used.update(word.i for word in made.words)
        target = None if made.source is not None and made.target is not None and made.source.i == made.target.i else made.target
        family = made.family or ("modal" if made.code != content.code or made.status is Status.PLANNED else "")
        if made.is_nominal and light is None:
            is_allusion = self.factuality.is_allusion(token) or self.is_judged(token)
        else:
            is_allusion = family != "modal" and self.factuality.is_description(verb)
        return Deed(made.head, words, made.code, made.source, target, made.status, syntax.clause_of(verb), made.is_reciprocal,
                    made.is_nominal, voice.speaker, voice.is_doubted, is_allusion, family)

    def is_private(self, content: Content) -> bool:
        """ "praised her son", "met his wife", "his mother said": what goes on in a family, but for violence."""
        kin = self.lexicon.classes["kin"]
        if content.code[:2] >= "14":
            return False
        return any(side is not None and side.pos_ == "NOUN" and side.lemma_.lower() in kin and any(
            kid.dep_ == "poss" and kid.lower_ in FAMILY for kid in side.children) for side in (content.source, content.target))

    def is_judged(self, noun: Token) -> bool:
        """ "condemned attacks on civilians", "has alleged massacres": named for what is said of it, not told."""
        verb = noun.head.head if noun.dep_ == "pobj" and noun.head.lower_ in BLAMED else noun.head
        content = self.contents.of(verb) if noun.dep_ in ("dobj", "pobj") and verb.pos_ == "VERB" else None
        return content is not None and content.code[:2] == "11"

    def tellers(self, noun: Token) -> Iterator[Token]:
        """Verbs of a relative clause that tell when the noun happened: "the clash that occurred on 12 June"."""
        happening = self.lexicon.classes["happening"]
        # the parser hangs the clause on the nearest noun: "the murder of a bishop that took place on 3 July"
        nouns = (noun, *(inner for name, inner in syntax.preps(noun) if name == "of"))
        return (kid for each in nouns for kid in each.children if kid.dep_ in ("relcl", "acl") and kid.lemma_.lower() in happening)

    def factual_noun(self, noun: Token, content: Content) -> Content:
        if syntax.is_negated(noun):
            return replace(content, status=Status.NEGATED)
        if self.factuality.is_supposed_noun(noun):
            return replace(content, status=Status.HYPOTHETICAL)
        if self.factuality.is_to_come(noun):
            return replace(content, status=Status.HYPOTHETICAL if content.code[:2] in VIOLENT else Status.PLANNED)
        return content

    def modal(self, verb: Token, content: Content, voice: Voice) -> Content:
        """Applies auxiliaries, negation and condition to a deed."""
        speaker = voice.speaker
        if voice.is_reported and speaker is not None and content.source is not None and content.source.lower_ in self.lexicon.classes["own_pronoun"] and (
                content.source.lower_ in FIRST_PERSON or not self.contents.verdicts.is_inside(content.source, speaker)):
            content = replace(content, source=speaker)
        source, code = content.source, content.code
        families = self.factuality.auxiliary_families(verb)
        is_order = self.factuality.is_imperative(verb)
        needful = "demand" if is_order and voice.is_reported else next((each for each in ("demand", "appeal") if each in families), "")
        is_negated = syntax.is_negated(verb)
        if self.factuality.is_unreal(verb) or (is_order and not voice.is_reported):
            return replace(content, status=Status.HYPOTHETICAL)
        if needful:
            if not voice.is_reported or speaker is None or content.family in VERBAL_FAMILIES:
                return replace(content, status=Status.HYPOTHETICAL)
            ended = self.lexicon.outcome("end", code) if is_negated else NOTHING
            asked = source if source is not None and source.i != speaker.i else content.target
            return replace(content, code=self.lexicon.outcome(needful, ended if ended != NOTHING else code), status=Status.ASSERTED,
                           source=speaker, target=asked)
        if "intend" in families or self.factuality.is_scheduled(verb):
            if is_negated:
                return replace(content, code=self.lexicon.outcome("reject", code), status=Status.ASSERTED)
            if content.family in VERBAL_FAMILIES:
                return replace(content, status=Status.PLANNED)
            # of others' violence a speaker can only guess; of their visits and accords he is told
            is_guess = (speaker is not None and source is not None and source.i != speaker.i and code[:2] > "12") or (
                code[:2] not in AWAITED and self.factuality.is_awaited(verb))
            return replace(content, code=self.lexicon.outcome("intend", code), status=Status.HYPOTHETICAL if is_guess else Status.PLANNED)
        if is_negated and code[:2] == "08" and verb.lemma_.lower() in self.lexicon.classes["permitting"] and "hypo" not in families:
            return replace(content, code=self.lexicon.outcome("reject", code))       # "was not allowed to land"
        if is_negated or syntax.is_negated_above(verb):
            return replace(content, status=Status.NEGATED)
        if verb.i in self.factuality.supposed or (self.factuality.is_bare_infinitive(verb) and not self.is_done_by_going(verb, code)):
            return replace(content, status=Status.HYPOTHETICAL)
        return content

    def is_done_by_going(self, verb: Token, code: str) -> bool:
        """ "gathered to protest": an infinitive of purpose that was carried out, under a verb that is no deed itself."""
        return verb.dep_ == "advcl" and code[:2] in PURPOSES and self.contents.of(verb.head, 1) is None \
            and verb.head.tag_ in ("VBD", "VBN", "VBZ", "VBP", "VBG")

    def may_report(self, noun: Token, content: Content) -> bool:
        """Whether a bare event noun tells that the deed happened."""
        hit = self.contents.hit(noun)
        if hit is None or not hit.row.alone or hit.row.code[:2] == "01":
            return False                # a letter or a remark that is only mentioned is not made here
        # a modifier ("attack helicopter", "protest movement") tells nothing
        if noun.dep_ in ("compound", "nmod", "amod"):
            return False
        # "the raid was an act of war" says what the raid was; only "there was a raid" tells of one
        if noun.dep_ == "attr" and not any(kid.dep_ == "expl" for kid in noun.head.children):
            return False
        if noun.pos_ == "PROPN" and not noun.is_sent_start and noun.lower_ != noun.text:
            return False
        # "after years of war" only alludes; a day, a side or a verb of happening tells
        if noun.dep_ in ("nsubj", "nsubjpass") and noun.head.lemma_.lower() in self.lexicon.classes["happening"]:
            return True
        if content.code[:2] == "14" and any(True for _ in self.tellers(noun)):
            return True             # "a string of protests that rocked the capital"
        if content.source is not None or content.target is not None:
            return True
        return any(word.ent_type_ in ("DATE", "TIME") for kid in noun.children if kid.dep_ in ("prep", "nummod", "npadvmod", "compound", "nmod", "amod", "poss", "acl", "relcl")
                   for word in (kid, *kid.children))

    def operator_noun_reports(self, noun: Token) -> bool:
        """ "calls for aid", "threats to invade": told when definite, owned, or the object of a light verb."""
        indefinite = self.lexicon.classes["indefinite"]
        return any(kid.dep_ in ("poss", "det") and kid.lower_ not in indefinite for kid in noun.children) or self.contents.noun_owner(noun) is not None

    # the sides ---------------------------------------------------------------------------------------
    def with_owner(self, content: Content) -> Content:
        """A thing does nothing: its owner does ("the Israeli decision violated ..."), nature or nobody else.

        Weapons and attacks are things that do kill; floods and crashes kill, but it is no event of ours.
        """
        source = content.source
        if (source is None or source.dep_ == "nsubjpass" or not self.matcher.is_actor(source)) and content.code[:2] in PLEADED and (
                speaker := self.trailing_speaker(content.head)) is not None:
            return replace(content, source=speaker)
        is_somebody = source is not None and self.matcher.is_actor(source) and not self.is_wreck(content.head)
        if (not is_somebody or (source is not None and (source.lower_ in THINGS or self.lexicon.is_of(source, VEHICLES)))) and content.code[:2] in VIOLENT and self.is_mishap(content):
            return replace(content, code=NOTHING)
        if source is None or is_somebody or source.pos_ != "NOUN":
            return content
        if content.code[:2] in VIOLENT:
            return replace(content, code=NOTHING) if self.is_nature(source) else content
        both = next((noun for name, noun in syntax.preps(source) if name == "between"), None)      # "talks between A and B failed"
        about = source.subtree if content.code == "164" else ()         # "talks to form a Dutch government failed": whose it would be
        owner = self.matcher.actor_in(both) or self.matcher.actor_in(source) or next(
            (word for word in about if word.pos_ in ("NOUN", "PROPN") and word.dep_ != "compound" and not syntax.is_where(word) and self.matcher.is_actor(word)), None) or (self.author(source) if content.code[:2] in PLEADED else None)
        if content.code[:2] == "04" and owner is not None and owner.dep_ in ("compound", "nmod", "amod"):
            owner = None                # the flights of an airline visit nobody, the plane of a minister does
        return replace(content, source=owner) if owner is not None else replace(content, code=NOTHING)

    def trailing_speaker(self, participle: Token) -> Token | None:
        """ "said the talks had failed, blaming Iran": the participle hangs on what is said, but is the speaker's."""
        verb = participle
        while verb.dep_ == "conj" and verb.head.tag_ == "VBG":
            verb = verb.head
        told = verb.head
        if verb.dep_ == "conj" and verb.tag_ == "VBD" == told.head.tag_ and told.dep_ == "ccomp" and syntax.own_subject(verb) is None and (
                self.lexicon.lemma(told.head) in self.lexicon.speech):
            return self.speaking_actor(told.head)       # "said the strike had lasted too long and blamed the ministry"
        if verb.tag_ != "VBG" or verb.dep_ != "advcl" or told.dep_ != "ccomp" or not syntax.is_set_off(verb) or self.lexicon.lemma(told.head) not in self.lexicon.speech:
            return None
        return self.speaking_actor(told.head)

    def speaking_actor(self, verb: Token) -> Token | None:
        speaker = syntax.doer(verb)
        return speaker if speaker is not None and self.matcher.is_actor(speaker) else None

    def author(self, thing: Token) -> Token | None:
        """ "issued a declaration demanding ...": who made the thing that speaks."""
        verb = thing.head if thing.dep_ == "dobj" else None
        maker = syntax.doer(verb) if verb is not None else None
        return maker if maker is not None and self.matcher.is_actor(maker) else None

    def is_mishap(self, content: Content) -> bool:
        """ "two were killed when a bus crashed": nobody did it, and the sentence speaks of no attack."""
        classes = self.lexicon.classes
        if content.head.lemma_.lower() not in classes["killing"] | classes["hurting"]:
            return False
        # "troops stormed the camp" is no storm
        words = {word.lemma_.lower() for word in self.sentence if not (word.pos_ == "VERB" and self.is_violence(word))}
        if words.isdisjoint(classes["mishap"]):
            return False
        attacks = (word for word in self.sentence if self.lexicon.is_of(word, ATTACKS))
        return all(word.pos_ == "VERB" and self.is_nature(syntax.grammatical_subject(word)) for word in attacks)      # "the quake that struck"

    def is_wreck(self, participle: Token) -> bool:
        """ "held the driver of a bus that hit a tree, killing nine": the participle hangs on who was after, not on what crashed."""
        return participle.tag_ == "VBG" and participle.dep_ in ("advcl", "conj") and any(
            word.pos_ == "VERB" and word.lemma_.lower() in self.lexicon.classes["mishap"] for word in self.sentence if word.i < participle.i)

    def is_nature(self, noun: Token | None) -> bool:
        return noun is not None and self.lexicon.is_of(noun, NATURE)

    def is_violence(self, verb: Token) -> bool:
        hit = self.contents.hit(verb)
        return hit is not None and hit.row.code[:2] in VIOLENT

    def with_other_side(self, content: Content) -> Content:
        """Completes a deed whose sides the entry's own places did not give."""
        source, target = content.source, content.target
        if source is None and not content.is_nominal and syntax.is_passive(content.head):
            source = syntax.hidden_agent(content.head)
            both = self.matcher.both_sides(content.head) if source is None and content.is_reciprocal else None
            if both is not None:
                return replace(content, source=both, target=None)
        if content.code[:2] in DEADLY:
            if source is not None and source.pos_ == "NOUN" and source.lemma_.lower() in self.lexicon.classes["building"]:
                source = None       # "a shooting at a mosque that killed three": no building did
            source = source if source is not None else self.attacker(content.head)
        if source is None and content.code.startswith(SENT) and syntax.is_passive(content.head):
            source = self.matcher.actor_in(syntax.direct_object(content.head))
        if target is not None and target.pos_ not in ("PRON", "PROPN") and not self.matcher.is_actor(target):
            target = self.matcher.actor_in(target)
        hit = self.contents.hit(content.head)
        is_closed = not content.family and hit is not None and NOBODY in hit.row.target
        # "condemned the mayor's arrest": whoever arrested him is condemned, not the mayor
        is_closed = is_closed or (content.code[:2] == "11" and hit is not None and hit.object is not None
                                  and hit.object.lemma_.lower() in self.lexicon.classes["suffered"])
        is_closed = is_closed or (content.is_reciprocal and source is not None and syntax.are_several(source))    # both sides are there
        if target is None and source is not None and content.code[:2] != "01" and not content.is_nominal and not is_closed:
            places = list(reversed(content.words))
            if content.code[:2] in GIFTS and content.head.dep_ == "conj" and syntax.own_subject(content.head) is None:
                places.append(content.head.head)        # "apologised to Russia and offered compensation"
            sent = hit.object if hit is not None and content.code.startswith(SENT) else None        # who is sent is one's own
            target = next((found for word in places if (found := self.matcher.other_side(word, source, sent)) is not None), None)
        if source is not content.source or target is not content.target:
            content = replace(content, source=source, target=target)
        return self.with_reason(content) if content.code[:2] == "14" else content

    def attacker(self, verb: Token) -> Token | None:
        """ "were killed in an Israeli air strike", "died in rebel shelling": who is behind the attack that killed."""
        aimed, assailant = self.lexicon.classes["aimed"], self.lexicon.classes["assailant"]
        for name, noun in syntax.preps(verb):
            if name not in ("in", "during", "by", "from", "after") or noun.lemma_.lower() not in aimed:
                continue
            for kid in noun.lefts:
                # "a mosque attack" names where it was
                is_band = kid.lemma_.lower() in assailant if kid.pos_ == "NOUN" else kid.pos_ == "ADJ" or kid.ent_type_ in ("NORP", "ORG", "GPE")
                if kid.dep_ in ("amod", "compound", "nmod", "poss") and (is_band or kid.dep_ == "poss") and self.matcher.is_actor(kid):
                    return kid
        return self.opener(verb)

    def opener(self, verb: Token) -> Token | None:
        """ "two were killed and six hurt when rebels opened fire": who is behind the clause that tells how."""
        if verb.lemma_.lower() not in self.lexicon.classes["killing"] | self.lexicon.classes["hurting"]:
            return None
        for told in (verb, *(kid for kid in verb.children if kid.dep_ == "conj")):
            for clause in told.children:
                if clause.dep_ != "advcl" or not any(kid.lower_ in HOW and kid.dep_ in ("advmod", "mark") for kid in clause.lefts):
                    continue
                opener = syntax.doer(clause) if self.is_violence(clause) else None
                if opener is not None and opener.pos_ != "PRON" and self.matcher.is_actor(opener):
                    return opener
        return None

    def with_reason(self, protest: Content) -> Content:
        """Whom a protest is against and what it wants often stands in its reason: "marched to demand the king's resignation"."""
        for word in (*protest.words, syntax.clause_of(protest.head)):
            for reason in word.children:
                if reason.dep_ not in ("advcl", "xcomp", "acl", "relcl") or reason.lemma_.lower() not in self.lexicon.classes["protesting"]:
                    continue
                wanted = syntax.direct_object(reason)
                if protest.target is None:
                    target = self.matcher.actor_in(wanted) or self.matcher.other_side(reason, protest.source)
                    protest = replace(protest, target=target)
                if wanted is not None and len(protest.code) == 3 and protest.code != "140":
                    digit = next((digit for name, digit in CAUSES if wanted.lemma_.lower() in self.lexicon.classes[name]), "")
                    protest = replace(protest, code=protest.code + digit)
        return protest

    # what repeats another deed -----------------------------------------------------------------------
    def without_echoes(self, found: list[Deed]) -> list[Deed]:
        """One deed per trigger word, and no bare statement where the same speaker's words are a deed."""
        deeds = list({deed.head.i: deed for deed in reversed(found)}.values())[::-1]
        spoken = {deed.source.i for deed in deeds if deed.source is not None and (deed.code[:2] == "01" or deed.family == "verdict")}
        # attribution first: who reports a material deed makes no statement of his own; whose words are themselves
        # the news (a claim, a view, an accusation) makes one, and what he says stands only as its content
        contents = {deed.head.i: deed.speaker.i for deed in deeds if deed.speaker is not None and not deed.family
                    and deed.status in LOADED_STATUSES and deed.speaker.i in spoken
                    and not (deed.head.tag_ == "VBG" and deed.source is not None and deed.source.i == deed.speaker.i)}
        kept = [deed for deed in deeds if not self.is_rhetoric(deed)
                and (deed.head.i not in contents or (self.is_reportable(deed) and (not deed.is_doubted or is_own_claim(deed))))]
        silent = {contents[deed.head.i] for deed in kept if deed.head.i in contents}
        silent |= {deed.speaker.i for deed in kept if deed.speaker is not None and deed.family == "modal" and self.is_reportable(deed)}
        silent |= {deed.source.i for deed in kept if deed.source is not None and deed.code[:2] != "01" and deed.family in STANCES}
        doing = {deed.source.i for deed in kept if deed.source is not None and not is_aside(deed)}
        return [deed for deed in kept if not (
            (deed.code == "010" and (deed.source is None or self.is_own_voice(deed)))
            or (is_aside(deed) and deed.source is not None and deed.source.i in doing)
            or (deed.code[:2] == "01" and deed.family not in ("verdict", "deny") and deed.source is not None and deed.source.i in silent))]

    def is_own_voice(self, deed: Deed) -> bool:
        """ "I recall the day", "we note that": words of somebody whose words are being told already."""
        return deed.head.tag_ == "VBP" and deed.source is not None and deed.source.lower_ in FIRST_PERSON

    def is_reportable(self, deed: Deed) -> bool:
        """Whether a deed is news whoever tells it: a material one, or what somebody known says or decides as another reports it."""
        if deed.code[:2] in MATERIAL or deed.code in SEALED:
            return True
        source = deed.source
        if source is None or deed.speaker is None or deed.code[:2] == "01":
            return False
        if source.i == deed.speaker.i:
            # "said it had lodged a protest": he tells what he has done, by words as it may be
            return deed.code[:2] in FORMAL and deed.target is not None and any(aux.lower_ in ("had", "has", "have") for aux in syntax.auxiliaries(deed.head))
        return source.pos_ == "PROPN" or (source.pos_ == "NOUN" and any(
            kid.dep_ in ("amod", "compound", "poss") and self.matcher.is_actor(kid) for kid in source.children))

    def is_rhetoric(self, deed: Deed) -> bool:
        """Whether a deed stands inside a quotation and is not told there as something that happened."""
        if deed.speaker is None or deed.family or deed.code[:2] == "01":
            return False
        text = self.factuality.text
        at = deed.head.idx - self.sentence.start_char
        opened = max(text.rfind(mark, 0, at) for mark in "“\"")
        if opened < 0 or (text[opened] == "“" and "”" in text[opened:at]) or (text[opened] == '"' and text.count('"', 0, at) % 2 == 0):
            return False
        told = deed.clause if deed.is_nominal else deed.head
        subject = syntax.own_subject(told)
        if told.tag_ == "VBD" and subject is not None and subject.pos_ == "PROPN":
            return False            # a paper quoted word for word: it tells, it does not plead
        return told.tag_ not in ("VBD", "VBN") or (deed.is_nominal and self.matcher.light_verb(deed.head) is None) or deed.code[:2] not in MATERIAL


def is_own_claim(deed: Deed) -> bool:
    """ "claimed it had shot down a jet": the deed is the news, as he tells it."""
    return deed.source is not None and deed.speaker is not None and deed.source.i == deed.speaker.i and deed.code[:2] in MATERIAL


def is_aside(deed: Deed) -> bool:
    """ "left the talks, saying ...": the saying only goes with the deed."""
    return deed.code == "010" and deed.head.tag_ == "VBG" and deed.head.dep_ in ("advcl", "acl", "conj", "xcomp")
