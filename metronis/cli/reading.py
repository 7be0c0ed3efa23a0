"""Where the reading commands read: the gateway that runs over the data folder, or else the store itself."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Protocol
from uuid import UUID

import msgspec

from metronis.cli.client import Gateway, open_client, running_gateway
from metronis.clock import SystemClock
from metronis.errors import NotFound
from metronis.settings import Settings
from metronis.store import embedded_folder, is_embedded, open_store
from storage.read import Page, Stats, TraceDetail, TraceFilter, list_traces, stats, trace_detail
from storage.store import Store

LARGEST_PAGE = 500


class Reader(Protocol):
    """What can be asked. All raise Unavailable where there is no answer."""

    def trace(self, org_id: str, trace_id: UUID) -> TraceDetail:
        """One trace with its verdict. Raises NotFound."""

    def traces(self, filters: TraceFilter, limit: int, cursor: str | None) -> Page:
        """At most `limit` traces, itself at most LARGEST_PAGE, newest first."""

    def stats(self, org_id: str) -> Stats:
        """What the organisation has, counted."""


class StoreReader:
    """Reads the store in this process."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def trace(self, org_id: str, trace_id: UUID) -> TraceDetail:
        return trace_detail(self._store, org_id, trace_id)

    def traces(self, filters: TraceFilter, limit: int, cursor: str | None) -> Page:
        return list_traces(self._store, filters, limit, cursor)

    def stats(self, org_id: str) -> Stats:
        return stats(self._store, org_id)


class GatewayReader:
    """Asks a gateway."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    def trace(self, org_id: str, trace_id: UUID) -> TraceDetail:
        answer = self._gateway.get(f"/api/v1/traces/{trace_id}", {"org_id": org_id})
        return msgspec.json.decode(answer, type=TraceDetail)

    def traces(self, filters: TraceFilter, limit: int, cursor: str | None) -> Page:
        parameters = {**msgspec.to_builtins(filters), "limit": limit, "cursor": cursor}
        return msgspec.json.decode(self._gateway.get("/api/v1/traces", parameters), type=Page)

    def stats(self, org_id: str) -> Stats:
        return msgspec.json.decode(self._gateway.get("/api/v1/stats", {"org_id": org_id}), type=Stats)


class EmptyReader:
    """Answers where nothing was ever stored, without making a store."""

    def trace(self, org_id: str, trace_id: UUID) -> TraceDetail:
        raise NotFound(f"no trace {trace_id} in organisation {org_id}")

    def traces(self, filters: TraceFilter, limit: int, cursor: str | None) -> Page:  # noqa: ARG002 - none fits any
        return Page([], None)

    def stats(self, org_id: str) -> Stats:  # noqa: ARG002 - nobody has any
        return Stats(traces=0, decisions=[], tiers=[], evaluators=[], issues=[])


@contextmanager
def open_reader(settings: Settings) -> Iterator[Reader]:
    """The gateway where one answers, else the store. Raises Misconfigured where another process holds the store."""
    url = running_gateway(settings)
    if url is not None:
        with open_client(url) as client:
            yield GatewayReader(Gateway(client, SystemClock(), random.Random()))
        return
    if is_embedded(settings) and not embedded_folder(settings).exists():
        yield EmptyReader()
        return
    with closing(open_store(settings)) as store:
        yield StoreReader(store)
