"""The scheduler: actors take turns in one thread, and a seed decides whose turn it is."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from greenlet import getcurrent, greenlet

from metronis.clock import ManualClock

STEP = timedelta(milliseconds=10)


@dataclass(eq=False)
class Actor:
    """Something that acts between its pauses; where it is `frozen`, it gets no turn before that step."""

    name: str
    body: greenlet
    frozen_until: int = 0


class Scheduler:
    """Runs actors one at a time, each up to its next pause. One seed, one order of things."""

    def __init__(self, rng: random.Random) -> None:
        self.clock = SimulatedClock(self)
        self.step = 0
        self._rng = rng
        self._main = getcurrent()
        self._actors: list[Actor] = []
        self._later: list[tuple[int, Callable[[], None]]] = []
        self._current: Actor | None = None

    @property
    def pending(self) -> int:
        """What was put off and has not happened yet."""
        return len(self._later)

    def spawn(self, name: str, life: Callable[[], None]) -> None:
        self._actors.append(Actor(name, greenlet(life, self._main)))

    def pause(self) -> None:
        """Called by an actor: let the others have their turns."""
        self._main.switch()

    def freeze(self, steps: int) -> None:
        """Called by an actor: stand still for that long, as under SIGSTOP or a call that hangs."""
        assert self._current is not None
        self._current.frozen_until = self.step + steps
        self.pause()

    def later(self, steps: int, action: Callable[[], None]) -> None:
        """Put something off, whatever becomes of who asked for it."""
        self._later.append((self.step + steps, action))

    def thaw(self) -> None:
        for actor in self._actors:
            actor.frozen_until = 0

    def run(self, done: Callable[[], bool], most_steps: int) -> bool:
        """Give turns until `done`; False where that took too many. An actor's own error comes out here."""
        end = self.step + most_steps
        while not done():
            if self.step >= end:
                return False
            self._advance()
        return True

    def _advance(self) -> None:
        self.step += 1
        self.clock.pass_by(STEP)
        due = [action for at, action in self._later if at <= self.step]
        self._later = [(at, action) for at, action in self._later if at > self.step]
        for action in due:
            action()
        ready = [actor for actor in self._actors if not actor.body.dead and actor.frozen_until <= self.step]
        if ready:
            self._current = self._rng.choice(ready)
            self._current.body.switch()


class SimulatedClock(ManualClock):
    """Time that goes on by ten milliseconds a step. Whoever sleeps lets others have their turns."""

    def __init__(self, scheduler: Scheduler) -> None:
        super().__init__()
        self._scheduler = scheduler

    def pass_by(self, time: timedelta) -> None:
        self.at += time
        self.elapsed_ns += time // timedelta(microseconds=1) * 1_000

    def sleep(self, seconds: float) -> None:  # noqa: ARG002 - what counts is who acts next
        self._scheduler.pause()
