"""Poor record quality: a score of completeness, validity, consistency, timeliness and uniqueness."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from domains.mining.claims import DIMENSIONS, Dimension, Flaw, RecordClaim
from domains.mining.evaluators.duplicate_record import DuplicateRecord
from domains.mining.evaluators.implausible_grade import ImplausibleGrade
from domains.mining.evaluators.implausible_jump import ImplausibleJump
from domains.mining.evaluators.implausible_productivity import ImplausibleProductivity
from domains.mining.evaluators.impossible_labour import ImpossibleLabour
from domains.mining.evaluators.impossible_value import ImpossibleValue
from domains.mining.evaluators.inconsistent_figures import InconsistentFigures
from domains.mining.evaluators.mining_without_permit import MiningWithoutPermit
from domains.mining.evaluators.misplaced_mine import MisplacedMine
from domains.mining.evaluators.missing_value import MissingValue, absent
from domains.mining.evaluators.outdated_record import OutdatedRecord
from domains.mining.evaluators.source_disagreement import SourceDisagreement
from domains.mining.evaluators.status_contradiction import StatusContradiction
from domains.mining.evaluators.unknown_value import UnknownValue
from domains.mining.evaluators.wrong_incident_rate import WrongIncidentRate
from domains.mining.evaluators.wrong_mine_id import WrongMineId
from domains.mining.reading import record
from domains.mining.record import Record
from processors.constraints.base import SCORES
from processors.evaluator import Abstain, Evaluator, Fail, Pass, Result
from processors.subject import Subject

CLAIMS: tuple[type[RecordClaim], ...] = (
    MissingValue,
    ImpossibleValue,
    UnknownValue,
    WrongMineId,
    ImplausibleGrade,
    ImplausibleProductivity,
    ImplausibleJump,
    ImpossibleLabour,
    StatusContradiction,
    MiningWithoutPermit,
    InconsistentFigures,
    WrongIncidentRate,
    SourceDisagreement,
    MisplacedMine,
    OutdatedRecord,
    DuplicateRecord,
)
"""What a record is scored by."""

_WORST_OF_A_PASS = 0.25


def _weights() -> Mapping[Dimension, float]:
    return {"completeness": 0.25, "validity": 0.25, "consistency": 0.25, "timeliness": 0.15, "uniqueness": 0.1}


@dataclass(frozen=True, kw_only=True)
class PoorRecordQuality(Evaluator):
    """Scores a record from 0 to 1 in the five dimensions (ISO 8000-8, DAMA) and fails it below `least` over all.

    A dimension loses the score of the worst flaw in it, and completeness a share for every field that an annual return
    lacks. weights: of the dimensions, 1 together. Abstains where nothing in the trace is a record of a mine.
    """

    name: ClassVar[str] = "poor_record_quality"
    version: ClassVar[int] = 1
    issue: ClassVar[str] = "poor_record_quality"
    cites: ClassVar[tuple[str, ...]] = ("iso_8000", "dama_dimensions")

    least: float = 0.8
    weights: Mapping[Dimension, float] = field(default_factory=_weights, hash=False)

    def evaluate(self, subject: Subject) -> Result:
        mine = record(subject)
        if not mine.keys or not (mine.figures or mine.texts or mine.missing or subject.trace.kind == "asset"):
            return Abstain("the trace has no record of a mine")
        found = {claim: claim().found(subject) or () for claim in CLAIMS}
        quality = {dimension: _quality(dimension, found, mine) for dimension in DIMENSIONS}
        overall = sum(self.weights[dimension] * value for dimension, value in quality.items())
        said = ", ".join(f"{dimension} {value:.2f}" for dimension, value in quality.items())
        return self._result(
            overall, f"Quality {overall:.2f}: {said}.", [flaw for each in found.values() for flaw in each]
        )

    def _result(self, overall: float, said: str, flaws: list[Flaw]) -> Result:
        if overall >= self.least and not flaws:
            return Pass(score=min(1 - overall, _WORST_OF_A_PASS), explanation=said)
        poor = [Flaw("high", said)] if overall < self.least else []
        worst = max([*flaws, *poor], key=lambda flaw: SCORES[flaw.severity])
        explanation = said if worst.said == said else f"{said} {worst.said}"
        return Fail(score=SCORES[worst.severity], severity=worst.severity, label=self.name, explanation=explanation)


def _quality(dimension: Dimension, found: Mapping[type[RecordClaim], Sequence[Flaw]], mine: Record) -> float:
    flaws = [flaw for claim, each in found.items() if claim.dimension == dimension for flaw in each]
    worst = max((SCORES[flaw.severity] for flaw in flaws), default=0.0)
    if dimension == "completeness" and mine.is_return:
        return min(1 - worst, 1 - len(absent(mine)) / 9)
    return 1 - worst
