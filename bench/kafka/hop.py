"""The engine's own cost of a hop: poll, hand over, produce and commit in one transaction, in CPU time a trace.

    python -m bench.kafka.hop [--runs 5] [--workload traces-1kb] [--quick]

Two hops: one whose step passes the bytes on, and one whose step decodes and checks the trace before. The figure is CPU
time of the whole process, librdkafka's threads included, in runs without a stopwatch inside. Where it goes comes from
runs of their own with stopwatches of the loop's thread, whose reading costs a microsecond a trace. The broker's CPU
time is given beside it. Not measured: more than one partition owner, records above the workload's size.
"""

from __future__ import annotations

import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import closing
from typing import Annotated, Any, ParamSpec, TypeVar

import typer
from rich.console import Console
from rich.table import Table

from bench.kafka.cluster import PARTITIONS, Cluster, apart, running_cluster
from bench.kafka.measure import Span, drained, interleaved, rates
from bench.kafka.steps import TOPICS, DecodeAndPassOn, PassOn
from bench.machine import save
from bench.pipeline import messages, workload
from streams.broker import Broker
from streams.kafka import KafkaBroker
from streams.kafka.consumer import KafkaConsumer
from streams.tier import Step, TierTask

TRACES = 40_000
QUICK_TRACES = 2_000
POLL_WAIT_S = 0.05
STEPS: dict[str, type[PassOn]] = {"pass on": PassOn, "decode, pass on": DecodeAndPassOn}
HOPS = tuple(STEPS)
QUICK = HOPS[1:]
TURN, POLL, STEP, COMMIT = "the loop round them", "poll, records made", "step", "messages produced, commit"
THREADS = "librdkafka's threads"

P = ParamSpec("P")
R = TypeVar("R")


class Stopwatches:
    """CPU seconds of the calling thread by phase."""

    def __init__(self) -> None:
        self.cpu_s: defaultdict[str, float] = defaultdict(float)

    def on(self, phase: str, function: Callable[P, R]) -> Callable[P, R]:
        """The function, with what it takes put down to the phase."""

        def timed(*args: P.args, **kwargs: P.kwargs) -> R:
            start = time.thread_time()
            try:
                return function(*args, **kwargs)
            finally:
                self.cpu_s[phase] += time.thread_time() - start

        return timed


class TimedBroker(KafkaBroker):
    """A broker whose consumers are timed."""

    def __init__(self, cluster: Cluster, stopwatches: Stopwatches) -> None:
        super().__init__(cluster.address, partitions=PARTITIONS)
        self._stopwatches = stopwatches

    def consumer(self, group: str, topics: Sequence[str]) -> KafkaConsumer:
        consumer = super().consumer(group, topics)
        # From outside, so that the code that is measured carries no stopwatch.
        consumer.poll = self._stopwatches.on(POLL, consumer.poll)  # type: ignore[method-assign]
        consumer.commit = self._stopwatches.on(COMMIT, consumer.commit)  # type: ignore[method-assign]
        return consumer


def one_run(cluster: Cluster, spec: dict[str, Any], name: str) -> Span:
    """What the hop takes."""
    with closing(cluster.broker()) as broker, closing(_task(cluster, broker, STEPS[name]())) as task:
        return drained(cluster, broker, task, messages(spec, 0, spec["traces"]))


def one_breakdown(cluster: Cluster, spec: dict[str, Any], name: str) -> dict[str, float]:
    """CPU microseconds a trace by phase."""
    watches = Stopwatches()
    step = STEPS[name]()
    step.process = watches.on(STEP, step.process)  # type: ignore[method-assign] # see TimedBroker
    with closing(TimedBroker(cluster, watches)) as broker, closing(_task(cluster, broker, step)) as task:
        task.turn = watches.on(TURN, task.turn)  # type: ignore[method-assign] # see TimedBroker
        span = drained(cluster, broker, task, messages(spec, 0, spec["traces"]), watches.cpu_s.clear)
    loop_s = watches.cpu_s[TURN]
    parts = {phase: watches.cpu_s[phase] for phase in (POLL, STEP, COMMIT)}
    parts |= {TURN: loop_s - sum(parts.values()), THREADS: span.cpu_s - loop_s}
    return {phase: cpu_s / span.traces * 1e6 for phase, cpu_s in parts.items()}


def _task(cluster: Cluster, broker: Broker, step: Step) -> TierTask:
    broker.ensure_topics(TOPICS)
    return TierTask(step, broker, batch_max=cluster.settings().worker.batch_max, poll_wait_s=POLL_WAIT_S)


def run(cluster: Cluster, spec: dict[str, Any], *, runs: int, hops: Sequence[str] = HOPS) -> dict[str, Any]:
    """Medians of each hop, and where the time goes."""
    whole = interleaved(hops, runs, lambda name: apart(one_run, cluster, spec, name), "whole")
    parts = interleaved(hops, runs, lambda name: apart(one_breakdown, cluster, spec, name), "in parts")
    return {
        name: {
            **rates(whole[name]),
            "parts_cpu_us_per_trace": {
                phase: round(statistics.median(done[phase] for done in parts[name]), 2) for phase in parts[name][0]
            },
        }
        for name in hops
    }


def show(result: dict[str, Any]) -> None:
    table = Table("CPU µs a trace", *result)
    for phase in next(iter(result.values()))["parts_cpu_us_per_trace"]:
        table.add_row(phase, *[f"{row['parts_cpu_us_per_trace'][phase]:.2f}" for row in result.values()])
    table.add_section()
    table.add_row("whole, without stopwatches", *[f"{row['cpu_us_per_trace']:.1f}" for row in result.values()])
    table.add_row("the broker beside it", *[f"{row['broker_cpu_us_per_trace']:.1f}" for row in result.values()])
    Console().print(table)


def main(
    runs: Annotated[int, typer.Option(help="Runs of each hop; the median counts.")] = 5,
    name: Annotated[str, typer.Option("--workload", help="A file of bench/workloads.")] = "traces-1kb",
    quick: Annotated[bool, typer.Option(help="One run over a few traces, nothing written.")] = False,
) -> None:
    """Measure what the engine costs by itself."""
    spec = workload(name) | {"traces": QUICK_TRACES if quick else TRACES}
    with running_cluster() as cluster:
        result = run(cluster, spec, runs=1, hops=QUICK) if quick else run(cluster, spec, runs=runs)
    show(result)
    if not quick:
        print(f"written to {save('kafka-hop', {'workload': {'name': name, **spec}, 'runs': runs, **result})}")


if __name__ == "__main__":
    typer.run(main)
