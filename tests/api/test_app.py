"""The edges of the gateway: health, metrics, the description, unknown paths, and bugs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from structlog.testing import capture_logs

from api.app import create_app
from storage.store import Store
from streams.embedded import EmbeddedBroker
from tests.api.gateway import AWAY, HeldBroker, assert_problem, client_of, dependencies, gateway

pytestmark = pytest.mark.anyio


async def test_alive(broker: EmbeddedBroker) -> None:
    async with gateway(broker) as client:
        response = await client.get("/health")
    assert response.status_code == 200
    assert response.json()["status"] == "alive"


async def test_ready_while_the_log_can_be_written() -> None:
    log = HeldBroker(held=False)
    async with gateway(log) as client:
        ready = await client.get("/health/ready")
        assert (ready.status_code, ready.json()) == (200, {"status": "ready", "checks": {"log": "ok"}})
        log.failure = AWAY
        body = assert_problem(await client.get("/health/ready"), 503, "not_ready")
        assert body["checks"] == {"log": "the log does not answer"}


async def test_while_the_sink_stands_still_traces_are_taken_and_the_gateway_is_not_ready() -> None:
    given = replace(dependencies(HeldBroker(held=False)), sink_problem=lambda: "sink stopped at verdicts/0/7")
    async with client_of(create_app(given)) as client:
        body = assert_problem(await client.get("/health/ready"), 503, "not_ready")
        assert body["checks"]["sink"] == "sink stopped at verdicts/0/7"
        assert (await client.post("/api/v1/traces", json={"output": "x"})).status_code == 202


@pytest.mark.parametrize("path", ["/api/v1/traces", "/api/v1/stats", f"/api/v1/traces/{'0' * 32}"])
async def test_without_a_store_questions_get_503(broker: EmbeddedBroker, path: str) -> None:
    async with gateway(broker) as client:
        body = assert_problem(await client.get(path), 503, "unavailable")
    assert "without a store" in body["detail"]


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nowhere", 404, "not_found"),
        ("GET", "/static/nowhere.js", 404, "not_found"),
        ("DELETE", "/api/v1/traces", 405, "method_not_allowed"),
        ("GET", "/api/v1/traces/batch", 422, "invalid_parameter"),
        ("GET", "/api/v1/traces/7?org_id=a", 422, "invalid_parameter"),
        ("GET", "/api/v1/traces?limit=501", 422, "invalid_parameter"),
        ("GET", "/api/v1/traces?min_risk=2", 422, "invalid_parameter"),
        ("GET", "/api/v1/traces?since=2026-01-01T00:00:00", 422, "invalid_parameter"),
        ("GET", "/api/v1/traces?since=0001-01-01T00:00:00Z", 422, "invalid_parameter"),
        ("GET", "/api/v1/traces?until=9999-12-31T23:59:59Z", 422, "invalid_parameter"),
        ("GET", "/api/v1/traces?domian=mining", 422, "invalid_parameter"),
        ("GET", "/api/v1/stats?org_id=", 422, "invalid_parameter"),
    ],
)
async def test_every_error_is_a_problem(
    broker: EmbeddedBroker, store: Store, method: str, path: str, status: int, code: str
) -> None:
    async with gateway(broker, store) as client:
        assert_problem(await client.request(method, path), status, code)


async def test_wrong_parameters_are_named(broker: EmbeddedBroker, store: Store) -> None:
    async with gateway(broker, store) as client:
        assert_problem(await client.get("/api/v1/traces/7"), 422, "invalid_parameter", "path.trace_id")
        assert_problem(await client.get("/api/v1/traces?limit=0"), 422, "invalid_parameter", "query.limit")


async def test_a_method_that_is_not_allowed_says_which_are(broker: EmbeddedBroker) -> None:
    async with gateway(broker) as client:
        response = await client.put("/health")
    assert response.headers["allow"] == "GET"
    assert "GET" in assert_problem(response, 405, "method_not_allowed")["mend"]


async def test_a_bug_gives_an_id_and_the_log_has_the_stack_without_the_payload() -> None:
    log = HeldBroker(held=False)
    log.failure = ZeroDivisionError("the patient's name")
    async with gateway(log) as client:
        with capture_logs() as lines:
            response = await client.post("/api/v1/traces", json={"output": "the patient's name"})
    body = assert_problem(response, 500, "internal_error")
    [line] = [line for line in lines if line["event"] == "request_failed"]
    assert line["id"] == body["id"]
    assert line["error"] == "ZeroDivisionError"
    assert "send" in line["stack"]
    assert "patient" not in response.text
    assert "patient" not in str(line)


async def test_a_bug_in_a_handler_is_a_problem_too(broker: EmbeddedBroker) -> None:
    app = create_app(dependencies(broker))

    async def broken() -> None:
        raise KeyError("a bug")

    app.add_api_route("/broken", broken)
    async with client_of(app) as client:
        with capture_logs():
            assert_problem(await client.get("/broken"), 500, "internal_error")


async def test_metrics_count_requests_by_route(broker: EmbeddedBroker) -> None:
    async with gateway(broker) as client:
        await client.get("/health")
        await client.request("BREW", "/coffee")
        response = await client.get("/metrics")
    assert response.headers["content-type"].startswith("text/plain")
    assert 'metronis_request_seconds_count{method="GET",route="/health",status="200"}' in response.text
    assert 'metronis_request_seconds_count{method="other",route="unmatched",status="404"}' in response.text


async def test_metrics_of_several_processes_are_summed(
    broker: EmbeddedBroker, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path_factory.mktemp("metrics")))
    async with gateway(broker) as client:
        response = await client.get("/metrics")
    assert (response.status_code, response.text.strip()) == (200, "")


async def test_the_description_is_complete(broker: EmbeddedBroker) -> None:
    async with gateway(broker) as client:
        description = (await client.get("/openapi.json")).json()
    schemas = description["components"]["schemas"]
    references = {part.split('"')[0] for part in json.dumps(description).split('"#/components/schemas/')[1:]}
    assert references <= schemas.keys()
    assert {"Trace", "Problem", "BatchResult", "TraceDetail", "Page"} <= schemas.keys()
    assert "HTTPValidationError" not in schemas
    post = description["paths"]["/api/v1/traces"]["post"]
    assert post["requestBody"]["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/Trace"}
    assert post["requestBody"]["content"]["application/json"]["examples"]
    assert set(post["responses"]) == {"202", "400", "413", "415", "422", "429", "500", "503"}


async def test_the_examples_of_the_description_are_accepted(broker: EmbeddedBroker) -> None:
    app = create_app(dependencies(broker))
    paths = app.openapi()["paths"]
    examples = paths["/api/v1/traces"]["post"]["requestBody"]["content"]["application/json"]["examples"]
    async with client_of(app) as client:
        for example in examples.values():
            response = await client.post("/api/v1/traces", json={**example["value"], "domain": "general"})
            assert response.status_code == 202


async def test_the_page_runs_its_own_files_only(broker: EmbeddedBroker) -> None:
    async with gateway(broker) as client:
        page = await client.get("/")
        assert page.headers["content-type"].startswith("text/html")
        assert "default-src 'self'" in page.headers["content-security-policy"]
        for path in ("/static/page.js", "/static/page.css"):
            assert path in page.text
            assert (await client.get(path)).status_code == 200
    script = (await _text(broker, "/static/page.js")).lower()
    assert "innerhtml" not in script


async def _text(broker: EmbeddedBroker, path: str) -> str:
    async with gateway(broker) as client:
        return (await client.get(path)).text


async def test_a_client_that_goes_away_is_no_error(broker: EmbeddedBroker) -> None:
    app = create_app(dependencies(broker))
    coming: Iterator[dict[str, Any]] = iter(
        [{"type": "http.request", "body": b'{"output":', "more_body": True}, {"type": "http.disconnect"}]
    )
    answers = []

    async def receive() -> dict[str, Any]:
        return next(coming)

    async def send(message: Any) -> None:
        answers.append(message)

    headers = [(b"content-type", b"application/json")]
    scope = {"type": "http", "method": "POST", "path": "/api/v1/traces", "query_string": b"", "headers": headers}
    async with app.router.lifespan_context(app):
        with capture_logs() as lines:
            await app(scope, receive, send)
        assert app.state.intake.waiting.total == 0
    assert (answers, lines) == ([], [])
