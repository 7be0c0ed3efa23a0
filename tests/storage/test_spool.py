"""Inserts that a SIGKILL cut short leave no files behind, neither in the store's folder for long nor elsewhere."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from storage.clickhouse import SPOOL

DEADLINE_S = 60.0


def writer(folder: Path, shared: Path, *arguments: int) -> subprocess.Popen[str]:
    """Inserts without end, or up to a batch; `shared` is what it takes for the system's temporary folder."""
    command = [sys.executable, "-m", "tests.storage.crash_writer", str(folder), *map(str, arguments)]
    environment = {**os.environ, "TMPDIR": str(shared)}
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)


def until(condition: Callable[[], object], what: str) -> None:
    deadline_s = time.monotonic() + DEADLINE_S
    while not condition():
        assert time.monotonic() < deadline_s, f"never: {what}"


@pytest.fixture
def shared(tmp_path: Path) -> Path:
    folder = tmp_path / "shared"
    folder.mkdir()
    return folder


def test_what_a_killed_process_left_is_gone_with_the_next_opening(tmp_path: Path, shared: Path) -> None:
    folder = tmp_path / "store"
    spool = folder / SPOOL
    with writer(folder, shared, 0) as process:
        until(lambda: any(spool.glob("*.raw")), "an insert goes through the store's own folder")
        process.kill()
    (spool / "tmp-of-the-killed.raw").write_bytes(b"rows")
    with writer(folder, shared, 0, 1) as process:
        process.communicate()
    assert process.returncode == 0
    assert list(spool.iterdir()) == []
    assert list(shared.iterdir()) == []
