"""The source reader refuses what it does not understand, and says how to mend it."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from schemas.source import (
    Expect,
    Politeness,
    Range,
    Source,
    SourceError,
    SourceKind,
    load_source,
    read_sources,
)

GOOD = """
name = "Example"
kind = "feed"
location = "https://example.org/rss"
language = "en"
country = "RS"
timezone = "Europe/Belgrade"
"""


def written(folder: Path, text: str, name: str = "example.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_whole_file_is_read_with_ranges_and_defaults(tmp_path: Path) -> None:
    text = GOOD + 'day_first = true\n[politeness]\nmax_pages = 20\n[expect]\npages = [5, 50]\ndated_share = { min = 0.4 }\n'
    source = load_source(written(tmp_path, text))
    assert source.source_id == "example"
    assert source.kind is SourceKind.FEED
    assert source.enabled and source.day_first is True
    assert source.politeness.max_pages == 20 and source.politeness.min_interval_seconds == 5.0
    assert source.expect.pages == Range(5, 50)
    assert source.expect.dated_share.admits(0.4) and not source.expect.dated_share.admits(0.39)
    assert source.expect.articles.admits(0)


@pytest.mark.parametrize(("text", "said"), [
    (GOOD + 'timezon = "Europe/Belgrade"', "key 'timezon' is unknown; did you mean 'timezone'"),
    (GOOD + "[politeness]\nmax_page = 3", "key 'politeness.max_page' is unknown; did you mean 'politeness.max_pages'"),
    (GOOD.replace("Europe/Belgrade", "CET+1"), "timezone 'CET+1' is unknown; use a name such as 'Europe/Belgrade'"),
    (GOOD.replace('"RS"', '"Serbia"'), "country 'Serbia' is no ISO 3166-1 code"),
    (GOOD.replace('"en"', '"english"'), "language 'english'"),
    (GOOD.replace('name = "Example"', ""), "key 'name' is missing; add a line name ="),
    (GOOD + 'enabled = "yes"', "key 'enabled' is 'yes'; it must be true or false"),
    (GOOD + "[politeness]\nmax_pages = true", "must be a whole number"),
    (GOOD + "[expect]\npages = [9, 3]", "lower one"),
    (GOOD + "[expect]\npages = 9", "must be a range such as [10, 500]"),
    (GOOD.replace('"feed"', '"rss"'), "must be one of folder, feed"),
    (GOOD.replace("https://", "ftp://"), "no web address"),
    (GOOD.replace("https://", "https://me:secret@"), "password"),
    (GOOD.replace("example.org", "[::1"), "no web address; mend its brackets"),
    (GOOD.replace("example.org", "example.org:99999"), "no web address; mend its brackets or its port"),
    (GOOD.replace("rss", "{year}/{month}"), "location holds '{year}'; a listing knows"),
    (GOOD.replace('"feed"', '"listing"').replace("rss", "{yaer}") + "pattern = 'x'", "location holds '{yaer}'; a listing knows {year}"),
    (GOOD.replace('"RS"', '"UK"'), "country 'UK' is no ISO 3166-1 code; the United Kingdom is 'GB'"),
    (GOOD.replace('"RS"', '"ZZ"'), "country 'ZZ' is no ISO 3166-1 code"),
    (GOOD.replace('"en"', '"zz"'), "language 'zz' is no ISO 639-1 code"),
    (GOOD + 'contact = "a@b.org\\nX-Other: 1"', "more than one line"),
    (GOOD + "[politeness]\nmax_pages = 0", "whole number, above 0"),
    (GOOD + "[politeness]\ndeadline_seconds = 0", "a number, above 0"),
    (GOOD + "[politeness]\nmin_interval_seconds = nan", "a number, 0 or more"),
    (GOOD + "[politeness]\ndeadline_seconds = inf", "a number, above 0"),
    (GOOD + "[expect]\narticle_share = [50, 100]", "a range of shares from 0 to 1"),
    (GOOD + "[expect]\npages = [nan, 3]", "must be a range"),
    (GOOD.replace('"feed"', '"listing"'), "key 'pattern' is missing"),
    (GOOD + "pattern = '('", "no regular expression"),
    (GOOD + 'allow_addresses = ["10.1.0.0/99"]', "allow_addresses '10.1.0.0/99'"),
    (GOOD + 'encoding = "utf-9"', "encoding 'utf-9' is unknown"),
    (GOOD + "source_id = 'x'", "key 'source_id' is the file's name"),
    ("name = ", "not valid TOML"),
    (GOOD.replace('"feed"', '"folder"').replace("https://example.org/rss", "nowhere"), "is no folder"),
    (GOOD.replace('"feed"', '"warc"').replace("https://example.org/rss", "nowhere"), "does not exist"),
])
def test_a_mistake_is_named_with_file_and_cure(tmp_path: Path, text: str, said: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(SourceError) as caught:
        load_source(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert said in str(caught.value)


def test_a_folder_is_counted_from_the_file_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "pages").mkdir()
    text = GOOD.replace('"feed"', '"folder"').replace("https://example.org/rss", "pages")
    assert load_source(written(tmp_path, text)).location == str(tmp_path / "pages")


def test_a_password_is_not_repeated_in_the_message(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as caught:
        load_source(written(tmp_path, GOOD.replace("https://", "https://me:hunter2@")))
    assert "hunter2" not in str(caught.value)


def test_one_broken_file_does_not_hide_the_others(tmp_path: Path) -> None:
    written(tmp_path, GOOD, "a.toml")
    written(tmp_path, "kind = 3", "b.toml")
    written(tmp_path, GOOD, "c.toml")
    sources, errors = read_sources(tmp_path)
    assert [source.source_id for source in sources] == ["a", "c"]
    assert len(errors) == 1 and "b.toml" in str(errors[0])


def test_a_missing_folder_of_sources_is_said(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no such folder of sources"):
        read_sources(tmp_path / "gone")


def test_a_name_that_cannot_be_an_id_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="small letters"):
        load_source(written(tmp_path, GOOD, "Bad Name.toml"))


def test_a_file_of_windows_notepad_is_read(tmp_path: Path) -> None:
    path = tmp_path / "notepad.toml"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.strip().replace("\n", "\r\n").encode())
    assert load_source(path).name == "Example"


def test_every_placeholder_of_a_listing_is_admitted(tmp_path: Path) -> None:
    text = GOOD.replace('"feed"', '"listing"').replace("rss", "{year}/{month}/{day}")
    assert load_source(written(tmp_path, text + "pattern = 'x'")).kind is SourceKind.LISTING


def test_a_file_that_is_not_utf8_is_said(tmp_path: Path) -> None:
    path = tmp_path / "latin.toml"
    path.write_bytes(GOOD.replace("Example", "Übung").encode("latin-1"))
    with pytest.raises(SourceError, match="not UTF-8"):
        load_source(path)


def test_every_key_stands_in_the_operators_book() -> None:
    book = (Path(__file__).parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")
    keys = {each.name for kind in (Source, Politeness, Expect) for each in fields(kind)} - {"source_id", "politeness", "expect"}
    assert {key for key in keys if not re.search(rf"`{key}\b", book)} == set()
    assert "`[politeness]`" in book and "`[expect]`" in book
