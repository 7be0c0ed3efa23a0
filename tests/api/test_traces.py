"""Posting traces: what is accepted is on the log, what is not says why, and every item is accounted for."""

from __future__ import annotations

import asyncio
import gzip
import json
from typing import Any
from uuid import UUID

import httpx
import msgspec
import pytest
from prometheus_client import REGISTRY

from schemas.topics import TRACES_BULK, TRACES_RAW, Topic
from schemas.trace import Trace
from streams.embedded import EmbeddedBroker
from tests.api.gateway import AWAY, MADE_ID, NOON, HeldBroker, assert_problem, gateway, logged, traces_on

pytestmark = pytest.mark.anyio

ONE = "/api/v1/traces"
BATCH = "/api/v1/traces/batch"
ID = "3f2b8c1e-5a4d-4c6b-9e7f-0a1b2c3d4e5f"
NDJSON = {"Content-Type": "application/x-ndjson"}
JSON = {"Content-Type": "application/json"}


def counted(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


async def test_an_accepted_trace_is_on_the_log(broker: EmbeddedBroker) -> None:
    before = counted("metronis_traces_accepted_total")
    async with gateway(broker) as client:
        response = await client.post(ONE, json={"trace_id": ID, "org_id": "acme", "output": "x"})
    assert response.status_code == 202
    assert response.json() == {"trace_id": ID, "status": "accepted"}
    [record] = logged(broker)
    assert record.key == f"acme/{ID}".encode()
    assert traces_on(broker) == [Trace(trace_id=UUID(ID), org_id="acme", timestamp=NOON, output="x")]
    assert counted("metronis_traces_accepted_total") == before + 1


@pytest.mark.parametrize(("query", "topic"), [("", TRACES_RAW), ("interactive", TRACES_RAW), ("bulk", TRACES_BULK)])
async def test_each_priority_has_a_topic_of_its_own(broker: EmbeddedBroker, query: str, topic: Topic) -> None:
    asked = {"priority": query} if query else {}
    async with gateway(broker) as client:
        for path, content in ((ONE, {"output": "x"}), (BATCH, [{"output": "x"}])):
            assert (await client.post(path, json=content, params=asked)).status_code == 202
    found = {each.name: len(broker.read(each.name, limit=10)) for each in (TRACES_RAW, TRACES_BULK)}
    assert found == {TRACES_RAW.name: 0, TRACES_BULK.name: 0} | {topic.name: 2}


async def test_an_unknown_priority_is_refused_with_those_there_are(broker: EmbeddedBroker) -> None:
    async with gateway(broker) as client:
        response = await client.post(ONE, json={"output": "x"}, params={"priority": "high"})
    assert "bulk" in assert_problem(response, 422, "invalid_parameter", "query.priority")["detail"]
    assert logged(broker) == []


async def test_id_and_time_are_made_where_there_is_none(broker: EmbeddedBroker) -> None:
    async with gateway(broker) as client:
        made = await client.post(ONE, json={"output": "x"})
        kept = await client.post(ONE, json={"trace_id": ID, "timestamp": "2026-01-01T01:00:00+01:00", "output": "x"})
    assert (made.json()["trace_id"], kept.json()["trace_id"]) == (str(MADE_ID), ID)
    times = {str(trace.trace_id): trace.timestamp.isoformat() for trace in traces_on(broker)}
    assert times == {str(MADE_ID): NOON.isoformat(), ID: "2026-01-01T00:00:00+00:00"}


async def test_202_comes_only_once_the_log_has_it() -> None:
    log = HeldBroker()
    async with gateway(log) as client:
        posting = asyncio.create_task(client.post(ONE, json={"output": "x"}))
        assert await asyncio.to_thread(log.sending.wait, 10)
        assert not posting.done()
        assert log.messages == []
        log.release.set()
        assert (await posting).status_code == 202
    assert len(log.messages) == 1


async def test_a_log_that_is_away_gives_503_and_the_client_may_repeat() -> None:
    log = HeldBroker(held=False)
    log.failure = AWAY
    async with gateway(log) as client:
        refused = await client.post(ONE, json={"output": "x"})
        assert_problem(refused, 503, "unavailable")
        assert refused.headers["retry-after"] == "1"
        log.failure = None
        assert (await client.post(ONE, json={"output": "x"})).status_code == 202


async def test_overload_gives_429_takes_nothing_and_passes() -> None:
    log = HeldBroker()
    before = counted("metronis_traces_refused_total", code="backpressure")
    async with gateway(log, api={"max_waiting_bytes": 1_024}) as client:
        first = asyncio.create_task(client.post(ONE, json={"output": "a" * 900}))
        assert await asyncio.to_thread(log.sending.wait, 10)
        refused = await client.post(ONE, json={"output": "b" * 900})
        assert_problem(refused, 429, "backpressure")
        assert int(refused.headers["retry-after"]) >= 1
        log.release.set()
        assert (await first).status_code == 202
        assert (await client.post(ONE, json={"output": "c" * 900})).status_code == 202
    assert [json.loads(message.value)["output"][0] for message in log.messages] == ["a", "c"]
    assert counted("metronis_traces_refused_total", code="backpressure") == before + 1


async def test_a_cancelled_request_does_not_cancel_the_send() -> None:
    log = HeldBroker()
    async with gateway(log) as client:
        posting = asyncio.create_task(client.post(ONE, json={"output": "x"}))
        assert await asyncio.to_thread(log.sending.wait, 10)
        posting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await posting
        log.release.set()
    assert len(log.messages) == 1


async def test_concurrent_requests_share_sends() -> None:
    log = HeldBroker()
    async with gateway(log) as client:
        posts = [asyncio.create_task(client.post(ONE, json={"output": str(number)})) for number in range(50)]
        assert await asyncio.to_thread(log.sending.wait, 10)
        log.release.set()
        assert {response.status_code for response in await asyncio.gather(*posts)} == {202}
    assert len(log.messages) == 50
    assert len(log.sends) <= 10


@pytest.mark.parametrize(
    ("content", "status", "code", "field"),
    [
        (b"", 400, "malformed_json", "$"),
        (b'{"output":"\xff"}', 400, "malformed_json", "$"),
        (b'{"outputs":"x"}', 422, "invalid_trace", "$.outputs"),
        (b"{}", 422, "invalid_trace", "$"),
        (b'{"output":"x","domain":"minning"}', 422, "unknown_domain", "$.domain"),
    ],
)
async def test_what_is_wrong_with_a_trace_is_a_problem(
    broker: EmbeddedBroker, content: bytes, status: int, code: str, field: str
) -> None:
    before = counted("metronis_traces_refused_total", code=code)
    async with gateway(broker) as client:
        assert_problem(await client.post(ONE, content=content, headers=JSON), status, code, field)
    assert logged(broker) == []
    assert counted("metronis_traces_refused_total", code=code) == before + 1


async def test_an_unknown_domain_lists_the_known(broker: EmbeddedBroker) -> None:
    async with gateway(broker) as client:
        body = assert_problem(await client.post(ONE, json={"output": "x", "domain": "law"}), 422, "unknown_domain")
    assert "general, mining" in body["mend"]


# Bodies


async def test_gzip_is_inflated_in_one_member_or_several(broker: EmbeddedBroker) -> None:
    whole = json.dumps({"output": "x" * 500_000}).encode()
    async with gateway(broker) as client:
        for content in (gzip.compress(whole), gzip.compress(whole[:7]) + gzip.compress(whole[7:])):
            response = await client.post(ONE, content=content, headers={**JSON, "Content-Encoding": "gzip"})
            assert response.status_code == 202
    assert len(logged(broker)) == 2


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b'{"output":"x"}', "damaged"),
        (gzip.compress(b'{"output":"x"}')[:-9], "ends before"),
        (gzip.compress(b'{"output":"x"}') + b"tail", "damaged"),
        (b"", "ends before"),
    ],
)
async def test_broken_gzip_is_refused(broker: EmbeddedBroker, content: bytes, problem: str) -> None:
    async with gateway(broker) as client:
        response = await client.post(ONE, content=content, headers={**JSON, "Content-Encoding": "gzip"})
    assert problem in assert_problem(response, 400, "malformed_json")["detail"]


async def test_a_gzip_bomb_is_refused_before_it_is_in_memory(broker: EmbeddedBroker) -> None:
    bomb = gzip.compress(bytes(50_000_000))
    async with gateway(broker, ingest={"max_trace_bytes": 100_000}) as client:
        response = await client.post(ONE, content=bomb, headers={**JSON, "Content-Encoding": "gzip"})
    assert_problem(response, 413, "too_large")


async def test_empty_gzip_members_do_not_go_on_for_ever(broker: EmbeddedBroker) -> None:
    seen = 0

    async def endless() -> Any:
        nonlocal seen
        while True:
            seen += 1
            yield gzip.compress(b"")

    async with gateway(broker, ingest={"max_trace_bytes": 10_000}) as client:
        response = await client.post(ONE, content=endless(), headers={**JSON, "Content-Encoding": "gzip"})
    assert_problem(response, 413, "too_large")
    assert seen < 1_000


@pytest.mark.parametrize("declared", ["none", "true", "too small"])
async def test_too_much_is_refused_while_it_arrives(broker: EmbeddedBroker, declared: str) -> None:
    read = 0

    async def stream() -> Any:
        nonlocal read
        for _ in range(100):
            read += 1
            yield b" " * 10_000

    length = {"none": {}, "true": {"Content-Length": "1000000"}, "too small": {"Content-Length": "10"}}[declared]
    async with gateway(broker, ingest={"max_trace_bytes": 50_000}) as client:
        response = await client.post(ONE, content=stream(), headers={**JSON, **length})
    assert_problem(response, 413, "too_large")
    assert read <= 7


async def test_bodies_that_arrive_together_are_bounded_together() -> None:
    log = HeldBroker()
    half = asyncio.Event()

    async def slow() -> Any:
        yield b'{"output":"' + b"a" * 900
        await half.wait()
        yield b'"}'

    async with gateway(log, api={"max_waiting_bytes": 1_024}) as client:
        first = asyncio.create_task(client.post(ONE, content=slow(), headers=JSON))
        for _ in range(100):
            await asyncio.sleep(0)
        assert_problem(await client.post(ONE, json={"output": "b" * 900}), 429, "backpressure")
        half.set()
        log.release.set()
        assert (await first).status_code == 202


@pytest.mark.parametrize(
    ("headers", "field"),
    [
        ({"Content-Type": "text/plain"}, "header.content-type"),
        ({"Content-Type": "application/x-www-form-urlencoded"}, "header.content-type"),
        ({"Content-Type": "application/json", "Content-Encoding": "br"}, "header.content-encoding"),
    ],
)
async def test_other_media_types_are_refused(broker: EmbeddedBroker, headers: dict[str, str], field: str) -> None:
    async with gateway(broker) as client:
        for path in (ONE, BATCH):
            response = await client.post(path, content=b'{"output":"x"}', headers=headers)
            assert_problem(response, 415, "unsupported_media_type", field)


async def test_media_type_parameters_and_their_absence_are_fine(broker: EmbeddedBroker) -> None:
    async with gateway(broker) as client:
        for headers in ({}, {"Content-Type": "Application/JSON; charset=utf-8"}):
            assert (await client.post(ONE, content=b'{"output":"x"}', headers=headers)).status_code == 202


# Batches


HOSTILE: list[tuple[bytes, str | None]] = [
    # an item, and the code that it is rejected with
    (b'{"output":"good"}', None),
    (b'{"output":"\xff\xfe"}', "malformed_json"),
    (b'{"output":"a\x00b"}', "malformed_json"),
    (b'{"output":"a\\u0000b"}', None),
    (b'{"output":"\\ud800"}', "malformed_json"),
    (b'{"output":"x","attributes":{"a":' + b"[" * 5_000 + b"]" * 5_000 + b"}}", "invalid_trace"),
    (b'{"output":"x","attributes":{"a":' + b"9" * 30 + b"}}", "invalid_trace"),
    (b'{"output":"x","latency_ms":1e999}', "invalid_trace"),
    (b'{"output":"x","latency_ms":NaN}', "malformed_json"),
    (b'{"output":"one","trace_id":"' + ID.encode() + b'"}', None),
    (b'{"output":"two","trace_id":"' + ID.encode() + b'"}', None),
    (b"{}", "invalid_trace"),
    (b"", "malformed_json"),
    (b"null", "invalid_trace"),
    (b'"text"', "invalid_trace"),
    (b'{"output":7}', "invalid_trace"),
    (b'{"output":"x","domain":"nowhere"}', "unknown_domain"),
    (b'{"output":"' + b"x" * 3_000_000 + b'"}', None),
    (b'{"output":"' + b"x" * 5_000_000 + b'"}', "too_large"),
    (b'{"output":"last"}', None),
]


async def test_every_item_of_a_hostile_batch_is_accounted_for(broker: EmbeddedBroker) -> None:
    wanted = [code for _, code in HOSTILE]
    async with gateway(broker) as client:
        response = await client.post(BATCH, content=b"[" + b",".join(item for item, _ in HOSTILE) + b"]", headers=JSON)
    assert response.status_code == 202
    body = response.json()
    assert (body["accepted"], body["rejected"]) == (wanted.count(None), len(wanted) - wanted.count(None))
    assert [result["index"] for result in body["results"]] == list(range(len(HOSTILE)))
    assert [result.get("error", {}).get("code") for result in body["results"]] == wanted
    for result in body["results"]:
        if result["status"] == "accepted":
            assert UUID(result["trace_id"])
        else:
            assert all(result["error"][name] for name in ("code", "problem", "field", "mend"))
    sent = [msgspec.json.decode(item)["output"] for item, code in HOSTILE if code is None]
    assert sorted(str(trace.output) for trace in traces_on(broker)) == sorted(sent)


@pytest.mark.parametrize("form", ["array", "object", "lines"])
async def test_a_batch_comes_in_three_forms(broker: EmbeddedBroker, form: str) -> None:
    good, bad = b'{"output":"x"}', b'{"outputs":"x"}'
    content, headers = {
        "array": (b"[%s,%s]" % (bad, good), JSON),
        "object": (b'{"traces":[%s,%s]}' % (bad, good), JSON),
        "lines": (b"%s\n\n%s\n" % (bad, good), NDJSON),
    }[form]
    async with gateway(broker) as client:
        body = (await client.post(BATCH, content=content, headers=headers)).json()
    assert (body["accepted"], body["rejected"]) == (1, 1)
    assert body["results"] == [
        {
            "index": 0,
            "status": "rejected",
            "error": {
                "code": "invalid_trace",
                "problem": "unknown field `outputs`",
                "field": "$.outputs",
                "mend": "Did you mean `output`? Put data of your own under `attributes`",
            },
        },
        {"index": 1, "status": "accepted", "trace_id": str(MADE_ID)},
    ]


async def test_a_batch_of_which_nothing_is_accepted_is_a_problem_with_results(broker: EmbeddedBroker) -> None:
    async with gateway(broker) as client:
        body = assert_problem(await client.post(BATCH, json=[{}, {"output": 7}]), 422, "all_rejected")
    assert [result["error"]["field"] for result in body["results"]] == ["$", "$.output"]
    assert logged(broker) == []


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b'[{"output":"x"},{"output', 400, "malformed_json"),
        (b"[]", 422, "invalid_trace"),
        (b'{"output":"x"}', 422, "invalid_trace"),
        (b"[" + b"1," * 20 + b"1]", 413, "too_large"),
        (b" " * 60_000, 413, "too_large"),
    ],
)
async def test_a_broken_batch_is_one_problem(broker: EmbeddedBroker, content: bytes, status: int, code: str) -> None:
    async with gateway(broker, ingest={"max_batch_items": 20, "max_batch_bytes": 50_000}) as client:
        assert_problem(await client.post(BATCH, content=content, headers=JSON), status, code)


async def test_a_batch_is_taken_whole_or_not_at_all_when_the_log_is_away() -> None:
    log = HeldBroker(held=False)
    log.failure = AWAY
    async with gateway(log) as client:
        response: httpx.Response = await client.post(BATCH, json=[{"output": "x"}, {}])
        assert_problem(response, 503, "unavailable")
    assert log.messages == []
