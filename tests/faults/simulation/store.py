"""A Store in memory: rows by table, and insert tokens with a window, as the engine keeps them."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from typing import Any

from metronis.errors import Reject
from storage import queries
from storage.queries import Query
from storage.tables import TRACE_KEYS, Table
from tests.faults.simulation.effects import Effects, undisturbed

WINDOW = 1_000
"""Tokens that a table remembers; the engine's tables remember ten times as many."""


class SimulatedTables:
    """What survives the processes. `refuses` says which rows can never be stored."""

    def __init__(self, refuses: Callable[[Table, Any], bool] = lambda _table, _row: False) -> None:
        self._refuses = refuses
        self._tokens: defaultdict[str, deque[str]] = defaultdict(lambda: deque(maxlen=WINDOW))
        self.rows: defaultdict[str, list[Any]] = defaultdict(list)
        self.repeated = 0  # inserts that their token showed to be there already

    def insert(self, table: Table, rows: Sequence[Any], token: str) -> None:
        if any(self._refuses(table, row) for row in rows):
            raise Reject("the store cannot take this value")
        if token in self._tokens[table.name]:
            self.repeated += 1
        elif rows:
            self._tokens[table.name].append(token)
            self.rows[table.name] += rows


class SimulatedStore:
    """One process's way to the tables. Answers only what the sink asks."""

    def __init__(self, tables: SimulatedTables, effects: Effects = undisturbed) -> None:
        self._tables = tables
        self._effects = effects

    def insert(self, table: Table, rows: Sequence[Any], token: str) -> None:
        what = f"insert {table.name} {token} ({len(rows)})"
        self._effects(what, lambda: self._tables.insert(table, rows, token))

    def query(self, query: Query, **parameters: Any) -> list[dict[str, Any]]:
        assert query is queries.TRACE_SOURCES
        wanted = set(parameters["trace_ids"])
        return self._effects("query trace_sources", lambda: self._sources(wanted))

    def close(self) -> None:
        pass

    def _sources(self, wanted: set[Any]) -> list[dict[str, Any]]:
        keys = [key for key in self._tables.rows[TRACE_KEYS.name] if key.trace_id in wanted]
        return [{"org_id": key.org_id, "trace_id": key.trace_id, "source": key.source} for key in keys]
