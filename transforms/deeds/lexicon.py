"""What words mean in CAMEO: triggers, the classes their conditions use, and the operators of modality.

The tables live in `transforms/lexicons/`: `triggers/` (deeds by wording), `classes/` (words by kind) and
`modality/` (what promising, refusing, threatening or ending makes of a deed). Codes follow the CAMEO
codebook 1.1b3; the digits of roots 02, 03, 10 and 12 repeat one list of themes, which `themes.csv` writes
down once.
"""

from __future__ import annotations

import functools
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from spacy.tokens import Token

from transforms.deeds import syntax
from transforms.lexicons.tables import LexiconError, read_table

SMALL_WORD = re.compile(r"(?<![\w-])[a-z]+(?![\w-])")
NOTHING = "-"            # the code of a trap: a wording that is no deed ("strike a chord")


@dataclass(frozen=True, slots=True)
class TriggerRow:
    """One wording of one deed.

    A condition (`subject`, `object`, `prep_object`) is empty, "+" (some), "-" (none), or alternatives: a lemma, two words
    ("car bomb"), a class ("@weapon"), "@actor" (anybody who can act). The most telling row that fits wins.
    `source` and `target` are places in order of preference: subject, object, by, poss, a preposition, "none", or
    "nobody" (no other side is to be looked for); empty is the default of the part of speech.
    """

    lemma: str                       # of the head; words before it must stand before it ("air strike")
    pos: str                         # verb, noun, adj
    particle: str
    subject: tuple[str, ...]         # who does it; verbs only
    object: tuple[str, ...]          # of a noun: what it is of or about
    prep: tuple[str, ...]
    prep_object: tuple[str, ...]
    source: tuple[str, ...]
    target: tuple[str, ...]
    code: str                        # CAMEO, or "-" for a wording that is no deed
    alone: bool                      # the bare noun tells that it happened ("the attack", not "aid")
    reciprocal: bool                 # done together: both directions
    example: str                     # is run as a test


@dataclass(frozen=True, slots=True)
class ClassRow:
    """One word (lemma) of one class."""

    class_: str
    word: str


@dataclass(frozen=True, slots=True)
class Operator:
    """A word that makes something of another deed: promise, refuse, threaten, end."""

    lemma: str
    pos: str
    particle: str
    prep: tuple[str, ...]
    complement: str          # infinitive, that, clause (either), noun, any
    family: str
    status: str
    target: tuple[str, ...]
    alone: bool              # is a deed over an unknown complement too: "refused to comply", not "sought shelter"


@dataclass(frozen=True, slots=True)
class ThemeRow:
    content: str
    theme: str


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    family: str
    content: str             # code prefix, #theme, @class of words, or empty for anything
    code: str                # "=" keeps the content's code, "-" gives nothing


@dataclass(frozen=True, slots=True)
class LightVerb:
    """A verb that lends its subject to the noun it governs: launch an attack, come under fire."""

    lemma: str
    particle: str
    prep: tuple[str, ...]
    role: str                # the subject is the noun's source or its target


@dataclass(frozen=True, slots=True)
class SpeechVerb:
    """A verb that puts words in a mouth: `is_stake` doubts the speaker (claim), `is_statement` is said aloud (not "believe")."""

    lemma: str
    is_stake: bool
    is_statement: bool


Rows = tuple[tuple[int, TriggerRow], ...]            # with how specific each is, highest first


@dataclass(frozen=True, slots=True)
class VerdictRow:
    """A deed that nobody says of another without judging him; the columns are those of a trigger, the subject is who is judged.

    `menaces.csv` has the same shape: what nobody foretells another without threatening him ("will pay a heavy price").
    """

    lemma: str
    is_negated: bool                 # "does not care"
    particle: str
    object: tuple[str, ...]
    prep: tuple[str, ...]
    prep_object: tuple[str, ...]
    code: str
    example: str                     # somebody says it of somebody else; is run as a test

    def as_trigger(self) -> TriggerRow:
        return TriggerRow(self.lemma, "verb", self.particle, (), self.object, self.prep, self.prep_object, (), (), self.code, True, False, self.example)


@dataclass(frozen=True, slots=True)
class DeedLexicon:
    """All tables, indexed the way the reader asks."""

    triggers: dict[tuple[str, str], Rows]            # by part of speech and lemma of the head
    verdicts: dict[tuple[str, bool], Rows]           # by verb, and whether it must be negated
    menaces: dict[tuple[str, bool], Rows]
    classes: dict[str, frozenset[str]]
    classes_of: dict[str, tuple[str, ...]]          # word -> its classes as conditions write them ("@weapon")
    operators: dict[tuple[str, str], tuple[Operator, ...]]
    light_verbs: dict[str, tuple[LightVerb, ...]]
    speech: dict[str, SpeechVerb]
    themes: dict[str, str]
    outcomes: dict[tuple[str, str], str]
    word_outcomes: dict[tuple[str, str], str]       # (family, word of a class that an outcome names)
    verbs: frozenset[str]                           # every verb that a table knows
    auxiliaries: dict[str, str]                     # auxiliary verb -> the family of operators it works as; "would" is one of two
    nouns: frozenset[str]                           # every noun that a table knows, those that measure another too
    irregular: dict[str, str]                       # past forms that the model leaves as they are
    common_words: frozenset[str]                    # written small in the examples: ordinary English of the news

    def lemma(self, token: Token) -> str:
        """The token's lemma, mended where the model's is no word that any table knows: "hoped" is hope, not hop."""
        lemma = str(token.lemma_).lower()
        if lemma in self.verbs or token.pos_ not in ("VERB", "AUX", "ADJ"):
            return lemma
        form = str(token.lower_)
        found = self.irregular.get(form)
        return found or next((stem for stem in _stems(form) if stem in self.verbs), lemma)

    def is_of(self, word: Token, names: Iterable[str]) -> bool:
        """Whether a word stands in one of these classes."""
        lemma = word.lemma_.lower()
        return any(lemma in self.classes[name] for name in names)

    def meant(self, noun: Token) -> Iterator[Token]:
        """The noun, its conjuncts, and past measuring words what they measure ("hundreds of prisoners")."""
        for word in syntax.nominal_conjuncts(noun):
            yield word
            if word.pos_ == "NUM" or word.lemma_.lower() in self.classes["measure"]:
                for name, inner in syntax.preps(word):
                    if name == "of" or (name == "in" and word.ent_type_ == "MONEY" and not inner.ent_type_):
                        yield from syntax.nominal_conjuncts(inner)

    def theme_of(self, code: str) -> str:
        """What a deed is about, by the longest code prefix that the table knows."""
        for size in range(len(code), 1, -1):
            theme = self.themes.get(code[:size])
            if theme:
                return theme
        return ""

    def outcome(self, family: str, code: str, word: str = "") -> str:
        """The code that an operator of `family` makes of a deed, or NOTHING.

        Tried in order: the class of the word itself, the code's prefixes from the longest, the deed's
        theme, and what the family makes of anything.
        """
        found = self.word_outcomes.get((family, word)) if word else None
        if found:
            return found
        for size in range(len(code), 1, -1):
            found = self.outcomes.get((family, code[:size]))
            if found:
                return code if found == "=" else found
        theme = self.theme_of(code) if code else ""
        while theme:
            found = self.outcomes.get((family, "#" + theme))
            if found:
                return code if found == "=" else found
            theme = theme[:-1]
        found = self.outcomes.get((family, ""), NOTHING)
        return code if found == "=" else found


def _stems(form: str) -> Iterator[str]:
    """What a regular past or -ing form may come from, an -e ending first ("hoped": hope, hop)."""
    for ending in ("ed", "ing"):
        if form.endswith(ending):
            root = form[:-len(ending)]
            yield root + "e"
            yield root
            if len(root) > 2 and root[-1] == root[-2]:
                yield root[:-1]


def _weight(condition: tuple[str, ...]) -> int:
    """How telling a condition is: a word beats a class, a class beats "some object"."""
    if not condition:
        return 0
    if condition in (("+",), ("-",)):
        return 1
    if any(not part.startswith("@") for part in condition):
        return 5
    return 3 if condition == ("@actor",) else 4


def specificity(row: TriggerRow) -> int:
    return (_weight(row.subject) + _weight(row.object) + _weight(row.prep_object) + (5 if row.particle else 0) + (2 if row.prep else 0)
            + 4 * row.lemma.count(" "))


def _ranked(rows: list[TriggerRow]) -> Rows:
    return tuple(sorted(((specificity(row), row) for row in rows), key=lambda pair: -pair[0]))


def _spoken_deeds(table: str) -> dict[tuple[str, bool], Rows]:
    rows: dict[tuple[str, bool], list[TriggerRow]] = defaultdict(list)
    for row in read_table(table, VerdictRow, key=("lemma", "is_negated", "particle", "object", "prep", "prep_object")):
        rows[row.lemma, row.is_negated].append(row.as_trigger())
    return {head: _ranked(found) for head, found in rows.items()}


def _check_classes(triggers: Iterable[Iterable[TriggerRow]], outcomes: Iterable[tuple[str, str]], known: Collection[str]) -> None:
    """A condition on a class that does not exist never fits, and nobody would notice."""
    told = [(row.lemma, part) for rows in triggers for row in rows for part in (*row.subject, *row.object, *row.prep_object)]
    for where, part in (*told, *outcomes):
        if part.startswith("@") and part != "@actor" and part[1:] not in known:
            raise LexiconError(f"{where}: {part} is no class of lexicons/classes; mend its name, or write its words there")


@dataclass(frozen=True, slots=True)
class IrregularRow:
    form: str
    lemma: str


@dataclass(frozen=True, slots=True)
class AuxiliaryRow:
    word: str
    family: str


@functools.cache
def open_lexicon() -> DeedLexicon:
    """Reads and checks the tables once per process; raises LexiconError on a contradiction."""
    triggers: dict[tuple[str, str], list[TriggerRow]] = defaultdict(list)
    key = ("lemma", "pos", "particle", "subject", "object", "prep", "prep_object")
    for row in read_table("triggers", TriggerRow, key=key):
        if row.pos not in ("verb", "noun", "adj"):
            raise LexiconError(f"triggers: {row.lemma}: pos is {row.pos!r}; use verb, noun or adj")
        if row.subject and row.pos != "verb":
            raise LexiconError(f"triggers: {row.lemma}: only a verb has a subject; use source")
        if row.code != NOTHING and not (row.code.isdigit() and 3 <= len(row.code) <= 4):
            raise LexiconError(f"triggers: {row.lemma}: {row.code!r} is no CAMEO code of three or four digits")
        triggers[row.pos, row.lemma.split()[-1]].append(row)
    verdicts, menaces = _spoken_deeds("verdicts"), _spoken_deeds("menaces")
    classes: dict[str, set[str]] = defaultdict(set)
    classes_of: dict[str, list[str]] = defaultdict(list)
    for entry in read_table("classes", ClassRow):
        classes[entry.class_].add(entry.word)
        classes_of[entry.word].append("@" + entry.class_)
    operators: dict[tuple[str, str], list[Operator]] = defaultdict(list)
    for operator in read_table("modality/operators", Operator, key=("lemma", "pos", "particle", "prep", "complement")):
        operators[operator.pos, operator.lemma].append(operator)
    light: dict[str, list[LightVerb]] = defaultdict(list)
    for verb in read_table("modality/light_verbs", LightVerb):
        light[verb.lemma].append(verb)
    speech = {verb.lemma: verb for verb in read_table("modality/speech_verbs", SpeechVerb, key=("lemma",))}
    outcomes = {(row.family, row.content): row.code for row in read_table("modality/outcomes", OutcomeRow, key=("family", "content"))}
    spoken = [[row for _, row in rows] for table in (verdicts, menaces) for rows in table.values()]
    _check_classes([*triggers.values(), *spoken], outcomes, classes)
    return DeedLexicon(
        triggers={head: _ranked(rows) for head, rows in triggers.items()},
        verdicts=verdicts,
        menaces=menaces,
        classes={name: frozenset(words) for name, words in classes.items()},
        classes_of={word: tuple(names) for word, names in classes_of.items()},
        # the more conditions an operator has, the earlier it is asked
        operators={head: tuple(sorted(rows, key=lambda o: (bool(o.particle), bool(o.prep), o.complement != "any"), reverse=True))
                   for head, rows in operators.items()},
        light_verbs={lemma: tuple(rows) for lemma, rows in light.items()},
        speech=speech,
        verbs=frozenset({word for pos, word in (*triggers, *operators) if pos == "verb"} | set(light) | set(speech) | {verb for verb, _ in (*verdicts, *menaces)}),
        nouns=frozenset({word for pos, word in (*triggers, *operators) if pos == "noun"} | classes["measure"]),
        auxiliaries={row.word: row.family for row in read_table("modality/auxiliaries", AuxiliaryRow, key=("word",))},
        irregular={row.form: row.lemma for row in read_table("modality/irregular", IrregularRow, key=("form",))},
        themes={row.content: row.theme for row in read_table("modality/themes", ThemeRow, key=("content",))},
        outcomes=outcomes,
        common_words=frozenset(word for rows in triggers.values() for row in rows for word in SMALL_WORD.findall(row.example)),
        word_outcomes={(family, word): code for (family, content), code in outcomes.items() if content.startswith("@")
                       for word in sorted(classes[content[1:]])},
    )
