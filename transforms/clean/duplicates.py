"""Near-duplicates: the same text printed by several papers, or twice by one.

MinHash over word shingles estimates the share of shingles that two texts have in common (Broder 1997).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

import numpy as np
from datasketch import MinHash

from transforms.clean.extract import tokens

PERMUTATIONS = 128
SHINGLE = 4                          # words
BANDS = 32                           # of 4 values: two texts with 70% in common meet with probability .9999
SAME = 0.7                           # estimated share of common shingles from which two texts are one
MIN_WORDS = 30                       # shorter texts have too few shingles to be told apart


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


def find_duplicates(items: Iterable[tuple[str, bytes]], threshold: float = SAME) -> Mapping[str, str]:
    """For each item that repeats an earlier one, the id of the first copy; items are (id, signature) in order.

    An item is compared with first copies only, so chains of small changes cannot join two different texts.
    """
    buckets: dict[tuple[int, bytes], list[str]] = defaultdict(list)
    firsts: dict[str, bytes] = {}
    out: dict[str, str] = {}
    for item_id, own in items:
        if not own or item_id in firsts or item_id in out:
            continue
        width = len(own) // BANDS
        keys = [(band, own[band * width:(band + 1) * width]) for band in range(BANDS)]
        candidates = dict.fromkeys(first for key in keys for first in buckets.get(key, ()))
        best = max(candidates, key=lambda first: similarity(firsts[first], own), default=None)
        if best is not None and similarity(firsts[best], own) >= threshold:
            out[item_id] = best
            continue
        firsts[item_id] = own
        for key in keys:
            buckets[key].append(item_id)
    return out
