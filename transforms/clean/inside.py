"""When a text without any date on it was written, estimated from what it says.

An interval, never a day: an embedded post or the latest day that the text names as news bounds it from below.
"""

from __future__ import annotations

import re
from datetime import timedelta

from schemas.records import Article, Basis, Precision, TimeExpression, When
from transforms.clean.dates import estimate

_RECENT = re.compile(r"\b(?:today|yesterday|tonight|this (?:morning|afternoon|evening|week)|on (?:mon|tues|wednes|thurs|fri|satur|sun)day"
                     r"|last (?:night|week)|heute|gestern|aujourd'hui|hier|hoy|ayer|danas|juče|jučer|данас|јуче)\b", re.I)


def estimate_inside(article: Article) -> tuple[When, ...]:
    """Estimates best first: EMBED, then INSIDE; empty where nothing in the text bounds its day.

    INSIDE needs a full date as the latest that the text names, of its latest year, beside words that speak of the
    present ("yesterday", "on Friday"): a history that ends in 1999 was not written in 1999.
    """
    out = []
    latest = max((embed.published for embed in article.embeds if embed.published), default=None)
    if latest is not None:
        out.append(estimate(latest, Basis.EMBED))
    bound = _latest_day(article)
    if bound is not None:
        out.append(bound)
    return tuple(out)


def _latest_day(article: Article) -> When | None:
    if not _RECENT.search(article.content):
        return None
    try:
        from transforms.times.reader import read_times
    except ImportError:
        return None
    found: list[TimeExpression] = []
    for span in article.content_spans():
        found.extend(read_times(span.of(article.text), None, language=article.language or "en").expressions)
    starts = [each.start for each in found if each.start is not None]
    days = [each.start for each in found if each.start is not None and each.precision is Precision.DAY]
    if not days or not starts or max(days) < max(starts):
        return None
    latest = max(days)
    if sum(abs(day - latest) <= timedelta(days=31) for day in days) < 2:
        return None                  # one day alone may be any anniversary
    return estimate(latest, Basis.INSIDE)
