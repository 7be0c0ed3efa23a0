"""Every side of the control plane: a test that takes `vaults` runs over SQLite and over PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.postgres.server import PostgreSQL
from tests.storage.vault.vaults import Vaults


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'control.db'}"
    server: PostgreSQL = request.getfixturevalue("postgres")
    return server.new_database()


@pytest.fixture
def vaults(url: str) -> Iterator[Vaults]:
    vaults = Vaults(url)
    yield vaults
    vaults.close()


@pytest.fixture
def sqlite_vaults(tmp_path: Path) -> Iterator[Vaults]:
    """For what lies in files."""
    vaults = Vaults(f"sqlite:///{tmp_path / 'control.db'}")
    yield vaults
    vaults.close()
