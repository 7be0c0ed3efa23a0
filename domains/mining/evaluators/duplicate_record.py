"""Duplicate record: one that says itself to be another's copy, or names an id twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from domains.mining.claims import Dimension, Flaw, RecordClaim
from domains.mining.record import Record


@dataclass(frozen=True, kw_only=True)
class DuplicateRecord(RecordClaim):
    """Within the lists of a record no id is there twice, and no record is marked as the duplicate of another.

    Abstains on fewer than two ids without such a mark.
    """

    name: ClassVar[str] = "duplicate_record"
    issue: ClassVar[str] = "duplicate_record"
    cites: ClassVar[tuple[str, ...]] = ("dama_dimensions",)
    dimension: ClassVar[Dimension] = "uniqueness"
    needs: ClassVar[str] = "list of ids"

    def flaws(self, mine: Record) -> Sequence[Flaw] | None:
        identifiers = mine.listed_ids
        copied = mine.text("duplicate_of")
        if len(identifiers) < 2 and not copied:
            return None
        found = [
            Flaw("high", f"{identifier!r} is there {count} times.")
            for identifier, count in Counter(identifiers).items()
            if count > 1
        ]
        return found + ([Flaw("high", f"The record is marked as a duplicate of {copied!r}.")] if copied else [])
