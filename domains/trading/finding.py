"""Findings: what an evaluator of this domain says is wrong, scored by severity as declared constraints are."""

from __future__ import annotations

from processors.constraints.base import SCORES
from processors.evaluator import Fail, Pass
from schemas.evaluation import Evidence, Severity

HELD = Pass()


def finding(severity: Severity, label: str, explanation: str, *evidence: Evidence) -> Fail:
    """A failure of this severity."""
    return Fail(score=SCORES[severity], severity=severity, label=label, explanation=explanation, evidence=evidence)
