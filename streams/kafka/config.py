"""What librdkafka is told, client by client."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from metronis.errors import Misconfigured
from schemas.topics import has_dead_letters

MAX_MESSAGE_BYTES = 16 * 1_048_576  # four times the largest trace that the gateway takes by default
DEAD_LETTER_BYTES = 65_536  # the headers that a dead letter has beside those of the record
QUEUE_KIB = 64 * 1_024  # messages produced and not yet durable, per producer
PREFETCH_KIB = 16 * 1_024  # records fetched and not yet polled, per consumer
SECURITY_PREFIXES = ("security.", "sasl.", "ssl.", "enable.ssl.")

_log = logging.getLogger("librdkafka")
_log.addHandler(logging.NullHandler())  # else Python prints its warnings; what matters is raised, and so logged, by us


@dataclass(frozen=True, slots=True)
class KafkaConfig:
    """How clients reach the cluster, and how long they wait for it."""

    bootstrap_servers: str
    security: Mapping[str, str] = field(default_factory=dict, repr=False)  # holds passwords
    deadline_s: float = 10.0
    session_timeout_s: float = 10.0
    max_poll_interval_s: float = 300.0
    instance_id: str | None = None

    def __post_init__(self) -> None:
        for name in self.security:
            if not name.startswith(SECURITY_PREFIXES):
                raise Misconfigured(
                    f"{name!r} is no security setting of Kafka: only names that begin with security., sasl., ssl. or "
                    "enable.ssl. are passed on"
                )

    def client(self) -> dict[str, Any]:
        """What every client has in common."""
        return {
            **self.security,
            "bootstrap.servers": self.bootstrap_servers,
            "client.id": "metronis",
            "socket.timeout.ms": _ms(self.deadline_s),
            "socket.keepalive.enable": True,
            "socket.nagle.disable": True,
            "retry.backoff.ms": 10,  # markers of the last transaction take a few ms; the default asks after 100
            "reconnect.backoff.ms": 50,
            "reconnect.backoff.max.ms": 1_000,
            "logger": _log,
        }

    def producer(self) -> dict[str, Any]:
        return self.client() | {
            "enable.idempotence": True,
            "acks": "all",
            "partitioner": "murmur2",  # as Java's clients choose, and the empty key has one partition too
            "compression.type": "lz4",
            "linger.ms": 5,
            "message.max.bytes": MAX_MESSAGE_BYTES + DEAD_LETTER_BYTES,  # of any topic; see `outgoing`
            "queue.buffering.max.kbytes": QUEUE_KIB,
            "message.timeout.ms": _ms(self.deadline_s),
        }

    def transactional(self, transactional_id: str) -> dict[str, Any]:
        return self.producer() | {
            "transactional.id": transactional_id,
            "transaction.timeout.ms": _ms(1.5 * self.deadline_s),  # readers wait this long for a dead producer
        }

    def reader(self) -> dict[str, Any]:
        """A consumer outside any group."""
        return self.client() | {
            "group.id": "metronis-reader",  # librdkafka wants one; nothing is joined or committed
            "enable.auto.commit": False,
            "isolation.level": "read_committed",
            "auto.offset.reset": "earliest",
            "enable.partition.eof": True,
            "queued.max.messages.kbytes": PREFETCH_KIB,
            "fetch.max.bytes": MAX_MESSAGE_BYTES,
            "fetch.error.backoff.ms": 100,
            "fetch.wait.max.ms": 10,  # the end of a partition is reported only after this wait
        }

    def consumer(self, group: str) -> dict[str, Any]:
        config = self.client() | {
            "group.id": group,
            "partition.assignment.strategy": "cooperative-sticky",
            "session.timeout.ms": _ms(self.session_timeout_s),
            "heartbeat.interval.ms": _ms(min(self.session_timeout_s / 4, 1)),  # members learn by it that one has joined
            "max.poll.interval.ms": _ms(self.max_poll_interval_s),
            "enable.auto.commit": False,
            "enable.auto.offset.store": False,
            "isolation.level": "read_committed",
            "auto.offset.reset": "error",  # see KafkaConsumer._place: records must not be skipped in silence
            "queued.max.messages.kbytes": PREFETCH_KIB,
            "fetch.max.bytes": MAX_MESSAGE_BYTES,
            "fetch.error.backoff.ms": 100,
            "fetch.wait.max.ms": 50,  # a partition that joins or rewinds waits for the fetch under way
            "fetch.queue.backoff.ms": 20,  # the default of 1,000 stalls a consumer that has just emptied its queue
        }
        return config | ({"group.instance.id": self.instance_id} if self.instance_id else {})


def max_message_bytes(topic: str) -> int:
    """The largest message that a topic takes. Whatever one takes, its dead letters take with headers of ours."""
    return MAX_MESSAGE_BYTES + (DEAD_LETTER_BYTES if has_dead_letters(topic) else 0)


def _ms(seconds: float) -> int:
    return int(seconds * 1_000)
