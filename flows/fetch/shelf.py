"""The last copy of each feed and sitemap, with what the server needs to say that it did not change; and of pages that it did not."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import zlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from schemas.records import digest


@dataclass(frozen=True, slots=True)
class Held:
    """One listing as it was when it was last asked for."""

    url: str                 # final address
    etag: str
    last_modified: str
    content_type: str
    fetched_at: datetime
    body: bytes


class Shelf:
    """A folder of listings, two small files each; what is damaged in it counts as not there."""

    def __init__(self, folder: Path | None):
        self._folder = folder

    def get(self, asked: str) -> Held | None:
        """The held copy of a listing."""
        if self._folder is None:
            return None
        try:
            told = json.loads(self._path(asked, "json").read_text(encoding="utf-8"))
            body = gzip.decompress(self._path(asked, "gz").read_bytes())
            if told.pop("body_digest") != hashlib.sha256(body).hexdigest() or told.pop("asked") != asked:
                return None
            return Held(**{**told, "fetched_at": datetime.fromisoformat(told["fetched_at"])}, body=body)
        except (OSError, EOFError, zlib.error, ValueError, TypeError, KeyError):
            return None

    def put(self, asked: str, held: Held) -> None:
        """Holds a copy. A crash in between leaves a pair that does not fit together, which get() takes for nothing."""
        if self._folder is None:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        told = {"asked": asked, "url": held.url, "etag": held.etag, "last_modified": held.last_modified, "content_type": held.content_type,
                "fetched_at": held.fetched_at.isoformat(), "body_digest": hashlib.sha256(held.body).hexdigest()}
        self._write(self._path(asked, "gz"), gzip.compress(held.body, 6))
        self._write(self._path(asked, "json"), json.dumps(told).encode())

    def _path(self, asked: str, kind: str) -> Path:
        assert self._folder is not None
        return self._folder / f"{digest(asked)}.{kind}"

    @staticmethod
    def _write(path: Path, content: bytes) -> None:
        part = path.with_suffix(f".part{os.getpid()}")
        part.write_bytes(content)
        part.replace(path)
