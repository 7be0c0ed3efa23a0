"""A gateway, a worker for both tiers and a sink, on whatever log and store their settings name."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Literal

import httpx

from tests.clickhouse.server import ClickHouseServer
from tests.infra.processes import Process, answers, free_port, until, with_settings

Role = Literal["gateway", "worker", "sink"]

ARGUMENTS: Mapping[Role, Sequence[str]] = {"gateway": (), "worker": ("--tiers", "t0,t1"), "sink": ()}
AUDIT_TIMEOUT_S = 600
TICKS_PER_S = os.sysconf("SC_CLK_TCK")


def on_servers(kafka_address: str, clickhouse: ClickHouseServer) -> dict[str, str]:
    """The settings of a program on this Kafka and this ClickHouse."""
    store = {f"METRONIS_CLICKHOUSE__{name.upper()}": value for name, value in clickhouse.settings.items()}
    secret = {"METRONIS_SANITIZE__SECRET": "a secret of some length"}
    return {"METRONIS_KAFKA__BOOTSTRAP_SERVERS": kafka_address, **secret, **store}


class Deployment:
    """One process for each role. They share a data folder, as they must where log or store are embedded."""

    def __init__(self, folder: Path, variables: Mapping[str, str], roles: Sequence[Role]) -> None:
        self._folder = folder
        self._variables = {
            **variables,
            "METRONIS_API__PORT": "0",
            "METRONIS_DATA_DIR": str(folder / "data"),
            "METRONIS_VAULT__URL": f"sqlite:///{folder / 'vault.db'}",
            "METRONIS_VAULT__MASTER_KEY": "a key of some length",
        }
        self._metrics_ports = {role: free_port() for role in roles}
        self._processes: dict[Role, Process] = {}
        self.url = ""

    def start(self) -> None:
        """Returns when the gateway is ready and the others run."""
        for role, port in self._metrics_ports.items():
            own = {**self._variables, "METRONIS_METRICS__PORT": str(port)}
            log = self._folder / f"{role}.log"
            self._processes[role] = Process(role, *ARGUMENTS[role], variables=own, log=log)
            if role == "gateway":
                self.url = self._address()
        for role in self._processes.keys() - {"gateway"}:
            self._wait(role, lambda process: '"started"' in process.output)

    def _address(self) -> str:
        run_file = self._folder / "data" / "run.json"
        self._wait("gateway", lambda _: run_file.exists())
        url: str = json.loads(run_file.read_text())["url"]
        self._wait("gateway", lambda _: answers(f"{url}/health/ready"))
        return url

    def _wait(self, role: Role, condition: Callable[[Process], bool]) -> None:
        process = self._processes[role]
        until(lambda: condition(process) or not process.is_running, f"the {role} is up")
        assert process.is_running, process.output

    def pid(self, role: Role) -> int:
        return self._processes[role].pid

    def is_running(self) -> bool:
        """Whether no process has ended."""
        return all(process.is_running for process in self._processes.values())

    def metric(self, role: Role, line: str) -> float:
        """Sum of a worker's or a sink's samples that begin so; 0 where it has not counted."""
        text = httpx.get(f"http://127.0.0.1:{self._metrics_ports[role]}/metrics", timeout=10).text
        return sum(float(each.rsplit(" ", 1)[1]) for each in text.splitlines() if each.startswith(line))

    def audit(self) -> dict[str, Any]:
        """What `metronis audit` reports."""
        command = [sys.executable, "-m", "metronis", "audit", "--json"]
        environment = with_settings(self._variables)
        done = subprocess.run(command, env=environment, capture_output=True, timeout=AUDIT_TIMEOUT_S, check=False)
        assert done.stdout, done.stderr.decode()
        report: dict[str, Any] = json.loads(done.stdout)
        return report

    def close(self) -> None:
        """SIGKILL to all. Idempotent."""
        for process in self._processes.values():
            process.kill()


@contextmanager
def running_deployment(folder: Path, variables: Mapping[str, str], roles: Sequence[Role]) -> Iterator[Deployment]:
    """A started deployment, which is gone in the end. The gateway's role comes first."""
    deployment = Deployment(folder, variables, roles)
    with ExitStack() as stack:
        stack.callback(deployment.close)
        deployment.start()
        yield deployment


def resident_bytes(pid: int) -> int:
    """The memory that a process holds now."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def cpu_s(pid: int) -> float:
    """The CPU time that a process has taken so far, all threads, in user and kernel mode."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_S
