from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fastavro
import pytest
from fastavro.schema import parse_schema

from metronis.clock import ManualClock
from metronis.errors import Misconfigured, TooLarge, Unavailable
from metronis.settings import Ingest
from processors.tiers.sanitize import Sanitize
from schemas import codec
from schemas.codec import AVRO_FOLDER, Undecodable
from schemas.public import decode_message
from schemas.registry import SchemaRegistry
from schemas.topics import TRACES_RAW, TRACES_T1, all_topic_names
from schemas.trace import Message, Trace
from streams.broker import Message as LogMessage
from streams.embedded import EmbeddedBroker
from streams.steps import SanitizeStep
from streams.tier import TierTask
from tests.builders import NOON, TRACE_ID, trace
from tests.sanitizers import sanitizer_of
from tests.schemas.registry_server import LOGIN, Registry, running_registry

TRACE_SCHEMA: dict[str, Any] = json.loads((AVRO_FOLDER / "trace.1.avsc").read_bytes())
UUID_TYPE = {"type": "string", "logicalType": "uuid"}


@pytest.fixture
def registry() -> Iterator[Registry]:
    with running_registry() as running:
        yield running


@pytest.fixture
def reader(registry: Registry) -> Iterator[SchemaRegistry]:
    opened = SchemaRegistry(registry.url)
    yield opened
    opened.close()


def record_of(*fields: tuple[str, Any], name: str = "Trace", **facts: Any) -> dict[str, Any]:
    """The schema of a record with these fields."""
    return {"type": "record", "name": name, "fields": [{"name": field, "type": kind} for field, kind in fields]} | facts


SMALL = record_of(("trace_id", UUID_TYPE), ("input", "string"))
SMALL_RECORD = {"trace_id": TRACE_ID, "input": "Hello"}


def framed(number: int, schema: Any, record: dict[str, Any], named: dict[str, Any] | None = None) -> bytes:
    """What a Confluent serializer writes."""
    out = io.BytesIO(b"\0" + number.to_bytes(4, "big"))
    out.seek(5)
    fastavro.schemaless_writer(out, parse_schema(schema, named or {}), record)
    return out.getvalue()


def read(reader: SchemaRegistry, data: bytes, max_bytes: int = 1_000_000) -> Trace:
    return decode_message(data, max_bytes=max_bytes, max_depth=64, registry=reader)


def test_our_own_schema_registered_reads_back_identical(registry: Registry, reader: SchemaRegistry) -> None:
    number = registry.register(TRACE_SCHEMA)
    sent = trace(input=[Message(role="user", content="Hello")], attributes={"a": [1]}, tags=["x"], latency_ms=2.0)
    body = codec.TRACE.encode(sent)[codec.HEADER_BYTES :]
    assert read(reader, b"\0" + number.to_bytes(4, "big") + body) == sent


def test_a_schema_of_the_producers_own_resolves_by_avros_rules(registry: Registry, reader: SchemaRegistry) -> None:
    """Another namespace, another order, fields left out, numbers promoted, a field of their own."""
    usage = record_of(("input_tokens", ["null", "int"]), name="Usage")
    usage["fields"][0]["default"] = None
    schema = record_of(
        ("latency_ms", ["null", "float"]),
        ("their_own", "string"),
        ("usage", usage),
        ("trace_id", UUID_TYPE),
        ("output", "string"),
        ("input", "string"),
        namespace="com.example.ai",
    )
    record = {"their_own": "?", "usage": {"input_tokens": 7}, "trace_id": TRACE_ID, "output": "4", "input": "2 + 2"}
    got = read(reader, framed(registry.register(schema), schema, record | {"latency_ms": 1.5}))
    assert (got.trace_id, got.input, got.output, got.latency_ms) == (TRACE_ID, "2 + 2", "4", 1.5)
    assert (got.usage.input_tokens, got.org_id, got.domain) == (7, "default", "general")


def test_plain_strings_and_numbers_are_read_as_ids_and_times(registry: Registry, reader: SchemaRegistry) -> None:
    schema = record_of(("trace_id", "string"), ("timestamp", "long"), ("input", "string"))
    micros = int(NOON.timestamp() * 1e6)
    data = framed(registry.register(schema), schema, {"trace_id": str(TRACE_ID), "timestamp": micros, "input": "Hello"})
    assert read(reader, data) == Trace(trace_id=TRACE_ID, timestamp=NOON, input="Hello")


def test_a_schema_that_refers_to_others_is_put_together(registry: Registry, reader: SchemaRegistry) -> None:
    usage = record_of(("input_tokens", ["null", "long"]), name="Usage")
    schema = record_of(("trace_id", UUID_TYPE), ("input", "string"), ("usage", "Usage"))
    registry.register(usage, "types/usage")
    reference = {"name": "Usage", "subject": "types/usage", "version": 1}
    number = registry.register(schema, references=[reference, reference])
    named: dict[str, Any] = {}
    parse_schema(usage, named)
    data = framed(number, schema, SMALL_RECORD | {"usage": {"input_tokens": 3}}, named)
    assert read(reader, data).usage.input_tokens == 3


def test_a_schema_is_fetched_once(registry: Registry, reader: SchemaRegistry) -> None:
    data = framed(registry.register(SMALL), SMALL, SMALL_RECORD)
    for _ in range(3):
        read(reader, data)
    assert registry.asked == ["/schemas/ids/1"]


def test_an_unknown_number_is_the_messages_fault_and_asked_for_once(registry: Registry, reader: SchemaRegistry) -> None:
    for _ in range(3):
        with pytest.raises(Undecodable, match="the schema registry has no schemas/ids/77"):
            read(reader, b"\0\0\0\0\x4d")
    assert registry.asked == ["/schemas/ids/77"]


@pytest.mark.parametrize(
    ("failure", "said"),
    [
        ((503, b'{"error_code": 50003, "message": "Error while forwarding the request"}'), "answered 503"),
        ((500, b"<html>"), "answered 500"),
        ((429, b""), "answered 429"),
        ((401, b'{"error_code": 401, "message": "Unauthorized"}'), "answered 401"),
        ((404, b'{"error_code": 404, "message": "HTTP 404 Not Found"}'), "answered 404"),
        ((404, b"<html>nothing of that kind here</html>"), "answered 404"),
        ((200, b"<html>log in</html>"), "answered 200"),
    ],
)
def test_a_registry_that_cannot_answer_is_nobodys_fault(
    registry: Registry, reader: SchemaRegistry, failure: tuple[int, bytes], said: str
) -> None:
    data = framed(registry.register(SMALL), SMALL, SMALL_RECORD)
    registry.failure = failure
    with pytest.raises(Unavailable, match=said):
        read(reader, data)
    registry.failure = None
    assert read(reader, data).trace_id == TRACE_ID


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"schemaType": "PROTOBUF", "schema": 'syntax = "proto3";'}, "is PROTOBUF, and only Avro is read"),
        ({"schema": "{"}, "is no Avro schema"),
        ({"schema": '{"type": "record"}'}, "is no Avro schema"),
        ({"schema": '"string"'}, "damaged trace"),
        ({"schema": json.dumps(record_of(("trace_id", UUID_TYPE), name="Order"))}, "damaged trace"),
        ({"schema": json.dumps(record_of(("input", "string")))}, "damaged trace"),
        ({"schema": json.dumps(record_of(("trace_id", UUID_TYPE), ("input", "bytes")))}, "damaged trace"),
    ],
    ids=["protobuf", "no-json", "no-schema", "no-record", "another-record", "no-trace-id", "another-type"],
)
def test_schemas_that_do_not_fit_are_the_messages_fault(
    registry: Registry, reader: SchemaRegistry, fields: dict[str, str], said: str
) -> None:
    number = registry.register(None, **fields)
    with pytest.raises(Undecodable, match=said):
        read(reader, b"\0" + number.to_bytes(4, "big") + b"\x02")


def test_the_limits_hold_here_too(registry: Registry, reader: SchemaRegistry) -> None:
    schema = record_of(("trace_id", UUID_TYPE), ("input", "string"))
    data = framed(registry.register(schema), schema, {"trace_id": TRACE_ID, "input": "x" * 100})
    with pytest.raises(TooLarge):
        read(reader, data, max_bytes=100)
    with pytest.raises(Undecodable, match="too few"):
        read(reader, b"\0\0\1")
    with pytest.raises(Undecodable, match="left over"):
        read(reader, data + b"\0")


def test_the_password_is_sent_and_never_said(registry: Registry) -> None:
    registry.password = LOGIN
    data = framed(registry.register(SMALL), SMALL, SMALL_RECORD)
    knowing = SchemaRegistry(registry.url.replace("//", "//reader:a%20password@"))
    assert read(knowing, data).trace_id == TRACE_ID
    wrong = SchemaRegistry(registry.url.replace("//", "//reader:guessed@"))
    with pytest.raises(Unavailable) as refused:
        read(wrong, data)
    assert "guessed" not in str(refused.value)


@pytest.mark.parametrize("url", ["registry:8081", "ftp://registry", "http://", "http://[::"])
def test_a_wrong_address_is_refused_at_start(url: str) -> None:
    with pytest.raises(Misconfigured, match="METRONIS_KAFKA__SCHEMA_REGISTRY_URL is no address"):
        SchemaRegistry(url)


def test_the_first_tier_waits_for_the_registry_and_loses_nothing(
    registry: Registry, reader: SchemaRegistry, tmp_path: Path
) -> None:
    clock = ManualClock()
    broker = EmbeddedBroker(tmp_path / "log.sqlite", clock=clock)
    broker.ensure_topics(all_topic_names())
    data = framed(registry.register(SMALL), SMALL, SMALL_RECORD)
    broker.producer().send([LogMessage(TRACES_RAW.name, b"k", value) for value in (data, b"\0\0\0\0\x63", b"\0")])
    tier = Sanitize(sanitizer_of(), clock)
    step = SanitizeStep(tier, frozenset({"general"}), Ingest(), reader)
    task = TierTask(step, broker, batch_max=10, poll_wait_s=0)

    registry.failure = (503, b"")
    with pytest.raises(Unavailable):
        task.turn()
    assert not broker.read(TRACES_T1.name, limit=10)
    assert not broker.read(TRACES_RAW.dead_letters, limit=10)

    registry.failure = None
    task.rewind()
    assert task.turn() == 3
    [passed] = broker.read(TRACES_T1.name, limit=10)
    assert codec.TRACE.decode(passed.value).input == "Hello"
    assert [record.value for record in broker.read(TRACES_RAW.dead_letters, limit=10)] == [b"\0\0\0\0\x63", b"\0"]
    task.close()
    broker.close()
