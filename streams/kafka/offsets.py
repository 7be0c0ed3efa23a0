"""Where partitions begin and end."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from confluent_kafka import IsolationLevel, KafkaError, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient, OffsetSpec  # type: ignore[attr-defined] # documented, but not in __all__

from metronis.clock import Clock
from streams.broker import Partition
from streams.kafka.config import KafkaConfig
from streams.kafka.deadline import Deadline
from streams.kafka.errors import kafka_error, translated

WAIT_S = 0.02
LEADER_MOVES = {  # or is just being made, which the broker's parts learn one after the other
    KafkaError.FENCED_LEADER_EPOCH,
    KafkaError.LEADER_NOT_AVAILABLE,
    KafkaError.NOT_LEADER_FOR_PARTITION,
    KafkaError.OFFSET_NOT_AVAILABLE,
    KafkaError.UNKNOWN_LEADER_EPOCH,
    KafkaError.UNKNOWN_TOPIC_OR_PART,
}


class Offsets:
    """Asks the leaders of partitions, and again while they move. Thread-safe. Raises Unavailable."""

    def __init__(self, admin: Callable[[], AdminClient], config: KafkaConfig, clock: Clock) -> None:
        self._admin = admin
        self._config = config
        self._clock = clock

    def oldest(self, partitions: Iterable[Partition]) -> dict[Partition, int]:
        """The offset of the oldest record that is left, or of a transaction marker where that is older."""
        earliest = OffsetSpec.earliest()  # type: ignore[no-untyped-call] # it has no annotations
        return self._look_up(partitions, earliest, IsolationLevel.READ_UNCOMMITTED)

    def ends(self, partitions: Iterable[Partition], level: IsolationLevel) -> dict[Partition, int]:
        """The offset after the last record; at READ_COMMITTED before the first open transaction."""
        latest = OffsetSpec.latest()  # type: ignore[no-untyped-call] # it has no annotations
        return self._look_up(partitions, latest, level)

    def _look_up(
        self, partitions: Iterable[Partition], spec: OffsetSpec, level: IsolationLevel
    ) -> dict[Partition, int]:
        wanted = {TopicPartition(*partition): spec for partition in partitions}
        deadline = Deadline(self._config.deadline_s, self._clock)
        while True:
            try:
                futures = self._admin().list_offsets(wanted, isolation_level=level, request_timeout=deadline.left_s)
                return {Partition(at.topic, at.partition): future.result().offset for at, future in futures.items()}
            except KafkaException as exception:
                error = kafka_error(exception)
                if error.code() not in LEADER_MOVES or deadline.passed:
                    raise translated(error, "looking up where partitions begin and end") from exception
                self._clock.sleep(WAIT_S)
