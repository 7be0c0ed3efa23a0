"""Typed reads on top of the Store, for the gateway, the command line and the sink."""

from __future__ import annotations

import base64
import struct
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from metronis.errors import NotFound, Reject
from schemas.evaluation import Disposition, Evaluation, Outcome, Tier
from schemas.trace import NO_ID, Kind, Trace
from schemas.verdict import Decision, Verdict
from storage import queries
from storage.records import evaluation_from, trace_from, verdict_from
from storage.store import Store

PREVIEW_CHARS = 200
MAX_ASKED_IDS = 2_000  # ClickHouse takes 128 KiB in one parameter, which is 3,276 ids

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CURSOR = struct.Struct(">q16s")  # microseconds since the epoch, trace id


class TraceDetail(msgspec.Struct, frozen=True, kw_only=True):
    """One trace and its latest verdict, None until there is one.

    The verdict's evaluations stand beside it, in `evaluations`, and not within it.
    """

    trace: Trace
    verdict: Verdict | None
    evaluations: list[Evaluation]


class TraceFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which traces of an organisation to list; what is None does not count.

    since (inclusive) and until (exclusive) are about the trace's own time. text: in input or output, whatever its case.
    issue: the latest verdict scored it above 0. min_risk: 0..1, of the latest verdict.
    """

    org_id: str
    domain: str | None = None
    kind: Kind | None = None
    model: str | None = None
    session_id: str | None = None
    user_id: str | None = None
    tag: str | None = None
    text: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    decision: Decision | None = None
    issue: str | None = None
    min_risk: float | None = None


class TraceSummary(msgspec.Struct, frozen=True, kw_only=True):
    """A trace in a list. `input` and `output` are cut at 200 characters; without a verdict its fields are None."""

    trace_id: UUID
    timestamp: datetime
    domain: str
    kind: Kind
    model: str | None
    session_id: str | None
    user_id: str | None
    tags: list[str]
    latency_ms: float | None
    input: str
    output: str
    decision: Decision | None = None
    risk: float | None = None
    tier: Tier | None = None
    cost_usd: float | None = None
    issues: dict[str, float] = {}


class Page(msgspec.Struct, frozen=True):
    """Traces, newest first. `next_cursor` asks for the next page, and is None at the end."""

    items: list[TraceSummary]
    next_cursor: str | None


class DecisionCount(msgspec.Struct, frozen=True, kw_only=True):
    """Traces of a domain that were decided so at a tier."""

    domain: str
    decision: Decision
    tier: Tier
    traces: int
    cost_usd: float


class TierTotal(msgspec.Struct, frozen=True, kw_only=True):
    """What a tier took, over all traces that went through it."""

    tier: Tier
    traces: int
    duration_us: float
    cost_usd: float


class EvaluatorCount(msgspec.Struct, frozen=True, kw_only=True):
    """Traces on which an evaluator ended like this. duration_us: all of them together."""

    evaluator: str
    issue: str
    disposition: Disposition
    outcome: Outcome | None
    traces: int
    duration_us: float


class IssueCount(msgspec.Struct, frozen=True, kw_only=True):
    """Traces judged for an issue, and those of them where some evaluator found it."""

    issue: str
    judged: int
    failed: int


class Stats(msgspec.Struct, frozen=True, kw_only=True):
    """An organisation's traces, and counts over their latest verdicts."""

    traces: int
    decisions: list[DecisionCount]
    tiers: list[TierTotal]
    evaluators: list[EvaluatorCount]
    issues: list[IssueCount]


def trace_detail(store: Store, org_id: str, trace_id: UUID) -> TraceDetail:
    """A trace with its latest verdict. Raises NotFound where the organisation has no such trace."""
    rows = store.query(queries.TRACE, org_id=org_id, trace_id=trace_id)
    if not rows:
        raise NotFound(f"no trace {trace_id}")
    trace = trace_from(rows[0])
    key = {"org_id": org_id, "timestamp": trace.timestamp, "trace_id": trace_id}
    found = store.query(queries.LATEST_VERDICT, **key)
    if not found:
        return TraceDetail(trace=trace, verdict=None, evaluations=[])
    verdict = verdict_from(found[0])
    evaluations = store.query(queries.EVALUATIONS, **key, verdict_id=verdict.verdict_id)
    return TraceDetail(trace=trace, verdict=verdict, evaluations=[evaluation_from(row) for row in evaluations])


def list_traces(store: Store, filters: TraceFilter, limit: int, cursor: str | None) -> Page:
    """At most `limit` traces, newest first, from where the page ended that gave this cursor.

    Every trace comes once, even where several have the same time; those that arrive meanwhile may or may not come.
    Raises Reject where the cursor is none of ours.
    """
    before, before_id = _decode_cursor(cursor) if cursor else (None, NO_ID)
    rows = store.query(
        queries.TRACES,
        **msgspec.structs.asdict(filters),
        before=before,
        before_id=before_id,
        preview_chars=PREVIEW_CHARS,
        limit=limit + 1,
    )
    page, more = rows[:limit], len(rows) > limit
    return Page(_summaries(store, filters.org_id, page), _encode_cursor(page[-1]) if more and page else None)


def stats(store: Store, org_id: str) -> Stats:
    """What an organisation has, counted."""

    def rows(query: queries.Query, struct: type) -> Any:
        return msgspec.convert(store.query(query, org_id=org_id), list[struct])  # type: ignore[valid-type]  # a type made at run time

    return Stats(
        traces=store.query(queries.TRACE_COUNT, org_id=org_id)[0]["traces"],
        decisions=rows(queries.DECISION_COUNTS, DecisionCount),
        tiers=rows(queries.TIER_TOTALS, TierTotal),
        evaluators=rows(queries.EVALUATOR_COUNTS, EvaluatorCount),
        issues=rows(queries.ISSUE_COUNTS, IssueCount),
    )


def trace_sources(store: Store, keys: Collection[tuple[str, UUID]]) -> dict[tuple[str, UUID], str]:
    """For each (organisation, trace id) that is known, the origin of the raw message that it belongs to."""
    ids = list({trace_id for _, trace_id in keys})
    sources: dict[tuple[str, UUID], str] = {}
    for start in range(0, len(ids), MAX_ASKED_IDS):
        rows = store.query(queries.TRACE_SOURCES, trace_ids=ids[start : start + MAX_ASKED_IDS])
        sources |= {(row["org_id"], row["trace_id"]): row["source"] for row in rows}
    return {key: sources[key] for key in keys if key in sources}


def _summaries(store: Store, org_id: str, rows: list[dict[str, Any]]) -> list[TraceSummary]:
    if not rows:
        return []
    ids = [row["trace_id"] for row in rows]
    found = store.query(
        queries.VERDICTS_OF_TRACES,
        org_id=org_id,
        oldest=rows[-1]["timestamp"],
        newest=rows[0]["timestamp"],
        trace_ids=ids,
    )
    verdicts = {row["trace_id"]: row for row in found}
    return [_summary(row | verdicts.get(row["trace_id"], {})) for row in rows]


def _summary(row: dict[str, Any]) -> TraceSummary:
    return TraceSummary(input=row.pop("input_preview"), output=row.pop("output_preview"), **row)


def _encode_cursor(row: dict[str, Any]) -> str:
    microseconds = (row["timestamp"] - _EPOCH) // timedelta(microseconds=1)
    return base64.urlsafe_b64encode(_CURSOR.pack(microseconds, row["trace_id"].bytes)).decode()


def _decode_cursor(cursor: str) -> tuple[datetime, UUID]:
    try:
        microseconds, trace_id = _CURSOR.unpack(base64.b64decode(cursor, altchars=b"-_", validate=True))
        return _EPOCH + timedelta(microseconds=microseconds), UUID(bytes=trace_id)
    except (ValueError, struct.error, OverflowError):
        raise Reject(
            "not a cursor of ours",
            field="query.cursor",
            mend="Pass `next_cursor` unchanged, or none for the first page",
        ) from None
