"""Runs single processes of the program, as a deployment does."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import httpx

DEADLINE_S = 100.0


def until(condition: Callable[[], object], what: str, within_s: float = DEADLINE_S) -> None:
    """Wait until it holds."""
    deadline_s = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline_s, f"never: {what}"
        time.sleep(0.02)


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as bound:
        port: int = bound.getsockname()[1]
        return port


def answers(url: str) -> bool:
    """Whether a GET succeeds."""
    try:
        return httpx.get(url, timeout=10).is_success
    except httpx.HTTPError:
        return False


def with_settings(variables: Mapping[str, str]) -> dict[str, str]:
    """This environment with these settings of ours alone."""
    return {name: value for name, value in os.environ.items() if not name.startswith("METRONIS_")} | dict(variables)


def failing(*arguments: str, variables: Mapping[str, str]) -> tuple[int, str]:
    """Status and standard error, as one line, of a command that should not start."""
    command = [sys.executable, "-m", "metronis", *arguments]
    done = subprocess.run(
        command, env=with_settings(variables), capture_output=True, text=True, timeout=DEADLINE_S, check=False
    )
    return done.returncode, " ".join(done.stderr.split())


class Process:
    """One `metronis` command, until it is stopped."""

    def __init__(self, *arguments: str, variables: Mapping[str, str], log: Path) -> None:
        self._log = log
        with log.open("ab") as out:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "metronis", *arguments],
                env=with_settings(variables),
                stdout=out,
                stderr=subprocess.STDOUT,
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def is_running(self) -> bool:
        return self._process.poll() is None

    @property
    def output(self) -> str:
        """What it wrote."""
        return self._log.read_text()

    def children(self) -> list[int]:
        """Ids of the processes that it started."""
        by_thread = [file.read_text() for file in Path(f"/proc/{self._process.pid}/task").glob("*/children")]
        return [int(pid) for pid in " ".join(by_thread).split()]

    def stop(self) -> int:
        """SIGTERM; the exit status."""
        self._process.terminate()
        return self._process.wait(DEADLINE_S)

    def kill(self) -> None:
        """SIGKILL. Idempotent."""
        self._process.kill()
        self._process.wait()

    def pause(self) -> None:
        """SIGSTOP: it does nothing, and its connections stay open."""
        self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        """SIGCONT."""
        self._process.send_signal(signal.SIGCONT)
