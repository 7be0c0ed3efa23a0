"""The audit sees what is lost, torn or doubled, whoever lost, tore or doubled it, and nothing where all is well."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from rich.console import Console

from metronis.audit import Report, Tally, audit
from metronis.cli.audit import report_view
from metronis.clock import SystemClock
from metronis.errors import Reject
from metronis.settings import Ingest
from processors.tiers.heuristics import Heuristics
from processors.tiers.sanitize import Sanitize
from schemas.topics import INTAKE, TRACES_RAW, Priority, all_topic_names
from storage.clickhouse import ClickHouseStore
from storage.queries import Query
from storage.store import Store
from storage.tables import EVALUATIONS, TRACES, VERDICTS, Table
from streams.broker import Message, Record
from streams.embedded import EmbeddedBroker
from streams.sink import SinkTask
from streams.steps import HeuristicsStep, SanitizeStep
from streams.tier import Step, TierTask
from streams.writer import Writer
from tests.builders import Says, policy
from tests.e2e.program import Program, run_cli
from tests.sanitizers import sanitizer_of

POLICIES = {"general": policy(Says(), version="audited-1")}
BEGINNING, END = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
MARK = "MARKED"
ALL_FINE = {"stored": 6}


@dataclass
class Stack:
    """The pipeline over a log of its own; its parts run when a test says so, and may be broken ones."""

    broker: EmbeddedBroker
    store: Store
    org_id: str

    def post(self, *texts: str, trace_id: UUID | None = None, priority: Priority = "interactive") -> None:
        messages = []
        for text in texts:
            id_ = trace_id or uuid4()
            trace = {"trace_id": str(id_), "org_id": self.org_id, "input": text, "output": "It is 4."}
            key = f"{self.org_id}/{id_}".encode()
            messages.append(Message(INTAKE[priority].name, key, json.dumps(trace).encode()))
        self.broker.producer().send(messages)

    def post_six(self) -> None:
        """One of them marked, and neither the first nor the last."""
        self.post("one", "two", "three", MARK, "five", "six")

    def t0(self, wrap: Callable[[Step], Step] = lambda step: step) -> None:
        sanitize = Sanitize(sanitizer_of(), SystemClock())
        for priority in INTAKE:
            self._tier(wrap(SanitizeStep(sanitize, frozenset(POLICIES), Ingest(), priority=priority)))

    def t1(self, wrap: Callable[[Step], Step] = lambda step: step) -> None:
        clock = SystemClock()
        self._tier(wrap(HeuristicsStep(Heuristics(clock, {}), POLICIES, clock)))

    def sink(self, store: Store | None = None) -> None:
        writer = Writer(store or self.store)
        self._drain(SinkTask(self.broker, ["traces.t1", "verdicts"], writer, batch_max=100, poll_wait_s=0))

    def _tier(self, step: Step) -> None:
        self._drain(TierTask(step, self.broker, batch_max=2, poll_wait_s=0))

    def _drain(self, task: TierTask | SinkTask) -> None:
        for _ in range(100):
            if not task.lag():
                break
            task.turn()
        task.close()

    def report(self, since: datetime = BEGINNING, until: datetime = END, org_id: str | None = None) -> Report:
        return audit(self.broker, self.store, since, until, org_id)

    def tally(self) -> Tally:
        (tally,) = self.report().organisations
        return tally


@pytest.fixture
def stack(tmp_path: Path, store: ClickHouseStore, org_id: str) -> Iterator[Stack]:
    broker = EmbeddedBroker(tmp_path / "log.sqlite", partitions=1)
    broker.ensure_topics(all_topic_names())
    yield Stack(broker, store, org_id)
    broker.close()


def counts(tally: Tally) -> dict[str, int]:
    """What is not 0, without the sum."""
    fields = ("stored", "duplicate", "dead_lettered", "waiting", "lost", "torn", "doubled")
    assert tally.acked == sum(getattr(tally, field) for field in fields[:-1])
    return {field: count for field in fields if (count := getattr(tally, field))}


def problems(tally: Tally) -> list[tuple[str, str]]:
    return [(example.defect, example.problem) for example in tally.examples]


@dataclass
class Forgets:
    """A step that says it is done with marked records and does nothing."""

    step: Step

    @property
    def name(self) -> str:
        return self.step.name

    @property
    def topic(self) -> str:
        return self.step.topic

    def process(self, record: Record) -> Sequence[Message]:
        return [] if MARK.encode() in record.value else self.step.process(record)


@dataclass
class Repeats(Forgets):
    """A step that sends marked records on twice."""

    def process(self, record: Record) -> Sequence[Message]:
        return [*self.step.process(record)] * (2 if MARK.encode() in record.value else 1)


@dataclass
class Refuses(Forgets):
    """A step that cannot process marked records."""

    def process(self, record: Record) -> Sequence[Message]:
        if MARK.encode() in record.value:
            raise Reject("marked")
        return self.step.process(record)


@dataclass
class Drops:
    """A store that says it has the last row of a table and does not."""

    store: Store
    table: Table

    def insert(self, table: Table, rows: Sequence[Any], token: str) -> None:
        self.store.insert(table, rows[:-1] if table is self.table else rows, token)

    def query(self, query: Query, **parameters: Any) -> list[dict[str, Any]]:
        return self.store.query(query, **parameters)

    def close(self) -> None:
        pass


@dataclass
class Doubles(Drops):
    """A store that puts the last row of a table in twice."""

    def insert(self, table: Table, rows: Sequence[Any], token: str) -> None:
        self.store.insert(table, rows, token)
        if table is self.table:
            self.store.insert(table, rows[-1:], f"{token} again")


@dataclass
class DropsMarked(Drops):
    """A store that loses marked traces."""

    table: Table = TRACES

    def insert(self, table: Table, rows: Sequence[Any], token: str) -> None:
        kept = [row for row in rows if table is not TRACES or row.trace.input != MARK]
        self.store.insert(table, kept, token)


def test_a_clean_run_has_nothing_to_report(stack: Stack) -> None:
    stack.post_six()
    for run in (stack.t0, stack.t1, stack.sink):
        run()
    assert counts(stack.tally()) == ALL_FINE
    assert stack.report().is_sound


def test_bulk_traces_are_audited_by_their_own_places(stack: Stack) -> None:
    stack.post_six()
    stack.post("seven", MARK, priority="bulk")
    stack.t0(Forgets)
    stack.t1()
    stack.sink()
    tally = stack.tally()
    assert counts(tally) == {"stored": 6, "lost": 2}
    assert {example.position for example in tally.examples} == {"traces.raw/0/3", "traces.raw.bulk/0/1"}


def test_what_tier_0_forgot_is_lost(stack: Stack) -> None:
    stack.post_six()
    stack.t0(Forgets)
    stack.t1()
    stack.sink()
    tally = stack.tally()
    assert counts(tally) == {"stored": 5, "lost": 1}
    (example,) = tally.examples
    assert (example.defect, example.position) == ("lost", "traces.raw/0/3")
    assert example.problem == "neither on traces.t1 nor in the dead letters"
    assert not stack.report().is_sound


def test_a_trace_whose_verdict_was_forgotten_is_torn(stack: Stack) -> None:
    stack.post_six()
    stack.t0()
    stack.t1(Forgets)
    stack.sink()
    assert counts(stack.tally()) == {"stored": 5, "torn": 1}
    assert problems(stack.tally()) == [("torn", "a trace without a verdict")]


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        (TRACES, "a verdict without its trace"),
        (VERDICTS, "a trace whose verdict is not stored"),
        (EVALUATIONS, "0 of 1 evaluations"),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_what_the_sink_dropped_tears(stack: Stack, table: Table, problem: str) -> None:
    stack.post_six()
    stack.t0()
    stack.t1()
    stack.sink(Drops(stack.store, table))
    assert counts(stack.tally()) == {"stored": 5, "torn": 1}
    assert problems(stack.tally()) == [("torn", problem)]


def test_a_trace_of_which_nothing_is_stored_is_lost(stack: Stack) -> None:
    stack.post_six()
    stack.t0()
    stack.t1(Forgets)
    stack.post("seven")
    stack.sink(DropsMarked(stack.store))
    stack.t0()
    stack.t1()
    stack.sink()
    assert counts(stack.tally()) == {"stored": 6, "lost": 1}
    assert problems(stack.tally()) == [("lost", "on traces.t1 and not stored")]


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        (TRACES, "2 rows of the trace"),
        (VERDICTS, "2 rows of the verdict"),
        (EVALUATIONS, "2 of 1 evaluations"),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_what_the_sink_doubled_is_doubled(stack: Stack, table: Table, problem: str) -> None:
    stack.post_six()
    stack.t0()
    stack.t1()
    stack.sink(Doubles(stack.store, table))
    assert counts(stack.tally()) == {**ALL_FINE, "doubled": 1}
    assert problems(stack.tally()) == [("doubled", problem)]


def test_what_a_tier_sent_on_twice_is_doubled(stack: Stack) -> None:
    stack.post_six()
    stack.t0()
    stack.t1(Repeats)
    assert "2 times on verdicts" in problems(stack.tally())[0][1]


def test_dead_letters_and_duplicates_are_accounted_for(stack: Stack) -> None:
    stack.post_six()
    stack.post("first", "second", "third", trace_id=uuid4())
    stack.broker.producer().send([Message(TRACES_RAW.name, b"no key of ours", b"no trace")])
    stack.t0()
    stack.t1(Refuses)
    stack.sink()
    unknown, ours = stack.report().organisations
    assert counts(ours) == {"stored": 6, "duplicate": 2, "dead_lettered": 1}
    assert (unknown.org_id, counts(unknown)) == ("", {"dead_lettered": 1})
    assert stack.report().is_sound


@pytest.mark.parametrize("parts", [0, 1, 2], ids=["before tier 0", "before tier 1", "before the sink"])
def test_what_still_waits_is_waiting(stack: Stack, parts: int) -> None:
    stack.post("one", "two")
    for run in (stack.t0, stack.t1, stack.sink):
        run()
    stack.post("three", "four", "five")
    for run in (stack.t0, stack.t1)[:parts]:
        run()
    assert counts(stack.tally()) == {"stored": 2, "waiting": 3}
    assert stack.report().is_sound


def test_what_was_passed_over_is_lost_though_others_still_wait(stack: Stack) -> None:
    stack.post_six()
    stack.t0(Forgets)
    stack.post("seven")
    assert counts(stack.tally()) == {"waiting": 6, "lost": 1}


def test_only_the_time_and_the_organisation_that_were_asked_for(stack: Stack) -> None:
    stack.post_six()
    now = SystemClock().now()
    assert stack.report(until=now - timedelta(hours=1)).organisations == []
    (none,) = stack.report(org_id="nobody").organisations
    assert none.acked == 0


def rendered(report: Report) -> str:
    out = io.StringIO()
    Console(file=out, width=100).print(report_view(report))
    return out.getvalue()


def test_the_report_names_what_is_wrong(stack: Stack) -> None:
    stack.post_six()
    stack.t0(Forgets)
    stack.t1()
    stack.sink()
    text = rendered(stack.report())
    assert "6 acked: 1 lost, 0 torn, 0 doubled" in text
    assert "(traces.raw/0/3)" in text


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_the_command_on_a_stack_that_runs_and_on_one_that_is_stopped(tmp_path: Path) -> None:
    program = Program(tmp_path / "data")
    program.start()
    program.post([{"input": f"question {number}", "output": "answer"} for number in range(20)])
    program.finish()
    running = run_cli(program.data_dir, "audit")
    assert running.returncode == 2
    assert b"stop that process" in running.stderr
    assert program.stop() == 0
    stopped = run_cli(program.data_dir, "audit")
    assert stopped.returncode == 0, stopped.stderr
    assert b"20 acked: none lost, none torn, none doubled" in stopped.stdout
    answer: Mapping[str, Any] = json.loads(run_cli(program.data_dir, "audit", "--json").stdout)
    assert answer["sound"] is True
    assert run_cli(tmp_path / "nothing", "audit").returncode == 2
