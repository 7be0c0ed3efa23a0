"""Facts and tables for the tests of expressions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from processors.expressions import Absent, Expression, Type, compile_expression

DAY = 86_400.0
NOON = 1_716_897_600.0  # Tuesday, 28 May 2024, 12:00 UTC

FACTS: Mapping[str, Type] = {
    "leverage": Type("number"),
    "side": Type("text"),
    "dose": Type.of_unit("mg/day"),
    "tablet_mass": Type.of_unit("mg"),
    "weight": Type.of_unit("kg"),
    "loss_share": Type.of_unit("percent"),
    "temperature": Type.of_unit("degC"),
    "speeds": Type.of_unit("m/s", series=True),
    "torques": Type.of_unit("N*m", series=True),
    "times": Type("time", series=True),
    "filed": Type("time"),
    "halted": Type("boolean"),
    "stopped": Type("boolean", series=True),
    "drug": Type("text"),
    "drugs_taken": Type("text", series=True),
    "missing": Type("number"),
    "missing_text": Type("text"),
}
TABLES = {"drugs": {"max_daily": Type.of_unit("g/day"), "min_age": Type.of_unit("year"), "label": Type("text")}}
VALUES: Mapping[str, Any] = {
    "leverage": 4.0,
    "side": "buy",
    "dose": 4_000 * 1e-3 / DAY,
    "tablet_mass": 0.5,
    "weight": 70_000.0,
    "loss_share": 0.05,
    "temperature": 310.15,
    "speeds": np.array([1.0, 2.0, 4.0]),
    "torques": np.array([1e3, 2e3]),
    "times": np.array([0.0, 10.0, 30.0]),
    "filed": NOON,
    "halted": False,
    "stopped": np.array([False, True, True]),
    "drug": "paracetamol",
    "drugs_taken": np.array(["paracetamol", "ibuprofen"], dtype=object),
}
ROWS: Mapping[str, Mapping[str, Any]] = {
    "paracetamol": {"max_daily": 4 / DAY, "label": "tablets"},
    "ibuprofen": {"max_daily": 3.2 / DAY},
}


class Trace:
    """An environment of given facts."""

    def __init__(self, facts: Mapping[str, Any] = VALUES, now: float = NOON) -> None:
        self.now = now
        self._facts = facts

    def fact(self, name: str) -> Any:
        if name not in self._facts:
            raise Absent(f"the trace has no {name}")
        return self._facts[name]

    def lookup(self, table: str, column: str, key: str) -> Any:
        if column not in ROWS.get(key, {}):
            raise Absent(f"{table} gives no {column} of {key}")
        return ROWS[key][column]


def compiled(source: str) -> Expression:
    return compile_expression(source, FACTS, TABLES)


def value(source: str, **facts: Any) -> Any:
    """What an expression gives where these facts are as told; a series as a list."""
    found = compiled(source).evaluate(Trace({**VALUES, **facts}))
    return found.tolist() if isinstance(found, np.ndarray) else found
