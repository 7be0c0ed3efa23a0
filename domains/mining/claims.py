"""Claims about a record: what is common to evaluators that look for flaws in a mine's figures."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal, NamedTuple

from domains.mining.reading import record
from domains.mining.record import Record
from processors.constraints.base import SCORES
from processors.evaluator import Abstain, Evaluator, Fail, Pass, Result
from processors.subject import Subject
from schemas.evaluation import Severity

Dimension = Literal["completeness", "validity", "consistency", "timeliness", "uniqueness"]
DIMENSIONS: tuple[Dimension, ...] = ("completeness", "validity", "consistency", "timeliness", "uniqueness")
"""Of data quality: DAMA UK, The six primary dimensions for data quality assessment (2013); ISO 8000-8:2015."""

HELD = Pass()
_MOST_SAID = 3


class Flaw(NamedTuple):
    """Something wrong in a record, as a sentence."""

    severity: Severity
    said: str


def failure(label: str, flaws: Sequence[Flaw]) -> Fail:
    """A failure as bad as the worst flaw, that says the worst ones."""
    ordered = sorted(flaws, key=lambda flaw: -SCORES[flaw.severity])
    return Fail(
        score=SCORES[ordered[0].severity],
        severity=ordered[0].severity,
        label=label,
        explanation=" ".join(flaw.said for flaw in ordered[:_MOST_SAID]),
    )


@dataclass(frozen=True, kw_only=True)
class RecordClaim(Evaluator):
    """An evaluator of a record. `dimension`: the one of data quality that it is about; `needs`: what it judges."""

    version: ClassVar[int] = 1
    dimension: ClassVar[Dimension]
    needs: ClassVar[str]

    def evaluate(self, subject: Subject) -> Result:
        flaws = self.found(subject)
        if flaws is None:
            return Abstain(f"the trace has no {self.needs}")
        return failure(self.name, flaws) if flaws else HELD

    def found(self, subject: Subject) -> Sequence[Flaw] | None:
        """`flaws` of the trace's record, looked for once."""
        memory = subject.memory
        if self not in memory:
            mine = record(subject)
            memory[self] = self.flaws(mine) if mine.keys else None
        flaws: Sequence[Flaw] | None = memory[self]
        return flaws

    @abstractmethod
    def flaws(self, mine: Record) -> Sequence[Flaw] | None:
        """What is wrong; None where the record has nothing that this is about."""
