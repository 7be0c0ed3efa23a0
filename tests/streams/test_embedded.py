"""What the embedded log promises beyond the Broker seam: retention, leases, bounds, and many processes on one file."""

from __future__ import annotations

import os
import resource
import signal
import sqlite3
import stat
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path
from threading import Barrier

import pytest

from metronis.clock import ManualClock
from metronis.errors import Fenced, Misconfigured, Unavailable
from schemas.topics import TRACES_RAW, Topic
from streams.broker import Committed, Consumer, Message, Partition, Record
from streams.embedded import EmbeddedBroker

HOUR_S = 3_600
MEBIBYTE = 1_048_576

spawn = get_context("spawn")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "log.sqlite"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def broker(path: Path, clock: ManualClock) -> Iterator[EmbeddedBroker]:
    broker = EmbeddedBroker(path, retention_hours=1, lease_s=10, clock=clock)
    broker.ensure_topics(["in", "out"])
    yield broker
    broker.close()


def messages(count: int, start: int = 0, *, topic: str = "in", keys: int = 32) -> list[Message]:
    return [Message(topic, b"key-%d" % (number % keys), b"%d" % number) for number in range(start, start + count)]


def next_offsets(records: Sequence[Record]) -> dict[Partition, Committed]:
    return {Partition(record.topic, record.partition): Committed(record.offset + 1) for record in records}


def numbers(records: Sequence[Record]) -> list[int]:
    return sorted(int(record.value) for record in records)


def assigned(*consumers: Consumer) -> list[int]:
    return [len(consumer.assignment) for consumer in consumers]


class TestRetention:
    def test_deletes_what_is_too_old_and_nothing_else(self, broker: EmbeddedBroker, clock: ManualClock) -> None:
        broker.producer().send(messages(2_500, keys=2))  # more than one chunk a partition
        clock.sleep(0.75 * HOUR_S)
        broker.producer().send(messages(100, start=2_500))
        clock.sleep(0.5 * HOUR_S)

        assert broker.enforce_retention() == 2_500

        assert numbers(broker.read("in", limit=10_000)) == list(range(2_500, 2_600))
        assert broker.enforce_retention() == 0

    def test_a_quarantine_is_kept_for_less_time_than_other_topics(self, path: Path, clock: ManualClock) -> None:
        with closing(EmbeddedBroker(path, retention_hours=168, clock=clock)) as broker:
            broker.ensure_topics([TRACES_RAW.name, TRACES_RAW.dead_letters])
            for topic in (TRACES_RAW.name, TRACES_RAW.dead_letters):
                broker.producer().send(messages(10, topic=topic))
            clock.sleep(73 * HOUR_S)

            assert broker.enforce_retention() == 10
            assert broker.read(TRACES_RAW.dead_letters, limit=10) == []

    def test_offsets_go_on_where_a_partition_was_emptied(self, broker: EmbeddedBroker, clock: ManualClock) -> None:
        broker.producer().send(messages(10, keys=1))
        clock.sleep(2 * HOUR_S)
        assert broker.enforce_retention() == 10

        broker.producer().send(messages(1, keys=1))

        assert [record.offset for record in broker.read("in", limit=10)] == [10]

    def test_a_group_goes_on_at_the_oldest_left(self, broker: EmbeddedBroker, clock: ManualClock) -> None:
        consumer = broker.consumer("g", ["in"])
        broker.producer().send(messages(10, keys=1))
        consumer.commit(next_offsets(consumer.poll(3, 0)))
        clock.sleep(2 * HOUR_S)
        broker.producer().send(messages(5, start=10, keys=1))

        broker.enforce_retention()

        assert broker.lag("g", ["in"]) == 5
        consumer.rewind()
        assert numbers(consumer.poll(100, 0)) == list(range(10, 15))

    def test_an_emptied_topic_has_no_lag(self, broker: EmbeddedBroker, clock: ManualClock) -> None:
        broker.producer().send(messages(10))
        clock.sleep(2 * HOUR_S)

        broker.enforce_retention()

        assert broker.lag("g", ["in"]) == 0

    def test_a_clock_that_was_set_back_leaves_no_holes(self, broker: EmbeddedBroker, clock: ManualClock) -> None:
        clock.sleep(3 * HOUR_S)
        broker.producer().send(messages(5, keys=1))
        clock.sleep(-3 * HOUR_S)
        broker.producer().send(messages(5, start=5, keys=1))  # newer, with an older stamp
        clock.sleep(3.5 * HOUR_S)

        assert broker.enforce_retention() == 0

        assert numbers(broker.read("in", limit=100)) == list(range(10))


class TestLeases:
    def test_a_silent_member_loses_its_partitions_to_the_others(
        self, broker: EmbeddedBroker, clock: ManualClock
    ) -> None:
        silent, alive = broker.consumer("g", ["in"]), broker.consumer("g", ["in"])
        for member in (silent, alive, silent, alive):
            member.poll(1, 0)
        assert assigned(silent, alive) == [2, 2]
        for _ in range(5):
            clock.sleep(3)
            alive.poll(1, 0)

        assert assigned(alive) == [4]
        with pytest.raises(Fenced, match="in/"):
            silent.commit(dict.fromkeys(silent.assignment, Committed(0)))

    def test_members_that_poll_keep_their_partitions(self, broker: EmbeddedBroker, clock: ManualClock) -> None:
        members = [broker.consumer("g", ["in"]) for _ in range(2)]
        for _ in range(30):
            clock.sleep(4)
            for member in members:
                member.poll(1, 0)

        assert assigned(*members) == [2, 2]
        assert [member.generation for member in members] == [2, 1]  # the first one had all four, then gave back two

    def test_a_commit_renews_the_lease(self, broker: EmbeddedBroker, clock: ManualClock) -> None:
        busy, other = broker.consumer("g", ["in"]), broker.consumer("g", ["in"])
        busy.poll(1, 0)
        clock.sleep(9)
        busy.commit({})
        clock.sleep(9)

        other.poll(1, 0)

        assert assigned(other) == [0]

    def test_a_slow_member_may_commit_while_nobody_took_over(self, broker: EmbeddedBroker, clock: ManualClock) -> None:
        broker.producer().send(messages(10))
        slow = broker.consumer("g", ["in"])
        records = slow.poll(10, 0)
        clock.sleep(60)

        slow.commit(next_offsets(records))

        assert broker.lag("g", ["in"]) == 0

    def test_a_wall_clock_that_is_set_back_blocks_no_partition_for_long(
        self, broker: EmbeddedBroker, clock: ManualClock
    ) -> None:
        dead, alive = broker.consumer("g", ["in"]), broker.consumer("g", ["in"])
        dead.poll(1, 0)
        clock.sleep(-24 * HOUR_S)

        alive.poll(1, 0)

        assert assigned(alive) == [4]

    def test_a_member_that_closes_hands_over_without_waiting_for_its_lease(self, broker: EmbeddedBroker) -> None:
        leaver, stayer = broker.consumer("g", ["in"]), broker.consumer("g", ["in"])
        for member in (leaver, stayer, leaver, stayer):
            member.poll(1, 0)

        leaver.close()
        stayer.poll(1, 0)

        assert assigned(stayer) == [4]

    def test_a_newcomer_takes_its_share_and_no_more_moves(self, broker: EmbeddedBroker) -> None:
        members = [broker.consumer("g", ["in", "out"]) for _ in range(2)]
        for member in members * 2:
            member.poll(1, 0)
        before = [member.assignment for member in members]
        members.append(broker.consumer("g", ["in", "out"]))
        for member in members * 2:
            member.poll(1, 0)

        assert sorted(assigned(*members)) == [2, 3, 3]
        assert all(member.assignment < owned for member, owned in zip(members, before, strict=False))

    def test_more_members_than_partitions(self, broker: EmbeddedBroker) -> None:
        members = [broker.consumer("g", ["in"]) for _ in range(6)]
        for member in members * 3:
            member.poll(1, 0)

        assert sorted(assigned(*members)) == [0, 0, 1, 1, 1, 1]


class TestBounds:
    def test_a_poll_returns_at_most_16_mebibytes(self, broker: EmbeddedBroker) -> None:
        producer = broker.producer()
        for number in range(12):
            producer.send([Message("in", b"%d" % number, bytes(3 * MEBIBYTE))])
        consumer = broker.consumer("g", ["in"])

        polls = [consumer.poll(500, 0) for _ in range(4)]

        assert [len(records) for records in polls] == [5, 5, 2, 0]
        assert len({record.position for records in polls for record in records}) == 12

    def test_a_record_above_the_bound_comes_alone(self, broker: EmbeddedBroker) -> None:
        broker.producer().send([Message("in", b"k", bytes(size)) for size in (1, 20 * MEBIBYTE, 2)])
        consumer = broker.consumer("g", ["in"])

        assert [[len(record.value) for record in consumer.poll(10, 0)] for _ in range(3)] == [[1], [20 * MEBIBYTE], [2]]

    def test_no_partition_starves_behind_a_busy_one(self, broker: EmbeddedBroker) -> None:
        broker.producer().send(messages(1_000, keys=1) + messages(100))
        consumer = broker.consumer("g", ["in"])

        polled = [record for _ in range(4) for record in consumer.poll(10, 0)]

        assert len({record.partition for record in polled}) == 4

    def test_an_idle_poll_sleeps_instead_of_spinning(self, path: Path) -> None:
        class CountingClock(ManualClock):
            sleeps = 0

            def sleep(self, seconds: float) -> None:
                self.sleeps += 1
                super().sleep(seconds)

        clock = CountingClock()
        with closing(EmbeddedBroker(path, clock=clock)) as broker:
            broker.ensure_topics(["in"])
            broker.consumer("g", ["in"]).poll(10, 60.0)

        assert clock.elapsed_ns >= 60e9
        assert clock.sleeps <= 60 / 0.02


class TestFile:
    def test_a_reopened_log_goes_on(self, path: Path, broker: EmbeddedBroker) -> None:
        broker.producer().send(messages(10, keys=1))
        broker.close()

        with closing(EmbeddedBroker(path)) as reopened:
            reopened.producer().send(messages(10, start=10, keys=1))

            assert [record.offset for record in reopened.read("in", limit=100)] == list(range(20))

    def test_topics_keep_their_partitions(self, path: Path, broker: EmbeddedBroker) -> None:
        broker.producer().send(messages(100))
        with closing(EmbeddedBroker(path, partitions=16)) as wider:
            wider.ensure_topics(["in", "wide"])
            wider.producer().send(messages(100) + messages(100, topic="wide", keys=100))

            assert {record.partition for record in wider.read("in", limit=1_000)} == set(range(4))
            assert max(record.partition for record in wider.read("wide", limit=1_000)) > 3

    def test_a_topic_of_the_catalogue_may_say_how_many_partitions_it_has(self, broker: EmbeddedBroker) -> None:
        broker.ensure_topics([Topic("narrow", "…", partitions=1), Topic("usual", "…"), "in"])

        assert broker.partition_counts() == {"in": 4, "out": 4, "narrow": 1, "usual": 4}

    def test_the_log_is_for_its_owner_alone(self, path: Path, broker: EmbeddedBroker) -> None:
        broker.producer().send(messages(1))

        files = list(path.parent.glob("log.sqlite*"))

        assert {file.name for file in files} == {"log.sqlite", "log.sqlite-wal", "log.sqlite-shm"}
        assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}

    def test_a_missing_topic_is_named(self, broker: EmbeddedBroker) -> None:
        for use in (
            lambda: broker.producer().send([Message("in", b"k", b"v"), Message("typo", b"k", b"v")]),
            lambda: broker.consumer("g", ["typo"]),
            lambda: broker.lag("g", ["typo"]),
            lambda: broker.read("typo", limit=1),
        ):
            with pytest.raises(Misconfigured, match="'typo'"):
                use()
        assert broker.read("in", limit=10) == []

    def test_a_file_that_is_no_log_is_left_alone(self, path: Path) -> None:
        path.write_bytes(b"this is no database, but somebody's notes, kept in a file of that name " * 20)
        with pytest.raises(Misconfigured, match="no SQLite file"):
            EmbeddedBroker(path)
        assert path.read_bytes().startswith(b"this is no database")

    def test_another_programs_database_is_left_alone(self, path: Path) -> None:
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("CREATE TABLE notes (text)")
        with pytest.raises(Misconfigured, match="not an event log"):
            EmbeddedBroker(path)

    def test_a_folder_that_is_missing_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(Unavailable, match="check that its folder exists"):
            EmbeddedBroker(tmp_path / "missing" / "log.sqlite")

    def test_a_locked_file_is_unavailable_and_recovers(self, path: Path) -> None:
        with (
            closing(EmbeddedBroker(path, busy_timeout_s=0.05)) as broker,
            closing(sqlite3.connect(path, isolation_level=None)) as shell,
        ):
            broker.ensure_topics(["in"])
            producer = broker.producer()
            shell.execute("BEGIN IMMEDIATE")
            with pytest.raises(Unavailable, match="another process has held it"):
                producer.send(messages(1))
            assert broker.read("in", limit=10) == []
            shell.execute("ROLLBACK")

            producer.send(messages(1))

            assert len(broker.read("in", limit=10)) == 1


def test_outputs_into_a_topic_of_ones_own_wake_the_next_poll(broker: EmbeddedBroker) -> None:
    consumer = broker.consumer("g", ["in"])
    assert consumer.poll(10, 0) == []

    consumer.commit({}, messages(1))

    assert numbers(consumer.poll(10, 0)) == [0]


def test_threads_may_share_a_producer(broker: EmbeddedBroker) -> None:
    producer = broker.producer()
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda n: producer.send(messages(10, start=10 * n)), range(50)))

    assert numbers(broker.read("in", limit=1_000)) == list(range(500))


def test_many_may_open_a_new_log_at_once(tmp_path: Path) -> None:
    together = Barrier(8)

    def open_and_send(number: int, path: Path) -> None:
        together.wait()
        with closing(EmbeddedBroker(path)) as broker:
            broker.ensure_topics(["in"])
            broker.producer().send(messages(1, start=number))

    with ThreadPoolExecutor(8) as threads:
        for attempt in range(5):
            path = tmp_path / f"{attempt}.sqlite"
            list(threads.map(open_and_send, range(8), [path] * 8))
            with closing(EmbeddedBroker(path)) as broker:
                assert numbers(broker.read("in", limit=100)) == list(range(8))


@contextmanager
def running(target: Callable[..., None], *arguments: object) -> Iterator[SpawnProcess]:
    """A child process, which does not outlive the block."""
    child = spawn.Process(target=target, args=arguments)
    child.start()
    try:
        yield child
    finally:
        child.kill()
        child.join()


def copy_until(path: Path, total: int) -> None:
    """Child: copies `in` to `out` until the group has `total` messages copied."""
    with closing(EmbeddedBroker(path, lease_s=5)) as broker:
        consumer = broker.consumer("copy", ["in"])
        while sum(1 for _ in broker.read("out", limit=total)) < total:
            records = consumer.poll(20, 0.02)
            try:
                consumer.commit(next_offsets(records), [Message("out", record.key, record.value) for record in records])
            except Fenced:
                consumer.rewind()


def test_processes_on_one_file_copy_each_message_once(path: Path) -> None:
    total = 2_000
    with closing(EmbeddedBroker(path)) as broker, ExitStack() as stack:
        broker.ensure_topics(["in", "out"])
        children = [stack.enter_context(running(copy_until, path, total)) for _ in range(3)]
        producer = broker.producer()
        for start in range(0, total, 50):
            producer.send(messages(50, start=start))
        for child in children:
            child.join(30)

        assert [child.exitcode for child in children] == [0, 0, 0]
        assert numbers(broker.read("out", limit=2 * total)) == list(range(total))


def commit_when_told(path: Path, pipe: Connection) -> None:
    """Child: polls, says so, waits for the word to commit, and says how that went."""
    with closing(EmbeddedBroker(path, lease_s=0.2)) as broker:
        consumer = broker.consumer("g", ["in"])
        records = consumer.poll(100, 5)
        pipe.send(len(records))
        pipe.recv()
        try:
            consumer.commit(next_offsets(records), messages(1, topic="out"))
        except Fenced:
            pipe.send("fenced")
        else:
            pipe.send("committed")


def test_a_stopped_process_loses_its_partitions_and_cannot_commit(path: Path) -> None:
    pipe, theirs = spawn.Pipe()
    with closing(EmbeddedBroker(path, lease_s=0.2)) as broker:
        broker.ensure_topics(["in", "out"])
        broker.producer().send(messages(10))
        with running(commit_when_told, path, theirs) as child:
            assert child.pid is not None
            assert pipe.recv() == 10
            os.kill(child.pid, signal.SIGSTOP)
            successor = broker.consumer("g", ["in"])
            records: list[Record] = []
            deadline_s = time.monotonic() + 20
            while len(records) < 10:
                assert time.monotonic() < deadline_s
                records += successor.poll(10, 0.1)
            os.kill(child.pid, signal.SIGCONT)
            pipe.send("commit")

            assert pipe.recv() == "fenced"
        assert broker.read("out", limit=10) == []


def hold(path: Path, pipe: Connection) -> None:
    """Child: takes what there is under a long lease, and never commits."""
    with closing(EmbeddedBroker(path, lease_s=3_600)) as broker:
        pipe.send(len(broker.consumer("g", ["in"]).poll(100, 5)))
        pipe.recv()


def test_a_killed_process_is_replaced_without_waiting_for_its_lease(path: Path) -> None:
    pipe, theirs = spawn.Pipe()
    with closing(EmbeddedBroker(path, lease_s=3_600)) as broker:
        broker.ensure_topics(["in"])
        broker.producer().send(messages(10))
        with running(hold, path, theirs) as child:
            assert pipe.recv() == 10
            child.kill()
            child.join()
            assert len(broker.consumer("g", ["in"]).poll(100, 0)) == 10


def send_until_full(path: Path, pipe: Connection) -> None:
    """Child: sends until the disk takes no more, and says how many messages were acknowledged and what was said."""
    with closing(EmbeddedBroker(path)) as broker:
        producer = broker.producer()
        resource.setrlimit(resource.RLIMIT_FSIZE, (MEBIBYTE, resource.RLIM_INFINITY))
        sent = 0
        try:
            while sent < 10_000:
                producer.send([Message("in", b"k", b"%d" % sent + bytes(10_000))])
                sent += 1
        except Unavailable as error:
            pipe.send((sent, str(error)))


@pytest.mark.skipif(sys.platform != "linux", reason="limits the file size as Linux does")
def test_a_full_disk_is_unavailable_and_loses_nothing(path: Path, broker: EmbeddedBroker) -> None:
    pipe, theirs = spawn.Pipe()
    with running(send_until_full, path, theirs):
        sent, said = pipe.recv()

    assert "disk" in said
    assert 0 < sent < 10_000
    records = broker.read("in", limit=10_000)
    assert [int(record.value.rstrip(b"\0")) for record in records] == list(range(sent))
