"""Stage, audit, load, publish: nothing lost, nothing twice, nothing half."""

from __future__ import annotations

import csv
import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from random import Random

import duckdb
import pytest

from flows.warehouse import load as loading
from flows.warehouse.errors import QueryError, WarehouseBusyError, WarehouseError
from flows.warehouse.events import find_touched
from flows.warehouse.lock import hold_lock
from flows.warehouse.publish import is_published, publish
from flows.warehouse.query import ask, check_query
from flows.warehouse.staging import remove_database
from flows.warehouse.store import migrate, open_warehouse, told_columns, told_tables
from schemas.records import Precision, Span, Status
from schemas.source import Expect, Range
from tests.flows.fabric import NOW, SOURCE, article, day, load_batch, mention
from transforms.merge import merge

FACTS = Path(__file__).parents[3] / "shared" / "facts"


def rows(data: Path, sql: str) -> list[tuple]:
    with open_warehouse(data, now=NOW) as db:
        return db.execute(sql).fetchall()


def published(data: Path) -> None:
    with open_warehouse(data, now=NOW) as db:
        publish(db, data, now=NOW)


def test_two_reports_of_one_raid_are_one_event_with_two_mentions(tmp_path: Path) -> None:
    one, two = article(1), article(2)
    window = load_batch(tmp_path, [mention(one), mention(two)], [one, two])
    assert (window.outcome, window.articles, window.mentions, window.events_new) == ("loaded", 2, 2, 1)
    assert rows(tmp_path, "SELECT count(*) FROM events") == [(1,)]
    assert rows(tmp_path, "SELECT count(DISTINCT event_id), count(*) FROM event_mentions") == [(1, 2)]


def test_the_place_of_an_event_is_written_as_gdelt_writes_it(tmp_path: Path) -> None:
    one = article(1)
    load_batch(tmp_path, [mention(one)], [one])
    assert rows(tmp_path, "SELECT role, geo_type, full_name, fips_country, adm1_code, adm2_code, feature_id FROM event_geo") == [
        ("action", 4, "Pristina, Kosovo", "KV", "KV00", "", "786714")]


def test_a_page_that_two_sources_list_is_one_article_and_not_loaded_twice(tmp_path: Path) -> None:
    one = article(1)
    load_batch(tmp_path, [mention(one)], [one])
    other = replace(one, source_id="beacon")
    window = load_batch(tmp_path, [mention(other)], [other], source=replace(SOURCE, source_id="beacon"), now=NOW + timedelta(hours=1))
    assert (window.outcome, window.events_new) == ("loaded", 0)
    assert rows(tmp_path, "SELECT count(*) FILTER (is_current) FROM articles") == [(1,)]
    assert rows(tmp_path, "SELECT count(*) FROM mentions") == rows(tmp_path, "SELECT count(*) FROM event_mentions") == [(1,)]


def test_an_event_keeps_its_id_when_more_mentions_arrive(tmp_path: Path) -> None:
    one, two, far = article(1), article(2), article(3)
    load_batch(tmp_path, [mention(one), mention(far, date(2023, 8, 1))], [one, far])
    before = dict(rows(tmp_path, "SELECT date_start, event_id FROM events"))
    window = load_batch(tmp_path, [mention(two)], [two])
    assert (window.events_new, window.events_updated) == (0, 1)
    assert dict(rows(tmp_path, "SELECT date_start, event_id FROM events")) == before
    assert rows(tmp_path, "SELECT count(*) FROM event_mentions JOIN events USING (event_id) WHERE date_start = '2023-09-24'") == [(2,)]


def test_loading_the_same_window_again_changes_nothing(tmp_path: Path) -> None:
    made = [article(number) for number in range(5)]
    told = [mention(each, date(2023, 9, 20) + timedelta(days=number)) for number, each in enumerate(made)]
    load_batch(tmp_path, told, made)
    state = "SELECT * EXCLUDE (run_id, first_run_id, updated_at) FROM events ORDER BY event_id"
    before = rows(tmp_path, state)
    window = load_batch(tmp_path, told, made)
    assert (window.events_new, window.events_updated) == (0, 0)
    assert rows(tmp_path, state) == before
    assert rows(tmp_path, "SELECT count(*) FROM mentions") == [(5,)]


def test_a_new_version_of_an_article_takes_the_place_of_the_old(tmp_path: Path) -> None:
    old = article(1)
    load_batch(tmp_path, [mention(old, date(2023, 9, 1))], [old])
    new = article(1, old.text.replace("Nothing else", "Nothing more"))
    assert new.article_id == old.article_id and new.version != old.version
    load_batch(tmp_path, [mention(new, date(2023, 9, 24))], [new])
    assert rows(tmp_path, "SELECT date_start FROM events") == [(date(2023, 9, 24),)]
    assert rows(tmp_path, "SELECT version, is_current FROM articles ORDER BY is_current") == [(old.version, False), (new.version, True)]


def test_events_that_turn_out_to_be_one_leave_a_redirect(tmp_path: Path) -> None:
    one, two, both = article(1), article(2), article(3)
    # two events that do not know of each other: different targets
    load_batch(tmp_path, [mention(one, target="SRBREB")], [one])
    load_batch(tmp_path, [mention(two, target="ALBREB")], [two])
    ids = {row[0] for row in rows(tmp_path, "SELECT event_id FROM events")}
    assert len(ids) == 2
    # the second article is corrected: it was the same raid
    corrected = article(2, two.text.replace("Nothing else", "Nothing more"))
    load_batch(tmp_path, [mention(corrected, target="SRBREB"), mention(both, target="SRBREB")], [corrected, both])
    left = {row[0] for row in rows(tmp_path, "SELECT event_id FROM events")}
    assert len(left) == 1 and left < ids


def test_what_is_loaded_are_the_events_that_merging_everything_gives(tmp_path: Path) -> None:
    """Mentions that meet no other never reach merge(): with awkward dates, actors and articles that must change nothing."""
    chance = Random(1999)
    made = [article(number) for number in range(40)]
    dates = [None, *(day(date(2023, 9, 1) + timedelta(days=number)) for number in range(6)),
             replace(day(date(2023, 9, 1)), end=date(2023, 9, 5), precision=Precision.RANGE), replace(day(date(2023, 9, 1)), start=None),
             replace(day(date(2023, 9, 1)), end=date(2023, 10, 1), precision=Precision.MONTH),
             *(replace(day(date(year, 1, 1)), end=date(2023, 1, 1), precision=Precision.YEAR) for year in (2021, 2022))]
    told = []
    for _ in range(400):
        each = mention(chance.choice(made), chance.choice(dates), code=chance.choice(("173", "190", "182", "042", "112")),
                       source=chance.choice(("KSVCOP", "SRBGOV", "COP", "")), target=chance.choice(("SRBREB", "ALBREB", "REB", "")),
                       status=chance.choice((Status.ASSERTED, Status.ASSERTED, Status.CLAIMED, Status.PLANNED)), is_reciprocal=chance.random() < 0.2)
        start = each.trigger.start + chance.randrange(10)
        told.append(replace(each, trigger=Span(start, start + 3)))
    told = list({each.mention_id: each for each in told}.values())
    load_batch(tmp_path, told, made)
    merged = merge(told)
    assert any(len(event.mention_ids) > 1 for event in merged) and any(len(event.mention_ids) == 1 for event in merged)
    assert rows(tmp_path, "SELECT event_id, list(mention_id ORDER BY mention_id) FROM event_mentions GROUP BY event_id ORDER BY event_id") == [
        (event.event_id, list(event.mention_ids)) for event in merged]
    assert rows(tmp_path, "SELECT event_id, code, date_start, date_end, status, source_code, target_code FROM events ORDER BY event_id") == [
        (event.event_id, event.code, event.when.start, event.when.end, event.status.value, event.source and event.source.code,
         event.target and event.target.code) for event in merged]


def test_a_mention_that_left_its_event_and_comes_back_becomes_another_event(tmp_path: Path) -> None:
    one, two = article(1), article(2)
    first, second = sorted((mention(one), mention(two)), key=lambda each: (each.article_id, each.mention_id))
    load_batch(tmp_path, [first, second], [one, two])
    [(event_id,)] = rows(tmp_path, "SELECT event_id FROM events")
    # the event has its id from its first mention, whose article is then read otherwise, and later again as at first
    told = {each.article_id: each for each in (one, two)}
    load_batch(tmp_path, [mention(told[first.article_id], date(2023, 8, 1), code="042")], [told[first.article_id]])
    elsewhen = replace(first, when=day(date(2022, 1, 1)))
    assert elsewhen.mention_id == first.mention_id
    load_batch(tmp_path, [elsewhen], [told[first.article_id]])
    ids = dict(rows(tmp_path, "SELECT date_start, event_id FROM events"))
    assert ids[date(2023, 9, 24)] == event_id and len(set(ids.values())) == 2


def test_an_id_that_is_an_event_again_leads_nowhere_else(tmp_path: Path) -> None:
    one, two = article(1), article(2)
    load_batch(tmp_path, [mention(one), mention(two, target="ALBREB")], [one, two])
    load_batch(tmp_path, [mention(one), replace(mention(two, target="ALBREB"), target=mention(one).target)], [one, two])
    load_batch(tmp_path, [mention(one), mention(two, target="ALBREB")], [one, two])
    assert rows(tmp_path, "SELECT old_event_id FROM redirects WHERE old_event_id IN (SELECT event_id FROM events)") == []


def test_a_load_that_needs_more_memory_than_it_was_given_is_done_with_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = [article(number, f"Report {number}\n\n{'Police raided a house and told nobody why. ' * 400}") for number in range(200)]
    told = [mention(each, date(2023, 9, 1) + timedelta(days=number % 20)) for number, each in enumerate(made)]
    monkeypatch.setenv("DATELINE_MEMORY_MIB", "8")
    tried = []
    monkeypatch.setattr(loading, "find_touched", lambda db: (tried.append(1), find_touched(db)))
    window = load_batch(tmp_path, told, made)
    assert len(tried) == 2, "eight mebibytes are too few"
    assert (window.outcome, window.articles, window.mentions) == ("loaded", 200, 200)
    assert rows(tmp_path, "SELECT (SELECT count(*) FROM articles), (SELECT count(*) FROM windows)") == [(200, 1)]


def test_one_bad_row_in_ten_thousand_goes_to_quarantine_and_the_rest_is_loaded(tmp_path: Path) -> None:
    made = [article(number) for number in range(200)]
    told = [replace(mention(each, date(2023, 1, 1) + timedelta(days=number)), trigger=replace(mention(each).trigger, start=mention(each).trigger.start))
            for each in made for number in range(50)]
    # fifty readings of one sentence differ by their code's actor only in the test; make their identities differ
    codes = ["173", "190", "042", "036", "051", "112", "130", "145", "061", "120"]
    told = [replace(each, code=codes[number % 10], when=day(date(2023, 1, 1) + timedelta(days=number % 270)),
                    trigger=replace(each.trigger, end=each.trigger.start + 1 + number % 5)) for number, each in enumerate(told)]
    told = list({each.mention_id: each for each in told}.values())
    bad = replace(told[77], code="999")
    told[77] = bad
    window = load_batch(tmp_path, told, made)
    assert window.outcome == "loaded"
    assert (window.mentions, window.quarantined) == (len(told) - 1, 1)
    assert rows(tmp_path, "SELECT row_id, rule, detail FROM quarantine") == [(bad.mention_id, "mention_code_is_cameo", "code = 999")]
    assert rows(tmp_path, "SELECT reason, ref FROM rejects") == [("broke_row_rule", bad.mention_id)]


@pytest.mark.parametrize(("change", "rule"), [
    ({"code": "2"}, "mention_code_is_cameo"),
    ({"evidence": "something that the article does not say"}, "mention_evidence_stands"),
    ({"status": Status.NEGATED}, "mention_status_is_loaded"),
    ({"confidence": 1.5}, "mention_confidence_in_range"),
    ({"version": "of another text"}, "mention_has_article"),
    ({"when": day(date(2024, 9, 24))}, "mention_date_not_ahead"),
    ({"when": replace(day(date(2023, 9, 24)), end=date(2023, 9, 20))}, "mention_date_in_order"),
    ({"when": day(date(301, 9, 24))}, "mention_date_in_range"),
    ({"sentence_number": 0}, "mention_sentence_counted"),
])
def test_each_kind_of_bad_mention_is_quarantined_by_the_name_of_its_rule(tmp_path: Path, change: dict, rule: str) -> None:
    made = article(1)
    good = [mention(made), mention(made, code="190"), mention(made, code="042")]
    bad = replace(mention(made, code="051"), **change)
    load_batch(tmp_path, [*good, bad], [made])
    assert rows(tmp_path, "SELECT rule FROM quarantine") == [(rule,)]
    assert rows(tmp_path, "SELECT count(*) FROM mentions") == [(3,)]


def test_a_planned_deed_may_lie_ahead(tmp_path: Path) -> None:
    made = article(1)
    window = load_batch(tmp_path, [mention(made, date(2024, 5, 1), status=Status.PLANNED)], [made])
    assert window.quarantined == 0 and window.mentions == 1


def test_a_batch_that_breaks_a_batch_rule_is_not_loaded_at_all(tmp_path: Path) -> None:
    first = article(0)
    load_batch(tmp_path, [mention(first)], [first])
    made = [article(number) for number in range(1, 61)]
    window = load_batch(tmp_path, [mention(each, None) for each in made], made)
    assert window.outcome == "stopped" and "mentions_are_dated" in window.detail
    assert rows(tmp_path, "SELECT count(*) FROM mentions") == [(1,)]
    assert rows(tmp_path, "SELECT count(*) FROM articles") == [(1,)]
    assert rows(tmp_path, "SELECT outcome FROM windows ORDER BY outcome") == [("loaded",), ("stopped",)]


@pytest.mark.parametrize(("dated", "outcome"), [(5, "stopped"), (6, "loaded")])
def test_the_share_of_dated_mentions_stops_just_below_its_floor(tmp_path: Path, dated: int, outcome: str) -> None:
    made = [article(number) for number in range(60)]
    told = [mention(each, date(2023, 9, 1) if number < dated else None) for number, each in enumerate(made)]
    assert load_batch(tmp_path, told, made).outcome == outcome


def test_a_source_can_declare_what_stops_its_load(tmp_path: Path) -> None:
    made = [article(number) for number in range(3)]
    strict = replace(SOURCE, expect=Expect(articles=Range(10, None), stops=True))
    told = load_batch(tmp_path, [mention(each) for each in made], made, source=strict)
    assert told.outcome == "stopped" and "expect_articles" in told.detail and told.rejected == 3
    lost = [("audit", "broke_batch_rule", each.url, told.detail) for each in made]
    assert rows(tmp_path, "SELECT stage, reason, ref, detail FROM rejects ORDER BY ref") == lost
    lenient = replace(SOURCE, expect=Expect(articles=Range(10, None)))
    assert load_batch(tmp_path, [mention(each) for each in made], made, source=lenient).outcome == "loaded"


def test_an_article_staged_twice_is_kept_once_and_said(tmp_path: Path) -> None:
    made = article(1)
    window = load_batch(tmp_path, [mention(made), mention(made)], [made, made])
    assert (window.articles, window.mentions) == (1, 1)
    assert {row[0] for row in rows(tmp_path, "SELECT reason FROM rejects")} == {"duplicate"}


# the readers' copy

def test_the_published_copy_has_gdelts_columns_in_names_order_and_types(tmp_path: Path) -> None:
    made = article(1)
    load_batch(tmp_path, [mention(made)], [made])
    published(tmp_path)
    if not FACTS.exists():
        pytest.skip("the facts' folder is not here")
    kinds = {"INTEGER": "BIGINT", "FLOAT": "DOUBLE", "STRING": "VARCHAR"}
    with duckdb.connect(str(tmp_path / "events.duckdb"), read_only=True) as db:
        for view, facts in (("events", "gdelt_events"), ("eventmentions", "gdelt_mentions")):
            with (FACTS / f"{facts}.csv").open(encoding="utf-8") as file:
                told = [(row["name"], kinds[row["type"]]) for row in csv.DictReader(file)]
            assert [row[:2] for row in db.execute(f"DESCRIBE gdelt.{view}").fetchall()] == told


def test_gdelts_rules_hold(tmp_path: Path) -> None:
    one, two, three, four = (article(number) for number in range(1, 5))
    month = replace(day(date(2023, 7, 1)), end=date(2023, 8, 1), precision=Precision.MONTH)
    load_batch(tmp_path, [
        mention(one, date(1999, 6, 12), code="1951", source="RUSMIL", target="", is_root=True),
        mention(two, month, code="145"), mention(three, None, code="0211"), mention(four, code="138", status=Status.PLANNED)],
        [one, two, three, four])
    published(tmp_path)
    told = {row[0]: row[1:] for row in ask(tmp_path, """
        SELECT EventCode, SQLDATE, MonthYear, Year, FractionDate, EventBaseCode, EventRootCode, QuadClass, GoldsteinScale,
            IsRootEvent, Actor1CountryCode, Actor2Code, NumMentions, NumSources, NumArticles, ActionGeo_CountryCode, SOURCEURL
        FROM gdelt.events""").to_pandas().astype(object).where(lambda frame: frame.notna(), None).itertuples(index=False)}
    assert set(told) == {"1951", "145", "0211"}, "what was only planned is not among GDELT's events"
    assert told["1951"] == (19990612, 199906, 1999, 1999.4438, "195", "19", 4, -10.0, 1, "RUS", None, 1, 1, 1, "KV", "https://lantern.example/1")
    assert told["145"][:4] == (None, 202307, 2023, None)
    assert told["145"][6] == 3, "protest is verbal conflict in GDELT's real rows"
    assert told["0211"][:4] == (None, None, None, None)
    lines = ask(tmp_path, "SELECT Actor1CharOffset, Actor2CharOffset, ActionCharOffset, Confidence, MentionSourceName FROM gdelt.eventmentions "
                          "JOIN gdelt.events USING (GLOBALEVENTID) WHERE EventCode = '1951'").to_pylist()
    assert lines == [{"Actor1CharOffset": 10, "Actor2CharOffset": -1, "ActionCharOffset": 17, "Confidence": 100, "MentionSourceName": "lantern.example"}]


def test_every_published_column_carries_its_comment(tmp_path: Path) -> None:
    made = article(1)
    load_batch(tmp_path, [mention(made)], [made])
    published(tmp_path)
    with duckdb.connect(str(tmp_path / "events.duckdb"), read_only=True) as db:
        bare = db.execute("SELECT table_name, column_name FROM duckdb_columns() WHERE schema_name = 'main' AND NOT internal AND "
                          "comment IS NULL AND table_name IN (SELECT table_name FROM duckdb_tables())").fetchall()
    assert bare == []


def test_readers_keep_their_copy_while_a_new_one_is_put_in_place(tmp_path: Path) -> None:
    one, two = article(1), article(2)
    load_batch(tmp_path, [mention(one)], [one])
    published(tmp_path)
    reader = subprocess.Popen([sys.executable, "-c", (
        "import duckdb, sys\n"
        f"db = duckdb.connect({str(tmp_path / 'events.duckdb')!r}, read_only=True)\n"
        "print(db.execute('select count(*) from mentions').fetchone()[0], flush=True)\n"
        "sys.stdin.readline()\n"
        "print(db.execute('select count(*) from mentions').fetchone()[0], flush=True)\n")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert reader.stdout is not None and reader.stdin is not None
    assert reader.stdout.readline() == "1\n"
    load_batch(tmp_path, [mention(two, date(2023, 9, 2))], [two])
    published(tmp_path)
    assert reader.communicate("\n")[0] == "1\n"
    assert ask(tmp_path, "SELECT count(*) AS n FROM mentions").to_pylist() == [{"n": 2}]


def test_parquet_is_partitioned_by_month_and_replaced_whole(tmp_path: Path) -> None:
    one, two = article(1), article(2)
    load_batch(tmp_path, [mention(one, date(2023, 8, 5))], [one])
    published(tmp_path)
    load_batch(tmp_path, [mention(two, None)], [two])
    published(tmp_path)
    assert sorted(each.name for each in (tmp_path / "parquet" / "mentions").iterdir()) == ["month=2023-08", "month=undated"]
    found = duckdb.execute(f"SELECT month, count(*) FROM read_parquet('{tmp_path}/parquet/events/*/*.parquet', hive_partitioning = true, "
                           "hive_types_autocast = false) GROUP BY 1 ORDER BY 1").fetchall()
    assert found == [("2023-08", 1), ("undated", 1)]


def test_a_crash_between_load_and_publication_is_noticed(tmp_path: Path) -> None:
    one, two = article(1), article(2)
    load_batch(tmp_path, [mention(one)], [one])
    published(tmp_path)
    with open_warehouse(tmp_path, now=NOW) as db:
        assert is_published(db, tmp_path)
    load_batch(tmp_path, [mention(two)], [two], now=NOW + timedelta(hours=1))
    with open_warehouse(tmp_path, now=NOW) as db:
        assert not is_published(db, tmp_path)


# the store

def test_a_database_is_removed_after_its_log(tmp_path: Path) -> None:
    # a folder in the database's place cannot be unlinked: what is gone then went before it
    (tmp_path / "staging.duckdb").mkdir()
    (tmp_path / "staging.duckdb.wal").write_bytes(b"log")
    with pytest.raises(OSError):
        remove_database(tmp_path / "staging.duckdb")
    assert [each.name for each in tmp_path.iterdir()] == ["staging.duckdb"]


def test_a_database_locked_by_another_process_is_named_with_its_holder(tmp_path: Path) -> None:
    with open_warehouse(tmp_path, now=NOW):
        pass
    holder = subprocess.Popen([sys.executable, "-c", f"import duckdb, sys; db = duckdb.connect({str(tmp_path / 'warehouse.duckdb')!r}); "
                               "print('open', flush=True); sys.stdin.readline()"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    holder.stdout.readline()
    try:
        with pytest.raises(WarehouseBusyError, match=rf"process {holder.pid}"), open_warehouse(tmp_path, now=NOW, wait_seconds=0.5):
            pass
    finally:
        holder.communicate("\n")


def test_a_run_names_the_run_that_holds_the_lock(tmp_path: Path) -> None:
    code = ("import sys; from datetime import datetime, UTC; from pathlib import Path; from flows.warehouse.lock import hold_lock\n"
            f"with hold_lock(Path({str(tmp_path)!r}), 'run', now=datetime(2023, 10, 1, tzinfo=UTC)):\n    print('held', flush=True); sys.stdin.readline()")
    holder = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    holder.stdout.readline()
    with pytest.raises(WarehouseBusyError, match=rf"process {holder.pid} on .*2023-10-01"), hold_lock(tmp_path, "run", now=NOW):
        pass
    holder.kill()
    holder.wait()
    # the kernel gives the lock of a killed holder back
    with hold_lock(tmp_path, "run", now=NOW, wait_seconds=2):
        pass


def test_migrations_run_in_order_once_and_newer_databases_are_refused(tmp_path: Path) -> None:
    steps = tmp_path / "steps"
    steps.mkdir()
    db = duckdb.connect()
    assert migrate(db, now=NOW, folder=steps) == ()
    (steps / "0001_remember_editor.sql").write_text("ALTER TABLE articles ADD COLUMN editor VARCHAR;")
    (steps / "0002_fill_editor.sql").write_text("UPDATE articles SET editor = '';")
    assert [step.number for step in migrate(db, now=NOW, folder=steps)] == [1, 2]
    assert migrate(db, now=NOW, folder=steps) == ()
    assert db.execute("SELECT number, name FROM migrations ORDER BY number").fetchall() == [
        (0, "tables.sql"), (1, "0001_remember_editor"), (2, "0002_fill_editor")]
    (steps / "0002_fill_editor.sql").unlink()
    with pytest.raises(WarehouseError, match="newer Dateline"):
        migrate(db, now=NOW, folder=steps)


def test_a_migration_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    steps = tmp_path / "steps"
    steps.mkdir()
    db = duckdb.connect()
    migrate(db, now=NOW, folder=steps)
    (steps / "0001_half.sql").write_text("ALTER TABLE articles ADD COLUMN editor VARCHAR; UPDATE nowhere SET x = 1;")
    with pytest.raises(duckdb.Error):
        migrate(db, now=NOW, folder=steps)
    assert db.execute("SELECT max(number) FROM migrations").fetchone() == (0,)
    assert "editor" not in {row[0] for row in db.execute("DESCRIBE articles").fetchall()}


def test_every_column_is_told_with_a_comment() -> None:
    assert [f"{column.table}.{column.name}" for column in told_columns() if not column.comment] == []
    assert all(told_tables().values())


def test_what_is_told_is_what_is_made() -> None:
    db = duckdb.connect()
    migrate(db, now=NOW)
    made = db.execute("SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal").fetchall()
    assert set(made) == {(column.table, column.name) for column in told_columns()}


# questions

@pytest.mark.parametrize("sql", [
    "SELECT 1; DROP TABLE events", "DROP TABLE events", "COPY (SELECT 1) TO '/tmp/x'", "ATTACH 'x.duckdb'", "SET memory_limit = '1TB'",
    "INSTALL httpfs", "EXPLAIN ANALYZE COPY (SELECT 1) TO 'x'", "PRAGMA database_list", "CREATE TABLE t AS SELECT 1", "", "not SQL at all",
])
def test_only_one_select_may_be_asked(sql: str) -> None:
    with pytest.raises(QueryError):
        check_query(sql)


def test_a_question_cannot_read_files_and_is_stopped_in_time(tmp_path: Path) -> None:
    made = article(1)
    load_batch(tmp_path, [mention(made)], [made])
    published(tmp_path)
    secret = tmp_path / "secret.csv"
    secret.write_text("a\n1\n")
    for sql in (f"SELECT * FROM read_csv('{secret}')", f"SELECT * FROM '{secret}'", f"SELECT * FROM read_text('{secret}')", f"SELECT * FROM glob('{tmp_path}/*')"):
        with pytest.raises(QueryError):
            ask(tmp_path, sql)
    with pytest.raises(QueryError, match="stopped after 1 s"):
        ask(tmp_path, "SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE a.range * b.range % 7 = 3", timeout_seconds=1)
    with pytest.raises(QueryError):
        ask(tmp_path, "SELECT length(repeat('x', 2000000000) || repeat('y', 2000000000))", memory_mb=256, timeout_seconds=30)


def test_a_question_before_the_first_night_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(WarehouseError, match="dateline run"):
        ask(tmp_path, "SELECT 1")
