-- The tables that the pipeline writes. Rows are immutable: a later verdict is another row, so nothing needs FINAL.
--
-- Partitions follow the server's clock (ingested_at, decided_at). A producer chooses its own timestamps, and a hostile one
-- would make a partition for every month that it can name.
-- The dedup window is what makes insert tokens work; its default is off. fsync is off by default too.

-- Text or messages: plain text is one turn without a role. `input` and `output` are the same as readable text.
-- Granules are small because rows are wide: reading one trace reads one granule of every column.
CREATE TABLE IF NOT EXISTS traces
(
    org_id        LowCardinality(String),
    trace_id      UUID CODEC(NONE),
    timestamp     DateTime64(6, 'UTC') CODEC(Delta, ZSTD),
    ingested_at   DateTime64(6, 'UTC') CODEC(Delta, ZSTD),
    domain        LowCardinality(String),
    kind          LowCardinality(String),
    model         LowCardinality(Nullable(String)),
    input_turns   Array(Tuple(role LowCardinality(Nullable(String)), content String)) CODEC(ZSTD),
    output_turns  Array(Tuple(role LowCardinality(Nullable(String)), content String)) CODEC(ZSTD),
    input         String ALIAS arrayStringConcat(input_turns.content, '\n\n'),
    output        String ALIAS arrayStringConcat(output_turns.content, '\n\n'),
    context       Array(Tuple(id Nullable(String), content String)) CODEC(ZSTD),
    session_id    Nullable(String) CODEC(ZSTD),
    user_id       Nullable(String) CODEC(ZSTD),
    tags          Array(LowCardinality(String)),
    input_tokens  Nullable(Int64) CODEC(ZSTD),
    output_tokens Nullable(Int64) CODEC(ZSTD),
    cost_usd      Nullable(Float64) CODEC(ZSTD),
    latency_ms    Nullable(Float64) CODEC(ZSTD),
    attributes    String COMMENT 'JSON' CODEC(ZSTD),
    features      Map(LowCardinality(String), Float64) CODEC(ZSTD),
    episode       String COMMENT 'JSON, empty where there is none' CODEC(ZSTD),
    expected      String COMMENT 'JSON, empty where there is none' CODEC(ZSTD),
    source        String COMMENT 'origin of the raw message' CODEC(ZSTD),
    INDEX by_trace_id trace_id TYPE bloom_filter(0.001) GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(ingested_at)
ORDER BY (org_id, timestamp, trace_id)
SETTINGS index_granularity = 1024, non_replicated_deduplication_window = 10000,
    fsync_after_insert = 1, fsync_part_directory = 1;

-- The same order as traces: with the trace in hand its timestamp is known, so its rows are one lookup in the primary key.
-- An evaluator over time is a scan of one organisation's time range over a LowCardinality column, which is cheap; the
-- other order would spread the rows of one trace over as many places as there are evaluators.
CREATE TABLE IF NOT EXISTS evaluations
(
    org_id         LowCardinality(String),
    trace_id       UUID CODEC(ZSTD),
    verdict_id     UUID CODEC(ZSTD),
    timestamp      DateTime64(6, 'UTC') CODEC(Delta, ZSTD),
    decided_at     DateTime64(6, 'UTC') CODEC(Delta, ZSTD),
    domain         LowCardinality(String),
    kind           LowCardinality(String),
    policy_version LowCardinality(String),
    evaluator      LowCardinality(String),
    version        Int64 CODEC(ZSTD),
    tier           LowCardinality(String),
    issue          LowCardinality(String),
    disposition    LowCardinality(String),
    outcome        LowCardinality(Nullable(String)),
    score          Nullable(Float64) CODEC(ZSTD),
    severity       LowCardinality(Nullable(String)),
    label          LowCardinality(String),
    explanation    String CODEC(ZSTD),
    evidence       Array(Tuple(field String, start Int64, end Int64)) CODEC(ZSTD),
    duration_us    Float64 CODEC(ZSTD),
    cost_usd       Float64 CODEC(ZSTD)
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(decided_at)
ORDER BY (org_id, timestamp, trace_id, evaluator)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1;

CREATE TABLE IF NOT EXISTS verdicts
(
    org_id         LowCardinality(String),
    trace_id       UUID CODEC(NONE),
    verdict_id     UUID CODEC(NONE),
    timestamp      DateTime64(6, 'UTC') CODEC(Delta, ZSTD),
    decided_at     DateTime64(6, 'UTC') CODEC(Delta, ZSTD),
    domain         LowCardinality(String),
    kind           LowCardinality(String),
    policy_version LowCardinality(String),
    decision       LowCardinality(String),
    risk           Float64 CODEC(ZSTD),
    tier           LowCardinality(String),
    reason         String CODEC(ZSTD),
    issues         Map(LowCardinality(String), Float64) CODEC(ZSTD),
    abstained      Array(LowCardinality(String)),
    tiers          Array(Tuple(tier LowCardinality(String), duration_us Float64, cost_usd Float64)) CODEC(ZSTD),
    cost_usd       Float64 COMMENT 'sum over tiers' CODEC(ZSTD),
    source         String COMMENT 'origin of the raw message' CODEC(ZSTD),
    INDEX by_trace_id trace_id TYPE bloom_filter(0.001) GRANULARITY 1
)
ENGINE = MergeTree
PARTITION BY toYYYYMM(decided_at)
ORDER BY (org_id, timestamp, trace_id, decided_at)
SETTINGS non_replicated_deduplication_window = 10000, fsync_after_insert = 1, fsync_part_directory = 1;

-- Which raw message each trace id belongs to for ever. Small granules: the sink asks for a thousand random ids at a time.
CREATE TABLE IF NOT EXISTS trace_keys
(
    trace_id UUID CODEC(NONE),
    org_id   LowCardinality(String),
    source   String CODEC(ZSTD)
)
ENGINE = MergeTree
ORDER BY (trace_id, org_id)
SETTINGS index_granularity = 256, non_replicated_deduplication_window = 10000,
    fsync_after_insert = 1, fsync_part_directory = 1;

-- The verdicts of one organisation that no later one supersedes: latest_verdicts(org_id = 'default').
-- In the order of the key, so that it streams: GROUP BY with argMax takes four times as long.
CREATE VIEW IF NOT EXISTS latest_verdicts AS
SELECT * FROM verdicts
WHERE org_id = {org_id:String}
ORDER BY timestamp DESC, trace_id DESC, decided_at DESC, verdict_id
LIMIT 1 BY timestamp, trace_id;
