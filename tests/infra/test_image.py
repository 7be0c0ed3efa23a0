"""The image's Dockerfile: what it is made of, and that what it installs runs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from metronis.settings import load, variables
from tests.infra.files import ROOT, exec_form, instructions, of_ours

PACKAGES = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"][
    "packages"
]


def last(name: str) -> str:
    return [arguments for instruction, arguments in instructions() if instruction == name][-1]


def copied() -> list[str]:
    """Files and folders that come from the build context."""
    arguments = [rest for name, rest in instructions() if name == "COPY" and not rest.startswith("--from")]
    return [source for rest in arguments for source in rest.split()[:-1]]


def test_it_has_two_stages_on_one_pinned_base() -> None:
    bases = [arguments.split()[0] for name, arguments in instructions() if name == "FROM"]
    assert bases == ["python:3.11-slim-bookworm"] * 2


def test_it_runs_as_nobody_special() -> None:
    user = last("USER")
    assert user == "10001:10001"
    created = next(arguments for name, arguments in instructions() if name == "RUN" and "useradd" in arguments)
    assert "--uid 10001" in created
    for service in of_ours().values():
        assert "uid=10001,gid=10001" in service["tmpfs"][1]


def test_sigterm_reaches_the_program() -> None:
    assert exec_form(last("ENTRYPOINT")) == ["metronis"]
    assert exec_form(last("CMD")) == ["up"]


def test_every_dependency_is_pinned_by_hash() -> None:
    installs = [words for name, rest in instructions() if name == "RUN" and "pip" in (words := exec_form(rest) or [])]
    assert installs[0][-3:] == ["--require-hashes", "-r", "requirements.txt"]
    assert "--no-deps" in installs[1]


def test_every_package_is_copied_and_nothing_but_that_is_sent_to_the_engine() -> None:
    assert set(copied()) == {*PACKAGES, "requirements.txt", "pyproject.toml", "README.md"}
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    assert lines[1] == "*"
    assert {line.removeprefix("!") for line in lines if line.startswith("!")} == set(copied())


def test_its_settings_exist_and_let_the_ports_be_reached(monkeypatch: pytest.MonkeyPatch) -> None:
    known = {name for name, _, _ in variables()}
    given = dict(word.split("=", 1) for word in last("ENV").split() if word.startswith("METRONIS_"))
    assert given.keys() <= known
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    settings = load()
    assert (settings.api.host, settings.metrics.host) == ("0.0.0.0", "0.0.0.0")
    assert str(settings.data_dir) == last("WORKDIR")
    assert str(settings.api.port) in last("EXPOSE").split()


@pytest.mark.slow
def test_what_it_installs_is_the_whole_program(tmp_path: Path) -> None:
    """The image's last install, run here: files beside the code (schemas, domains, migrations, pages) come along."""
    target = tmp_path / "installed"
    command = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-build-isolation", "--target"]
    subprocess.run([*command, str(target), str(ROOT)], check=True, cwd=tmp_path, timeout=110)
    for package in PACKAGES:
        ours = {file.relative_to(ROOT) for file in (ROOT / package).rglob("*") if file.is_file()}
        theirs = {file.relative_to(target) for file in (target / package).rglob("*") if file.is_file()}
        assert {file for file in ours - theirs if "__pycache__" not in file.parts} == set()
    traces, report = tmp_path / "traces.jsonl", tmp_path / "report.json"
    traces.write_text('{"input": "Call me: 212-555-0147", "output": "I will."}\n')
    environment = {**os.environ, "PYTHONPATH": str(target), "METRONIS_DATA_DIR": str(tmp_path / "data")}
    run = [sys.executable, "-m", "metronis", "eval", str(traces), "--report", str(report), "--jobs", "1"]
    subprocess.run(run, check=True, cwd=tmp_path, env=environment, timeout=60, stdout=subprocess.DEVNULL)
    assert json.loads(report.read_text())["metrics"]["evaluated"] == 1
    where = [sys.executable, "-c", "import metronis; print(metronis.__file__)"]
    found = subprocess.run(where, check=True, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert Path(found.stdout.strip()).is_relative_to(target)
