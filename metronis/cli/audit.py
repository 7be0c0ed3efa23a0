"""`metronis audit`: whether everything that was acked is stored once."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from typing import Annotated

import msgspec
import typer
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from metronis.audit import Report, Tally, audit
from metronis.cli.read import Json, moment
from metronis.cli.render import printable, table
from metronis.clock import SystemClock
from metronis.errors import Misconfigured
from metronis.log import open_broker
from metronis.settings import Settings, load
from metronis.store import embedded_folder, is_embedded, open_store

EPILOG = """Example: metronis audit --since 24h

Exit status: 0 sound, 1 something is lost, torn or doubled, 2 it could not be audited."""

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
UNKNOWN = "(unknown)"
DEFECTS = ("lost", "torn", "doubled")


def audit_command(
    since: Annotated[
        datetime | None,
        typer.Option(parser=moment, metavar="TIME", help="Acked from then on: 24h, 7d or an ISO 8601 time."),
    ] = None,
    until: Annotated[
        datetime | None, typer.Option(parser=moment, metavar="TIME", help="Acked before then. Default: now.")
    ] = None,
    org: Annotated[str | None, typer.Option("--org", help="Only of this organisation.")] = None,
    as_json: Json = False,
) -> None:
    """Check that everything acked is stored once: follow each record that the log still has to where it ended.

    Changes nothing. Where the store is embedded, stop the stack first: one process alone can open it.
    """
    settings = load()
    if is_embedded(settings) and not embedded_folder(settings).exists():
        raise Misconfigured(f"there is no store in {settings.data_dir}/; name another folder with METRONIS_DATA_DIR")
    report = _audited(settings, since or BEGINNING, until or SystemClock().now(), org)
    if as_json:
        typer.echo(msgspec.json.encode({"sound": report.is_sound, **msgspec.structs.asdict(report)}))
    else:
        Console().print(report_view(report))
    if not report.is_sound:
        raise typer.Exit(1)


def _audited(settings: Settings, since: datetime, until: datetime, org: str | None) -> Report:
    with closing(open_store(settings)) as store, closing(open_broker(settings)) as broker:
        return audit(broker, store, since, until, org)


def report_view(report: Report) -> Group:
    """The counts by organisation, examples of what is wrong, and the conclusion."""
    parts: list[RenderableType] = [_counts(report.organisations)]
    for tally in report.organisations:
        for example in tally.examples:
            where = f"{example.defect:<8}{tally.org_id or UNKNOWN}/{example.trace_id or UNKNOWN}"
            parts.append(Text(printable(f"{where}  {example.problem}  ({example.position})"), style="red"))
    parts.append(_conclusion(report))
    return Group(*parts)


def _counts(tallies: list[Tally]) -> Table:
    columns = ("acked", "stored", "duplicate", "dead", "waiting", *DEFECTS)
    shown = table("org", *(f">{column}" for column in columns))
    for tally in tallies:
        fine = (tally.acked, tally.stored, tally.duplicate, tally.dead_lettered, tally.waiting)
        cells = [Text(f"{count:,}") for count in fine]
        cells += [Text(f"{count:,}", style="bold red" if count else "") for count in _defects(tally)]
        shown.add_row(Text(printable(tally.org_id) or UNKNOWN), *cells)
    return shown


def _defects(tally: Tally) -> tuple[int, int, int]:
    return tally.lost, tally.torn, tally.doubled


def _conclusion(report: Report) -> Text:
    acked = sum(tally.acked for tally in report.organisations)
    if report.is_sound:
        return Text(f"{acked:,} acked: none lost, none torn, none doubled", style="green")
    lost, torn, doubled = map(sum, zip(*map(_defects, report.organisations), strict=True))
    told = f"{acked:,} acked: {lost:,} lost, {torn:,} torn, {doubled:,} doubled"
    hint = "\nwhat a process left open that died within the last half minute is hidden so long: run it again to be sure"
    return Text(told + (hint if lost or torn else ""), style="bold red")
