"""Rows: what is recorded of an evaluator on a trace."""

from __future__ import annotations

import msgspec

from processors.evaluator import Abstain, Evaluator, Pass, Result
from schemas.evaluation import Disposition, Evaluation, Outcome

MAX_ERROR_CHARS = 300


def without_outcome(evaluator: Evaluator, disposition: Disposition, why: str, duration_us: float = 0.0) -> Evaluation:
    """It did not come to a result, and why."""
    return _row(evaluator, disposition, duration_us, None, explanation=why)


def failed(evaluator: Evaluator, error: Exception, duration_us: float = 0.0) -> Evaluation:
    """It raised."""
    return without_outcome(evaluator, "failed", f"{type(error).__name__}: {error}"[:MAX_ERROR_CHARS], duration_us)


def with_outcome(
    evaluator: Evaluator, disposition: Disposition, result: Result, duration_us: float = 0.0
) -> Evaluation:
    """It came to a result."""
    if isinstance(result, Pass):
        return _row(evaluator, disposition, duration_us, "pass", result.score, result.explanation)
    if isinstance(result, Abstain):
        return _row(evaluator, disposition, duration_us, "abstain", explanation=result.why)
    return msgspec.structs.replace(
        _row(evaluator, disposition, duration_us, "fail", result.score, result.explanation),
        severity=result.severity,
        label=result.label,
        evidence=list(result.evidence),
    )


def _row(
    evaluator: Evaluator,
    disposition: Disposition,
    duration_us: float,
    outcome: Outcome | None,
    score: float | None = None,
    explanation: str = "",
) -> Evaluation:
    return Evaluation(
        evaluator=evaluator.name,
        version=evaluator.version,
        tier=evaluator.tier,
        issue=evaluator.issue,
        disposition=disposition,
        outcome=outcome,
        score=score,
        explanation=explanation,
        duration_us=duration_us,
    )


def labels_of(row: Evaluation) -> tuple[str, str, str]:
    """What the metric of evaluations tells apart."""
    return row.evaluator, row.disposition, row.outcome or ""
