"""`metronis ingest`: a file of traces to the gateway, resumable, each trace once."""

from __future__ import annotations

import os
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console

from metronis.cli.client import Gateway, is_alive, open_client, running_gateway
from metronis.cli.judging import Refused, refused
from metronis.cli.lines import STANDARD_INPUT, Line, LineFile, chunks, decode_line
from metronis.cli.progress import TraceProgress
from metronis.cli.render import refused_line
from metronis.clock import Clock, SystemClock
from metronis.errors import MetronisError, Reject, Unavailable
from metronis.settings import Ingest, Settings, load
from schemas.topics import Priority

BATCH_BYTES = 8 << 20

EPILOG = """Examples:

metronis ingest traces.jsonl

zcat traces.jsonl.gz | metronis ingest - --url http://127.0.0.1:8300"""


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """How far a file has come. line: the last one that the gateway has answered for."""

    line: int = 0
    accepted: int = 0
    rejected: int = 0


class Checkpoint:
    """Remembers a file's progress between runs; without a path it remembers nothing."""

    def __init__(self, path: Path | None) -> None:
        self._path = path

    @classmethod
    def of(cls, file: str, url: str, settings: Settings) -> Checkpoint:
        """The checkpoint of this very content for this gateway. Standard input and pipes have none."""
        if file == STANDARD_INPUT or not Path(file).is_file():
            return cls(None)
        path = Path(file).resolve()
        stat = path.stat()
        digest = sha256(f"{url}\n{path}\n{stat.st_size}\n{stat.st_mtime_ns}".encode()).hexdigest()
        return cls(settings.data_dir / "ingest" / f"{digest[:32]}.json")

    def load(self) -> Progress:
        """What was saved last; nothing done where there is none or it is damaged."""
        if self._path is None:
            return Progress()
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=Progress)
        except (OSError, msgspec.MsgspecError):
            return Progress()

    def save(self, progress: Progress) -> None:
        """Replace what is saved. Losing it does no harm: the same ids are sent again."""
        if self._path is None:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        draft = self._path.with_suffix(f".{os.getpid()}")
        draft.write_bytes(msgspec.json.encode(progress))
        draft.replace(self._path)


@dataclass(frozen=True)
class Summary:
    """What a run came to. skipped: traces that an earlier run had dealt with, bad_before: those of them it rejected."""

    accepted: int
    rejected: int
    skipped: int
    bad_before: int
    retries: int
    elapsed_s: float


def ingest(
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="JSONL, plain or gzip, one trace a line; - reads standard input.")
    ],
    url: Annotated[
        str | None, typer.Option(help="The gateway's address. Default: the one that runs over the data folder.")
    ] = None,
    batch: Annotated[int, typer.Option(min=1, max=1_000, help="Traces in one request.")] = 200,
    priority: Annotated[
        Priority, typer.Option(help="bulk leaves the way to whatever is interactive; a file is rarely in a hurry.")
    ] = "bulk",
    restart: Annotated[
        bool, typer.Option("--restart", help="Send the file from its first line, whatever an earlier run has done.")
    ] = False,
) -> None:
    """Send a file of traces to the gateway; go on where an earlier run of the same file stopped.

    Bad lines are listed with their number and the mend, and the status is 1; the others are taken all the same. A trace
    without an id gets one made of its line, so that sending it again is not a second trace.
    """
    settings = load()
    address = url or running_gateway(settings) or f"http://{settings.api.host}:{settings.api.port}"
    with LineFile(file, settings.ingest.max_trace_bytes) as lines, open_client(address) as client:
        if not is_alive(address):
            raise MetronisError(f"no gateway answers at {address}; start one with `metronis up`, or give its --url")
        gateway = Gateway(client, SystemClock(), random.Random(), priority)
        checkpoint = Checkpoint.of(file, address, settings)
        if restart:
            checkpoint.save(Progress())
        try:
            summary = send_file(lines, gateway, checkpoint, batch, settings.ingest, SystemClock())
        except Unavailable as error:
            raise MetronisError(f"{error}; run the same command again to go on from there") from error
    _say(summary, Console())
    if summary.rejected or summary.bad_before:
        raise typer.Exit(1)


def send_file(
    lines: LineFile, gateway: Gateway, checkpoint: Checkpoint, batch: int, limits: Ingest, clock: Clock
) -> Summary:
    """Send every line past the checkpoint. Raises as LineFile and Gateway.send; what was acknowledged stays done."""
    console = Console(stderr=True)
    before = progress = checkpoint.load()
    with TraceProgress("sending", lines.size_bytes, console, clock) as bar:
        for chunk in chunks(_after(lines, before.line), batch, BATCH_BYTES):
            bad = list(_send(chunk, gateway, limits))
            for row in bad:
                console.print(refused_line(row))
            progress = Progress(
                line=chunk[-1].number,
                accepted=progress.accepted + len(chunk) - len(bad),
                rejected=progress.rejected + len(bad),
            )
            checkpoint.save(progress)
            bar.advance(len(chunk), lines.position_bytes)
    return Summary(
        accepted=progress.accepted - before.accepted,
        rejected=progress.rejected - before.rejected,
        skipped=before.accepted + before.rejected,
        bad_before=before.rejected,
        retries=gateway.retries,
        elapsed_s=bar.elapsed_s,
    )


def _after(lines: Iterable[Line], number: int) -> Iterator[Line]:
    return (line for line in lines if line.number > number)


def _send(chunk: list[Line], gateway: Gateway, limits: Ingest) -> Iterator[Refused]:
    """Send a chunk; yield what was wrong with lines of it, in their order."""
    sent: list[int] = []
    bodies: list[bytes] = []
    bad: dict[int, Refused] = {}
    for line in chunk:
        try:
            bodies.append(msgspec.json.encode(decode_line(line, limits)))
            sent.append(line.number)
        except Reject as error:
            bad[line.number] = refused(line.number, error)
    if bodies:
        for number, result in zip(sent, gateway.send(bodies), strict=True):
            if result.error:
                bad[number] = Refused(line=number, **msgspec.structs.asdict(result.error))
    yield from (bad[number] for number in sorted(bad))


def _say(summary: Summary, console: Console) -> None:
    counts = [f"{summary.accepted:,} accepted", f"{summary.rejected:,} rejected"]
    if summary.skipped:
        counts.append(f"{summary.skipped:,} done by an earlier run (--restart sends them again)")
    if summary.retries:
        counts.append(f"{summary.retries:,} requests sent again")
    console.print(f"{', '.join(counts)}, in {summary.elapsed_s:,.1f} s", highlight=False)
    if summary.bad_before:
        console.print(f"{summary.bad_before:,} of the lines done earlier were bad; --restart lists them", style="red")
    if summary.accepted:
        console.print("see them with `metronis traces`", highlight=False)
