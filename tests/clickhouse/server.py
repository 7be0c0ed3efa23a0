"""A ClickHouse server in a folder, which tests may start, stop, kill and pause."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from storage.clickhouse import ClickHouseStore, connect
from tests.clickhouse.engine import DATABASE, PASSWORD, USER

START_DEADLINE_S = 60


class ClickHouse:
    """A server that tests may store in."""

    def __init__(self, url: str) -> None:
        self.url = url

    @property
    def settings(self) -> dict[str, str]:
        """The settings of a program that stores here."""
        return {"url": self.url, "database": DATABASE, "user": USER, "password": PASSWORD}

    def connect(self) -> ClickHouseStore:
        """The store, migrated."""
        return connect(self.url, database=DATABASE, user=USER, password=PASSWORD)


class ClickHouseServer(ClickHouse):
    """The engine as a process that speaks HTTP. Its data and its port stay the same from one start to the next."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with socket.create_server(("127.0.0.1", 0)) as bound:
            self._port = bound.getsockname()[1]
        self._process: subprocess.Popen[bytes] | None = None
        super().__init__(f"http://127.0.0.1:{self._port}")

    def start(self) -> None:
        """Start it and wait until it answers."""
        command = [sys.executable, "-m", "tests.clickhouse.engine", str(self._folder), str(self._port)]
        self._process = subprocess.Popen(command)
        deadline_s = time.monotonic() + START_DEADLINE_S
        while not self._answers():
            assert self._process.poll() is None, "the server ended"
            assert time.monotonic() < deadline_s, "the server did not start"
            time.sleep(0.02)

    def kill(self) -> None:
        """SIGKILL: it finishes nothing. Idempotent."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def pause(self) -> None:
        """SIGSTOP: connections stay open, and nothing is answered."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """SIGCONT."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/ping", timeout=1).is_success
        except httpx.HTTPError:
            return False


@contextmanager
def running_clickhouse(folder: Path) -> Iterator[ClickHouseServer]:
    """A started server, which is gone in the end."""
    server = ClickHouseServer(folder)
    try:
        server.start()
        yield server
    finally:
        server.kill()
