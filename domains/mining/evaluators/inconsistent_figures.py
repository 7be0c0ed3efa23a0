"""Inconsistent figures: grade, tonnes, recovery and metal, reserves and life, or parts and wholes do not fit."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from domains.mining.claims import Dimension, Flaw, RecordClaim
from domains.mining.evaluators.source_disagreement import mix_up
from domains.mining.names import COMMODITIES
from domains.mining.record import Figure, Record
from processors.units import unit

_TONNE = "metric_ton"
_MASS = unit("g").dimension
_MOST_OF_CAPACITY = 1.5  # plants run above their nameplate, but not by half


@dataclass(frozen=True, kw_only=True)
class InconsistentFigures(RecordClaim):
    """What follows from other figures is what they make it, up to a `tolerance` of the larger.

    Metal = ore × grade × recovery; life = reserves / production; strip ratio = waste / ore; reserves = proven +
    probable; resources ≥ reserves and ≥ each of their classes (CRIRSCO template, 2019; where resources are reported
    exclusive of reserves the record must say so); resources that are said to include reserves are, measured and
    indicated, no less than proven and probable; production is no more than half
    above the capacity; totals are the sums of their rows. Abstains where
    nothing follows from anything.
    """

    name: ClassVar[str] = "inconsistent_figures"
    issue: ClassVar[str] = "inconsistent_figures"
    cites: ClassVar[tuple[str, ...]] = ("crirsco", "sk_1300")
    dimension: ClassVar[Dimension] = "consistency"
    needs: ClassVar[str] = "figures of which one follows from the others"

    tolerance: float = 0.1

    def flaws(self, mine: Record) -> Sequence[Flaw] | None:
        judged = [found for relation in _RELATIONS for found in relation(mine)]
        compared = [*_parts(mine)]
        if not judged and not compared:
            return None
        apart = [flaw for stated, value, derived, how in judged for flaw in self._apart(stated, value, derived, how)]
        return apart + [flaw for flaw in compared if flaw is not None]

    def _apart(self, stated: Figure, value: float, derived: float, how: str) -> Iterator[Flaw]:
        most = max(abs(value), abs(derived))
        if most == 0 or abs(value - derived) <= self.tolerance * most:
            return
        why = mix_up(value / derived) if value > 0 and derived > 0 else None
        yield Flaw("high", f"{stated}, but {how} = {derived:,.6g}{f': it seems that {why}' if why else ''}.")


Derived = Iterator[tuple[Figure, float, float, str]]
"""What is stated, its value, what follows from other figures in the same unit, and how it follows."""


def _mass(mine: Record, *names: str) -> float | None:
    """A figure in tonnes, where it is one of mass or says no unit."""
    found = mine.figure(*names)
    if found is None or (found.unit and found.unit.dimension != _MASS):
        return None
    return found.in_unit(_TONNE)


def _metal(mine: Record) -> Derived:
    ore, grade, metal = _mass(mine, "ore"), mine.figure("grade"), _metal_figure(mine)
    usual = COMMODITIES.rows.get(mine.commodity or "", {}).get("unit")
    if ore is None or grade is None or metal is None or not (grade.unit or usual):
        return
    if grade.commodity and metal.commodity and grade.commodity != metal.commodity:
        return
    share = grade.in_unit("percent") / 100 if grade.unit else unit(usual).to_base(grade.value)
    recovery = 1.0 if "contain" in metal.key.lower() or "content" in metal.key.lower() else _recovery(mine)
    if recovery is not None:
        yield metal, metal.in_unit(_TONNE), ore * share * recovery, "ore × grade × recovery in tonnes"


def _metal_figure(mine: Record) -> Figure | None:
    """Metal, or production that names a metal: of copper, not of copper ore."""
    produced = mine.figure("production")
    named = produced is not None and produced.commodity and not COMMODITIES.rows[produced.commodity].get("bulk")
    return mine.figure("metal") or (produced if named else None)


def _recovery(mine: Record) -> float | None:
    found = mine.figure("recovery")
    if found is None:
        return None
    return found.value if found.unit is None and found.value <= 1 else found.value / 100


def _life(mine: Record) -> Derived:
    life, reserves = mine.figure("reserve_life"), _mass(mine, "reserves")
    produced = _mass(mine, "plant_rate") or _mass(mine, "ore") or _mass(mine, "production")
    bulk = COMMODITIES.rows.get(mine.commodity or "", {}).get("bulk", mine.commodity is None)
    reserves = reserves if reserves is not None else _sum(mine, "proven", "probable")
    if not (life and reserves and produced):
        return
    # Production of a metal is less than that of its ore, so that no more years than these can be left.
    if bulk or mine.figure("ore", "plant_rate") or life.in_unit("year") > reserves / produced:
        yield life, life.in_unit("year"), reserves / produced, "reserves / production"


def _strip(mine: Record) -> Derived:
    ratio, waste, ore = mine.figure("strip_ratio"), _mass(mine, "waste"), _mass(mine, "ore")
    if ratio and waste is not None and ore:
        yield ratio, ratio.value, waste / ore, "waste / ore"


def _reserves(mine: Record) -> Derived:
    total, proven, probable = mine.figure("reserves"), _mass(mine, "proven"), _mass(mine, "probable")
    if total and proven is not None and probable is not None and (said := _mass(mine, "reserves")) is not None:
        yield total, said, proven + probable, "proven + probable in tonnes"


def _sum(mine: Record, *names: str) -> float | None:
    """Figures together in tonnes; None where one is absent, or is no mass."""
    parts = [part for name in names if (part := _mass(mine, name)) is not None]
    return sum(parts) if len(parts) == len(names) else None


def _totals(mine: Record) -> Derived:
    for stated, sums in mine.totals:
        nearest = min(sums, key=lambda each: abs(each - stated.value))
        yield stated, stated.value, nearest, "the sum of its rows"


_RELATIONS: tuple[Callable[[Record], Derived], ...] = (_metal, _life, _strip, _reserves, _totals)


def _parts(mine: Record) -> Iterator[Flaw | None]:
    """For every part that the record has with its whole, a flaw where it is larger, else None."""
    basis = mine.text("resource_basis")
    exclusive = "exclusive" in basis or any("exclusive" in key.lower() for key in mine.keys)
    if "inclusive" in basis or any("inclusive" in key.lower() for key in mine.keys):
        yield _excess(mine)
    produced, capacity = _mass(mine, "production"), _mass(mine, "capacity")
    if produced and capacity:
        over = produced > capacity * _MOST_OF_CAPACITY
        yield (
            Flaw("high", f"Production of {produced:,.6g} t is far above the capacity of {capacity:,.6g} t.")
            if over
            else None
        )
    for part, whole in (
        ("proven", "reserves"),
        ("probable", "reserves"),
        ("measured", "resources"),
        ("indicated", "resources"),
        ("inferred", "resources"),
        *([] if exclusive else [("reserves", "resources")]),
    ):
        small, large = mine.figure(part), mine.figure(whole)
        less, more = _mass(mine, part), _mass(mine, whole)
        if small and large and less is not None and more is not None and (small.unit is None) == (large.unit is None):
            excess = less > more * (1 + 1e-6)
            yield (
                Flaw("high", f"{part.capitalize()} {small.value:,.10g} exceed {whole} of {large.value:,.10g}.")
                if excess
                else None
            )


def _excess(mine: Record) -> Flaw | None:
    """Of reserves over the measured and indicated resources that include them."""
    reserves, resources = _sum(mine, "proven", "probable"), _sum(mine, "measured", "indicated")
    if reserves is None or resources is None or reserves <= resources * 1.005:
        return None
    return Flaw(
        "high", f"Reserves of {reserves:,.6g} t exceed the measured and indicated resources of {resources:,.6g} t."
    )
