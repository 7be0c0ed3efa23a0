"""Builds the gateway."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles
from fastapi.telemetry import TelemetryConfig

from api import errors, openapi
from api.boundary import Boundary
from api.checks import Checks
from api.dependencies import Dependencies
from api.intake import Intake
from api.routes import health, metrics, stats, traces
from schemas.topics import TRACES_RAW
from schemas.trace import DEFAULT_ORG
from storage.read import TraceFilter, list_traces

STATIC = Path(__file__).parent / "static"
# The page runs its own files only; what it shows comes from strangers.
_PAGE_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:",
    "X-Content-Type-Options": "nosniff",
}

# Metrics are our own catalogue's, and what FastAPI records of exceptions may quote payloads.
_NO_TELEMETRY: TelemetryConfig = {"tracing": False, "metrics": False, "logs": False, "auto_configure": False}


def create_app(dependencies: Dependencies) -> FastAPI:
    """The gateway over what it is given. Its lifespan owns the producer and drains the intake on the way out."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        producer = dependencies.broker.producer()
        waiting = dependencies.settings.api.max_waiting_bytes
        app.state.intake = Intake(producer.send, max_waiting_bytes=waiting)
        try:
            yield
        finally:
            await app.state.intake.close()
            producer.close()

    app = FastAPI(lifespan=lifespan, redoc_url=None, telemetry=_NO_TELEMETRY)
    app.state.dependencies = dependencies
    app.state.checks = Checks(_checks(dependencies))
    app.openapi = lambda: openapi.describe(app)  # type: ignore[method-assign]  # FastAPI's way to extend it
    errors.install(app)
    app.add_middleware(Boundary, clock=dependencies.clock)
    for router in (traces.router, stats.router, health.router, metrics.router):
        app.include_router(router)
    app.add_api_route("/", _page, include_in_schema=False)
    app.mount("/static", StaticFiles(directory=STATIC))
    return app


def _checks(given: Dependencies) -> dict[str, Callable[[], object]]:
    checks: dict[str, Callable[[], object]] = {"log": lambda: given.broker.ensure_topics([TRACES_RAW.name])}
    if store := given.store:
        checks["store"] = lambda: list_traces(store, TraceFilter(org_id=DEFAULT_ORG), limit=1, cursor=None)
    return checks


async def _page() -> FileResponse:
    return FileResponse(STATIC / "index.html", headers=_PAGE_HEADERS)
