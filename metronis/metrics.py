"""Serves the metrics of processes that have no gateway."""

from __future__ import annotations

from pathlib import Path

from prometheus_client import REGISTRY, CollectorRegistry, start_http_server
from prometheus_client.multiprocess import MultiProcessCollector

from metronis.errors import Misconfigured
from metronis.settings import Settings


def serve_metrics(settings: Settings, folder: Path | None = None) -> None:
    """Answer at the port of the settings, if any, from a thread: for this process, or for all that count in `folder`.

    Raises Misconfigured where the port is taken.
    """
    host, port = settings.metrics.host, settings.metrics.port
    if port is None:
        return
    registry = REGISTRY
    if folder is not None:
        registry = CollectorRegistry()
        MultiProcessCollector(registry, path=str(folder))  # type: ignore[no-untyped-call]  # the library leaves it so
    try:
        start_http_server(port, host, registry)
    except OSError as error:
        raise Misconfigured(
            f"cannot serve metrics on {host}:{port} ({error.strerror}); set METRONIS_METRICS__PORT to a free port"
        ) from error
