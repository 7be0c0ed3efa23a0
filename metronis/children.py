"""Processes of ours, started again whenever one ends before the stop."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Lock, Thread

import structlog

from metronis.clock import Clock, SystemClock
from metronis.settings import Settings

LONGEST_RESTART_WAIT_S = 10.0
MISCONFIGURED_STATUS = 2

log = structlog.get_logger()


@dataclass
class Child:
    """One process: `metronis` with these arguments and this environment."""

    name: str
    arguments: Sequence[str]
    environment: Mapping[str, str]
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "metronis", *self.arguments, "--supervised"],
            stdin=subprocess.PIPE,
            env=self.environment,
        )

    def ask_to_stop(self) -> None:
        if self.process and self.process.stdin:
            self.process.stdin.close()  # children stop when their standard input ends


class Children:
    """Starts processes, restarts what dies, and stops all of them.

    They see their standard input end when this process dies, however it dies, and stop too.
    """

    def __init__(self, children: Sequence[Child], *, stop_deadline_s: float, clock: Clock | None = None) -> None:
        self._children = children
        self._stop_deadline_s = stop_deadline_s
        self._clock = clock or SystemClock()
        self._starting = Lock()  # no child starts once the stop has begun
        self._given_up = 0
        self.ending = Event()
        """Set once they are being stopped, or one gave up."""

    def start(self) -> None:
        """Start them all."""
        for child in self._children:
            child.start()
            Thread(target=self._keep, args=(child,), name=child.name, daemon=True).start()

    def wait(self, stop: Event) -> int:
        """Wait until `stop` is set or one gave up, then stop them all; the exit status."""
        while not stop.is_set() and not self.ending.wait(0.2):
            pass
        self.stop()
        return self._given_up

    def stop(self) -> None:
        """Stop them, the first one first. Kills what outlasts the deadline."""
        with self._starting:
            self.ending.set()
        for child in self._children:
            child.ask_to_stop()
        for child in self._children:
            self._end(child)

    def _keep(self, child: Child) -> None:
        failures = 0
        while True:
            assert child.process is not None
            status = child.process.wait()
            if self.ending.is_set():
                return
            if status == MISCONFIGURED_STATUS:  # it said why, and would say it for ever
                self._given_up = status
                self.ending.set()
                return
            failures += 1
            log.error("process_restarted", process=child.name, status=status, failures=failures)
            self._clock.sleep(min(0.1 * 2**failures, LONGEST_RESTART_WAIT_S))
            with self._starting:
                if self.ending.is_set():
                    return
                child.start()

    def _end(self, child: Child) -> None:
        if child.process is None:
            return
        try:
            child.process.wait(self._stop_deadline_s)
        except subprocess.TimeoutExpired:
            log.error("process_killed", process=child.name)
            child.process.kill()
            child.process.wait()


def worker_children(settings: Settings, count: int, arguments: Sequence[str], metrics: Path) -> list[Child]:
    """Worker processes that add up their metrics in one folder."""
    return [
        Child(f"worker-{number}", ["worker", *arguments], environment(settings, metrics, instance=number))
        for number in range(count)
    ]


def environment(settings: Settings, metrics: Path, instance: int | None = None) -> dict[str, str]:
    """A child's environment: the same settings, and the folder in which it counts; its own name in consumer groups."""
    name = settings.kafka.instance_id
    named = {"METRONIS_KAFKA__INSTANCE_ID": f"{name}-{instance}"} if name and instance is not None else {}
    return {
        **os.environ,
        "PROMETHEUS_MULTIPROC_DIR": str(metrics),
        "METRONIS_DATA_DIR": str(settings.data_dir),
        "METRONIS_LOG_LEVEL": settings.log_level,
        **named,
    }


def fresh_metrics_folder(settings: Settings) -> Path:
    """An empty folder for the counts of children; those of an earlier run are gone."""
    folder = settings.data_dir / "metrics"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    return folder
