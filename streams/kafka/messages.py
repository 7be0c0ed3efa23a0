"""Messages on their way out, records on their way in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from confluent_kafka import Message as KafkaMessage

from metronis.errors import TooLarge
from streams.broker import Message, Record
from streams.kafka.config import max_message_bytes

OVERHEAD_BYTES = 1_024  # more than Kafka's own framing of a message
HEADER_FRAME_BYTES = 10  # two lengths of at most five bytes


class Outgoing(NamedTuple):
    """A message that librdkafka cannot refuse any more, as the arguments of its `produce`."""

    topic: str
    value: bytes
    key: bytes
    headers: list[tuple[str, str | bytes | None]]


def outgoing(message: Message) -> Outgoing:
    """Raises TypeError where a part is not bytes, TooLarge where the topic does not take so much.

    It does so before anything of a batch is appended.
    """
    size_bytes = OVERHEAD_BYTES + sum(len(name.encode()) + HEADER_FRAME_BYTES for name in message.headers)
    for part in (message.key, message.value, *message.headers.values()):
        if not isinstance(part, bytes):
            raise TypeError(f"messages are bytes, this one for {message.topic} has {type(part).__name__}")
        size_bytes += len(part)
    if size_bytes > (limit_bytes := max_message_bytes(message.topic)):
        raise TooLarge(f"a message of {size_bytes} bytes; {message.topic} takes {limit_bytes}")
    return Outgoing(message.topic, message.value, message.key, list(message.headers.items()))


def incoming(message: KafkaMessage, topic_ids: Mapping[str, str]) -> Record:
    """A record; what a foreign producer left out is empty."""
    topic, partition, offset = place(message)
    headers = {
        name: value if isinstance(value, bytes) else b"" for name, value in dict(message.headers() or ()).items()
    }
    _, appended_ms = message.timestamp()
    key, value = message.key() or b"", message.value() or b""
    return Record(topic, partition, offset, key, value, headers, appended_ms, topic_ids[topic])


def place(message: KafkaMessage) -> tuple[str, int, int]:
    """Topic, partition and offset, which every message has that was read."""
    topic, partition, offset = message.topic(), message.partition(), message.offset()
    assert topic is not None
    assert partition is not None
    assert offset is not None
    return topic, partition, offset
