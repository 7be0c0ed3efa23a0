"""What can go wrong around an effect, how often, and the history of what did."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

from metronis.errors import MetronisError, Unavailable
from tests.faults.simulation.scheduler import Scheduler

T = TypeVar("T")

RATES = (0.0, 0.0, 0.01, 0.04, 0.12)
LONGEST_FREEZE = 120  # steps; a whole history has a thousand or so
SEEN_WHEN_IDLE = ("send", "commit", "insert")


class Crash(BaseException):
    """The process is gone at this point; nothing of it runs any more."""


class Fault(StrEnum):
    LATE = "times out, applied later"  # inserts alone: a log fences what comes late
    CRASH_BEFORE = "crash before"
    CRASH_AFTER = "crash after"
    REFUSED = "times out, not applied"
    APPLIED = "times out, applied"
    LAPSE = "lease lapses"
    FREEZE = "hangs"
    ZOMBIE = "hangs while its lease lapses"
    AWAY = "away for a while"


@dataclass
class Faults:
    """Steps in around every effect. Each history has faults and rates of its own, so that rare ones get room."""

    scheduler: Scheduler
    rng: random.Random
    active: bool = True
    history: list[str] = field(default_factory=list)
    happened: Counter[Fault] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        rates = [(fault, self.rng.choice(RATES)) for fault in Fault]
        self._rates = [(fault, rate) for fault, rate in rates if rate]
        self._away_until: dict[bool, int] = {}

    def calm(self) -> None:
        """From now on everything works."""
        self.active = False
        self._away_until = {}
        self.scheduler.thaw()

    def around(self, who: str, name: str, action: Callable[[], T], lapse: Callable[[], None]) -> T:
        """The effect with what goes wrong around it. `lapse` makes the log believe that the process is silent."""
        self.scheduler.pause()
        fault = self._choose(name)
        if fault:
            self.happened[fault] += 1
        try:
            result = self._with(fault, name, action, lapse)
        except (MetronisError, Crash) as error:
            self.note(who, name, f"! {fault or ''} -> {type(error).__name__}")
            raise
        if fault or result or name.startswith(SEEN_WHEN_IDLE):
            self.note(
                who, name, (f"= {len(result)} " if isinstance(result, list) else "") + (f"! {fault}" if fault else "")
            )
        return result

    def note(self, who: str, name: str, more: str = "") -> None:
        self.history.append(f"{self.scheduler.step:>5} {who:<8} {name} {more}".rstrip())

    def _choose(self, name: str) -> Fault | None:
        if not self.active:
            return None
        if self._away_until.get(_of_store(name), 0) > self.scheduler.step:
            return Fault.REFUSED
        fault = next((fault for fault, rate in self._rates if self.rng.random() < rate), None)
        return None if fault is Fault.LATE and not name.startswith("insert") else fault

    def _with(self, fault: Fault | None, name: str, action: Callable[[], T], lapse: Callable[[], None]) -> T:
        if fault is Fault.AWAY:
            self._away_until[_of_store(name)] = self.scheduler.step + self.rng.randint(1, LONGEST_FREEZE)
        if fault in (Fault.LAPSE, Fault.ZOMBIE):
            lapse()
        if fault in (Fault.FREEZE, Fault.ZOMBIE):
            self.scheduler.freeze(self.rng.randint(1, LONGEST_FREEZE))
        if fault is Fault.CRASH_BEFORE:
            raise Crash
        if fault in (Fault.REFUSED, Fault.AWAY):
            raise Unavailable("no answer")
        if fault is Fault.LATE:
            self.scheduler.later(self.rng.randint(1, LONGEST_FREEZE), lambda: self._late(name, action))
            raise Unavailable("no answer yet")
        result = action()
        if fault is Fault.CRASH_AFTER:
            raise Crash
        if fault is Fault.APPLIED:
            raise Unavailable("no answer, though it was done")
        return result

    def _late(self, name: str, action: Callable[[], object]) -> None:
        try:
            action()
        except MetronisError as error:
            self.note("(late)", name, f"-> {type(error).__name__}")
        else:
            self.note("(late)", name)


def _of_store(name: str) -> bool:
    return name.startswith(("insert", "query"))
