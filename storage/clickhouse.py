"""The Store over the ClickHouse engine: chDB in this process, or a server, through the same client library."""

from __future__ import annotations

import logging
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from queue import LifoQueue
from typing import Any
from urllib.parse import SplitResult, urlsplit

import clickhouse_connect
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import Error

from metronis.errors import Misconfigured, Reject, Unavailable
from storage.lock import FolderLock
from storage.migrate import migrate
from storage.queries import Query
from storage.tables import Table

EMBEDDED_CLIENTS = 4  # more at once only take each other's cores
SERVER_CLIENTS = 8
CONNECT_TIMEOUT_S = 5
ANSWER_TIMEOUT_S = 60  # a batch of the largest size takes a second
SPOOL = "spool"

# Defaults differ between versions of the engine; a batch must be one block, inserted at once, known by its token.
INSERT_SETTINGS = {
    "async_insert": 0,
    "insert_deduplicate": 1,
    "deduplicate_blocks_in_dependent_materialized_views": 1,
    "parallel_view_processing": 1,
    "max_insert_threads": 1,
    "min_insert_block_size_rows": 0,
    "min_insert_block_size_bytes": 0,
}

# The engine's codes for values that stay wrong: they cannot be parsed, are of another type or out of range.
DATA_ERRORS = frozenset({6, 26, 27, 38, 41, 53, 69, 70, 72, 131, 321, 376, 407, 457})
UNKNOWN_DATABASE = 81
NOT_LET_IN = frozenset({192, 193, 194, 516})  # unknown user, wrong password, password required, not authenticated

logging.getLogger("clickhouse_connect").addHandler(logging.NullHandler())  # what it warns of is raised too


class ClickHouseStore:
    """A Store over as many clients as may work at once; each is used by one thread at a time.

    A batch becomes one part, all of it or nothing, in the partition of the server's month. One that spans the end of a
    month becomes a part in each: a crash between them leaves the first, and since each partition remembers tokens of
    its own, the repetition with the same token adds just the second.
    """

    def __init__(self, clients: Sequence[Client], on_close: Callable[[], None] = lambda: None) -> None:
        self._count = len(clients)
        self._idle: LifoQueue[Client] = LifoQueue()
        self._on_close = on_close
        for client in clients:
            self._idle.put(client)

    def insert(self, table: Table, rows: Sequence[Any], token: str) -> None:
        """As Store.insert; no rows are no insert."""
        if not rows:
            return
        arrow = table.arrow(rows)
        with self._client() as client:
            client.insert_arrow(table.name, arrow, settings={**INSERT_SETTINGS, "insert_deduplication_token": token})

    def query(self, query: Query, **parameters: Any) -> list[dict[str, Any]]:
        """As Store.query. Raises Unavailable, or Reject where a parameter's value does not fit its type."""
        with self._client() as client:
            return list(client.query(query.sql, parameters=parameters).named_results())

    def close(self) -> None:
        """Wait for the calls under way, then close. Calls that come later raise Unavailable. Idempotent."""
        clients = [self._idle.get() for _ in range(self._count)]
        for client in clients:
            client.close()
            self._idle.put(client)
        self._on_close()

    @contextmanager
    def _client(self) -> Iterator[Client]:
        client = self._idle.get()
        try:
            yield client
        except Error as error:
            said = f"{error.name or type(error).__name__}, code {error.code}"
            if error.code in DATA_ERRORS:  # its message quotes the value, which may be personal
                raise Reject(f"the store cannot take this value: {said}") from None
            raise Unavailable(f"the store did not do it: {said}") from error
        finally:
            self._idle.put(client)


def open_embedded(folder: Path) -> ClickHouseStore:
    """The store in this folder, made and migrated where need be. Close it before the process opens another folder.

    One process at a time, and one folder at a time in a process. Never fork afterwards: the child hangs on its first
    query; multiprocessing must spawn. While it is open, temporary files of the process go into the store's folder.
    Raises Misconfigured where another process has the folder open, or its migrations are not ours.
    """
    try:
        with ExitStack() as undo:
            undo.callback(FolderLock(folder).release)
            undo.enter_context(_spooling_in(folder / SPOOL))
            clients = [undo.enter_context(closing(_open_chdb(folder))) for _ in range(EMBEDDED_CLIENTS)]
            migrate(clients[0])
            return ClickHouseStore(clients, on_close=undo.pop_all().close)
    except Error as error:
        raise Misconfigured(
            f"the store in {folder} cannot be opened; restore it from a backup, or set METRONIS_DATA_DIR ({error})"
        ) from error


@contextmanager
def _spooling_in(folder: Path) -> Iterator[None]:
    """Temporary files go into this folder, empty at first: chDB's client writes each insert to one, and SIGKILL leaves
    it behind, rows and all.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, exist_ok=True)
    before, tempfile.tempdir = tempfile.tempdir, str(folder.resolve())
    try:
        yield
    finally:
        tempfile.tempdir = before


def connect(url: str, *, database: str, user: str, password: str) -> ClickHouseStore:
    """The store in a database of a ClickHouse server, reached over HTTP, migrated where need be.

    Any number of processes may connect, also at the same moment. Raises Misconfigured with one sentence within seconds
    where nothing answers, the server does not let the user in, or the database is missing.
    """
    try:
        with ExitStack() as undo:
            clients = [
                undo.enter_context(closing(_open_http(url, database, user, password))) for _ in range(SERVER_CLIENTS)
            ]
            migrate(clients[0])
            undo.pop_all()  # the store closes its clients
            return ClickHouseStore(clients)
    except Error as error:
        raise Misconfigured(_why_not(error, urlsplit(url), database, user)) from error


def _open_http(url: str, database: str, user: str, password: str) -> Client:
    return clickhouse_connect.get_client(
        dsn=url,
        username=user,
        password=password,
        database=database,
        autogenerate_session_id=False,  # a session would serialise what its holder asks, and outlive a lost connection
        connect_timeout=CONNECT_TIMEOUT_S,
        send_receive_timeout=ANSWER_TIMEOUT_S,
        tz_mode="aware",
    )


def _why_not(error: Error, url: SplitResult, database: str, user: str) -> str:
    address = f"{url.hostname}:{url.port}" if url.port else url.hostname
    if error.code in NOT_LET_IN:
        return f"ClickHouse at {address} does not let user {user} in; check METRONIS_CLICKHOUSE__USER and __PASSWORD"
    if error.code == UNKNOWN_DATABASE:
        return f"ClickHouse at {address} has no database {database}; create it, or mend METRONIS_CLICKHOUSE__DATABASE"
    if error.code:
        return f"ClickHouse at {address} cannot be used: {error.name}, code {error.code}"
    return f"no ClickHouse answers at {address}: start it, or mend METRONIS_CLICKHOUSE__URL"


def _open_chdb(folder: Path) -> Client:
    return clickhouse_connect.get_client(interface="chdb", path=str(folder), tz_mode="aware")
