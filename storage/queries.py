"""All queries by name. Values are bound parameters, and every query but the one listed is of one organisation."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Query:
    """SQL with bound parameters `{name:Type}`."""

    name: str
    sql: str


TRACE = Query(
    "trace",
    """
    SELECT * FROM traces
    WHERE org_id = {org_id:String} AND trace_id = {trace_id:UUID}
    ORDER BY ingested_at
    LIMIT 1
    """,
)

LATEST_VERDICT = Query(
    "latest_verdict",
    """
    SELECT * FROM latest_verdicts(org_id = {org_id:String})
    WHERE timestamp = {timestamp:DateTime64(6, 'UTC')} AND trace_id = {trace_id:UUID}
    """,
)

EVALUATIONS = Query(
    "evaluations",
    """
    SELECT * FROM evaluations
    WHERE org_id = {org_id:String} AND timestamp = {timestamp:DateTime64(6, 'UTC')} AND trace_id = {trace_id:UUID}
        AND verdict_id = {verdict_id:UUID}
    ORDER BY tier, evaluator, version
    """,
)

# A filter that is NULL is folded away before anything is read. Bounds on time are repeated for the verdicts, since they
# are what keeps a page of a large organisation cheap.
TRACES = Query(
    "traces",
    """
    WITH
        {domain:Nullable(String)} AS _domain,
        {kind:Nullable(String)} AS _kind,
        {model:Nullable(String)} AS _model,
        {session_id:Nullable(String)} AS _session_id,
        {user_id:Nullable(String)} AS _user_id,
        {tag:Nullable(String)} AS _tag,
        {text:Nullable(String)} AS _text,
        {since:Nullable(DateTime64(6, 'UTC'))} AS _since,
        {until:Nullable(DateTime64(6, 'UTC'))} AS _until,
        {before:Nullable(DateTime64(6, 'UTC'))} AS _before,
        {before_id:UUID} AS _before_id,
        {decision:Nullable(String)} AS _decision,
        {issue:Nullable(String)} AS _issue,
        {min_risk:Nullable(Float64)} AS _min_risk,
        _decision IS NOT NULL OR _issue IS NOT NULL OR _min_risk IS NOT NULL AS _by_verdict
    SELECT trace_id, timestamp, domain, kind, model, session_id, user_id, tags, latency_ms,
        substringUTF8(input, 1, {preview_chars:UInt32}) AS input_preview,
        substringUTF8(output, 1, {preview_chars:UInt32}) AS output_preview
    FROM traces
    WHERE org_id = {org_id:String}
        AND (_domain IS NULL OR domain = _domain)
        AND (_kind IS NULL OR kind = _kind)
        AND (_model IS NULL OR model = _model)
        AND (_session_id IS NULL OR session_id = _session_id)
        AND (_user_id IS NULL OR user_id = _user_id)
        AND (_tag IS NULL OR has(tags, _tag))
        AND (_text IS NULL
            OR positionCaseInsensitiveUTF8(input, assumeNotNull(_text)) > 0
            OR positionCaseInsensitiveUTF8(output, assumeNotNull(_text)) > 0)
        AND (_since IS NULL OR timestamp >= _since)
        AND (_until IS NULL OR timestamp < _until)
        AND (_before IS NULL OR timestamp < _before OR (timestamp = _before AND trace_id < _before_id))
        AND (NOT _by_verdict OR trace_id IN (
            SELECT trace_id FROM latest_verdicts(org_id = {org_id:String})
            WHERE _by_verdict
                AND (_since IS NULL OR timestamp >= _since)
                AND (_until IS NULL OR timestamp < _until)
                AND (_before IS NULL OR timestamp <= _before)
                AND (_decision IS NULL OR decision = _decision)
                AND (_issue IS NULL OR issues[assumeNotNull(_issue)] > 0)
                AND (_min_risk IS NULL OR risk >= _min_risk)
        ))
    ORDER BY timestamp DESC, trace_id DESC
    LIMIT {limit:UInt32}
    """,
)

VERDICTS_OF_TRACES = Query(
    "verdicts_of_traces",
    """
    SELECT trace_id, decision, risk, tier, cost_usd, issues
    FROM latest_verdicts(org_id = {org_id:String})
    WHERE timestamp >= {oldest:DateTime64(6, 'UTC')} AND timestamp <= {newest:DateTime64(6, 'UTC')}
        AND trace_id IN {trace_ids:Array(UUID)}
    """,
)

# Forward in the order of the key. The first page of a range is what comes after its beginning and the id 0.
HISTORY = Query(
    "history",
    """
    WITH {domain:Nullable(String)} AS _domain
    SELECT trace_id, timestamp, domain
    FROM traces
    WHERE org_id = {org_id:String}
        AND (_domain IS NULL OR domain = _domain)
        AND timestamp >= {oldest:DateTime64(6, 'UTC')} AND timestamp <= {newest:DateTime64(6, 'UTC')}
        AND (timestamp > {oldest:DateTime64(6, 'UTC')} OR trace_id > {after_id:UUID})
    ORDER BY timestamp, trace_id
    LIMIT {limit:UInt32}
    """,
)

HISTORY_COUNT = Query(
    "history_count",
    """
    WITH {domain:Nullable(String)} AS _domain
    SELECT count() AS traces
    FROM traces
    WHERE org_id = {org_id:String}
        AND (_domain IS NULL OR domain = _domain)
        AND timestamp >= {oldest:DateTime64(6, 'UTC')} AND timestamp <= {newest:DateTime64(6, 'UTC')}
    """,
)

TRACES_BY_ID = Query(
    "traces_by_id",
    """
    SELECT * FROM traces
    WHERE org_id = {org_id:String}
        AND timestamp >= {oldest:DateTime64(6, 'UTC')} AND timestamp <= {newest:DateTime64(6, 'UTC')}
        AND trace_id IN {trace_ids:Array(UUID)}
    """,
)

# In the order of latest_verdicts, which begins with the one that no other supersedes.
VERDICT_HISTORY = Query(
    "verdict_history",
    """
    SELECT trace_id, verdict_id, decided_at, policy_version, decision, reason, tiers
    FROM verdicts
    WHERE org_id = {org_id:String}
        AND timestamp >= {oldest:DateTime64(6, 'UTC')} AND timestamp <= {newest:DateTime64(6, 'UTC')}
        AND trace_id IN {trace_ids:Array(UUID)}
    ORDER BY timestamp, trace_id, decided_at DESC, verdict_id
    """,
)

OUTCOMES = Query(
    "outcomes",
    """
    SELECT verdict_id, evaluator, disposition, outcome
    FROM evaluations
    WHERE org_id = {org_id:String}
        AND timestamp >= {oldest:DateTime64(6, 'UTC')} AND timestamp <= {newest:DateTime64(6, 'UTC')}
        AND verdict_id IN {verdict_ids:Array(UUID)}
    """,
)

REPORTS = Query(
    "reports",
    """
    SELECT * FROM evaluations
    WHERE org_id = {org_id:String}
        AND timestamp >= {oldest:DateTime64(6, 'UTC')} AND timestamp <= {newest:DateTime64(6, 'UTC')}
        AND verdict_id IN {verdict_ids:Array(UUID)} AND tier = 't0'
    """,
)

TRACE_COUNT = Query("trace_count", "SELECT count() AS traces FROM traces WHERE org_id = {org_id:String}")

DECISION_COUNTS = Query(
    "decision_counts",
    """
    SELECT domain, decision, tier, count() AS traces, sum(cost_usd) AS cost_usd
    FROM latest_verdicts(org_id = {org_id:String})
    GROUP BY domain, decision, tier
    ORDER BY domain, decision, tier
    """,
)

TIER_TOTALS = Query(
    "tier_totals",
    """
    SELECT use.tier AS tier, count() AS traces, sum(use.duration_us) AS duration_us, sum(use.cost_usd) AS cost_usd
    FROM latest_verdicts(org_id = {org_id:String})
    ARRAY JOIN tiers AS use
    GROUP BY use.tier
    ORDER BY use.tier
    """,
)

EVALUATOR_COUNTS = Query(
    "evaluator_counts",
    """
    SELECT evaluator, issue, disposition, outcome, count() AS traces, sum(duration_us) AS duration_us
    FROM evaluations
    WHERE org_id = {org_id:String}
        AND verdict_id IN (SELECT verdict_id FROM latest_verdicts(org_id = {org_id:String}))
    GROUP BY evaluator, issue, disposition, outcome
    ORDER BY evaluator, issue, disposition, outcome
    """,
)

ISSUE_COUNTS = Query(
    "issue_counts",
    """
    SELECT issue, count() AS judged, countIf(failed) AS failed
    FROM (
        SELECT issue, max(outcome = 'fail') AS failed
        FROM evaluations
        WHERE org_id = {org_id:String} AND outcome IN ('pass', 'fail')
            AND verdict_id IN (SELECT verdict_id FROM latest_verdicts(org_id = {org_id:String}))
        GROUP BY issue, trace_id
    )
    GROUP BY issue
    ORDER BY issue
    """,
)

# What the audit counts, for some ids and the range of times that they are from.
TRACE_COPIES = Query(
    "trace_copies",
    """
    SELECT source, count() AS copies
    FROM traces
    WHERE org_id = {org_id:String}
        AND timestamp >= {oldest:DateTime64(6, 'UTC')} AND timestamp <= {newest:DateTime64(6, 'UTC')}
        AND trace_id IN {trace_ids:Array(UUID)}
    GROUP BY source
    """,
)

VERDICT_COPIES = Query(
    "verdict_copies",
    """
    SELECT source, verdict_id, count() AS copies
    FROM verdicts
    WHERE org_id = {org_id:String}
        AND timestamp >= {oldest:DateTime64(6, 'UTC')} AND timestamp <= {newest:DateTime64(6, 'UTC')}
        AND trace_id IN {trace_ids:Array(UUID)}
    GROUP BY source, verdict_id
    """,
)

EVALUATION_COPIES = Query(
    "evaluation_copies",
    """
    SELECT verdict_id, count() AS copies
    FROM evaluations
    WHERE org_id = {org_id:String}
        AND timestamp >= {oldest:DateTime64(6, 'UTC')} AND timestamp <= {newest:DateTime64(6, 'UTC')}
        AND trace_id IN {trace_ids:Array(UUID)}
    GROUP BY verdict_id
    """,
)

# The sink asks for the ids of a batch from many organisations at once and matches the organisation itself.
TRACE_SOURCES = Query(
    "trace_sources",
    "SELECT org_id, trace_id, source FROM trace_keys WHERE trace_id IN {trace_ids:Array(UUID)}",
)

QUERIES: tuple[Query, ...] = (
    TRACE,
    LATEST_VERDICT,
    EVALUATIONS,
    TRACES,
    VERDICTS_OF_TRACES,
    HISTORY,
    HISTORY_COUNT,
    TRACES_BY_ID,
    VERDICT_HISTORY,
    OUTCOMES,
    REPORTS,
    TRACE_COUNT,
    DECISION_COUNTS,
    TIER_TOTALS,
    EVALUATOR_COUNTS,
    ISSUE_COUNTS,
    TRACE_COPIES,
    VERDICT_COPIES,
    EVALUATION_COPIES,
    TRACE_SOURCES,
)

ACROSS_ORGANISATIONS = frozenset({TRACE_SOURCES})
"""The queries that take no organisation."""
