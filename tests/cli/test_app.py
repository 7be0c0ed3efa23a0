from __future__ import annotations

import gzip
import io
import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest
from typer.testing import CliRunner

from metronis import __version__
from metronis.cli import app, main
from metronis.demo.traces import demo_traces
from tests.cli.test_evaluate import SCHEMA

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
COMMANDS = ("eval", "ingest", "trace", "traces", "stats", "up")


@pytest.fixture(autouse=True)
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "data"
    monkeypatch.setenv("METRONIS_DATA_DIR", str(folder))
    monkeypatch.setenv("COLUMNS", "80")
    return folder


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, arguments)
    return result.exit_code, result.output


def ended(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["metronis", *arguments])
    with pytest.raises(SystemExit) as ending:
        main()
    return int(ending.value.code or 0)


def written(path: Path, count: int) -> Path:
    path.write_bytes(b"".join(msgspec.json.encode(trace) + b"\n" for trace in demo_traces(count, now=NOW)))
    return path


def test_version() -> None:
    assert run("--version") == (0, f"metronis {__version__}\n")


@pytest.mark.parametrize("command", COMMANDS)
def test_help_describes_every_option(command: str) -> None:
    status, text = run(command, "--help")
    assert status == 0
    for line in text.splitlines():
        if "--" in line and line.startswith("│"):
            assert len(line.split()) > 3, line


def test_demo_traces_through_the_real_tiers(tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    status, text = run("eval", str(written(tmp_path / "traces.jsonl", 149)), "--report", str(report))
    assert status == 0
    assert max(len(line) for line in text.splitlines() if not line.startswith("report:")) <= 80
    assert all(word in text for word in ("needs_review", "t0", "t1", "traces/s", "healthcare", "ungrounded"))
    content: dict[str, Any] = json.loads(report.read_text())
    jsonschema.Draft202012Validator(SCHEMA).validate(content)
    assert [row["trace_id"] for row in content["traces"]] == [str(t.trace_id) for t in demo_traces(149, now=NOW)]
    overall = content["metrics"]["overall"]["issues"]
    assert overall["format"]["recall"] > 0.9
    assert overall["ungrounded"]["auroc"] > 0.9


def test_gzip_is_read_as_it_is_and_ids_are_the_same_in_every_run(tmp_path: Path) -> None:
    file, first, second = tmp_path / "traces.jsonl.gz", tmp_path / "1.json", tmp_path / "2.json"
    file.write_bytes(gzip.compress(b'{"input": "What is 2 + 2?", "output": "It is 4."}\n' * 3))
    assert run("eval", str(file), "--report", str(first))[0] == 0
    assert run("eval", str(file), "--report", str(second))[0] == 0
    assert json.loads(first.read_text())["traces"] == json.loads(second.read_text())["traces"]
    assert len({row["trace_id"] for row in json.loads(first.read_text())["traces"]}) == 3


def test_bad_lines_are_listed_and_the_status_is_1(tmp_path: Path) -> None:
    file = tmp_path / "traces.jsonl"
    file.write_text('{"input": "Hello"}\n{"input": 7}\n{"input": "Hello", "domain": "nowhere"}\n')
    status, text = run("eval", str(file))
    assert status == 1
    assert "2 bad lines" in text
    assert "line 2: $.input" in text
    assert "line 3: $.domain" in text
    assert "general" in text.split("line 3:")[1]


def test_a_file_without_traces_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "empty.jsonl"
    file.touch()
    assert ended(monkeypatch, "eval", str(file)) == 1


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("eval", "absent.jsonl"), "metronis: cannot read absent.jsonl: No such file or directory"),
        (("eval", os.devnull, "--tiers", "t0,t9"), "metronis: no tier 't9' here; choose from t0, t1"),
        (("ingest", os.devnull, "--url", "gateway"), "metronis: 'gateway' is no address of a gateway"),
    ],
)
def test_what_is_misconfigured_ends_with_status_2_and_a_sentence(
    arguments: tuple[str, ...], sentence: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ended(monkeypatch, *arguments) == 2
    said = " ".join(capsys.readouterr().err.split())
    assert said.startswith(sentence)
    assert "Traceback" not in said


def test_an_unknown_setting_is_named(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("METRONIS_API__PROT", "1")
    assert ended(monkeypatch, "eval", os.devnull) == 2
    assert "did you mean METRONIS_API__PORT?" in " ".join(capsys.readouterr().err.split())


def test_without_a_gateway_ingest_says_how_to_start_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ended(monkeypatch, "ingest", os.devnull, "--url", "http://127.0.0.1:9") == 1
    assert "metronis up" in capsys.readouterr().err


def test_a_wrong_option_ends_with_status_2(monkeypatch: pytest.MonkeyPatch) -> None:
    assert ended(monkeypatch, "eval", os.devnull, "--jobs", "0") == 2


class Interrupted(io.RawIOBase):
    """Standard input at which somebody presses Ctrl-C."""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:  # noqa: ARG002 - never gets so far
        raise KeyboardInterrupt


def test_ctrl_c_ends_with_status_130_and_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reports = tmp_path / "reports"
    reports.mkdir()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BufferedReader(Interrupted())))
    assert ended(monkeypatch, "eval", "-", "--jobs", "1", "--report", str(reports / "report.json")) == 130
    assert not list(reports.iterdir())


@pytest.mark.slow
def test_ten_thousand_traces_stay_under_two_gibibytes(tmp_path: Path) -> None:
    file, report, jobs = written(tmp_path / "traces.jsonl", 10_000), tmp_path / "report.json", 2
    command = [sys.executable, "-m", "metronis", "eval", str(file), "--report", str(report), "--jobs", str(jobs)]
    # A process begins with the peak of the one that started it, which must not be this one with all its tests.
    measure = (
        "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    done = subprocess.run([sys.executable, "-c", measure, *command], capture_output=True, text=True, check=True)
    assert json.loads(report.read_text())["metrics"]["evaluated"] == 10_000
    largest_process_bytes = int(done.stdout) * 1_024
    assert largest_process_bytes * (jobs + 1) < 2 * 1024**3
