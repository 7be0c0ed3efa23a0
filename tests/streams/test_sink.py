"""The sink: each range goes into the store once, whatever happens between the insert and the commit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest

from metronis.clock import ManualClock
from metronis.errors import Unavailable
from schemas import codec
from schemas.topics import all_topic_names
from storage.clickhouse import ClickHouseStore
from storage.queries import Query
from storage.read import trace_detail
from storage.tables import EVALUATIONS, VERDICTS, Table
from streams.broker import Broker, Message
from streams.embedded import EmbeddedBroker
from tests.streams.sinks import (
    LosesCommitsBroker,
    Refuses,
    copies,
    drain,
    loop_of,
    publish,
    sink,
    some,
    turn_for_ever,
)


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    broker = EmbeddedBroker(tmp_path / "log.sqlite", partitions=2)
    broker.ensure_topics(all_topic_names())
    yield broker
    broker.close()


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


def test_a_record_that_the_store_refuses_is_dead_lettered_alone(
    broker: Broker, store: ClickHouseStore, org_id: str
) -> None:
    traces = some(org_id, 9)
    publish(broker, *traces)
    drain(sink(broker, Refuses(store, VERDICTS, {traces[4].trace_id})), broker)
    (dead,) = broker.read("verdicts.dlq", limit=10)
    assert dead.key.endswith(str(traces[4].trace_id).encode())
    assert codec.VERDICT.decode(dead.value).trace_id == traces[4].trace_id
    assert dead.headers["error"] == b"not_storable"
    assert dead.headers["reason"] == b"$: the store cannot take this value"
    assert copies(store, org_id) == {"traces": 9, "verdicts": 8, "evaluations": 18}


def test_a_verdict_whose_evaluations_are_refused_is_not_shown_without_them(
    broker: Broker, store: ClickHouseStore, org_id: str
) -> None:
    traces = some(org_id, 9)
    publish(broker, *traces)
    drain(sink(broker, Refuses(store, EVALUATIONS, {traces[4].trace_id})), broker)
    assert len(broker.read("verdicts.dlq", limit=10)) == 1
    assert copies(store, org_id) == {"traces": 9, "verdicts": 8, "evaluations": 16}


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
