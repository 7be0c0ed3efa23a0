"""Impossible labour: nobody works more hours than a year has, and no hours are worked by nobody."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from domains.mining.claims import Dimension, Flaw, RecordClaim
from domains.mining.record import Record

HOURS_OF_A_YEAR = 8_784
"""Of a leap year."""

_LEAST_AVERAGE = 0.5  # employees; the average of a mine that ran for weeks is rounded to none
_LARGE_CREW = 50
_LEAST_HOURS_OF_A_LARGE_CREW = 100


@dataclass(frozen=True, kw_only=True)
class ImpossibleLabour(RecordClaim):
    """Hours and employees of a year fit each other (30 CFR 50.30: average persons working and hours worked).

    Abstains where the record has neither, or one of them alone in what is no annual return.
    """

    name: ClassVar[str] = "impossible_labour"
    issue: ClassVar[str] = "impossible_labour"
    cites: ClassVar[tuple[str, ...]] = ("cfr_30_50_30",)
    dimension: ClassVar[Dimension] = "consistency"
    needs: ClassVar[str] = "hours with employees"

    def flaws(self, mine: Record) -> Sequence[Flaw] | None:
        employees, hours = mine.number("employees"), mine.number("hours")
        if employees is None or hours is None:
            return None
        return list(_flaws(employees, hours, mine.number("production")))


def _flaws(employees: float, hours: float, production: float | None) -> Iterator[Flaw]:
    if hours > HOURS_OF_A_YEAR * max(employees, _LEAST_AVERAGE):
        each = f"{hours / employees:,.0f} each" if employees else "with no employee"
        yield Flaw("high", f"{hours:,.10g} hours by {employees:,.10g} employees, {each}: a year has {HOURS_OF_A_YEAR}.")
    elif employees > 0 and 0 < hours < employees:
        yield Flaw("high", f"{employees:,.10g} employees worked {hours:,.10g} hours: less than an hour each in a year.")
    elif employees >= _LARGE_CREW and 0 < hours < _LEAST_HOURS_OF_A_LARGE_CREW * employees:
        yield Flaw(
            "high", f"{employees:,.10g} employees worked {hours:,.10g} hours: {hours / employees:.0f} each in a year."
        )
    if production and production > 0 and hours == 0:
        yield Flaw("high", f"Production of {production:,.10g} t without an hour of work.")
    elif production and production > 0 and employees == 0 and hours > HOURS_OF_A_YEAR / 2:
        yield Flaw("high", f"Production of {production:,.10g} t without employees.")
    elif employees >= 1 and hours == 0:
        yield Flaw("high", f"{employees:,.10g} employees worked no hour.")
