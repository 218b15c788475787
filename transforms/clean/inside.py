"""When a text without any date on it was written, estimated from what it says.

An interval, never a day: an embedded post or the latest day that the text names as news bounds it from below.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from datetime import date, timedelta

from schemas.records import Anchor, Article, Basis, Precision, TimeExpression, TimexType, When
from transforms.clean.dates import estimate

_RECENT = re.compile(r"\b(?:today|yesterday|tonight|this (?:morning|afternoon|evening|week)|on (?:mon|tues|wednes|thurs|fri|satur|sun)day"
                     r"|last (?:night|week)|heute|gestern|aujourd'hui|hier|hoy|ayer|danas|juče|jučer|данас|јуче)\b", re.I)

_AHEAD = re.compile(r"\b(?:by|until|till|before|from|starting|will|would|to|next|expires?|due|scheduled|planned|bis|ab"
                    r"|avant|jusqu|hasta|antes|do|od|до|од)\b", re.I)
_YEARLESS = re.compile(r"XXXX-\d\d-\d\d")
NEAR = timedelta(days=31)
AHEAD_CHARACTERS = 40                # before a date, where words that look ahead are sought


def find_bounds(article: Article) -> tuple[When, ...]:
    """What the text tells of its own day, best first; empty where it names none.

    EMBED: an embedded post's day and the week after it. INSIDE: the same from the latest full date of the text, if
    that is also the latest year it names, another date lies near, with its year or without, and it speaks of the
    present ("yesterday", "on Friday"): a history that ends in 1999 was not written in 1999. Else the latest day is a
    lower bound without an end, which is a candidate and never the article's date.
    """
    out = []
    latest = max((embed.published for embed in article.embeds if embed.published), default=None)
    if latest is not None:
        out.append(estimate(latest, Basis.EMBED))
    written = list(_written_times(article))
    named = [(each.start, each.precision) for each in written if each.start is not None and each.anchor is Anchor.EXPLICIT]
    if named:
        last, precision = max(named, key=lambda each: each[0])
        days = [day for day, fineness in named if fineness is Precision.DAY]
        days += [day for each in written if (day := _completed(each.value, last)) is not None]
        near = sum(abs(day - last) <= NEAR for day in days)
        if precision is Precision.DAY and near >= 2 and _RECENT.search(article.content):
            out.append(estimate(last, Basis.INSIDE))
        elif precision is Precision.DAY:
            out.append(When(last, None, Precision.RANGE, Basis.INSIDE, f"{last.isoformat()}/.."))
    return tuple(out)


def _written_times(article: Article) -> Iterator[TimeExpression]:
    """The dates that the article's own text writes out, without those that it looks ahead to.

    Furniture and other articles date nothing here.
    """
    # imported here: the time reader's tables cost, and most pages have a date of their own
    from transforms.times.reader import read_times

    for span in article.content_spans():
        text = span.of(article.text)
        for each in read_times(text, None, language=article.language or "en").expressions:
            if each.type is TimexType.DATE and not _AHEAD.search(text[max(0, each.span.start - AHEAD_CHARACTERS):each.span.start]):
                yield each


def _completed(value: str, last: date) -> date | None:
    """The day of a value without a year ("XXXX-11-02") that lies nearest to another; None for any other value."""
    if not _YEARLESS.fullmatch(value):
        return None
    days = []
    for year in (last.year - 1, last.year, last.year + 1):
        with contextlib.suppress(ValueError):       # 29 February
            days.append(date(year, int(value[5:7]), int(value[8:])))
    return min(days, key=lambda day: abs(day - last), default=None)
