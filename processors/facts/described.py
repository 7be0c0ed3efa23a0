"""Values as people write them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from processors.expressions import Type
from processors.expressions.terms import base_unit
from processors.units import describe

_DAY_S = 86_400


def described(value: Any, kind: Type, unit: str) -> str:
    """A value in base units, in the unit given; where that is empty in the base unit."""
    if kind.kind == "time":
        return _moment(float(value))
    if kind.kind == "number":
        return describe(float(value), unit or base_unit(kind.dimension) or "1")
    return repr(value) if kind.kind == "text" else str(value).lower()


def _moment(seconds: float) -> str:
    try:
        moment = datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):  # beyond the calendar
        return f"{seconds:g} s since 1970"
    return moment.date().isoformat() if seconds % _DAY_S == 0 else moment.isoformat()
