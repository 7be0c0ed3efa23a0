"""What each error of Kafka demands of the caller, in our own families."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from confluent_kafka import KafkaError, KafkaException

from metronis.errors import Fenced, MetronisError, Misconfigured, TooLarge, Unavailable

FENCED = frozenset(
    {
        KafkaError._ASSIGNMENT_LOST,
        KafkaError._FENCED,
        KafkaError.FENCED_INSTANCE_ID,
        KafkaError.FENCED_MEMBER_EPOCH,
        KafkaError.ILLEGAL_GENERATION,
        KafkaError.INVALID_PRODUCER_EPOCH,
        KafkaError.PRODUCER_FENCED,
        KafkaError.REBALANCE_IN_PROGRESS,
        KafkaError.STALE_MEMBER_EPOCH,
        KafkaError.UNKNOWN_MEMBER_ID,
    }
)
"""Another member or another producer took over, or is about to: drop the work."""

HOPELESS = frozenset(
    {
        KafkaError._INVALID_ARG,
        KafkaError._UNKNOWN_TOPIC,
        KafkaError.CLUSTER_AUTHORIZATION_FAILED,
        KafkaError.GROUP_AUTHORIZATION_FAILED,
        KafkaError.INVALID_TRANSACTION_TIMEOUT,
        KafkaError.OFFSET_METADATA_TOO_LARGE,
        KafkaError.POLICY_VIOLATION,
        KafkaError.SASL_AUTHENTICATION_FAILED,
        KafkaError.TOPIC_AUTHORIZATION_FAILED,
        KafkaError.TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
        KafkaError.UNKNOWN_TOPIC_OR_PART,
    }
)
"""Trying again changes nothing until somebody changes the cluster or the settings."""

TOO_LARGE = frozenset({KafkaError.MSG_SIZE_TOO_LARGE, KafkaError.RECORD_LIST_TOO_LARGE})


def translated(error: KafkaError, doing: str) -> MetronisError:
    """The error of ours that says what to do; what is not known is worth another try."""
    reason = f"{doing}: {error.str()} ({error.name()})"
    if error.code() in FENCED:
        return Fenced(reason)
    if error.code() in TOO_LARGE:
        return TooLarge(reason, mend="raise max.message.bytes of the topic")
    if error.code() in HOPELESS:
        return Misconfigured(reason)
    return Unavailable(reason)


def kafka_error(exception: KafkaException) -> KafkaError:
    """The error that librdkafka reported."""
    error = exception.args[0]
    assert isinstance(error, KafkaError)
    return error


@contextmanager
def translating(doing: str) -> Iterator[None]:
    """Turn librdkafka's exceptions into ours. `doing` begins the message: "reading the committed offsets"."""
    try:
        yield
    except KafkaException as exception:
        raise translated(kafka_error(exception), doing) from exception
