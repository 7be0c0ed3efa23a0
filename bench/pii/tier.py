"""Time of tier 0 on whole traces: detecting, replacing, reporting and encoding, and its share of T0 and T1 together.

    python -m bench.pii.tier [--workload traces-1kb] [--traces 2000] [--rounds 5] [--save]

One thread, CPU time, medians of the rounds. No two traces have a text in common, so nothing but short strings (roles,
tags, models) is remembered; the vault is SQLite in a folder of its own. Every round has its traces after those before.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bench.machine import save
from bench.pipeline import WORKLOADS, messages, workload
from domains.catalogue import load_policies
from metronis.clock import SystemClock
from metronis.pipeline import build_heuristics, build_sanitize
from metronis.settings import Sanitize, Settings
from processors.tiers.heuristics import Heuristics
from processors.tiers.sanitize import Sanitize as SanitizeTier
from schemas import codec
from schemas.case import Case, encode_case
from schemas.public import decode_message
from schemas.trace import Trace

WARM_UP = 500
POLICIES = load_policies()
CASE = Case(source="bench/0/0", ingested_at=datetime(2026, 1, 1, tzinfo=UTC))

Judged = tuple[Trace, Case]


def main(
    name: Annotated[str, typer.Option("--workload", help=f"A file of {WORKLOADS.name}/.")] = "traces-1kb",
    traces: Annotated[int, typer.Option(min=100, help="Traces in a round.")] = 2_000,
    rounds: Annotated[int, typer.Option(min=1)] = 5,
    keep: Annotated[bool, typer.Option("--save", help="Write the figures to bench/results.")] = False,
) -> None:
    """Measure tier 0."""
    spec = workload(name)
    decoded = [
        decode_message(message.value, max_bytes=1 << 24, max_depth=64)
        for message in messages(spec, 0, WARM_UP + rounds * traces)
    ]
    with tempfile.TemporaryDirectory() as folder:
        stages = _measured(Path(folder), decoded, rounds, traces)
    median_us = {stage: statistics.median(times) for stage, times in stages.items()}
    share = median_us["t0"] / (median_us["t0"] + median_us["t1"])
    _show(median_us, share)
    if keep:
        result = {"workload": name, "traces": traces, "rounds": rounds, "t0_share": share}
        print(f"written to {save(f'pii-tier-{name}', {**result, 'median_us': median_us, 'us': stages})}")


def _measured(folder: Path, decoded: Sequence[Trace], rounds: int, traces: int) -> dict[str, list[float]]:
    """Microseconds a trace by stage and round."""
    clock = SystemClock()
    with_pii = build_sanitize(Settings(data_dir=folder), clock, vault=True)
    without = build_sanitize(Settings(data_dir=folder, sanitize=Sanitize(enabled=False)), clock)
    t1 = build_heuristics(clock)
    warm = _sanitised(with_pii, decoded[:WARM_UP])
    _sanitised(without, decoded[:WARM_UP])
    _judged(t1, warm)
    stages: dict[str, list[float]] = {"t0": [], "t0 without detection": [], "t1": []}
    for number in range(rounds):
        first = WARM_UP + number * traces
        batch = decoded[first : first + traces]
        clean: list[Judged] = []

        def sanitise(batch: Sequence[Trace] = batch, clean: list[Judged] = clean) -> None:
            clean.extend(_sanitised(with_pii, batch))

        def pass_on(batch: Sequence[Trace] = batch) -> None:
            _sanitised(without, batch)

        def judge(clean: list[Judged] = clean) -> None:
            _judged(t1, clean)

        for stage, work in (("t0", sanitise), ("t0 without detection", pass_on), ("t1", judge)):
            stages[stage].append(_spent_us(work, traces))
    return stages


def _sanitised(tier: SanitizeTier, batch: Sequence[Trace]) -> list[Judged]:
    done = []
    for trace in batch:
        clean, case = tier.sanitize(trace, CASE)
        codec.TRACE.encode(clean)
        encode_case(case)
        done.append((clean, case))
    return done


def _judged(tier: Heuristics, batch: Sequence[Judged]) -> None:
    for trace, case in batch:
        tier.evaluate(trace, case, POLICIES[trace.domain])


def _spent_us(work: Callable[[], None], traces: int) -> float:
    began = time.process_time_ns()
    work()
    return (time.process_time_ns() - began) / 1_000 / traces


def _show(median_us: dict[str, float], share: float) -> None:
    table = Table("stage", "µs a trace")
    for stage, spent in median_us.items():
        table.add_row(stage, f"{spent:.0f}")
    table.add_row("share of t0 in t0 and t1", f"{share:.0%}")
    Console().print(table)


if __name__ == "__main__":
    typer.run(main)
