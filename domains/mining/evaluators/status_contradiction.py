"""Status contradiction: a mine that is closed and yet produces, or that closed before it opened."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from domains.knowledge import table
from domains.mining.claims import Dimension, Flaw, RecordClaim
from domains.mining.record import Record, moment

STATUSES = table("mining", "statuses")

_CARETAKERS = 25  # employees that a closed mine may still have
_MOST_OF_A_YEAR = 1_500  # hours an employee
_IDLE_YEARS = 3


@dataclass(frozen=True, kw_only=True)
class StatusContradiction(RecordClaim):
    """Production, employment and dates fit the status.

    The status of an annual return is that of the day the register was drawn up: a mine abandoned in the course of the
    year has produced in it. So only a full year of work contradicts it. Abstains without dates where the status is not
    known, or the record has neither production nor employees.
    """

    name: ClassVar[str] = "status_contradiction"
    issue: ClassVar[str] = "status_contradiction"
    cites: ClassVar[tuple[str, ...]] = ("msha_mines", "eia_7a")
    dimension: ClassVar[Dimension] = "consistency"
    needs: ClassVar[str] = "known status with production, employees or dates"

    def flaws(self, mine: Record) -> Sequence[Flaw] | None:
        key = STATUSES.key(mine.text("status"))
        dated = mine.has("closed") and (mine.has("opened") or mine.year is not None)
        judged = any(mine.has(name) for name in ("production", "employees", "opened", "closed")) or mine.histories
        if not dated and (key is None or not judged):
            return None
        row = STATUSES.rows[key] if key else {}
        status = row.get("class", "")
        found = list(_of_dates(mine, status))
        if status in ("closed", "temporary", "idle", "preparing"):
            if not (mine.is_return and row.get("of_the_day") and not _worked_all_year(mine, status)):
                found += _of_work(mine, status)
        elif status == "producing":
            found += _without_production(mine)
        return found


def _worked_all_year(mine: Record, status: str) -> bool:
    employees, hours = mine.number("employees"), mine.number("hours")
    return status == "closed" and bool(employees and hours) and (hours or 0) >= _MOST_OF_A_YEAR * (employees or 1)


def _of_work(mine: Record, status: str) -> Iterator[Flaw]:
    produced, employees = mine.figure("production"), mine.number("employees")
    said = f"The status is {mine.texts['status'][0]!r}"
    if produced and produced.value > 0:
        worked = f" with {employees:,.10g} employees" if employees else ""
        yield Flaw("high", f"{said}, yet the mine produces{worked}: {produced}.")
    elif status == "closed" and employees and employees > _CARETAKERS:
        yield Flaw("high", f"{said}, yet {employees:,.10g} people are employed.")


def _without_production(mine: Record) -> Iterator[Flaw]:
    past = [value for _, value in sorted(mine.histories.get("production", {}).items())]
    if len(past) >= _IDLE_YEARS and not any(past[-_IDLE_YEARS:]) and not mine.number("production"):
        yield Flaw(
            "high", f"The status is {mine.texts['status'][0]!r}, yet nothing was produced for {_IDLE_YEARS} periods."
        )


def _of_dates(mine: Record, status: str) -> Iterator[Flaw]:
    opened, closed = moment(mine.text("opened")), moment(mine.text("closed"))
    if opened and closed and closed < opened:
        yield Flaw("high", f"The mine closed on {closed}, before it opened on {opened}.")
    produced = mine.number("production")
    if closed and mine.year and mine.year > closed.year and produced:
        yield Flaw("high", f"The mine closed in {closed.year}, yet produced in {mine.year}.")
    if opened and mine.year and mine.year < opened.year and produced:
        yield Flaw("high", f"The mine opened in {opened.year}, yet produced in {mine.year}.")
    if closed and status == "producing" and closed < mine.now.date() and not (mine.year and mine.year <= closed.year):
        yield Flaw("high", f"The status is {mine.texts['status'][0]!r}, yet the mine closed on {closed}.")
