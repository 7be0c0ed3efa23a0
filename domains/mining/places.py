"""Places: states as EIA and MSHA spell them, and whether coordinates lie in one."""

from __future__ import annotations

from collections.abc import Sequence

from domains.knowledge import table

STATES = table("mining", "states")
COUNTRIES = table("mining", "countries")

_BY_POSTAL = {row["postal"].lower(): name for name, row in STATES.rows.items()}
_MARGIN = 0.25  # degrees; positions of mines are often those of an office or a corner


def state_of(text: str) -> str | None:
    """The state of the US that a text names: `Kentucky (East)`, `ky` and `Kentucky` are Kentucky."""
    bare = text.split("(")[0].strip().lower()
    return STATES.key(bare) or _BY_POSTAL.get(bare)


def country_of(text: str) -> str | None:
    """The country of the table that a text names."""
    return COUNTRIES.key(text.strip())


def is_within(box: Sequence[float], latitude: float, longitude: float) -> bool:
    """Whether a position in degrees lies in a box of west, south, east, north, or near its edge."""
    west, south, east, north = box
    return west - _MARGIN <= longitude <= east + _MARGIN and south - _MARGIN <= latitude <= north + _MARGIN
