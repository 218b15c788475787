"""The words of an article that a later pronoun may mean, and the search for the one it means."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from spacy.tokens import Doc, Span, Token

from transforms.actors.names import fold
from transforms.actors.people import People
from transforms.actors.scan import Match, Scan

SUBJECTS = frozenset({"nsubj", "nsubjpass", "csubj", "agent"})
SPEECH = frozenset({"say", "tell", "add", "state", "announce", "declare", "write", "insist", "note", "argue", "warn", "claim", "explain", "stress",
                    "recall", "continue", "reply", "respond", "remark", "recount", "admit", "reveal", "tweet", "conclude", "joke", "complain", "lament"})
SPEAKER = frozenset({"i", "we", "me", "us", "my", "our", "myself", "ourselves"})
SHE = frozenset({"she", "her", "hers", "herself"})
HE = SHE | {"he", "him", "his", "himself"}
_HONORED = {"mr": "m", "sir": "m", "lord": "m", "mrs": "f", "ms": "f", "miss": "f", "madam": "f", "madame": "f", "lady": "f", "dame": "f"}
IT = frozenset({"it", "its", "itself"})
THEY = frozenset({"they", "them", "their", "theirs", "themselves", "those", "these", "both", "others", "who", "which", "that"})
_WHERE = frozenset({"in", "at", "near", "inside", "outside", "around", "off"})
_OPENING = frozenset({"“", "``", "«", "„"})
_CLOSING = frozenset({"”", "''", "»"})
_QUOTES = _OPENING | _CLOSING | {'"'}
_QUOTED_TOKENS = 150                 # the longest quotation between two marks
SENTENCES_BACK = 3                   # a pronoun or "the group" looks no farther than this
NAMES_BACK = 80                      # nor than this many actors: a list without a full stop is no few sentences
_GROUPS = frozenset({"armed", "ngo", "party", "igo", "council", "movement", "gang", "company", "union", "rebels", "militants"})


@dataclass(slots=True)
class Referent:
    """A word that a later pronoun may mean."""

    scan_number: int
    token: int
    at: int                          # article offset
    sentence: int
    is_subject: bool
    kind: str                        # person, group, country
    is_plural: bool = False
    refers: str = ""                 # role word or kind of organisation; "pronoun" for a pronoun
    gender: str = ""                 # f, m or "" for unknown
    name: str = ""                   # a person's full name


@dataclass(slots=True)
class Referents:
    """All referents of one article, in text order once `finish` has run."""

    scans: list[Scan]
    people: People
    genders: dict[str, str]          # folded first name to f or m
    rows: list[Referent] = field(default_factory=list)
    by_role: dict[str, list[Referent]] = field(default_factory=dict)     # in text order, once `finish` has run
    by_name: dict[str, Referent] = field(default_factory=dict)           # the first of each person
    _links: dict[tuple[int, int, str], Referent | None] = field(default_factory=dict)

    def add(self, number: int, match: Match) -> None:
        """Note a match that stands as a noun phrase's head."""
        scanned = self.scans[number]
        head, entry, role = head_of(scanned.doc, match), match.entry, match.entry.role
        # nobody is called "the Lindon": that is a hall, a firm, a club
        is_body = match.is_name and not entry.offices and match.start > 0 and scanned.low[match.start - 1] == "the" and head.tag_ == "NNP"
        is_body = is_body or (match.is_name and not entry.offices and match.end - match.start == 1 and head.text.isupper() and len(head.text) > 2)
        is_person = (match.is_name and not is_body) or bool(entry.offices)
        is_known = entry.organisation is not None    # in "Hamas fighters" Hamas may be "the group" later
        if head.dep_ in ("compound", "amod", "nmod", "det", "poss") and not is_known and not ((is_person or head.tag_ == "NNS") and head.dep_ == "poss"):
            return
        if entry.organisation is not None and entry.organisation.kind == "credit":
            return
        if role and role.kind in ("place", "thing", "quantity") and not entry.organisation:
            return
        if entry.form == "adjective" and not entry.is_plural and (head.pos_ == "ADJ" or head.dep_ in ("attr", "acomp")):
            return                                   # "is Liberian"
        if head.dep_ == "pobj" and head.head.lower_ == "as" and not is_person:
            return                                   # "acting as a policeman" brings nobody in
        if match.is_name and not entry.offices and head.dep_ == "pobj" and head.head.lower_ in _WHERE and head.ent_type_ != "PERSON":
            return                                   # a village that no table knows is nobody
        refers = role.refers if role else entry.organisation.kind if entry.organisation else ""
        gender = "f" if head.lower_.endswith("woman") else ""
        name = ""
        if is_person:
            words = scanned.words(match.start, match.end)
            person = self.people.find(words)
            refers = refers or (person.known.refers if person else "")
            name = person.name if person else entry.offices[0].name if entry.offices else words
            honorific = scanned.low[match.start - 1].rstrip(".") if match.start else ""
            gender = _HONORED.get(honorific) or self.genders.get(fold(name.split()[0]), "m" if entry.offices else "")
        kind = ("person" if is_person else "group" if entry.organisation or is_body else
                "country" if entry.country and entry.form in ("name", "capital") else role.kind if role else "group")
        self.rows.append(Referent(
            number, head.i, scanned.offset + head.idx, scanned.sentence[head.i], head.dep_ in SUBJECTS, kind,
            entry.is_plural or head.tag_ in ("NNS", "NNPS"), refers, gender, name))

    def finish(self) -> None:
        """Add the pronouns that carry a referent on, sort, and tell genders.

        Who alone is named before a "she", in the sentence or the one before it, is a woman. Not so after a verb of
        speech: "Smith said she ..." tells of somebody else as often as not.
        """
        alone: dict[int, Referent | None] = {}       # by sentence: the only person named, None for several
        for row in self.rows:
            if row.name:
                known = alone.get(row.sentence, row)
                alone[row.sentence] = row if known is not None and known.name == row.name else None
        votes: dict[str, Counter[str]] = {}
        for number, scanned in enumerate(self.scans):
            for index, low in enumerate(scanned.low):
                if low not in HE or (token := scanned.doc[index]).dep_ not in SUBJECTS:
                    continue
                sentence, gender = scanned.sentence[index], "f" if low in SHE else "m"
                at = scanned.offset + token.idx
                person = alone.get(sentence) if sentence in alone else alone.get(sentence - 1)
                if person is not None and person.at < at and person.is_subject and (
                        person.sentence < sentence or self.token(person).head.lemma_ not in SPEECH):
                    votes.setdefault(person.name, Counter())[gender] += 1
                self.rows.append(Referent(number, token.i, at, sentence, True, "person", refers="pronoun", gender=gender))
        self.rows.sort(key=lambda row: row.at)
        for row in self.rows:
            if row.name:
                self.by_name.setdefault(row.name, row)
            if row.refers:
                self.by_role.setdefault(row.refers, []).append(row)
            if row.name in votes and not row.gender:
                row.gender = votes[row.name].most_common(1)[0][0]

    def token(self, row: Referent) -> Token:
        return self.scans[row.scan_number].doc[row.token]

    def before(self, number: int, head: Token, sentences: int = SENTENCES_BACK) -> Iterator[Referent]:
        """The referents before a word, the nearest first, a few sentences back."""
        scanned = self.scans[number]
        last = bisect_left(self.rows, scanned.offset + head.idx, key=lambda row: row.at)
        for at in range(last - 1, -1, -1):
            if scanned.sentence[head.i] - self.rows[at].sentence > sentences or (sentences == SENTENCES_BACK and last - at > NAMES_BACK):
                return
            yield self.rows[at]

    def service_before(self, number: int, head: Token) -> str:
        """The last of "army" and "police" that the article named before a word, however far back; "" for neither."""
        return next((row.refers for row in self.before(number, head, 10**9) if row.refers in ("army", "police")), "")

    def earlier(self, number: int, head: Token, refers: str) -> Iterator[Referent]:
        """What "the president", "the ministry", "the group" or "the country" may mean, the nearest first."""
        for row in self.before(number, head):
            if refers == "group":
                fits = row.kind == "group" and row.refers in _GROUPS
            elif refers == "country":
                fits = row.kind == "country" and not row.is_plural
            else:
                fits = row.refers == refers or (head.lower_ == "agency" and row.refers in ("igo", "ngo"))
            if fits:
                yield row

    def of(self, number: int, head: Token, wanted: str) -> Referent | None:
        """What a pronoun means (`wanted`: speaker, person, thing, many); an earlier pronoun passes its own referent on."""
        key = (number, head.i, wanted)
        if key not in self._links:
            self._links[key] = None                  # a circle ends here
            found = self._search(number, head, wanted)
            if found is not None and found.refers == "pronoun":
                found = self.of(found.scan_number, self.token(found), "person")
            self._links[key] = found
        return self._links[key]

    def _search(self, number: int, head: Token, wanted: str) -> Referent | None:
        scanned = self.scans[number]
        if wanted == "speaker":
            speaker = self._utterer(number, head)
            if speaker is not None:
                return speaker
            wanted = "person"
        sentence = scanned.sentence[head.i]
        gender = "f" if head.lower_ in SHE else "m" if head.lower_ in HE else ""
        verb = _verb_of(head) if head.dep_ in ("dobj", "pobj", "dative") and not head.lower_.endswith(("self", "selves")) else None
        sharer = _shared_subject(verb) if verb is not None else None
        doer = next((self._name(number, child) for child in verb.children if child.dep_ in SUBJECTS), "") if verb is not None else ""
        office = self._office_of_object(number, head)
        utterer = self._utterer(number, head) if gender and None not in quotation(head) else None
        quoted = _quoted_by(head)
        best: tuple[int, int, int, int, int] | None = None
        chosen: Referent | None = None
        for row in self.before(number, head):
            if quoted is not None and row.scan_number == number and quoted[0] <= row.token < quoted[1]:
                continue                             # who says it is seldom in what he says
            if gender and row.gender and row.gender != gender:
                continue
            if verb is not None and ((row.is_subject and row.scan_number == number and self.token(row).head.i == verb.i)
                                     or (doer and doer == row.name)):
                continue                             # "he praised him": two people
            if sharer is not None and row.scan_number == number and sharer.left_edge.i <= row.token <= sharer.i:
                continue                             # so in "they came, killing them"
            if utterer is not None and utterer.name and utterer.name == self._name_of(row):
                continue                             # who says "he left" is not he
            if office and row.refers == office:
                continue                             # so in "he praised the president"
            if wanted == "person":
                fits = row.kind == "person" and not row.is_plural
            elif wanted == "thing":
                fits = row.kind in ("group", "country") and not row.is_plural
            else:
                fits = row.is_plural or row.kind == "group"
            if not fits:
                continue
            if wanted == "many" and row.sentence < sentence and self._is_hidden(number, head, row):
                continue
            is_likely = row.is_plural or row.is_subject if wanted == "many" else gender == "f" and row.gender == "f"
            rank = (int(is_likely), row.sentence - sentence, int(row.is_subject), int(wanted == "many" and row.is_plural),
                    -row.at if row.sentence == sentence else row.at)
            if best is None or rank > best:
                best, chosen = rank, row
        return chosen

    def _utterer(self, number: int, head: Token) -> Referent | None:
        """Who says the sentence or the quotation that a word stands in, None if nobody is named."""
        speaker = speaker_of(head) or _speaker_around(head)
        if speaker is None or speaker.i == head.i:
            return None
        if speaker.lower_ in HE or speaker.lower_ in IT:
            return self.of(number, speaker, "person" if speaker.lower_ in HE else "thing")
        at = self.scans[number].offset + speaker.idx
        first = bisect_left(self.rows, at, key=lambda row: row.at)
        return self.rows[first] if first < len(self.rows) and self.rows[first].at == at else None

    def _name_of(self, row: Referent) -> str:
        meant = self.of(row.scan_number, self.token(row), "person") if row.refers == "pronoun" else row
        return meant.name if meant is not None else ""

    def _office_of_object(self, number: int, head: Token) -> str:
        """The office of whom a pronoun in the subject does something to: "the president" in "he thanked the president"."""
        if head.dep_ != "nsubj" or head.head.pos_ != "VERB":
            return ""
        match = next((self.scans[number].cover[child.i] for child in head.head.children if child.dep_ in ("dobj", "dative")), None)
        role = match.entry.role if match is not None else None
        return role.refers if role is not None and role.kind == "person" else ""

    def _is_hidden(self, number: int, head: Token, row: Referent) -> bool:
        """Whether the sentence before "they" has a subject in the plural that is no referent: it is what they are, not somebody before it."""
        scanned = self.scans[number]
        last = scanned.sentence[head.i] - 1
        if row.scan_number != number or (row.sentence == last and row.is_subject):
            return False
        start = head.sent.start
        if not start:
            return False
        before = scanned.doc[start - 1].sent
        return any(token.dep_ == "nsubj" and token.tag_ in ("NNS", "NNPS") and token.head.dep_ == "ROOT" and scanned.cover[token.i] is None for token in before)

    def _name(self, number: int, head: Token) -> str:
        match = self.scans[number].cover[head.i]
        if match is None or not (match.is_name or match.entry.offices):
            return ""
        words = self.scans[number].words(match.start, match.end)
        person = self.people.find(words)
        return person.name if person else words


def head_of(doc: Doc, match: Match) -> Token:
    """The token of a match that the rest of it hangs on."""
    for at in range(match.start, match.end - 1):
        above = doc[at].head.i
        if above == at or not match.start <= above < match.end:
            return doc[at]
    return doc[match.end - 1]


def speaker_of(head: Token) -> Token | None:
    """The subject of the verb of speech in the sentence of a quoted "we" or "I"."""
    return _who_speaks(head.sent, head.i)


def _speaker_around(head: Token) -> Token | None:
    """Who speaks around a quotation: in the sentence where it ends, the one after, where it begins, the one before."""
    doc = head.doc
    start, end = quotation(head)
    around: list[Span] = []
    if end is not None:
        closing = doc[end].sent
        around.append(closing)
        if closing.end < len(doc) and not any(token.text in _QUOTES for token in doc[closing.end].sent):
            around.append(doc[closing.end].sent)
    if start is not None:
        opening = doc[start].sent
        around.append(opening)
        if opening.start > 0:
            around.append(doc[opening.start - 1].sent)
    return next((found for sentence in around if (found := _who_speaks(sentence, head.i, start, end)) is not None), None)


def _quoted_by(head: Token) -> tuple[int, int] | None:
    """Tokens of the quotation whose speaker a word is: of the "he" in "..., he added"."""
    if head.dep_ != "nsubj" or head.head.lemma_ not in SPEECH:
        return None
    doc, first = head.doc, min(head.i, head.head.i)
    end = next((at for at in range(first - 1, max(first - 3, -1), -1) if doc[at].text in _QUOTES), None)
    if end is None:
        return None
    start = next((at for at in range(end - 1, max(end - _QUOTED_TOKENS, -1), -1) if doc[at].text in _QUOTES), None)
    return (start, end) if start is not None else None


def quotation(head: Token) -> tuple[int | None, int | None]:
    """Tokens of the marks between which a word is quoted; None for one that is missing, for both where it is not quoted."""
    doc = head.doc
    start = next((at for at in range(head.i - 1, max(head.i - _QUOTED_TOKENS, -1), -1) if doc[at].text in _QUOTES), None)
    end = next((at for at in range(head.i + 1, min(head.i + _QUOTED_TOKENS, len(doc))) if doc[at].text in _QUOTES), None)
    if start is not None and (doc[start].text in _CLOSING or (doc[start].text == '"' and doc[start].whitespace_)):
        start = None
    if end is not None and (doc[end].text in _OPENING or (doc[end].text == '"' and not doc[end].whitespace_ and end + 1 < len(doc))):
        end = None
    return start, end


def _who_speaks(sentence: Iterable[Token], at: int, start: int | None = None, end: int | None = None) -> Token | None:
    """The subject of a verb of speech that stands outside the quotation `[start, end]`."""
    return next((child for token in sentence if token.lemma_ in SPEECH and not (start is not None and end is not None and start < token.i < end)
                 for child in token.children if child.dep_ == "nsubj" and child.i != at and child.lower_ not in SPEAKER), None)


def _shared_subject(verb: Token) -> Token | None:
    """Who does what a verb without a subject of its own tells of: the subject of the verb that it hangs on."""
    for _ in range(4):
        if any(child.dep_ in SUBJECTS for child in verb.children) or verb.dep_ not in ("conj", "advcl", "xcomp"):
            break
        verb = verb.head
    return next((child for child in verb.children if child.dep_ in SUBJECTS), None)


def _verb_of(token: Token) -> Token | None:
    """The verb whose clause a word stands in."""
    return next((one for one in token.ancestors if one.pos_ in ("VERB", "AUX")), None)
