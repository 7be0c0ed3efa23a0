"""Misplaced mine: coordinates that do not lie in the state or country of the record."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from domains.mining.claims import Dimension, Flaw, RecordClaim
from domains.mining.places import COUNTRIES, STATES, country_of, is_within, state_of
from domains.mining.record import Record


@dataclass(frozen=True, kw_only=True)
class MisplacedMine(RecordClaim):
    """Latitude and longitude lie within the box of the state, else of the country (tables `states`, `countries`).

    A pair that does not say which is which may be in either order (GeoJSON has the longitude first).
    Abstains without both coordinates.
    """

    name: ClassVar[str] = "misplaced_mine"
    issue: ClassVar[str] = "misplaced_mine"
    cites: ClassVar[tuple[str, ...]] = ("iso_6709",)
    dimension: ClassVar[Dimension] = "consistency"
    needs: ClassVar[str] = "coordinates"

    def flaws(self, mine: Record) -> Sequence[Flaw] | None:
        latitude, longitude = mine.number("latitude"), mine.number("longitude")
        if latitude is None or longitude is None:
            return list(_of_pairs(mine)) if mine.positions else None
        return list(_flaws(mine, latitude, longitude))


def _of_pairs(mine: Record) -> Iterator[Flaw]:
    place, box = _box(mine)
    for one, other in mine.positions:
        if box and not is_within(box, one, other) and not is_within(box, other, one):
            yield Flaw("high", f"The position {one:g}, {other:g} is not in {place} in either order.")


def _flaws(mine: Record, latitude: float, longitude: float) -> Iterator[Flaw]:
    place, box = _box(mine)
    at = f"{latitude:g}, {longitude:g}"
    if latitude == longitude == 0:
        yield Flaw("high", "The position 0, 0 is in the Gulf of Guinea: it stands for a position that is not known.")
    elif box and not is_within(box, latitude, longitude):
        yield Flaw("high", f"The position {at} is not in {place}{_slip(box, latitude, longitude)}.")


def _box(mine: Record) -> tuple[str, Sequence[float] | None]:
    state, country = state_of(mine.text("state")), country_of(mine.text("country"))
    if state and country in (None, "United States"):
        return state, STATES.rows[state]["box"]
    return (country, COUNTRIES.rows[country]["box"]) if country else ("", None)


def _slip(box: Sequence[float], latitude: float, longitude: float) -> str:
    slips = {
        "a sign of the longitude is missing": (latitude, -longitude),
        "the sign of the latitude is wrong": (-latitude, longitude),
        "latitude and longitude are exchanged": (longitude, latitude),
    }
    found = next((said for said, position in slips.items() if is_within(box, *position)), None)
    return f"; {found}" if found else ""
