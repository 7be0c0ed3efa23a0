"""Asking for traces over HTTP: what is stored comes back, one organisation at a time, and odd questions get answers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID, uuid4

import httpx
import pytest

from schemas.trace import Trace
from schemas.verdict import TierUse, Verdict
from storage.records import StoredEvaluation, StoredTrace, StoredVerdict
from storage.store import Store
from storage.tables import EVALUATIONS, TRACES, VERDICTS
from streams.embedded import EmbeddedBroker
from tests.api.gateway import NOON, assert_problem, gateway
from tests.builders import evaluation

pytestmark = pytest.mark.anyio

OUTPUTS = ["first <b>bold</b>", "second", "third"]


def verdict_on(trace: Trace, risk: float) -> Verdict:
    return Verdict(
        verdict_id=uuid4(),
        trace_id=trace.trace_id,
        org_id=trace.org_id,
        domain=trace.domain,
        kind=trace.kind,
        timestamp=trace.timestamp,
        decided_at=NOON,
        decision="fail" if risk > 0.5 else "pass",
        risk=risk,
        tier="t1",
        reason="because",
        policy_version="test-1",
        issues={"quality": risk},
        tiers=[TierUse("t1", 12.5, 0.0)],
        evaluations=[evaluation(score=risk, explanation="it says so")],
    )


@pytest.fixture
def stored(store: Store, org_id: str) -> list[Trace]:
    """Three traces a second apart, oldest first; the first two have verdicts."""
    traces = [
        Trace(
            trace_id=uuid4(),
            org_id=org_id,
            domain="mining" if number else "general",
            timestamp=NOON + timedelta(seconds=number),
            input="What?",
            output=output,
            tags=["demo"],
        )
        for number, output in enumerate(OUTPUTS)
    ]
    verdicts = [verdict_on(traces[0], 0.9), verdict_on(traces[1], 0.1)]
    store.insert(TRACES, [StoredTrace(trace, NOON, "traces.raw/0/1") for trace in traces], org_id)
    store.insert(VERDICTS, [StoredVerdict(verdict, "traces.raw/0/1") for verdict in verdicts], org_id)
    rows = [StoredEvaluation(verdict, made) for verdict in verdicts for made in verdict.evaluations]
    store.insert(EVALUATIONS, rows, org_id)
    return traces


@pytest.fixture
async def client(broker: EmbeddedBroker, store: Store) -> AsyncIterator[httpx.AsyncClient]:
    async with gateway(broker, store) as client:
        yield client


async def test_a_trace_comes_with_its_verdict_and_evaluations(
    client: httpx.AsyncClient, stored: list[Trace], org_id: str
) -> None:
    body = (await client.get(f"/api/v1/traces/{stored[0].trace_id}", params={"org_id": org_id})).json()
    assert body["trace"]["output"] == OUTPUTS[0]
    assert (body["verdict"]["decision"], body["verdict"]["risk"]) == ("fail", 0.9)
    assert [(row["evaluator"], row["explanation"]) for row in body["evaluations"]] == [("sound", "it says so")]


async def test_a_trace_that_is_not_judged_yet_has_no_verdict(
    client: httpx.AsyncClient, stored: list[Trace], org_id: str
) -> None:
    body = (await client.get(f"/api/v1/traces/{stored[2].trace_id}", params={"org_id": org_id})).json()
    assert (body["verdict"], body["evaluations"]) == (None, [])


async def test_other_organisations_see_nothing(client: httpx.AsyncClient, stored: list[Trace]) -> None:
    missing = await client.get(f"/api/v1/traces/{stored[0].trace_id}", params={"org_id": "another"})
    body = assert_problem(missing, 404, "not_found", "path.trace_id")
    assert str(stored[0].trace_id) in body["detail"]
    listed = (await client.get("/api/v1/traces", params={"org_id": f"other-{uuid4()}"})).json()
    assert listed == {"items": [], "next_cursor": None}


async def test_pages_hold_each_trace_once_newest_first(
    client: httpx.AsyncClient, stored: list[Trace], org_id: str
) -> None:
    seen: list[UUID] = []
    cursor = ""
    for _ in OUTPUTS:
        page = (await client.get("/api/v1/traces", params={"org_id": org_id, "limit": 1, "cursor": cursor})).json()
        seen += [UUID(item["trace_id"]) for item in page["items"]]
        cursor = page["next_cursor"]
    assert seen == [trace.trace_id for trace in reversed(stored)]
    assert cursor is None


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"domain": "mining"}, ["third", "second"]),
        ({"decision": "fail"}, [OUTPUTS[0]]),
        ({"min_risk": 0.05}, ["second", OUTPUTS[0]]),
        ({"issue": "quality", "decision": "pass"}, ["second"]),
        ({"text": "THIRD"}, ["third"]),
        ({"tag": "demo", "kind": "llm", "since": "2026-03-01T13:00:01+01:00"}, ["third", "second"]),
        ({"until": "2026-03-01T12:00:01Z"}, [OUTPUTS[0]]),
        ({"model": "none"}, []),
        ({"text": "a\x00b"}, []),
        ({"text": "' OR 1=1 --"}, []),
    ],
)
async def test_filters(
    client: httpx.AsyncClient, stored: list[Trace], org_id: str, asked: dict[str, str], found: list[str]
) -> None:
    assert stored
    response = await client.get("/api/v1/traces", params={"org_id": org_id, **asked})
    assert response.status_code == 200, response.text
    assert [item["output"] for item in response.json()["items"]] == found


@pytest.mark.parametrize("cursor", ["x", "AAAA", "é", "A" * 1_000, "f" * 32])
async def test_a_cursor_that_is_not_ours_is_named(client: httpx.AsyncClient, cursor: str) -> None:
    response = await client.get("/api/v1/traces", params={"cursor": cursor})
    assert_problem(response, 422, "rejected", "query.cursor")


async def test_stats_count_what_is_stored(client: httpx.AsyncClient, stored: list[Trace], org_id: str) -> None:
    body = (await client.get("/api/v1/stats", params={"org_id": org_id})).json()
    assert body["traces"] == len(stored)
    assert {(row["domain"], row["decision"]): row["traces"] for row in body["decisions"]} == {
        ("general", "fail"): 1,
        ("mining", "pass"): 1,
    }


async def test_ready_when_log_and_store_answer(client: httpx.AsyncClient) -> None:
    body = (await client.get("/health/ready")).json()
    assert body == {"status": "ready", "checks": {"log": "ok", "store": "ok"}}
