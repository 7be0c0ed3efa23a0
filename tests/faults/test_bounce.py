"""Kafka's own transactional bounce test, of the whole pipeline: while its processes are killed and paused it loses and
doubles nothing, keeps the order of keys, and shows a reader nothing that it takes back.

METRONIS_TEST_FAULTS=N deals that many faults to each layout and writes bench/results/bounce.json; METRONIS_TEST_SEED=N
deals others.
"""

from __future__ import annotations

import logging
import os
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest

from bench import machine
from metronis.errors import Unavailable
from schemas.topics import VERDICTS
from storage.clickhouse import ClickHouseStore
from storage.queries import Query
from streams.broker import Broker
from streams.groups import GROUPS
from tests.faults.bounce.checks import Evidence, gather, read_raw, violations
from tests.faults.bounce.deployment import Deployment, deployed
from tests.faults.bounce.nemesis import DECK, Fault, Nemesis, deal
from tests.faults.bounce.posts import Sender, to_gateway, to_log
from tests.faults.bounce.reader import Reader

# What each worker hosts. T0 hands over to T1 in memory where both are in one process, and over the log otherwise.
LAYOUTS: Mapping[str, Sequence[str]] = {"chained": ("t0,t1", "t0,t1", "t0,t1"), "apart": ("t0", "t0", "t1", "t1")}
SEED = int(os.environ.get("METRONIS_TEST_SEED", "20"))
LONG = os.environ.get("METRONIS_TEST_FAULTS")
FAULTS = int(LONG) if LONG else len(DECK) // len(LAYOUTS)
MOST_AHEAD = 5_000
SETTLE_DEADLINE_S = 120.0
VERDICT_COUNT = Query("verdict_count", "SELECT count() AS verdicts FROM verdicts")


@pytest.fixture(autouse=True)
def quiet(caplog: pytest.LogCaptureFixture) -> None:
    """Each attempt to reach a broker that is away is logged otherwise."""
    caplog.set_level(logging.CRITICAL, logger="librdkafka")


@pytest.fixture(scope="module")
def faults() -> Iterator[Fault]:
    """Dealt to all layouts in turn."""
    return deal(random.Random(SEED))


@pytest.fixture(scope="module")
def figures() -> Iterator[dict[str, Any]]:
    """By layout; saved where it is the long form and every layout has passed."""
    found: dict[str, Any] = {}
    yield found
    if LONG and found.keys() == LAYOUTS.keys():
        machine.save("bounce", {"seed": SEED, "lost": 0, "doubled": 0, **found})


@pytest.mark.kafka
@pytest.mark.slow
@pytest.mark.timeout(0 if LONG else 400)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_whatever_is_killed_or_paused_nothing_is_lost_doubled_or_reordered(
    layout: str, faults: Iterator[Fault], figures: dict[str, Any], tmp_path: Path
) -> None:
    rng = random.Random(f"{SEED} {layout}")
    began_s = time.monotonic()
    with (
        deployed(tmp_path, LAYOUTS[layout]) as (deployment, broker, clickhouse),
        closing(clickhouse.connect()) as store,
        closing(broker.producer()) as producer,
        Reader(deployment.address, broker.partition_counts()) as reader,
    ):
        nemesis = Nemesis(deployment, stored_in(store), faults, rng)

        def is_ahead() -> bool:
            return sum(len(sender.acked) for sender in senders) > len(reader.seen[VERDICTS.name]) + MOST_AHEAD

        ways = (to_log(producer), to_gateway(deployment.url))
        senders = [Sender(way, random.Random(rng.random()), is_ahead) for way in ways]
        with senders[0], senders[1]:
            nemesis.torment(FAULTS)
            for sender in senders:
                sender.stop()
        unfinished = settle(deployment, broker, reader)
        found = gather([post for sender in senders for post in sender.acked], broker, reader.seen, store)
        report = deployment.audit()
    outcome = summary(found, nemesis, deployment) | {"duration_s": round(time.monotonic() - began_s)}
    print(f"seed {SEED}, {layout}: {outcome}")
    assert [*unfinished, *violations(found)] == []
    assert_agrees(report, found)
    figures[layout] = outcome


def stored_in(store: ClickHouseStore) -> Callable[[], int]:
    """How many verdicts are stored; while the store is away, how many there were."""
    last = 0

    def count() -> int:
        nonlocal last
        with suppress(Unavailable):
            last = store.query(VERDICT_COUNT)[0]["verdicts"]
        return last

    return count


def settle(deployment: Deployment, broker: Broker, reader: Reader) -> list[str]:
    """Wait until everything has gone its whole way; who has not come to its end in time, as one line each."""
    records = len(read_raw(broker))
    deadline_s = time.monotonic() + SETTLE_DEADLINE_S
    while True:
        deployment.tend()
        waiting = {group: lag for group, topics in GROUPS.items() if (lag := broker.lag(group, topics))}
        if time.monotonic() > deadline_s or (not waiting and reader.has_seen(records)):
            return [f"group {group} has {lag} records before it" for group, lag in waiting.items()]
        time.sleep(0.1)


def summary(found: Evidence, nemesis: Nemesis, deployment: Deployment) -> dict[str, Any]:
    kinds = Counter(fault.partition(" ")[2] for fault in nemesis.happened.elements())
    return {
        "faults": dict(sorted(nemesis.happened.items())),
        **{f"{kind}s": number for kind, number in sorted(kinds.items())},
        "posts": len(found.acked),
        "records": len(found.raw),  # more where posts were sent again
        "traces": len(found.firsts),
        "slowest_recovery_s": round(nemesis.recovery.slowest_s, 1),
        "ended_by_themselves": deployment.restarts,
    }


def assert_agrees(report: dict[str, Any], found: Evidence) -> None:
    """`metronis audit` counts the same."""
    (tally,) = report["organisations"]
    again = len(found.raw) - len(found.firsts)
    expected = {"acked": len(found.raw), "stored": len(found.firsts), "duplicate": again}
    nothing = dict.fromkeys(("dead_lettered", "waiting", "lost", "torn", "doubled"), 0)
    assert {name: tally[name] for name in (*expected, *nothing)} == expected | nothing, tally["examples"]
    assert report["sound"]
