"""A group that retention overtook stops; one that had read everything does not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest
from confluent_kafka import ConsumerGroupTopicPartitions, TopicPartition
from confluent_kafka.admin import AdminClient

from metronis.clock import SystemClock
from metronis.errors import Misconfigured
from streams.broker import Committed, Message, Partition
from streams.kafka import KafkaBroker
from streams.kafka.consumer import STEP_OVER_EVERY_S
from tests.kafka.copying import after, copies, copy_batch, take, topics, wait_until

pytestmark = pytest.mark.kafka


class AheadClock(SystemClock):
    """The machine's time, which a test can put forward."""

    def __init__(self) -> None:
        self.ahead_s = 0.0

    def monotonic_ns(self) -> int:
        return super().monotonic_ns() + int(self.ahead_s * 1e9)


@pytest.fixture
def clock() -> AheadClock:
    return AheadClock()


@pytest.fixture
def broker(kafka_address: str, clock: AheadClock) -> Iterator[KafkaBroker]:
    broker = KafkaBroker(kafka_address, partitions=1, session_timeout_s=2, clock=clock)
    yield broker
    broker.close()


@pytest.fixture
def admin(kafka_address: str) -> AdminClient:
    return AdminClient({"bootstrap.servers": kafka_address})


def delete_before(admin: AdminClient, topic: str, offset: int) -> None:
    """As retention does. -1: everything."""
    for deleted in admin.delete_records([TopicPartition(topic, 0, offset)]).values():
        deleted.result(20)


def test_unread_records_that_are_gone_stop_the_group_until_somebody_moves_it(
    broker: KafkaBroker, admin: AdminClient, prefix: str
) -> None:
    source, _ = topics(broker, prefix)
    group = f"{prefix}group"
    broker.producer().send([Message(source, b"k", str(number).encode()) for number in range(10)])
    consumer = broker.consumer(group, [source])
    take(consumer, 10)
    consumer.commit({Partition(source, 0): Committed(3, "note")})
    delete_before(admin, source, 6)

    consumer.rewind()
    with pytest.raises(Misconfigured, match=r"stands at offset 3 of .*, which holds 6 to 10: .*--to-earliest"):
        consumer.poll(10, 1)
    consumer.close()
    moved = ConsumerGroupTopicPartitions(group, [TopicPartition(source, 0, 6)])  # what the named command does
    admin.alter_consumer_group_offsets([moved])[group].result(20)

    assert [record.value for record in take(broker.consumer(group, [source]), 4)] == [b"6", b"7", b"8", b"9"]
    assert broker.lag(f"{prefix}another", [source]) == 4


def test_a_group_that_read_everything_goes_on_when_retention_took_the_markers_behind_it(
    broker: KafkaBroker, admin: AdminClient, clock: AheadClock, prefix: str
) -> None:
    source, output = topics(broker, prefix)
    broker.producer().send([Message(source, b"k", b"1")])
    upstream = broker.consumer(f"{prefix}upstream", [source])
    upstream.commit(after(records := take(upstream, 1)), copies(records, output))
    group = f"{prefix}group"
    with closing(broker.consumer(group, [output])) as consumer:
        [record] = take(consumer, 1)
        consumer.commit({Partition(output, 0): Committed(record.offset + 1, "note")})
        clock.ahead_s += STEP_OVER_EVERY_S
        assert consumer.poll(1, 0.1) == []
        assert consumer.committed() == {Partition(output, 0): Committed(record.offset + 2, "note")}
    delete_before(admin, output, -1)

    successor = broker.consumer(group, [output])
    wait_until(lambda: not successor.poll(1, 0.1) and bool(successor.assignment))
    successor.rewind()
    assert successor.poll(1, 0.1) == []
    broker.producer().send([Message(output, b"k", b"2")])
    assert [record.value for record in take(successor, 1)] == [b"2"]


def test_records_in_hand_are_not_stepped_over(broker: KafkaBroker, clock: AheadClock, prefix: str) -> None:
    source, output = topics(broker, prefix)
    broker.producer().send([Message(source, b"k", str(number).encode()) for number in range(3)])
    consumer = broker.consumer(f"{prefix}group", [source])
    consumer.commit(after(take(consumer, 1)))
    take(consumer, 2)

    clock.ahead_s += STEP_OVER_EVERY_S
    assert consumer.poll(1, 0.1) == []
    consumer.rewind()

    wait_until(lambda: copy_batch(consumer, output))
    assert [record.value for record in broker.read(output, limit=10)] == [b"1", b"2"]
