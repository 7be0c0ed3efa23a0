"""What the gateway answers with, beside the records of schemas and the store."""

from __future__ import annotations

from http import HTTPStatus

import msgspec
from fastapi import Response

from metronis import __version__


class Accepted(msgspec.Struct, frozen=True):
    """The trace is durable, under this id."""

    trace_id: str
    status: str = "accepted"


class BatchResult(msgspec.Struct, frozen=True):
    """What became of each trace of a batch, in the order sent."""

    accepted: int
    rejected: int
    results: list[ItemResult]


class ItemError(msgspec.Struct, frozen=True):
    """What is wrong with one trace of a batch: see Problem."""

    code: str
    problem: str
    field: str
    mend: str


class ItemResult(msgspec.Struct, frozen=True, omit_defaults=True):
    """What became of one trace of a batch. `index` counts from 0; lines of NDJSON that are blank do not count."""

    index: int
    status: str
    trace_id: str | None = None
    error: ItemError | None = None


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An error as RFC 9457 has it.

    code: stable, for programs. field: a JSON path such as `$.output[0].role`, or `query.limit`, `header.content-type`.
    mend: how to put it right. id: stands in the log beside the stack. results, checks: what the one route adds.
    """

    type: str
    title: str
    status: int
    detail: str
    code: str
    field: str
    mend: str
    id: str = ""
    results: list[ItemResult] = []
    checks: dict[str, str] = {}


class Alive(msgspec.Struct, frozen=True):
    """The process answers."""

    status: str = "alive"
    version: str = __version__


class Ready(msgspec.Struct, frozen=True):
    """All checks are `ok`."""

    checks: dict[str, str]
    status: str = "ready"


def json_answer(value: msgspec.Struct, status: HTTPStatus = HTTPStatus.OK) -> Response:
    """The struct as a JSON response."""
    return Response(msgspec.json.encode(value), status, media_type="application/json")
