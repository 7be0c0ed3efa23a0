"""Servers of other people that tests run as programs of this machine."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO

START_TIMEOUT_S = 30


def program(name: str, package: str, *folders: Path) -> str:
    """Where a program is. Raises RuntimeError naming the package to install where it is missing."""
    path = os.pathsep.join([os.environ["PATH"], *map(str, folders)])
    found = shutil.which(name, path=path)
    if found is None:
        raise RuntimeError(f"{name} is not installed; install the package {package}")
    return found


def free_port() -> int:
    """A port of this machine that nobody listens at."""
    with socket.create_server(("127.0.0.1", 0)) as bound:
        port: int = bound.getsockname()[1]
    return port


def started(
    command: Sequence[str], log: IO[bytes], is_ready: Callable[[], bool], user: str | None = None
) -> subprocess.Popen[bytes]:
    """The server's process, once it answers. Raises RuntimeError where it does not."""
    process = subprocess.Popen(command, stdout=log, stderr=log, user=user, start_new_session=True)
    deadline_s = time.monotonic() + START_TIMEOUT_S
    while not is_ready():
        if process.poll() is not None or time.monotonic() > deadline_s:
            process.kill()
            process.wait()
            raise RuntimeError(f"{command[0]} did not start; see {log.name}")
        time.sleep(0.02)
    return process
