"""Source disagreement: operator, regulator and others report different figures of the same thing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import isclose
from typing import ClassVar

from domains.mining.claims import Dimension, Flaw, RecordClaim
from domains.mining.names import FIELDS
from domains.mining.record import Figure, Record

# Ratio of the two figures.
_MIX_UPS = {
    1.10231: "short tons are taken for tonnes",
    1.01605: "long tons are taken for tonnes",
    2.20462: "kilograms are taken for pounds",
    2_204.62: "tonnes are taken for pounds",
    34.2857: "ounces a short ton are taken for grams a tonne",
    31.1035: "troy ounces are taken for grams",
    100: "a fraction is taken for percent",
    1_000: "thousands are taken for units",
    1_000_000: "millions are taken for units",
    10_000: "ppm is taken for percent",
}
_EXACT = 0.002
_COUNTED = frozenset({"fatalities", "year"})


def mix_up(ratio: float) -> str | None:
    """The confusion of units that a ratio of two figures shows; None where it shows none."""
    ratio = max(ratio, 1 / ratio)
    return next((said for factor, said in _MIX_UPS.items() if isclose(ratio, factor, rel_tol=_EXACT)), None)


@dataclass(frozen=True, kw_only=True)
class SourceDisagreement(RecordClaim):
    """Figures of one field differ by no more than `tolerance` between sources, and between keys of other units.

    tolerance: as a share of the larger one. Fatalities and years must be the same. Abstains where nothing is given
    twice.
    """

    name: ClassVar[str] = "source_disagreement"
    issue: ClassVar[str] = "source_disagreement"
    cites: ClassVar[tuple[str, ...]] = ("dama_dimensions", "iso_8000")
    dimension: ClassVar[Dimension] = "consistency"
    needs: ClassVar[str] = "figure from two sources or in two units"

    tolerance: float = 0.05

    def flaws(self, mine: Record) -> Sequence[Flaw] | None:
        unnamed = {name for figures in mine.sources.values() for name in figures if name not in FIELDS.rows}
        pairs = [pair for name in (*FIELDS.rows, *sorted(unnamed)) for pair in _pairs(mine, name)]
        if not pairs:
            return None
        return [flaw for name, one, other in pairs for flaw in self._apart(name, one, other)]

    def _apart(self, name: str, one: tuple[str, Figure], other: tuple[str, Figure]) -> Iterator[Flaw]:
        values = _comparable(name, one[1], other[1])
        most = max(map(abs, values))
        apart = abs(values[0] - values[1]) / most if most else 0.0
        if apart <= (0.0 if name in _COUNTED else self.tolerance):
            return
        why = mix_up(values[0] / values[1]) if all(value > 0 for value in values) else None
        said = " and ".join(f"{source}{figure}" for source, figure in (one, other))
        yield Flaw("high", f"{said} differ by {apart:.1%}{f': it seems that {why}' if why else ''}.")


def _comparable(name: str, *figures: Figure) -> list[float]:
    """Values in one unit: the field's, else that of both; as they are where one says none."""
    if measure := FIELDS.rows.get(name, {}).get("unit"):
        return [figure.in_unit(measure) for figure in figures]
    units = [figure.unit for figure in figures if figure.unit]
    if len(units) < len(figures):
        return [figure.value for figure in figures]
    return [each.to_base(figure.value) for each, figure in zip(units, figures, strict=True)]


def _pairs(mine: Record, name: str) -> Iterator[tuple[str, tuple[str, Figure], tuple[str, Figure]]]:
    said = [(f"{source}: ", figures[name]) for source, figures in mine.sources.items() if name in figures]
    own = mine.figures.get(name, [])
    if said and own and own[0].unit == said[0][1].unit:
        said.append(("record: ", own[0]))
    alike = name == "grade" and len({figure.commodity for figure in own}) == 1
    units = {figure.unit.name: figure for figure in own if figure.unit and (alike or figure.commodity is None)}
    in_units = [("", figure) for figure in units.values()]
    for one, other in (*combinations(said, 2), *combinations(in_units, 2)):
        a, b = one[1].unit, other[1].unit
        if a is None or b is None or a.dimension == b.dimension:
            yield name, one, other
