"""The nemesis: kills and pauses what a deployment is made of, at moments of a seed, and sees it recover."""

from __future__ import annotations

import heapq
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Literal, NamedTuple

from tests.faults.bounce.deployment import Deployment, Role, Victim

TICK_S = 0.1
LONGEST_GAP_S = 3.0
MOST_HELD = 2
RECOVERY_DEADLINE_S = 90.0


class Fault(NamedTuple):
    """What happens to one of a role, and for how long: it is then started again, or goes on."""

    role: Role
    kind: Literal["kill", "pause"]
    least_s: float
    most_s: float


# Members of a group that are silent for 10 s lose their partitions, and come back as zombies.
DECK = (
    *[Fault("worker", "kill", 0, 3)] * 3,
    Fault("worker", "pause", 0.5, 8),
    Fault("worker", "pause", 12, 16),
    *[Fault("sink", "kill", 0, 3)] * 2,
    Fault("sink", "pause", 12, 16),
    Fault("gateway", "kill", 0, 3),
    Fault("broker", "kill", 0, 3),
    Fault("broker", "pause", 2, 14),
    Fault("store", "kill", 0, 5),
)


@dataclass
class Recovery:
    """The longest time during which nothing was stored although everything was there, in seconds."""

    slowest_s: float = 0.0
    _stored: int = -1
    _since_s: float = field(default_factory=time.monotonic)

    def observe(self, stored: int, *, all_are_up: bool) -> None:
        """Take a look. Raises AssertionError once it has lasted too long."""
        now_s = time.monotonic()
        if all_are_up and stored == self._stored:
            self.slowest_s = max(self.slowest_s, now_s - self._since_s)
            assert self.slowest_s < RECOVERY_DEADLINE_S, f"nothing is stored for {RECOVERY_DEADLINE_S} s"
        else:
            self._since_s = now_s
        self._stored = stored


def deal(rng: random.Random) -> Iterator[Fault]:
    """Faults without end, of every kind before any comes again."""
    while True:
        yield from rng.sample(DECK, len(DECK))


class Nemesis:
    """Makes faults happen, half of them before the deployment has recovered from the last one."""

    def __init__(
        self, deployment: Deployment, stored: Callable[[], int], faults: Iterator[Fault], rng: random.Random
    ) -> None:
        """`stored`: how much is in the store, at the end of the pipeline."""
        self._deployment = deployment
        self._stored = stored
        self._faults = faults
        self._rng = rng
        self._held: list[tuple[float, int, Fault, Victim]] = []  # the first to be released is the first
        self._numbers = count()
        self.happened: Counter[str] = Counter()
        self.recovery = Recovery()

    def torment(self, faults: int) -> None:
        """Returns after that many, with everything running again and something stored since."""
        self._wait_for_recovery()
        for _ in range(faults):
            self._strike(next(self._faults))
            if self._rng.random() < 0.5:
                self._wait_for_recovery()
            self._pass_time(self._rng.uniform(0, LONGEST_GAP_S))
        self._wait_for_recovery()

    def _strike(self, fault: Fault) -> None:
        while not (free := self._free(fault.role)) or len(self._held) >= MOST_HELD:
            self._tick()
        victim = self._rng.choice(free)
        if fault.kind == "kill":
            victim.kill()
        else:
            victim.pause()
        until_s = time.monotonic() + self._rng.uniform(fault.least_s, fault.most_s)
        heapq.heappush(self._held, (until_s, next(self._numbers), fault, victim))
        self.happened[f"{fault.role} {fault.kind}"] += 1

    def _free(self, role: Role) -> list[Victim]:
        held = [victim for *_, victim in self._held]
        return [victim for victim in self._deployment.victims[role] if victim not in held]

    def _wait_for_recovery(self) -> None:
        while self._held:
            self._tick()
        stored = self._stored()
        while self._stored() == stored:
            self._tick()

    def _pass_time(self, duration_s: float) -> None:
        until_s = time.monotonic() + duration_s
        while time.monotonic() < until_s:
            self._tick()

    def _tick(self) -> None:
        while self._held and self._held[0][0] <= time.monotonic():
            self._release()
        self._deployment.tend()
        self.recovery.observe(self._stored(), all_are_up=not self._held)
        time.sleep(TICK_S)

    def _release(self) -> None:
        *_, fault, victim = heapq.heappop(self._held)
        if fault.kind == "kill":
            victim.start()
        else:
            victim.resume()
