"""Bulk traces leave the way to interactive ones, and to whoever reads further on; and none of them is forgotten."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from metronis.clock import ManualClock
from schemas.topics import TRACES_T1
from streams.broker import Broker, Consumer, Message, Partition, Record
from streams.embedded import EmbeddedBroker
from streams.groups import HEURISTICS
from streams.lag import LagWatch
from streams.priority import BULK_EVERY_TURNS, PrioritisedTask
from streams.tier import TierTask, ends

OUT = TRACES_T1.name
MAX_WAITING = 5
SECONDS_A_RECORD = 0.01


@dataclass
class Copies:
    """Copies records, each in a hundredth of a second."""

    name: str
    topic: str
    clock: ManualClock

    def process(self, record: Record) -> Sequence[Message]:
        self.clock.sleep(SECONDS_A_RECORD)
        return [Message(OUT, record.key, record.value)]


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    broker = EmbeddedBroker(tmp_path / "log.sqlite", partitions=1)
    broker.ensure_topics(["urgent", "bulk", "urgent.dlq", "bulk.dlq", OUT])
    yield broker
    broker.close()


@pytest.fixture
def task(broker: Broker, clock: ManualClock) -> Iterator[PrioritisedTask]:
    def tier(topic: str, batch_s: float) -> TierTask:
        step = Copies(topic, topic, clock)
        return TierTask(step, broker, batch_max=100, batch_s=batch_s, poll_wait_s=0, clock=clock)

    def way_is_clear() -> bool:
        lags.look()
        return lags.at_most([HEURISTICS], MAX_WAITING)

    lags = LagWatch(broker, [HEURISTICS])
    task = PrioritisedTask(tier("urgent", 1.0), tier("bulk", 3 * SECONDS_A_RECORD), way_is_clear)
    yield task
    task.close()


@pytest.fixture
def reader(broker: Broker) -> Iterator[Consumer]:
    consumer = broker.consumer(HEURISTICS, [OUT])
    yield consumer
    consumer.close()


def send(broker: Broker, topic: str, *values: str) -> None:
    broker.producer().send([Message(topic, b"key", value.encode()) for value in values])


def names(what: str, count: int) -> list[str]:
    return [f"{what}{number}" for number in range(count)]


def copied(broker: Broker) -> list[str]:
    return [record.value.decode() for record in broker.read(OUT, limit=10_000)]


def read_all(consumer: Consumer) -> None:
    while records := consumer.poll(100, 0):
        consumer.commit(ends(records))


def test_an_interactive_trace_waits_for_one_short_bulk_batch_at_most(broker: Broker, task: PrioritisedTask) -> None:
    send(broker, "bulk", *names("b", 20))
    task.turn()
    send(broker, "urgent", "now")
    task.turn()
    assert copied(broker) == ["b0", "b1", "b2", "now"]


def test_bulk_moves_when_nothing_interactive_waits_and_comes_whole(
    broker: Broker, task: PrioritisedTask, reader: Consumer
) -> None:
    send(broker, "urgent", *names("u", 10))
    send(broker, "bulk", *names("b", 30))
    turns = 0
    while len(copied(broker)) < 40:
        task.turn()
        read_all(reader)
        turns += 1
        assert turns < 100
    assert copied(broker) == names("u", 10) + names("b", 30)
    assert task.turn() == 0


def test_interactive_traces_without_end_leave_bulk_a_turn_now_and_then(broker: Broker, task: PrioritisedTask) -> None:
    send(broker, "bulk", *names("b", 5))
    for number in range(BULK_EVERY_TURNS):
        send(broker, "urgent", f"u{number}")
        task.turn()
    assert copied(broker) == [*names("u", BULK_EVERY_TURNS), "b0", "b1", "b2"]


def test_bulk_is_held_back_while_readers_behind_are_busy_and_interactive_traces_are_not(
    broker: Broker, task: PrioritisedTask, reader: Consumer
) -> None:
    send(broker, "bulk", *names("b", 30))
    for _ in range(20):
        task.turn()
    held = copied(broker)
    assert held == names("b", 6), "bulk stops once more than five records wait"
    send(broker, "urgent", "now")
    task.turn()
    assert copied(broker) == [*held, "now"]
    read_all(reader)
    task.turn()
    assert copied(broker) == [*held, "now", "b6", "b7", "b8"]


def test_what_was_in_hand_when_bulk_was_held_back_comes_once(
    broker: Broker, task: PrioritisedTask, reader: Consumer
) -> None:
    send(broker, "bulk", *names("b", 30))
    for _ in range(200):
        task.turn()
        records = reader.poll(2, 0)
        if records:
            reader.commit({Partition(OUT, 0): ends(records)[Partition(OUT, 0)]})
    assert copied(broker) == names("b", 30)


def test_after_a_failed_turn_both_begin_at_what_was_committed(broker: Broker, task: PrioritisedTask) -> None:
    send(broker, "bulk", *names("b", 6))
    send(broker, "urgent", "u0")
    task.turn()
    task.turn()
    task.rewind()
    while task.turn():
        pass
    assert copied(broker) == ["u0", *names("b", 6)]
