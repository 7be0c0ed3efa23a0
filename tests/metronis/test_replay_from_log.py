"""A replay from the log: the same as from the store, and what the store lost is back, each once."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from metronis.audit import audit
from metronis.clock import ManualClock, SystemClock
from metronis.errors import Reject, Unavailable
from metronis.flips import Diff, DiffTally
from metronis.pipeline import build_heuristics
from metronis.replay import Page, Replay
from metronis.replay_sources import LoggedTraces, StoredTraces
from metronis.settings import Ingest
from processors.evaluator import Fail
from processors.policy import Policies
from processors.tiers.heuristics import Heuristics
from processors.tiers.sanitize import Sanitize
from schemas.topics import TRACES_T1, VERDICTS, all_topic_names
from storage.clickhouse import ClickHouseStore
from storage.history import Period
from storage.queries import Query
from storage.read import stats, trace_detail
from storage.store import Store
from storage.tables import EVALUATIONS, TRACE_KEYS, TRACES, Table
from storage.tables import VERDICTS as VERDICT_TABLE
from streams.broker import Message
from streams.deadletter_replay import Selection, replay, waiting
from streams.embedded import EmbeddedBroker
from streams.sink import SinkTask
from streams.steps import HeuristicsStep, SanitizeStep
from streams.tier import Step, TierTask
from streams.writer import Writer
from tests.builders import NOON, Says, policy
from tests.metronis.replays import LATER, Dying, everything
from tests.sanitizers import sanitizer_of

PAGE = 5
EVERY_TABLE = (TRACE_KEYS, TRACES, EVALUATIONS, VERDICT_TABLE)
TODAY: Policies = {"general": policy(Says(), version="today")}
BAD = Says(result=Fail(score=0.9, severity="high", label="bad", explanation="it is bad"))
TOMORROW: Policies = {"general": policy(BAD, version="tomorrow")}


@dataclass
class Stack:
    """The pipeline over a log of its own; its parts run when a test says so."""

    broker: EmbeddedBroker
    store: Store
    org_id: str

    def post(self, count: int, trace_id: UUID | None = None) -> list[UUID]:
        """Traces a minute apart, the last one first."""
        ids = [trace_id or uuid4() for _ in range(count)]
        bodies = [
            {"trace_id": str(id_), "org_id": self.org_id, "input": "2 and 2?", "output": "4", "timestamp": at}
            for id_, at in zip(ids, (f"2026-03-01T11:{59 - number:02}:00Z" for number in range(count)), strict=True)
        ]
        key = f"{self.org_id}/".encode()
        self.broker.producer().send([Message("traces.raw", key, msgspec.json.encode(body)) for body in bodies])
        return ids

    def t0(self) -> None:
        sanitize = Sanitize(sanitizer_of(), SystemClock())
        self._tier(SanitizeStep(sanitize, frozenset(TODAY), Ingest()))

    def t1(self) -> None:
        self._tier(HeuristicsStep(Heuristics(SystemClock(), {}), TODAY, SystemClock()))

    def sink(self, store: Store | None = None) -> None:
        writer = Writer(store or self.store)
        topics = [TRACES_T1.name, VERDICTS.name]
        self._drain(SinkTask(self.broker, topics, writer, batch_max=100, poll_wait_s=0))

    def run(self, store: Store | None = None) -> None:
        self.t0()
        self.t1()
        self.sink(store)

    def is_sound(self) -> bool:
        return audit(self.broker, self.store, NOON - timedelta(days=10_000), LATER).is_sound

    def _tier(self, step: Step) -> None:
        self._drain(TierTask(step, self.broker, batch_max=100, poll_wait_s=0))

    def _drain(self, task: TierTask | SinkTask) -> None:
        for _ in range(200):
            if not task.lag():
                break
            task.turn()
        task.close()


@pytest.fixture
def stack(tmp_path: Path, store: ClickHouseStore, org_id: str) -> Iterator[Stack]:
    broker = EmbeddedBroker(tmp_path / "log.sqlite", partitions=2)
    broker.ensure_topics(all_topic_names())
    yield Stack(broker, store, org_id)
    broker.close()


class Loses:
    """A store that says it has rows which it does not keep."""

    def __init__(self, store: Store, tables: Collection[Table] = EVERY_TABLE) -> None:
        self._store = store
        self._tables = tables

    def insert(self, table: Table, rows: Sequence[Any], token: str) -> None:
        if table not in self._tables:
            self._store.insert(table, rows, token)

    def query(self, query: Query, **parameters: Any) -> list[dict[str, Any]]:
        return self._store.query(query, **parameters)

    def close(self) -> None:
        self._store.close()


class Refuses(Loses):
    """A store that refuses all rows of some tables."""

    def insert(self, table: Table, rows: Sequence[Any], token: str) -> None:
        if table in self._tables:
            raise Reject("the store cannot take this value")
        super().insert(table, rows, token)


def period(stack: Stack, **fields: Any) -> Period:
    whole = {"org_id": stack.org_id, "since": NOON - timedelta(days=2), "until": NOON + timedelta(days=2)}
    return Period(**{**whole, **fields})


def pages(
    stack: Stack,
    policies: Policies,
    *,
    span: Period | None = None,
    store: Store | None = None,
    write: bool = True,
    limit: int | None = None,
) -> Iterator[Page]:
    clock = ManualClock(LATER)
    store = store or stack.store
    source = LoggedTraces(stack.broker, store, span or period(stack), clock)
    run = Replay(store, policies, build_heuristics(clock), clock, write=write, page_traces=PAGE)
    return run.run(source, limit)


def replayed(stack: Stack, policies: Policies, **options: Any) -> Diff:
    tally = DiffTally()
    for page in pages(stack, policies, **options):
        tally.add(page)
    return tally.diff()


def test_what_the_store_has_is_judged_as_from_the_store(stack: Stack) -> None:
    stack.post(12)
    stack.run()
    clock = ManualClock(LATER)
    tally = DiffTally()
    run = Replay(stack.store, TOMORROW, build_heuristics(clock), clock, write=False)
    for page in run.run(StoredTraces(stack.store, period(stack))):
        tally.add(page)
    dry, written = replayed(stack, TOMORROW, write=False), replayed(stack, TOMORROW)
    assert dry == written
    assert [(flip.before, flip.after, flip.traces) for flip in written.flips] == [("pass", "fail", 12)]
    assert (written.judged, written.domains, written.evaluators) == (12, tally.diff().domains, tally.diff().evaluators)
    assert (written.first, written.restored, written.skipped) == (0, 0, {})
    again = replayed(stack, TOMORROW)
    assert (again.judged, again.skipped) == (0, {"already judged under tomorrow": 12})
    assert stack.is_sound()


def test_a_store_that_lost_everything_has_it_back_once(stack: Stack) -> None:
    ids = stack.post(12)
    stack.run(Loses(stack.store))
    assert everything(stack.store, stack.org_id) == [[], []]
    diff = replayed(stack, TODAY)
    assert (diff.first, diff.restored, diff.judged, diff.skipped) == (12, 12, 0, {})
    assert stack.is_sound()
    detail = trace_detail(stack.store, stack.org_id, ids[0])
    assert detail.verdict is not None
    assert [use.tier for use in detail.verdict.tiers] == ["t0", "t1"]
    written = everything(stack.store, stack.org_id)
    again = replayed(stack, TODAY)
    assert (again.first, again.restored, again.skipped) == (0, 0, {"already judged under today": 12})
    assert everything(stack.store, stack.org_id) == written
    assert stats(stack.store, stack.org_id).traces == 12


@pytest.mark.parametrize("lost", [(TRACES,), (VERDICT_TABLE,), (EVALUATIONS, VERDICT_TABLE), (TRACES, VERDICT_TABLE)])
def test_what_is_left_is_not_doubled(stack: Stack, lost: tuple[Table, ...]) -> None:
    stack.post(7)
    stack.run(Loses(stack.store, lost))
    assert not stack.is_sound()
    replayed(stack, TODAY)
    assert stack.is_sound()
    assert [len(rows) for rows in everything(stack.store, stack.org_id)] == [7, 7]


def test_a_dry_run_says_the_same_and_writes_nothing(stack: Stack) -> None:
    stack.post(7)
    stack.run(Loses(stack.store))
    dry = replayed(stack, TODAY, write=False)
    assert everything(stack.store, stack.org_id) == [[], []]
    assert stats(stack.store, stack.org_id).traces == 0
    assert dry == replayed(stack, TODAY)


def test_what_the_pipeline_is_about_to_judge_or_store_is_left_to_it(stack: Stack) -> None:
    stack.post(7)
    stack.t0()
    for part in (stack.t1, stack.sink):
        diff = replayed(stack, TODAY)
        assert (diff.first, diff.restored, diff.skipped) == (0, 0, {"no verdict yet": 7})
        part()
    assert replayed(stack, TODAY).skipped == {"already judged under today": 7}
    assert stack.is_sound()


def test_the_post_that_owns_the_id_is_judged_and_no_other(stack: Stack) -> None:
    (id_,) = stack.post(1)
    stack.run()
    stack.post(3, trace_id=id_)
    stack.run()
    diff = replayed(stack, TOMORROW)
    assert (diff.judged, diff.skipped) == (1, {"another post owns the id": 3})


def test_where_nobody_is_known_to_own_an_id_the_first_post_does(stack: Stack) -> None:
    (id_,) = stack.post(1)
    stack.post(2 * PAGE, trace_id=id_)
    stack.run(Loses(stack.store))
    dry, diff = replayed(stack, TODAY, write=False), replayed(stack, TODAY)
    assert dry == diff
    assert (diff.first, diff.restored, diff.skipped) == (1, 1, {"another post owns the id": 2 * PAGE})
    assert stack.is_sound()


def test_what_waits_in_the_dead_letters_is_left_to_their_replay(stack: Stack) -> None:
    stack.post(3)
    stack.run(Refuses(stack.store, (TRACES,)))
    diff = replayed(stack, TODAY)
    assert (diff.first, diff.restored) == (0, 0)
    assert diff.skipped == {"in the dead letters; `metronis dlq replay` brings it back": 3}
    selection = Selection(topics=[TRACES_T1.name])
    ends = waiting(stack.broker, selection).ends
    assert sum(replay(stack.broker, selection, ends, batch_max=10, clock=ManualClock())) == 3
    assert replayed(stack, TODAY).skipped == {"already judged under today": 3, "it came before on the log": 3}
    stack.run()
    assert stats(stack.store, stack.org_id).traces == 3
    assert replayed(stack, TOMORROW).judged == 3


@pytest.mark.parametrize("table", [EVALUATIONS, VERDICT_TABLE])
def test_a_verdict_that_the_sink_gave_up_is_given_again(stack: Stack, table: Table) -> None:
    stack.post(4)
    stack.run(Refuses(stack.store, (table,)))
    diff = replayed(stack, TODAY)
    assert (diff.first, diff.restored) == (4, 0)
    assert [len(rows) for rows in everything(stack.store, stack.org_id)] == [4, 4]


@pytest.mark.parametrize("applied", [False, True], ids=["not applied", "applied"])
@pytest.mark.parametrize("inserts", [1, 2, 3, 4, 6])
def test_a_run_that_died_is_finished_by_the_same_run(stack: Stack, inserts: int, applied: bool) -> None:
    stack.post(7)
    stack.run(Loses(stack.store))
    with pytest.raises(Unavailable):
        replayed(stack, TODAY, store=Dying(stack.store, inserts, applied=applied))
    replayed(stack, TODAY)
    assert stack.is_sound()
    assert [len(rows) for rows in everything(stack.store, stack.org_id)] == [7, 7]


def test_only_the_period_and_the_domain_are_looked_at_whatever_the_order_on_the_log(stack: Stack) -> None:
    stack.post(10)  # 11:50 to 11:59
    stack.run()
    since, until = NOON - timedelta(minutes=8), NOON - timedelta(minutes=3)
    assert replayed(stack, TOMORROW, span=period(stack, since=since, until=until)).judged == 5
    assert replayed(stack, TOMORROW, span=period(stack, domain="mining")) == DiffTally().diff()
    assert replayed(stack, TOMORROW, limit=3).judged == 3
    assert replayed(stack, TOMORROW).judged == 2


def test_other_organisations_and_unreadable_messages_are_passed_over(stack: Stack) -> None:
    stack.post(2)
    stack.broker.producer().send([Message(TRACES_T1.name, b"k", b"nonsense")])
    stack.run()
    theirs = Stack(stack.broker, stack.store, f"{stack.org_id}-other")
    theirs.post(3)
    theirs.run()
    assert replayed(stack, TOMORROW).judged == 2
    assert replayed(stack, TOMORROW).skipped == {"already judged under tomorrow": 2, "it cannot be read": 1}
    assert [row["policy_version"] for row in everything(theirs.store, theirs.org_id)[0]] == ["today"] * 3


def test_what_comes_after_the_start_does_not_keep_it_going(stack: Stack) -> None:
    """The log's clock is real, and this replay began before its first record."""
    stack.post(2)
    stack.run()
    source = LoggedTraces(stack.broker, stack.store, period(stack), ManualClock(NOON - timedelta(days=3_650)))
    assert list(source.batches(PAGE)) == []
    assert source.size() == 2
