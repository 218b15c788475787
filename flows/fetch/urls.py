"""One page, one address: what may be taken off an address without changing what it shows."""

from __future__ import annotations

import csv
import functools
import re
from pathlib import Path

from flows.fetch.address import read_target
from transforms.clean.page import MIRROR_HOST


def canonical_url(url: str) -> str:
    """An address without tracking, fragment, default port and dot segments, its host in small ASCII letters.

    What may name the story (any other parameter, the order of parameters, the case of the path) stays.
    Raises RefusedError (BAD_URL) for what is no web address.
    """
    # blanks around a link and line breaks inside it are how feeds are written; inner blanks are meant as %20
    target = read_target(re.sub(r"[\t\r\n]", "", url).strip().replace(" ", "%20"))
    path, mark, query = target.path.partition("?")
    path = _percent(_without_dots(path))
    kept = [part for part in query.split("&") if part and not is_tracking(part.partition("=")[0])]
    return target.origin + path + (mark + "&".join(map(_percent, kept)) if kept else "")


def is_tracking(name: str) -> bool:
    """Whether a query parameter says only how the reader came (tracking.csv)."""
    return bool(_tracking().fullmatch(name))


@functools.cache
def _tracking() -> re.Pattern[str]:
    with Path(__file__).with_name("tracking.csv").open(encoding="utf-8", newline="") as file:
        names = [row["name"] for row in csv.DictReader(file)]
    return re.compile("|".join(re.escape(each).replace(r"\*", ".*") for each in names), re.IGNORECASE)


_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


def _percent(text: str) -> str:
    """%7E is ~ and %c3 is %C3 (RFC 3986, 6.2.2); a lone percent sign is %25."""
    def same(found: re.Match[str]) -> str:
        if not found[1]:
            return "%25"
        byte = int(found[1], 16)
        return chr(byte) if byte in _UNRESERVED else f"%{byte:02X}"
    return re.sub(r"%([0-9A-Fa-f]{2})?", same, text)


def _without_dots(path: str) -> str:
    """RFC 3986, 5.2.4."""
    out: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if segment == "..":
            del out[-1:]
        elif segment != ".":
            out.append(segment)
    if segments and segments[-1] in (".", ".."):
        out.append("")
    return "/" + "/".join(out)


_AMP_PARTS = frozenset(("amp", "amp=1", "amp=true", "outputtype=amp"))


def page_key(url: str) -> str:
    """What two canonical addresses of one page have in common: scheme, www., mobile and AMP faces and the last slash left out."""
    rest = url.partition("://")[2]
    host, _, path = rest.partition("/")
    path, _, query = path.partition("?")
    path = re.sub(r"(?:^|/)(?:index\.html?|amp)$", "", path.rstrip("/"))
    kept = [part for part in query.split("&") if part and part.lower() not in _AMP_PARTS]
    return f"{MIRROR_HOST.sub('', host)}/{path.removeprefix('amp/')}?{'&'.join(sorted(kept))}"


def spellings(url: str) -> tuple[str, ...]:
    """A canonical address first, then the other ways in which the same page may have been remembered."""
    scheme, _, rest = url.partition("://")
    host, _, path = rest.partition("/")
    path, mark, query = path.partition("?")
    bare = MIRROR_HOST.sub("", host)
    hosts = dict.fromkeys((host, bare, *(f"{face}.{bare}" for face in ("www", "m", "mobile", "amp"))))
    plain = re.sub(r"(?:^|/)amp$", "", path.rstrip("/")).removeprefix("amp/")
    paths = dict.fromkeys((path, plain, *((f"{plain}/", f"{plain}/amp", f"{plain}/amp/", f"amp/{plain}") if plain and not mark else ())))
    kept = "&".join(part for part in query.split("&") if part.lower() not in _AMP_PARTS)
    queries = dict.fromkeys((mark + query, f"?{kept}" if kept else ""))
    schemes = (scheme, "http" if scheme == "https" else "https")
    return tuple(f"{a}://{b}/{c}{d}" for d in queries for c in paths for b in hosts for a in schemes)
