"""The distributed side of the Broker: Apache Kafka through librdkafka."""

from streams.kafka.broker import KafkaBroker

__all__ = ["KafkaBroker"]
