"""Arithmetic on numbers with dimensions and on times."""

from __future__ import annotations

import ast
import operator
from collections.abc import Mapping
from dataclasses import replace
from math import nan

import numpy as np

from processors.expressions.terms import Apply, Built, Term, each, has_offset, joined
from processors.expressions.types import ExpressionError, Type
from processors.units import DIMENSIONLESS, is_unit, multiplied

MAX_POWER = 8

_TIME = Type("time")
_DURATION = Type("number", "time")
_APPLY: Mapping[type[ast.operator], Apply] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Mod: operator.mod,
}


def calculated(op: ast.operator, left: Term, right: Term) -> Built:
    """`left op right`. Raises ExpressionError where the two do not go together."""
    for term in (left, right):
        if term.type.kind not in ("number", "time"):
            raise ExpressionError(
                f"`{term.source}` is a {term.type}; only numbers and times are calculated with", term.column
            )
    if isinstance(op, ast.Pow):
        return _raised(left, right)
    if type(op) not in _APPLY:
        raise ExpressionError("there are the operators + - * / % and **", right.column)
    return _type(op, left, right), each(_APPLY[type(op)], left, right)


def negated(term: Term) -> Built:
    """`-term`. Raises ExpressionError unless it is a number."""
    if term.type.kind != "number" or has_offset(term.type):
        raise ExpressionError(f"`{term.source}` is a {term.type}, which has no opposite", term.column)
    run = term.run
    return term.type, lambda environment: -run(environment)


def _type(op: ast.operator, left: Term, right: Term) -> Type:
    if "time" in (left.type.kind, right.type.kind):
        return _moved(op, left, right)
    if has_offset(left.type) or has_offset(right.type):
        return _warmed(op, left, right)
    if isinstance(op, ast.Mult | ast.Div):
        return _multiplied(left, right, power=1 if isinstance(op, ast.Mult) else -1)
    return joined(left, right)


def _moved(op: ast.operator, left: Term, right: Term) -> Type:
    """A time moved by a duration is a time, and one time less another is a duration."""
    series = left.type.series or right.type.series
    if isinstance(op, ast.Sub) and left.type.kind == right.type.kind == "time":
        return replace(_DURATION, series=series)
    by = right if left.type.kind == "time" else left
    if isinstance(op, ast.Add) or (isinstance(op, ast.Sub) and by is right):
        if by.type == replace(_DURATION, series=by.type.series):
            return replace(_TIME, series=series)
        raise ExpressionError(f"`{by.source}` is a {by.type}; a time is moved by a duration, as `30 [day]`", by.column)
    raise ExpressionError("of times there are only differences, and a time plus or minus a duration", right.column)


def _warmed(op: ast.operator, left: Term, right: Term) -> Type:
    """Temperatures on a scale with a zero of its own: the difference of two has another unit, since 5 °C are 278 K."""
    if not isinstance(op, ast.Add | ast.Sub):
        raise ExpressionError("temperatures in °C or °F are only added to and subtracted", right.column)
    if left.type.dimension != right.type.dimension:
        return joined(left, right)
    scales = (has_offset(left.type), has_offset(right.type))
    if (scales == (True, True) and isinstance(op, ast.Add)) or (scales == (False, True) and isinstance(op, ast.Sub)):
        raise ExpressionError("a difference of temperatures is written as `5 [delta_degC]`", right.column)
    series = left.type.series or right.type.series
    made = right.type if scales == (False, True) else left.type
    return replace(made, series=series, unit="delta_degC" if all(scales) else made.unit)


def _multiplied(left: Term, right: Term, *, power: int) -> Type:
    series = left.type.series or right.type.series
    if right.bare:
        return replace(left.type, series=series)
    if left.bare and power > 0:
        return replace(right.type, series=series)
    dimension = multiplied(left.type.dimension, right.type.dimension, power)
    return Type("number", dimension, series, _ratio(left.type.unit, right.type.unit) if power < 0 else "")


def _ratio(above: str, below: str) -> str:
    """`mg` by `kg` is `mg/kg`, which has no dimension but is not 1; the ratio of equal units has no unit."""
    ratio = f"{above}/{below}"
    return ratio if above != below and "/" not in below and is_unit(ratio) else ""


def _raised(left: Term, right: Term) -> Built:
    if not right.bare or abs(right.value) > MAX_POWER:
        raise ExpressionError(f"an exponent is a number from -{MAX_POWER} to {MAX_POWER}", right.column)
    if left.type.kind != "number" or has_offset(left.type):
        raise ExpressionError(f"`{left.source}` is a {left.type}, which has no powers", left.column)
    power, base = right.value, left.run
    made = Type("number", multiplied(DIMENSIONLESS, left.type.dimension, power), left.type.series)
    if left.type.series:
        return made, lambda environment: np.power(base(environment), power)
    return made, lambda environment: _power(base(environment), power)


def _power(base: float, power: float) -> float:
    return nan if base < 0 and not power.is_integer() else float(base**power)
