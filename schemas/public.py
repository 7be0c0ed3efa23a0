"""The public form of a trace: what producers send, decoded and checked in one place for every way in."""

from __future__ import annotations

from codecs import BOM_UTF8
from datetime import datetime
from uuid import UUID

import msgspec

from metronis.errors import TooLarge
from schemas import codec
from schemas.limits import check_trace
from schemas.mends import explain
from schemas.registry import MAGIC, SchemaRegistry
from schemas.trace import Trace, completed

_DECODER = msgspec.json.Decoder(Trace, strict=True)
_ENCODER = msgspec.json.Encoder()


def decode_trace(data: bytes, *, max_bytes: int, max_depth: int) -> Trace:
    """The trace that a producer sent as JSON, its timestamp in UTC.

    Raises TooLarge over `max_bytes`, MalformedJson where it is no JSON, InvalidTrace where a field is wrong.
    """
    _check_size(data, max_bytes)
    data = data.removeprefix(BOM_UTF8)
    try:
        trace = _DECODER.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise explain(error, data) from None  # the decoder's own error may quote what was sent
    return check_trace(trace, max_depth=max_depth)


def decode_message(data: bytes, *, max_bytes: int, max_depth: int, registry: SchemaRegistry | None = None) -> Trace:
    """The trace in a message of `traces.raw`, Avro or JSON, held to the same limits. Raises as `decode_trace`.

    Avro bytes that are no trace raise Undecodable. With a registry, Avro in its framing is read too; Unavailable where
    it does not answer.
    """
    if data.startswith(codec.MARKER):
        decode = codec.TRACE.decode
    elif registry and data.startswith(MAGIC):
        decode = registry.decode_trace
    else:
        return decode_trace(data, max_bytes=max_bytes, max_depth=max_depth)
    _check_size(data, max_bytes)
    return check_trace(decode(data), max_depth=max_depth)


def encode_complete(trace: Trace, *, trace_id: UUID, timestamp: datetime, max_bytes: int) -> tuple[Trace, bytes]:
    """The trace with an id and a time, and its JSON.

    Raises TooLarge where that JSON is larger than `max_bytes`: it may be longer than what was sent (1e9 is written
    1000000000.0), and what has been accepted must not be refused by the next who reads it.
    """
    trace = completed(trace, trace_id=trace_id, timestamp=timestamp)
    data = _ENCODER.encode(trace)
    _check_size(data, max_bytes)
    return trace, data


def _check_size(data: bytes, max_bytes: int) -> None:
    if len(data) > max_bytes:
        raise TooLarge(
            f"{len(data):,} bytes, at most {max_bytes:,} are taken",
            mend="Send less, or raise METRONIS_INGEST__MAX_TRACE_BYTES",
        )
