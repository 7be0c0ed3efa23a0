"""Messages by partition: appending, reading and retention, inside whatever transaction the caller has open."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Generator, Mapping, Sequence
from datetime import timedelta
from operator import itemgetter
from typing import NamedTuple
from uuid import uuid4

import msgspec

from metronis.clock import Clock
from metronis.errors import Misconfigured
from streams.broker import Message, Partition, Record

OFFSETS_PER_PARTITION = 1 << 40  # a thousand years at 30 messages a second and partition; leaves 2^23 partitions
RETENTION_CHUNK = 1_000  # messages deleted in one transaction, so that appends wait for milliseconds only

_unpack = msgspec.msgpack.Decoder(dict[str, bytes]).decode


class Slot(NamedTuple):
    """A partition, the id that its rows carry, and the id of its topic."""

    id: int
    partition: Partition
    topic_id: str


def now_ms(clock: Clock) -> int:
    """Wall time in milliseconds since 1970."""
    return int(clock.now().timestamp() * 1_000)


class Log:
    """The messages of every topic. Offsets are dense, and never go back even where a partition was emptied."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._topics: dict[str, tuple[Slot, ...]] = {}

    def create(self, connection: sqlite3.Connection, partitions: Mapping[str, int]) -> None:
        """Create the topics that are missing, with so many partitions; those that are there keep theirs."""
        there = self.partition_counts(connection)
        connection.executemany(
            "INSERT INTO partitions (topic, topic_id, number) VALUES (?, ?, ?)",
            [
                (topic, topic_id, number)
                for topic, topic_id in {topic: uuid4().hex for topic in partitions if topic not in there}.items()
                for number in range(partitions[topic])
            ],
        )

    def partition_counts(self, connection: sqlite3.Connection) -> dict[str, int]:
        """How many partitions each topic has."""
        return dict(connection.execute("SELECT topic, count(*) FROM partitions GROUP BY topic"))

    def slots(self, connection: sqlite3.Connection, topic: str) -> tuple[Slot, ...]:
        """The topic's partitions by number. Raises Misconfigured where there is no such topic."""
        if topic not in self._topics:
            rows = connection.execute(
                "SELECT id, number, topic_id FROM partitions WHERE topic = ? ORDER BY number", (topic,)
            )
            slots = tuple(Slot(id_, Partition(topic, number), topic_id) for id_, number, topic_id in rows)
            if not slots:
                raise Misconfigured(f"there is no topic {topic!r} in the event log: create it with ensure_topics")
            self._topics[topic] = slots
        return self._topics[topic]

    def append(self, connection: sqlite3.Connection, messages: Sequence[Message]) -> None:
        """Append in order, each to the partition of its key. Raises Misconfigured where a topic is missing."""
        appended_ms = now_ms(self._clock)
        heads: dict[int, int] = {}  # the id that the next message of a partition gets, by the partition's id
        rows = []
        for message in messages:
            slots = self.slots(connection, message.topic)
            slot_id = slots[zlib.crc32(message.key) % len(slots)].id
            if slot_id not in heads:
                heads[slot_id] = slot_id * OFFSETS_PER_PARTITION + _next_offset(connection, slot_id)
            headers = msgspec.msgpack.encode(dict(message.headers)) if message.headers else b""
            rows.append((heads[slot_id], appended_ms, message.key, headers, message.value))
            heads[slot_id] += 1
        rows.sort(key=itemgetter(0))  # neighbours in the B-tree, one after the other
        connection.executemany("INSERT INTO messages VALUES (?, ?, ?, ?, ?)", rows)
        connection.executemany(
            "UPDATE partitions SET next_offset = ? WHERE id = ?",
            [(head % OFFSETS_PER_PARTITION, slot_id) for slot_id, head in heads.items()],
        )

    def records(
        self, connection: sqlite3.Connection, slot: Slot, offset: int, limit: int
    ) -> Generator[Record, None, None]:
        """Up to `limit` records from `offset` on, read as they are asked for.

        Close the iterator where it is not run to its end: until then it holds a snapshot, and the WAL grows.
        """
        topic, number = slot.partition
        first_id = slot.id * OFFSETS_PER_PARTITION
        rows = connection.execute(
            "SELECT id - ?, appended_ms, key, headers, value FROM messages"
            " WHERE id >= ? AND id < ? ORDER BY id LIMIT ?",
            (first_id, first_id + offset, first_id + OFFSETS_PER_PARTITION, limit),
        )
        try:
            for at, appended_ms, key, headers, value in rows:
                unpacked = _unpack(headers) if headers else {}
                yield Record(topic, number, at, key, value, unpacked, appended_ms, slot.topic_id)
        finally:
            rows.close()

    def behind(self, connection: sqlite3.Connection, topic: str, committed: Mapping[int, int]) -> int:
        """Records of the topic at or past `committed` (the next offset to read, by slot id)."""
        count = 0
        for slot in self.slots(connection, topic):
            end = _next_offset(connection, slot.id)
            count += max(0, end - max(committed.get(slot.id, 0), _oldest(connection, slot.id, end)))
        return count

    def delete_older(self, connection: sqlite3.Connection, slot_id: int, age: timedelta) -> int:
        """Delete the oldest records of a partition that are older than `age`; returns how many, at most a chunk.

        Stops at the first one that is young enough, whatever the clock did: what is left has no holes.
        """
        first_id = slot_id * OFFSETS_PER_PARTITION
        horizon_ms = now_ms(self._clock) - age // timedelta(milliseconds=1)
        rows = connection.execute(
            "SELECT id, appended_ms FROM messages WHERE id >= ? AND id < ? ORDER BY id LIMIT ?",
            (first_id, first_id + OFFSETS_PER_PARTITION, RETENTION_CHUNK),
        ).fetchall()
        end_id = next((id_ for id_, appended_ms in rows if appended_ms >= horizon_ms), None)
        if end_id is None:
            end_id = rows[-1][0] + 1 if rows else first_id
        return connection.execute("DELETE FROM messages WHERE id >= ? AND id < ?", (first_id, end_id)).rowcount


def _next_offset(connection: sqlite3.Connection, slot_id: int) -> int:
    offset: int = connection.execute("SELECT next_offset FROM partitions WHERE id = ?", (slot_id,)).fetchone()[0]
    return offset


def _oldest(connection: sqlite3.Connection, slot_id: int, end: int) -> int:
    """Offset of the oldest record left, `end` where there is none."""
    first_id = slot_id * OFFSETS_PER_PARTITION
    row = connection.execute(
        "SELECT id - ? FROM messages WHERE id >= ? AND id < ? ORDER BY id LIMIT 1", (first_id, first_id, first_id + end)
    ).fetchone()
    return row[0] if row else end
