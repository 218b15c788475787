"""Questions to spaCy's dependency tree (ClearNLP labels of the English models), answered by token.

The small model's parse is wrong often enough that each answer falls back on a weaker one: a clause
without a subject borrows it from what governs the clause, as a reader does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from spacy.tokens import Token

NOMINAL = frozenset({"NOUN", "PROPN", "PRON", "NUM", "ADJ", "DET"})
CONTROLLING = frozenset({"for", "of", "from", "into"})
LANDS = frozenset({"province", "country", "nation", "state", "republic", "territory", "enclave", "region", "kingdom", "island", "colony"})
NOUN_PARTICLES = frozenset({"home", "test"})      # "bused home 90 workers", "test-fired a missile"
MAX_CLIMB = 12          # a malformed chain ends here
MAX_SENTENCE_DEPTH = 1000


def child(token: Token, *labels: str) -> Token | None:
    """The first child with one of the labels."""
    for kid in token.children:
        if kid.dep_ in labels:
            return kid
    return None


def is_passive(verb: Token) -> bool:
    # a participle after its noun is one, too: "troops captured by rebels", "the measures imposed last year"
    if child(verb, "nsubjpass", "auxpass") is not None or (verb.tag_ == "VBN" and verb.dep_ == "acl") or _native(verb) is not None:
        return True
    # "Backed by Cuba, the rebels ...", "arrested in 2004, he ..."
    if verb.tag_ == "VBN" and verb.dep_ == "advcl" and verb.i < verb.head.i and child(verb, "aux", "nsubj", "dobj", "mark", "advmod") is None:
        return True
    # "was impeached and arrested": the auxiliary serves both
    return verb.tag_ == "VBN" and verb.dep_ == "conj" and child(verb.head, "auxpass") is not None and child(verb, "aux", "nsubj", "dobj") is None


def are_several(noun: Token) -> bool:
    """Whether a phrase names several sides: "Chad and Niger", "Hungarian and Romanian officials"."""
    return child(noun, "conj") is not None or any(
        kid.dep_ in ("amod", "nmod", "compound", "poss") and kid.ent_type_ and child(kid, "conj") is not None for kid in noun.children)


def own_subject(verb: Token) -> Token | None:
    for kid in verb.children:
        if kid.dep_ in ("nsubj", "nsubjpass"):
            return kid if not kid.n_rights or kid.nbor(1).text != ":" else _behind_colon(kid)
    for kid in verb.children:           # "Egypt and Qatar are mediating": the parser may hang them on "are"
        if kid.dep_ in ("aux", "auxpass") and kid.n_lefts:
            subject = next((word for word in kid.lefts if word.dep_ in ("nsubj", "nsubjpass")), None)
            if subject is not None:
                return subject
    return speaker_behind(verb)


def _behind_colon(heading: Token) -> Token:
    """ "Sudan: Army, RSF agree ...": what a headline begins with says where; who does it stands behind the colon."""
    subjects = [kid for kid in heading.head.children if kid.dep_ in ("nsubj", "nsubjpass") and kid.i > heading.i]
    return next((word for word in (*subjects, *heading.rights) if word.pos_ in NOMINAL), heading)


def speaker_behind(verb: Token) -> Token | None:
    """ "..." added the minister: who stands behind the verb that follows a quotation is taken for its object."""
    if verb.tag_ in ("VBD", "VBZ") and verb.i > 0 and (verb.nbor(-1).is_quote or verb.nbor(-1).tag_ == "''"):
        said = child(verb, "dobj")
        return said if said is not None and said.i > verb.i else None
    return None


def antecedent(verb: Token) -> Token | None:
    """The noun that a relative or participle clause hangs on."""
    return verb.head if verb.dep_ in ("relcl", "acl") and verb.head.pos_ in ("NOUN", "PROPN", "PRON", "NUM") else _native(verb)


def _native(participle: Token) -> Token | None:
    """ "A Mexican accused of smuggling was held": the parser takes the participle for the noun, and who it is for its adjective."""
    if participle.tag_ != "VBN" or participle.dep_ not in ("nsubj", "nsubjpass", "dobj", "pobj"):
        return None
    return next((kid for kid in participle.lefts if kid.dep_ in ("amod", "compound") and kid.tag_ in ("NNP", "NNPS") and kid.ent_type_ == "NORP"), None)


def grammatical_subject(verb: Token) -> Token | None:
    """Subject of the clause, borrowed over conjunction, control, participle and relative clauses."""
    token = verb
    for _ in range(MAX_CLIMB):
        subject = own_subject(token)
        if subject is not None:
            if subject.tag_ in ("WDT", "WP", "WP$") or subject.lower_ in ("who", "which", "that"):
                found = relative_antecedent(token)
                return _named_land(found) if found is not None else subject
            return subject
        head = token.head
        if token.dep_ in ("relcl", "acl") and head.pos_ in ("NOUN", "PROPN", "PRON", "NUM"):
            return _named_land(head)
        if token.dep_ == "xcomp" and head != token:
            # object control: "urged Uganda to repatriate", "forced them to leave"
            controlled = child(head, "dobj", "dative")
            if controlled is not None and controlled.i < token.i and token.tag_ in ("VB", "VBG"):
                return controlled
            if is_passive(head):
                return own_subject(head) or grammatical_subject_of_head(head)
            token = head
            continue
        above = head.head if head.head.pos_ == "VERB" else governing_verb(head.head) if head.head.dep_ == "pobj" else None
        if token.dep_ == "pcomp" and head.lower_ in CONTROLLING and above is not None:
            # "praised Kenya for sending", "held him in contempt for refusing": the one it is said of did it
            controlled = direct_object(above)
            if controlled is not None and (controlled.i < head.i) and controlled.pos_ in ("NOUN", "PROPN", "PRON"):
                return controlled
        if token.dep_ == "ccomp" and head.dep_ == "relcl" and (told := child(head, "dobj")) is not None and told.lower_ in ("that", "which", "who", "whom"):
            return head.head            # "strikes that they said killed nine": the speakers only say so
        if token.dep_ in ("conj", "advcl", "ccomp", "pcomp", "prep", "acomp", "aux", "dep", "parataxis") and head != token:
            if token.dep_ == "conj" and head.pos_ in ("NOUN", "PROPN"):
                return head
            # "said that the town was safe and ordered an attack": a deed is seldom coordinated with a state, so it is the speaker's
            is_speakers = token.dep_ == "conj" and token.tag_ == "VBD" and head.dep_ == "ccomp" and head.lemma_ == "be" and head.head.tag_ == "VBD"
            token = head.head if is_speakers else head
            continue
        return None
    return None


def _named_land(noun: Token) -> Token:
    """ "Kosovo, a former Serbian province that ...": the land that an apposition is of, for other words the word itself."""
    return noun.head if noun.dep_ == "appos" and noun.lemma_ in LANDS and noun.head.pos_ == "PROPN" else noun


def grammatical_subject_of_head(verb: Token) -> Token | None:
    return grammatical_subject(verb) if verb.head != verb else None


def relative_antecedent(verb: Token) -> Token | None:
    token = verb
    for _ in range(MAX_CLIMB):
        if token.dep_ in ("relcl", "acl"):
            return token.head
        if token.dep_ in ("conj", "ccomp", "xcomp", "advcl") and token.head != token:
            token = token.head
            continue
        return None
    return None


def agent(verb: Token) -> Token | None:
    """Who did it in a passive: the object of "by"."""
    for kid in verb.children:
        if kid.dep_ == "agent" or (kid.dep_ == "prep" and kid.lower_ == "by"):
            return child(kid, "pobj")
    # "was fined a million euros by the court"
    given = child(verb, "dobj", "oprd", "npadvmod", "attr")
    for kid in given.children if given is not None and child(verb, "auxpass") is not None else ():
        if kid.lower_ == "by" and kid.dep_ in ("agent", "prep"):
            return child(kid, "pobj")
    # "was attacked and captured by rebels": the by-phrase of a later conjunct serves both
    for kid in verb.children:
        if kid.dep_ == "conj" and kid.tag_ in ("VBN", "VBD"):
            found = agent(kid)
            if found is not None:
                return found
    return None


def hidden_agent(verb: Token) -> Token | None:
    """The by-phrase of a noun under a passive: "was murdered in an attack by rebels"."""
    for kid in verb.children:
        if kid.dep_ == "prep" and kid.lower_ in ("in", "during", "after", "from"):
            noun = child(kid, "pobj")
            if noun is not None:
                found = agent(noun)
                if found is not None:
                    return found
    return None


def retained_object(verb: Token) -> Token | None:
    """What a passive keeps beside its subject: "was denied a visa"."""
    return child(verb, "dobj") if child(verb, "nsubjpass", "auxpass") is not None else None


def direct_object(verb: Token) -> Token | None:
    """What the deed is done to: the object, or in the passive the subject."""
    if is_passive(verb):
        subject = own_subject(verb)
        if subject is None:
            subject = antecedent(verb) or grammatical_subject(verb)
        elif subject.tag_ in ("WDT", "WP"):
            subject = relative_antecedent(verb) or subject
        return subject
    first = {kid.dep_: kid for kid in reversed(list(verb.children))}       # of each label
    found = first.get("dobj") or first.get("obj") or child(verb, "oprd", "attr", "acomp") or _beyond_dead(verb)
    speaker = speaker_behind(verb) if found is not None else None
    if found is not None and speaker is not None and found.i == speaker.i:
        return None
    if found is not None:
        if found.tag_ in ("WDT", "WP") and verb.dep_ == "relcl":
            return verb.head
        return found
    found = first.get("dative")
    if found is not None and found.pos_ != "ADP":
        return found
    # an object shared by conjoined verbs ("seized and burned the trucks") hangs on the last one
    for kid in verb.children:
        if kid.dep_ == "conj" and kid.pos_ == "VERB" and own_subject(kid) is None and not _has_prep_before(kid, verb):
            shared = child(kid, "dobj")
            if shared is not None and not is_passive(kid):
                return shared
    # object relative without a pronoun: "the town the rebels seized"
    if verb.dep_ == "relcl":
        subject = own_subject(verb)
        if subject is not None and subject.tag_ not in ("WDT", "WP"):
            return verb.head
    return None


def is_shared_object(verb: Token, noun: Token | None) -> bool:
    """ "resigned and fled the country": whether an object may be the later verb's alone."""
    return noun is not None and noun.dep_ == "dobj" and noun.head.i != verb.i and noun.head.dep_ == "conj" and not is_passive(verb)


def _beyond_dead(verb: Token) -> Token | None:
    """ "shot dead the governor": the victim is hung on "dead"."""
    outcome = next((kid for kid in verb.children if kid.dep_ == "advcl" and kid.pos_ == "ADJ" and kid.i == verb.i + 1), None)
    return child(outcome, "dobj") if outcome is not None else None


def _has_prep_before(verb: Token, first: Token) -> bool:
    return any(kid.dep_ == "prep" and kid.i < verb.i for kid in first.children)


def doer(verb: Token) -> Token | None:
    """Who did it: the subject, or in the passive the by-phrase."""
    if is_passive(verb):
        return agent(verb)
    return grammatical_subject(verb)


def preps(token: Token) -> Iterator[tuple[str, Token]]:
    """Prepositions on a token with their objects, chained ones included ("out of", "in front of")."""
    for kid in token.children:
        if kid.dep_ in ("prep", "agent", "dative", "prt") and kid.pos_ in ("ADP", "SCONJ", "PART", "ADV"):
            for grandkid in kid.children:
                if grandkid.dep_ in ("pobj", "pcomp"):
                    yield kid.lower_, grandkid
                elif grandkid.dep_ == "prep":
                    inner = child(grandkid, "pobj", "pcomp")
                    if inner is not None:
                        yield grandkid.lower_, inner
                        yield f"{kid.lower_} {grandkid.lower_}", inner


def particle_of(verb: Token) -> set[str]:
    """Particles of a phrasal verb; the parser calls many of them adverbs or bare prepositions."""
    return {
        kid.lower_ for kid in verb.children
        if kid.dep_ == "prt" or (kid.dep_ in ("advmod", "prep") and kid.pos_ in ("ADP", "ADV", "PART")) or (
            kid.dep_ == "npadvmod" and kid.lower_ in NOUN_PARTICLES)
    }


def complement_verbs(token: Token) -> Iterator[Token]:
    """Clauses that complete the token: infinitives, gerunds, that-clauses, with their conjuncts."""
    for kid in token.children:
        if kid.dep_ in ("xcomp", "ccomp") or (kid.dep_ in ("acl", "advcl") and kid.i > token.i and (
                is_infinitive(kid) or (kid.dep_ == "acl" and kid.tag_ in ("VB", "VBG")))):
            yield kid
            yield from verbal_conjuncts(kid)


def is_where(noun: Token) -> bool:
    """ "talks in Geneva": a place that is nobody's."""
    return noun.dep_ == "pobj" and noun.head.lower_ in ("in", "at", "near")


def is_gerund_beside(verb: Token) -> bool:
    """ "accused him of theft and taking bribes": a gerund joined to a noun, or by the parser's mistake to the finite verb."""
    if verb.tag_ != "VBG" or verb.dep_ != "conj":
        return False
    noun = verb.head
    if noun.dep_ == "pobj" and noun.head.lower_ in CONTROLLING:
        return True
    return noun.tag_ in ("VBD", "VBZ", "VBP") and verb.left_edge.i > 0 and verb.left_edge.nbor(-1).lower_ in ("and", "or") and not any(
        kid.dep_ in ("aux", "nsubj") for kid in verb.lefts)


def is_infinitive(verb: Token) -> bool:
    """ "to leave", "to be arrested"."""
    if verb.tag_ not in ("VB", "VBN"):
        return False
    kids = list(verb.children)
    return any(kid.tag_ == "TO" for kid in kids) and (
        verb.tag_ == "VB" or any(kid.dep_ == "auxpass" and kid.tag_ == "VB" for kid in kids))


def verbal_conjuncts(verb: Token) -> Iterator[Token]:
    """Verbs coordinated with this one, in order ("agreed to stop firing and return")."""
    token = verb
    for _ in range(MAX_CLIMB):
        following = [kid for kid in token.children if kid.dep_ == "conj" and kid.pos_ in ("VERB", "AUX")]
        if not following:
            return
        if own_subject(following[0]) is not None or (token.tag_ == "VB" and following[0].tag_ in ("VBD", "VBZ")):
            return              # "opted not to appeal but called for a vote": a finite verb goes with what governs the infinitive
        token = following[0]
        yield token


def nominal_conjuncts(noun: Token) -> Iterator[Token]:
    """The noun and the nouns coordinated with it."""
    token = noun
    for _ in range(MAX_CLIMB * 4):
        yield token
        following = child(token, "conj") if token.n_rights else None
        if following is None or following.pos_ not in NOMINAL:
            return
        token = following


def clause_of(token: Token) -> Token:
    """The verb that heads the finite clause a token stands in (itself for a finite verb)."""
    here = token
    for _ in range(MAX_CLIMB * 2):
        if here.pos_ in ("VERB", "AUX") and here.dep_ in ("ROOT", "ccomp", "advcl", "relcl", "parataxis"):
            return here
        if here.pos_ in ("VERB", "AUX") and here.dep_ == "conj" and own_subject(here) is not None:
            return here
        if here.head == here:
            return here
        here = here.head
    return here


def is_set_off(clause: Token) -> bool:
    """Whether a comma, a dash or a quotation mark stands before the clause."""
    first = clause.left_edge
    return first.i > 0 and first.nbor(-1).is_punct


def ancestors_within(token: Token, top: Token) -> Iterator[Token]:
    here = token
    for _ in range(MAX_CLIMB * 2):
        if here == top or here.head == here:
            return
        here = here.head
        yield here


def auxiliaries(verb: Token) -> list[Token]:
    """Auxiliaries of the verb, borrowed from a conjoined verb that has them ("will seize and burn")."""
    own = [kid for kid in verb.children if kid.dep_ in ("aux", "auxpass")]
    if own or verb.dep_ != "conj" or verb.head.pos_ not in ("VERB", "AUX") or own_subject(verb) is not None:
        return own
    return [kid for kid in verb.head.children if kid.dep_ == "aux"] if verb.tag_ in ("VB", "VBN", "VBG") else own


def is_negated(token: Token) -> bool:
    """"not", "never", "no longer", or a "no" before the noun or the object."""
    for kid in token.children:
        if kid.dep_ == "neg" or (kid.dep_ in ("advmod", "preconj") and kid.lower_ in ("never", "neither", "nor", "hardly", "barely")):
            return True
        if kid.dep_ == "det" and kid.lower_ in ("no", "neither"):
            return True
        if kid.dep_ in ("nsubj", "nsubjpass", "dobj") and (
            kid.lower_ in ("nobody", "none", "nothing") or any(k.dep_ == "det" and k.lower_ == "no" for k in kid.children)
        ):
            return True
    if token.dep_ == "conj" and any(kid.dep_ == "cc" and kid.lower_ == "nor" for kid in token.head.children):
        return True
    return token.i > 0 and token.nbor(-1).lower_ in ("without", "never") and token.pos_ in ("VERB", "NOUN")


def is_negated_above(verb: Token) -> bool:
    """ "did not succeed in capturing": the governor's "not" holds for what completes it."""
    here = verb
    for _ in range(MAX_CLIMB):
        if here.dep_ == "pcomp":
            here = here.head
        if here.dep_ not in ("prep", "xcomp") or here.head == here:
            return False
        here = here.head
        if here.pos_ in ("VERB", "AUX") and is_negated(here):
            return True
    return False


def predicate(word: Token) -> Token:
    """What carries tense and negation: of "is not ready" the copula, else the word itself."""
    return word.head if word.pos_ == "ADJ" and word.dep_ == "acomp" and word.head.pos_ in ("AUX", "VERB") else word


def is_subjunctive(verb: Token) -> bool:
    """ "that he be arrested"."""
    return verb.tag_ == "VBN" and any(kid.dep_ == "auxpass" and kid.tag_ == "VB" for kid in verb.children) and child(verb, "aux") is None


def is_indicative(verb: Token) -> bool:
    """ "that the vote was fair", "that it had left": told as a fact, not asked for."""
    helpers = [kid.tag_ for kid in verb.children if kid.dep_ in ("aux", "auxpass")]
    return "MD" not in helpers and (verb.tag_ in ("VBD", "VBZ") or any(tag in ("VBD", "VBZ", "VBP") for tag in helpers))


def is_going_to(verb: Token) -> bool:
    """ "is going to visit"."""
    return verb.dep_ == "xcomp" and verb.head.lower_ == "going" and any(kid.lemma_ == "be" for kid in verb.head.children)


def is_what(word: Token | None) -> bool:
    """ "what he called a sham": a mention of words, not their making."""
    return word is not None and word.lower_ == "what"


def is_no(noun: Token | None) -> bool:
    """ "no right", "no idea"."""
    return noun is not None and any(kid.dep_ == "det" and kid.lower_ == "no" for kid in noun.children)


def is_oneself(word: Token | None) -> bool:
    """ "himself", "themselves"."""
    return word is not None and word.lower_.endswith(("self", "selves")) and word.pos_ == "PRON"


def is_each_other(word: Token | None) -> bool:
    """ "each other", "one another": the subject's members do it among themselves."""
    return word is not None and word.lower_ in ("other", "another") and word.i > 0 and word.nbor(-1).lower_ in ("each", "one")


def compound(noun: Token) -> str:
    """The noun with the word before it: "prime minister", "tear gas"."""
    if noun.i == 0:
        return noun.lemma_.lower()
    return f"{noun.nbor(-1).lower_} {noun.lemma_.lower()}"


def governing_verb(noun: Token) -> Token | None:
    """The verb whose argument the noun is."""
    here = noun
    for _ in range(MAX_CLIMB):
        if here.dep_ != "conj" or here.head.pos_ not in ("NOUN", "PROPN"):
            break
        here = here.head
    if here.head.pos_ in ("VERB", "AUX") and here.dep_ in ("dobj", "nsubj", "nsubjpass", "attr", "obj", "dative"):
        return here.head
    if here.dep_ == "pobj" and here.head.head.pos_ in ("VERB", "AUX"):
        return here.head.head
    return None


def from_the_top(words: Sequence[Token]) -> list[Token]:
    """Words of a sentence, governors before what they govern, each level in reading order."""
    depths: dict[int, int] = {}
    for word in words:
        path, here, at = list[int](), word, word.i
        while at not in depths and len(path) < MAX_SENTENCE_DEPTH:
            here = here.head
            if here.i == at:
                depths[at] = 0
                break
            path.append(at)
            at = here.i
        above = depths.get(at, 0)
        for step, passed in enumerate(reversed(path), 1):
            depths[passed] = above + step
    return sorted(words, key=lambda word: (depths[word.i], word.i))
