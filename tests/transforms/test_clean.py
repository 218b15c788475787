"""Page to article: what the whole of cleaning must do, on pages written for it."""

from __future__ import annotations

import gzip
import html as markup
import json
import time
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from schemas.records import CONTENT_KINDS, Article, Basis, BlockKind, Page, Reason, Reject
from schemas.source import Source, SourceKind
from transforms.clean.cleaner import article_from_text, body_text, clean, detect_language
from transforms.clean.dates import is_day_first
from transforms.clean.duplicates import Sketched, find_duplicates, signature, similarity
from transforms.clean.memory import EMPTY_MEMORY, learn
from transforms.clean.page import find_encoding

SHARED = Path(__file__).parents[3] / "shared"
SOURCE = Source("example", "Example", SourceKind.FOLDER, "/pages", "en", "GB", "Europe/London")

PARAGRAPHS = (
    "The council of Altdorf voted on Monday to close the old bridge after engineers found cracks in two of its pillars.",
    "Drivers were told to take the ferry, which will run every twenty minutes from six in the morning until midnight.",
    "“We had no other choice,” said the mayor, Anna Berg, who had promised last year that the bridge would stay open.",
    "The repairs are expected to cost four million and to last until the spring, the office of works said in a note.",
    "Shopkeepers on the left bank fear for their trade and asked the government for help in an open letter on Tuesday.",
)


def page(body: str | bytes, url: str = "https://news.example/altdorf/bridge", **changes: object) -> Page:
    raw = body if isinstance(body, bytes) else body.encode()
    return replace(Page("example", url, url, raw, datetime(2024, 6, 1, tzinfo=UTC)), **changes)  # type: ignore[arg-type]


def document(content: str = "", head: str = "", title: str = "Altdorf closes its bridge") -> str:
    body = content or "".join(f"<p>{each}</p>" for each in PARAGRAPHS)
    return f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title} | Example Herald</title>{head}</head><body>
    <nav><a href="/">Home</a> <a href="/w">World</a></nav><article><h1>{title}</h1>{body}</article>
    <aside class="related"><h3>Most read</h3><a href="/1">Ten walks for a rainy day in the hills</a></aside>
    <footer>© 2024 Example Herald. All rights reserved.</footer></body></html>"""


def cleaned(body: str | bytes, **changes: object) -> Article:
    article = clean(page(body, **changes), SOURCE)
    assert isinstance(article, Article), article
    return article


def refused(body: str | bytes, **changes: object) -> Reject:
    reject = clean(page(body, **changes), SOURCE)
    assert isinstance(reject, Reject), reject
    return reject


def test_the_paragraphs_are_the_text_and_the_rest_is_not() -> None:
    article = cleaned(document())
    assert body_text(article).split("\n") == list(PARAGRAPHS)
    assert article.title == "Altdorf closes its bridge"
    assert article.language == "en"


def test_blocks_have_the_offsets_of_the_text() -> None:
    article = cleaned(document())
    assert article.blocks[0].kind is BlockKind.TITLE
    assert article.span_text(article.blocks[0]) == article.title
    spans = [block.span for block in article.blocks]
    assert all(first.end <= second.start for first, second in pairwise(spans))


def test_cleaning_is_the_same_every_time() -> None:
    assert cleaned(document()) == cleaned(document())


def test_furniture_between_paragraphs_is_kept_and_typed() -> None:
    content = ("<p class='standfirst'>Cracks were found in two pillars, and nobody knows who will pay for the works.</p>"
               f"<p>{PARAGRAPHS[0]}</p><figure><img src='a.jpg'><figcaption>The bridge on Sunday. Photo: Jane Doe</figcaption></figure>"
               f"<p>{PARAGRAPHS[1]}</p><div class='newsletter-signup'><p>Sign up for our morning newsletter</p></div>"
               f"<h2>What happens next</h2><p>{PARAGRAPHS[2]}</p>"
               "<blockquote class='twitter-tweet'><p>Bridge closed until further notice.</p>— City of Altdorf (@altdorf) "
               "<a href='https://twitter.com/altdorf/1'>May 3, 2024</a></blockquote>"
               f"<p>{PARAGRAPHS[3]}</p><p>READ MORE: Ferry firm orders two new ships</p><p>{PARAGRAPHS[4]}</p>")
    article = cleaned(document(content))
    kinds = {article.span_text(block): block.kind for block in article.blocks}
    assert kinds["The bridge on Sunday. Photo: Jane Doe"] is BlockKind.CAPTION
    assert kinds["Sign up for our morning newsletter"] is BlockKind.SUBSCRIBE
    assert kinds["READ MORE: Ferry firm orders two new ships"] is BlockKind.TEASER
    assert kinds["What happens next"] is BlockKind.SUBHEAD
    assert kinds["Cracks were found in two pillars, and nobody knows who will pay for the works."] is BlockKind.LEAD
    assert [text for text, kind in kinds.items() if kind is BlockKind.BODY] == list(PARAGRAPHS)
    assert article.embeds[0].published == date(2024, 5, 3)
    assert "altdorf" in article.embeds[0].author


def test_a_date_has_the_basis_it_was_read_from() -> None:
    ld = '<script type="application/ld+json">{"@type":"NewsArticle","headline":"x y","datePublished":"2024-05-03T09:00:00+01:00"}</script>'
    cases = {
        Basis.JSON_LD: document(head=ld),
        Basis.META: document(head='<meta property="article:published_time" content="2024-05-03T09:00:00+01:00">'),
        Basis.TIME_ELEMENT: document("<time datetime='2024-05-03T09:00'>Friday</time>" + "".join(f"<p>{p}</p>" for p in PARAGRAPHS)),
        Basis.BYLINE: document("<div>Published 3 May 2024, 09:00</div>" + "".join(f"<p>{p}</p>" for p in PARAGRAPHS)),
    }
    for basis, body in cases.items():
        published = cleaned(body).published
        assert (published.basis, published.start) == (basis, date(2024, 5, 3))
    listed = cleaned(document(), listed_at=datetime(2024, 5, 3, 9, tzinfo=UTC), listed_basis=Basis.SITEMAP)
    assert listed.published.basis is Basis.SITEMAP
    assert cleaned(document(), url="https://news.example/2024/05/03/bridge").published.basis is Basis.URL


def test_a_page_without_a_date_gets_none() -> None:
    years = "<p>Founded in 2003, the firm built 2,024 houses in 1999 and says that by 2030 it will have built two thousand more.</p>"
    article = cleaned(document("".join(f"<p>{each}</p>" for each in PARAGRAPHS) + years + "<p>Altdorf, 2024</p>"))
    assert article.published.start is None
    assert article.published.basis is Basis.NONE


def test_the_head_tells_authors_site_address_and_paywall() -> None:
    head = """<link rel="canonical" href="/altdorf/bridge?id=7"><meta property="og:site_name" content="Example Herald">
    <script type="application/ld+json">{"@graph":[{"@type":"WebSite"},{"@type":["NewsArticle"],"headline":"Altdorf closes its bridge",
    "author":[{"@type":"Person","name":"Jane Roe"},{"name":"Max Muster"}],"isAccessibleForFree":"False",
    "url":"https://news.example/altdorf/bridge"}]}</script>"""
    article = cleaned(document(head=head))
    assert article.authors == ("Jane Roe", "Max Muster")
    assert article.site_name == "Example Herald"
    assert article.canonical_url == "https://news.example/altdorf/bridge?id=7"
    assert article.is_paywalled


@pytest.mark.parametrize(("served_at", "told", "is_taken"), [
    ("https://news.example/a?utm=1", "https://news.example/a", True),
    ("https://www.news.example/a", "http://news.example/a", True),
    ("https://m.news.example/a", "https://www.news.example/a", True),
    ("https://amp.news.example/a", "https://news.example/a", True),
    ("https://news.example/a/amp", "https://news.example/a", True),
    ("https://edition.news.example/a", "https://www.news.example/a", True),
    ("https://www.news.example/a", "https://world.news.example/a", True),
    ("file://archive/a.html", "https://news.example/a", True),
    ("https://evil.example/x", "https://news.example/a", False),
    ("https://news.example.evil.example/x", "https://news.example/a", False),
    ("https://evilnews.example/x", "https://news.example/a", False),
    ("https://evil.blogs.example/x", "https://good.blogs.example/a", False),
    ("https://news.example/a", "https://news.example/", False),
])
@pytest.mark.parametrize("link", ['<link rel="canonical" href="{}">', '<meta property="og:url" content="{}">'], ids=["link", "meta"])
def test_a_page_has_the_address_it_gives_itself_but_never_one_of_another_site(served_at: str, told: str, is_taken: bool, link: str) -> None:
    article = cleaned(document(head=link.format(told)), url=served_at, final_url=served_at)
    assert article.canonical_url == (told if is_taken else served_at)
    # the site that answered counts, not the one that was asked
    moved = cleaned(document(head=link.format(told)), url="https://old.example/1", final_url=served_at)
    assert moved.article_id == article.article_id


def test_a_copy_that_names_its_original_elsewhere_may_still_name_itself() -> None:
    head = '<link rel="canonical" href="https://agency.example/1"><meta property="og:url" content="https://news.example/copy">'
    assert cleaned(document(head=head)).canonical_url == "https://news.example/copy"


def test_a_changed_article_is_a_new_version_of_the_same_one() -> None:
    first, second = cleaned(document()), cleaned(document().replace("four million", "five million"))
    assert first.article_id == second.article_id
    assert first.version != second.version


@pytest.mark.parametrize(("body", "reason"), [
    (b"", Reason.EMPTY_PAGE), (b" \n\t ", Reason.EMPTY_PAGE), (b"%PDF-1.7 ...", Reason.NOT_TEXT),
    (b"\x89PNG\r\n\x1a\n...", Reason.NOT_TEXT), (b"PK\x03\x04...", Reason.NOT_TEXT), (gzip.compress(b"x", mtime=0), Reason.NOT_TEXT),
    (bytes(range(256)) * 40, Reason.NOT_TEXT), (b"<html><body><p>Hello.</p></body></html>", Reason.NO_BODY),
    (b"<html><body><script>var a = 1;</script></body></html>", Reason.NO_BODY),
])
def test_what_is_no_article_is_refused_with_its_reason(body: bytes, reason: Reason) -> None:
    assert refused(body).reason is reason


def test_a_front_page_is_an_index() -> None:
    links = "".join(f"<h2><a href='/{n}'>Council votes number {n} on the closing of the bridge</a></h2>" for n in range(30))
    assert refused(f"<html><body><main>{links}</main></body></html>", url="https://news.example/").reason is Reason.INDEX_PAGE


@pytest.mark.parametrize("opening", ["<!-- --> " * 400, "<!--" * 2000, "<p " * 20_000, "<?x " * 2000, '<meta "' * 9000, "<" * 50_000])
def test_no_opening_of_a_page_takes_long(opening: str) -> None:
    started = time.process_time()
    clean(page(opening), SOURCE)
    clean(page(opening + document()), SOURCE)
    assert time.process_time() - started < 5


PROSE = "The ministers of both countries met in the capital on day {} and agreed to open a new crossing at the border next year."


@pytest.mark.parametrize("head", [
    f'<script type="application/ld+json">[{"{}," * 150_000}{{}}]</script>',
    f'<meta property="og:site_name" content="Herald"><meta property="og:title" content="{"a | " * 15_000}">',
    '<script>"' + '\\"' * 40_000 + "</script>",
    f"{'<div>' * 1000}{'<time>2020</time>' * 10_000}{'</div>' * 1000}",
], ids=["JSON-LD", "title", "script", "times"])
def test_no_head_of_a_page_takes_long(head: str) -> None:
    started = time.process_time()
    clean(page(f"<html><head>{head}</head><body><p>x</p></body></html>"), SOURCE)
    assert time.process_time() - started < 3


@pytest.mark.parametrize("lines", [
    [*[PROSE.format(0)] * 4, *["Subscribe now to continue reading"] * 8000],
    [*[PROSE.format(0)] * 4, *["Subscribe now to continue reading", "Five dead in a storm on the coast"] * 4000, PROSE.format(1)],
    [line for number in range(4000) for line in (PROSE.format(number), f"We will never give up number {number} today friend.")],
], ids=["calls", "headlines", "quotations"])
def test_no_text_of_thousands_of_lines_takes_long(lines: list[str]) -> None:
    started = time.process_time()
    assert len(article_from_text("\n".join(lines), article_id="x", language="en").blocks) == len(lines)
    assert time.process_time() - started < 4


def test_a_feed_and_data_are_no_articles() -> None:
    feed = "<?xml version='1.0'?>\n<!-- news --><rss version='2.0'><channel><title>News</title></channel></rss>"
    assert refused(feed).reason is Reason.INDEX_PAGE
    data = json.dumps({"text": " ".join(PARAGRAPHS)})
    assert refused(data, headers=(("Content-Type", "application/json"),)).reason is Reason.NOT_TEXT


def test_a_consent_page_is_no_article() -> None:
    body = ("<html><head><title>Before you continue</title></head><body><h1>Before you continue</h1><p>We and our partners use "
            "cookies and process personal data to measure audiences and to show advertisements that fit you.</p>"
            "<p>With your consent we store information on your device. You may withdraw consent in the privacy settings.</p></body></html>")
    assert refused(body).reason in (Reason.CONSENT_PAGE, Reason.NO_BODY)


def test_a_deep_a_long_and_a_bloated_page_are_read() -> None:
    paragraphs = "".join(f"<p>{each}</p>" for each in PARAGRAPHS)
    for body in ("<div>" * 300 + paragraphs + "</div>" * 300, "<b>" * 20_000 + paragraphs,
                 "<!--" + "x" * 11_000_000 + "-->" + paragraphs, f"<p {'a=1 ' * 30_000}>x</p>" + paragraphs):
        started = time.process_time()
        assert PARAGRAPHS[3] in cleaned(document(body)).text
        assert time.process_time() - started < 10


def test_an_article_that_scripts_would_draw_is_found_in_them() -> None:
    state = json.dumps({"state": json.dumps({"article": {"body": "".join(f"<p>{each}</p>" for each in PARAGRAPHS)}})})
    body = f"<html><head><title>Altdorf closes its bridge</title></head><body><div id=root></div><script>self.__f={state}</script></body></html>"
    assert body_text(cleaned(body)).split("\n") == list(PARAGRAPHS)


def test_encoding_is_found_by_the_rules_of_html() -> None:
    assert find_encoding(b"\xef\xbb\xbf<meta charset=iso-8859-2>") == "utf-8"
    assert find_encoding(b"<meta charset=iso-8859-2>", "text/html; charset=windows-1251") == "cp1251"
    assert find_encoding(b"<!-- <meta charset=utf-8> --><meta http-equiv=content-type content='text/html; charset=koi8-r'>") == "koi8-r"
    assert find_encoding(b"<meta charset=utf-16>") == "utf-8"
    text = document().replace("Anna Berg", "Ана Берг").replace('charset="utf-8"', 'charset="windows-1251"')
    text = text.translate({ord(quote): '"' for quote in "“”"}).replace("©", "c")
    assert "Ана Берг" in cleaned(text.encode("cp1251")).text


def test_control_characters_and_halves_of_pairs_are_gone_and_all_else_stays() -> None:
    strange = "\u202e right to left \u200b, emoji 👩‍🚀, zalgo Ḧ̸̡, non\u00a0break, <b>&amp;"
    article = cleaned(document("".join(f"<p>{each}</p>" for each in PARAGRAPHS[:3]) + f"<p>{markup.escape(strange)}</p>"
                               f"<p>{PARAGRAPHS[3]}\x00\x08</p><p>{PARAGRAPHS[4]}</p>"))
    assert strange.strip() in article.text
    assert "\x00" not in article.text and "\x08" not in article.text
    assert PARAGRAPHS[2] in cleaned(document().encode().replace(b"Altdorf", b"Alt\xed\xa0\x80dorf")).text


def test_plain_text_is_cleaned_by_its_lines() -> None:
    text = "Altdorf closes its bridge\n\nPublished 3 May 2024\n\n" + "\n\n".join(PARAGRAPHS) + "\n\nSign up for our newsletter\n"
    article = cleaned(text, url="folder/bridge.txt")
    assert article.title == "Altdorf closes its bridge"
    assert article.published.start == date(2024, 5, 3)
    assert body_text(article).split("\n") == list(PARAGRAPHS)


def test_a_text_that_is_handed_over_is_kept_to_the_letter() -> None:
    text = "\n  Altdorf closes\u00a0its bridge\r\n\n" + PARAGRAPHS[0] + "  \n"
    article = article_from_text(text, article_id="x")
    assert article.text == text


def test_lines_that_recur_on_a_site_are_furniture() -> None:
    slogan = "The Herald of the hills has told the truth to its readers since the winter of the great snow"
    bodies = [document("".join(f"<p>{each.replace('Altdorf', name).replace('bridge', name)}</p>" for each in PARAGRAPHS)
                       + f"<p>{slogan}</p><p>{name} is calm tonight, the police of the district said on Wednesday evening.</p>", title=f"News of {name}")
              for name in ("Olmen", "Nordvik", "Sankt Veit", "Lauter")]
    articles = [cleaned(body, url=f"https://news.example/{number}") for number, body in enumerate(bodies)]
    assert slogan in body_text(articles[3])
    memory = learn(EMPTY_MEMORY, articles[:3])
    fourth = clean(page(bodies[3], url="https://news.example/3"), SOURCE, memory)
    assert isinstance(fourth, Article)
    assert slogan in fourth.text
    assert slogan not in body_text(fourth)
    assert learn(memory, articles[:3]) == memory


def test_an_article_seen_again_teaches_nothing() -> None:
    article = cleaned(document())
    memory = learn(EMPTY_MEMORY, [article, article, article, article])
    again = clean(page(document()), SOURCE, memory)
    assert isinstance(again, Article)
    assert body_text(again) == body_text(article)


def test_copies_of_one_text_are_found_and_others_are_not() -> None:
    original = " ".join(PARAGRAPHS)
    shortened = "ALTDORF (Example Press) - " + " ".join(PARAGRAPHS[:4]) + " Reporting by Jane Roe."
    other = ("A court in the capital freed the leader of the opposition on Friday, two years after her arrest at the airport, and "
             "hundreds of people danced in the street while the prosecutor told the press that he would appeal within a week.")
    texts = {"a": original, "b": other, "c": shortened, "d": original}
    items = [Sketched(name, signature(text), date(2024, 3, 4), date(2024, 3, 5)) for name, text in texts.items()]
    assert find_duplicates(items, threshold=0.5) == {"c": "a", "d": "a"}
    assert similarity(items[0].sketch, items[3].sketch) == 1.0
    assert len(items[0].sketch) == 512
    assert signature("too short") == b""
    # told again after more than a week it is another report, of which there may be copies
    later = [replace(item, article_id=item.article_id + "2", start=date(2024, 3, 12), end=date(2024, 3, 13)) for item in items]
    assert find_duplicates([*items, *later], threshold=0.5) == {"c": "a", "d": "a", "c2": "a2", "d2": "a2"}
    unsure = replace(items[0], article_id="e", start=date(2024, 3, 5), end=date(2024, 4, 1))
    assert find_duplicates([*items, *later, unsure])["e"] in ("a", "a2")


def test_without_consensus_the_text_is_still_the_articles() -> None:
    article = clean(page(document()), SOURCE, consensus=False)
    assert isinstance(article, Article)
    assert body_text(article).split("\n") == list(PARAGRAPHS)


@pytest.mark.slow
def test_text_and_dates_of_real_pages_are_above_the_floors() -> None:
    gold = SHARED / "eval" / "text" / "gold.jsonl"
    if not gold.exists():
        pytest.skip("needs ../shared/eval/text/gold.jsonl")
    rows = [json.loads(line) for line in gold.read_text(encoding="utf-8").splitlines()][::6]
    right = wrong = 0
    precisions, recalls = [], []
    for row in rows:
        body = gzip.decompress((gold.parent / row["file"]).read_bytes())
        article = clean(page(body, url=row["url"], fetched_at=datetime(2026, 11, 1, tzinfo=UTC)), SOURCE)
        assert isinstance(article, Article), row["file"]
        if article.published.is_day:
            right += str(article.published.start) == row["date"]
            wrong += str(article.published.start) != row["date"]
        ours, theirs = Counter(body_text(article).split()), Counter(row["text"].split())
        common = sum((ours & theirs).values())
        precisions.append(common / max(1, sum(ours.values())))
        recalls.append(common / sum(theirs.values()))
    assert right >= 0.96 * len(rows)
    assert wrong <= 0.02 * len(rows)
    assert sum(precisions) / len(rows) > 0.95
    assert sum(recalls) / len(rows) > 0.96


def test_every_kind_of_content_is_a_block_kind() -> None:
    assert {BlockKind.TITLE, BlockKind.LEAD, BlockKind.BODY, BlockKind.SUBHEAD} == CONTENT_KINDS


@pytest.mark.parametrize(("text", "language"), [
    ("Somali pirates seized a Greek ship off Kenya on Monday.", "en"),
    ("The Kenyan president met the Italian ambassador to Nairobi on Monday.", "en"),
    ("Zimbabwe confiscated land from white farmers.", "en"),
    ("Der Minister reiste am Sonntag nach Wien.", "de"),
    ("Le ministre est parti lundi pour Alger.", "fr"),
    ("El ministro viajó el lunes a Lima.", "es"),
    ("Ministar je otputovao u Beograd u ponedeljak.", "sr"),
    ("Goment for Nigeria don tok say dem go arrest anybody wey dey waka for night, na so police oga tell tori pipo.", "pcm"),
])
def test_a_single_sentence_is_in_the_language_it_is_in(text: str, language: str) -> None:
    neighbours = {"sr": ("sr", "hr", "bs")}        # one language to a machine
    assert detect_language(text) in neighbours.get(language, (language,))


def _dated(before: str = "", meta: str = "", head: str = "", lang: str = "en", lead: str = "", after: str = "") -> Article:
    body = "".join(f"<p>{each}</p>" for each in PARAGRAPHS)
    return cleaned(f"""<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>Altdorf closes its bridge</title>{head}</head><body>
        {before}<main><article><header><h1>Altdorf closes its bridge</h1>{meta}</header><p>{lead}</p>{body}{after}</article></main></body></html>""",
        fetched_at=datetime(2026, 1, 1, tzinfo=UTC))


def _json_ld(**fields: str) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", "headline": "Altdorf closes its bridge", **fields})}</script>'


@pytest.mark.parametrize(("page", "day"), [
    # the dates of other articles' cards are not this one's
    ({"before": '<div><div><a href="/1"><h3>A walk in the hills</h3></a><div><time datetime="2023-09-17">17 September 2023</time></div></div></div>',
      "meta": "<p>Published: 3 hours ago</p>"}, None),
    ({"meta": '<div><a href="/jane">Jane Roe</a> <time datetime="2023-09-17">17 September 2023</time></div>'}, date(2023, 9, 17)),
    # two headings with a date each are a list, one may be the article's own; comments and links have dates of their own
    ({"before": "".join(f'<div><h3>A walk number {n}</h3><time datetime="2023-10-0{n}">{n} October 2023</time></div>' for n in (3, 4))}, None),
    ({"meta": '<a href="https://news.example/altdorf/bridge" rel="bookmark"><time class="entry-date" datetime="2015-03-03">March 3, 2015</time></a>'},
     date(2015, 3, 3)),
    ({"meta": '<a href="http://[x"><time datetime="2015-03-03">March 3, 2015</time></a>'}, None),
    ({"meta": '<a href="/other"><time datetime="2015-03-03">March 3, 2015</time></a>'}, None),
    ({"after": '<div class="comments"><b>Ann</b> <time datetime="2021-11-04">4 Nov 2021</time></div>'}, None),
    ({"before": '<header><div class="date-strip">Tuesday, 14 January 2025</div><a href="/">News</a></header>'}, None),
    ({"meta": "<dl><dt>Published</dt><dd>14 December 2018</dd><dt>Last updated</dt><dd>4 January 2019</dd></dl>"}, date(2018, 12, 14)),
    ({"meta": "<dl><dt>First published</dt><dd>14 December 2018</dd></dl>"}, date(2018, 12, 14)),
    ({"after": "<p>Public library of Altdorf reopens 3 May 2021 after works.</p>"}, None),
    ({"meta": '<div>Giriş Tarihi: 23.10.2011 19:52 Güncelleme Tarihi: 24.10.2011 08:15</div>'}, date(2011, 10, 23)),
    # what a machine writes that knows no date
    ({"head": _json_ld(datePublished="1970-01-01T00:00:00Z"), "meta": '<p class="byline">By Jane Roe, 24 November 2017</p>'}, date(2017, 11, 24)),
    ({"head": _json_ld(datePublished="1970-01-01")}, None),
    # a stamp in UTC against the newspaper's calendar; a new make of the site against the byline
    ({"head": _json_ld(datePublished="2020-01-01T02:15:00Z"), "meta": '<p class="byline">By Jane Roe, December 31, 2019</p>'}, date(2019, 12, 31)),
    ({"head": _json_ld(datePublished="2023-08-01T03:00:01Z", dateModified="2023-08-01T03:00:01Z"),
      "meta": '<p class="byline">By Jane Roe, October 14, 2009</p>'}, date(2009, 10, 14)),
    ({"head": _json_ld(datePublished="2023-08-01T03:00:01Z", dateModified="2023-08-05T03:00:01Z"),
      "meta": '<p class="byline">By Jane Roe, October 14, 2009</p>'}, date(2023, 8, 1)),
    # updated before first published
    ({"meta": '<p class="byline">Updated 14 February 2022 · First published 9 February 2022</p>'}, date(2022, 2, 9)),
    # figures, by the page's own language
    ({"meta": '<p class="byline">By Jane Roe 03/06/2018</p>', "lang": "en-US"}, date(2018, 3, 6)),
    ({"meta": '<p class="byline">By Jane Roe 03/06/2018</p>', "lang": "en-GB"}, date(2018, 6, 3)),
    ({"meta": '<p class="byline">By Jane Roe 03/06/2018</p>'}, None),
    # a dateline with its year
    ({"lead": "ALTDORF, Uri, April 12, 2016 /Alpwire/ -- The council of Altdorf said today that it would close the old bridge for two years."},
     date(2016, 4, 12)),
    ({"lead": "Altdorf, July 6, 2022 (ANA) The council of Altdorf has said that it would close the old bridge for the next two years."},
     date(2022, 7, 6)),
])
def test_the_article_has_its_own_date_and_not_that_of_others(page: dict[str, str], day: date | None) -> None:
    published = _dated(**page).published
    assert (published.start if published.is_day else None) == day


@pytest.mark.parametrize(("locale", "host", "expected"), [
    ("en-US", "n.example", False), ("en-GB", "n.example", True), ("en", "news.co.uk", True), ("en", "n.example", None),
    ("fr", "n.example", True), ("es_MX", "n.example", True), ("es-US", "n.example", False), ("ja", "n.jp", None), ("", "n.example", None),
])
def test_who_writes_the_day_first(locale: str, host: str, expected: bool | None) -> None:
    assert is_day_first(locale, host) is expected
