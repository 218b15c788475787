"""A small cascade: rules over kinds of tokens, each layer rewriting what the layer before it found.

Every token becomes one character that stands for its set of kinds, so that a rule is one regular expression
over a string that is a fifth of the text; the leftmost match wins, then the longest, then the first rule.
No element repeats without bound, so a layer is linear in its tokens.

A pattern is a row of elements: `kind`, `kind|kind` (either), `name:kind` (captured under a name; a single
kind is captured under its own), `kind?` (may be missing), `>kind` and `!>kind` (what must, must not follow),
`<kind` and `!<kind` (what must, must not stand before). Upper-case names of MACROS stand for alternatives.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from transforms.times.tokens import Token


@dataclass(frozen=True, slots=True)
class Found:
    """A match of a rule: its tokens, and the captured values by name (absent: not said)."""

    tokens: Sequence[Token]
    values: Mapping[str, Any]
    places: Mapping[str, int]            # capture name -> index in `tokens`

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    def get(self, name: str) -> Any:
        return self.values.get(name)

    def has(self, name: str) -> bool:
        return name in self.values

    def whole(self, kind: str, phrase: Any, rule: str = "") -> list[Token]:
        """One token of a new kind in place of all."""
        return [Token(self.tokens[0].start, self.tokens[-1].end, {kind: phrase, "rule": rule})]


Build = Callable[[Found], list[Token] | None]


@dataclass(frozen=True, slots=True)
class Rule:
    """What a pattern is rewritten to; None from `build` refuses the match."""

    name: str
    pattern: str
    build: Build


@dataclass(frozen=True, slots=True)
class _Compiled:
    rule: Rule
    regex: re.Pattern[str]
    captures: tuple[tuple[str, str, tuple[str, ...]], ...]     # name, group, kinds


class Alphabet:
    """One character for each set of kinds."""

    def __init__(self, kind_sets: Iterable[frozenset[str]], macros: Mapping[str, str]) -> None:
        ordered = sorted({frozenset(kinds - {"rule"}) for kinds in kind_sets}, key=sorted)
        self._symbols = {kinds: chr(0x100 + index) for index, kinds in enumerate(ordered)}
        self._macros = macros
        self.gap = self._symbols[frozenset({"gap"})]

    def symbol(self, kinds: Mapping[str, Any]) -> str:
        known = self._symbols.get(frozenset(kind for kind in kinds if kind != "rule"))
        return self.gap if known is None else known

    def encode(self, tokens: Sequence[Token]) -> str:
        return "".join([self.symbol(token.kinds) for token in tokens])

    def kinds_of(self, element: str) -> tuple[str, ...]:
        out: list[str] = []
        for kind in element.split("|"):
            out.extend(self.kinds_of(self._macros[kind]) if kind in self._macros else [kind])
        return tuple(out)

    def class_of(self, kinds: Sequence[str]) -> str:
        known = {kind for kind_set in self._symbols for kind in kind_set}
        if not any(kind in known for kind in kinds):
            return r"(?!)"               # a kind that this language has no words for
        return "[" + "".join(symbol for kind_set, symbol in self._symbols.items() if kind_set & set(kinds)) + "]"


class Layer:
    """An ordered set of rules compiled for one alphabet."""

    def __init__(self, rules: Sequence[Rule], alphabet: Alphabet) -> None:
        self._alphabet = alphabet
        self._compiled = [_compile(rule, alphabet) for rule in rules]
        self._any = re.compile("|".join(f"(?:{re.sub(r'[?]P<[^>]+>', '?:', one.regex.pattern)})" for one in self._compiled))
        self._by_symbol: dict[str, list[_Compiled]] = {}

    def rewrite(self, tokens: list[Token]) -> list[Token]:
        """The tokens with every accepted match replaced by what its rule builds."""
        symbols = self._alphabet.encode(tokens)
        out: list[Token] = []
        position = 0
        while (hit := self._any.search(symbols, position)) is not None:
            start = hit.start()
            built, end = self._longest(symbols, start, tokens)
            if built is None:
                out.extend(tokens[position:start + 1])
                position = start + 1
            else:
                out.extend(tokens[position:start])
                out.extend(built)
                position = end
        if not position:
            return tokens
        out.extend(tokens[position:])
        return out

    def _longest(self, symbols: str, start: int, tokens: Sequence[Token]) -> tuple[list[Token] | None, int]:
        matches = []
        for order, one in enumerate(self._rules_from(symbols[start])):
            match = one.regex.match(symbols, start)
            if match is not None and match.end() > start:
                matches.append((-match.end(), order, one, match))
        for negative_end, _, one, match in sorted(matches, key=lambda item: item[:2]):
            built = one.rule.build(_found(one, match, tokens))
            if built is not None:
                for token in built:
                    if "rule" in token.kinds and not token.kinds["rule"]:
                        token.kinds["rule"] = one.rule.name  # type: ignore[index]
                return built, -negative_end
        return None, start

    def _rules_from(self, symbol: str) -> list[_Compiled]:
        """The rules that can begin with a symbol; found out once for each."""
        known = self._by_symbol.get(symbol)
        if known is None:
            known = [one for one in self._compiled if _can_begin(one.rule.pattern, symbol, self._alphabet)]
            self._by_symbol[symbol] = known
        return known


def _elements(pattern: str) -> list[tuple[str, str, str, bool]]:
    """(look, name, kinds, is_optional) of each element."""
    out = []
    for element in pattern.split():
        look = next((mark for mark in ("!<", "!>", "<", ">") if element.startswith(mark)), "")
        body = element[len(look):]
        is_optional = body.endswith("?")
        body = body.rstrip("?")
        name, colon, kinds = body.partition(":")
        if not colon:
            name, kinds = (body if "|" not in body else ""), body
        out.append((look, name, kinds, is_optional))
    return out


def _compile(rule: Rule, alphabet: Alphabet) -> _Compiled:
    parts: list[str] = []
    captures: list[tuple[str, str, tuple[str, ...]]] = []
    names: set[str] = set()
    for look, name, kinds, is_optional in _elements(rule.pattern):
        wanted = alphabet.kinds_of(kinds)
        symbols = alphabet.class_of(wanted)
        if look:
            if symbols == "(?!)":
                parts.append("" if look.startswith("!") else "(?!)")
            else:
                parts.append({"<": f"(?<={symbols})", "!<": f"(?<!{symbols})", ">": f"(?={symbols})", "!>": f"(?!{symbols})"}[look])
            continue
        if name and name not in names:
            names.add(name)
            group = f"g{len(captures)}"
            captures.append((name, group, wanted))
            symbols = f"(?P<{group}>{symbols})"
        parts.append(f"(?:{symbols})?" if is_optional else symbols)
    return _Compiled(rule, re.compile("".join(parts)), tuple(captures))


def _can_begin(pattern: str, symbol: str, alphabet: Alphabet) -> bool:
    for look, _, kinds, is_optional in _elements(pattern):
        if look:
            continue
        if symbol in alphabet.class_of(alphabet.kinds_of(kinds)).strip("[]"):
            return True
        if not is_optional:
            return False
    return False


def _found(one: _Compiled, match: re.Match[str], tokens: Sequence[Token]) -> Found:
    values: dict[str, Any] = {}
    places: dict[str, int] = {}
    start = match.start()
    for name, group, kinds in one.captures:
        at = match.start(group)
        if at >= 0:
            held = tokens[at].kinds
            values[name] = next(held[kind] for kind in kinds if kind in held)
            places[name] = at - start
    return Found(tokens[start:match.end()], values, places)
