"""Exit or escalate: nothing in doubt passes silently."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from processors.cascade import Escalate, Exit, abstained, decide, issue_scores, settle, verdict_on
from schemas.case import Case
from schemas.evaluation import Evaluation
from tests.builders import NOON, evaluation, policy, trace

POLICY = policy(pass_at=0.3, fail_at=0.7)
BAD = evaluation(outcome="fail", score=0.9, evaluator="bad", explanation="it is bad")
ABSTAINED = evaluation(outcome="abstain", score=None, issue="format")
FAILED = evaluation(disposition="failed", outcome=None, score=None, evaluator="broken", explanation="boom")


def decided(*rows: Evaluation, **fields: object) -> Exit | Escalate:
    return decide(trace(**fields), rows, POLICY, "t1")


def test_all_clear_passes() -> None:
    assert decided(evaluation(), ABSTAINED) == Exit("pass", "nothing found by any evaluator that applies")


def test_a_sure_finding_fails_and_names_itself() -> None:
    assert decided(evaluation(), BAD) == Exit("fail", "bad: it is bad")


def test_a_sure_finding_fails_even_where_another_evaluator_is_broken() -> None:
    assert isinstance(decided(FAILED, BAD), Exit)


def test_a_sure_finding_fails_even_where_a_pass_scores_higher() -> None:
    outcome = decided(evaluation(outcome="fail", score=0.72), evaluation(outcome="pass", score=0.74))
    assert isinstance(outcome, Exit)


def test_doubt_escalates_to_the_next_tier() -> None:
    outcome = decided(evaluation(outcome="fail", score=0.5))
    assert isinstance(outcome, Escalate)
    assert outcome.to == "t2"


def test_a_broken_evaluator_never_lets_a_trace_pass() -> None:
    assert decided(evaluation(), FAILED) == Escalate("t2", "broken failed to run: boom")


def test_a_shed_evaluator_never_lets_a_trace_pass() -> None:
    assert isinstance(decided(evaluation(), evaluation(disposition="shed", outcome=None, score=None)), Escalate)


def test_a_trace_that_nobody_could_judge_does_not_pass() -> None:
    assert decided(ABSTAINED) == Escalate("t2", "no evaluator had anything to judge")
    assert decided() == Escalate("t2", "no evaluator had anything to judge")


def test_a_required_code_must_have_been_judged() -> None:
    strict = policy(required={"rag": frozenset({"ungrounded"})})
    rows = [evaluation(), evaluation(issue="ungrounded", outcome="abstain", score=None)]
    outcome = decide(trace(kind="rag"), rows, strict, "t1")
    assert outcome == Escalate("t2", "nothing has judged ungrounded, which rag traces require")
    assert decide(trace(kind="llm"), rows, strict, "t1").reason.startswith("nothing found")


def test_a_tier_that_is_not_deployed_means_review_with_the_reason() -> None:
    outcome = settle(Escalate("t2", "no evaluator had anything to judge"))
    assert outcome.decision == "needs_review"
    assert "t2" in outcome.reason
    assert "no evaluator had anything to judge" in outcome.reason


def test_a_verdict_id_is_the_same_at_every_replay_and_another_under_another_policy() -> None:
    case = Case(source="traces.raw/0/1", ingested_at=NOON, evaluations=[BAD])
    first, again = (verdict_on(trace(), case, Exit("fail", "x"), POLICY, "t1", NOON) for _ in range(2))
    other = verdict_on(trace(), case, Exit("fail", "x"), policy(version="test-2"), "t1", NOON)
    assert first == again
    assert first.verdict_id != other.verdict_id
    assert (first.risk, first.issues) == (0.9, {"quality": 0.9})


def test_an_issue_scores_as_its_worst_evaluator_and_abstains_only_if_all_do() -> None:
    rows = [evaluation(score=0.2), evaluation(score=0.6), evaluation(outcome="abstain", score=None), ABSTAINED]
    assert issue_scores(rows) == {"quality": 0.6}
    assert abstained(rows) == ["format"]


scores = st.floats(0, 1)
rows = st.builds(
    lambda outcome, score: evaluation(outcome=outcome, score=None if outcome == "abstain" else score),
    st.sampled_from(["pass", "fail", "abstain"]),
    scores,
)


@given(st.lists(rows, max_size=6), scores)
def test_more_evidence_of_harm_never_turns_into_a_pass(found: list[Evaluation], score: float) -> None:
    before = decided(*found)
    after = decided(*found, evaluation(outcome="fail", score=score, evaluator="more"))
    if isinstance(after, Exit) and after.decision == "pass":
        assert score <= POLICY.pass_at
    if isinstance(before, Exit) and before.decision == "fail":
        assert isinstance(after, Exit)
        assert after.decision == "fail"
