"""Clocks, the draining of a topic, and medians."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from rich.progress import track

from bench.kafka.cluster import Cluster
from metronis.process import spare_garbage_collection
from streams.broker import Broker, Message

APPEND_BATCH = 500
WARM_UP = 1_000
STALLED_S = 30.0

V = TypeVar("V", bound=Hashable)
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Span:
    """What so many traces took, in seconds: by the clock, of CPU in all our threads, of CPU in the broker."""

    traces: int
    wall_s: float
    cpu_s: float
    broker_cpu_s: float

    def __add__(self, other: Span) -> Span:
        """Two stages that the same traces went through."""
        wall_s, cpu_s = self.wall_s + other.wall_s, self.cpu_s + other.cpu_s
        return Span(self.traces, wall_s, cpu_s, self.broker_cpu_s + other.broker_cpu_s)


class Pausable(Protocol):
    """A member of a consumer group that moves batches: `streams.tier.TierTask`, and what is compared with it."""

    def turn(self) -> int: ...

    def pause(self) -> None: ...

    def resume(self) -> None: ...


class Stopwatch:
    """All three clocks, running."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._began = self._now()

    def stop(self, traces: int) -> Span:
        """What has passed, for so many traces."""
        wall_s, cpu_s, broker_cpu_s = (now - began for now, began in zip(self._now(), self._began, strict=True))
        return Span(traces, wall_s, cpu_s, broker_cpu_s)

    def _now(self) -> tuple[float, float, float]:
        return time.perf_counter(), time.process_time(), self._cluster.cpu_s()


def measured(cluster: Cluster, traces: int, run: Callable[[], object]) -> Span:
    """What `run` takes, which moves so many traces."""
    stopwatch = Stopwatch(cluster)
    run()
    return stopwatch.stop(traces)


def append(broker: Broker, made: Sequence[Message]) -> None:
    """Append durably, in batches as a busy gateway would."""
    producer = broker.producer()
    for start in range(0, len(made), APPEND_BATCH):
        producer.send(made[start : start + APPEND_BATCH])
    producer.close()


def drain(turn: Callable[[], int], count: int) -> int:
    """Turn until `count` records or more are finished; return how many. Raises RuntimeError where they stop coming."""
    finished = 0
    deadline_s = time.monotonic() + STALLED_S
    while finished < count:
        if done := turn():
            finished += done
            deadline_s = time.monotonic() + STALLED_S
        elif time.monotonic() > deadline_s:
            raise RuntimeError(f"{count - finished} records did not come")
    return finished


def drained(
    cluster: Cluster, broker: Broker, task: Pausable, made: Sequence[Message], begun: Callable[[], None] = lambda: None
) -> Span:
    """What a member takes to move `made`, past a warm-up of the first tenth or WARM_UP of it and one more batch.

    The member is paused while the rest is appended, so that it has joined and fetched nothing ahead. The batch after
    that is not counted: it waits for the broker to answer again. `begun` is called when the clock starts.
    """
    warm_up = min(WARM_UP, len(made) // 10)
    append(broker, made[:warm_up])
    drain(task.turn, warm_up)
    task.pause()
    append(broker, made[warm_up:])
    spare_garbage_collection()
    task.resume()
    first = drain(task.turn, 1)
    begun()
    left = len(made) - warm_up - first
    return measured(cluster, left, lambda: drain(task.turn, left))


def interleaved(variants: Sequence[V], runs: int, run: Callable[[V], R], description: str) -> dict[V, list[R]]:
    """The results of each variant, run in turns, so that drift of the machine hits all of them."""
    results: dict[V, list[R]] = {variant: [] for variant in variants}
    for variant in track([variant for _ in range(runs) for variant in variants], description=description):
        results[variant].append(run(variant))
    return results


def rates(spans: Sequence[Span]) -> dict[str, Any]:
    """Medians over runs: rates, and microseconds a trace."""
    cpu_us = [span.cpu_s / span.traces * 1e6 for span in spans]
    return {
        "traces_per_s_per_core": round(1e6 / statistics.median(cpu_us)),
        "traces_per_s_wall": round(statistics.median(span.traces / span.wall_s for span in spans)),
        "cpu_us_per_trace": round(statistics.median(cpu_us), 1),
        "cpu_us_per_trace_spread": [round(min(cpu_us), 1), round(max(cpu_us), 1)],
        "broker_cpu_us_per_trace": round(statistics.median(s.broker_cpu_s / s.traces for s in spans) * 1e6, 1),
    }
