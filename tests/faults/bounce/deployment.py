"""The deployment under test: every process its own, each of which may be killed and paused."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Literal, Protocol

from schemas.topics import all_topics
from streams.kafka import KafkaBroker
from tests.clickhouse.server import ClickHouseServer, running_clickhouse
from tests.infra.processes import Process, free_port, with_settings
from tests.kafka.server import KafkaServer, running_server

PARTITIONS = 4
SINKS = 2
AUDIT_TIMEOUT_S = 300

BROKER_SESSION_S = 20.0  # longer than any pause of the broker, see tests/kafka/server.py
Role = Literal["worker", "sink", "gateway", "broker", "store"]


class Victim(Protocol):
    """What faults happen to."""

    def kill(self) -> None:
        """SIGKILL."""

    def start(self) -> None:
        """After `kill`."""

    def pause(self) -> None:
        """SIGSTOP."""

    def resume(self) -> None:
        """SIGCONT."""


class Program:
    """One long-running `metronis` command, which starts again as itself."""

    def __init__(self, *arguments: str, variables: Mapping[str, str], log: Path) -> None:
        self._arguments = arguments
        self._variables = variables
        self._log = log
        self._process: Process | None = None  # none while it is to be down

    def start(self) -> None:
        self._process = Process(*self._arguments, variables=self._variables, log=self._log)

    def kill(self) -> None:
        """Idempotent."""
        if self._process is not None:
            self._process.kill()
            self._process = None

    def pause(self) -> None:
        assert self._process is not None
        self._process.pause()

    def resume(self) -> None:
        assert self._process is not None
        self._process.resume()

    @property
    def has_ended(self) -> bool:
        """Whether it ended by itself, as one does that starts while a service is away."""
        return self._process is not None and not self._process.is_running


class Deployment:
    """Kafka, ClickHouse, a gateway, workers and sinks. Half of the workers and sinks are static members of groups."""

    def __init__(self, folder: Path, kafka: KafkaServer, clickhouse: ClickHouseServer, tiers: Sequence[str]) -> None:
        """`tiers`: what each worker hosts, as `t0,t1`."""
        self._folder = folder
        self._port = free_port()
        self._shared = {
            "METRONIS_API__PORT": str(self._port),
            "METRONIS_KAFKA__BOOTSTRAP_SERVERS": kafka.address,
            "METRONIS_LOG__PARTITIONS": str(PARTITIONS),
            "METRONIS_SANITIZE__SECRET": "a secret of some length",
            "METRONIS_VAULT__URL": f"sqlite:///{folder / 'vault.db'}",
            "METRONIS_VAULT__MASTER_KEY": "a key of some length",
            **{f"METRONIS_CLICKHOUSE__{name.upper()}": value for name, value in clickhouse.settings.items()},
        }
        workers = [self._program("worker", number, "--tiers", each) for number, each in enumerate(tiers)]
        sinks = [self._program("sink", number) for number in range(SINKS)]
        gateways = [self._program("gateway", 0)]
        self._programs = [*workers, *sinks, *gateways]
        self.victims: Mapping[Role, Sequence[Victim]] = {
            "worker": workers,
            "sink": sinks,
            "gateway": gateways,
            "broker": [kafka],
            "store": [clickhouse],
        }
        self.address = kafka.address
        self.restarts = 0  # of programs that ended by themselves

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        for program in self._programs:
            program.start()

    def tend(self) -> None:
        """Start again what ended by itself, as whatever runs a deployment does."""
        for program in self._programs:
            if program.has_ended:
                program.start()
                self.restarts += 1

    def close(self) -> None:
        for program in self._programs:
            program.kill()

    def audit(self) -> dict[str, Any]:
        """What `metronis audit` reports."""
        done = subprocess.run(
            [sys.executable, "-m", "metronis", "audit", "--json"],
            env=with_settings(self._shared | {"METRONIS_DATA_DIR": str(self._folder / "audit")}),
            capture_output=True,
            text=True,
            timeout=AUDIT_TIMEOUT_S,
            check=False,
        )
        assert done.stdout, done.stderr
        report: dict[str, Any] = json.loads(done.stdout)
        return report

    def _program(self, command: str, number: int, *arguments: str) -> Program:
        name = f"{command}-{number}"
        own = {"METRONIS_DATA_DIR": str(self._folder / name)}
        if number % 2:
            own["METRONIS_KAFKA__INSTANCE_ID"] = name
        return Program(command, *arguments, variables=self._shared | own, log=self._folder / f"{name}.log")


@contextmanager
def deployed(folder: Path, tiers: Sequence[str]) -> Iterator[tuple[Deployment, KafkaBroker, ClickHouseServer]]:
    """A deployment that runs, a way to its log that is no part of it, and its store."""
    for name in ("kafka", "clickhouse"):
        (folder / name).mkdir()
    with ExitStack() as stack:
        kafka = stack.enter_context(running_server(folder / "kafka", session_s=BROKER_SESSION_S))
        clickhouse = stack.enter_context(running_clickhouse(folder / "clickhouse"))
        broker = KafkaBroker(kafka.address, partitions=PARTITIONS)
        stack.callback(broker.close)
        broker.ensure_topics(all_topics())
        deployment = Deployment(folder, kafka, clickhouse, tiers)
        stack.callback(deployment.close)
        deployment.start()
        yield deployment, broker, clickhouse
