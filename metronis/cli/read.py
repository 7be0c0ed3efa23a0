"""`metronis trace`, `traces` and `stats`: what was found, for people and, with --json, for programs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Annotated
from uuid import UUID

import msgspec
import typer
from rich.console import Console
from rich.text import Text

from metronis.cli.reading import LARGEST_PAGE, Reader, open_reader
from metronis.cli.render import contents, explained
from metronis.cli.tables import stats_view, trace_lines
from metronis.clock import Clock, SystemClock
from metronis.settings import load
from schemas.trace import DEFAULT_ORG, Kind
from schemas.verdict import Decision
from storage.read import TraceFilter, TraceSummary

NOTHING_YET = "no traces yet: send some with `metronis ingest FILE`, or run `make demo`"
NONE_FIT = "no traces fit"

TRACE_EPILOG = "Example: metronis trace 0b3f0f7e-8d5c-4c9e-9a51-2f6f0f4f7a11"
TRACES_EPILOG = "Example: metronis traces --decision fail --domain healthcare --since 24h"
STATS_EPILOG = "Example: metronis stats --json"

Org = Annotated[str, typer.Option("--org", help="The organisation that is asked about.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]

_AGO = re.compile(r"(\d{1,6})([mhd])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def moment(text: str, clock: Clock | None = None) -> datetime:
    """`90m`, `24h`, `7d` ago, or a time in ISO 8601, which is UTC where it names no zone."""
    ago = _AGO.fullmatch(text)
    try:
        if ago:
            return (clock or SystemClock()).now() - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
        at = datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        raise typer.BadParameter(f"{text!r} is no time; give one such as 24h, 7d or 2026-01-31T12:00Z") from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def trace(
    trace_id: Annotated[UUID, typer.Argument(metavar="ID", help="The trace's id.")],
    org: Org = DEFAULT_ORG,
    as_json: Json = False,
) -> None:
    """Show one trace with its verdict explained: why, where to look, and what each evaluator said."""
    with open_reader(load()) as reader:
        detail = reader.trace(org, trace_id)
    if as_json:
        typer.echo(msgspec.json.encode(detail))
    elif detail.verdict:
        Console().print(explained(detail.trace, detail.verdict, detail.evaluations))
    else:
        Console().print(contents(detail.trace, because="no verdict yet; ask again in a moment"))


def traces(
    org: Org = DEFAULT_ORG,
    domain: Annotated[str | None, typer.Option(help="Only of this domain.")] = None,
    kind: Annotated[Kind | None, typer.Option(help="Only of this kind.")] = None,
    model: Annotated[str | None, typer.Option(help="Only of this model.")] = None,
    decision: Annotated[Decision | None, typer.Option(help="Only with this verdict.")] = None,
    issue: Annotated[str | None, typer.Option(help="Only with a score above zero for this issue code.")] = None,
    min_risk: Annotated[float | None, typer.Option(min=0, max=1, help="Only with at least this risk.")] = None,
    session: Annotated[str | None, typer.Option(help="Only of this session.")] = None,
    user: Annotated[str | None, typer.Option(help="Only of this user, as stored: a pseudonym.")] = None,
    tag: Annotated[str | None, typer.Option(help="Only with this tag.")] = None,
    text: Annotated[str | None, typer.Option(help="Only with this in the input or output, in any case.")] = None,
    since: Annotated[
        datetime | None, typer.Option(parser=moment, metavar="TIME", help="From then on: 24h, 7d or an ISO 8601 time.")
    ] = None,
    until: Annotated[
        datetime | None, typer.Option(parser=moment, metavar="TIME", help="Before then: 24h, 7d or an ISO 8601 time.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 20,
    as_json: Json = False,
) -> None:
    """List traces, newest first; with --json one object a line."""
    filters = TraceFilter(
        org_id=org,
        domain=domain,
        kind=kind,
        model=model,
        decision=decision,
        issue=issue,
        min_risk=min_risk,
        session_id=session,
        user_id=user,
        tag=tag,
        text=text,
        since=since,
        until=until,
    )
    with open_reader(load()) as reader:
        rows = listed(reader, filters, limit)
        if as_json:
            for row in rows:
                typer.echo(msgspec.json.encode(row))
        else:
            _show(rows, Console(), limit, lambda: NONE_FIT if reader.stats(org).traces else NOTHING_YET)


def _show(rows: Iterable[TraceSummary], console: Console, limit: int, when_empty: Callable[[], str]) -> None:
    shown = 0
    for row in rows:
        console.print(trace_lines(row, console.width))
        shown += 1
    if not shown:
        console.print(when_empty())
    elif shown == limit:
        console.print(Text(f"the newest {limit:,}; --limit shows more, `metronis trace ID` explains one", style="dim"))


def listed(reader: Reader, filters: TraceFilter, limit: int, page_size: int = LARGEST_PAGE) -> Iterator[TraceSummary]:
    """At most `limit` traces, page by page."""
    cursor: str | None = None
    while limit > 0:
        page = reader.traces(filters, min(limit, page_size), cursor)
        yield from page.items
        limit -= len(page.items)
        cursor = page.next_cursor
        if cursor is None:
            return


def stats(org: Org = DEFAULT_ORG, as_json: Json = False) -> None:
    """Count verdicts by domain, issues, evaluators, and what each tier took."""
    with open_reader(load()) as reader:
        found = reader.stats(org)
    if as_json:
        typer.echo(msgspec.json.encode(found))
    elif found.traces:
        Console().print(stats_view(found))
    else:
        Console().print(NOTHING_YET)
