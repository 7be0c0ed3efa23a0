"""Cost of tier 1 against the number of validators: all phrases in one scan, beside each validator by itself.

    python -m bench.validators [--rounds 7] [--save]

Traces of a kilobyte (`bench/workloads/traces-1kb.toml`). A validator has three phrases of words from a seeded
vocabulary; one validator in fifty has, beside these, a phrase that some traces have. By itself, each validator is
called and searches for its phrases with RE2: what a policy without a scanner does. The rows of both must be the same.
CPU time of one thread, each trace by itself, both sides in turns; medians of the rounds.
"""

from __future__ import annotations

import random
import statistics
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, ClassVar

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from bench.machine import save
from bench.pipeline import messages, workload
from metronis.clock import SystemClock
from processors.evaluator import Evaluator, Fail, Pass, Result, Sought
from processors.policy import Planned, Policy
from processors.scan.phrase import Phrase
from processors.scan.scanner import Scanner
from processors.subject import Field, Subject
from processors.tiers.heuristics import Heuristics
from schemas.case import Case
from schemas.evaluation import Evaluation
from schemas.trace import DEFAULT_DOMAIN, NO_TIME, Trace

WORKLOAD = "traces-1kb"
COUNTS = (10, 100, 1_000)
SEED = 11
OFTEN = ("reviewed by the team", "other papers", "record ... week", "answer*")
EVERY = 50  # validators one has a phrase that is often there
SYLLABLES = ("ba", "ce", "di", "fo", "gu", "lan", "mer", "nis", "por", "qua", "ster", "ti", "vol", "xen")
FIELDS: tuple[Field, ...] = ("output", "context")
CASE = Case(source="", ingested_at=NO_TIME)
HELD = Pass()


@dataclass(frozen=True, kw_only=True)
class Unsaid(Evaluator):
    """Neither the output nor the context has one of the phrases. scanned: whether it takes part in the scan."""

    name: ClassVar[str] = "unsaid"
    version: ClassVar[int] = 1
    issue: ClassVar[str] = "quality"

    unsaid: tuple[Phrase, ...]
    scanned: bool

    @property
    def wakes_on(self) -> Sought | None:
        return tuple((field, phrase) for field in FIELDS for phrase in self.unsaid) if self.scanned else None

    def asleep(self, subject: Subject) -> Result:  # noqa: ARG002 - it is always the same
        return HELD

    def evaluate(self, subject: Subject) -> Result:
        for field in FIELDS:
            for phrase in self.unsaid:
                if subject.find(phrase, field):
                    return Fail(score=0.2, severity="low", label="said", explanation=f"The {field} says so.")
        return HELD


def phrases(count: int) -> list[tuple[Phrase, ...]]:
    """Those of each validator; the same for the same count."""
    seeded = random.Random(SEED)

    def word() -> str:
        return "".join(seeded.choices(SYLLABLES, k=3))

    made = []
    for number in range(count):
        sources = [f"{word()} {word()}", f"{word()}*", f"{word()} ... {word()}"]
        sources += [OFTEN[number // EVERY % len(OFTEN)]] if number % EVERY == 0 else []
        made.append(tuple(map(Phrase, sources)))
    return made


class Side:
    """Tier 1 with validators of these phrases."""

    def __init__(self, made: Iterable[tuple[Phrase, ...]], *, scanned: bool) -> None:
        planned = tuple(Planned(evaluator=Unsaid(unsaid=unsaid, scanned=scanned)) for unsaid in made)
        self._policy = Policy(domain=DEFAULT_DOMAIN, version="bench", planned=planned)
        self._tier = Heuristics(SystemClock(), {})
        self._rounds: list[list[float]] = []  # microseconds of each trace

    def rows(self, trace: Trace) -> list[Evaluation]:
        """What is said of a trace, without how long it took."""
        case, _ = self._tier.evaluate(trace, CASE, self._policy)
        return [msgspec.structs.replace(row, duration_us=0.0) for row in case.evaluations]

    def round(self, traces: Iterable[Trace]) -> None:
        times = []
        for trace in traces:
            began = time.thread_time_ns()
            self._tier.evaluate(trace, CASE, self._policy)
            times.append((time.thread_time_ns() - began) / 1_000)
        self._rounds.append(times)

    def percentiles(self) -> dict[str, float]:
        cuts = [statistics.quantiles(times, n=20, method="inclusive") for times in self._rounds]
        p50, p95 = (statistics.median(each[at] for each in cuts) for at in (9, 18))
        return {"p50_us": round(p50, 1), "p95_us": round(p95, 1)}


def compare(count: int, traces: Sequence[Trace], rounds: int) -> dict[str, Any]:
    """Both sides on all traces. Raises RuntimeError where they do not say the same."""
    made = phrases(count)
    sides = {"scan": Side(made, scanned=True), "by itself": Side(made, scanned=False)}
    findings = 0
    for trace in traces:
        one, other = (side.rows(trace) for side in sides.values())
        if one != other:
            raise RuntimeError(f"the sides differ on {trace.trace_id}")
        findings += sum(row.outcome == "fail" for row in one)
    for _ in range(rounds):
        for side in sides.values():
            side.round(traces)
    facts = {"validators": count, "findings_per_trace": round(findings / len(traces), 2), **compiling(made)}
    return {**facts, **{name: side.percentiles() for name, side in sides.items()}}


def compiling(made: Iterable[tuple[Phrase, ...]]) -> dict[str, float]:
    """Milliseconds until a scanner is ready: the first time on a machine, and from its cache."""
    together = [phrase for unsaid in made for phrase in unsaid]
    times = []
    with tempfile.TemporaryDirectory() as folder:
        for _ in ("first", "cached"):
            began = time.perf_counter()
            Scanner(together, Path(folder))
            times.append(round((time.perf_counter() - began) * 1_000, 1))
    return {"compiled_ms": times[0], "read_ms": times[1]}


def main(
    rounds: Annotated[int, typer.Option(min=1, help="Medians of so many.")] = 7,
    keep: Annotated[bool, typer.Option("--save", help="Write the figures to bench/results.")] = False,
) -> None:
    """Compare both sides at 10, 100 and 1,000 validators."""
    spec = workload(WORKLOAD)
    decoded = [msgspec.json.decode(each.value, type=Trace) for each in messages(spec, 0, spec["distinct"])]
    traces = [msgspec.structs.replace(trace, domain=DEFAULT_DOMAIN) for trace in decoded]
    result = [compare(count, traces, rounds) for count in COUNTS]
    show(result)
    if keep:
        print(f"written to {save('validators', {'workload': WORKLOAD, 'rounds': rounds, 'counts': result})}")


def show(result: Iterable[dict[str, Any]]) -> None:
    table = Table(
        "validators", "compiled, ms", "read, ms", "findings", "scan p50, µs", "p95", "by itself p50, µs", "p95"
    )
    for row in result:
        sides = [figure for side in ("scan", "by itself") for figure in row[side].values()]
        facts = (row["compiled_ms"], row["read_ms"], row["findings_per_trace"], *sides)
        table.add_row(f"{row['validators']:,}", *map(str, facts))
    Console().print(table)


if __name__ == "__main__":
    typer.run(main)
