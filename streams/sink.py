"""The sink: from the topics into the store, exactly once.

Before it inserts a range of offsets, it commits the range's end as the note of the group's position. After a crash the
note says which range was under way, so the same records go in again under the same insert tokens, and the store drops
what it has already. A range with a record that can never be stored is cut shorter until that record stands alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import structlog

from metronis.errors import Reject
from monitoring.metrics import DUPLICATE_TRACES, RECORDS_DEAD_LETTERED, RECORDS_PROCESSED
from streams.broker import Broker, Committed, Consumer, Message, Partition, Record
from streams.deadletter import dead_letter
from streams.deadletter_limit import DeadLetterLimit, history_after
from streams.groups import SINK
from streams.progress import NOWHERE, Progress
from streams.writer import TooLong, Writer, Written

log = structlog.get_logger()

Ranges = Mapping[Partition, Sequence[Record]]
Outcomes = Mapping[Partition, Written | TooLong]


class _Place(NamedTuple):
    """Where the sink stands in a partition."""

    offset: int
    progress: Progress


class _Lane:
    """One partition's records in hand, and how far the sink has come with them."""

    def __init__(self, progress: Progress, batch_max: int) -> None:
        self.progress = progress
        self.records: list[Record] = []
        self._batch_max = batch_max
        self._most = batch_max  # records in a new range: few where the last one had to be cut

    def next_range(self) -> Sequence[Record]:
        """The records of the next range; none while a range that was begun has not come in whole."""
        end = self.progress.end
        if end is not None and self.records and self.records[0].offset > end:
            self.progress = replace(self.progress, end=None)  # retention has deleted the whole range
            end = None
        if end is None:
            return self.records[: self._most]
        if not self.records or self.records[-1].offset < end:
            return []
        return [record for record in self.records if record.offset <= end]

    def cut(self, records: Sequence[Record], outcome: TooLong) -> _Place:
        """The same range begun anew, shorter."""
        self._most = outcome.count
        progress = replace(self.progress, end=records[outcome.count - 1].offset)
        if outcome.evaluations_stored:
            progress = replace(progress, evaluated=max(progress.evaluated, records[-1].offset))
        return _Place(records[0].offset, progress)

    def finish(self, records: Sequence[Record], history: int) -> _Place:
        self._most = min(self._batch_max, 2 * self._most)
        last = records[-1].offset
        evaluated = self.progress.evaluated if self.progress.evaluated > last else NOWHERE
        return _Place(last + 1, Progress(history=history, evaluated=evaluated))

    def move(self, place: _Place) -> None:
        self.progress = place.progress
        self.records = [record for record in self.records if record.offset >= place.offset]


class SinkTask:
    """Writes the records of its partitions in ranges, one insert per table and range."""

    name = SINK

    def __init__(
        self,
        broker: Broker,
        topics: Sequence[str],
        writer: Writer,
        *,
        batch_max: int,
        poll_wait_s: float,
        limit: DeadLetterLimit = DeadLetterLimit(),  # noqa: B008 - immutable
    ) -> None:
        self._broker = broker
        self._topics = list(topics)
        self._writer = writer
        self._batch_max = batch_max
        self._poll_wait_s = poll_wait_s
        self._limit = limit
        self._consumer: Consumer = broker.consumer(SINK, self._topics)
        self._generation = -1
        self._lanes: dict[Partition, _Lane] = {}

    def turn(self) -> int:
        """See `streams.tasks.Task`. Raises TooManyDeadLetters at the limit: then the record that it stopped at was not
        committed, and comes first when the sink is started again.
        """
        ranges = self._ranges() or self._polled()
        if not ranges:
            return 0
        self._begin(ranges)
        outcomes = {partition: self._write(partition, records) for partition, records in ranges.items()}
        failures = list(_failures(ranges, outcomes))
        self._move(
            {partition: self._place(partition, ranges[partition], outcome) for partition, outcome in outcomes.items()},
            [dead_letter(record, error, self.name) for record, error in failures],
        )
        _report(failures, outcomes)
        done = sum(len(ranges[partition]) for partition, outcome in outcomes.items() if isinstance(outcome, Written))
        RECORDS_PROCESSED.labels(self.name).inc(done)
        return done

    def _ranges(self) -> Ranges:
        """What can be written of the records in hand."""
        return {partition: records for partition, lane in self._lanes.items() if (records := lane.next_range())}

    def _polled(self) -> Ranges:
        """What can be written with the records that come now."""
        polled = self._consumer.poll(self._batch_max, self._poll_wait_s)
        if self._consumer.generation != self._generation:
            self._adopt()
            return {}
        for record in polled:
            self._lanes[Partition(record.topic, record.partition)].records.append(record)
        return self._ranges()

    def _adopt(self) -> None:
        """Begin anew with the partitions owned now: what was in hand comes again, in the ranges that were begun."""
        self._consumer.rewind()
        self._generation = self._consumer.generation
        committed = self._consumer.committed()
        self._lanes = {
            partition: _Lane(Progress.decode(committed.get(partition, Committed(0)).note), self._batch_max)
            for partition in sorted(self._consumer.assignment)
        }

    def _begin(self, ranges: Ranges) -> None:
        """Make the ranges durable that are about to be inserted."""
        places = {
            partition: _Place(records[0].offset, replace(progress, end=records[-1].offset))
            for partition, records in ranges.items()
            if (progress := self._lanes[partition].progress).end is None
        }
        if places:
            self._move(places)

    def _write(self, partition: Partition, records: Sequence[Record]) -> Written | TooLong:
        # The end alone names a range: its beginning may be gone by retention when it is written again.
        return self._writer.write(records, records[-1].origin, evaluated=self._lanes[partition].progress.evaluated)

    def _place(self, partition: Partition, records: Sequence[Record], outcome: Written | TooLong) -> _Place:
        """Where the sink stands behind this range, or before what is left of it. Raises TooManyDeadLetters."""
        lane = self._lanes[partition]
        if isinstance(outcome, TooLong):
            return lane.cut(records, outcome)
        errors = {records[0].position: outcome.error} if outcome.error else {}
        return lane.finish(records, history_after(self._limit, lane.progress.history, records, errors, self.name))

    def _move(self, places: Mapping[Partition, _Place], letters: Sequence[Message] = ()) -> None:
        self._consumer.commit(
            {partition: Committed(offset, progress.encode()) for partition, (offset, progress) in places.items()},
            letters,
        )
        for partition, place in places.items():
            self._lanes[partition].move(place)

    def rewind(self) -> None:
        self._lanes = {}
        self._generation = -1

    def lag(self) -> int:
        return self._broker.lag(SINK, self._topics)

    def close(self) -> None:
        self._consumer.close()


def _failures(ranges: Ranges, outcomes: Outcomes) -> Iterator[tuple[Record, Reject]]:
    """Records that stand alone in their range and can never be stored."""
    for partition, outcome in outcomes.items():
        if isinstance(outcome, Written) and outcome.error:
            yield ranges[partition][0], outcome.error


def _report(failures: Sequence[tuple[Record, Reject]], outcomes: Outcomes) -> None:
    for outcome in outcomes.values():
        if isinstance(outcome, Written):
            DUPLICATE_TRACES.inc(outcome.duplicates)
    for record, error in failures:
        RECORDS_DEAD_LETTERED.labels(SINK, error.code).inc()
        # The reason may quote the record, so it goes to the dead-letter topic and not to the log.
        log.warning("dead_lettered", step=SINK, position=record.position, code=error.code)
