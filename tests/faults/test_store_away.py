"""The store away while traffic goes on: traces are taken, memory stays bounded, and afterwards each is stored once.

METRONIS_TEST_STORE_AWAY_S=600 keeps it away for ten minutes.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from http import HTTPStatus
from typing import Any
from uuid import uuid4

import httpx
import pytest

from schemas.topics import TRACES_RAW
from storage.clickhouse import ClickHouseStore
from storage.queries import Query
from streams.broker import Message
from streams.kafka import KafkaBroker
from tests.clickhouse.server import ClickHouseServer, running_clickhouse
from tests.infra.deployment import Deployment, on_servers, resident_bytes, running_deployment
from tests.infra.processes import answers, until
from tests.kafka.server import KafkaServer, running_server

AWAY_S = float(os.environ.get("METRONIS_TEST_STORE_AWAY_S", "15"))
PAUSED_S = AWAY_S / 3
STORE_TIMEOUT_S = 2  # else a paused store is noticed after a minute
BACKLOG = 50_000
CHUNK = 1_000
MIB = 1_048_576
MOST_BYTES = 600 * MIB  # a sink at full speed holds some 450
MOST_GROWTH_BYTES = 64 * MIB  # in the second half of a backlog that has more than that in each
MOST_ACK_S = 5.0
SETTLE_S = 300.0
AUDITED_FROM_S = 60  # the audit of such a log takes longer than the rest of the test
RETRIES = 'metronis_batches_retried_total{code="unavailable",step="sink"}'
JUDGED = "metronis_verdicts_total"

pytestmark = [pytest.mark.kafka, pytest.mark.slow, pytest.mark.timeout(2 * AWAY_S + 3 * SETTLE_S)]


def message(org_id: str) -> Message:
    """A new trace of about a kilobyte."""
    trace_id = str(uuid4())
    trace = {"trace_id": trace_id, "org_id": org_id, "input": "What is 2 + 2?", "output": "It is 4. " * 90}
    return Message(TRACES_RAW.name, f"{org_id}/{trace_id}".encode(), json.dumps(trace).encode())


class Traffic:
    """Posts at a steady rate until the end of the block, and notes what was answered and how long the slowest took."""

    EVERY_S = 0.5
    BATCH = 100  # some 100 KB: more than the gateway decodes in its event loop

    def __init__(self, url: str, org_id: str) -> None:
        self._url = f"{url}/api/v1/traces/batch"
        self._org_id = org_id
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self.answered: Counter[int] = Counter()
        self.slowest_s = 0.0

    def __enter__(self) -> Traffic:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.set()
        self._thread.join()

    @property
    def acked(self) -> int:
        """Traces."""
        return self.answered[HTTPStatus.ACCEPTED] * self.BATCH

    def _run(self) -> None:
        with httpx.Client(timeout=60, headers={"content-type": "application/json"}) as client:
            while not self._ending.wait(self.EVERY_S):
                batch = b"[" + b",".join(message(self._org_id).value for _ in range(self.BATCH)) + b"]"
                began_s = time.monotonic()
                self.answered[client.post(self._url, content=batch).status_code] += 1
                self.slowest_s = max(self.slowest_s, time.monotonic() - began_s)


class Memory:
    """Samples what a process holds until the end of the block."""

    EVERY_S = 0.1

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self.most = resident_bytes(pid)

    def __enter__(self) -> Memory:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._ending.wait(self.EVERY_S):
            self.most = max(self.most, resident_bytes(self._pid))


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
    variables = on_servers(kafka.address, clickhouse) | {
        "METRONIS_CLICKHOUSE__URL": f"{clickhouse.url}?send_receive_timeout={STORE_TIMEOUT_S}",
        "METRONIS_SANITIZE__ENABLED": "false",  # it takes most of the time, and is not what is asked here
    }
    folder = tmp_path_factory.mktemp("deployment")
    with running_deployment(folder, variables, ("gateway", "worker", "sink")) as running:
        yield running


@pytest.fixture
def broker(kafka: KafkaServer) -> Iterator[KafkaBroker]:
    with closing(KafkaBroker(kafka.address)) as opened:
        yield opened


def stored(store: ClickHouseStore, table: str, org_id: str) -> dict[str, int]:
    """How many rows an organisation has, and of how many traces."""
    sql = f"SELECT count() AS copies, uniqExact(trace_id) AS ids FROM {table} WHERE org_id = {{org_id:String}}"
    (found,) = store.query(Query("stored", sql), org_id=org_id)
    return found


def settle(clickhouse: ClickHouseServer, org_id: str, count: int) -> None:
    with closing(clickhouse.connect()) as store:
        until(lambda: stored(store, "verdicts", org_id)["ids"] >= count, "everything is stored", SETTLE_S)


def assert_each_once(clickhouse: ClickHouseServer, org_id: str, count: int) -> None:
    with closing(clickhouse.connect()) as store:
        for table in ("traces", "verdicts"):
            assert stored(store, table, org_id) == {"copies": count, "ids": count}, table


def pile_up(broker: KafkaBroker, deployment: Deployment, org_id: str) -> None:
    """Append the backlog, and wait until all of it is judged and waits for the sink."""
    judged = deployment.metric("worker", JUDGED)
    producer = broker.producer()
    for _ in range(BACKLOG // CHUNK):
        producer.send([message(org_id) for _ in range(CHUNK)])
    until(lambda: deployment.metric("worker", JUDGED) >= judged + BACKLOG, "the backlog is judged", SETTLE_S)


def wait_out(away_s: float, since_s: float) -> None:
    """The fault lasts this long, whatever happened in it."""
    time.sleep(max(0.0, since_s + away_s - time.monotonic()))


def assert_sound(report: dict[str, Any], org_id: str, count: int) -> None:
    assert report["sound"], report
    (tally,) = [each for each in report["organisations"] if each["org_id"] == org_id]
    assert (tally["acked"], tally["stored"], tally["doubled"]) == (count, count, 0)


def assert_taken(traffic: Traffic) -> None:
    assert set(traffic.answered) == {HTTPStatus.ACCEPTED}, traffic.answered
    assert traffic.slowest_s < MOST_ACK_S


def test_a_store_that_hangs_is_given_up_and_what_it_was_given_is_stored_once(
    deployment: Deployment, clickhouse: ClickHouseServer, org_id: str
) -> None:
    with Traffic(deployment.url, org_id) as traffic:
        until(lambda: traffic.acked >= 300, "traffic flows")
        retried = deployment.metric("sink", RETRIES)
        clickhouse.pause()
        gone_s = time.monotonic()
        until(lambda: deployment.metric("sink", RETRIES) > retried, "the sink gives a hanging insert up")
        assert not answers(f"{deployment.url}/health/ready")
        wait_out(PAUSED_S, gone_s)
        clickhouse.resume()
        until(lambda: answers(f"{deployment.url}/health/ready"), "readiness is true again")
    settle(clickhouse, org_id, traffic.acked)
    assert_taken(traffic)
    assert deployment.is_running()
    assert_sound(deployment.audit(), org_id, traffic.acked)


def test_a_killed_store_costs_neither_traces_nor_memory(
    deployment: Deployment, clickhouse: ClickHouseServer, broker: KafkaBroker, org_id: str
) -> None:
    with (
        Traffic(deployment.url, org_id) as traffic,
        Memory(deployment.pid("sink")) as sink,
        Memory(deployment.pid("gateway")) as gateway,
    ):
        retried = deployment.metric("sink", RETRIES)
        clickhouse.kill()
        gone_s = time.monotonic()
        pile_up(broker, deployment, org_id)
        wait_out(AWAY_S, gone_s)
        assert deployment.metric("sink", RETRIES) >= retried + 3
        clickhouse.start()
        until(lambda: answers(f"{deployment.url}/health/ready"), "readiness is true again")
        settle(clickhouse, org_id, BACKLOG // 2)
        half_way = sink.most, gateway.most
        settle(clickhouse, org_id, BACKLOG)
    count = BACKLOG + traffic.acked
    settle(clickhouse, org_id, count)
    assert_taken(traffic)
    assert_each_once(clickhouse, org_id, count)
    for memory, before in zip((sink, gateway), half_way, strict=True):
        assert memory.most < MOST_BYTES
        assert memory.most - before < MOST_GROWTH_BYTES
    assert deployment.is_running()
    if AWAY_S >= AUDITED_FROM_S:
        assert_sound(deployment.audit(), org_id, count)
