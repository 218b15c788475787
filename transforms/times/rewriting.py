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


def relabelled(token: Token, kind: str, value: Any) -> Token:
    """The token with one new kind; the rule's name is filled in by the layer."""
    return Token(token.start, token.end, {kind: value, "rule": ""})


def joined(tokens: Sequence[Token], kind: str, value: Any) -> Token:
    """One token of a new kind over several."""
    return Token(tokens[0].start, tokens[-1].end, {kind: value, "rule": ""})


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
    steps: tuple[tuple[frozenset[str], bool], ...]             # symbols, is_optional: the elements that are consumed

    def first_symbols(self) -> frozenset[str]:
        out: frozenset[str] = frozenset()
        for symbols, is_optional in self.steps:
            out |= symbols
            if not is_optional:
                break
        return out

    def can_begin(self, pair: str) -> bool:
        """Whether the elements can consume these symbols, or all of them before the symbols end."""
        positions = {0}
        for symbol in pair:
            following: set[int] = set()
            for position in positions:
                for at in range(position, len(self.steps)):
                    symbols, is_optional = self.steps[at]
                    if symbol in symbols:
                        following.add(at + 1)
                    if not is_optional:
                        break
                else:
                    if position:
                        return True                      # the whole pattern is consumed already
            positions = following
        return bool(positions)


class Alphabet:
    """One character for each set of kinds."""

    def __init__(self, kind_sets: Iterable[frozenset[str]], macros: Mapping[str, str]) -> None:
        ordered = sorted({kinds - {"rule"} for kinds in kind_sets}, key=sorted)
        self._symbols: dict[frozenset[str], str] = {}
        self._kinds: dict[str, frozenset[str]] = {}
        for index, kinds in enumerate(ordered):
            symbol = chr(0x100 + index)
            self._symbols[kinds] = self._symbols[kinds | {"rule"}] = symbol
            self._kinds[symbol] = kinds
        self._macros = macros
        self.gap = self._symbols[frozenset({"gap"})]

    def encode(self, tokens: Sequence[Token]) -> str:
        """The tokens as a string; a set of kinds that was not foreseen reads as a gap."""
        for token in tokens:
            if not token.symbol:
                token.symbol = self._symbols.get(frozenset(token.kinds), self.gap)
        return "".join([token.symbol for token in tokens])

    def kinds_of(self, element: str) -> tuple[str, ...]:
        out: list[str] = []
        for kind in element.split("|"):
            out.extend(self.kinds_of(self._macros[kind]) if kind in self._macros else [kind])
        return tuple(out)

    def symbols_of(self, kinds: Sequence[str]) -> frozenset[str]:
        return frozenset(symbol for symbol, known in self._kinds.items() if not known.isdisjoint(kinds))


class Layer:
    """An ordered set of rules compiled for one alphabet."""

    def __init__(self, rules: Sequence[Rule], alphabet: Alphabet) -> None:
        self._alphabet = alphabet
        self._compiled = [_compile(rule, alphabet) for rule in rules]
        starts = sorted(set().union(*(one.first_symbols() for one in self._compiled)))
        self._start = re.compile("[" + "".join(starts) + "]" if starts else "(?!)")
        self._by_pair: dict[str, list[_Compiled]] = {}

    def rewrite(self, tokens: list[Token]) -> list[Token]:
        """The tokens with every accepted match replaced by what its rule builds."""
        symbols = self._alphabet.encode(tokens)
        out: list[Token] = []
        by_pair = self._by_pair
        copied = position = 0
        while (hit := self._start.search(symbols, position)) is not None:
            start = hit.start()
            pair = symbols[start:start + 2]
            rules = by_pair[pair] if pair in by_pair else self._rules_for(pair)
            built, position = self._longest(rules, symbols, start, tokens) if rules else (None, start + 1)
            if built is not None:
                out.extend(tokens[copied:start])
                out.extend(built)
                copied = position
        if not copied:
            return tokens
        out.extend(tokens[copied:])
        return out

    def _longest(self, rules: Sequence[_Compiled], symbols: str, start: int, tokens: Sequence[Token]) -> tuple[list[Token] | None, int]:
        matches = []
        for order, one in enumerate(rules):
            match = one.regex.match(symbols, start)
            if match is not None:
                matches.append((-match.end(), order, one, match))
        if len(matches) > 1:
            matches.sort(key=lambda item: item[:2])
        for negative_end, _, one, match in matches:
            built = one.rule.build(_found(one, match, tokens))
            if built is not None:
                for token in built:
                    if token.kinds.get("rule") == "":
                        token.kinds["rule"] = one.rule.name  # type: ignore[index]
                return built, -negative_end
        return None, start + 1

    def _rules_for(self, pair: str) -> list[_Compiled]:
        """The rules that can match where these one or two symbols stand; found out once for each pair."""
        known = self._by_pair[pair] = [one for one in self._compiled if one.can_begin(pair)]
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
    steps: list[tuple[frozenset[str], bool]] = []
    names: set[str] = set()
    for look, name, kinds, is_optional in _elements(rule.pattern):
        wanted = alphabet.kinds_of(kinds)
        symbols = alphabet.symbols_of(wanted)
        # A kind that this language has no words for matches nothing.
        one_of = "[" + "".join(sorted(symbols)) + "]" if symbols else "(?!)"
        if look:
            if symbols or not look.startswith("!"):
                parts.append({"<": f"(?<={one_of})", "!<": f"(?<!{one_of})", ">": f"(?={one_of})", "!>": f"(?!{one_of})"}[look])
            continue
        steps.append((symbols, is_optional))
        if name and name not in names:
            names.add(name)
            group = f"g{len(captures)}"
            captures.append((name, group, wanted))
            one_of = f"(?P<{group}>{one_of})"
        parts.append(f"(?:{one_of})?" if is_optional else one_of)
    return _Compiled(rule, re.compile("".join(parts)), tuple(captures), tuple(steps))


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
