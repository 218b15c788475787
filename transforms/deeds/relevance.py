"""Sport, culture, markets and games speak of battles and attacks too, and accidents kill; what they tell is no event of ours."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from spacy.attrs import IS_ALPHA, LEMMA, LOWER
from spacy.strings import get_string_id
from spacy.tokens import Doc, Span, Token

from transforms.deeds.lexicon import DeedLexicon
from transforms.lexicons.tables import read_table

SENTENCE_WEIGHT = 4            # two telling words of one topic, or four weak ones
ARTICLE_WEIGHT_SHARE = 0.035   # of all words; a news story that mentions a match stays far below


@dataclass(frozen=True, slots=True)
class TopicRow:
    """A word that belongs to a field where deeds are figures of speech; weight 2 is telling, 1 is weak."""

    topic: str
    word: str
    weight: int


@functools.cache
def topic_words() -> dict[str, tuple[tuple[str, int], ...]]:
    words: dict[str, tuple[tuple[str, int], ...]] = {}
    for row in read_table("topics", TopicRow, key=("topic", "word")):
        words[row.word] = (*words.get(row.word, ()), (row.topic, row.weight))
    return words


@functools.cache
def _topic_ids() -> dict[int, tuple[tuple[str, int], ...]]:
    """The same by the numbers that spaCy has for words: to ask for their strings costs more than all the rest."""
    return {get_string_id(word): topics for word, topics in topic_words().items()}


def _weights(tokens: Iterable[Token]) -> Counter[str]:
    found: Counter[str] = Counter()
    seen: set[tuple[int, str]] = set()
    known = _topic_ids()
    for token in tokens:
        for topic, weight in known.get(token.lower, ()) or known.get(token.lemma, ()):
            if (token.lower, topic) not in seen:
                found[topic] += weight
                seen.add((token.lower, topic))
    return found


def is_figurative(sentence: Span) -> bool:
    """Whether a sentence belongs to a field where attack, battle and defeat are play."""
    return max(_weights(sentence).values(), default=0) >= SENTENCE_WEIGHT


def is_off_topic(docs: Iterable[Doc]) -> bool:
    """Whether a whole article is about sport, culture, markets or games."""
    total, words, weights = 0, Counter[int](), Counter[str]()
    for doc in docs:
        total += int(doc.to_array(IS_ALPHA).sum())
        words.update(doc.to_array(LOWER).tolist())
    for word, topics in _topic_ids().items():
        if count := words[word]:
            for topic, weight in topics:
                weights[topic] += weight * count
    return total >= 40 and max(weights.values(), default=0) / total >= ARTICLE_WEIGHT_SHARE * 2


def is_misfortune(docs: Iterable[Doc], lexicon: DeedLexicon) -> bool:
    """Whether a whole article tells of an accident or a disaster and of no violence: nobody killed or hurt whom it counts."""
    lemmas = {number for doc in docs for number in doc.to_array(LEMMA).tolist()}
    mishap, foul_play = (not lemmas.isdisjoint(map(get_string_id, lexicon.classes[name])) for name in ("mishap", "foul_play"))
    return mishap and not foul_play
