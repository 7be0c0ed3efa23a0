"""Whatever a topic takes can be given up: its dead letter fits too."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing

import pytest
from confluent_kafka import KafkaException, Producer

from metronis.errors import InvalidTrace
from schemas.topics import dead_letters_of
from streams.broker import Message, Record
from streams.kafka import KafkaBroker
from streams.tier import TierTask
from tests.kafka.copying import wait_until

pytestmark = pytest.mark.kafka

LIMIT_BYTES = 16 * 1_048_576
FRAME_BYTES = 61 + 13 + 9  # of a batch, of its one record, of that record's header


class GiveUp:
    """Rejects every record, with the longest reason."""

    def __init__(self, name: str, topic: str) -> None:
        self.name = name
        self.topic = topic

    def process(self, record: Record) -> Sequence[Message]:  # noqa: ARG002 - the same for each
        raise InvalidTrace("€" * 1_000)


def append(address: str, topic: str, value: bytes) -> None:
    """As a foreign producer does, with a header that is named like one of ours. Raises KafkaException."""
    producer = Producer({"bootstrap.servers": address, "message.max.bytes": 2 * LIMIT_BYTES})
    errors: list[object] = []
    producer.produce(topic, value, headers={"reason": b"x"}, on_delivery=lambda error, _: errors.append(error))
    assert not producer.flush(30)
    if errors[0] is not None:
        raise KafkaException(errors[0])


def test_a_record_of_exactly_the_limit_can_be_given_up(kafka_address: str, prefix: str) -> None:
    topic = f"{prefix}in"
    with closing(KafkaBroker(kafka_address)) as broker:
        broker.ensure_topics([topic, dead_letters_of(topic)])
        value = bytes(LIMIT_BYTES - FRAME_BYTES)
        with pytest.raises(KafkaException, match="MSG_SIZE_TOO_LARGE"):
            append(kafka_address, topic, value + b"1")
        append(kafka_address, topic, value)
        task = TierTask(GiveUp(f"{prefix}t", topic), broker, batch_max=10, poll_wait_s=1)

        wait_until(lambda: task.turn() == 1)

        [dead] = broker.read(dead_letters_of(topic), limit=10)
        assert dead.value == value
        assert dead.headers["original.reason"] == b"x"
        assert task.lag() == 0
