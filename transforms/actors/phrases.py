"""How far an actor's phrase reaches: its modifiers, the rest of a name, what is counted, whom somebody serves."""

from __future__ import annotations

from collections.abc import Mapping

from spacy.tokens import Token

from transforms.actors.scan import Scan

_LEFT = frozenset({"det", "amod", "compound", "nmod", "poss", "nummod", "predet", "quantmod", "advmod", "nn", "npadvmod"})
PHRASE_TOKENS = 14                  # a noun phrase is not longer; what is, is a broken parse
_TIMES = frozenset({"DATE", "TIME"})
_CHARGING = frozenset({"accuse", "suspect", "convict", "acquit", "clear", "warn", "rob", "deprive", "strip", "remind", "inform", "notify", "absolve"})
_LOYAL = frozenset({"loyal", "allied", "aligned", "faithful"})
_HYPHENS = frozenset("-‐‑")


def bounds_of(scanned: Scan, head: Token, effects: Mapping[str, str]) -> tuple[int, int]:
    """Tokens of a head's phrase; `effects` are those of the small words beside names."""
    if head.pos_ == "PRON":
        return head.i, head.i + 1
    at, cover = head.i, scanned.cover
    match = cover[at]
    if head.dep_ in ("amod", "compound", "nmod"):
        return (match.start, match.end) if match is not None else (at, at + 1)
    start, first = at, scanned.first[at]
    for child in head.lefts:
        if child.dep_ in _LEFT:
            start = min(start, child.left_edge.i)
    while start - 2 >= first and scanned.low[start - 1] in _HYPHENS and not scanned.doc[start - 1].whitespace_:
        start -= 2                                   # "NATO-led force", where the parser cuts it
    start = max(start, at - PHRASE_TOKENS, first)
    start = max((i + 1 for i in range(start, at) if scanned.low[i].isspace()), default=start)
    while start < at and scanned.doc[start].ent_type_ in _TIMES and cover[start] is None:
        start += 1                                   # "an hour later masked gunmen", "in 2019 parties": when is not who
    if match is not None and (match.is_name or match.entry.offices):
        start = _after_credit(scanned, start, match.start, effects)
    if (over := cover[start]) is not None:
        start = over.start                           # West African, where the parser ends a sentence between the two
    end = at + 1
    if match is not None:
        start, end = min(start, match.start), max(end, match.end)
    # a title that the parser split from its name: "Prime Minister" + "Pedro Sánchez"
    before = cover[start - 1] if start > first else None
    while before is not None and match is not None and match.is_name and not before.entry.is_plural and at - before.start < PHRASE_TOKENS and (
            before.entry.role or (before.entry.country and cover[start] is not None and before.entry.form == "adjective")):
        start = before.start
        before = cover[start - 1] if start > first else None
    size = len(cover)
    while end < size and (after := cover[end]) is not None and after.start == end and (after.is_name or after.entry.offices) and (
            match is not None and match.entry.role is not None and match.entry.role.kind == "person" and not match.entry.is_plural):
        end = after.end
    for child in head.rights:
        if child.i in (end, end - 1) and child.dep_ == "prep" and child.lower_ in ("of", "for") and not is_charge(scanned, child):
            only_counts = match is not None and match.entry.role is not None and match.entry.role.kind == "quantity"
            if only_counts or child.right_edge.i - end < PHRASE_TOKENS:      # "most of the men who ...", however much they did
                end = phrase_end(scanned, child)
            break
    return start, end


def _after_credit(scanned: Scan, start: int, name: int, effects: Mapping[str, str]) -> int:
    """Where a person's phrase begins behind a picture's caption, credit or number: "Splash News 6 FBI director James Comey"."""
    for at in range(name - 1, start - 1, -1):
        match, text = scanned.cover[at], scanned.texts[at]
        body = match.entry.organisation if match is not None and at == name - 1 and scanned.doc[name].ent_type_ == "PERSON" else None
        is_credit = body is not None and body.kind in ("media", "credit")
        if is_credit or effects.get(scanned.low[at]) == "caption" or (text[0].isdigit() and scanned.doc[at].whitespace_):
            return at + 1
    return start


def is_charge(scanned: Scan, of: Token) -> bool:
    """Whether an "of" behind somebody tells what is laid to his charge: "accused police of theft", not "of Kenya"."""
    head = of.head
    is_object = of.lower_ == "of" and head.dep_ in ("dobj", "nsubjpass") and head.head.lemma_ in _CHARGING
    return is_object and not any(child.dep_ == "pobj" and scanned.cover[child.i] is not None for child in of.children)


def phrase_end(scanned: Scan, preposition: Token) -> int:
    """End of a preposition's noun phrase, its relative clauses and further prepositions left out; before it if it has none.

    What only counts is followed to what is counted: "dozens of members of the group", "of fighters from the group".
    """
    end = preposition.i
    for child in preposition.children:
        if child.dep_ == "pobj":
            end = child.i + 1
            for conjunct in child.conjuncts:
                if conjunct.i - end < 5:
                    end = max(end, conjunct.i + 1)
            match = scanned.cover[child.i]
            role = match.entry.role if match is not None else None
            if role is not None and (role.kind == "quantity" or role.refers in ("commander", "fighters")):
                inner = next((kid for kid in child.rights if kid.i == end and kid.dep_ == "prep" and kid.lower_ in ("of", "from")), None)
                end = end if inner is None else max(end, phrase_end(scanned, inner))
    return end


def master(head: Token) -> Token | None:
    """Whom "a spokesman for Smith" serves, and "forces loyal to Smith"."""
    bonds = [child for child in head.rights if child.dep_ == "prep" and child.lower_ in ("for", "of", "to")]
    bonds += [bond for child in head.rights if child.lower_ in _LOYAL for bond in child.children if bond.dep_ == "prep"]
    return next((whom for bond in bonds for whom in bond.children if whom.dep_ == "pobj"), None)
