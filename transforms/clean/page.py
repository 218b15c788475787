"""Bytes to text and tree: what a body is, how it is encoded, and the HTML tree that the cleaners share.

Encoding follows the HTML Standard, section 13.2.3.2: byte order mark, then the transport's charset, then the
page's own `meta`, then a guess. Nothing here opens a file or a network address by name.
"""

from __future__ import annotations

import re
from email.message import Message

from lxml import etree, html
from resiliparse.parse.encoding import bytes_to_str, detect_encoding, map_encoding_to_html5

from schemas.records import Page, Reason

MAX_BODY_BYTES = 20_000_000      # a page above this is no news article; its tree would take over a gigabyte
META_SCAN_BYTES = 65_536         # a parser that meets the meta late changes the encoding (13.2.3.5)

_MAGIC = (
    (b"%PDF", "PDF"), (b"\x89PNG", "PNG image"), (b"\xff\xd8\xff", "JPEG image"), (b"GIF8", "GIF image"),
    (b"PK\x03\x04", "zip archive"), (b"\x1f\x8b", "gzip archive"), (b"BZh", "bzip2 archive"), (b"\xfd7zXZ", "xz archive"),
    (b"Rar!", "rar archive"), (b"7z\xbc\xaf", "7z archive"), (b"\x00\x00\x01\x00", "icon"), (b"OggS", "Ogg media"),
    (b"ID3", "MP3 audio"), (b"\x7fELF", "program"), (b"MZ\x90", "program"), (b"wOF", "font"), (b"SQLite format 3", "database"),
    (b"{\\rtf", "RTF document"), (b"\xd0\xcf\x11\xe0", "Office document"), (b"II*\x00", "TIFF image"),
)
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xfe\xff", "utf-16-be"), (b"\xff\xfe", "utf-16-le"))
MIRROR_HOST = re.compile(r"^(?:www\d?|m|mobile|amp)\.(?=[^.]+\.)")      # the faces of one host
_BINARY = re.compile(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_SURROGATES = re.compile(rb"\xed[\xa0-\xbf][\x80-\xbf]")   # halves of a pair as some writers put them into UTF-8
# a start tag with a data URI or thousands of attributes, whose checking takes the square of their number
_LONG_TAG = re.compile(r"<([a-zA-Z][a-zA-Z0-9]*)\s[^<>]{20000,}+>")
_DEEP_START = re.compile(r"(?:<[a-zA-Z][^<>]{0,200}>\s*+){200,}+")
_DEEP_END = re.compile(r"(?:</[a-zA-Z][^<>]{0,20}>\s*+){200,}+")
_BINARY_TYPES = re.compile(r"^(image|audio|video|font)/|^application/(pdf|zip|octet-stream|x-gzip|msword|vnd\."
                           r"|(?:ld\+|feed\+)?json|(?:x-)?javascript)|^text/(?:css|javascript|csv)", re.I)
# atomic groups: a page that opens with a thousand comments is looked at once
_HTML_START = re.compile(rb"(?>(?><!--.*?-->)\s*)*+<(?:!doctype\s+html|html|\?xml)\b", re.I | re.S)
_FEED_START = re.compile(rb"\s*+(?:\xef\xbb\xbf)?(?>(?><!--.*?-->|<\?[^>]*>|<!DOCTYPE[^>]*>)\s*)*+"
                         rb"<(?:rss|feed|urlset|sitemapindex|rdf:rdf)\b", re.I | re.S)
_HTML_SIGN = re.compile(rb"<(?:!doctype\s+html|html|head|body|article|div|p|meta|title|h1|span|table|br)\b", re.I)
_TEXT_SUFFIX = re.compile(r"\.(txt|text|md)(\.gz)?$", re.I)
# everything that no database or XML tree takes: C0 and C1 controls but tab and newline, lone surrogates, non-characters
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
# one attribute of a start tag by the standard's prescan; possessive, so that no input makes it try twice
_ATTRIBUTE = re.compile(rb"""[\s/]*+([^\s/>=]++)(?:\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s>"'][^\s>]*+)|(?=>)))?+""")
_META = re.compile(
    rb"<!--.*?(?:-->|\Z)|<[!/?][^>]*+>|<meta(?=[\s/])((?:" + re.sub(rb"\((?!\?)", b"(?:", _ATTRIBUTE.pattern)
    + rb")*+)[\s/]*+>|<[a-z][^\s/>]*+(?:" + re.sub(rb"\((?!\?)", b"(?:", _ATTRIBUTE.pattern) + rb")*+[\s/]*+>",
    re.I | re.S,
)
_CHARSET = re.compile(rb"""charset\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s;"']+))""", re.I)
# one class for all elements: lxml.html's own lookup asks Python for every element, at every visit
_CLASSES = etree.ElementDefaultClassLookup(
    element=html.HtmlElement, comment=html.HtmlComment, pi=html.HtmlProcessingInstruction, entity=html.HtmlEntity)
_KEPT_EMPTY = frozenset(("br", "hr", "td", "th", "html", "body"))
_DROPPED = frozenset((
    "head", "script", "style", "noscript", "svg", "template", "iframe", "link", "input", "button", "select", "textarea",
    "canvas", "video", "audio", "object", "embed", "map",
))


def header(page: Page, name: str) -> str:
    """The value of a response header, names compared without case; empty where it is missing."""
    return next((value for key, value in page.headers if key.lower() == name), "")


def refuse(page: Page) -> tuple[Reason, str] | None:
    """Why a body cannot be text at all, with a detail; None where it may be."""
    body = page.body
    if not body.strip(b" \t\r\n\x0c\x00"):
        return Reason.EMPTY_PAGE, "no bytes but white space"
    for magic, kind in _MAGIC:
        if body.startswith(magic):
            return Reason.NOT_TEXT, kind
    if body[4:8] == b"ftyp" or (body[:4] == b"RIFF" and body[8:12] in (b"WEBP", b"WAVE", b"AVI ")):
        return Reason.NOT_TEXT, "media file"
    if _FEED_START.match(body[:4096]):
        return Reason.INDEX_PAGE, "a feed or sitemap"
    kind = header(page, "content-type")
    has_bom = any(body.startswith(bom) for bom, _ in _BOMS)
    if _BINARY_TYPES.match(kind) and not _HTML_SIGN.search(body[:4096]):
        return Reason.NOT_TEXT, kind
    sample = body[:4096]
    if not has_bom and (sample.count(0) > len(sample) // 10 or len(_BINARY.findall(sample)) > max(50, len(sample) // 20)):
        return Reason.NOT_TEXT, "binary"
    if len(body) > MAX_BODY_BYTES:
        return Reason.TOO_LARGE, f"{len(body)} bytes"
    return None


def is_html(page: Page) -> bool:
    """Whether the body is to be parsed as HTML: by how it begins, then the declared type or suffix, then any tag."""
    head = page.body[:8192].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if _HTML_START.match(head):
        return True
    kind = header(page, "content-type")
    if kind.startswith("text/plain") or _TEXT_SUFFIX.search(page.url):
        return False
    return "html" in kind or head.startswith(b"<") or bool(_HTML_SIGN.search(head))


def find_encoding(body: bytes, declared: str = "") -> str:
    """The WHATWG name of a body's encoding; `declared` is a Content-Type header or a bare charset."""
    for bom, name in _BOMS:
        if body.startswith(bom):
            return name
    if declared:
        message = Message()
        message["content-type"] = declared if "/" in declared else f"text/html; charset={declared}"
        name = _known(str(message.get_param("charset", "")))
        if name:
            return name
    return _prescan(body[:META_SCAN_BYTES]) or detect_encoding(body, html5_compatible=True) or "cp1252"


def _known(label: str) -> str:
    """The Python codec of a WHATWG label, empty for a bogus one."""
    name = map_encoding_to_html5(label.strip(), fallback_utf8=False) if label.strip() else None
    return name or ""


def _prescan(head: bytes) -> str:
    """The encoding that the page's own meta elements name, by the standard's prescan; empty where none does."""
    position = head.find(b"<")
    while position >= 0:
        match = _META.match(head, position)
        if match is None and head[position + 1:position + 2].isalpha():
            break                    # a tag that never ends: nothing after it is markup
        position = head.find(b"<", match.end() if match else position + 1)
        if match is None or match.group(1) is None:
            continue
        attributes: dict[bytes, bytes] = {}
        for key, *values in _ATTRIBUTE.findall(match.group(1)):
            attributes.setdefault(key.lower(), next((value for value in values if value), b""))
        label = attributes.get(b"charset", b"")
        if not label and attributes.get(b"http-equiv", b"").lower() == b"content-type":
            found = _CHARSET.search(attributes.get(b"content", b""))
            label = next((part for part in found.groups() if part), b"") if found else b""
        name = _known(label.decode("ascii", "ignore"))
        if name.startswith("utf-16"):
            return "utf-8"           # a meta that could be read byte by byte cannot stand in UTF-16
        if name == "x-user-defined":
            return "cp1252"
        if name:
            return name
    return ""


def decode(page: Page, encoding: str = "") -> str:
    """The body as text without control characters, lone surrogates or a byte order mark; never raises.

    `encoding` is what a source says of its own pages and wins over what they claim, unless the bytes contradict it.
    """
    body = page.body
    name = find_encoding(body, encoding or header(page, "content-type"))
    if not name.startswith("utf-16") and not body.isascii():
        try:                         # valid UTF-8 with characters above ASCII is hardly ever anything else
            return scrub((_SURROGATES.sub("\ufffd".encode(), body) if b"\xed" in body else body).decode("utf-8-sig"))
        except UnicodeDecodeError:
            pass
    return scrub(bytes_to_str(body, name, errors="replace", fallback_encodings=("utf-8",)))


def scrub(text: str) -> str:
    """Text without what no database takes: control characters, lone surrogates, non-characters; newlines are \\n."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROLS.sub("", text.replace("\x0b", " ").replace("\x0c", "\n"))


def parse(text: str) -> html.HtmlElement | None:
    """The tree of a page, however deep or large; None where there is no element at all."""
    if any(">" not in part[:20_000] for part in text.split("<") if len(part) > 20_000):
        text = _LONG_TAG.sub(r"<\1>", text)
    # comments go at once: one of over 10 MB would otherwise end the parse early
    parser = etree.HTMLParser(huge_tree=True, remove_comments=True, remove_pis=True, encoding="utf-8")
    parser.set_element_class_lookup(_CLASSES)
    try:
        return etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def flatten(text: str) -> str:
    """The page without runs of hundreds of tags in a row: libxml2 gives up at 2,048 levels and drops what is inside."""
    return _DEEP_END.sub("", _DEEP_START.sub("<div>", text))


def prune(tree: html.HtmlElement) -> None:
    """Drops what never holds an article's words, in place: the head, scripts, forms' controls, media, empty elements.

    Every extractor walks the tree many times: the empty third of it is the cheapest to save on.
    """
    for dialog in list(tree.iter("dialog")):
        # some sites open the article itself in a dialog
        if sum(map(len, dialog.itertext())) <= 2000 and dialog.getparent() is not None:
            dialog.drop_tree()
    etree.strip_elements(tree, *_DROPPED, with_tail=False)
    for element in reversed(list(tree.iter())):
        if len(element) or element.tag in _KEPT_EMPTY or (element.text and not element.text.isspace()):
            continue
        parent = element.getparent()
        if parent is None:
            continue
        if element.tail and not element.tail.isspace():
            element.drop_tree()
        else:                        # a blank stays a blank: without it the words on both sides would join
            before = element.getprevious()
            if element.tail and before is not None:
                before.tail = before.tail or " "
            elif element.tail:
                parent.text = parent.text or " "
            parent.remove(element)
