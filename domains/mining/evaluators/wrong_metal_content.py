"""Wrong metal content: metal that an answer works out, and that is not tonnes × grade, nor that × recovery."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import isclose
from typing import ClassVar

from domains.mining.amounts import MAX_CHARS, amounts
from domains.mining.patterns import pattern
from processors.evaluator import Abstain, Evaluator, Fail, Pass, Result
from processors.extraction.quantities import Quantity
from processors.subject import Field, Subject
from processors.text.words import folded
from processors.units import Unit, unit
from schemas.evaluation import Evidence

_MASS = unit("g").dimension
_GRADE_UNITS = ("g/metric_ton", "percent", "ppm", "ounce/", "troy_ounce/")
_TOLERANCE = 0.03
_LEAST_RECOVERY = 20  # percent
_REACH = 45  # characters around an amount in which it is said what it is


@dataclass(frozen=True, slots=True)
class _Read:
    """A text, and the amounts in it."""

    text: str
    amounts: list[Quantity]

    @classmethod
    def of(cls, subject: Subject, field: Field) -> _Read:
        return cls(folded(subject.text_of(field)[:MAX_CHARS]), amounts(subject, field))

    def before(self, each: Quantity) -> str:
        return self.text[max(each.start - _REACH, 0) : each.start]

    def behind(self, each: Quantity) -> str:
        return self.text[each.end : each.end + _REACH]

    @property
    def metals(self) -> list[Quantity]:
        """Masses that are said to be of metal; ounces are."""
        return [each for each in self.amounts if each.unit.dimension == _MASS and self._is_metal(each)]

    @property
    def ores(self) -> Iterator[Quantity]:
        """Tonnages of what is no metal and no waste."""
        for each in self.amounts:
            tonnage = each.unit.dimension == _MASS and "ton" in each.unit.name and each.high is None
            if tonnage and not self._is_metal(each) and not pattern("waste").search(self._around(each)):
                yield each

    @property
    def grades(self) -> Iterator[Quantity]:
        """Of percentages those that are called a grade."""
        for each in self.amounts:
            if each.high is not None or not each.unit.name.startswith(_GRADE_UNITS) or self._is_recovery(each):
                continue
            graded = pattern("graded").search(self.before(each)) or pattern("of_metal").match(
                self.behind(each).lstrip()
            )
            if graded or each.unit.name != "percent":
                yield each

    @property
    def recoveries(self) -> list[float]:
        """As shares."""
        return [each.value / 100 for each in self.amounts if self._is_recovery(each)]

    def _around(self, each: Quantity) -> str:
        return self.text[max(each.start - _REACH // 2, 0) : each.end + _REACH // 2]

    def _is_metal(self, each: Quantity) -> bool:
        said = pattern("of_metal").match(self.behind(each).lstrip()) or pattern("contains").search(self.before(each))
        return "ounce" in each.unit.name or said is not None

    def _is_graded(self, each: Quantity) -> bool:
        of_metal = pattern("of_metal").match(self.behind(each).lstrip())
        return of_metal is not None or pattern("graded").search(self.before(each)) is not None

    def _is_recovery(self, each: Quantity) -> bool:
        around = f"{self.before(each)}{self.behind(each)[: _REACH // 2]}"
        share = each.unit.name == "percent" and each.value > _LEAST_RECOVERY
        return share and pattern("recovered").search(around) is not None


@dataclass(frozen=True, kw_only=True)
class WrongMetalContent(Evaluator):
    """Metal that the output works out is tonnes × grade, or that × a recovery, up to 3 % for rounding.

    Tonnes and grade are read from the output, and where it has none from the request. Judged is only what follows from
    one tonnage and one grade, and where the output gives several amounts of metal one of them must be right.
    """

    name: ClassVar[str] = "wrong_metal_content"
    version: ClassVar[int] = 1
    issue: ClassVar[str] = "wrong_metal_content"
    cites: ClassVar[tuple[str, ...]] = ("crirsco", "nist_hb44")

    def evaluate(self, subject: Subject) -> Result:
        output, request = _Read.of(subject, "output"), _Read.of(subject, "request")
        metals = output.metals
        if not metals:
            return Abstain("the output states no amount of metal")
        ore = _only(output.ores) or _only(request.ores)
        grade = _only(output.grades) or _only(request.grades)
        if ore is None or grade is None:
            return Abstain("the output works out no metal from one tonnage and one grade")
        contained = ore.unit.to_base(ore.value) * grade.unit.to_base(grade.value)
        rights = [contained * share for share in (1.0, *output.recoveries, *request.recoveries)]
        if any(
            isclose(_troy(each.unit).to_base(each.value), right, rel_tol=_TOLERANCE)
            for each in metals
            for right in rights
        ):
            return Pass()
        wrong = metals[-1]
        return Fail(
            score=0.9,
            severity="high",
            label="metal",
            explanation=_explained(ore, grade, wrong, rights),
            evidence=(Evidence("output", wrong.start, wrong.end),),
        )


def _only(found: Iterable[Quantity]) -> Quantity | None:
    """What is found where nothing else is; the same again is nothing else."""
    each = {(quantity.value, quantity.unit.name): quantity for quantity in found}
    return next(iter(each.values())) if len(each) == 1 else None


def _troy(measure: Unit) -> Unit:
    """An ounce of metal is a troy ounce."""
    if "ounce" not in measure.name or "troy" in measure.name:
        return measure
    return unit(measure.name.replace("ounce", "troy_ounce"))


def _explained(ore: Quantity, grade: Quantity, wrong: Quantity, rights: list[float]) -> str:
    measure = _troy(wrong.unit)
    right = " or ".join(f"{measure.from_base(each):,.6g}" for each in dict.fromkeys(rights))
    made = f"{ore.value:,.10g} {ore.unit.name} × {grade.value:g} {grade.unit.name} is {right} {measure.name}"
    return f"{made}, not {wrong.value:,.10g}.".replace("metric_ton", "t").replace("_", " ")
