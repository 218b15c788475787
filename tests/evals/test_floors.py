"""Accuracy is kept by floors that rise by themselves and fall only by a written decision."""

from __future__ import annotations

import pytest

from evals.floors import FloorError, digest_of, load_floors, load_sets, pin, write_floors


def test_a_better_figure_lifts_the_floor_and_a_worse_one_leaves_it():
    first = pin(None, "d", {"value": 80.0})
    assert pin(first, "d", {"value": 82.0}).figures["value"].floor == 82.0
    assert pin(first, "d", {"value": 70.0}).figures["value"].floor == 80.0


def test_where_lower_is_better_the_ceiling_only_falls():
    first = pin(None, "d", {"forbidden": 3.0})
    assert pin(first, "d", {"forbidden": 1.0}).figures["forbidden"].floor == 1.0
    assert pin(first, "d", {"forbidden": 9.0}).figures["forbidden"].floor == 3.0


def test_other_gold_starts_anew():
    first = pin(None, "d", {"value": 80.0})
    assert pin(first, "other", {"value": 70.0}).figures["value"].floor == 70.0


def test_a_floor_is_read_as_it_was_written(tmp_path):
    floors = {"times": pin(None, "d", {"value": 80.1, "all.value.F1": 70.0})}
    write_floors(floors, tmp_path / "floors.toml")
    assert load_floors(tmp_path / "floors.toml") == floors


def test_a_lowered_floor_needs_a_reason(tmp_path):
    path = tmp_path / "floors.toml"
    path.write_text('[times]\ngold = "d"\n[times.figures]\nvalue = { floor = 70.0, best = 80.0 }\n')
    with pytest.raises(FloorError, match=r"value was lowered from 80 to 70.*reason"):
        load_floors(path)
    path.write_text('[times]\ngold = "d"\n[times.figures]\nvalue = { floor = 70.0, best = 80.0, reason = "dateparser left" }\n')
    assert load_floors(path)["times"].figures["value"].floor == 70.0


def test_a_lifted_floor_keeps_the_reason_until_the_best_is_back(tmp_path):
    path = tmp_path / "floors.toml"
    path.write_text('[times]\ngold = "d"\n[times.figures]\nvalue = { floor = 70.0, best = 80.0, reason = "dateparser left" }\n')
    lowered = load_floors(path)["times"]
    assert pin(lowered, "d", {"value": 75.0}).figures["value"].reason == "dateparser left"
    assert pin(lowered, "d", {"value": 81.0}).figures["value"].reason == ""


def test_an_unknown_key_of_a_set_is_named(tmp_path):
    path = tmp_path / "sets.toml"
    path.write_text('[times]\nmeasure = "times"\ngold = "times.jsonl"\nfloor = 3\n')
    with pytest.raises(FloorError, match=r"\[times\] has the unknown key 'floor'"):
        load_sets(path)


def test_every_own_set_has_its_gold_and_every_pinned_floor_is_of_that_gold(tmp_path):
    sets, floors = load_sets(), load_floors()
    for each in sets.values():
        if each.is_own:
            assert each.path(tmp_path).exists(), each.name
            if each.name in floors:
                assert floors[each.name].gold == digest_of(each.path(tmp_path)), f"{each.name}: gold changed; run evals.run --pin"
