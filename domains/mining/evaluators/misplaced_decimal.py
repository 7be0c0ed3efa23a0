"""Misplaced decimal: a figure of the answer that is one of the context times ten, a hundred, a thousand."""

from __future__ import annotations

from dataclasses import dataclass
from math import isclose, log10
from typing import ClassVar

from domains.mining.amounts import amounts
from processors.evaluator import Abstain, Evaluator, Fail, Pass, Result
from processors.extraction.quantities import Quantity
from processors.subject import Field, Subject
from processors.units import describe
from schemas.evaluation import Evidence

_MOST_COMPARED = 200
_FEWEST_DIGITS = 2
_LARGEST_SLIP = 6  # powers of ten
_EXACT = 1e-3


@dataclass(frozen=True, kw_only=True)
class MisplacedDecimal(Evaluator):
    """No amount of the output is a power of ten away from one of the context that it should be.

    Amounts have a unit, and two digits that count. One that the context or the request has as well is right. Abstains
    without context, or where context and output share no dimension.
    """

    name: ClassVar[str] = "misplaced_decimal"
    version: ClassVar[int] = 1
    issue: ClassVar[str] = "misplaced_decimal"
    cites: ClassVar[tuple[str, ...]] = ("nist_hb44",)

    def evaluate(self, subject: Subject) -> Result:
        given = _amounts(subject, "context") if subject.trace.context else []
        if not given:
            return Abstain("there is no context with amounts")
        known = given + _amounts(subject, "request")
        stated = [each for each in _amounts(subject, "output") if _comparable(each, given)]
        if not stated:
            return Abstain("output and context give no amounts of the same kind")
        for each in stated:
            if any(_ratio(each, other, 1.0) for other in known if other.unit.dimension == each.unit.dimension):
                continue
            source = next((other for other in given if _digits(each) >= _FEWEST_DIGITS and _slipped(each, other)), None)
            if source is not None:
                return Fail(
                    score=0.85,
                    severity="high",
                    label="decimal",
                    explanation=f"{_said(each)} stands in the context as {_said(source)}.",
                    evidence=(Evidence("output", each.start, each.end),),
                )
        return Pass()


def _amounts(subject: Subject, field: Field) -> list[Quantity]:
    return [each for each in amounts(subject, field) if each.unit.name != "1" and each.value > 0][:_MOST_COMPARED]


def _comparable(each: Quantity, given: list[Quantity]) -> bool:
    return any(each.unit.dimension == other.unit.dimension for other in given)


def _base(each: Quantity) -> float:
    return each.unit.to_base(each.value)


def _ratio(each: Quantity, other: Quantity, factor: float) -> bool:
    ends = [other.value, *([other.high] if other.high else [])]
    return any(
        isclose(_base(each), other.unit.to_base(end) * factor, rel_tol=0.02 if factor == 1.0 else _EXACT)
        for end in ends
    )


def _slipped(each: Quantity, other: Quantity) -> bool:
    if each.unit.dimension != other.unit.dimension or _base(other) <= 0 or _base(each) <= 0:
        return False
    power = round(log10(_base(each) / _base(other)))
    return 0 < abs(power) <= _LARGEST_SLIP and _ratio(each, other, 10.0**power)


def _digits(each: Quantity) -> int:
    return len(f"{each.value:.12g}".replace(".", "").split("e")[0].strip("0"))


def _said(each: Quantity) -> str:
    return describe(_base(each), each.unit.name).replace("metric_ton", "t")
