"""Size of a transaction against throughput and against latency.

    python -m bench.kafka.transactions [--runs 3] [--quick]

The step passes the bytes on, so what is seen is the engine and the broker. Throughput: a backlog is drained with at
most so many records in a transaction, and each turn is timed. Latency: a worker in a process of its own, traces
appended at a fixed rate in an open loop, and the time from when a trace was due until a `read_committed` consumer has
the output; a stall shows in every trace that it held up. The limit is an upper one: where fewer records wait, a
transaction has fewer. A size that cannot keep up with a rate has no latency there.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import closing
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from bench.kafka.cluster import Cluster, apart, running_cluster
from bench.kafka.measure import Span, drained, interleaved, rates
from bench.kafka.steps import TOPICS, PassOn
from bench.kafka.visibility import visible_after_s
from bench.latency import percentiles
from bench.machine import save
from bench.pipeline import messages, workload
from streams.tier import TierTask

SIZES = (1, 10, 50, 100, 500, 2_000)
RATES_PER_S = (50, 1_000)
SECONDS = 5.0
TRACES = 20_000
TURNS = 200  # of a small size; draining the whole backlog one by one would take minutes


def one_run(cluster: Cluster, spec: dict[str, Any], size: int) -> tuple[Span, list[float]]:
    """What a backlog takes with transactions of this size, and the seconds of each turn that moved records."""
    turns_s: list[float] = []
    with closing(cluster.broker()) as broker:
        broker.ensure_topics(TOPICS)
        task = TierTask(PassOn(), broker, batch_max=size, poll_wait_s=0.05)
        with closing(task):
            task.turn = _timed(task.turn, turns_s)  # type: ignore[assignment, method-assign] # a stopwatch
            made = messages(spec, 0, backlog(spec["traces"], size))
            return drained(cluster, broker, task, made, turns_s.clear), turns_s


def _timed(turn: Callable[[], int], turns_s: list[float]) -> Callable[[], int]:
    def timed() -> int:
        start = time.perf_counter()
        if done := turn():
            turns_s.append(time.perf_counter() - start)
        return done

    return timed


def backlog(traces: int, size: int) -> int:
    """How many traces are drained in transactions of this size."""
    return min(traces, max(TURNS * size, 200))


def run(
    cluster: Cluster, spec: dict[str, Any], *, runs: int, sizes: Sequence[int], loads: Sequence[int], seconds: float
) -> dict[str, Any]:
    """Medians of throughput by size; latencies by size and rate, over all traces of one run."""
    done = interleaved(sizes, runs, lambda size: apart(one_run, cluster, spec, size), "throughput")
    result: dict[str, Any] = {}
    for size, passes in done.items():
        turns_s = [turn_s for _, turns_s in passes for turn_s in turns_s]
        result[str(size)] = {
            **rates([span for span, _ in passes]),
            "turn_ms": percentiles(turns_s),
        }
    cases = [(size, load) for size in sizes for load in loads]
    seen = interleaved(cases, 1, lambda case: visible_after_s(cluster, spec, *case, seconds), "latency")
    for (size, load), passed in seen.items():
        result[str(size)][f"visible_ms_at_{load}_per_s"] = percentiles(passed[0]) if passed[0] else None
    return result


def show(result: dict[str, Any]) -> None:
    loads = [key for key in next(iter(result.values())) if key.startswith("visible_ms")]
    heads = [key.removeprefix("visible_ms_at_").replace("_per_s", "/s") for key in loads]
    table = Table("at most", "traces/s\nby the clock", "CPU µs\na trace", "a turn\np50, p99 ms")
    for head in heads:
        table.add_column(f"visible at {head}\np50, p99 ms")
    for size, row in result.items():
        cells = [f"{row[key]['p50']}, {row[key]['p99']}" if row[key] else "does not keep up" for key in loads]
        turn = row["turn_ms"]
        cpu = f"{row['cpu_us_per_trace']:,.1f}"
        table.add_row(size, f"{row['traces_per_s_wall']:,}", cpu, f"{turn['p50']}, {turn['p99']}", *cells)
    Console().print(table)


def main(
    runs: Annotated[int, typer.Option(help="Runs of each size; the median counts.")] = 3,
    name: Annotated[str, typer.Option("--workload", help="A file of bench/workloads.")] = "traces-1kb",
    quick: Annotated[bool, typer.Option(help="One run of few sizes over a few traces, nothing written.")] = False,
) -> None:
    """Measure transactions of several sizes."""
    spec = workload(name) | {"traces": TRACES}
    with running_cluster() as cluster:
        if quick:
            result = run(cluster, spec | {"traces": 300}, runs=1, sizes=(10, 50), loads=(50,), seconds=1.0)
        else:
            result = run(cluster, spec, runs=runs, sizes=SIZES, loads=RATES_PER_S, seconds=SECONDS)
    show(result)
    if not quick:
        print(f"written to {save('kafka-transactions', {'workload': {'name': name, **spec}, 'runs': runs, **result})}")


if __name__ == "__main__":
    typer.run(main)
