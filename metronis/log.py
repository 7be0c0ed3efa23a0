"""Opens the event log that the settings name."""

from __future__ import annotations

from metronis.settings import Settings
from schemas.topics import all_topic_names
from streams.broker import Broker
from streams.embedded import EmbeddedBroker


def open_broker(settings: Settings) -> Broker:
    """The embedded log under the data folder, with every topic of the catalogue."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    broker = EmbeddedBroker(
        settings.data_dir / "log.sqlite",
        partitions=settings.log.partitions,
        retention_hours=settings.log.retention_hours,
        lease_s=settings.log.lease_s,
    )
    broker.ensure_topics(all_topic_names())
    return broker
