"""A member of a consumer group on the embedded log."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, suppress

from metronis.clock import Clock
from metronis.errors import Unavailable
from streams.broker import MAX_READ_BYTES, Committed, Message, Partition, Record
from streams.embedded.database import Database
from streams.embedded.group import Group, Seat, committed_offsets
from streams.embedded.log import Log, Slot

# Between two looks at the log. With these an idle consumer takes half a percent of a core.
SHORTEST_PAUSE_S = 0.002
LONGEST_PAUSE_S = 0.025


class EmbeddedConsumer:
    """See `streams.broker.Consumer`. Joins the group with its first poll."""

    def __init__(self, database: Database, log: Log, group: Group, clock: Clock) -> None:
        self._database = database
        self._log = log
        self._group = group
        self._slots = {slot.id: slot for slot in group.slots()}
        self._clock = clock
        self._seat = Seat()
        self._generation = 0
        self._positions: dict[int, int] = {}  # next offset to return, by slot id
        self._turn = 0
        self._drained_at: int | None = None  # the database's version when nothing was left to return
        self._pause_s = SHORTEST_PAUSE_S
        self._paused = False
        self._closed = False

    @property
    def generation(self) -> int:
        return self._generation

    @property
    def assignment(self) -> frozenset[Partition]:
        return frozenset(self._slots[slot_id].partition for slot_id in self._seat.slot_ids)

    def poll(self, max_records: int, timeout_s: float) -> list[Record]:
        deadline_ns = self._clock.monotonic_ns() + int(timeout_s * 1e9)
        while True:
            if records := self._look(max_records):
                self._pause_s = SHORTEST_PAUSE_S
                return records
            left_s = (deadline_ns - self._clock.monotonic_ns()) / 1e9
            if left_s <= 0:
                return []
            self._clock.sleep(min(self._pause_s, left_s))
            self._pause_s = min(2 * self._pause_s, LONGEST_PAUSE_S)

    def pause(self) -> None:
        self._paused = True

    def resume(self) -> None:
        self._paused = False
        self._drained_at = None  # partitions that came meanwhile were not looked at

    def committed(self) -> Mapping[Partition, Committed]:
        with self._database.reading() as connection:
            committed = committed_offsets(connection, self._group.name)
        return {self._slots[slot_id].partition: committed.get(slot_id, Committed(0)) for slot_id in self._seat.slot_ids}

    def commit(self, offsets: Mapping[Partition, Committed], outputs: Sequence[Message] = ()) -> None:
        with self._database.transaction() as connection:
            self._group.commit(connection, self._seat, offsets)
            self._log.append(connection, outputs)
        self._drained_at = None  # this connection's own outputs do not change the version that it sees

    def rewind(self) -> None:
        self._positions = {}
        self._drained_at = None

    def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        with suppress(Unavailable), self._database.transaction() as connection:  # else the lease runs out by itself
            self._group.leave(connection, self._seat)
        self._database.close()

    def _look(self, max_records: int) -> list[Record]:
        version = self._database.version()
        must_renew = self._group.must_renew(self._seat)
        if version == self._drained_at and not must_renew:
            return []
        with self._database.reading() as connection:
            epoch = self._group.epoch(connection)
        if must_renew or epoch != self._seat.epoch:
            self._settle()
        if self._paused:
            return []
        with self._database.reading() as connection:
            records = self._fetch(connection, max_records)
        self._drained_at = None if records else version
        return records

    def _settle(self) -> None:
        with self._database.transaction() as connection:
            seat = self._group.settle(connection, self._seat)
        kept = self._seat.slot_ids & seat.slot_ids if seat.member == self._seat.member else frozenset()
        if kept != self._seat.slot_ids or kept != seat.slot_ids:
            self._generation += 1
        self._positions = {slot_id: at for slot_id, at in self._positions.items() if slot_id in kept}
        self._seat = seat

    def _fetch(self, connection: sqlite3.Connection, max_records: int) -> list[Record]:
        positions = self._load_positions(connection)
        records: list[Record] = []
        room_bytes = MAX_READ_BYTES
        for slot in self._in_turn():
            limit = max_records - len(records)
            with closing(self._log.records(connection, slot, positions[slot.id], limit)) as found:
                for record in found:
                    room_bytes -= record.size_bytes
                    if room_bytes < 0 and records:
                        break
                    records.append(record)
                    positions[slot.id] = record.offset + 1
            if len(records) >= max_records or room_bytes < 0:
                break
        self._positions = positions
        return records

    def _load_positions(self, connection: sqlite3.Connection) -> dict[int, int]:
        """A copy of the positions, with the committed offset where there was none."""
        positions = dict(self._positions)
        if missing := self._seat.slot_ids - positions.keys():
            committed = committed_offsets(connection, self._group.name)
            positions |= {slot_id: committed.get(slot_id, Committed(0)).offset for slot_id in missing}
        return positions

    def _in_turn(self) -> Iterator[Slot]:
        """The owned partitions, beginning with another one each time, so that none starves behind a busy one."""
        owned = sorted(self._seat.slot_ids)
        self._turn += 1
        for number in range(len(owned)):
            yield self._slots[owned[(self._turn + number) % len(owned)]]
