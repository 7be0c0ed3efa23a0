"""`metronis domain`: make, look at, validate and test domains."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer
from rich.console import Console
from rich.prompt import Prompt
from rich.syntax import Syntax

from metronis.cli.lines import LineFile, decode_line
from metronis.cli.render import printable, table
from metronis.errors import Misconfigured, Reject
from metronis.settings import Ingest, load
from schemas.trace import Trace

if TYPE_CHECKING:  # seconds to import, which `metronis --help` need not wait for
    from domains.catalogue import Catalogue
    from domains.domain import Domain
    from metronis.domain_test import DomainReport

MAX_EXAMPLES = 1_000

app = typer.Typer(help="Domains: what traces of a kind are judged by.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(metavar="NAME", help="The domain's name.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")]

NEW_EPILOG = """Examples:

metronis domain new insurance

metronis domain new insurance --title Insurance --examples claims.jsonl --yes"""


@app.command("new", epilog=NEW_EPILOG)
def new(
    name: Name,
    title: Annotated[str | None, typer.Option(help="What it is called. Asked for where not given.")] = None,
    description: Annotated[str | None, typer.Option(help="What its traces are about, in a sentence.")] = None,
    extends: Annotated[str, typer.Option(help="Domain that it begins with.")] = "general",
    examples: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="JSONL with traces that are good: rules come of them."),
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Ask nothing; take what is not given from the name.")
    ] = False,
) -> None:
    """Write a domain of your own: valid, tested and ready to be edited. A running stack takes it up by itself."""
    from metronis.domain_new import Answers, write_domain

    settings = load()
    ask = not yes and _interactive()
    answers = Answers(
        name=name,
        title=title or _asked("What is it called?", name.replace("_", " ").replace("-", " ").capitalize(), ask=ask),
        description=description or _asked("What are its traces about, in a sentence?", f"Traces of {name}.", ask=ask),
        extends=extends,
    )
    if examples is None and ask:
        given = Prompt.ask("A JSONL file with traces that are good (empty: none)", default="", show_default=False)
        examples = Path(given).expanduser() if given else None
    traces = _traces(examples, settings.ingest) if examples else []
    file = write_domain(settings, answers, traces)
    console = Console()
    console.print(f"[green]written[/] {file}", soft_wrap=True, highlight=False)
    passed = _tested(name, console, as_json=False)
    console.print(
        f"\nEdit {file}; the schema on its first line lets an editor help. Then\n"
        f"  metronis domain validate {name}\n  metronis domain test {name}\n"
        f'A running stack judges traces with "domain": "{name}" within a second of each edit.',
        soft_wrap=True,
        markup=False,
        highlight=False,
    )
    if not passed:
        raise typer.Exit(1)


def _interactive() -> bool:
    return sys.stdin.isatty()


def _traces(file: Path, limits: Ingest) -> list[Trace]:
    """The first traces of a file. Raises Misconfigured at one that is none."""
    with LineFile(str(file), limits.max_trace_bytes) as lines:
        try:
            return [decode_line(line, limits) for line in islice(lines, MAX_EXAMPLES)]
        except Reject as error:
            raise Misconfigured(f"{file}: {error.field}: {error.problem}. {error.mend}") from error


def _asked(question: str, default: str, *, ask: bool) -> str:
    return Prompt.ask(question, default=default) if ask else default


@app.command("list")
def list_domains(as_json: Json = False) -> None:
    """List the domains, also those that are wrong, with what is wrong with them."""
    catalogue = _catalogue()
    if as_json:
        listed = [_row(domain) for domain in catalogue.domains.values()]
        broken = {name: str(error) for name, error in catalogue.broken.items()}
        typer.echo(msgspec.json.encode({"domains": listed, "broken": broken}))
    else:
        shown = table("domain", ">version", ">evaluators", ">facts", "policy", "what it is")
        for domain in catalogue.domains.values():
            row = _row(domain)
            shown.add_row(*(str(row[key]) for key in ("name", "version", "evaluators", "facts", "policy", "title")))
        Console().print(shown)
        for name, error in catalogue.broken.items():
            Console(stderr=True).print(f"{name} is wrong: {printable(str(error))}", style="red", markup=False)
    if catalogue.broken:
        raise typer.Exit(1)


def _row(domain: Domain) -> dict[str, object]:
    return {
        "name": domain.spec.name,
        "version": domain.spec.version,
        "evaluators": len(domain.policy.planned),
        "facts": len(domain.scope.schema.facts),
        "policy": domain.policy.version,
        "title": domain.spec.title,
    }


@app.command("show")
def show(
    name: Name,
    spec: Annotated[bool, typer.Option("--spec", help="Show the file itself.")] = False,
    as_json: Json = False,
) -> None:
    """Show what a domain tests, with what it inherits."""
    from domains.generator import claim_of

    domain = _domain(name)
    claims = [claim_of(planned, domain) for planned in domain.policy.planned]
    if as_json:
        typer.echo(msgspec.json.encode({**_row(domain), "claims": [claim._asdict() for claim in claims]}))
    elif spec:
        file = domain.file
        Console().print(Syntax(file.read_text(encoding="utf-8"), "yaml", line_numbers=True))
    else:
        shown = table("claim", "severity", "for", "what must hold")
        for claim in claims:
            shown.add_row(claim.name, claim.severity, claim.kinds, claim.claim)
        Console().print(f"{domain.spec.title}: {domain.spec.description}", markup=False, highlight=False)
        Console().print(shown)


@app.command("validate")
def validate(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="A domain; without it all of them.")] = None,
    as_json: Json = False,
) -> None:
    """Check the file of a domain, or of all; every error names file, line, what is wrong and the mend.

    Ends with status 2 where one is wrong.
    """
    catalogue = _catalogue()
    if name is not None and name not in catalogue.broken:
        catalogue.domain(name)  # or it says that there is none
    broken = {each: str(error) for each, error in catalogue.broken.items() if name in (None, each)}
    valid = [domain for each, domain in catalogue.domains.items() if name in (None, each) and each not in broken]
    if as_json:
        wrong = {each: problem.splitlines() for each, problem in broken.items()}
        typer.echo(msgspec.json.encode({"valid": [_row(domain) for domain in valid], "broken": wrong}))
    else:
        for domain in valid:
            listed = f"{domain.spec.name}: {len(domain.policy.planned)} evaluators, {domain.policy.version}"
            Console().print(f"[green]valid[/] {listed}", highlight=False)
        for each, problem in broken.items():
            said = f"{each} is wrong:\n" + "\n".join(map(printable, problem.splitlines()))
            Console(stderr=True).print(said, style="red", markup=False, soft_wrap=True, highlight=False)
    if broken:
        raise typer.Exit(2)


@app.command("generate")
def generate(
    name: Name,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; fail where a file is stale.")] = False,
) -> None:
    """Write what is generated from a domain's file: judge's prompt, features, skeleton of golden traces, page."""
    from domains.generator import generated
    from domains.golden import read_golden

    domain = _domain(name)
    folder = domain.file.parent / "generated"
    files = {folder / each: text for each, text in generated(domain, read_golden(domain)).items()}
    stale = [file for file, text in files.items() if not file.exists() or file.read_text(encoding="utf-8") != text]
    if check:
        if stale:
            raise Misconfigured(f"stale: {', '.join(map(str, stale))}; run `metronis domain generate {name}`")
        return
    folder.mkdir(exist_ok=True)
    for file, text in files.items():
        file.write_text(text, encoding="utf-8")
        Console().print(f"{'written' if file in stale else 'fresh  '} {file}", soft_wrap=True, highlight=False)


@app.command("test")
def run_tests(name: Name, as_json: Json = False) -> None:
    """Run a domain's golden traces through the tiers, and see whether each claim notices when one value changes.

    Ends with status 1 where a golden trace is judged otherwise than it says, where a claim has no golden trace, or
    where no change of one value makes it fail.
    """
    if not _tested(name, Console(), as_json=as_json):
        raise typer.Exit(1)


def _tested(name: str, console: Console, *, as_json: bool) -> bool:
    from metronis.domain_test import tested

    with console.status(f"testing {name}") if not as_json else console.status(""):
        report = tested(load(), name)
    if as_json:
        typer.echo(msgspec.json.encode(report))
    else:
        for line in _lines(report):
            console.print(line, soft_wrap=True, highlight=False)
    return report.passed


def _lines(report: DomainReport) -> Iterator[str]:
    for wrong in report.wrong:
        yield f"[red]wrong[/] {printable(wrong.case)}: {printable(wrong.problem)}"
    for name, kinds in report.uncovered.items():
        yield f"[yellow]no golden trace[/] of {name} shows: {', '.join(kinds)}"
    for name in report.unnoticed:
        yield f"[red]notices nothing[/] {name}: no change of one value of a passing golden trace makes it fail"
    shown = f"{report.domain}: {report.cases} golden traces, {report.claims} claims, {report.mutants:,} mutants"
    yield f"[green]passed[/] {shown}" if report.passed else f"[red]failed[/] {shown}"


def _catalogue() -> Catalogue:
    from domains.catalogue import load_catalogue

    return load_catalogue(load().domains_dir)


def _domain(name: str) -> Domain:
    """Raises Misconfigured where there is none of that name, or it is wrong."""
    return _catalogue().domain(name)
