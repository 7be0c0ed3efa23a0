"""The OpenAPI description. Bodies are decoded by us from bytes, so their schemas come from the msgspec structs."""

from __future__ import annotations

from typing import Any

import msgspec
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.answers import Accepted, Alive, BatchResult, Problem, Ready
from metronis import __version__
from schemas.trace import Trace
from storage.read import Page, Stats, TraceDetail

Operation = dict[str, Any]

_COMPONENTS = (Trace, Accepted, BatchResult, Problem, TraceDetail, Page, Stats, Alive, Ready)
_TITLE = "Metronis Aegis"
_DESCRIPTION = "Takes traces of AI systems in, and says what was found in them."

_RAG: Operation = {
    "kind": "rag",
    "domain": "healthcare",
    "model": "my-model-1",
    "input": "What is the highest daily dose?",
    "output": "The highest daily dose is 4 g.",
    "context": ["Adults: up to 4 g a day in divided doses."],
    "usage": {"input_tokens": 31, "output_tokens": 9, "cost_usd": 0.0002},
    "latency_ms": 412.5,
    "tags": ["nightly"],
}
_CHAT: Operation = {
    "input": [{"role": "user", "content": "What is 2 + 2?"}],
    "output": [{"role": "assistant", "content": "4"}],
}

_WORDS = {
    400: "The body is no JSON; `detail` gives the byte.",
    404: "There is no such thing for this organisation.",
    413: "Larger than the limit.",
    415: "A content type or encoding that is not read.",
    422: "A field or parameter is wrong: see `field` and `mend`.",
    429: "Too much is waiting; nothing was taken. Send it again after `Retry-After` seconds.",
    500: "A bug; `id` finds it in the log.",
    503: "The log or the store does not answer. Send it again after `Retry-After` seconds.",
}


def _reference(struct: type) -> Operation:
    return {"$ref": f"#/components/schemas/{struct.__name__}"}


def _operation(status: int, answer: type, said: str, *errors: int, body: Operation | None = None) -> Operation:
    """Keyword arguments of a route: what it answers, the problems it may answer, and what it reads."""
    responses: dict[int, Operation] = {
        status: {"description": said, "content": {"application/json": {"schema": _reference(answer)}}}
    }
    for error in (*errors, 500):
        content = {"application/problem+json": {"schema": _reference(Problem)}}
        responses[error] = {"description": _WORDS[error], "content": content}
    extra = {"requestBody": {"required": True, "content": body}} if body else None
    return {"status_code": status, "responses": responses, "openapi_extra": extra, "response_model": None}


_INTAKE_ERRORS = (400, 413, 415, 422, 429, 503)

POST_TRACE = _operation(
    202,
    Accepted,
    "The trace is durable.",
    *_INTAKE_ERRORS,
    body={
        "application/json": {
            "schema": _reference(Trace),
            "examples": {"rag": {"summary": "A RAG answer", "value": _RAG}, "chat": {"value": _CHAT}},
        }
    },
)
POST_BATCH = _operation(
    202,
    BatchResult,
    "At least one trace is durable; `results` says which.",
    *_INTAKE_ERRORS,
    body={
        "application/json": {
            "schema": {
                "oneOf": [
                    {"type": "array", "items": _reference(Trace)},
                    {"type": "object", "properties": {"traces": {"type": "array", "items": _reference(Trace)}}},
                ]
            },
            "example": [_RAG, _CHAT],
        },
        "application/x-ndjson": {"schema": {"type": "string", "description": "One trace a line"}},
    },
)
GET_TRACE = _operation(200, TraceDetail, "The trace, its evaluations and its verdict.", 404, 422, 503)
LIST_TRACES = _operation(200, Page, "Newest first; `next_cursor` asks for the page after.", 422, 503)
STATS = _operation(200, Stats, "What was found, by domain, tier, evaluator and issue.", 422, 503)
HEALTH = _operation(200, Alive, "Alive.")
READY = _operation(200, Ready, "The log can be written and the store answers.", 503)
METRICS: Operation = {
    "responses": {200: {"description": "Prometheus text", "content": {"text/plain": {}}}},
    "response_model": None,
}


def describe(app: FastAPI) -> Operation:
    """The whole description, with the structs among its components."""
    description = get_openapi(title=_TITLE, version=__version__, description=_DESCRIPTION, routes=app.routes)
    _, components = msgspec.json.schema_components(_COMPONENTS, ref_template="#/components/schemas/{name}")
    for stand_in in ("trace_id", "timestamp"):  # their defaults only stand for "none given"
        components["Trace"]["properties"][stand_in].pop("default")
    description.setdefault("components", {}).setdefault("schemas", {}).update(components)
    return description
