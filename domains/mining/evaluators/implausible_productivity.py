"""Implausible productivity: tonnes an employee hour that no mine of the type has reached, mostly a wrong unit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from domains.knowledge import table
from domains.mining.claims import Dimension, Flaw, RecordClaim
from domains.mining.names import COMMODITIES
from domains.mining.record import Figure, Record
from processors.units import unit

TYPES = table("mining", "productivity")

_LEAST_HOURS = 2_000  # a person's year; below, single days make the average
_MOST_IN_LITTLE_TIME = 400  # t an hour
_MOST_BY_EMPLOYEE = 250_000  # t a year
_PLANT = "preparation plant"
_MASS = unit("g").dimension


@dataclass(frozen=True, kw_only=True)
class ImplausibleProductivity(RecordClaim):
    """Production fits the hours worked and the employees, by type of mine as in the table `productivity`.

    The lower bound is for coal alone. Abstains without production by mass, or where neither labour nor a type is known.
    """

    name: ClassVar[str] = "implausible_productivity"
    issue: ClassVar[str] = "implausible_productivity"
    cites: ClassVar[tuple[str, ...]] = ("eia_7a", "cfr_30_50_30")
    dimension: ClassVar[Dimension] = "validity"
    needs: ClassVar[str] = "production by mass with hours, employees or a type of mine"

    def flaws(self, mine: Record) -> Sequence[Flaw] | None:
        produced = mine.figure("production")
        if produced is None or produced.value <= 0 or (produced.unit and produced.unit.dimension != _MASS):
            return None
        key = TYPES.key(mine.text("mine_type"))
        if key is None and not (mine.number("hours") or mine.number("employees")):
            return None
        bounds = TYPES.rows[key or "surface"]
        return [*_by_hour(mine, produced, bounds), *_at_most(mine, produced, bounds, named=key is not None)]


def _short_tons(produced: Figure) -> float:
    """Without a unit in the key it hardly matters: one ton is 0.9 of the other."""
    return produced.in_unit("short_ton") if produced.unit else produced.value


def _by_hour(mine: Record, produced: Figure, bounds: Mapping[str, Any]) -> Iterator[Flaw]:
    hours, tons = mine.number("hours"), _short_tons(produced)
    if not hours or hours < 0:
        return
    rate = tons / hours
    high = bounds["high"] if hours >= _LEAST_HOURS else _MOST_IN_LITTLE_TIME
    if rate > high:
        yield Flaw(
            "high",
            f"{produced} in {hours:,.10g} hours is {rate:,.4g} short tons an hour; no such mine exceeds {high:g}.",
        )
    elif _is_coal(mine) and hours >= _LEAST_HOURS and rate < bounds["low"] and mine.text("operation_type") != _PLANT:
        yield Flaw(
            "high",
            f"{produced} in {hours:,.10g} hours is {rate:.2g} short tons an hour; mines exceed {bounds['low']:g}.",
        )


def _at_most(mine: Record, produced: Figure, bounds: Mapping[str, Any], *, named: bool) -> Iterator[Flaw]:
    employees, tons = mine.number("employees"), _short_tons(produced)
    if named and _is_coal(mine) and tons > bounds["most"]:
        yield Flaw(
            "high",
            f"{produced} is more than any mine of its type produces in a year ({bounds['most']:,.0f} short tons).",
        )
    if employees and employees >= 1 and tons > _MOST_BY_EMPLOYEE * employees and not mine.number("hours"):
        yield Flaw(
            "high", f"{produced} by {employees:,.10g} employees is more than {_MOST_BY_EMPLOYEE:,} short tons each."
        )


def _is_coal(mine: Record) -> bool:
    """Annual returns with an operation type are those of coal mines."""
    return mine.commodity == "coal" or (mine.is_return and COMMODITIES.key(mine.text("commodity")) is None)
