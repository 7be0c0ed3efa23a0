"""Range: a value lies between bounds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from processors.constraints.base import HELD, Constraint, failing, together
from processors.constraints.declaration import Declared, Scope, Source
from processors.evaluator import Result
from processors.expressions import Expression
from processors.expressions.comparison import ROUNDING
from processors.facts.environment import Facts
from processors.wrong import Wrong


@dataclass(frozen=True, kw_only=True, eq=False)
class Range(Constraint):
    """`value` is at least `low` and at most `high`; see RangeDeclared."""

    value: Expression
    low: Expression | None
    high: Expression | None

    @property
    def expressions(self) -> tuple[Expression, ...]:
        own = tuple(each for each in (self.value, self.low, self.high) if each)
        return (*super().expressions, *own)

    def judge(self, facts: Facts) -> Result:
        value = self.value.evaluate(facts)
        rounding = 0.0 if self.value.type.kind == "time" else ROUNDING
        for bound, sign, said in ((self.high, 1, "at most"), (self.low, -1, "at least")):
            if bound is None:
                continue
            values, limits = together([value, bound.evaluate(facts)])
            excess = sign * (values - limits)
            outside = failing(excess <= rounding * np.abs(limits))
            if outside is not None:
                outside.sort(key=lambda index: -excess[index])
                return self._broken(facts, (values, limits), outside, said)
        return HELD

    def _broken(self, facts: Facts, values: tuple[np.ndarray, np.ndarray], outside: list[int], said: str) -> Result:
        """What to say of elements that are outside, the worst first."""
        worst = outside[0]
        found, allowed = (self.shown(each[worst], self.value) for each in values)
        where = ""
        if self.value.type.series:
            more = f", the worst of {len(outside)}" if len(outside) > 1 else ""
            where = f" at {self.at(facts, self.value, worst)}{more}"
        return self.broken(
            f"It is {found}{where}; {said} {allowed} is allowed.", self.evidence(facts, [self.value], outside)
        )


class RangeDeclared(Declared):
    """`value` lies between `min` and `max`, both allowed; works on numbers with units and on times."""

    type: Literal["range"]
    value: Source
    min: Source | None = None
    max: Source | None = None

    def build(self, scope: Scope) -> Range:
        value = scope.expression(["value"], self.value)
        if value.type.kind not in ("number", "time"):
            raise Wrong(["value"], f"{self.value!r} is a {value.type.kind}; only numbers and times have a range")
        if self.min is None and self.max is None:
            raise Wrong([], "gives neither `min` nor `max`; give one or both")
        low = None if self.min is None else scope.like(["min"], self.min, value)
        high = None if self.max is None else scope.like(["max"], self.max, value)
        return Range(**self.common(scope), value=value, low=low, high=high)
