"""Evaluation: what became of one evaluator on one trace, and what it said."""

from __future__ import annotations

from typing import Literal

import msgspec

Disposition = Literal["ran", "filtered", "sampled_out", "shed", "cached", "failed"]
Outcome = Literal["pass", "fail", "abstain"]
Severity = Literal["low", "medium", "high", "critical"]
Tier = Literal["t0", "t1", "t2", "t3", "t4"]
TIERS: tuple[Tier, ...] = ("t0", "t1", "t2", "t3", "t4")


class Evidence(msgspec.Struct, frozen=True):
    """Where to look: characters [start, end) of `field` (`output`, `input`, `context[2]`), or steps of an episode."""

    field: str
    start: int
    end: int


class Evaluation(msgspec.Struct, frozen=True, kw_only=True):
    """One row for each trace and evaluator.

    disposition: `ran` and `cached` carry an outcome. `filtered` (the policy does not apply it here), `sampled_out`,
    `shed` (no time left) and `failed` (it raised; see explanation) carry none.
    outcome: `abstain` means that there was nothing to judge; it is not a pass.
    score: 0..1, higher is worse, None where there is no outcome or it abstained.
    """

    evaluator: str
    version: int
    tier: Tier
    issue: str
    disposition: Disposition
    outcome: Outcome | None = None
    score: float | None = None
    severity: Severity | None = None
    label: str = ""
    explanation: str = ""
    evidence: list[Evidence] = []
    duration_us: float = 0.0
    cost_usd: float = 0.0
