"""The runner: runs the planned evaluators on a trace and records what became of each."""

from __future__ import annotations

from collections.abc import MutableMapping
from hashlib import blake2b

import msgspec

from metronis.clock import Clock
from monitoring.metrics import EVALUATIONS
from processors.evaluator import Evaluator, Result
from processors.plan import Plan
from processors.policy import Planned, Policy
from processors.rows import failed, labels_of, with_outcome, without_outcome
from processors.subject import Subject
from schemas.evaluation import Disposition, Evaluation, Tier

Cache = MutableMapping[tuple[Evaluator, bytes], Result]
"""Results by evaluator and content; hand over one that is bounded."""


class Runner:
    """Runs one tier's evaluators.

    Every planned evaluator gives exactly one Evaluation: an exception becomes a `failed` row, which is counted. With
    the policy's scanner in the subject, evaluators that nothing wakes are not called; see `processors.plan`.
    """

    def __init__(self, tier: Tier, clock: Clock, cache: Cache) -> None:
        self._tier = tier
        self._clock = clock
        self._cache = cache
        self._plans: dict[str, Plan] = {}

    def run(self, subject: Subject, policy: Policy) -> list[Evaluation]:
        """Evaluations in the order of the plan."""
        deadline_ns = self._clock.monotonic_ns() + int(policy.budget_us * 1_000)
        plan = self._plan(policy)
        standing = plan.standing(subject)
        woken = plan.woken(subject, standing)
        rows = standing.rows.copy()
        called = sorted((*standing.awake, *woken))
        for index in called:
            rows[index] = self._evaluate(plan.planned[index], subject, deadline_ns)
        EVALUATIONS.add([labels_of(rows[index]) for index in called])
        standing.tally.add(left_out=woken)
        return rows

    def _plan(self, policy: Policy) -> Plan:
        """The plan of the policy; a domain has one policy at a time."""
        plan = self._plans.get(policy.domain)
        if plan is None or plan.policy is not policy:
            plan = self._plans[policy.domain] = Plan(policy, self._tier)
        return plan

    def _evaluate(self, planned: Planned, subject: Subject, deadline_ns: int) -> Evaluation:
        evaluator = planned.evaluator
        if planned.sample_rate < 1.0 and not sampled(planned, subject):
            return without_outcome(evaluator, "sampled_out", f"sample rate {planned.sample_rate:g}")
        started_ns = self._clock.monotonic_ns()
        if started_ns > deadline_ns:
            return without_outcome(evaluator, "shed", "no time left in the tier's budget")
        disposition: Disposition = "ran"
        try:
            if planned.cached:
                result, disposition = self._cached(evaluator, subject)
            else:
                result = evaluator.evaluate(subject)
        except Exception as error:  # noqa: BLE001 - an evaluator's bug is a row, not the end of the stream
            return failed(evaluator, error, (self._clock.monotonic_ns() - started_ns) / 1_000)
        return with_outcome(evaluator, disposition, result, (self._clock.monotonic_ns() - started_ns) / 1_000)

    def _cached(self, evaluator: Evaluator, subject: Subject) -> tuple[Result, Disposition]:
        key = (evaluator, content_digest(subject))
        known = self._cache.get(key)
        if known is not None:
            return known, "cached"
        result = self._cache[key] = evaluator.evaluate(subject)
        return result, "ran"


def sampled(planned: Planned, subject: Subject) -> bool:
    """Whether this trace is in the evaluator's sample: the same answer on every machine and at every replay."""
    if planned.sample_rate >= 1.0:
        return True
    digest = blake2b(f"{planned.evaluator.name}/{subject.trace.trace_id}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64 < planned.sample_rate


def content_digest(subject: Subject) -> bytes:
    """A digest of all that an evaluator may read, who sent it and when left out."""
    trace = subject.trace
    content = (trace.kind, trace.domain, trace.input, trace.output, trace.context, trace.tags, trace.model, trace.usage)
    more = (trace.latency_ms, trace.attributes, trace.features, trace.episode)
    return blake2b(msgspec.json.encode((content, more)), digest_size=16).digest()
