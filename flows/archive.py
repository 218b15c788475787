"""The archive: every answer as it came, in WARC files (ISO 28500), one source and day to a file; and the way back.

Bodies are kept decoded (Content-Encoding becomes X-Crawler-Content-Encoding, as Common Crawl does), so that any WARC
tool reads them. What the fetch knew besides stands in Dateline-* fields of the record. A record is one gzip member:
a file that a killed run left unfinished loses its last record and nothing else.
"""

from __future__ import annotations

import io
import itertools
import os
import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from flows.fetch.inflate import inflated
from schemas.records import Basis, Page, Reason, Reject, Stage
from schemas.source import Source

if TYPE_CHECKING:
    from warcio.archiveiterator import ArchiveIterator
    from warcio.recordloader import ArcWarcRecord

MAX_FILE_BYTES = 1_000_000_000       # the usual size of a WARC file: larger ones are hard to copy and to mend
_FILE = re.compile(r"(?P<day>\d{4}-\d{2}-\d{2})-(?P<number>\d{3})\.warc\.gz")
_HOP_BY_HOP = {"transfer-encoding": "X-Crawler-Transfer-Encoding", "content-encoding": "X-Crawler-Content-Encoding",
               "content-length": "X-Crawler-Content-Length"}


class Kept(StrEnum):
    """What an archived answer was asked for."""

    PAGE = "page"
    LISTING = "listing"
    ROBOTS = "robots"


class Archive:
    """Writes one source's answers, as they come, to `<folder>/<source>/<day>-<number>.warc.gz`."""

    def __init__(self, folder: Path, source_id: str, *, clock: Callable[[], datetime], max_file_bytes: int = MAX_FILE_BYTES):
        self._folder = Path(folder) / source_id
        self._clock = clock
        self._max_file_bytes = max_file_bytes

    def keep(self, url: str, status: int, headers: Iterable[tuple[str, str]], body: bytes, *, kept: Kept = Kept.PAGE, asked: str = "",
             note: dict[str, str] | None = None) -> None:
        """Appends one answer and has it on the disk when it returns. Raises OSError when it cannot be written.

        `asked`: the address before redirects. `note`: Dateline-* fields by their last word, such as Listed-At.
        """
        from warcio.statusandheaders import StatusAndHeaders
        from warcio.warcwriter import BufferWARCWriter

        now = self._clock().astimezone(UTC)
        lines = [(_HOP_BY_HOP.get(name.lower(), name), _one_line(value)) for name, value in headers]
        lines.append(("Content-Length", str(len(body))))
        writer = BufferWARCWriter(gzip=True, warc_version="1.1")
        fields = {"WARC-Date": now.isoformat(timespec="microseconds").replace("+00:00", "Z"), "Dateline-Kept": kept.value,
                  "Dateline-Asked": quote(asked or url, safe=_FIELD_SAFE)}
        fields |= {f"Dateline-{name}": quote(value, safe=_FIELD_SAFE) for name, value in (note or {}).items() if value}
        place, payload = quote(url, safe=_URL_SAFE), io.BytesIO(body)
        if url.startswith("file:"):
            # a file is no answer of a server: a resource, whose headers are fields of the record
            fields |= {f"Dateline-Header-{name}": quote(value, safe=_FIELD_SAFE) for name, value in headers}
            record = writer.create_warc_record(place, "resource", payload=payload, length=len(body), warc_headers_dict=fields)
        else:
            http = StatusAndHeaders(f"{status} {_PHRASES.get(status, 'Unknown')}", lines, "HTTP/1.1")
            record = writer.create_warc_record(place, "response", payload=payload, length=len(body), http_headers=http, warc_headers_dict=fields)
        writer.write_record(record)
        self._append(now.date(), writer.get_contents())

    def _append(self, day: date, member: bytes) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._file(day)
        if not path.exists():
            member = _warcinfo(path.name) + member
        with path.open("ab") as file:
            start = file.tell()
            try:
                file.write(member)
                file.flush()
                os.fsync(file.fileno())
            except OSError:
                # a disk that fills up in the middle of a record leaves a file without that record
                file.truncate(start)
                raise

    def _file(self, day: date) -> Path:
        """The newest file of a day, or the next one when that is full."""
        numbers = [int(told["number"]) for path in self._folder.glob(f"{day}-*.warc.gz") if (told := _FILE.fullmatch(path.name))]
        number = max(numbers, default=1)
        path = self._folder / f"{day}-{number:03}.warc.gz"
        if path.exists() and path.stat().st_size >= self._max_file_bytes:
            path = self._folder / f"{day}-{number + 1:03}.warc.gz"
        return path


_URL_SAFE = ":/?#[]@!$&'()*+,;=%~"
_FIELD_SAFE = ":/?#[]@!$&'()*+,;=~"     # without the percent sign: what is read back is what was written
_PHRASES = {200: "OK", 404: "Not Found", 410: "Gone", 403: "Forbidden", 429: "Too Many Requests", 500: "Internal Server Error", 503: "Service Unavailable"}


def _one_line(value: str) -> str:
    return re.sub(r"[\r\n\0]+", " ", value)


def _warcinfo(name: str) -> bytes:
    from warcio.warcwriter import BufferWARCWriter

    writer = BufferWARCWriter(gzip=True, warc_version="1.1")
    writer.write_record(writer.create_warcinfo_record(name, {"software": "dateline-events", "format": "WARC File Format 1.1"}))
    return bytes(writer.get_contents())


# the way back

@dataclass(frozen=True, slots=True)
class Capture:
    """One archived answer."""

    url: str                         # final address
    asked: str                       # address before redirects
    captured_at: datetime
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    kept: Kept = Kept.PAGE
    note: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Damage:
    """A stretch of a WARC file that cannot be read."""

    path: Path
    offset: int
    detail: str


def read_captures(path: Path, *, max_bytes: int, wants: Callable[[str, str], bool] | None = None) -> Iterator[Capture | Damage]:
    """The answers in a WARC or ARC file, gzipped or not, streamed; damaged records are told and stepped over.

    `wants(url, kept)` says which bodies are read at all. A body longer than `max_bytes` is given with one byte more, for
    the caller to refuse. Revisits, requests and notes of other tools are passed over: they hold no page.
    """
    offset, told = 0, -1
    try:
        with path.open("rb") as file:
            size = path.stat().st_size
            while offset < size:
                file.seek(offset)
                records, given, behind = _open(file), 0, size
                try:
                    for made in _captures(records, path, max_bytes, wants):
                        given += 1
                        yield made
                        if isinstance(made, Damage):
                            told = made.offset
                            behind = _behind_torn(file, told, size)
                            if behind < size:
                                break
                    if behind == size and _has_rest(file, records.offset):        # the reader took what is left for nothing
                        if told != records.offset:
                            told = records.offset
                            yield Damage(path, told, "what stands from here on is no whole record")
                        behind = _behind_torn(file, told, size)
                    if behind == size:
                        return
                    offset = behind
                except Exception as error:      # warcio raises its own errors, and whatever a torn record breaks in it
                    if "non-chunked gzip" in str(error) and _is_one_piece(file, offset, size):
                        file.seek(offset)
                        yield from itertools.islice(_unpacked_captures(file, path, max_bytes, wants), given, None)
                        return
                    at = max(offset, records.offset)
                    if at != told:       # a torn record is told once, though reading past it fails as well
                        yield Damage(path, at, _said(error))
                        told = at
                    offset = _next_record(file, at + 1)
    except OSError as error:
        yield Damage(path, offset, f"cannot be read: {error.strerror or error}")


def _behind_torn(file: IO[bytes], offset: int, size: int) -> int:
    """Where to go on behind a damaged gzip member: what is missing of it was taken from the members after it; else `size`."""
    here = file.tell()
    behind = min(_next_record(file, offset + 1), size) if _is_member(file, offset) else size
    file.seek(here)
    return behind


def _has_rest(file: IO[bytes], offset: int) -> bool:
    """Whether anything but blank lines stands behind what was read: they are between the records of a file without gzip."""
    file.seek(offset)
    return any(piece.strip() for piece in iter(lambda: file.read(65536), b""))


def _is_member(file: IO[bytes], offset: int) -> bool:
    file.seek(offset)
    return file.read(len(_MEMBER)) == _MEMBER


def _is_one_piece(file: IO[bytes], offset: int, size: int) -> bool:
    """Whether what follows is one gzip stream of many records, rather than records of which one is damaged."""
    file.seek(offset)
    try:
        for _ in inflated(iter(lambda: file.read(65536), b""), is_gzip=True):
            pass
        return True
    except zlib.error:
        return _next_record(file, offset + 1) >= size       # damaged, but there is no other place to begin again


def _unpacked_captures(file: IO[bytes], path: Path, max_bytes: int, wants: Callable[[str, str], bool] | None) -> Iterator[Capture | Damage]:
    """The same for a file that was gzipped as a whole: it can be read, but not be entered again behind a damage."""
    records = _open(_Inflating(file))
    try:
        yield from _captures(records, path, max_bytes, wants)
    except Exception as error:
        yield Damage(path, records.offset, f"gzipped as a whole, at this unpacked byte: {_said(error)}")


def _said(error: Exception) -> str:
    # warcio quotes the bytes that it stumbled over
    return f"{type(error).__name__}: {' '.join(str(error).split()).partition(', first line:')[0]}"[:300]


def _open(file: Any) -> ArchiveIterator:
    from warcio.archiveiterator import ArchiveIterator

    return ArchiveIterator(file, arc2warc=True, check_digests=True)


class _Inflating(io.RawIOBase):
    """A gzip file as a stream of its content; the standard library's reader hides a torn end behind a long traceback."""

    def __init__(self, file: IO[bytes]):
        super().__init__()
        self._pieces = inflated(iter(lambda: file.read(65536), b""), is_gzip=True)
        self._rest = b""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        while not self._rest and (piece := next(self._pieces, b"")):
            self._rest = piece
        out, self._rest = (self._rest, b"") if size < 0 else (self._rest[:size], self._rest[size:])
        return out


_ADDRESS = re.compile(r"<?[A-Za-z][A-Za-z0-9+.-]*:")      # "dns:" and "metadata://" are passed over
_PASSED_OVER = frozenset({"warcinfo", "request", "metadata", "revisit", "conversion", "continuation", "arc_header"})


def _captures(records: ArchiveIterator, path: Path, max_bytes: int, wants: Callable[[str, str], bool] | None) -> Iterator[Capture | Damage]:
    for record in records:
        at = records.offset          # get_record_offset() would read the record to its end first
        if record.rec_type not in ("response", "resource"):
            records.read_to_end()
            if record.rec_type not in _PASSED_OVER or _shortage(record):
                yield Damage(path, at, f"it is no whole record: its type is '{str(record.rec_type)[:40]}'")
            continue
        url = record.rec_headers.get_header("WARC-Target-URI") or ""
        kept = record.rec_headers.get_header("Dateline-Kept") or Kept.PAGE
        if not _ADDRESS.match(url):
            yield Damage(path, at, "it has no address")
            continue
        if not url.lower().startswith(("http://", "https://", "file://")) or (wants and not wants(url, kept)):
            records.read_to_end()
            if short := _shortage(record):      # nobody asked for this one, but what stood behind it is lost too
                yield Damage(path, at, short)
            continue
        made = _capture(record, url, Kept(kept), path, at, max_bytes)
        records.read_to_end()        # only there gzip's checksum speaks for the record's own head as well
        yield made


def _capture(record: ArcWarcRecord, url: str, kept: Kept, path: Path, at: int, max_bytes: int) -> Capture | Damage:
    fields: dict[str, str] = dict(record.rec_headers.headers)
    try:
        length = int(fields.get("Content-Length") or fields.get("archive-length") or 0)
    except ValueError:
        return Damage(path, at, f"its length is '{fields.get('Content-Length')}'")
    if length < 0:
        return Damage(path, at, f"its length is {length}")
    status = 200
    if record.http_headers is not None:
        code = record.http_headers.get_statuscode()
        if not code.isdigit():
            return Damage(path, at, "it begins with no HTTP answer")
        status = int(code)
    elif record.rec_type == "response":
        return Damage(path, at, "it holds no HTTP answer")
    coding = record.http_headers.get_header("Content-Encoding", "") if record.http_headers is not None else ""
    if coding.lower() not in _BOUNDED:
        return Damage(path, at, f"its body is encoded as '{coding[:40]}', which cannot be unpacked in bounded pieces")
    body = _read(record.content_stream(), max_bytes + 1)
    if len(body) <= max_bytes:
        trouble = _trouble(record)
        if trouble:
            return Damage(path, at, trouble)
    captured_at = _instant(record.rec_headers.get_header("WARC-Date") or "")
    if captured_at is None:
        return Damage(path, at, "it does not say when it was captured")
    note = tuple((name.removeprefix("Dateline-"), unquote(value)) for name, value in fields.items() if name.startswith("Dateline-"))
    if record.http_headers is not None:
        headers = tuple((name, value) for name, value in record.http_headers.headers)
    else:
        headers = (tuple((name.removeprefix("Header-"), value) for name, value in note if name.startswith("Header-"))
                   or (("Content-Type", fields.get("Content-Type", "")),))
    return Capture(url, dict(note).get("Asked", url), captured_at, status, headers, body, kept, note)


_BOUNDED = ("", "identity", "gzip", "x-gzip", "deflate")      # warcio would unpack a brotli bomb in one go


def _read(stream: Any, limit: int) -> bytes:
    out = bytearray()
    while len(out) < limit and (piece := stream.read(min(65536, limit - len(out)))):
        out += piece
    return bytes(out)


def _shortage(record: ArcWarcRecord) -> str:
    """Why a record that was read to its end is not whole: a file that was cut off ends in such a one. "" when it is."""
    fields: dict[str, str] = dict(record.rec_headers.headers)
    if not (fields.get("Content-Length") or fields.get("archive-length")):
        return "it ends within its head"
    missing = getattr(record.raw_stream, "limit", 0)
    return f"it ends {missing} bytes too early" if missing else ""


def _trouble(record: ArcWarcRecord) -> str:
    """Why a record that was read whole is not what was written; "" when it is."""
    if short := _shortage(record):
        return short
    if record.digest_checker.passed is False:
        return f"its digest differs: {'; '.join(record.digest_checker.problems)}"
    return ""


def _instant(told: str) -> datetime | None:
    try:
        if re.fullmatch(r"\d{14}", told):       # ARC
            return datetime.strptime(told, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        found = datetime.fromisoformat(told.replace("Z", "+00:00"))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


_MEMBER = b"\x1f\x8b\x08"
_HEADS = (b"WARC/1.", b"WARC/0.", b"http://", b"https://", b"filedesc:")


def _next_record(file: IO[bytes], offset: int) -> int:
    """Where the next record can begin: a gzip member that opens with a WARC head, or such a head in the open."""
    step, overlap = 1 << 20, 16
    while True:
        file.seek(offset)
        window = file.read(step)
        if not window:
            return offset
        found = [each.start() for each in re.finditer(re.escape(_MEMBER) + rb"|(?<=\n)WARC/[01]\.\d+\r\n", window)]
        for each in found:
            if window[each:each + 1] == b"W" or _opens_record(file, offset + each):
                return offset + each
        if len(window) < step:
            return offset + len(window)
        offset += step - overlap


def _opens_record(file: IO[bytes], offset: int) -> bool:
    file.seek(offset)
    try:
        return zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(file.read(4096), 64).startswith(_HEADS)
    except zlib.error:
        return False


def warc_files(location: Path) -> list[Path]:
    """The WARC and ARC files at a path: itself, or those of a folder, by name."""
    if location.is_file():
        return [location]
    return sorted(path for path in location.rglob("*") if path.is_file() and re.search(r"\.w?arc(?:\.gz)?$", path.name))


def reread(source: Source, folder: Path, *, since: date | None = None, until: date | None = None) -> Iterator[Page | Reject]:
    """The pages of a source from the archive alone, as they were handed on when they were fetched, oldest file first.

    Of a page that was fetched more than once only the last copy is given; one that is larger than the source allows today is
    a reject. `since` and `until` (exclusive) bound the UTC
    day of the fetch.
    """
    home = Path(folder) / source.source_id
    paths = [path for path in (sorted(home.glob("*.warc.gz")) if home.is_dir() else ())
             if (told := _FILE.fullmatch(path.name)) and (since is None or told["day"] >= since.isoformat())
             and (until is None or told["day"] < until.isoformat())]
    limit = source.politeness.max_bytes
    last: dict[str, tuple[int, datetime]] = {}
    for number, path in enumerate(paths):
        for made in read_captures(path, max_bytes=limit, wants=_is_page):
            if isinstance(made, Capture) and 200 <= made.status < 300:
                last[made.asked] = (number, made.captured_at)
    for number, path in enumerate(paths):
        for made in read_captures(path, max_bytes=limit, wants=_is_page):
            if isinstance(made, Damage):
                yield damage_reject(source, made)
            elif last.get(made.asked) == (number, made.captured_at):
                yield too_large(source, made.asked) if len(made.body) > limit else _page(source, made)


def _is_page(url: str, kept: str) -> bool:
    return kept == Kept.PAGE


def _page(source: Source, capture: Capture) -> Page:
    note = dict(capture.note)
    # a header may stand in the archive under another name; the page gets it as the fetch had it
    back = {value.lower(): key.title() for key, value in _HOP_BY_HOP.items()}
    headers = tuple((back.get(name.lower(), name), value) for name, value in capture.headers if name.lower() != "content-length")
    basis = note.get("Listed-Basis", "")
    # an address of the web is ASCII; a file's path is not, and was quoted for the record
    final_url = capture.asked if capture.url.startswith("file:") else capture.url
    return Page(source.source_id, capture.asked, final_url, capture.body,
                capture.captured_at, capture.status, headers, _instant(note.get("Listed-At", "")),
                Basis(basis) if basis in list(Basis) else Basis.NONE, note.get("Listed-Title", ""))


def too_large(source: Source, ref: str) -> Reject:
    return Reject(Stage.ACQUIRE, Reason.TOO_LARGE, ref, f"more than {source.politeness.max_bytes} bytes", source.source_id)


def damage_reject(source: Source, damage: Damage) -> Reject:
    return Reject(Stage.ACQUIRE, Reason.BAD_RECORD, f"{damage.path.name}@{damage.offset}", damage.detail, source.source_id)
