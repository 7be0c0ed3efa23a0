"""A Broker in memory: small enough to be seen right, and held to the contract suite like the real ones."""

from __future__ import annotations

import zlib
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from operator import attrgetter

from metronis.clock import Clock
from metronis.errors import Fenced, Misconfigured
from schemas.topics import Topic
from streams.broker import Committed, Message, Partition, Record, first_of
from tests.faults.simulation.effects import Effects, undisturbed

_OFFSET = attrgetter("offset")


@dataclass
class _Member:
    topics: Sequence[str]
    owned: frozenset[Partition] = frozenset()
    silent: bool = False  # its lease ran out: whoever settles next puts it out


@dataclass
class _Group:
    members: dict[int, _Member] = field(default_factory=dict)
    committed: dict[Partition, Committed] = field(default_factory=dict)

    def free(self, topic_partitions: Iterable[Partition]) -> list[Partition]:
        owned = {partition for member in self.members.values() for partition in member.owned}
        return [partition for partition in topic_partitions if partition not in owned]


class SimulatedLog:
    """What survives the processes: topics, and how far each group has come.

    Every append leaves a gap behind it, as the commit markers of a real log do.
    """

    def __init__(self, clock: Clock, partitions: int = 4) -> None:
        self._clock = clock
        self._partitions = partitions
        self._records: dict[Partition, list[Record]] = {}
        self._next_offset: defaultdict[Partition, int] = defaultdict(int)
        self._members = count(1)
        self.topics: dict[str, list[Partition]] = {}
        self.groups: defaultdict[str, _Group] = defaultdict(_Group)

    def create(self, topic: Topic) -> None:
        if topic.name not in self.topics:
            count = topic.partitions or self._partitions
            self.topics[topic.name] = [Partition(topic.name, number) for number in range(count)]
            self._records |= {partition: [] for partition in self.topics[topic.name]}

    def append(self, messages: Sequence[Message]) -> None:
        """All or none: what is wrong with a message raises before the first one is kept."""
        placed = [(self._partition_of(message), _checked(message)) for message in messages]
        appended_ms = int(self._clock.now().timestamp() * 1_000)
        for partition, message in placed:
            offset = self._next_offset[partition]
            self._next_offset[partition] += 1
            topic_id = partition.topic.replace(".", "-")
            record = Record(*partition, offset, message.key, message.value, message.headers, appended_ms, topic_id)
            self._records[partition].append(record)
        for partition in {partition for partition, _ in placed}:
            self._next_offset[partition] += 1

    def records(self, partition: Partition, offset: int) -> list[Record]:
        """The records from `offset` on."""
        records = self._records[partition]
        return records[bisect_left(records, offset, key=_OFFSET) :]

    def join(self, group: str, topics: Sequence[str]) -> int:
        """A new member, whose number was never used before."""
        member = next(self._members)
        self.groups[group].members[member] = _Member(topics)
        return member

    def settle(self, name: str, me: int) -> frozenset[Partition]:
        """Put out who was silent, and move towards a fair share; returns what this member owns now."""
        group = self.groups[name]
        group.members[me].silent = False
        group.members = {number: member for number, member in group.members.items() if not member.silent}
        owned: list[Partition] = []
        for topic in group.members[me].topics:
            owned += self._share(group, me, topic)
        group.members[me].owned = frozenset(owned)
        return group.members[me].owned

    def _share(self, group: _Group, me: int, topic: str) -> list[Partition]:
        partitions = self.topics[topic]
        rank = sum(1 for number, member in group.members.items() if number < me and topic in member.topics)
        subscribers = sum(1 for member in group.members.values() if topic in member.topics)
        fair = len(partitions[rank::subscribers])
        mine = [partition for partition in partitions if partition in group.members[me].owned][:fair]
        # From the other end for every other topic, so that nobody can rely on owning equal numbers of two topics.
        backwards = list(group.members[me].topics).index(topic) % 2 == 1
        return mine + group.free(reversed(partitions) if backwards else partitions)[: fair - len(mine)]

    def let_lease_lapse(self, group: str, member: int) -> None:
        """The member was silent for longer than it may."""
        if member in self.groups[group].members:
            self.groups[group].members[member].silent = True

    def _partition_of(self, message: Message) -> Partition:
        if message.topic not in self.topics:
            raise Misconfigured(f"there is no topic {message.topic!r}")
        partitions = self.topics[message.topic]
        return partitions[zlib.crc32(message.key) % len(partitions)]


def _checked(message: Message) -> Message:
    """Its own copy, with nothing in it but bytes. Raises TypeError."""
    headers = {name: bytes(value) for name, value in message.headers.items()}
    return Message(message.topic, bytes(message.key), bytes(message.value), headers)


def _partition(record: Record) -> Partition:
    return Partition(record.topic, record.partition)


class SimulatedProducer:
    """See `streams.broker.Producer`."""

    def __init__(self, log: SimulatedLog, effects: Effects) -> None:
        self._log = log
        self._effects = effects

    def send(self, messages: Sequence[Message]) -> None:
        self._effects("send", lambda: self._log.append(messages))

    def close(self) -> None:
        pass


class SimulatedConsumer:
    """See `streams.broker.Consumer`. Polls never wait: where nothing is there, nothing will come by itself."""

    def __init__(self, log: SimulatedLog, group: str, topics: Sequence[str], effects: Effects) -> None:
        self._log = log
        self._group = group
        self._topics = list(topics)
        self._effects = effects
        self._owned: frozenset[Partition] = frozenset()
        self._positions: dict[Partition, int] = {}
        self._in_hand: list[Record] = []  # returned and neither committed nor given up by a rewind
        self._generation = 0
        self._paused = False
        self.member = 0
        self.most_in_hand = 0  # of one partition

    @property
    def generation(self) -> int:
        return self._generation

    @property
    def assignment(self) -> frozenset[Partition]:
        return self._owned

    def poll(self, max_records: int, timeout_s: float) -> list[Record]:  # noqa: ARG002 - see the class
        polled = self._effects(f"poll {self._group}", lambda: self._poll(max_records))
        self._in_hand += polled
        by_partition = Counter(map(_partition, self._in_hand))
        self.most_in_hand = max(self.most_in_hand, *by_partition.values(), 0)
        return polled

    def pause(self) -> None:
        self._paused = True

    def resume(self) -> None:
        self._paused = False

    def committed(self) -> Mapping[Partition, Committed]:
        return self._effects(f"committed {self._group}", lambda: {p: self._committed(p) for p in sorted(self._owned)})

    def commit(self, offsets: Mapping[Partition, Committed], outputs: Sequence[Message] = ()) -> None:
        ends = " ".join(f"{p.topic}/{p.number}@{at.offset}{at.note and '>' + at.note}" for p, at in offsets.items())
        self._effects(f"commit {self._group} {ends} +{len(outputs)}", lambda: self._commit(offsets, outputs))

        self._in_hand = [r for r in self._in_hand if r.offset >= offsets.get(_partition(r), Committed(0)).offset]

    def rewind(self) -> None:
        self._positions = {}
        self._in_hand = []

    def close(self) -> None:
        self._log.groups[self._group].members.pop(self.member, None)

    def let_lease_lapse(self) -> None:
        """Be silent for longer than one may."""
        self._log.let_lease_lapse(self._group, self.member)

    def _poll(self, max_records: int) -> list[Record]:
        self._settle()
        if self._paused:
            return []
        polled: list[Record] = []
        for partition in sorted(self._owned):
            start = self._positions.setdefault(partition, self._committed(partition).offset)
            found = self._log.records(partition, start)[: max_records - len(polled)]
            polled += found
            if found:
                self._positions[partition] = found[-1].offset + 1
        return polled

    def _settle(self) -> None:
        before = self._owned
        if self.member not in self._log.groups[self._group].members:
            self.member = self._log.join(self._group, self._topics)
            before = frozenset()
        now = self._log.settle(self._group, self.member)
        kept = before & now
        if not kept == self._owned == now:
            self._generation += 1
        self._owned = now
        self._positions = {p: at for p, at in self._positions.items() if p in kept}

    def _commit(self, offsets: Mapping[Partition, Committed], outputs: Sequence[Message]) -> None:
        group = self._log.groups[self._group]
        member = group.members.get(self.member)
        if lost := [partition for partition in offsets if member is None or partition not in member.owned]:
            raise Fenced(f"{lost[0].topic}/{lost[0].number} belongs to another member now")
        self._log.append(outputs)
        group.committed |= offsets

    def _committed(self, partition: Partition) -> Committed:
        return self._log.groups[self._group].committed.get(partition, Committed(0))


class SimulatedBroker:
    """One process's way to the log."""

    def __init__(
        self,
        log: SimulatedLog,
        effects: Effects = undisturbed,
        consumer: type[SimulatedConsumer] = SimulatedConsumer,
    ) -> None:
        self._log = log
        self._effects = effects
        self._consumer = consumer
        self.consumers: list[SimulatedConsumer] = []

    def ensure_topics(self, topics: Iterable[str | Topic]) -> None:
        for topic in topics:
            self._log.create(Topic(topic, "") if isinstance(topic, str) else topic)

    def partition_counts(self) -> dict[str, int]:
        return {topic: len(partitions) for topic, partitions in self._log.topics.items()}

    def producer(self) -> SimulatedProducer:
        return SimulatedProducer(self._log, self._effects)

    def consumer(self, group: str, topics: Sequence[str]) -> SimulatedConsumer:
        if missing := [topic for topic in topics if topic not in self._log.topics]:
            raise Misconfigured(f"there is no topic {missing[0]!r}")
        consumer = self._consumer(self._log, group, topics, self._effects)
        self.consumers.append(consumer)
        return consumer

    def lag(self, group: str, topics: Sequence[str]) -> int:
        return self._effects(f"lag {group}", lambda: self._lag(group, topics))

    def read(self, topic: str, *, limit: int, after: Mapping[int, int] | None = None) -> list[Record]:
        after = after or {}
        found = [r for p in self._log.topics[topic] for r in self._log.records(p, after.get(p.number, -1) + 1)]
        return first_of(sorted(found, key=attrgetter("appended_ms", "partition", "offset")), limit)

    def enforce_retention(self) -> int:
        return 0

    def close(self) -> None:
        for consumer in self.consumers:
            consumer.close()

    def _lag(self, group: str, topics: Sequence[str]) -> int:
        committed = self._log.groups[group].committed
        partitions = [partition for topic in topics for partition in self._log.topics[topic]]
        return sum(len(self._log.records(p, committed.get(p, Committed(0)).offset)) for p in partitions)
