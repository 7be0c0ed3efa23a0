"""A real Kafka of one node for a measurement, and the CPU time of its process.

It shares the machine with what is measured, and its JVM is set up for a short start (`tests/kafka/server.py`): rates by
wall clock are those of this arrangement, rates by CPU time are of our process alone.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from confluent_kafka.admin import AdminClient
from pydantic import SecretStr

from metronis.settings import Kafka, Sanitize, Settings, Vault
from streams.kafka import KafkaBroker
from streams.kafka.config import KafkaConfig
from tests.kafka.server import running_server

PARTITIONS = 2
TIMEOUT_S = 20.0
LOOK_EVERY_S = 0.02
TICKS_PER_S = os.sysconf("SC_CLK_TCK")

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Cluster:
    """Where the broker listens, and its process."""

    address: str
    pid: int

    def cpu_s(self) -> float:
        """CPU time of the broker so far, in steps of a hundredth of a second."""
        after_name = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(after_name[11]) + int(after_name[12])) / TICKS_PER_S  # utime and stime

    def settings(self, *, pii: bool = True) -> Settings:
        """Settings of a deployment on this cluster."""
        sanitize = Sanitize(enabled=pii, secret=SecretStr("for measurements alone"))
        vault = Vault(
            url=SecretStr(f"sqlite:///{tempfile.gettempdir()}/vault-{self.pid}.db"), master_key=sanitize.secret
        )
        return Settings(kafka=Kafka(bootstrap_servers=self.address), sanitize=sanitize, vault=vault)

    def broker(self) -> KafkaBroker:
        """Our side of it. To be closed."""
        return KafkaBroker(self.address, partitions=PARTITIONS)

    def config(self) -> KafkaConfig:
        """What our clients are told, for clients that a measurement makes itself."""
        return KafkaConfig(self.address)

    def reset(self) -> None:
        """Delete every group and topic, so that a run begins like the first."""
        admin = AdminClient(self.config().client())
        groups = [group.group_id for group in admin.list_consumer_groups().result(TIMEOUT_S).valid]
        topics = _topics(admin)
        gone = [*(admin.delete_consumer_groups(groups).values() if groups else [])]
        gone += admin.delete_topics(topics).values() if topics else []
        for future in gone:
            future.result(TIMEOUT_S)
        while _topics(admin):
            time.sleep(LOOK_EVERY_S)


@contextmanager
def running_cluster() -> Iterator[Cluster]:
    """A cluster on a fresh folder, stopped in the end. Raises RuntimeError where Java or Maven is missing."""
    with tempfile.TemporaryDirectory() as folder, running_server(Path(folder)) as server:
        yield Cluster(server.address, server.pid)


def apart(run: Callable[Concatenate[Cluster, P], T], cluster: Cluster, *args: P.args, **kwargs: P.kwargs) -> T:
    """Call `run` on an empty cluster in a process of its own, whose CPU time is then that of the run alone."""
    cluster.reset()
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(run, cluster, *args, **kwargs).result()


def _topics(admin: AdminClient) -> list[str]:
    return [name for name in admin.list_topics(timeout=TIMEOUT_S).topics if not name.startswith("__")]
