"""Constraints on one series: its direction, how fast it changes, that nothing is in it twice."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

import numpy as np

from processors.constraints.base import HELD, Constraint, failing
from processors.constraints.declaration import Declared, Scope, Source
from processors.evaluator import Abstain, Result
from processors.expressions import Absent, Expression
from processors.expressions.comparison import ROUNDING
from processors.facts.environment import Facts
from processors.wrong import Wrong

_TOO_SHORT = Abstain("the series has fewer than two elements")
_ULPS = 4  # by which a difference of two numbers as they are stored may be off


@dataclass(frozen=True, kw_only=True, eq=False)
class OfSeries(Constraint):
    """Base of constraints on one series, `value`."""

    value: Expression

    @property
    def expressions(self) -> tuple[Expression, ...]:
        return (*super().expressions, self.value)


@dataclass(frozen=True, kw_only=True, eq=False)
class Monotonic(OfSeries):
    """`value` goes in one direction; see MonotonicDeclared."""

    sign: int
    strict: bool

    def judge(self, facts: Facts) -> Result:
        values = self.value.evaluate(facts)
        if len(values) < 2:
            return _TOO_SHORT
        steps = self.sign * np.diff(values)
        wrong = failing(steps > 0 if self.strict else steps >= 0)
        if wrong is None:
            return HELD
        first = wrong[0]
        before, after = (self.shown(values[index], self.value) for index in (first, first + 1))
        return self.broken(
            f"It goes from {before} to {after} at {self.at(facts, self.value, first + 1)}.",
            self.evidence(facts, [self.value], [index + 1 for index in wrong]),
        )


class MonotonicDeclared(Declared):
    """`value`, a series, only rises or only falls; it may stay where it is unless `strict`."""

    type: Literal["monotonic"]
    value: Source
    direction: Literal["rising", "falling"] = "rising"
    strict: bool = False

    def build(self, scope: Scope) -> Monotonic:
        sign = 1 if self.direction == "rising" else -1
        value = scope.series(["value"], self.value, "number", "time")
        return Monotonic(**self.common(scope), value=value, sign=sign, strict=self.strict)


@dataclass(frozen=True, kw_only=True, eq=False)
class RateOfChange(OfSeries):
    """`value` changes by no more than `most` from one element to the next; see RateOfChangeDeclared."""

    most: Expression
    times: Expression | None

    @property
    def expressions(self) -> tuple[Expression, ...]:
        return (*super().expressions, self.most, *((self.times,) if self.times else ()))

    def judge(self, facts: Facts) -> Result:
        values, limit = self.value.evaluate(facts), self.most.evaluate(facts)
        if len(values) < 2:
            return _TOO_SHORT
        elapsed, unsure = self._elapsed(facts, len(values))
        changes = np.abs(np.diff(values))
        slack = _ULPS * np.spacing(np.max(np.abs(values))) + limit * (ROUNDING * elapsed + unsure)
        wrong = failing(changes <= limit * elapsed + slack)
        if wrong is None:
            return HELD
        rates = changes / elapsed
        worst = wrong[int(np.argmax(rates[wrong]))]
        per = " a second" if self.times else ""
        found, allowed = (f"{self.shown(each, self.value)}{per}" for each in (rates[worst], limit))
        return self.broken(
            f"It changes by {found} at {self.at(facts, self.value, worst + 1)}; at most {allowed} is allowed.",
            self.evidence(facts, [self.value], [worst + 1, *(index + 1 for index in wrong)]),
        )

    def _elapsed(self, facts: Facts, count: int) -> tuple[np.ndarray, float]:
        """The seconds from one element to the next, or 1 where these do not count; and by how much they may be off."""
        if self.times is None:
            return np.ones(count - 1), 0.0
        times = self.times.evaluate(facts)
        if len(times) != count:
            raise Absent(f"{self.value.source} has {count} elements, but {self.times.source} has {len(times)}")
        elapsed: np.ndarray = np.diff(times)
        if not np.all(elapsed > 0):
            raise Absent(f"{self.times.source} does not rise")
        return elapsed, float(_ULPS * np.spacing(np.max(np.abs(times))))


class RateOfChangeDeclared(Declared):
    """`value`, a series, changes by at most `max_step` from one element to the next, or, where `per` gives the series
    of their times in seconds, by that in a second."""

    type: Literal["rate_of_change"]
    value: Source
    max_step: Source
    per: Source | None = None

    def build(self, scope: Scope) -> RateOfChange:
        value = scope.series(["value"], self.value, "number", "time")
        times = None if self.per is None else scope.times(["per"], self.per)
        return RateOfChange(**self.common(scope), value=value, most=self._most(scope, value), times=times)

    def _most(self, scope: Scope, value: Expression) -> Expression:
        """The biggest change; per second it may be in the unit of `value` or in that unit a second."""
        change = f"diff({value.source})"
        if self.per is not None:
            with suppress(Wrong):
                rate = scope.expression(["value"], f"{change} / (1 [s])")
                return scope.single(["max_step"], self.max_step, rate)
        return scope.single(["max_step"], self.max_step, scope.expression(["value"], change))


@dataclass(frozen=True, kw_only=True, eq=False)
class Unique(OfSeries):
    """No element of `value` is there twice."""

    def judge(self, facts: Facts) -> Result:
        seen: dict[object, int] = {}
        for index, value in enumerate(self.value.evaluate(facts).tolist()):
            first = seen.setdefault(value, index)
            if first != index:
                shown = self.shown(value, self.value)
                places = " and at ".join(self.at(facts, self.value, each) for each in (first, index))
                return self.broken(f"{shown} is at {places}.", self.evidence(facts, [self.value], [first, index]))
        return HELD


class UniqueDeclared(Declared):
    """No element of `value`, a series, is there twice."""

    type: Literal["unique"]
    value: Source

    def build(self, scope: Scope) -> Unique:
        return Unique(**self.common(scope), value=scope.series(["value"], self.value))
