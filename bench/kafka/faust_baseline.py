"""The same steps hosted by a Faust agent, beside our workers: CPU time and time a trace, in one process each.

    python -m bench.kafka.faust_baseline [--runs 5] [--workload traces-1kb] [--quick]

Equal bytes on equally many partitions, of a backlog that is there before either begins, and the very step objects that
a worker runs. "Engine alone": a step that passes the bytes on, which shows what the hosts cost. "T0 and T1": the step
of a worker that hosts both, whose own work is the same on either side and hides the hosts. Ours commits in
transactions; Faust acknowledges at least once, as its users have it. Faust runs once with an event at a time and once
with batches; the ratio is against the faster one. Its clock starts after a warm-up, with what it has fetched ahead by
then in hand, which is in its favour. That each side wrote an output for every trace is checked after every run.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import asdict
from itertools import product
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from bench.kafka import exactly_once
from bench.kafka.cluster import Cluster, apart, running_cluster
from bench.kafka.exactly_once import ENGINE, EXACTLY
from bench.kafka.measure import WARM_UP, Span, append, interleaved, rates
from bench.kafka.steps import OUTPUT
from bench.machine import save
from bench.peer import peer_folder
from bench.pipeline import messages, workload
from schemas.topics import VERDICTS, all_topics
from streams.pages import pages

LOADS: Mapping[str, int] = {ENGINE: 20_000, "T0 and T1": 5_000}  # and how many traces
QUICK_LOADS = {ENGINE: 2_000}
OURS, FAUST_EVENTS, FAUST_BATCHES = "Metronis", "Faust, events", "Faust, batches"
SIDES = (OURS, FAUST_EVENTS, FAUST_BATCHES)
REQUIREMENTS = Path(__file__).with_name("faust-requirements.txt")
ROOT = Path(__file__).parents[2]
TIMEOUT_S = 300


def one_run(cluster: Cluster, spec: dict[str, Any], load: str, side: str) -> Span:
    """What one side takes for one load. Raises RuntimeError where it left outputs out."""
    if side == OURS:
        span = apart(exactly_once.one_run, cluster, spec, (load, EXACTLY))
    else:
        span = _faust(cluster, spec, engine_alone=load == ENGINE, batches=side == FAUST_BATCHES)
    _check_outputs(cluster, OUTPUT if load == ENGINE else VERDICTS.name, spec["traces"])
    return span


def _faust(cluster: Cluster, spec: dict[str, Any], *, engine_alone: bool, batches: bool) -> Span:
    cluster.reset()
    traces = spec["traces"]
    with closing(cluster.broker()) as broker:
        broker.ensure_topics([*all_topics(), OUTPUT])
        append(broker, messages(spec, 0, traces))
    case = {"engine_alone": engine_alone, "batches": batches, "warm_up": min(WARM_UP, traces // 10), "traces": traces}
    command = [sys.executable, "-m", "bench.kafka.faust_app", json.dumps({"cluster": asdict(cluster), "case": case})]
    path = os.pathsep.join((str(peer_folder(REQUIREMENTS)), str(ROOT)))
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=TIMEOUT_S, check=False, env=os.environ | {"PYTHONPATH": path}
    )
    if done.returncode:
        raise RuntimeError(f"the baseline failed: {done.stderr[-2_000:]}")
    return Span(*json.loads(done.stdout.splitlines()[-1]))


def _check_outputs(cluster: Cluster, topic: str, expected: int) -> None:
    with closing(cluster.broker()) as broker:
        found = len({record.key for page in pages(broker, topic) for record in page})
    if found != expected:
        raise RuntimeError(f"{found} outputs on {topic} for {expected} traces")


def run(cluster: Cluster, spec: dict[str, Any], *, runs: int, loads: Mapping[str, int] = LOADS) -> dict[str, Any]:
    """Medians of each side and load, and how many times Faust's cost ours is."""
    specs = {load: spec | {"traces": traces} for load, traces in loads.items()}
    variants = list(product(loads, SIDES))
    done = interleaved(variants, runs, lambda variant: one_run(cluster, specs[variant[0]], *variant), "three sides")
    return {
        load: summary({side: done[load, side] for side in SIDES}) | {"traces": traces} for load, traces in loads.items()
    }


def summary(done: Mapping[str, Sequence[Span]]) -> dict[str, Any]:
    """Medians, and our rates over those of the faster Faust."""
    sides: dict[str, Any] = {side: rates(spans) for side, spans in done.items()}
    ratios = {
        f"{rate}_ratio": round(sides[OURS][rate] / max(sides[FAUST_EVENTS][rate], sides[FAUST_BATCHES][rate]), 2)
        for rate in ("traces_per_s_per_core", "traces_per_s_wall")
    }
    return sides | ratios


def show(result: dict[str, Any]) -> None:
    table = Table(
        "", *[f"{side}\nCPU µs a trace" for side in SIDES], "per core,\ntimes Faust", "by the clock,\ntimes Faust"
    )
    for load, row in result.items():
        cpu = [f"{row[side]['cpu_us_per_trace']:,.1f}" for side in SIDES]
        ratios = [f"{row[f'traces_per_s_{by}_ratio']:.2f}" for by in ("per_core", "wall")]
        table.add_row(load, *cpu, *ratios)
    Console().print(table)


def main(
    runs: Annotated[int, typer.Option(help="Runs of each side and load; the median counts.")] = 5,
    name: Annotated[str, typer.Option("--workload", help="A file of bench/workloads.")] = "traces-1kb",
    quick: Annotated[bool, typer.Option(help="One run over a few traces, nothing written.")] = False,
) -> None:
    """Measure our workers against Faust."""
    spec = workload(name)
    with running_cluster() as cluster:
        result = run(cluster, spec, runs=1, loads=QUICK_LOADS) if quick else run(cluster, spec, runs=runs)
    show(result)
    if not quick:
        versions = [
            line.split()[0] for line in REQUIREMENTS.read_text().splitlines() if line.startswith(("aiokafka", "faust"))
        ]
        print(f"written to {save('kafka-faust', {'workload': name, 'runs': runs, 'versions': versions, **result})}")


if __name__ == "__main__":
    typer.run(main)
