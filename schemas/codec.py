"""Bytes on topics: Avro single-object encoding, and JSON from producers.

A message of ours begins with C3 01 and the CRC-64-AVRO fingerprint of the schema it was written with (Avro 1.11
specification, "Single-object encoding"), so any version ever released stays readable. Every version is a file in
`schemas/avro/<name>.<version>.avsc`.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Generic, TypeVar
from uuid import UUID

import fastavro
import msgspec
from fastavro.schema import fingerprint, parse_schema, to_parsing_canonical_form

from metronis.errors import Reject
from schemas.evaluation import Evaluation
from schemas.trace import NO_ID, NO_TIME, Trace
from schemas.verdict import Verdict

MARKER = b"\xc3\x01"
HEADER_BYTES = 10
AVRO_FOLDER = Path(__file__).parent / "avro"

T = TypeVar("T", bound=msgspec.Struct)
Record = dict[str, Any]


class Undecodable(Reject):
    """The bytes are no message of the expected kind."""

    code = "undecodable"


@cache
def avro_schemas(name: str) -> dict[int, Any]:
    """All released versions of a schema by number, parsed."""
    files = AVRO_FOLDER.glob(f"{name}.*.avsc")
    return {int(file.name.split(".")[1]): parse_schema(json.loads(file.read_bytes()), {}) for file in files}


def header_of(schema: Any) -> bytes:
    """The ten bytes that begin every message written with this schema."""
    digest: str = fingerprint(to_parsing_canonical_form(schema), "CRC-64-AVRO")
    return MARKER + bytes.fromhex(digest)


@dataclass(frozen=True)
class Codec(Generic[T]):
    """Turns one struct type into Avro and back, whichever released version it was written with.

    `to_record` and `from_record` go between the struct and the plain values that fastavro knows.
    """

    name: str
    struct: type[T]
    to_record: Callable[[T], Record]
    from_record: Callable[[Record], T]

    @property
    def schema(self) -> Any:
        """The latest released version, parsed: what it writes with and reads into."""
        return _latest(self.name)[0]

    def encode(self, value: T) -> bytes:
        schema, header = _latest(self.name)
        out = io.BytesIO(header)
        out.seek(HEADER_BYTES)
        fastavro.schemaless_writer(out, schema, self.to_record(value))
        return out.getvalue()

    def decode(self, data: bytes) -> T:
        """Raise Undecodable where the bytes are not this struct in any released version.

        Its message says where, and never what: the bytes may hold personal data.
        """
        writer = _writers(self.name).get(data[:HEADER_BYTES])
        if writer is None:
            raise Undecodable(f"no released {self.name} schema has the fingerprint {data[2:HEADER_BYTES].hex()}")
        return self.decode_written(data, HEADER_BYTES, writer)

    def decode_written(self, data: bytes, start: int, writer: Any) -> T:
        """The same for bytes that begin at `start` and were written with any schema, parsed."""
        record = self._read(data, start, writer)
        try:
            return self.from_record(record)
        except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
            place = _PATH.search(str(error))
            kind = type(error).__name__
            raise Undecodable(f"damaged {self.name}: {kind}", field=place[1] if place else "$") from None

    def _read(self, data: bytes, start: int, writer: Any) -> Record:
        reader = self.schema
        stream = io.BytesIO(data)
        stream.seek(start)
        try:
            record: Any = fastavro.schemaless_reader(stream, writer, None if writer is reader else reader)
        except Exception as error:  # noqa: BLE001 - a decoder of hostile bytes may raise anything; all mean the same
            raise Undecodable(f"damaged {self.name} at byte {stream.tell()}: {type(error).__name__}") from None
        if stream.tell() != len(data):
            raise Undecodable(f"{len(data) - stream.tell()} bytes left over after the {self.name}")
        return record  # type: ignore[no-any-return]  # every schema of ours is a record


@cache
def _latest(name: str) -> tuple[Any, bytes]:
    versions = avro_schemas(name)
    schema = versions[max(versions)]
    return schema, header_of(schema)


@cache
def _writers(name: str) -> dict[bytes, Any]:
    return {header_of(schema): schema for schema in avro_schemas(name).values()}


_NATIVE = (datetime, UUID)
_JSON = msgspec.json.Encoder()
_PATH = re.compile(r" - at `(\$[\w.\[\]]{0,40})`$", re.ASCII)


def _text(value: Any) -> str:
    return _JSON.encode(value).decode()


def _plain(value: msgspec.Struct) -> Record:
    """All fields as plain values; fastavro fills in the defaults that msgspec leaves out."""
    record: Record = msgspec.to_builtins(value, builtin_types=_NATIVE)
    return record


def _trace_to_record(trace: Trace) -> Record:
    record = _plain(trace)
    record.setdefault("trace_id", NO_ID)  # the one field without a default in the schema
    if trace.attributes:
        record["attributes"] = _text(trace.attributes)
    if trace.episode:
        record["episode"]["parameters"] = _text(trace.episode.parameters)
        # A step whose fields are all defaults is an empty row.
        for step, row in zip(trace.episode.steps, record["episode"].get("steps", ()), strict=True):
            row.update(state=_text(step.state), action=_text(step.action), info=_text(step.info))
    return record


def _trace_from_record(record: Record) -> Trace:
    if record["timestamp"] == 0:  # where the writer had no such field: defaults are not read as their logical type
        record["timestamp"] = NO_TIME
    record["attributes"] = msgspec.json.decode(record["attributes"])
    if record["episode"]:
        record["episode"]["parameters"] = msgspec.json.decode(record["episode"]["parameters"])
        for row in record["episode"]["steps"]:
            row.update({name: msgspec.json.decode(row[name]) for name in ("state", "action", "info")})
    return msgspec.convert(record, Trace, builtin_types=_NATIVE)


TRACE = Codec("trace", Trace, _trace_to_record, _trace_from_record)
EVALUATION = Codec("evaluation", Evaluation, _plain, lambda r: msgspec.convert(r, Evaluation, builtin_types=_NATIVE))
VERDICT = Codec("verdict", Verdict, _plain, lambda r: msgspec.convert(r, Verdict, builtin_types=_NATIVE))
