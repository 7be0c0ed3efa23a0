"""Wrong incident rate: one that is not injuries by hours, or by a million hours where 200,000 are meant."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from domains.mining.claims import Dimension, Flaw, RecordClaim
from domains.mining.names import words_of
from domains.mining.record import Figure, Record

MSHA_HOURS = 200_000
"""A hundred employees' year: 30 CFR 50.1 and the MIIR; OSHA uses the same."""

ICMM_HOURS = 1_000_000
"""ICMM Health and Safety Performance Indicators (2021), as in TRIFR and LTIFR."""

_INJURIES = ("injuries", "lost_time", "incidents", "fatalities")
_LOST_TIME = ("lost_time", "injuries")


@dataclass(frozen=True, kw_only=True)
class WrongIncidentRate(RecordClaim):
    """A stated rate is injuries × 200,000 / hours, a stated frequency rate injuries × 1,000,000 / hours.

    tolerance: as a share, for rounding. Also injuries in total are no fewer than those of lost time, or fatalities than
    incidents. Abstains without a rate, the hours and the injuries.
    """

    name: ClassVar[str] = "wrong_incident_rate"
    issue: ClassVar[str] = "wrong_incident_rate"
    cites: ClassVar[tuple[str, ...]] = ("cfr_30_50_1", "icmm_safety")
    dimension: ClassVar[Dimension] = "consistency"
    needs: ClassVar[str] = "rate of injuries with their number and the hours worked"

    tolerance: float = 0.03

    def flaws(self, mine: Record) -> Sequence[Flaw] | None:
        hours = mine.number("hours")
        rates = [(rate, _base(rate.key, base)) for name, base in _BASES.items() if (rate := mine.figure(name))]
        if not rates or not hours or hours < 0 or not _counts(mine, rates[0][0]):
            return None
        return [flaw for rate, base in rates for flaw in self._wrong(mine, rate, base, hours)]

    def _wrong(self, mine: Record, rate: Figure, base: int, hours: float) -> Iterator[Flaw]:
        counts = _counts(mine, rate)
        if any(self._is(rate.value, count.value * base / hours) for count in counts):
            return
        right = counts[0].value * base / hours
        other = ICMM_HOURS if base == MSHA_HOURS else MSHA_HOURS
        taken = next((count for count in counts if self._is(rate.value, count.value * other / hours)), None)
        why = f"; it is by {other:,} hours" if taken else ""
        yield Flaw("high", f"{rate}, but {counts[0]} × {base:,} / {hours:,.10g} hours = {right:.3g}{why}.")

    def _is(self, stated: float, computed: float) -> bool:
        return abs(stated - computed) <= max(self.tolerance * computed, 0.051)


_BASES = {"incident_rate": MSHA_HOURS, "frequency_rate": ICMM_HOURS}


def _base(key: str, usual: int) -> int:
    """The hours by which a key says that its rate is, else the usual ones."""
    said = "".join(words_of(key))
    if any(mark in said for mark in ("200k", "200000")):
        return MSHA_HOURS
    return ICMM_HOURS if any(mark in said for mark in ("million", "1m", "1000000", "mhrs", "mhours")) else usual


def _counts(mine: Record, rate: Figure) -> list[Figure]:
    lost_time = any(mark in rate.key.lower() for mark in ("ltif", "ltir", "lost", "nfdl"))
    return [found for name in (_LOST_TIME if lost_time else _INJURIES) if (found := mine.figure(name))]
