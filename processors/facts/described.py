"""Values as people write them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from processors.expressions import Type
from processors.units import Unit, describe

_DAY_S = 86_400


def described(value: Any, kind: Type, unit: Unit | None) -> str:
    """A value in base units, in the unit given; without one as the bare number in its base unit."""
    if kind.kind == "time":
        moment = datetime.fromtimestamp(float(value), UTC)
        return moment.date().isoformat() if float(value) % _DAY_S == 0 else moment.isoformat()
    if kind.kind == "number":
        return describe(float(value), unit.name if unit else "1")
    return repr(value) if kind.kind == "text" else str(value).lower()
