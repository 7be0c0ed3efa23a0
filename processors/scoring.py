"""How well decisions agree with labels: confusion counts, precision, recall, F1, AUROC and coverage."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter
from typing import Any

import msgspec

from schemas.verdict import Decision


class Confusion(msgspec.Struct, kw_only=True):
    """Counts of a yes-or-no prediction against the truth; a positive is a trace that has the thing looked for.

    A ratio is None where there is nothing to take it of: precision where nothing was predicted, recall where there are
    no positives, F1 where there is neither.
    """

    tp: int = 0
    fp: int = 0
    fn: int = 0
    tn: int = 0

    def add(self, *, positive: bool, predicted: bool) -> None:
        """Count one trace."""
        if predicted:
            self.tp += positive
            self.fp += not positive
        else:
            self.fn += positive
            self.tn += not positive

    @property
    def total(self) -> int:
        return self.tp + self.fp + self.fn + self.tn

    @property
    def precision(self) -> float | None:
        return share(self.tp, self.tp + self.fp)

    @property
    def recall(self) -> float | None:
        return share(self.tp, self.tp + self.fn)

    @property
    def f1(self) -> float | None:
        return share(2 * self.tp, 2 * self.tp + self.fp + self.fn)


def share(part: float, whole: float) -> float | None:
    """`part / whole`, or None where there is no whole."""
    return part / whole if whole else None


def auroc(scored: Iterable[tuple[float, bool]]) -> float | None:
    """How probably a positive scores above a negative, ties counted half, from (score, positive) pairs.

    This is the Mann-Whitney U over the number of pairs. None where either class is missing.
    """
    negatives = positives = 0
    wins = 0.0
    for _, tied in groupby(sorted(scored), key=itemgetter(0)):
        labels = [positive for _, positive in tied]
        above = sum(labels)
        level = len(labels) - above
        wins += above * (negatives + level / 2)
        negatives += level
        positives += above
    return share(wins, negatives * positives)


class Agreement(msgspec.Struct, frozen=True, kw_only=True):
    """How well predictions agree with labels: confusion counts, ratios, and the AUROC of the score behind them.

    traces: those with a label, positives: those that have what is looked for, coverage: the share that was judged.
    """

    traces: int
    positives: int
    coverage: float | None
    tp: int
    fp: int
    fn: int
    tn: int
    precision: float | None
    recall: float | None
    f1: float | None
    auroc: float | None


class IssueScores(Agreement, frozen=True, kw_only=True):
    """How well one issue code is found, over the traces on which somebody judged it.

    covered: those on which an evaluator gave a score; the others count as predicted negative with score 0.
    """

    covered: int


class DecisionScores(Agreement, frozen=True, kw_only=True):
    """How well verdicts agree with the expected decision; a positive is a trace that should fail.

    decided: verdicts of pass or fail; the confusion counts and the ratios are over these alone. needs_review: the
    others, by what was expected of them. auroc: of the risk, over all traces.
    """

    decided: int
    needs_review: dict[str, int]


class _Tally:
    """Gathers predictions, and scores at nine bytes a trace."""

    def __init__(self) -> None:
        self._confusion = Confusion()
        self._scores = array("d")
        self._positives = bytearray()

    def _rank(self, score: float, *, positive: bool) -> None:
        self._scores.append(score)
        self._positives.append(positive)

    def _agreement(self, judged: int) -> dict[str, Any]:
        counts, traces = self._confusion, len(self._positives)
        return {
            "traces": traces,
            "positives": sum(self._positives),
            "coverage": share(judged, traces),
            **msgspec.structs.asdict(counts),
            "precision": counts.precision,
            "recall": counts.recall,
            "f1": counts.f1,
            "auroc": auroc(zip(self._scores, map(bool, self._positives), strict=True)),
        }


class IssueTally(_Tally):
    """Gathers the predictions on one issue code."""

    def __init__(self) -> None:
        super().__init__()
        self._covered = 0

    def add(self, *, positive: bool, flagged: bool, score: float | None) -> None:
        """Count one trace. `score` in 0..1, higher is worse; None where nobody could judge."""
        self._covered += score is not None
        self._confusion.add(positive=positive, predicted=flagged)
        self._rank(score or 0.0, positive=positive)

    def scores(self) -> IssueScores:
        """What has been counted so far."""
        return IssueScores(covered=self._covered, **self._agreement(self._covered))


class DecisionTally(_Tally):
    """Gathers verdicts against expected decisions."""

    def __init__(self) -> None:
        super().__init__()
        self._waiting = {"pass": 0, "fail": 0}

    def add(self, *, expected: Decision, decision: Decision, risk: float) -> None:
        """Count one trace. `risk` in 0..1, higher is worse."""
        positive = expected == "fail"
        self._rank(risk, positive=positive)
        if decision == "needs_review":
            self._waiting["fail" if positive else "pass"] += 1
        else:
            self._confusion.add(positive=positive, predicted=decision == "fail")

    def scores(self) -> DecisionScores:
        """What has been counted so far."""
        decided = self._confusion.total
        return DecisionScores(decided=decided, needs_review=dict(self._waiting), **self._agreement(decided))
