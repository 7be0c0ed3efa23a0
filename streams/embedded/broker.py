"""The embedded broker and its producer."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack, closing
from datetime import timedelta
from operator import attrgetter
from pathlib import Path

from metronis.clock import Clock, SystemClock
from schemas.topics import Topic, all_topics
from streams.broker import Message, Record, first_of
from streams.embedded.consumer import EmbeddedConsumer
from streams.embedded.database import Database
from streams.embedded.group import Group, committed_offsets
from streams.embedded.log import RETENTION_CHUNK, Log


class EmbeddedProducer:
    """See `streams.broker.Producer`."""

    def __init__(self, database: Database, log: Log) -> None:
        self._database = database
        self._log = log

    def send(self, messages: Sequence[Message]) -> None:
        with self._database.transaction() as connection:
            self._log.append(connection, messages)

    def close(self) -> None:
        self._database.close()


class EmbeddedBroker:
    """A durable log in one SQLite file, for one machine. Any number of processes may open it, each its own broker.

    The file is in WAL mode, and every commit is synced to the disk before it returns. It must lie on a local disk: WAL
    does not work over a network file system. Space of deleted messages is used again, not given back to the disk.
    """

    def __init__(
        self,
        path: Path,
        *,
        partitions: int = 4,
        retention_hours: float = 168,
        lease_s: float = 10,
        busy_timeout_s: float = 10,
        clock: Clock | None = None,
    ) -> None:
        """`partitions` is for topics created from now on. A group member that is silent for `lease_s` can lose its
        partitions; while nobody takes them, it still owns them. A write that another process keeps waiting for
        `busy_timeout_s` raises Unavailable.

        Raises Unavailable or Misconfigured where the file cannot be used; the message says what to do.
        """
        self._path = path
        self._partitions = partitions
        self._retention = timedelta(hours=retention_hours)
        self._lease_s = lease_s
        self._busy_timeout_s = busy_timeout_s
        self._clock = clock or SystemClock()
        self._log = Log(self._clock)
        self._opened = ExitStack()
        self._database = self._open()

    def ensure_topics(self, topics: Iterable[str | Topic]) -> None:
        """The log compacts no topic."""
        wanted = (Topic(each, "") if isinstance(each, str) else each for each in topics)
        counts = {topic.name: topic.partitions or self._partitions for topic in wanted}
        with self._database.transaction() as connection:
            self._log.create(connection, counts)

    def partition_counts(self) -> dict[str, int]:
        with self._database.reading() as connection:
            return self._log.partition_counts(connection)

    def producer(self) -> EmbeddedProducer:
        return EmbeddedProducer(self._open(), self._log)

    def consumer(self, group: str, topics: Sequence[str]) -> EmbeddedConsumer:
        """Raises Misconfigured where a topic is missing."""
        with self._database.reading() as connection:
            slots = {topic: self._log.slots(connection, topic) for topic in topics}
        member = Group(group, slots, lease_s=self._lease_s, clock=self._clock)
        consumer = EmbeddedConsumer(self._open(), self._log, member, self._clock)
        self._opened.callback(consumer.close)
        return consumer

    def lag(self, group: str, topics: Sequence[str]) -> int:
        with self._database.reading() as connection:
            committed = committed_offsets(connection, group)
            offsets = {slot_id: at.offset for slot_id, at in committed.items()}
            return sum(self._log.behind(connection, topic, offsets) for topic in topics)

    def read(self, topic: str, *, limit: int, after: Mapping[int, int] | None = None) -> list[Record]:
        after = after or {}
        with self._database.reading() as connection, ExitStack() as streams:
            by_partition = [
                streams.enter_context(
                    closing(self._log.records(connection, slot, after.get(slot.partition.number, -1) + 1, limit))
                )
                for slot in self._log.slots(connection, topic)
            ]
            return first_of(heapq.merge(*by_partition, key=attrgetter("appended_ms")), limit)

    def enforce_retention(self) -> int:
        """Delete messages older than the retention, oldest first; returns how many. Call it every few minutes.

        Consumers may go on meanwhile. A group that had not read them goes on at the oldest message that is left.
        """
        with self._database.reading() as connection:
            slots = [
                slot for topic in self._log.partition_counts(connection) for slot in self._log.slots(connection, topic)
            ]
        return sum(self._delete_old(slot.id, self._retention_of(slot.partition.topic)) for slot in slots)

    def close(self) -> None:
        self._opened.close()

    def _open(self) -> Database:
        database = Database(self._path, busy_timeout_s=self._busy_timeout_s)
        self._opened.callback(database.close)
        return database

    def _retention_of(self, topic: str) -> timedelta:
        own = next((each.retention_hours for each in all_topics() if each.name == topic), None)
        return self._retention if own is None else min(self._retention, timedelta(hours=own))

    def _delete_old(self, slot_id: int, retention: timedelta) -> int:
        deleted = 0
        while True:
            with self._database.transaction() as connection:
                chunk = self._log.delete_older(connection, slot_id, retention)
            deleted += chunk
            if chunk < RETENTION_CHUNK:
                return deleted
