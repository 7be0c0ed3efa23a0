"""Typed reads of what was judged, in order of time, for those who judge it again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from schemas.evaluation import Disposition, Evaluation, Outcome
from schemas.trace import NO_ID
from schemas.verdict import Decision, TierUse
from storage import queries
from storage.records import StoredTrace, evaluation_from, trace_from
from storage.store import Store

_TICK = timedelta(microseconds=1)  # what the store tells apart


class Period(msgspec.Struct, frozen=True, kw_only=True):
    """Traces of an organisation, and perhaps of one domain alone, with since <= timestamp < until."""

    org_id: str
    since: datetime
    until: datetime
    domain: str | None = None


class PastVerdict(msgspec.Struct, frozen=True, kw_only=True):
    """A stored verdict, as far as a comparison needs it."""

    verdict_id: UUID
    decided_at: datetime
    policy_version: str
    decision: Decision
    reason: str
    tiers: list[TierUse]


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A trace without its contents, and its stored verdicts, the latest first."""

    trace_id: UUID
    timestamp: datetime
    domain: str
    verdicts: list[PastVerdict]


class PastOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """What became of an evaluator, and what it said."""

    verdict_id: UUID
    evaluator: str
    disposition: Disposition
    outcome: Outcome | None


def count_traces(store: Store, period: Period) -> int:
    """How many traces there are in the period now."""
    count: int = store.query(queries.HISTORY_COUNT, **_bounds(period))[0]["traces"]
    return count


def pages(store: Store, period: Period, page_size: int) -> Iterator[list[Entry]]:
    """The period's traces, oldest first, each once; those that arrive meanwhile may or may not come."""
    bounds, after_id = _bounds(period), NO_ID
    while True:
        rows = store.query(queries.HISTORY, **bounds, after_id=after_id, limit=page_size)
        if rows:
            yield with_verdicts(store, period.org_id, [Entry(**row, verdicts=[]) for row in rows])
        if len(rows) < page_size:
            return
        bounds["oldest"], after_id = rows[-1]["timestamp"], rows[-1]["trace_id"]


def _bounds(period: Period) -> dict[str, Any]:
    return {
        "org_id": period.org_id,
        "domain": period.domain,
        "oldest": period.since,
        "newest": period.until - _TICK,
    }


def with_verdicts(store: Store, org_id: str, entries: Sequence[Entry]) -> list[Entry]:
    """These entries, which are in order of time, with the verdicts that are stored now."""
    verdicts: dict[UUID, list[PastVerdict]] = defaultdict(list)
    for row in store.query(queries.VERDICT_HISTORY, **_asked(org_id, entries)):
        tiers = [TierUse(**use) for use in row.pop("tiers")]
        verdicts[row.pop("trace_id")].append(PastVerdict(**row, tiers=tiers))
    return [msgspec.structs.replace(entry, verdicts=verdicts[entry.trace_id]) for entry in entries]


def stored_sources(store: Store, org_id: str, entries: Sequence[Entry]) -> set[str]:
    """Origins of the raw messages of these entries, which are in order of time, whose traces are stored."""
    return {row["source"] for row in store.query(queries.TRACE_COPIES, **_asked(org_id, entries))}


def contents(store: Store, org_id: str, entries: Sequence[Entry]) -> list[StoredTrace]:
    """The traces of these entries whole, in no order. Each may have megabytes: ask for few at a time."""
    rows = store.query(queries.TRACES_BY_ID, **_asked(org_id, entries))
    return [StoredTrace(trace_from(row), row["ingested_at"], row["source"]) for row in rows]


def outcomes(
    store: Store, org_id: str, entries: Sequence[Entry], verdict_ids: Sequence[UUID]
) -> dict[UUID, list[PastOutcome]]:
    """What evaluators said for these verdicts, which are all about these entries; verdicts without a row are absent."""
    found: dict[UUID, list[PastOutcome]] = defaultdict(list)
    for row in store.query(queries.OUTCOMES, **_between(org_id, entries), verdict_ids=list(verdict_ids)):
        found[row["verdict_id"]].append(PastOutcome(**row))
    return dict(found)


def reports(store: Store, org_id: str, entries: Sequence[Entry]) -> dict[UUID, list[Evaluation]]:
    """What tier 0 reported on these entries, which are in order of time, with their latest verdicts, by trace."""
    latest = [entry.verdicts[0].verdict_id for entry in entries if entry.verdicts]
    found: dict[UUID, list[Evaluation]] = defaultdict(list)
    for row in store.query(queries.REPORTS, **_between(org_id, entries), verdict_ids=latest):
        found[row["trace_id"]].append(evaluation_from(row))
    return dict(found)


def _asked(org_id: str, entries: Sequence[Entry]) -> dict[str, Any]:
    return {**_between(org_id, entries), "trace_ids": [entry.trace_id for entry in entries]}


def _between(org_id: str, entries: Sequence[Entry]) -> dict[str, Any]:
    return {"org_id": org_id, "oldest": entries[0].timestamp, "newest": entries[-1].timestamp}
