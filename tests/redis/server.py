"""A real Redis, which keeps nothing and which tests may stop and start."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import redis

from tests.servers import free_port, program, started


class Redis:
    """One server. Its port stays the same from one start to the next."""

    def __init__(self, folder: Path) -> None:
        """Raises RuntimeError where Redis is missing."""
        self._program = program("redis-server", "redis-server")
        self._folder = folder
        self._port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self._port}/0"

    def start(self) -> None:
        """Start it, empty, and wait until it answers."""
        command = [self._program, "--port", str(self._port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        with (self._folder / "log").open("ab") as log:
            self._process = started([*command, "--dir", str(self._folder)], log, self._answers)

    def stop(self) -> None:
        """Idempotent."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait()
            self._process = None

    def contents(self) -> dict[bytes, bytes]:
        """All that it has."""
        with redis.Redis.from_url(self.url) as client:
            return {key: client.get(key) for key in client.scan_iter()}

    def _answers(self) -> bool:
        try:
            with redis.Redis.from_url(self.url) as client:
                client.ping()
        except redis.ConnectionError:
            return False
        return True


@contextmanager
def running_redis(folder: Path) -> Iterator[Redis]:
    """A started server, which is gone in the end."""
    server = Redis(folder)
    try:
        server.start()
        yield server
    finally:
        server.stop()
