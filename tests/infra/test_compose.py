"""docker-compose.yml says what it should, as far as that can be known without an engine to run it."""

from __future__ import annotations

import os
import re
from typing import Any
from urllib.parse import urlsplit

import pytest
import typer

from metronis.cli import app
from metronis.settings import load, variables
from metronis.tiers import DEPLOYED, tier_names
from tests.infra.files import ROOT, VARIABLE, compose, dev_values, filled_in, of_ours, services
from tests.kafka.jars import kafka_version

SETTINGS = {name for name, _, _ in variables()}
LATEST = re.compile(r":[\w.-]*\d[\w.-]*$")  # a tag that names a version
SECRET = re.compile(r"PASSWORD|SECRET|TOKEN|_KEY")


def environment(name: str) -> dict[str, str]:
    return {key: str(value) for key, value in services()[name].get("environment", {}).items()}


@pytest.mark.parametrize("name", services())
def test_a_service_is_pinned_watched_bounded_and_restarted(name: str) -> None:
    service = services()[name]
    assert LATEST.search(service["image"]), service["image"]
    assert service["healthcheck"]["test"][0] in ("CMD", "CMD-SHELL")
    assert service["restart"] == "unless-stopped"
    assert set(service["deploy"]["resources"]["limits"]) == {"cpus", "memory"}
    assert "backend" in service["networks"]


@pytest.mark.parametrize("name", services())
def test_a_service_waits_until_what_it_needs_is_healthy(name: str) -> None:
    for needed, how in services()[name].get("depends_on", {}).items():
        assert needed in services()
        assert how == {"condition": "service_healthy"}


@pytest.mark.parametrize("name", services())
def test_no_password_is_written_down(name: str) -> None:
    for key, value in environment(name).items():
        if SECRET.search(key) and not key.endswith("_FILE"):
            [(_, kind, message)] = VARIABLE.findall(value)
            assert kind == "?", f"{key} has a default"
            assert message, f"{key} does not say what to do"


def test_a_trial_sets_everything_that_is_asked_for() -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    asked = {name for name, kind, _ in VARIABLE.findall(text) if kind == "?"}
    asked |= {secret["environment"] for secret in compose()["secrets"].values()}
    assert asked == dev_values().keys()


def test_only_the_gateway_is_published_and_on_this_machine_alone() -> None:
    published = {name: service["ports"] for name, service in services().items() if "ports" in service}
    assert {name: [filled_in(port) for port in ports] for name, ports in published.items()} == {
        "gateway": ["127.0.0.1:8300:8300"]
    }
    assert compose()["networks"]["backend"]["internal"]


def test_volumes_secrets_and_networks_are_declared_and_used() -> None:
    mounted = {
        volume.split(":")[0]
        for service in services().values()
        for volume in service.get("volumes", [])
        if not volume.startswith("${")  # a folder of the host
    }
    secrets = {secret for service in services().values() for secret in service.get("secrets", [])}
    networks = {network for service in services().values() for network in service["networks"]}
    assert mounted == compose()["volumes"].keys()
    assert secrets == compose()["secrets"].keys()
    assert networks == compose()["networks"].keys()


@pytest.mark.parametrize("name", of_ours())
def test_our_processes_can_do_no_more_than_they_must(name: str) -> None:
    service = services()[name]
    assert service["read_only"]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["volumes"] == ["${AEGIS_DOMAINS:-./domains}:/etc/metronis/domains:ro"]


@pytest.mark.parametrize("name", of_ours())
def test_our_settings_exist_and_load(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    given = environment(name)
    assert given.keys() <= SETTINGS
    for key in [key for key in os.environ if key.startswith("METRONIS_") and "_TEST_" not in key]:
        monkeypatch.delenv(key)
    for key, value in given.items():
        monkeypatch.setenv(key, filled_in(value))
    settings = load()
    assert urlsplit(f"//{settings.kafka.bootstrap_servers}").hostname in services()
    assert urlsplit(settings.clickhouse.url).hostname in services()
    assert settings.clickhouse.password
    assert int(services()[name]["stop_grace_period"].removesuffix("s")) > 2 * settings.worker.stop_deadline_s


@pytest.mark.parametrize("name", of_ours())
def test_our_commands_exist_with_these_options(name: str) -> None:
    command, *arguments = (filled_in(word) for word in services()[name]["command"])
    group: Any = typer.main.get_command(app)
    group.commands[command].make_context(command, arguments)


def test_variables_are_settings_or_named_otherwise_and_in_the_guide() -> None:
    """One of the program's prefix that is no setting would stop the program where it is exported."""
    guide = (ROOT / "docs" / "guides" / "deploy.md").read_text()
    text = (ROOT / "docker-compose.yml").read_text()
    used = {name for name, _, _ in VARIABLE.findall(text)} | dev_values().keys()
    for name in used:
        assert name in SETTINGS if name.startswith("METRONIS_") else f"`{name}`" in guide, name


def test_every_tier_is_hosted_once_and_what_it_writes_is_stored() -> None:
    commands = [service["command"] for service in of_ours().values()]
    hosted = [tier for command in commands if command[0] == "worker" for tier in tier_names(command[2])]
    assert sorted(hosted) == sorted(DEPLOYED)
    assert [command[0] for command in commands if command[0] != "worker"] == ["gateway", "sink"]


def test_only_the_first_tier_knows_the_secret_of_pseudonyms() -> None:
    assert [name for name in services() if "METRONIS_SANITIZE__SECRET" in environment(name)] == ["worker-t0"]


@pytest.mark.parametrize("name", of_ours())
def test_health_is_asked_for_where_the_process_answers(name: str) -> None:
    url = "127.0.0.1:8300/health/ready" if name == "gateway" else "127.0.0.1:9100/metrics"
    assert url in services()[name]["healthcheck"]["test"][-1]
    assert environment(name)["METRONIS_METRICS__PORT"] == "9100"


def test_kafka_is_the_version_that_the_tests_run_on() -> None:
    assert services()["kafka"]["image"] == f"apache/kafka:{kafka_version()}"


def test_clickhouse_is_given_the_user_that_we_log_in_as() -> None:
    ours, theirs = environment("sink"), environment("clickhouse")
    assert ours["METRONIS_CLICKHOUSE__USER"] == theirs["CLICKHOUSE_USER"]
    assert ours["METRONIS_CLICKHOUSE__PASSWORD"] == theirs["CLICKHOUSE_PASSWORD"]
    assert theirs["CLICKHOUSE_DB"] == next(
        default for name, _, default in variables() if name == "METRONIS_CLICKHOUSE__DATABASE"
    )
