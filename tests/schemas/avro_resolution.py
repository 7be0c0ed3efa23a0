"""Avro's schema resolution rules (specification 1.11, "Schema Resolution"), as far as our schemas use Avro."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

_PROMOTED = {
    "int": {"int", "long", "float", "double"},
    "long": {"long", "float", "double"},
    "float": {"float", "double"},
    "string": {"string", "bytes"},
    "bytes": {"bytes", "string"},
}
Schema = Any


def unreadable(writer: Schema, reader: Schema) -> list[str]:
    """Why data written with `writer` cannot be read with `reader`; empty where it can. Both as JSON, unparsed."""
    return list(_Resolution(_named(writer), _named(reader)).reasons(writer, reader, "$"))


def _named(schema: Schema) -> dict[str, Schema]:
    found: dict[str, Schema] = {}
    pending = [schema]
    while pending:
        part = pending.pop()
        if isinstance(part, list):
            pending += part
        elif isinstance(part, dict):
            if part.get("name") and part["type"] == "record":
                found[part["name"]] = part
            pending += [value for key, value in part.items() if key in ("type", "items", "values", "fields")]
    return found


class _Resolution:
    def __init__(self, writer_names: dict[str, Schema], reader_names: dict[str, Schema]) -> None:
        self._writer_names = writer_names
        self._reader_names = reader_names

    def reasons(self, writer: Schema, reader: Schema, path: str) -> Iterator[str]:
        writer = self._writer_names.get(writer, writer) if isinstance(writer, str) else writer
        reader = self._reader_names.get(reader, reader) if isinstance(reader, str) else reader
        if isinstance(writer, list):
            for branch in writer:
                yield from self.reasons(branch, reader, path)
        elif isinstance(reader, list):
            if all(list(self.reasons(writer, branch, path)) for branch in reader):
                yield f"{path}: no branch of the union reads {_kind(writer)}"
        elif _kind(reader) not in _PROMOTED.get(_kind(writer), {_kind(writer)}):
            yield f"{path}: {_kind(writer)} became {_kind(reader)}"
        elif isinstance(writer, dict) and writer.get("logicalType") != reader.get("logicalType"):
            yield f"{path}: logical type {writer.get('logicalType')} became {reader.get('logicalType')}"
        else:
            yield from self._inside(writer, reader, path)

    def _inside(self, writer: Schema, reader: Schema, path: str) -> Iterator[str]:
        kind = _kind(writer)
        if kind == "array":
            yield from self.reasons(writer["items"], reader["items"], f"{path}[]")
        elif kind == "map":
            yield from self.reasons(writer["values"], reader["values"], f"{path}{{}}")
        elif kind == "record":
            if writer["name"] != reader["name"]:
                yield f"{path}: record {writer['name']} became {reader['name']}"
            written = {field["name"]: field["type"] for field in writer["fields"]}
            for field in reader["fields"]:
                place = f"{path}.{field['name']}"
                if field["name"] in written:
                    yield from self.reasons(written[field["name"]], field["type"], place)
                elif "default" not in field:
                    yield f"{place}: is new and has no default"


def _kind(schema: Schema) -> str:
    kind: str = schema["type"] if isinstance(schema, dict) else schema
    return kind
