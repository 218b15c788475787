"""Matches the words of a sentence with the trigger lexicon, and finds the two sides of each deed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from spacy.tokens import Token

from transforms.deeds import syntax
from transforms.deeds.lexicon import NOTHING, DeedLexicon, LightVerb, Rows, TriggerRow

IsActor = Callable[[Token], bool]
IsPlace = Callable[[Token], bool]

PLACE_CLASSES = frozenset({"@territory", "@place_taken", "@strike_target", "@stronghold"})
NOBODY = "nobody"       # in a row's target: there is no other side, so none is looked for ("deployed police")
MISS = -1.0
TIE = 2.0                # how much a row's real fit may exceed what its conditions promise (two-word matches)
DEADLY = frozenset({"18", "19", "20"})
SUFFERED = DEADLY | {"06", "07", "08", "09", "16", "17"}      # what the subject of a passive suffers
PASSED_ON = frozenset({"06", "08"})      # what is done with people and goods by others
NO_ACTOR = frozenset({"DATE", "TIME", "MONEY", "PERCENT", "ORDINAL", "QUANTITY"})
AGAINST = ("against", "on", "upon", "at", "toward", "towards", "over")
PEACEFUL = ("drill", "exercise", "talk", "assistance", "agreement", "relation", "tie")
WEAPONS = ("weapon", "artillery", "aircraft", "drone", "missile", "small_arm", "bomb")
AFTER = frozenset({"after", "following"})
AMIDST = frozenset({"since", "amid", "amidst", "during", "before"})       # what went on beside a deed
WITH = ("with", "to", "for")
TOGETHER = ("between", "among")


@dataclass(frozen=True, slots=True)
class Hit:
    """A trigger found in a sentence; `row.code` is what the lexicon says of it."""

    token: Token
    row: TriggerRow
    object: Token | None
    words: tuple[Token, ...]         # trigger, particle and the object or preposition that decided


class Matcher:
    """Finds triggers in one document by the conditions of their rows."""

    def __init__(self, lexicon: DeedLexicon, is_actor: IsActor, is_place: IsPlace = lambda token: False) -> None:
        self.lexicon = lexicon
        self._can_act = is_actor
        self._is_place = is_place
        # of this document's tokens; each is asked many times
        self._known: dict[int, bool] = {}
        self._met: dict[int, dict[str, float]] = {}
        self._meant: dict[int, tuple[Token, ...]] = {}
        self._preps: dict[int, tuple[tuple[str, Token], ...]] = {}

    def meant(self, noun: Token) -> tuple[Token, ...]:
        """As `DeedLexicon.meant`, found once a document."""
        found = self._meant.get(noun.i)
        if found is None:
            found = self._meant[noun.i] = tuple(self.lexicon.meant(noun))
        return found

    def preps(self, token: Token) -> tuple[tuple[str, Token], ...]:
        """As `syntax.preps`, found once a document."""
        found = self._preps.get(token.i)
        if found is None:
            found = self._preps[token.i] = tuple(syntax.preps(token))
        return found

    def is_actor(self, token: Token) -> bool:
        """Whether a word can be a side; "on Monday" and "for 20 million" never are."""
        known = self._known.get(token.i)
        if known is None:
            known = self._known[token.i] = token.ent_type_ not in NO_ACTOR and self._can_act(token)
        return known

    # conditions ------------------------------------------------------------------------------------
    def _fit(self, condition: tuple[str, ...], phrase: Token | None) -> float:
        """How tellingly a noun phrase meets a condition (0: it has none to meet), or MISS."""
        if not condition:
            return 0.0
        if condition == ("+",):
            return 1.0 if phrase is not None else MISS
        if condition == ("-",):
            return 1.0 if phrase is None else MISS
        if phrase is None:
            return MISS
        met = self._met.get(phrase.i) or self._met_by(phrase)
        return met.get(condition[0], MISS) if len(condition) == 1 else max([met.get(part, MISS) for part in condition])

    def _met_by(self, phrase: Token) -> dict[str, float]:
        """The parts of conditions that a noun phrase meets, with how tellingly; made once, as many rows ask."""
        met = self._met[phrase.i] = {}
        for noun in self.meant(phrase):
            for part, fit in self._met_by_word(noun).items():
                met[part] = max(fit, met.get(part, MISS))
        return met

    def _met_by_word(self, word: Token) -> dict[str, float]:
        """Two words beat one, a word beats a class, a class beats "anybody"."""
        lemma, both = word.lemma_.lower(), syntax.compound(word)
        met = {"@actor": 3.0} if self.is_actor(word) or syntax.is_each_other(word) else {}
        if word.ent_type_ == "PERSON":
            for title in word.children:         # "President Assad" is what a president is
                if title.dep_ == "compound":
                    met |= dict.fromkeys(self.lexicon.classes_of.get(title.lemma_.lower(), ()), 3.5)
        if word.ent_type_ == "MONEY":
            met["@money"] = 3.5                 # "pledged 3 million euros", "$3 million"
        if word.dep_ in ("dobj", "nsubjpass") and (word.ent_type_ in ("GPE", "LOC", "FAC") or self._is_place(word)):
            met |= dict.fromkeys(PLACE_CLASSES, 3.5)        # a town by its name is territory as "the town" is
        for pair in (both, *(f"{kid.lower_} {lemma}" for kid in word.lefts if kid.dep_ in ("amod", "compound") and kid.i < word.i - 1)):
            met |= dict.fromkeys(self.lexicon.classes_of.get(pair, ()), 5.5)
            met[pair] = 6.0
        if word.dep_ == "dobj" and word.head.lower_ in ("take", "taken", "took") and word.right_edge.lower_ == "hostage":
            met["hostage"] = 5.0                # the parser hangs it on the last noun: "taken the captain of a Greek tanker hostage"
        met |= {kid.lower_: 5.0 for kid in word.rights if kid.dep_ == "amod"}      # "found the mayor guilty"
        forms = [lemma, word.lower_]
        if word.tag_ == "NNPS" and word.is_sent_start and not word.ent_type_:
            forms.append(word.lower_.removesuffix("s"))         # "Rockets were fired": the tagger takes the capital for a name's
        for form in forms:
            met |= dict.fromkeys(self.lexicon.classes_of.get(form, ()), 4.0)
        return met | dict.fromkeys(forms, 5.0)

    def match(self, token: Token) -> Hit | None:
        """The most specific row that fits the token, traps included; None where nothing fits."""
        if token.dep_ == "amod" and token.tag_ in ("VBN", "VBG"):
            return None             # "the detained journalists", "approaching policemen": a quality, not a report
        if token.tag_ == "VB" and token.dep_ in ("nsubj", "nsubjpass"):
            return None             # "Aid workers were shot": a noun that the tagger takes for an order
        if token.pos_ in ("VERB", "AUX") or (token.pos_ == "ADJ" and token.tag_ in ("VBN", "VBG")):
            hit = self._match_verb(token, self.lexicon.triggers.get(("verb", self.lexicon.lemma(token)), ()))
            if hit is not None or token.tag_ != "VBG":
                return hit
            # a gerund that the tagger calls a verb: "the bombing", "shelling"
            return self._match_noun(token, token.lower_)
        if token.pos_ in ("NOUN", "PROPN"):
            return None if token.text == "March" and token.ent_type_ == "DATE" else self._match_noun(token, token.lemma_.lower())
        if token.pos_ == "ADJ":
            rows = self.lexicon.triggers.get(("adj", token.lemma_.lower()), ())
            for _, row in rows:
                if not row.prep or any(name in row.prep and self._fit(row.prep_object, obj) != MISS for name, obj in self.preps(token)):
                    return Hit(token, row, None, (token,))
        return None

    def match_verdict(self, verb: Token) -> Hit | None:
        """The row of `verdicts.csv` that fits a verb: what it says of its doer is a reproach or praise in another's mouth."""
        return self._match_spoken(verb, self.lexicon.verdicts)

    def match_menace(self, verb: Token) -> Hit | None:
        """The row of `menaces.csv` that fits a verb: foretold to another, it threatens him."""
        return self._match_spoken(verb, self.lexicon.menaces)

    def _match_spoken(self, verb: Token, table: dict[tuple[str, bool], Rows]) -> Hit | None:
        is_negated = syntax.is_negated(verb) or syntax.is_no(syntax.child(verb, "dobj"))
        return self._match_verb(verb, table.get((self.lexicon.lemma(verb), is_negated), ()))

    def _match_verb(self, verb: Token, rows: Rows) -> Hit | None:
        if not rows:
            return None
        hit = self._match_verb_over(verb, rows, syntax.direct_object(verb))
        if hit is None and (kept := syntax.retained_object(verb)) is not None and kept.ent_type_ not in NO_ACTOR:
            hit = self._match_verb_over(verb, rows, kept)       # "was denied a visa"
        return hit

    def _match_verb_over(self, verb: Token, rows: Rows, obj: Token | None) -> Hit | None:
        particles = syntax.particle_of(verb)
        phrases = self._phrases(verb, obj)
        names = {name for name, _ in phrases}
        clauses: list[Token] | None = None
        best: tuple[float, Hit] | None = None
        for promised, row in rows:
            if best is not None and promised + TIE < best[0]:
                break               # rows come most specific first: no later one can beat it
            if (row.prep and names.isdisjoint(row.prep)) or (row.particle and row.particle not in particles and row.particle not in names):
                continue
            score = 5.0 if row.particle else 0.0
            words, done_to = [verb], obj
            shared = row.object == ("-",) and syntax.is_shared_object(verb, obj)
            if row.subject:
                doer = syntax.doer(verb)
                fit = self._fit(row.subject, doer)
                if fit == MISS or doer is None:
                    continue
                score += fit
                words.append(doer)
            if row.object:
                fit = self._fit(row.object, None if shared else obj)
                if shared:
                    done_to = None
                if fit == MISS:
                    # "was found guilty": an adjective may complete a passive
                    clauses = [*syntax.complement_verbs(verb), *(kid for kid in verb.rights if kid.dep_ == "oprd")] if clauses is None else clauses
                    clause = next((c for c in clauses if self._is_clause_of(row.object, c)), None)
                    if clause is None and not (row.object == ("+",) and clauses):
                        continue
                    fit = 1.0 if clause is None else 5.0
                    if clause is not None:
                        words.append(clause)
                        done_to = clause if obj is None and clause.pos_ == "ADJ" else obj       # "found the mayor guilty"
                elif fit > 3 and obj is not None:
                    words.extend(noun for noun in self.meant(obj) if noun.dep_ != "conj")     # "50 tons of aid" is one gift
                score += fit
            if row.prep:
                fit, found = max(((self._fit(row.prep_object, noun), noun) for name, noun in phrases if name in row.prep),
                                 key=lambda pair: pair[0], default=(MISS, verb))
                if fit == MISS:
                    continue
                score += 2 + fit
                if fit > 3:
                    words.append(found)
            if best is None or score > best[0]:
                best = (score, Hit(verb, row, done_to, tuple(words)))
        return best[1] if best is not None else None

    def _phrases(self, verb: Token, obj: Token | None) -> list[tuple[str, Token]]:
        """The prepositions of a verb, and those of its object: the parser takes one for the other."""
        nouns = self.meant(obj) if obj is not None else ()
        return [phrase for word in (verb, *nouns) for phrase in self.preps(word)]

    def _is_clause_of(self, condition: tuple[str, ...], clause: Token) -> bool:
        """Whether a complement clause is what a condition asks for: by its verb, and a gerund as a noun is."""
        if clause.tag_ != "VBG":
            return clause.lemma_.lower() in condition or clause.lower_ in condition
        met = self._met_by_word(clause)
        return any(met.get(part, MISS) > 3 for part in condition)

    def _match_noun(self, noun: Token, lemma: str) -> Hit | None:
        rows = self.lexicon.triggers.get(("noun", lemma), ())
        if not rows:
            return None
        before = [kid for kid in noun.children if kid.dep_ in ("compound", "amod", "nmod", "poss") and kid.i < noun.i]
        names = {kid.lemma_.lower() for kid in before} | {kid.lower_ for kid in before}
        phrases = list(self.preps(noun))
        abouts = before + [obj for name, obj in phrases if name in ("of", "for", "on", "to", "against")]
        best: tuple[float, Hit] | None = None
        for _, row in rows:
            modifiers = row.lemma.split()[:-1]
            if modifiers and not _stands_before(noun, modifiers, names):
                continue
            score = 4.0 * len(modifiers)
            if row.object:
                fit = max((self._fit(row.object, about) for about in abouts), default=MISS)
                if fit == MISS:
                    continue
                score += fit
            if row.prep:
                fit = max((self._fit(row.prep_object, obj) for name, obj in phrases if name in row.prep), default=MISS)
                if fit == MISS:
                    continue
                score += 2 + fit
            if best is None or score > best[0]:
                best = (score, Hit(noun, row, None, (noun,)))
        return best[1] if best is not None else None

    # the two sides --------------------------------------------------------------------------------
    def sides(self, hit: Hit) -> tuple[Token | None, Token | None]:
        """Heads of source and target of a deed by its row's columns or by the defaults of its kind.

        For "between A and B" the source is A with its conjuncts and there is no target.
        """
        if hit.row.pos == "noun":
            return self._noun_sides(hit)
        verb, row = hit.token, hit.row
        phrases = self._phrases(verb, hit.object)
        source = self._ask(row.source, verb, hit.object, phrases, is_victim_subject=row.code[:2] in SUFFERED) if row.source else syntax.doer(verb)
        if hit.object is not None and hit.object == syntax.retained_object(verb):
            target = self.actor_in(syntax.own_subject(verb))        # who was denied a visa
        elif row.target:
            target = self._ask(row.target, verb, hit.object, phrases)
        else:
            # what is given is not who gets it: "sent a rescue team to Turkey"
            given_to = next((found for name, noun in phrases if name == "to" and (found := self.actor_in(noun)) is not None), None)
            target = given_to if row.code[:2] == "07" and given_to is not None else self._default_target(hit, phrases, source)
        if target is None and row.code[:2] == "11" and NOBODY not in row.target:
            target = self._provoker(verb)
        if target is not None and source is not None and target.i == source.i:
            target = None
        return source, target

    def _provoker(self, verb: Token) -> Token | None:
        """Who did what somebody blames: "lashed out after the court stopped the ban"."""
        for kid in verb.children:
            clauses = [kid] if kid.dep_ == "advcl" else [word for word in kid.children if kid.dep_ == "prep" and word.dep_ in ("pcomp", "pobj")]
            reason = kid if kid.dep_ == "prep" else syntax.child(kid, "mark")
            if reason is None or reason.lower_ not in ("after", "because"):
                continue
            for clause in clauses:
                culprit = syntax.doer(clause) if clause.pos_ in ("VERB", "AUX") and syntax.own_subject(clause) is not None else clause
                if culprit is not None and culprit.pos_ in ("NOUN", "PROPN") and self.is_actor(culprit):
                    return culprit
        return None

    def _ask(self, order: tuple[str, ...], verb: Token, obj: Token | None, phrases: list[tuple[str, Token]], *, is_victim_subject: bool = False) -> Token | None:
        for place in order:
            if place in ("none", NOBODY):
                return None
            found: Token | None
            if place == "subject":
                found = syntax.own_subject(verb) if syntax.is_passive(verb) else syntax.doer(verb)
                found = found or syntax.grammatical_subject(verb)
                if found is not None and is_victim_subject and syntax.is_passive(verb) and obj is not None and found.i == obj.i:
                    found = syntax.agent(verb)      # who is killed did not kill
            elif place == "object":
                found = self.actor_in(obj)
            elif place == "poss":
                found = syntax.child(verb, "poss") or (syntax.child(obj, "poss") if obj is not None else None)
            else:
                found = next((self.actor_in(noun) or noun for name, noun in phrases
                              if name == place and noun.pos_ in syntax.NOMINAL and noun.ent_type_ not in NO_ACTOR and not self.is_means(name, noun)), None)
                if place == "by" and found is None:
                    found = syntax.agent(verb)
            if found is not None:
                return found
        return None

    def _default_target(self, hit: Hit, phrases: list[tuple[str, Token]], source: Token | None) -> Token | None:
        """The object if it can act, else whom a phrase names.

        What is said "on Telegram" is not said to it, and what is done together "at Geneva" is not done with Geneva.
        """
        is_accord = hit.row.reciprocal and hit.row.code[:2] == "05" and bool(hit.row.object) and "@actor" not in hit.row.object
        # "Chad and Niger signed the Dakar accord": with each other, and no accord is a side
        found = None if is_accord and source is not None and syntax.are_several(source) else self.actor_in(hit.object)
        if is_accord and found == hit.object:
            found = None
        if found is not None and hit.row.code[:2] == "11" and hit.object is not None and self._sufferer(hit.object, {}, [found]) == found:
            return None                 # "condemned the mayor's arrest": not the mayor
        if found is not None:
            return found
        unmeant = ("at", "on", "over", "upon") if hit.row.reciprocal else ("on",) if hit.row.code == "010" else ()
        for wanted in (AGAINST, WITH, ("from", "between")):
            for name, noun in phrases:
                if name in wanted and name not in unmeant and (source is None or noun.i != source.i) and self.is_actor(noun) and not self.is_means(name, noun):
                    return noun
        return None

    def both_sides(self, verb: Token) -> Token | None:
        """ "a truce was agreed between A and B": the first of those who did it together, wherever the parser hung them."""
        between = (noun for name, noun in self._phrases(verb, syntax.direct_object(verb)) if name in TOGETHER)
        return next((found for noun in between if syntax.are_several(noun) and (found := self.actor_in(noun)) is not None), None)

    def other_side(self, head: Token, source: Token | None, sent: Token | None = None) -> Token | None:
        """Somebody else in the deed's own clause: the receiver, or whom a phrase names; never a place ("in Syria")."""
        known_sides = {word.i for word in (source, sent) if word is not None}
        known = self.lexicon.speech.get(self.lexicon.lemma(head))
        if known is not None and known.is_statement:
            return None             # whom words are said to is not whom they are about
        given = syntax.child(head, "dative")
        if given is not None:
            found = self.actor_in(given if given.pos_ in syntax.NOMINAL else syntax.child(given, "pobj"))
            if found is not None:
                return found
        queue, seen = list(head.children), 0
        while queue and seen < 60:
            word = queue.pop(0)
            seen += 1
            if word.i < head.i or word.i in known_sides or word.lower_ == "according" or word.dep_ in (
                    "relcl", "ccomp", "parataxis", "nsubj", "nsubjpass") or (word.head.i == head.i and (
                    word.dep_ == "agent" or self.is_beside(word))):
                continue
            if word.dep_ == "advcl":
                if syntax.is_infinitive(word):      # "signed a deal to buy tanks from Korea", "moved to punish Korea"
                    queue.extend(inner for name, inner in self.preps(word) if name not in self.lexicon.classes["place_preposition"])
                    queue.extend(kid for kid in word.children if kid.dep_ != "prep")
                continue
            if self.is_own(word) or (word.dep_ == "pobj" and self.is_means(word.head.lower_, word)) or (word.dep_ == "conj" and word.pos_ in ("VERB", "AUX")):
                continue
            if word.dep_ == "pobj" and word.head.lower_ in self.lexicon.classes["place_preposition"]:
                # a place, be it "Cairo" or "the Egyptian capital"; but "in response to Iran" is none
                if word.lemma_.lower() in self.lexicon.nouns and not word.ent_type_:
                    queue.extend(kid for kid in word.children if kid.dep_ == "prep" and kid.lower_ in ("to", "with", "against"))
                continue
            if (word.pos_ in ("NOUN", "PROPN") or (word.pos_ == "ADJ" and word.ent_type_)) and self.is_actor(word) and not self.is_weapon(word) and (
                    source is None or word.lemma_ != source.lemma_):
                return word
            queue.extend(word.children)
        return None

    def actor_in(self, noun: Token | None) -> Token | None:
        """The noun itself when it can act, else who owns, names or makes up the thing ("a Turkish convoy")."""
        if noun is not None and noun.pos_ == "ADJ" and noun.dep_ in ("ccomp", "oprd", "acomp"):
            noun = syntax.own_subject(noun)         # "found the minister guilty"
        if noun is None:
            return None
        for word in self.meant(noun):
            if self.is_actor(word) and not self.is_own(word):
                return word
        for word in self.meant(noun):
            for kid in word.children:
                # "its", "their" mean the one who acts
                if kid.dep_ in ("poss", "compound", "amod", "nmod") and kid.pos_ != "PRON" and self.is_actor(kid) and not (
                        self.is_weapon(kid) or self._is_kind(kid, word, "attack", *PEACEFUL)):      # how, not whom
                    return kid
            for name, inner in self.preps(word):
                if name in ("of", "from", "for", "by", "to", "against", "on", "with") and self.is_actor(inner):
                    return inner
            for clause in word.children:
                # "the tariffs Trump had imposed"
                maker = syntax.own_subject(clause) if clause.dep_ == "relcl" else None
                if maker is not None and maker.pos_ == "PROPN" and self.is_actor(maker):
                    return maker
        return None

    def _is_kind(self, word: Token, noun: Token, *classes: str) -> bool:
        """ "military drills", "military aid": of what kind, not whose."""
        return word.lower_ == "military" and self.lexicon.is_of(noun, classes)

    def is_beside(self, preposition: Token) -> bool:
        """ "resigned amid protests", "deployed police after the murder of a chief": what went on beside the deed."""
        if preposition.dep_ != "prep" or preposition.lower_ not in AMIDST | AFTER:
            return False
        event = syntax.child(preposition, "pobj")
        return preposition.lower_ in AMIDST or (event is not None and event.lemma_.lower() in self.lexicon.classes["suffered"])

    def is_means(self, name: str, noun: Token) -> bool:
        """ "shelled the town with artillery": what with, not whom with."""
        return name == "with" and self.is_weapon(noun)

    def is_weapon(self, noun: Token) -> bool:
        return self.lexicon.is_of(noun, WEAPONS)

    def is_own(self, noun: Token) -> bool:
        """ "its troops", "their ambassador": an arm of the one who acts, not the other side."""
        return noun.lemma_.lower() in self.lexicon.classes["arm"] and any(kid.dep_ == "poss" and kid.pos_ == "PRON" for kid in noun.children)

    def _noun_sides(self, hit: Hit) -> tuple[Token | None, Token | None]:
        noun, row = hit.token, hit.row
        phrases = list(self.preps(noun))
        by_name: dict[str, Token] = {}
        for name, inner in phrases:
            by_name.setdefault(name, inner)
        both = next((by_name[name] for name in TOGETHER if name in by_name), None)
        governor = syntax.governing_verb(noun)
        if governor is not None:
            for name, inner in self.preps(governor):
                if name in ("between",) and both is None:
                    both = inner
        if both is not None:
            both = self.actor_in(both)
        if both is not None:
            return both, None
        owners = [kid for kid in noun.children if kid.dep_ in ("poss", "compound", "amod", "nmod") and kid.i < noun.i and self.is_actor(kid) and not self._is_kind(kid, noun, *PEACEFUL)]
        if row.code[:2] in PASSED_ON:       # "a prisoner swap": they do not swap
            owners = [owner for owner in owners if owner.dep_ == "poss" or owner.lemma_.lower() not in self.lexicon.classes["passed_on"]]
        if row.reciprocal:
            joined = next((pair for owner in owners if (pair := self._joined(owner)) is not None), None)
            if joined is not None:
                return joined
            if noun.lemma_.lower() in self.lexicon.classes["named_by_place"]:
                owners = [owner for owner in owners if owner.dep_ != "compound"]
        source: Token | None = None
        target: Token | None = None
        if row.code[:2] in DEADLY:
            # "a mosque attack" was on the mosque
            target = next((owner for owner in owners if owner.dep_ != "poss" and owner.lemma_.lower() in self.lexicon.classes["building"]), None)
            owners = [owner for owner in owners if owner != target]
        sufferer = self._sufferer(noun, by_name, owners)
        if sufferer is not None:
            target = sufferer
            owners = [owner for owner in owners if owner != sufferer]
        light = self.light_verb(noun)
        if light is not None and light[1].role == "target":
            for name, inner in self.preps(light[0]):
                if name in ("from", "by"):
                    by_name.setdefault(name, inner)     # "faces criticism from Poland" is often read as "faces from Poland"
        if row.source:
            source = next((found for place in row.source if (found := self._noun_side(place, noun, by_name, owners, light)) is not None), None)
        else:
            agent_ = by_name.get("by")
            source = agent_ if agent_ is not None and self.is_actor(agent_) else None
            if source is None and light is not None and light[1].role == "source":
                source = syntax.doer(light[0])
            if source is None and owners:
                source = owners[0]
            if source is None and "from" in by_name and self.is_actor(by_name["from"]):
                source = by_name["from"]
            if source is None and row.code[:2] == "14":
                source = _taking_part(noun)
        if sufferer is not None and source is not None and source.i == sufferer.i:
            source = None
        if row.target:
            target = next((found for place in row.target if (found := self._noun_side(place, noun, by_name, owners, light)) is not None), target)
            if target is None and row.code[:2] == "11" and NOBODY not in row.target:
                target = self._bearer(light)
        else:
            if light is not None and light[1].role == "target":
                target = self._bearer(light)
                if source is not None and target is not None and source.i == target.i:
                    source = None
            towards = ("with", "to") if row.code[:2] == "04" else (*AGAINST, *WITH)
            for name in towards:
                inner_ = by_name.get(name)
                if target is None and inner_ is not None and not self.is_means(name, inner_):
                    target = self.actor_in(inner_)
            if target is None and "of" in by_name:
                target = self.actor_in(by_name["of"])
            if target is None and governor is not None:
                for name, inner in self.preps(governor):
                    if name in (*AGAINST, *WITH) and self.actor_in(inner) is not None:
                        target = self.actor_in(inner)
                        break
                if target is None and noun.dep_ == "nsubj" and row.code[:2] > "17" and governor.lemma_.lower() in self.lexicon.classes["striking"]:
                    target = self.actor_in(syntax.direct_object(governor))      # "a bomb hit a French patrol"
                if target is None:
                    given = syntax.child(governor, "dative")
                    if given is not None and self.is_actor(given):
                        target = given
        if source is not None and target is not None and source.i == target.i:
            target = None
        return source, target

    def _bearer(self, light: tuple[Token, LightVerb] | None) -> Token | None:
        """Who "faces criticism", "came under attack"."""
        if light is None or light[1].role != "target":
            return None
        return syntax.own_subject(light[0]) or syntax.grammatical_subject(light[0])

    def _sufferer(self, noun: Token, by_name: dict[str, Token], owners: list[Token]) -> Token | None:
        """Who owns what is done to him: "the mayor's arrest", "the Khashoggi murder"; but "Chad's arrest of the mayor" is Chad's."""
        if noun.lemma_.lower() not in self.lexicon.classes["suffered"] or self.actor_in(by_name.get("of")) is not None:
            return None
        return next((owner for owner in owners if owner.dep_ == "poss" or owner.ent_type_ == "PERSON"), None)

    def _joined(self, owner: Token) -> tuple[Token, Token] | None:
        """Both sides of "the Iran-Iraq war", "US-China talks"."""
        if owner.i < 2 or owner.nbor(-1).text not in ("-", "–", "/"):
            return None
        first = owner.nbor(-2)
        return (first, owner) if first.head.i == owner.i and self.is_actor(first) else None

    def _noun_side(self, place: str, noun: Token, by_name: dict[str, Token], owners: list[Token],
                   light: tuple[Token, LightVerb] | None) -> Token | None:
        if place in ("none", NOBODY):
            return None
        if place == "subject":
            return syntax.doer(light[0]) if light is not None else None
        if place == "object":
            return owners[0] if owners else None
        if place == "poss":
            return syntax.child(noun, "poss") or (owners[0] if owners else None)
        inner = by_name.get(place)
        return None if inner is None or inner.ent_type_ in NO_ACTOR else (self.actor_in(inner) or inner)

    def light_verb(self, noun: Token) -> tuple[Token, LightVerb] | None:
        """The light verb that governs an event noun, with what its subject is: ("launched", source)."""
        head = noun.head
        here = noun
        while here.dep_ == "conj" and here.head.pos_ in ("NOUN", "PROPN"):
            here = here.head
        while here.dep_ == "pobj" and here.head.lower_ == "of" and here.head.head.lemma_.lower() in self.lexicon.classes["measure"]:
            here = here.head.head
        head = here.head
        is_judged = any(kid.dep_ == "oprd" for kid in head.children)        # "called the attack outrageous" launched none
        if here.dep_ in ("dobj", "nsubjpass", "attr", "obj") and head.pos_ in ("VERB", "AUX") and not is_judged:
            for verb in self.lexicon.light_verbs.get(self.lexicon.lemma(head), ()):
                if not verb.prep and (not verb.particle or verb.particle in syntax.particle_of(head)):
                    return head, verb
        if here.dep_ == "pobj" and head.head.pos_ in ("VERB", "AUX"):
            for verb in self.lexicon.light_verbs.get(self.lexicon.lemma(head.head), ()):
                if head.lower_ in verb.prep:
                    return head.head, verb
        # "the attack launched by rebels", "talks held in Geneva"
        for kid in noun.children:
            if kid.dep_ in ("acl", "relcl") and kid.pos_ == "VERB":
                for verb in self.lexicon.light_verbs.get(self.lexicon.lemma(kid), ()):
                    if not verb.prep and verb.role == "source":
                        return kid, verb
        return None


def _taking_part(noun: Token) -> Token | None:
    """ "halted trains as part of a strike": who did so is on strike."""
    part = noun.head.head if noun.dep_ == "pobj" and noun.head.lower_ == "of" else noun
    is_part = part.lemma_ == "part" and part.dep_ == "pobj" and part.head.lower_ == "as" and part.head.head.pos_ == "VERB"
    return syntax.doer(part.head.head) if is_part else None


def _stands_before(noun: Token, modifiers: list[str], names: set[str]) -> bool:
    if all(word in names for word in modifiers):
        return True
    start = noun.i - len(modifiers)
    return start >= 0 and all(
        noun.doc[start + offset].lower_ == word or noun.doc[start + offset].lemma_.lower() == word
        for offset, word in enumerate(modifiers)) and start >= noun.sent.start      # last, as spaCy searches for it


def is_trap(hit: Hit | None) -> bool:
    return hit is not None and hit.row.code == NOTHING


def is_specific(hit: Hit | None) -> bool:
    """Whether the entry names the very words it stands with: it then knows better than an operator."""
    vague = ((), ("+",), ("-",), ("@actor",))
    return hit is not None and (bool(hit.row.subject) or hit.row.object not in vague or hit.row.prep_object not in vague or bool(hit.row.particle))
