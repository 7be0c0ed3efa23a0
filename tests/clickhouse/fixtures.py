"""One ClickHouse server for the whole run; tests keep apart by organisation."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from storage.clickhouse import ClickHouseStore
from tests.clickhouse.server import ClickHouseServer, running_clickhouse


@pytest.fixture(scope="session")
def clickhouse_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ClickHouseServer]:
    """A server that runs. Tests that kill one start their own."""
    with running_clickhouse(tmp_path_factory.mktemp("clickhouse")) as server:
        yield server


@pytest.fixture(scope="session")
def server_store(clickhouse_server: ClickHouseServer) -> Iterator[ClickHouseStore]:
    """Its store, migrated. Shared: use an organisation of your own."""
    opened = clickhouse_server.connect()
    yield opened
    opened.close()
