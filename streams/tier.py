"""A tier on the stream: takes a batch, processes each record, and commits outputs and offsets in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import structlog

from metronis.errors import Reject
from monitoring.metrics import RECORDS_DEAD_LETTERED, RECORDS_PROCESSED
from streams.broker import Broker, Committed, Consumer, Message, Partition, Record
from streams.deadletter import dead_letter

log = structlog.get_logger()


class Step(Protocol):
    """What a tier does to one record."""

    @property
    def name(self) -> str: ...

    @property
    def topic(self) -> str:
        """The topic that it reads."""

    def process(self, record: Record) -> Sequence[Message]:
        """What to send on. Raises Reject where the record can never be processed."""


class Crashed(Reject):
    """The step raised something that it should not have: a bug, met by this record."""

    code = "crashed"


class TierTask:
    """Runs one step over its topic as one member of the step's consumer group."""

    def __init__(self, step: Step, broker: Broker, *, batch_max: int, poll_wait_s: float) -> None:
        self._step = step
        self._broker = broker
        self._batch_max = batch_max
        self._poll_wait_s = poll_wait_s
        self._consumer: Consumer = broker.consumer(step.name, [step.topic])

    @property
    def name(self) -> str:
        return self._step.name

    def turn(self) -> int:
        records = self._consumer.poll(self._batch_max, self._poll_wait_s)
        if not records:
            return 0
        outputs = [message for record in records for message in self._process(record)]
        self._consumer.commit(ends(records), outputs)
        RECORDS_PROCESSED.labels(self.name).inc(len(records))
        return len(records)

    def _process(self, record: Record) -> Sequence[Message]:
        try:
            return self._step.process(record)
        except Reject as error:
            return [self._dead_letter(record, error)]
        except Exception as error:  # noqa: BLE001 - one poison record must not stop the partition
            return [self._dead_letter(record, Crashed(f"{self.name} raised {type(error).__name__}"))]

    def _dead_letter(self, record: Record, error: Reject) -> Message:
        RECORDS_DEAD_LETTERED.labels(self.name, error.code).inc()
        # The reason may quote the record, so it goes to the dead-letter topic and not to the log.
        log.warning("dead_lettered", step=self.name, position=record.position, code=error.code)
        return dead_letter(record, error)

    def rewind(self) -> None:
        self._consumer.rewind()

    def lag(self) -> int:
        return self._broker.lag(self._step.name, [self._step.topic])

    def close(self) -> None:
        self._consumer.close()


def ends(records: Sequence[Record]) -> dict[Partition, Committed]:
    """Where a group stands once it has finished these records."""
    return {Partition(record.topic, record.partition): Committed(record.offset + 1) for record in records}
