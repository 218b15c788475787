"""Whether words that are said blame or praise somebody, and whom.

A statement is news of another kind when what is said judges somebody else: "said the ban was a disgrace" is no plain
statement but criticism of whoever made the ban. The words are rows of `classes/verdict.csv` (what is bad or good),
of `verdicts.csv` (deeds that are a reproach in another's mouth: "broke its promise"); this module walks the tree and asks
them. Only what people do, decide, say and are can be blamed: an accident or the weather is bad without a culprit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from spacy.tokens import Token

from transforms.deeds import syntax
from transforms.deeds.factuality import Factuality
from transforms.deeds.triggers import Matcher

BLAME, PRAISE = "111", "051"        # criticise or denounce; praise or endorse
NAMING = ((BLAME, "bad", "wrongful"), (PRAISE, "good", "laudable"))
QUOTES = "“”\"„«»"
MARKS = frozenset(QUOTES) | {"''", "``"}        # as the tokenizer writes them, too
SPEAKERS = frozenset({"i", "we", "me", "us", "myself", "ourselves", "mine", "ours", "my", "our"})
PERSONS = frozenset({"he", "she", "they", "you", "him", "her", "them"})
REFERRING = PERSONS | {"it"}        # whom they mean, the article knows, or who is spoken to
OWNED_BY_OTHERS = frozenset({"his", "her", "its", "their"})
AHEAD = frozenset({"intend", "hypo"})
POINTING = frozenset({"this", "that", "these", "those"})
PREDICATE = frozenset({"attr", "acomp", "oprd"})
HOLDER = ("by", "of", "within", "inside", "at")
AUTHOR = ("by", "of", "from", "within", "in")        # before the one whose thing it is


@dataclass(frozen=True, slots=True)
class Verdict:
    """A judgement: its CAMEO code, the words that give it, and whom it falls on (None: nobody named)."""

    code: str
    words: tuple[Token, ...]
    judged: Token | None


class Verdicts:
    """Reads the judgements of one sentence."""

    def __init__(self, matcher: Matcher, factuality: Factuality) -> None:
        self.matcher = matcher
        self.factuality = factuality
        self.lexicon = matcher.lexicon
        self.classes = matcher.lexicon.classes

    # naming: "called the vote a sham" ------------------------------------------------------------------
    def named(self, verb: Token) -> Verdict | None:
        """ "called the vote a sham", "dubbed him a traitor"; None for a word that judges nothing."""
        if syntax.is_what(syntax.child(verb, "dobj")):
            return None
        quoted = (word for kid in verb.children if kid.dep_ == "dobj" for word in kid.children if word.dep_ == "appos" and syntax.is_set_off(word))
        for kid in (*verb.children, *quoted):
            if kid.dep_ not in ("oprd", "ccomp", "attr", "acomp", "xcomp", "appos") or kid.i < verb.i or kid.pos_ not in ("NOUN", "ADJ", "PROPN"):
                continue
            code = self._naming(kid)
            thing = syntax.own_subject(kid) or next((k for k in verb.children if k.dep_ in ("dobj", "nsubjpass") and k.i != kid.i), None)
            if code and (thing is not None or verb.dep_ != "relcl"):
                return Verdict(code, (verb, kid), self.owner(thing) or self._inside((kid, verb)))
        return self._named_as(verb) or self._named_in_quotes(verb)

    def _naming(self, noun: Token) -> str:
        """The code that a name for something gives: of the noun, its adjectives and what it is of ("campaign of terror")."""
        words = (noun, *noun.children, *(inner for name, inner in self.matcher.preps(noun) if name == "of"))
        telling = {word.lemma_.lower() for word in words if word.pos_ in ("NOUN", "ADJ")}
        return next((made for made, *names in NAMING if any(telling & self.classes[name] for name in names)), "")

    def _named_as(self, verb: Token) -> Verdict | None:
        """ "described the raid as a massacre", "portrayed by Chad as a crime"."""
        thing = syntax.direct_object(verb)
        if verb.lemma_.lower() not in self.classes["naming_as"] or syntax.is_what(thing):
            return None
        # the parser hangs an adjective between quotation marks on "as" as it can
        names = (word for kid in verb.children if kid.lower_ == "as" for noun in kid.children for word in syntax.nominal_conjuncts(noun))
        for noun in names:
            code = self._naming(noun) if noun.pos_ in ("NOUN", "ADJ", "PROPN") else ""
            if code:
                return Verdict(code, (verb, noun), self.owner(thing) or self._inside((noun, verb)))
        return None

    def _named_in_quotes(self, verb: Token) -> Verdict | None:
        """ "called his remarks on the debt “fatuous”": a single word between quotation marks, wherever the parser hung it."""
        thing = syntax.child(verb, "dobj")
        if thing is None:
            return None
        for word in verb.subtree:
            if word.i > verb.i + 1 and word.i + 1 < len(word.doc) and word.nbor(-1).text in QUOTES and word.nbor(1).text in QUOTES:
                code = next((made for made, *names in NAMING if any(word.lemma_.lower() in self.classes[name] for name in names)), "")
                if code:
                    return Verdict(code, (verb, word, thing), self.owner(thing))
        return None

    # what is said ------------------------------------------------------------------------------------
    def said(self, verb: Token, speaker: Token | None) -> Verdict | None:
        """The judgement in the words that a verb of saying brings."""
        for clause in self.clauses(verb):
            found = self._told(clause, verb, speaker) or self._epithet(clause, verb, speaker)
            if found is not None:
                return found
        return None

    def clauses(self, verb: Token) -> Iterator[Token]:
        """The clauses that are said, with their conjuncts; of "he thinks that ..." what is thought."""
        heads = [kid for kid in verb.children if kid.dep_ in ("ccomp", "parataxis") and kid.pos_ in ("VERB", "AUX")]
        if not heads and verb.dep_ in ("ccomp", "parataxis") and syntax.is_set_off(verb):
            heads = [verb.head]
        for head in heads:
            queue = [head]
            while queue:
                clause = queue.pop(0)
                is_thought = clause.lemma_.lower() in self.classes["thinking"] and self.is_speaker(syntax.own_subject(clause), verb)
                thought = [kid for kid in clause.children if kid.dep_ == "ccomp"] if is_thought else []
                queue.extend(thought)
                if not thought and clause.i != verb.i:
                    yield clause
                queue.extend(kid for kid in clause.children if kid.dep_ == "conj" and kid.pos_ in ("VERB", "AUX"))

    def _told(self, clause: Token, verb: Token, speaker: Token | None) -> Verdict | None:
        if self.factuality.is_unreal(clause):
            return None
        subject = syntax.own_subject(clause)
        if subject is None and any(kid.dep_ in ("csubj", "expl") for kid in clause.children):
            return self._of_predicate(clause, None)
        subject = subject or (syntax.grammatical_subject(clause) if clause.dep_ == "conj" else None)
        if subject is None:
            return None
        if self._is_own(subject, verb, speaker):
            return self._of_deed(clause, None) if syntax.is_passive(clause) and subject.lower_ in SPEAKERS else None
        return self._of_predicate(clause, subject) or self._of_deed(clause, subject) or self._reproach(clause, subject)

    def _is_own(self, word: Token, verb: Token, speaker: Token | None) -> bool:
        """Whether a side of what is said is the speaker himself, or may well be, or is nobody in particular."""
        low = word.lower_
        owner = syntax.child(word, "poss")
        owned = owner.lower_ if owner is not None else ""
        if low in SPEAKERS or owned in SPEAKERS or low in self.classes["anybody"]:
            return True
        if low in PERSONS or owned in OWNED_BY_OTHERS:
            is_others = low in ("they", "them") and speaker is not None and speaker.tag_ in ("NNP", "NN") and syntax.child(speaker, "conj") is None
            return not is_others and not self.is_quoted(word, verb)
        return speaker is not None and speaker.lemma_ in (word.lemma_, owner.lemma_ if owner is not None else "")

    def is_speaker(self, subject: Token | None, verb: Token) -> bool:
        """Whether a subject in what is said is who says it: "I", or in reported speech "he"."""
        if subject is None:
            return False
        return subject.lower_ in ("i", "we") or (subject.lower_ in ("he", "she", "it", "they") and not self.is_quoted(subject, verb))

    def is_quoted(self, word: Token, verb: Token) -> bool:
        """Whether a quotation mark stands between the words and who says them: "he" is then another."""
        first, last = sorted((word.i, verb.i))
        return any(token.text in MARKS for token in word.doc[first:last])

    def is_inside(self, word: Token, speaker: Token) -> bool:
        """Whether one quotation mark more opens than closes between a word and who speaks: the word is within his own words."""
        first, last = sorted((word.i, speaker.i))
        return sum(token.text in MARKS for token in word.doc[first:last]) % 2 == 1

    # the three ways to judge --------------------------------------------------------------------------
    def _of_predicate(self, clause: Token, subject: Token | None) -> Verdict | None:
        """ "was a disgrace", "is illegal", "amounts to theft"."""
        is_negated = syntax.is_negated(clause)
        is_answerable = subject is not None and self._is_answerable(subject)
        if not is_answerable and not AHEAD.isdisjoint(self.factuality.auxiliary_families(clause)):
            return None             # "it would be a shame": nobody has done it
        for word in self._predicates(clause):
            is_denied = is_negated or any(kid.dep_ == "det" and kid.lower_ == "no" for kid in word.children)
            culprit = self._inside((word, *(kid for kid in word.head.head.children if word.dep_ == "pobj")))
            code = self._of_words(self._telling(word, is_answerable), is_denied, needs_culprit=not is_answerable and culprit is None)
            if code:
                owner = self.owner(subject)
                return Verdict(code, (clause, word), culprit if owner is None or (owner.lower_ == "it" and culprit is not None) else owner)
        return None

    def _predicates(self, clause: Token) -> Iterator[Token]:
        """Nouns and adjectives that a clause says its subject is; past "an act of" what it is an act of."""
        lemma = clause.lemma_.lower()
        found: list[Token] = []
        if lemma in self.classes["linking"]:
            found = [kid for kid in clause.children if kid.i > clause.i and (
                kid.dep_ in PREDICATE or (kid.dep_ == "xcomp" and (kid.pos_ in ("NOUN", "ADJ") or kid.lower_ == "blame")))]
        elif lemma in self.classes["equating"]:
            found = [kid for kid in clause.children if kid.dep_ == "dobj"]
            found.extend(noun for name, noun in self.matcher.preps(clause) if name in ("to", "of"))
        for kid in found:
            for word in self.matcher.meant(kid):
                yield word
                if word.lemma_.lower() in self.classes["sign"]:
                    for name, inner in self.matcher.preps(word):
                        if name == "of":
                            yield from syntax.nominal_conjuncts(inner)

    def _telling(self, word: Token, is_answerable: bool) -> Iterator[Token]:
        """The words of a predicate that may judge: itself, its adjectives, and what an attempt attempts."""
        yield word
        if word.pos_ not in ("NOUN", "PROPN"):
            return
        is_open = is_answerable or word.lemma_.lower() in self.classes["answerable"]
        for kid in word.children:
            is_telling = is_open or kid.lemma_.lower() in self.classes["wrongful"]
            if (kid.dep_ == "amod" and is_telling) or (kid.dep_ in ("acl", "relcl") and word.lemma_.lower() in self.classes["attempt"]):
                yield kid

    def _of_words(self, words: Iterator[Token], is_negated: bool, needs_culprit: bool = False) -> str:
        """What words make of the thing: blame, praise, or "" where they only describe.

        With `needs_culprit` the thing is nobody's in particular, so only words that imply one count ("shameful", not "bad").
        """
        for word in words:
            lemma = word.lemma_.lower()
            if word.pos_ == "VERB" and word.dep_ in ("acl", "relcl"):
                if self.matcher.match_verdict(word) is not None:
                    return BLAME
            elif is_negated:
                if lemma in self.classes["wanted"] and not any(kid.dep_ == "xcomp" for kid in word.children) and (not needs_culprit or word.pos_ == "ADJ"):
                    return BLAME
            elif lemma in self.classes["wrongful"] or (not needs_culprit and lemma in self.classes["bad"]):
                return BLAME
            elif not needs_culprit and lemma in self.classes["laudable"]:
                return PRAISE
        return ""

    def _of_deed(self, clause: Token, subject: Token | None) -> Verdict | None:
        """ "broke its promise", "does not care": a deed that nobody says of another without blaming him."""
        if clause.pos_ != "VERB" and clause.lemma_ not in ("be", "have"):
            return None
        hit = self.matcher.match_verdict(clause)
        if hit is None:
            return None
        is_done_to = syntax.is_passive(clause) and "by" not in hit.row.prep      # "was betrayed by", but "is blinded by hatred"
        culprit = syntax.agent(clause) if is_done_to else subject
        if culprit is None:         # "we have been lied to"
            return Verdict(hit.row.code, hit.words, None) if is_done_to and subject is None else None
        return Verdict(hit.row.code, hit.words, self.owner(culprit)) if self._is_answerable(culprit) else None

    def _reproach(self, clause: Token, subject: Token) -> Verdict | None:
        """ "should never have signed": what ought to have been otherwise."""
        aux = {kid.lower_ for kid in clause.children if kid.dep_ == "aux"}
        if not {"should", "have"} <= aux or not self._is_answerable(subject):
            return None
        return Verdict(BLAME, (clause,), syntax.agent(clause) if syntax.is_passive(clause) else self.owner(subject))

    def _epithet(self, clause: Token, verb: Token, speaker: Token | None) -> Verdict | None:
        """ "must end this charade", "their lies": a word that judges in passing, of a thing that is pointed at."""
        skipped = {word.i for word in verb.subtree} if clause == verb.head else set()
        for word in clause.subtree:
            if word.pos_ != "NOUN" or word.i in skipped or self._is_own(word, verb, speaker):
                continue
            kids = list(word.children)
            if word.lemma_.lower() in self.classes["epithet"]:
                is_told = any(kid.dep_ == "det" and kid.lower_ in POINTING for kid in kids)
            else:
                is_told = word.lemma_.lower() in self.classes["answerable"] and any(
                    kid.dep_ == "amod" and kid.lemma_.lower() in self.classes["wrongful"] - self.classes["legal"] for kid in kids) and any(
                    kid.dep_ == "poss" or kid.lower_ in POINTING or kid.lower_ == "the" for kid in kids)
            if is_told:
                return Verdict(BLAME, (word,), self.owner(word))
        return None

    # on whom it falls -----------------------------------------------------------------------------------
    def _is_answerable(self, thing: Token) -> bool:
        """Somebody, or what somebody decides, does or says."""
        if thing.pos_ not in ("NOUN", "PROPN"):
            return thing.lower_ in PERSONS
        return any(word.lemma_.lower() in self.classes["answerable"] or self.matcher.is_actor(word) for word in self.matcher.meant(thing))

    def owner(self, thing: Token | None) -> Token | None:
        """Whose the judged thing is: the thing itself when it can act, else who did, made or has it."""
        if thing is None:
            return None
        if thing.pos_ == "PRON":
            return thing if thing.lower_ in REFERRING else None
        for word in self.matcher.meant(thing):
            if self.matcher.is_actor(word):
                return word
        is_suffered = thing.lemma_.lower() in self.classes["suffered"]      # "his arrest": he did not do it
        phrases = [(name, noun) for name, noun in self.matcher.preps(thing) if name in AUTHOR and not (is_suffered and name == "of")]
        has_victim = any(name == "of" for name, _ in self.matcher.preps(thing))
        if not is_suffered or has_victim:
            for kid in thing.children:
                if kid.dep_ in ("poss", "amod", "compound", "nmod") and (self.matcher.is_actor(kid) or kid.lower_ in OWNED_BY_OTHERS):
                    return kid
        for _, noun in phrases:
            if self.matcher.is_actor(noun):
                return noun
        for clause in thing.children:
            if clause.dep_ in ("relcl", "acl"):
                maker = syntax.agent(clause) if syntax.is_passive(clause) else syntax.own_subject(clause)
                if maker is not None and self.matcher.is_actor(maker):
                    return maker
        if not is_suffered:
            for _, noun in phrases:
                if (found := next((kid for kid in noun.children if kid.dep_ in ("poss", "amod", "compound") and self.matcher.is_actor(kid)), None)) is not None:
                    return found
        return None

    def _inside(self, words: tuple[Token, ...]) -> Token | None:
        """The actor that the judging words themselves name: "a failure of the prison service", "is Chad's fault"."""
        owner = next((kid for word in words for kid in word.children if kid.dep_ == "poss" and self.matcher.is_actor(kid)), None)
        if owner is not None and owner.pos_ != "PRON":
            return owner
        queue = [noun for word in words for name, noun in self.matcher.preps(word) if name in HOLDER]
        for noun in queue:
            for inner in (noun, *(kid for kid in noun.children if kid.dep_ in ("poss", "amod", "compound")),
                          *(deeper for name, deeper in self.matcher.preps(noun) if name in HOLDER)):
                if self.matcher.is_actor(inner):
                    return inner
        return None
