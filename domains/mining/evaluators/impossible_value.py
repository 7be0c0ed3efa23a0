"""Impossible value: no mine produces less than nothing, recovers more than everything or lies beyond the poles."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from domains.mining.claims import Dimension, Flaw, RecordClaim
from domains.mining.names import FIELDS
from domains.mining.record import Figure, Record

_SHARES = frozenset({"recovery", "availability"})
_LEAST_PERCENT = 3  # no mine that works recovers less; below, a number is a fraction


@dataclass(frozen=True, kw_only=True)
class ImpossibleValue(RecordClaim):
    """Every figure lies within the bounds of its field in the table `fields`, in the unit that its key says.

    A share may be given as a fraction or in percent. Abstains where no field with bounds has a figure.
    """

    name: ClassVar[str] = "impossible_value"
    issue: ClassVar[str] = "impossible_value"
    cites: ClassVar[tuple[str, ...]] = ("dama_dimensions", "iso_8000")
    dimension: ClassVar[Dimension] = "validity"
    needs: ClassVar[str] = "figure with known bounds"

    def flaws(self, mine: Record) -> Sequence[Flaw] | None:
        bounded = [(name, each) for name, figures in mine.figures.items() for each in figures if _bounds(name)]
        for source in mine.sources.values():
            bounded += [(name, each) for name, each in source.items() if _bounds(name)]
        if not bounded:
            return None
        return [flaw for name, each in bounded for flaw in _outside(name, each)]


def _bounds(name: str) -> tuple[float | None, float | None] | None:
    row = FIELDS.rows.get(name, {})
    low, high = row.get("low"), row.get("high")
    return None if low is None and high is None else (low, high)


def _outside(name: str, figure: Figure) -> Iterator[Flaw]:
    low, high = _bounds(name) or (None, None)
    measure = FIELDS.rows[name].get("unit")
    value = figure.in_unit(measure) if measure else figure.value
    if low is not None and value < low:
        yield Flaw("critical", f"{figure} is impossible: no less than {low:g} can be.")
    if name in _SHARES and figure.unit is None and 1 < value < _LEAST_PERCENT:
        yield Flaw("high", f"{figure} is impossible: as a fraction it is more than everything.")
    if high is not None and value > high:
        unit = f" {measure}" if measure and measure != "1" else ""
        yield Flaw("high", f"{figure} is impossible: no more than {high:,.10g}{unit} can be.")
