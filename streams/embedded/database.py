"""The SQLite file of the embedded log: its tables, its transactions, and its errors in our terms."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock

from metronis.errors import Misconfigured, Unavailable

SCHEMA_VERSION = 1
TRY_AGAIN_S = 0.003
PAGE_BYTES = 16_384  # a third more appends of 1 KB a second than with SQLite's default of 4,096

# A checkpoint at 512 pages (8 MiB) keeps the longest append under 10 ms; at 2,048 pages it took 23 ms.
_SETTINGS = """
PRAGMA synchronous = FULL;
PRAGMA wal_autocheckpoint = 512;
PRAGMA journal_size_limit = 67108864;
PRAGMA foreign_keys = ON;
"""

# A message's id is its partition's id and its offset in one integer, so that one B-tree holds every partition in order.
_SCHEMA = """
CREATE TABLE partitions (
    id INTEGER PRIMARY KEY,
    topic TEXT NOT NULL,
    topic_id TEXT NOT NULL,
    number INTEGER NOT NULL,
    next_offset INTEGER NOT NULL DEFAULT 0,
    UNIQUE (topic, number)
);
CREATE TABLE messages (
    id INTEGER PRIMARY KEY,
    appended_ms INTEGER NOT NULL,
    key BLOB NOT NULL,
    headers BLOB NOT NULL,
    value BLOB NOT NULL
);
CREATE TABLE groups (
    name TEXT PRIMARY KEY,
    epoch INTEGER NOT NULL
);
CREATE TABLE members (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    group_name TEXT NOT NULL,
    topics TEXT NOT NULL,
    process TEXT NOT NULL,
    renewed_ms INTEGER NOT NULL,
    lease_ms INTEGER NOT NULL
);
CREATE TABLE owners (
    group_name TEXT NOT NULL,
    partition_id INTEGER NOT NULL,
    member INTEGER NOT NULL REFERENCES members (id) ON DELETE CASCADE,
    PRIMARY KEY (group_name, partition_id)
) WITHOUT ROWID;
CREATE TABLE committed (
    group_name TEXT NOT NULL,
    partition_id INTEGER NOT NULL,
    next_offset INTEGER NOT NULL,
    note TEXT NOT NULL,
    PRIMARY KEY (group_name, partition_id)
) WITHOUT ROWID;
"""

_MENDS = {
    "SQLITE_BUSY": "another process has held it for too long; end the backup or shell that has it open",
    "SQLITE_FULL": "the disk is full; free some space",
    "SQLITE_IOERR": "the disk failed; check the disk and its mount",
    "SQLITE_CANTOPEN": "it cannot be opened; check that its folder exists and may be written",
    "SQLITE_READONLY": "it cannot be written; check its owner, its permissions and that nobody moved it",
}
_DAMAGED = ("SQLITE_NOTADB", "SQLITE_CORRUPT")


class Database:
    """One connection to the file. Threads may share it: they take turns, one transaction or block of reads each."""

    def __init__(self, path: Path, *, busy_timeout_s: float) -> None:
        """Opens the file, and makes it where it is missing.

        Raises Unavailable where it cannot be opened, Misconfigured where it is no log that this version can read.
        """
        self._path = path
        self._busy_timeout_s = busy_timeout_s
        self._lock = Lock()
        with suppress(OSError):  # SQLite says below what is wrong
            path.touch(mode=0o600)  # raw messages may hold personal data
        with self._our_errors():
            self._connection = sqlite3.connect(
                path, timeout=busy_timeout_s, isolation_level=None, check_same_thread=False
            )
        try:
            self._prepare()
        except BaseException:
            self._connection.close()
            raise

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """A write transaction: durable once the block has ended, undone where it raises."""
        with self._lock, self._our_errors():
            self._insist("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):  # SQLite may have rolled back by itself, on a full disk for one
                    self._connection.execute("ROLLBACK")
                raise

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Reads that see what is committed; they neither wait for a writer nor hold one up."""
        with self._lock, self._our_errors():
            yield self._connection

    def version(self) -> int:
        """A number that changes whenever another connection, of any process, has committed."""
        with self.reading() as connection:
            version: int = connection.execute("PRAGMA data_version").fetchone()[0]
            return version

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    def _prepare(self) -> None:
        with self._our_errors():
            self._connection.execute(f"PRAGMA page_size = {PAGE_BYTES}")
            self._insist("PRAGMA journal_mode = WAL")
            self._connection.executescript(_SETTINGS)
        with self.transaction() as connection:
            _migrate(connection, self._path)

    def _insist(self, statement: str) -> None:
        """Execute a statement that takes a lock, trying again every few milliseconds.

        SQLite's own busy handler waits up to 100 ms between tries, so that of four busy writers one got its turn after
        7.6 s (so: 0.25 s); and it does not cover the switch to WAL by several processes at once.
        """
        deadline_s = time.monotonic() + self._busy_timeout_s
        self._connection.execute("PRAGMA busy_timeout = 0")
        try:
            while not self._try(statement, last=time.monotonic() >= deadline_s):
                time.sleep(TRY_AGAIN_S)  # real time: another process holds the lock
        finally:
            self._connection.execute(f"PRAGMA busy_timeout = {int(self._busy_timeout_s * 1_000)}")

    def _try(self, statement: str, *, last: bool) -> bool:
        try:
            self._connection.execute(statement)
        except sqlite3.OperationalError as error:
            if last or error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
            return False
        return True

    @contextmanager
    def _our_errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as error:
            name = getattr(error, "sqlite_errorname", "")
            if name.startswith(_DAMAGED):
                raise Misconfigured(f"{self._path} is damaged or no SQLite file: restore it or move it away") from error
            for prefix, mend in _MENDS.items():
                if name.startswith(prefix):
                    raise Unavailable(f"the event log {self._path} did not answer: {mend} ({error})") from error
            raise


def _migrate(connection: sqlite3.Connection, path: Path) -> None:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version == SCHEMA_VERSION:
        return
    if version or connection.execute("SELECT 1 FROM sqlite_schema").fetchone():
        raise Misconfigured(
            f"{path} is not an event log of version {SCHEMA_VERSION}: name another file or run the program that made it"
        )
    for statement in filter(str.strip, _SCHEMA.split(";")):
        connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
