"""All queries by name. Values are bound parameters, and every query but the listed exceptions is of one organisation."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Query:
    """SQL with bound parameters `{name:Type}`; Nullable ones mean "no filter" where they are NULL."""

    name: str
    sql: str


PREVIEW_CHARS = 200

TRACE = Query(
    "trace",
    """
    SELECT * FROM traces
    WHERE org_id = {org_id:String} AND trace_id = {trace_id:UUID}
    ORDER BY ingested_at LIMIT 1
    """,
)

LATEST_VERDICT = Query(
    "latest_verdict",
    """
    SELECT * FROM verdicts
    WHERE org_id = {org_id:String} AND timestamp = {timestamp:DateTime64(6, 'UTC')} AND trace_id = {trace_id:UUID}
    ORDER BY decided_at DESC, verdict_id LIMIT 1
    """,
)

EVALUATIONS_OF_VERDICT = Query(
    "evaluations_of_verdict",
    """
    SELECT * FROM evaluations
    WHERE org_id = {org_id:String} AND timestamp = {timestamp:DateTime64(6, 'UTC')} AND trace_id = {trace_id:UUID}
        AND verdict_id = {verdict_id:UUID}
    ORDER BY tier, evaluator
    """,
)

# The page is found first, on the columns that filter and order; its payloads and verdicts are then read for its ids alone.
TRACE_IDS = Query(
    "trace_ids",
    """
    SELECT timestamp, trace_id FROM traces
    WHERE org_id = {org_id:String}
        AND ({domain:Nullable(String)} IS NULL OR domain = {domain:Nullable(String)})
        AND ({kind:Nullable(String)} IS NULL OR kind = {kind:Nullable(String)})
        AND ({model:Nullable(String)} IS NULL OR model = {model:Nullable(String)})
        AND ({session_id:Nullable(String)} IS NULL OR session_id = {session_id:Nullable(String)})
        AND ({user_id:Nullable(String)} IS NULL OR user_id = {user_id:Nullable(String)})
        AND ({tag:Nullable(String)} IS NULL OR has(tags, {tag:Nullable(String)}))
        AND ({since:Nullable(DateTime64(6, 'UTC'))} IS NULL OR timestamp >= {since:Nullable(DateTime64(6, 'UTC'))})
        AND ({until:Nullable(DateTime64(6, 'UTC'))} IS NULL OR timestamp < {until:Nullable(DateTime64(6, 'UTC'))})
        AND ({text:Nullable(String)} IS NULL
            OR positionCaseInsensitiveUTF8(input, assumeNotNull({text:Nullable(String)})) > 0
            OR positionCaseInsensitiveUTF8(output, assumeNotNull({text:Nullable(String)})) > 0)
        AND ({before:Nullable(DateTime64(6, 'UTC'))} IS NULL
            OR timestamp < {before:Nullable(DateTime64(6, 'UTC'))}
            OR (timestamp = {before:Nullable(DateTime64(6, 'UTC'))} AND trace_id < {before_id:UUID}))
        AND (NOT {by_verdict:Bool} OR trace_id IN (
            SELECT trace_id FROM (
                SELECT trace_id, decision, risk, issues FROM verdicts
                WHERE {by_verdict:Bool} AND org_id = {org_id:String}
                ORDER BY timestamp DESC, trace_id DESC, decided_at DESC, verdict_id
                LIMIT 1 BY timestamp, trace_id
            )
            WHERE ({decision:Nullable(String)} IS NULL OR decision = {decision:Nullable(String)})
                AND ({issue:Nullable(String)} IS NULL OR issues[assumeNotNull({issue:Nullable(String)})] > 0)
                AND ({min_risk:Nullable(Float64)} IS NULL OR risk >= {min_risk:Nullable(Float64)})
        ))
    ORDER BY timestamp DESC, trace_id DESC
    LIMIT {limit:UInt32}
    """,
)
