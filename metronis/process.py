"""One process of ours: loops in threads, and a stop that comes by signal or from a supervisor that is gone."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from threading import Event, Thread

import structlog

log = structlog.get_logger()


def stop_on_signals(stop: Event) -> None:
    """SIGTERM and SIGINT ask for a stop."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())


def stop_without_supervisor(stop: Event) -> None:
    """Ask for a stop when standard input ends: the supervisor holds its other end and may have been killed."""

    def watch() -> None:
        with suppress(OSError):
            while os.read(sys.stdin.fileno(), 1):
                pass
        stop.set()

    Thread(target=watch, name="supervisor-watch", daemon=True).start()


def spare_garbage_collection() -> None:
    """Look for reference cycles rarely, and never among what was loaded at start.

    A batch is thousands of objects without a cycle; with the interpreter's defaults, looking through them over and over
    takes two fifths of the sink's time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


class Loops:
    """Runs functions of one argument, the stop event, each in a thread. One that ends early stops the others."""

    def __init__(self, stop: Event) -> None:
        self._stop = stop
        self._threads: list[Thread] = []
        self.failed = False

    def start(self, name: str, run: Callable[[Event], None]) -> None:
        thread = Thread(target=self._guard, args=(name, run), name=name, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _guard(self, name: str, run: Callable[[Event], None]) -> None:
        try:
            run(self._stop)
        except BaseException:  # the process ends with it and is restarted; nothing is swallowed
            self.failed = True
            log.exception("loop_failed", loop=name)
        finally:
            self._stop.set()

    def join(self, deadline_s: float) -> bool:
        """Wait for all loops; False where one did not end in time. What it had in hand was not committed."""
        for thread in self._threads:
            thread.join(deadline_s)
        return not any(thread.is_alive() for thread in self._threads)
