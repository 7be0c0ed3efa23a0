"""Statistics of an organisation."""

from __future__ import annotations

from fastapi import APIRouter, Response

from api import openapi
from api.answers import json_answer
from api.dependencies import OrgId, StoreOf
from schemas.trace import DEFAULT_ORG
from storage.read import stats

router = APIRouter(tags=["traces"])


@router.get("/api/v1/stats", **openapi.STATS)
def get_stats(store: StoreOf, org_id: OrgId = DEFAULT_ORG) -> Response:
    """Counts, costs and times: by domain, decision and tier, by evaluator, by issue."""
    return json_answer(stats(store, org_id))
