"""Missing value: a record that lacks what makes it one: who, where, when, how much, by whose work."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from domains.mining.claims import Dimension, Flaw, RecordClaim
from domains.mining.record import Record

_LABOUR_SINCE = 2001
"""The first year whose employees and hours the EIA files have; older ones lack names as well."""

GROUPS = {
    "identity": ("mine_id", "name"),
    "location": ("state", "county", "country", "latitude"),
    "activity": ("status", "mine_type", "operation_type"),
    "period": ("year",),
    "production": ("production",),
    "labour": ("employees", "hours"),
}
_VITAL = frozenset({"mine_id", "name", "state", "status", "mine_type", "production", "year", "employees", "hours"})
_LABOUR = frozenset({"employees", "hours"})


def absent(mine: Record) -> tuple[str, ...]:
    """Fields that an annual return should have and has not."""
    wanted = _VITAL - _LABOUR - mine.not_reported if _is_before_labour(mine) else _VITAL
    return tuple(sorted(name for name in wanted if not mine.has(name)))


@dataclass(frozen=True, kw_only=True)
class MissingValue(RecordClaim):
    """No vital key is without a value, and an annual return has identity, place, activity, year, production and labour.

    Labour is asked for since 2001. Of an annual return one vital field may be absent; several together are in doubt.
    Abstains on traces that are no record of a mine.
    """

    name: ClassVar[str] = "missing_value"
    issue: ClassVar[str] = "missing_value"
    cites: ClassVar[tuple[str, ...]] = ("dama_dimensions", "eia_7a")
    dimension: ClassVar[Dimension] = "completeness"
    needs: ClassVar[str] = "record of a mine"

    def flaws(self, mine: Record) -> Sequence[Flaw] | None:
        if not (mine.figures or mine.texts or mine.missing):
            return None
        return [*_empty(mine), *(_lacking(mine) if mine.is_return else ())]


def _empty(mine: Record) -> Iterator[Flaw]:
    excused = _LABOUR if _is_before_labour(mine) else frozenset()
    keys = sorted(
        key for name, key in mine.missing.items() if name in _VITAL - excused - mine.not_reported and not mine.has(name)
    )
    if keys:
        yield Flaw("high", f"{', '.join(keys)} {'is' if len(keys) == 1 else 'are'} there without a value.")


def _lacking(mine: Record) -> Iterator[Flaw]:
    for group, names in GROUPS.items():
        known = any(mine.has(name) or name in mine.not_reported for name in names)
        if not known and not (group == "labour" and _is_before_labour(mine)):
            yield Flaw("high", f"The return has no {group}: none of {', '.join(names)}.")
    lacking = absent(mine)
    half = _LABOUR.intersection(lacking)
    if len(half) == 1:
        yield Flaw("high", f"The return has {' without '.join([*(_LABOUR - half), *half])}.")
    if len(lacking) > 1:
        yield Flaw("high" if len(lacking) > 2 else "medium", f"The return lacks {', '.join(lacking)}.")


def _is_before_labour(mine: Record) -> bool:
    return mine.year is not None and mine.year < _LABOUR_SINCE
