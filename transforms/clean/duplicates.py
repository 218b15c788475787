"""Near-duplicates: the same text printed by several papers, or twice by one.

MinHash over word shingles estimates the share of shingles that two texts have in common (Broder 1997).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from datasketch import MinHash

from transforms.clean.extract import tokens

PERMUTATIONS = 128
SHINGLE = 4                          # words
BANDS = 32                           # of 4 values: two texts with 70% in common meet with probability .9999
SAME = 0.7                           # estimated share of common shingles from which two texts are one
MIN_WORDS = 30                       # shorter texts have too few shingles to be told apart
SAME_NEWS = timedelta(days=7)        # an agency's report is printed within days; what is told again later is another report


def signature(text: str) -> bytes:
    """The 128 MinHash values of a text as 512 bytes; empty for a text too short to compare."""
    words = tokens(text)
    if len(words) < MIN_WORDS:
        return b""
    sketch = MinHash(num_perm=PERMUTATIONS, seed=1, scheme="affine32")
    shingles = {" ".join(words[i:i + SHINGLE]).encode() for i in range(len(words) - SHINGLE + 1)}
    sketch.update_batch(sorted(shingles))
    return np.asarray(sketch.hashvalues, dtype="<u4").tobytes()


def repeated(sketches: Mapping[str, bytes]) -> frozenset[str]:
    """The ids of the few texts that repeat another one of them, whatever their days; the first by id is no copy."""
    firsts: list[bytes] = []
    out = set()
    for text_id, own in sorted(sketches.items()):
        if any(similarity(first, own) >= SAME for first in firsts):
            out.add(text_id)
        else:
            firsts.append(own)
    return frozenset(out)


def similarity(first: bytes, second: bytes) -> float:
    """The estimated share of common shingles of two texts by their signatures, 0 to 1."""
    if not first or len(first) != len(second):
        return 0.0
    return float(np.mean(np.frombuffer(first, "<u4") == np.frombuffer(second, "<u4")))


@dataclass(frozen=True, slots=True)
class Sketched:
    """An article by its sketch, with the days `[start, end)` on which it may have been published."""

    article_id: str
    sketch: bytes                    # of signature()
    start: date
    end: date

    def is_near(self, other: Sketched) -> bool:
        return self.start < other.end + SAME_NEWS and other.start < self.end + SAME_NEWS


def find_duplicates(items: Iterable[Sketched], threshold: float = SAME) -> Mapping[str, str]:
    """For each article that repeats an earlier one of the same days, the id of the first copy; "earlier" by the order of the items.

    An article is compared with first copies only, so chains of small changes cannot join two different texts.
    """
    buckets: dict[tuple[int, bytes], list[Sketched]] = defaultdict(list)
    seen: set[str] = set()
    out: dict[str, str] = {}
    for item in items:
        own = item.sketch
        if not own or item.article_id in seen:
            continue
        seen.add(item.article_id)
        width = len(own) // BANDS
        keys = [(band, own[band * width:(band + 1) * width]) for band in range(BANDS)]
        candidates = dict.fromkeys(first for key in keys for first in buckets.get(key, ()) if item.is_near(first))
        best = max(candidates, key=lambda first: similarity(first.sketch, own), default=None)
        if best is not None and similarity(best.sketch, own) >= threshold:
            out[item.article_id] = best.article_id
            continue
        for key in keys:
            buckets[key].append(item)
    return out
