"""`metronis demo`: a few hundred traces of our own through the whole stack, and what was found."""

from __future__ import annotations

import os
import random
import shutil
import sys
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Annotated

import msgspec
import typer
from prometheus_client.parser import text_string_to_metric_families
from rich.console import Console, Group
from rich.panel import Panel
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from metronis.cli.client import Gateway, open_client, running_gateway
from metronis.cli.read import listed
from metronis.cli.reading import GatewayReader, Reader
from metronis.cli.render import explained, printable, table
from metronis.cli.tables import stats_view
from metronis.clock import Clock, SystemClock
from metronis.demo.traces import case_tag, demo_traces, interesting_cases
from metronis.errors import Unavailable
from metronis.settings import Settings, load
from metronis.supervisor import Supervisor
from monitoring.logs import configure
from schemas.trace import DEFAULT_DOMAIN, DEFAULT_ORG, Trace
from storage.read import TraceDetail, TraceFilter, TraceSummary

BATCH = 25
LOOK_EVERY_S = 0.2
PATIENCE_S = 60.0  # without one more verdict
EXPLAINED = 3

EPILOG = "Example: metronis demo --count 500"


def demo(
    count: Annotated[int, typer.Option(min=1, max=10_000, help="Traces to send.")] = 300,
    seed: Annotated[int, typer.Option(help="Another seed makes other traces.")] = 7,
) -> None:
    """Send realistic traces, good and bad, through every tier; then show what was found where at what cost."""
    settings = load().model_copy(update={"log_level": "error"})
    configure(settings.log_level)
    console, clock = Console(), SystemClock()
    traces = demo_traces(count, seed, now=clock.now())
    with _stack(settings, console) as url, open_client(url) as client:
        gateway = Gateway(client, clock, random.Random())
        reader = GatewayReader(gateway)
        with _progress(console) as progress:
            _send(gateway, traces, progress)
            rows = _judged(reader, traces, progress, clock)
        tables = (_by_kind(rows), _by_domain(reader, rows), _replaced(gateway))
        console.print(Group(Text(), stats_view(reader.stats(DEFAULT_ORG)), *tables))
        for detail in islice(_interesting(reader, rows), EXPLAINED):
            _explain(console, detail)
    _say_next(console, settings, traces[-1])


@contextmanager
def _stack(settings: Settings, console: Console) -> Iterator[str]:
    """The address of the running stack; one is started, and stopped afterwards, where none runs."""
    url = running_gateway(settings)
    if url is not None:
        console.print(f"the stack already runs at {url}")
        yield url
        return
    supervisor = Supervisor(settings)
    with console.status("starting the gateway, a worker and the store"):
        url = supervisor.start()
    try:
        yield url
    finally:
        supervisor.stop()


def _progress(console: Console) -> Progress:
    columns = (TextColumn("{task.description:<10}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=console)


def _send(gateway: Gateway, traces: Sequence[Trace], progress: Progress) -> None:
    for start in progress.track(range(0, len(traces), BATCH), description="sending"):
        gateway.send([msgspec.json.encode(trace) for trace in traces[start : start + BATCH]])


def _judged(reader: Reader, traces: Sequence[Trace], progress: Progress, clock: Clock) -> list[TraceSummary]:
    """The traces as listed, once each has its verdict. Raises Unavailable where verdicts stop coming."""
    wanted = {trace.trace_id for trace in traces}
    bar = progress.add_task("judging", total=len(wanted))
    seen, waited_s = 0, 0.0
    while True:
        listing = listed(reader, TraceFilter(org_id=DEFAULT_ORG, tag="demo"), 20 * len(wanted))
        rows = [row for row in listing if row.decision and row.trace_id in wanted]
        progress.update(bar, completed=len(rows))
        if len(rows) == len(wanted):
            return rows
        waited_s = 0.0 if len(rows) > seen else waited_s + LOOK_EVERY_S
        seen = len(rows)
        if waited_s > PATIENCE_S:
            raise Unavailable(
                f"{len(wanted) - seen} traces got no verdict within {PATIENCE_S:.0f} s; see the log above"
            )
        clock.sleep(LOOK_EVERY_S)


def _by_kind(rows: Sequence[TraceSummary]) -> Table:
    """Verdicts by kind of trace."""
    shown = table("kind", ">traces", ">failed", ">for review")
    for kind in sorted({row.kind for row in rows}):
        of_kind = [row.decision for row in rows if row.kind == kind]
        cells = (len(of_kind), of_kind.count("fail"), of_kind.count("needs_review"))
        shown.add_row(kind, *(f"{cell:,}" for cell in cells))
    return shown


def _by_domain(reader: Reader, rows: Sequence[TraceSummary]) -> Table:
    """Failed traces by domain, and of each the finding that its own rules are surest of."""
    from domains.catalogue import load_policies  # a second to import, which other commands spare

    policies = load_policies(load().domains_dir)
    general = {planned.evaluator.issue for planned in policies[DEFAULT_DOMAIN].planned}
    shown = table("domain", ">failed", "caught, for example")
    for domain in sorted({row.domain for row in rows}):
        failed = [row for row in rows if row.domain == domain and row.decision == "fail"]
        common = frozenset() if domain == DEFAULT_DOMAIN else general
        example = max(failed, key=lambda row: (_worst(row.issues, common), row.trace_id), default=None)
        found = reader.trace(DEFAULT_ORG, example.trace_id).evaluations if example else []
        own = [row for row in found if row.outcome == "fail" and row.issue not in common]
        finding = max(own, key=lambda row: row.score or 0.0, default=None)
        said = f"{finding.evaluator}: {finding.explanation}" if finding else ""
        shown.add_row(domain, f"{len(failed):,}", printable(said))
    return shown


def _worst(issues: Mapping[str, float], without: Collection[str]) -> float:
    return max((score for issue, score in issues.items() if issue not in without), default=0.0)


def _replaced(gateway: Gateway) -> Table:
    """Personal data that the running stack has replaced, by type."""
    counts: Counter[str] = Counter()
    for family in text_string_to_metric_families(gateway.get("/metrics", {}).decode()):
        for sample in family.samples:
            if sample.name == "metronis_entities_found_total":
                counts[sample.labels["type"]] += int(sample.value)
    shown = table("personal data replaced at t0", ">values")
    for entity_type, count in counts.most_common():
        shown.add_row(entity_type, f"{count:,}")
    return shown


def _interesting(reader: Reader, rows: Sequence[TraceSummary]) -> Iterator[TraceDetail]:
    """The riskiest failed traces of interesting cases, each of another domain and with another issue."""
    cases = interesting_cases()
    seen: set[str] = set()
    for row in sorted(rows, key=lambda row: (-(row.risk or 0.0), row.trace_id)):
        about = {row.domain, max(row.issues, key=row.issues.__getitem__, default="")}
        if row.decision == "fail" and seen.isdisjoint(about) and cases.intersection(row.tags):
            seen |= about
            yield reader.trace(DEFAULT_ORG, row.trace_id)


def _explain(console: Console, detail: TraceDetail) -> None:
    if detail.verdict:
        title = case_tag(detail.trace) or str(detail.trace.trace_id)
        body = explained(detail.trace, detail.verdict, detail.evaluations)
        console.print(Panel(body, title=Text(title), title_align="left", padding=(1, 2)))


def _say_next(console: Console, settings: Settings, trace: Trace) -> None:
    program = "metronis" if shutil.which("metronis") else os.path.relpath(sys.argv[0])
    lines = (
        ("make up", f"the stack, with these traces at http://{settings.api.host}:{settings.api.port}"),
        (f"{program} traces --decision fail", "what failed"),
        (f"{program} trace {trace.trace_id}", "one trace explained"),
        (f"{program} eval FILE.jsonl --report report.json", "the same tiers over a file of yours"),
    )
    console.print("Look further with\n", style="bold")
    for command, what in lines:
        console.print(Text.assemble("  ", (command, "bold"), f"\n      {what}"), highlight=False)
