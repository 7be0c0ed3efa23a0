"""Agreement: several sources give the same value, up to a tolerance."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from processors.constraints.base import HELD, Constraint, failing, together
from processors.constraints.declaration import Declared, Scope, Source
from processors.evaluator import Result
from processors.expressions import Expression
from processors.expressions.comparison import ROUNDING
from processors.facts.environment import Facts
from processors.wrong import Wrong

_PERCENT = re.compile(r"\s*(\d+(?:\.\d+)?)\s*%\s*")


@dataclass(frozen=True, kw_only=True, eq=False)
class Agreement(Constraint):
    """`values` differ by no more than the tolerance; see AgreementDeclared."""

    values: tuple[Expression, ...]
    relative: float
    absolute: Expression | None

    @property
    def expressions(self) -> tuple[Expression, ...]:
        return (*super().expressions, *self.values, *((self.absolute,) if self.absolute else ()))

    def judge(self, facts: Facts) -> Result:
        values = together([each.evaluate(facts) for each in self.values])
        low, high = np.minimum.reduce(values), np.maximum.reduce(values)
        largest = np.maximum(np.abs(low), np.abs(high))
        tolerance = self.relative * largest if self.absolute is None else self.absolute.evaluate(facts)
        rounding = 0.0 if self.values[0].type.kind == "time" else ROUNDING
        apart = failing(high - low <= tolerance + rounding * largest)
        if apart is None:
            return HELD
        said = " and ".join(
            f"{each.source} is {self.shown(value[apart[0]], each)}"
            for each, value in zip(self.values, values, strict=True)
        )
        return self.broken(f"{said[0].upper()}{said[1:]}.", self.evidence(facts, self.values, apart))


class AgreementDeclared(Declared):
    """All `values` are the same up to `tolerance`: `5%` of the largest of them, or an amount of their unit."""

    type: Literal["agreement"]
    values: Annotated[tuple[Source, ...], Field(min_length=2)]
    tolerance: Source = "0%"

    def build(self, scope: Scope) -> Agreement:
        first, *others = (self._value(scope, index) for index in range(len(self.values)))
        if first.type.kind not in ("number", "time"):
            raise Wrong(["values", 0], f"{first.source!r} is a {first.type}; only numbers and times are compared")
        share = _PERCENT.fullmatch(str(self.tolerance))
        difference = scope.expression(["values"], f"({first.source}) - ({first.source})")
        return Agreement(
            **self.common(scope),
            values=(first, *others),
            relative=float(share[1]) / 100 if share else 0.0,
            absolute=None if share else scope.single(["tolerance"], self.tolerance, difference),
        )

    def _value(self, scope: Scope, index: int) -> Expression:
        first = scope.expression(["values", 0], self.values[0])
        return scope.like(["values", index], self.values[index], first) if index else first
