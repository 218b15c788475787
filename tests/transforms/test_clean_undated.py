"""A page with every date taken out gets no day: what was invented would be stored as if it were known."""

from __future__ import annotations

import gzip
import json
import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from schemas.records import Article, Basis, Page, Precision
from schemas.source import Source, SourceKind
from transforms.clean.cleaner import article_from_text, clean
from transforms.clean.dates import Month
from transforms.lexicons.tables import read_table

GOLD = Path(__file__).parents[3] / "shared" / "eval" / "text" / "gold.jsonl"
SOURCE = Source("example", "Example", SourceKind.FOLDER, "/pages", "en", "GB", "Europe/London")
FETCHED = datetime(2026, 11, 1, tzinfo=UTC)

MONTHS = "|".join(sorted({re.escape(form) for row in read_table("clean/months", Month, key=("language", "number")) for form in row.forms},
                         key=len, reverse=True))
MACHINE = re.compile(r"<script\b[^>]*>.*?</script>|<meta\b[^>]*(?:date|time|publi|modif|issued|created)[^>]*>|<time\b[^>]*>"
                     r"|\b(?:datetime|content|data-[\w-]+)=[\"'][^\"']*\d{4}[^\"']*[\"']", re.IGNORECASE | re.DOTALL)
ADDRESS = re.compile(r"https?://[^\"'\s>]*")
FIGURES = re.compile(r"\d{4}[-./]\d{1,2}[-./]\d{1,2}[T ]?[\d:.+Z-]*|\d{1,2}[./-]\s?\d{1,2}[./-]\s?\d{2,4}|\d{4}.{0,3}[年년].{0,12}?[日일]"
                     r"|(?<!\d)1\d{9}(?:\d{3})?(?!\d)")
WRITTEN = re.compile(rf"\d{{1,2}}\S{{0,3}}\s*(?:de\s+|d[’'])?(?:{MONTHS})\b\.?,?\s*(?:del?\s+)?\d{{4}}"
                     rf"|\b(?:{MONTHS})\b\.?\s*\d{{1,2}}\S{{0,3}},?\s*\d{{4}}", re.IGNORECASE)
YEAR_OR_MONTH = re.compile(rf"(?<!\d)(?:19|20)\d\d(?!\d)|(?<!\w)(?:{MONTHS})(?!\w)", re.IGNORECASE)


def without_dates(markup: str, *, is_bare: bool) -> str:
    """The page without its written and machine-readable dates; `is_bare` takes single years and months out too."""
    markup = ADDRESS.sub(lambda found: re.sub(r"\d", "0", found.group()), MACHINE.sub(" ", markup))
    markup = WRITTEN.sub(" ", FIGURES.sub(" ", markup))
    return YEAR_OR_MONTH.sub(" ", markup) if is_bare else markup


def article_of(markup: str, url: str) -> Article | None:
    article = clean(Page("example", url, url, markup.encode(), FETCHED), SOURCE)
    return article if isinstance(article, Article) else None


@pytest.mark.slow
@pytest.mark.parametrize("is_bare", [False, True])
def test_no_real_page_stripped_of_its_dates_gets_a_day(is_bare: bool) -> None:
    if not GOLD.exists():
        pytest.skip("needs ../shared/eval/text/gold.jsonl")
    invented = {}
    for row in [json.loads(line) for line in GOLD.read_text(encoding="utf-8").splitlines()][3 * is_bare::6]:
        markup = gzip.decompress((GOLD.parent / row["file"]).read_bytes()).decode("utf-8", "replace")
        article = article_of(without_dates(markup, is_bare=is_bare), re.sub(r"\d", "0", row["url"]))
        if article is not None and (article.published.start is not None or article.published.end is not None):
            invented[row["file"]] = article.published
    assert invented == {}


STORY = {
    "en": ("Police closed the harbour on Sunday after a fire that had burned since Friday night.", "Read more in issue 12/2023."),
    "de": ("Die Polizei sperrte am Sonntag den Hafen, nachdem seit Freitagabend ein Feuer gebrannt hatte.", "Seit 1987 für Sie da."),
    "fr": ("La police a fermé le port dimanche après un incendie qui brûlait depuis vendredi soir.", "Le magazine no 7/2021."),
    "es": ("La policía cerró el puerto el domingo tras un incendio que ardía desde la noche del viernes.", "Edición 2022."),
    "sr": ("Policija je u nedelju zatvorila luku posle požara koji je goreo od petka uveče.", "Od 1904. sa vama."),
}


@pytest.mark.parametrize("language", STORY)
def test_weekdays_years_of_founding_and_numbers_of_issues_are_no_day(language: str) -> None:
    told, furniture = STORY[language]
    body = "".join(f"<p>{told} {number}.</p>" for number in ("12", "1.250", "20:15", "7 x 4"))
    article = article_of(
        f'<html lang="{language}"><head><title>{told[:40]}</title></head><body><article><h1>{told[:40]}</h1>{body}</article>'
        f"<footer>© 2024 {furniture} Tel. 011 2345 678</footer></body></html>", "https://news.example/port/fire")
    assert article is not None
    assert (article.published.start, article.published.end) == (None, None)


def test_a_text_that_names_its_own_days_gets_an_interval_and_never_a_day() -> None:
    body = ("<p>The harbour was closed on 4 March 2021 after a fire, police said on Friday.</p><p>The fire had begun on 3 March 2021 "
            "in a hall for paint, and burned all night.</p><p>Nobody was hurt, the mayor told reporters yesterday.</p>")
    article = article_of(f'<html lang="en"><head><title>Fire</title></head><body><article><h1>Fire in the harbour</h1>{body}</article>'
                         "</body></html>", "https://news.example/port/fire")
    assert article is not None
    assert article.published.precision is not Precision.DAY
    assert article.published.start == date(2021, 3, 4)


@pytest.mark.parametrize(("told", "start", "end"), [
    # a caption writes the year, the report says "Nov. 2": news of that week
    ("Officers on parade. Nov. 2, 2016 (Agency)\nThe mayor resigned after the Nov. 2 march, and on Friday her deputy took over.",
     date(2016, 11, 2), date(2016, 11, 9)),
    ("Officers on parade. Jan. 3, 2017 (Agency)\nThe mayor resigned on Dec. 30, and on Friday her deputy took over.",
     date(2017, 1, 3), date(2017, 1, 10)),
    # far from the day with a year, or no news at all: no estimate
    ("The law was signed on Nov. 2, 2016.\nThe mayor resigned after the March 2 riot, and on Friday her deputy took over.", None, None),
    ("The law was signed on Nov. 2, 2016, two years after the Nov. 2 riot.", None, None),
])
def test_a_day_without_a_year_tells_that_the_dated_one_near_it_is_news(told: str, start: date | None, end: date | None) -> None:
    published = article_from_text(told, article_id="a").published
    assert (published.start, published.end) == (start, end)
    assert start is None or (published.basis, published.precision) == (Basis.INSIDE, Precision.RANGE)
