"""The sink: each range goes into the store once, whatever happens between the insert and the commit."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from metronis.clock import ManualClock
from metronis.errors import Reject, Unavailable
from processors.cascade import Exit, verdict_on
from schemas import codec
from schemas.case import CASE, Case, encode_case
from schemas.topics import SOURCE, all_topic_names
from schemas.trace import Trace
from storage.clickhouse import ClickHouseStore
from storage.queries import Query
from storage.read import trace_detail
from storage.tables import VERDICTS, Table
from streams.broker import Broker, Committed, Consumer, Message, Partition
from streams.embedded import EmbeddedBroker
from streams.loop import ConsumeLoop
from streams.sink import SinkTask
from streams.writer import Writer
from tests.builders import NOON, evaluation, policy, trace

TOPICS = ("traces.t1", "verdicts")
COPIES = """
    SELECT (SELECT count() FROM traces WHERE org_id = {org_id:String}) AS traces,
        (SELECT count() FROM verdicts WHERE org_id = {org_id:String}) AS verdicts,
        (SELECT count() FROM evaluations WHERE org_id = {org_id:String}) AS evaluations
"""


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    broker = EmbeddedBroker(tmp_path / "log.sqlite", partitions=2)
    broker.ensure_topics(all_topic_names())
    yield broker
    broker.close()


def sink(broker: Broker, store: Any) -> SinkTask:
    return SinkTask(broker, TOPICS, Writer(store), batch_max=100, poll_wait_s=0)


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


def test_traces_verdicts_and_evaluations_are_stored_and_read_back(
    broker: Broker, store: ClickHouseStore, org_id: str
) -> None:
    traces = some(org_id)
    publish(broker, *traces)
    drain(sink(broker, store), broker)
    detail = trace_detail(store, org_id, traces[0].trace_id)
    assert detail.trace == traces[0]
    assert detail.verdict is not None
    assert detail.verdict.decision == "pass"
    assert copies(store, org_id) == {"traces": 5, "verdicts": 5, "evaluations": 10}


class LosesCommits:
    """A consumer whose first commits of finished ranges fail: the crash between the insert and the commit."""

    def __init__(self, consumer: Consumer, failures: int) -> None:
        self._consumer = consumer
        self._failures = failures

    def __getattr__(self, name: str) -> Any:
        return getattr(self._consumer, name)

    def commit(self, offsets: Mapping[Partition, Committed], outputs: Sequence[Message] = ()) -> None:
        finished = not any(committed.note for committed in offsets.values())
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


def test_a_range_that_was_inserted_but_not_committed_is_not_doubled_even_if_more_has_come(
    broker: Broker, store: ClickHouseStore, org_id: str
) -> None:
    first, more = some(org_id, 3), some(org_id, 4)
    publish(broker, *first)
    task = sink(LosesCommitsBroker(broker, failures=2), store)
    loop_of(task).step()
    loop_of(task).step()
    publish(broker, *more, first=3)  # a restart polls a larger batch than the one that was inserted
    drain(task, broker)
    assert copies(store, org_id) == {"traces": 7, "verdicts": 7, "evaluations": 14}


def test_a_restarted_sink_takes_the_range_that_its_predecessor_began(
    broker: Broker, store: ClickHouseStore, org_id: str
) -> None:
    publish(broker, *some(org_id, 3))
    crashed = sink(LosesCommitsBroker(broker, failures=1), store)
    with pytest.raises(Unavailable):
        turn_for_ever(crashed)
    crashed.close()
    publish(broker, *some(org_id, 4), first=3)
    drain(sink(broker, store), broker)
    assert copies(store, org_id) == {"traces": 7, "verdicts": 7, "evaluations": 14}


class Refuses:
    """A store that refuses rows of one trace."""

    def __init__(self, store: ClickHouseStore, trace_id: UUID) -> None:
        self._store = store
        self._trace_id = trace_id

    def query(self, query: Query, **parameters: Any) -> list[dict[str, Any]]:
        return self._store.query(query, **parameters)

    def insert(self, table: Table, rows: Sequence[Any], token: str) -> None:
        if table is VERDICTS and any(row.verdict.trace_id == self._trace_id for row in rows):
            raise Reject("the store cannot take this value")
        self._store.insert(table, rows, token)


def test_a_row_that_the_store_refuses_is_dead_lettered_alone(
    broker: Broker, store: ClickHouseStore, org_id: str
) -> None:
    traces = some(org_id, 9)
    publish(broker, *traces)
    drain(sink(broker, Refuses(store, traces[4].trace_id)), broker)
    (dead,) = broker.read("verdicts.dlq", limit=10)
    assert dead.key.endswith(str(traces[4].trace_id).encode())
    assert codec.VERDICT.decode(dead.value).trace_id == traces[4].trace_id
    assert dead.headers["reason"] == b"$: the store cannot take this value"
    assert copies(store, org_id)["verdicts"] == 8


def test_undecodable_bytes_are_dead_lettered_and_the_rest_is_stored(
    broker: Broker, store: ClickHouseStore, org_id: str
) -> None:
    broker.producer().send([Message("traces.t1", b"k", b"\xc3\x01nonsense", {})])
    publish(broker, *some(org_id, 2))
    drain(sink(broker, store), broker)
    (dead,) = broker.read("traces.t1.dlq", limit=10)
    assert dead.value == b"\xc3\x01nonsense"
    assert copies(store, org_id)["traces"] == 2


def test_the_first_message_with_a_trace_id_owns_it_also_for_a_later_sink(
    broker: Broker, store: ClickHouseStore, org_id: str
) -> None:
    (first,) = some(org_id, 1)
    publish(broker, first)
    drain(sink(broker, store), broker)
    publish(broker, msgspec.structs.replace(first, output="another answer"), first=1)
    drain(sink(broker, store), broker)
    assert trace_detail(store, org_id, first.trace_id).trace.output == first.output
    assert copies(store, org_id) == {"traces": 1, "verdicts": 1, "evaluations": 2}


class Away:
    """A store that does not answer for a while."""

    def __init__(self, store: ClickHouseStore, failures: int) -> None:
        self._store = store
        self._failures = failures

    def query(self, query: Query, **parameters: Any) -> list[dict[str, Any]]:
        return self._store.query(query, **parameters)

    def insert(self, table: Table, rows: Sequence[Any], token: str) -> None:
        if self._failures:
            self._failures -= 1
            raise Unavailable("the store did not answer")
        self._store.insert(table, rows, token)


def test_a_store_that_is_away_is_waited_for(broker: Broker, store: ClickHouseStore, org_id: str) -> None:
    publish(broker, *some(org_id, 3))
    drain(sink(broker, Away(store, failures=12)), broker)
    assert copies(store, org_id) == {"traces": 3, "verdicts": 3, "evaluations": 6}


def test_a_range_that_was_begun_and_then_deleted_by_retention_holds_nothing_up(
    tmp_path: Path, store: ClickHouseStore, org_id: str
) -> None:
    clock = ManualClock()
    broker = EmbeddedBroker(tmp_path / "log.sqlite", partitions=2, retention_hours=1, clock=clock)
    broker.ensure_topics(all_topic_names())
    publish(broker, *some(org_id, 3))
    stopped = sink(broker, Away(store, failures=1))
    with pytest.raises(Unavailable):
        turn_for_ever(stopped)
    stopped.close()
    clock.sleep(2 * 3_600)
    assert broker.enforce_retention() > 0
    publish(broker, *some(org_id, 20), first=3)
    drain(sink(broker, store), broker)
    assert copies(store, org_id) == {"traces": 20, "verdicts": 20, "evaluations": 40}
    broker.close()
