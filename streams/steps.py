"""The steps: each tier's way from the bytes of one topic to the bytes of the next."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID, uuid5

from metronis.clock import Clock
from metronis.errors import Retry
from metronis.settings import Ingest
from monitoring.metrics import VERDICT_DECISIONS
from processors.cascade import settle, verdict_on
from processors.policy import Policies
from processors.tiers.heuristics import Heuristics
from processors.tiers.sanitize import Sanitize
from schemas import codec
from schemas.case import CASE, Case, decode_case, encode_case
from schemas.limits import check_domain
from schemas.public import decode_message
from schemas.registry import SchemaRegistry
from schemas.topics import INTAKE, JUDGED, SOURCE, TRACES_T1, VERDICTS, Priority
from schemas.trace import NO_ID, NO_TIME, Trace, completed
from streams import groups
from streams.broker import Message, Record
from streams.deadletter import identity, is_for

ORIGINS = UUID("0b0f6f6e-7c0a-4f6b-9a55-3b7b2f4d9c21")


class SanitizeStep:
    """T0: from what producers sent to sanitised traces. Nothing unsanitised gets past it."""

    def __init__(
        self,
        tier: Sanitize,
        domains: Collection[str],
        limits: Ingest,
        registry: SchemaRegistry | None = None,
        *,
        priority: Priority = "interactive",
    ) -> None:
        self.name = groups.SANITIZE[priority]
        self.topic = INTAKE[priority].name
        self._tier = tier
        self._domains = domains
        self._limits = limits
        self._registry = registry

    def process(self, record: Record) -> Sequence[Message]:
        return [onward(*self.sanitize(record))]

    def sanitize(self, record: Record) -> tuple[Trace, Case]:
        """The sanitised trace, and its case so far. Raises Reject where it is none, or cannot be sanitised."""
        ingested_at = datetime.fromtimestamp(record.appended_ms / 1_000, UTC)
        trace = decode_message(
            record.value,
            max_bytes=self._limits.max_trace_bytes,
            max_depth=self._limits.max_depth,
            registry=self._registry,
        )
        check_domain(trace, self._domains)
        if trace.trace_id == NO_ID or trace.timestamp == NO_TIME:
            # An id made from what the record is, or is a replay of, is the same at every replay.
            trace = completed(trace, trace_id=uuid5(ORIGINS, identity(record)), timestamp=ingested_at)
        return self._tier.sanitize(trace, Case(source=record.origin, ingested_at=ingested_at))


class HeuristicsStep:
    """T1: from sanitised traces to verdicts, or onward."""

    name = groups.HEURISTICS
    topic = TRACES_T1.name

    def __init__(self, tier: Heuristics, policies: Policies, clock: Clock) -> None:
        self._tier = tier
        self._policies = policies
        self._clock = clock

    def process(self, record: Record) -> Sequence[Message]:
        if JUDGED in record.headers or not is_for(record, self.name):
            return []
        return [self.judge(codec.TRACE.decode(record.value), decode_case(record.headers.get(CASE)))]

    def judge(self, trace: Trace, case: Case) -> Message:
        """The verdict on a sanitised trace, as it goes on the log."""
        policy = self._policies[trace.domain]  # once: another may be there a moment later
        case, outcome = self._tier.evaluate(trace, case, policy)
        verdict = verdict_on(trace, case, settle(outcome), policy, self._tier.name, self._clock.now())
        VERDICT_DECISIONS.labels(verdict.domain, verdict.decision, verdict.tier).inc()
        return Message(VERDICTS.name, _key(trace), codec.VERDICT.encode(verdict), {SOURCE: case.source.encode()})


class ChainedStep:
    """T0 and T1 in one transaction: the trace is handed over in memory, and goes on the log marked as judged.

    One that T1 fails on goes on the log unmarked. T1 takes it from there, where its failure has a position, counts
    towards the limit on dead letters, and can be replayed.
    """

    def __init__(self, first: SanitizeStep, second: HeuristicsStep) -> None:
        self.name = first.name
        self.topic = first.topic
        self._first = first
        self._second = second

    def process(self, record: Record) -> Sequence[Message]:
        trace, case = self._first.sanitize(record)
        message = onward(trace, case)
        try:
            verdict = self._second.judge(trace, case)
        except Retry:
            raise
        except Exception:  # noqa: BLE001 - whatever it is happens again, where it can be dealt with
            return [message]
        return [replace(message, headers={**message.headers, JUDGED: self._second.name.encode()}), verdict]


def onward(trace: Trace, case: Case) -> Message:
    """A sanitised trace as it goes on the log."""
    return Message(TRACES_T1.name, _key(trace), codec.TRACE.encode(trace), {CASE: encode_case(case)})


def _key(trace: Trace) -> bytes:
    return f"{trace.org_id}/{trace.trace_id}".encode()
