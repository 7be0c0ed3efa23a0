"""What joining, dying and coming back does to the other members of a group."""

from __future__ import annotations

import multiprocessing
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from multiprocessing.connection import Connection
from threading import Event, Thread

import pytest
from confluent_kafka import TopicPartition

from streams.broker import Consumer, Partition
from streams.kafka import KafkaBroker
from tests.kafka.copying import PATIENCE_S, after, copy_batch, numbers, send, take, topics, wait_until

pytestmark = pytest.mark.kafka

SESSION_TIMEOUT_S = 12.0
TRANSACTION_TIMEOUT_S = 15.0  # with calls that give up after ten seconds


@pytest.fixture
def broker(kafka_address: str) -> Iterator[KafkaBroker]:
    broker = KafkaBroker(kafka_address, session_timeout_s=SESSION_TIMEOUT_S)
    yield broker
    broker.close()


def _open_a_transaction(address: str, group: str, source: str, output: str, pipe: Connection) -> None:
    """A member with a name of its own, in a process of its own: is in the midst of a commit until it is killed."""
    consumer = KafkaBroker(address, instance_id="named", session_timeout_s=SESSION_TIMEOUT_S).consumer(group, [source])
    wait_until(lambda: not consumer.poll(1, 0.1) and len(consumer.assignment) == 2)
    pipe.send("joined")
    records = take(consumer, 5)
    producer = consumer._transactions.settle()
    producer.begin_transaction()
    producer.produce(output, b"of the killed")
    offsets = [TopicPartition(*partition, at.offset) for partition, at in after(records).items()]
    producer.send_offsets_to_transaction(offsets, consumer._membership(), 10)
    pipe.send(consumer.assignment)
    pipe.recv()


@contextmanager
def copying(consumer: Consumer, output: str) -> Iterator[None]:
    """Copies in a thread of its own."""
    done = Event()

    def copy() -> None:
        while not done.is_set():
            copy_batch(consumer, output)

    worker = Thread(target=copy)
    worker.start()
    try:
        yield
    finally:
        done.set()
        worker.join()


@pytest.mark.slow
def test_a_named_member_that_was_killed_comes_back_without_anybody_noticing(
    broker: KafkaBroker, kafka_address: str, prefix: str
) -> None:
    source, output = topics(broker, prefix)
    group = f"{prefix}group"
    other = broker.consumer(group, [source])
    context = multiprocessing.get_context("spawn")
    pipe, far_end = context.Pipe()
    named = context.Process(target=_open_a_transaction, args=(kafka_address, group, source, output, far_end))
    with ExitStack() as opened:
        opened.enter_context(copying(other, output))
        opened.callback(named.kill)
        named.start()
        assert pipe.recv() == "joined"
        wait_until(lambda: len(other.assignment) == 2)
        send(broker, source, 200)
        owned = pipe.recv()
        kept, generation = other.assignment, other.generation

        named.kill()
        named.join(PATIENCE_S)
        killed_s = time.monotonic()
        again = KafkaBroker(kafka_address, instance_id="named", session_timeout_s=SESSION_TIMEOUT_S)
        opened.callback(again.close)
        successor = again.consumer(group, [source])
        wait_until(lambda: copy_batch(successor, output))
        assert time.monotonic() - killed_s < TRANSACTION_TIMEOUT_S, "the open transaction had to time out first"
        wait_until(lambda: not copy_batch(successor, output) and not broker.lag(group, [source]))

        assert successor.assignment == owned
        assert (other.assignment, other.generation) == (kept, generation)
    assert numbers(broker, output) == list(range(200))


@pytest.mark.slow
def test_a_member_that_joins_does_not_stop_the_partitions_that_stay(broker: KafkaBroker, prefix: str) -> None:
    source, _ = topics(broker, prefix)
    group = f"{prefix}group"
    resident = broker.consumer(group, [source])
    wait_until(lambda: not resident.poll(1, 0.1) and len(resident.assignment) == 4)
    send(broker, source, 20_000)
    newcomer = broker.consumer(group, [source])
    seen: defaultdict[Partition, list[int]] = defaultdict(list)
    assignments: list[frozenset[Partition]] = []

    def both_own_half() -> bool:
        newcomer.poll(1, 0.0)
        for record in resident.poll(5, 0.1):
            seen[Partition(record.topic, record.partition)].append(record.offset)
        assignments.append(resident.assignment)
        return len(resident.assignment) == len(newcomer.assignment) == 2

    wait_until(both_own_half)

    stayed = resident.assignment
    assert all(assignment >= stayed for assignment in assignments)
    assert len(assignments) > 3
    read = [offsets for partition, offsets in seen.items() if partition in stayed]
    assert read
    assert all(offsets == list(range(len(offsets))) for offsets in read)
