"""Hazardous reading: gas, dust, noise, freeboard or stability of a record that is on the wrong side of its limit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from domains.mining.claims import Dimension, Flaw, RecordClaim
from domains.mining.hazards import LIMITS
from domains.mining.names import words_of
from domains.mining.record import Figure, Record

_READINGS = {
    "methane": "methane",
    "dust": "respirable coal dust",
    "silica": "silica",
    "noise": "noise",
    "oxygen": "oxygen",
    "carbon_monoxide": "carbon monoxide",
    "hydrogen_sulfide": "hydrogen sulfide",
}
"""Fields, and their rows in the table of limits."""

_AWAY_FROM_PEOPLE = frozenset({"return", "returns", "bleeder", "gob", "goaf", "sealed", "drainage", "borehole"})
_LEAST_SAFETY = 1.5  # ANCOLD 2012, addendum 2019: drained, in the long term
_DAMS = frozenset({"tailings", "tsf", "dam", "embankment", "impoundment"})
_OTHER_LOADS = frozenset(
    {"seismic", "pseudostatic", "earthquake", "undrained", "post", "slope", "pit", "target", "required"}
)


@dataclass(frozen=True, kw_only=True)
class HazardousReading(RecordClaim):
    """No reading, under whatever key and however deep, is beyond its limit in the table `limits`.

    Also the freeboard of a dam is no less than required, and its static factor of safety no less than 1.5. Methane in
    returns, bleeders and drainage has limits of its own and is left out. Abstains without a reading.
    """

    name: ClassVar[str] = "hazardous_reading"
    issue: ClassVar[str] = "hazardous_reading"
    cites: ClassVar[tuple[str, ...]] = ("cfr_30_75_323", "cfr_30_70_100", "cfr_30_60", "cfr_30_62", "gistm", "ancold")
    dimension: ClassVar[Dimension] = "validity"
    needs: ClassVar[str] = "reading of gas, dust, noise or a dam"

    def flaws(self, mine: Record) -> Sequence[Flaw] | None:
        judged = [*_measured(mine), *_dams(mine)]
        return [flaw for flaw in judged if flaw is not None] if judged else None


def _measured(mine: Record) -> Iterator[Flaw | None]:
    """A flaw for each reading that is beyond its limit, None for the others."""
    spoken = {word for text in (*mine.keys, *mine.texts["place"]) for word in words_of(text)}
    for name, row_name in _READINGS.items():
        row = LIMITS.rows[row_name]
        for figure in mine.figures.get(name, []):
            if name == "methane" and not spoken.isdisjoint(_AWAY_FROM_PEOPLE):
                continue
            value, limit = figure.in_unit(row["unit"]), row["limit"]
            beyond = value < limit if row.get("least") else value > limit
            yield Flaw("high", f"{figure} is beyond the limit of {limit:g} ({row['rule']}).") if beyond else None


def _dams(mine: Record) -> Iterator[Flaw | None]:
    freeboard, required = mine.figure("freeboard"), mine.figure("required_freeboard")
    if freeboard and required:
        low = freeboard.in_unit("m") < required.in_unit("m")
        yield Flaw("critical", f"{freeboard} is less than {required}.") if low else None
    factor = mine.figure("safety_factor")
    spoken = {word for key in mine.keys for word in words_of(key)}
    if factor and spoken & _DAMS and _OTHER_LOADS.isdisjoint(words_of(factor.key)):
        yield _of_safety(factor)


def _of_safety(factor: Figure) -> Flaw | None:
    low = factor.value < _LEAST_SAFETY
    return Flaw("high", f"{factor} is less than {_LEAST_SAFETY:g}, which a dam needs (ANCOLD).") if low else None
