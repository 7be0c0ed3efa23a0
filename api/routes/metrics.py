"""Metrics in Prometheus' text form, summed over all processes of the stack where they share a folder."""

from __future__ import annotations

import os

from fastapi import APIRouter, Request, Response
from prometheus_client import REGISTRY, CollectorRegistry
from prometheus_client.exposition import choose_encoder
from prometheus_client.multiprocess import MultiProcessCollector

from api import openapi

router = APIRouter(tags=["health"])


@router.get("/metrics", **openapi.METRICS)
def metrics(request: Request) -> Response:
    """Every metric of the catalogue; see docs/reference/metrics.md."""
    registry = REGISTRY
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:  # the client library's own switch
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # the library leaves it untyped
    encode, content_type = choose_encoder(request.headers.get("accept", ""))
    return Response(encode(registry), headers={"Content-Type": content_type})
