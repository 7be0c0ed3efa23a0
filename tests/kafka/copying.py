"""What tests on Kafka do with it: numbered messages in, polled, copied, and read back."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress

from metronis.errors import Fenced, Retry, Unavailable
from streams.broker import Committed, Consumer, Message, Partition, Record
from streams.kafka import KafkaBroker

PATIENCE_S = 60.0


def topics(broker: KafkaBroker, prefix: str) -> tuple[str, str]:
    """Names of a new input and a new output topic."""
    names = (f"{prefix}in", f"{prefix}out")
    broker.ensure_topics(names)
    return names


def send(broker: KafkaBroker, topic: str, count: int) -> None:
    broker.producer().send(
        [Message(topic, f"key-{number % 32}".encode(), str(number).encode()) for number in range(count)]
    )


def take(consumer: Consumer, count: int) -> list[Record]:
    """Poll until `count` records have come, whatever the broker is doing meanwhile."""
    records: list[Record] = []

    def enough() -> bool:
        with suppress(Unavailable):
            records.extend(consumer.poll(count - len(records), 0.2))
        return len(records) >= count

    wait_until(enough)
    return records


def wait_until(done: Callable[[], bool]) -> None:
    deadline_s = time.monotonic() + PATIENCE_S
    while not done():
        assert time.monotonic() < deadline_s


def after(records: Sequence[Record]) -> dict[Partition, Committed]:
    return {Partition(record.topic, record.partition): Committed(record.offset + 1) for record in records}


def copies(records: Sequence[Record], output: str) -> list[Message]:
    return [Message(output, record.key, record.value) for record in records]


def copy_batch(consumer: Consumer, output: str) -> bool:
    """One batch from input to output in one transaction; returns whether it was committed. Failures rewind."""
    try:
        records = consumer.poll(20, 0.2)
        consumer.commit(after(records), copies(records, output))
    except (Retry, Fenced):
        consumer.rewind()
        return False
    return bool(records)


def numbers(broker: KafkaBroker, topic: str) -> list[int]:
    return sorted(int(record.value) for record in broker.read(topic, limit=100_000))
