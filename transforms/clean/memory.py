"""What a site's pages have in common: lines that recur from article to article are furniture.

The memory is data that is handed in and out, so that cleaning stays a function of its arguments.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from schemas.records import Article, digest
from transforms.clean.extract import tokens

FURNITURE_PAGES = 3                  # on so many different articles a line is furniture; two may share a paragraph
MIN_WORDS = 3                        # "Related" recurs too, but so do one-word subheads


@dataclass(frozen=True, slots=True)
class SiteMemory:
    """For each line seen on a site, up to FURNITURE_PAGES articles that had it; keys are digests of the words."""

    seen: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))

    def is_furniture(self, text: str) -> bool:
        if not self.seen:
            return False
        words = tokens(text)
        return len(words) >= MIN_WORDS and len(self.seen.get(digest(*words), ())) >= FURNITURE_PAGES


EMPTY_MEMORY = SiteMemory()


def learn(memory: SiteMemory, articles: Iterable[Article]) -> SiteMemory:
    """The memory after these articles of one site; an article seen before, in whatever version, counts once.

    Leave out copies of one another (see duplicates.py): their paragraphs recur because the story does.
    """
    seen = dict(memory.seen)
    for article in articles:
        for block in article.blocks:
            words = tokens(article.span_text(block))
            if len(words) < MIN_WORDS:
                continue
            key = digest(*words)
            known = seen.get(key, ())
            if article.article_id not in known and len(known) < FURNITURE_PAGES:
                seen[key] = (*known, article.article_id)
    return SiteMemory(MappingProxyType(seen))
