"""The one place that turns errors into answers: all are problem+json (RFC 9457) with a stable code and the mend."""

from __future__ import annotations

import math
import traceback
from http import HTTPStatus
from uuid import uuid4

import msgspec
import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException

from api.answers import ItemError, ItemResult, Problem
from metronis.errors import Backpressure, MetronisError, NotFound, Reject, Retry, TooLarge
from schemas.limits import clipped
from schemas.mends import MalformedJson

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_S = 1

log = structlog.get_logger()


class UnsupportedMediaType(Reject):
    """The body comes in a type or an encoding that the gateway does not read."""

    code = "unsupported_media_type"


# The first family that fits answers; what fits none is a bug of ours.
_FAMILIES: tuple[tuple[type[MetronisError], HTTPStatus], ...] = (
    (TooLarge, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    (UnsupportedMediaType, HTTPStatus.UNSUPPORTED_MEDIA_TYPE),
    (MalformedJson, HTTPStatus.BAD_REQUEST),
    (Reject, HTTPStatus.UNPROCESSABLE_ENTITY),
    (NotFound, HTTPStatus.NOT_FOUND),
    (Backpressure, HTTPStatus.TOO_MANY_REQUESTS),
    (Retry, HTTPStatus.SERVICE_UNAVAILABLE),
)


def problem(
    status: HTTPStatus,
    code: str,
    detail: str,
    *,
    field: str = "$",
    mend: str,
    headers: dict[str, str] | None = None,
    id: str = "",
    results: list[ItemResult] | None = None,
    checks: dict[str, str] | None = None,
) -> Response:
    """The answer that says what went wrong."""
    body = Problem(
        type=f"urn:metronis:problem:{code}",
        title=status.phrase,
        status=status,
        detail=detail,
        code=code,
        field=field,
        mend=mend,
        id=id,
        results=results or [],
        checks=checks or {},
    )
    return Response(msgspec.json.encode(body), status, headers, MEDIA_TYPE)


def item_error(error: Reject) -> ItemError:
    """What a batch says of one item."""
    return ItemError(error.code, error.problem, error.field, error.mend)


def install(app: FastAPI) -> None:
    """Make `app` answer every error as a problem."""
    app.add_exception_handler(MetronisError, _on_error)
    app.add_exception_handler(RequestValidationError, _on_wrong_parameter)
    app.add_exception_handler(HTTPException, _on_http_error)


def unexpected(error: BaseException) -> Response:
    """A bug: a generic sentence and an id, under which the log has the stack. Neither has values of the request."""
    number = str(uuid4())
    stack = "".join(traceback.format_tb(error.__traceback__))  # not the message, which may quote a payload
    log.error("request_failed", id=number, error=type(error).__name__, stack=stack)
    return problem(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "internal_error",
        "the gateway failed to answer; nothing in the request explains it",
        mend="Try again; where it stays, give this id to whoever runs the gateway",
        id=number,
    )


def _on_error(request: Request, error: Exception) -> Response:  # noqa: ARG001 - Starlette's signature
    status = next((status for family, status in _FAMILIES if isinstance(error, family)), None)
    if status is None or not isinstance(error, MetronisError):
        return unexpected(error)
    if isinstance(error, Reject):
        return problem(status, error.code, error.problem, field=error.field, mend=error.mend)
    if isinstance(error, NotFound):
        return problem(status, error.code, str(error), field="path.trace_id", mend="Check the id and `org_id`")
    wait_s = max(1, math.ceil(error.retry_after_s)) if isinstance(error, Backpressure) else RETRY_AFTER_S
    mend = f"Send the same request again after {wait_s} s"
    return problem(status, error.code, str(error), mend=mend, headers={"Retry-After": str(wait_s)})


def _on_wrong_parameter(request: Request, error: Exception) -> Response:  # noqa: ARG001 - Starlette's signature
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    field = clipped(".".join(str(part) for part in first["loc"]))
    return problem(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "invalid_parameter",
        first["msg"],
        field=field,
        mend="See /docs for the parameters",
    )


def _on_http_error(request: Request, error: Exception) -> Response:  # noqa: ARG001 - Starlette's signature
    assert isinstance(error, HTTPException)
    status = HTTPStatus(error.status_code)
    code = status.phrase.lower().replace(" ", "_")
    allowed = Headers(error.headers).get("allow")
    mend = f"Use one of: {allowed}" if allowed else "See /docs for the paths"
    detail = "no such path" if status == HTTPStatus.NOT_FOUND else status.description.lower() or error.detail
    return problem(status, code, detail, field="path", mend=mend, headers=dict(error.headers or {}))
