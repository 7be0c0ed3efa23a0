"""The metric catalogue: every metric of the program. `docs/reference/metrics.md` is generated from it."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

from monitoring.tally import TalliedCounter

_LATENCY_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

TRACES_ACCEPTED = Counter("metronis_traces_accepted", "Traces that the gateway made durable.")
TRACES_REFUSED = Counter("metronis_traces_refused", "Traces that the gateway refused, by error code.", ["code"])
REQUEST_SECONDS = Histogram(
    "metronis_request_seconds", "Time to answer a request.", ["method", "route", "status"], buckets=_LATENCY_S
)
RECORDS_PROCESSED = Counter("metronis_records_processed", "Records that a step finished with.", ["step"])
RECORDS_DEAD_LETTERED = Counter(
    "metronis_records_dead_lettered", "Records sent to a dead-letter topic.", ["step", "code"]
)
DEAD_LETTER_LIMIT_REACHED = Counter(
    "metronis_dead_letter_limit_reached", "Stops of a step before it dead-lettered more failures of its own.", ["step"]
)
BATCH_SECONDS = Histogram("metronis_batch_seconds", "Time of one batch, commit included.", ["step"], buckets=_LATENCY_S)
BATCHES_RETRIED = Counter("metronis_batches_retried", "Batches begun again after a failed commit.", ["step", "code"])
LAG = Gauge(
    "metronis_lag", "Records not yet committed by a step's group.", ["step"], multiprocess_mode="livemostrecent"
)
BULK_HELD_BACK = Gauge(
    "metronis_bulk_held_back",
    "1 while a step's bulk traces wait for the readers behind it.",
    ["step"],
    multiprocess_mode="livemax",
)
EVALUATIONS = TalliedCounter(
    "metronis_evaluations", "Evaluations by evaluator and what became of them.", ["evaluator", "disposition", "outcome"]
)
VERDICT_DECISIONS = Counter(
    "metronis_verdicts", "Verdicts by domain, decision and deciding tier.", ["domain", "decision", "tier"]
)
ENTITIES_FOUND = Counter("metronis_entities_found", "PII entities replaced, by type.", ["type"])
VAULT_CACHE_FAILURES = Counter(
    "metronis_vault_cache_failures", "Times that the cache of pseudonyms that processes share did not answer."
)
ROWS_STORED = Counter("metronis_rows_stored", "Rows written to the store, by table.", ["table"])
DUPLICATE_TRACES = Counter("metronis_duplicate_traces", "Traces dropped because their id was already stored.")
DOMAINS_BROKEN = Gauge(
    "metronis_domains_broken", "Domains whose file is wrong; see the log.", multiprocess_mode="livemax"
)
KNOWLEDGE_QUESTIONS = Counter(
    "metronis_knowledge_questions",
    "Questions to public knowledge bases, by where the answer came from, or the error's code.",
    ["source", "answer"],
)
KNOWLEDGE_REQUEST_SECONDS = Histogram(
    "metronis_knowledge_request_seconds", "Time of one request to a public service.", ["source"], buckets=_LATENCY_S
)
KNOWLEDGE_CACHE_FAILURES = Counter(
    "metronis_knowledge_cache_failures", "Times that the cache of answers did not answer."
)
