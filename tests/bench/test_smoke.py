"""The measurements on Kafka run, at their smallest sizes; their figures are those of a busy machine."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from bench.kafka import exactly_once, faust_baseline, hop, throughput, transactions
from bench.kafka.cluster import Cluster, running_cluster
from bench.pipeline import workload
from tests.kafka.jars import program

pytestmark = [pytest.mark.kafka, pytest.mark.slow]


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """A broker of their own, because between two runs they delete all that is on it."""
    try:
        for name in ("java", "mvn"):
            program(name)
    except RuntimeError as error:
        pytest.skip(str(error))
    with running_cluster() as cluster:
        yield cluster


@pytest.fixture(scope="module")
def spec() -> dict[str, Any]:
    return workload("traces-1kb") | {"traces": 200}


def test_throughput_counts_the_same_stages_apart_and_chained(cluster: Cluster, spec: dict[str, Any]) -> None:
    result = throughput.run(cluster, spec, runs=1, variants=throughput.QUICK)

    throughput.show(result)
    assert [list(row["stages_cpu_us_per_trace"]) for row in result.values()] == [["append", "t0", "t1", "sink"]] * 2


def test_transactions_of_each_size_have_a_throughput_and_a_latency(cluster: Cluster, spec: dict[str, Any]) -> None:
    result = transactions.run(cluster, spec, runs=1, sizes=(50,), loads=(20,), seconds=1.0)

    transactions.show(result)
    assert result["50"]["visible_ms_at_20_per_s"]["p50"] > 0


def test_exactly_once_stands_beside_at_least_once(cluster: Cluster, spec: dict[str, Any]) -> None:
    result = exactly_once.run(cluster, spec, runs=1, loads={exactly_once.ENGINE: 1_200})

    exactly_once.show(result)
    assert result[exactly_once.ENGINE]["cpu_ratio"] > 0


def test_the_parts_of_a_hop_are_all_of_it(cluster: Cluster, spec: dict[str, Any]) -> None:
    result = hop.run(cluster, spec | {"traces": 1_200}, runs=1, hops=hop.QUICK)

    hop.show(result)
    assert all(part > 0 for row in result.values() for part in row["parts_cpu_us_per_trace"].values())


def test_faust_moves_every_trace_too(cluster: Cluster, spec: dict[str, Any]) -> None:
    result = faust_baseline.run(cluster, spec, runs=1, loads={exactly_once.ENGINE: 1_200})

    faust_baseline.show(result)
    assert result[exactly_once.ENGINE]["traces_per_s_per_core_ratio"] > 1
