"""Outdated record: one that is of a time still to come, was updated before that time, or for too long not at all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from domains.mining.claims import Dimension, Flaw, RecordClaim
from domains.mining.names import words_of
from domains.mining.record import Record, moment

_FIRST_RETURN = 1977  # Federal Mine Safety and Health Act


@dataclass(frozen=True, kw_only=True)
class OutdatedRecord(RecordClaim):
    """The record's year is not in the future, and it was updated after that year began and within `stale_years`.

    A record of an earlier year may be as old as that year; one without a year speaks of the present. Where the record
    names its day of reference (`as_of`) or its greatest age (`max_age_days`), they count instead. Abstains where it
    says neither a year nor when it was updated.
    """

    name: ClassVar[str] = "outdated_record"
    issue: ClassVar[str] = "outdated_record"
    cites: ClassVar[tuple[str, ...]] = ("dama_dimensions",)
    dimension: ClassVar[Dimension] = "timeliness"
    needs: ClassVar[str] = "year nor time of update"

    stale_years: float = 2.0

    def flaws(self, mine: Record) -> Sequence[Flaw] | None:
        if mine.figure("year") is None and not _updated(mine):
            return None
        return [*_of_year(mine), *self._of_update(mine)]

    def _of_update(self, mine: Record) -> Iterator[Flaw]:
        updated = moment(_updated(mine))
        if updated is None:
            return
        days, allowed = (mine.today - updated).days, mine.number("max_age")
        if (updated - mine.now.date()).days > 1:
            yield Flaw("high", f"The record was updated on {updated}, which is still to come.")
        elif mine.year and updated.year < mine.year:
            yield Flaw("high", f"The record is of {mine.year}, but was last updated on {updated}.")
        elif allowed is not None:
            if days > allowed:
                yield Flaw(
                    "high", f"The record was last updated on {updated}, {days} days ago, and may be {allowed:g} old."
                )
        elif days > self.stale_years * 365.25 and not (mine.year and mine.year <= updated.year):
            yield Flaw("high", f"The record was last updated on {updated}, {days / 365.25:.1f} years ago.")


def _updated(mine: Record) -> str:
    return mine.text("updated") or mine.text("as_of")


def _of_year(mine: Record) -> Iterator[Flaw]:
    figure = mine.figure("year")
    if figure is None:
        return
    last = mine.now.year + (not {"fiscal", "fy"}.isdisjoint(words_of(figure.key)))  # which may begin in July
    if figure.value > last:
        yield Flaw("high", f"The record is of {figure.value:.10g}, but was made in {mine.now.year}.")
    elif mine.is_return and figure.value < _FIRST_RETURN:
        yield Flaw("high", f"The return is of {figure.value:.10g}; MSHA has given ids since {_FIRST_RETURN}.")
    elif figure.value != int(figure.value):
        yield Flaw("high", f"{figure.value:g} is no year.")
