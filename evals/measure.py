"""How right an output is: one pure function a kind of gold, from gold rows and predicted rows to figures.

All figures are percentages from 0 to 100 unless they are called a count. A gold row and its prediction
share an `id` (`file` for pages). Spans are `start` and `end`, half-open. P is the share of what was
predicted that is right, R the share of the gold that was found, F1 = 2PR / (P + R).
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

Row = dict[str, Any]
Interval = tuple[date | None, date | None]
NEAR_KM = 161.0                # 100 miles, the field's bar for "the right place"
UNLOADED = ("negated", "hypothetical")
WHOLE_LINE_WORDS = 6           # shorter paragraphs count only as whole lines
VIOLENCE = ("17", "18", "19", "20")


@dataclass(frozen=True, slots=True)
class Result:
    """Figures by name, and what went wrong, one line an error."""

    figures: dict[str, float]
    errors: list[str] = field(default_factory=list)


class Tally(Counter[str]):
    """Counts, and the shares between them."""

    def percent(self, part: str, whole: str) -> float:
        """100 * part / whole; nothing to find is found completely."""
        return round(100 * self[part] / self[whole], 1) if self[whole] else 100.0

    def f1(self, right: str, gold: str, predicted: str) -> float:
        return harmonic(self.percent(right, predicted) if self[predicted] else 0.0, self.percent(right, gold))


def harmonic(one: float, other: float) -> float:
    return round(2 * one * other / (one + other), 1) if one + other else 0.0


def by_id(rows: Iterable[Row], key: str) -> dict[str, list[Row]]:
    return {str(row["id"]): row.get(key) or [] for row in rows}


def shared(one: tuple[int, int], other: tuple[int, int]) -> int:
    """Characters that two spans have in common; 0 or less when they are apart."""
    return min(one[1], other[1]) - max(one[0], other[0])


def span(row: Row) -> tuple[int, int]:
    return row["start"], row["end"]


def align(gold: Sequence[Row], predicted: Sequence[Row]) -> dict[int, int]:
    """Pairs of gold and predicted spans that overlap, each used once, the widest overlap first."""
    overlaps = [(shared(span(g), span(p)), -i, -j) for i, g in enumerate(gold) for j, p in enumerate(predicted)]
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for width, i, j in sorted(overlaps, reverse=True):
        if width > 0 and -i not in pairs and -j not in taken:
            pairs[-i] = -j
            taken.add(-j)
    return pairs


# ------------------------------------------------------------------------------------------------ dates

def first_of_month(year: int, month: int) -> date:
    """The first of a month; months past 12 run into the next year."""
    return date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1)


def _months(year: int, first: int, count: int) -> tuple[date, date]:
    return first_of_month(year, first), first_of_month(year, first + count)


def _years(digits: str) -> tuple[date, date]:
    width = 10 ** (4 - len(digits))
    start = int(digits) * width
    return date(max(start, 1), 1, 1), date(start + width, 1, 1)


def _week(year: str, week: str, weekend: str) -> tuple[date, date]:
    monday = date.fromisocalendar(int(year), int(week), 1)
    return (monday + timedelta(5), monday + timedelta(7)) if weekend else (monday, monday + timedelta(7))


def _day(year: str, month: str, day: str) -> tuple[date, date]:
    start = date(int(year), int(month), int(day))
    return start, start + timedelta(1)


SEASON_STARTS = {"SP": 3, "SU": 6, "FA": 9, "AU": 9, "WI": 12}
# TIMEX3 value -> calendar interval; a time of day counts as its day
CALENDAR: tuple[tuple[re.Pattern[str], Callable[..., tuple[date, date]]], ...] = (
    (re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:T.*)?"), _day),
    (re.compile(r"(\d{4})-(\d\d)"), lambda y, m: _months(int(y), int(m), 1)),
    (re.compile(r"(\d{4})-W(\d\d)(-WE)?"), _week),
    (re.compile(r"(\d{4})-Q([1-4])"), lambda y, q: _months(int(y), int(q) * 3 - 2, 3)),
    (re.compile(r"(\d{4})-H([12])"), lambda y, h: _months(int(y), int(h) * 6 - 5, 6)),
    (re.compile(r"(\d{4})-(SP|SU|FA|AU|WI)"), lambda y, s: _months(int(y), SEASON_STARTS[s], 3)),
    (re.compile(r"(\d{2,4})"), _years),
)


def interval(value: str | None) -> tuple[date, date] | None:
    """Days `[start, end)` of a TIMEX3 value, None where it names no stretch of the calendar (P3D, PAST_REF)."""
    for pattern, build in CALENDAR:
        if match := pattern.fullmatch(value or ""):
            try:
                return build(*match.groups())
            except ValueError:
                return None
    return None


def gold_interval(text: str | None) -> Interval | None:
    """Days of a gold date: a TIMEX3 value, or two with a slash between them, `..` for an open end; None if undated."""
    if not text:
        return None
    if "/" not in text:
        return interval(text)
    first, last = text.split("/", 1)
    low, high = interval(first), interval(last)
    return low[0] if low else None, high[1] if high else None


def said_interval(event: Row) -> tuple[date, date] | None:
    """Days of a predicted event; without an end it is one day."""
    if not event.get("date_start"):
        return None
    start = date.fromisoformat(event["date_start"][:10])
    return start, date.fromisoformat(event["date_end"][:10]) if event.get("date_end") else start + timedelta(1)


def dates_agree(gold: Interval, said: tuple[date, date] | None) -> bool:
    """The prediction lies inside the gold's days, or both its ends are within one day of the gold's."""
    if said is None:
        return False
    low, high = gold
    inside = (low is None or said[0] >= low) and (high is None or said[1] <= high)
    near = low is not None and high is not None and abs((said[0] - low).days) <= 1 and abs((said[1] - high).days) <= 1
    return inside or near


# ------------------------------------------------------------------------------------------------ times

def times(gold: Sequence[Row], predicted: Sequence[Row]) -> Result:
    """Time expressions, after TempEval-3: F1 of spans that agree exactly (`strict`) or overlap (`relaxed`), of
    overlapping spans with the same TIMEX3 `type` or `value`, and of those that name the same days (`interval`,
    counted over the expressions that name days at all)."""
    found, tally, errors = by_id(predicted, "times"), Tally(), []
    for row in gold:
        golden, said = row["timex"], found.get(row["id"], [])
        pairs = align(golden, said)
        tally.update(gold=len(golden), said=len(said), relaxed=len(pairs))
        tally["gold_days"] += sum(interval(g["value"]) is not None for g in golden)
        tally["said_days"] += sum(interval(p.get("value")) is not None for p in said)
        for i, g in enumerate(golden):
            if i not in pairs:
                errors.append(f"{row['id']}\tmissed\t{g['text']!r} {g['value']}")
                continue
            p = said[pairs[i]]
            days = interval(g["value"])
            tally.update(strict=span(g) == span(p), type=g["type"] == p.get("type"), value=g["value"] == p.get("value"))
            tally["days"] += days is not None and days == interval(p.get("value"))
            if g["value"] != p.get("value"):
                errors.append(f"{row['id']}\tvalue\t{g['text']!r} is {g['value']}, read as {p.get('value')}")
        extra = set(range(len(said))) - set(pairs.values())
        errors += [f"{row['id']}\tspurious\t{row['text'][said[j]['start']:said[j]['end']]!r} {said[j].get('value')}" for j in sorted(extra)]
    figures = {name: tally.f1(name, "gold", "said") for name in ("strict", "relaxed", "type", "value")}
    return Result({**figures, "interval": tally.f1("days", "gold_days", "said_days")}, errors)


# ------------------------------------------------------------------------------------------------ places

def kilometres(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """Great-circle distance on a sphere of 6,371 km."""
    one, other = math.radians(lat), math.radians(other_lat)
    half = math.sin((one - other) / 2) ** 2 + math.cos(one) * math.cos(other) * math.sin(math.radians(lon - other_lon) / 2) ** 2
    return 2 * 6371.0 * math.asin(math.sqrt(min(1.0, half)))


def places(gold: Sequence[Row], predicted: Sequence[Row]) -> Result:
    """Toponyms: F1 of overlapping spans, share of the gold within 161 km (`near`, missed ones count as far), and
    share of the matched ones in the right `country`."""
    found, tally, errors = by_id(predicted, "places"), Tally(), []
    for row in gold:
        golden, said = row["toponyms"], found.get(row["id"], [])
        pairs = align(golden, said)
        tally.update(gold=len(golden), said=len(said), matched=len(pairs))
        for i, g in enumerate(golden):
            p = said[pairs[i]] if i in pairs else None
            located = p is not None and p.get("lat") is not None
            km = kilometres(g["lat"], g["lon"], p["lat"], p["lon"]) if g["lat"] is not None and p and located else math.inf
            tally.update(placed=g["lat"] is not None, near=km <= NEAR_KM)
            if p is not None and g["country"]:
                tally.update(with_country=1, country=p.get("country") == g["country"])
            if p is None:
                errors.append(f"{row['id']}\tmissed\t{g['text']!r}")
            elif g["lat"] is not None and km > NEAR_KM:
                errors.append(f"{row['id']}\tfar\t{g['text']!r} {g['country']} {g['lat']},{g['lon']}, put at {p.get('country')} {p.get('lat')},{p.get('lon')}")
        extra = set(range(len(said))) - set(pairs.values())
        errors += [f"{row['id']}\tspurious\t{row['text'][said[j]['start']:said[j]['end']]!r}" for j in sorted(extra)]
    return Result({"overlap": tally.f1("matched", "gold", "said"), "near": tally.percent("near", "placed"),
                   "country": tally.percent("country", "with_country")}, errors)


# ------------------------------------------------------------------------------------------------ codes

def words(text: str | None) -> set[str]:
    return set(re.findall(r"\w+", (text or "").casefold()))


def codes(gold: Sequence[Row], predicted: Sequence[Row]) -> Result:
    """Deeds of single sentences: F1 over the sets of `root` codes and of `full` codes of each sentence, the share of
    expected deeds found with their root and both sides (`who`; a side is right when it shares a word with the
    gold's), and the share of sentences without any event that were left alone (`quiet`).

    A bare statement (01) beside another deed is no error: to report is to say."""
    found, tally, errors = by_id(predicted, "events"), Tally(), []
    for row in gold:
        events = [e for e in found.get(row["id"], []) if e.get("status") not in UNLOADED]
        expected = row["expected"]
        full = {e["code"] for e in expected}
        roots = {code[:2] for code in full}
        if "01" not in roots:
            events = [e for e in events if e["code"][:2] != "01"]
        said_full = {e["code"] for e in events}
        said_roots = {code[:2] for code in said_full}
        tally.update(roots=len(roots), said_roots=len(said_roots), root=len(roots & said_roots),
                     fulls=len(full), said_fulls=len(said_full), full=len(full & said_full))
        tally.update(empty=not expected, quiet=not expected and not events)
        for e in expected:
            tally.update(deeds=1, who=any(
                p["code"][:2] == e["code"][:2]
                and all(not e[side] or words(e[side]) & words(p.get(f"{side}_text")) for side in ("source", "target"))
                for p in events))
        if roots != said_roots:
            errors.append(f"{row['id']}\troots {sorted(full)}, read as {sorted(said_full)}\t{row['text']}")
    return Result({"root": tally.f1("root", "roots", "said_roots"), "full": tally.f1("full", "fulls", "said_fulls"),
                   "who": tally.percent("who", "deeds"), "quiet": tally.percent("quiet", "empty")}, errors)


# ------------------------------------------------------------------------------------------------ events

def trigger(event: Row) -> tuple[int, int]:
    """Where a predicted deed stands: its trigger, else its evidence."""
    if event.get("trigger_start") is not None:
        return event["trigger_start"], event["trigger_end"]
    return span(event)


def actor_agrees(accepted: Sequence[str], said: str | None) -> bool:
    """One code begins with the other, or both have the same country or role in their first three letters."""
    if not said:
        return False
    return any(said.startswith(code) or code.startswith(said) or said[:3] == code[:3] for code in accepted)


def status_agrees(gold: str, said: str | None) -> bool:
    """Asserted and claimed are not told apart: texts leave it open whose word it is."""
    return {gold, said or "asserted"} <= {"asserted", "claimed"} or gold == said


def events(gold: Sequence[Row], predicted: Sequence[Row]) -> Result:
    """Dated events of whole articles. A predicted event meets a gold one when its trigger lies in the gold's quote and
    its root is an accepted one. `event` is F1; `dated` is F1 where a wrong date counts as a miss; `date`, `source`,
    `target`, `country`, `status` are shares of the met events that state them; `forbidden`, `spurious` and
    `duplicates` are counts: events on stretches that tell of none, elsewhere, and second codings of a met one.

    Optional gold events are no miss when absent and right when found."""
    found, tally, errors = by_id(predicted, "events"), Tally(), []
    for row in gold:
        golden = row["events"]
        said = [e for e in found.get(row["id"], []) if e.get("status") not in UNLOADED]
        offers = [(g_date_ok, shared(span(g), trigger(p)), -i, -j)
                  for i, g in enumerate(golden) for j, p in enumerate(said)
                  if shared(span(g), trigger(p)) > 0 and p["code"][:2] in g["roots"]
                  for g_date_ok in [_date_ok(g, p)]]
        pairs: dict[int, int] = {}
        taken: set[int] = set()
        for _, _, i, j in sorted(offers, reverse=True):
            if -i not in pairs and -j not in taken:
                pairs[-i] = -j
                taken.add(-j)
        must = [i for i, g in enumerate(golden) if not g["optional"]]
        tally.update(must=len(must), said=len(said), met=len(pairs), found=sum(i in pairs for i in must))
        for i, j in pairs.items():
            g, p = golden[i], said[j]
            right = _date_ok(g, p)
            tally.update(date_right=right, found_right=right and not g["optional"])
            if g["date"]:
                tally.update(dates=1, dates_ok=right)
                if not right:
                    errors.append(f"{row['id']}\tdate\t{g['date']}, read as {p.get('date_start')}/{p.get('date_end')}\t{g['quote']}")
            for side in ("source", "target"):
                if g[side]:
                    ok = actor_agrees(g[side], p.get(side))
                    tally.update({f"{side}s": 1, f"{side}_ok": ok})
                    if not ok:
                        errors.append(f"{row['id']}\t{side}\t{g[side]}, read as {p.get(side)!r}\t{g['quote']}")
            if g["country"]:
                tally.update(countries=1, country_ok=g["country"] == p.get("country"))
            if g["status"]:
                ok = status_agrees(g["status"], p.get("status"))
                tally.update(statuses=1, status_ok=ok)
                if not ok:
                    errors.append(f"{row['id']}\tstatus\t{g['status']}, read as {p.get('status')}\t{g['quote']}")
        errors += [f"{row['id']}\tmissed\t{golden[i]['roots']} {golden[i]['date']}\t{golden[i]['quote']}" for i in must if i not in pairs]
        for j in sorted(set(range(len(said))) - taken):
            at = trigger(said[j])
            kind = ("forbidden" if any(shared(span(x), at) > 0 for x in row["forbidden"])
                    else "duplicates" if any(shared(span(golden[i]), at) > 0 for i in pairs) else "spurious")
            tally[kind] += 1
            errors.append(f"{row['id']}\t{kind}\t{said[j]['code']} {said[j].get('date_start')}\t{row['text'][at[0]:at[1]]!r} in {said[j].get('evidence', '')[:120]}")
    precision, recall = (tally.percent("met", "said") if tally["said"] else 0.0), tally.percent("found", "must")
    dated_precision = tally.percent("date_right", "said") if tally["said"] else 0.0
    return Result({
        "event": harmonic(precision, recall), "dated": harmonic(dated_precision, tally.percent("found_right", "must")),
        "date": tally.percent("dates_ok", "dates"), "source": tally.percent("source_ok", "sources"), "target": tally.percent("target_ok", "targets"),
        "country": tally.percent("country_ok", "countries"), "status": tally.percent("status_ok", "statuses"),
        "forbidden": tally["forbidden"], "spurious": tally["spurious"], "duplicates": tally["duplicates"]}, errors)


def _date_ok(gold: Row, said: Row) -> bool:
    days = gold_interval(gold["date"])
    return said_interval(said) is None if days is None else dates_agree(days, said_interval(said))


# ------------------------------------------------------------------------------------------------ incidents

def incidents(gold: Sequence[Row], predicted: Sequence[Row]) -> Result:
    """Terrorist incidents of wire reports: share of the accomplished ones with a known day for which some violent deed
    (roots 17 to 20, asserted or claimed) is dated to that day (`day`) or at most a day off (`near`); `threats` is the
    share of merely threatened ones stored as if they had happened; `quiet` the share of other reports left alone."""
    found, tally, errors = by_id(predicted, "events"), Tally(), []
    for row in gold:
        violent = [e for e in found.get(row["id"], []) if e["code"][:2] in VIOLENCE and e.get("status", "asserted") in ("asserted", "claimed")]
        said = [days for e in violent if (days := said_interval(e))]
        for g in row["incidents"]:
            if g["optional"]:
                continue
            start, end = date.fromisoformat(g["date_start"]), date.fromisoformat(g["date_end"]) + timedelta(1)
            hit, close = (any(a >= start - slack and b <= end + slack for a, b in said) for slack in (timedelta(0), timedelta(1)))
            if g["stage"] == "ACCOMPLISHED":
                tally.update(done=1, day=hit, near=close)
            else:
                tally.update(threatened=1, threats=hit)
            if hit != (g["stage"] == "ACCOMPLISHED"):
                errors.append(f"{row['id']}\t{g['stage'].lower()} {g['type']} {g['date_start']}, read {[(e['code'], e.get('date_start')) for e in violent]}")
        if not row["incidents"]:
            tally.update(others=1, quiet=not violent)
    return Result({"day": tally.percent("day", "done"), "near": tally.percent("near", "done"),
                   "threats": tally.percent("threats", "threatened") if tally["threatened"] else 0.0, "quiet": tally.percent("quiet", "others")}, errors)


# ------------------------------------------------------------------------------------------------ text

def runs(text: str | None, length: int = 4) -> Counter[tuple[str, ...]]:
    """All runs of four words: text that is there, in its order, without caring for white space."""
    tokens = re.findall(r"\w+", text or "")
    return Counter(tuple(tokens[i:i + length]) for i in range(max(len(tokens) - length + 1, min(1, len(tokens)))))


def plain(text: str | None) -> str:
    return " ".join(re.findall(r"\w+", unicodedata.normalize("NFKC", text or "").casefold()))


def pages(gold: Sequence[Row], predicted: Sequence[Row]) -> Result:
    """Cleaned pages: F1 of runs of four words over the mean precision and recall of the pages (`text`), the share of
    right titles (one begins with the other), of right days (`date`), and a count of pages without any date that were
    given one (`invented`)."""
    found, tally, errors = {row["file"]: row for row in predicted}, Tally(), []
    precisions: list[float] = []
    recalls: list[float] = []
    for row in gold:
        said = found.get(row["file"], {})
        wanted, got = runs(row["text"]), runs(said.get("text"))
        right = (wanted & got).total()
        recalls.append(right / wanted.total())
        precisions.append(right / got.total() if got else 0.0)
        if min(recalls[-1], precisions[-1]) < 0.9:
            errors.append(f"{row['file']}\ttext\tP {precisions[-1]:.2f} R {recalls[-1]:.2f}")
        one, other = plain(row["title"]), plain(said.get("title"))
        title_ok = bool(other) and (one.startswith(other) or other.startswith(one))
        day = (said.get("date") or "")[:10]
        tally.update(titles=1, title=title_ok)
        if row["date"]:
            tally.update(dates=1, date=day == row["date"])
        else:
            tally["invented"] += bool(day)
        if not title_ok:
            errors.append(f"{row['file']}\ttitle\t{row['title']!r}, read as {said.get('title')!r}")
        if day != (row["date"] or ""):
            errors.append(f"{row['file']}\tdate\t{row['date']}, read as {day or None}")
    mean = [100 * sum(values) / len(values) for values in (precisions, recalls)]
    return Result({"text": harmonic(*mean), "title": tally.percent("title", "titles"), "date": tally.percent("date", "dates"),
                   "invented": tally["invented"]}, errors)


def paragraphs(gold: Sequence[Row], predicted: Sequence[Row]) -> Result:
    """Plain-text scrapes: share of the article's paragraphs that are in the cleaned text (`kept`) and share of the junk
    that is not (`dropped`). Predicted rows are those of `dateline clean`: a paragraph is in when it is a line of the
    text or the title, a longer one also when its words stand inside a line."""
    cleaned = {row["file"]: f"{row.get('title') or ''}\n{row.get('text') or ''}" for row in predicted}
    tally, errors = Tally(), []
    for row in gold:
        wanted, text = plain(row["text"]), cleaned.get(row["file"], "")
        # "World" is furniture as a line and a word inside one
        is_in = wanted in map(plain, text.splitlines()) or (wanted.count(" ") >= WHOLE_LINE_WORDS and wanted in plain(text))
        tally.update(keep=row["keep"], kept=row["keep"] and is_in, junk=not row["keep"], dropped=not row["keep"] and not is_in)
        if is_in != row["keep"]:
            errors.append(f"{row['file']}\t{'lost' if row['keep'] else 'junk kept'}\t{row['label']}: {row['text'][:100]}")
    return Result({"kept": tally.percent("kept", "keep"), "dropped": tally.percent("dropped", "junk")}, errors)


# ------------------------------------------------------------------------------------------------ merge

def merging(gold: Sequence[Row], predicted: Sequence[Row]) -> Result:
    """Clusters of mentions. A gold mention stands for the predicted ones whose trigger lies in its quote; two are
    joined when they have an event in common. `found` is the share of gold mentions that were read at all; `joined` and
    `apart` are the shares of pairs, among those read, that had to be joined and were, had to stay apart and did.

    A predicted row is {"id": group, "mentions": [{"article", "start", "end", "event_id"}]}."""
    mentions, tally, errors = by_id(predicted, "mentions"), Tally(), []
    for row in gold:
        members = [(k, m) for k, cluster in enumerate(row["clusters"]) for m in cluster]
        ids = [{p["event_id"] for p in mentions.get(row["id"], []) if p["article"] == m["article"] and shared(span(m), span(p)) > 0}
               for _, m in members]
        for (_, m), found in zip(members, ids, strict=True):
            tally.update(mentions=1, found=bool(found))
            if not found:
                errors.append(f"{row['id']}\tunread\t{m['article']}: {m['quote']!r}")
        for i in range(len(members)):
            for j in range(i):
                if not (ids[i] and ids[j]):
                    continue
                is_one, is_joined = members[i][0] == members[j][0], bool(ids[i] & ids[j])
                tally.update(ones=is_one, joined=is_one and is_joined, twos=not is_one, apart=not is_one and not is_joined)
                if is_one != is_joined:
                    errors.append(f"{row['id']}\t{'split' if is_one else 'merged'}\t{members[j][1]['article']} {members[j][1]['quote']!r} and "
                                  f"{members[i][1]['article']} {members[i][1]['quote']!r}: {row['note']}")
    return Result({"found": tally.percent("found", "mentions"), "joined": tally.percent("joined", "ones"),
                   "apart": tally.percent("apart", "twos")}, errors)


MEASURES: dict[str, Callable[[Sequence[Row], Sequence[Row]], Result]] = {
    "times": times, "places": places, "codes": codes, "events": events, "incidents": incidents,
    "pages": pages, "paragraphs": paragraphs, "merging": merging,
}
LOWER_IS_BETTER = frozenset({"forbidden", "spurious", "duplicates", "threats", "invented", "empty", "duplicate", "threats_stored_as_asserted"})
