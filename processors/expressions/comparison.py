"""Comparisons, membership, logic and choice: what takes or gives booleans."""

from __future__ import annotations

import ast
import operator
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import reduce
from math import isclose
from typing import Any

import numpy as np

from processors.expressions.terms import Apply, Built, Run, Term, each, joined
from processors.expressions.types import Absent, Environment, ExpressionError, Type

ROUNDING = 1e-9
"""Numbers are equal that differ by no more than this share: converting units must break no limit."""

_BOOLEAN = Type("boolean")


def _near(left: Any, right: Any) -> Any:
    return np.abs(left - right) <= ROUNDING * np.maximum(np.abs(left), np.abs(right))


_EXACT: Mapping[type[ast.cmpop], Apply] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
# `isclose` allows the same share; on single numbers numpy would take many times as long.
_NUMBER: Mapping[type[ast.cmpop], Apply] = {
    ast.Eq: isclose,
    ast.NotEq: lambda left, right: not isclose(left, right),
    ast.Lt: lambda left, right: left < right and not isclose(left, right),
    ast.LtE: lambda left, right: left <= right or isclose(left, right),
    ast.Gt: lambda left, right: left > right and not isclose(left, right),
    ast.GtE: lambda left, right: left >= right or isclose(left, right),
}
_NUMBERS: Mapping[type[ast.cmpop], Apply] = {
    ast.Eq: _near,
    ast.NotEq: lambda left, right: ~_near(left, right),
    ast.Lt: lambda left, right: (left < right) & ~_near(left, right),
    ast.LtE: lambda left, right: (left <= right) | _near(left, right),
    ast.Gt: lambda left, right: (left > right) & ~_near(left, right),
    ast.GtE: lambda left, right: (left >= right) | _near(left, right),
}


def compared(op: ast.cmpop, left: Term, right: Term) -> Built:
    """`left op right`, for a series of each element. Raises ExpressionError where they cannot be compared."""
    if type(op) not in _EXACT:
        raise ExpressionError("there are the comparisons == != < <= > >= and in", right.column)
    both = joined(left, right)
    if both.kind in ("text", "boolean") and not isinstance(op, ast.Eq | ast.NotEq):
        raise ExpressionError(f"`{left.source}` is a {left.type}; only numbers and times have an order", left.column)
    table = _EXACT if both.kind != "number" else _NUMBERS if both.series else _NUMBER
    return replace(_BOOLEAN, series=both.series), each(table[type(op)], left, right)


def contained(left: Term, among: Term | Sequence[Term]) -> Built:
    """Whether `left`, or each element of it, is in a series or one of some constants. Raises ExpressionError."""
    if left.type.kind not in ("number", "text"):
        raise ExpressionError(f"`{left.source}` is a {left.type}; `in` is for numbers and texts", left.column)
    run, values = left.run, _values(left, among)
    has: Apply = operator.contains if left.type.kind == "text" else _has_number
    made = replace(_BOOLEAN, series=left.type.series)
    if not left.type.series:
        return made, lambda environment: has(values(environment), run(environment))

    def every(environment: Environment) -> Any:
        known = values(environment)
        return np.array([has(known, value) for value in run(environment)], dtype=bool)

    return made, every


def _values(left: Term, among: Term | Sequence[Term]) -> Run:
    if isinstance(among, Term):
        if not among.type.series:
            raise ExpressionError("after `in` comes a list, as ['buy', 'sell'], or a series", among.column)
        joined(left, among)
        return among.run
    for term in among:
        joined(left, term)
        if term.value is None:
            raise ExpressionError("a list holds texts and numbers written out", term.column)
    known = frozenset(term.value for term in among)
    return lambda _: known


def _has_number(values: Iterable[float], value: float) -> bool:
    return any(isclose(value, other) for other in values)


def logical(op: ast.boolop, terms: Sequence[Term]) -> Built:
    """`a and b and …`, or with `or`. Single values are looked at in order, and only as far as it takes."""
    for term in terms:
        _check_boolean(term)
    runs = [term.run for term in terms]
    decisive = isinstance(op, ast.Or)
    if not any(term.type.series for term in terms):

        def decided(environment: Environment) -> bool:
            for run in runs:
                if bool(run(environment)) == decisive:
                    return decisive
            return not decisive

        return _BOOLEAN, decided
    combine = np.logical_or if decisive else np.logical_and

    def combined(environment: Environment) -> Any:
        return reduce(combine, _aligned(terms, [run(environment) for run in runs]))

    return replace(_BOOLEAN, series=True), combined


def _aligned(terms: Sequence[Term], values: Sequence[Any]) -> Sequence[Any]:
    """The values. Raises Absent where series among them differ in length."""
    lengths = {len(value): term for term, value in zip(terms, values, strict=True) if term.type.series}
    if len(lengths) > 1:
        said = " but ".join(f"{term.source} has {length}" for length, term in lengths.items())
        raise Absent(f"{said} elements")
    return values


def inverted(term: Term) -> Built:
    """`not term`. Raises ExpressionError unless it is boolean."""
    _check_boolean(term)
    run = term.run
    if term.type.series:
        return term.type, lambda environment: np.logical_not(run(environment))
    return term.type, lambda environment: not run(environment)


def chosen(condition: Term, yes: Term, no: Term) -> Built:
    """`yes if condition else no`, which on a series of conditions chooses for each element."""
    _check_boolean(condition)
    made = joined(yes, no)
    test, first, second = condition.run, yes.run, no.run
    if not condition.type.series:
        if yes.type.series is not no.type.series:
            raise ExpressionError(f"`{yes.source}` and `{no.source}` must both be series, or neither", no.column)
        return made, lambda environment: first(environment) if test(environment) else second(environment)

    def run(environment: Environment) -> Any:
        values = [part(environment) for part in (test, first, second)]
        return np.where(*_aligned((condition, yes, no), values))

    return replace(made, series=True), run


def _check_boolean(term: Term) -> None:
    if term.type.kind != "boolean":
        raise ExpressionError(f"`{term.source}` is a {term.type}; it must be true or false", term.column)
