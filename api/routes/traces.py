"""Traces: taking them in, one or many, and asking for them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Annotated, TypeVar
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from api import openapi
from api.admission import Admitted, admit, admit_each
from api.answers import Accepted, BatchResult, ItemResult, json_answer
from api.bodies import JSON, NDJSON, body, media_type
from api.dependencies import Dependent, IntakeOf, OrgId, StoreOf
from api.errors import item_error, problem
from metronis.errors import MetronisError, Reject
from metronis.settings import Ingest
from monitoring.metrics import TRACES_REFUSED
from schemas.batch import split_array, split_lines
from schemas.limits import EARLIEST, LATEST
from schemas.topics import Priority
from schemas.trace import DEFAULT_ORG, Kind
from schemas.verdict import Decision
from storage.read import TraceFilter, list_traces, trace_detail

# Decoding fewer bytes takes less time than going to another thread and back; more would hold up the event loop.
DECODED_INLINE_BYTES = 65_536
MAX_PAGE = 500

PriorityOf = Annotated[Priority, Query(description="`bulk` waits for whatever is interactive.")]

router = APIRouter(tags=["traces"])
T = TypeVar("T")


class Listing(BaseModel):
    """Which traces are listed: those for which everything given here holds."""

    model_config = ConfigDict(extra="forbid")

    org_id: str = Field(DEFAULT_ORG, min_length=1, max_length=128)
    domain: str | None = None
    kind: Kind | None = None
    model: str | None = None
    decision: Decision | None = None
    issue: str | None = Field(None, description="An issue code with a score above zero.")
    session_id: str | None = None
    user_id: str | None = Field(None, description="As stored: a pseudonym.")
    tag: str | None = None
    since: AwareDatetime | None = Field(None, ge=EARLIEST, le=LATEST, description="Timestamps from here on.")
    until: AwareDatetime | None = Field(None, ge=EARLIEST, le=LATEST, description="Timestamps before this.")
    min_risk: float | None = Field(None, ge=0, le=1)
    text: str | None = Field(None, max_length=1_000, description="Part of the input or output, in any case.")
    limit: int = Field(50, ge=1, le=MAX_PAGE)
    cursor: str | None = Field(None, max_length=1_000)


@router.post("/api/v1/traces", **openapi.POST_TRACE)
async def post_trace(
    request: Request, given: Dependent, intake: IntakeOf, priority: PriorityOf = "interactive"
) -> Response:
    """Take one trace in. 202 says that it is durable: it survives a crash and will get a verdict."""
    limit = given.settings.ingest.max_trace_bytes
    with _refusals_counted():
        media_type(request, JSON)
        async with body(request, max_bytes=limit, waiting=intake.waiting) as data:
            admitted = await _off_loop(len(data), lambda: admit(data, given, priority))
        await intake.submit([admitted.message], priority)
    return json_answer(Accepted(str(admitted.trace_id)), HTTPStatus.ACCEPTED)


@router.post("/api/v1/traces/batch", **openapi.POST_BATCH)
async def post_batch(
    request: Request, given: Dependent, intake: IntakeOf, priority: PriorityOf = "interactive"
) -> Response:
    """Take many traces in. Each is accepted or rejected on its own; 422 only where none was accepted."""
    limits = given.settings.ingest
    with _refusals_counted():
        kind = media_type(request, JSON, NDJSON)
        async with body(request, max_bytes=limits.max_batch_bytes, waiting=intake.waiting) as data:
            outcomes = await _off_loop(len(data), lambda: admit_each(_items(data, kind, limits), given, priority))
        messages = [outcome.message for outcome in outcomes if isinstance(outcome, Admitted)]
        if messages:
            await intake.submit(messages, priority)
    results = [_result(index, outcome) for index, outcome in enumerate(outcomes)]
    for outcome in outcomes:
        if isinstance(outcome, Reject):
            TRACES_REFUSED.labels(outcome.code).inc()
    if messages:
        return json_answer(BatchResult(len(messages), len(results) - len(messages), results), HTTPStatus.ACCEPTED)
    return problem(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "all_rejected",
        f"none of the {len(results)} traces was accepted",
        mend="See `results` for what is wrong with each",
        results=results,
    )


@router.get("/api/v1/traces/{trace_id}", **openapi.GET_TRACE)
def get_trace(trace_id: UUID, store: StoreOf, org_id: OrgId = DEFAULT_ORG) -> Response:
    """One trace with its evaluations and, once there is one, its verdict."""
    return json_answer(trace_detail(store, org_id, trace_id))


@router.get("/api/v1/traces", **openapi.LIST_TRACES)
def get_traces(store: StoreOf, asked: Annotated[Listing, Query()]) -> Response:
    """Traces newest first, as short rows. `next_cursor` of one page is the `cursor` of the next."""
    wanted = asked.model_dump(exclude={"limit", "cursor"})
    return json_answer(list_traces(store, TraceFilter(**wanted), limit=asked.limit, cursor=asked.cursor))


def _items(data: bytes, kind: str, limits: Ingest) -> list[bytes]:
    split = split_lines if kind == NDJSON else split_array
    return split(data, max_items=limits.max_batch_items)


def _result(index: int, outcome: Admitted | Reject) -> ItemResult:
    if isinstance(outcome, Reject):
        return ItemResult(index, "rejected", error=item_error(outcome))
    return ItemResult(index, "accepted", trace_id=str(outcome.trace_id))


@contextmanager
def _refusals_counted() -> Iterator[None]:
    """Count a request that is refused whole once, since nobody knows how many traces it held."""
    try:
        yield
    except MetronisError as error:
        TRACES_REFUSED.labels(error.code).inc()
        raise


async def _off_loop(size: int, work: Callable[[], T]) -> T:
    return work() if size <= DECODED_INLINE_BYTES else await asyncio.to_thread(work)
