"""What the gateway is given, and how its routes get at it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from typing import Annotated, Protocol
from uuid import UUID, uuid4

from fastapi import Depends, Query, Request

from api.checks import Checks
from api.intake import Intake
from metronis.clock import Clock, SystemClock
from metronis.errors import Unavailable
from metronis.settings import Settings
from storage.store import Store
from streams.broker import Producer


class Log(Protocol):
    """The part of a Broker that the gateway uses."""

    def ensure_topics(self, names: Iterable[str]) -> None: ...

    def producer(self) -> Producer: ...


@dataclass(frozen=True, kw_only=True)
class Dependencies:
    """Everything that the gateway needs. The caller opens and closes broker and store.

    Without a store the gateway takes traces in and answers 503 to questions about them. sink_problem: why a sink in
    this process stands still, empty where it does not or there is none.
    """

    settings: Settings
    broker: Log
    store: Store | None
    domains: Collection[str]
    sink_problem: Callable[[], str] = str
    clock: Clock = field(default_factory=SystemClock)
    new_id: Callable[[], UUID] = uuid4


def _dependencies(request: Request) -> Dependencies:
    dependencies: Dependencies = request.app.state.dependencies
    return dependencies


def _intake(request: Request) -> Intake:
    intake: Intake = request.app.state.intake
    return intake


def _store(request: Request) -> Store:
    store = _dependencies(request).store
    if store is None:
        raise Unavailable("this gateway runs without a store: it takes traces in and answers no questions")
    return store


def _checks(request: Request) -> Checks:
    checks: Checks = request.app.state.checks
    return checks


Dependent = Annotated[Dependencies, Depends(_dependencies)]
ChecksOf = Annotated[Checks, Depends(_checks)]
IntakeOf = Annotated[Intake, Depends(_intake)]
StoreOf = Annotated[Store, Depends(_store)]
OrgId = Annotated[str, Query(min_length=1, max_length=128, description="The organisation that is asked about.")]
