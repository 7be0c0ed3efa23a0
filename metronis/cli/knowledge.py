"""`metronis knowledge`: what a public knowledge base, or the snapshot of it, says about a term."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec
import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from metronis.cli.read import Json
from metronis.cli.render import excerpt, printable
from metronis.clock import SystemClock
from metronis.errors import Reject
from metronis.settings import load

if TYPE_CHECKING:
    from domains.knowledge.base import Answer
    from metronis.knowledge import KnowledgeBases

LOOKUP_EPILOG = """Example: metronis knowledge lookup rxnorm advil

Exit status: 0 found, 1 there is no such thing, or the source could not be asked, 2 a setting is missing."""

SECTION_CHARS = 400
_ORIGINS = {
    "snapshot": "snapshot of {:%Y-%m-%d}",
    "live": "live, {:%Y-%m-%d %H:%M} UTC",
    "cache": "kept since {:%Y-%m-%d %H:%M} UTC",
}

SourceName = Literal["rxnorm", "openfda", "snomed", "edgar", "finra"]

app = typer.Typer(help="Ask public knowledge bases, or the snapshot that comes with the domains.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Keeps `lookup` a command of its own while it is the only one."""


@app.command(epilog=LOOKUP_EPILOG)
def lookup(
    source: Annotated[SourceName, typer.Argument(metavar="SOURCE", help="rxnorm, openfda, snomed, edgar or finra.")],
    term: Annotated[
        str, typer.Argument(metavar="TERM", help="A drug (rxnorm, openfda), a code, a ticker, a CRD number.")
    ],
    as_json: Json = False,
) -> None:
    """Show a drug, a label, a SNOMED CT concept, a company or a representative, and who says so since when."""
    from metronis.knowledge import KnowledgeBases  # loads an HTTP client and Redis, which other commands do without

    with KnowledgeBases(load(), SystemClock(), random.Random()) as bases:
        answer = _asked(bases, source, term)
        if as_json:
            typer.echo(msgspec.json.encode(answer))
        elif answer.found is None:
            Console().print(Text(_not_found(bases, source, term, answer)), soft_wrap=True)
        else:
            Console().print(_facts(answer.found))
            Console().print(Text(_provenance(answer), style="dim"), soft_wrap=True)
    if answer.found is None:
        raise typer.Exit(1)


def _asked(bases: KnowledgeBases, source: SourceName, term: str) -> Answer[Any]:
    match source:
        case "rxnorm":
            return bases.drugs.drug(term)
        case "openfda":
            return bases.labels.label(term)
        case "snomed":
            return bases.terminology.concept(term)
        case "edgar":
            return bases.companies.company(term)
        case "finra":
            return bases.representatives.representative(_crd(term))


def _crd(term: str) -> int:
    if not (term.isascii() and term.isdigit() and len(term) < 10):
        raise Reject("a CRD number has 1 to 9 digits", field="term")
    return int(term)


def _not_found(bases: KnowledgeBases, source: SourceName, term: str, answer: Answer[Any]) -> str:
    near = (bases.drugs.similar(term).found or ()) if source in ("rxnorm", "openfda") else ()
    hint = f"; did you mean {', '.join(map(printable, near[:3]))}?" if near else ""
    return f"no {printable(term)!r} there{hint} ({_provenance(answer)})"


def _provenance(answer: Answer[Any]) -> str:
    return f"{_ORIGINS[answer.origin].format(answer.retrieved_at)}: {printable(answer.source)}"


def _facts(found: Any) -> Table:
    shown = Table.grid(padding=(0, 2))
    for name, value in _rows(found):
        shown.add_row(Text(name.replace("_", " "), style="dim"), Text(value))
    return shown


def _rows(found: Any) -> Iterator[tuple[str, str]]:
    """Name and text of what is known; a row for each section of a label."""
    for name, value in _fields(found):
        if isinstance(value, dict):
            yield from ((key, excerpt(text.replace("\n", "; "), SECTION_CHARS)) for key, text in value.items())
        elif value not in (None, "", ()):
            yield name, _shown(value)


def _shown(value: Any) -> str:
    if isinstance(value, tuple):
        return "; ".join(map(_shown, value))
    if dataclasses.is_dataclass(value):
        return ", ".join(_shown(each) for _, each in _fields(value) if each not in (None, "", ()))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return printable(value.isoformat() if isinstance(value, date) else str(value))


def _fields(found: Any) -> Iterator[tuple[str, Any]]:
    return ((each.name, getattr(found, each.name)) for each in dataclasses.fields(found))
