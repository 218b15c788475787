"""Which words of a sentence an actor's phrase hangs on: several joined by "and", names that "and" does not cut, and things."""

from __future__ import annotations

from collections.abc import Iterator

from spacy.tokens import Token

from transforms.actors.names import fold
from transforms.actors.scan import Match, Scan
from transforms.actors.tables import ActorTables

NOUNS = frozenset({"NOUN", "PROPN", "ADJ", "NUM", "X", "PRON"})
_AND = frozenset({"and", "&"})
_POSSESSIVES = frozenset({"his", "her", "its", "their"})
_BESIDE = frozenset({"outside", "inside"})
_NAME_TOKENS = 12                    # the longest name of a body


def conjuncts(scanned: Scan, head: Token) -> Iterator[Token]:
    """The head and what is coordinated to its right, in order; in a headline a comma may stand for "and".

    "Doctors and their teams" are one: who belongs to the first is not somebody else.
    """
    before = _before_comma(head)
    if before is not None:
        yield before
    rest = [child for child in head.children if child.dep_ == "conj" and child.i > head.i and child.pos_ in NOUNS]
    if not (rest and _begins_name(scanned, head, rest[0])):
        yield head
    for child in rest:
        if not _is_its_own(scanned, child) and not _ends_name(scanned, child):
            yield from conjuncts(scanned, child)


def body_of(scanned: Scan, head: Token) -> Token:
    """The ministry of "Ministry of Trade and Industry" where the parser took "Industry" for the head, else the head."""
    match = scanned.cover[head.i]
    if match is None or not _is_stranger(match):
        return head
    at, first = match.start - 1, scanned.first[head.i]
    if at <= first or scanned.low[at] not in _AND:
        return head
    while at > first and head.i - at < _NAME_TOKENS and (scanned.texts[at][0].isupper() or scanned.low[at] in _AND or scanned.low[at] == ","):
        at -= 1
    body = scanned.cover[at - 1] if at > first and scanned.low[at] in ("of", "for") else None
    return scanned.doc[body.end - 1] if body is not None and _is_body(scanned, body) else head


def is_thing(scanned: Scan, head: Token, tables: ActorTables) -> bool:
    """Whether a phrase names a thing and nobody: a law, an award, a holiday, a flight, a camera.

    What nations make stands for them ("condemned Iran's law"), but the town that gave a treaty its name signed nothing.
    """
    if head.lower_ == "intelligence" and head.dep_ in ("dobj", "pobj") and not any(child.dep_ in ("det", "poss") for child in head.children):
        return True                                  # shared or gathered, it is no service
    if scanned.low[head.left_edge.i] in _BESIDE and head.tag_ == "NN":
        return True                                  # "said outside court": where, and not to whom
    match = scanned.cover[head.i]
    if match is not None and match.entry.organisation is not None and match.entry.organisation.kind == "credit":
        return True                                  # "Getty Images": whose picture it is
    if match is None:
        effect = tables.modifiers.get(fold(head.lemma_))
        if effect == "document":
            return any((near := scanned.cover[child.i]) is not None and near.entry.form in ("capital", "region")
                       for child in head.lefts if child.dep_ in ("compound", "amod", "nmod"))
        return effect == "thing"
    if not _is_stranger(match) or tables.modifiers.get(fold(scanned.texts[match.end - 1])) not in ("thing", "document"):
        return False
    has_article = any(child.dep_ == "det" for child in head.children)
    before = scanned.cover[match.start - 1] if match.start else None
    is_long = match.end - match.start > 1 or (before is not None and before.end == match.start and not before.is_name)
    is_person = head.ent_type_ == "PERSON" or fold(scanned.texts[match.start]) in tables.genders     # Doris Day
    return has_article or (is_long and not is_person)


def _before_comma(head: Token) -> Token | None:
    """ "Israel, Hamas agree truce": the first of two subjects of a headline."""
    if head.dep_ != "nsubj" or head.i < 2 or head.nbor(-1).text != ",":
        return None
    first = head.nbor(-2)
    if first.pos_ != "PROPN" or first.head.i != head.head.i or first.dep_ not in ("npadvmod", "nsubj", "nmod", "dep"):
        return None
    sentence = head.sent
    is_headline = first.left_edge.i == sentence.start and sentence[-1].text[-1] not in ".!?”\""
    return first if is_headline else None


def _is_its_own(scanned: Scan, conjunct: Token) -> bool:
    """The second of "Kim and his wife", "doctors and their teams"; the premier's counterparts and opponents are others."""
    match = scanned.cover[conjunct.i]
    role = match.entry.role if match is not None else None
    if match is not None and (role is None or role.kind == "quantity" or role.types not in ((), ("CVL",))):
        return False
    return any(child.dep_ == "poss" and child.lower_ in _POSSESSIVES for child in conjunct.children)


def _begins_name(scanned: Scan, head: Token, second: Token) -> bool:
    """The first of "Devon and Cornwall Police": a name that nobody knows, and one body behind both."""
    match, body = scanned.cover[head.i], scanned.cover[second.i]
    if match is None or body is None or not _is_stranger(match) or not _is_body(scanned, body):
        return False
    start = second.left_edge.i
    return (start == match.end + 1 and start < second.i and scanned.low[match.end] in _AND
            and all(text[0].isupper() for text in scanned.texts[start:second.i + 1]))


def _ends_name(scanned: Scan, conjunct: Token) -> bool:
    """The last of "Bureau of Fisheries and Forests", where the parser joins it to the bureau."""
    return body_of(scanned, conjunct) is not conjunct


def _is_stranger(match: Match) -> bool:
    return match.is_name and not match.entry.offices


def _is_body(scanned: Scan, match: Match) -> bool:
    role = match.entry.role
    is_group = match.entry.organisation is not None or (role is not None and role.kind == "group")
    return is_group and scanned.texts[match.end - 1][0].isupper()
