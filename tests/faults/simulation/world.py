"""A world in miniature: producers, tiers and sinks over one log and one store, and everything that can go wrong."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from metronis.errors import Unavailable
from metronis.settings import Ingest
from processors.evaluators.refusal import Refusal
from processors.tiers.heuristics import Heuristics
from processors.tiers.sanitize import Sanitize
from schemas.case import Case
from schemas.topics import INTAKE, all_topic_names
from schemas.trace import Trace
from streams.broker import Message
from streams.deadletter_limit import DeadLetterLimit
from streams.groups import GROUPS, HEURISTICS, SINK
from streams.lag import LagWatch
from streams.loop import ConsumeLoop
from streams.priority import PrioritisedTask
from streams.sink import SinkTask
from streams.steps import ChainedStep, HeuristicsStep, SanitizeStep
from streams.tasks import Task
from streams.tier import Step, TierTask
from streams.writer import Writer
from tests.builders import Says, policy
from tests.faults.simulation.broker import SimulatedBroker, SimulatedConsumer, SimulatedLog
from tests.faults.simulation.faults import Crash, Faults
from tests.faults.simulation.posts import Poison, Post, Posts, TraceId
from tests.faults.simulation.scheduler import Scheduler
from tests.faults.simulation.store import SimulatedStore, SimulatedTables
from tests.sanitizers import sanitizer_of

T = TypeVar("T")

MOST_STEPS = 20_000
LONGEST_LEASE = 40  # steps from a crash until the log puts the dead member out
NO_LIMIT = DeadLetterLimit(in_a_row=0, share=1.0)
LOOKS = 20  # steps between two looks at whether it is over
GIVES_UP = 0.2
STOPS = 0.02
POLICIES = {"general": policy(Says(), Refusal())}
EVALUATORS = len(POLICIES["general"].planned)


class Brittle(HeuristicsStep):
    """Tier 1 with a bug that some traces meet."""

    def judge(self, trace: Trace, case: Case) -> Message:
        if trace.input == Poison.T1:
            raise ZeroDivisionError
        return super().judge(trace, case)


@dataclass(frozen=True)
class Sides:
    """What the processes of a world reach the outside with; tests put broken ones in."""

    consumer: type[SimulatedConsumer] = SimulatedConsumer
    store: type[SimulatedStore] = SimulatedStore


HONEST = Sides()


class Process:
    """One run of one process: its ways to the log and to the store, through the faults."""

    def __init__(self, name: str, world: World) -> None:
        self._name = name
        self._faults = world.faults
        self.broker = SimulatedBroker(world.log, self._effect, world.sides.consumer)
        self.store = world.sides.store(world.tables, self._effect)

    def let_leases_lapse(self) -> None:
        """The log believes that this process is silent; or it is."""
        for consumer in self.broker.consumers:
            consumer.let_lease_lapse()

    def _effect(self, name: str, action: Callable[[], T]) -> T:
        return self._faults.around(self._name, name, action, self.let_leases_lapse)


class World:
    """One history, from its seed."""

    def __init__(self, seed: int, sides: Sides = HONEST) -> None:
        self.sides = sides
        self._rng = random.Random(seed)
        self.scheduler = Scheduler(self._rng)
        self.faults = Faults(self.scheduler, self._rng)
        self.posts = Posts(self._rng)
        self.log = SimulatedLog(self.scheduler.clock, partitions=self._rng.randint(1, 3))
        self.tables = SimulatedTables(self.posts.refuses)
        self.broker = SimulatedBroker(self.log)
        self.broker.ensure_topics(all_topic_names())
        self.batch_max = self._rng.randint(1, 6)
        self.acked: set[TraceId] = set()
        self.processes: list[Process] = []
        self._turns: dict[str, int] = {}
        self._posting = True
        self._populate()

    def run(self) -> bool:
        """Let it all happen, then let everything work until nothing is left to do; False where that never is."""
        chaos = self._rng.randint(50, 1_000)
        self.scheduler.run(lambda: not self._posting and self.scheduler.step > chaos, MOST_STEPS)
        self.faults.calm()
        self.faults.note("", "-- from here on everything works --")
        return self.scheduler.run(self._is_settled, MOST_STEPS) and self.scheduler.run(self._rested(), MOST_STEPS)

    def _populate(self) -> None:
        clock = self.scheduler.clock
        sanitize = Sanitize(sanitizer_of(), clock)
        t1 = Brittle(Heuristics(clock, {}), POLICIES, clock)
        firsts = [SanitizeStep(sanitize, frozenset(POLICIES), Ingest(), priority=priority) for priority in INTAKE]
        is_chained = self._rng.random() < 0.5
        interactive, bulk = (ChainedStep(first, t1) if is_chained else first for first in firsts)
        for number in range(self._rng.randint(1, 3)):
            self._spawn(f"t0-{number}", partial(self._prioritised, interactive, bulk))
        for number in range(self._rng.randint(1, 3)):
            self._spawn(f"t1-{number}", partial(self._tier, t1))
        for number in range(2):
            self._spawn(f"sink-{number}", self._sink)
        self.scheduler.spawn("gateway", self._post_all)

    def _prioritised(self, interactive: Step, bulk: Step, process: Process) -> Task:
        lags, most = LagWatch(process.broker, GROUPS), self._rng.randint(1, 10)

        def way_is_clear() -> bool:
            lags.look()
            return lags.at_most((HEURISTICS, SINK), most)

        return PrioritisedTask(self._tier(interactive, process), self._tier(bulk, process), way_is_clear)

    def _tier(self, step: Step, process: Process) -> TierTask:
        return TierTask(
            step,
            process.broker,
            batch_max=self.batch_max,
            batch_s=self._rng.choice((0, 1)),
            poll_wait_s=0,
            limit=NO_LIMIT,
            clock=self.scheduler.clock,
        )

    def _sink(self, process: Process) -> Task:
        writer = Writer(process.store)
        return SinkTask(process.broker, GROUPS[SINK], writer, batch_max=self.batch_max, poll_wait_s=0, limit=NO_LIMIT)

    def _spawn(self, name: str, build: Callable[[Process], Task]) -> None:
        self._turns[name] = 0
        self.scheduler.spawn(name, partial(self._live, name, build))

    def _live(self, name: str, build: Callable[[Process], Task]) -> None:
        """One process after the other, each until it crashes or is told to stop."""
        while True:
            process = self._start(name)
            try:
                self._work(name, build(process))
            except Crash:
                self.scheduler.later(self._rng.randint(0, LONGEST_LEASE), process.let_leases_lapse)
                self.scheduler.pause()

    def _start(self, name: str) -> Process:
        self.processes.append(Process(name, self))
        return self.processes[-1]

    def _work(self, name: str, task: Task) -> None:
        loop = ConsumeLoop(task, clock=self.scheduler.clock, rng=self._rng)
        while not (self.faults.active and self._rng.random() < STOPS):
            loop.step()
            self._turns[name] += 1
            self.scheduler.pause()
        self.faults.note(name, "stops")
        task.close()

    def _post_all(self) -> None:
        for batch in self.posts.batches():
            self._post(batch)
        self._posting = False

    def _post(self, batch: Sequence[Post]) -> None:
        """Send until it is acked or the client gives up."""
        while True:
            try:
                self._start("gateway").broker.producer().send([post.message() for post in batch])
            except (Unavailable, Crash):
                if self._rng.random() < GIVES_UP:
                    return
            else:
                self.acked |= {post.id for post in batch if post.poison is not Poison.RAW}
                return

    def _is_settled(self) -> bool:
        if self.scheduler.step % LOOKS or self._posting or self.scheduler.pending:
            return False
        return not any(self.broker.lag(group, topics) for group, topics in GROUPS.items())

    def _rested(self) -> Callable[[], bool]:
        """Whether everybody has had two more turns: who hung before has done what it still wanted to do."""
        before = dict(self._turns)
        return lambda: all(turns >= before[name] + 2 for name, turns in self._turns.items())
