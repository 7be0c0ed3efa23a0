"""Wrong figures: calculations in the output that do not come out, and amounts that it equates in two units wrongly."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

import re2  # type: ignore[import-untyped]  # ships no types

from domains.robotics.evaluators.within_limit import quantity
from domains.robotics.telemetry.equations import equations
from domains.robotics.telemetry.statements import output_amounts
from processors.evaluator import Abstain, Evaluator, Fail, Pass, Result
from processors.extraction.quantities import Quantity
from processors.subject import Subject
from schemas.evaluation import Evidence

_LINKED = re2.compile(
    r"(?i)\s*,?\s*(?:=|≈|~|equals?|(?:is|are) (?:equal|equivalent) to|is the same as|corresponds? to"
    r"|converts? (?:in)?to|is|i\.e\.,?|which is|that is|\()"
    r"\s*(?:about |approximately |roughly |exactly |only |just |~|≈|=)?\s*"
)
_LONGEST_LINK = 40  # characters
_SLACK = 0.03
_FACTOR = 2.0  # below it the second amount may be another one, as in “850 mm (0.7 m usable)”


@dataclass(frozen=True, kw_only=True)
class WrongSafetyCalculation(Evaluator):
    """Works out again the equations that the output writes out, as those of a safety distance (ISO 13855:2010, 5).

    Units are followed where both sides have them; up to 1 % and half of the last digit is rounding. Abstains where it
    writes out none.
    """

    name: ClassVar[str] = "wrong_safety_calculation"
    version: ClassVar[int] = 1
    issue: ClassVar[str] = "incorrect_answer"
    cites: ClassVar[tuple[str, ...]] = ("iso_13855",)

    def evaluate(self, subject: Subject) -> Result:
        text = subject.output_text
        if "=" not in text and "≈" not in text:
            return Abstain("the output writes out no equation")
        judged = [(equation, holds) for equation in equations(text) if (holds := equation.holds) is not None]
        if not judged:
            return Abstain("the output writes out no equation that can be worked out")
        wrong = next((equation for equation, holds in judged if not holds), None)
        if wrong is None:
            return Pass()
        return Fail(
            score=0.9,
            severity="high",
            label="calculation",
            explanation=f"“{text[wrong.start : wrong.end].strip()}” does not come out: {wrong.right:,.6g}.",
            evidence=(Evidence("output", wrong.start, wrong.end),),
        )


@dataclass(frozen=True, kw_only=True)
class MisconvertedQuantity(Evaluator):
    """Amounts that the output equates in another unit are equal: `90° = 1.571 rad`, `250 mm/s (0.25 m/s)`.

    Those in parentheses, which may be another amount, count from a factor of two on. Abstains where nothing is equated.
    """

    name: ClassVar[str] = "misconverted_quantity"
    version: ClassVar[int] = 1
    issue: ClassVar[str] = "unit_confusion"
    cites: ClassVar[tuple[str, ...]] = ("iso_80000",)

    def evaluate(self, subject: Subject) -> Result:
        pairs = list(_equated(subject))
        if not pairs:
            return Abstain("the output equates no two amounts")
        for given, found, in_parentheses in pairs:
            right = found.unit.from_base(given.unit.to_base(given.value))
            off = max(right / found.value, found.value / right)
            if off > (_FACTOR if in_parentheses else 1 + _SLACK) and abs(right - found.value) > _rounding(found):
                return Fail(
                    score=0.9,
                    severity="high",
                    label="conversion",
                    explanation=f"{quantity(given.value, given.unit.name)} is {quantity(right, found.unit.name)}, "
                    f"not {found.value:.4g}.",
                    evidence=(Evidence("output", given.start, found.end),),
                )
        return Pass()


def _rounding(found: Quantity) -> float:
    return 0.5 if found.value.is_integer() else 0.05 if (found.value * 10).is_integer() else 0.0


def _equated(subject: Subject) -> Iterator[tuple[Quantity, Quantity, bool]]:
    text = subject.output_text
    for one, other in pairwise(output_amounts(subject)):
        between = text[one.end : other.start]
        if len(between) > _LONGEST_LINK or not _convertible(one, other) or not _LINKED.fullmatch(between):
            continue
        if "(" not in between or text[other.end : other.end + 1] == ")":
            yield one, other, "(" in between


def _convertible(one: Quantity, other: Quantity) -> bool:
    """Whether both are above zero, in different units of the same dimension, and no ranges."""
    alike = one.unit.dimension == other.unit.dimension and one.unit.name != other.unit.name
    return alike and one.high is None and other.high is None and one.value > 0 and other.value > 0
