"""Reading dead letters, and replaying them: back to their topics, each once, one replay at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from metronis.clock import Clock
from metronis.errors import NotFound, Unavailable
from schemas.topics import (
    REPLAYS,
    TOPICS,
    TRACES_BULK,
    TRACES_RAW,
    TRACES_T1,
    dead_letters_of,
    has_dead_letters,
)
from streams.broker import Broker, Committed, Consumer, Message, Partition, Record
from streams.deadletter import DeadLetter
from streams.pages import BEYOND_ANY_OFFSET

GROUP = "dlq-replay"
REPLAYABLE = (TRACES_RAW.name, TRACES_BULK.name, TRACES_T1.name)
"""Of a verdict that the sink gave up, some rows may be stored: sent again, they would be doubled."""

PAGE = 100  # records read at once; dead letters may be as large as the log takes
BATCH_BYTES = 8 * 1_048_576
JOIN_DEADLINE_S = 30.0
JOIN_POLL_S = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which dead letters: of records on these topics, with this code, given up from `since` on; None is any."""

    topics: Sequence[str] = tuple(topic.name for topic in TOPICS)
    code: str | None = None
    since: datetime | None = None

    def fits(self, letter: DeadLetter) -> bool:
        return self.code in (None, letter.code) and (self.since is None or letter.given_up_at >= self.since)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Dead letters that wait for a replay: how many by topic and code, and up to which offset they were counted."""

    counts: Counter[tuple[str, str]]
    ends: Mapping[Partition, int]


class Replayed:
    """Which dead letters were replayed, as the log says. Takes about 150 bytes for each."""

    def __init__(self, broker: Broker) -> None:
        records = _records(broker, REPLAYS.name)
        self._marks = {mark for record in records for mark in record.value.decode().splitlines()}

    def __contains__(self, letter: DeadLetter) -> bool:
        return _mark(letter) in self._marks


def dead_letters(broker: Broker, selection: Selection) -> Iterator[DeadLetter]:
    """Those that fit, replayed ones too; topic by topic, oldest first."""
    for topic in selection.topics:
        for record in _records(broker, dead_letters_of(topic)):
            letter = DeadLetter.of(record)
            if selection.fits(letter):
                yield letter


def find(broker: Broker, position: str) -> DeadLetter:
    """The dead letter at this position, or of the record that was at this position. Raises NotFound."""
    topic, _, rest = position.partition("/")
    if has_dead_letters(topic):
        found = (DeadLetter.of(record) for record in _at(broker, topic, rest))
    else:
        topics = [topic] if topic in Selection().topics else []
        found = (letter for letter in dead_letters(broker, Selection(topics=topics)) if letter.source == position)
    letter = next(found, None)
    if letter is None:
        raise NotFound(f"no dead letter {position}; `metronis dlq list` shows the positions of those that are there")
    return letter


def waiting(broker: Broker, selection: Selection) -> Waiting:
    """Count the dead letters that fit and were not replayed yet."""
    replayed = Replayed(broker)
    counts: Counter[tuple[str, str]] = Counter()
    ends: dict[Partition, int] = {}
    for letter in dead_letters(broker, selection):
        if letter not in replayed:
            counts[letter.topic, letter.code] += 1
            ends[_partition(letter)] = letter.record.offset + 1
    return Waiting(counts, ends)


def replay(
    broker: Broker, selection: Selection, ends: Mapping[Partition, int], *, batch_max: int, clock: Clock
) -> Iterator[int]:
    """Replay what fits, was not replayed yet, and lies before `ends`, so that what fails again is left for next time.

    Yields the size of each transaction once it is durable. Records, and the note that they were replayed, go out
    together; a replay that took over the group in between fences this one. So whatever happens, each goes out once.
    Raises Unavailable where another replay is under way or the log does not answer, Fenced where another one took over.
    """
    consumer = broker.consumer(GROUP, [REPLAYS.name])
    try:
        standing = _alone(consumer, broker.partition_counts()[REPLAYS.name], clock)
        replayed = Replayed(broker)  # not before: until now another replay could still add to it
        letters = (
            letter
            for letter in dead_letters(broker, selection)
            if letter.record.offset < ends.get(_partition(letter), 0) and letter not in replayed
        )
        for batch in _batches(letters, batch_max):
            consumer.commit(standing, [*(letter.replayed() for letter in batch), _marker(batch)])
            yield len(batch)
    finally:
        consumer.close()


def _alone(consumer: Consumer, partitions: int, clock: Clock) -> Mapping[Partition, Committed]:
    """Wait until this member owns every partition; where the group stands. Committing that again needs all of them."""
    deadline_ns = clock.monotonic_ns() + int(JOIN_DEADLINE_S * 1e9)
    while len(consumer.assignment) < partitions:
        if clock.monotonic_ns() > deadline_ns:
            raise Unavailable("another replay of dead letters is under way; run this one again when it has ended")
        consumer.poll(1, JOIN_POLL_S)
    return consumer.committed()


def _batches(letters: Iterable[DeadLetter], batch_max: int) -> Iterator[list[DeadLetter]]:
    batch: list[DeadLetter] = []
    size_bytes = 0
    for letter in letters:
        batch.append(letter)
        size_bytes += len(letter.record.value)
        if len(batch) >= batch_max or size_bytes >= BATCH_BYTES:
            yield batch
            batch, size_bytes = [], 0
    if batch:
        yield batch


def _marker(batch: Sequence[DeadLetter]) -> Message:
    marks = [_mark(letter) for letter in batch]
    return Message(REPLAYS.name, marks[0].encode(), "\n".join(marks).encode())


def _mark(letter: DeadLetter) -> str:
    return f"{letter.record.topic}/{letter.record.origin}"


def _partition(letter: DeadLetter) -> Partition:
    return Partition(letter.record.topic, letter.record.partition)


def _records(broker: Broker, topic: str) -> Iterator[Record]:
    """Every record of a topic, page by page."""
    after: dict[int, int] = {}
    while page := broker.read(topic, limit=PAGE, after=after):
        after |= {record.partition: record.offset for record in page}
        yield from page


def _at(broker: Broker, topic: str, rest: str) -> Iterator[Record]:
    """The record at `partition/offset` of a topic, if there is one."""
    partition, _, offset = rest.partition("/")
    if not (partition.isdecimal() and offset.isdecimal()) or len(rest) > 30:
        return
    after = dict.fromkeys(range(broker.partition_counts().get(topic, 0)), BEYOND_ANY_OFFSET)
    if int(partition) in after:
        after[int(partition)] = int(offset) - 1
        records = broker.read(topic, limit=1, after=after)
        yield from (record for record in records if record.offset == int(offset))
