""" "Came two days after the raid": how far what follows "after" lies from what it is told with.

The time reader gives such a length as a duration, which dates nothing; beside a known day it does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from spacy.tokens import Span as Sentence
from spacy.tokens import Token

from schemas.records import Basis, Precision, Span, TimeExpression, TimexType, When
from transforms.times.calendars import add_months
from transforms.times.meaning import calendar_unit

LENGTH = re.compile(r"P(\d+)([DWMY])")
LONGEST = {"D": 60, "W": 20, "M": 24, "Y": 30}      # "90 years after the war" is no date
PRECISIONS = {"D": Precision.DAY, "W": Precision.WEEK, "M": Precision.MONTH, "Y": Precision.YEAR}


@dataclass(frozen=True, slots=True)
class Gap:
    """A length of time before the word "after"; what follows the word came first."""

    after: Token
    count: int
    unit: str
    text: str
    span: Span

    def is_behind(self, token: Token) -> bool:
        """Whether a word belongs to what came first."""
        first = self.after.head if self.after.dep_ == "mark" else self.after
        return token.i == first.i or first in token.ancestors

    @property
    def governor(self) -> Token:
        """The verb of what came later."""
        return self.after.head.head if self.after.dep_ == "mark" else self.after.head

    def before(self, later: date) -> When:
        """When the first thing was, by the day of the later one."""
        return self._from(later, -1)

    def after_day(self, first: date) -> When:
        """When the later thing was, by the day of the first one."""
        return self._from(first, 1)

    def _from(self, day: date, sign: int) -> When:
        count = sign * self.count
        moved = day + timedelta({"D": 1, "W": 7}[self.unit] * count) if self.unit in "DW" else add_months(day, {"M": 1, "Y": 12}[self.unit] * count)
        unit = calendar_unit(PRECISIONS[self.unit], moved)
        return When(unit.start, unit.end, unit.precision, Basis.TEXT, unit.edtf, self.text, self.span)


def gaps_in(sentence: Sentence, offset: int, expressions: Sequence[TimeExpression]) -> Iterator[Gap]:
    """The lengths of a sentence that stand before "after"."""
    low, high = sentence.start_char + offset, sentence.end_char + offset
    for expression in expressions:
        if expression.type is not TimexType.DURATION or expression.span.start < low or expression.span.end > high:
            continue
        told = LENGTH.fullmatch(expression.value)
        words = sentence.doc.char_span(expression.span.start - offset, expression.span.end - offset, alignment_mode="expand") if told else None
        if told is None or words is None or words.end >= sentence.end or int(told[1]) > LONGEST[told[2]]:
            continue
        after = sentence.doc[words.end]
        if after.lower_ == "after" and after.dep_ in ("prep", "mark"):
            yield Gap(after, int(told[1]), told[2], f"{expression.text} after", expression.span)
