"""The Broker seam: topics of ordered partitions, consumer groups, and one atomic step from input to output.

Both sides (the embedded log and Kafka) pass `tests/contract/test_broker.py`. No other part of the code knows which side
it is on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple, Protocol

from schemas.topics import Topic

MAX_READ_BYTES = 16 * 1_048_576
"""Keys and values that one poll or read returns, save where a single record has more."""


class Partition(NamedTuple):
    """One partition of one topic."""

    topic: str
    number: int


class Committed(NamedTuple):
    """Where a group stands in a partition: the next offset to read, and a short note kept with it."""

    offset: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """A message to append. Messages with equal keys keep their order."""

    topic: str
    key: bytes
    value: bytes
    headers: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Record:
    """A message as read. `repr` leaves key, value and headers out, because they may hold personal data."""

    topic: str
    partition: int
    offset: int
    key: bytes = field(repr=False)
    value: bytes = field(repr=False)
    headers: Mapping[str, bytes] = field(repr=False)
    appended_ms: int = 0
    topic_id: str = ""  # a topic that is deleted and made again begins at offset 0, but with another id

    @property
    def size_bytes(self) -> int:
        """Of key and value."""
        return len(self.key) + len(self.value)

    @property
    def position(self) -> str:
        """`topic/partition/offset`: where the record is."""
        return f"{self.topic}/{self.partition}/{self.offset}"

    @property
    def origin(self) -> str:
        """`topic_id/partition/offset`: the record's identity for ever."""
        return f"{self.topic_id}/{self.partition}/{self.offset}"


def first_of(records: Iterable[Record], limit: int) -> list[Record]:
    """Up to `limit` records and MAX_READ_BYTES of the oldest, at least one where there is one."""
    first: list[Record] = []
    room_bytes = MAX_READ_BYTES
    for record in islice(records, limit):
        room_bytes -= record.size_bytes
        if room_bytes < 0 and first:
            break
        first.append(record)
    return first


class Producer(Protocol):
    """Appends from outside a consumer (the gateway, the command line)."""

    def send(self, messages: Sequence[Message]) -> None:
        """Append all or none. Returns when they are durable: they survive SIGKILL and power loss.

        Blocks. Raises Unavailable where the log does not answer; then nothing may be assumed about the messages, and
        sending them again is right. Safe to call from several threads.
        """

    def close(self) -> None:
        """Give everything back. Idempotent."""


class Consumer(Protocol):
    """One member of a consumer group. Used by one thread."""

    @property
    def generation(self) -> int:
        """Rises whenever the set of partitions that this member owns changes.

        Whoever keeps records from one poll to the next must then drop them: some may belong to another member now.
        """

    @property
    def assignment(self) -> frozenset[Partition]:
        """The partitions that this member owns now."""

    def poll(self, max_records: int, timeout_s: float) -> list[Record]:
        """Up to `max_records` records past those returned before, in offset order within each partition.

        Fewer where they would be more than MAX_READ_BYTES.
        Waits at most `timeout_s` for the first one; an empty list says that none came. Keeps the membership alive, so
        call it often. Only records of committed transactions are seen. Offsets rise but may have gaps.
        """

    def pause(self) -> None:
        """Let polls return nothing and fetch nothing, while they keep the membership alive and partitions may move.

        What was polled can still be committed; records that the consumer holds are neither skipped nor doubled.
        Idempotent. Does not block.
        """

    def resume(self) -> None:
        """Go on where `pause` stopped, or where `rewind` has gone since. Idempotent. Does not block."""

    def committed(self) -> Mapping[Partition, Committed]:
        """Where the group stands in each partition of the assignment."""

    def commit(self, offsets: Mapping[Partition, Committed], outputs: Sequence[Message] = ()) -> None:
        """Append `outputs` and move the group to `offsets` (the next to read), both or neither, durably.

        Raises Fenced where this member no longer owns one of the partitions: then nothing was written, and the caller
        drops its work and calls `rewind`. Raises Unavailable where the log does not answer: nothing is known, and
        after `rewind` the records come again if they were not committed.
        """

    def rewind(self) -> None:
        """Forget what was polled: the next poll begins at the committed offsets."""

    def close(self) -> None:
        """Leave the group at once, so that others take over. Idempotent."""


class Broker(Protocol):
    """A durable log."""

    def ensure_topics(self, topics: Iterable[str | Topic]) -> None:
        """Create the topics that are missing; those that are there stay as they are.

        A name alone is a topic with the partitions and retention that the broker was opened with.
        """

    def partition_counts(self) -> Mapping[str, int]:
        """How many partitions each topic has that is there."""

    def producer(self) -> Producer: ...

    def consumer(self, group: str, topics: Sequence[str]) -> Consumer:
        """A new member of the group. Raises Misconfigured where a topic is missing."""

    def lag(self, group: str, topics: Sequence[str]) -> int:
        """Records of the topics that the group has not committed yet."""

    def read(self, topic: str, *, limit: int, after: Mapping[int, int] | None = None) -> list[Record]:
        """Records of a topic outside any group, oldest first, past the offsets `after` by partition number.

        At most `limit`, fewer where they would be more than MAX_READ_BYTES; none only at the end.
        """

    def enforce_retention(self) -> int:
        """Delete what is older than its retention, where the log does not do so by itself; returns how many."""

    def close(self) -> None:
        """Close everything that this broker opened. Idempotent."""
