"""A real PostgreSQL in a folder, which tests may stop and start."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg

from tests.servers import free_port, program, started

USER = "metronis"
DEBIAN = Path("/usr/lib/postgresql")
# Nothing here survives the run, so nothing is forced to the disk.
OPTIONS = ("-F", "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "max_connections=60")


def installed(name: str) -> str:
    """Where a program of PostgreSQL is: Debian keeps them off PATH. Raises RuntimeError where it is missing."""
    newest_first = sorted(DEBIAN.glob("*/bin"), key=lambda folder: int(folder.parent.name), reverse=True)
    return program(name, "postgresql", *newest_first)


class PostgreSQL:
    """One server. Its data and its port stay the same from one start to the next."""

    def __init__(self, folder: Path) -> None:
        """Makes its data folder, about a second. Raises RuntimeError where PostgreSQL is missing."""
        self._postgres = installed("postgres")
        self._data = folder / "data"
        self._log = folder / "log"
        self._user = _unprivileged(folder)
        self._port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        command = [
            installed("initdb"),
            "-D",
            str(self._data),
            "-U",
            USER,
            "-A",
            "trust",
            "-N",
            "--locale=C",
            "--encoding=UTF8",
        ]
        subprocess.run(command, check=True, capture_output=True, user=self._user, cwd=folder)

    def start(self) -> None:
        """Start it and wait until it answers."""
        with self._log.open("ab") as log:
            command = [self._postgres, "-D", str(self._data), "-p", str(self._port), *OPTIONS]
            self._process = started(command, log, self._answers, self._user)

    def stop(self) -> None:
        """End all connections at once. What is committed is there at the next start. Idempotent."""
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait()
            self._process = None

    def new_database(self) -> str:
        """The address of an empty database that no other test has."""
        name = f"test_{uuid4().hex}"
        with psycopg.connect(self._address("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return self._address(name)

    def _answers(self) -> bool:
        try:
            psycopg.connect(self._address("postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def _address(self, name: str) -> str:
        return f"postgresql://{USER}@127.0.0.1:{self._port}/{name}"


def _unprivileged(folder: Path) -> str | None:
    """The user to run as, who owns the folder: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return nobody.pw_name


@contextmanager
def running_postgres() -> Iterator[PostgreSQL]:
    """A started server, which is gone in the end. Not in pytest's folder: only the user of the tests may enter that."""
    # Not in TMPDIR, which may be a folder that the server's user may not enter.
    folder = Path(tempfile.mkdtemp(prefix="metronis-postgres-", dir="/tmp"))
    try:
        server = PostgreSQL(folder)
        try:
            server.start()
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder)
