"""Implausible grade: a mean grade at which the commodity is mined nowhere, mostly one in another unit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from domains.mining.claims import Dimension, Flaw, RecordClaim
from domains.mining.names import COMMODITIES
from domains.mining.record import Figure, Record
from processors.units import unit

_PERCENT = 100
_OUNCE_PER_SHORT_TON = 34.2857  # g/t


@dataclass(frozen=True, kw_only=True)
class ImplausibleGrade(RecordClaim):
    """The grade lies within the bounds of its commodity in the table `commodities`; of no commodity is it above 100 %.

    A bare number is in the unit in which the commodity's grade is usually given. Abstains without a grade.
    """

    name: ClassVar[str] = "implausible_grade"
    issue: ClassVar[str] = "implausible_grade"
    cites: ClassVar[tuple[str, ...]] = ("usgs_mcs",)
    dimension: ClassVar[Dimension] = "validity"
    needs: ClassVar[str] = "grade"

    def flaws(self, mine: Record) -> Sequence[Flaw] | None:
        grades = mine.figures.get("grade", [])
        return (
            [flaw for grade in grades for flaw in _flaws(grade, grade.commodity or mine.commodity)] if grades else None
        )


def _flaws(grade: Figure, commodity: str | None) -> Iterator[Flaw]:
    row = COMMODITIES.rows.get(commodity or "", {})
    usual = row.get("unit")
    if grade.unit and grade.in_unit("percent") > _PERCENT:
        yield Flaw("critical", f"{grade} is more than the whole rock.")
    elif usual:
        value = grade.in_unit(usual) if grade.unit else grade.value
        if not row["low"] <= value <= row["high"] and value > 0:
            bounds = f"{row['low']:g} to {row['high']:g} {_shown(usual)}"
            hint = _hint(value, row["low"], row["high"]) if usual != "percent" else ""
            yield Flaw(
                "high", f"{grade} is no mean grade at which {commodity} is mined, which is {bounds} {row['of']}{hint}."
            )


def _shown(name: str) -> str:
    return {"g/metric_ton": "g/t", "percent": "%"}.get(unit(name).name, name)


def _hint(value: float, low: float, high: float) -> str:
    return "; it may be in ounces a ton" if low <= value * _OUNCE_PER_SHORT_TON <= high and value < low else ""
