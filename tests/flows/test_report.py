"""The report: one page that needs no network, harms nobody, and answers when it is brushed."""

from __future__ import annotations

import json
import re
import shutil
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from flows.cli import app
from flows.report import Frame, framed, render, safe_link, timed
from flows.warehouse.publish import publish
from flows.warehouse.store import open_warehouse
from tests.flows.fabric import NOW, article, load_batch, mention

FIGURES = {"events": 60, "mentions": 75, "articles": 9, "sources": 2, "redated": 41.0, "dated": 93.0}
HEALTH = [{"source_id": "lantern", "last_day": date(2023, 10, 1), "outcome": "loaded", "detail": "", "pages": 9, "articles": 9, "mentions": 75,
           "rejected": 1, "quarantined": 0, "windows": 3},
          {"source_id": "<b>sly</b>", "last_day": date(2023, 10, 1), "outcome": "stopped", "detail": "too <few> articles", "pages": 1, "articles": 0,
           "mentions": 0, "rejected": 0, "quarantined": 0, "windows": 1}]
HOSTILE = "</script><script>window.hacked = 1</script><img src=x onerror='window.hacked = 2'>"


def row(number: int, **more: Any) -> dict[str, Any]:
    """A made-up event: every third in Pristina, the rest in Belgrade; one a day."""
    start = date(2023, 9, 1) + timedelta(days=number % 30)
    at_home = number % 3 == 0
    return {"event_id": number, "date_start": start, "date_end": start + timedelta(days=1), "date_precision": "day", "date_basis": "text",
            "date_edtf": start.isoformat(), "label": "Arrest, detain, or charge with legal action", "quadclass_label": "Material conflict" if at_home else "Verbal cooperation",
            "status": "asserted", "source_name": "Police", "target_name": "two men", "source_party": "Kosovo" if at_home else "Serbia", "target_party": "Serbia",
            "place_name": "Pristina" if at_home else "Belgrade", "place_lat": 42.67 if at_home else 44.8, "place_lon": 21.17 if at_home else 20.47,
            "evidence": "Police raided a house.", "url": "https://lantern.example/1", "published": start, "mentions": 2, **more}


@pytest.fixture(scope="module")
def page() -> str:
    events = [*(row(number) for number in range(58)),
              row(58, evidence=HOSTILE, source_name=HOSTILE, place_name=HOSTILE, source_party=HOSTILE, url="javascript:window.hacked=3"),
              row(59, date_start=None, date_end=None, date_edtf="", place_lat=None, place_lon=None, url='https://x.example/"onmouseover="window.hacked=4', target_name=None)]
    return render(events, FIGURES, HEALTH, now=datetime(2023, 10, 1, tzinfo=UTC))


# what it says

def test_the_page_fetches_nothing(page: str) -> None:
    body = re.sub(r"<script>.*?</script>", "", page, flags=re.S)
    assert not re.search(r"<(?:script|img|iframe|link|object|embed)[^>]*\b(?:src|href)\s*=\s*[\"']?(?:https?:)?//", body)
    assert "default-src 'none'" in body and "connect-src" not in body
    assert "@import" not in body and "url(" not in body


def test_nothing_that_was_read_becomes_markup_or_a_link_that_runs(page: str) -> None:
    assert "<img src=x" not in page and "<script>window.hacked" not in page
    assert "&lt;img src=x" in page
    assert 'href="javascript' not in page and '"onmouseover=' not in page
    assert "<b>sly</b>" not in page and "too &lt;few&gt; articles" in page


@pytest.mark.parametrize(("url", "is_link"), [
    ("https://a.example/x", True), ("HTTP://a.example", True), ("javascript:alert(1)", False), (" JaVaScRiPt:alert(1)", False),
    ("java\nscript:alert(1)", False), ("data:text/html,x", False), ("vbscript:x", False), ("example/raid.html", False), ("//a.example", False),
    ("https://[broken", False), ("https:nohost", False), ("", False)])
def test_only_web_addresses_become_links(url: str, is_link: bool) -> None:
    assert safe_link(url, "here").startswith("<a ") is is_link


def test_the_frame_leaves_out_the_single_far_place() -> None:
    points = [(20.0 + number % 5, 42.0 + number % 3) for number in range(99)] + [(-150.0, -40.0)]
    frame = framed(points)
    assert frame.holds(20, 42) and frame.holds(24, 44) and not frame.holds(-150, -40)
    assert framed([]) == Frame(-170, 180, -56, 74)


def test_the_timeline_counts_days_or_months_and_is_not_stretched_by_old_wars() -> None:
    today = date(2023, 10, 1)
    (first, last), monthly = timed([date(2023, 9, 1) + timedelta(days=n % 30) for n in range(100)] + [date(1389, 6, 15), date(2031, 1, 1)], today)
    assert not monthly and first >= date(2023, 9, 1) and last == date(2023, 10, 1)
    (first, last), monthly = timed([date(2013 + n % 11, 5, 20) for n in range(110)], today)
    assert monthly and (first.day, last) == (1, date(2023, 6, 1))
    assert timed([], today) == ((today, today + timedelta(days=14)), False)


def test_the_command_makes_the_page_from_the_published_database(tmp_path: Path) -> None:
    one = article(1)
    load_batch(tmp_path, [mention(one)], [one])
    with open_warehouse(tmp_path, now=NOW) as db:
        publish(db, tmp_path, now=NOW)
    out = tmp_path / "page.html"
    done = CliRunner().invoke(app, ["report", "-o", str(out), "--data", str(tmp_path)])
    assert done.exit_code == 0, done.stderr
    text = out.read_text(encoding="utf-8")
    told = json.loads(re.search(r'id="told">(.*?)</script>', text, re.S)[1])  # type: ignore[index]
    [event] = told["data"]["events"]
    assert (event["place"], event["quad"], event["dyad"]) == ("Pristina", "Material conflict", "Kosovo → Serbia")
    assert "24 Sep 2023" in text and "https://lantern.example/1" in text and "lantern</td>" in text
    assert not list(tmp_path.glob("*.part"))


def test_before_the_first_night_the_command_says_what_to_do(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["report", "-o", str(tmp_path / "x.html"), "--data", str(tmp_path)])
    assert done.exit_code == 1 and "run `dateline run` first" in done.stderr


# in a real browser

@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not chromium or not driver:
        pytest.skip("chromium and chromium-driver are not installed; .ci/run installs them")
    from selenium import webdriver
    from selenium.webdriver.chrome.options import Options
    from selenium.webdriver.chrome.service import Service

    options = Options()
    options.binary_location = chromium
    for each in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--force-prefers-reduced-motion"):
        options.add_argument(each)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    opened = webdriver.Chrome(options=options, service=Service(driver))
    yield opened
    opened.quit()


@pytest.fixture
def look(browser: Any, page: str, tmp_path: Path) -> Any:
    """Opens the page at a width and waits until it is drawn."""
    file = tmp_path / "report.html"
    file.write_text(page, encoding="utf-8")

    def opened(width: int, zone: str = "America/Los_Angeles") -> Any:
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500})
        # west of Greenwich a day that is read as local time would slip to the day before
        browser.execute_cdp_cmd("Emulation.setTimezoneOverride", {"timezoneId": zone})
        browser.get("about:blank")
        browser.get_log("browser")
        browser.get_log("performance")
        browser.get(file.as_uri())
        until(browser, "return document.getElementById('chart').dataset.ready === '1'")
        return browser
    return opened


def until(browser: Any, script: str, seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not browser.execute_script(script):
        assert time.monotonic() < deadline, f"never true: {script}"
        time.sleep(0.1)


def drag(browser: Any, title: str, left: float, right: float, top: float = 0.5, bottom: float = 0.5) -> None:
    """Draws a brush over a chart from one share of its frame to another, with a real mouse."""
    from selenium.webdriver.common.action_chains import ActionChains
    from selenium.webdriver.common.actions.action_builder import ActionBuilder

    box = browser.execute_script("""
        const named = [...document.querySelectorAll('#chart svg text')].find(each => each.textContent === arguments[0]);
        let group = named;
        const drawn = each => [...each.querySelectorAll(':scope > g > path.background')].find(path => path.getBoundingClientRect().width > 50);
        while (!drawn(group)) group = group.parentNode;
        const frame = drawn(group);
        frame.scrollIntoView({block: 'center'});
        const r = frame.getBoundingClientRect(); return [r.x, r.y, r.width, r.height];""", title)
    x, y, width, height = box
    actions = ActionBuilder(browser, duration=30)
    pointer = actions.pointer_action
    pointer.move_to_location(int(x + left * width), int(y + top * height)).pointer_down()
    for step in (0.3, 0.6, 1.0):
        pointer.move_to_location(int(x + (left + (right - left) * step) * width), int(y + (top + (bottom - top) * step) * height))
    pointer.pointer_up()
    actions.perform()
    ActionChains(browser).pause(0.2).perform()


SHOWN = "return [...document.querySelectorAll('#newest tbody tr')].filter(each => !each.hidden).map(each => each.innerText)"
CIRCLES = ("return [...document.querySelectorAll('#chart [aria-label*=\"place:\"]')]"
           ".reduce((sum, each) => sum + +/events: (\\d+)/.exec(each.getAttribute('aria-label'))[1], 0)")


@pytest.mark.slow
@pytest.mark.parametrize("width", [1280, 768, 375])
def test_it_is_drawn_without_errors_without_network_and_without_sideways_scrolling(look: Any, width: int) -> None:
    browser = look(width)
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width
    svg = browser.execute_script("const r = document.querySelector('#chart svg').getBoundingClientRect(); return [r.left, r.right]")
    assert svg[0] >= 0 and svg[1] <= width
    assert [entry for entry in browser.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")] == []
    asked = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    fetched = [each["params"]["request"]["url"] for each in asked if each["method"] == "Network.requestWillBeSent"]
    assert [url for url in fetched if not url.startswith(("file:", "data:", "about:"))] == []
    assert browser.execute_script("return window.hacked") is None
    words = browser.execute_script("return document.querySelector('#chart').textContent")
    assert all(each in words for each in ("Where", "When it happened", "Who to whom", "Kosovo"))
    smallest = browser.execute_script("return Math.min(...[...document.querySelectorAll('main td, main p, main span')].map(each => parseFloat(getComputedStyle(each).fontSize)))")
    assert smallest >= 12


@pytest.mark.slow
def test_brushing_the_timeline_filters_the_map_and_the_table(look: Any) -> None:
    browser = look(1280)
    everything, all_circles = browser.execute_script(SHOWN), browser.execute_script(CIRCLES)
    drag(browser, "When it happened", 0.5, 0.98)
    fewer, circles = browser.execute_script(SHOWN), browser.execute_script(CIRCLES)
    assert 0 < circles < all_circles
    days = {int(re.search(r"(\d\d) Sep 2023", told)[1]) for told in fewer}  # type: ignore[index]
    assert len(everything) == 40 and days and min(days) >= 14, "only the chosen half of September is left"
    assert "lie in what you chose" in browser.execute_script("return document.getElementById('chosen').textContent")


@pytest.mark.slow
def test_brushing_the_map_filters_the_timeline_and_the_table(look: Any) -> None:
    browser = look(1280)
    bars = "return document.querySelectorAll('#chart .mark-rect path[aria-label*=\"when:\"]').length"
    before = browser.execute_script(bars)
    # Pristina lies in the lower half of the frame, Belgrade in the upper
    drag(browser, "Where", 0.02, 0.98, 0.55, 0.98)
    shown = browser.execute_script(SHOWN)
    assert shown and all("Pristina" in told for told in shown)
    assert 0 < browser.execute_script(bars) < before


@pytest.mark.slow
def test_days_are_the_same_wherever_the_reader_sits(look: Any) -> None:
    for zone in ("America/Los_Angeles", "Asia/Tokyo"):
        labels = look(1280, zone).execute_script("return [...document.querySelectorAll('#chart [aria-label*=\"when:\"]')].map(each => each.getAttribute('aria-label'))")
        assert any("01 September 2023" in told for told in labels) and not any("August" in told for told in labels)
