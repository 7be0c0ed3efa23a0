"""The control plane's database behind one seam: opened, brought up to date, and asked."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from metronis.errors import Misconfigured, Unavailable
from storage.control.migrate import migrate

LOCK_WAIT_S = 30
CONNECT_TIMEOUT_S = 5
STATEMENT_TIMEOUT_S = 10

T = TypeVar("T")

_DRIVERS = {"sqlite": "sqlite+pysqlite", "postgresql": "postgresql+psycopg"}

# WAL lets readers go on while one writes. FULL, because NORMAL may lose the last commits with the power, and by then a
# token is in a trace. secure_delete overwrites what is deleted: a destroyed key must be gone from the file.
_PRAGMAS = ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "secure_delete = ON")


class Database:
    """Runs statements. Safe to share between threads; not across a fork."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._each_alone = engine.execution_options(isolation_level="AUTOCOMMIT")

    @property
    def address(self) -> str:
        """Where it is, without the password."""
        return self._engine.url.render_as_string(hide_password=True)

    def read(self, action: Callable[[Connection], T]) -> T:
        """What the action returns. Each of its statements stands alone, and is durable once it has run.

        Over a connection that had gone stale the action is run again, so it must bear that. Raises IntegrityError, and
        Unavailable where the database does not answer.
        """
        return _tried(action, self._each_alone.connect)

    def write(self, action: Callable[[Connection], T]) -> T:
        """The same in one transaction, durable once this returns. It must begin with a statement that writes: SQLite
        lets no transaction write that began by reading while another wrote.
        """
        return _tried(action, self._engine.begin)

    def erase_deleted(self) -> None:
        """Take what was deleted out of SQLite's log too. In PostgreSQL it goes with the next vacuum."""
        if self._engine.dialect.name == "sqlite":
            self.read(lambda connection: connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").all())

    def close(self) -> None:
        """Idempotent."""
        self._engine.dispose()


def _tried(action: Callable[[Connection], T], connect: Callable[[], AbstractContextManager[Connection]]) -> T:
    """Once more where the connection had broken while it lay in the pool."""
    try:
        with connect() as connection:
            return action(connection)
    except IntegrityError:
        raise
    except DBAPIError as error:
        if not error.connection_invalidated:
            raise _unavailable(error) from error
    except PoolTimeout as error:
        raise _unavailable(error) from error
    try:
        with connect() as connection:
            return action(connection)
    except IntegrityError:
        raise
    except (DBAPIError, PoolTimeout) as error:
        raise _unavailable(error) from error


def _unavailable(error: Exception) -> Unavailable:
    return Unavailable(f"the control plane's database did not answer ({type(error).__name__})")


def open_database(url: str) -> Database:
    """The database, migrated. `url`: `sqlite:///FILE` or `postgresql://USER:PASSWORD@HOST/NAME`.

    Raises Misconfigured where it cannot be opened, or is newer than this program.
    """
    where = _address(url)
    sqlite = where.get_backend_name() == "sqlite"
    engine = _sqlite(where) if sqlite else _postgresql(where)
    try:
        with _first(Path(where.database or "")) if sqlite else _anybody():
            migrate(engine)
    except Misconfigured:
        engine.dispose()
        raise
    except (DBAPIError, OSError) as error:
        engine.dispose()
        reason = getattr(error, "orig", error)
        raise Misconfigured(
            f"the control plane's database {where.render_as_string(hide_password=True)} cannot be used: "
            f"{' '.join(str(reason).split())}; set METRONIS_VAULT__URL to one that can"
        ) from error
    return Database(engine)


def _address(url: str) -> URL:
    try:
        where = make_url(url)
    except ArgumentError:
        where = None
    if where is None or where.get_backend_name() not in _DRIVERS:
        raise Misconfigured(
            "METRONIS_VAULT__URL is no address of SQLite or PostgreSQL; "
            "write sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME"
        )
    return where.set(drivername=_DRIVERS[where.get_backend_name()])


def _sqlite(where: URL) -> Engine:
    engine = create_engine(where, hide_parameters=True, connect_args={"timeout": LOCK_WAIT_S})
    event.listen(engine, "connect", _configure)
    return engine


def _configure(connection: Any, _: object) -> None:
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}").close()


def _postgresql(where: URL) -> Engine:
    """Statements are not prepared: a plan made while a table was small, 100 times too slow soon after, would stay."""
    options = f"-c synchronous_commit=on -c statement_timeout={STATEMENT_TIMEOUT_S}s"
    identity = {"application_name": "metronis", "options": options}
    return create_engine(
        where,
        hide_parameters=True,
        connect_args={**identity, "connect_timeout": CONNECT_TIMEOUT_S, "prepare_threshold": None},
    )


@contextmanager
def _first(file: Path) -> Iterator[None]:
    """One process at a time makes and migrates the file, which only its owner may read.

    The lock is on a file beside it: closing any descriptor of SQLite's own file would give up SQLite's locks.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    lock = os.open(file.with_name(f"{file.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not file.exists():
            os.close(os.open(file, os.O_WRONLY | os.O_CREAT, 0o600))
        yield
    finally:
        os.close(lock)


@contextmanager
def _anybody() -> Iterator[None]:
    """PostgreSQL's migrations lock for themselves."""
    yield
