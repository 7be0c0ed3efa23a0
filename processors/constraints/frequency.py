"""Frequency: so many, and no more, within a span of time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from pydantic import Field

from processors.constraints.base import HELD
from processors.constraints.declaration import Declared, Scope, Source
from processors.constraints.series import OfSeries
from processors.evaluator import Result
from processors.expressions import Expression
from processors.expressions.comparison import ROUNDING
from processors.facts.environment import Facts
from processors.units import unit
from processors.wrong import Wrong

_ULPS = 4


@dataclass(frozen=True, kw_only=True, eq=False)
class Frequency(OfSeries):
    """At most `most` of the times `value` lie within any window of the length `within`; see FrequencyDeclared."""

    most: int
    within: Expression

    @property
    def expressions(self) -> tuple[Expression, ...]:
        return (*super().expressions, self.within)

    def judge(self, facts: Facts) -> Result:
        times = self.value.evaluate(facts)
        window = float(self.within.evaluate(facts))
        if len(times) <= self.most:
            return HELD
        order = np.argsort(times, kind="stable")
        spans = times[order[self.most :]] - times[order[: -self.most]]
        tightest = int(np.argmin(spans))
        slack = ROUNDING * window + _ULPS * np.spacing(np.max(np.abs(times)))
        if spans[tightest] >= window - slack:
            return HELD
        crowd = order[tightest : tightest + self.most + 1].tolist()
        return self.broken(
            f"{self.most + 1} lie within {spans[tightest]:.6g} s, from {self.at(facts, self.value, crowd[0])} on; "
            f"at most {self.most} may in {window:g} s.",
            self.evidence(facts, [self.value], crowd),
        )


class FrequencyDeclared(Declared):
    """No window of the length `within`, a duration, holds more than `max` of `times`, a series of times or seconds. Of
    its two ends a window holds one: what comes every second comes once in a second."""

    type: Literal["frequency"]
    times: Source
    max: int = Field(ge=1)
    within: Source

    def build(self, scope: Scope) -> Frequency:
        within = scope.expression(["within"], self.within)
        if within.type.dimension != unit("s").dimension or within.type.series:
            raise Wrong(["within"], f"{self.within!r} is no duration; write one like `1 [s]`")
        times = scope.times(["times"], self.times)
        return Frequency(**self.common(scope), value=times, most=self.max, within=within)
