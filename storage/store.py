"""The Store seam: inserts that a replay cannot double, and named queries. Both sides are the ClickHouse engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from storage.queries import Query
from storage.tables import Table

Row = Mapping[str, Any]


class Store(Protocol):
    """Where traces, evaluations and verdicts are kept and asked for."""

    def insert(self, table: Table, rows: Sequence[Any], token: str) -> None:
        """Insert all rows or none, durably.

        A second insert with the same token into the same table adds nothing, whatever its rows: the token must
        determine the rows. Blocks. Raises Unavailable where the store does not answer (nothing is known then: repeat
        with the same token), Reject where the rows themselves are wrong.
        """

    def query(self, query: Query, **parameters: Any) -> list[dict[str, Any]]:
        """Rows of a named query, as dictionaries by column name. Safe to call from several threads."""

    def close(self) -> None:
        """Close the engine. Idempotent."""
