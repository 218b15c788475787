"""Plain text: only lines and runs of lines tell the article from the page it was scraped from."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path

import pytest

from schemas.records import CONTENT_KINDS, BlockKind
from transforms.clean.blocks import Phrase, find_phrase, split_paragraphs, type_blocks
from transforms.clean.extract import Mark, read_marks
from transforms.lexicons.tables import read_table

SHARED = Path(__file__).parents[3] / "shared"

SCRAPE = """Skip to main content
Sign in
The Lakeside Courier
News
Sport
Harbour workers walk out over pay in third strike this month
Union says talks with the port authority collapsed overnight
By Martha Oduya and Peter Lindqvist
Published 4 March 2021, 09:12 GMT
Share
Tweet
Workers at the harbour of Nordvik stopped unloading ships on Thursday after the port authority withdrew its offer of a rise.
Lorries were queueing for four kilometres outside the gates by noon, and police closed one lane of the coastal road.
Advertisement
"We were promised a fair deal in January," said Olav Berg, who leads the dockers' union. "What we got was a letter."
READ MORE: Ferry firm cancels all sailings until Sunday
The port authority said that it would ask a court to stop the strike. It had won such an order two years before that.
Image: Lorries wait outside the terminal. Photo: Jane Doe/Courier
What happens next
A judge is expected to hear the case on Friday. Shops in the north have warned of empty shelves by the weekend.
Sign up for Courier Morning, our daily email with the stories you need to know.
Enter your email address
By signing up you agree to our terms
The prime minister, Karin Holm, called on both sides to return to the table.
Most read
Minister resigns over flat
Why the bridge is closed again
© 2021 The Lakeside Courier. All rights reserved.
Cookie settings
"""

WALLED = """Ice breaks early on the northern rivers

The ice on three rivers of the north broke on Sunday, two weeks earlier than in any year since records began, the weather office said.

Villagers at Olmen moved their boats on Saturday night when they heard the first cracks, and nobody was hurt, the mayor told reporters.

Roads on both banks were under water on Monday, and the army brought bread and fuel to forty houses that had been cut off since dawn.

You have used all your free articles this month.

Start your 14-day free trial to keep reading.

The stories that shape the week, told by those who were there.

The minister who never wanted the job

Ten years in office have made Paul Arden the country's best known politician. Now he tells why he wants to leave.

Paul Arden*

LISBON — The office looks over the river, and on the desk of the minister there lies a single letter, the one he wrote in January 2019.

He had been in government for ten years when the prime minister fell, and he was asked to stay for two more, which he did not want.
"""


def kinds_of(text: str, language: str = "en") -> dict[str, BlockKind]:
    return {block.span.of(text): block.kind for block in type_blocks(text, language)}


def test_blocks_cover_all_that_is_not_blank_and_do_not_overlap() -> None:
    for text in (SCRAPE, WALLED, "one line", "", "\n\n \n", "a\n\nb\n"):
        blocks = type_blocks(text)
        covered = "".join(block.span.of(text) for block in blocks)
        assert re.sub(r"\s", "", covered) == re.sub(r"\s", "", text)
        assert all(first.span.end <= second.span.start for first, second in pairwise(blocks))


def test_menus_calls_and_teasers_of_a_scrape_are_no_content() -> None:
    kinds = kinds_of(SCRAPE)
    assert kinds["Sign in"] is BlockKind.SUBSCRIBE
    assert kinds["The Lakeside Courier"] is BlockKind.NAVIGATION
    assert kinds["READ MORE: Ferry firm cancels all sailings until Sunday"] is BlockKind.TEASER
    assert kinds["Minister resigns over flat"] is BlockKind.TEASER
    assert kinds["Image: Lorries wait outside the terminal. Photo: Jane Doe/Courier"] is BlockKind.CAPTION
    assert kinds["Published 4 March 2021, 09:12 GMT"] is BlockKind.BYLINE
    assert kinds["By Martha Oduya and Peter Lindqvist"] is BlockKind.BYLINE


def test_title_standfirst_subhead_and_every_paragraph_of_a_scrape_are_content() -> None:
    kinds = kinds_of(SCRAPE)
    assert kinds["Harbour workers walk out over pay in third strike this month"] is BlockKind.TITLE
    assert kinds["Union says talks with the port authority collapsed overnight"] is BlockKind.LEAD
    assert kinds["What happens next"] is BlockKind.SUBHEAD
    assert sum(kind is BlockKind.BODY for kind in kinds.values()) == 6
    # a paragraph between a newsletter's form and the list of headlines is still the article
    assert kinds["The prime minister, Karin Holm, called on both sides to return to the table."] is BlockKind.BODY


def test_what_follows_a_paywall_with_a_head_of_its_own_is_another_article() -> None:
    kinds = kinds_of(WALLED)
    assert kinds["The minister who never wanted the job"] is BlockKind.TEASER
    assert kinds["The stories that shape the week, told by those who were there."] is BlockKind.PAYWALL
    assert all(kind not in CONTENT_KINDS for text, kind in kinds.items() if "2019" in text or "prime minister fell" in text)
    assert sum(kind in (BlockKind.LEAD, BlockKind.BODY) for kind in kinds.values()) == 3


def test_a_paywall_in_the_middle_does_not_end_an_article_that_goes_on() -> None:
    text = WALLED.split("The stories that shape")[0] + (
        "The weather office expects the water to fall on Tuesday, but warned that more ice was on its way from the east.\n")
    assert kinds_of(text)[text.strip().rsplit("\n", 1)[-1]] is BlockKind.BODY


def test_an_embedded_post_is_an_embed() -> None:
    text = ("The office said on Monday that the bridge would stay closed until engineers had looked at each of its pillars.\n\n"
            "Bridge closed until further notice. pic.twitter.com/abc123 — City of Altdorf (@altdorf) May 3, 2021\n\n"
            "Drivers were told to take the ferry, which runs every twenty minutes from six in the morning until midnight.")
    assert [block.kind for block in type_blocks(text)] == [BlockKind.LEAD, BlockKind.EMBED, BlockKind.BODY]


def test_a_line_that_a_paragraph_says_again_is_a_pull_quote() -> None:
    text = ("The council voted on Monday to close the bridge, and the mayor left the hall without speaking to anybody there.\n\n"
            "The engineers told us about it three years ago.\n\n"
            'One councillor was angry. "The engineers told us about it three years ago and nobody in this house listened," she said.')
    assert kinds_of(text)["The engineers told us about it three years ago."] is BlockKind.PULL_QUOTE


def test_an_image_description_its_caption_and_the_credit_are_one_group() -> None:
    text = ("The council voted on Monday to close the bridge, and the mayor left the hall without speaking to anybody there.\n\n"
            "image of a bridge in the rain\n\nThe bridge was built by the railway.\n\nAnna Berg\n\n"
            "Drivers were told to take the ferry, which runs every twenty minutes from six in the morning until midnight.")
    assert [block.kind for block in type_blocks(text)] == [
        BlockKind.LEAD, BlockKind.CAPTION, BlockKind.CAPTION, BlockKind.CAPTION, BlockKind.BODY]


def test_lines_wrapped_at_a_fixed_width_are_one_paragraph() -> None:
    text = ("NORDVIK (Example Press) - The airport of Nordvik stayed closed on\n"
            "Tuesday as a storm tore roofs off two hangars, officials said.\n"
            "More than 200 flights were cancelled.\n\n"
            "Two technicians were hurt when a door fell on them. They were taken\n"
            "to the university hospital, where doctors said that they were out\n"
            "of danger. The airport hopes to open one runway on Wednesday.\n")
    assert len(split_paragraphs(text)) == 2


@pytest.mark.parametrize("sentence", [
    "By the end of the year both plants will be closed.",
    "The agency said that it would follow us into the court.",
    "Police shared the pictures with reporters on Friday.",
    "He was a subscriber to the paper for forty years.",
    "Thousands signed up for the march on the capital.",
    "The guards asked him to register at the gate and to leave his phone.",
])
def test_a_sentence_of_news_is_never_furniture(sentence: str) -> None:
    assert [block.kind for block in type_blocks(sentence)] == [BlockKind.LEAD]
    assert find_phrase(sentence, "en")[1] is False


@pytest.mark.parametrize("row", read_table("clean/phrases", Phrase), ids=lambda row: f"{row.language}-{row.example[:30]}")
def test_every_wording_knows_its_example(row: Phrase) -> None:
    kind, is_strong = find_phrase(row.example, "" if row.language == "any" else row.language)
    assert kind is not None
    assert is_strong or not row.is_strong


@pytest.mark.parametrize("row", read_table("clean/marks", Mark), ids=lambda row: row.kind + row.example)
def test_every_mark_knows_its_example(row: Mark) -> None:
    assert row.kind in read_marks(row.example.split())


def test_furniture_is_known_in_other_languages() -> None:
    assert find_phrase("Lesen Sie auch: Warum die Brücke gesperrt wurde", "de") == (BlockKind.TEASER, True)
    assert find_phrase("Cet article est réservé à nos abonnés", "fr") == (BlockKind.PAYWALL, True)
    assert find_phrase("Pročitajte još: Most zatvoren", "hr") == (BlockKind.TEASER, True)
    assert find_phrase("Прочитајте још: Мост затворен", "sr") == (BlockKind.TEASER, True)


def test_the_seed_paragraphs_are_told_apart() -> None:
    gold = SHARED / "eval" / "text" / "seed_paragraphs.jsonl"
    if not gold.exists():
        pytest.skip("needs ../shared/eval/text/seed_paragraphs.jsonl")
    rows = [json.loads(line) for line in gold.read_text(encoding="utf-8").splitlines()]
    junk = kept = 0
    for name in {row["file"] for row in rows}:
        text = (SHARED / "seeds" / name).read_text(encoding="utf-8")
        blocks = type_blocks(text)
        position = 0
        for row in (row for row in rows if row["file"] == name):
            position = text.index(row["text"], position)
            kind = next(block.kind for block in blocks if block.span.start <= position < block.span.end)
            junk += not row["keep"] and kind not in CONTENT_KINDS
            kept += row["keep"] and kind in CONTENT_KINDS
            assert row["label"] != "embedded_tweet" or kind is BlockKind.EMBED
            position += 1
    assert kept == sum(row["keep"] for row in rows)
    assert junk >= 43
