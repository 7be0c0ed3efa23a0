"""`metronis replay`: traces judged again by today's evaluators or under another policy, and what flips."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing
from datetime import datetime
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from metronis.cli.progress import TraceProgress
from metronis.cli.read import Json, Org, moment
from metronis.cli.render import coloured, excerpt, percent, printable, table
from metronis.clock import Clock, SystemClock
from metronis.errors import MetronisError, Misconfigured, Unavailable
from metronis.flips import Diff, DiffTally, DomainChange, EvaluatorFlip, Flip
from metronis.log import open_broker
from metronis.replay import Replay
from metronis.replay_sources import LoggedTraces, Source, StoredTraces
from metronis.settings import Settings, load
from metronis.store import embedded_folder, is_embedded, open_store
from processors.policy import Policies
from processors.scoring import share
from schemas.trace import DEFAULT_ORG
from schemas.verdict import DECISIONS
from storage.history import Period
from storage.store import Store

MAX_EVALUATOR_ROWS = 20

EPILOG = """Examples:

metronis replay --since 7d --dry-run

metronis replay --since 2026-01-01 --until 2026-02-01 --policy strict.yaml

metronis replay --since 7d --from-log"""


def replay(
    since: Annotated[
        datetime, typer.Option(parser=moment, metavar="TIME", help="Traces from then on: 24h, 7d or an ISO 8601 time.")
    ],
    until: Annotated[
        datetime | None,
        typer.Option(
            parser=moment, metavar="TIME", help="Traces before then: 24h, 7d or an ISO 8601 time. Default: now."
        ),
    ] = None,
    org: Org = DEFAULT_ORG,
    domain: Annotated[str | None, typer.Option(help="Only of this domain.")] = None,
    policy: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Judge its domain, and that alone, by this domain file instead of ours."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would flip and write nothing.")] = False,
    limit: Annotated[int | None, typer.Option(min=1, help="Judge at most so many, the oldest first.")] = None,
    from_log: Annotated[
        bool, typer.Option("--from-log", help="Read what the log still has, and restore what the store lacks of it.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Judge stored traces again by today's evaluators and policies, write the new verdicts, and show what flips.

    Alerts nobody. The same command once more writes nothing new, and finishes a run that was cut off.
    """
    settings, clock = load(), SystemClock()
    policies, only_domain = chosen_policies(policy, domain)
    period = Period(org_id=org, since=since, until=until or clock.now(), domain=only_domain)
    if period.since >= period.until:
        raise Misconfigured(f"--since {since:%Y-%m-%d %H:%M:%S} is not before --until; the period is empty")
    diff = _replayed(settings, policies, period, clock, from_log=from_log, dry_run=dry_run, limit=limit)
    if as_json:
        typer.echo(msgspec.json.encode({"period": period, "dry_run": dry_run, **msgspec.structs.asdict(diff)}))
    else:
        Console().print(diff_view(diff, dry_run=dry_run))


def chosen_policies(file: Path | None, domain: str | None) -> tuple[Policies, str | None]:
    """The policies to judge by, and the one domain that is asked for. Raises Misconfigured."""
    from domains.catalogue import load_policies, load_policy_file  # with every evaluator, which other commands spare

    folder = load().domains_dir
    policies = load_policies(folder)
    if domain is not None and domain not in policies:
        raise Misconfigured(f"no domain is called {domain!r}; choose from {', '.join(policies)}")
    if file is None:
        return policies, domain
    policy = load_policy_file(file, folder)
    if domain not in (None, policy.domain):
        raise Misconfigured(f"{file} is a policy for {policy.domain}, not for {domain}; leave --domain out")
    return {policy.domain: policy}, policy.domain


def _replayed(
    settings: Settings,
    policies: Policies,
    period: Period,
    clock: Clock,
    *,
    from_log: bool,
    dry_run: bool,
    limit: int | None,
) -> Diff:
    if is_embedded(settings) and not (settings.data_dir if from_log else embedded_folder(settings)).exists():
        return DiffTally().diff()  # nothing was ever stored, and asking should not make a store
    console = Console(stderr=True)
    with ExitStack() as opened:
        store = opened.enter_context(closing(open_store(settings)))
        source: Source = StoredTraces(store, period)
        if from_log:
            source = LoggedTraces(opened.enter_context(closing(open_broker(settings))), store, period, clock)
        try:
            return replayed(source, store, policies, clock, console, dry_run=dry_run, limit=limit)
        except Unavailable as error:
            raise MetronisError(f"{error}; run the same command again to go on from there") from error


def replayed(
    source: Source,
    store: Store,
    policies: Policies,
    clock: Clock,
    console: Console,
    *,
    dry_run: bool,
    limit: int | None = None,
) -> Diff:
    """Replay a source, with progress on `console`. Raises Unavailable; what is written by then stays."""
    from metronis.pipeline import build_heuristics  # a second to import

    tier = build_heuristics(clock)
    run = Replay(store, policies, tier, clock, write=not dry_run)
    tally = DiffTally()
    read = 0
    with TraceProgress("judging again", source.size(), console, clock) as progress:
        for page in run.run(source, limit):
            tally.add(page)
            read += page.read
            progress.advance(page.traces, read)
    return tally.diff()


def diff_view(diff: Diff, *, dry_run: bool) -> Group:
    """All that `metronis replay` says."""
    parts: list[RenderableType] = [Text(_headline(diff, dry_run=dry_run), style="bold")]
    if diff.restored:
        parts.append(Text(f"{diff.restored:,} {'would be' if dry_run else 'are'} back in the store, which lacked them"))
    parts += [Text(printable(f"{count:,} not judged again: {reason}")) for reason, count in diff.skipped.items()]
    if diff.flips:
        parts.append(_flip_table(diff.flips, diff.judged))
    if diff.judged:
        parts.append(_domain_table(diff.domains))
    if diff.evaluators:
        parts.append(_evaluator_table(diff.evaluators))
    parts += _examples(diff.flips)
    return Group(*parts)


def _headline(diff: Diff, *, dry_run: bool) -> str:
    done = []
    if diff.judged:
        flipped = diff.judged - diff.unchanged
        unchanged = percent(share(diff.unchanged, diff.judged))
        done.append(f"{diff.judged:,} judged again, {flipped:,} flipped, {unchanged} unchanged")
    if diff.first:
        done.append(f"{diff.first:,} judged for the first time")
    if not done:
        return "nothing to judge again" if diff.skipped or diff.restored else "no traces in this period"
    return "; ".join([*done, "a dry run: nothing was written" if dry_run else "the new verdicts are stored"])


def _flip_table(flips: Iterable[Flip], judged: int) -> Table:
    shown = table("flipped from", "to", ">traces", ">share")
    for flip in flips:
        shown.add_row(
            coloured(flip.before), coloured(flip.after), f"{flip.traces:,}", percent(share(flip.traces, judged))
        )
    return shown


def _domain_table(domains: Iterable[DomainChange]) -> Table:
    """By policy, whose name begins with its domain: traces, flips, and how many more or fewer have which decision."""
    shown = table("judged under", ">traces", ">flipped", *(f">{decision}" for decision in DECISIONS))
    for row in domains:
        changes = (row.after[decision] - row.before[decision] for decision in DECISIONS)
        cells = [f"{change:+,}" if change else "0" for change in changes]
        shown.add_row(Text(row.policy_version), f"{row.judged:,}", f"{row.flipped:,}", *cells)
    return shown


def _evaluator_table(rows: list[EvaluatorFlip]) -> Table:
    shown = table("evaluator", "said", "says", ">traces")
    for row in rows[:MAX_EVALUATOR_ROWS]:
        shown.add_row(Text(printable(row.evaluator)), coloured(row.before), coloured(row.after), f"{row.traces:,}")
    hidden = len(rows) - MAX_EVALUATOR_ROWS
    if hidden > 0:
        shown.add_row(Text(f"and {hidden:,} more; --json has all", style="dim"))
    return shown


def _examples(flips: Iterable[Flip]) -> Iterator[RenderableType]:
    """A few traces of each flip with the reasons of both verdicts; `metronis trace ID` shows the rest."""
    for flip in flips:
        for example in flip.examples:
            yield Text.assemble(
                coloured(flip.before),
                " → ",
                coloured(flip.after),
                f"  {example.trace_id}",
                (f"  {printable(example.domain)}", "dim"),
            )
            reasons = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
            reasons.add_row("  was", Text(excerpt(example.reason_before)))
            reasons.add_row("  now", Text(excerpt(example.reason_after)))
            yield reasons
