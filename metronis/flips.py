"""What a replay changes: decisions that flip, which evaluators changed their mind, and examples."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from uuid import UUID

import msgspec

from metronis.replay import Change, Page
from schemas.evaluation import Disposition, Outcome
from schemas.verdict import DECISIONS, Decision
from storage.history import PastVerdict

MAX_EXAMPLES = 3  # of each flip

NOT_RUN = "not run"


class Example(msgspec.Struct, frozen=True, kw_only=True):
    """A trace whose decision flipped, and the reasons of both verdicts."""

    trace_id: UUID
    domain: str
    reason_before: str
    reason_after: str


class Flip(msgspec.Struct, frozen=True, kw_only=True):
    """Traces whose decision went from `before` to `after`, and the oldest few of them."""

    before: Decision
    after: Decision
    traces: int
    examples: list[Example]


class EvaluatorFlip(msgspec.Struct, frozen=True, kw_only=True):
    """Traces of which an evaluator says something else now: pass, fail, abstain, error, or `not run`."""

    evaluator: str
    before: str
    after: str
    traces: int


class DomainChange(msgspec.Struct, frozen=True, kw_only=True):
    """Traces of a domain that were judged again, and how many had and have which decision."""

    domain: str
    policy_version: str
    judged: int
    flipped: int
    before: dict[Decision, int]
    after: dict[Decision, int]


class Diff(msgspec.Struct, frozen=True, kw_only=True):
    """What a replay changed. skipped: traces that were not judged, by reason.

    first: traces that had no verdict, judged for the first time; they are none of those `judged` again.
    restored: traces that the store lacked, judged or not.
    """

    judged: int
    unchanged: int
    flips: list[Flip]
    evaluators: list[EvaluatorFlip]
    domains: list[DomainChange]
    skipped: dict[str, int]
    first: int = 0
    restored: int = 0


class DiffTally:
    """Adds pages up. Its memory grows with evaluators and domains, and not with traces."""

    def __init__(self) -> None:
        self._examples: dict[tuple[Decision, Decision], list[Example]] = defaultdict(list)
        self._evaluators: Counter[tuple[str, str, str]] = Counter()
        self._domains: dict[tuple[str, str], Counter[tuple[Decision, Decision]]] = defaultdict(Counter)
        self._skipped: Counter[str] = Counter()
        self._first = 0
        self._restored = 0

    def add(self, page: Page) -> None:
        """Count one page."""
        self._skipped.update(page.skipped)
        self._restored += page.restored
        for change in page.changes:
            if change.before is None:
                self._first += 1
            else:
                self._add(change, change.before)

    def _add(self, change: Change, before: PastVerdict) -> None:
        after = change.after
        self._domains[after.domain, after.policy_version][before.decision, after.decision] += 1
        self._evaluators.update(_changed_minds(change))
        if before.decision == after.decision:
            return
        examples = self._examples[before.decision, after.decision]
        if len(examples) < MAX_EXAMPLES:
            examples.append(
                Example(
                    trace_id=after.trace_id,
                    domain=after.domain,
                    reason_before=before.reason,
                    reason_after=after.reason,
                )
            )

    def diff(self) -> Diff:
        """All that was counted: what changed most comes first."""
        pairs = sum(self._domains.values(), Counter[tuple[Decision, Decision]]())
        flipped = {pair: count for pair, count in pairs.most_common() if pair[0] != pair[1]}
        return Diff(
            judged=pairs.total(),
            unchanged=pairs.total() - sum(flipped.values()),
            flips=[
                Flip(before=before, after=after, traces=count, examples=self._examples[before, after])
                for (before, after), count in flipped.items()
            ],
            evaluators=[
                EvaluatorFlip(evaluator=evaluator, before=before, after=after, traces=count)
                for (evaluator, before, after), count in self._evaluators.most_common()
            ],
            domains=[_domain_change(*key, counts) for key, counts in sorted(self._domains.items())],
            skipped=dict(self._skipped.most_common()),
            first=self._first,
            restored=self._restored,
        )


def _domain_change(domain: str, policy_version: str, counts: Mapping[tuple[Decision, Decision], int]) -> DomainChange:
    before, after = (dict.fromkeys(DECISIONS, 0) for _ in range(2))
    for (old, new), count in counts.items():
        before[old] += count
        after[new] += count
    return DomainChange(
        domain=domain,
        policy_version=policy_version,
        judged=sum(counts.values()),
        flipped=sum(count for (old, new), count in counts.items() if old != new),
        before=before,
        after=after,
    )


def _changed_minds(change: Change) -> Iterator[tuple[str, str, str]]:
    """Evaluator, what became of it before and what becomes of it now, where that differs."""
    before = {row.evaluator: _word(row.disposition, row.outcome) for row in change.outcomes_before}
    after = {row.evaluator: _word(row.disposition, row.outcome) for row in change.after.evaluations}
    for evaluator in sorted(before.keys() | after.keys()):
        words = before.get(evaluator, NOT_RUN), after.get(evaluator, NOT_RUN)
        if words[0] != words[1]:
            yield evaluator, *words


def _word(disposition: Disposition, outcome: Outcome | None) -> str:
    return outcome or ("error" if disposition == "failed" else NOT_RUN)
