"""The sink: from the topics into the store, exactly once.

Before it inserts a range of offsets, it commits the range's end as the note of the group's position. After a crash the
note says which range was under way, so the same records go in again under the same insert tokens, and the store drops
what it has already.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from monitoring.metrics import RECORDS_PROCESSED
from streams.broker import Broker, Committed, Consumer, Message, Partition, Record
from streams.writer import Writer

GROUP = "sink"


@dataclass
class _Lane:
    """One partition's records in hand, and the end of a range that an earlier run had begun."""

    records: list[Record] = field(default_factory=list)
    begun: int | None = None

    def batch(self) -> list[Record]:
        """The records of the next range; empty while a range that was begun has not come in whole."""
        if self.begun is not None and self.records and self.records[0].offset > self.begun:
            self.begun = None  # retention has deleted the whole range
        if self.begun is None:
            return self.records
        if not self.records or self.records[-1].offset < self.begun:
            return []
        return [record for record in self.records if record.offset <= self.begun]

    def drop(self, batch: Sequence[Record]) -> None:
        self.records = self.records[len(batch) :]
        self.begun = None


class SinkTask:
    """Writes the records of its partitions in ranges, one insert per table and range."""

    name = GROUP

    def __init__(
        self, broker: Broker, topics: Sequence[str], writer: Writer, *, batch_max: int, poll_wait_s: float
    ) -> None:
        self._broker = broker
        self._topics = list(topics)
        self._writer = writer
        self._batch_max = batch_max
        self._poll_wait_s = poll_wait_s
        self._consumer: Consumer = broker.consumer(GROUP, self._topics)
        self._generation = -1
        self._lanes: dict[Partition, _Lane] = {}

    def turn(self) -> int:
        records = self._consumer.poll(self._batch_max, self._poll_wait_s)
        if self._consumer.generation != self._generation:
            self._adopt()
            return 0
        for record in records:
            self._lanes[Partition(record.topic, record.partition)].records.append(record)
        batches = {partition: batch for partition, lane in self._lanes.items() if (batch := lane.batch())}
        if not batches:
            return 0
        self._begin(batches)
        rejected = [message for batch in batches.values() for message in self._write(batch)]
        self._consumer.commit({p: Committed(batch[-1].offset + 1) for p, batch in batches.items()}, rejected)
        for partition, batch in batches.items():
            self._lanes[partition].drop(batch)
        done = sum(map(len, batches.values()))
        RECORDS_PROCESSED.labels(self.name).inc(done)
        return done

    def _adopt(self) -> None:
        """Begin anew with the partitions owned now: what was in hand comes again, in the ranges that were begun."""
        self._consumer.rewind()
        self._generation = self._consumer.generation
        committed = self._consumer.committed()
        self._lanes = {p: _Lane(begun=_begun(committed.get(p))) for p in sorted(self._consumer.assignment)}

    def _begin(self, batches: dict[Partition, list[Record]]) -> None:
        """Make the ranges durable that are about to be inserted."""
        new = {
            partition: Committed(batch[0].offset, str(batch[-1].offset))
            for partition, batch in batches.items()
            if self._lanes[partition].begun is None
        }
        if new:
            self._consumer.commit(new)
            for partition, committed in new.items():
                self._lanes[partition].begun = int(committed.note)

    def _write(self, batch: Sequence[Record]) -> Sequence[Message]:
        # The end alone names a range: its beginning may be gone by retention when it is written again.
        return self._writer.write(batch, batch[-1].origin)

    def rewind(self) -> None:
        self._generation = -1

    def lag(self) -> int:
        return self._broker.lag(GROUP, self._topics)

    def close(self) -> None:
        self._consumer.close()


def _begun(committed: Committed | None) -> int | None:
    return int(committed.note) if committed and committed.note else None
