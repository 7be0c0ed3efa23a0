"""A member of a consumer group on Kafka, which commits through transactions."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from uuid import uuid4

import structlog
from confluent_kafka import OFFSET_BEGINNING, OFFSET_INVALID, Consumer, KafkaError, TopicPartition
from confluent_kafka import Message as KafkaMessage

from metronis.clock import Clock
from metronis.errors import Fenced, Misconfigured
from streams.broker import MAX_READ_BYTES, Committed, Message, Partition, Record
from streams.kafka.config import KafkaConfig
from streams.kafka.errors import translated, translating
from streams.kafka.groups import committed
from streams.kafka.messages import incoming
from streams.kafka.transactions import Transactions

STEP_OVER_EVERY_S = 600.0

EndsOfRead = Callable[[Mapping[Partition, Committed]], Mapping[Partition, int]]
"""Of the partitions without a record past what is committed, where they end."""

log = structlog.get_logger()


class KafkaConsumer:
    """See `streams.broker.Consumer`. Joins the group with its first poll."""

    def __init__(
        self, config: KafkaConfig, group: str, topics: Mapping[str, str], clock: Clock, ends_of_read: EndsOfRead
    ) -> None:
        """`topics`: the ids of the topics by name. `ends_of_read`: see `_step_over_markers`."""
        self._config = config
        self._clock = clock
        self._ends_of_read = ends_of_read
        self._stepped_at_ns = clock.monotonic_ns()
        self._topic_ids = topics
        self._group = group
        self._generation = 0
        self._assignment: frozenset[Partition] = frozenset()
        self._unplaced: set[Partition] = set()  # to be set to their committed offsets before the next poll
        self._held: deque[Record] = deque()  # consumed from librdkafka, not yet returned
        self._next: dict[Partition, int] = {}  # where librdkafka goes on; absent where it begins at what is committed
        self._paused = False
        self._closed = False
        # A stable id settles at once what a killed predecessor left open; without one its timeout does.
        self._transactions = Transactions(config, f"{group}-{config.instance_id or uuid4().hex}", clock)
        self._transactions.settle()
        self._client = self._open()

    @property
    def generation(self) -> int:
        return self._generation

    @property
    def assignment(self) -> frozenset[Partition]:
        return self._assignment

    def poll(self, max_records: int, timeout_s: float) -> list[Record]:
        """Raises Unavailable where the committed offsets must be looked up and do not come, Misconfigured where records
        that the group has not read are gone.
        """
        self._place()
        self._step_over_markers()
        if self._paused:
            self._consume(1, timeout_s)  # keeps the membership alive
            return []
        if self._held:
            self._consume(1, 0)  # keeps the membership alive
        else:
            self._consume(1, timeout_s)
            self._consume(max_records - len(self._held), 0)
        return self._hand_out(max_records)

    def pause(self) -> None:
        self._paused = True
        self._client.pause(_as_positions(self._assignment))

    def resume(self) -> None:
        """By assigning anew: partitions that librdkafka resumes wait up to a second for their first fetch."""
        if self._paused:
            self._paused = False
            self._move(TopicPartition(*at, self._next.get(at, OFFSET_INVALID)) for at in self._assignment)

    def committed(self) -> Mapping[Partition, Committed]:
        found = self._committed(self._assignment)
        return {partition: at or Committed(0) for partition, at in found.items()}

    def commit(self, offsets: Mapping[Partition, Committed], outputs: Sequence[Message] = ()) -> None:
        if lost := offsets.keys() - self._assignment:
            partition = min(lost)
            raise Fenced(f"{partition.topic}/{partition.number} belongs to another member of group {self._group} now")
        if not offsets and not outputs:
            return
        positions = [
            TopicPartition(partition.topic, partition.number, offset, note)
            for partition, (offset, note) in offsets.items()
        ]
        self._transactions.commit(outputs, positions, self._membership())

    def rewind(self) -> None:
        self._held.clear()
        self._unplaced = set(self._assignment)

    def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        self._client.close()
        self._transactions.close()

    def _open(self) -> Consumer:
        with translating(f"opening a consumer of group {self._group}"):
            client = Consumer(self._config.consumer(self._group))
            client.subscribe(
                list(self._topic_ids), on_assign=self._assigned, on_revoke=self._revoked, on_lost=self._revoked
            )
        return client

    def _replace(self, reason: str) -> None:
        """A fatal error is reported once, and leaves a client that never gets a record again; a new one joins anew.

        It comes without anybody's fault: a request to join that a broker which had stopped finds when it goes on takes
        a static member's place in its own name.
        """
        log.warning("consumer_replaced", group=self._group, reason=reason)
        self._client.close()
        self._generation += 1
        self._assignment = frozenset()
        self._unplaced.clear()
        self._held.clear()
        self._next.clear()
        self._client = self._open()

    def _membership(self) -> object:
        """What fences this member: its id and generation.

        Raises Fenced where it has none, having lost its membership since the last poll. A broker takes an empty id for
        a client of before Kafka 2.5 and lets its commit pass. It stays empty until a poll, so asking after is safe.
        """
        metadata: object = self._client.consumer_group_metadata()
        if not self._client.memberid():
            raise Fenced(f"this member is not in group {self._group} any more")
        return metadata

    def _assigned(self, client: Consumer, partitions: list[TopicPartition]) -> None:
        """librdkafka begins each at its committed offset, once open transactions on it are settled."""
        if partitions:
            self._generation += 1
            self._assignment |= _as_partitions(partitions)
            self._assign(client, partitions)

    def _assign(self, client: Consumer, partitions: list[TopicPartition]) -> None:
        """librdkafka remembers of each partition that it was paused, even while another member has it."""
        client.incremental_assign(partitions)
        set_state = client.pause if self._paused else client.resume
        set_state(partitions)

    def _revoked(self, _client: Consumer, partitions: list[TopicPartition]) -> None:
        """Nothing is committed here: what is in hand comes again to whoever owns the partitions next."""
        if partitions:
            gone = _as_partitions(partitions)
            self._generation += 1
            self._assignment -= gone
            self._unplaced -= gone
            self._next = {partition: at for partition, at in self._next.items() if partition not in gone}
            self._held = deque(record for record in self._held if Partition(record.topic, record.partition) not in gone)

    def _consume(self, count: int, timeout_s: float) -> None:
        if count <= 0:
            return
        with translating(f"polling as group {self._group}"):
            messages = self._client.consume(count, timeout_s)
        failed: list[KafkaMessage] = []
        for message in messages:
            if message.error() is not None:
                failed.append(message)
                continue
            record = incoming(message, self._topic_ids)
            partition = Partition(record.topic, record.partition)
            if partition in self._assignment:
                self._held.append(record)
                self._next[partition] = record.offset + 1
        for message in failed:
            self._failed(message)

    def _failed(self, message: KafkaMessage) -> None:
        error = message.error()
        assert error is not None
        if error.code() == KafkaError._AUTO_OFFSET_RESET:
            topic, partition = message.topic(), message.partition()
            assert topic is not None
            assert partition is not None
            self._unplaced |= {Partition(topic, partition)} & self._assignment
        elif error.code() == KafkaError._MAX_POLL_EXCEEDED:
            log.warning("polled_too_late", group=self._group, reason=error.str())  # joins again with the next poll
        elif not error.retriable():
            if error.fatal() or error.code() == KafkaError._FATAL:
                self._replace(error.str())
            raise translated(error, f"polling as group {self._group}")

    def _hand_out(self, max_records: int) -> list[Record]:
        records: list[Record] = []
        room_bytes = MAX_READ_BYTES
        while self._held and len(records) < max_records:
            room_bytes -= self._held[0].size_bytes
            if room_bytes < 0 and records:
                break
            records.append(self._held.popleft())
        return records

    def _place(self) -> None:
        """Set partitions to where the group stands, after `rewind` or where librdkafka found no offset to begin at."""
        if not self._unplaced:
            return
        self._transactions.settle()
        self._move(self._start(partition, at) for partition, at in self._committed(self._unplaced).items())
        self._unplaced.clear()

    def _move(self, positions: Iterable[TopicPartition]) -> None:
        starts = list(positions)
        with translating(f"moving in the partitions of group {self._group}"):
            self._client.incremental_unassign(starts)
            self._assign(self._client, starts)
        self._next |= {Partition(at.topic, at.partition): at.offset for at in starts}

    def _start(self, partition: Partition, at: Committed | None) -> TopicPartition:
        if at is None:
            return TopicPartition(*partition, OFFSET_BEGINNING)
        with translating(f"looking up the offsets of {partition.topic}/{partition.number}"):
            oldest, end = self._client.get_watermark_offsets(TopicPartition(*partition), self._config.deadline_s)
        if not oldest <= at.offset <= end:
            raise Misconfigured(
                f"group {self._group} stands at offset {at.offset} of {partition.topic}/{partition.number}, which "
                f"holds {oldest} to {end}: records it has not read are gone; to go on without them, stop every member "
                f"and run kafka-consumer-groups --group {self._group} --topic {partition.topic}:{partition.number} "
                "--reset-offsets --to-earliest --execute"
            )
        return TopicPartition(*partition, at.offset)

    def _step_over_markers(self) -> None:
        """Every ten minutes, commit the ends of partitions where transaction markers alone are left to read.

        Retention deletes markers too. A group that stood before them would then look like one that lost records.
        """
        now_ns = self._clock.monotonic_ns()
        if now_ns - self._stepped_at_ns < STEP_OVER_EVERY_S * 1e9:
            return
        self._stepped_at_ns = now_ns
        committed = {partition: at for partition, at in self._committed(self._assignment).items() if at}
        ends = self._ends_of_read(committed) if committed else {}
        with suppress(Fenced):  # nothing was written, and a later try does
            self.commit({partition: committed[partition]._replace(offset=end) for partition, end in ends.items()})

    def _committed(self, partitions: Iterable[Partition]) -> dict[Partition, Committed | None]:
        return committed(self._client, self._group, partitions, self._config.deadline_s)


def _as_positions(partitions: Iterable[Partition]) -> list[TopicPartition]:
    return [TopicPartition(*partition) for partition in partitions]


def _as_partitions(partitions: Iterable[TopicPartition]) -> frozenset[Partition]:
    return frozenset(Partition(partition.topic, partition.partition) for partition in partitions)
