"""Range: a value lies between bounds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from processors.constraints.base import HELD, Constraint, elements, failing
from processors.constraints.declaration import Declared, Scope, Source, Wrong
from processors.evaluator import Result
from processors.expressions import Expression
from processors.expressions.comparison import ROUNDING
from processors.facts.environment import Facts


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
        for bound, sign, said in ((self.high, 1, "at most"), (self.low, -1, "at least")):
            if bound is None:
                continue
            limit = bound.evaluate(facts)
            excess = sign * (value - limit)
            outside = failing(excess <= ROUNDING * np.abs(limit))
            if outside is not None:
                worst = outside[int(np.argmax([elements(excess)[index] for index in outside]))]
                return self._broken(facts, (value, limit), (worst, *outside), said)
        return HELD

    def _broken(self, facts: Facts, values: tuple[Any, Any], indices: tuple[int, ...], said: str) -> Result:
        worst, *outside = indices
        value, limit = (elements(each) for each in values)
        found = self.shown(value[worst], self.value)
        allowed = self.shown(limit[worst if len(limit) > 1 else 0], self.value)
        where = f" at {worst}, the worst of {len(outside)}" if len(value) > 1 else ""
        evidence = self.evidence(facts, [self.value], dict.fromkeys([worst, *outside]))
        return self.broken(f"It is {found}{where}; {said} {allowed} is allowed.", evidence)


class RangeDeclared(Declared):
    """`value` lies between `min` and `max`, both allowed; works on numbers with units and on times."""

    type: Literal["range"]
    value: Source
    min: Source | None = None
    max: Source | None = None

    def build(self, scope: Scope) -> Range:
        value = scope.expression("value", self.value)
        if value.type.kind not in ("number", "time"):
            raise Wrong(["value"], f"{self.value!r} is a {value.type.kind}; only numbers and times have a range")
        if self.min is None and self.max is None:
            raise Wrong([], "gives neither `min` nor `max`; give one or both")
        low = None if self.min is None else scope.like("min", self.min, value)
        high = None if self.max is None else scope.like("max", self.max, value)
        return Range(**self.common(scope), value=value, low=low, high=high)
