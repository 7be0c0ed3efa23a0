"""The sink beside the gateway: at its limit it stands still, and whatever else goes wrong ends the process."""

from __future__ import annotations

import random
from threading import Event, Thread

import pytest

from metronis.clock import ManualClock
from metronis.gateway import SinkBeside
from streams.deadletter_limit import TooManyDeadLetters
from streams.loop import ConsumeLoop


class Stops:
    """A task that ends with an error."""

    name = "sink"

    def __init__(self, error: Exception) -> None:
        self._error = error
        self.closed = Event()

    def turn(self) -> int:
        raise self._error

    def rewind(self) -> None: ...

    def lag(self) -> int:
        return 0

    def close(self) -> None:
        self.closed.set()


def loop_of(task: Stops) -> ConsumeLoop:
    return ConsumeLoop(task, clock=ManualClock(), rng=random.Random(1))


def test_a_sink_at_its_limit_leaves_its_group_and_says_why_until_the_process_stops() -> None:
    sink, task, stop = SinkBeside(), Stops(TooManyDeadLetters("sink stopped at verdicts/0/7")), Event()
    thread = Thread(target=sink.run, args=(loop_of(task), stop))
    thread.start()
    assert task.closed.wait(10)
    assert thread.is_alive()
    stop.set()
    thread.join(10)
    assert not thread.is_alive()
    assert sink.problem == "sink stopped at verdicts/0/7"


def test_any_other_error_of_the_sink_ends_the_process() -> None:
    with pytest.raises(ZeroDivisionError):
        SinkBeside().run(loop_of(Stops(ZeroDivisionError())), Event())
