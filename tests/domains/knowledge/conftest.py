"""A public service, a clock that waits for nobody, and sources that ask the one by the other."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from domains.knowledge.cache import AnswerCache
from domains.knowledge.http import JsonClient, Service
from domains.knowledge.source import Source
from metronis.clock import ManualClock
from tests.domains.knowledge.service import PublicService, running_service

SourceOf = Callable[..., Source]


@pytest.fixture
def service() -> Iterator[PublicService]:
    with running_service() as running:
        yield running


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def source_of(clock: ManualClock) -> Iterator[SourceOf]:
    """Makes the source of a service, which is closed in the end."""
    with ExitStack() as opened:

        def source(service: Service, cache: AnswerCache | None = None, timeout_s: float = 10.0) -> Source:
            client = JsonClient(service, clock, random.Random(1), timeout_s=timeout_s)
            opened.callback(client.close)
            return Source(name=service.name, client=client, clock=clock, ttl_s=3_600, cache=cache)

        yield source
