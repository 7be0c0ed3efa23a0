"""The whole stack as one program: a gateway process, worker processes and, beside a store server, a sink process."""

from __future__ import annotations

import json
from pathlib import Path
from threading import Event
from typing import Any

import httpx

from metronis.children import Child, Children, environment, fresh_metrics_folder, worker_children
from metronis.clock import Clock
from metronis.errors import Misconfigured
from metronis.settings import Settings
from metronis.store import is_embedded

START_DEADLINE_S = 60.0


def run_file(settings: Settings) -> Path:
    """Where the running gateway says its address."""
    return settings.data_dir / "run.json"


class Supervisor:
    """Starts the stack, restarts what dies, and stops all of it."""

    def __init__(self, settings: Settings, clock: Clock | None = None) -> None:
        self._settings = settings
        metrics = fresh_metrics_folder(settings)
        children = [Child("gateway", ["gateway"], environment(settings, metrics))]
        children += worker_children(settings, settings.worker.count, [], metrics)
        if not is_embedded(settings):
            children.append(Child("sink", ["sink"], environment(settings, metrics)))
        self._children = Children(children, stop_deadline_s=settings.worker.stop_deadline_s, clock=clock)

    def start(self) -> str:
        """Start everything; return the gateway's address once it is ready. Raises Misconfigured where it cannot."""
        run_file(self._settings).unlink(missing_ok=True)
        self._children.start()
        return self._wait_until_ready()

    def _wait_until_ready(self) -> str:
        for _ in range(int(START_DEADLINE_S / 0.05)):
            if self._children.ending.wait(0.05):
                self.stop()
                raise Misconfigured("the stack did not start; the reason stands above")
            url = self._ready_url()
            if url:
                return url
        self.stop()
        raise Misconfigured(f"the gateway was not ready within {START_DEADLINE_S:.0f} s; see the log above")

    def _ready_url(self) -> str | None:
        try:
            run: dict[str, Any] = json.loads(run_file(self._settings).read_text())
            ready = httpx.get(f"{run['url']}/health/ready", timeout=1.0).is_success
        except (OSError, ValueError, httpx.HTTPError):
            return None
        return str(run["url"]) if ready else None

    def wait(self, stop: Event) -> int:
        """Wait until `stop` is set or a process gave up, then stop everything; the exit status."""
        status = self._children.wait(stop)
        run_file(self._settings).unlink(missing_ok=True)
        return status

    def stop(self) -> None:
        """Stop the gateway's intake first, then the others."""
        self._children.stop()
        run_file(self._settings).unlink(missing_ok=True)
