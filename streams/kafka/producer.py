"""Appends from outside a consumer group: idempotent, acknowledged by all replicas in sync."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Event, Lock, Thread

import structlog
from confluent_kafka import KafkaError, KafkaException, Producer
from confluent_kafka import Message as KafkaMessage

from metronis.clock import Clock
from metronis.errors import Unavailable
from streams.broker import Message
from streams.kafka.config import KafkaConfig
from streams.kafka.deadline import Deadline
from streams.kafka.errors import kafka_error, translated, translating
from streams.kafka.messages import Outgoing, outgoing

SERVE_S = 0.1
GRACE_S = 2.0  # between a message's own timeout and its report
QUEUE_WAIT_S = 0.01

log = structlog.get_logger()


class Receipt:
    """The delivery reports of one `send`. All are served by one thread."""

    def __init__(self, count: int) -> None:
        self._missing = count
        self._done = Event()
        self.error: KafkaError | None = None

    def report(self, error: KafkaError | None, _message: KafkaMessage) -> None:
        self.error = self.error or error
        self._missing -= 1
        if not self._missing:
            self._done.set()

    def wait(self, timeout_s: float) -> bool:
        """Whether every report came in time."""
        return self._done.wait(timeout_s)


class KafkaProducer:
    """See `streams.broker.Producer`.

    There is no transaction around a `send`: it would cost each request of the gateway three more round trips. What is
    refused (a wrong type, too large) is refused before anything is appended. Where the cluster fails half-way, `send`
    raises Unavailable although some of the messages may be durable, and sending all of them again is right: a trace is
    known by its id.
    """

    def __init__(self, config: KafkaConfig, clock: Clock) -> None:
        self._config = config
        self._clock = clock
        self._lock = Lock()
        self._client = self._connect()
        self._closing = Event()
        self._server = Thread(target=self._serve, name="kafka-delivery-reports", daemon=True)
        self._server.start()

    def send(self, messages: Sequence[Message]) -> None:
        prepared = [outgoing(message) for message in messages]
        if not prepared:
            return
        client = self._client
        receipt = Receipt(len(prepared))
        deadline = Deadline(self._config.deadline_s + GRACE_S, self._clock)
        for message in prepared:
            self._produce(client, message, receipt, deadline)
        if not receipt.wait(deadline.left_s):
            self._replace(client, "no confirmation in time")
            raise Unavailable(f"{self._config.bootstrap_servers} did not confirm {len(messages)} messages in time")
        if receipt.error is not None:
            self._replace_if_useless(client, receipt.error)
            raise translated(receipt.error, f"sending {len(messages)} messages")

    def close(self) -> None:
        self._closing.set()
        self._server.join()

    def _connect(self) -> Producer:
        with translating("opening a producer"):
            return Producer(self._config.producer())

    def _produce(self, client: Producer, message: Outgoing, receipt: Receipt, deadline: Deadline) -> None:
        while True:
            try:
                return client.produce(
                    message.topic, message.value, message.key, headers=message.headers, on_delivery=receipt.report
                )
            except BufferError:
                if deadline.passed:
                    raise Unavailable("the producer's queue stays full: the cluster takes no messages") from None
                self._clock.sleep(QUEUE_WAIT_S)
            except KafkaException as exception:
                error = kafka_error(exception)
                self._replace_if_useless(client, error)
                raise translated(error, f"producing to {message.topic}") from exception

    def _replace_if_useless(self, client: Producer, error: KafkaError) -> None:
        """After a fatal error a client is of no use, after a timeout it may be for ever (librdkafka's issue 5301)."""
        if error.fatal() or error.code() in (KafkaError._FATAL, KafkaError._MSG_TIMED_OUT):
            self._replace(client, error.str())

    def _replace(self, client: Producer, reason: str) -> None:
        """The first thread that sees it puts a new one in its place; the others send again what they sent with it."""
        with self._lock:
            if self._client is client:
                log.warning("producer_replaced", reason=reason)
                self._client = self._connect()

    def _serve(self) -> None:
        while not self._closing.is_set():
            self._client.poll(SERVE_S)
