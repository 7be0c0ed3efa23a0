"""A step that does nothing, so that what it costs to run is the engine's own."""

from __future__ import annotations

from collections.abc import Sequence

from metronis.settings import Ingest
from schemas.public import decode_message
from schemas.topics import TRACES_RAW
from streams.broker import Message, Record

OUTPUT = "bench.output"
TOPICS = (TRACES_RAW.name, OUTPUT)
LIMITS = Ingest()


class PassOn:
    """Passes the bytes on as they came, with their key and headers."""

    topic = TRACES_RAW.name

    def __init__(self, name: str = "pass-on") -> None:
        self.name = name

    def process(self, record: Record) -> Sequence[Message]:
        return [Message(OUTPUT, record.key, record.value, record.headers)]


class DecodeAndPassOn(PassOn):
    """The same, having decoded and checked the trace as tier 0 does."""

    def process(self, record: Record) -> Sequence[Message]:
        decode_message(record.value, max_bytes=LIMITS.max_trace_bytes, max_depth=LIMITS.max_depth)
        return super().process(record)
