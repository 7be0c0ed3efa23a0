"""One ClickHouse server for the whole run; tests keep apart by organisation."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager

import pytest

from storage.clickhouse import ClickHouseStore
from tests.clickhouse.container import running_container
from tests.clickhouse.server import ClickHouse, running_clickhouse
from tests.containers import has_docker


@pytest.fixture(scope="session")
def clickhouse_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ClickHouse]:
    """A server that runs: ClickHouse's own in a container, or its engine. Tests that kill one start their own."""
    running: AbstractContextManager[ClickHouse]
    running = running_container() if has_docker() else running_clickhouse(tmp_path_factory.mktemp("clickhouse"))
    with running as server:
        yield server


@pytest.fixture(scope="session")
def server_store(clickhouse_server: ClickHouse) -> Iterator[ClickHouseStore]:
    """Its store, migrated. Shared: use an organisation of your own."""
    opened = clickhouse_server.connect()
    yield opened
    opened.close()
