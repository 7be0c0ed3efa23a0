"""`metronis sanitize`: a text as tier 0 leaves it, and what was found where, for people and for programs."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

import msgspec
import typer
from rich.console import Console

from metronis.cli.findings import coloured_text, entity_counts, entity_table
from metronis.cli.judging import refused
from metronis.cli.lines import STANDARD_INPUT, Line, LineFile
from metronis.cli.render import refused_line
from metronis.clock import SystemClock
from metronis.errors import Misconfigured, Reject, TooLarge
from metronis.settings import Settings, load
from schemas.trace import DEFAULT_DOMAIN, DEFAULT_ORG

if TYPE_CHECKING:  # a second to import, which `metronis --help` need not wait for
    from processors.sanitize.text import Clean

EPILOG = """Examples:

metronis sanitize note.txt > clean.txt

zcat texts.jsonl.gz | metronis sanitize - --json > clean.jsonl"""

Sanitize = Callable[[str], "Clean"]
"""Raises Unsanitised where it fails: what is not known to be clean is not shown."""


class TextLine(msgspec.Struct, frozen=True):
    """A line of JSONL that comes in. Keys other than these may hold anything, so they go no further."""

    text: str
    id: str | int | msgspec.UnsetType = msgspec.UNSET


class CleanLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line of JSONL that goes out. Entities are disjoint and in order; offsets count characters of what came in."""

    text: str
    entities: list[dict[str, str | int | float]]
    id: str | int | msgspec.UnsetType = msgspec.UNSET


def sanitize(
    file: Annotated[str, typer.Argument(metavar="FILE", help="UTF-8 text or JSONL; - reads standard input.")],
    as_json: Annotated[
        bool, typer.Option("--json", help='JSONL in, each line with "text"; JSONL out with "text" and "entities".')
    ] = False,
    by_line: Annotated[bool, typer.Option("--lines", help="Take each line for a text of its own.")] = False,
    org: Annotated[
        str, typer.Option("--org", help="Whose policy applies, and whose pseudonyms are given.")
    ] = DEFAULT_ORG,
    domain: Annotated[str, typer.Option(help="The domain whose policy applies.")] = DEFAULT_DOMAIN,
    policy: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A policy in YAML to try instead of the organisation's own.")
    ] = None,
) -> None:
    """Show what tier 0 makes of a text, and what it found there.

    The clean text goes to standard output, what was found to standard error; no value is named. Pseudonyms are keyed
    with the secret of the data folder; nothing is entered in a vault. Ends with status 1 where a line could not be
    sanitised: such a line is left out.
    """
    if as_json and by_line:
        raise typer.BadParameter("--json and --lines exclude each other: JSONL is read by lines anyway")
    settings = load()
    limit = settings.ingest.max_trace_bytes
    if not (as_json or by_line):
        show(read_text(file, limit), build(settings, org, domain, policy))
        return
    by_lines = json_lines if as_json else text_lines
    with LineFile(file, limit) as lines:
        bad = by_lines(lines, build(settings, org, domain, policy), sys.stdout.buffer, limit)
    if bad:
        raise typer.Exit(1)


def build(settings: Settings, org: str, domain: str, policy: Path | None) -> Sanitize:
    """Tier 0 without a vault. Raises Misconfigured where there is no such domain, or the policy is wrong."""
    from metronis.pipeline import build_policies, build_sanitizer

    policies = build_policies(settings)
    if domain not in policies.domains:
        raise Misconfigured(f"no domain is called {domain!r}; choose from {', '.join(policies.domains)}")
    if policy:
        policies.use(org, policy)
    sanitizer = build_sanitizer(settings, SystemClock(), policies=policies)
    return partial(sanitizer.clean, org_id=org, domain=domain)


def read_text(file: str, max_bytes: int) -> str:
    """The whole file. Raises Misconfigured where it cannot be read, TooLarge, or Reject where it is not UTF-8."""
    try:
        with sys.stdin.buffer if file == STANDARD_INPUT else Path(file).open("rb") as source:
            data = source.read(max_bytes + 1)
    except OSError as error:
        raise Misconfigured(f"cannot read {file}: {error.strerror}") from error
    if len(data) > max_bytes:
        raise TooLarge(f"more than {max_bytes:,} bytes", mend="With --lines each line is a text of its own")
    return _decoded(data)


def _decoded(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise Reject(f"byte {error.start:,} is not UTF-8", mend="Convert it, say with iconv") from None


def show(text: str, run: Sanitize) -> None:
    """The clean text on standard output, in colour on a terminal, and a table of its entities on standard error."""
    clean = run(text)
    out = Console()
    if out.is_terminal:
        out.print(coloured_text(clean), soft_wrap=True, end="" if clean.text.endswith("\n") else "\n")
    else:
        sys.stdout.buffer.write(clean.text.encode())
    Console(stderr=True).print(entity_table(text, clean))


def text_lines(lines: Iterable[Line], run: Sanitize, out: BinaryIO, max_bytes: int) -> int:
    """Each line clean, with how many entities of each type at the end. Returns how many lines could not be had."""
    counts: Counter[str] = Counter()
    number = 0

    def convert(line: Line) -> bytes:
        nonlocal number
        blank, number = line.number - number - 1, line.number
        clean = run(_decoded(line.data))
        counts.update(entity.type for entity in clean.entities)
        return b"\n" * blank + clean.text.encode() + b"\n"

    bad = _each(lines, convert, out, max_bytes)
    Console(stderr=True).print(entity_counts(counts))
    return bad


def json_lines(lines: Iterable[Line], run: Sanitize, out: BinaryIO, max_bytes: int) -> int:
    """An answer for each line as soon as it is there. Returns how many lines could not be had."""
    decode = msgspec.json.Decoder(TextLine).decode
    encode = msgspec.json.Encoder().encode

    def convert(line: Line) -> bytes:
        try:
            asked = decode(line.data)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise Reject(str(error), mend='Send {"text": "…"}') from None
        clean = run(asked.text)
        entities = [entity._asdict() for entity in clean.entities]
        return encode(CleanLine(text=clean.text, entities=entities, id=asked.id)) + b"\n"

    return _each(lines, convert, out, max_bytes)


def _each(lines: Iterable[Line], convert: Callable[[Line], bytes], out: BinaryIO, max_bytes: int) -> int:
    errors = Console(stderr=True)
    bad = 0
    for line in lines:
        try:
            if line.size_bytes > max_bytes + 2:
                raise TooLarge(f"{line.size_bytes:,} bytes, at most {max_bytes:,} are taken")
            out.write(convert(line))
            out.flush()  # whoever asks line by line waits for the answer
        except Reject as error:
            bad += 1
            errors.print(refused_line(refused(line.number, error)), soft_wrap=True)
    return bad
