"""Health: whether the process is alive, and whether it can do its work."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import APIRouter, Response

from api import openapi
from api.answers import Alive, Ready, json_answer
from api.checks import OK
from api.dependencies import ChecksOf, Dependent
from api.errors import problem

router = APIRouter(tags=["health"])


@router.get("/health", **openapi.HEALTH)
async def health() -> Response:
    """Whether the process is alive."""
    return json_answer(Alive())


@router.get("/health/ready", **openapi.READY)
async def ready(given: Dependent, checks: ChecksOf) -> Response:
    """Whether the log can be written, the store answers, and a sink in this process works."""
    said = await checks.outcomes()
    if problem_of_sink := given.sink_problem():
        said["sink"] = problem_of_sink
    if set(said.values()) == {OK}:
        return json_answer(Ready(said))
    failing = ", ".join(name for name, outcome in said.items() if outcome != OK)
    return problem(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "not_ready",
        f"not ready: {failing}",
        field="$.checks",
        mend="See `checks`",
        headers={"Retry-After": "1"},
        checks=said,
    )
