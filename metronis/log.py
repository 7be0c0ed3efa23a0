"""Opens the event log that the settings name."""

from __future__ import annotations

from metronis.errors import Misconfigured, Unavailable
from metronis.settings import Settings
from schemas.topics import all_topics
from streams.broker import Broker
from streams.embedded import EmbeddedBroker


def open_broker(settings: Settings) -> Broker:
    """Kafka where the settings name it, else the log in the data folder; with every topic of the catalogue.

    Raises Misconfigured, naming the address or the file, where it cannot be used.
    """
    broker = connect_broker(settings)
    try:
        broker.ensure_topics(all_topics())
    except Unavailable as error:
        broker.close()
        raise Misconfigured(f"the event log's topics cannot be made: {error}") from error
    return broker


def connect_broker(settings: Settings) -> Broker:
    """The same, with the topics that it has. Raises Misconfigured where it cannot be used."""
    return _kafka(settings) if settings.kafka.bootstrap_servers else _embedded(settings)


def _embedded(settings: Settings) -> Broker:
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    return EmbeddedBroker(
        settings.data_dir / "log.sqlite",
        partitions=settings.log.partitions,
        retention_hours=settings.log.retention_hours,
        lease_s=settings.log.lease_s,
    )


def _kafka(settings: Settings) -> Broker:
    from streams.kafka import KafkaBroker  # loads librdkafka, which the embedded log does without

    kafka = settings.kafka
    assert kafka.bootstrap_servers is not None
    return KafkaBroker(
        kafka.bootstrap_servers,
        partitions=settings.log.partitions,
        retention_hours=settings.log.retention_hours,
        security={name: value.get_secret_value() for name, value in kafka.security.items()},
        instance_id=kafka.instance_id,
    )
