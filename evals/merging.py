"""The merge gold through the reader and the merger: short articles in, the events that their mentions became out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from evals.predict import ROOT, Row
from schemas.records import Mention


def gazetteer_file() -> Path:
    """The gazetteer that the command uses, built first when it is missing."""
    from flows.night import ensure_gazetteer

    return ensure_gazetteer(ROOT / "data")


def merge_groups(groups: Sequence[Row]) -> list[Row]:
    """For each group {"id", "mentions": [{"article", "start", "end", "event_id"}]}: start and end are the trigger's."""
    from transforms.clean.cleaner import article_from_text
    from transforms.merge import merge
    from transforms.read import open_reader

    reader = open_reader(gazetteer=gazetteer_file())
    out = []
    for group in groups:
        mentions: dict[str, Mention] = {}
        for row in group["articles"]:
            article = article_from_text(row["text"], article_id=row["id"], published=date.fromisoformat(row["published"]), language="en")
            mentions |= {mention.mention_id: mention for mention in reader.read(article).mentions}
        told = [{"article": mentions[mention_id].article_id, "start": mentions[mention_id].trigger.start,
                 "end": mentions[mention_id].trigger.end, "event_id": event.event_id}
                for event in merge(mentions.values()) for mention_id in event.mention_ids]
        out.append({"id": group["id"], "mentions": told})
    return out
