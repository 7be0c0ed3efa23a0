"""A Kafka in a container, for tests that leave it running."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from testcontainers.core.container import DockerContainer

from tests.kafka.jars import kafka_version
from tests.kafka.server import PROPERTIES, START_TIMEOUT_S, free_ports, is_ready

CONTROLLER_PORT = 29093


@contextmanager
def running_container() -> Iterator[str]:
    """`host:port` of a started broker; the first call on a machine downloads the image.

    It is the project's own image. The KafkaContainer of testcontainers knows how to start another vendor's alone.
    """
    [port] = free_ports(1)
    container = DockerContainer(f"apache/kafka:{kafka_version()}").with_bind_ports(port, port)
    host = container.get_docker_client().host()
    with container.with_envs(**environment(host, port)):
        _wait_until_ready(container, f"{host}:{port}")
        yield f"{host}:{port}"


def environment(host: str, port: int) -> dict[str, str]:
    """The properties of `tests.kafka.server` in the spelling of the image, for clients outside the container."""
    text = PROPERTIES.format(port=port, controller_port=CONTROLLER_PORT, data="/tmp/kafka")
    properties = dict(line.split("=", 1) for line in text.splitlines())
    del properties["controller.quorum.bootstrap.servers"]  # the image formats its storage for fixed voters
    properties |= {
        "process.roles": "broker,controller",
        "controller.quorum.voters": f"1@localhost:{CONTROLLER_PORT}",
        "listeners": f"PLAINTEXT://:{port},CONTROLLER://:{CONTROLLER_PORT}",
        "advertised.listeners": f"PLAINTEXT://{host}:{port}",
    }
    return {f"KAFKA_{name.replace('.', '_').upper()}": value for name, value in properties.items()}


def _wait_until_ready(container: DockerContainer, address: str) -> None:
    deadline_s = time.monotonic() + START_TIMEOUT_S
    while not is_ready(address):
        if time.monotonic() > deadline_s:
            stdout, stderr = container.get_logs()
            raise RuntimeError(f"Kafka did not start: {(stdout + stderr).decode(errors='replace')[-2_000:]}")
        time.sleep(0.05)
