"""Turns what was sent into messages for the log, or says why not."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from api.dependencies import Dependencies
from metronis.errors import Reject
from schemas.limits import check_domain
from schemas.public import decode_trace, encode_complete
from schemas.topics import INTAKE, Priority
from streams.broker import Message


@dataclass(frozen=True, slots=True)
class Admitted:
    """A trace that may go on the log."""

    trace_id: UUID
    message: Message


def admit(data: bytes, given: Dependencies, priority: Priority) -> Admitted:
    """The message for one trace, its id and time made up where the producer gave none. Raises Reject."""
    limits = given.settings.ingest
    trace = decode_trace(data, max_bytes=limits.max_trace_bytes, max_depth=limits.max_depth)
    check_domain(trace, given.domains)
    trace, value = encode_complete(
        trace, trace_id=given.new_id(), timestamp=given.clock.now(), max_bytes=limits.max_trace_bytes
    )
    key = f"{trace.org_id}/{trace.trace_id}".encode()
    return Admitted(trace.trace_id, Message(INTAKE[priority].name, key, value))


def admit_each(items: list[bytes], given: Dependencies, priority: Priority) -> list[Admitted | Reject]:
    """The same for every item of a batch, each on its own."""
    return [_admitted_or_why_not(item, given, priority) for item in items]


def _admitted_or_why_not(item: bytes, given: Dependencies, priority: Priority) -> Admitted | Reject:
    try:
        return admit(item, given, priority)
    except Reject as reason:
        return reason
