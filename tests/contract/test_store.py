"""What every side of the Store seam must keep to."""

from __future__ import annotations

import math
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from metronis.errors import NotFound, Reject
from schemas.evaluation import Evidence
from schemas.trace import NO_ID, Message, Trace, Usage
from schemas.verdict import TierUse
from storage.queries import ACROSS_ORGANISATIONS, QUERIES, Query
from storage.read import TraceFilter, TraceSummary, list_traces, stats, trace_detail, trace_sources
from storage.records import StoredEvaluation, StoredTrace, StoredVerdict, TraceKey
from storage.store import Store
from storage.tables import EVALUATIONS, TABLES, TRACE_KEYS, TRACES, VERDICTS, Table
from tests.builders import NOON, evaluation
from tests.storage.rows import (
    DECIDED,
    INGESTED,
    minutes,
    new_trace,
    put_keys,
    put_traces,
    put_verdicts,
    verdict_of,
)
from tests.storage.traces import traces

COUNTS = {
    table.name: Query(f"count_{table.name}", f"SELECT count() AS n FROM {table.name} WHERE org_id = {{org_id:String}}")
    for table in TABLES
}


@pytest.fixture(params=["store", "server_store"], ids=["embedded", "server"])
def side(request: pytest.FixtureRequest) -> Store:
    store: Store = request.getfixturevalue(request.param)
    return store


def count(side: Store, table: Table, org_id: str) -> int:
    return int(side.query(COUNTS[table.name], org_id=org_id)[0]["n"])


def rows_of(table: Table, org_id: str, number: int = 3) -> Sequence[Any]:
    judged = [new_trace(org_id) for _ in range(number)]
    made: dict[str, Sequence[Any]] = {
        TRACES.name: [StoredTrace(each, INGESTED, "traces.raw/0/1") for each in judged],
        VERDICTS.name: [StoredVerdict(verdict_of(each), "traces.raw/0/1") for each in judged],
        EVALUATIONS.name: [StoredEvaluation(verdict_of(each), evaluation()) for each in judged],
        TRACE_KEYS.name: [TraceKey(org_id, each.trace_id, "traces.raw/0/1") for each in judged],
    }
    return made[table.name]


def listed(side: Store, filters: TraceFilter, limit: int = 100) -> list[UUID]:
    return [item.trace_id for item in list_traces(side, filters, limit, None).items]


# Inserts


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_token_counts_once_in_each_table(side: Store, org_id: str, table: Table) -> None:
    rows = rows_of(table, org_id)
    for _ in range(3):
        side.insert(table, rows, f"{org_id}/1")
    assert count(side, table, org_id) == 3
    side.insert(table, rows, f"{org_id}/2")
    assert count(side, table, org_id) == 6


def test_a_token_is_of_its_table_alone(side: Store, org_id: str) -> None:
    for table in TABLES:
        side.insert(table, rows_of(table, org_id), org_id)
    assert [count(side, table, org_id) for table in TABLES] == [3] * len(TABLES)


def test_the_dedup_window_outlasts_many_tokens(side: Store, org_id: str) -> None:
    rows = rows_of(TRACE_KEYS, org_id, 1)
    for number in range(200):
        side.insert(TRACE_KEYS, rows, f"{org_id}/{number}")
    side.insert(TRACE_KEYS, rows, f"{org_id}/0")
    assert count(side, TRACE_KEYS, org_id) == 200


def test_a_crash_between_two_months_is_mended_by_the_repetition(side: Store, org_id: str) -> None:
    january, february = datetime(2026, 1, 31, 23, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)
    rows = [StoredTrace(new_trace(org_id), month, "") for month in (january, january, february)]
    side.insert(TRACES, rows[:2], org_id)  # all that a crash between the two partitions leaves
    for _ in range(2):
        side.insert(TRACES, rows, org_id)
    assert sorted(listed(side, TraceFilter(org_id=org_id))) == sorted(row.trace.trace_id for row in rows)


def test_no_rows_are_no_insert(side: Store, org_id: str) -> None:
    side.insert(TRACES, [], org_id)
    put_traces(side, [new_trace(org_id)], org_id)
    assert count(side, TRACES, org_id) == 1


@pytest.mark.parametrize(
    ("fields", "column"),
    [
        ({"output": "half a pair: \ud800"}, "traces.output_turns"),
        ({"usage": Usage(input_tokens=2**63)}, "traces.input_tokens"),
        ({"attributes": {"half": "\ud800"}}, "traces.attributes"),
        ({"tags": [7]}, "traces.tags"),
    ],
)
def test_what_cannot_be_held_is_rejected_whole(side: Store, org_id: str, fields: dict[str, Any], column: str) -> None:
    with pytest.raises(Reject) as caught:
        put_traces(side, [new_trace(org_id), new_trace(org_id, **fields)])
    assert caught.value.field == column
    assert count(side, TRACES, org_id) == 0


def test_readers_see_whole_batches_while_a_writer_inserts(side: Store, org_id: str) -> None:
    batches, size = 20, 50

    def write() -> None:
        for number in range(batches):
            put_traces(side, [new_trace(org_id) for _ in range(size)], f"{org_id}/{number}")

    def read(_: int) -> list[int]:
        seen = [0]
        while seen[-1] < batches * size:
            seen.append(count(side, TRACES, org_id))
            assert len(listed(side, TraceFilter(org_id=org_id), 10)) == min(10, seen[-1]) or seen[-1] == 0
        return seen

    with ThreadPoolExecutor(4) as pool:
        written = pool.submit(write)
        histories = list(pool.map(read, range(3)))
        written.result()
    for seen in histories:
        assert seen == sorted(seen)
        assert all(number % size == 0 for number in seen)


# Round trips


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(batch=st.lists(traces, min_size=1, max_size=8, unique_by=lambda trace: trace.trace_id))
def test_a_trace_reads_back_identical(store: Store, batch: list[Trace]) -> None:
    org_id = f"org-{uuid4().hex}"
    sent = [msgspec.structs.replace(trace, org_id=org_id) for trace in batch]
    put_traces(store, sent)
    assert [trace_detail(store, org_id, trace.trace_id).trace for trace in sent] == sent


def test_a_trace_of_several_megabytes_reads_back(side: Store, org_id: str) -> None:
    sent = new_trace(org_id, input="é" * 2_000_000, context=["\0" * 1_000_000])
    put_traces(side, [sent])
    assert trace_detail(side, org_id, sent.trace_id).trace == sent


def test_ids_have_the_same_text_form_in_sql(side: Store, org_id: str) -> None:
    sent = new_trace(org_id, trace_id=UUID("00112233-4455-6677-8899-aabbccddeeff"))
    put_traces(side, [sent])
    text = Query("text", "SELECT toString(trace_id) AS id FROM traces WHERE org_id = {org_id:String}")
    assert side.query(text, org_id=org_id) == [{"id": "00112233-4455-6677-8899-aabbccddeeff"}]


def test_analysts_read_messages_as_text(side: Store, org_id: str) -> None:
    put_traces(
        side, [new_trace(org_id, input=[Message(role="user", content="Hello"), Message(role="user", content="?")])]
    )
    text = Query("text", "SELECT input, output FROM traces WHERE org_id = {org_id:String}")
    assert side.query(text, org_id=org_id) == [{"input": "Hello\n\n?", "output": "It is 4."}]


def test_a_verdict_and_its_evaluations_read_back_identical(side: Store, org_id: str) -> None:
    judged = new_trace(org_id)
    said = [
        evaluation(
            evaluator="a",
            outcome="fail",
            score=1 / 3,
            severity="critical",
            label="number",
            explanation="4 \0 é",
            evidence=[Evidence("output", 6, 7), Evidence("context[2]", 0, 2**40)],
            duration_us=12.5,
            cost_usd=1e-9,
        ),
        evaluation(evaluator="b", outcome=None, score=None, disposition="shed"),
        evaluation(evaluator="c", outcome="abstain", score=None, explanation="nothing to judge"),
    ]
    sent = verdict_of(
        judged,
        decision="fail",
        risk=1 / 3,
        issues={"quality": 1 / 3, "format": 0.0},
        abstained=["refusal"],
        tiers=[TierUse("t0", 0.1, 0.0), TierUse("t1", 100.25, 0.3)],
        evaluations=said,
    )
    put_traces(side, [judged])
    put_verdicts(side, sent)
    detail = trace_detail(side, org_id, judged.trace_id)
    assert detail.evaluations == said
    assert detail.verdict == msgspec.structs.replace(sent, evaluations=[])


# Reads


def test_a_trace_without_a_verdict_is_readable(side: Store, org_id: str) -> None:
    sent = new_trace(org_id)
    put_traces(side, [sent])
    detail = trace_detail(side, org_id, sent.trace_id)
    assert (detail.verdict, detail.evaluations) == (None, [])
    (item,) = list_traces(side, TraceFilter(org_id=org_id), 10, None).items
    assert (item.decision, item.risk, item.issues) == (None, None, {})


def test_an_unknown_trace_is_not_found(side: Store, org_id: str) -> None:
    with pytest.raises(NotFound):
        trace_detail(side, org_id, uuid4())


def test_a_later_verdict_supersedes(side: Store, org_id: str) -> None:
    judged = new_trace(org_id)
    first = verdict_of(judged, decision="fail", risk=0.9, issues={"format": 0.9})
    later = verdict_of(judged, decided_at=minutes(9), evaluations=[evaluation(evaluator="newer")])
    put_traces(side, [judged])
    put_verdicts(side, later)
    put_verdicts(side, first)
    detail = trace_detail(side, org_id, judged.trace_id)
    assert detail.verdict is not None
    assert detail.verdict.verdict_id == later.verdict_id
    assert [row.evaluator for row in detail.evaluations] == ["newer"]
    assert listed(side, TraceFilter(org_id=org_id, decision="fail")) == []
    assert listed(side, TraceFilter(org_id=org_id, decision="pass")) == [judged.trace_id]
    counted = stats(side, org_id)
    assert [(row.decision, row.traces) for row in counted.decisions] == [("pass", 1)]
    assert [row.evaluator for row in counted.evaluators] == ["newer"]


def test_a_list_is_light_and_newest_first(side: Store, org_id: str) -> None:
    older = new_trace(org_id, output="é" * 1_000)
    newer = new_trace(org_id, timestamp=minutes(1), session_id="s", tags=["x"], latency_ms=3.5)
    put_traces(side, [older, newer])
    put_verdicts(side, verdict_of(newer, decision="fail", risk=0.8, issues={"format": 0.8}))
    first, second = list_traces(side, TraceFilter(org_id=org_id), 10, None).items
    assert (first.trace_id, first.session_id, first.tags, first.latency_ms) == (newer.trace_id, "s", ["x"], 3.5)
    assert (first.decision, first.risk, first.tier, first.cost_usd) == ("fail", 0.8, "t1", 0.5)
    assert first.issues == {"format": 0.8}
    assert second.output == "é" * 200


@pytest.mark.parametrize("limit", [1, 3, 7, 50])
def test_pages_hold_every_trace_once(side: Store, org_id: str, limit: int) -> None:
    sent = [new_trace(org_id, timestamp=minutes(number // 5)) for number in range(20)]
    for part in range(4):  # equal times in different parts of the table
        put_traces(side, sent[part::4])
    seen: list[TraceSummary] = []
    cursor = None
    while cursor or not seen:
        page = list_traces(side, TraceFilter(org_id=org_id), limit, cursor)
        assert 0 < len(page.items) <= limit
        seen += page.items
        cursor = page.next_cursor
    times = [item.timestamp for item in seen]
    assert times == sorted(times, reverse=True)
    assert sorted(item.trace_id for item in seen) == sorted(trace.trace_id for trace in sent)


@pytest.mark.parametrize("cursor", ["x", "é", "AAAA", "A" * 36, "f" + "_" * 31, "'; DROP TABLE traces"])
def test_a_wrong_cursor_is_named(side: Store, org_id: str, cursor: str) -> None:
    with pytest.raises(Reject) as caught:
        list_traces(side, TraceFilter(org_id=org_id), 10, cursor)
    assert caught.value.field == "query.cursor"


FILTERS: list[dict[str, Any]] = [
    {"domain": "legal"},
    {"kind": "rag"},
    {"model": "m"},
    {"session_id": "s"},
    {"user_id": "u"},
    {"tag": "x"},
    {"text": "nEEdlÉ"},
    {"since": minutes(5)},
    {"decision": "fail"},
    {"issue": "format"},
    {"min_risk": 0.8},
    {"decision": "fail", "issue": "format", "min_risk": 0.8, "session_id": "s", "tag": "x", "since": minutes(5)},
]


@pytest.mark.parametrize("fields", FILTERS, ids=lambda fields: "+".join(fields))
def test_filters(side: Store, org_id: str, fields: dict[str, Any]) -> None:
    wanted = new_trace(
        org_id,
        domain="legal",
        kind="rag",
        model="m",
        session_id="s",
        user_id="u",
        tags=["w", "x"],
        timestamp=minutes(5),
        output=[Message(role="assistant", content="Where is the needlé?")],
    )
    others = [new_trace(org_id), new_trace(org_id, timestamp=minutes(4.99), model="", session_id="", tags=["xx"])]
    put_traces(side, [wanted, *others])
    put_verdicts(side, verdict_of(wanted, decision="fail", risk=0.8, issues={"format": 0.8}), verdict_of(others[0]))
    assert listed(side, TraceFilter(org_id=org_id, **fields)) == [wanted.trace_id]


def test_until_is_exclusive(side: Store, org_id: str) -> None:
    early, late = new_trace(org_id), new_trace(org_id, timestamp=minutes(5))
    put_traces(side, [early, late])
    assert listed(side, TraceFilter(org_id=org_id, until=minutes(5))) == [early.trace_id]


@pytest.mark.parametrize("value", ["' OR 1 = 1 --", "\\", "\0", "%", "{org_id:String}", ""])
def test_filter_values_are_values(side: Store, org_id: str, value: str) -> None:
    odd, plain = new_trace(org_id, session_id=value, user_id=value), new_trace(org_id)
    put_traces(side, [odd, plain])
    assert listed(side, TraceFilter(org_id=org_id, session_id=value, user_id=value)) == [odd.trace_id]


def test_stats(side: Store, org_id: str) -> None:
    good, bad, waiting = (new_trace(org_id) for _ in range(3))
    put_traces(side, [good, bad, waiting])
    found = evaluation(outcome="fail", score=1.0, duration_us=5.0)
    missed = evaluation(evaluator="other", outcome="abstain", score=None)
    put_verdicts(
        side,
        verdict_of(good),
        verdict_of(bad, decision="fail", evaluations=[found, evaluation(evaluator="twin"), missed]),
    )
    counted = stats(side, org_id)
    assert counted.traces == 3
    assert [(row.domain, row.decision, row.tier, row.traces, row.cost_usd) for row in counted.decisions] == [
        ("general", "fail", "t1", 1, 0.5),
        ("general", "pass", "t1", 1, 0.5),
    ]
    assert [(row.tier, row.traces, row.duration_us, row.cost_usd) for row in counted.tiers] == [
        ("t0", 2, 20.0, 0.0),
        ("t1", 2, 180.0, 1.0),
    ]
    assert [(row.evaluator, row.disposition, row.outcome, row.traces) for row in counted.evaluators] == [
        ("other", "ran", "abstain", 1),
        ("sound", "ran", "fail", 1),
        ("sound", "ran", "pass", 1),
        ("twin", "ran", "pass", 1),
    ]
    assert [(row.issue, row.judged, row.failed) for row in counted.issues] == [("quality", 2, 1)]


def test_key_lookup_tells_organisations_apart(side: Store, org_id: str) -> None:
    shared, unknown = uuid4(), uuid4()
    other = f"{org_id}-other"
    put_keys(side, TraceKey(org_id, shared, "traces.raw/0/1"), TraceKey(other, shared, "traces.raw/0/2"))
    asked = {(org_id, shared), (org_id, unknown), (other, unknown)}
    assert trace_sources(side, asked) == {(org_id, shared): "traces.raw/0/1"}
    assert trace_sources(side, set()) == {}


def test_key_lookup_of_more_than_one_parameter_holds(side: Store, org_id: str) -> None:
    keys = [TraceKey(org_id, uuid4(), f"traces.raw/0/{number}") for number in range(4_000)]
    put_keys(side, *keys)
    assert len(trace_sources(side, {(key.org_id, key.trace_id) for key in keys})) == 4_000


# Tenancy

PARAMETERS: dict[str, Any] = {
    **msgspec.structs.asdict(TraceFilter(org_id="", decision="pass")),
    "timestamp": NOON,
    "before": None,
    "before_id": uuid4(),
    "after_id": NO_ID,
    "limit": 100,
    "preview_chars": 200,
    "oldest": NOON,
    "newest": DECIDED,
}


@pytest.mark.parametrize(
    "query", [query for query in QUERIES if query not in ACROSS_ORGANISATIONS], ids=lambda q: q.name
)
def test_no_query_shows_another_organisation(side: Store, org_id: str, query: Query) -> None:
    judged = new_trace(org_id)
    verdict = verdict_of(judged, evaluations=[evaluation(), evaluation(tier="t0")])
    put_traces(side, [judged])
    put_verdicts(side, verdict)
    ids = {
        "trace_id": judged.trace_id,
        "trace_ids": [judged.trace_id],
        "verdict_id": verdict.verdict_id,
        "verdict_ids": [verdict.verdict_id],
    }

    def seen_by(org: str) -> bool:
        rows = side.query(query, **{**PARAMETERS, **ids, "org_id": org})
        return any(value for row in rows for value in row.values())  # a count of 0 shows nothing

    assert seen_by(org_id)
    assert not seen_by(f"{org_id}-other")


def test_the_same_id_in_two_organisations_is_two_traces(side: Store, org_id: str) -> None:
    ours, theirs = new_trace(org_id, output="ours"), new_trace(f"{org_id}-other", output="theirs")
    theirs = msgspec.structs.replace(theirs, trace_id=ours.trace_id)
    put_traces(side, [ours, theirs])
    put_verdicts(side, verdict_of(theirs))
    detail = trace_detail(side, org_id, ours.trace_id)
    assert (detail.trace.output, detail.verdict) == ("ours", None)
    (item,) = list_traces(side, TraceFilter(org_id=org_id), 10, None).items
    assert item.decision is None


def test_numbers_keep_every_digit(side: Store, org_id: str) -> None:
    sent = new_trace(org_id, features={"a": math.nextafter(1, 2), "b": 5e-324, "c": 1.7976931348623157e308})
    put_traces(side, [sent])
    assert trace_detail(side, org_id, sent.trace_id).trace == sent
