"""The embedded stack as one program: a gateway process, which holds the store, and worker processes, kept running."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Any

import httpx
import structlog

from metronis.clock import Clock, SystemClock
from metronis.errors import Misconfigured
from metronis.settings import Settings

START_DEADLINE_S = 60.0
LONGEST_RESTART_WAIT_S = 10.0
MISCONFIGURED_STATUS = 2

log = structlog.get_logger()


def run_file(settings: Settings) -> Path:
    """Where the running gateway says its address."""
    return settings.data_dir / "run.json"


@dataclass
class _Child:
    """A process of the stack, started again whenever it ends before the stop."""

    name: str
    arguments: list[str]
    environment: dict[str, str]
    process: subprocess.Popen[bytes] | None = None
    thread: Thread | None = field(default=None, repr=False)

    def start(self) -> subprocess.Popen[bytes]:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "metronis", *self.arguments], stdin=subprocess.PIPE, env=self.environment
        )
        return self.process

    def ask_to_stop(self) -> None:
        if self.process and self.process.stdin:
            self.process.stdin.close()  # children stop when their standard input ends


class Supervisor:
    """Starts the embedded stack, restarts what dies, and stops all of it.

    Children see their standard input end when this process dies, however it dies, and stop too.
    """

    def __init__(self, settings: Settings, clock: Clock | None = None) -> None:
        self._settings = settings
        self._clock = clock or SystemClock()
        self._stop = Event()
        self._starting = Lock()  # no child starts once the stop has begun
        self._given_up: int | None = None
        environment = self._environment()
        self._children = [_Child("gateway", ["gateway", "--supervised"], environment)]
        self._children += [
            _Child(f"worker-{number}", ["worker", "--supervised"], environment)
            for number in range(settings.worker.count)
        ]

    def _environment(self) -> dict[str, str]:
        """The children's: the same settings, and a folder in which they add up their metrics."""
        folder = self._settings.data_dir / "metrics"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True, exist_ok=True)
        return {
            **os.environ,
            "PROMETHEUS_MULTIPROC_DIR": str(folder),
            "METRONIS_DATA_DIR": str(self._settings.data_dir),
            "METRONIS_LOG_LEVEL": self._settings.log_level,
        }

    def start(self) -> str:
        """Start everything; return the gateway's address once it is ready. Raises Misconfigured where it cannot."""
        run_file(self._settings).unlink(missing_ok=True)
        for child in self._children:
            child.start()
            child.thread = Thread(target=self._keep, args=(child,), name=child.name, daemon=True)
            child.thread.start()
        return self._wait_until_ready()

    def _keep(self, child: _Child) -> None:
        failures = 0
        while True:
            assert child.process is not None
            status = child.process.wait()
            if self._stop.is_set():
                return
            if status == MISCONFIGURED_STATUS:  # it said why, and would say it for ever
                self._given_up = status
                self._stop.set()
                return
            failures += 1
            log.error("process_restarted", process=child.name, status=status, failures=failures)
            self._clock.sleep(min(0.1 * 2**failures, LONGEST_RESTART_WAIT_S))
            with self._starting:
                if self._stop.is_set():
                    return
                child.start()

    def _wait_until_ready(self) -> str:
        for _ in range(int(START_DEADLINE_S / 0.05)):
            if self._stop.wait(0.05):
                self.stop()
                raise Misconfigured("the stack did not start; the reason stands above")
            url = self._ready_url()
            if url:
                return url
        self.stop()
        raise Misconfigured(f"the gateway was not ready within {START_DEADLINE_S:.0f} s; see the log above")

    def _ready_url(self) -> str | None:
        try:
            run: dict[str, Any] = json.loads(run_file(self._settings).read_text())
            ready = httpx.get(f"{run['url']}/health/ready", timeout=1.0).is_success
        except (OSError, ValueError, httpx.HTTPError):
            return None
        return str(run["url"]) if ready else None

    def wait(self, stop: Event) -> int:
        """Wait until `stop` is set or a process gave up, then stop everything; the exit status."""
        while not stop.is_set() and not self._stop.wait(0.2):
            pass
        self.stop()
        return self._given_up or 0

    def stop(self) -> None:
        """Stop the children: the gateway's intake first, then the workers. Kills what outlasts the deadline."""
        with self._starting:
            self._stop.set()
        for child in self._children:
            child.ask_to_stop()
        for child in self._children:
            if child.process is None:
                continue
            try:
                child.process.wait(self._settings.worker.stop_deadline_s)
            except subprocess.TimeoutExpired:
                log.error("process_killed", process=child.name)
                child.process.kill()
                child.process.wait()
        run_file(self._settings).unlink(missing_ok=True)
