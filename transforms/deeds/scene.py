"""Where a deed happened: its own place phrase, then the sentence's, the dateline, the article's focus.

A country that acts or is acted upon is an actor, never by itself the scene; a nationality is no place.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from spacy.tokens import Span as Sentence
from spacy.tokens import Token

from schemas.records import Actor, GeoBasis, Place, PlaceKind
from transforms.deeds import syntax
from transforms.deeds.reader import Deed

LOCATIVE = frozenset({"in", "at", "near", "outside", "inside", "around", "across", "throughout", "within", "over", "off", "along", "between", "north",
                      "south", "east", "west", "on", "from", "to", "into", "through", "toward", "towards", "of", "against"})
SURE = frozenset({"in", "at", "near", "outside", "inside", "around", "across", "throughout", "within", "off", "along"})
DATELINE_CHARS = 80
AT_HOME = frozenset({"01", "02", "03", "05", "09", "10", "11", "12", "13", "16"})     # done by saying so, from one's own desk
ON_SITE = frozenset({"14", "15", "17", "18", "19", "20", "04"})                        # done where the other side is
BY_FORCE = frozenset({"15", "17", "18", "19", "20"})
FOUGHT = frozenset({"over", "for", "of", "on", "against", ""})    # "": "shelled Juba"
ON_THE_WAY = frozenset({"from", "to", "into", "through", "toward", "towards"})   # of a journey, not of what is done after it
AWAY = ("161", "166", "174", "0873", "0874", "201", "203")    # driven out or gone: where from is where it happened
ENVOYS = frozenset({"ambassador", "envoy", "consul", "emissary", "nuncio", "commissioner", "attaché", "attache", "representative", "delegate"})
CLAUSES = frozenset({"ccomp", "advcl", "relcl", "acl", "parataxis"})


def head_token(sentence: Sentence, offset: int, place: Place) -> Token | None:
    span = sentence.doc.char_span(place.span.start - offset, place.span.end - offset, alignment_mode="expand")
    return span.root if span is not None and len(span) else None


def _preposition(token: Token) -> str:
    """The preposition whose object the place is, over lists, appositions and "town of X"."""
    here = token
    for _ in range(syntax.MAX_CLIMB):
        if here.dep_ == "pobj":
            outer = here.head
            if outer.lower_ == "of" and outer.head.pos_ == "NOUN" and outer.head.dep_ == "pobj":
                here = outer.head
                continue
            return outer.lower_
        if here.dep_ in ("conj", "appos", "compound", "amod", "nmod", "poss", "npadvmod") and here.head != here:
            here = here.head
            continue
        return ""
    return ""


class Scenes:
    """Places of one article as candidates for the scene of its deeds."""

    def __init__(self, places: Sequence[Place], body_start: int) -> None:
        self.places = [place for place in places if place.lat is not None and not place.is_demonym and place.kind is not PlaceKind.CONTINENT]
        self._by_end = {place.span.end: place for place in self.places}
        self.dateline = next((place for place in self.places
                              if place.span.start - body_start < DATELINE_CHARS and "dateline" in place.reason), None)
        counts = Counter(place.country for place in places if place.country)
        top = counts.most_common(2)
        self.focus_country = top[0][0] if top and (len(top) == 1 or top[0][1] > top[1][1]) else ""
        self.focus = next((place for place in self.places if place.country == self.focus_country and place.kind is PlaceKind.COUNTRY), None)

    def is_place(self, token: Token, offset: int) -> bool:
        """Whether a word ends the name of a place."""
        return self.place_of(token, offset) is not None

    def place_of(self, token: Token, offset: int) -> Place | None:
        """The place whose name a word ends."""
        return self._by_end.get(offset + token.idx + len(token))

    def of_sentence(self, sentence: Sentence, offset: int) -> list[tuple[Place, Token, str]]:
        low, high = sentence.start_char + offset, sentence.end_char + offset
        out = []
        for place in self.places:
            if low <= place.span.start and place.span.end <= high:
                token = head_token(sentence, offset, place)
                if token is not None:
                    out.append((place, token, _preposition(token)))
        return out

    def scene(self, deed: Deed, here: list[tuple[Place, Token, str]], source: Actor | None, target: Actor | None,
              source_place: Place | None, target_place: Place | None) -> tuple[Place | None, GeoBasis]:
        actor_spans = [actor.span for actor in (source, target) if actor is not None]
        own_verbs = {deed.head.i, *(word.i for word in deed.words), *((deed.clause.i,) if deed.is_nominal else ())}
        options = []
        for place, token, preposition in here:
            is_leaving = deed.code.startswith(AWAY)
            if is_leaving and preposition in ("to", "into", "toward", "towards"):
                continue
            # "expulsion from Turkey", "battle for Goma", "took the port of Goma": the deed's own words say where
            is_own = _hangs_on(token, deed.head) and ((is_leaving and preposition == "from") or (
                deed.code[:2] in BY_FORCE and preposition in FOUGHT and (bool(preposition) or place.kind is not PlaceKind.COUNTRY)))
            if not is_own and preposition in ON_THE_WAY and _verb_of(token).i not in own_verbs:
                continue
            if not is_own and (preposition not in LOCATIVE or (preposition not in SURE and not _hangs_on_verb(token))):
                continue
            is_actor = any(span.overlaps(place.span) for span in actor_spans)
            if is_actor and preposition not in SURE and not (is_own and (is_leaving or place.kind is not PlaceKind.COUNTRY)):
                continue
            distance = _tree_distance(deed, token)
            own = distance is not None
            if not own and (deed.code[:2] in AT_HOME or not _governs(token, deed)):
                continue
            options.append((not own, preposition not in SURE, is_actor, distance if distance is not None else 50, place.kind is PlaceKind.COUNTRY,
                            place.span.start, place))
        options.sort(key=lambda option: option[:6])
        if options:
            best = options[0]
            return best[6], GeoBasis.CLAUSE if not best[0] else GeoBasis.SENTENCE
        if deed.code[:2] == "04":
            post = next((place for place, token, _ in here if _is_post(token) and _tree_distance(deed, token) is not None), None)
            if post is not None:
                return post, GeoBasis.CLAUSE
            # an envoy is met where he serves
            if target_place is not None and _is_envoy(source):
                return target_place, GeoBasis.TARGET
            if source_place is not None and _is_envoy(target):
                return source_place, GeoBasis.SOURCE
        if source_place is not None and deed.code[:2] in AT_HOME:
            return source_place, GeoBasis.SOURCE
        if self.dateline is not None:
            return self.dateline, GeoBasis.DATELINE
        if target_place is not None and deed.code[:2] in ON_SITE:
            return target_place, GeoBasis.TARGET
        if source_place is not None and (target_place is None or target_place.country == source_place.country):
            return source_place, GeoBasis.SOURCE
        if self.focus is not None:
            return self.focus, GeoBasis.ARTICLE
        return None, GeoBasis.NONE


def _tree_distance(deed: Deed, token: Token) -> int | None:
    """Steps from the place up to the deed or its clause; None when it hangs elsewhere."""
    here, steps = token, 0
    stops = {deed.head.i, deed.clause.i} | {word.i for word in deed.words}
    for _ in range(syntax.MAX_CLIMB * 2):
        if here.i in stops:
            return steps
        # a place inside another clause is that clause's: what is said to happen in Syria is not said there; but what an
        # army is sent to do is done where it is sent
        is_aim = here.dep_ == "advcl" and deed.code[:2] in BY_FORCE and here.tag_ == "VB" and syntax.child(here, "aux") is not None
        if here.head == here or (here.dep_ in CLAUSES and not is_aim):
            return None
        here = here.head
        steps += 1
    return None


def _governs(place: Token, deed: Deed) -> bool:
    """Whether the place's own verb stands above the deed: "in Lima, police said that gunmen shot a judge"."""
    verb = next((word for word in place.ancestors if word.pos_ in ("VERB", "AUX")), None)
    return verb is not None and any(word.i == verb.i for word in deed.head.ancestors)


def _hangs_on_verb(token: Token) -> bool:
    """ "flew to Paris", "drove them out of Mosul", not "ambassador to Paris"."""
    here = token
    for _ in range(syntax.MAX_CLIMB):
        if here.dep_ == "pobj":
            outer = here.head.head
            while outer.pos_ in ("ADP", "ADV") and outer.dep_ in ("prep", "advmod", "prt") and outer.head != outer:
                outer = outer.head
            return outer.pos_ in ("VERB", "AUX")
        if here.head == here:
            return False
        here = here.head
    return False


def _hangs_on(place: Token, word: Token) -> bool:
    """Whether the place's preposition belongs to the word itself or to the object beside it: "expulsion of X from Y"."""
    preposition = next((each for each in (place, *place.ancestors)
                        if each.dep_ == "prep" and not (each.lower_ == "of" and each.head.dep_ == "pobj")), None)
    outer = preposition.head if preposition is not None else place
    while outer.dep_ in ("conj", "compound", "appos", "nmod") and outer.head != outer:
        outer = outer.head
    return outer.i == word.i or (outer.dep_ in ("pobj", "dobj", "nsubjpass") and outer.head.i in (word.i, *(kid.i for kid in word.children)))


def _verb_of(token: Token) -> Token:
    """The verb that a place hangs on, or the topmost word."""
    return next((each for each in token.ancestors if each.pos_ in ("VERB", "AUX")), token)


def _is_envoy(actor: Actor | None) -> bool:
    return actor is not None and not ENVOYS.isdisjoint(actor.text.lower().split())


def _is_post(place: Token) -> bool:
    """Whether the place is where a diplomat serves: "the French ambassador to Jordan" is met there."""
    return place.dep_ == "pobj" and place.head.lower_ == "to" and place.head.head.lemma_.lower() in ENVOYS
