"""The lines of an HTML page: every stretch of running text with what the markup around it says.

A line is what a reader sees as one paragraph, heading, list item or caption. All extractors vote on these
lines, so the text that comes out is always the page's own, whatever each extractor would have made of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import html

_INLINE = frozenset((
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins",
    "kbd", "label", "mark", "nobr", "q", "rp", "rt", "ruby", "s", "samp", "small", "span", "strike", "strong", "sub",
    "sup", "time", "tt", "u", "var", "wbr", "img", "picture", "source", "area",
))
_SKIPPED = frozenset(("head", "title", "meta", "base"))
_LANDMARKS = {"nav": "nav", "footer": "footer", "header": "header", "aside": "aside", "figure": "figure",
              "figcaption": "figure", "blockquote": "quote", "li": "list", "table": "table", "form": "form",
              "article": "article", "main": "article"}
_ROLES = {"navigation": "nav", "contentinfo": "footer", "banner": "header", "complementary": "aside",
          "dialog": "dialog", "alertdialog": "dialog", "search": "form"}
_NAMING = ("class", "id", "itemprop", "data-component", "data-testid")
_NO_ATTRIBUTES: dict[str, str] = {}
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_SPACE = re.compile(r"[ \t\n\r\f]+")    # what HTML calls white space; a no-break space is a character like others
_SENTENCE_END = re.compile(r"[.!?…:»”\"'’)\]。！？]$")
_MARK_DEPTH = 4                             # how many enclosing elements' class names describe a line


@dataclass(slots=True)
class Line:
    """One line with its markup: the block's tag, landmarks around it, nearby class names, and link letters."""

    text: str
    tag: str                         # of the nearest block element: p, h2, li, div ...
    landmarks: frozenset[str]        # nav, footer, header, aside, figure, quote, list, table, form, dialog, article
    marks: str                       # class names, ids, itemprops of the nearest elements, lower case, blanks between
    link_characters: int
    is_hidden: bool

    @property
    def link_share(self) -> float:
        return self.link_characters / max(1, len(self.text))


@dataclass(slots=True)
class _Context:
    tag: str
    landmarks: frozenset[str]
    marks: tuple[str, ...]
    is_hidden: bool


def _entered(element: html.HtmlElement, parent: _Context) -> _Context:
    """What holds inside a block element."""
    landmarks = parent.landmarks
    attributes = dict(element.items()) if element.attrib else _NO_ATTRIBUTES
    landmark = _LANDMARKS.get(element.tag) or _ROLES.get(attributes.get("role", ""))
    if landmark and landmark not in landmarks:
        landmarks = landmarks | {landmark}
    names = " ".join([attributes[name] for name in _NAMING if name in attributes])
    return _Context(
        element.tag if element.tag not in ("div", "section") or parent.tag not in ("h1", "h2", "h3", "p", "li") else parent.tag,
        landmarks,
        (*parent.marks[-_MARK_DEPTH:], names.lower() or "-"),
        parent.is_hidden or "hidden" in attributes or ("style" in attributes and bool(_HIDDEN.search(attributes["style"]))),
    )


def read_lines(tree: html.HtmlElement) -> list[Line]:
    """All lines of a page in document order; text of scripts, styles and forms' controls must be pruned before."""
    lines: list[Line] = []
    stack = [_Context("body", frozenset(), (), False)]
    parts: list[str] = []
    linked = 0
    in_link = 0

    def flush(where: _Context) -> None:
        nonlocal linked
        if parts:
            text = _SPACE.sub(" ", "".join(parts)).strip(" ")
            parts.clear()
            if text and not text.isspace():
                lines.append(Line(text, where.tag, where.landmarks, " ".join(where.marks[-_MARK_DEPTH:]),
                                  min(linked, len(text)), where.is_hidden))
        linked = 0

    # an explicit stack of (element, is_end): pages nest deeper than Python recurses
    todo: list[tuple[html.HtmlElement, bool]] = [(tree, False)]
    while todo:
        element, is_end = todo.pop()
        tag = element.tag
        if not isinstance(tag, str):
            if element.tail and not is_end:
                parts.append(element.tail)
            continue
        if is_end:
            if tag in _INLINE:
                if tag == "a":
                    in_link -= 1
            else:
                flush(stack[-1])
                stack.pop()
            if element.tail:
                parts.append(element.tail)
                if in_link:
                    linked += len(element.tail.strip())
            continue
        if tag in _SKIPPED:
            continue
        if tag == "br":
            text = "".join(parts).rstrip(" \t")
            # one break inside a sentence is layout; two, or one after a full stop, end a paragraph
            if text.endswith("\n") or _SENTENCE_END.search(text):
                flush(stack[-1])
            else:
                parts.append("\n")
            if element.tail:
                parts.append(element.tail)
            continue
        if tag in _INLINE:
            if tag == "a":
                in_link += 1
        else:
            flush(stack[-1])
            stack.append(_entered(element, stack[-1]))
        todo.append((element, True))
        if element.text:
            parts.append(element.text)
            if in_link:
                linked += len(element.text.strip())
        todo.extend((child, False) for child in reversed(element))
    flush(stack[-1])
    return lines
