"""Within limit: the ground of the claims that a quantity keeps to the limits which the trace or a data sheet gives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from domains.robotics.telemetry.frames import Reading, where
from domains.robotics.telemetry.limits import Limit, holds, limits, readings, told_of
from processors.evaluator import Abstain, Evaluator, Fail, Pass, Result
from processors.subject import Subject
from schemas.evaluation import Severity


@dataclass(frozen=True, slots=True)
class Excess:
    """A value beyond its limit, both in `unit`."""

    reading: Reading
    limit: Limit
    value: float
    bound: float
    unit: str

    def __str__(self) -> str:
        side = "over" if self.value > self.bound or (self.bound >= 0 and abs(self.value) > self.bound) else "under"
        value, bound = quantity(self.value, self.unit), quantity(self.bound, self.unit)
        return f"{self.reading.key} is {value}, {side} the {bound} of {self.limit.source}"


def quantity(value: float, unit: str) -> str:
    """A value with its unit, as people read it."""
    return f"{value:.4g} {unit.replace('N*m', 'Nm').replace('percent', '%')}".rstrip()


@dataclass(frozen=True, kw_only=True)
class WithinLimit(Evaluator):
    """Every reading of `quantities` keeps to every limit of them that holds at that moment.

    Limits come from the episode's parameters, from attributes and features, and from the data sheet of the robot that
    the trace names. Abstains where there is no limit or no reading.
    """

    version: ClassVar[int] = 1
    quantities: ClassVar[tuple[str, ...]]
    severity: ClassVar[Severity] = "high"
    score: ClassVar[float] = 0.85

    def evaluate(self, subject: Subject) -> Result:
        what = self.quantities[0].replace("_", " ")
        if told_of(subject).isdisjoint(self.quantities):
            return Abstain(f"the trace tells no {what}")
        allowed = [limit for limit in limits(subject) if limit.quantity in self.quantities]
        if not allowed:
            return Abstain(f"the trace gives no limit of {what}")
        judged = [
            (reading, limit)
            for frame, reading in readings(subject, *self.quantities)
            for limit in allowed
            if limit.concerns(reading) and holds(limit, frame)
        ]
        if not judged:
            return Abstain(f"the trace tells no {what} that a limit is for")
        found = list(_excesses(judged))
        if not found:
            return Pass()
        return Fail(
            score=self.score,
            severity=self.severity,
            label=found[0].reading.quantity,
            explanation=f"{_at(found[0].reading)}{found[0]}{_more(len(found))}.",
            evidence=where(subject, (excess.reading.step for excess in found)),
        )


def _excesses(judged: list[tuple[Reading, Limit]]) -> Iterator[Excess]:
    for reading, limit in judged:
        excess = limit.excess(reading)
        if excess is not None:
            yield Excess(reading, limit, *excess)


def _at(reading: Reading) -> str:
    return f"At step {reading.step} " if reading.part in ("state", "action", "info") else ""


def _more(count: int) -> str:
    return f" ({count} readings in all)" if count > 1 else ""
