"""The audit's ledger: one row for each record of the raw topic, in a temporary file, so that memory stays bounded."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

CACHE_KIB = 65_536

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)

# Partitions are `topic/number`. at_us: the trace's own time. evaluations: how many its verdict says that it has.
_SCHEMA = """
CREATE TABLE ledger (
    origin TEXT PRIMARY KEY,
    raw_partition TEXT NOT NULL,
    raw_offset INTEGER NOT NULL,
    org_id TEXT NOT NULL,
    trace_id TEXT NOT NULL,
    at_us INTEGER,
    t1_copies INTEGER NOT NULL DEFAULT 0,
    t1_partition TEXT,
    t1_offset INTEGER,
    verdict_copies INTEGER NOT NULL DEFAULT 0,
    verdict_partition TEXT,
    verdict_offset INTEGER,
    verdict_id TEXT,
    evaluations INTEGER,
    is_dead INTEGER NOT NULL DEFAULT 0,
    owner TEXT,
    stored_traces INTEGER NOT NULL DEFAULT 0,
    stored_verdicts INTEGER NOT NULL DEFAULT 0,
    stored_evaluations INTEGER NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX by_raw ON ledger (raw_partition, raw_offset);
CREATE INDEX by_t1 ON ledger (t1_partition, t1_offset);
CREATE INDEX by_verdict ON ledger (verdict_partition, verdict_offset);
CREATE INDEX by_org ON ledger (org_id, at_us, raw_partition, raw_offset);
"""

Stage = Literal["raw", "t1", "verdict"]
"""A topic, as the columns of the ledger are called after it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """All that is known of one raw record: where it and what descends from it is on the topics, how often each is there
    and in the store, and whether any of it was given up.
    """

    origin: str
    raw_partition: str
    raw_offset: int
    org_id: str
    trace_id: str
    at_us: int | None
    t1_copies: int
    t1_partition: str | None
    t1_offset: int | None
    verdict_copies: int
    verdict_partition: str | None
    verdict_offset: int | None
    verdict_id: str | None
    evaluations: int | None
    is_dead: int
    owner: str | None
    stored_traces: int
    stored_verdicts: int
    stored_evaluations: int

    @property
    def at(self) -> datetime | None:
        return None if self.at_us is None else _EPOCH + self.at_us * _TICK


class Ledger:
    """Filled topic by topic, in the order of the pipeline; what descends from no raw record in it is left out.

    Takes about 400 bytes a record on the disk of the temporary folder, and 64 MiB of memory.
    """

    def __init__(self) -> None:
        self._connection = sqlite3.connect("")  # a temporary file that is gone with the connection
        self._connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        self._connection.executescript(_SCHEMA)

    def close(self) -> None:
        self._connection.close()

    def add_raw(self, rows: Iterable[tuple[str, str, int, str, str]]) -> None:
        """Origin, partition, offset, organisation and trace id of raw records; empty where they cannot be told."""
        self._many(
            "INSERT INTO ledger (origin, raw_partition, raw_offset, org_id, trace_id) VALUES (?, ?, ?, ?, ?)", rows
        )

    def add_t1(self, rows: Iterable[tuple[str, str, str, int, str]]) -> None:
        """Organisation, trace id, partition and offset on `traces.t1`, and origin."""
        self._many(
            "UPDATE ledger SET org_id = ?, trace_id = ?, t1_copies = t1_copies + 1, t1_partition = ?, t1_offset = ?"
            " WHERE origin = ?",
            rows,
        )

    def add_verdicts(self, rows: Iterable[tuple[str, int, str | None, int | None, datetime | None, str]]) -> None:
        """Partition and offset on `verdicts`, its id, how many evaluations it has, its trace's time, and origin."""
        self._many(
            "UPDATE ledger SET verdict_copies = verdict_copies + 1, verdict_partition = ?, verdict_offset = ?,"
            " verdict_id = ?, evaluations = ?, at_us = ? WHERE origin = ?",
            ((*place, id_, size, at and (at - _EPOCH) // _TICK, origin) for *place, id_, size, at, origin in rows),
        )

    def add_dead(self, stage: Stage, rows: Iterable[tuple[str, int]]) -> None:
        """Partitions and offsets of records of a topic that were given up."""
        self._many(f"UPDATE ledger SET is_dead = 1 WHERE {stage}_partition = ? AND {stage}_offset = ?", rows)

    def add_stored(self, rows: Iterable[tuple[str | None, int, int, int, str]]) -> None:
        """Owner of the trace id, copies of the trace, of its verdict and of its evaluations, and origin."""
        self._many(
            "UPDATE ledger SET owner = ?, stored_traces = ?, stored_verdicts = ?, stored_evaluations = ?"
            " WHERE origin = ?",
            rows,
        )

    def organisations(self) -> list[str]:
        return [org_id for (org_id,) in self._connection.execute("SELECT DISTINCT org_id FROM ledger ORDER BY org_id")]

    def entries(self, org_id: str) -> Iterator[Entry]:
        """Those of an organisation by the trace's own time, without which they come first."""
        rows = self._connection.execute(
            "SELECT * FROM ledger WHERE org_id = ? ORDER BY org_id, at_us, raw_partition, raw_offset", (org_id,)
        )
        return (Entry(*row) for row in rows)

    def reached(self, stage: Stage, column: str) -> dict[str, int]:
        """By partition of a topic, the last offset where that column is above 0."""
        place = f"{stage}_partition, max({stage}_offset)"
        return dict(self._connection.execute(f"SELECT {place} FROM ledger WHERE {column} > 0 GROUP BY 1"))

    def _many(self, statement: str, rows: Iterable[Sequence[object]]) -> None:
        with self._connection:
            self._connection.executemany(statement, rows)
