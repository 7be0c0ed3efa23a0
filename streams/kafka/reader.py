"""Records of committed transactions, read outside any group."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, TopicPartition
from confluent_kafka import Message as KafkaMessage

from metronis.clock import Clock
from metronis.errors import Unavailable
from streams.broker import Partition, Record
from streams.kafka.config import KafkaConfig
from streams.kafka.deadline import Deadline
from streams.kafka.errors import translated, translating
from streams.kafka.messages import incoming

POLL_S = 0.05
SETTLE_S = 1.0
CHUNK = 500


class Scan:
    """Reads the records of some partitions from where `starts` says up to `ends` or a number of records."""

    def __init__(self, starts: Mapping[Partition, int | None], ends: Mapping[Partition, int], limit: int) -> None:
        """`limit` is per partition. A start of None is the oldest record."""
        self._starts = starts
        self._ends = ends
        self._limit = limit
        self.records: dict[Partition, list[Record]] = {partition: [] for partition in starts}
        self._pending = {partition for partition in starts if (starts[partition] or 0) < ends[partition]}
        self._at_end: set[Partition] = set()

    def run(self, config: Mapping[str, Any], deadline_s: float, clock: Clock) -> None:
        """Transactions that are open when it comes to them are waited for up to a second, then left out.

        Raises Unavailable where the records do not come within `deadline_s`.
        """
        if not self._pending:
            return
        deadline = Deadline(deadline_s, clock)
        settling: Deadline | None = None
        with translating("opening a reader"):
            client = Consumer(dict(config))
        try:
            client.assign([self._from(partition) for partition in self._pending])
            while self._pending:
                if self._pending <= self._at_end:
                    settling = settling or Deadline(SETTLE_S, clock)
                    if settling.passed:
                        return
                if deadline.passed:
                    raise Unavailable(f"records of {sorted(self._pending)} did not come in time")
                for message in client.consume(CHUNK, POLL_S):
                    self._take(message)
        finally:
            client.close()

    def _from(self, partition: Partition) -> TopicPartition:
        start = self._starts[partition]
        return TopicPartition(*partition, OFFSET_BEGINNING if start is None else start)

    def _take(self, message: KafkaMessage) -> None:
        error = message.error()
        if error is None:
            self._keep(incoming(message))
        elif error.code() == KafkaError._PARTITION_EOF:
            self._ended(message)
        elif not error.retriable():
            raise translated(error, "reading")

    def _keep(self, record: Record) -> None:
        partition = Partition(record.topic, record.partition)
        if partition in self._pending:
            self._at_end.discard(partition)
            if record.offset < self._ends[partition]:
                self.records[partition].append(record)
            if record.offset + 1 >= self._ends[partition] or len(self.records[partition]) >= self._limit:
                self._pending.discard(partition)

    def _ended(self, message: KafkaMessage) -> None:
        topic, number, offset = message.topic(), message.partition(), message.offset()
        assert topic is not None
        assert number is not None
        assert offset is not None
        partition = Partition(topic, number)
        if offset >= self._ends[partition]:
            self._pending.discard(partition)
        else:
            self._at_end.add(partition)


def scan(
    config: KafkaConfig,
    starts: Mapping[Partition, int | None],
    ends: Mapping[Partition, int],
    *,
    limit: int,
    clock: Clock,
) -> dict[Partition, list[Record]]:
    """Up to `limit` records of each partition, from `starts` (None: the oldest) on and before `ends`."""
    reading = Scan(starts, ends, limit)
    reading.run(config.reader(), config.deadline_s, clock)
    return reading.records
