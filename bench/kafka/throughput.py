"""Throughput on Kafka: T0, T1 and the sink with their transactions, one stage after the other in one process.

    python -m bench.kafka.throughput [--runs 5] [--workload traces-1kb] [--quick]

Every stage is the task that a worker runs, in the loop that a worker runs it in, over the same traces. "Apart": T0 and
T1 as workers of their own, the trace decoded again between them. "Chained": both in one transaction, and T1's own loop
then passes over what was judged. The store is the embedded engine, whose CPU time is ours. Rates per core are traces
divided by CPU seconds of the whole process, threads of librdkafka and of the engine included; the broker's CPU time is
given beside it. Members have joined before the clock starts. What one fetches ahead counts in the stage in which it
does so, which blurs the stages by a few microseconds and not the whole. Not measured: the gateway, a store over the
network, and stages that run at the same time.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable, Sequence
from contextlib import closing
from functools import reduce
from itertools import product
from operator import add
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from bench.kafka.cluster import Cluster, apart, running_cluster
from bench.kafka.measure import WARM_UP, Span, append, drain, interleaved, measured, rates
from bench.machine import save
from bench.pipeline import messages, workload
from metronis.clock import SystemClock
from metronis.log import open_broker
from metronis.process import spare_garbage_collection
from metronis.settings import Settings
from metronis.sink import sink_loop
from metronis.worker import build_tasks
from storage.clickhouse import open_embedded
from streams.broker import Broker, Message
from streams.loop import ConsumeLoop

QUICK_TRACES = 200
WHOLE, BARE = "whole", "without PII detection"
APART, CHAINED = "apart", "chained"
VARIANTS = tuple(product((WHOLE, BARE), (APART, CHAINED)))
QUICK = VARIANTS[2:]
Stages = dict[str, Span]


def one_run(cluster: Cluster, spec: dict[str, Any], variant: tuple[str, str]) -> Stages:
    """All stages once, after a pass over other traces: what is compiled at first use is no cost of a trace."""
    sanitising, chaining = variant
    settings = cluster.settings(pii=sanitising == WHOLE)
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(open_embedded(Path(folder))) as store,
        closing(open_broker(settings)) as broker,
    ):
        tiers = tier_turns(settings, broker, chained=chaining == CHAINED)
        sink = sink_loop(broker, store, settings)
        warm_up = min(WARM_UP, spec["traces"])
        _stages(cluster, broker, tiers, sink, messages(spec, 0, warm_up))
        spare_garbage_collection()
        return _stages(cluster, broker, tiers, sink, messages(spec, warm_up, spec["traces"]))


def tier_turns(settings: Settings, broker: Broker, *, chained: bool) -> dict[str, Callable[[], int]]:
    """A turn of each tier's loop, by the name of the task."""
    if chained:
        tasks = build_tasks(settings, ("t0", "t1"), broker, lambda: True)
    else:
        tasks = [task for tier in (("t0",), ("t1",)) for task in build_tasks(settings, tier, broker, lambda: True)]
    return {task.name: ConsumeLoop(task, clock=SystemClock(), rng=random.Random()).step for task in tasks}


def _stages(
    cluster: Cluster, broker: Broker, tiers: dict[str, Callable[[], int]], sink: ConsumeLoop, made: Sequence[Message]
) -> Stages:
    count = len(made)
    stages = {"append": measured(cluster, count, lambda: append(broker, made))}
    for name, turn in tiers.items():
        stages[name] = measured(cluster, count, lambda turn=turn: drain(turn, count))  # type: ignore[misc] # bound now
    stages["sink"] = measured(cluster, count, lambda: drain(sink.step, 2 * count))  # the traces and their verdicts
    return stages


def run(
    cluster: Cluster, spec: dict[str, Any], *, runs: int, variants: Sequence[tuple[str, str]] = VARIANTS
) -> dict[str, Any]:
    """Medians of every variant: the whole, and each stage."""
    done = interleaved(
        variants, runs, lambda variant: apart(one_run, cluster, spec, variant), f"{spec['traces']} traces"
    )
    return {", ".join(variant): summary(stages) for variant, stages in done.items()}


def summary(done: Sequence[Stages]) -> dict[str, Any]:
    """Medians over runs, of the whole and of CPU microseconds a trace by stage."""
    by_stage = {name: rates([stages[name] for stages in done])["cpu_us_per_trace"] for name in done[0]}
    return {**rates([reduce(add, stages.values()) for stages in done]), "stages_cpu_us_per_trace": by_stage}


def show(result: dict[str, Any]) -> None:
    table = Table("CPU µs a trace", *[variant.replace(", ", "\n") for variant in result])
    for stage in next(iter(result.values()))["stages_cpu_us_per_trace"]:
        table.add_row(stage, *[f"{row['stages_cpu_us_per_trace'][stage]:,.1f}" for row in result.values()])
    table.add_section()
    table.add_row("whole", *[f"{row['cpu_us_per_trace']:,.1f}" for row in result.values()])
    table.add_row("the broker beside it", *[f"{row['broker_cpu_us_per_trace']:,.1f}" for row in result.values()])
    table.add_section()
    table.add_row("traces/s per core", *[f"{row['traces_per_s_per_core']:,}" for row in result.values()])
    Console().print(table)


def main(
    runs: Annotated[int, typer.Option(help="Runs of each variant; the median counts.")] = 5,
    name: Annotated[str, typer.Option("--workload", help="A file of bench/workloads.")] = "traces-1kb",
    quick: Annotated[bool, typer.Option(help="One run over a few traces, nothing written.")] = False,
) -> None:
    """Measure T0, T1 and the sink on Kafka, whole and without PII detection, apart and chained."""
    spec = workload(name) | ({"traces": QUICK_TRACES} if quick else {})
    with running_cluster() as cluster:
        result = run(cluster, spec, runs=1, variants=QUICK) if quick else run(cluster, spec, runs=runs)
    show(result)
    if not quick:
        facts = {"workload": {"name": name, **spec}, "runs": runs}
        print(f"written to {save(f'kafka-throughput-{name}', facts | result)}")


if __name__ == "__main__":
    typer.run(main)
