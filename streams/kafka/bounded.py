"""Calls into librdkafka that return in time, or are left behind."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from threading import Thread

GRACE_S = 1.0  # for a call that keeps its own timeout, to say so


class BoundedCalls:
    """Makes calls on a thread of its own, one after the other.

    librdkafka's `send_offsets_to_transaction` was seen to wait for a broker under SIGSTOP without end, whatever timeout
    it was given. Such a call keeps its thread, and everything it works on, until it returns.
    """

    def __init__(self) -> None:
        self._calls: SimpleQueue[tuple[Callable[[], object], Future[object]] | None] = SimpleQueue()
        Thread(target=self._run, name="kafka-transactions", daemon=True).start()

    def call(self, function: Callable[[float], object], timeout_s: float) -> None:
        """Call `function(timeout_s)`. Raises what it raises, TimeoutError where it outstays its timeout."""
        done: Future[object] = Future()
        self._calls.put((lambda: function(timeout_s), done))
        done.result(timeout_s + GRACE_S)

    def close(self) -> None:
        """End the thread once the call under way returns."""
        self._calls.put(None)

    def _run(self) -> None:
        while (job := self._calls.get()) is not None:
            function, done = job
            try:
                done.set_result(function())
            except BaseException as error:  # noqa: BLE001 # handed to the caller, who raises it
                done.set_exception(error)
            del job, function, done  # or the last call would keep its producer alive
