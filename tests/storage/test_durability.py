from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.storage.crash_writer import BATCH


def writer(folder: Path, *arguments: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.storage.crash_writer", str(folder), *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def write_and_kill(folder: Path, first: int, acks: int) -> tuple[str, int]:
    """Write from batch `first` on and kill after so many acks: the count at the start, and the last batch acked."""
    with writer(folder, first) as process:
        assert process.stdout is not None
        counted = process.stdout.readline()
        acked = [int(process.stdout.readline()) for _ in range(acks)]
        process.kill()
        acked += map(int, process.stdout.read().split())  # it may have acked more before it died
    return counted, acked[-1]


@pytest.mark.parametrize("rounds", [2, pytest.param(12, marks=pytest.mark.slow)])
def test_sigkill_loses_nothing_acked_and_repetition_doubles_nothing(tmp_path: Path, rounds: int) -> None:
    acked = -1
    for acks in range(3, 3 + rounds):
        counted, newest = write_and_kill(tmp_path, max(acked, 0), acks)  # the last acked batch again, under its token
        stored, ids = map(int, counted.split())
        assert stored == ids
        assert (acked + 1) * BATCH <= stored <= (acked + 2) * BATCH  # the one in flight may have made it
        acked = newest
    with writer(tmp_path, 0, acked + 1) as process:  # every batch again, and the one in flight
        lines = process.communicate()[0].splitlines()
    everything = (acked + 2) * BATCH
    assert lines[-1] == f"{everything} {everything}"
