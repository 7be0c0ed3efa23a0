"""Tables: for each its columns, and where in a record each column's value is. The SQL side is in `migrations/`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

import msgspec
import pyarrow as pa

from metronis.errors import Reject
from schemas.trace import Document, Text

Get = Callable[[Any], Any]
ToArrow = Callable[[list[Any]], pa.Array]


@dataclass(frozen=True, slots=True)
class Column:
    """A column, how a list of values becomes an Arrow array, and where its value is in a record."""

    name: str
    to_arrow: ToArrow
    value: Get

    def array(self, rows: Sequence[Any]) -> pa.Array:
        return self.to_arrow(list(map(self.value, rows)))


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the store and the columns that we write."""

    name: str
    columns: tuple[Column, ...]

    def arrow(self, rows: Sequence[Any]) -> pa.Table:
        """The rows as one Arrow record batch. Raises Reject naming the column that cannot hold its value."""
        return pa.table({column.name: self._array(column, rows) for column in self.columns})

    def _array(self, column: Column, rows: Sequence[Any]) -> pa.Array:
        try:
            return column.array(rows)
        except (ValueError, TypeError, OverflowError, RecursionError) as error:
            # The library's message quotes the value, which may be personal.
            name = f"{self.name}.{column.name}"
            raise Reject(f"the store cannot hold this value ({type(error).__name__})", field=name) from None


def _array_of(arrow_type: pa.DataType, convert: Get | None = None) -> ToArrow:
    """Makes arrays of one Arrow type, from values that may be converted first."""
    if convert is None:
        return lambda values: pa.array(values, arrow_type)
    return lambda values: pa.array(list(map(convert, values)), arrow_type)


def _tuples_of(*names: str) -> Get:
    """From a list of structs, the list of tuples of these fields."""
    fields = attrgetter(*names)
    return lambda structs: list(map(fields, structs))


def _turns(text: Text) -> list[tuple[str | None, str]]:
    """Role and content of each message; plain text is one turn without a role."""
    return [(None, text)] if isinstance(text, str) else [(message.role, message.content) for message in text]


def _documents(context: list[str | Document]) -> list[tuple[str | None, str]]:
    """Id and content of each document; plain text has no id."""
    return [(None, item) if isinstance(item, str) else (item.id, item.content) for item in context]


def _items(numbers: dict[str, float]) -> list[tuple[str, float]]:
    return list(numbers.items())


_encode_json = msgspec.json.Encoder().encode


def _json_or_empty(value: msgspec.Struct | None) -> bytes:
    return b"" if value is None else _encode_json(value)


def _list_of_tuples(**types: pa.DataType) -> pa.DataType:
    return pa.list_(pa.struct(list(types.items())))


_TEXT, _NUMBER, _INTEGER = pa.string(), pa.float64(), pa.int64()
_LONG_TEXT = pa.large_string()  # payloads of one batch may exceed the 2 GiB that offsets of `string` can count

TEXT = _array_of(_TEXT)
LONG_TEXT = _array_of(_LONG_TEXT)
TEXTS = _array_of(pa.list_(_TEXT))
INTEGER = _array_of(_INTEGER)
NUMBER = _array_of(_NUMBER)
NUMBERS_BY_NAME = _array_of(pa.map_(_TEXT, _NUMBER), _items)
TIME = _array_of(pa.timestamp("us", tz="UTC"))
UUIDS = _array_of(pa.binary(16), attrgetter("bytes"))
JSON = _array_of(pa.large_binary(), _encode_json)
OPTIONAL_JSON = _array_of(pa.large_binary(), _json_or_empty)
TURNS = _array_of(_list_of_tuples(role=_TEXT, content=_LONG_TEXT), _turns)
DOCUMENTS = _array_of(_list_of_tuples(id=_TEXT, content=_LONG_TEXT), _documents)
EVIDENCE = _array_of(_list_of_tuples(field=_TEXT, start=_INTEGER, end=_INTEGER), _tuples_of("field", "start", "end"))
TIER_USES = _array_of(
    _list_of_tuples(tier=_TEXT, duration_us=_NUMBER, cost_usd=_NUMBER), _tuples_of("tier", "duration_us", "cost_usd")
)


def _column(path: str, to_arrow: ToArrow, name: str = "") -> Column:
    """A column called like the last part of its path, unless it is given a name."""
    return Column(name or path.rpartition(".")[2], to_arrow, attrgetter(path))


TRACES = Table(
    "traces",
    (
        _column("trace.org_id", TEXT),
        _column("trace.trace_id", UUIDS),
        _column("trace.timestamp", TIME),
        _column("ingested_at", TIME),
        _column("trace.domain", TEXT),
        _column("trace.kind", TEXT),
        _column("trace.model", TEXT),
        _column("trace.input", TURNS, "input_turns"),
        _column("trace.output", TURNS, "output_turns"),
        _column("trace.context", DOCUMENTS),
        _column("trace.session_id", TEXT),
        _column("trace.user_id", TEXT),
        _column("trace.tags", TEXTS),
        _column("trace.usage.input_tokens", INTEGER),
        _column("trace.usage.output_tokens", INTEGER),
        _column("trace.usage.cost_usd", NUMBER),
        _column("trace.latency_ms", NUMBER),
        _column("trace.attributes", JSON),
        _column("trace.features", NUMBERS_BY_NAME),
        _column("trace.episode", OPTIONAL_JSON),
        _column("trace.expected", OPTIONAL_JSON),
        _column("source", TEXT),
    ),
)
"""Rows: storage.records.StoredTrace."""

_OF_VERDICT = tuple(
    _column(f"verdict.{name}", to_arrow)
    for name, to_arrow in (
        ("org_id", TEXT),
        ("trace_id", UUIDS),
        ("verdict_id", UUIDS),
        ("timestamp", TIME),
        ("decided_at", TIME),
        ("domain", TEXT),
        ("kind", TEXT),
        ("policy_version", TEXT),
    )
)

EVALUATIONS = Table(
    "evaluations",
    (
        *_OF_VERDICT,
        _column("evaluation.evaluator", TEXT),
        _column("evaluation.version", INTEGER),
        _column("evaluation.tier", TEXT),
        _column("evaluation.issue", TEXT),
        _column("evaluation.disposition", TEXT),
        _column("evaluation.outcome", TEXT),
        _column("evaluation.score", NUMBER),
        _column("evaluation.severity", TEXT),
        _column("evaluation.label", TEXT),
        _column("evaluation.explanation", LONG_TEXT),
        _column("evaluation.evidence", EVIDENCE),
        _column("evaluation.duration_us", NUMBER),
        _column("evaluation.cost_usd", NUMBER),
    ),
)
"""Rows: storage.records.StoredEvaluation."""

VERDICTS = Table(
    "verdicts",
    (
        *_OF_VERDICT,
        _column("verdict.decision", TEXT),
        _column("verdict.risk", NUMBER),
        _column("verdict.tier", TEXT),
        _column("verdict.reason", LONG_TEXT),
        _column("verdict.issues", NUMBERS_BY_NAME),
        _column("verdict.abstained", TEXTS),
        _column("verdict.tiers", TIER_USES),
        _column("verdict.cost_usd", NUMBER),
        _column("source", TEXT),
    ),
)
"""Rows: storage.records.StoredVerdict."""

TRACE_KEYS = Table(
    "trace_keys",
    (_column("trace_id", UUIDS), _column("org_id", TEXT), _column("source", TEXT)),
)
"""Rows: storage.records.TraceKey."""

TABLES: tuple[Table, ...] = (TRACES, EVALUATIONS, VERDICTS, TRACE_KEYS)
