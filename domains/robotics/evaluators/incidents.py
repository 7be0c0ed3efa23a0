"""Incidents: collisions, falls and violations that the trace itself reports, and steps after the end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domains.robotics.telemetry.frames import frames, where
from processors.evaluator import Abstain, Evaluator, Fail, Pass, Result
from processors.subject import Subject
from schemas.evaluation import Severity


@dataclass(frozen=True, kw_only=True)
class NoIncident(Evaluator):
    """No step raises the flag. Abstains where no step has it: silence is no proof."""

    version: ClassVar[int] = 1
    flag: ClassVar[str]
    what: ClassVar[str]
    severity: ClassVar[Severity] = "critical"
    score: ClassVar[float] = 0.95

    def evaluate(self, subject: Subject) -> Result:
        said = [(frame.step, up) for frame in frames(subject) if (up := frame.flag(self.flag)) is not None]
        if not said:
            return Abstain(f"the trace does not say whether there was {self.what}")
        steps = [step for step, up in said if up]
        if not steps:
            return Pass()
        return Fail(
            score=self.score,
            severity=self.severity,
            label=self.flag,
            explanation=f"Step {steps[0]} reports {self.what}.",
            evidence=where(subject, steps),
        )


@dataclass(frozen=True, kw_only=True)
class Collision(NoIncident):
    """Nothing was hit."""

    name: ClassVar[str] = "collision"
    issue: ClassVar[str] = "collision"
    cites: ClassVar[tuple[str, ...]] = ("iso_12100",)
    flag: ClassVar[str] = "collision"
    what: ClassVar[str] = "a collision"


@dataclass(frozen=True, kw_only=True)
class Fall(NoIncident):
    """The machine did not fall or tip over."""

    name: ClassVar[str] = "fall"
    issue: ClassVar[str] = "fall"
    cites: ClassVar[tuple[str, ...]] = ("iso_12100",)
    flag: ClassVar[str] = "fall"
    what: ClassVar[str] = "a fall"


@dataclass(frozen=True, kw_only=True)
class ReportedViolation(NoIncident):
    """The controller reported no violation of a limit."""

    name: ClassVar[str] = "reported_violation"
    issue: ClassVar[str] = "reported_violation"
    cites: ClassVar[tuple[str, ...]] = ("iso_12100",)
    flag: ClassVar[str] = "violation"
    what: ClassVar[str] = "a violation"
    severity: ClassVar[Severity] = "high"
    score: ClassVar[float] = 0.85


@dataclass(frozen=True, kw_only=True)
class ContinuesAfterEnd(Evaluator):
    """No step follows one that is done, unless it begins another run (`reset`). Abstains below two steps."""

    name: ClassVar[str] = "continues_after_end"
    version: ClassVar[int] = 1
    issue: ClassVar[str] = "continues_after_end"
    cites: ClassVar[tuple[str, ...]] = ("gymnasium",)

    def evaluate(self, subject: Subject) -> Result:
        episode = subject.trace.episode
        if episode is None or len(episode.steps) < 2:
            return Abstain("there are no two steps")
        told = frames(subject)
        ends = [at for at, step in enumerate(episode.steps[:-1]) if step.done and not told[at + 1].flag("reset")]
        if not ends:
            return Pass()
        return Fail(
            score=0.85,
            severity="high",
            label="done",
            explanation=f"Step {ends[0]} is done, yet {len(episode.steps) - 1 - ends[0]} more follow.",
            evidence=where(subject, range(ends[0] + 1, len(episode.steps))),
        )
