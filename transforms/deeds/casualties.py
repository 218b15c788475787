"""How many were killed or hurt, and with what, as the sentence of a deed says it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from spacy.tokens import Token

from schemas.records import Count
from transforms.deeds import syntax
from transforms.deeds.lexicon import DeedLexicon

NUMBERS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11,
    "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19,
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90, "a": 1, "an": 1,
}
VAGUE = {"dozen": (12, 24), "dozens": (24, None), "score": (20, 40), "scores": (40, None), "hundreds": (200, None), "thousands": (2000, None)}
WEAPON_CLASSES = frozenset({"@weapon", "@small_arm", "@bomb", "@artillery", "@chemical"})
LEAST = re.compile(r"\b(at least|more than|over|no fewer than|upwards of)\W+$", re.I)
MOST = re.compile(r"\b(up to|as many as|at most|fewer than|less than|nearly|almost|around|about|some)\W+$", re.I)


@dataclass(frozen=True, slots=True)
class Toll:
    killed: Count = Count()
    injured: Count = Count()
    instrument: str = ""


def number_of(word: Token) -> int | None:
    """The value of a number word or figure, None for what is neither."""
    text = word.lower_.replace(",", "")
    if text.isdigit() and len(text) < 8:
        return int(text)
    if text in NUMBERS:
        return NUMBERS[text]
    if "-" in text and all(part in NUMBERS for part in text.split("-")):
        return sum(NUMBERS[part] for part in text.split("-"))
    return None


def count_of(noun: Token) -> Count:
    """How many the noun phrase counts: "nine people" 9, "at least three" low 3, "dozens" low 24."""
    if noun.lower_ in VAGUE:
        low, high = VAGUE[noun.lower_]
        return Count(None, low, high)
    figures = [kid for kid in noun.children if kid.dep_ in ("nummod", "quantmod")] or ([noun] if noun.pos_ == "NUM" else [])
    for figure in figures:
        value = number_of(figure)
        if value is None or 1900 <= value <= 2099:
            continue
        before = noun.doc[max(noun.sent.start, figure.i - 3):figure.i].text + " "
        if LEAST.search(before):
            return Count(value, value, None)
        if MOST.search(before):
            return Count(value, None, value)
        return Count(value, value, value)
    if noun.tag_ == "NN" and any(kid.dep_ == "det" and kid.lower_ in ("a", "an", "one") for kid in noun.children):
        return Count(1, 1, 1)
    return Count()


def toll_of(head: Token, words: tuple[Token, ...], lexicon: DeedLexicon) -> Toll:
    """Counts and instrument of a deed: from its own words and from the clauses that hang on it."""
    killed, injured = Count(), Count()
    killing, hurting = lexicon.classes["killing"], lexicon.classes["hurting"]
    for verb in _near(head):
        lemma = verb.lemma_.lower()
        if lemma not in killing and lemma not in hurting and verb.lower_ not in ("dead", "injured", "wounded"):
            continue
        victim = syntax.direct_object(verb) if lemma != "die" and lemma != "perish" else syntax.grammatical_subject(verb)
        if verb.pos_ == "ADJ":
            victim = verb.head if verb.dep_ == "amod" else syntax.own_subject(verb.head)
        if victim is None:
            continue
        count = next((c for noun in lexicon.meant(victim) if (c := count_of(noun)) != Count()), Count())
        if count == Count():
            continue
        if (lemma in killing and (lemma != "shoot" or "dead" in {kid.lower_ for kid in verb.children})) or verb.lower_ == "dead":
            killed = killed if killed != Count() else count
        elif lemma in hurting or verb.lower_ in ("injured", "wounded"):
            injured = injured if injured != Count() else count
    return Toll(killed, injured, _instrument(head, words, lexicon))


def _near(head: Token) -> list[Token]:
    """The trigger and the verbs and adjectives that follow from it in its sentence."""
    out = [head]
    above = head.head.head if head.dep_ == "pobj" else head.head       # "nine were killed by sniper fire"
    if head.pos_ == "NOUN" and above.pos_ == "VERB":
        out.append(above)
    for verb in list(out):
        out.extend(kid for kid in verb.children if kid.dep_ in ("advcl", "conj", "relcl", "acl", "xcomp", "acomp", "oprd") and kid.pos_ in ("VERB", "ADJ"))
        for kid in verb.children:
            if kid.dep_ in ("advcl", "relcl", "acl"):
                out.extend(grandkid for grandkid in kid.children if grandkid.dep_ == "conj" and grandkid.pos_ == "VERB")
    return out


def _instrument(head: Token, words: tuple[Token, ...], lexicon: DeedLexicon) -> str:
    def is_weapon(word: str) -> bool:
        return not WEAPON_CLASSES.isdisjoint(lexicon.classes_of.get(word, ()))

    for word in words:
        if is_weapon(word.lemma_.lower()):
            return word.lemma_.lower()
        for kid in word.children:
            if kid.dep_ in ("compound", "amod") and is_weapon(kid.lemma_.lower()):
                return kid.lemma_.lower()
    for name, inner in syntax.preps(head):
        if name in ("with", "by", "using", "in", "from"):
            for noun in lexicon.meant(inner):
                if is_weapon(noun.lemma_.lower()) or is_weapon(syntax.compound(noun)):
                    return syntax.compound(noun) if is_weapon(syntax.compound(noun)) else noun.lemma_.lower()
    return ""
