"""Two at once: whom "the two sides", "both leaders", "the pair" and a bare "they" after a meeting stand for."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from spacy.tokens import Token

from transforms.actors.describe import Description
from transforms.actors.referents import SUBJECTS, Referent, Referents

_SIDES = frozenset({"side", "party", "camp", "delegation", "team", "rival", "foe", "enemy", "adversary", "ally", "partner", "counterpart",
                    "force", "signatory"})
_LANDS = frozenset({"country", "nation", "neighbor", "neighbour", "state", "people", "economy", "power", "republic", "capital",
                    "government", "army", "military", "parliament"})
_LEADERS = frozenset({"leader", "president", "minister", "premier", "official", "diplomat", "statesman", "politician", "king", "chief", "general",
                      "commander", "man", "woman", "envoy", "ambassador", "candidate", "dignitary"})
NAMESAKES = {"koreas": (("PRK", "North Korea"), ("KOR", "South Korea")), "sudans": (("SDN", "Sudan"), ("SSD", "South Sudan")),
             "congos": (("COD", "DR Congo"), ("COG", "Congo"))}        # "the two Koreas"
_ALONE = frozenset({"pair", "duo", "two"})           # "the pair", "the two"
_BARE = frozenset({"side"})                          # "the sides" are two without a number
_BESIDE = frozenset({"with", "between", "by", "and", "against", "among"})   # what stands behind other prepositions takes no part


def sides_meant(head: Token) -> str:
    """Which two a phrase speaks of: "sides", "lands" or "leaders"; "" for a phrase that is not of two.

    Nothing is done to either in "relations between the two countries", which every communiqué tells of.
    """
    low, is_definite = head.lower_, any(kid.lower_ in ("the", "both", "these", "those") for kid in head.lefts)
    if low in _ALONE and head.tag_ in ("NN", "CD") and is_definite:
        return "leaders"
    is_two = any(kid.lower_ in ("both", "two") for kid in head.lefts)
    if head.tag_ not in ("NNS", "NNPS") or not is_definite or any(kid.dep_ in ("relcl", "acl", "appos") for kid in head.rights):
        return ""
    lemma = head.lemma_.lower()
    if not is_two:
        return "sides" if lemma in _BARE and head.n_lefts == 1 else ""
    if any(kid.dep_ == "prep" and kid.lower_ == "of" for kid in head.rights):
        return ""                                    # "both sides of the border", "the two leaders of the group"
    if lemma in _SIDES:
        return "sides"
    if head.dep_ == "pobj" and head.head.head.pos_ == "NOUN":
        return ""
    return "lands" if lemma in _LANDS else "leaders" if lemma in _LEADERS else ""


def two_before(referents: Referents, number: int, head: Token, wanted: str,
               describe: Callable[[Referent], Description | None]) -> tuple[tuple[Referent, Description], ...]:
    """The only two of the nearest sentences that can be meant, in text order; () if there are fewer or more.

    `wanted` is "sides", "lands", "leaders" or "they"; the last looks at the one sentence before, and at nobody who is many.
    """
    found: dict[str, tuple[Referent, Description]] = {}
    here, sentence = referents.scans[number].sentence[head.i], -1
    for row in referents.before(number, head):
        if row.sentence == here and row.is_subject and head.dep_ not in SUBJECTS:
            continue                                 # who urges the two sides is none of them
        if row.sentence != sentence:
            if len(found) > 1:
                break
            sentence = row.sentence
        if not _takes_part(referents.token(row)):
            continue
        if wanted == "they" and row.is_plural:
            return ()
        if wanted == "leaders" and row.kind != "person":
            continue
        described = describe(row)
        if described is None or not described.country or "MED" in described.types or "MED" in described.code:
            continue
        key = described.full_code if wanted == "sides" else described.country    # sides may be of one country
        if not any(_are_one(key, other) for other in found):
            found[key] = (row, described)
    return tuple(reversed(found.values())) if len(found) == 2 else ()


def _are_one(code: str, other: str) -> bool:
    """Ethiopia and the Ethiopian government are one side, its government and its rebels are two."""
    return code.startswith(other) or other.startswith(code)


def _takes_part(token: Token) -> bool:
    """Whether somebody is an argument of the sentence, and not the place of it."""
    for here in _joined(token):
        if here.dep_ in SUBJECTS or here.dep_ in ("dobj", "dative", "poss", "appos"):
            return True
        if here.dep_ == "pobj":
            return here.head.lower_ in _BESIDE
    return False


def _joined(token: Token) -> Iterator[Token]:
    """The token and what it is coordinated or apposed to."""
    here = token
    for _ in range(8):
        yield here
        if here.dep_ not in ("conj", "appos") or here.head.i == here.i:
            return
        here = here.head
