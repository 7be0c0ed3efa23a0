"""The Kafka that other tests rely on is a real one, and faults on it are real faults."""

from __future__ import annotations

from pathlib import Path

import pytest
from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from tests.kafka.jars import jars, kafka_version, program
from tests.kafka.server import is_ready, running_server

pytestmark = pytest.mark.kafka


def produce(address: str, topic: str, value: bytes) -> None:
    producer = Producer({"bootstrap.servers": address, "acks": "all"})
    producer.produce(topic, value, partition=0)
    assert producer.flush(20) == 0


def first_value(address: str, topic: str) -> bytes | None:
    consumer = Consumer({"bootstrap.servers": address, "group.id": "none", "auto.offset.reset": "earliest"})
    consumer.assign([TopicPartition(topic, 0, 0)])
    message = consumer.poll(20)
    consumer.close()
    return message.value() if message else None


@pytest.mark.slow
def test_it_survives_a_kill_a_pause_and_a_stop_with_its_data_and_address(tmp_path: Path) -> None:
    with running_server(tmp_path) as server:
        admin = AdminClient({"bootstrap.servers": server.address})
        admin.create_topics([NewTopic("t", 1, 1)])["t"].result(20)
        produce(server.address, "t", b"kept")

        server.kill()
        assert not is_ready(server.address)
        server.start()
        assert first_value(server.address, "t") == b"kept"

        server.pause()
        assert not is_ready(server.address, timeout_s=0.5)
        server.resume()
        assert is_ready(server.address)

        server.stop()
        assert not is_ready(server.address)
        server.start()
        assert first_value(server.address, "t") == b"kept"


def test_the_cache_folder_is_named_for_the_version_and_complete() -> None:
    assert jars().name == kafka_version()
    assert (jars() / f"kafka_2.13-{kafka_version()}.jar").exists()


def test_a_missing_program_is_one_sentence_with_the_mend() -> None:
    with pytest.raises(RuntimeError, match=r"no-such-java is missing.* install Java 17 and Maven"):
        program("no-such-java")
