"""Misreported source: an answer gives another figure, date or status than the context that it rests on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import ClassVar, NamedTuple

from domains.mining.amounts import amounts
from domains.mining.patterns import pattern
from processors.evaluator import Abstain, Evaluator, Fail, Pass, Result
from processors.extraction.dates import Date, dates
from processors.extraction.negation import hypothetical, negated
from processors.extraction.quantities import Quantity
from processors.subject import Subject
from processors.text.sentences import Span
from processors.units import unit
from schemas.evaluation import Evidence

_MASS = unit("g").dimension
_MOST_READ = 60  # amounts of a text; more are a table, of which any sum might be taken
_PARTS_OF_A_YEAR = (2, 4, 12, 52, 365)
_MOST_SHARES = 12
_CLOSE = 0.02  # rounding, as in "about 67 Mt"
_SPECIFIC = 4  # dates of a context beyond which one of the output may well be reckoned from several

_OPPOSITE = {"works": "rests", "rests": "works"}
"""Lists of patterns: a mine that works, and one that does not."""


class _Wrong(NamedTuple):
    label: str
    said: str
    span: Span


@dataclass(frozen=True, kw_only=True)
class MisreportedSource(Evaluator):
    """Tonnages, days and whether a mine works are in the output as in the context.

    A tonnage may also be a sum, a difference, or a share of what context and request give, and a day stand there as its
    month. Where the context says both that a mine works and that it does not, its status is not judged. Abstains
    without context, or where it shares none of these with the output.
    """

    name: ClassVar[str] = "misreported_source"
    version: ClassVar[int] = 1
    issue: ClassVar[str] = "ungrounded"
    cites: ClassVar[tuple[str, ...]] = ("mine_act", "ni_43_101")

    def evaluate(self, subject: Subject) -> Result:
        if not subject.context_text.strip():
            return Abstain("the trace has no context")
        checked = [found for check in (_tonnage, _day, _status) if (found := check(subject)) is not None]
        if not checked:
            return Abstain("context and output share neither tonnages nor days nor a status")
        wrong = next((each for found in checked for each in found), None)
        if wrong is None:
            return Pass()
        return Fail(
            score=0.85,
            severity="high",
            label=wrong.label,
            explanation=wrong.said,
            evidence=(Evidence("output", *wrong.span),),
        )


def _tonnage(subject: Subject) -> Iterator[_Wrong] | None:
    given = _masses(amounts(subject, "context"))
    stated = _masses(amounts(subject, "output"))
    if not given or not stated or len(given) > _MOST_READ:
        return None
    text = subject.output_text
    known = _derivable([*given, *_masses(amounts(subject, "request"))][:_MOST_READ], subject)
    return (
        _Wrong("amount", f"The context does not give “{text[each.start : each.end]}”.", (each.start, each.end))
        for each in stated[:_MOST_READ]
        if not hypothetical(text, each.start) and "=" not in text and not _is_near(each, known)
    )


def _masses(read: Sequence[Quantity]) -> list[Quantity]:
    """The positive ones; an ounce at a mine is a troy ounce."""
    masses = [each for each in read if each.unit.dimension == _MASS and each.value > 0]
    return [
        Quantity(each.value, unit("troy_ounce"), each.start, each.end, each.high) if each.unit.name == "ounce" else each
        for each in masses
    ]


def _derivable(given: Sequence[Quantity], subject: Subject) -> list[tuple[float, float]]:
    """Ranges in base units: what is given, and sums, differences, and shares of it."""
    ends = [(each.unit.to_base(each.value), each.unit.to_base(each.high or each.value)) for each in given]
    plain = sorted({end for pair in ends for end in pair})
    reckoned = [value for one, other in combinations(plain, 2) for value in (one + other, abs(one - other))]
    reckoned += [sum(plain[first:last]) for first in range(len(plain)) for last in range(first + 3, len(plain) + 1)]
    reckoned += [sum(low for low, _ in ends), *(value / parts for value in plain for parts in _PARTS_OF_A_YEAR)]
    shares = [each.value / 100 for each in _all(subject) if each.unit.name in ("percent", "%")][:_MOST_SHARES]
    reckoned += [value * factor for value in plain for share in shares for factor in (share, 1 - share, 1 + share)]
    return ends + [(value, value) for value in reckoned]


def _all(subject: Subject) -> list[Quantity]:
    return [*amounts(subject, "context"), *amounts(subject, "request"), *amounts(subject, "output")]


def _is_near(each: Quantity, known: Sequence[tuple[float, float]]) -> bool:
    low, high = each.unit.to_base(each.value), each.unit.to_base(each.high or each.value)
    return any(start * (1 - _CLOSE) <= low and high <= end * (1 + _CLOSE) for start, end in known)


def _day(subject: Subject) -> Iterator[_Wrong] | None:
    given = [*dates(subject.context_text), *dates(subject.request)]
    stated = [each for each in dates(subject.output_text) if each.precision == "day" and not each.ambiguous]
    if not stated or not 0 < len(dates(subject.context_text)) <= _SPECIFIC:
        return None
    text = subject.output_text
    return (
        _Wrong("date", f"The context does not give {text[each.start : each.end]}.", (each.start, each.end))
        for each in stated
        if not hypothetical(text, each.start) and not any(_is_same(each, other) for other in given)
    )


def _is_same(stated: Date, given: Date) -> bool:
    same_month = (stated.date.year, stated.date.month) == (given.date.year, given.date.month)
    return stated.date == given.date or given.ambiguous or (same_month and given.precision != "day")


def _status(subject: Subject) -> Iterator[_Wrong] | None:
    context, output = subject.context_text.lower(), subject.output_text.lower()
    given = {name: _affirmed(name, context) for name in _OPPOSITE}
    stated = {name: _affirmed(name, output) for name in _OPPOSITE}
    if sum(map(bool, given.values())) != 1 or sum(map(bool, stated.values())) != 1:
        return None
    return (
        _Wrong("status", f"The context says “{context[slice(*given[other][0])]}”.", stated[name][0])
        for name, other in _OPPOSITE.items()
        if stated[name] and given[other]
    )


def _affirmed(name: str, text: str) -> list[Span]:
    places = [match.span() for match in pattern(name).finditer(text)]
    return [span for span in places if not negated(text, span[0]) and not hypothetical(text, span[0])]
