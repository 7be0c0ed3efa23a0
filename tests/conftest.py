"""One embedded store for the whole run, because a process can open only one. Tests keep apart by organisation."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest

from storage.clickhouse import ClickHouseStore, open_embedded

pytest_plugins = ["tests.kafka.fixtures"]


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ClickHouseStore]:
    """The embedded store, migrated. Shared: use an organisation of your own."""
    opened = open_embedded(tmp_path_factory.mktemp("store"))
    yield opened
    opened.close()


@pytest.fixture
def org_id() -> str:
    """An organisation that no other test has."""
    return f"org-{uuid4().hex}"
