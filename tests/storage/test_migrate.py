from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import clickhouse_connect
import pytest
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import DatabaseError

from metronis.errors import Misconfigured
from storage.clickhouse import ClickHouseStore
from storage.migrate import Migration, migrate, read_migrations
from storage.queries import Query
from storage.tables import TABLES

ONE = Migration(1, "0001_one.sql", "CREATE TABLE IF NOT EXISTS one (n Int64) ENGINE = MergeTree ORDER BY n;\n")
TWO = Migration(2, "0002_two.sql", "ALTER TABLE one ADD COLUMN IF NOT EXISTS two String;\n")


@pytest.fixture
def client(store: ClickHouseStore, store_folder: Path) -> Iterator[Client]:
    """A client of an empty database."""
    assert store  # the engine of the run is open
    name = f"migrations_{uuid4().hex}"
    opened = clickhouse_connect.get_client(interface="chdb", path=str(store_folder))
    opened.command(f"CREATE DATABASE {name}")
    opened.command(f"USE {name}")
    yield opened
    opened.command(f"DROP DATABASE {name}")
    opened.close()


def applied(client: Client) -> list[str]:
    return [row[0] for row in client.query("SELECT name FROM migrations ORDER BY number").result_rows]


def test_migrations_are_applied_once_and_in_order(client: Client) -> None:
    migrate(client, [ONE])
    migrate(client, [ONE, TWO])
    migrate(client, [ONE, TWO])
    assert applied(client) == ["0001_one.sql", "0002_two.sql"]
    client.command("INSERT INTO one (n, two) VALUES (1, 'x')")


def test_an_edited_file_is_refused(client: Client) -> None:
    migrate(client, [ONE, TWO])
    edited = Migration(1, ONE.name, ONE.sql + "-- a comment\n")
    with pytest.raises(Misconfigured, match=r"0001_one\.sql was edited"):
        migrate(client, [edited, TWO])


def test_a_store_from_a_later_version_is_refused(client: Client) -> None:
    migrate(client, [ONE, TWO])
    with pytest.raises(Misconfigured, match=r"0002_two\.sql, which this version lacks"):
        migrate(client, [ONE])


def test_a_file_that_stopped_half_way_runs_again(client: Client) -> None:
    broken = Migration(1, ONE.name, f"{ONE.sql}\nSELECT no_such_function();\n")
    with pytest.raises(DatabaseError):
        migrate(client, [broken])
    assert applied(client) == []
    migrate(client, [ONE])
    assert applied(client) == [ONE.name]


def test_statements_end_with_a_semicolon_at_the_end_of_a_line() -> None:
    sql = "-- first; not a statement\nSELECT ';' AS a\n;\n\n  -- second\nSELECT 2;  \n-- end\n"
    assert list(Migration(1, "", sql).statements()) == ["SELECT ';' AS a", "SELECT 2"]


@pytest.mark.parametrize(
    ("files", "named"),
    [
        (["0001_a.sql", "0003_b.sql"], "0003_b.sql should be number 0002"),
        (["0001_a.sql", "0001_b.sql"], "0001_b.sql should be number 0002"),
        (["1_a.sql"], "1_a.sql should be number 0001"),
        (["0002_a.sql"], "0002_a.sql should be number 0001"),
    ],
)
def test_gaps_duplicates_and_odd_names_are_refused(tmp_path: Path, files: list[str], named: str) -> None:
    for file in files:
        (tmp_path / file).write_text("SELECT 1;\n")
    with pytest.raises(Misconfigured, match=named):
        read_migrations(tmp_path)


def test_our_own_migrations_are_in_order() -> None:
    assert read_migrations()


def test_every_table_has_a_dedup_window_and_is_synced(store: ClickHouseStore) -> None:
    engines = Query("engines", "SELECT name, engine_full FROM system.tables WHERE database = currentDatabase()")
    full = {row["name"]: row["engine_full"] for row in store.query(engines)}
    for table in TABLES:
        for setting in ("non_replicated_deduplication_window = 10000", "fsync_after_insert = 1"):
            assert setting in full[table.name]


def test_every_column_that_we_write_exists(store: ClickHouseStore) -> None:
    columns = Query(
        "columns",
        "SELECT table, name FROM system.columns WHERE database = currentDatabase() AND default_kind != 'ALIAS'",
    )
    rows = store.query(columns)
    for table in TABLES:
        assert {column.name for column in table.columns} == {row["name"] for row in rows if row["table"] == table.name}
