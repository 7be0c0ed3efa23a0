from __future__ import annotations

import itertools
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.scoring import Confusion, DecisionTally, IssueTally, auroc

# Few distinct scores, so that ties are common.
SCORED = st.lists(st.tuples(st.sampled_from([0.0, 0.1, 0.5, 0.9, 1.0]) | st.floats(0, 1), st.booleans()), max_size=40)


def brute_force_auroc(scored: list[tuple[float, bool]]) -> float | None:
    positives = [score for score, positive in scored if positive]
    negatives = [score for score, positive in scored if not positive]
    pairs = list(itertools.product(positives, negatives))
    return sum((p > n) + (p == n) / 2 for p, n in pairs) / len(pairs) if pairs else None


@given(SCORED)
def test_auroc_is_the_share_of_pairs_in_order(scored: list[tuple[float, bool]]) -> None:
    assert auroc(scored) == (None if (expected := brute_force_auroc(scored)) is None else pytest.approx(expected))


@given(SCORED, st.randoms())
def test_auroc_does_not_depend_on_the_order_of_traces(scored: list[tuple[float, bool]], rng: object) -> None:
    shuffled = list(scored)
    rng.shuffle(shuffled)  # type: ignore[attr-defined]
    assert auroc(shuffled) == auroc(scored)


@given(SCORED)
def test_auroc_of_the_opposite_question_is_the_complement(scored: list[tuple[float, bool]]) -> None:
    there, back = auroc(scored), auroc([(score, not positive) for score, positive in scored])
    assert (there is None and back is None) or pytest.approx(1.0) == (there or 0.0) + (back or 0.0)


def test_auroc_worked_by_hand() -> None:
    # Positives 0.9, 0.5; negatives 0.5, 0.1: pairs 1, 1, ½, 1 of 4.
    assert auroc([(0.9, True), (0.5, False), (0.5, True), (0.1, False)]) == 0.875
    assert auroc([(0.3, True), (0.3, False)]) == 0.5
    assert auroc([(0.3, True)]) is None
    assert auroc([]) is None


def test_ratios_are_absent_where_there_is_nothing_to_take_them_of() -> None:
    nothing = Confusion()
    assert (nothing.precision, nothing.recall, nothing.f1) == (None, None, None)
    only_missed = Confusion(fn=3, tn=1)
    assert (only_missed.precision, only_missed.recall, only_missed.f1) == (None, 0.0, 0.0)


@given(st.lists(st.tuples(st.booleans(), st.booleans())))
def test_f1_is_the_harmonic_mean_of_precision_and_recall(outcomes: list[tuple[bool, bool]]) -> None:
    counts = Confusion()
    for positive, predicted in outcomes:
        counts.add(positive=positive, predicted=predicted)
    assert counts.total == len(outcomes)
    if counts.tp:
        assert counts.precision
        assert counts.recall
        harmonic = 2 * counts.precision * counts.recall / (counts.precision + counts.recall)
        assert counts.f1 == pytest.approx(harmonic)


def test_issue_scores_worked_by_hand() -> None:
    tally = IssueTally()
    tally.add(positive=True, flagged=True, score=0.9)
    tally.add(positive=True, flagged=False, score=0.4)
    tally.add(positive=True, flagged=False, score=None)  # abstained: missed, with score 0
    tally.add(positive=False, flagged=True, score=0.8)
    tally.add(positive=False, flagged=False, score=0.0)
    scores = tally.scores()
    assert (scores.traces, scores.positives, scores.covered, scores.coverage) == (5, 3, 4, 0.8)
    assert (scores.tp, scores.fp, scores.fn, scores.tn) == (1, 1, 2, 1)
    assert scores.precision == 0.5
    assert scores.recall == pytest.approx(1 / 3)
    assert scores.f1 == pytest.approx(0.4)
    # 0.9 beats both, 0.4 beats one of two, 0 ties with 0: 3.5 of 6.
    assert scores.auroc == pytest.approx(3.5 / 6)


def test_an_unjudged_code_has_no_coverage_and_flags_nothing() -> None:
    tally = IssueTally()
    tally.add(positive=True, flagged=False, score=None)
    tally.add(positive=False, flagged=False, score=None)
    scores = tally.scores()
    assert (scores.covered, scores.coverage) == (0, 0.0)
    assert (scores.precision, scores.recall, scores.auroc) == (None, 0.0, 0.5)


def test_decisions_left_to_a_person_are_counted_apart() -> None:
    rows: list[tuple[Literal["pass", "fail"], Literal["pass", "fail", "needs_review"], float]] = [
        ("fail", "fail", 0.9),
        ("fail", "needs_review", 0.5),
        ("pass", "fail", 0.8),
        ("pass", "pass", 0.1),
        ("pass", "needs_review", 0.5),
    ]
    tally = DecisionTally()
    for expected, decision, risk in rows:
        tally.add(expected=expected, decision=decision, risk=risk)
    scores = tally.scores()
    assert (scores.traces, scores.positives, scores.decided, scores.coverage) == (5, 2, 3, 0.6)
    assert scores.needs_review == {"pass": 1, "fail": 1}
    assert (scores.tp, scores.fp, scores.fn, scores.tn) == (1, 1, 0, 1)
    assert (scores.precision, scores.recall) == (0.5, 1.0)
    # 0.9 beats three; 0.5 beats 0.1, ties with 0.5, loses to 0.8: 4.5 of 6.
    assert scores.auroc == 0.75
