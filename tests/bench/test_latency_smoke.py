"""The measurements of latency and of the gateway run through, on a small scale."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from bench.machine import RESULTS

pytestmark = pytest.mark.slow


def output_of(*arguments: str) -> str:
    """What a measurement prints. It writes no results."""
    before = {file: file.stat().st_mtime_ns for file in RESULTS.iterdir()}
    done = subprocess.run(
        [sys.executable, "-m", *arguments, "--quick"],
        env={**os.environ, "COLUMNS": "120"},
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert {file: file.stat().st_mtime_ns for file in RESULTS.iterdir()} == before
    return done.stdout


def test_latency_alone_and_behind_a_backlog() -> None:
    said = output_of("bench.latency", "--log", "embedded", "--rate", "20", "--backlog", "200")
    assert said.count("accepted") == said.count("readable") == 2
    assert "embedded, bulk backlog" in said


@pytest.mark.kafka
def test_the_gateway_on_kafka() -> None:
    said = output_of("bench.gateway", "--log", "kafka")
    assert "single" in said
    assert "batch" in said
    assert "the generator alone" in said
