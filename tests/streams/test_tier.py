"""A tier on the stream: every record comes out once, or lies in the dead letters with its bytes and the reason."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Event

import pytest

from metronis.clock import ManualClock
from metronis.errors import Fenced, Reject, Unavailable
from streams.broker import Broker, Message, Record
from streams.embedded import EmbeddedBroker
from streams.loop import ConsumeLoop
from streams.tier import TierTask

TOPICS = ("in", "out", "in.dlq")


class Doubles:
    """Doubles numbers; refuses words, and has a bug for zero."""

    name = "doubles"
    topic = "in"

    def process(self, record: Record) -> Sequence[Message]:
        if record.value == b"later":
            raise Unavailable("away")
        if not record.value.isdigit():
            raise Reject("not a number", field="$.value", mend="Send digits")
        return [Message("out", record.key, b"%d" % (int(record.value) * 2 // min(int(record.value), 1)))]


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    broker = EmbeddedBroker(tmp_path / "log.sqlite", partitions=2)
    broker.ensure_topics(TOPICS)
    yield broker
    broker.close()


def send(broker: Broker, *values: bytes) -> None:
    broker.producer().send([Message("in", b"key-%d" % i, value, {"from": b"a test"}) for i, value in enumerate(values)])


def task(broker: Broker) -> TierTask:
    return TierTask(Doubles(), broker, batch_max=10, poll_wait_s=0)


def drain(task: TierTask) -> int:
    done = 0
    while task.lag():
        done += task.turn()
    return done


def values(broker: Broker, topic: str) -> list[bytes]:
    return sorted(record.value for record in broker.read(topic, limit=1_000))


def test_each_record_comes_out_once_even_if_the_worker_is_replaced_half_way(broker: Broker) -> None:
    send(broker, *(b"%d" % n for n in range(1, 31)))
    first = task(broker)
    assert 0 < first.turn() <= 10
    first.close()
    assert drain(task(broker)) >= 20
    assert values(broker, "out") == sorted(b"%d" % (2 * n) for n in range(1, 31))


def test_a_record_that_is_refused_is_dead_lettered_whole_and_the_rest_goes_on(broker: Broker) -> None:
    send(broker, b"1", b"word", b"3")
    drain(task(broker))
    assert values(broker, "out") == [b"2", b"6"]
    (dead,) = broker.read("in.dlq", limit=10)
    assert (dead.key, dead.value, dead.headers["from"]) == (b"key-1", b"word", b"a test")
    assert dead.headers["error"] == b"rejected"
    assert dead.headers["reason"] == b"$.value: not a number. Send digits"
    assert dead.headers["source"].startswith(b"in/")


def test_a_bug_met_by_one_record_dead_letters_that_record_alone(broker: Broker) -> None:
    send(broker, b"1", b"0", b"3")
    drain(task(broker))
    assert values(broker, "out") == [b"2", b"6"]
    (dead,) = broker.read("in.dlq", limit=10)
    assert (dead.value, dead.headers["error"]) == (b"0", b"crashed")
    assert dead.headers["reason"].startswith(b"$: doubles raised ZeroDivisionError in test_tier.py:")


def test_a_record_that_cannot_be_processed_now_is_not_dead_lettered(broker: Broker) -> None:
    send(broker, b"1", b"later", b"3")
    with pytest.raises(Unavailable):
        drain(task(broker))
    assert broker.read("in.dlq", limit=10) == []


class Flaky:
    """A task that fails as told, then works."""

    name = "flaky"

    def __init__(self, *failures: Exception, stop: Event | None = None) -> None:
        self.failures = list(failures)
        self.rewinds = 0
        self.closed = False
        self.stop = stop

    def turn(self) -> int:
        if self.failures:
            raise self.failures.pop(0)
        if self.stop:
            self.stop.set()
        return 1

    def rewind(self) -> None:
        self.rewinds += 1

    def lag(self) -> int:
        return 0

    def close(self) -> None:
        self.closed = True


def test_the_loop_waits_longer_and_longer_while_the_log_is_away_and_then_goes_on() -> None:
    clock, stop = ManualClock(), Event()
    flaky = Flaky(*[Unavailable("away")] * 8, stop=stop)
    ConsumeLoop(flaky, clock=clock, rng=random.Random(1)).run(stop)
    assert flaky.rewinds == 8
    assert flaky.closed
    assert 1 < clock.elapsed_ns / 1e9 < 8 * 5


def test_a_fenced_member_begins_again_at_once() -> None:
    clock = ManualClock()
    flaky = Flaky(Fenced("moved"))
    loop = ConsumeLoop(flaky, clock=clock, rng=random.Random(1))
    assert (loop.step(), loop.step()) == (0, 1)
    assert (flaky.rewinds, clock.elapsed_ns) == (1, 0)


def test_a_bug_in_the_task_ends_the_loop_and_leaves_the_group() -> None:
    flaky = Flaky(ZeroDivisionError())
    with pytest.raises(ZeroDivisionError):
        ConsumeLoop(flaky, clock=ManualClock(), rng=random.Random(1)).run(Event())
    assert flaky.closed
