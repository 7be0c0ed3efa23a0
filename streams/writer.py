"""The writer: turns a range of records into rows and inserts them under tokens made from the range."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from cachetools import LRUCache

from metronis.errors import Reject
from monitoring.metrics import ROWS_STORED
from schemas import codec
from schemas.case import CASE, decode_case
from schemas.topics import SOURCE, TRACES_T1
from storage.read import trace_sources
from storage.records import StoredEvaluation, StoredTrace, StoredVerdict, TraceKey
from storage.store import Store
from storage.tables import EVALUATIONS, TRACE_KEYS, TRACES, VERDICTS, Table
from streams.broker import Record
from streams.deadletter import NotStorable, is_for
from streams.groups import SINK
from streams.progress import NOWHERE

TraceId = tuple[str, UUID]
CACHED_KEYS = 200_000  # about 60 MB


@dataclass(frozen=True, slots=True)
class Written:
    """The range is stored. error: why its record, the only one, can never be. duplicates: traces of another's id."""

    error: Reject | None = None
    duplicates: int = 0


@dataclass(frozen=True, slots=True)
class TooLong:
    """Some record of the range can never be stored: begin with a range of the first `count` records.

    evaluations_stored: those of the whole range are, and only its verdicts are not.
    """

    count: int
    evaluations_stored: bool = False


@dataclass(frozen=True, slots=True)
class _Item:
    """A record, the trace that it is about, the raw message that it descends from, and its rows."""

    record: Record
    trace_id: TraceId
    source: str
    rows: Sequence[tuple[Table, Any]]


class Writer:
    """Writes ranges of `traces.t1` and `verdicts`. Used by one thread.

    The first raw message with a trace id owns it: what descends from another one is dropped and counted.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._owners: LRUCache[TraceId, str] = LRUCache(CACHED_KEYS)

    def write(self, records: Sequence[Record], token: str, *, evaluated: int = NOWHERE) -> Written | TooLong:
        """Insert the rows of these records of one partition, all but evaluations up to the offset `evaluated`.

        The token must be the same whenever these records are written again: then nothing is added. It stands for the
        rows of every record, so one that can never be stored must have a range of its own. Were it left out of a range
        and then, before the range is committed, its cause mended, the store would take it for stored.

        Raises Unavailable where the store does not answer.
        """
        items: list[_Item] = []
        for number, record in enumerate(records):
            try:
                items += _decoded(record)
            except Reject as error:
                return Written(error) if len(records) == 1 else TooLong(max(number, 1))
        kept = self._owned(items, token)
        for table, rows in _by_table(kept, evaluated):
            try:
                self._insert(table, rows, token)
            except Reject as error:
                if len(records) == 1:
                    return Written(NotStorable(error.problem, field=error.field))
                return TooLong(len(records) // 2, evaluations_stored=table is VERDICTS)
        return Written(duplicates=_traces(items) - _traces(kept))

    def _owned(self, items: Sequence[_Item], token: str) -> list[_Item]:
        """The items whose trace id belongs to their own raw message; ids that nobody has yet are claimed first."""
        owners = {item.trace_id: self._owners[item.trace_id] for item in items if item.trace_id in self._owners}
        unknown = {item.trace_id for item in items} - owners.keys()
        owners |= trace_sources(self._store, unknown) if unknown else {}
        claimed: dict[TraceId, str] = {}
        for item in items:
            if item.trace_id not in owners:
                claimed.setdefault(item.trace_id, item.source)
        if claimed:
            keys = [TraceKey(org_id, trace_id, source) for (org_id, trace_id), source in claimed.items()]
            self._store.insert(TRACE_KEYS, keys, token)
        owners |= claimed
        self._owners.update(owners)
        return [item for item in items if owners[item.trace_id] == item.source]

    def _insert(self, table: Table, rows: Sequence[Any], token: str) -> None:
        if rows:
            self._store.insert(table, rows, token)
            ROWS_STORED.labels(table.name).inc(len(rows))


def _by_table(items: Sequence[_Item], evaluated: int) -> Iterator[tuple[Table, list[Any]]]:
    """Tables in the order of their inserts: who sees a verdict sees its evaluations too."""
    rows: dict[str, list[Any]] = {}
    for item in items:
        for table, row in item.rows:
            if table is not EVALUATIONS or item.record.offset > evaluated:
                rows.setdefault(table.name, []).append(row)
    return ((table, rows.get(table.name, [])) for table in (TRACES, EVALUATIONS, VERDICTS))


def _traces(items: Sequence[_Item]) -> int:
    return sum(item.record.topic == TRACES_T1.name for item in items)


def _decoded(record: Record) -> Sequence[_Item]:
    """Its item; none where the record is replayed for another reader. Raises Reject."""
    if not is_for(record, SINK):
        return ()
    return (_trace_item(record) if record.topic == TRACES_T1.name else _verdict_item(record),)


def _trace_item(record: Record) -> _Item:
    trace = codec.TRACE.decode(record.value)
    case = decode_case(record.headers.get(CASE))
    row = StoredTrace(trace, case.ingested_at, case.source)
    return _Item(record, (trace.org_id, trace.trace_id), case.source, [(TRACES, row)])


def _verdict_item(record: Record) -> _Item:
    verdict = codec.VERDICT.decode(record.value)
    source = record.headers.get(SOURCE, b"").decode("utf-8", "replace")
    rows: list[tuple[Table, Any]] = [(EVALUATIONS, StoredEvaluation(verdict, row)) for row in verdict.evaluations]
    rows.append((VERDICTS, StoredVerdict(verdict, source)))
    return _Item(record, (verdict.org_id, verdict.trace_id), source, rows)
