"""What only a real Kafka can show: fencing, aborted transactions, and brokers that stop or die half-way."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from multiprocessing.connection import Connection
from threading import Event, Thread

import pytest
from confluent_kafka import Producer as RawProducer
from confluent_kafka.admin import AdminClient

from metronis.errors import Fenced, Misconfigured, TooLarge, Unavailable
from streams.broker import Message
from streams.kafka import KafkaBroker
from tests.kafka.copier import Copier
from tests.kafka.copying import PATIENCE_S, after, copies, copy_batch, numbers, send, take, topics, wait_until
from tests.kafka.server import KafkaServer

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(180)]


@pytest.fixture
def broker(kafka_address: str) -> Iterator[KafkaBroker]:
    broker = KafkaBroker(kafka_address, session_timeout_s=2)
    yield broker
    broker.close()


@pytest.fixture
def impatient(kafka_server: KafkaServer) -> Iterator[KafkaBroker]:
    """A broker on our own server, with calls that give up after two seconds."""
    broker = KafkaBroker(kafka_server.address, deadline_s=2, session_timeout_s=6)
    yield broker
    broker.close()


def test_an_unreachable_broker_is_one_sentence_within_seconds() -> None:
    started_s = time.monotonic()
    with pytest.raises(Misconfigured, match=r"^no Kafka broker answers at 127\.0\.0\.1:1 \(.*\): start it, or mend"):
        KafkaBroker("127.0.0.1:1")
    assert time.monotonic() - started_s < 7


@pytest.mark.parametrize(
    ("security", "sentence"),
    [
        ({"acks": "0"}, r"'acks' is no security setting"),
        ({"security.protocol": "carrier-pigeon"}, r"a setting of Kafka is wrong: .*carrier-pigeon"),
    ],
)
def test_a_wrong_security_setting_is_refused(security: dict[str, str], sentence: str) -> None:
    with pytest.raises(Misconfigured, match=sentence):
        KafkaBroker("127.0.0.1:1", security=security)


def test_a_missing_topic_is_named(broker: KafkaBroker, prefix: str) -> None:
    with pytest.raises(Misconfigured, match=f"there is no topic '{prefix}nowhere'"):
        broker.consumer("g", [f"{prefix}nowhere"])


def test_a_message_too_large_takes_the_rest_of_its_batch_along(broker: KafkaBroker, prefix: str) -> None:
    source, _ = topics(broker, prefix)

    with pytest.raises(TooLarge, match=r"\$: a message of 17\d+ bytes"):
        broker.producer().send([Message(source, b"k", b"small"), Message(source, b"k", bytes(17_000_000))])

    assert broker.read(source, limit=10) == []


def test_topics_have_the_partitions_and_the_retention_asked_for(kafka_address: str, prefix: str) -> None:
    broker = KafkaBroker(kafka_address, partitions=3, retention_hours=2)
    broker.ensure_topics([f"{prefix}t"])
    broker.consumer("g", [f"{prefix}t"]).close()

    description = AdminClient({"bootstrap.servers": kafka_address}).list_topics(f"{prefix}t", timeout=10)

    assert len(description.topics[f"{prefix}t"].partitions) == 3
    broker.close()


def test_outputs_of_aborted_transactions_are_never_seen(broker: KafkaBroker, kafka_address: str, prefix: str) -> None:
    source, _ = topics(broker, prefix)
    producer = RawProducer({"bootstrap.servers": kafka_address, "transactional.id": f"{prefix}aborter"})
    producer.init_transactions(20)
    for value, finish in ((b"no", producer.abort_transaction), (b"yes", producer.commit_transaction)) * 3:
        producer.begin_transaction()
        producer.produce(source, value, b"k")
        producer.flush(20)
        finish(20)

    assert [record.value for record in broker.read(source, limit=10)] == [b"yes"] * 3
    consumer = broker.consumer("g", [source])
    records = take(consumer, 3)
    assert [record.value for record in records] == [b"yes"] * 3
    consumer.commit(after(records))
    assert broker.lag("g", [source]) == 0, "the marker at the end is no record"


def _zombie(address: str, source: str, output: str, pipe: Connection) -> None:
    """A member in a process of its own: takes records, is told to go on, tries to commit, says how that went."""
    broker = KafkaBroker(address, session_timeout_s=2)
    consumer = broker.consumer("g", [source])
    records = take(consumer, 20)
    pipe.send("taken")
    pipe.recv()
    try:
        consumer.commit(after(records), [Message(output, b"k", b"of the zombie")])
        pipe.send("committed")
    except Fenced:
        pipe.send("fenced")
    consumer.rewind()
    assert consumer.poll(1, 0.2) == []
    broker.close()


def test_a_stopped_member_whose_partitions_moved_wakes_up_and_cannot_commit(
    broker: KafkaBroker, kafka_address: str, prefix: str
) -> None:
    source, output = topics(broker, prefix)
    send(broker, source, 20)
    context = multiprocessing.get_context("spawn")
    pipe, far_end = context.Pipe()
    zombie = context.Process(target=_zombie, args=(kafka_address, source, output, far_end))
    zombie.start()
    assert zombie.pid is not None
    assert pipe.recv() == "taken"

    os.kill(zombie.pid, signal.SIGSTOP)
    successor = broker.consumer("g", [source])
    records = take(successor, 20)
    successor.commit(after(records), copies(records, output))
    pipe.send("go on")
    os.kill(zombie.pid, signal.SIGCONT)

    assert pipe.recv() == "fenced"
    zombie.join(PATIENCE_S)
    assert zombie.exitcode == 0
    assert numbers(broker, output) == list(range(20))


def test_members_that_come_and_go_lose_and_double_nothing(broker: KafkaBroker, kafka_address: str, prefix: str) -> None:
    source, output = topics(broker, prefix)
    send(broker, source, 2_000)
    done = Event()

    def visit() -> None:
        """Join, copy a little, leave with records in hand, again and again."""
        while not done.is_set():
            guest_broker = KafkaBroker(kafka_address, session_timeout_s=2)
            guest = guest_broker.consumer("g", [source])
            for _ in range(5):
                copy_batch(guest, output)
            guest.poll(20, 0.2)
            guest_broker.close()

    visitor = Thread(target=visit)
    visitor.start()
    resident = broker.consumer("g", [source])
    generations = set()
    try:
        while broker.lag("g", [source]):
            copy_batch(resident, output)
            generations.add(resident.generation)
    finally:
        done.set()
        visitor.join()

    assert numbers(broker, output) == list(range(2_000))
    assert len(generations) > 2, "nobody came or went"


def test_a_send_that_is_not_confirmed_raises_unavailable_and_can_be_repeated(
    impatient: KafkaBroker, kafka_server: KafkaServer, prefix: str
) -> None:
    source, _ = topics(impatient, prefix)
    producer = impatient.producer()
    producer.send([Message(source, b"k", b"before")])

    kafka_server.pause()
    try:
        with pytest.raises(Unavailable):
            producer.send([Message(source, b"k", b"again")])
    finally:
        kafka_server.resume()
    wait_until(lambda: _sent(producer.send, Message(source, b"k", b"again")))

    values = [record.value for record in impatient.read(source, limit=10)]
    assert values[0] == b"before"
    assert set(values[1:]) == {b"again"}


def _sent(send: Callable[[Sequence[Message]], None], message: Message) -> bool:
    try:
        send([message])
    except Unavailable:
        return False
    return True


def test_a_commit_that_times_out_is_settled_before_the_next_one(
    impatient: KafkaBroker, kafka_server: KafkaServer, prefix: str
) -> None:
    source, output = topics(impatient, prefix)
    send(impatient, source, 300)

    with Copier(kafka_server.address, source, output) as copier:
        for pause_after_s in (0.0, 0.004, 0.008, 0.016):
            copier.wait_until_commit()
            time.sleep(pause_after_s)  # into the midst of it
            kafka_server.pause()
            try:
                copier.wait_until_committed()
            finally:
                kafka_server.resume()
        wait_until(lambda: copier.copies_on() and _lag(impatient, source) == 0)

    assert numbers(impatient, output) == list(range(300))


@pytest.mark.slow
def test_a_broker_killed_and_started_again_and_again_loses_and_doubles_nothing(
    impatient: KafkaBroker, kafka_server: KafkaServer, prefix: str
) -> None:
    source, output = topics(impatient, prefix)
    send(impatient, source, 2_000)

    with Copier(kafka_server.address, source, output) as copier:
        for _ in range(3):
            copier.wait_until_commit()
            kafka_server.kill()
            kafka_server.start()
        wait_until(lambda: copier.copies_on() and _lag(impatient, source) == 0)

    assert numbers(impatient, output) == list(range(2_000))


def _lag(broker: KafkaBroker, topic: str) -> int | None:
    try:
        return broker.lag("g", [topic])
    except Unavailable:
        return None


def test_a_static_member_whose_name_another_took_joins_again_once_it_can(kafka_address: str, prefix: str) -> None:
    older, newer = (KafkaBroker(kafka_address, instance_id=f"{prefix}name", session_timeout_s=2) for _ in range(2))
    source, output = topics(older, prefix)
    send(older, source, 20)
    first = older.consumer(f"{prefix}group", [source])
    take(first, 20)
    second = newer.consumer(f"{prefix}group", [source])

    def is_fenced() -> bool:
        second.poll(1, 0.1)
        try:
            first.poll(1, 0.1)
        except Unavailable as error:
            assert "fenced by other consumer" in str(error)  # noqa: PT017 - it comes at some poll
            return True
        return False

    wait_until(is_fenced)
    assert first.assignment == frozenset()
    second.close()
    wait_until(lambda: not copy_batch(first, output) and numbers(older, output) == list(range(20)))
    older.close()
    newer.close()


@pytest.mark.slow
def test_the_first_commit_after_the_broker_came_back_does_not_wait_for_its_deadline(
    kafka_server: KafkaServer, prefix: str
) -> None:
    with closing(KafkaBroker(kafka_server.address, deadline_s=20, session_timeout_s=60)) as broker:
        source, output = topics(broker, prefix)
        send(broker, source, 40)
        consumer = broker.consumer(f"{prefix}group", [source])
        wait_until(lambda: copy_batch(consumer, output))

        kafka_server.kill()
        kafka_server.start()
        records = take(consumer, 1)
        started_s = time.monotonic()
        consumer.commit(after(records), copies(records, output))

        assert time.monotonic() - started_s < 10
        wait_until(lambda: not copy_batch(consumer, output) and numbers(broker, output) == list(range(40)))
