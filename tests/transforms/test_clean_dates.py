"""The article's day: every candidate with its basis, and none that nobody wrote."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.records import Article, Basis, Embed, Page, Precision, Span
from schemas.source import Source, SourceKind
from transforms.clean.cleaner import article_from_text, clean
from transforms.clean.dates import DateContext, choose, find_dates, is_bare_date, place_stamp, read_stamp, read_url

PAGE = Page("example", "https://news.example/a", "https://news.example/a", b"", datetime(2024, 6, 1, tzinfo=UTC))


@pytest.mark.parametrize(("text", "language", "expected"), [
    ("2021-05-03T14:20:00+02:00", "", date(2021, 5, 3)),
    ("20210503", "", date(2021, 5, 3)),
    ("Published 3 May 2021 at 2:20 pm", "en", date(2021, 5, 3)),
    ("May 3, 2021", "en", date(2021, 5, 3)),
    ("Sept. 3rd 2021", "en", date(2021, 9, 3)),
    ("Montag, 3. Mai 2021, 14:20 Uhr", "de", date(2021, 5, 3)),
    ("03.05.2021 14:20", "de", date(2021, 5, 3)),
    ("Publié le 3 mai 2021 à 14h20", "fr", date(2021, 5, 3)),
    ("3 de mayo de 2021", "es", date(2021, 5, 3)),
    ("3. listopada 2021.", "hr", date(2021, 10, 3)),
    ("3 listopada 2021", "pl", date(2021, 11, 3)),
    ("3. maj 2021.", "sr", date(2021, 5, 3)),
    ("3. мај 2021.", "sr", date(2021, 5, 3)),
    ("2021年5月3日 14時20分", "ja", date(2021, 5, 3)),
    ("2021년 5월 3일", "ko", date(2021, 5, 3)),
    ("23/05/2021", "", date(2021, 5, 23)),
    ("05/23/2021", "", date(2021, 5, 23)),
])
def test_a_written_date_is_read(text: str, language: str, expected: date) -> None:
    stamp = read_stamp(text, language)
    assert stamp is not None
    assert stamp.day == expected


@pytest.mark.parametrize("text", [
    "2021", "May 2021", "2021-02-31", "31.02.2021", "Feb 30, 2021", "2021-13-01", "03/05/2021", "0001-01-01", "Q1 2021",
    "9999-12-31", "9999-12-31T23:59:59-05:00", "31 December 9999",
    "12:30", "Published", "", "the 5th", "+381 11 2021 333", "2021 2021 2021",
])
def test_what_is_no_full_date_or_an_impossible_or_doubtful_one_is_nothing(text: str) -> None:
    assert read_stamp(text, "en") is None


def test_the_source_says_which_number_is_the_day() -> None:
    assert read_stamp("03/05/2021", day_first=True).day == date(2021, 5, 3)    # type: ignore[union-attr]
    assert read_stamp("03/05/2021", day_first=False).day == date(2021, 3, 5)   # type: ignore[union-attr]


def test_a_stamp_in_utc_is_brought_to_the_newspapers_own_day() -> None:
    stamp = read_stamp("2021-05-03T23:30:00Z")
    assert stamp is not None
    assert place_stamp(stamp, "Europe/Belgrade") == (date(2021, 5, 4), datetime(2021, 5, 3, 23, 30, tzinfo=UTC))
    assert place_stamp(stamp)[0] == date(2021, 5, 3)


def test_a_stamp_with_its_own_offset_keeps_its_day() -> None:
    stamp = read_stamp("2021-05-03T23:30:00-05:00")
    assert stamp is not None
    assert place_stamp(stamp, "Europe/Belgrade") == (date(2021, 5, 3), datetime(2021, 5, 4, 4, 30, tzinfo=UTC))


def test_a_url_names_a_day_or_a_month_or_nothing() -> None:
    assert [when.start for when in read_url("https://n.example/2021/05/03/bridge")] == [date(2021, 5, 3)]
    assert [when.start for when in read_url("https://n.example/world/20210503/1234567/bridge.html")] == [date(2021, 5, 3)]
    (month,) = read_url("https://n.example/2021/05/bridge")
    assert (month.start, month.end, month.precision) == (date(2021, 5, 1), date(2021, 6, 1), Precision.MONTH)
    assert not list(read_url("https://n.example/story/19991231999/x"))
    assert not list(read_url("https://n.example/2021/13/40/x"))
    assert not list(read_url("https://2021-05-03.example/x"))


def test_the_best_basis_wins_and_all_are_kept_in_order() -> None:
    page = replace(PAGE, listed_at=datetime(2021, 5, 4, 8, tzinfo=UTC), listed_basis=Basis.FEED, is_archived_copy=True)
    found = find_dates(
        DateContext(page, "en"), ["2021-05-03"], {"article:published_time": "2021-05-05"}, ["2021-05-06"], ["7 May 2021"],
        ["https://n.example/2021/05/08/a"], [Embed(Span(0, 1), "", date(2021, 5, 1))])
    assert [each.when.basis for each in found] == [
        Basis.JSON_LD, Basis.META, Basis.TIME_ELEMENT, Basis.FEED, Basis.URL, Basis.BYLINE, Basis.EMBED, Basis.ARCHIVE]
    assert choose(found).when.start == date(2021, 5, 3)


def test_a_day_is_better_than_a_month_of_a_better_basis() -> None:
    found = find_dates(DateContext(PAGE, "en"), (), {}, (), ["7 May 2021"], ["https://n.example/2021/05/a"], ())
    assert choose(found).when.basis is Basis.BYLINE


def test_a_date_after_the_fetch_is_no_candidate() -> None:
    assert not find_dates(DateContext(PAGE, "en"), ["2024-07-01"], {"date": "2038-01-19"}, (), (), (), ())


@pytest.mark.parametrize("told", ["9999-12-31", "9999-12-31T23:59:59-05:00", "0001-01-01T00:00:00+05:00"])
def test_an_impossible_year_costs_the_date_and_not_the_article(told: str) -> None:
    body = (f'<html><head><script type="application/ld+json">{{"@type":"NewsArticle","datePublished":"{told}","dateModified":"{told}"}}</script></head><body>'
            "<article><h1>Bridge closed</h1><p>The council of Altdorf voted on Monday to close the old bridge after engineers found cracks in two pillars.</p></article></body></html>")
    article = clean(replace(PAGE, body=body.encode()), Source("example", "Example", SourceKind.FOLDER, "/pages", "en", "US", "America/New_York"))
    assert isinstance(article, Article) and article.published.start is None


def test_an_archives_capture_bounds_but_dates_nothing() -> None:
    found = find_dates(DateContext(replace(PAGE, is_archived_copy=True)), (), {}, (), (), (), ())
    assert found[0].when.end == date(2024, 6, 2)
    assert choose(found).when.basis is Basis.NONE


def test_a_bare_date_is_a_date_and_little_else() -> None:
    assert is_bare_date("Monday 3 May 2021, 14:20 CET", "en")
    assert not is_bare_date("On 3 May 2021 the council voted to close the old bridge", "en")
    assert not is_bare_date("Comments (12)", "en")


def test_a_given_day_is_the_articles_day() -> None:
    article = article_from_text("The council met on 1 May 2021.", article_id="a", published=date(2021, 5, 3))
    assert (article.published.start, article.published.basis, article.published.is_day) == (date(2021, 5, 3), Basis.GIVEN, True)


def test_an_embedded_post_gives_an_interval_and_never_a_day() -> None:
    text = ("The office said that the bridge would stay closed until engineers had looked at each of its four pillars.\n\n"
            "Bridge closed. pic.twitter.com/abc123 — City of Altdorf (@altdorf) May 3, 2021\n\nDrivers take the ferry.")
    article = article_from_text(text, article_id="a")
    assert article.embeds[0].published == date(2021, 5, 3)
    assert (article.published.start, article.published.end) == (date(2021, 5, 3), date(2021, 5, 10))
    assert (article.published.basis, article.published.precision) == (Basis.EMBED, Precision.RANGE)


def test_a_history_does_not_date_itself() -> None:
    text = "The war ended on 9 June 1999. Two days later, on 12 June 1999, the first soldiers crossed the border at dawn."
    assert article_from_text(text, article_id="a").published.basis is Basis.NONE


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=300))
def test_any_string_gives_a_date_or_none_and_never_an_error(text: str) -> None:
    stamp = read_stamp(text)
    assert stamp is None or str(stamp.day.year) in "".join(text.split())
    list(read_url(text))
