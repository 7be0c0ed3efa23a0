"""The one consume loop: turns, retries with backoff, and a stop that finishes the batch in hand."""

from __future__ import annotations

import random
from threading import Event

import structlog

from metronis.clock import Clock
from metronis.errors import Fenced, Retry
from monitoring.metrics import BATCH_SECONDS, BATCHES_RETRIED
from streams.tasks import Task

FIRST_WAIT_S = 0.05
LONGEST_WAIT_S = 5.0

log = structlog.get_logger()


class ConsumeLoop:
    """Runs one task until told to stop.

    A turn that raises Retry is repeated for ever, with exponential backoff and full jitter; Fenced begins again at once
    with what this member owns now. Anything else ends the loop: whoever runs it restarts the process.
    """

    def __init__(self, task: Task, *, clock: Clock, rng: random.Random) -> None:
        self._task = task
        self._clock = clock
        self._rng = rng
        self._failures = 0  # since the last records were finished
        self._must_rewind = False

    def run(self, stop: Event) -> None:
        """Returns once `stop` is set and the turn in hand is over; the group is left either way."""
        log.info("started", task=self._task.name)
        try:
            while not stop.is_set():
                self.step()
        finally:
            self._task.close()
            log.info("stopped", task=self._task.name)

    def step(self) -> int:
        """One turn, with its failures dealt with; returns the records finished."""
        started_ns = self._clock.monotonic_ns()
        try:
            if self._must_rewind:
                self._task.rewind()
                self._must_rewind = False
            count = self._task.turn()
            if count:
                self._failures = 0
                elapsed_s = (self._clock.monotonic_ns() - started_ns) / 1e9
                BATCH_SECONDS.labels(self._task.name).observe(elapsed_s)
        except (Retry, Fenced) as error:
            self._failed(error)
            return 0
        return count

    def _failed(self, error: Retry | Fenced) -> None:
        self._failures += 1
        self._must_rewind = True
        BATCHES_RETRIED.labels(self._task.name, error.code).inc()
        log.warning("batch_retried", task=self._task.name, code=error.code, reason=str(error), failures=self._failures)
        if isinstance(error, Retry):
            longest_s = min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** min(self._failures, 16))
            self._clock.sleep(self._rng.uniform(0, longest_s))
