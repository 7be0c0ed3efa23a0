"""The gateway process: HTTP, and beside an embedded store the sink too, as one process alone opens it."""

from __future__ import annotations

import json
import os
import socket
from contextlib import closing, suppress
from threading import Event, Thread

import structlog
import uvicorn

from api.app import create_app
from api.dependencies import Dependencies
from domains.live import LiveDomains, LivePolicies
from metronis.clock import SystemClock
from metronis.errors import Misconfigured, Unavailable
from metronis.log import open_broker
from metronis.process import Loops, spare_garbage_collection
from metronis.settings import Settings
from metronis.sink import sink_loop
from metronis.store import is_embedded, open_store
from metronis.supervisor import run_file
from streams import groups
from streams.broker import Broker
from streams.deadletter_limit import TooManyDeadLetters
from streams.lag import LagWatch
from streams.loop import ConsumeLoop

RETENTION_EVERY_S = 600.0

log = structlog.get_logger()


class SinkBeside:
    """The sink in the gateway's process. Where it stops at its limit, the gateway goes on: it takes traces in, answers
    questions, and is not ready.
    """

    def __init__(self) -> None:
        self.problem = ""

    def run(self, loop: ConsumeLoop, stop: Event) -> None:
        try:
            loop.run(stop)
        except TooManyDeadLetters as error:
            self.problem = str(error)
            log.error("sink_stopped", reason=self.problem)
            stop.wait()


def run_gateway(settings: Settings, stop: Event) -> bool:
    """Serve until `stop`; False where a loop failed or did not stop within the deadline."""
    listener = _listen(settings)
    with closing(open_store(settings)) as store, closing(open_broker(settings)) as broker:
        loops = Loops(stop)
        sink = SinkBeside()
        if is_embedded(settings):
            loop = sink_loop(broker, store, settings)
            loops.start("sink", lambda stop: sink.run(loop, stop))
            loops.start("lag", LagWatch(broker, [groups.SINK]).run)
        loops.start("retention", lambda stop: _keep_retention(broker, stop))
        spare_garbage_collection()
        dependencies = Dependencies(
            settings=settings,
            broker=broker,
            store=store,
            domains=LivePolicies(LiveDomains(settings.domains_dir, SystemClock())),
            sink_problem=lambda: sink.problem,
        )
        _serve(settings, dependencies, listener, stop)
        stop.set()
        return loops.join(settings.worker.stop_deadline_s) and not loops.failed


def _keep_retention(broker: Broker, stop: Event) -> None:
    while not stop.wait(RETENTION_EVERY_S):
        with suppress(Unavailable):  # the next time will do as well
            broker.enforce_retention()


def _listen(settings: Settings) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.api.host, settings.api.port))
    except OSError as error:
        raise Misconfigured(
            f"cannot listen on {settings.api.host}:{settings.api.port} ({error.strerror}); "
            "set METRONIS_API__PORT to a free port, or 0 for any"
        ) from error
    return listener


def _serve(settings: Settings, dependencies: Dependencies, listener: socket.socket, stop: Event) -> None:
    """Answer requests until `stop`, then finish those under way."""
    server = uvicorn.Server(
        uvicorn.Config(
            create_app(dependencies),
            log_level="warning",
            access_log=False,
            timeout_graceful_shutdown=5,
            timeout_keep_alive=75,
            lifespan="on",
        )
    )

    def end() -> None:
        stop.wait()
        server.should_exit = True

    Thread(target=end, name="end-of-serving", daemon=True).start()
    host, port = listener.getsockname()[:2]
    file = run_file(settings)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({"pid": os.getpid(), "url": f"http://{host}:{port}"}))
    server.run(sockets=[listener])
