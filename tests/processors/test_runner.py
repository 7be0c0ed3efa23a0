"""What became of each evaluator is always on record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import uuid4

import pytest

from metronis.clock import ManualClock
from processors.evaluator import Abstain, Evaluator, Fail, Pass, Result
from processors.policy import Planned, Policy
from processors.runner import Runner
from processors.subject import Subject
from schemas.evaluation import Evaluation, Evidence
from schemas.trace import Expected
from tests.builders import Breaks, Says, policy, trace

FAIL = Fail(score=0.9, severity="high", label="bad", explanation="it is bad", evidence=(Evidence("output", 0, 2),))


def run(policy: Policy, clock: ManualClock | None = None, **fields: object) -> list[Evaluation]:
    return Runner("t1", clock or ManualClock(), {}).run(Subject(trace(**fields)), policy)


def test_a_fail_is_stamped_with_everything_that_explains_it() -> None:
    (row,) = run(policy(Says(result=FAIL)))
    assert (row.evaluator, row.version, row.tier, row.issue) == ("says", 1, "t1", "quality")
    assert (row.disposition, row.outcome, row.score, row.severity) == ("ran", "fail", 0.9, "high")
    assert row.evidence == [Evidence("output", 0, 2)]


def test_a_pass_and_an_abstention_differ() -> None:
    passed, abstained = run(policy(Says(result=Pass(score=0.1)), Says(result=Abstain("no output"))))
    assert (passed.outcome, passed.score) == ("pass", 0.1)
    assert (abstained.outcome, abstained.score, abstained.explanation) == ("abstain", None, "no output")


def test_a_bug_becomes_a_failed_row_and_the_others_still_run() -> None:
    broken, fine = run(policy(Breaks(), Says()))
    assert (broken.disposition, broken.outcome) == ("failed", None)
    assert broken.explanation == "ZeroDivisionError: a bug of its own"
    assert fine.disposition == "ran"


def test_a_kind_outside_the_plan_is_filtered_and_says_so() -> None:
    plan = policy()
    planned = (Planned(evaluator=Says(), kinds=frozenset({"rag"})),)
    (row,) = run(Policy(domain=plan.domain, version=plan.version, planned=planned))
    assert (row.disposition, row.explanation) == ("filtered", "not planned for kind llm")


def test_sampling_takes_the_stated_share_and_the_same_traces_every_time() -> None:
    plan = Policy(domain="general", version="1", planned=(Planned(evaluator=Says(), sample_rate=0.3),))
    ids = [uuid4() for _ in range(1_000)]
    first = [run(plan, trace_id=trace_id)[0].disposition for trace_id in ids]
    assert first == [run(plan, trace_id=trace_id)[0].disposition for trace_id in ids]
    assert 230 < first.count("ran") < 370
    assert set(first) == {"ran", "sampled_out"}


@dataclass(frozen=True, kw_only=True)
class Slow(Evaluator):
    """Takes a second of a clock that tests move."""

    name: ClassVar[str] = "slow"
    version: ClassVar[int] = 1
    issue: ClassVar[str] = "quality"

    clock: ManualClock

    def evaluate(self, subject: Subject) -> Result:  # noqa: ARG002
        self.clock.sleep(1.0)
        return Pass()


def test_what_the_budget_has_no_time_for_is_shed() -> None:
    clock = ManualClock()
    slow, shed = run(policy(Slow(clock=clock), Says(), budget_us=1_000), clock)
    assert (slow.disposition, slow.duration_us) == ("ran", 1_000_000)
    assert (shed.disposition, shed.outcome) == ("shed", None)


def test_a_repeated_content_is_answered_from_the_cache() -> None:
    plan = Policy(domain="general", version="1", planned=(Planned(evaluator=Says(result=FAIL), cached=True),))
    runner = Runner("t1", ManualClock(), {})
    first = runner.run(Subject(trace(trace_id=uuid4())), plan)[0]
    again = runner.run(Subject(trace(trace_id=uuid4())), plan)[0]
    other = runner.run(Subject(trace(output="something else")), plan)[0]
    assert [row.disposition for row in (first, again, other)] == ["ran", "cached", "ran"]
    assert again.explanation == first.explanation


@dataclass(frozen=True, kw_only=True)
class Peeks(Evaluator):
    """Tries to read the label."""

    name: ClassVar[str] = "peeks"
    version: ClassVar[int] = 1
    issue: ClassVar[str] = "quality"

    def evaluate(self, subject: Subject) -> Result:
        return Pass() if subject.trace.expected is None else FAIL


@pytest.mark.parametrize("decision", ["pass", "fail"])
def test_no_evaluator_can_see_the_label(decision: str) -> None:
    (row,) = run(policy(Peeks()), expected=Expected(decision=decision))  # type: ignore[arg-type]
    assert row.outcome == "pass"


def test_evaluators_of_other_tiers_are_left_to_them() -> None:
    assert Runner("t2", ManualClock(), {}).run(Subject(trace()), policy(Says())) == []
