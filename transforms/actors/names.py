"""Spellings of names: one folded form for all accents, one key for all transliterations."""

from __future__ import annotations

import functools
import re
import unicodedata

from anyascii import anyascii

# letters that NFKD leaves whole; đ is d here and dj only in the transliteration key
_WHOLE = str.maketrans({"đ": "d", "ð": "d", "ł": "l", "ø": "o", "ı": "i", "’": "'", "‘": "'", "ʼ": "'", "`": "'"})
_PIECE = re.compile(r"\w+")
_VARIANTS = tuple((re.compile(pattern), to) for pattern, to in (
    (r"(?<=[aeiou])h(?![aeiou])", ""),           # Teheran, Mehdi
    (r"tch|tsch|ts|tz|ch|cz|ç", "c"),
    (r"sch|sh|sz", "s"),
    (r"zh", "z"),
    (r"kh|gh", "h"),
    (r"dzh|dj|gj", "d"),
    (r"ph", "f"),
    (r"ck|q|k", "k"),
    (r"ou|oo", "u"),
    (r"[yj]", "i"),
    (r"w", "v"),
    (r"(.)\1+", r"\1"),
))
_IRREGULAR = {"man": "men", "woman": "women", "child": "children", "person": "persons"}


def fold(text: str) -> str:
    """Lower case without accents: Vučić, VUČIĆ and Vucic become one."""
    if text.isascii():
        return text.casefold()
    low = text.casefold().translate(_WHOLE)
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", low) if not unicodedata.combining(letter))
    return plain if plain.isascii() else anyascii(plain).casefold()


def pieces(text: str) -> tuple[str, ...]:
    """The words that a name is matched by: folded, without dots (U.S. is us), cut at hyphens and apostrophes."""
    return tuple(_PIECE.findall(fold(text).replace(".", "")))


@functools.lru_cache(maxsize=65536)
def transliteration_key(word: str) -> str:
    """One key for the spellings of a name from another alphabet: Botsan and Bocan, Djuric and Đurić, Zelensky(y)."""
    key = fold(word)
    for pattern, to in _VARIANTS:
        key = pattern.sub(to, key)
    return key


def keys_of(name: str) -> tuple[str, ...]:
    """The transliteration keys of a name's words."""
    return tuple(transliteration_key(word) for word in pieces(name))


def plural(words: str) -> str:
    """The regular English plural of a noun phrase's last word: police officers, deputies, gunmen."""
    *before, last = words.split(" ")
    for end, many in _IRREGULAR.items():
        if last.casefold().endswith(end) and last.casefold() not in ("german", "roman", "human", "shaman"):
            return " ".join([*before, last[: -len(end)] + many])
    if re.search(r"[^aeiou]y$", last):
        last = last[:-1] + "ies"
    elif re.search(r"(s|x|z|ch|sh)$", last):
        last += "es"
    else:
        last += "s"
    return " ".join([*before, last])
