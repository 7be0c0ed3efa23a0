"""One Kafka for the whole run; tests keep apart by topics and groups of their own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from uuid import uuid4

import pytest

from tests.containers import has_docker
from tests.kafka.container import running_container
from tests.kafka.jars import program
from tests.kafka.server import KafkaServer, is_ready, running_server


@pytest.fixture(scope="session")
def kafka_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KafkaServer]:
    """A broker of our own, which a test may kill and pause, and must leave running.

    Skips where Java or Maven is missing, which fails the run where METRONIS_TEST_NO_SKIPS is set.
    """
    try:
        for name in ("java", "mvn"):
            program(name)
    except RuntimeError as error:
        pytest.skip(str(error))
    with running_server(tmp_path_factory.mktemp("kafka")) as server:
        yield server


@pytest.fixture(scope="session")
def kafka_container() -> Iterator[str]:
    """`host:port` of a broker in a container."""
    with running_container() as address:
        yield address


@pytest.fixture(scope="session")
def kafka_address(request: pytest.FixtureRequest) -> str:
    """`host:port` of the broker that METRONIS_TEST_KAFKA names, else of one in a container, else of `kafka_server`."""
    if address := os.environ.get("METRONIS_TEST_KAFKA"):
        assert is_ready(address), f"no Kafka broker answers at {address}, which METRONIS_TEST_KAFKA names"
        return address
    if has_docker():
        contained: str = request.getfixturevalue("kafka_container")
        return contained
    server: KafkaServer = request.getfixturevalue("kafka_server")
    return server.address


@pytest.fixture
def prefix() -> str:
    """What the names of a test's topics, groups and transactions begin with."""
    return f"t{uuid4().hex[:10]}."
