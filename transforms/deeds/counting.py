"""Deeds told by their distance from another: "a month after rebels seized the town", "the 10th anniversary of the massacre".

The distance is said, and one of the two dates is known; counting gives the other. A distance without a number ("days
after", "weeks before") leaves the other undated, which is still better than the day of the page.
"""

from __future__ import annotations

import functools
import itertools
import math
import re
from dataclasses import dataclass
from datetime import date

from spacy.strings import get_string_id
from spacy.tokens import Span as Sentence
from spacy.tokens import Token

from schemas.records import Basis, Precision, TimeExpression, When
from transforms.deeds import syntax
from transforms.times import calendars
from transforms.times.tokens import word_rows

SIGNS = {"after": -1, "following": -1, "before": 1}       # where, seen from the main clause, the other deed lies
LASTING = frozenset({"in", "within", "during", "over"})        # "in the days after the attack" tells of those days
ANNIVERSARIES = frozenset(map(get_string_id, ("anniversary", "anniversaries")))
PRECISIONS = {"D": Precision.DAY, "W": Precision.WEEK, "M": Precision.MONTH, "Y": Precision.YEAR}
FINE_ENOUGH = {"D": 1, "W": 7, "M": 31, "Y": 366}         # days that the date counted from may be wide
MONTHS = {"M": 1, "Y": 12}
HOURS_OF_DAY = 24
ROUND_YEARS = 10                                           # "two decades after" is no year
_VALUE = re.compile(r"P(?P<clock>T?)(?P<count>\d+|X)(?P<unit>[DWMYHS])")
_ORDINAL = re.compile(r"(\d+)(?:st|nd|rd|th)")


@dataclass(frozen=True, slots=True)
class Gap:
    """A length of time before "after" or "before": the joint word, and the head of what stands beyond it."""

    joint: Token
    other: Token
    count: int | None           # None: "days after"
    unit: str                   # D, W, M or Y
    sign: int
    is_lasting: bool

    def holds(self, token: Token) -> bool:
        """Whether a word stands beyond the joint."""
        return self.other.left_edge.i <= token.i <= self.other.right_edge.i and token.i > self.joint.i


def gap_of(expression: TimeExpression, words: Sentence) -> Gap | None:
    """The gap that a length opens, None for a length that stands alone ("for two days") or before no clause and no deed."""
    joint = words.doc[words.end] if words.end < len(words.doc) else None
    shape = _VALUE.fullmatch(expression.value)
    if joint is None or joint.lower_ not in SIGNS or shape is None:
        return None
    other = joint.head if joint.dep_ == "mark" else next((kid for kid in joint.rights if kid.dep_ in ("pobj", "pcomp")), None)
    if other is None:
        return None
    unit = "D" if shape["clock"] else shape["unit"]
    count = 0 if shape["clock"] else None if shape["count"] == "X" else int(shape["count"])      # "hours after": on that day
    if unit in MONTHS and count and (expression.modifier or (count % ROUND_YEARS == 0 and "decade" in expression.text.lower())):
        count = None                # "less than two years after", "two decades after"
    before = [token.lower_ for token in words.doc[max(0, words.start - 2):words.start + 1]]
    if "for" in before:
        return None                 # "held for ten days after the coup" tells how long, not how far
    return Gap(joint, other, count, unit, SIGNS[joint.lower_], not LASTING.isdisjoint(before))


def counted(start: date, end: date, gap: Gap, sign: int) -> When | None:
    """The date so far from another, as fine as its unit; None where the other is too wide to count from."""
    if gap.count is None or (end - start).days > FINE_ENOUGH[gap.unit]:
        return None
    steps = sign * gap.count
    try:
        near = {"D": lambda: calendars.add_days(start, steps), "W": lambda: calendars.add_days(start, 7 * steps),
                "M": lambda: calendars.add_months(start, steps), "Y": lambda: calendars.add_months(start, 12 * steps)}[gap.unit]()
        low, high = calendars.unit_days(PRECISIONS[gap.unit], near)
    except calendars.OutOfCalendarError:
        return None
    return When(low, high, PRECISIONS[gap.unit], Basis.NARRATIVE)


def back(day: date, length: str) -> date | None:
    """The day that lies a length, as TIMEX3 has it, before another; None where its number is not told ("PXM")."""
    shape = _VALUE.fullmatch(length)
    if shape is None or shape["count"] == "X":
        return None
    count, unit = int(shape["count"]), shape["unit"]
    if shape["clock"]:
        count, unit = math.ceil(count / HOURS_OF_DAY) if unit == "H" else 0, "D"
    try:
        return calendars.add_months(day, -count * MONTHS[unit]) if unit in MONTHS else calendars.add_days(day, -count * FINE_ENOUGH[unit])
    except calendars.OutOfCalendarError:
        return None


def anniversary(deed: Token, on: date) -> When | None:
    """The year of a deed whose nth anniversary is told of on a day."""
    above = itertools.takewhile(lambda word: word.dep_ != "relcl", deed.ancestors)     # "of the accord that ended the war": not the war's
    told = next((word for word in itertools.islice(above, syntax.MAX_CLIMB) if word.lower in ANNIVERSARIES), None)
    years = next((number for kid in told.lefts if (number := _ordinal(kid.lower_))), None) if told is not None and told.i < deed.i else None
    return When(date(on.year - years, 1, 1), date(on.year - years + 1, 1, 1), Precision.YEAR, Basis.NARRATIVE) if years and years < on.year else None


def _ordinal(word: str) -> int | None:
    shape = _ORDINAL.fullmatch(word)
    return int(shape[1]) if shape else _ordinal_words().get(word)


@functools.cache
def _ordinal_words() -> dict[str, int]:
    return {row.word: int(row.value) for row in word_rows() if row.language == "en" and row.kind == "ord" and row.value.isdigit()}
