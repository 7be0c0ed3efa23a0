"""Consume-process-produce in one Kafka transaction.

librdkafka speaks the older transaction protocol, in which a request that was delayed in the network (the end of a
transaction, offsets) can take effect in a later transaction of the same producer. Raising the producer's epoch fences
it: so a producer whose transaction failed, however, is never used again, and its successor under the same transactional
id settles what it left before the next transaction. To abort with the producer itself and go on would be quicker, but
an error that comes in after the abort meets a state in which librdkafka asserts that none can, and ends the process.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import structlog
from confluent_kafka import KafkaError, KafkaException, Producer, TopicPartition

from metronis.clock import Clock
from metronis.errors import Unavailable
from streams.broker import Message
from streams.kafka.bounded import BoundedCalls
from streams.kafka.config import KafkaConfig
from streams.kafka.deadline import Deadline
from streams.kafka.errors import kafka_error, translated, translating
from streams.kafka.messages import Outgoing, outgoing

QUEUE_WAIT_S = 0.05

log = structlog.get_logger()


class Transactions:
    """One transaction after the other under one transactional id. Used by one thread."""

    def __init__(self, config: KafkaConfig, transactional_id: str, clock: Clock) -> None:
        self._config = config
        self._id = transactional_id
        self._clock = clock
        self._producer: Producer | None = None
        self._troubles: list[KafkaError] = []  # of this producer with its connections
        self._calls = BoundedCalls()

    def settle(self) -> Producer:
        """Make sure that no transaction of this id is open: it was committed or aborted, and will not change any more.

        Raises Unavailable where the cluster does not say so in time.
        """
        self._drop_disconnected()
        if self._producer is None:
            try:
                with translating(f"opening transactions as {self._id}"):
                    self._producer = self._open()
            except Unavailable as error:
                self._replace(str(error))
                raise
        return self._producer

    def commit(self, outputs: Sequence[Message], offsets: list[TopicPartition], group_metadata: object) -> None:
        """Append `outputs` and commit `offsets` for the group, both or neither.

        Raises Fenced, Unavailable, TooLarge or Misconfigured. After Unavailable it may have happened: `settle`, then
        look at the committed offsets.
        """
        prepared = [outgoing(message) for message in outputs]
        producer = self.settle()
        try:
            self._run(producer, prepared, offsets, group_metadata)
        except KafkaException as exception:
            error = kafka_error(exception)
            self._replace(error.str())
            raise translated(error, f"a transaction of {self._id}") from exception
        except BaseException as error:
            self._replace(str(error))
            raise

    def close(self) -> None:
        """Let go of the producer. Idempotent."""
        self._producer = None
        self._calls.close()

    def _open(self) -> Producer:
        deadline = Deadline(self._config.deadline_s, self._clock)
        self._troubles = []
        config: dict[str, Any] = self._config.transactional(self._id) | {"error_cb": self._troubles.append}
        producer = Producer(config)
        producer.list_topics(timeout=deadline.left_s)  # connected first: otherwise the next call idles for 500 ms
        self._until(deadline, producer.init_transactions)
        return producer

    def _run(
        self, producer: Producer, outputs: Sequence[Outgoing], offsets: list[TopicPartition], group_metadata: object
    ) -> None:
        deadline = Deadline(self._config.deadline_s, self._clock)
        producer.begin_transaction()
        for message in outputs:
            self._produce(producer, message, deadline)
        if offsets:
            self._until(deadline, lambda left_s: producer.send_offsets_to_transaction(offsets, group_metadata, left_s))
        self._until(deadline, producer.commit_transaction)

    def _produce(self, producer: Producer, message: Outgoing, deadline: Deadline) -> None:
        while True:
            try:
                return producer.produce(message.topic, message.value, message.key, headers=message.headers)
            except BufferError:
                if deadline.passed:
                    raise Unavailable(f"the queue of {self._id} stays full: the cluster takes no messages") from None
                producer.poll(QUEUE_WAIT_S)

    def _until(self, deadline: Deadline, function: Callable[[float], Any]) -> None:
        """Call again while the error is retriable, which resumes what was begun, up to the deadline."""
        while True:
            try:
                return self._calls.call(function, deadline.left_s)
            except TimeoutError:
                raise Unavailable(f"the cluster does not answer {self._id}") from None
            except KafkaException as exception:
                if deadline.passed or not kafka_error(exception).retriable():
                    raise

    def _drop_disconnected(self) -> None:
        """librdkafka may wait for ever to send offsets to a group's coordinator that it was once disconnected from."""
        if self._producer is not None:
            self._producer.poll(0)  # brings the errors
            if self._troubles:
                self._replace(self._troubles[0].str())

    def _replace(self, reason: str) -> None:
        """Drop the producer; the next one is made when it is needed."""
        log.warning("transactional_producer_replaced", transactional_id=self._id, reason=reason)
        self._producer = None
        self._calls.close()
        self._calls = BoundedCalls()
