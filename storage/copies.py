"""How often traces, verdicts and evaluations are stored: what the audit asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from storage import queries
from storage.store import Store


@dataclass(frozen=True, slots=True)
class Copies:
    """Rows by what they are of. `source` is the origin of the raw message that a row descends from."""

    traces: dict[str, int]
    verdicts: dict[tuple[str, UUID], int]
    evaluations: dict[UUID, int]


def stored_copies(store: Store, org_id: str, ids: Sequence[UUID], oldest: datetime, newest: datetime) -> Copies:
    """Rows of these traces whose own time is in oldest..newest: traces by source, verdicts by source and id, and
    evaluations by verdict id. At most MAX_ASKED_IDS ids. Raises Unavailable.
    """

    def rows(query: queries.Query) -> list[dict[str, Any]]:
        return store.query(query, org_id=org_id, trace_ids=list(ids), oldest=oldest, newest=newest)

    return Copies(
        traces={row["source"]: row["copies"] for row in rows(queries.TRACE_COPIES)},
        verdicts={(row["source"], row["verdict_id"]): row["copies"] for row in rows(queries.VERDICT_COPIES)},
        evaluations={row["verdict_id"]: row["copies"] for row in rows(queries.EVALUATION_COPIES)},
    )
