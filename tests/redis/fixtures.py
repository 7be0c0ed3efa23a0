"""A Redis for every test that wants one: it starts in a few hundredths of a second."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.redis.server import Redis, running_redis
from tests.servers import program


@pytest.fixture
def redis_server(tmp_path: Path) -> Iterator[Redis]:
    """An empty server that runs, which the test may stop.

    Skips where Redis is missing, which fails the run where METRONIS_TEST_NO_SKIPS is set.
    """
    try:
        program("redis-server", "redis-server")
    except RuntimeError as error:
        pytest.skip(str(error))
    folder = tmp_path / "redis"
    folder.mkdir()
    with running_redis(folder) as server:
        yield server
