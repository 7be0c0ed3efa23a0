"""What a replay may write, and a store that dies while it does."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from metronis.errors import Unavailable
from storage.queries import Query
from storage.store import Store
from storage.tables import Table

LATER = datetime(2090, 1, 1, tzinfo=UTC)  # than the pipeline's own stamps

# Two rows of the same verdict would be told apart by nothing here but their number.
ALL_VERDICTS = Query(
    "all_verdicts",
    """
    SELECT trace_id, verdict_id, policy_version, decision, reason FROM verdicts
    WHERE org_id = {org_id:String} ORDER BY verdict_id
    """,
)
ALL_EVALUATIONS = Query(
    "all_evaluations",
    """
    SELECT trace_id, verdict_id, evaluator, outcome, score FROM evaluations
    WHERE org_id = {org_id:String} ORDER BY verdict_id, evaluator
    """,
)


def everything(store: Store, org_id: str) -> list[list[dict[str, Any]]]:
    """All that replay may write."""
    return [store.query(query, org_id=org_id) for query in (ALL_VERDICTS, ALL_EVALUATIONS)]


class Dying:
    """A store whose n-th insert fails: before it is done, or after it, as when only the answer is lost."""

    def __init__(self, store: Store, inserts: int, *, applied: bool) -> None:
        self._store = store
        self._left = inserts
        self._applied = applied

    def insert(self, table: Table, rows: Sequence[Any], token: str) -> None:
        self._left -= 1
        if self._left or self._applied:
            self._store.insert(table, rows, token)
        if not self._left:
            raise Unavailable("the store died")

    def query(self, query: Query, **parameters: Any) -> list[dict[str, Any]]:
        return self._store.query(query, **parameters)

    def close(self) -> None:
        self._store.close()


def without_org(rows: list[list[dict[str, Any]]]) -> list[list[tuple[Any, ...]]]:
    """Rows that compare between organisations: ids of verdicts are made with the organisation's name."""
    return [
        sorted((tuple(value for key, value in row.items() if key != "verdict_id") for row in each), key=repr)
        for each in rows
    ]
