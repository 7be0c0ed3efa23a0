"""Embedded throughput: T0, T1 and the store, one stage after the other in one process, with where the time goes.

    python -m bench.pipeline [--runs 5] [--workload traces-1kb]

A workload is a file of `bench/workloads`. Every stage runs over the same traces, appended to the log first. CPU time
is that of the whole process, the engine's threads included, so a rate per core is traces divided by CPU seconds.
Medians of several runs, each on a fresh data folder in a process of its own, because one process opens one store.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import msgspec
import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from bench.machine import save
from metronis.demo.traces import demo_traces
from metronis.log import open_broker
from metronis.process import spare_garbage_collection
from metronis.settings import Sanitize, Settings
from metronis.sink import sink_loop
from metronis.worker import build_steps
from schemas.topics import TRACES_RAW
from schemas.trace import Document, Trace
from storage.clickhouse import open_embedded
from streams.broker import Broker, Message
from streams.groups import GROUPS, SINK
from streams.tier import Step, TierTask

WORKLOADS = Path(__file__).parent / "workloads"
APPEND_BATCH = 500
WARM_UP = 1_000


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage over all traces, in seconds."""

    name: str
    wall_s: float
    cpu_s: float


def workload(name: str) -> dict[str, Any]:
    return tomllib.loads((WORKLOADS / f"{name}.toml").read_text(encoding="utf-8"))


def messages(spec: dict[str, Any], first: int, count: int) -> list[Message]:
    """Traces `first` to `first + count` of the workload, no two with the same text."""
    base = demo_traces(count=spec["distinct"], seed=spec["seed"], now=datetime(2026, 1, 1, tzinfo=UTC))
    made = []
    for number in range(first, first + count):
        trace = _sized(base[number % len(base)], spec["size_bytes"], number)
        key = f"{trace.org_id}/{trace.trace_id}".encode()
        made.append(Message(TRACES_RAW.name, key, msgspec.json.encode(trace)))
    return made


def _sized(trace: Trace, size_bytes: int, number: int) -> Trace:
    """The trace with the number in every text, and with context added until its JSON has about the size."""
    mark = f" Record {number} of the week."
    fields: dict[str, Any] = {"trace_id": UUID(int=number + 1), "context": [_marked(c, mark) for c in trace.context]}
    for name in ("input", "output"):
        text = getattr(trace, name)
        fields[name] = text + mark if isinstance(text, str) and text and not text.startswith("{") else text
    trace = msgspec.structs.replace(trace, **fields)
    missing = size_bytes - len(msgspec.json.encode(trace)) - 5
    filler = f"It was reviewed by the team and filed with the other papers under number {number}. "
    if missing <= 0:
        return trace
    return msgspec.structs.replace(trace, context=[*trace.context, (filler * (missing // len(filler) + 1))[:missing]])


def _marked(piece: str | Document, mark: str) -> str | Document:
    return piece + mark if isinstance(piece, str) else msgspec.structs.replace(piece, content=piece.content + mark)


def measure(name: str, run: Callable[[], None]) -> Stage:
    wall, cpu = time.perf_counter(), time.process_time()
    run()
    return Stage(name, time.perf_counter() - wall, time.process_time() - cpu)


def one_run(spec: dict[str, Any], *, pii: bool) -> list[Stage]:
    """All stages once, on a fresh data folder."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder), sanitize=Sanitize(enabled=pii))
        broker = open_broker(settings)
        store = open_embedded(settings.data_dir / "store")
        steps = build_steps(settings, ("t0", "t1"), chained=False)
        sink = sink_loop(broker, store, settings)

        def stages(made: Sequence[Message]) -> list[Stage]:
            return [
                measure("append to the log", lambda: _append(broker, made)),
                measure("T0", lambda: _drain_tier(steps["t0"], broker, settings)),
                measure("T1", lambda: _drain_tier(steps["t1"], broker, settings)),
                measure("sink and store", lambda: _drain(sink.step, lambda: broker.lag(SINK, GROUPS[SINK]))),
            ]

        stages(messages(spec, 0, WARM_UP))  # what is loaded and compiled at first use is no cost of a trace
        spare_garbage_collection()
        measured = stages(messages(spec, WARM_UP, spec["traces"]))
        store.close()
        broker.close()
        return measured


def _append(broker: Broker, made: Sequence[Message]) -> None:
    producer = broker.producer()
    for start in range(0, len(made), APPEND_BATCH):
        producer.send(made[start : start + APPEND_BATCH])
    producer.close()


def _drain_tier(step: Step, broker: Broker, settings: Settings) -> None:
    task = TierTask(step, broker, batch_max=settings.worker.batch_max, poll_wait_s=settings.worker.poll_wait_s)
    _drain(task.turn, task.lag)
    task.close()


def _drain(turn: Callable[[], int], lag: Callable[[], int]) -> None:
    while turn() or lag():
        pass


def main(
    runs: Annotated[int, typer.Option(help="Runs of each variant; the median counts.")] = 5,
    name: Annotated[str, typer.Option("--workload", help="A file of bench/workloads.")] = "traces-1kb",
    once: Annotated[str, typer.Option(hidden=True)] = "",
) -> None:
    """Measure the embedded pipeline whole and without PII detection."""
    spec = workload(name)
    if once:
        print(json.dumps([[s.name, s.wall_s, s.cpu_s] for s in one_run(spec, pii=once == "whole")]))
        return
    variants: dict[str, list[list[Stage]]] = {"whole": [], "without PII detection": []}
    plan = [variant for _ in range(runs) for variant in variants]  # interleaved, so that drift hits both
    for variant in track(plan, description=f"{name}, {spec['traces']} traces"):
        variants[variant].append(_apart(name, variant))
    result = {variant: summary(done, spec["traces"]) for variant, done in variants.items()}
    show(result)
    print(f"written to {save(f'pipeline-{name}', {'workload': {'name': name, **spec}, 'runs': runs, **result})}")


def _apart(name: str, variant: str) -> list[Stage]:
    command = [sys.executable, "-m", "bench.pipeline", "--workload", name, "--once", variant]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return [Stage(*row) for row in json.loads(done.stdout.splitlines()[-1])]


def summary(done: Sequence[Sequence[Stage]], traces: int) -> dict[str, Any]:
    """Medians over runs: rates, and microseconds a trace by stage."""
    totals = [(sum(s.wall_s for s in stages), sum(s.cpu_s for s in stages)) for stages in done]
    stages = {
        stage.name: {
            "wall_us_per_trace": round(statistics.median(run[i].wall_s for run in done) / traces * 1e6, 1),
            "cpu_us_per_trace": round(statistics.median(run[i].cpu_s for run in done) / traces * 1e6, 1),
        }
        for i, stage in enumerate(done[0])
    }
    return {
        "traces_per_s_per_core": round(traces / statistics.median(cpu for _, cpu in totals)),
        "traces_per_s_wall": round(traces / statistics.median(wall for wall, _ in totals)),
        "spread_cpu_s": [round(min(cpu for _, cpu in totals), 3), round(max(cpu for _, cpu in totals), 3)],
        "stages": stages,
    }


def show(result: dict[str, Any]) -> None:
    table = Table("stage", *[f"{variant}\nCPU µs a trace" for variant in result])
    first = next(iter(result.values()))
    for stage in first["stages"]:
        table.add_row(stage, *[str(variant["stages"][stage]["cpu_us_per_trace"]) for variant in result.values()])
    table.add_section()
    table.add_row("traces/s per core", *[f"{variant['traces_per_s_per_core']:,}" for variant in result.values()])
    Console().print(table)


if __name__ == "__main__":
    typer.run(main)
