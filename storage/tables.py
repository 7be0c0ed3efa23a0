"""Tables: for each its columns, and where in a record each column's value is. The SQL side is in `migrations/`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, chain
from operator import attrgetter, itemgetter
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
    column_names: list[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "column_names", [column.name for column in self.columns])

    def arrow(self, rows: Sequence[Any]) -> pa.Table:
        """The rows as one Arrow record batch. Raises Reject naming the column that cannot hold its value."""
        return pa.Table.from_arrays([self._array(column, rows) for column in self.columns], self.column_names)

    def _array(self, column: Column, rows: Sequence[Any]) -> pa.Array:
        try:
            return column.array(rows)
        except (ValueError, TypeError, OverflowError, RecursionError) as error:
            # The library's message quotes the value, which may be personal.
            name = f"{self.name}.{column.name}"
            raise Reject(f"the store cannot hold this value ({type(error).__name__})", field=name) from None


def _plain(arrow_type: pa.DataType, convert: Get | None = None) -> ToArrow:
    """An array of one Arrow type, of values that are first converted."""
    if convert is None:
        return lambda values: pa.array(values, arrow_type)
    return lambda values: pa.array(map(convert, values), arrow_type, size=len(values))


def _lists(items: Mapping[str, tuple[pa.DataType, Get]], split: Get | None = None) -> ToArrow:
    """An array of lists of tuples, built column by column because Arrow takes Python dictionaries five times slower."""

    def to_arrow(values: list[Any]) -> pa.Array:
        lists = list(map(split, values)) if split else values
        flat = list(chain.from_iterable(lists))
        columns = [pa.array(map(get, flat), arrow_type, size=len(flat)) for arrow_type, get in items.values()]
        return pa.ListArray.from_arrays(_offsets(lists), pa.StructArray.from_arrays(columns, list(items)))

    return to_arrow


def _numbers_by_name(maps: list[dict[str, float]]) -> pa.Array:
    names = pa.array(list(chain.from_iterable(maps)), pa.string())
    numbers = pa.array(list(chain.from_iterable(map(dict.values, maps))), pa.float64())
    return pa.MapArray.from_arrays(_offsets(maps), names, numbers)


def _offsets(lists: Sequence[Any]) -> pa.Array:
    return pa.array(list(accumulate(map(len, lists), initial=0)), pa.int32())


def _turns(text: Text) -> Sequence[tuple[str | None, str]]:
    """Role and content of each message; plain text is one turn without a role."""
    return ((None, text),) if isinstance(text, str) else [(message.role, message.content) for message in text]


def _documents(context: list[str | Document]) -> Sequence[tuple[str | None, str]]:
    return [(None, item) if isinstance(item, str) else (item.id, item.content) for item in context]


_encode_json = msgspec.json.Encoder().encode


def _json_or_empty(value: msgspec.Struct | None) -> bytes:
    return b"" if value is None else _encode_json(value)


# Payloads of one batch may exceed the 2 GiB that offsets of `string` can count.
_LONG_TEXT = pa.large_string()

TEXT = _plain(pa.string())
UUIDS = _plain(pa.binary(16), attrgetter("bytes"))
TIME = _plain(pa.timestamp("us", tz="UTC"))
INTEGER = _plain(pa.int64())
NUMBER = _plain(pa.float64())
TEXTS = _plain(pa.list_(pa.string()))
NUMBERS_BY_NAME = _numbers_by_name
JSON = _plain(pa.large_binary(), _encode_json)
OPTIONAL_JSON = _plain(pa.large_binary(), _json_or_empty)
LONG_TEXT = _plain(_LONG_TEXT)
TURNS = _lists({"role": (pa.string(), itemgetter(0)), "content": (_LONG_TEXT, itemgetter(1))}, _turns)
DOCUMENTS = _lists({"id": (pa.string(), itemgetter(0)), "content": (_LONG_TEXT, itemgetter(1))}, _documents)
EVIDENCE = _lists(
    {
        "field": (pa.string(), attrgetter("field")),
        "start": (pa.int64(), attrgetter("start")),
        "end": (pa.int64(), attrgetter("end")),
    }
)
TIER_USES = _lists(
    {
        "tier": (pa.string(), attrgetter("tier")),
        "duration_us": (pa.float64(), attrgetter("duration_us")),
        "cost_usd": (pa.float64(), attrgetter("cost_usd")),
    }
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
