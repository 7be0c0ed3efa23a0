"""Findings: what severities score, and the rows that speak of one drug."""

from __future__ import annotations

from collections.abc import Sequence

from processors.evaluator import Fail
from schemas.evaluation import Evidence, Severity

SCORES: dict[Severity, float] = {"low": 0.4, "medium": 0.6, "high": 0.85, "critical": 0.95}
"""High and critical fail a trace; low and medium send it to a dearer tier."""


def failed(severity: Severity, label: str, explanation: str, *evidence: Evidence | None) -> Fail:
    """A finding of this severity. Evidence that is None stands in no text, and is left out."""
    places = tuple(place for place in evidence if place is not None)
    return Fail(score=SCORES[severity], severity=severity, label=label, explanation=explanation, evidence=places)


def worst(findings: Sequence[Fail]) -> Fail:
    """The first of those that score highest."""
    return max(findings, key=lambda finding: finding.score)
