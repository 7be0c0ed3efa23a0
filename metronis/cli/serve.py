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
    """Run the gateway, with the sink beside it, as one process."""
    from metronis.gateway import run_gateway

    settings, stop = _prepared(), _stop(supervised)
    if not run_gateway(settings, stop):
        raise typer.Exit(1)


def worker(
    tiers: Annotated[str, typer.Option(help="Tiers to host, divided by commas.")] = "t0,t1",
    supervised: Supervised = False,
) -> None:
    """Run tiers as one process; start as many as the machine has cores."""
    from metronis.worker import run_worker

    settings, stop = _prepared(), _stop(supervised)
    if not run_worker(settings, tier_names(tiers), stop):
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
