"""Processes that race agree, and one that is killed has lost no token that it gave."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable

import pytest

from tests.storage.vault.vaults import Vaults

PROCESSES = 8
VALUES = 100


def worker(url: str, first: int, count: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.storage.vault.worker", url, str(first), str(count)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def given(lines: Iterable[str]) -> dict[str, str]:
    """Value → token of all whole lines."""
    return {value: token for value, _, token in (line.rstrip("\n").partition("\t") for line in lines if "\n" in line)}


@pytest.mark.slow
def test_eight_processes_from_an_empty_database_on_agree_on_every_token(vaults: Vaults) -> None:
    workers = [worker(vaults.url, 0, VALUES) for _ in range(PROCESSES)]
    answers = [each.communicate()[0] for each in together(workers)]
    tokens = [given(answer.splitlines(keepends=True)) for answer in answers]
    assert all(len(each) == VALUES for each in tokens)
    assert all(each == tokens[0] for each in tokens)
    assert len(set(tokens[0].values())) == VALUES


def together(workers: list[subprocess.Popen[str]]) -> list[subprocess.Popen[str]]:
    """All told to begin before any is waited for."""
    for each in workers:
        assert each.stdin is not None
        each.stdin.write("go\n")
        each.stdin.flush()
    return workers


@pytest.mark.slow
@pytest.mark.parametrize("lines", [5, 60])
def test_a_killed_process_has_lost_no_token_that_it_gave(vaults: Vaults, lines: int) -> None:
    process = worker(vaults.url, 0, 100_000)
    together([process])
    assert process.stdout is not None
    seen = [process.stdout.readline() for _ in range(lines)]
    process.kill()
    rest, _ = process.communicate()
    tokens = given(seen + rest.splitlines(keepends=True))
    custody = vaults.custody()
    assert {custody.reveal("acme", token, actor="ada", reason="test") for token in tokens.values()} == set(tokens)
