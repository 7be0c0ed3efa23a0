"""A gateway to ask over ASGI, and logs that hold back or fail."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from threading import Event
from typing import Any
from uuid import UUID

import httpx
import msgspec
from fastapi import FastAPI

from api.app import create_app
from api.dependencies import Dependencies, Log
from metronis.clock import ManualClock
from metronis.errors import Unavailable
from metronis.settings import Settings
from schemas.topics import TRACES_RAW
from schemas.trace import Trace
from storage.store import Store
from streams.broker import Broker, Message, Record

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
MADE_ID = UUID("00000000-0000-4000-8000-000000000001")
DOMAINS = frozenset({"general", "mining"})


def dependencies(broker: Log, store: Store | None = None, **settings: Any) -> Dependencies:
    return Dependencies(
        settings=Settings(**settings),
        broker=broker,
        store=store,
        domains=DOMAINS,
        clock=ManualClock(NOON),
        new_id=lambda: MADE_ID,
    )


@asynccontextmanager
async def client_of(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the running app; leaving the block shuts the app down."""
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://gateway") as client,
    ):
        yield client


@asynccontextmanager
async def gateway(broker: Log, store: Store | None = None, **settings: Any) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(create_app(dependencies(broker, store, **settings))) as client:
        yield client


def logged(broker: Broker) -> list[Record]:
    """What stands on the raw topic."""
    return broker.read(TRACES_RAW.name, limit=10_000)


def traces_on(broker: Broker) -> list[Trace]:
    return [msgspec.json.decode(record.value, type=Trace) for record in logged(broker)]


def assert_problem(response: httpx.Response, status: int, code: str, field: str | None = None) -> dict[str, Any]:
    """The answer is problem+json with every member that a program or a person needs."""
    assert response.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    assert (response.status_code, body["status"], body["code"]) == (status, status, code), body
    assert body["type"] == f"urn:metronis:problem:{code}"
    assert all(body[name] for name in ("title", "detail", "field", "mend"))
    if field is not None:
        assert body["field"] == field
    return body


class HeldBroker:
    """A log whose sends wait until `release` is set, and fail while `failure` is."""

    def __init__(self, *, held: bool = True) -> None:
        self.release = Event()
        self.sending = Event()
        self.failure: Exception | None = None
        self.sends: list[list[Message]] = []
        if not held:
            self.release.set()

    @property
    def messages(self) -> list[Message]:
        return [message for send in self.sends for message in send]

    def send(self, messages: Sequence[Message]) -> None:
        self.sending.set()
        assert self.release.wait(10)
        if self.failure:
            raise self.failure
        self.sends.append(list(messages))

    def producer(self) -> HeldBroker:
        return self

    def ensure_topics(self, names: Iterable[str]) -> None:  # noqa: ARG002 - the seam's signature
        if self.failure:
            raise self.failure

    def close(self) -> None:
        """Nothing to give back."""


AWAY = Unavailable("the log does not answer")
