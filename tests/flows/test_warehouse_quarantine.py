"""Quarantine can be listed, explained, and replayed when its cause is mended."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

import flows.warehouse.staging as staging
from flows import replay
from flows.cli import app
from flows.night import Desk
from flows.replay import run_replay
from flows.warehouse.publish import publish
from flows.warehouse.query import ask
from flows.warehouse.store import open_warehouse
from tests.flows.fabric import NOW, article, load_batch, mention


def dateline(*arguments: object) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, [str(each) for each in arguments])
    return done.exit_code, done.stdout, done.stderr


@pytest.fixture
def waiting(data: Path) -> Path:
    """A warehouse with one good article of which one mention waits, and one article that waits as a whole."""
    one, two = article(1), article(2)
    odd = replace(two, language="Klingon")
    load_batch(data, [mention(one), mention(one, code="0999"), mention(two, code="042")], [one, odd])
    with open_warehouse(data, now=NOW) as db:
        publish(db, data, now=NOW)
    return data


def desk(data: Path) -> Desk:
    return Desk(data, next((data / "cache").iterdir()), clock=lambda: NOW)


def test_the_waiting_rows_are_listed_by_rule(waiting: Path) -> None:
    code, out, _ = dateline("quarantine", "--data", waiting)
    assert code == 0
    for rule in ("mention_code_is_cameo", "article_language_is_code", "mention_has_article"):
        assert rule in out


def test_a_rule_is_explained_with_its_rows_and_its_cure(waiting: Path) -> None:
    code, out, _ = dateline("quarantine", "explain", "mention_code_is_cameo", "--data", waiting)
    assert code == 0
    assert "a deed's code stands in" in out and "mend the trigger table" in out and "code = 0999" in out
    assert dateline("quarantine", "explain", "no_such_rule", "--data", waiting)[0] == 2


def test_a_replay_without_a_cure_loads_nothing(waiting: Path, tmp_path: Path) -> None:
    told = run_replay(desk(waiting), tmp_path)
    assert (told.loaded, told.left) == (0, 3)
    assert ask(waiting, "SELECT code FROM mentions").to_pylist() == [{"code": "173"}]


def test_mended_rows_are_loaded_and_the_others_keep_waiting(waiting: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = staging.cameo_codes()
    monkeypatch.setattr(staging, "cameo_codes", lambda: (*plain, replace(plain[0], code="0999", root="09", base="099")))
    told = run_replay(desk(waiting), tmp_path)
    assert (told.loaded, told.left) == (1, 2)
    with open_warehouse(waiting, now=NOW) as db:
        assert db.execute("SELECT code FROM mentions ORDER BY code").fetchall() == [("0999",), ("173",)]
        assert db.execute("SELECT count(*) FROM event_mentions").fetchall() == [(2,)]
        assert db.execute("SELECT rule FROM quarantine WHERE replayed_at IS NOT NULL").fetchall() == [("mention_code_is_cameo",)]
    assert dateline("quarantine", "explain", "mention_code_is_cameo", "--data", waiting)[1].count("0999") == 0


def test_a_replay_killed_before_its_publication_is_published_by_the_next(waiting: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*_: object) -> bool:
        raise KeyboardInterrupt

    plain = staging.cameo_codes()
    monkeypatch.setattr(staging, "cameo_codes", lambda: (*plain, replace(plain[0], code="0999", root="09", base="099")))
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(replay, "publish_if_behind", killed)
        run_replay(desk(waiting), tmp_path)
    assert ask(waiting, "SELECT code FROM mentions").to_pylist() == [{"code": "173"}]
    assert run_replay(desk(waiting), tmp_path).loaded == 0
    assert ask(waiting, "SELECT code FROM mentions ORDER BY code").to_pylist() == [{"code": "0999"}, {"code": "173"}]


def test_the_rules_over_all_that_is_published_are_shown_as_pages(waiting: Path, tmp_path: Path) -> None:
    code, out, said = dateline("quarantine", "docs", "-o", tmp_path / "docs", "--data", waiting)
    assert code == 0, said
    index = tmp_path / "docs" / "index.html"
    assert str(index) in "".join(out.split())
    pages = [each.read_text(encoding="utf-8") for each in (tmp_path / "docs" / "validations").rglob("*.html")]
    assert len(pages) == 2 and any("place_lat" in page for page in pages)
