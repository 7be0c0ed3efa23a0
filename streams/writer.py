"""The writer: turns a range of records into rows and inserts them under tokens made from the range."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from cachetools import LRUCache

from metronis.errors import Reject
from monitoring.metrics import DUPLICATE_TRACES, RECORDS_DEAD_LETTERED, ROWS_STORED
from schemas import codec
from schemas.case import CASE, decode_case
from schemas.topics import SOURCE, TRACES_T1
from storage.read import trace_sources
from storage.records import StoredEvaluation, StoredTrace, StoredVerdict, TraceKey
from storage.store import Store
from storage.tables import EVALUATIONS, TRACE_KEYS, TRACES, VERDICTS, Table
from streams.broker import Message, Record
from streams.deadletter import dead_letter, is_for

TraceId = tuple[str, UUID]
STEP = "sink"
CACHED_KEYS = 200_000  # about 60 MB


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

    def write(self, records: Sequence[Record], token: str) -> list[Message]:
        """Insert the rows of these records; return dead letters for those that can never be stored.

        The token must be the same whenever these records are written again: then nothing is added. Raises Unavailable
        where the store does not answer.
        """
        dead: dict[str, Message] = {}
        items = [item for record in records if is_for(record, STEP) and (item := _decoded(record, dead))]
        kept = self._owned(items, token)
        by_table: dict[str, list[tuple[Record, Any]]] = {}
        for item in kept:
            for table, row in item.rows:
                by_table.setdefault(table.name, []).append((item.record, row))
        for table in (TRACES, EVALUATIONS, VERDICTS):
            self._insert(table, by_table.get(table.name, []), token, dead)
        return list(dead.values())

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
        kept = [item for item in items if owners[item.trace_id] == item.source]
        DUPLICATE_TRACES.inc(_traces(items) - _traces(kept))
        return kept

    def _insert(self, table: Table, rows: Sequence[tuple[Record, Any]], token: str, dead: dict[str, Message]) -> None:
        """Insert the rows; where the store refuses them, halve them until the bad ones stand alone.

        A replay halves at the same places, so each half's token names the same rows.
        """
        if not rows:
            return
        try:
            self._store.insert(table, [row for _, row in rows], token)
        except Reject as error:
            if len(rows) == 1:
                _bury(rows[0][0], error, dead)
                return
            middle = len(rows) // 2
            self._insert(table, rows[:middle], f"{token}<", dead)
            self._insert(table, rows[middle:], f"{token}>", dead)
        else:
            ROWS_STORED.labels(table.name).inc(len(rows))


def _traces(items: Sequence[_Item]) -> int:
    return sum(item.record.topic == TRACES_T1.name for item in items)


def _decoded(record: Record, dead: dict[str, Message]) -> _Item | None:
    try:
        return _trace_item(record) if record.topic == TRACES_T1.name else _verdict_item(record)
    except Reject as error:
        _bury(record, error, dead)
        return None


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


def _bury(record: Record, error: Reject, dead: dict[str, Message]) -> None:
    RECORDS_DEAD_LETTERED.labels(STEP, error.code).inc()
    dead.setdefault(record.position, dead_letter(record, error, STEP))
