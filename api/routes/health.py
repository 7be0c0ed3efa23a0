"""Health: whether the process is alive, and whether it can do its work."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from http import HTTPStatus

from fastapi import APIRouter, Response

from api import openapi
from api.answers import Alive, Ready, json_answer
from api.dependencies import Dependencies, Dependent
from api.errors import problem
from metronis.errors import MetronisError
from schemas.topics import TRACES_RAW
from schemas.trace import DEFAULT_ORG
from storage.read import TraceFilter, list_traces

CHECK_DEADLINE_S = 5.0
OK = "ok"

router = APIRouter(tags=["health"])


@router.get("/health", **openapi.HEALTH)
async def health() -> Response:
    """Whether the process is alive."""
    return json_answer(Alive())


@router.get("/health/ready", **openapi.READY)
async def ready(given: Dependent) -> Response:
    """Whether the log can be written, the store answers, and a sink in this process works."""
    checks = _checks(given)
    outcomes = await asyncio.gather(*(_outcome(check) for check in checks.values()))
    said = dict(zip(checks, outcomes, strict=True))
    if problem_of_sink := given.sink_problem():
        said["sink"] = problem_of_sink
    if all(outcome == OK for outcome in said.values()):
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


def _checks(given: Dependencies) -> dict[str, Callable[[], object]]:
    checks: dict[str, Callable[[], object]] = {"log": lambda: given.broker.ensure_topics([TRACES_RAW.name])}
    if store := given.store:
        checks["store"] = lambda: list_traces(store, TraceFilter(org_id=DEFAULT_ORG), limit=1, cursor=None)
    return checks


async def _outcome(check: Callable[[], object]) -> str:
    try:
        await asyncio.wait_for(asyncio.to_thread(check), CHECK_DEADLINE_S)
    except TimeoutError:
        return f"no answer within {CHECK_DEADLINE_S:g} s"
    except MetronisError as error:
        return str(error)
    return OK
