"""T0 and T1 chained say the same as apart, and what T1 fails on takes the way over the log."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from metronis.clock import ManualClock
from metronis.demo.traces import demo_traces
from metronis.errors import Unavailable
from metronis.settings import Settings
from metronis.worker import build_steps
from processors.tiers.heuristics import Heuristics
from processors.tiers.sanitize import Sanitize
from schemas import codec
from schemas.case import Case
from schemas.topics import TRACES_RAW, TRACES_T1, VERDICTS, all_topics
from schemas.trace import Trace
from schemas.verdict import Verdict
from streams.broker import Broker, Message
from streams.embedded import EmbeddedBroker
from streams.steps import ChainedStep, HeuristicsStep, SanitizeStep
from streams.tier import Step, TierTask
from tests.builders import Says, policy
from tests.sanitizers import sanitizer_of

POLICIES = {"general": policy(Says())}
NEVER_THE_SAME = {"decided_at", "tiers", "evaluations"}


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    broker = open_broker(tmp_path)
    yield broker
    broker.close()


def open_broker(folder: Path) -> Broker:
    folder.mkdir(exist_ok=True)
    broker = EmbeddedBroker(folder / "log.sqlite", partitions=1)
    broker.ensure_topics(all_topics())
    return broker


def run(step: Step, broker: Broker) -> None:
    task = TierTask(step, broker, batch_max=100, poll_wait_s=0)
    while task.turn() or task.lag():
        pass
    task.close()


def send(broker: Broker, traces: list[Trace]) -> None:
    messages = [Message(TRACES_RAW.name, str(each.trace_id).encode(), msgspec.json.encode(each)) for each in traces]
    broker.producer().send(messages)


def verdicts(broker: Broker) -> list[Verdict]:
    return [codec.VERDICT.decode(record.value) for record in broker.read(VERDICTS.name, limit=10_000)]


def said(verdict: Verdict) -> dict[str, Any]:
    """All of a verdict but the times that it took."""
    rows = [msgspec.structs.replace(row, duration_us=0.0) for row in verdict.evaluations]
    facts = {name: value for name, value in msgspec.structs.asdict(verdict).items() if name not in NEVER_THE_SAME}
    return {**facts, "rows": rows}


def test_chained_and_apart_say_the_same_of_every_kind_of_trace(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    traces = demo_traces(count=200, seed=3, now=datetime(2026, 1, 1, tzinfo=UTC))
    found = []
    for is_chained in (False, True):
        broker = open_broker(tmp_path / str(is_chained))
        send(broker, traces)
        steps = build_steps(settings, ("t0", "t1"), chained=is_chained)
        for name in ("t0", "t1"):
            run(steps[name], broker)
        found.append({verdict.trace_id: said(verdict) for verdict in verdicts(broker)})
        assert len(verdicts(broker)) == len(traces) == len(found[-1])
        assert len(broker.read(TRACES_T1.name, limit=10_000)) == len(traces), "the sink takes the traces from there"
        broker.close()
    assert found[0] == found[1]


class Fails(HeuristicsStep):
    """Tier 1 that fails on some traces, as told."""

    failure: type[Exception] = ZeroDivisionError

    def judge(self, trace: Trace, case: Case) -> Message:
        if trace.input == "hard":
            raise self.failure("of its own")
        return super().judge(trace, case)


@pytest.fixture
def t1() -> Fails:
    clock = ManualClock()
    return Fails(Heuristics(clock, {}), POLICIES, clock)


@pytest.fixture
def chained(t1: Fails) -> ChainedStep:
    tier = Sanitize(sanitizer_of(), ManualClock())
    return ChainedStep(SanitizeStep(tier, frozenset(POLICIES), Settings().ingest), t1)


def post(broker: Broker, *inputs: str) -> None:
    values = [msgspec.json.encode({"input": each, "output": "It is."}) for each in inputs]
    broker.producer().send([Message(TRACES_RAW.name, b"key", value) for value in values])


def test_what_tier_1_fails_on_is_given_up_by_tier_1_at_its_place_on_the_log(
    broker: Broker, chained: ChainedStep, t1: Fails
) -> None:
    post(broker, "easy", "hard", "easy")
    run(chained, broker)
    assert len(verdicts(broker)) == 2
    assert broker.read(TRACES_RAW.dead_letters, limit=10) == []
    run(t1, broker)
    (dead,) = broker.read(TRACES_T1.dead_letters, limit=10)
    assert (dead.headers["step"], dead.headers["error"]) == (b"t1", b"crashed")
    assert dead.headers["source"].startswith(b"traces.t1/")
    assert len(verdicts(broker)) == 2


def test_what_tier_1_failed_on_once_is_judged_from_the_log(broker: Broker, chained: ChainedStep) -> None:
    post(broker, "easy", "hard")
    run(chained, broker)
    run(HeuristicsStep(Heuristics(ManualClock(), {}), POLICIES, ManualClock()), broker)
    assert len(verdicts(broker)) == 2
    assert broker.read(TRACES_T1.dead_letters, limit=10) == []


def test_where_tier_1_cannot_work_now_nothing_is_committed(broker: Broker, chained: ChainedStep, t1: Fails) -> None:
    t1.failure = Unavailable
    post(broker, "easy", "hard")
    task = TierTask(chained, broker, batch_max=100, poll_wait_s=0)
    with pytest.raises(Unavailable):
        task.turn()
    assert task.lag() == 2
    assert broker.read(TRACES_T1.name, limit=10) == []
