"""People who are only counted: "killed 12", "three were jailed", "dozens of them", "the other five"."""

from __future__ import annotations

from spacy.tokens import Token

from transforms.actors.referents import SUBJECTS, Referent, Referents

_ROUND = frozenset({"dozens", "scores", "hundreds", "thousands", "millions"})
_REST = frozenset({"others", "many", "most", "some", "several", "all"})
_SCALES = frozenset({"million", "billion", "trillion"})              # mostly of money
_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_DONE_TO = frozenset({"nsubjpass", "dobj"})
_NO_PEOPLE = frozenset({"DATE", "TIME", "MONEY", "PERCENT", "QUANTITY", "ORDINAL"})


def counted(head: Token) -> Token | None:
    """Them, of "many of them", "two of whom"."""
    of = next((child for child in head.rights if child.dep_ == "prep" and child.lower_ == "of" and child.i == head.i + 1), None)
    return next((child for child in of.children if child.lower_ in ("them", "whom")), None) if of is not None else None


def owned_whole(head: Token) -> Token | None:
    """Of whom somebody is one, where they are told by whose they are: the members of "one of its members"."""
    if head.tag_ != "CD" and head.lower_ not in _REST:
        return None
    whole = next((whom for child in head.rights if child.dep_ == "prep" and child.lower_ == "of" for whom in child.children if whom.dep_ == "pobj"), None)
    return whole if whole is not None and any(child.dep_ == "poss" for child in whole.children) else None


def is_number(head: Token) -> bool:
    """Whether a bare number stands where people do, with no noun behind it: the 12 of "killed 12", "12 were killed"."""
    if head.tag_ != "CD" or head.ent_type_ in _NO_PEOPLE or head.lower_ in _SCALES or not head.text[:1].isalnum():
        return False
    if not (head.dep_ in _DONE_TO or (head.dep_ in SUBJECTS and head.lower_ != "one") or _is_whom(head)):
        return False
    return not any(child.lower_ in ("percent", "%") or (child.lower_ == "of" and not _is_of_number(child)) for child in head.children)


def _is_whom(head: Token) -> bool:
    """The nine of "six of the nine who were charged"."""
    is_part = head.dep_ == "pobj" and head.head.lower_ == "of" and head.head.head.tag_ == "CD"
    return is_part and any(child.dep_ == "relcl" and any(kid.lower_ in ("who", "whom") for kid in child.children) for child in head.rights)


def _is_of_number(of: Token) -> bool:
    return any(child.dep_ == "pobj" and child.tag_ == "CD" for child in of.children)     # "six of the nine"


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
    size = _size(head)
    for row in referents.before(number, head):
        if row.is_plural and row.kind != "country":
            of = _size(referents.token(row))
            if of:
                return row if size <= of else None   # 23 others are no part of two
    return None


def _size(token: Token) -> int:
    """How many a word says that there are: 0 if it does not, a hundred and more for a round number."""
    if token.dep_ == "pobj" and token.head.lower_ == "of" and token.head.head.lower_ in _ROUND:
        return 10**6
    number = token if token.tag_ == "CD" else next((child for child in token.lefts if child.dep_ == "nummod"), None)
    if number is None:
        return 0
    digits = number.text.replace(",", "")
    return int(digits) if digits.isdecimal() else _NUMBERS.index(number.lower_) + 1 if number.lower_ in _NUMBERS else 12
