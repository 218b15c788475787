"""The lines of an HTML page: every stretch of running text with what the markup around it says.

A line is what a reader sees as one paragraph, heading, list item or caption. All extractors vote on these
lines, so the text that comes out is always the page's own, whatever each extractor would have made of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import etree, html

_INLINE = frozenset((
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins",
    "kbd", "label", "mark", "nobr", "q", "rp", "rt", "ruby", "s", "samp", "small", "span", "strike", "strong", "sub",
    "sup", "time", "tt", "u", "var", "wbr", "img", "picture", "source", "area",
))
_SKIPPED = frozenset(("head", "title", "meta", "base"))
_LEAVES = _SKIPPED | {"br"}                 # what is inside these is not read
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

    # no recursion: pages nest deeper than Python does
    walk = etree.iterwalk(tree, events=("start", "end", "comment", "pi"))
    for event, element in walk:
        tag = element.tag
        if event == "start":
            if tag in _LEAVES:
                walk.skip_subtree()
                continue
            if tag not in _INLINE:
                flush(stack[-1])
                stack.append(_entered(element, stack[-1]))
            elif tag == "a":
                in_link += 1
            text = element.text
            if text:
                parts.append(text)
                if in_link:
                    linked += len(text.strip())
            continue
        if tag in _SKIPPED:
            continue
        tail = element.tail
        if event != "end":           # a comment
            if tail:
                parts.append(tail)
            continue
        if tag == "br":
            text = "".join(parts).rstrip(" \t")
            # one break inside a sentence is layout; two, or one after a full stop, end a paragraph
            if text.endswith("\n") or _SENTENCE_END.search(text):
                flush(stack[-1])
            else:
                parts.append("\n")
        elif tag not in _INLINE:
            flush(stack.pop())
        elif tag == "a":
            in_link -= 1
        if tail:
            parts.append(tail)
            if in_link and tag != "br":
                linked += len(tail.strip())
    flush(stack[-1])
    return lines
