"""Dead letters and their way back: nothing of a record is lost, and a replay makes one trace of it, however often."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4, uuid5

import msgspec
import pytest
from cachetools import LRUCache
from hypothesis import given
from hypothesis import strategies as st

from metronis.clock import ManualClock
from metronis.errors import Fenced, InvalidTrace, NotFound, Reject, Unavailable
from metronis.settings import Ingest
from processors.sanitize.detector import Detector
from processors.tiers.heuristics import Heuristics
from processors.tiers.sanitize import Sanitize
from schemas.topics import REPLAY, TRACES_RAW, TRACES_T1, all_topics
from storage.clickhouse import ClickHouseStore
from storage.queries import Query
from storage.read import trace_detail
from storage.tables import TRACES, Table
from streams.broker import Broker, Message, Record
from streams.deadletter import DeadLetter, Replay, dead_letter
from streams.deadletter_limit import DeadLetterLimit
from streams.deadletter_replay import Selection, dead_letters, find, replay, waiting
from streams.embedded import EmbeddedBroker
from streams.sink import SinkTask
from streams.steps import ORIGINS, HeuristicsStep, SanitizeStep
from streams.tier import TierTask
from streams.writer import Writer
from tests.builders import Says, policy
from tests.sanitizers import sanitizer_of

RAW, T1 = TRACES_RAW.name, TRACES_T1.name
COPIES = """
    SELECT (SELECT count() FROM traces WHERE org_id = {org_id:String}) AS traces,
        (SELECT count() FROM verdicts WHERE org_id = {org_id:String}) AS verdicts,
        (SELECT count() FROM evaluations WHERE org_id = {org_id:String}) AS evaluations
"""
ONE_OF_EACH = {"traces": 1, "verdicts": 1, "evaluations": 1}


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def broker(tmp_path: Path, clock: ManualClock) -> Iterator[Broker]:
    broker = EmbeddedBroker(tmp_path / "log.sqlite", partitions=2, lease_s=10, clock=clock)
    broker.ensure_topics(all_topics())
    yield broker
    broker.close()


class Blind:
    """A detector with a bug."""

    def find(self, text: str) -> Sequence[Any]:
        raise RuntimeError(text)


def t0(detector: Detector | None = None) -> SanitizeStep:
    sanitizer = sanitizer_of(detector) if detector else sanitizer_of()
    return SanitizeStep(Sanitize(sanitizer, ManualClock()), frozenset({"general"}), Ingest())


def t1() -> HeuristicsStep:
    policies = {"general": policy(Says())}
    return HeuristicsStep(Heuristics(ManualClock(), LRUCache(10)), policies, ManualClock())


class BrokenT1:
    """T1 after a bad deploy."""

    name = "t1"
    topic = T1

    def process(self, record: Record) -> Sequence[Message]:
        raise ZeroDivisionError(record.value)


class Failing:
    """A step on the raw topic that refuses everything with the code that the record's value names."""

    name = "t0"
    topic = RAW

    def process(self, record: Record) -> Sequence[Message]:
        error = InvalidTrace("refused")
        error.code = record.value.decode()
        raise error


def finish(task: TierTask | SinkTask) -> None:
    """Let it do all that waits, and end it."""
    while task.lag():
        task.turn()
    task.close()


def run(broker: Broker, step: Any) -> None:
    finish(TierTask(step, broker, batch_max=100, poll_wait_s=0, limit=DeadLetterLimit(in_a_row=0, share=1)))


def run_sink(broker: Broker, store: Any) -> None:
    finish(SinkTask(broker, [T1, "verdicts"], Writer(store), batch_max=100, poll_wait_s=0))


def replay_all(broker: Broker, clock: ManualClock, *, batch_max: int = 100, **selection: Any) -> int:
    selected = Selection(**{"topics": (RAW, T1), **selection})
    return sum(replay(broker, selected, waiting(broker, selected).ends, batch_max=batch_max, clock=clock))


def post(broker: Broker, *bodies: dict[str, Any], headers: dict[str, bytes] | None = None) -> None:
    broker.producer().send([Message(RAW, b"key", msgspec.json.encode(body), headers or {}) for body in bodies])


def fail(broker: Broker, *codes: str) -> None:
    """Records that were given up with these codes."""
    broker.producer().send([Message(RAW, b"key", code.encode()) for code in codes])
    run(broker, Failing())


def codes_waiting(broker: Broker, topic: str = RAW) -> dict[str, int]:
    counts = waiting(broker, Selection(topics=[topic])).counts
    return {code: count for (_, code), count in counts.items()}


def copies(store: ClickHouseStore, org_id: str) -> dict[str, int]:
    return store.query(Query("copies", COPIES), org_id=org_id)[0]


def id_made_from(record: Record) -> UUID:
    return uuid5(ORIGINS, record.origin)


def test_what_t0_gave_up_becomes_one_trace_with_one_verdict_however_often_it_is_replayed(
    broker: Broker, clock: ManualClock, store: ClickHouseStore, org_id: str
) -> None:
    post(broker, {"org_id": org_id, "input": "Who?", "output": "It has no id of its own."})
    run(broker, t0(Blind()))
    (original,) = broker.read(RAW, limit=10)
    (letter,) = dead_letters(broker, Selection())
    assert letter.code == "unsanitised"

    assert replay_all(broker, clock) == 1
    assert replay_all(broker, clock) == 0
    broker.producer().send([letter.replayed(), letter.replayed()])  # as two replays at once on a torn network might
    for step in (t0(), t1()):
        run(broker, step)
    run_sink(broker, store)

    assert len(broker.read(RAW, limit=10)) == 4
    assert copies(store, org_id) == ONE_OF_EACH
    assert trace_detail(store, org_id, id_made_from(original)).verdict is not None


def test_a_forged_header_gives_no_more_than_a_forged_id(broker: Broker, store: ClickHouseStore, org_id: str) -> None:
    post(broker, {"org_id": org_id, "output": "the victim's, without an id"})
    (victim,) = broker.read(RAW, limit=10)
    forged = msgspec.json.encode(Replay(victim.origin, 1, "t0"))
    post(broker, {"org_id": org_id, "output": "forged by header"}, headers={REPLAY: forged})
    post(broker, {"org_id": org_id, "output": "by id and header", "trace_id": str(id_made_from(victim))})
    for step in (t0(), t1()):
        run(broker, step)
    run_sink(broker, store)

    assert copies(store, org_id) == ONE_OF_EACH
    detail = trace_detail(store, org_id, id_made_from(victim))
    assert detail.trace.output == "the victim's, without an id"


@pytest.mark.parametrize("header", [b"", b"{", b'{"origin":"x","attempts":1,"step":"t0"}', b"[]", b"\xff", b"null"])
def test_a_header_that_no_replay_wrote_means_nothing(
    broker: Broker, store: ClickHouseStore, org_id: str, header: bytes
) -> None:
    post(broker, {"org_id": org_id, "output": "one"}, {"org_id": org_id, "output": "two"}, headers={REPLAY: header})
    for step in (t0(), t1()):
        run(broker, step)
    run_sink(broker, store)
    assert copies(store, org_id) == {"traces": 2, "verdicts": 2, "evaluations": 2}


def test_what_t1_gave_up_is_judged_at_its_replay_and_not_stored_again(
    broker: Broker, clock: ManualClock, store: ClickHouseStore, org_id: str
) -> None:
    trace_id = uuid4()
    post(broker, {"org_id": org_id, "trace_id": str(trace_id), "output": "fine"})
    run(broker, t0())
    run(broker, BrokenT1())
    run_sink(broker, store)
    assert copies(store, org_id) == {"traces": 1, "verdicts": 0, "evaluations": 0}

    assert replay_all(broker, clock, topics=[T1]) == 1
    run(broker, t1())
    run_sink(broker, store)

    assert copies(store, org_id) == ONE_OF_EACH
    assert trace_detail(store, org_id, trace_id).verdict is not None


class RefusesTraces:
    """A store whose table of traces is out of date."""

    def __init__(self, store: ClickHouseStore) -> None:
        self._store = store

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def insert(self, table: Table, rows: Sequence[Any], token: str) -> None:
        if table is TRACES:
            raise Reject("no such column")
        self._store.insert(table, rows, token)


def test_what_the_sink_gave_up_is_stored_at_its_replay_and_not_judged_again(
    broker: Broker, clock: ManualClock, store: ClickHouseStore, org_id: str
) -> None:
    post(broker, {"org_id": org_id, "output": "fine"})
    for step in (t0(), t1()):
        run(broker, step)
    run_sink(broker, RefusesTraces(store))
    assert copies(store, org_id) == {"traces": 0, "verdicts": 1, "evaluations": 1}

    assert replay_all(broker, clock) == 1
    run(broker, t1())
    run_sink(broker, store)

    assert copies(store, org_id) == ONE_OF_EACH


def test_a_replay_that_fails_again_is_counted_and_keeps_its_origin(broker: Broker, clock: ManualClock) -> None:
    fail(broker, "crashed")
    (original,) = broker.read(RAW, limit=10)
    for attempt in (2, 3):
        assert replay_all(broker, clock) == 1
        run(broker, Failing())
        newest = list(dead_letters(broker, Selection()))[-1]
        assert (newest.attempt, newest.origin) == (attempt, original.origin)
        assert newest.source != original.position
        assert codes_waiting(broker) == {"crashed": 1}


def test_a_replay_ends_even_if_all_of_it_fails_again_at_once(broker: Broker, clock: ManualClock) -> None:
    fail(broker, *["crashed"] * 5)
    selection = Selection(topics=[RAW])
    sizes = []
    for size in replay(broker, selection, waiting(broker, selection).ends, batch_max=2, clock=clock):
        sizes.append(size)
        run(broker, Failing())
    assert sum(sizes) == 5
    assert codes_waiting(broker) == {"crashed": 5}


def test_what_a_filter_leaves_is_there_for_the_next_replay(broker: Broker, clock: ManualClock) -> None:
    fail(broker, "crashed", "invalid_trace", "crashed")
    clock.sleep(3_600)
    since = clock.now()
    fail(broker, "crashed", "too_large")

    assert replay_all(broker, clock, code="crashed", since=since) == 1
    assert codes_waiting(broker) == {"crashed": 2, "invalid_trace": 1, "too_large": 1}
    assert replay_all(broker, clock, code="crashed") == 2
    assert replay_all(broker, clock, topics=[T1]) == 0
    assert replay_all(broker, clock, batch_max=1) == 2
    assert codes_waiting(broker) == {}


def test_a_replay_that_is_broken_off_goes_on_where_it_stood(broker: Broker, clock: ManualClock) -> None:
    fail(broker, *["crashed"] * 5)
    selection = Selection(topics=[RAW])
    broken_off = replay(broker, selection, waiting(broker, selection).ends, batch_max=2, clock=clock)
    assert next(broken_off) == 2
    broken_off.close()  # type: ignore[attr-defined] # it is a generator
    assert replay_all(broker, clock) == 3
    assert len(broker.read(RAW, limit=100)) == 10


def two_at_once(broker: Broker, clock: ManualClock) -> tuple[Iterator[int], Callable[[], Iterator[int]]]:
    fail(broker, *["crashed"] * 6)
    selection = Selection(topics=[RAW])
    ends = waiting(broker, selection).ends

    def another() -> Iterator[int]:
        return replay(broker, selection, ends, batch_max=2, clock=clock)

    return another(), another


def test_a_second_replay_waits_and_gives_up_while_the_first_is_alive(tmp_path: Path, clock: ManualClock) -> None:
    broker = EmbeddedBroker(tmp_path / "patient.sqlite", lease_s=3_600, clock=clock)
    broker.ensure_topics(all_topics())
    first, another = two_at_once(broker, clock)
    assert next(first) == 2
    with pytest.raises(Unavailable, match="another replay"):
        next(another())
    assert sum(first) == 4
    broker.close()


def test_a_replay_that_hung_and_was_taken_over_sends_nothing_more(broker: Broker, clock: ManualClock) -> None:
    first, another = two_at_once(broker, clock)
    assert next(first) == 2
    assert sum(another()) == 4  # waits until the lease of the first has run out
    with pytest.raises(Fenced):
        next(first)
    assert len(broker.read(RAW, limit=100)) == 12


HEADER_NAMES = st.sampled_from(
    ["source", "origin", "step", "error", "reason", "attempt", "original.source", "original.original.x", "from", "é"]
)


@given(
    headers=st.dictionaries(HEADER_NAMES | st.text(max_size=20), st.binary(max_size=20)),
    key=st.binary(max_size=20),
    value=st.binary(max_size=100),
)
def test_every_byte_of_a_record_comes_back_whatever_its_headers_are_called(
    headers: dict[str, bytes], key: bytes, value: bytes
) -> None:
    record = Record(RAW, 1, 7, key, value, headers, 0, "topic-id")
    letter = DeadLetter.of(_as_record(dead_letter(record, Reject("no"), "t0")))
    assert (letter.source, letter.origin, letter.step, letter.attempt) == (f"{RAW}/1/7", "topic-id/1/7", "t0", 1)
    assert (letter.code, letter.reason) == ("rejected", "$: no")
    back = letter.replayed()
    assert (back.topic, back.key, back.value) == (RAW, key, value)
    assert {name: text for name, text in back.headers.items() if name != REPLAY} == headers


def _as_record(message: Message) -> Record:
    return Record(message.topic, 0, 0, message.key, message.value, message.headers)


def test_a_dead_letter_is_found_by_its_position_and_by_that_of_its_record(broker: Broker) -> None:
    fail(broker, "one", "two", "three")
    for record in broker.read(RAW, limit=10):
        letter = find(broker, record.position)
        assert letter.code.encode() == record.value
        assert find(broker, letter.record.position).source == record.position


NOWHERE = (
    "",
    "x",
    ".dlq",
    ".dlq/0",
    ".dlq/9/0",
    ".dlq/0/99",
    ".dlq/-1/0",
    f".dlq/0/{'9' * 50}",
    ".quarantine/0/99",
    "/0/99",
    "/",
)


@pytest.mark.parametrize("position", [*(RAW + rest for rest in NOWHERE), "none.dlq/0/0", ""])
def test_a_position_without_a_dead_letter_is_not_found(broker: Broker, position: str) -> None:
    fail(broker, "one")
    with pytest.raises(NotFound, match="dlq list"):
        find(broker, position)
