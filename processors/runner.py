"""The runner: runs the planned evaluators on a trace and records what became of each."""

from __future__ import annotations

from collections.abc import MutableMapping
from functools import cache
from hashlib import blake2b

import msgspec
from prometheus_client import Counter

from metronis.clock import Clock
from monitoring.metrics import EVALUATIONS
from processors.evaluator import Abstain, Evaluator, Pass, Result
from processors.policy import Planned, Policy
from processors.subject import Subject
from schemas.evaluation import Disposition, Evaluation, Outcome, Tier

MAX_ERROR_CHARS = 300

Cache = MutableMapping[tuple[Evaluator, bytes], Result]
"""Results by evaluator and content; hand over one that is bounded."""


class Runner:
    """Runs one tier's evaluators. The only place in `processors` that catches everything.

    Every planned evaluator gives exactly one Evaluation: an exception becomes a `failed` row, which is counted.
    """

    def __init__(self, tier: Tier, clock: Clock, cache: Cache) -> None:
        self._tier = tier
        self._clock = clock
        self._cache = cache

    def run(self, subject: Subject, policy: Policy) -> list[Evaluation]:
        """Evaluations in the order of the plan."""
        deadline_ns = self._clock.monotonic_ns() + int(policy.budget_us * 1_000)
        rows = [
            self._evaluate(planned, subject, deadline_ns)
            for planned in policy.planned
            if planned.evaluator.tier == self._tier
        ]
        for row in rows:
            _counter(row.evaluator, row.disposition, row.outcome or "").inc()
        return rows

    def _evaluate(self, planned: Planned, subject: Subject, deadline_ns: int) -> Evaluation:
        evaluator = planned.evaluator
        if subject.trace.kind not in planned.kinds:
            return _without_outcome(evaluator, "filtered", f"not planned for kind {subject.trace.kind}")
        if planned.sample_rate < 1.0 and not sampled(planned, subject):
            return _without_outcome(evaluator, "sampled_out", f"sample rate {planned.sample_rate:g}")
        started_ns = self._clock.monotonic_ns()
        if started_ns > deadline_ns:
            return _without_outcome(evaluator, "shed", "no time left in the tier's budget")
        disposition: Disposition = "ran"
        try:
            if planned.cached:
                result, disposition = self._cached(evaluator, subject)
            else:
                result = evaluator.evaluate(subject)
        except Exception as error:  # noqa: BLE001 - an evaluator's bug is a row, not the end of the stream
            reason = f"{type(error).__name__}: {error}"[:MAX_ERROR_CHARS]
            return _without_outcome(evaluator, "failed", reason, (self._clock.monotonic_ns() - started_ns) / 1_000)
        return _with_outcome(evaluator, disposition, result, (self._clock.monotonic_ns() - started_ns) / 1_000)

    def _cached(self, evaluator: Evaluator, subject: Subject) -> tuple[Result, Disposition]:
        key = (evaluator, content_digest(subject))
        known = self._cache.get(key)
        if known is not None:
            return known, "cached"
        result = self._cache[key] = evaluator.evaluate(subject)
        return result, "ran"


@cache  # finding the labels costs more than counting, and there are few
def _counter(evaluator: str, disposition: str, outcome: str) -> Counter:
    return EVALUATIONS.labels(evaluator, disposition, outcome)


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


def _without_outcome(evaluator: Evaluator, disposition: Disposition, why: str, duration_us: float = 0.0) -> Evaluation:
    return _row(evaluator, disposition, duration_us, None, explanation=why)


def _with_outcome(evaluator: Evaluator, disposition: Disposition, result: Result, duration_us: float) -> Evaluation:
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
