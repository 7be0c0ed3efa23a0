"""What a producer is told of its JSON, and that nothing but a Trace or a Reject ever comes of it."""

from __future__ import annotations

import contextlib
import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metronis.errors import InvalidTrace, Reject, TooLarge, UnknownDomain
from schemas import codec
from schemas.limits import MAX_ECHO_CHARS, check_domain
from schemas.mends import MalformedJson
from schemas.public import decode_message, decode_trace, encode_complete
from schemas.trace import NO_ID, NO_TIME, Trace
from tests.schemas.traces import traces

ID = UUID("3f2b8c1e-5a4d-4c6b-9e7f-0a1b2c3d4e5f")
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECRET = "s3cr3t-" * 30


def decode(data: bytes, max_bytes: int = 4_194_304, max_depth: int = 64) -> Trace:
    return decode_trace(data, max_bytes=max_bytes, max_depth=max_depth)


def sent(**fields: Any) -> bytes:
    return json.dumps({"output": "x", **fields}).encode()


def nested(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


REFUSED: list[tuple[bytes, type[Reject], str, str, str]] = [
    # what was sent, kind, field, words of the problem, words of the mend
    (b"", MalformedJson, "$", "nothing was sent", "Example"),
    (b"{", MalformedJson, "$", "ends at byte 1", "Send all"),
    (b'{"output":"x"} {}', MalformedJson, "$", "trailing characters at byte 16", "one trace"),
    (b"{'output':'x'}", MalformedJson, "$", "byte 1", "double quotes"),
    (b'{"output":"ab\xff"}', MalformedJson, "$", "broken UTF-8 at byte 13", "UTF-8"),
    (b'{"output":"\xed\xa0\x80"}', MalformedJson, "$", "broken UTF-8 at byte 11", "UTF-8"),
    (b'{"output":"a\x00b"}', MalformedJson, "$", "byte 12", "\\u0000"),
    (b'{"output":"\\ud800"}', MalformedJson, "$", "half of a surrogate pair before byte 17", "surrogates"),
    (b'{"output":"\\ud800 and more text"}', MalformedJson, "$", "half of a surrogate pair", "surrogates"),
    (b'{"output":"\\udc00"}', MalformedJson, "$", "half of a surrogate pair", "surrogates"),
    (b'{"latency_ms":NaN}', MalformedJson, "$", "byte 14", "NaN"),
    (b"[]", InvalidTrace, "$", "expected an object, got a list", '{"input"'),
    (b"null", InvalidTrace, "$", "expected an object, got null", '{"input"'),
    (b"{}", InvalidTrace, "$", "nothing to judge", "`output`"),
    (b'{"episode":{}}', InvalidTrace, "$", "nothing to judge", "steps"),
    (sent(outputs=1), InvalidTrace, "$.outputs", "unknown field `outputs`", "Did you mean `output`?"),
    (sent(prompt="x"), InvalidTrace, "$.prompt", "unknown field", "Did you mean `input`?"),
    (sent(zzz=1), InvalidTrace, "$.zzz", "unknown field", "`attributes`"),
    (sent(usage={"prompt_tokens": 1}), InvalidTrace, "$.usage.prompt_tokens", "unknown", "`input_tokens`"),
    (sent(output=1), InvalidTrace, "$.output", "expected text or a list, got a whole number", '"role"'),
    (sent(output=None), InvalidTrace, "$.output", "got null", "Leave the field out"),
    (sent(input=[{"role": "user"}]), InvalidTrace, "$.input[0].content", "`content` is missing", '"role"'),
    (sent(context="text"), InvalidTrace, "$.context", "expected a list", '["text"]'),
    (sent(kind="chat"), InvalidTrace, "$.kind", "not an allowed value", "llm, rag, agent, episode, asset"),
    (sent(trace_id="7"), InvalidTrace, "$.trace_id", "invalid UUID", "Example"),
    (sent(org_id=""), InvalidTrace, "$.org_id", "not an organisation's id", "letters"),
    (sent(org_id="a/b"), InvalidTrace, "$.org_id", "not an organisation's id", "letters"),
    (sent(org_id="a" * 129), InvalidTrace, "$.org_id", "not an organisation's id", "128"),
    (sent(timestamp="2026-03-01T12:00:00"), InvalidTrace, "$.timestamp", "no time zone", "`Z`"),
    (sent(timestamp="yesterday"), InvalidTrace, "$.timestamp", "RFC 3339", "2026-"),
    (sent(timestamp=1772366400), InvalidTrace, "$.timestamp", "expected a timestamp", "2026-"),
    (sent(timestamp="1989-12-31T23:59:59Z"), InvalidTrace, "$.timestamp", "outside the years", "RFC 3339"),
    (sent(timestamp="2100-01-01T00:00:00Z"), InvalidTrace, "$.timestamp", "outside the years", "RFC 3339"),
    (sent(timestamp="2099-12-31T23:00:00-02:00"), InvalidTrace, "$.timestamp", "outside the years", "RFC 3339"),
    (sent(timestamp="0001-01-01T00:00:00+23:59"), InvalidTrace, "$.timestamp", "outside the years", "RFC 3339"),
    (sent(latency_ms=-1), InvalidTrace, "$.latency_ms", "below zero", "zero or more"),
    (b'{"output":"x","latency_ms":1e400}', InvalidTrace, "$.latency_ms", "out of range", "Example"),
    (sent(usage={"input_tokens": -1}), InvalidTrace, "$.usage.input_tokens", "below zero", "zero or more"),
    (sent(usage={"output_tokens": 2**63}), InvalidTrace, "$.usage.output_tokens", "64 bits", "leave"),
    (sent(attributes={"id": 2**64}), InvalidTrace, "$.attributes.id", "64 bits", "as text"),
    (sent(attributes={"id": [{"a": -(2**63) - 1}]}), InvalidTrace, "$.attributes.id", "64 bits", "as text"),
    (sent(attributes={"deep": nested(100)}), InvalidTrace, "$.attributes.deep", "too deeply", "Flatten"),
    (b'{"attributes":{"a":' + b"[" * 100_000, InvalidTrace, "$", "too deeply", "Flatten"),
    (sent(features={"grade": "high"}), InvalidTrace, "$.features[...]", "expected a number", "0.5"),
    (sent(features={"a\x00": 1}), InvalidTrace, "$.features.a\ufffd", "control characters", "Remove"),
    (sent(user_id="a\x00b"), InvalidTrace, "$.user_id", "NUL", "Remove"),
    (sent(session_id="s" * 257), InvalidTrace, "$.session_id", "257 characters, at most 256", "shorter"),
    (sent(model="m" * 257), InvalidTrace, "$.model", "257 characters", "shorter"),
    (sent(domain="d" * 65), InvalidTrace, "$.domain", "65 characters", "shorter"),
    (sent(tags=["t"] * 65), InvalidTrace, "$.tags", "65 tags, at most 64", "`attributes`"),
    (sent(tags=["ok", "t" * 129]), InvalidTrace, "$.tags[1]", "129 characters", "shorter"),
    (sent(expected={}), InvalidTrace, "$.expected.decision", "`decision` is missing", "Example"),
    (sent(expected={"decision": "maybe"}), InvalidTrace, "$.expected.decision", "not an allowed value", "pass, fail"),
    (
        sent(episode={"steps": [{"reward": "x"}]}),
        InvalidTrace,
        "$.episode.steps[0].reward",
        "expected a number",
        "number",
    ),
    (
        sent(episode={"steps": [{"state": nested(100)}]}),
        InvalidTrace,
        "$.episode.steps[0].state",
        "too deeply",
        "Flatten",
    ),
]


@pytest.mark.parametrize(("data", "kind", "field", "problem", "mend"), REFUSED)
def test_refusals_name_the_field_and_the_mend(
    data: bytes, kind: type[Reject], field: str, problem: str, mend: str
) -> None:
    with pytest.raises(Reject) as refused:
        decode(data)
    assert type(refused.value) is kind
    assert refused.value.field == field
    assert problem in refused.value.problem
    assert mend in refused.value.mend


@pytest.mark.parametrize(
    "fields",
    [
        {"org_id": SECRET},
        {"kind": SECRET},
        {"trace_id": SECRET},
        {"timestamp": SECRET},
        {"user_id": SECRET + "\x00"},
        {"domain": SECRET},
        {SECRET: 1},
        {SECRET + " - at `$.output`": 1},
        {" - at `$." + "a" * 300 + "`": 1},
        {"attributes": {SECRET: 2**64}},
        {"features": {SECRET + "\x00": 1}},
        {"features": {SECRET: "x"}},
        {"expected": {"decision": SECRET}},
        {"expected": {"decision": "pass", SECRET: 1}},
    ],
)
def test_refusals_repeat_little_of_what_was_sent(fields: dict[str, Any]) -> None:
    with pytest.raises(Reject) as refused:
        decode(sent(**fields))
    assert SECRET[: MAX_ECHO_CHARS + 1] not in str(refused.value)
    assert "a" * (MAX_ECHO_CHARS + 1) not in str(refused.value)


def test_too_large_says_both_sizes() -> None:
    with pytest.raises(TooLarge, match="1,001 bytes, at most 1,000"):
        decode(b" " * 1_001, max_bytes=1_000)


def test_depth_counts_the_trace_itself() -> None:
    deep = sent(attributes={"a": nested(3)})
    assert decode(deep, max_depth=5).attributes == {"a": [[[1]]]}
    with pytest.raises(InvalidTrace, match="too deeply"):
        decode(deep, max_depth=4)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"output": "a\x00b"}, {"output": "a\x00b"}),
        ({"timestamp": "2026-03-01T14:00:00+02:00"}, {"timestamp": NOON}),
        ({"trace_id": str(NO_ID)}, {"trace_id": NO_ID}),
        ({"timestamp": "1970-01-01T00:00:00Z"}, {"timestamp": NO_TIME}),
        ({"attributes": {"n": 2**64 - 1}}, {"attributes": {"n": 2**64 - 1}}),
        ({"session_id": "", "user_id": "", "model": ""}, {"session_id": "", "user_id": "", "model": ""}),
        ({"usage": {"input_tokens": 0}, "latency_ms": 0}, {"latency_ms": 0.0}),
    ],
)
def test_accepts(fields: dict[str, Any], expected: dict[str, Any]) -> None:
    trace = decode(sent(**fields))
    assert {name: getattr(trace, name) for name in expected} == expected


def test_a_byte_order_mark_is_skipped_and_the_last_of_equal_keys_wins() -> None:
    assert decode(b'\xef\xbb\xbf{"output":"first","output":"last"}').output == "last"


@given(traces())
def test_decode_of_encode_is_the_same_trace(trace: Trace) -> None:
    assert decode(msgspec.json.encode(trace)) == trace


@given(st.binary(max_size=200) | st.text(alphabet='{}[]":,\\u0d8atruenlx1.- ', max_size=60).map(str.encode))
def test_any_bytes_are_a_trace_or_a_reject(data: bytes) -> None:
    trace = _decoded_or_refused(data)
    if trace:
        assert decode(msgspec.json.encode(trace)) == trace


@given(traces(), st.data())
def test_damaged_traces_are_a_trace_or_a_reject(trace: Trace, data: st.DataObject) -> None:
    whole = bytearray(msgspec.json.encode(trace))
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    survivor = _decoded_or_refused(bytes(whole))
    if survivor:
        assert decode(msgspec.json.encode(survivor)) == survivor


def _decoded_or_refused(data: bytes) -> Trace | None:
    with contextlib.suppress(Reject):
        return decode(data)
    return None


def test_a_complete_trace_is_still_taken_by_the_next_reader() -> None:
    trace, data = encode_complete(decode(sent()), trace_id=ID, timestamp=NOON, max_bytes=1_000)
    assert (trace.trace_id, trace.timestamp) == (ID, NOON)
    assert decode(data) == trace


def test_what_grows_beyond_the_limit_is_refused_before_it_is_accepted() -> None:
    small = b'{"output":"x","attributes":{"n":[' + b",".join([b"1e9"] * 300) + b"]}}"
    with pytest.raises(TooLarge):
        encode_complete(decode(small, max_bytes=len(small)), trace_id=ID, timestamp=NOON, max_bytes=len(small))


def test_messages_may_be_avro_or_json_under_the_same_limits() -> None:
    trace = Trace(trace_id=ID, timestamp=NOON, output="x")
    for data in (codec.TRACE.encode(trace), msgspec.json.encode(trace)):
        assert decode_message(data, max_bytes=1_000, max_depth=8) == trace
        with pytest.raises(TooLarge):
            decode_message(data, max_bytes=10, max_depth=8)
    hostile = [
        msgspec.structs.replace(trace, org_id="a/b"),
        msgspec.structs.replace(trace, features={"a": float("nan")}),
        msgspec.structs.replace(trace, latency_ms=float("inf")),
        msgspec.structs.replace(trace, output=""),
        msgspec.structs.replace(trace, attributes={"a": nested(20)}),
    ]
    for bad in hostile:
        with pytest.raises(InvalidTrace):
            decode_message(codec.TRACE.encode(bad), max_bytes=10_000, max_depth=8)


def test_unknown_domains_list_the_known() -> None:
    known = frozenset({"mining", "general"})
    check_domain(Trace(domain="mining"), known)
    with pytest.raises(UnknownDomain) as refused:
        check_domain(Trace(domain="minning"), known)
    assert refused.value.mend == "Use one of: general, mining"
