"""`metronis up`, and the processes that it is made of."""

from __future__ import annotations

from threading import Event
from typing import Annotated

import typer
from rich.console import Console

from metronis.process import stop_on_signals, stop_without_supervisor
from metronis.settings import Settings, load
from metronis.tiers import tier_names
from monitoring.logs import configure

UP_EPILOG = "Example: METRONIS_API__PORT=9000 metronis up"
GATEWAY_EPILOG = "Example: METRONIS_KAFKA__BOOTSTRAP_SERVERS=kafka:9092 metronis gateway"
WORKER_EPILOG = "Example: metronis worker --tiers t0 --concurrency 4"
SINK_EPILOG = "Example: METRONIS_CLICKHOUSE__URL=http://clickhouse:8123 metronis sink"

Supervised = Annotated[
    bool, typer.Option("--supervised", help="Stop when standard input ends. `metronis up` starts its processes so.")
]


def up() -> None:
    """Run the whole embedded stack in the foreground: gateway, tiers and store, no services needed."""
    from metronis.supervisor import Supervisor

    settings = _prepared()
    stop = Event()
    stop_on_signals(stop)
    supervisor = Supervisor(settings)
    console = Console()
    with console.status("starting the gateway, the workers and the store"):
        url = supervisor.start()
    console.print(f"[bold]Metronis Aegis[/] is up at [bold]{url}[/]  (API: {url}/docs)")
    console.print(f"data in {settings.data_dir}/   stop with Ctrl-C")
    raise typer.Exit(supervisor.wait(stop))


def gateway(supervised: Supervised = False) -> None:
    """Run the gateway: HTTP, and the sink too where the store is embedded."""
    from metronis.gateway import run_gateway

    settings, stop = _prepared(), _stop(supervised)
    if not run_gateway(settings, stop):
        raise typer.Exit(1)


def worker(
    tiers: Annotated[str, typer.Option(help="Tiers to host, divided by commas.")] = "t0,t1",
    concurrency: Annotated[
        int, typer.Option(min=1, max=64, help="Processes to run, each with a loop for every tier; one per core.")
    ] = 1,
    supervised: Supervised = False,
) -> None:
    """Run tiers: take their topics' traces, judge them and send them on."""
    from metronis.metrics import serve_metrics
    from metronis.worker import run_worker, run_workers

    settings, stop, hosted = _prepared(), _stop(supervised), tier_names(tiers)
    if concurrency > 1:
        raise typer.Exit(run_workers(settings, hosted, concurrency, stop))
    if not supervised:
        serve_metrics(settings)
    if not run_worker(settings, hosted, stop):
        raise typer.Exit(1)


def sink(supervised: Supervised = False) -> None:
    """Run the sink: write traces and verdicts from the log into a ClickHouse server."""
    from metronis.metrics import serve_metrics
    from metronis.sink import run_sink

    settings, stop = _prepared(), _stop(supervised)
    if not supervised:
        serve_metrics(settings)
    if not run_sink(settings, stop):
        raise typer.Exit(1)


def _prepared() -> Settings:
    settings = load()
    configure(settings.log_level)
    return settings


def _stop(supervised: bool) -> Event:
    stop = Event()
    stop_on_signals(stop)
    if supervised:
        stop_without_supervisor(stop)
    return stop
