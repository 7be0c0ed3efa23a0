"""A tier on the stream: takes a batch, processes each record, and commits outputs and offsets in one transaction."""

from __future__ import annotations

import math
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import structlog

from metronis.clock import Clock, SystemClock
from metronis.errors import Reject, Retry
from monitoring.metrics import EVALUATIONS, RECORDS_DEAD_LETTERED, RECORDS_PROCESSED
from streams.broker import Broker, Committed, Consumer, Message, Partition, Record
from streams.deadletter import Crashed, dead_letter
from streams.deadletter_limit import DeadLetterLimit, decode_history, encode_history, history_after

log = structlog.get_logger()

Failure = tuple[Record, Reject]
Histories = Mapping[Partition, int]


class Step(Protocol):
    """What a tier does to one record."""

    @property
    def name(self) -> str: ...

    @property
    def topic(self) -> str:
        """The topic that it reads."""

    def process(self, record: Record) -> Sequence[Message]:
        """What to send on. Raises Reject where the record can never be processed, Retry where not now."""


@dataclass(slots=True)
class _Batch:
    """What goes into one transaction: records, what becomes of them, and which of them are given up."""

    records: list[Record] = field(default_factory=list)
    outputs: list[Message] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)


class TierTask:
    """Runs one step over its topic as one member of the step's consumer group."""

    def __init__(
        self,
        step: Step,
        broker: Broker,
        *,
        batch_max: int,
        poll_wait_s: float,
        batch_s: float = math.inf,
        limit: DeadLetterLimit = DeadLetterLimit(),  # noqa: B008 - immutable
        clock: Clock | None = None,
    ) -> None:
        """A transaction has at most `batch_max` records, and ends with the one during which `batch_s` is over."""
        self._step = step
        self._broker = broker
        self._batch_max = batch_max
        self._poll_wait_s = poll_wait_s
        self._batch_s = batch_s
        self._limit = limit
        self._clock = clock or SystemClock()
        self._consumer: Consumer = broker.consumer(step.name, [step.topic])
        self._generation = -1
        self._histories: Histories = {}  # of the partitions owned
        self._in_hand: list[Record] = []  # polled, and left over when the time of a batch was up

    @property
    def name(self) -> str:
        return self._step.name

    def turn(self, poll_wait_s: float | None = None) -> int:
        """See `streams.tasks.Task`. Raises TooManyDeadLetters at the limit: then nothing of the batch was committed."""
        waiting = self._take(self._poll_wait_s if poll_wait_s is None else poll_wait_s)
        if not waiting:
            return 0
        batch = self._work(waiting)
        self._in_hand = waiting[len(batch.records) :]
        self._commit(batch)
        RECORDS_PROCESSED.labels(self.name).inc(len(batch.records))
        EVALUATIONS.write_up()
        self._report(batch.failures)
        return len(batch.records)

    def pause(self) -> None:
        """Take no records until `resume`, and stay in the group; what is in hand comes again."""
        if self._in_hand:
            self.rewind()
        self._consumer.pause()

    def resume(self) -> None:
        """Go on. Idempotent."""
        self._consumer.resume()

    def _take(self, poll_wait_s: float) -> list[Record]:
        """What is in hand, and what may come on top of it."""
        room = self._batch_max - len(self._in_hand)
        polled = self._consumer.poll(room, 0 if self._in_hand else poll_wait_s)
        if self._consumer.generation != self._generation:
            if self._in_hand:  # some may belong to another member now
                self.rewind()
                return []
            self._adopt()
        return self._in_hand + polled

    def _work(self, waiting: Sequence[Record]) -> _Batch:
        """Process the records until the time of a batch is up."""
        batch = _Batch()
        until_ns = self._clock.monotonic_ns() + self._batch_s * 1e9
        for record in waiting:
            batch.records.append(record)
            try:
                batch.outputs += self._process(record)
            except Reject as error:
                batch.outputs.append(dead_letter(record, error, self.name))
                batch.failures.append((record, error))
            if self._clock.monotonic_ns() >= until_ns:
                break
        return batch

    def _commit(self, batch: _Batch) -> None:
        histories = self._histories_after(batch.records, batch.failures)
        notes = {partition: encode_history(history) for partition, history in histories.items()}
        offsets = ends(batch.records)
        self._consumer.commit(
            {partition: at._replace(note=notes.get(partition, "")) for partition, at in offsets.items()}, batch.outputs
        )
        self._histories = histories

    def _process(self, record: Record) -> Sequence[Message]:
        try:
            return self._step.process(record)
        except (Reject, Retry):
            raise
        except Exception as error:  # noqa: BLE001 - one poison record must not stop the partition
            # The error's own text may quote the record.
            raise Crashed(f"{self.name} raised {type(error).__name__} {_place(error)}") from None

    def _adopt(self) -> None:
        """Go on counting failures where whoever had these partitions before stopped counting."""
        committed = self._consumer.committed()
        self._histories = {partition: decode_history(at.note) for partition, at in committed.items()}
        self._generation = self._consumer.generation

    def _histories_after(self, records: Sequence[Record], failures: Sequence[Failure]) -> Histories:
        """What became of each partition's last records, with this batch. Raises TooManyDeadLetters at the limit."""
        if not failures and not any(self._histories.values()):
            return self._histories
        errors = {record.position: error for record, error in failures}
        by_partition: dict[Partition, list[Record]] = {}
        for record in records:
            by_partition.setdefault(Partition(record.topic, record.partition), []).append(record)
        return {
            **self._histories,
            **{
                partition: history_after(self._limit, self._histories.get(partition, 0), theirs, errors, self.name)
                for partition, theirs in by_partition.items()
            },
        }

    def _report(self, failures: Sequence[Failure]) -> None:
        for record, error in failures:
            RECORDS_DEAD_LETTERED.labels(self.name, error.code).inc()
            # The reason may quote the record, so it goes to the dead-letter topic and not to the log.
            log.warning("dead_lettered", step=self.name, position=record.position, code=error.code)

    def rewind(self) -> None:
        self._consumer.rewind()
        self._in_hand = []
        self._generation = -1

    def lag(self) -> int:
        return self._broker.lag(self._step.name, [self._step.topic])

    def close(self) -> None:
        self._consumer.close()


def ends(records: Sequence[Record]) -> dict[Partition, Committed]:
    """Where a group stands once it has finished these records."""
    return {Partition(record.topic, record.partition): Committed(record.offset + 1) for record in records}


def _place(error: Exception) -> str:
    """Where it was raised, as `in file.py:12`."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"in {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
