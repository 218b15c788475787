"""`clean` and `annotate`: files and JSON lines in, JSON lines out, without a database and without Prefect."""

from __future__ import annotations

import gzip
import json
import os
import re
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from schemas.records import Actor, Article, Event, Mention, Page, Reason, Reject, Stage, When
from schemas.source import Source, SourceKind

if TYPE_CHECKING:
    from transforms.read import Reader, Reading

PAGE_SUFFIXES = frozenset({".html", ".htm", ".xhtml", ".txt"})
_MAX_BYTES = 20_000_000          # of one page; larger ones are no article
_ROWS_TOGETHER = 16
_HALF = re.compile("[\ud800-\udfff]")      # one of a pair of surrogates without the other
Complain = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Tally:
    """How a stream went: lines written, lines or files that gave a reason instead."""

    done: int
    lost: int


@contextmanager
def opened_output(path: Path | None) -> Iterator[IO[str]]:
    """The file to write to, put in its place only when it is whole; standard output when there is none."""
    if path is None or str(path) == "-":
        yield sys.stdout
        return
    beside = path.with_name(path.name + ".part")
    try:
        with beside.open("w", encoding="utf-8") as out:
            yield out
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def read_lines(path: Path | None) -> Iterator[tuple[int, str | None, str]]:
    """Numbered lines of a JSONL file, which may be packed (.gz): number, text or None, and why it is None.

    A packed file that is damaged gives the lines before the fault, and one for all that is behind it.
    """
    opened: Any
    if path is None or str(path) == "-":
        opened = os.fdopen(os.dup(sys.stdin.fileno()), "rb")
    else:
        opened = gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb")  # noqa: SIM115 (closed by the with below)
    number = 0
    with opened as file:
        try:
            for number, raw in enumerate(file, start=1):
                try:
                    text = raw.decode("utf-8-sig" if number == 1 else "utf-8")
                except UnicodeDecodeError as error:
                    yield number, None, f"byte {error.start} is not UTF-8"
                    continue
                if text.strip():
                    yield number, text, ""
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            yield number + 1, None, f"from here on the file cannot be unpacked ({error})"


def read_json(text: str) -> tuple[Any, str]:
    """What a line says, or None and why it cannot be read."""
    try:
        return json.loads(text), ""
    except ValueError as error:
        return None, f"not JSON: {error}"
    except RecursionError:
        return None, "not JSON: nested too deep"


def json_line(row: dict[str, Any]) -> str:
    """One line of output; half of a pair, which no UTF-8 holds, is written as JSON escapes it."""
    return json.dumps(row, ensure_ascii=False).encode("utf-8", "backslashreplace").decode() + "\n"


# clean

@dataclass(frozen=True, slots=True)
class Given:
    """One file to clean, as its caller named it."""

    name: str
    url: str
    path: Path


def given_files(paths: Iterable[Path], lose: Complain) -> Iterator[Given]:
    """The files that paths stand for: a page, a folder of pages, or a JSONL list of {"file", "url"}.

    `lose` is told of what stands there and is no page: other files of a folder (hidden ones aside), broken lines of a list.
    """
    for path in paths:
        if path.is_dir():
            for each in sorted(path.rglob("*")):
                stem = Path(each.stem) if each.suffix == ".gz" else each
                if not each.is_file():
                    continue
                if stem.suffix.lower() in PAGE_SUFFIXES:
                    yield Given(str(each), "", each)
                elif not any(part.startswith(".") for part in each.relative_to(path).parts):
                    lose(f"{each}: '{each.suffix}' is neither HTML nor text; the file is left out")
        elif path.name.endswith((".jsonl", ".jsonl.gz")):
            for number, text, trouble in read_lines(path):
                row, trouble = read_json(text) if text is not None else (None, trouble)
                if not isinstance(row, dict) or not isinstance(row.get("file"), str):
                    lose(f"{path}:{number}: {trouble or 'no text under the key file'}; the line is left out")
                    continue
                # counted from here, then from the list: lists travel with their pages
                target = Path(row["file"])
                beside = path.parent / target
                yield Given(row["file"], str(row.get("url") or ""), target if target.exists() or not beside.exists() else beside)
        else:
            yield Given(str(path), "", path)


def clean_stream(paths: Iterable[Path], out: IO[str], *, language: str, now: datetime, complain: Complain) -> Tally:
    """Writes one line a file: {"file", "url", "title", "text", "date", "date_basis", "author", "language", "blocks"}.

    A page that is no article gets its line too, with empty text and the "reject" reason; what `given_files` lost has none.
    """
    from transforms.clean.cleaner import body_text, clean

    source = _any_source(language)
    done = lost = 0

    def lose(why: str) -> None:
        nonlocal lost
        lost += 1
        complain(why)

    for given in given_files(paths, lose):
        made = _cleaned(given, source, now, clean)
        line: dict[str, Any] = {"file": given.name, "url": given.url}
        if isinstance(made, Reject):
            line |= {"title": "", "text": "", "date": None, "date_basis": "none", "author": "", "language": "", "blocks": [],
                     "reject": made.reason.value, "detail": made.detail}
            lose(f"{given.name}: {made.reason.value}: {made.detail}")
        else:
            done += 1
            line |= {
                "url": given.url or made.canonical_url if made.canonical_url.startswith("http") else given.url,
                "title": made.title, "text": body_text(made), "date": _day(made.published),
                "date_basis": made.published.basis.value, "author": "; ".join(made.authors), "language": made.language,
                "blocks": [{"kind": block.kind.value, "text": made.span_text(block)} for block in made.blocks]}
        out.write(json_line(line))
        out.flush()
    return Tally(done, lost)


def _any_source(language: str) -> Source:
    return Source("stdin", "given files", SourceKind.FOLDER, ".", language, "", "UTC")


def _cleaned(given: Given, source: Source, now: datetime, clean: Callable[[Page, Source], Article | Reject]) -> Article | Reject:
    try:
        with gzip.open(given.path, "rb") if given.path.suffix == ".gz" else given.path.open("rb") as file:
            body = file.read(_MAX_BYTES + 1)
    except (OSError, EOFError, ValueError, zlib.error) as error:     # ValueError: a name that no file can have
        return Reject(Stage.ACQUIRE, Reason.UNREADABLE_FILE, given.name, getattr(error, "strerror", None) or str(error))
    if len(body) > _MAX_BYTES:
        return Reject(Stage.ACQUIRE, Reason.TOO_LARGE, given.name, f"more than {_MAX_BYTES} bytes")
    url = given.url or f"file:///{given.name}"
    suffix = Path(given.path.stem).suffix if given.path.suffix == ".gz" else given.path.suffix
    headers = (("Content-Type", "text/plain"),) if suffix.lower() == ".txt" else ()
    try:
        return clean(Page(source.source_id, url, url, body, now, headers=headers), source)
    except Exception as error:
        # one page that breaks our code must not cost the others
        return Reject(Stage.CLEAN, Reason.STAGE_FAILED, given.name, f"{type(error).__name__}: {error}"[:300])


def _day(when: When) -> str | None:
    return when.start.isoformat() if when.start is not None and when.is_day else None


# annotate

Lose = Callable[[int, str], None]
Numbered = tuple[int, dict[str, Any]]


def annotate_stream(source: Path | None, out: IO[str], reader: Reader, *, complain: Complain) -> Tally:
    """Reads {"id", "text"[, "published", "title", "url", "language"]}, or lines of `clean`, and writes {"id", "times", "places", "events"}.

    Unknown keys are ignored. A broken line is told by its number and the rest goes on.
    """
    done = lost = 0

    def lose(number: int, why: str) -> None:
        nonlocal lost
        lost += 1
        complain(f"line {number}: {why}")

    rows = _good_rows(source, lose, complain)
    while batch := list(islice(rows, _ROWS_TOGETHER)):
        for line in _annotated_batch(batch, reader, lose):
            out.write(line)
            done += 1
        out.flush()
    return Tally(done, lost)


def _good_rows(source: Path | None, lose: Lose, complain: Complain) -> Iterator[Numbered]:
    """The rows that can be read, with the numbers of their lines."""
    for number, text, trouble in read_lines(source):
        row: Any = None
        if text is not None:
            row, trouble = read_json(text)
            row = _as_text(row)
        trouble = trouble or _trouble(row)
        if trouble:
            lose(number, f"{trouble}; the line is left out")
            continue
        for key, read, wanted in (("published", _published, "day such as 2023-09-26"), ("language", _language, "language code such as 'en'")):
            if row.get(key) and not read(row):
                complain(f"line {number}: '{key}' is {row[key]!r}, no {wanted}; the text is read without it")
                row[key] = None
        yield number, row


def _annotated_batch(batch: Sequence[Numbered], reader: Reader, lose: Lose) -> list[str]:
    """Output lines for some rows; a text that breaks our code is found alone and does not cost the others."""
    try:
        return [json_line(line) for line in annotate_rows([row for _, row in batch], reader)]
    except Exception as error:
        if len(batch) > 1:
            return [line for each in batch for line in _annotated_batch([each], reader, lose)]
        lose(batch[0][0], f"{type(error).__name__}: {error}; the line is left out, please report it")
        return []


def _as_text(row: Any) -> Any:
    """A line of `clean` tells a text by its file, and when it was published under "date"."""
    is_cleaned = isinstance(row, dict) and isinstance(row.get("file"), str)
    return {"id": row["file"], "published": row.get("date"), **row} if is_cleaned else row


def _trouble(row: Any) -> str:
    if not isinstance(row, dict):
        return "not a JSON object"
    if "id" not in row:
        return "no key 'id'"
    if not isinstance(row.get("text"), str):
        return "no text under the key 'text'"
    for key in ("text", "title", "url", "language"):
        if row.get(key) is not None and not isinstance(row[key], str):
            return f"'{key}' is no text"
        if row.get(key) is not None and _HALF.search(row[key]):
            return f"'{key}' holds half of a character"
    return ""


def _published(row: dict[str, Any]) -> date | None:
    """The day, however it is written, as long as it can be read in one way and news can be of it."""
    from transforms.clean.dates import EARLIEST, LATEST, read_stamp

    told = str(row.get("published") or "").strip()
    try:
        day = datetime.fromisoformat(told).date()
    except ValueError:
        stamp = read_stamp(told, "en")
        return stamp.day if stamp else None
    return day if EARLIEST <= day < LATEST else None


def _language(row: dict[str, Any]) -> str:
    """ISO 639 code of a tag such as "en-US"; "" for what is none."""
    code = (row.get("language") or "").strip().replace("_", "-").partition("-")[0].lower()
    return code if code.isascii() and code.isalpha() and len(code) in (2, 3) else ""


def annotate_rows(rows: Sequence[dict[str, Any]], reader: Reader) -> Iterator[dict[str, Any]]:
    """Objects of the input to those of the output, parsed together; positions are those of the input's text, `end` exclusive."""
    from transforms.clean.cleaner import article_from_text

    articles = [article_from_text(row["text"], article_id=str(row["id"]), published=_published(row), title=row.get("title") or "",
                                  url=row.get("url") or "", language=_language(row)) for row in rows]
    for row, article, reading in zip(rows, articles, reader.read_all(articles), strict=True):
        yield _annotated(row, article, reading)


def _annotated(row: dict[str, Any], article: Article, reading: Reading) -> dict[str, Any]:
    from transforms.merge import merge

    mentions = {mention.mention_id: mention for mention in reading.mentions}
    events = sorted((_event(side, mentions) for event in merge(reading.mentions, {}) for side in _directions(event)),
                    key=lambda each: (each["start"], each["trigger_start"]))
    line: dict[str, Any] = {
        "id": row["id"],
        "times": [{
            "start": time.span.start, "end": time.span.end, "text": time.text, "type": time.type.value, "value": time.value,
            "edtf": time.edtf, "date_start": _iso(time.start), "date_end": _iso(time.end), "precision": time.precision.value,
            "modifier": time.modifier.value, "anchor": time.anchor.value, "rule": time.rule} for time in reading.times],
        "places": [{
            "start": place.span.start, "end": place.span.end, "text": place.text, "name": place.name, "kind": place.kind,
            "lat": place.lat, "lon": place.lon, "country": place.country, "adm1": place.adm1, "geonameid": place.geonameid,
            "score": round(place.score, 3), "is_demonym": place.is_demonym} for place in reading.places],
        "events": events,
        "published": {"start": _iso(article.published.start), "end": _iso(article.published.end), "basis": article.published.basis.value},
    }
    if reading.rejects:
        line["rejects"] = [{"reason": each.reason.value, "detail": each.detail} for each in reading.rejects]
    return line


def _directions(event: Event) -> tuple[Event, ...]:
    """A deed done together stands in both directions, as CAMEO codes it; `reciprocal` marks the two as one event."""
    if not event.is_reciprocal or event.source is None or event.target is None:
        return (event,)
    return event, replace(event, source=event.target, target=event.source, source_place=event.target_place, target_place=event.source_place)


def _words(actor: Actor | None) -> str:
    """The words in the sentence; for "he" or "the group", whom they stand for."""
    if actor is None:
        return ""
    return actor.name if actor.basis == "pronoun" else actor.text


def _event(event: Event, mentions: dict[str, Mention]) -> dict[str, Any]:
    from transforms.merge import best_told

    told = [mentions[each] for each in event.mention_ids]
    best = best_told(told, event.code)
    place = event.place
    return {
        "start": best.evidence_span.start, "end": best.evidence_span.end, "trigger_start": best.trigger.start,
        "trigger_end": best.trigger.end, "date_start": _iso(event.when.start), "date_end": _iso(event.when.end),
        "date_precision": event.when.precision.value, "date_basis": event.when.basis.value, "date_text": event.when.text,
        "edtf": event.when.edtf, "code": event.code, "event_id": event.event_id, "reciprocal": event.is_reciprocal,
        "source": event.source.code if event.source else "", "target": event.target.code if event.target else "",
        "source_text": _words(event.source), "target_text": _words(event.target),
        "source_name": event.source.name if event.source else "", "target_name": event.target.name if event.target else "",
        "status": event.status.value, "attributed_to": event.attributed_to,
        "country": place.country if place else "", "place": (place.name or place.text) if place else "",
        "lat": place.lat if place else None, "lon": place.lon if place else None, "geo_basis": event.geo_basis.value,
        "killed": event.killed.best, "injured": event.injured.best, "instrument": event.instrument,
        "confidence": event.confidence, "evidence": best.evidence,
        "mentions": [{"start": each.evidence_span.start, "end": each.evidence_span.end, "trigger_start": each.trigger.start,
                      "trigger_end": each.trigger.end, "code": each.code} for each in told if each is not best],
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day is not None else None
