"""A ClickHouse server in a container, for tests that leave it running."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import yaml
from testcontainers.community.clickhouse import ClickHouseContainer

from tests.clickhouse.engine import DATABASE, PASSWORD, USER
from tests.clickhouse.server import ClickHouse

COMPOSE = Path(__file__).parents[2] / "docker-compose.yml"
HTTP_PORT = 8123


@contextmanager
def running_container() -> Iterator[ClickHouse]:
    """A started server; the first call on a machine downloads the image."""
    with ClickHouseContainer(image(), username=USER, password=PASSWORD, dbname=DATABASE) as container:
        yield ClickHouse(f"http://{container.get_container_host_ip()}:{container.get_exposed_port(HTTP_PORT)}")


def image() -> str:
    """The image that is deployed."""
    name: str = yaml.safe_load(COMPOSE.read_text())["services"]["clickhouse"]["image"]
    return name
