"""The runner: which sets it takes, how it ends, and that our measures agree with the scorer of the shared gold."""

from __future__ import annotations

import json
import random
import subprocess
import sys

import pytest

from evals import measure
from evals.floors import GOLD, load_sets
from evals.predict import ROOT, published, read_rows, write_rows
from evals.run import chosen_sets, flat, kind_of, main, verdict

SCORER = ROOT.parent / "shared" / "eval" / "score.py"


def test_an_unknown_set_ends_with_a_sentence(capsys):
    assert main(["--set", "tmies"]) == 2
    assert "no set is called 'tmies'" in capsys.readouterr().out


def test_without_the_shared_folder_our_own_sets_remain(tmp_path):
    names = {each.name for each in chosen_sets([], tmp_path)}
    assert names == {each.name for each in load_sets().values() if each.is_own}
    assert {"times", "places", "codes", "events", "merging"} <= names


def test_nested_figures_get_dotted_names():
    assert dict(flat({"all": {"value": {"F1": 80.0, "note": "x"}}, "docs": 3})) == {"all.value.F1": 80.0, "docs": 3.0}


def test_a_figure_without_a_floor_is_new_and_one_under_it_is_below():
    from evals.floors import pin

    floors = pin(None, "d", {"value": 80.0, "forbidden": 2.0})
    assert verdict("value", 80.0, floors) == "ok" and verdict("value", 79.9, floors) == "BELOW"
    assert verdict("forbidden", 2.0, floors) == "ok" and verdict("forbidden", 3.0, floors) == "BELOW"
    assert verdict("relaxed", 1.0, floors) == "new"


def test_a_day_without_dashes_is_given_with_them():
    assert published({"date": "20000101"}) == "2000-01-01"
    assert published({"published": "1999-06-14", "date": "20000101"}) == "1999-06-14"
    assert published({"published": "1998-02-13T14:26:00"}) == "1998-02-13T14:26:00"
    assert published({}) == "" and published({"published": "03-02-2009"}) == ""


def test_every_set_has_a_way_to_be_predicted():
    assert {kind_of(each) for each in load_sets().values()} == {"annotate", "pages", "paragraphs", "merging"}


def blurred(rows, key, rng, change):
    """Predictions made from the gold: some left out, some changed, some invented."""
    out = []
    for row in rows:
        said = [change(dict(item), rng) for item in row[key] if rng.random() > 0.2]
        if rng.random() < 0.2:
            said.append(change({"start": 0, "end": 2, "type": "DATE", "value": "1999", "lat": 0.0, "lon": 0.0, "country": "GH"}, rng))
        out.append({"id": row["id"], ("times" if key == "timex" else "places"): said})
    return out


def change_time(item, rng):
    return item | ({"value": "2001-01-01"} if rng.random() < 0.3 else {}) | ({"end": item["end"] + 1} if rng.random() < 0.2 else {})


def change_place(item, rng):
    return item | ({"lat": 0.0, "lon": 0.0, "country": "GH"} if rng.random() < 0.3 else {})


def event_predictions(rows, rng):
    for row in rows:
        said = []
        for gold in row["events"]:
            days = measure.gold_interval(gold["date"]) or (None, None)
            start = row["text"].index(gold["trigger"], gold["start"])
            wrong = rng.random() < 0.3
            if rng.random() < 0.8 and (days[0] or not gold["date"]):
                said.append({"start": gold["start"], "end": gold["end"], "trigger_start": start, "trigger_end": start + len(gold["trigger"]),
                             "code": gold["roots"][0] + "0", "source": (gold["source"] or ["XXX"])[0], "target": "DNK" if wrong else (gold["target"] or [""])[0],
                             "date_start": "1950-01-01" if wrong else str(days[0]) if days[0] else None, "date_end": None,
                             "country": gold["country"], "status": gold["status"]})
        yield {"id": row["id"], "events": said}


def theirs(task, gold, predicted, tmp_path):
    write_rows(tmp_path / "gold.jsonl", gold)
    write_rows(tmp_path / "said.jsonl", predicted)
    done = subprocess.run([sys.executable, str(SCORER), task, str(tmp_path / "gold.jsonl"), str(tmp_path / "said.jsonl"), "--json"],
                          capture_output=True, text=True, check=True)
    return dict(flat(json.loads(done.stdout)))


@pytest.mark.skipif(not SCORER.exists(), reason="the shared scorer is not here")
@pytest.mark.parametrize(("task", "pairs"), [
    ("times", {"strict": "all.strict.F1", "relaxed": "all.relaxed.F1", "value": "all.value.F1", "interval": "all.interval.F1"}),
    ("places", {"overlap": "overlap.F1", "near": "acc161_all", "country": "country_matched"}),
    ("events", {"event": "event.F1", "source": "source_right", "target": "target_right", "country": "country_right", "date": "date_right", "forbidden": "forbidden"}),
])
def test_our_measures_agree_with_the_shared_scorer(task, pairs, tmp_path):
    rng = random.Random(task)
    gold = read_rows(GOLD / f"{task}.jsonl")
    match task:
        case "times":
            predicted = blurred(gold, "timex", rng, change_time)
        case "places":
            predicted = blurred(gold, "toponyms", rng, change_place)
        case _:
            predicted = list(event_predictions(gold, rng))
    other = theirs(task, gold, predicted, tmp_path)
    ours = measure.MEASURES[task](gold, predicted).figures
    assert 20 < ours[next(iter(pairs))] < 99, "the test predictions are neither all right nor all wrong"
    for name, their_name in pairs.items():
        assert ours[name] == pytest.approx(other[their_name], abs=0.5), name
