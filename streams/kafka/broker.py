"""The Kafka broker as a whole: topics, members, lag."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future
from contextlib import ExitStack
from operator import attrgetter
from types import MappingProxyType
from typing import Any

from confluent_kafka import (
    IsolationLevel,
    KafkaError,
    KafkaException,
    TopicCollection,
)
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from metronis.clock import Clock, SystemClock
from metronis.errors import Misconfigured, Unavailable
from schemas.topics import Topic
from streams.broker import Committed, Partition, Record, first_of
from streams.kafka.config import KafkaConfig, max_message_bytes
from streams.kafka.consumer import KafkaConsumer
from streams.kafka.deadline import Deadline
from streams.kafka.errors import kafka_error, translated, translating
from streams.kafka.groups import Groups
from streams.kafka.offsets import Offsets
from streams.kafka.producer import KafkaProducer
from streams.kafka.reader import Reader

FIRST_ANSWER_S = 5.0
METADATA_WAIT_S = 0.02
NO_SETTINGS: Mapping[str, str] = MappingProxyType({})


class KafkaBroker:
    """A Kafka cluster of version 2.5 or later; what is promised was tested on 4.3."""

    def __init__(
        self,
        bootstrap_servers: str,
        *,
        partitions: int = 4,
        retention_hours: float = 168,
        security: Mapping[str, str] = NO_SETTINGS,
        instance_id: str | None = None,
        deadline_s: float = 10,
        session_timeout_s: float = 10,
        max_poll_interval_s: float = 300,
        clock: Clock | None = None,
    ) -> None:
        """`partitions` and `retention_hours` hold for topics created from now on. `security` has librdkafka's names
        (`security.protocol`, `sasl.mechanism`, …).

        `instance_id` names this process for ever, so that a restart within `session_timeout_s` moves no partition and
        settles at once what its predecessor left open. It then opens one consumer per group at most, and partitions of
        a consumer that was closed stay where they are until the session is over.

        `deadline_s` bounds each call that waits for the cluster. A member that does not poll for `max_poll_interval_s`
        loses its partitions.

        Raises Misconfigured within five seconds where no broker answers or a setting is wrong.
        """
        self._partitions = partitions
        self._retention_ms = int(retention_hours * 3_600_000)
        self._clock = clock or SystemClock()
        self._opened = ExitStack()
        self._last_error = ""
        self._config = KafkaConfig(
            bootstrap_servers, security, deadline_s, session_timeout_s, max_poll_interval_s, instance_id
        )
        self._admin = self._connect()
        self._offsets = Offsets(lambda: self._admin, self._config, self._clock)
        self._reader = Reader(self._config, self._clock)
        self._opened.callback(self._reader.close)
        self._groups = Groups(self._config)
        self._opened.callback(self._groups.close)

    def ensure_topics(self, topics: Iterable[str | Topic]) -> None:
        """Returns when the topics can be used. Those that are there keep their partitions and retention."""
        wanted = {topic.name: topic for topic in map(_topic, topics)}
        missing = sorted(wanted.keys() - self._topics().keys())
        if not missing:
            return
        new = [self._new(wanted[name]) for name in missing]
        for name, future in self._admin.create_topics(new, request_timeout=self._config.deadline_s).items():
            self._created(name, future)
        self._wait_until_usable(missing)

    def partition_counts(self) -> Mapping[str, int]:
        return {name: len(topic.partitions) for name, topic in self._topics().items()}

    def producer(self) -> KafkaProducer:
        producer = KafkaProducer(self._config, self._clock)
        self._opened.callback(producer.close)
        return producer

    def consumer(self, group: str, topics: Sequence[str]) -> KafkaConsumer:
        """Raises Misconfigured where a topic is missing, Unavailable where the cluster does not answer."""
        self._partitions_of(topics)
        consumer = KafkaConsumer(self._config, group, self._topic_ids(topics), self._clock, self._ends_of_read)
        self._opened.callback(consumer.close)
        return consumer

    def lag(self, group: str, topics: Sequence[str]) -> int:
        """Exact at zero. Above it, offsets that hold no record (transaction markers, aborted records) count too."""
        partitions = self._partitions_of(topics)
        ends = self._offsets.ends(partitions, IsolationLevel.READ_COMMITTED)
        committed = self._groups.committed(group, partitions)
        starts = {partition: at.offset if at else None for partition, at in committed.items()}
        first = self._reader.scan(starts, ends, limit=1, topic_ids=self._topic_ids(topics))
        return sum(ends[partition] - records[0].offset for partition, records in first.items() if records)

    def read(self, topic: str, *, limit: int, after: Mapping[int, int] | None = None) -> list[Record]:
        """Sees what was committed before the call. Waits a second for transactions that are open."""
        after = after or {}
        partitions = self._partitions_of([topic])
        ends = self._offsets.ends(partitions, IsolationLevel.READ_UNCOMMITTED)
        starts = {at: after[at.number] + 1 if at.number in after else None for at in partitions}
        records = self._reader.scan(starts, ends, limit=limit, topic_ids=self._topic_ids([topic]))
        return first_of(heapq.merge(*records.values(), key=attrgetter("appended_ms")), limit)

    def enforce_retention(self) -> int:
        """Kafka does so by itself."""
        return 0

    def close(self) -> None:
        self._opened.close()

    def _ends_of_read(self, committed: Mapping[Partition, Committed]) -> dict[Partition, int]:
        """Where the partitions end that hold transaction markers and aborted records alone past `committed`."""
        ends = self._offsets.ends(committed, IsolationLevel.READ_COMMITTED)
        starts = {partition: at.offset for partition, at in committed.items() if at.offset < ends[partition]}
        if not starts:
            return {}
        topic_ids = self._topic_ids([partition.topic for partition in starts])
        unread = self._reader.scan(starts, ends, limit=1, topic_ids=topic_ids)
        oldest = self._offsets.oldest(starts)  # after the scan, which passes over what is gone
        return {at: ends[at] for at, start in starts.items() if not unread[at] and oldest[at] <= start}

    def _connect(self) -> AdminClient:
        try:
            admin = self._new_admin()
        except KafkaException as exception:
            raise Misconfigured(f"a setting of Kafka is wrong: {kafka_error(exception).str()}") from exception
        try:
            admin.list_topics(timeout=FIRST_ANSWER_S)
        except KafkaException as exception:
            admin.poll(0)
            reason = self._last_error or kafka_error(exception).str()
            raise Misconfigured(
                f"no Kafka broker answers at {self._config.bootstrap_servers} ({reason}): start it, or mend the address"
            ) from exception
        return admin

    def _new_admin(self) -> AdminClient:
        config: dict[str, Any] = self._config.client() | {"error_cb": self._note_error}
        return AdminClient(config)

    def _note_error(self, error: KafkaError) -> None:
        if error.code() != KafkaError._ALL_BROKERS_DOWN:
            self._last_error = error.str()

    def _topics(self) -> dict[str, Any]:
        """By name. Every call of this broker begins here, with a new client where the one before found no cluster:
        librdkafka can lose all brokers for good (its issue 5301).
        """
        try:
            with translating("listing topics"):
                topics: dict[str, Any] = self._admin.list_topics(timeout=self._config.deadline_s).topics
                return topics
        except Unavailable:
            self._admin = self._new_admin()
            raise

    def _partitions_of(self, topics: Sequence[str]) -> list[Partition]:
        known = self._topics()
        for topic in topics:
            if topic not in known:
                raise Misconfigured(f"there is no topic {topic!r} in the event log: create it with ensure_topics")
        return [
            Partition(topic, number) for topic in dict.fromkeys(topics) for number in sorted(known[topic].partitions)
        ]

    def _topic_ids(self, topics: Sequence[str]) -> dict[str, str]:
        """What tells a topic from another one of its name that was deleted."""
        names = TopicCollection(list(dict.fromkeys(topics)))
        with translating("describing topics"):
            futures = self._admin.describe_topics(names, request_timeout=self._config.deadline_s)
            return {name: str(future.result().topic_id) for name, future in futures.items()}

    def _new(self, topic: Topic) -> NewTopic:
        hours = topic.retention_hours
        kept = {"retention.ms": str(self._retention_ms if hours is None else int(hours * 3_600_000))}
        settings = {"cleanup.policy": "compact"} if topic.cleanup == "compact" else kept
        config = settings | {"max.message.bytes": str(max_message_bytes(topic.name))}
        return NewTopic(topic.name, topic.partitions or self._partitions, config=config)

    def _created(self, name: str, future: Future[None]) -> None:
        try:
            future.result()
        except KafkaException as exception:
            error = kafka_error(exception)
            if error.code() != KafkaError.TOPIC_ALREADY_EXISTS:
                raise translated(error, f"creating topic {name}") from exception

    def _wait_until_usable(self, names: Sequence[str]) -> None:
        """Clients of a topic that was created a moment ago could find that it is not there."""
        deadline = Deadline(self._config.deadline_s, self._clock)
        while not self._topics().keys() >= set(names):
            if deadline.passed:
                raise Unavailable(f"the new topics {names} cannot be used yet")
            self._clock.sleep(METADATA_WAIT_S)
        self._offsets.ends(self._partitions_of(names), IsolationLevel.READ_UNCOMMITTED)


def _topic(topic: str | Topic) -> Topic:
    return Topic(topic, "") if isinstance(topic, str) else topic
