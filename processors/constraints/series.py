"""Constraints on one series: its direction, how fast it changes, that nothing is in it twice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from processors.constraints.base import HELD, Constraint, failing
from processors.constraints.declaration import Declared, Scope, Source
from processors.evaluator import Abstain, Result
from processors.expressions import Absent, Expression
from processors.expressions.comparison import ROUNDING
from processors.facts.environment import Facts
from processors.units import unit

_TOO_SHORT = Abstain("the series has fewer than two elements")


@dataclass(frozen=True, kw_only=True, eq=False)
class _OfSeries(Constraint):
    value: Expression

    @property
    def expressions(self) -> tuple[Expression, ...]:
        return (*super().expressions, self.value)


@dataclass(frozen=True, kw_only=True, eq=False)
class Monotonic(_OfSeries):
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
        at = wrong[0]
        before, after = (self.shown(values[index], self.value) for index in (at, at + 1))
        return self.broken(
            f"It goes from {before} to {after} at {at + 1}.",
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
        value = scope.series("value", self.value)
        return Monotonic(**self.common(scope), value=value, sign=sign, strict=self.strict)


@dataclass(frozen=True, kw_only=True, eq=False)
class RateOfChange(_OfSeries):
    """`value` changes by no more than `most` from one element to the next; see RateOfChangeDeclared."""

    most: Expression
    times: Expression | None

    @property
    def expressions(self) -> tuple[Expression, ...]:
        return (*super().expressions, self.most, *((self.times,) if self.times else ()))

    def judge(self, facts: Facts) -> Result:
        values = self.value.evaluate(facts)
        if len(values) < 2:
            return _TOO_SHORT
        changes = np.abs(np.diff(values))
        if self.times:
            changes = changes / self._elapsed(facts, len(values))
        limit = self.most.evaluate(facts)
        wrong = failing(changes <= limit * (1 + ROUNDING))
        if wrong is None:
            return HELD
        worst = wrong[int(np.argmax(changes[wrong]))]
        per = " a second" if self.times else ""
        found, allowed = (self.shown(each, self.value) for each in (changes[worst], np.max(limit)))
        return self.broken(
            f"It changes by {found}{per} at {worst + 1}; at most {allowed}{per} is allowed.",
            self.evidence(facts, [self.value], [index + 1 for index in wrong]),
        )

    def _elapsed(self, facts: Facts, count: int) -> np.ndarray:
        times = self.times.evaluate(facts) if self.times else np.arange(count)
        if len(times) != count:
            raise Absent(f"{self.value.source} has {count} elements, but its times are {len(times)}")
        elapsed: np.ndarray = np.diff(times)
        if not np.all(elapsed > 0):
            raise Absent("the times do not rise")
        return elapsed


class RateOfChangeDeclared(Declared):
    """`value`, a series, changes by at most `max_step` from one element to the next, or, where `per` gives the series
    of their times in seconds, by that in a second."""

    type: Literal["rate_of_change"]
    value: Source
    max_step: Source
    per: Source | None = None

    def build(self, scope: Scope) -> RateOfChange:
        value = scope.series("value", self.value)
        most = scope.like("max_step", self.max_step, value)
        times = None if self.per is None else scope.series("per", self.per)
        return RateOfChange(**self.common(scope), value=value, most=most, times=times)


@dataclass(frozen=True, kw_only=True, eq=False)
class Unique(_OfSeries):
    """No element of `value` is there twice."""

    def judge(self, facts: Facts) -> Result:
        values = self.value.evaluate(facts).tolist()
        seen: dict[object, int] = {}
        for index, value in enumerate(values):
            if value in seen:
                first = self.shown(value, self.value)
                evidence = self.evidence(facts, [self.value], [seen[value], index])
                return self.broken(f"{first} is at {seen[value]} and at {index}.", evidence)
            seen[value] = index
        return HELD


class UniqueDeclared(Declared):
    """No element of `value`, a series, is there twice."""

    type: Literal["unique"]
    value: Source

    def build(self, scope: Scope) -> Unique:
        return Unique(**self.common(scope), value=scope.series("value", self.value))


@dataclass(frozen=True, kw_only=True, eq=False)
class Frequency(_OfSeries):
    """At most `most` of the times `value` lie within any window of the length `within`; see FrequencyDeclared."""

    most: int
    within: Expression

    @property
    def expressions(self) -> tuple[Expression, ...]:
        return (*super().expressions, self.within)

    def judge(self, facts: Facts) -> Result:
        times = np.sort(self.value.evaluate(facts))
        window = float(self.within.evaluate(facts))
        if len(times) <= self.most:
            return HELD
        spans = times[self.most :] - times[: -self.most]
        crowded = failing(spans > window)  # a window of this length may hold its two ends
        if crowded is None:
            return HELD
        return self.broken(
            f"{self.most + 1} lie within {spans[crowded[0]]:.6g} s; at most {self.most} may within {window:g} s.",
            self.evidence(facts, [self.value], crowded),
        )


class FrequencyDeclared(Declared):
    """No window of the length `within`, a duration, holds more than `max` of `times`, a series of times or seconds."""

    type: Literal["frequency"]
    times: Source
    max: int
    within: Source

    def build(self, scope: Scope) -> Frequency:
        times = scope.series("times", self.times)
        within = scope.expression("within", self.within)
        if within.type.dimension != unit("s").dimension or within.type.series:
            raise Wrong(["within"], f"{self.within!r} is no duration; write one like `1 [s]`")
        if self.max < 1:
            raise Wrong(["max"], "must be 1 or more")
        return Frequency(**self.common(scope), value=times, most=self.max, within=within)
