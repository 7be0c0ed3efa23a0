"""SIGKILL at any moment: every acked trace is stored exactly once, with one verdict."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from processors.evaluators import EVALUATORS
from tests.e2e.program import Program

ROUNDS = 20
SEED = 20


class Sender:
    """Posts batches of new traces until told to stop, and remembers which were acked."""

    def __init__(self, program: Program, rng: random.Random) -> None:
        self._program = program
        self._rng = rng
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self.acked: set[str] = set()
        self.sent: set[str] = set()

    def __enter__(self) -> Sender:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.is_set():
            batch = [self._trace() for _ in range(self._rng.randint(1, 30))]
            self.sent.update(item["trace_id"] for item in batch)
            try:
                answer = self._program.post(batch)
            except (httpx.HTTPError, ValueError):
                return  # the gateway is gone, and nothing was promised
            self.acked.update(row["trace_id"] for row in answer.get("results", []) if row["status"] == "accepted")
            self._stop.wait(self._rng.uniform(0, 0.05))

    def _trace(self) -> dict[str, Any]:
        trace_id = str(UUID(int=self._rng.getrandbits(128), version=4))
        return {"trace_id": trace_id, "input": f"What is {trace_id}?", "output": "It is an identifier. " * 10}


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    program = Program(tmp_path / "data")
    yield program
    program.close()


def stored(data_dir: Path) -> dict[str, dict[str, int]]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.count_stored", str(data_dir)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    tables: dict[str, dict[str, int]] = json.loads(done.stdout)
    return tables


def assert_each_once(program: Program, acked: set[str], sent: set[str]) -> None:
    """Let the program finish what the log holds, stop it, and count."""
    program.finish()
    assert program.stop() == 0, program.output()
    tables = stored(program.data_dir)
    rows = len(EVALUATORS) + 1  # tier 0 reports the id in the text
    for table, copies in (("traces", 1), ("verdicts", 1), ("evaluations", rows)):
        assert acked <= tables[table].keys() <= sent, table
        assert set(tables[table].values()) == {copies}, table


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_program_killed_twenty_times_during_ingest_loses_and_doubles_nothing(program: Program) -> None:
    rng = random.Random(SEED)
    acked: set[str] = set()
    sent: set[str] = set()
    for _ in range(ROUNDS):
        program.start()
        with Sender(program, rng) as sender:
            time.sleep(rng.uniform(0.0, 1.5))  # the fault's moment, not a wait for anything
            program.kill()
        acked |= sender.acked
        sent |= sender.sent
    assert len(acked) > ROUNDS
    program.start()
    assert_each_once(program, acked, sent)


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("victim", ["gateway", "worker"])
def test_a_process_killed_under_the_supervisor_is_replaced_and_nothing_is_lost(program: Program, victim: str) -> None:
    rng = random.Random(SEED)
    acked: set[str] = set()
    sent: set[str] = set()
    program.start()
    for _ in range(3):
        with Sender(program, rng) as sender:
            time.sleep(rng.uniform(0.2, 1.0))  # the fault's moment
            os.kill(program.children()[victim], signal.SIGKILL)
        acked |= sender.acked
        sent |= sender.sent
        wait_until_ready(program)
    assert_each_once(program, acked, sent)


def wait_until_ready(program: Program) -> None:
    deadline_s = time.monotonic() + 60
    while set(program.children()) != {"gateway", "worker"} or not program.is_ready():
        assert time.monotonic() < deadline_s
        time.sleep(0.05)
