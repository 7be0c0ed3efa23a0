"""What goes on a topic comes off it, in every version ever released; damaged bytes are Undecodable and nothing else."""

from __future__ import annotations

import copy
import hashlib
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import fastavro
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import codec
from schemas.codec import AVRO_FOLDER, HEADER_BYTES, Codec, Undecodable
from schemas.evaluation import TIERS, Evaluation, Evidence
from schemas.trace import KINDS, NO_ID, NO_TIME, Episode, Step, Trace
from schemas.verdict import DECISIONS, TierUse, Verdict
from tests.schemas.avro_resolution import unreadable
from tests.schemas.traces import AMOUNTS, NAMES, TEXT, TIMES, traces

# A released file may not change: data written with it is kept. Make `<name>.<version + 1>.avsc`, and add its line here:
# the fingerprint that messages carry, and the first half of the file's SHA-256.
RELEASED = {
    "evaluation.1.avsc": ("d069d1b8803fc70f", "4c1ec68afe395164"),
    "trace.1.avsc": ("500bb1bc4449cc88", "e83a9227b291d88c"),
    "verdict.1.avsc": ("87c5f96468845005", "8f13b14b136773aa"),
}
CODECS: list[Codec[Any]] = [codec.TRACE, codec.EVALUATION, codec.VERDICT]
SHARE = st.floats(0, 1)

EVALUATIONS = st.builds(
    Evaluation,
    evaluator=NAMES,
    version=st.integers(1, 2**31 - 1),
    tier=st.sampled_from(TIERS),
    issue=NAMES,
    disposition=st.sampled_from(["ran", "filtered", "sampled_out", "shed", "cached", "failed"]),
    outcome=st.sampled_from([None, "pass", "fail", "abstain"]),
    score=st.none() | SHARE,
    severity=st.sampled_from([None, "low", "medium", "high", "critical"]),
    label=TEXT,
    explanation=TEXT,
    evidence=st.lists(st.builds(Evidence, NAMES, st.integers(0, 2**40), st.integers(0, 2**40)), max_size=2),
    duration_us=AMOUNTS,
    cost_usd=AMOUNTS,
)
VERDICTS = st.builds(
    Verdict,
    verdict_id=st.uuids(),
    trace_id=st.uuids(),
    org_id=NAMES,
    domain=NAMES,
    kind=st.sampled_from(KINDS),
    timestamp=TIMES,
    decided_at=TIMES,
    decision=st.sampled_from(DECISIONS),
    risk=SHARE,
    tier=st.sampled_from(TIERS),
    reason=TEXT,
    policy_version=NAMES,
    issues=st.dictionaries(NAMES, SHARE, max_size=2),
    abstained=st.lists(NAMES, max_size=2),
    tiers=st.lists(st.builds(TierUse, st.sampled_from(TIERS), AMOUNTS, AMOUNTS), max_size=2),
    evaluations=st.lists(EVALUATIONS, max_size=2),
)


@given(traces())
def test_traces_survive_avro(trace: Trace) -> None:
    assert codec.TRACE.decode(codec.TRACE.encode(trace)) == trace


@given(EVALUATIONS)
def test_evaluations_survive_avro(evaluation: Evaluation) -> None:
    assert codec.EVALUATION.decode(codec.EVALUATION.encode(evaluation)) == evaluation


@given(VERDICTS)
def test_verdicts_survive_avro(verdict: Verdict) -> None:
    assert codec.VERDICT.decode(codec.VERDICT.encode(verdict)) == verdict


@pytest.mark.parametrize(
    "trace",
    [
        Trace(output="no id, no time"),
        Trace(episode=Episode(policy_type="no steps")),
        Trace(episode=Episode(steps=[Step(), Step(info={"a": [1]})])),
    ],
)
def test_defaults_survive_avro(trace: Trace) -> None:
    assert codec.TRACE.decode(codec.TRACE.encode(trace)) == trace


def test_a_message_begins_with_the_marker_and_the_fingerprint_of_its_schema() -> None:
    data = codec.TRACE.encode(Trace(output="x"))
    assert data[:2] == b"\xc3\x01"
    assert data[2:HEADER_BYTES].hex() == RELEASED["trace.1.avsc"][0]
    # The specification's own example: CRC-64-AVRO of "int" is 7275d51a3f395c8f, written little-endian.
    assert codec.header_of("int").hex() == "c301" + "8f5c393f1ad57572"


@given(st.binary(max_size=80), st.sampled_from(CODECS), st.booleans())
def test_any_bytes_are_a_value_or_undecodable(data: bytes, of: Codec[Any], with_header: bool) -> None:
    header = codec.header_of(codec.avro_schemas(of.name)[1])
    _decoded_or_refused(of, header + data if with_header else data)


@given(traces(), st.data())
def test_damaged_messages_are_a_value_or_undecodable(trace: Trace, data: st.DataObject) -> None:
    whole = bytearray(codec.TRACE.encode(trace))
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    _decoded_or_refused(codec.TRACE, bytes(whole))


def _decoded_or_refused(of: Codec[Any], data: bytes) -> None:
    try:
        value = of.decode(data)
    except Undecodable:
        return
    assert isinstance(value, of.struct)


def test_refusals_say_where_and_not_what() -> None:
    data = codec.TRACE.encode(Trace(trace_id=NO_ID, output="the patient's name"))
    with pytest.raises(Undecodable, match=f"damaged trace at byte {len(data) - 30}"):
        codec.TRACE.decode(data[:-30])
    with pytest.raises(Undecodable, match="3 bytes left over"):
        codec.TRACE.decode(data + b"abc")
    wrong_kind = codec.TRACE.encode(Trace(kind="the patient"))  # type: ignore[arg-type]  # a foreign writer's mistake
    with pytest.raises(Undecodable) as refused:
        codec.TRACE.decode(wrong_kind)
    assert refused.value.field == "$.kind"
    assert "patient" not in str(refused.value)


# Versions


def released() -> dict[str, Any]:
    return {file.name: json.loads(file.read_bytes()) for file in sorted(AVRO_FOLDER.glob("*.avsc"))}


def test_released_files_are_never_edited() -> None:
    """Fails after any edit: undo it and make a new version. Adding a version adds a line to RELEASED."""
    found = {}
    for file in sorted(AVRO_FOLDER.glob("*.avsc")):
        name, version, _ = file.name.split(".")
        crc = codec.header_of(codec.avro_schemas(name)[int(version)])[2:].hex()
        found[file.name] = (crc, hashlib.sha256(file.read_bytes()).hexdigest()[:16])
    assert found == RELEASED


@pytest.mark.parametrize("of", CODECS, ids=lambda of: of.name)
def test_versions_are_numbered_without_a_gap(of: Codec[Any]) -> None:
    versions = sorted(codec.avro_schemas(of.name))
    assert versions == list(range(1, len(versions) + 1))


@pytest.mark.parametrize("of", CODECS, ids=lambda of: of.name)
def test_the_latest_reader_reads_every_released_version(of: Codec[Any]) -> None:
    files = {name: schema for name, schema in released().items() if name.startswith(f"{of.name}.")}
    latest = files[f"{of.name}.{len(files)}.avsc"]
    assert {name: unreadable(schema, latest) for name, schema in files.items()} == {name: [] for name in files}


@pytest.mark.parametrize("of", CODECS, ids=lambda of: of.name)
def test_a_message_of_every_released_version_is_decoded(of: Codec[Any]) -> None:
    for schema in codec.avro_schemas(of.name).values():
        stream = io.BytesIO()
        stream.write(codec.header_of(schema))
        fastavro.schemaless_writer(stream, schema, _least(of.struct))
        assert isinstance(of.decode(stream.getvalue()), of.struct)


def _least(struct: type[msgspec.Struct]) -> dict[str, Any]:
    """A record with the fields that have no default in any version."""
    stand_ins: dict[Any, Any] = {UUID: NO_ID, str: "x", int: 1, float: 0.5, datetime: NO_TIME.replace(tzinfo=UTC)}
    choices = {"kind": "llm", "tier": "t1", "decision": "pass", "disposition": "ran"}
    needed = [field for field in msgspec.structs.fields(struct) if field.required or field.name == "trace_id"]
    return {field.name: choices.get(field.name) or stand_ins[field.type] for field in needed}


@pytest.mark.parametrize("of", CODECS, ids=lambda of: of.name)
def test_the_latest_schema_has_every_field_of_the_struct(of: Codec[Any]) -> None:
    """fastavro leaves out what a schema does not name, without a word."""
    latest = released()[f"{of.name}.{max(codec.avro_schemas(of.name))}.avsc"]
    assert [field["name"] for field in latest["fields"]] == list(of.struct.__struct_fields__)


def _remove_default(schema: Any) -> None:
    schema["fields"].append({"name": "fresh", "type": "string"})


def _change_type(schema: Any) -> None:
    _field(schema, "latency_ms")["type"] = ["null", "string"]


def _narrow(schema: Any) -> None:
    _field(schema, "latency_ms")["type"] = ["null", "int"]


def _drop_branch(schema: Any) -> None:
    _field(schema, "input")["type"] = "string"


def _change_inside(schema: Any) -> None:
    _field(schema, "usage")["type"]["fields"].append({"name": "fresh", "type": "long"})


def _change_logical_type(schema: Any) -> None:
    _field(schema, "timestamp")["type"]["logicalType"] = "timestamp-millis"


def _rename(schema: Any) -> None:
    _field(schema, "trace_id")["name"] = "id"


def _field(schema: Any, name: str) -> Any:
    return next(field for field in schema["fields"] if field["name"] == name)


@pytest.mark.parametrize(
    "change", [_remove_default, _change_type, _narrow, _drop_branch, _change_inside, _change_logical_type, _rename]
)
def test_an_incompatible_change_is_refused(change: Callable[[Any], None]) -> None:
    old = released()["trace.1.avsc"]
    new = copy.deepcopy(old)
    change(new)
    assert unreadable(old, new)


def test_a_compatible_change_is_allowed() -> None:
    old = released()["trace.1.avsc"]
    new = copy.deepcopy(old)
    new["fields"].append({"name": "fresh", "type": ["null", "string"], "default": None})
    new["fields"].remove(_field(new, "tags"))
    _field(new, "latency_ms")["type"] = ["null", "double", "string"]
    assert unreadable(old, new) == []
