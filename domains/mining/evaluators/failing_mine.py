"""Failing mine: a mine that its own indicators together show to be in distress."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from domains.mining.claims import Dimension, Flaw, RecordClaim
from domains.mining.names import COMMODITIES
from domains.mining.record import Figure, Record
from schemas.evaluation import Severity

_EXTREME_WATER_STRESS = 0.8
"""Of the water that there is more than 80 % is withdrawn: WRI Aqueduct 4.0, baseline water stress, extremely high."""


@dataclass(frozen=True, kw_only=True)
class FailingMine(RecordClaim):
    """Fewer than `enough` of its indicators are in distress: poor ore, dear production, reserves for few years, many
    incidents, extreme water stress. One alone is no failure; one less than enough is in doubt.

    life_years, incidents: from which value on. poor_share: grade in percent of a base metal of unknown name; cost: USD
    a tonne of ore. Abstains where fewer than three indicators are given.
    """

    name: ClassVar[str] = "failing_mine"
    issue: ClassVar[str] = "failing_mine"
    cites: ClassVar[tuple[str, ...]] = ("wri_aqueduct", "sk_1300")
    dimension: ClassVar[Dimension] = "validity"
    needs: ClassVar[str] = "three of grade, cost, reserve life, incidents and water stress"

    enough: int = 3
    poor_share: float = 0.35
    cost: float = 80.0
    life_years: float = 3.0
    incidents: float = 6.0

    def flaws(self, mine: Record) -> Sequence[Flaw] | None:
        given = list(self._indicators(mine))
        if len(given) < self.enough:
            return None
        distressed = [f"{figure} ({why})" for figure, why, bad in given if bad]
        if len(distressed) < self.enough - 1:
            return []
        severity: Severity = "high" if len(distressed) >= self.enough else "medium"
        return [
            Flaw(severity, f"{len(distressed)} of {len(given)} indicators are in distress: {', '.join(distressed)}.")
        ]

    def _indicators(self, mine: Record) -> Iterator[tuple[Figure, str, bool]]:
        """Those that are given, what distress is, and whether it is that."""
        grade, cost = mine.figure("grade"), mine.figure("cash_cost")
        life, incidents, water = (
            mine.figure("reserve_life"),
            mine.figure("incidents", "injuries"),
            mine.figure("water_stress"),
        )
        if grade and (mine.commodity is None or COMMODITIES.rows[mine.commodity].get("of") in _BASE_METALS):
            yield grade, f"below {self.poor_share:g} %", _percent(grade) < self.poor_share
        if cost and (cost.unit is None or cost.unit.name == "USD/metric_ton"):
            yield cost, f"{self.cost:g} or more", cost.value >= self.cost
        if life:
            yield life, f"less than {self.life_years:g} years", life.in_unit("year") < self.life_years
        if incidents:
            yield incidents, f"{self.incidents:g} or more", incidents.value >= self.incidents
        if water:
            yield water, "extremely high", _EXTREME_WATER_STRESS <= water.value <= 1


_BASE_METALS = frozenset({"Cu", "Zn", "Pb", "Ni"})


def _percent(grade: Figure) -> float:
    return grade.in_unit("percent") if grade.unit else grade.value
