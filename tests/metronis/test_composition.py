"""What is built from settings, and what a process says that cannot be."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

from metronis.children import environment, worker_children
from metronis.clock import SystemClock
from metronis.errors import Misconfigured
from metronis.log import open_broker
from metronis.pipeline import build_sanitizer
from metronis.secret import master_secret
from metronis.settings import Settings, load
from metronis.store import is_embedded
from schemas.topics import TRACES_RAW
from storage.clickhouse import connect
from storage.read import stats
from streams.broker import Message
from streams.kafka import KafkaBroker
from tests.clickhouse.engine import DATABASE, PASSWORD, USER
from tests.clickhouse.server import ClickHouseServer
from tests.infra.processes import Process, answers, failing, free_port, until

CLOSED = "127.0.0.1:9"  # nobody listens on the discard port


def settings_of(tmp_path: Path, **groups: Any) -> Settings:
    return Settings(data_dir=tmp_path / "data", **groups)


# Settings


def test_security_is_read_from_json_and_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("METRONIS_KAFKA__SECURITY", '{"security.protocol": "SASL_SSL", "sasl.password": "unguessable"}')
    monkeypatch.setenv("METRONIS_CLICKHOUSE__PASSWORD", "unguessable")
    monkeypatch.setenv("METRONIS_KAFKA__SCHEMA_REGISTRY_URL", "http://user:unguessable@registry:8081")
    settings = load()
    assert settings.kafka.security["sasl.password"].get_secret_value() == "unguessable"
    assert "unguessable" not in repr(settings)
    assert "unguessable" not in settings.model_dump_json()


@pytest.mark.parametrize("value", ['{"security.protocol"', '["SASL_SSL"]', "SASL_SSL"])
def test_security_that_is_no_json_object_is_refused(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("METRONIS_KAFKA__SECURITY", value)
    with pytest.raises(Misconfigured, match="METRONIS_KAFKA__SECURITY is wrong"):
        load()


def test_the_address_of_the_store_server_is_a_url(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("METRONIS_CLICKHOUSE__URL", "clickhouse:8123")
    with pytest.raises(Misconfigured, match="METRONIS_CLICKHOUSE__URL is wrong"):
        load()


# The log


def test_without_kafka_the_log_is_in_the_data_folder(tmp_path: Path) -> None:
    with closing(open_broker(settings_of(tmp_path))) as broker:
        assert broker.lag("t0", [TRACES_RAW.name]) == 0
    assert (tmp_path / "data" / "log.sqlite").exists()


@pytest.mark.kafka
def test_with_kafka_the_topics_are_there(kafka_address: str, tmp_path: Path) -> None:
    with closing(open_broker(settings_of(tmp_path, kafka={"bootstrap_servers": kafka_address}))) as broker:
        assert isinstance(broker, KafkaBroker)
        broker.producer().send([Message(TRACES_RAW.name, b"", b"")])
    assert not (tmp_path / "data").exists()


def test_security_of_kafka_reaches_the_client(tmp_path: Path) -> None:
    kafka = {"bootstrap_servers": CLOSED, "security": '{"security.protocol": "SASL_TELEPATHY"}'}
    with pytest.raises(Misconfigured, match="SASL_TELEPATHY"):
        open_broker(settings_of(tmp_path, kafka=kafka))


def test_workers_of_several_machines_must_share_the_secret(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="set METRONIS_SANITIZE__SECRET"):
        master_secret(settings_of(tmp_path, kafka={"bootstrap_servers": CLOSED}))
    given = {"secret": "a secret of some length"}
    assert master_secret(settings_of(tmp_path, kafka={"bootstrap_servers": CLOSED}, sanitize=given))


def test_workers_of_several_machines_must_share_the_vault(tmp_path: Path) -> None:
    secret = {"secret": "a secret of some length"}
    settings = settings_of(tmp_path, kafka={"bootstrap_servers": CLOSED}, sanitize=secret)
    with pytest.raises(Misconfigured, match="set METRONIS_VAULT__URL"):
        build_sanitizer(settings, SystemClock(), vault=True)


def test_each_worker_of_a_process_group_has_a_name_of_its_own(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, kafka={"bootstrap_servers": CLOSED, "instance_id": "blue"})
    children = worker_children(settings, 2, [], tmp_path)
    assert [child.environment["METRONIS_KAFKA__INSTANCE_ID"] for child in children] == ["blue-0", "blue-1"]
    assert "METRONIS_KAFKA__INSTANCE_ID" not in environment(settings_of(tmp_path), tmp_path, instance=0)


# The store


def test_the_store_is_embedded_until_a_server_is_named(tmp_path: Path) -> None:
    assert is_embedded(settings_of(tmp_path))
    assert not is_embedded(settings_of(tmp_path, clickhouse={"url": f"http://{CLOSED}"}))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"password": "guessed"}, "does not let user metronis in; check METRONIS_CLICKHOUSE__USER and __PASSWORD"),
        ({"user": "nobody"}, "does not let user nobody in"),
        ({"database": "missing"}, "has no database missing; create it, or mend METRONIS_CLICKHOUSE__DATABASE"),
        ({"url": f"http://{CLOSED}"}, f"no ClickHouse answers at {CLOSED}: start it, or mend METRONIS_CLICKHOUSE__URL"),
        ({"url": "http://nowhere.invalid:8123"}, "no ClickHouse answers at nowhere.invalid:8123"),
    ],
)
def test_a_server_that_cannot_be_used_is_one_sentence(
    change: dict[str, str], sentence: str, clickhouse_server: ClickHouseServer
) -> None:
    with pytest.raises(Misconfigured, match=sentence):
        connect(**(clickhouse_server.settings | change))


@pytest.mark.slow
def test_processes_that_connect_at_the_same_moment_migrate_once(tmp_path: Path) -> None:
    server = ClickHouseServer(tmp_path)
    server.start()
    try:
        line = f"from storage.clickhouse import connect; connect(**{server.settings!r}).close()"
        processes = [subprocess.Popen([sys.executable, "-c", line]) for _ in range(4)]
        assert [process.wait(60) for process in processes] == [0, 0, 0, 0]
        asked = httpx.post(
            server.url, params={"database": DATABASE}, content="SELECT name FROM migrations", auth=(USER, PASSWORD)
        )
        names = asked.text.split()
        assert names
        assert len(names) == len(set(names))
        with closing(server.connect()) as store:
            assert stats(store, "nobody").traces == 0
    finally:
        server.kill()


# The processes


@pytest.mark.parametrize("command", [("gateway",), ("worker", "--tiers", "t1")])
def test_a_process_without_its_broker_ends_with_status_2_and_the_address(
    command: tuple[str, ...], clickhouse_server: ClickHouseServer, tmp_path: Path
) -> None:
    variables = {
        "METRONIS_DATA_DIR": str(tmp_path),
        "METRONIS_API__PORT": "0",
        "METRONIS_KAFKA__BOOTSTRAP_SERVERS": CLOSED,
        **{f"METRONIS_CLICKHOUSE__{name.upper()}": value for name, value in clickhouse_server.settings.items()},
    }
    status, said = failing(*command, variables=variables)
    assert status == 2
    assert said.startswith(f"metronis: no Kafka broker answers at {CLOSED}")
    assert "Traceback" not in said


@pytest.mark.parametrize("command", ["gateway", "sink", "stats"])
def test_a_process_without_its_store_ends_with_status_2_and_the_address(command: str, tmp_path: Path) -> None:
    variables = {
        "METRONIS_DATA_DIR": str(tmp_path),
        "METRONIS_API__PORT": "0",
        "METRONIS_CLICKHOUSE__URL": f"http://{CLOSED}",
    }
    status, said = failing(command, variables=variables)
    assert status == 2
    assert said == f"metronis: no ClickHouse answers at {CLOSED}: start it, or mend METRONIS_CLICKHOUSE__URL"


def test_the_sink_of_an_embedded_store_is_the_gateways(tmp_path: Path) -> None:
    status, said = failing("sink", variables={"METRONIS_DATA_DIR": str(tmp_path)})
    assert status == 2
    assert said.startswith("metronis: the store is embedded, so the gateway runs the sink")


def test_a_taken_metrics_port_is_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        variables = {"METRONIS_DATA_DIR": str(tmp_path), "METRONIS_METRICS__PORT": port}
        status, said = failing("worker", "--tiers", "t1", variables=variables)
    assert status == 2
    assert said.startswith(f"metronis: cannot serve metrics on 127.0.0.1:{port}")


@pytest.mark.slow
def test_a_group_of_workers_replaces_what_dies_and_ends_with_its_parent(tmp_path: Path) -> None:
    port = free_port()
    variables = {"METRONIS_DATA_DIR": str(tmp_path / "data"), "METRONIS_METRICS__PORT": str(port)}
    arguments = ("worker", "--tiers", "t1", "--concurrency", "2")
    process = Process(*arguments, variables=variables, log=tmp_path / "log")
    try:
        until(lambda: answers(f"http://127.0.0.1:{port}/metrics"), "metrics are served")
        until(lambda: process.output.count('"started"') == 2, "two processes run")
        first, second = process.children()
        os.kill(first, signal.SIGKILL)
        until(lambda: len(process.children()) == 2 and first not in process.children(), "another one runs")
        third = next(pid for pid in process.children() if pid != second)
        until(lambda: process.output.count('"started"') == 3, "it has begun")
        assert process.stop() == 0
        assert not any(Path(f"/proc/{pid}").exists() for pid in (second, third))
    finally:
        process.kill()
