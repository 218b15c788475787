"""People who are only counted: "killed 12", "three were jailed", "dozens of them", "the other five"."""

from __future__ import annotations

from spacy.tokens import Token

from transforms.actors.referents import SUBJECTS, Referent, Referents

_ROUND = frozenset({"dozens", "scores", "hundreds", "thousands", "millions"})
_REST = frozenset({"others", "many", "most", "some", "several", "all"})
_SCALES = frozenset({"million", "billion", "trillion"})              # mostly of money
_DONE_TO = frozenset({"nsubjpass", "dobj"})
_NO_PEOPLE = frozenset({"DATE", "TIME", "MONEY", "PERCENT", "QUANTITY", "ORDINAL"})


def counted(head: Token) -> Token | None:
    """Them, of "many of them", "two of whom"."""
    of = next((child for child in head.rights if child.dep_ == "prep" and child.lower_ == "of" and child.i == head.i + 1), None)
    return next((child for child in of.children if child.lower_ in ("them", "whom")), None) if of is not None else None


def is_number(head: Token) -> bool:
    """Whether a bare number stands where people do, with no noun behind it: the 12 of "killed 12", "12 were killed"."""
    if head.tag_ != "CD" or head.ent_type_ in _NO_PEOPLE or head.lower_ in _SCALES or not (head.dep_ in _DONE_TO or (head.dep_ in SUBJECTS and head.lower_ != "one")):
        return False
    return head.text[:1].isalnum() and not any(child.dep_ in ("prep", "npadvmod", "quantmod") and child.lower_ in ("of", "percent", "%") for child in head.children)


def is_count(head: Token) -> bool:
    """Whether a word only says how many people: a bare number, "dozens", "others", "most"; not "dozens of soldiers"."""
    if head.lower_ in _ROUND or (head.lower_ in _REST and head.dep_ in _DONE_TO):     # "some say" is nobody
        return head.ent_type_ not in _NO_PEOPLE and not any(child.dep_ == "prep" and child.lower_ == "of" for child in head.rights)
    return is_number(head)


def counted_before(referents: Referents, number: int, head: Token) -> Referent | None:
    """Of whom so many are: the last people of the text who were counted themselves, "20 protesters" or "dozens of women".

    None for an object of its own: whom a bomb kills are nobody's part unless they are "the other" ones.
    """
    is_part = head.dep_ in SUBJECTS or any(child.lower_ in ("the", "other", "another") for child in head.lefts)
    if not is_part:
        return None
    return next((row for row in referents.before(number, head)
                 if row.is_plural and row.kind != "country" and _is_counted(referents.token(row))), None)


def _is_counted(token: Token) -> bool:
    has_number = any(child.dep_ == "nummod" for child in token.lefts)
    return has_number or (token.dep_ == "pobj" and token.head.lower_ == "of" and token.head.head.lower_ in _ROUND)
