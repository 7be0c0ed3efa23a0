"""Arithmetic gives what mathematics gives, with units that agree with pint, and is no number where it is none."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import isclose
from typing import Any

import numpy as np
import pint
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processors.expressions import Absent, ExpressionError, Type, compile_expression
from processors.units import powers, unit
from tests.processors.expressions.traces import DAY, NOON, Trace, compiled, value

PINT: pint.UnitRegistry[Any] = pint.UnitRegistry()
NUMBERS = {"a": 3, "b": -2, "c": 0, "d": 7}
UNITS = ["mg", "kg", "day", "hour", "mm", "m", "mL"]

_whole = st.one_of(st.sampled_from(sorted(NUMBERS)), st.integers(0, 9).map(str))
_sums = st.recursive(
    _whole,
    lambda part: st.one_of(
        st.tuples(part, st.sampled_from("+-*"), part).map(lambda each: f"({each[0]} {each[1]} {each[2]})"),
        st.tuples(part, st.sampled_from(["2", "4", "-8"])).map(lambda each: f"({each[0]} / {each[1]})"),
        part.map(lambda each: f"-{each}"),
        st.tuples(part, st.sampled_from(["2", "3"])).map(lambda each: f"({each[0]}) ** {each[1]}"),
    ),
    max_leaves=6,
)
_products = st.recursive(
    st.sampled_from(UNITS),
    lambda part: st.tuples(part, st.sampled_from("+*/"), part).map(lambda each: f"({each[0]} {each[1]} {each[2]})"),
    max_leaves=6,
)


def _exactly(source: str, names: Mapping[str, Any]) -> Any:
    """The oracle: Python itself, on values that know no rounding or that are pint's."""
    return eval(source, {"__builtins__": {}}, dict(names))  # noqa: S307  # the source was generated above


@settings(max_examples=300, deadline=None)
@given(_sums)
def test_it_is_what_fractions_give(source: str) -> None:
    exact = _exactly(source, {name: Fraction(number) for name, number in NUMBERS.items()})
    facts = {name: Type("number") for name in NUMBERS}
    found = compile_expression(source, facts, {}).evaluate(Trace({name: float(each) for name, each in NUMBERS.items()}))
    assert isclose(found, float(exact), rel_tol=1e-9)


@settings(max_examples=300, deadline=None)
@given(_products)
def test_units_go_together_as_in_pint(source: str) -> None:
    amounts = {name: PINT.Quantity(3.0, name) for name in UNITS}
    facts = {name: Type.of_unit(name) for name in UNITS}
    try:
        expected = _exactly(source, amounts).to_root_units()
    except pint.DimensionalityError:
        with pytest.raises(ExpressionError):
            compile_expression(source, facts, {})
        return
    expression = compile_expression(source, facts, {})
    found = expression.evaluate(Trace({name: unit(name).to_base(3.0) for name in UNITS}))
    assert isclose(found, expected.magnitude, rel_tol=1e-9)
    dimensions = dict(expected.dimensionality).items()
    assert powers(expression.type.dimension) == {base.strip("[]"): float(power) for base, power in dimensions}


def test_series_are_calculated_element_by_element() -> None:
    assert value("speeds * 2 - 1 [m/s]") == [1.0, 3.0, 7.0]
    assert value("speeds / speeds + 1") == [2.0, 2.0, 2.0]
    assert value("speeds ** 2 % 3 [m^2/s^2]") == [1.0, 1.0, 1.0]


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("leverage / 0", "leverage / 0 is not a number"),
        ("leverage % (leverage - 4)", "leverage % (leverage - 4) is not a number"),
        ("(-leverage) ** 0.5", "(-leverage) ** 0.5 is not a number"),
        ("speeds / (speeds - 2 [m/s])", "speeds / (speeds - 2 [m/s]) is not a number"),
        ("speeds * 1e307 * 10", "speeds * 1e307 * 10 is not a number"),
        ("missing + 1", "the trace has no missing"),
        ("speeds * torques", "speeds has 3 elements, but torques has 2"),
    ],
)
def test_what_is_no_number_is_absent(source: str, why: str) -> None:
    with pytest.raises(Absent) as raised:
        value(source)
    assert str(raised.value) == why


@pytest.mark.parametrize("odd", [float("nan"), float("inf"), float("-inf")])
def test_a_fact_that_is_no_number_is_absent(odd: float) -> None:
    with pytest.raises(Absent, match="leverage is not a number"):
        value("leverage <= 4", leverage=odd)
    with pytest.raises(Absent, match="speeds is not a number"):
        value("all(speeds <= 9 [m/s])", speeds=np.array([1.0, odd]))


def test_times_and_durations() -> None:
    assert value("filed + 30 [day]") == NOON + 30 * DAY
    assert value("now - filed", filed=NOON - 60) == 60
    assert compiled("now - filed").type == Type("number", "time")
    assert value("times + 3 [s]") == [3.0, 13.0, 33.0]


def test_temperatures_keep_their_scale() -> None:
    assert isclose(value("temperature"), unit("degC").to_base(37))
    assert value("temperature >= -5 [degC]")
    assert not value("temperature <= -5 [degC]")
    assert value("temperature - 35 [degC] <= 2 [delta_degC]")
    assert not value("temperature - 35 [degC] <= 1.9 [delta_degC]")
    assert value("temperature + 2 [delta_degC] == 102.2 [degF]")


@pytest.mark.parametrize(
    ("source", "problem", "column"),
    [
        ("dose + 5", "`5` has no unit, but `dose` has; write `5 [mg/day]`", 7),
        ("dose + weight", "`dose` is a number of mass/time, but `weight` a number of mass", 7),
        ("side + 1", "`side` is a text; only numbers and times are calculated with", 0),
        ("filed + 30", "`30` is a number; a time is moved by a duration, as `30 [day]`", 8),
        ("filed + filed", "`filed` is a time; a time is moved by a duration, as `30 [day]`", 8),
        ("filed * 2", "of times there are only differences, and a time plus or minus a duration", 8),
        ("leverage ** leverage", "an exponent is a number from -8 to 8", 12),
        ("leverage ** 9", "an exponent is a number from -8 to 8", 12),
        ("leverage // 2", "there are the operators + - * / % and **", 12),
        ("-side", "`side` is a text, which has no opposite", 1),
        ("temperature + 5 [degC]", "a difference of temperatures is written as `5 [delta_degC]`", 14),
        ("temperature * 2", "temperatures in °C or °F are only added to and subtracted", 14),
        ("temperature - 35 [degC] < 2 [degC]", "a difference of temperatures is written as `5 [delta_degC]`", 26),
    ],
)
def test_what_does_not_go_together_is_told(source: str, problem: str, column: int) -> None:
    with pytest.raises(ExpressionError) as raised:
        compiled(source)
    assert str(raised.value) == problem
    assert raised.value.column == column
