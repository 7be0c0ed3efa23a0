"""Rows to put into a store."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from schemas.trace import Trace
from schemas.verdict import TierUse, Verdict
from storage.records import StoredEvaluation, StoredTrace, StoredVerdict, TraceKey
from storage.store import Store
from storage.tables import EVALUATIONS, TRACE_KEYS, TRACES, VERDICTS
from tests.builders import NOON, evaluation, trace

INGESTED = datetime(2026, 3, 1, 12, 0, 1, tzinfo=UTC)
DECIDED = INGESTED + timedelta(seconds=1)


def new_trace(org_id: str, **fields: Any) -> Trace:
    """A trace with an id of its own."""
    return trace(**{"trace_id": uuid4(), "org_id": org_id, **fields})


def verdict_of(judged: Trace, **fields: Any) -> Verdict:
    """A verdict that passes the trace, with one evaluation."""
    facts: dict[str, Any] = {
        "verdict_id": uuid4(),
        "trace_id": judged.trace_id,
        "org_id": judged.org_id,
        "domain": judged.domain,
        "kind": judged.kind,
        "timestamp": judged.timestamp,
        "decided_at": DECIDED,
        "decision": "pass",
        "risk": 0.1,
        "tier": "t1",
        "reason": "nothing was found",
        "policy_version": "general-1",
        "issues": {"quality": 0.0},
        "tiers": [TierUse("t0", 10.0, 0.0), TierUse("t1", 90.0, 0.5)],
        "evaluations": [evaluation()],
    }
    return Verdict(**{**facts, **fields})


def put_traces(store: Store, traces: Sequence[Trace], token: str = "") -> None:
    """Insert traces, under a token of their own unless one is given."""
    rows = [StoredTrace(each, INGESTED, f"traces.raw/0/{number}") for number, each in enumerate(traces)]
    store.insert(TRACES, rows, token or uuid4().hex)


def put_verdicts(store: Store, *verdicts: Verdict) -> None:
    """Insert verdicts and their evaluations, under tokens of their own."""
    store.insert(VERDICTS, [StoredVerdict(each, "traces.raw/0/0") for each in verdicts], uuid4().hex)
    rows = [StoredEvaluation(each, row) for each in verdicts for row in each.evaluations]
    store.insert(EVALUATIONS, rows, uuid4().hex)


def put_keys(store: Store, *keys: TraceKey) -> None:
    """Insert keys, under a token of their own."""
    store.insert(TRACE_KEYS, keys, uuid4().hex)


def minutes(number: float) -> datetime:
    """So many minutes after noon."""
    return NOON + timedelta(minutes=number)
