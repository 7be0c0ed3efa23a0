"""Misreported source: an answer gives another figure, date or status than the context that it rests on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import isclose
from typing import ClassVar, NamedTuple

from domains.mining.amounts import amounts
from domains.mining.evaluators.source_disagreement import mix_up
from domains.mining.patterns import pattern
from processors.evaluator import Abstain, Evaluator, Fail, Pass, Result
from processors.extraction.dates import Date, dates
from processors.extraction.negation import hypothetical, negated
from processors.extraction.numerals import Numeral, numerals
from processors.extraction.quantities import Quantity
from processors.subject import Subject
from processors.text.sentences import Span
from processors.text.words import folded
from processors.units import unit
from schemas.evaluation import Evidence

_MASS = unit("g").dimension
_MOST_READ = 60  # amounts of a text; more are a table, of which any sum might be taken
_PARTS_OF_A_YEAR = (2, 4, 12, 52, 365)
_MOST_SHARES = 12
_CLOSE = 0.02  # rounding, as in "about 67 Mt"
_SPECIFIC = 4  # dates of a context beyond which one of the output may well be reckoned from several

_OPPOSITES = (("works", "rests"), ("permitted", "lapsed"))
"""Lists of patterns: that a mine works or rests, that a permit is in force or is not."""

_READ_BEHIND = 40  # characters from the name of a measure to its value
_NO_VALUE = re.compile(r"[.;,\n](?:\s|\Z)|\b(?:by|up|down|than|over|since|within|above|below|at least|at most)\b")
"""What ends the reach of a name; behind it stands a change or a bound."""

_RECKONED = re.compile(r"=|\b(?:average|mean|overall|combined|weighted|at that rate|works? out)\b")
_RENEWAL = re.compile(
    r"(?<!\bno )(?<!\bwithout )\brenewal [^.\n]{0,60}\b(?:pending|filed|submitted|applied|granted|approved|keeps)\b"
)
_YEARS = range(1900, 2200)
_DIGITS = re.compile(r"\d[\d,]{0,20}(?:\.\d{1,20})?")
_FEET = 3.28084
_ROUNDED = 0.05  # half of the last digit of 1.9


class _Wrong(NamedTuple):
    label: str
    said: str
    span: Span


@dataclass(frozen=True, kw_only=True)
class MisreportedSource(Evaluator):
    """Tonnages, named measures, days, and whether a mine works and is permitted are in the output as in the context.

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
        checked = [
            found for check in (_tonnage, _day, _measure, _works, _permit) if (found := check(subject)) is not None
        ]
        if not checked:
            return Abstain("context and output share neither tonnages nor measures nor days nor a status")
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


def _measure(subject: Subject) -> Iterator[_Wrong] | None:
    """Named measures, such as a strip ratio, whose value is nowhere in context or request."""
    context, output = folded(subject.context_text), subject.output_folded
    names = {match.group() for match in pattern("measures").finditer(context)}
    stated = [
        (match.group(), read) for match in pattern("measures").finditer(output) if (read := _behind(match, output))
    ]
    known = {
        float(digits.replace(",", "")) for text in (context, subject.request_folded) for digits in _DIGITS.findall(text)
    }
    shared = [(name, read) for name, read in stated if name in names]
    if not shared or _RECKONED.search(output):
        return None
    return (
        _Wrong("measure", f"The context does not give a {name} of {read.value:g}.", (read.start, read.end))
        for name, read in shared
        if not any(_is_value(read.value, each) for each in known) and not hypothetical(output, read.start)
    )


def _behind(match: re.Match[str], text: str) -> Numeral | None:
    """The first number behind the name of a measure, in its clause."""
    begin = match.end()
    reach = _NO_VALUE.split(text[begin : begin + _READ_BEHIND])[0]
    first = next((each for each in numerals(reach) if each.value not in _YEARS), None)
    return first and first._replace(start=begin + first.start, end=begin + first.end)


def _is_value(stated: float, given: float) -> bool:
    """Whether they are one value, rounded or in other units."""
    if abs(stated - given) <= max(_CLOSE * abs(given), _ROUNDED * (abs(given) >= 1)):
        return True
    if stated <= 0 or given <= 0:
        return False
    ratio = stated / given
    return mix_up(ratio) is not None or isclose(max(ratio, 1 / ratio), _FEET, rel_tol=_CLOSE)


def _works(subject: Subject) -> Iterator[_Wrong] | None:
    return _opposed(subject, *_OPPOSITES[0])


def _permit(subject: Subject) -> Iterator[_Wrong] | None:
    if _RENEWAL.search(folded(subject.context_text)):
        return None
    return _opposed(subject, *_OPPOSITES[1])


def _opposed(subject: Subject, *pair: str) -> Iterator[_Wrong] | None:
    """One of a pair of states in the output, and the other in the context."""
    context, output = subject.context_text.lower(), subject.output_text.lower()
    given, stated = ({name: _affirmed(name, text) for name in pair} for text in (context, output))
    if sum(map(bool, given.values())) != 1 or sum(map(bool, stated.values())) != 1:
        return None
    return (
        _Wrong("status", f"The context says “{context[slice(*given[other][0])]}”.", stated[name][0])
        for name, other in (pair, pair[::-1])
        if stated[name] and given[other]
    )


def _affirmed(name: str, text: str) -> list[Span]:
    places = [match.span() for match in pattern(name).finditer(text)]
    return [span for span in places if not negated(text, span[0]) and not hypothetical(text, span[0])]
