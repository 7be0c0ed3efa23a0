"""The functions of expressions: what they take and what they give."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import reduce
from math import floor
from typing import Any

import numpy as np

from processors.expressions import calendar
from processors.expressions.terms import Apply, Built, Run, Term, each, has_offset, joined
from processors.expressions.types import Absent, Environment, ExpressionError, Kind, Type, nearest
from processors.units import DIMENSIONLESS

_MOST_DIGITS = 12
_MOST_ARGUMENTS = 20
_ANY: tuple[Kind, ...] = ("number", "text", "boolean", "time")
_ORDERED: tuple[Kind, ...] = ("number", "time")
_NUMBER, _BOOLEAN, _TIME = Type("number"), Type("boolean"), Type("time")
_DURATION = Type("number", "time")
_BUSINESS_DAYS = Type("number", "business_day", unit="business_day")

Builder = Callable[["Call"], Built]


@dataclass(frozen=True, slots=True)
class Call:
    """A function's name, its arguments, and where it stands."""

    name: str
    arguments: tuple[Term, ...]
    column: int

    def expect(self, fewest: int, most: int | None = None) -> None:
        """Raises ExpressionError at another number of arguments."""
        most = fewest if most is None else most
        if not fewest <= len(self.arguments) <= most:
            wanted = str(fewest) if fewest == most else f"{fewest} to {most}"
            arguments = "argument" if most == 1 else "arguments"
            raise ExpressionError(f"`{self.name}` takes {wanted} {arguments}, not {len(self.arguments)}", self.column)

    def take(self, index: int, *kinds: Kind, series: bool | None = None) -> Term:
        """An argument. Raises ExpressionError where it is of another kind, or a series or none against the wish."""
        term = self.arguments[index]
        if term.type.kind not in kinds or (series is not None and term.type.series is not series):
            shape = {True: "a series of ", False: "a single ", None: "a "}[series]
            wanted = " or ".join(f"{kind}s" if series else kind for kind in kinds)
            raise ExpressionError(f"`{self.name}` takes {shape}{wanted}; `{term.source}` is a {term.type}", term.column)
        return term


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value


def _over(term: Term, apply: Callable[[Any], Any], *, fewest: int = 1) -> Run:
    """`apply` done to a whole series. Raises Absent where it has fewer elements than that."""
    run, problem = term.run, f"{term.source} has fewer than {fewest} elements"

    def reduced(environment: Environment) -> Any:
        values = run(environment)
        if len(values) < fewest:
            raise Absent(problem)
        return _plain(apply(values))

    return reduced


def _mapped(term: Term, apply: Callable[[Any], Any]) -> Run:
    """`apply` done to a value, or at once to all elements of a series."""
    run = term.run
    if term.type.series:
        return lambda environment: apply(run(environment))
    return lambda environment: _plain(apply(run(environment)))


def _reducing(apply: Callable[[Any], Any], *kinds: Kind, gives: Type | None = None) -> Builder:
    """A function that makes one value of a series: of `gives`, or of what the series is of."""

    def build(call: Call) -> Built:
        call.expect(1)
        term = call.take(0, *kinds, series=True)
        return gives or replace(term.type, series=False), _over(term, apply)

    return build


def _extreme(of_series: Callable[[Any], Any], of_each: Apply, of_two: Apply) -> Builder:
    """The least or greatest of a series, or of several values, of series element by element."""

    def together(left: Term, right: Term) -> Term:
        made = joined(left, right)
        return replace(right, type=made, run=each(of_each if made.series else of_two, left, right), value=None)

    def build(call: Call) -> Built:
        if len(call.arguments) == 1:
            return _reducing(of_series, *_ORDERED)(call)
        call.expect(1, _MOST_ARGUMENTS)
        least = reduce(together, (call.take(index, *_ORDERED) for index in range(len(call.arguments))))
        return least.type, least.run

    return build


def _abs(call: Call) -> Built:
    call.expect(1)
    term = call.take(0, "number")
    return term.type, _mapped(term, abs)


def _count(call: Call) -> Built:
    """How many elements there are, or of a series of conditions how many hold."""
    call.expect(1)
    term = call.take(0, *_ANY, series=True)
    run = term.run
    count: Callable[[Any], Any] = np.count_nonzero if term.type.kind == "boolean" else len
    return _NUMBER, lambda environment: float(count(run(environment)))


def _len(call: Call) -> Built:
    call.expect(1)
    run = (call.take(0, "text") if not call.arguments[0].type.series else call.take(0, *_ANY)).run
    return _NUMBER, lambda environment: float(len(run(environment)))


def _diff(call: Call) -> Built:
    call.expect(1)
    term = call.take(0, *_ORDERED, series=True)
    made = replace(_DURATION, series=True) if term.type.kind == "time" else term.type
    made = replace(made, unit="delta_degC") if has_offset(made) else made
    return made, _over(term, np.diff, fewest=2)


def _unmeasured(call: Call) -> Term:
    term = call.take(0, "number")
    if term.type.dimension != DIMENSIONLESS or term.type.scaled:
        problem = f"`{call.name}` takes a number without a unit; divide `{term.source}` by one, as `1 [mg]`"
        raise ExpressionError(problem, term.column)
    return term


def _round(call: Call) -> Built:
    call.expect(1, 2)
    term = _unmeasured(call)
    digits = call.take(1, "number").value if len(call.arguments) == 2 else 0
    if digits not in range(_MOST_DIGITS):
        raise ExpressionError(f"the digits to round to are a number from 0 to {_MOST_DIGITS - 1}", call.column)
    to_digits = np.round if term.type.series else round
    return term.type, _mapped(term, lambda values: to_digits(values, int(digits)))


def _floor(call: Call) -> Built:
    call.expect(1)
    term = _unmeasured(call)
    return term.type, _mapped(term, np.floor if term.type.series else lambda value: float(floor(value)))


def _has(call: Call) -> Built:
    call.expect(1)
    run = call.arguments[0].run

    def has(environment: Environment) -> bool:
        try:
            run(environment)
        except Absent:
            return False
        return True

    return _BOOLEAN, has


def _default(call: Call) -> Built:
    call.expect(2)
    term, other = call.arguments
    made = joined(term, other)
    if term.type.series is not other.type.series:
        raise ExpressionError(f"`{term.source}` and `{other.source}` must both be series, or neither", other.column)
    first, second = term.run, other.run

    def default(environment: Environment) -> Any:
        try:
            return first(environment)
        except Absent:
            return second(environment)

    return made, default


def _lower(call: Call) -> Built:
    call.expect(1)
    term = call.take(0, "text")
    return term.type, term.run  # texts arrive in lower case


def _date(call: Call) -> Built:
    call.expect(1)
    term = call.take(0, "time", "text")
    if term.type.kind == "time":
        return term.type, _mapped(term, calendar.midnight)
    call.take(0, "text", series=False)
    return _TIME, _mapped(term, calendar.day_of)


def _weekday(call: Call) -> Built:
    call.expect(1)
    term = call.take(0, "time")
    return replace(_NUMBER, series=term.type.series), _mapped(term, calendar.weekday)


def _add_business_days(call: Call) -> Built:
    call.expect(2)
    term, count = call.take(0, "time"), call.take(1, "number", series=False)
    if count.type.dimension not in (DIMENSIONLESS, _BUSINESS_DAYS.dimension) or count.type.scaled:
        raise ExpressionError(f"`{count.source}` is a {count.type}; write `2 [business_day]`", count.column)
    add = each(calendar.add_business_days, term, count)
    return term.type, lambda environment: _plain(add(environment))


def _business_days(call: Call) -> Built:
    call.expect(2)
    first, last = call.take(0, "time"), call.take(1, "time")
    made = replace(_BUSINESS_DAYS, series=first.type.series or last.type.series)
    between = each(calendar.business_days, first, last)
    return made, lambda environment: _plain(between(environment))


_FUNCTIONS: Mapping[str, Builder] = {
    "abs": _abs,
    "add_business_days": _add_business_days,
    "all": _reducing(np.all, "boolean"),
    "any": _reducing(np.any, "boolean"),
    "business_days": _business_days,
    "count": _count,
    "date": _date,
    "default": _default,
    "diff": _diff,
    "first": _reducing(lambda values: values[0], *_ANY),
    "floor": _floor,
    "has": _has,
    "last": _reducing(lambda values: values[-1], *_ANY),
    "len": _len,
    "lower": _lower,
    "max": _extreme(np.max, np.maximum, max),
    "mean": _reducing(np.mean, *_ORDERED),
    "min": _extreme(np.min, np.minimum, min),
    "norm": _reducing(np.linalg.norm, "number"),
    "round": _round,
    "sum": _reducing(np.sum, "number"),
    "weekday": _weekday,
}


def called(call: Call) -> Built:
    """The function applied to its arguments. Raises ExpressionError where there is none, or it takes others."""
    build = _FUNCTIONS.get(call.name)
    if build is None:
        raise ExpressionError(f"there is no function `{call.name}`; {nearest(call.name, _FUNCTIONS)}", call.column)
    return build(call)
