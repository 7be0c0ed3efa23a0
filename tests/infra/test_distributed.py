"""The distributed deployment: each process its own, on a real Kafka and a ClickHouse server, through their outages."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from http import HTTPStatus
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from storage.clickhouse import ClickHouseStore
from storage.read import stats
from tests.clickhouse.server import ClickHouseServer, running_clickhouse
from tests.infra.processes import Process, answers, free_port, until
from tests.kafka.server import KafkaServer, running_server

pytestmark = [pytest.mark.kafka, pytest.mark.slow]

ANSWER_TIMEOUT_S = 30.0  # the gateway itself gives up on the log after ten seconds


class Deployment:
    """A gateway, two workers for both tiers, and a sink; they share Kafka and ClickHouse and no folder."""

    def __init__(self, folder: Path, kafka: KafkaServer, clickhouse: ClickHouseServer) -> None:
        self._folder = folder
        self._shared = {
            "METRONIS_API__PORT": "0",
            "METRONIS_KAFKA__BOOTSTRAP_SERVERS": kafka.address,
            "METRONIS_SANITIZE__SECRET": "a secret of some length",
            "METRONIS_VAULT__URL": f"sqlite:///{folder / 'vault.db'}",
            "METRONIS_VAULT__MASTER_KEY": "a key of some length",
            **{f"METRONIS_CLICKHOUSE__{name.upper()}": value for name, value in clickhouse.settings.items()},
        }
        self._stopped = ExitStack()
        self.metrics_ports: dict[str, int] = {}
        self.gateway = self._start("gateway")
        self.worker = self._start("worker", "--tiers", "t0,t1", "--concurrency", "2")
        self.sink = self._start("sink")
        run_file = folder / "gateway" / "run.json"
        until(run_file.exists, "the gateway listens")
        self.url: str = json.loads(run_file.read_text())["url"]
        until(self.is_ready, "the gateway is ready")
        until(lambda: self.worker.output.count('"started"') == 4, "two workers run two tiers each")
        until(lambda: '"started"' in self.sink.output, "the sink runs")

    def _start(self, command: str, *arguments: str) -> Process:
        self.metrics_ports[command] = free_port()
        own = {
            "METRONIS_DATA_DIR": str(self._folder / command),
            "METRONIS_METRICS__PORT": str(self.metrics_ports[command]),
        }
        process = Process(command, *arguments, variables=self._shared | own, log=self._folder / f"{command}.log")
        self._stopped.callback(process.kill)
        return process

    def is_ready(self) -> bool:
        return answers(f"{self.url}/health/ready")

    def post(self, org_id: str, trace_ids: Sequence[str]) -> httpx.Response:
        """The answer to one batch."""
        items = [{"trace_id": each, "org_id": org_id, "input": "What is 2 + 2?", "output": "4."} for each in trace_ids]
        return httpx.post(f"{self.url}/api/v1/traces/batch", json=items, timeout=ANSWER_TIMEOUT_S)

    def metric(self, process: str, line: str) -> float:
        """The value of a metric of a process without a gateway; 0 where it has not counted."""
        text = httpx.get(f"http://127.0.0.1:{self.metrics_ports[process]}/metrics", timeout=10).text
        return sum(float(each.rsplit(" ", 1)[1]) for each in text.splitlines() if each.startswith(line))

    def close(self) -> None:
        self._stopped.close()


@pytest.fixture(scope="module")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KafkaServer]:
    with running_server(tmp_path_factory.mktemp("kafka")) as server:
        yield server


@pytest.fixture(scope="module")
def clickhouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ClickHouseServer]:
    with running_clickhouse(tmp_path_factory.mktemp("clickhouse")) as server:
        yield server


@pytest.fixture(scope="module")
def deployment(
    tmp_path_factory: pytest.TempPathFactory, kafka: KafkaServer, clickhouse: ClickHouseServer
) -> Iterator[Deployment]:
    running = Deployment(tmp_path_factory.mktemp("deployment"), kafka, clickhouse)
    yield running
    running.close()


@pytest.fixture
def stored(clickhouse: ClickHouseServer, deployment: Deployment) -> Iterator[ClickHouseStore]:
    """The store, asked directly."""
    assert deployment
    store = clickhouse.connect()
    yield store
    store.close()


def new_ids(count: int) -> list[str]:
    return [str(uuid4()) for _ in range(count)]


def counts(store: ClickHouseStore, org_id: str) -> tuple[int, int]:
    """Traces and verdicts of an organisation."""
    found = stats(store, org_id)
    return found.traces, sum(row.traces for row in found.decisions)


def results(response: httpx.Response) -> dict[str, Any]:
    assert response.status_code == HTTPStatus.ACCEPTED, response.text
    body: dict[str, Any] = response.json()
    return body


def test_what_is_posted_is_judged_and_stored_once(deployment: Deployment, stored: ClickHouseStore, org_id: str) -> None:
    ids = new_ids(200)
    results(deployment.post(org_id, ids))
    results(deployment.post(org_id, ids[:50]))
    until(lambda: counts(stored, org_id) == (200, 200), "all are stored")
    until(lambda: deployment.metric("sink", "metronis_duplicate_traces_total") >= 50, "the repetition is counted")
    assert counts(stored, org_id) == (200, 200)
    detail = httpx.get(f"{deployment.url}/api/v1/traces/{ids[0]}", params={"org_id": org_id}).json()
    assert detail["evaluations"]
    assert deployment.metric("worker", "metronis_records_processed_total") >= 500


def test_while_the_store_is_away_traces_are_taken_and_the_sink_waits(
    deployment: Deployment, clickhouse: ClickHouseServer, org_id: str
) -> None:
    clickhouse.kill()
    until(lambda: not deployment.is_ready(), "readiness is false")
    ids = new_ids(100)
    results(deployment.post(org_id, ids))
    reads = httpx.get(f"{deployment.url}/api/v1/stats", params={"org_id": org_id}, timeout=ANSWER_TIMEOUT_S)
    assert reads.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    waits = 'metronis_batches_retried_total{code="unavailable",step="sink"}'
    until(lambda: deployment.metric("sink", waits) >= 3, "the sink tries again and again")
    clickhouse.start()
    store = clickhouse.connect()
    until(lambda: counts(store, org_id) == (100, 100), "all are stored")
    store.close()
    until(deployment.is_ready, "readiness is true again")
    assert all(process.is_running for process in (deployment.gateway, deployment.worker, deployment.sink))


def test_while_the_log_is_away_the_gateway_says_when_to_come_back(
    deployment: Deployment, kafka: KafkaServer, stored: ClickHouseStore, org_id: str
) -> None:
    ids = new_ids(100)
    kafka.kill()
    refused = deployment.post(org_id, ids)
    assert refused.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert int(refused.headers["Retry-After"]) >= 1
    assert refused.json()["code"] == "unavailable"
    assert not deployment.is_ready()
    kafka.start()
    until(deployment.is_ready, "readiness is true again")
    until(lambda: deployment.post(org_id, ids).status_code == HTTPStatus.ACCEPTED, "the log takes traces again")
    until(lambda: counts(stored, org_id) == (100, 100), "all are stored, also those of the refused request once")
    assert all(process.is_running for process in (deployment.gateway, deployment.worker, deployment.sink))


def test_sigterm_ends_every_process_in_order(deployment: Deployment) -> None:
    children = deployment.worker.children()
    assert len(children) == 2
    assert [each.stop() for each in (deployment.gateway, deployment.worker, deployment.sink)] == [0, 0, 0]
    assert not any(Path(f"/proc/{pid}").exists() for pid in children)
    assert "Traceback" not in deployment.gateway.output + deployment.worker.output + deployment.sink.output
