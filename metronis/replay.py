"""Replay: judges traces again, by today's evaluators or under another policy, and stores the new verdicts."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import blake2b
from uuid import UUID

import msgspec

from metronis.clock import Clock
from metronis.replay_sources import NO_VERDICT, WHOLE_TRACES, Batch, Content, Source
from processors.cascade import settle, verdict_on
from processors.policy import Policies
from processors.tiers.heuristics import Heuristics
from schemas.verdict import Verdict
from storage.history import Entry, PastOutcome, PastVerdict, outcomes
from storage.records import StoredEvaluation, StoredVerdict
from storage.store import Store
from storage.tables import EVALUATIONS, TRACE_KEYS, TRACES, VERDICTS

PAGE_TRACES = 500  # in one insert
_TICK = timedelta(microseconds=1)


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """A trace judged again: the verdict that stood so far with what evaluators said for it, and the new one.

    before: None where the trace was never judged, as far as the store knows.
    """

    before: PastVerdict | None
    outcomes_before: list[PastOutcome]
    after: Verdict


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """Traces that were looked at: each is one of `changes`, or is counted in `skipped` by the reason.

    restored: of them, those whose trace the store lacked. read: how much of the source this was, see `Source.size`.
    """

    changes: list[Change]
    skipped: Mapping[str, int]
    restored: int
    read: int

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

    def run(self, source: Source, limit: int | None = None) -> Iterator[Page]:
        """Pages of the source, in its order, each written before it is yielded; at most `limit` traces are judged.

        What the source says that the store lacks is restored. Raises Unavailable where store or log do not answer.
        """
        left = sys.maxsize if limit is None else limit
        for batch in source.batches(self._page_traces):
            due, skipped = self._due(batch, left)
            if self._write:
                self._restore(batch)
            changes = self._judge_again(source.period.org_id, due, batch) if due else []
            yield Page(changes=changes, skipped=skipped, restored=len(batch.missing), read=batch.read)
            left -= len(due)
            if not left:
                return

    def _due(self, batch: Batch, most: int) -> tuple[list[Entry], Counter[str]]:
        """At most so many traces to judge again, and how many of those before the last were skipped for what reason."""
        due: list[Entry] = []
        skipped = Counter(batch.skipped)
        for entry in batch.entries:
            if len(due) == most:
                break
            reason = self._reason_to_skip(entry, batch.awaits_verdicts)
            if reason is None:
                due.append(entry)
            else:
                skipped[reason] += 1
        return due, skipped

    def _reason_to_skip(self, entry: Entry, awaits_verdict: bool) -> str | None:
        policy = self._policies.get(entry.domain)
        if policy is None:
            return f"domain {entry.domain} is not loaded"
        if not entry.verdicts:  # the pipeline may be about to give one, which must not be doubled
            return NO_VERDICT if awaits_verdict else None
        if entry.verdicts[0].policy_version == policy.version:
            return f"already judged under {policy.version}"
        if any(verdict.policy_version == policy.version for verdict in entry.verdicts):
            return f"judged under {policy.version} before another policy; raise its `version` to judge anew"
        return None

    def _judge_again(self, org_id: str, due: Sequence[Entry], batch: Batch) -> list[Change]:
        now = self._clock.now()
        new = [
            StoredVerdict(self._verdict(content, before, now), content.case.source)
            for before, content in _with_contents(due, batch)
        ]
        standing = [_standing(entry) for entry in due]
        old_ids = [before.verdict_id for before in standing if before]
        said = outcomes(self._store, org_id, due, old_ids + [row.verdict.verdict_id for row in new])
        if self._write:
            self._insert(new, said.keys())
        return [
            Change(
                before=before,
                outcomes_before=said.get(before.verdict_id, []) if before else [],
                after=row.verdict,
            )
            for before, row in zip(standing, new, strict=True)
        ]

    def _verdict(self, content: Content, before: PastVerdict | None, now: datetime) -> Verdict:
        """The new verdict. What tier 0 took stays in it, because tier 0 is not run again."""
        trace = content.trace
        policy = self._policies[trace.domain]
        case, outcome = self._tier.evaluate(trace, content.case, policy)
        # The machine that decided before may have been ahead.
        decided_at = max(now, before.decided_at + _TICK) if before else now
        return verdict_on(trace, case, settle(outcome), policy, self._tier.name, decided_at)

    def _restore(self, batch: Batch) -> None:
        """What the store lacks; the claims first, as in the sink."""
        for table, rows in ((TRACE_KEYS, batch.unowned), (TRACES, batch.missing)):
            if rows:
                self._store.insert(table, rows, _token(row.source.encode() for row in rows))

    def _insert(self, rows: Sequence[StoredVerdict], have_evaluations: Collection[UUID]) -> None:
        """Evaluations first: who sees a verdict sees them too. A run that died between the two left them alone."""
        bare = [row.verdict for row in rows if row.verdict.verdict_id not in have_evaluations]
        evaluations = [StoredEvaluation(verdict, row) for verdict in bare for row in verdict.evaluations]
        self._store.insert(EVALUATIONS, evaluations, _token(verdict.verdict_id.bytes for verdict in bare))
        self._store.insert(VERDICTS, rows, _token(row.verdict.verdict_id.bytes for row in rows))


def _with_contents(due: Sequence[Entry], batch: Batch) -> Iterator[tuple[PastVerdict | None, Content]]:
    for start in range(0, len(due), WHOLE_TRACES):
        few = due[start : start + WHOLE_TRACES]
        found = batch.contents(few)
        yield from ((_standing(entry), found[entry.trace_id]) for entry in few)


def _standing(entry: Entry) -> PastVerdict | None:
    """The verdict that no other supersedes."""
    return entry.verdicts[0] if entry.verdicts else None


def _token(ids: Iterable[bytes]) -> str:
    """The same for the same rows, so that two replays at the same time, or an insert in doubt, add them once."""
    return f"replay/{blake2b(b' '.join(ids), digest_size=16).hexdigest()}"
