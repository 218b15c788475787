"""The article of a page that is drawn by scripts: its text stands as a string inside a script, not as elements."""

from __future__ import annotations

import json
import re

from lxml import html

from transforms.clean.page import parse

MIN_TEXT = 300                       # letters of text that such a string must hold
MAX_SCRIPT = 5_000_000

# a JSON string of some length; possessive, and never begun by an escaped quote, so that thousands that do not close cost one pass
_STRING = re.compile(r'(?<!\\)"((?:[^"\\]|\\.){200,}+)"', re.S)
_MARKUP = re.compile(r"<(?:p|br|div|h[2-4]|li|strong)\b[^<>]*>", re.I)
_KEY = re.compile(r'"\w+"\s*:\s*["{\[]')   # JSON inside a string, whatever stands before it
_TAG = re.compile(r"<[^<>]*>")


def find_scripted(tree: html.HtmlElement) -> html.HtmlElement | None:
    """The tree of the longest piece of HTML that a script of the page holds as a JSON string; None without one.

    To be asked of the unpruned tree when a page shows no text of its own.
    """
    best, size = "", MIN_TEXT
    for script in tree.iter("script"):
        source = script.text or ""
        if len(source) > MAX_SCRIPT or len(source) < MIN_TEXT:
            continue
        for text in _strings(source):
            length = len(_TAG.sub("", text))
            if length > size and _MARKUP.search(text):
                best, size = text, length
    return parse(f"<html><body><article>{best}</article></body></html>") if best else None


def _strings(source: str, depth: int = 0) -> list[str]:
    """The long strings of a script, and those of JSON that is itself a string of it."""
    out = []
    for match in _STRING.finditer(source):
        try:
            text = json.loads(f'"{match.group(1)}"', strict=False)
        except ValueError:
            continue
        if depth < 2 and _KEY.search(text):
            out.extend(_strings(text, depth + 1))
        else:
            out.append(text)
    return out
