"""Metrics in Prometheus' text form, summed over all processes of the stack where they share a folder."""

from __future__ import annotations

import os

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Request, Response
from prometheus_client import REGISTRY, CollectorRegistry
from prometheus_client.exposition import choose_encoder
from prometheus_client.multiprocess import MultiProcessCollector

from api import openapi

_LIMITER = CapacityLimiter(1)  # apart from questions to the store, which may all be hanging

router = APIRouter(tags=["health"])


@router.get("/metrics", **openapi.METRICS)
async def metrics(request: Request) -> Response:
    """Every metric of the catalogue; see docs/reference/metrics.md."""
    encode, content_type = choose_encoder(request.headers.get("accept", ""))
    text = await to_thread.run_sync(lambda: encode(_registry()), limiter=_LIMITER)
    return Response(text, headers={"Content-Type": content_type})


def _registry() -> CollectorRegistry:
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:  # the client library's own switch
        return REGISTRY
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # the library leaves it untyped
    return registry
