"""A `read_committed` consumer of its own that writes down what tiers put out, as it comes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from threading import Event, Thread
from typing import NamedTuple

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, TopicPartition
from confluent_kafka import Message as KafkaMessage

from schemas.case import CASE, decode_case
from schemas.topics import SOURCE, TRACES_T1, VERDICTS
from streams.broker import Record
from streams.kafka.config import KafkaConfig
from streams.kafka.messages import incoming

OUTPUTS = (TRACES_T1.name, VERDICTS.name)
NO_TOPIC_IDS = dict.fromkeys(OUTPUTS, "")
POLL_S = 0.1
MOST_AT_ONCE = 500


class Sight(NamedTuple):
    """One record of the OUTPUTS where it was seen, and the origin of the raw record that it descends from."""

    partition: int
    offset: int
    source: str

    @classmethod
    def of(cls, record: Record) -> Sight:
        from_t0 = record.topic == TRACES_T1.name
        source = decode_case(record.headers[CASE]).source if from_t0 else record.headers[SOURCE].decode()
        return cls(record.partition, record.offset, source)


class Reader:
    """Reads the OUTPUTS from their beginning in a thread, through every outage of the broker."""

    def __init__(self, address: str, partitions: Mapping[str, int]) -> None:
        self._client = Consumer(KafkaConfig(address).reader() | {"group.id": "bounce"})
        self._client.assign(
            [
                TopicPartition(topic, number, OFFSET_BEGINNING)
                for topic in OUTPUTS
                for number in range(partitions[topic])
            ]
        )
        self._stop = Event()
        self._thread = Thread(target=self._run)
        self.seen: Mapping[str, list[Sight]] = {topic: [] for topic in OUTPUTS}

    def __enter__(self) -> Reader:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        self._client.close()

    def has_seen(self, count: int) -> bool:
        """Whether it has that many records of each topic."""
        return all(len(sights) >= count for sights in self.seen.values())

    def _run(self) -> None:
        while not self._stop.is_set():
            self._note(self._client.consume(MOST_AT_ONCE, POLL_S))

    def _note(self, messages: Sequence[KafkaMessage]) -> None:
        for message in messages:
            if error := message.error():
                if error.fatal() or error.code() == KafkaError._AUTO_OFFSET_RESET:
                    raise KafkaException(error)
                continue  # the end of a partition, or a broker that is away
            record = incoming(message, NO_TOPIC_IDS)
            self.seen[record.topic].append(Sight.of(record))
