"""`metronis eval`: a file of traces through the real tiers in process, with scores where the traces carry labels."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from metronis.cli.judging import Judge, PipelineJudge, Refused, judge_in_order
from metronis.cli.lines import LineFile, chunks
from metronis.cli.progress import TraceProgress
from metronis.cli.render import refused_lines, run_summary
from metronis.cli.report import Metrics, ReportFile, Summary
from metronis.clock import Clock, SystemClock
from metronis.errors import MetronisError
from metronis.settings import Settings, load
from metronis.tiers import tier_names
from schemas.evaluation import Tier

MAX_SHOWN = 20
CHUNK_LINES = 64
CHUNK_BYTES = 1 << 20
MOST_DEFAULT_JOBS = 8  # a process takes about 0.13 GiB, and the whole run is to stay under 2 GiB
BYTES_WORTH_A_PROCESS = 1 << 20  # a process takes seconds to start

EPILOG = """Examples:

metronis eval traces.jsonl --report report.json

zcat traces.jsonl.gz | metronis eval - --tiers t0,t1 --jobs 2"""


@dataclass(frozen=True)
class RealJudge:
    """Builds a judge over the real tiers; crosses to other processes."""

    settings: Settings
    tiers: tuple[Tier, ...]
    now: datetime

    def __call__(self) -> Judge:
        from metronis.pipeline import build_pipeline  # seconds to import, and not needed by the parent of processes

        return PipelineJudge(build_pipeline(self.settings, self.tiers), self.settings.ingest, self.now)


@dataclass(frozen=True)
class Run:
    """What a run came to. shown: the first rejected lines."""

    metrics: Metrics
    shown: list[Refused]


def evaluate(
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="JSONL, plain or gzip, one trace a line; - reads standard input.")
    ],
    report: Annotated[
        Path | None, typer.Option(dir_okay=False, help="Write metrics and a result for each trace to this JSON file.")
    ] = None,
    tiers: Annotated[str, typer.Option(help="Tiers to run, divided by commas.")] = "t0,t1",
    jobs: Annotated[
        int | None,
        typer.Option(min=1, help="Processes. Default: the machine's cores, at most 8, fewer for a small file."),
    ] = None,
) -> None:
    """Run a file of traces through the real tiers, and score the verdicts where traces carry `expected`.

    Ends with status 1 where lines were rejected; the others are evaluated all the same.
    """
    settings = load()
    make_judge = RealJudge(settings, tier_names(tiers), SystemClock().now())
    with LineFile(file, settings.ingest.max_trace_bytes) as lines:
        run = run_file(lines, make_judge, jobs or default_jobs(lines.size_bytes), report)
    console = Console()
    console.print(run_summary(run.metrics))
    if report:
        console.print(f"report: {report}", soft_wrap=True, markup=False, highlight=False)
    if run.metrics.rejected:
        where = f"; all are in {report}" if report else "; --report FILE keeps all of them"
        Console(stderr=True).print(refused_lines(run.shown, run.metrics.rejected, where))
        raise typer.Exit(1)
    if not run.metrics.traces:
        raise MetronisError(f"{lines.name} holds no traces")


def default_jobs(size_bytes: int | None) -> int:
    """As many processes as there are cores and the input is worth."""
    cores = min(
        len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1, MOST_DEFAULT_JOBS
    )
    return cores if size_bytes is None else max(1, min(cores, size_bytes // BYTES_WORTH_A_PROCESS))


def run_file(
    lines: LineFile, make_judge: Callable[[], Judge], jobs: int, report: Path | None, clock: Clock | None = None
) -> Run:
    """Judge every line; write the report where one is asked for. Raises as LineFile, ReportFile and the judge do."""
    if report is None:
        return _run(lines, make_judge, jobs, None, clock or SystemClock())
    with ReportFile(report) as out:
        run = _run(lines, make_judge, jobs, out, clock or SystemClock())
        out.finish(lines.name, run.metrics)
    return run


def _run(lines: LineFile, make_judge: Callable[[], Judge], jobs: int, out: ReportFile | None, clock: Clock) -> Run:
    summary = Summary()
    shown: list[Refused] = []
    with TraceProgress("evaluating", lines.size_bytes, Console(stderr=True), clock) as progress:
        for results in judge_in_order(chunks(lines, CHUNK_LINES, CHUNK_BYTES), make_judge, jobs):
            for result in results:
                summary.add(result)
                if out:
                    out.add(result)
                if isinstance(result, Refused) and len(shown) < MAX_SHOWN:
                    shown.append(result)
            progress.advance(len(results), lines.position_bytes)
    return Run(summary.metrics(wall_s=progress.elapsed_s, jobs=jobs), shown)
