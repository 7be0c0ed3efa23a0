"""SIGKILL at random points: what the embedded log acknowledged is there exactly once."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path

import pytest

from streams.broker import Broker, Committed, Message, Partition, Record
from streams.embedded import EmbeddedBroker

ROOT = Path(__file__).parents[2]
KILLS = 20
LEASE_S = 0.15  # the successor of a killed member waits for this long
ROUND = 1_000_000  # message numbers of a round begin at a multiple of this


def open_broker(path: Path) -> Broker:
    broker = EmbeddedBroker(path, lease_s=LEASE_S)
    broker.ensure_topics(["in", "out"])
    return broker


def message(topic: str, number: int, batch: str = "") -> Message:
    return Message(topic, b"key-%d" % (number % 5), b"%d" % number, {"batch": batch.encode()})


def send_numbers(path: Path, first: int) -> None:
    """Child: sends batches for ever, and prints the range of each one that was acknowledged."""
    producer = open_broker(path).producer()
    rng = random.Random(first)
    while True:
        end = first + rng.randint(1, 20)
        producer.send([message("in", number, batch=f"{first} {end}") for number in range(first, end)])
        print(first, end, flush=True)
        first = end


def copy(path: Path) -> None:
    """Child: copies `in` to `out` for ever, and prints a line for each batch."""
    consumer = open_broker(path).consumer("copy", ["in"])
    while True:
        if records := consumer.poll(10, 0.05):
            offsets = {Partition(record.topic, record.partition): Committed(record.offset + 1) for record in records}
            consumer.commit(offsets, [message("out", int(record.value)) for record in records])
            print(len(records), flush=True)


def run_and_kill(rng: random.Random, *arguments: object) -> list[str]:
    """Run a child, kill it a random moment after a random number of its lines, and return all its lines."""
    command = [sys.executable, "-m", __name__, *map(str, arguments)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        lines = [child.stdout.readline() for _ in range(rng.randint(1, 30))]
        time.sleep(rng.uniform(0, 0.003))  # no waiting for something: this chooses the point of the kill
        child.kill()
        lines += child.stdout.readlines()
    assert child.returncode == -signal.SIGKILL
    return [line for line in lines if line.endswith("\n")]


def numbers_by_key(records: list[Record]) -> dict[bytes, list[int]]:
    by_key: defaultdict[bytes, list[int]] = defaultdict(list)
    for record in records:
        by_key[record.key].append(int(record.value))
    return by_key


def test_every_acknowledged_message_survives_exactly_once_and_in_order(tmp_path: Path) -> None:
    path = tmp_path / "log.sqlite"
    rng = random.Random(20_260_101)
    acknowledged: set[int] = set()
    for round_number in range(1, 11):
        for line in run_and_kill(rng, "send_numbers", path, round_number * ROUND):
            first, end = map(int, line.split())
            acknowledged |= set(range(first, end))

    records = open_broker(path).read("in", limit=1_000_000)

    numbers = [int(record.value) for record in records]
    assert len(set(numbers)) == len(numbers)
    assert acknowledged <= set(numbers)
    assert all(by_key == sorted(by_key) for by_key in numbers_by_key(records).values())
    assert_batches_are_whole(records)


def assert_batches_are_whole(records: list[Record]) -> None:
    """A batch that was under way at the kill is there in whole or not at all."""
    batches: defaultdict[bytes, set[int]] = defaultdict(set)
    for record in records:
        batches[record.headers["batch"]].add(int(record.value))
    for batch, numbers in batches.items():
        assert numbers == set(range(*map(int, batch.split())))


@pytest.mark.slow
def test_a_copy_that_is_killed_over_and_over_is_exact(tmp_path: Path) -> None:
    path = tmp_path / "log.sqlite"
    rng = random.Random(20_260_102)
    broker = open_broker(path)
    producer = broker.producer()
    sent = 0
    for _ in range(KILLS):
        producer.send([message("in", number) for number in range(sent, sent + 400)])
        sent += 400
        run_and_kill(rng, "copy", path)

    finish_copy(broker)

    copied = broker.read("out", limit=1_000_000)
    assert sorted(int(record.value) for record in copied) == list(range(sent))
    assert all(by_key == sorted(by_key) for by_key in numbers_by_key(copied).values())
    broker.close()


def finish_copy(broker: Broker) -> None:
    consumer = broker.consumer("copy", ["in"])
    deadline_s = time.monotonic() + 30
    while broker.lag("copy", ["in"]):
        assert time.monotonic() < deadline_s
        records = consumer.poll(500, 0.1)
        offsets = {Partition(record.topic, record.partition): Committed(record.offset + 1) for record in records}
        consumer.commit(offsets, [message("out", int(record.value)) for record in records])


if __name__ == "__main__":
    if sys.argv[1] == "copy":
        copy(Path(sys.argv[2]))
    else:
        send_numbers(Path(sys.argv[2]), int(sys.argv[3]))
