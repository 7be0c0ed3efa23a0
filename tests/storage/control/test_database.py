"""The control plane's database: migrated once whoever starts, and refused with a sentence where it cannot be used."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from metronis.errors import Misconfigured
from storage.control.database import open_database
from storage.vault.tables import METADATA
from tests.postgres.server import PostgreSQL


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'new' / 'control.db'}"
    server: PostgreSQL = request.getfixturevalue("postgres")
    return server.new_database()


def test_the_migrations_make_the_tables_that_the_code_has(url: str) -> None:
    database = open_database(url)
    found = database.read(lambda connection: compare_metadata(MigrationContext.configure(connection), METADATA))
    database.close()
    assert found == []


def test_processes_that_start_together_migrate_once(url: str) -> None:
    with ThreadPoolExecutor(8) as pool:
        for database in pool.map(lambda _: open_database(url), range(8)):
            database.close()


def test_a_newer_database_is_refused(url: str) -> None:
    database = open_database(url)
    database.read(lambda each: each.execute(text("UPDATE alembic_version SET version_num = '9999'")))
    database.close()
    with pytest.raises(Misconfigured, match="newer version"):
        open_database(url)


@pytest.mark.parametrize("address", ["", "control.db", "mysql://host/name", "postgresql"])
def test_an_address_of_something_else_is_refused(address: str) -> None:
    with pytest.raises(Misconfigured, match="sqlite:///FILE or postgresql://"):
        open_database(address)


def test_a_server_that_is_not_there_is_named_without_its_password() -> None:
    with pytest.raises(Misconfigured, match="METRONIS_VAULT__URL") as refused:
        open_database("postgresql://user:hunter2@127.0.0.1:1/name")
    assert "hunter2" not in str(refused.value)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "control.db").write_text("something else, and long enough to be looked at by SQLite" * 20)
    with pytest.raises(Misconfigured, match="not a database"):
        open_database(f"sqlite:///{tmp_path / 'control.db'}")
