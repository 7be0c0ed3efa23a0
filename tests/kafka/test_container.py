"""Containers are used where Docker answers, and the image takes what it is told."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.containers import has_docker
from tests.kafka.container import environment
from tests.kafka.jars import jars, program
from tests.kafka.server import START_TIMEOUT_S

LOGGING = """\
Configuration:
  Loggers:
    Root: {level: INFO, AppenderRef: [{ref: STDOUT}]}
    Logger: [{name: kafka, level: INFO}]
"""


@pytest.mark.parametrize(("script", "answers"), [("exit 0", True), ("exit 1", False), (None, False)])
def test_docker_is_there_where_its_daemon_answers(
    script: str | None, answers: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if script is not None:
        (tmp_path / "docker").write_text(f"#!/bin/sh\n{script}\n")
        (tmp_path / "docker").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert has_docker() is answers


@pytest.mark.kafka
def test_the_image_makes_its_configuration_and_its_storage_of_our_environment(tmp_path: Path) -> None:
    """With the program that the image runs before Kafka, which comes with the jars."""
    folders = {name: tmp_path / name for name in ("default", "mounted", "final")}
    for folder in folders.values():
        folder.mkdir()
    (folders["default"] / "server.properties").write_text("node.id=1\n")
    for name in ("log4j2.yaml", "tools-log4j2.yaml"):
        (folders["default"] / name).write_text(LOGGING)
    command = [program("java"), "-cp", f"{jars()}/*", "kafka.docker.KafkaDockerWrapper", "setup"]
    for name, folder in folders.items():
        command += [f"--{name}-configs-dir", str(folder)]
    told = environment("localhost", 9999) | {"KAFKA_LOG_DIRS": str(tmp_path / "data"), "CLUSTER_ID": "A" * 22}

    done = subprocess.run(
        command, env=os.environ | told, capture_output=True, text=True, timeout=START_TIMEOUT_S, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr
    properties = (folders["final"] / "server.properties").read_text().splitlines()
    assert "advertised.listeners=PLAINTEXT://localhost:9999" in properties
    assert "group.min.session.timeout.ms=1000" in properties
    assert (tmp_path / "data" / "meta.properties").exists()
