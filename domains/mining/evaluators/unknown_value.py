"""Unknown value: a status, type or state in an annual return that no register knows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from domains.knowledge import table
from domains.mining.claims import Dimension, Flaw, RecordClaim
from domains.mining.evaluators.status_contradiction import STATUSES
from domains.mining.places import state_of
from domains.mining.record import Record

VOCABULARY = table("mining", "vocabularies")

_FIELDS = ("mine_type", "operation_type", "company_type")
_NO_STATE = frozenset({"refuse recovery"})  # where EIA puts what is won from old heaps


@dataclass(frozen=True, kw_only=True)
class UnknownValue(RecordClaim):
    """Status, types and state of an annual return are those of EIA and MSHA, with the spellings that their files have.

    Abstains on other records, and where none of these is given.
    """

    name: ClassVar[str] = "unknown_value"
    issue: ClassVar[str] = "unknown_value"
    cites: ClassVar[tuple[str, ...]] = ("eia_7a", "msha_mines")
    dimension: ClassVar[Dimension] = "validity"
    needs: ClassVar[str] = "annual return with a status, a type or a state"

    def flaws(self, mine: Record) -> Sequence[Flaw] | None:
        given = [name for name in ("status", "state", *_FIELDS) if mine.text(name)]
        if not mine.is_return or not given:
            return None
        return list(_unknown(mine))


def _unknown(mine: Record) -> Iterator[Flaw]:
    status, state = mine.text("status"), mine.text("state")
    if status and STATUSES.key(status) is None:
        yield Flaw("high", f"No status is called {status!r}.")
    if state and state_of(state) is None and state not in _NO_STATE:
        yield Flaw("high", f"No state is called {state!r}.")
    for name in _FIELDS:
        value = mine.text(name)
        key = VOCABULARY.key(value)
        if value and (key is None or VOCABULARY.rows[key]["field"] != name):
            yield Flaw("high", f"No {name.replace('_', ' ')} is called {value!r}.")
