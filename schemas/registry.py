"""Avro whose schema a Confluent Schema Registry knows by number: a zero byte, the number in four bytes, the body."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

import httpx
import msgspec
import structlog
from cachetools import LRUCache, TTLCache
from fastavro.schema import SchemaParseException, parse_schema

from metronis.errors import Misconfigured, Unavailable
from schemas import codec
from schemas.codec import Undecodable
from schemas.trace import Trace

MAGIC = b"\0"
HEADER_BYTES = 5
CACHED_SCHEMAS = 1_000
ANSWER_TIMEOUT_S = 5.0
UNKNOWN_FOR_S = 60.0  # a number that the registry did not know is asked for again after this long

log = structlog.get_logger()


class _Reference(msgspec.Struct, frozen=True):
    subject: str
    version: int


class _Registered(msgspec.Struct, frozen=True):
    schema: str
    schemaType: str = "AVRO"
    references: list[_Reference] = []


class _Refusal(msgspec.Struct, frozen=True):
    error_code: int


class SchemaRegistry:
    """Reads traces with their writers' schemas, each fetched once. Used by one thread."""

    def __init__(self, url: str) -> None:
        """`url` may hold `user:password@`. Raises Misconfigured where it is none."""
        try:
            parsed = httpx.URL(url)
        except httpx.InvalidURL:
            parsed = httpx.URL()
        if parsed.scheme not in ("http", "https") or not parsed.host:
            raise Misconfigured("METRONIS_KAFKA__SCHEMA_REGISTRY_URL is no address such as http://registry:8081")
        self._address = f"{parsed.host}:{parsed.port}" if parsed.port else parsed.host
        self._client = httpx.Client(base_url=parsed, timeout=ANSWER_TIMEOUT_S)
        self._writers: LRUCache[int, Any] = LRUCache(CACHED_SCHEMAS)
        self._unknown: TTLCache[int, str] = TTLCache(CACHED_SCHEMAS, UNKNOWN_FOR_S)

    def decode_trace(self, data: bytes) -> Trace:
        """The trace, resolved against our own schema by Avro's rules: fields by name, records by name less namespace.

        Raises Undecodable where the schema is unknown, does not resolve, or the bytes do not fit it; Unavailable where
        the registry does not answer.
        """
        if len(data) < HEADER_BYTES:
            raise Undecodable(f"{len(data)} bytes are too few for the number of a schema")
        number = int.from_bytes(data[1:HEADER_BYTES], "big")
        return codec.TRACE.decode_written(data, HEADER_BYTES, self._writer(number))

    def close(self) -> None:
        """Give the connections back. Idempotent."""
        self._client.close()

    def _writer(self, number: int) -> Any:
        if number in self._unknown:
            raise Undecodable(self._unknown[number])
        if number not in self._writers:
            try:
                self._writers[number] = self._fetch(number)
            except Undecodable as error:
                self._unknown[number] = error.problem
                raise
        return self._writers[number]

    def _fetch(self, number: int) -> Any:
        found = self._get(f"schemas/ids/{number}")
        if found.schemaType != "AVRO":
            raise Undecodable(f"schema {number} of the registry is {found.schemaType}, and only Avro is read")
        named: dict[str, Any] = {}
        try:
            self._parse_references(found.references, named, set())
            schema = json.loads(found.schema)
            ignored = _adopt_logical_types(schema)
            writer = parse_schema(schema, named)
        except (SchemaParseException, ValueError) as error:
            raise Undecodable(f"schema {number} of the registry is no Avro schema: {type(error).__name__}") from None
        log.info("schema_fetched", number=number, fields_ignored=ignored)
        return writer

    def _parse_references(self, references: Sequence[_Reference], named: dict[str, Any], seen: set[_Reference]) -> None:
        """Parse the named types that a schema takes from others, those of others first."""
        for reference in references:
            if reference not in seen:
                seen.add(reference)
                found = self._get(f"subjects/{quote(reference.subject, safe='')}/versions/{reference.version}")
                self._parse_references(found.references, named, seen)
                parse_schema(json.loads(found.schema), named)

    def _get(self, path: str) -> _Registered:
        try:
            answer = self._client.get(path)
        except httpx.HTTPError as error:
            said = type(error).__name__
            raise Unavailable(f"the schema registry at {self._address} did not answer: {said}") from error
        try:
            if answer.is_success:
                return msgspec.json.decode(answer.content, type=_Registered)
            refusal = msgspec.json.decode(answer.content, type=_Refusal)
            if refusal.error_code // 100 == httpx.codes.NOT_FOUND:  # 404xx: a thing is missing; a plain 404: the path
                raise Undecodable(f"the schema registry has no {path}")
        except msgspec.DecodeError:
            pass
        raise Unavailable(f"the schema registry at {self._address} answered {answer.status_code} and no schema")


def _adopt_logical_types(writer: Any) -> list[str]:
    """Read plain strings and numbers as what our own schema takes them for; return the fields that it does not have.

    Logical types are the reader's business by Avro's rules, but the library follows the writer's alone.
    """
    if not isinstance(writer, dict):
        return []
    ours = {field["name"]: field["type"] for field in codec.TRACE.schema["fields"]}
    fields = writer.get("fields", [])
    for field in fields:
        wanted = ours.get(field["name"])
        if isinstance(wanted, dict) and "logicalType" in wanted and field["type"] == wanted["type"]:
            field["type"] = wanted
    return [field["name"] for field in fields if field["name"] not in ours]
