"""`metronis dlq list`, `show` and `replay`: what could not be processed, why, and its way back."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from metronis.cli.read import Json, moment
from metronis.cli.render import printable, table
from metronis.clock import SystemClock
from metronis.log import open_broker
from metronis.settings import load
from schemas.topics import TOPICS, source_of
from streams.broker import Broker
from streams.deadletter import DeadLetter
from streams.deadletter_replay import REPLAYABLE, Replayed, Selection, dead_letters, find, replay, waiting

LIST_EPILOG = "Example: metronis dlq list --code crashed --since 24h"
SHOW_EPILOG = "Example: metronis dlq show traces.raw.quarantine/0/17"
REPLAY_EPILOG = "Example: metronis dlq replay --code crashed --since 24h"
NONE_WAIT = "no dead letters wait"

app = typer.Typer(help="List, show and replay dead letters: what could not be processed.", no_args_is_help=True)


def _topic(name: str) -> str:
    known = [topic.name for topic in TOPICS]
    name = source_of(name)
    if name not in known:
        raise typer.BadParameter(f"there is no topic {name!r} with dead letters; choose from {', '.join(known)}")
    return name


Topics = Annotated[
    str | None, typer.Option("--topic", parser=_topic, metavar="NAME", help="Only of records on this topic.")
]
Code = Annotated[str | None, typer.Option("--code", metavar="CODE", help="Only with this error code, say `crashed`.")]
Since = Annotated[
    datetime | None,
    typer.Option("--since", parser=moment, metavar="TIME", help="Given up from then on: 24h, 7d, ISO 8601."),
]


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A dead letter in a list: no byte of the record but its key."""

    position: str
    source: str
    given_up_at: datetime
    step: str
    code: str
    attempt: int
    size_bytes: int
    key: str
    replayed: bool


@app.command("list", epilog=LIST_EPILOG)
def list_(
    topic: Topics = None,
    code: Code = None,
    since: Since = None,
    every: Annotated[bool, typer.Option("--all", help="Those that were replayed too.")] = False,
    limit: Annotated[int, typer.Option(min=1, help="At most so many: the newest of each topic.")] = 20,
    as_json: Json = False,
) -> None:
    """List dead letters that wait, the newest last; with --json one object a line."""
    with _log() as broker:
        replayed = Replayed(broker)
        rows: deque[Row] = deque(maxlen=limit)
        count = 0
        for letter in dead_letters(broker, _selection(topic, code, since)):
            if every or letter not in replayed:
                rows.append(_row(letter, replayed=letter in replayed))
                count += 1
    if as_json:
        for row in rows:
            typer.echo(msgspec.json.encode(row))
    elif rows:
        Console().print(_listed(rows))
        Console().print(Text(f"{len(rows):,} of {count:,}; `metronis dlq show POSITION` says why", style="dim"))
    else:
        Console().print(NONE_WAIT)


@app.command(epilog=SHOW_EPILOG)
def show(
    position: Annotated[str, typer.Argument(metavar="POSITION", help="Of the dead letter, or of the record it was.")],
    payload: Annotated[
        bool, typer.Option("--payload", help="Print the original bytes alone. They may hold personal data.")
    ] = False,
) -> None:
    """Show one dead letter: the reason, where it comes from, and its headers; the bytes with --payload."""
    with _log() as broker:
        letter = find(broker, position)
        was_replayed = letter in Replayed(broker)
    if not payload:
        Console().print(_facts(letter, was_replayed))
    elif sys.stdout.isatty():
        typer.echo(printable(letter.record.value.decode("utf-8", "replace")))
    else:
        typer.echo(letter.record.value, nl=False)


@app.command("replay", epilog=REPLAY_EPILOG)
def replay_(
    topic: Topics = None,
    code: Code = None,
    since: Since = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be replayed, and leave.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Send dead letters back to their topics as they were, each once; what fails again comes back with its attempt."""
    settings, console = load(), Console()
    if topic and topic not in REPLAYABLE:
        raise typer.BadParameter(
            f"{topic} is not replayed: rows of the record may be stored; `metronis replay` judges its trace anew"
        )
    selection = Selection(topics=[topic] if topic else REPLAYABLE, code=code, since=since)
    with _log() as broker:
        found = waiting(broker, selection)
        if not found.counts:
            console.print(NONE_WAIT)
            return
        console.print(_counted(found.counts))
        total = found.counts.total()
        if dry_run or not (yes or typer.confirm(f"Replay {total:,}?")):
            return
        done = 0
        for size in replay(broker, selection, found.ends, batch_max=settings.worker.batch_max, clock=SystemClock()):
            done += size
            console.print(f"{done:,} of {total:,} replayed")
    console.print(Text("those that fail again come back: `metronis dlq list`", style="dim"))


@contextmanager
def _log() -> Iterator[Broker]:
    broker = open_broker(load())
    try:
        yield broker
    finally:
        broker.close()


def _selection(topic: str | None, code: str | None, since: datetime | None) -> Selection:
    every = Selection(code=code, since=since)
    return Selection(topics=[topic], code=code, since=since) if topic else every


def _row(letter: DeadLetter, *, replayed: bool) -> Row:
    return Row(
        position=letter.record.position,
        source=letter.source,
        given_up_at=letter.given_up_at,
        step=letter.step,
        code=letter.code,
        attempt=letter.attempt,
        size_bytes=len(letter.record.value),
        key=letter.record.key.decode("utf-8", "replace"),
        replayed=replayed,
    )


def _listed(rows: deque[Row]) -> Table:
    shown = table("position", "given up", "step", "code", ">try", ">bytes")
    shown.columns[0].no_wrap = True  # it is what `show` is given
    for row in rows:
        replayed = "dim" if row.replayed else ""
        cells = (row.position, f"{row.given_up_at:%m-%d %H:%M}", row.step, row.code)
        shown.add_row(*map(printable, cells), f"{row.attempt:,}", f"{row.size_bytes:,}", style=replayed)
    return shown


def _counted(counts: Mapping[tuple[str, str], int]) -> Table:
    shown = table("topic", "code", ">waiting")
    for (topic, code), count in sorted(counts.items()):
        shown.add_row(topic, printable(code), f"{count:,}")
    return shown


def _facts(letter: DeadLetter, was_replayed: bool) -> Table:
    shown = Table.grid(padding=(0, 2))
    facts = {
        "position": letter.record.position,
        "was": letter.source,
        "origin": letter.origin,
        "given up": f"{letter.given_up_at:%Y-%m-%d %H:%M:%S} UTC by {letter.step}, attempt {letter.attempt:,}",
        "replayed": "yes" if was_replayed else "no",
        "code": letter.code,
        "reason": letter.reason,
        "key": letter.record.key.decode("utf-8", "replace"),
        "payload": f"{len(letter.record.value):,} bytes; --payload prints them, and they may hold personal data",
    }
    headers = {f"header {name}": value.decode("utf-8", "replace") for name, value in letter.headers.items()}
    for name, text in {**facts, **headers}.items():
        shown.add_row(Text(printable(name), style="dim"), Text(printable(text)))
    return shown
