"""Runs the program as its users do: `metronis up` as a process of its own, on a fresh data folder."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx

from streams.embedded import EmbeddedBroker
from streams.groups import GROUPS

START_DEADLINE_S = 90.0
SETTLE_DEADLINE_S = 60.0


class Program:
    """`metronis up` with its own process group, so that a test can kill all of it at once."""

    def __init__(self, data_dir: Path, environment: Mapping[str, str] | None = None) -> None:
        self.data_dir = data_dir
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("METRONIS_")},
            "METRONIS_DATA_DIR": str(data_dir),
            "METRONIS_API__PORT": "0",
            "METRONIS_LOG_LEVEL": "error",
            **(environment or {}),
        }
        self._log = data_dir.with_suffix(".log")
        self._process: subprocess.Popen[bytes] | None = None
        self.url = ""

    def start(self) -> None:
        """Returns once the gateway is ready."""
        run_file = self.data_dir / "run.json"
        run_file.unlink(missing_ok=True)
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "metronis", "up"],
                env=self._environment,
                start_new_session=True,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        deadline_s = time.monotonic() + START_DEADLINE_S
        while not self.is_ready():
            if self._process.poll() is not None:
                raise AssertionError(f"the program ended: {self.output()}")
            assert time.monotonic() < deadline_s, "the program did not start"
            time.sleep(0.02)

    def is_ready(self) -> bool:
        try:
            self.url = json.loads((self.data_dir / "run.json").read_text())["url"]
            return httpx.get(f"{self.url}/health/ready", timeout=1).is_success
        except (OSError, ValueError, httpx.HTTPError):
            return False

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def children(self) -> dict[str, int]:
        """Process ids of the supervised processes by the command that each runs."""
        found = {}
        by_thread = [file.read_text() for file in Path(f"/proc/{self.pid}/task").glob("*/children")]
        for pid in " ".join(by_thread).split():
            command = Path(f"/proc/{pid}/cmdline").read_text().split("\0")
            if len(command) > 3:  # it has begun to run its own program and has not ended
                found[command[3]] = int(pid)
        return found

    def kill(self) -> None:
        """SIGKILL to every process of the program at once."""
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def stop(self) -> int:
        """SIGTERM; the exit status."""
        assert self._process is not None
        self._process.terminate()
        self._process.wait(30)
        return self._process.returncode

    def output(self) -> str:
        """What it wrote."""
        return self._log.read_text()

    def close(self) -> None:
        if self._process and self._process.poll() is None:
            self.kill()

    def post(self, items: list[Any]) -> dict[str, Any]:
        """The answer to a batch of traces."""
        body = "[" + ",".join(item if isinstance(item, str) else json.dumps(item) for item in items) + "]"
        answer = httpx.post(
            f"{self.url}/api/v1/traces/batch",
            content=body.encode("utf-8", "surrogateescape"),
            headers={"content-type": "application/json"},
            timeout=60,
        )
        return dict(answer.json())

    def finish(self) -> None:
        """Wait until every message of the log has gone its whole way."""
        log = EmbeddedBroker(self.data_dir / "log.sqlite")
        deadline_s = time.monotonic() + SETTLE_DEADLINE_S
        while any(log.lag(group, topics) for group, topics in GROUPS.items()):
            assert time.monotonic() < deadline_s, "messages stay on their way"
            time.sleep(0.05)
        log.close()

    def trace(self, trace_id: str, org_id: str = "default") -> dict[str, Any] | None:
        """The trace with its verdict, or None while there is none."""
        answer = httpx.get(f"{self.url}/api/v1/traces/{trace_id}", params={"org_id": org_id}, timeout=30)
        found: dict[str, Any] = answer.json()
        return found if answer.is_success and found.get("verdict") else None

    def settled(self, trace_id: str, org_id: str = "default") -> dict[str, Any]:
        """The trace once it has its verdict."""
        deadline_s = time.monotonic() + SETTLE_DEADLINE_S
        while True:
            found = self.trace(trace_id, org_id)
            if found:
                return found
            assert time.monotonic() < deadline_s, f"no verdict for {trace_id}"
            time.sleep(0.02)


def run_cli(
    data_dir: Path, *arguments: str, given: bytes = b"", settings: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Run `metronis` on a data folder, with other settings beside."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("METRONIS_")}
    return subprocess.run(
        [sys.executable, "-m", "metronis", *arguments],
        env={**environment, "METRONIS_DATA_DIR": str(data_dir), "COLUMNS": "100", **(settings or {})},
        input=given,
        capture_output=True,
        check=False,
        timeout=120,
    )
