"""The sink's limit on dead letters: it stops before it drains a topic, and what it stopped at is stored once mended."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from metronis.errors import Misconfigured
from schemas.topics import all_topic_names, dead_letters_of
from storage.clickhouse import ClickHouseStore
from storage.tables import EVALUATIONS, TRACES, VERDICTS, Table
from streams.broker import Broker, Committed, Partition, Record
from streams.deadletter_limit import DeadLetterLimit, TooManyDeadLetters
from streams.embedded import EmbeddedBroker
from streams.progress import NOWHERE
from streams.sink import SinkTask
from streams.writer import TooLong, Writer, Written
from tests.streams.sinks import TOPICS, LosesCommitsBroker, Refuses, copies, drain, publish, sink, some, turn_for_ever

LIMIT = DeadLetterLimit(in_a_row=4, share=0.2, window=100)
NO_LIMIT = DeadLetterLimit(in_a_row=0, share=1)


def stopped(task: SinkTask, broker: Broker) -> str:
    """What it says when it stops at the limit."""
    with pytest.raises(TooManyDeadLetters) as error:
        drain(task, broker)
    task.close()
    return str(error.value)


def dead(broker: Broker, topic: str) -> list[str]:
    return sorted(letter.headers["source"].decode() for letter in broker.read(dead_letters_of(topic), limit=1_000))


@pytest.fixture
def lane(tmp_path: Path) -> Iterator[Broker]:
    """A log with one partition a topic."""
    broker = EmbeddedBroker(tmp_path / "lane.sqlite", partitions=1)
    broker.ensure_topics(all_topic_names())
    yield broker
    broker.close()


@pytest.mark.parametrize(("table", "topic"), [(TRACES, "traces.t1"), (EVALUATIONS, "verdicts"), (VERDICTS, "verdicts")])
def test_a_store_that_refuses_everything_stops_the_sink_with_the_rest_in_the_log(
    lane: Broker, store: ClickHouseStore, org_id: str, table: Table, topic: str
) -> None:
    traces = some(org_id, 40)
    publish(lane, *traces)
    broken = Refuses(store, table, {trace.trace_id for trace in traces})
    said = stopped(sink(lane, broken, LIMIT), lane)
    for part in (
        f"sink stopped at {topic}/0/3",
        "4 records in a row (METRONIS_WORKER__DEAD_LETTERS_IN_A_ROW)",
        "not_storable: 1 (the store cannot take this value)",
        "metronis replay --from-log" if topic == "verdicts" else "metronis dlq replay",
    ):
        assert part in said, said
    given_up = dead(lane, topic)
    assert given_up == [f"{topic}/0/{number}" for number in range(3)]

    assert f"sink stopped at {topic}/0/3" in stopped(sink(lane, broken, LIMIT), lane)
    assert dead(lane, topic) == given_up

    drain(sink(lane, store, LIMIT), lane)
    assert dead(lane, topic) == given_up
    whole = {"traces": 40, "verdicts": 40, "evaluations": 80}
    missing = {
        "traces": {"traces": 37},
        "evaluations": {"evaluations": 74, "verdicts": 37},
        "verdicts": {"verdicts": 37},
    }
    assert copies(store, org_id) == whole | missing[table.name]


def test_with_a_higher_limit_it_goes_on_from_where_it_stopped(
    lane: Broker, store: ClickHouseStore, org_id: str
) -> None:
    traces = some(org_id, 40)
    publish(lane, *traces)
    refused = {trace.trace_id for number, trace in enumerate(traces) if number % 4}
    broken = Refuses(store, VERDICTS, refused)
    stopped(sink(lane, broken, DeadLetterLimit(in_a_row=3, share=1)), lane)
    assert len(dead(lane, "verdicts")) == 2
    drain(sink(lane, broken, NO_LIMIT), lane)
    assert dead(lane, "verdicts") == sorted(f"verdicts/0/{number}" for number in range(40) if number % 4)
    assert copies(store, org_id) == {"traces": 40, "verdicts": 10, "evaluations": 80}


def test_a_store_that_refuses_some_is_mended_without_doubling_or_losing_the_others(
    lane: Broker, store: ClickHouseStore, org_id: str
) -> None:
    traces = some(org_id, 60)
    publish(lane, *traces)
    refused = {trace.trace_id for number, trace in enumerate(traces) if number % 3 == 2}
    stopped(sink(lane, Refuses(store, EVALUATIONS, refused), DeadLetterLimit(in_a_row=0, share=0.05, window=100)), lane)
    given_up = len(dead(lane, "verdicts"))
    assert given_up == 5
    drain(sink(lane, store), lane)
    assert copies(store, org_id) == {"traces": 60, "verdicts": 60 - given_up, "evaluations": 2 * (60 - given_up)}


class CannotRead(Writer):
    """A bad deploy, to whom the bytes of every other record mean nothing."""

    def write(self, records: Sequence[Record], token: str, *, evaluated: int = NOWHERE) -> Written | TooLong:
        read = [replace(record, value=b"") if record.offset % 2 else record for record in records]
        return super().write(read, token, evaluated=evaluated)


def test_what_a_bad_deploy_cannot_read_is_not_taken_for_stored_with_what_it_can(
    lane: Broker, store: ClickHouseStore, org_id: str
) -> None:
    publish(lane, *some(org_id, 30))
    limit = DeadLetterLimit(in_a_row=0, share=0.1, window=100)
    bad = SinkTask(lane, TOPICS, CannotRead(store), batch_max=100, poll_wait_s=0, limit=limit)
    assert "undecodable: 1" in stopped(bad, lane)
    given_up = len(dead(lane, "traces.t1")) + len(dead(lane, "verdicts"))
    assert given_up == 20
    drain(sink(lane, store), lane)
    stored = copies(store, org_id)
    assert (stored["traces"] + stored["verdicts"], stored["evaluations"]) == (60 - given_up, 2 * stored["verdicts"])


def test_a_failure_counts_once_however_often_its_range_is_written(
    lane: Broker, store: ClickHouseStore, org_id: str
) -> None:
    traces = some(org_id, 12)
    publish(lane, *traces)
    broken = Refuses(store, TRACES, {trace.trace_id for trace in traces[4:7]})
    drain(sink(LosesCommitsBroker(lane, failures=20), broken, LIMIT), lane)
    assert len(dead(lane, "traces.t1")) == 3
    publish(lane, *(bad := some(org_id, 1)), first=12)
    drain(sink(lane, Refuses(store, TRACES, {bad[0].trace_id}), LIMIT), lane)
    assert len(dead(lane, "traces.t1")) == 4
    assert copies(store, org_id) == {"traces": 9, "verdicts": 13, "evaluations": 26}


def test_a_range_that_a_version_without_a_history_had_begun_is_finished(
    lane: Broker, store: ClickHouseStore, org_id: str
) -> None:
    publish(lane, *some(org_id, 3))
    committed: dict[Partition, Committed] = {Partition(topic, 0): Committed(0, "1") for topic in TOPICS}
    earlier = lane.consumer("sink", TOPICS)
    earlier.poll(100, 0)
    earlier.commit(committed)
    earlier.close()
    Writer(store).write(lane.read("traces.t1", limit=2), lane.read("traces.t1", limit=2)[-1].origin)
    drain(sink(lane, store), lane)
    assert copies(store, org_id) == {"traces": 3, "verdicts": 3, "evaluations": 6}


def test_a_note_that_cannot_be_read_ends_the_sink_with_a_sentence(
    lane: Broker, store: ClickHouseStore, org_id: str
) -> None:
    publish(lane, *some(org_id, 1))
    other = lane.consumer("sink", TOPICS)
    other.poll(100, 0)
    other.commit({Partition("verdicts", 0): Committed(0, "v9:7")})
    other.close()
    with pytest.raises(Misconfigured, match=r"v9:7.*run the version that wrote it"):
        turn_for_ever(sink(lane, store))
