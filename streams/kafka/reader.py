"""Records of committed transactions, read outside any group."""

from __future__ import annotations

from collections.abc import Mapping
from threading import Lock

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, TopicPartition
from confluent_kafka import Message as KafkaMessage

from metronis.clock import Clock
from metronis.errors import MetronisError, Unavailable
from streams.broker import MAX_READ_BYTES, Partition, Record
from streams.kafka.config import KafkaConfig
from streams.kafka.deadline import Deadline
from streams.kafka.errors import translated, translating
from streams.kafka.messages import incoming, place

POLL_S = 0.05
SETTLE_S = 1.0
CHUNK = 500


class Scan:
    """Reads the records of some partitions from where `starts` says up to `ends` or a number of records."""

    def __init__(
        self,
        starts: Mapping[Partition, int | None],
        ends: Mapping[Partition, int],
        limit: int,
        topic_ids: Mapping[str, str],
    ) -> None:
        """`limit` is per partition, as are MAX_READ_BYTES. A start of None is the oldest record."""
        self._topic_ids = topic_ids
        self._starts = starts
        self._ends = ends
        self._limit = limit
        self.records: dict[Partition, list[Record]] = {partition: [] for partition in starts}
        self._room_bytes = dict.fromkeys(starts, MAX_READ_BYTES)
        self._pending = set(starts)
        self._at_end: set[Partition] = set()

    def run(self, client: Consumer, deadline_s: float, clock: Clock) -> None:
        """Transactions that are open when it comes to them are waited for up to a second, then left out.

        Raises Unavailable where the records do not come within `deadline_s`.
        """
        deadline = Deadline(deadline_s, clock)
        settling: Deadline | None = None
        client.assign([self._from(partition) for partition in self._pending])
        while self._pending:
            if self._pending <= self._at_end:
                settling = settling or Deadline(SETTLE_S, clock)
                if settling.passed:
                    return
            if deadline.passed:
                raise Unavailable(f"records of {sorted(self._pending)} did not come in time")
            self._step(client)

    def _from(self, partition: Partition) -> TopicPartition:
        start = self._starts[partition]
        return TopicPartition(*partition, OFFSET_BEGINNING if start is None else start)

    def _step(self, client: Consumer) -> None:
        """One message waited for, then those that are there: a larger number would be waited for in vain."""
        for message in client.consume(1, POLL_S) + client.consume(CHUNK, 0):
            self._take(message)

    def _take(self, message: KafkaMessage) -> None:
        error = message.error()
        if error is None:
            # Fetched far more of than is wanted where that is one record of each partition: the rest costs nothing.
            if Partition(*place(message)[:2]) in self._pending:
                self._keep(incoming(message, self._topic_ids))
        elif error.code() == KafkaError._PARTITION_EOF:
            self._ended(message)
        elif not error.retriable():
            raise translated(error, "reading")

    def _keep(self, record: Record) -> None:
        partition = Partition(record.topic, record.partition)
        self._at_end.discard(partition)
        if record.offset < self._ends[partition]:
            self.records[partition].append(record)
            self._room_bytes[partition] -= record.size_bytes
        if record.offset + 1 >= self._ends[partition] or self._is_full(partition):
            self._pending.discard(partition)

    def _is_full(self, partition: Partition) -> bool:
        return len(self.records[partition]) >= self._limit or self._room_bytes[partition] <= 0

    def _ended(self, message: KafkaMessage) -> None:
        topic, number, offset = place(message)
        partition = Partition(topic, number)
        if offset >= self._ends[partition]:
            self._pending.discard(partition)
        else:
            self._at_end.add(partition)


class Reader:
    """Scans, one at a time, with one client: a new one needs half a second until its first record. Thread-safe."""

    def __init__(self, config: KafkaConfig, clock: Clock) -> None:
        self._config = config
        self._clock = clock
        self._lock = Lock()
        self._client: Consumer | None = None

    def scan(
        self,
        starts: Mapping[Partition, int | None],
        ends: Mapping[Partition, int],
        *,
        limit: int,
        topic_ids: Mapping[str, str],
    ) -> dict[Partition, list[Record]]:
        """Records of each partition, from `starts` (None: the oldest) on and before `ends`.

        Of each as many as reach `limit` or MAX_READ_BYTES.
        """
        wanted = {partition: start for partition, start in starts.items() if (start or 0) < ends[partition]}
        if not wanted:
            return {}
        scan = Scan(wanted, ends, limit, topic_ids)
        with self._lock:
            try:
                self._run(scan)
            except MetronisError:
                self._drop()  # it may have lost all brokers for good (librdkafka's issue 5301)
                raise
        return scan.records

    def close(self) -> None:
        """Idempotent."""
        with self._lock:
            self._drop()

    def _run(self, scan: Scan) -> None:
        with translating("reading"):
            self._client = self._client or Consumer(self._config.reader())
            self._client.list_topics(timeout=self._config.deadline_s)  # else a new topic is found by a timer of 1 s
            try:
                scan.run(self._client, self._config.deadline_s, self._clock)
            finally:
                self._client.unassign()

    def _drop(self) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None
