"""Verdict: the decision on a trace. A later verdict supersedes an earlier one; none is edited."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID, uuid5

import msgspec

from schemas.evaluation import Evaluation, Tier
from schemas.trace import Kind

Decision = Literal["pass", "fail", "needs_review"]
DECISIONS: tuple[Decision, ...] = ("pass", "fail", "needs_review")
VERDICTS = UUID("5d1f9a52-9d52-4f0f-8f0b-6a4f4f6f2c11")


class TierUse(msgspec.Struct, frozen=True):
    """What a trace took at one tier: time in microseconds, cost in US dollars."""

    tier: Tier
    duration_us: float
    cost_usd: float


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """The decision on one trace under one version of the policy.

    risk: 0..1, higher is worse. tier: the one that decided. issues: the worst score of each issue code that was judged.
    abstained: codes that somebody looked at and nobody could judge. timestamp: the trace's own time.
    """

    verdict_id: UUID
    trace_id: UUID
    org_id: str
    domain: str
    kind: Kind
    timestamp: datetime
    decided_at: datetime
    decision: Decision
    risk: float
    tier: Tier
    reason: str
    policy_version: str
    issues: dict[str, float] = {}
    abstained: list[str] = []
    tiers: list[TierUse] = []
    evaluations: list[Evaluation] = []

    @property
    def cost_usd(self) -> float:
        return sum(use.cost_usd for use in self.tiers)


def verdict_id(org_id: str, trace_id: UUID, policy_version: str, tier: Tier) -> UUID:
    """The same trace, policy version and tier always give the same id, so that a replay is the same event."""
    return uuid5(VERDICTS, f"{org_id}/{trace_id}/{policy_version}/{tier}")
