"""The cascade: after a tier, exit with a decision or escalate to the next, dearer one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from processors.policy import Policy
from schemas.case import Case
from schemas.evaluation import TIERS, Evaluation, Tier
from schemas.trace import Trace
from schemas.verdict import Decision, Verdict, verdict_id


@dataclass(frozen=True, slots=True)
class Exit:
    """The tier settled it."""

    decision: Decision
    reason: str


@dataclass(frozen=True, slots=True)
class Escalate:
    """The tier could not settle it; `to` may."""

    to: Tier
    reason: str


def risk_of(evaluations: Iterable[Evaluation]) -> float:
    """The worst score given, 0..1; 0 where none was."""
    return max((row.score for row in evaluations if row.score is not None), default=0.0)


def decide(trace: Trace, evaluations: Sequence[Evaluation], policy: Policy, tier: Tier) -> Exit | Escalate:
    """Exit or escalate after `tier`, from all evaluations so far.

    A finding at or above `fail_at` fails whatever else is unknown. Everything else exits with `pass` only if nothing is
    in doubt: no score above `pass_at`, no evaluator that failed to run or was shed, every required code judged.
    """
    worst = max((row for row in evaluations if row.outcome == "fail"), key=_score, default=None)
    if worst is not None and _score(worst) >= policy.fail_at:
        return Exit("fail", f"{worst.evaluator}: {worst.explanation}")
    doubt = _doubt(trace, evaluations, policy)
    if doubt is None:
        return Exit("pass", "nothing found by any evaluator that applies")
    return Escalate(_next(tier), doubt)


def _score(row: Evaluation) -> float:
    return row.score or 0.0


def _next(tier: Tier) -> Tier:
    return TIERS[min(TIERS.index(tier) + 1, len(TIERS) - 1)]


def _doubt(trace: Trace, evaluations: Sequence[Evaluation], policy: Policy) -> str | None:
    """Why the trace may not pass yet, or None."""
    for row in evaluations:
        if row.disposition == "failed":
            return f"{row.evaluator} failed to run: {row.explanation}"
        if row.disposition == "shed":
            return f"{row.evaluator} was shed: {row.explanation}"
    judged = {row.issue for row in evaluations if row.outcome in ("pass", "fail") and row.tier != "t0"}
    if not judged:
        return "no evaluator had anything to judge"
    missing = sorted(policy.required.get(trace.kind, frozenset()) - judged)
    if missing:
        return f"nothing has judged {', '.join(missing)}, which {trace.kind} traces require"
    worst = max((row for row in evaluations if row.score is not None), key=_score)
    if _score(worst) > policy.pass_at:
        return f"{worst.evaluator} is in doubt at {_score(worst):.2f}" + _sentence(worst.explanation)
    return None


def _sentence(explanation: str) -> str:
    return f": {explanation}" if explanation else ""


def settle(outcome: Exit | Escalate) -> Exit:
    """What stands where the tier escalated to is not deployed: a person must look; it never passes silently."""
    if isinstance(outcome, Exit):
        return outcome
    return Exit("needs_review", f"needs {outcome.to}, which is not deployed: {outcome.reason}")


def verdict_on(trace: Trace, case: Case, outcome: Exit, policy: Policy, tier: Tier, decided_at: datetime) -> Verdict:
    """The verdict event of a case that is settled."""
    return Verdict(
        verdict_id=verdict_id(trace.org_id, trace.trace_id, policy.version, tier),
        trace_id=trace.trace_id,
        org_id=trace.org_id,
        domain=trace.domain,
        kind=trace.kind,
        timestamp=trace.timestamp,
        decided_at=decided_at,
        decision=outcome.decision,
        risk=risk_of(case.evaluations),
        tier=tier,
        reason=outcome.reason,
        policy_version=policy.version,
        issues=issue_scores(case.evaluations),
        abstained=abstained(case.evaluations),
        tiers=case.tiers,
        evaluations=case.evaluations,
    )


def issue_scores(evaluations: Iterable[Evaluation]) -> dict[str, float]:
    """The worst score of each issue code that was judged."""
    scores: dict[str, float] = {}
    for row in evaluations:
        if row.score is not None:
            scores[row.issue] = max(row.score, scores.get(row.issue, 0.0))
    return scores


def abstained(evaluations: Sequence[Evaluation]) -> list[str]:
    """Issue codes that somebody looked at and nobody could judge."""
    judged = {row.issue for row in evaluations if row.score is not None}
    return sorted({row.issue for row in evaluations if row.outcome == "abstain"} - judged)
