"""The command line: `metronis`."""

from __future__ import annotations

import sys
from typing import Annotated

import typer
from rich.console import Console

from metronis import __version__
from metronis.cli import (
    audit,
    demo,
    dlq,
    domain,
    evaluate,
    ingest,
    knowledge,
    read,
    replay,
    sanitize,
    serve,
    topics,
    vault,
)
from metronis.errors import MetronisError, Misconfigured
from monitoring.logs import configure

INTERRUPTED_STATUS = 130

app = typer.Typer(
    name="metronis",
    help="Evaluates every trace of an AI system through tiers of stream processors.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # they print local variables, which may hold personal data
    rich_markup_mode="rich",
)
app.command("eval", epilog=evaluate.EPILOG)(evaluate.evaluate)
app.command("sanitize", epilog=sanitize.EPILOG)(sanitize.sanitize)
app.command("ingest", epilog=ingest.EPILOG)(ingest.ingest)
app.command("trace", epilog=read.TRACE_EPILOG)(read.trace)
app.command("traces", epilog=read.TRACES_EPILOG)(read.traces)
app.command("stats", epilog=read.STATS_EPILOG)(read.stats)
app.command("replay", epilog=replay.EPILOG)(replay.replay)
app.add_typer(dlq.app, name="dlq")
app.add_typer(topics.app, name="topics")
app.add_typer(vault.app, name="vault")
app.add_typer(domain.app, name="domain")
app.add_typer(knowledge.app, name="knowledge")
app.command("audit", epilog=audit.EPILOG)(audit.audit_command)
app.command("demo", epilog=demo.EPILOG)(demo.demo)
app.command("up", epilog=serve.UP_EPILOG)(serve.up)
app.command("gateway", epilog=serve.GATEWAY_EPILOG)(serve.gateway)
app.command("worker", epilog=serve.WORKER_EPILOG)(serve.worker)
app.command("sink", epilog=serve.SINK_EPILOG)(serve.sink)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"metronis {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and leave.")
    ] = False,
) -> None:
    pass


def main() -> None:
    """Run the command line: a misconfiguration ends with status 2, another error of ours with 1, each in a sentence."""
    configure("warning")  # on standard error: what commands print may be read by programs
    try:
        app()
    except Misconfigured as error:
        _fail(error, 2)
    except MetronisError as error:
        _fail(error, 1)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED_STATUS)


def _fail(error: MetronisError, status: int) -> None:
    from metronis.cli.render import printable

    Console(stderr=True).print(f"metronis: {printable(str(error))}", style="red", markup=False, soft_wrap=True)
    sys.exit(status)
