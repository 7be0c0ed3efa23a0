"""What one gateway process takes in: single traces and batches, on the embedded log and on Kafka.

    python -m bench.gateway [--runs 3] [--seconds 10] [--log kafka] [--quick]

First as fast as answers come, for the maximum; then at half of it at a fixed rate, for the latencies. The load comes
from this process, whose own limit is measured against a server that does nothing. The processes of the tiers do not
run. The same traces are sent over and over, each time as new ones: the gateway makes up their ids.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

import msgspec
import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from bench.latency import medians, percentiles
from bench.load import Load, closed_loop, noop_server, open_loop, post, run
from bench.machine import save
from bench.pipeline import messages, workload
from bench.stack import LOGS, Log, running_stack
from tests.infra.deployment import Deployment, cpu_s

Ingest = Literal["single", "batch"]
BATCH = 100
DISTINCT = 2_000
CONNECTIONS: dict[Ingest, int] = {"single": 64, "batch": 8}
OPEN_CONNECTIONS = 256
WARM_UP_S = 2.0


@dataclass(frozen=True)
class Work:
    """Requests of one kind, ready to be sent, and how many traces each has."""

    ingest: Ingest
    requests: list[bytes]
    traces: int


def works(spec: dict[str, Any]) -> list[Work]:
    """Both kinds of requests over the traces of a workload."""
    bodies = [unnamed(message.value) for message in messages(spec, 0, DISTINCT)]
    batches = [b"[" + b",".join(bodies[first : first + BATCH]) + b"]" for first in range(0, DISTINCT, BATCH)]
    return [
        Work("single", [post("/api/v1/traces", body) for body in bodies], 1),
        Work("batch", [post("/api/v1/traces/batch", batch) for batch in batches], BATCH),
    ]


def unnamed(body: bytes) -> bytes:
    """The trace without id and time, so that it is a new one whenever it is sent."""
    fields = msgspec.json.decode(body)
    del fields["trace_id"], fields["timestamp"]
    return msgspec.json.encode(fields)


def measure(stack: Deployment, work: Work, seconds: float) -> dict[str, Any]:
    """The maximum and what it costs, then latencies at half of it."""
    connections = CONNECTIONS[work.ingest]
    run(closed_loop(stack.url, work.requests, connections=connections, seconds=min(WARM_UP_S, seconds)))
    cpu_before_s = cpu_s(stack.pid("gateway"))
    full = run(closed_loop(stack.url, work.requests, connections=connections, seconds=seconds))
    cpu_taken_s = cpu_s(stack.pid("gateway")) - cpu_before_s
    rate = len(full.accepted_s) / full.elapsed_s
    requests = [work.requests[number % len(work.requests)] for number in range(int(rate / 2 * seconds))]
    half = run(open_loop(stack.url, requests, rate=rate / 2, connections=OPEN_CONNECTIONS))
    return {
        "requests_per_s": round(rate, 1),
        "traces_per_s": round(rate * work.traces, 1),
        "gateway_cpu_us_per_request": round(cpu_taken_s / len(full.accepted_s) * 1e6, 1),
        "refused": full.refused + half.refused,
        "closed_loop_ms": percentiles(full.accepted_s),
        "half_rate_ms": percentiles(half.accepted_s),
    }


def limit(work: Work, seconds: float) -> float:
    """Requests/s of the generator itself."""
    with noop_server() as url:
        load: Load = run(closed_loop(url, work.requests, connections=CONNECTIONS[work.ingest], seconds=seconds))
    return round(len(load.accepted_s) / load.elapsed_s, 1)


def main(
    runs: Annotated[int, typer.Option(help="Runs on each log; medians count.")] = 3,
    seconds: Annotated[float, typer.Option(help="How long each measurement takes.")] = 10.0,
    only: Annotated[Log | None, typer.Option("--log", help="On this log alone.")] = None,
    name: Annotated[str, typer.Option("--workload", help="A file of bench/workloads.")] = "traces-1kb",
    quick: Annotated[bool, typer.Option("--quick", help="See that it works: a second each, nothing written.")] = False,
) -> None:
    """Measure a gateway process and write bench/results/gateway.json."""
    if quick:
        runs, seconds = 1, 1.0
    logs = [only] if only else LOGS
    both = works(workload(name))
    limits = {work.ingest: limit(work, seconds) for work in both}
    found: dict[tuple[Log, Ingest], list[dict[str, Any]]] = {(log, work.ingest): [] for log in logs for work in both}
    for log in track([log for _ in range(runs) for log in logs], description="gateway"):
        with running_stack(log, ("gateway",)) as stack:
            for work in both:
                found[log, work.ingest].append(measure(stack, work, seconds))
    result = {log: {work.ingest: medians(found[log, work.ingest]) for work in both} for log in logs}
    show(result, limits)
    if not quick:
        facts = {"workload": name, "batch": BATCH, "runs": runs, "seconds": seconds, "generator_requests_per_s": limits}
        print(f"written to {save('gateway', facts | dict(result))}")


def show(result: dict[Log, dict[Ingest, Any]], limits: dict[Ingest, float]) -> None:
    headings = ("log", "ingest", "requests/s", "traces/s", "CPU µs/request", "p50 ms", "p95 ms", "p99 ms")
    table = Table(*headings, title="the maximum, and latencies at half of it")
    for log, by_ingest in result.items():
        for ingest, row in by_ingest.items():
            numbers = (row["requests_per_s"], row["traces_per_s"], row["gateway_cpu_us_per_request"])
            latencies = [row["half_rate_ms"][name] for name in ("p50", "p95", "p99")]
            table.add_row(log, ingest, *(f"{number:,.0f}" for number in numbers), *map(str, latencies))
    Console().print(table)
    print("the generator alone:", ", ".join(f"{ingest} {rate:,.0f}/s" for ingest, rate in limits.items()))


if __name__ == "__main__":
    typer.run(main)
