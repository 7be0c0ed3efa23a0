"""Migrations: numbered SQL files, applied in order when the store is opened, each remembered with its checksum."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from clickhouse_connect.driver.client import Client

from metronis.errors import Misconfigured

FOLDER = Path(__file__).parent / "migrations"

_FILE_NAME = re.compile(r"(\d{4})_[a-z0-9_]+\.sql")
_END_OF_STATEMENT = re.compile(r";[ \t]*$", re.MULTILINE)
_COMMENT = re.compile(r"^\s*--.*$", re.MULTILINE)

_CREATE = """
CREATE TABLE IF NOT EXISTS migrations
(
    number     UInt16,
    name       String,
    checksum   String,
    applied_at DateTime64(6, 'UTC') DEFAULT now64(6)
)
ENGINE = MergeTree
ORDER BY number
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1
"""
_APPLIED = "SELECT number, name, checksum FROM migrations ORDER BY number"
_RECORD = """
INSERT INTO migrations (number, name, checksum)
SELECT {number:UInt16}, {name:String}, {checksum:String}
"""


@dataclass(frozen=True, slots=True)
class Migration:
    """One file. Its statements end with a semicolon at the end of a line."""

    number: int
    name: str
    sql: str

    @property
    def checksum(self) -> str:
        return hashlib.sha256(self.sql.encode()).hexdigest()

    def statements(self) -> Iterator[str]:
        """The statements without lines that are comments."""
        for statement in _END_OF_STATEMENT.split(_COMMENT.sub("", self.sql)):
            if statement.strip():
                yield statement.strip()


def read_migrations(folder: Path = FOLDER) -> list[Migration]:
    """The folder's migrations in order. Raises Misconfigured where a name is no `NNNN_name.sql`, or numbers do not run
    1, 2, 3…
    """
    migrations = []
    for number, file in enumerate(sorted(folder.glob("*.sql")), start=1):
        matched = _FILE_NAME.fullmatch(file.name)
        if not matched or int(matched[1]) != number:
            raise Misconfigured(f"migration {file.name} should be number {number:04}; rename it NNNN_name.sql in order")
        migrations.append(Migration(number, file.name, file.read_text(encoding="utf-8")))
    return migrations


def migrate(client: Client, migrations: Sequence[Migration] | None = None) -> None:
    """Apply what has not been applied.

    A crash between two statements leaves the file unrecorded, so all its statements run again, and processes that start
    at the same moment all run them: each must be safe to repeat (IF NOT EXISTS and the like). Raises Misconfigured
    where an applied file was edited, or the store has migrations that this version does not know.
    """
    migrations = read_migrations() if migrations is None else migrations
    client.command(_CREATE)
    applied: dict[int, tuple[str, str]] = {
        number: (name, checksum) for number, name, checksum in client.query(_APPLIED).result_rows
    }
    _check_applied(applied, {migration.number: migration for migration in migrations})
    for migration in migrations:
        if migration.number not in applied:
            for statement in migration.statements():
                client.command(statement)
            facts = {"number": migration.number, "name": migration.name, "checksum": migration.checksum}
            once = {"insert_deduplication_token": migration.name}  # another process may be as far
            client.command(_RECORD, parameters=facts, settings=once)


def _check_applied(applied: dict[int, tuple[str, str]], known: dict[int, Migration]) -> None:
    for number, (name, checksum) in applied.items():
        if number not in known:
            raise Misconfigured(
                f"the store has migration {name}, which this version lacks; run the version that made it"
            )
        if known[number].checksum != checksum:
            raise Misconfigured(
                f"migration {known[number].name} was edited after it was applied as {name}; "
                "restore the file and put the change into a new one"
            )
