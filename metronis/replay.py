"""Replay: judges stored traces again, by today's evaluators or under another policy, and stores the new verdicts."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import blake2b
from uuid import UUID

import msgspec

from metronis.clock import Clock
from processors.cascade import settle, verdict_on
from processors.policy import Policies
from processors.tiers.heuristics import Heuristics
from schemas.case import Case
from schemas.verdict import Verdict
from storage.history import Entry, PastOutcome, PastVerdict, Period, contents, outcomes, pages
from storage.records import StoredEvaluation, StoredTrace, StoredVerdict
from storage.store import Store
from storage.tables import EVALUATIONS, VERDICTS

PAGE_TRACES = 500  # in one insert
WHOLE_TRACES = 100  # in memory at once, since each may have megabytes
_TICK = timedelta(microseconds=1)


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """A trace judged again: the verdict that stood so far with what evaluators said for it, and the new one."""

    before: PastVerdict
    outcomes_before: list[PastOutcome]
    after: Verdict


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """Traces that were looked at: each is one of `changes`, or is counted in `skipped` by the reason."""

    changes: list[Change]
    skipped: Mapping[str, int]

    @property
    def traces(self) -> int:
        return len(self.changes) + sum(self.skipped.values())


class Replay:
    """Judges at tier 1 what has a verdict under another policy version. Used by one thread.

    Nothing is published, so nobody is alerted. Where `write` is set the new verdicts go into the store. What is stored
    already is never written again: a run that died half-way is finished by the same run once more.
    """

    def __init__(
        self,
        store: Store,
        policies: Policies,
        tier: Heuristics,
        clock: Clock,
        *,
        write: bool,
        page_traces: int = PAGE_TRACES,
    ) -> None:
        self._store = store
        self._policies = policies
        self._tier = tier
        self._clock = clock
        self._write = write
        self._page_traces = page_traces

    def run(self, period: Period, limit: int | None = None) -> Iterator[Page]:
        """Pages of the period, oldest first, each written before it is yielded; at most `limit` traces are judged.

        Raises Unavailable where the store does not answer.
        """
        left = sys.maxsize if limit is None else limit
        for entries in pages(self._store, period, self._page_traces):
            due, skipped = self._due(entries, left)
            yield Page(changes=self._judge_again(period.org_id, due) if due else [], skipped=skipped)
            left -= len(due)
            if not left:
                return

    def _due(self, entries: Sequence[Entry], most: int) -> tuple[list[Entry], Counter[str]]:
        """At most so many traces to judge again, and how many of those before the last were skipped for what reason."""
        due: list[Entry] = []
        skipped: Counter[str] = Counter()
        for entry in entries:
            if len(due) == most:
                break
            reason = self._reason_to_skip(entry)
            if reason is None:
                due.append(entry)
            else:
                skipped[reason] += 1
        return due, skipped

    def _reason_to_skip(self, entry: Entry) -> str | None:
        policy = self._policies.get(entry.domain)
        if policy is None:
            return f"domain {entry.domain} is not loaded"
        if not entry.verdicts:  # the pipeline is about to give one, which must not be doubled
            return "no verdict yet"
        if entry.verdicts[0].policy_version == policy.version:
            return f"already judged under {policy.version}"
        if any(verdict.policy_version == policy.version for verdict in entry.verdicts):
            return f"judged under {policy.version} before another policy; raise its `version` to judge anew"
        return None

    def _judge_again(self, org_id: str, due: Sequence[Entry]) -> list[Change]:
        now = self._clock.now()
        new = [
            StoredVerdict(self._verdict(stored, entry.verdicts[0], now), stored.source)
            for entry, stored in self._with_contents(org_id, due)
        ]
        old_ids = [entry.verdicts[0].verdict_id for entry in due]
        said = outcomes(self._store, org_id, due, old_ids + [row.verdict.verdict_id for row in new])
        if self._write:
            self._insert(new, said.keys())
        return [
            Change(
                before=entry.verdicts[0],
                outcomes_before=said.get(entry.verdicts[0].verdict_id, []),
                after=row.verdict,
            )
            for entry, row in zip(due, new, strict=True)
        ]

    def _with_contents(self, org_id: str, due: Sequence[Entry]) -> Iterator[tuple[Entry, StoredTrace]]:
        for start in range(0, len(due), WHOLE_TRACES):
            few = due[start : start + WHOLE_TRACES]
            found = {stored.trace.trace_id: stored for stored in contents(self._store, org_id, few)}
            yield from ((entry, found[entry.trace_id]) for entry in few)

    def _verdict(self, stored: StoredTrace, before: PastVerdict, now: datetime) -> Verdict:
        """The new verdict. What tier 0 took stays in it, because tier 0 is not run again."""
        trace = stored.trace
        sanitised = [use for use in before.tiers if use.tier == "t0"]
        case = Case(source=stored.source, ingested_at=stored.ingested_at, tiers=sanitised)
        case, outcome = self._tier.evaluate(trace, case)
        decided_at = max(now, before.decided_at + _TICK)  # the machine that decided before may have been ahead
        return verdict_on(trace, case, settle(outcome), self._policies[trace.domain], self._tier.name, decided_at)

    def _insert(self, rows: Sequence[StoredVerdict], have_evaluations: Collection[UUID]) -> None:
        """Evaluations first: who sees a verdict sees them too. A run that died between the two left them alone."""
        bare = [row.verdict for row in rows if row.verdict.verdict_id not in have_evaluations]
        evaluations = [StoredEvaluation(verdict, row) for verdict in bare for row in verdict.evaluations]
        self._store.insert(EVALUATIONS, evaluations, _token(bare))
        self._store.insert(VERDICTS, rows, _token([row.verdict for row in rows]))


def _token(verdicts: Sequence[Verdict]) -> str:
    """The same for the same verdicts, so that two replays at the same time, or an insert in doubt, add them once."""
    ids = b"".join(verdict.verdict_id.bytes for verdict in verdicts)
    return f"replay/{blake2b(ids, digest_size=16).hexdigest()}"
