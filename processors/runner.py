"""The runner: runs the planned evaluators on a trace and records what became of each."""

from __future__ import annotations

from collections.abc import MutableMapping
from functools import cache
from hashlib import blake2b
from typing import Any

import msgspec
from prometheus_client import Counter

from metronis.clock import Clock
from monitoring.metrics import EVALUATIONS
from processors.evaluator import Abstain, Evaluator, Fail, Pass, Result
from processors.policy import Planned, Policy
from processors.subject import Subject
from schemas.evaluation import Disposition, Evaluation, Tier

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
        if not sampled(planned, subject):
            return _without_outcome(evaluator, "sampled_out", f"sample rate {planned.sample_rate:g}")
        started_ns = self._clock.monotonic_ns()
        if started_ns > deadline_ns:
            return _without_outcome(evaluator, "shed", "no time left in the tier's budget")
        try:
            result, disposition = self._result(planned, subject)
        except Exception as error:  # noqa: BLE001 - an evaluator's bug is a row, not the end of the stream
            reason = f"{type(error).__name__}: {error}"[:MAX_ERROR_CHARS]
            return _without_outcome(evaluator, "failed", reason, self._elapsed_us(started_ns))
        return _with_outcome(evaluator, disposition, result, self._elapsed_us(started_ns))

    def _result(self, planned: Planned, subject: Subject) -> tuple[Result, Disposition]:
        if not planned.cached:
            return planned.evaluator.evaluate(subject), "ran"
        key = (planned.evaluator, content_digest(subject))
        known = self._cache.get(key)
        if known is not None:
            return known, "cached"
        result = planned.evaluator.evaluate(subject)
        self._cache[key] = result
        return result, "ran"

    def _elapsed_us(self, started_ns: int) -> float:
        return (self._clock.monotonic_ns() - started_ns) / 1_000


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
    return _row(evaluator, disposition, duration_us, explanation=why)


def _with_outcome(evaluator: Evaluator, disposition: Disposition, result: Result, duration_us: float) -> Evaluation:
    match result:
        case Pass(score=score, explanation=why):
            return _row(evaluator, disposition, duration_us, outcome="pass", score=score, explanation=why)
        case Abstain(why=why):
            return _row(evaluator, disposition, duration_us, outcome="abstain", explanation=why)
        case Fail():
            return _row(
                evaluator,
                disposition,
                duration_us,
                outcome="fail",
                score=result.score,
                severity=result.severity,
                label=result.label,
                explanation=result.explanation,
                evidence=list(result.evidence),
            )


def _row(evaluator: Evaluator, disposition: Disposition, duration_us: float, **said: Any) -> Evaluation:
    return Evaluation(
        evaluator=evaluator.name,
        version=evaluator.version,
        tier=evaluator.tier,
        issue=evaluator.issue,
        disposition=disposition,
        duration_us=duration_us,
        **said,
    )
