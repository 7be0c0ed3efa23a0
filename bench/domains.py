"""Time of tier 1 with each domain's evaluators, trace by trace, and of loading all domains.

    python -m bench.domains [--traces 3000] [--rounds 5] [--save]

Traces of a kilobyte (`bench/workloads/traces-1kb.toml`, the demo's cases of every domain), sanitised before; CPU time
of one thread, each trace by itself; percentiles are of each trace's median over the rounds. Loading is timed
in new processes, with what the scanners compile cached and not.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from bench.machine import save
from bench.pipeline import messages, workload
from domains.catalogue import load_policies
from metronis.clock import SystemClock
from metronis.pipeline import build_heuristics, build_sanitize
from metronis.settings import Settings
from processors.policy import Policies
from schemas.case import Case
from schemas.public import decode_message
from schemas.trace import NO_TIME, Trace

WORKLOAD = "traces-1kb"
CASE = Case(source="", ingested_at=NO_TIME)
WARM_UP = 200
SLOWEST = 5

_LOAD = """
import json, time
began = time.perf_counter()
from domains import catalogue
imported = time.perf_counter()
found = catalogue.load_domains()
loaded = time.perf_counter()
print(json.dumps({"import_s": imported - began, "load_s": loaded - imported, "domains": len(found)}))
"""


def main(
    traces: Annotated[int, typer.Option(min=100, help="Traces in all.")] = 3_000,
    rounds: Annotated[int, typer.Option(min=1)] = 5,
    keep: Annotated[bool, typer.Option("--save", help="Write the figures to bench/results.")] = False,
) -> None:
    """Measure tier 1 by domain, and loading."""
    clean = _sanitised(traces)
    tier, policies = build_heuristics(SystemClock()), load_policies()
    spent_us: dict[int, list[float]] = defaultdict(list)
    evaluators: dict[str, list[float]] = defaultdict(list)
    for trace in clean[:WARM_UP]:
        tier.evaluate(trace, CASE, policies[trace.domain])
    for _ in track(range(rounds), description="judging"):
        for number, trace in enumerate(clean):
            began = time.thread_time_ns()
            case, _ = tier.evaluate(trace, CASE, policies[trace.domain])
            spent_us[number].append((time.thread_time_ns() - began) / 1_000)
            for row in case.evaluations:
                evaluators[row.evaluator].append(row.duration_us)
    result = {
        "workload": WORKLOAD,
        "traces": traces,
        "rounds": rounds,
        "t1_us": _by_domain(policies, clean, {number: statistics.median(each) for number, each in spent_us.items()}),
        "slowest_us": _slowest(evaluators),
        "loading": {"cached": _loading(rounds, cold=False), "not cached": _loading(rounds, cold=True)},
    }
    _show(result)
    if keep:
        print(f"written to {save('domains', result)}")


def _sanitised(count: int) -> list[Trace]:
    with tempfile.TemporaryDirectory() as folder:
        tier = build_sanitize(Settings(data_dir=Path(folder)), SystemClock())
        decoded = [
            decode_message(message.value, max_bytes=1 << 24, max_depth=64)
            for message in messages(workload(WORKLOAD), 0, count)
        ]
        return [tier.sanitize(trace, CASE)[0] for trace in track(decoded, description="sanitising")]


def _by_domain(
    policies: Policies, traces: Sequence[Trace], spent_us: Mapping[int, float]
) -> dict[str, dict[str, float]]:
    times: dict[str, list[float]] = defaultdict(list)
    for number, trace in enumerate(traces):
        times[trace.domain].append(spent_us[number])
        times["all"].append(spent_us[number])
    return {
        domain: {
            "evaluators": len(policies[domain].planned) if domain in policies else 0,
            "traces": len(spent),
            **{name: _percentile(spent, share) for name, share in (("p50", 50), ("p95", 95), ("p99", 99))},
        }
        for domain, spent in sorted(times.items())
    }


def _percentile(values: Sequence[float], share: int) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[share - 1]


def _slowest(evaluators: Mapping[str, Sequence[float]]) -> dict[str, float]:
    means = {name: statistics.mean(spent) for name, spent in evaluators.items()}
    return dict(sorted(means.items(), key=lambda item: -item[1])[:SLOWEST])


def _loading(rounds: int, *, cold: bool) -> dict[str, Any]:
    """Median seconds of importing and of loading, each time in a new process."""
    runs = []
    with tempfile.TemporaryDirectory() as folder:
        for number in range(rounds + 1):
            cache = Path(folder) / (str(number) if cold else "one")
            environment = {**os.environ, "XDG_CACHE_HOME": str(cache)}
            done = subprocess.run([sys.executable, "-c", _LOAD], env=environment, capture_output=True, check=True)
            runs.append(json.loads(done.stdout))
    return {name: statistics.median(run[name] for run in runs[1:]) for name in ("import_s", "load_s", "domains")}


def _show(result: Mapping[str, Any]) -> None:
    table = Table("domain", "evaluators", "traces", "p50 µs", "p95 µs", "p99 µs")
    for domain, row in result["t1_us"].items():
        figures = (f"{row[name]:.0f}" for name in ("p50", "p95", "p99"))
        table.add_row(domain, str(row["evaluators"]), str(row["traces"]), *figures)
    console = Console()
    console.print(table)
    for name, mean_us in result["slowest_us"].items():
        console.print(f"{name}: {mean_us:.0f} µs in the mean")
    for cache, row in result["loading"].items():
        console.print(f"loading, {cache}: {row['load_s']:.2f} s after {row['import_s']:.2f} s of importing")


if __name__ == "__main__":
    typer.run(main)
