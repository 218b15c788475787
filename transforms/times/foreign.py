"""Whole dates in the languages that have no tables here: "14 marzo 2021", "21 февраля 2022 г.".

dateparser knows the month names of some two hundred languages; run over running text it invents dates
(the research report counts value F1 9), so it is only ever shown one word, between a day and a year that
were found without it.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from datetime import date

from schemas.records import Anchor, Precision, Span, TimeExpression, TimexType

DAY_MONTH_YEAR = re.compile(r"(?<![\w.])(\d{1,2})(?:\.|º|-?(?:го|ое|er))?\s+(?:d[ei]\s+|d['’])?([^\W\d_]{3,15})\.?,?\s+(?:d[ei]l?\s+)?(\d{4})(?!\w)")
MONTH_YEAR = re.compile(r"(?<![\w.])([^\W\d_]{3,15})\s+(?:d[ei]l?\s+)?(\d{4})(?!\w)")
FIRST_YEAR, LAST_YEAR = 1500, 2200


@functools.lru_cache(maxsize=8192)
def month_of(word: str, language: str) -> int:
    """The month (1 to 12) that a word names in a language (ISO 639-1), 0 for any other word or an unknown language."""
    import dateparser

    try:
        parsed = dateparser.parse(f"1 {word} 2000", languages=[language],
                                  settings={"STRICT_PARSING": True, "REQUIRE_PARTS": ["day", "month", "year"], "DATE_ORDER": "DMY"})
    except ValueError:
        return 0
    # the year and the day must come back as given: else the word was read as something else
    return parsed.month if parsed is not None and (parsed.day, parsed.year) == (1, 2000) else 0


def read_foreign(text: str, language: str) -> Iterator[TimeExpression | str]:
    """Full dates and months with a year, in reading order; an impossible date comes as its words."""
    taken = 0
    found = sorted([*DAY_MONTH_YEAR.finditer(text), *MONTH_YEAR.finditer(text)], key=lambda match: (match.start(), -match.end()))
    for match in found:
        *days, word, year_text = match.groups()
        year = int(year_text)
        if match.start() < taken or not FIRST_YEAR <= year <= LAST_YEAR:
            continue
        month = month_of(word.casefold(), language)
        if not month:
            continue
        taken = match.end()
        span = Span(match.start(), match.end())
        if days:
            try:
                start = date(year, month, int(days[0]))
            except ValueError:
                yield match.group()
                continue
            end, precision, value = date.fromordinal(start.toordinal() + 1), Precision.DAY, start.isoformat()
        else:
            start = date(year, month, 1)
            end = date(year + month // 12, month % 12 + 1, 1)
            precision, value = Precision.MONTH, f"{year:04}-{month:02}"
        yield TimeExpression(span, match.group(), TimexType.DATE, value, value, start, end, precision, anchor=Anchor.EXPLICIT, rule="foreign")
