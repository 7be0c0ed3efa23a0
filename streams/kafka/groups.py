"""Where groups stand."""

from __future__ import annotations

from collections.abc import Iterable
from threading import Lock

from confluent_kafka import Consumer, TopicPartition

from metronis.errors import MetronisError
from streams.broker import Committed, Partition
from streams.kafka.config import KafkaConfig
from streams.kafka.errors import translated, translating


def committed(
    client: Consumer, group: str, partitions: Iterable[Partition], timeout_s: float
) -> dict[Partition, Committed | None]:
    """Waits for open transactions on the offsets, so that what it says is final. None: never committed."""
    wanted = [TopicPartition(*partition) for partition in partitions]
    if not wanted:
        return {}
    doing = f"reading the committed offsets of group {group}"
    with translating(doing):
        found = client.committed(wanted, timeout_s)
    if error := next((at.error for at in found if at.error is not None), None):
        raise translated(error, doing)
    return {
        Partition(at.topic, at.partition): Committed(at.offset, at.metadata or "") if at.offset >= 0 else None
        for at in found
    }


class Groups:
    """Asks about any group without being in it, with one client a group. Thread-safe.

    The admin client has a call for this, but librdkafka 2.16 dies of it (SIGSEGV) where the broker answers that its
    coordinator has moved or that a transaction is open.
    """

    def __init__(self, config: KafkaConfig) -> None:
        self._config = config
        self._lock = Lock()
        self._clients: dict[str, Consumer] = {}

    def committed(self, group: str, partitions: Iterable[Partition]) -> dict[Partition, Committed | None]:
        with self._lock:
            if group not in self._clients:
                with translating(f"opening a client for group {group}"):
                    self._clients[group] = Consumer(self._config.reader() | {"group.id": group})
            try:
                return committed(self._clients[group], group, partitions, self._config.deadline_s)
            except MetronisError:
                self._clients.pop(group).close()  # it may have lost all brokers for good (librdkafka's issue 5301)
                raise

    def close(self) -> None:
        """Idempotent."""
        with self._lock:
            while self._clients:
                self._clients.popitem()[1].close()
