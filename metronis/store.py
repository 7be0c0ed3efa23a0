"""Opens the store that the settings name."""

from __future__ import annotations

from pathlib import Path

from metronis.settings import Settings
from storage.store import Store


def open_store(settings: Settings) -> Store:
    """A ClickHouse server where the settings name one, else the store in the data folder, which one process may open.

    Raises Misconfigured, naming the address or the folder, where it cannot be used.
    """
    from storage.clickhouse import connect, open_embedded  # loads the engine, which most commands do without

    server = settings.clickhouse
    if server.url is None:
        return open_embedded(embedded_folder(settings))
    password = server.password.get_secret_value() if server.password else ""
    return connect(server.url, database=server.database, user=server.user, password=password)


def embedded_folder(settings: Settings) -> Path:
    """Where the embedded store is kept."""
    return settings.data_dir / "store"


def is_embedded(settings: Settings) -> bool:
    """Whether the store lives in the one process that opens it, which then runs the sink too."""
    return settings.clickhouse.url is None
