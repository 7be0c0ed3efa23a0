"""A sixth domain on the running program: made, edited and broken while its producer keeps its connection."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.e2e.program import Program, run_cli

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

NOTICED_WITHIN_S = 15.0
LOOK_EVERY_S = 0.2


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("domains")


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory, folder: Path) -> Iterator[Program]:
    data_dir = tmp_path_factory.mktemp("program") / "data"
    program = Program(data_dir, {"METRONIS_DOMAINS_DIR": str(folder)})
    program.start()
    yield program
    program.close()


class Producer:
    """Sends claims over one connection that stays open all the while."""

    def __init__(self, program: Program, client: httpx.Client) -> None:
        self._program = program
        self._client = client

    def send(self, amount: float) -> httpx.Response:
        return self._client.post(
            f"{self._program.url}/api/v1/traces",
            json={
                "domain": "insurance",
                "input": "What do we pay for this claim?",
                "output": "The claim is paid as agreed.",
                "attributes": {"amount": amount},
            },
        )

    def judged(self, amount: float) -> dict[str, Any]:
        answer = self.send(amount)
        assert answer.status_code == 202, answer.text
        return dict(self._program.settled(answer.json()["trace_id"])["verdict"])


@pytest.fixture(scope="module")
def producer(program: Program) -> Iterator[Producer]:
    with httpx.Client(timeout=30) as client:
        yield Producer(program, client)


def run_domain(program: Program, folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    settings = {"METRONIS_DOMAINS_DIR": str(folder)}
    return run_cli(program.data_dir, "domain", *arguments, settings=settings)


def metrics(program: Program) -> str:
    return httpx.get(f"{program.url}/metrics").text


def noticed(look: Callable[[], bool]) -> bool:
    """Whether it comes true before the deadline."""
    deadline_s = time.monotonic() + NOTICED_WITHIN_S
    while not look():
        if time.monotonic() > deadline_s:
            return False
        time.sleep(LOOK_EVERY_S)
    return True


def test_a_sixth_domain_judges_traces_of_a_running_program(program: Program, producer: Producer, folder: Path) -> None:
    unknown = producer.send(250)
    assert unknown.status_code == 422, unknown.text
    assert "unknown domain 'insurance'" in unknown.text

    made = run_domain(program, folder, "new", "insurance", "--yes")
    assert made.returncode == 0, made.stderr.decode()
    assert noticed(lambda: producer.send(250).status_code == 202)
    assert producer.judged(250)["decision"] == "pass"
    fails = producer.judged(2_500)
    assert (fails["decision"], fails["domain"]) == ("fail", "insurance")
    assert "unapproved_amount" in fails["issues"]

    file = folder / "insurance" / "spec.yaml"
    file.write_text(file.read_text().replace("max: 1000 [USD]", "max: 100 [USD]"))
    assert noticed(lambda: producer.judged(250)["decision"] == "fail")


def test_a_domain_that_becomes_wrong_stays_as_it_was_and_takes_no_other_down(
    program: Program, producer: Producer, folder: Path
) -> None:
    before = producer.judged(250)["policy_version"]
    file = folder / "insurance" / "spec.yaml"
    right = file.read_text()
    file.write_text(right.replace("value: amount", "value: amuont"))
    try:
        validated = run_domain(program, folder, "validate", "insurance")
        assert validated.returncode == 2
        problem = validated.stderr.decode()
        assert f"{file}, line" in problem
        assert "did you mean" in problem
        assert noticed(lambda: producer.send(250).is_success and "metronis_domains_broken 1.0" in metrics(program))
        assert producer.judged(250)["policy_version"] == before
        healthy = httpx.post(f"{program.url}/api/v1/traces", json={"input": "Are you there?", "output": "Yes, I am."})
        assert program.settled(healthy.json()["trace_id"])["verdict"]["decision"] == "pass"
    finally:
        file.write_text(right)


def test_a_trace_that_names_no_domain_is_recognised_by_its_tag(program: Program) -> None:
    answer = httpx.post(
        f"{program.url}/api/v1/traces",
        json={"input": "What do we pay?", "output": "As agreed.", "tags": ["insurance"], "attributes": {"amount": 9e6}},
    )
    verdict = program.settled(answer.json()["trace_id"])["verdict"]
    assert (verdict["domain"], verdict["decision"]) == ("insurance", "fail")
