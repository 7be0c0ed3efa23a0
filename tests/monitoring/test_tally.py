"""What is tallied is counted: exactly, whoever reads."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path
from threading import Thread

import pytest
from prometheus_client import CollectorRegistry

from monitoring.tally import TalliedCounter


def read(registry: CollectorRegistry) -> list[float | None]:
    return [registry.get_sample_value("pieces_total", {"kind": kind}) for kind in ("a", "b")]


@pytest.fixture
def registry() -> CollectorRegistry:
    return CollectorRegistry()


@pytest.fixture
def counter(registry: CollectorRegistry) -> TalliedCounter:
    return TalliedCounter("pieces", "Pieces.", ["kind"], registry=registry)


def test_a_reader_of_this_process_sees_what_is_not_written_up(
    counter: TalliedCounter, registry: CollectorRegistry
) -> None:
    tally = counter.tally({7: ["a"], 9: ["b"]})
    counter.labels("a").inc()
    tally.add()
    tally.add(left_out=[9])
    assert read(registry) == [3, 1]
    assert read(registry) == [3, 1]
    tally.add(left_out=[7])
    assert read(registry) == [3, 2]


def test_children_of_several_tallies_add_up(counter: TalliedCounter, registry: CollectorRegistry) -> None:
    for kinds in ({0: ["a"], 1: ["a"]}, {0: ["a"], 1: ["b"]}):
        counter.tally(kinds).add()
    assert read(registry) == [3, 1]


def test_children_that_are_named_add_up_with_those_of_tallies(
    counter: TalliedCounter, registry: CollectorRegistry
) -> None:
    counter.tally({0: ["a"]}).add()
    counter.add([("a",), ("b",), ("a",)])
    assert read(registry) == [3, 1]
    counter.add([("b",)])
    assert read(registry) == [3, 2]


def test_nothing_is_lost_between_threads(counter: TalliedCounter, registry: CollectorRegistry) -> None:
    tally = counter.tally({0: ["a"], 1: ["b"]})

    def work() -> None:
        for _ in range(2_000):
            tally.add()

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        counter.write_up()
    assert read(registry) == [8_000, 8_000]


def test_other_processes_see_what_is_written_up(tmp_path: Path) -> None:
    program = """
        from monitoring.tally import TalliedCounter
        from prometheus_client import CollectorRegistry
        from prometheus_client.multiprocess import MultiProcessCollector
        counter = TalliedCounter("pieces", "Pieces.", ["kind"])
        counter.tally({0: ["a"]}).add()
        counter.write_up()
        registry = CollectorRegistry()
        MultiProcessCollector(registry)
        print(registry.get_sample_value("pieces_total", {"kind": "a"}))
    """
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    command = [sys.executable, "-c", textwrap.dedent(program)]
    assert subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout == "1.0\n"
