"""Implausible jump: a figure of one year that is many times those of the others, mostly a wrong unit or digit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import ClassVar

from domains.mining.claims import Dimension, Flaw, RecordClaim
from domains.mining.evaluators.source_disagreement import mix_up
from domains.mining.record import Record

_FEWEST = 3


@dataclass(frozen=True, kw_only=True)
class ImplausibleJump(RecordClaim):
    """No value of a history is more than `most` times the median of the others, or less than that part of it.

    The first and the last years of a mine are no jumps: it opens and it closes. A current figure is the last of its
    history. Abstains on histories of fewer than three values that are not nought.
    """

    name: ClassVar[str] = "implausible_jump"
    issue: ClassVar[str] = "implausible_jump"
    cites: ClassVar[tuple[str, ...]] = ("dama_dimensions",)
    dimension: ClassVar[Dimension] = "validity"
    needs: ClassVar[str] = "history of three values"

    most: float = 10.0

    def flaws(self, mine: Record) -> Sequence[Flaw] | None:
        long = {name: past for name in mine.histories if len(past := _past(mine, name)) >= _FEWEST}
        if not long:
            return None
        return [flaw for name, past in long.items() for flaw in self._jumps(name, past)]

    def _jumps(self, name: str, past: Mapping[int, float]) -> Iterator[Flaw]:
        for year, value in past.items():
            usual = median(other for each, other in past.items() if each != year)
            ratio = value / usual
            if ratio > self.most or (ratio < 1 / self.most and year not in (min(past), max(past))):
                why = mix_up(ratio)
                field = name.replace("_", " ").capitalize()
                said = f"{field} of {value:,.10g} in {year} is {ratio:,.3g} times that of other years"
                yield Flaw("high", f"{said}{f': it seems that {why}' if why else ''}.")


def _past(mine: Record, name: str) -> dict[int, float]:
    past = {year: value for year, value in mine.histories[name].items() if value > 0}
    now = mine.figure(name)
    if now and now.value > 0 and mine.year and not mine.sources:
        past.setdefault(mine.year, now.value)
    return past
