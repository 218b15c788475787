"""Gzip and deflate in bounded pieces, so that a bomb meets its cap before it fills memory."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

_PIECE = 65536


def inflated(pieces: Iterable[bytes], *, is_gzip: bool) -> Iterator[bytes]:
    """The decoded bytes, at most 64 KB at a time; several gzip members are one body, what follows them is ignored.

    Raises zlib.error for damage, and when the stream is cut short: half an article must not pass for a whole one.
    """
    decoder = zlib.decompressobj(zlib.MAX_WBITS | 16 if is_gzip else zlib.MAX_WBITS)
    is_begun = False
    for piece in pieces:
        data = piece
        while data:
            if decoder.eof:
                if not is_gzip or data[:1] != b"\x1f":
                    return
                decoder = zlib.decompressobj(zlib.MAX_WBITS | 16)
            try:
                out = decoder.decompress(data, _PIECE)
            except zlib.error:
                if is_gzip or is_begun:
                    raise
                # "deflate" is meant to be zlib's format, and half of the servers send it bare
                decoder = zlib.decompressobj(-zlib.MAX_WBITS)
                out = decoder.decompress(data, _PIECE)
            is_begun = True
            while out:
                yield out
                # all input may be taken while output is still held back
                out = b"" if decoder.eof or decoder.unconsumed_tail else decoder.decompress(b"", _PIECE)
            data = decoder.unused_data if decoder.eof else decoder.unconsumed_tail
    if is_begun and not decoder.eof:
        raise zlib.error("it ends too early")
