"""What every Broker promises, whichever side it is on."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol
from uuid import uuid4

import pytest
from confluent_kafka import ConsumerGroupState
from confluent_kafka.admin import AdminClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from metronis.clock import SystemClock
from metronis.errors import Fenced
from schemas.topics import Topic
from streams.broker import Broker, Committed, Consumer, Message, Partition, Producer, Record
from streams.embedded import EmbeddedBroker
from streams.kafka import KafkaBroker
from tests.faults.simulation.broker import SimulatedBroker, SimulatedLog

PATIENCE_S = 30.0
"""For what must come in the end: members of a group may take seconds to agree."""

QUIET_S = 0.05
"""How long a poll waits where nothing is expected."""


class Side(Protocol):
    """One side of the seam, as the tests drive it."""

    def open(self) -> Broker:
        """Another broker on the same log, as another process would have it."""

    def let_leases_lapse(self) -> None:
        """Makes it so that every member has been silent for longer than it may."""

    def close(self) -> None:
        """Close every broker that was opened."""


class AheadClock(SystemClock):
    """The machine's time, which a test can put forward."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead


class EmbeddedSide:
    def __init__(self, folder: Path) -> None:
        self._path = folder / "log.sqlite"
        self._clock = AheadClock()
        self._opened = ExitStack()

    def open(self) -> Broker:
        broker = EmbeddedBroker(self._path, lease_s=10, clock=self._clock)
        self._opened.callback(broker.close)
        return broker

    def let_leases_lapse(self) -> None:
        self._clock.ahead += timedelta(seconds=11)

    def close(self) -> None:
        self._opened.close()


class SimulatedSide:
    """The model that the simulation runs on: what is proven there holds as far as this passes."""

    def __init__(self) -> None:
        self._log = SimulatedLog(SystemClock())
        self._opened = ExitStack()

    def open(self) -> Broker:
        broker = SimulatedBroker(self._log)
        self._opened.callback(broker.close)
        return broker

    def let_leases_lapse(self) -> None:
        for name, group in self._log.groups.items():
            for member in group.members:
                self._log.let_lease_lapse(name, member)

    def close(self) -> None:
        self._opened.close()


class KafkaSide:
    """Members in one process never miss a heartbeat, so they fall silent by not polling."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._opened = ExitStack()

    def open(self) -> Broker:
        broker = KafkaBroker(self._address, session_timeout_s=1, max_poll_interval_s=4)
        self._opened.callback(broker.close)
        return broker

    def let_leases_lapse(self) -> None:
        admin = AdminClient({"bootstrap.servers": self._address})
        deadline_s = time.monotonic() + PATIENCE_S
        while admin.describe_consumer_groups(["g"])["g"].result(PATIENCE_S).state != ConsumerGroupState.EMPTY:
            assert time.monotonic() < deadline_s, "members should have been put out"
            time.sleep(0.1)

    def close(self) -> None:
        self._opened.close()


@pytest.fixture(params=["embedded", "simulated", pytest.param("kafka", marks=pytest.mark.kafka)])
def side(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Side]:
    side: Side
    match request.param:
        case "embedded":
            side = EmbeddedSide(tmp_path)
        case "simulated":
            side = SimulatedSide()
        case _:
            side = KafkaSide(request.getfixturevalue("kafka_address"))
    yield side
    side.close()


@pytest.fixture
def broker(side: Side) -> Broker:
    return side.open()


@pytest.fixture
def producer(broker: Broker) -> Producer:
    return broker.producer()


@pytest.fixture
def topic(broker: Broker) -> str:
    return new_topic(broker)


def new_topic(broker: Broker) -> str:
    name = f"in.{uuid4().hex[:8]}"
    broker.ensure_topics([name])
    return name


def send(broker: Broker, topic: str, values: Sequence[bytes], *, keys: int = 8) -> None:
    """Send the values, the n-th under key n modulo `keys`."""
    producer = broker.producer()
    producer.send([Message(topic, f"key-{number % keys}".encode(), value) for number, value in enumerate(values)])
    producer.close()


def numbered(count: int, start: int = 0) -> list[bytes]:
    return [str(number).encode() for number in range(start, start + count)]


def take(consumer: Consumer, count: int) -> list[Record]:
    """Poll until `count` records have come."""
    records: list[Record] = []
    deadline_s = time.monotonic() + PATIENCE_S
    while len(records) < count:
        assert time.monotonic() < deadline_s, f"{len(records)} of {count} records came"
        records += consumer.poll(count - len(records), 0.1)
    return records


def wait_until_owned(consumers: Sequence[Consumer], counts: Sequence[int]) -> list[Record]:
    """Poll until each consumer owns as many partitions as its count says; returns the records that came meanwhile."""
    records: list[Record] = []
    deadline_s = time.monotonic() + PATIENCE_S
    while [len(consumer.assignment) for consumer in consumers] != list(counts):
        assert time.monotonic() < deadline_s, f"owned: {[len(consumer.assignment) for consumer in consumers]}"
        for consumer in consumers:
            records += consumer.poll(1, QUIET_S)
    return records


def next_offsets(records: Sequence[Record]) -> dict[Partition, Committed]:
    """The offsets to commit after `records`."""
    return {Partition(record.topic, record.partition): Committed(record.offset + 1) for record in records}


def values(records: Sequence[Record]) -> list[bytes]:
    return [record.value for record in records]


def test_an_origin_tells_topics_apart_and_is_the_same_for_every_reader(broker: Broker) -> None:
    one, other = new_topic(broker), new_topic(broker)
    send(broker, one, [b"x"])
    send(broker, other, [b"x"])
    [first] = take(broker.consumer("g", [one]), 1)
    [second] = take(broker.consumer("h", [other]), 1)
    assert first.topic_id
    assert first.topic_id != second.topic_id
    assert [record.origin for record in broker.read(one, limit=10)] == [first.origin]


def test_topics_have_the_partitions_that_they_were_made_with(broker: Broker) -> None:
    name = f"made.{uuid4().hex[:8]}"
    broker.ensure_topics([Topic(name, "a test", partitions=3)])
    broker.ensure_topics([Topic(name, "a test", partitions=5)])
    assert broker.partition_counts()[name] == 3


def test_records_come_as_they_were_sent(broker: Broker, topic: str) -> None:
    headers = {"source": b"a/0/1", "Grüße": "ünï".encode(), "empty": b"", "bytes": b"\x00\xff"}
    broker.producer().send([Message(topic, "schlüssel\x00".encode(), "wert \U0001f600".encode(), headers)])
    started_ms = int(time.time() * 1_000)

    [record] = take(broker.consumer("g", [topic]), 1)

    assert (record.topic, record.key, record.value) == (topic, "schlüssel\x00".encode(), "wert \U0001f600".encode())
    assert dict(record.headers) == headers
    assert abs(record.appended_ms - started_ms) < 60_000
    assert record.position == f"{topic}/{record.partition}/{record.offset}"


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    batch=st.lists(
        st.tuples(
            st.binary(max_size=40),
            st.binary(max_size=2_000),
            st.dictionaries(
                st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=8), st.binary()
            ),
        ),
        min_size=1,
        max_size=12,
    )
)
def test_any_bytes_survive(
    broker: Broker, producer: Producer, batch: list[tuple[bytes, bytes, dict[str, bytes]]]
) -> None:
    topic = new_topic(broker)
    producer.send([Message(topic, key, value, headers) for key, value, headers in batch])

    got: defaultdict[bytes, list[tuple[bytes, dict[str, bytes]]]] = defaultdict(list)
    for record in broker.read(topic, limit=100):
        got[record.key].append((record.value, dict(record.headers)))

    sent: defaultdict[bytes, list[tuple[bytes, dict[str, bytes]]]] = defaultdict(list)
    for key, value, headers in batch:
        sent[key].append((value, headers))
    assert got == sent


def test_empty_values_and_keys(broker: Broker, topic: str) -> None:
    broker.producer().send([Message(topic, b"", b"")])

    [record] = take(broker.consumer("g", [topic]), 1)

    assert (record.key, record.value, dict(record.headers)) == (b"", b"", {})


def test_big_message(broker: Broker, topic: str) -> None:
    big = bytes(range(256)) * (3 * 4_096)
    broker.producer().send([Message(topic, b"k", big), Message(topic, b"k", b"after")])

    assert values(take(broker.consumer("g", [topic]), 2)) == [big, b"after"]


def test_equal_keys_keep_their_order(broker: Broker, topic: str) -> None:
    send(broker, topic, numbered(300), keys=7)
    send(broker, topic, numbered(300, start=300), keys=7)

    by_key: defaultdict[bytes, list[int]] = defaultdict(list)
    for record in take(broker.consumer("g", [topic]), 600):
        by_key[record.key].append(int(record.value))

    assert len(by_key) == 7
    assert all(numbers == sorted(numbers) for numbers in by_key.values())


def test_offsets_rise_in_each_partition_and_equal_keys_share_one(broker: Broker, topic: str) -> None:
    send(broker, topic, numbered(200))

    offsets: defaultdict[int, list[int]] = defaultdict(list)
    partitions: defaultdict[bytes, set[int]] = defaultdict(set)
    for record in take(broker.consumer("g", [topic]), 200):
        offsets[record.partition].append(record.offset)
        partitions[record.key].add(record.partition)

    assert all(rising == sorted(set(rising)) for rising in offsets.values())
    assert all(len(numbers) == 1 for numbers in partitions.values())
    assert len(offsets) > 1, "eight keys should not all share a partition"


def test_a_send_that_fails_appends_nothing(broker: Broker, topic: str) -> None:
    spoiled = Message(topic, b"k", "text, not bytes", {"h": object()})  # type: ignore[arg-type,dict-item] # on purpose
    producer = broker.producer()

    with pytest.raises(Exception):  # noqa: B017, PT011 # which one is the side's own business
        producer.send([Message(topic, b"k", b"first"), spoiled, Message(topic, b"k", b"last")])

    assert broker.read(topic, limit=10) == []
    producer.send([Message(topic, b"k", b"the producer goes on")])
    assert len(broker.read(topic, limit=10)) == 1


def test_sending_nothing_is_no_error(broker: Broker, topic: str) -> None:
    broker.producer().send([])

    assert broker.read(topic, limit=10) == []


def test_poll_is_empty_when_nothing_comes_in_time(broker: Broker, topic: str) -> None:
    assert broker.consumer("g", [topic]).poll(10, QUIET_S) == []


def test_poll_returns_at_most_max_records_and_each_once(broker: Broker, topic: str) -> None:
    send(broker, topic, numbered(50))
    consumer = broker.consumer("g", [topic])

    polls: list[list[Record]] = []
    while sum(len(poll) for poll in polls) < 50:
        polls.append(consumer.poll(7, 1.0))

    assert max(len(poll) for poll in polls) <= 7
    assert sorted(int(value) for poll in polls for value in values(poll)) == list(range(50))
    assert consumer.poll(7, QUIET_S) == []


def test_a_waiting_poll_sees_what_is_sent_by_another_broker(side: Side, broker: Broker, topic: str) -> None:
    consumer = broker.consumer("g", [topic])
    assert consumer.poll(10, QUIET_S) == []

    send(side.open(), topic, [b"late"])

    assert values(take(consumer, 1)) == [b"late"]


def test_a_group_sees_each_record_once_over_commit_close_and_reopen(side: Side, topic: str) -> None:
    broker = side.open()
    send(broker, topic, numbered(40))
    seen: list[bytes] = []
    for _ in range(4):
        consumer = broker.consumer("g", [topic])
        records = take(consumer, 10)
        consumer.commit(next_offsets(records))
        seen += values(records)
        broker.close()
        broker = side.open()

    assert sorted(map(int, seen)) == list(range(40))
    assert broker.consumer("g", [topic]).poll(10, QUIET_S) == []


def test_what_was_not_committed_comes_again(broker: Broker, topic: str) -> None:
    send(broker, topic, numbered(10))
    first = broker.consumer("g", [topic])
    polled = take(first, 10)
    first.close()

    assert sorted(values(take(broker.consumer("g", [topic]), 10))) == sorted(values(polled))


def test_groups_are_independent(broker: Broker, topic: str) -> None:
    send(broker, topic, numbered(10))
    one = broker.consumer("one", [topic])
    one.commit(next_offsets(take(one, 10)))

    assert len(take(broker.consumer("two", [topic]), 10)) == 10
    assert one.poll(10, QUIET_S) == []


def test_one_consumer_reads_several_topics(broker: Broker, topic: str) -> None:
    other = new_topic(broker)
    send(broker, topic, [b"a"])
    send(broker, other, [b"b"])

    records = take(broker.consumer("g", [topic, other]), 2)

    assert {(record.topic, record.value) for record in records} == {(topic, b"a"), (other, b"b")}


def test_rewind_goes_back_to_what_is_committed(broker: Broker, topic: str) -> None:
    send(broker, topic, numbered(10), keys=1)
    consumer = broker.consumer("g", [topic])
    consumer.commit(next_offsets(take(consumer, 4)))
    take(consumer, 6)

    consumer.rewind()

    assert values(take(consumer, 6)) == numbered(6, start=4)


def test_a_paused_consumer_goes_on_where_it_was(broker: Broker, topic: str) -> None:
    send(broker, topic, numbered(30), keys=1)
    consumer = broker.consumer("g", [topic])
    polled = take(consumer, 10)

    consumer.pause()
    consumer.pause()
    send(broker, topic, numbered(10, start=30), keys=1)
    assert consumer.poll(100, QUIET_S) == consumer.poll(100, QUIET_S) == []
    consumer.commit(next_offsets(polled))
    consumer.resume()
    consumer.resume()

    assert values(take(consumer, 30)) == numbered(30, start=10)
    assert consumer.poll(10, QUIET_S) == []
    consumer.rewind()
    assert values(take(consumer, 30)) == numbered(30, start=10)


def test_a_rewind_of_a_paused_consumer_takes_effect_when_it_resumes(broker: Broker, topic: str) -> None:
    send(broker, topic, numbered(20), keys=1)
    consumer = broker.consumer("g", [topic])
    consumer.commit(next_offsets(take(consumer, 4)))
    take(consumer, 6)

    consumer.pause()
    consumer.rewind()
    assert consumer.poll(10, QUIET_S) == consumer.poll(10, QUIET_S) == []
    consumer.resume()

    assert values(take(consumer, 16)) == numbered(16, start=4)


def test_a_paused_member_stays_in_its_group_and_partitions_move(side: Side, broker: Broker, topic: str) -> None:
    send(broker, topic, numbered(100), keys=32)
    paused = broker.consumer("g", [topic])
    paused.pause()
    assert wait_until_owned([paused], [4]) == []
    other = side.open().consumer("g", [topic])
    theirs = wait_until_owned([paused, other], [2, 2])
    theirs += take(other, 10)
    other.commit(next_offsets(theirs))
    other.close()
    assert wait_until_owned([paused], [4]) == []

    paused.resume()

    mine = take(paused, 100 - len(theirs))
    assert sorted(int(value) for value in values(theirs + mine)) == list(range(100))
    assert paused.poll(10, QUIET_S) == []


def test_partitions_that_left_a_paused_member_are_read_when_they_come_back(side: Side, topic: str) -> None:
    broker = side.open()
    member = broker.consumer("g", [topic])
    wait_until_owned([member], [4])
    member.pause()
    other = side.open().consumer("g", [topic])
    wait_until_owned([member, other], [2, 2])
    member.resume()
    other.close()
    wait_until_owned([member], [4])
    send(broker, topic, numbered(50), keys=32)

    assert sorted(map(int, values(take(member, 50)))) == list(range(50))


def test_outputs_and_offsets_are_committed_together(broker: Broker, topic: str) -> None:
    output = new_topic(broker)
    send(broker, topic, numbered(10))
    consumer = broker.consumer("g", [topic])
    records = take(consumer, 10)

    consumer.commit(next_offsets(records), [Message(output, record.key, record.value) for record in records])

    assert sorted(values(broker.read(output, limit=100))) == sorted(values(records))
    assert broker.lag("g", [topic]) == 0


def test_a_commit_that_fails_moves_and_appends_nothing(broker: Broker, topic: str) -> None:
    output = new_topic(broker)
    send(broker, topic, numbered(10))
    consumer = broker.consumer("g", [topic])
    records = take(consumer, 10)
    spoiled = Message(output, b"k", "text, not bytes", {"h": object()})  # type: ignore[arg-type,dict-item] # on purpose

    with pytest.raises(Exception):  # noqa: B017, PT011 # which one is the side's own business
        consumer.commit(next_offsets(records), [Message(output, b"k", b"good"), spoiled])

    assert broker.read(output, limit=100) == []
    assert broker.lag("g", [topic]) == 10
    consumer.rewind()
    assert len(take(consumer, 10)) == 10


def test_outputs_into_a_topic_of_ones_own_come_back(broker: Broker, topic: str) -> None:
    send(broker, topic, [b"first"])
    consumer = broker.consumer("g", [topic])
    records = take(consumer, 1)
    assert consumer.poll(1, QUIET_S) == []

    consumer.commit(next_offsets(records), [Message(topic, b"k", b"again")])

    assert values(take(consumer, 1)) == [b"again"]


def test_notes_are_kept_with_the_offset(side: Side, broker: Broker, topic: str) -> None:
    send(broker, topic, numbered(10), keys=1)
    consumer = broker.consumer("g", [topic])
    [partition] = next_offsets(take(consumer, 3))
    consumer.commit({partition: Committed(2, "5 — ünï")})
    assert consumer.committed()[partition] == Committed(2, "5 — ünï")
    consumer.close()

    successor = side.open().consumer("g", [topic])
    take(successor, 1)

    assert successor.committed()[partition] == Committed(2, "5 — ünï")
    successor.commit({partition: Committed(3)})
    assert successor.committed()[partition] == Committed(3, "")


def test_committed_covers_the_whole_assignment(broker: Broker, topic: str) -> None:
    send(broker, topic, [b"x"])
    consumer = broker.consumer("g", [topic])
    take(consumer, 1)

    committed = consumer.committed()

    assert consumer.assignment
    assert committed.keys() == consumer.assignment
    assert set(committed.values()) == {Committed(0, "")}


def test_lag_counts_what_is_not_committed(broker: Broker, topic: str) -> None:
    other = new_topic(broker)
    assert broker.lag("g", [topic, other]) == 0
    send(broker, topic, numbered(30))
    send(broker, other, numbered(5))
    assert broker.lag("g", [topic, other]) == 35

    consumer = broker.consumer("g", [topic])
    consumer.commit(next_offsets(take(consumer, 30)))

    assert broker.lag("g", [topic, other]) == 5
    assert broker.lag("another", [topic]) == 30


def test_read_pages_through_a_topic_without_a_group(broker: Broker, topic: str) -> None:
    send(broker, topic, numbered(25))
    after: dict[int, int] = {}
    pages = []
    while page := broker.read(topic, limit=10, after=after):
        pages.append(page)
        after |= {record.partition: record.offset for record in page}

    assert [len(page) for page in pages] == [10, 10, 5]
    assert sorted(int(value) for page in pages for value in values(page)) == list(range(25))


def test_read_returns_no_more_bytes_than_fit_into_memory(broker: Broker, topic: str) -> None:
    big = bytes(7 * 1_048_576)
    for _ in range(3):
        send(broker, topic, [big, big], keys=2)
    after: dict[int, int] = {}
    pages = []
    while page := broker.read(topic, limit=100, after=after):
        pages.append(page)
        after |= {record.partition: record.offset for record in page}

    assert [len(page) for page in pages] == [2, 2, 2]


def test_ensure_topics_leaves_what_is_there(side: Side, broker: Broker, topic: str) -> None:
    send(broker, topic, numbered(5))

    broker.ensure_topics([topic])
    side.open().ensure_topics([topic, topic])

    assert len(broker.read(topic, limit=10)) == 5


def test_closing_twice_is_no_error(side: Side, topic: str) -> None:
    broker = side.open()
    producer, consumer = broker.producer(), broker.consumer("g", [topic])
    consumer.poll(1, QUIET_S)

    for closable in (producer, producer, consumer, consumer, broker, broker):
        closable.close()


def test_two_members_split_the_partitions_and_process_each_record_once(side: Side, broker: Broker, topic: str) -> None:
    output = new_topic(broker)
    members = [broker.consumer("g", [topic]), side.open().consumer("g", [topic])]
    assert wait_until_owned(members, [2, 2]) == []
    assert members[0].assignment.isdisjoint(members[1].assignment)
    send(broker, topic, numbered(200), keys=32)

    worked = [0, 0]
    deadline_s = time.monotonic() + PATIENCE_S
    while broker.lag("g", [topic]):
        assert time.monotonic() < deadline_s
        for number, member in enumerate(members):
            records = member.poll(20, 0.1)
            member.commit(next_offsets(records), [Message(output, record.key, record.value) for record in records])
            worked[number] += len(records)

    assert sorted(int(value) for value in values(broker.read(output, limit=1_000))) == list(range(200))
    assert min(worked) > 0


def test_the_generation_rises_with_every_change_of_assignment(side: Side, topic: str) -> None:
    one = side.open().consumer("g", [topic])
    wait_until_owned([one], [4])
    alone = one.generation

    two = side.open().consumer("g", [topic])
    wait_until_owned([one, two], [2, 2])
    shared = one.generation
    one.poll(1, QUIET_S)
    assert one.generation == shared > alone

    two.close()
    wait_until_owned([one], [4])
    assert one.generation > shared


def test_a_member_that_closes_hands_over(side: Side, broker: Broker, topic: str) -> None:
    leaver, stayer = broker.consumer("g", [topic]), side.open().consumer("g", [topic])
    wait_until_owned([leaver, stayer], [2, 2])
    send(broker, topic, numbered(100), keys=32)
    mine = leaver.poll(10, 5.0)
    leaver.commit(next_offsets(mine))
    uncommitted = leaver.poll(10, 5.0)
    assert mine
    assert uncommitted

    leaver.close()

    rest = take(stayer, 100 - len(mine))
    assert sorted(int(value) for value in values(mine + rest)) == list(range(100))


def test_a_member_that_lost_its_partitions_cannot_commit(side: Side, broker: Broker, topic: str) -> None:
    output = new_topic(broker)
    send(broker, topic, numbered(20))
    stale = broker.consumer("g", [topic])
    records = take(stale, 20)

    side.let_leases_lapse()
    successor = side.open().consumer("g", [topic])
    taken_over = take(successor, 20)
    with pytest.raises(Fenced):
        stale.commit(next_offsets(records), [Message(output, b"k", b"of the stale member")])

    assert broker.read(output, limit=10) == []
    successor.commit(next_offsets(taken_over), [Message(output, b"k", b"of the successor")])
    assert values(broker.read(output, limit=10)) == [b"of the successor"]


def test_a_fenced_member_comes_back_and_takes_up_its_share(side: Side, broker: Broker, topic: str) -> None:
    stale = broker.consumer("g", [topic])
    wait_until_owned([stale], [4])
    before = stale.generation
    side.let_leases_lapse()
    successor = side.open().consumer("g", [topic])
    wait_until_owned([successor], [4])

    stale.rewind()
    wait_until_owned([stale, successor], [2, 2])

    assert stale.generation > before
    send(broker, topic, numbered(50), keys=32)
    seen: list[Record] = []
    deadline_s = time.monotonic() + PATIENCE_S
    while len(seen) < 50:
        assert time.monotonic() < deadline_s
        for member in (stale, successor):
            records = member.poll(50, 0.1)
            member.commit(next_offsets(records))
            seen += records
    assert sorted(int(value) for value in values(seen)) == list(range(50))


def test_partitions_that_were_away_begin_again_at_what_is_committed(side: Side, broker: Broker, topic: str) -> None:
    send(broker, topic, numbered(20), keys=1)
    stale = broker.consumer("g", [topic])
    take(stale, 15)
    before = stale.generation
    side.let_leases_lapse()
    successor = side.open().consumer("g", [topic])
    successor.commit(next_offsets(take(successor, 5)))
    successor.close()

    assert values(take(stale, 15)) == numbered(15, start=5)
    assert stale.generation > before


def test_a_partition_that_is_not_owned_cannot_be_committed(side: Side, broker: Broker, topic: str) -> None:
    members = [broker.consumer("g", [topic]), side.open().consumer("g", [topic])]
    wait_until_owned(members, [2, 2])
    [foreign, *_] = members[1].assignment
    [own, *_] = members[0].assignment

    with pytest.raises(Fenced):
        members[0].commit({own: Committed(7), foreign: Committed(9)})

    assert members[0].committed()[own] == Committed(0)
    assert members[1].committed()[foreign] == Committed(0)
