"""The embedded side of the Broker: a durable log in one SQLite file, shared by several processes."""

from streams.embedded.broker import EmbeddedBroker

__all__ = ["EmbeddedBroker"]
