"""Terms: parts of an expression that are checked and can be run, and how two of them go together."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from math import isfinite
from typing import Any

import numpy as np

from processors.expressions.types import Absent, Environment, ExpressionError, Type
from processors.units import DIMENSIONLESS, unit

Run = Callable[[Environment], Any]
Built = tuple[Type, Run]
Apply = Callable[[Any, Any], Any]

TEMPERATURE = "temperature"
_BASE_UNITS = {
    "angle": "rad",
    "current": "A",
    "length": "m",
    "luminosity": "cd",
    "mass": "g",
    "substance": "mol",
    "temperature": "K",
    "time": "s",
}


@dataclass(frozen=True, slots=True)
class Term:
    """A part of an expression. `column`: where it begins. `value`: what it gives, where that takes no environment."""

    type: Type
    run: Run
    source: str
    column: int
    value: Any = None

    @property
    def bare(self) -> bool:
        """Whether it is a number written without a unit."""
        unmeasured = self.type.kind == "number" and self.type.dimension == DIMENSIONLESS and not self.type.unit
        return unmeasured and self.value is not None


def joined(left: Term, right: Term) -> Type:
    """The type of a value that may come from either. A bare 0 goes with any dimension but temperature.

    Raises ExpressionError where kinds or dimensions differ, or where a number beside one with a unit has none.
    """
    mine, its = left.type, right.type
    series = mine.series or its.series
    if mine.kind == its.kind == "number" and left.bare != right.bare:
        bare, other = (left, right) if left.bare else (right, left)
        _check_unit(bare, other)
        return replace(other.type, series=series)
    if (mine.kind, mine.dimension) != (its.kind, its.dimension):
        raise ExpressionError(f"`{left.source}` is a {mine}, but `{right.source}` a {its}", right.column)
    if (is_difference(mine) and has_offset(its)) or (is_difference(its) and has_offset(mine)):
        raise ExpressionError("a difference of temperatures is written as `5 [delta_degC]`", right.column)
    return replace(mine, series=series, unit=mine.unit or its.unit)


def _check_unit(bare: Term, other: Term) -> None:
    its = other.type
    if its.dimension == DIMENSIONLESS and not its.scaled:
        return
    if bare.value == 0 and its.dimension != TEMPERATURE:
        return
    wanted = its.unit or base_unit(its.dimension)
    raise ExpressionError(
        f"`{bare.source}` has no unit, but `{other.source}` has; write `{bare.source} [{wanted}]`", bare.column
    )


def base_unit(dimension: str) -> str:
    """The unit that values of a dimension are kept in, as `m/s`; empty where there is none."""
    if dimension == DIMENSIONLESS:
        return ""
    return re.sub(r"[^\W\d]\w*", lambda base: _BASE_UNITS.get(base[0], base[0]), dimension)


def has_offset(type_: Type) -> bool:
    """Whether the values are temperatures on a scale with a zero of its own, as degrees Celsius."""
    return type_.dimension == TEMPERATURE and bool(type_.unit) and unit(type_.unit).offset != 0


def is_difference(type_: Type) -> bool:
    """Whether the values are differences of temperatures."""
    return type_.dimension == TEMPERATURE and type_.unit.startswith("delta_")


def each(apply: Apply, left: Term, right: Term) -> Run:
    """`apply` done to what both give, to series element by element; it raises Absent where their lengths differ."""
    first, second = left.run, right.run
    if not (left.type.series and right.type.series):
        return lambda environment: apply(first(environment), second(environment))

    def run(environment: Environment) -> Any:
        some, others = first(environment), second(environment)
        if len(some) != len(others):
            raise Absent(f"{left.source} has {len(some)} elements, but {right.source} has {len(others)}")
        return apply(some, others)

    return run


def finite(run: Run, source: str, *, series: bool) -> Run:
    """`run`, but it raises Absent where what it gives, or an element of that, is no finite number."""
    problem = f"{source} is not a number"

    def one(environment: Environment) -> Any:
        try:
            value = run(environment)
        except ArithmeticError:
            raise Absent(problem) from None
        if isfinite(value):
            return value
        raise Absent(problem)

    def many(environment: Environment) -> Any:
        values = run(environment)
        if np.isfinite(values).all():
            return values
        raise Absent(problem)

    return many if series else one
