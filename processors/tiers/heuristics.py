"""Tier 1: rules on the text itself, in microseconds and for nothing."""

from __future__ import annotations

from metronis.clock import Clock
from processors.cascade import Escalate, Exit, decide
from processors.policy import Policy
from processors.runner import Cache, Runner
from processors.subject import Subject
from schemas.case import Case
from schemas.evaluation import Tier
from schemas.trace import Trace
from schemas.verdict import TierUse


class Heuristics:
    """Runs the T1 evaluators that a policy plans, and decides."""

    name: Tier = "t1"

    def __init__(self, clock: Clock, cache: Cache) -> None:
        self._clock = clock
        self._runner = Runner(self.name, clock, cache)

    def evaluate(self, trace: Trace, case: Case, policy: Policy) -> tuple[Case, Exit | Escalate]:
        """The case with this tier's evaluations under that policy added, and what follows from them."""
        started_ns = self._clock.monotonic_ns()
        evaluations = self._runner.run(Subject(trace, policy.scanner), policy)
        duration_us = (self._clock.monotonic_ns() - started_ns) / 1_000
        case = case.after(TierUse(tier=self.name, duration_us=duration_us, cost_usd=0.0), evaluations)
        return case, decide(trace, case.evaluations, policy, self.name)
