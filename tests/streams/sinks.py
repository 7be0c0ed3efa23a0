"""A sink on a log, what it reads, and sides that fail it."""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

from metronis.clock import ManualClock
from metronis.errors import Reject, Unavailable
from processors.cascade import Exit, verdict_on
from schemas import codec
from schemas.case import CASE, Case, encode_case
from schemas.topics import SOURCE
from schemas.trace import Trace
from schemas.verdict import Verdict
from storage.clickhouse import ClickHouseStore
from storage.queries import Query
from storage.records import StoredTrace
from storage.tables import Table
from streams.broker import Broker, Committed, Consumer, Message, Partition
from streams.deadletter_limit import DeadLetterLimit
from streams.loop import ConsumeLoop
from streams.progress import Progress
from streams.sink import SinkTask
from streams.writer import Writer
from tests.builders import NOON, evaluation, policy, trace

TOPICS = ("traces.t1", "verdicts")
COPIES = """
    SELECT (SELECT count() FROM traces WHERE org_id = {org_id:String}) AS traces,
        (SELECT count() FROM verdicts WHERE org_id = {org_id:String}) AS verdicts,
        (SELECT count() FROM evaluations WHERE org_id = {org_id:String}) AS evaluations
"""


def sink(broker: Broker, store: Any, limit: DeadLetterLimit = DeadLetterLimit()) -> SinkTask:  # noqa: B008 - immutable
    return SinkTask(broker, TOPICS, Writer(store), batch_max=100, poll_wait_s=0, limit=limit)


def loop_of(task: SinkTask) -> ConsumeLoop:
    return ConsumeLoop(task, clock=ManualClock(), rng=random.Random(1))


def drain(task: SinkTask, broker: Broker) -> None:
    """Run a sink until nothing is left, and end it."""
    loop = loop_of(task)
    for _ in range(100):
        loop.step()
        if not broker.lag("sink", TOPICS):
            task.close()
            return
    raise AssertionError("the sink does not come to an end")


def turn_for_ever(task: SinkTask) -> None:
    while True:
        task.turn()


def copies(store: ClickHouseStore, org_id: str) -> dict[str, int]:
    return store.query(Query("copies", COPIES), org_id=org_id)[0]


def publish(broker: Broker, *traces: Trace, first: int = 0) -> None:
    """What T0 and T1 send for these traces; their raw offsets count up from `first`."""
    messages = []
    for offset, each in enumerate(traces, first):
        case = Case(source=f"traces.raw/0/{offset}", ingested_at=NOON, evaluations=[evaluation(), evaluation()])
        verdict = verdict_on(each, case, Exit("pass", "fine"), policy(), "t1", NOON)
        key = f"{each.org_id}/{each.trace_id}".encode()
        messages.append(Message("traces.t1", key, codec.TRACE.encode(each), {CASE: encode_case(case)}))
        messages.append(Message("verdicts", key, codec.VERDICT.encode(verdict), {SOURCE: case.source.encode()}))
    broker.producer().send(messages)


def some(org_id: str, count: int = 5) -> list[Trace]:
    return [trace(org_id=org_id, trace_id=uuid4(), output=f"answer {number}") for number in range(count)]


class LosesCommits:
    """A consumer whose first commits of finished ranges fail: the crash between the insert and the commit."""

    def __init__(self, consumer: Consumer, failures: int) -> None:
        self._consumer = consumer
        self._failures = failures

    def __getattr__(self, name: str) -> Any:
        return getattr(self._consumer, name)

    def commit(self, offsets: Mapping[Partition, Committed], outputs: Sequence[Message] = ()) -> None:
        finished = all(Progress.decode(committed.note).end is None for committed in offsets.values())
        if finished and self._failures:
            self._failures -= 1
            raise Unavailable("the log did not answer")
        self._consumer.commit(offsets, outputs)


class LosesCommitsBroker:
    """The broker with consumers that lose commits."""

    def __init__(self, broker: Broker, failures: int) -> None:
        self._broker = broker
        self._failures = failures

    def __getattr__(self, name: str) -> Any:
        return getattr(self._broker, name)

    def consumer(self, group: str, topics: Sequence[str]) -> Any:
        return LosesCommits(self._broker.consumer(group, topics), self._failures)


class Refuses:
    """A store that refuses the rows of some traces in one table."""

    def __init__(self, store: ClickHouseStore, table: Table, trace_ids: Collection[UUID]) -> None:
        self._store = store
        self._table = table
        self._trace_ids = trace_ids

    def query(self, query: Query, **parameters: Any) -> list[dict[str, Any]]:
        return self._store.query(query, **parameters)

    def insert(self, table: Table, rows: Sequence[Any], token: str) -> None:
        if table is self._table and any(trace_id_of(row) in self._trace_ids for row in rows):
            raise Reject("the store cannot take this value")
        self._store.insert(table, rows, token)


def trace_id_of(row: Any) -> UUID:
    about: Trace | Verdict = row.trace if isinstance(row, StoredTrace) else row.verdict
    return about.trace_id
