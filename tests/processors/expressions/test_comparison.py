"""Comparisons hold up to rounding, know their units, and work element by element."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.expressions import Absent, ExpressionError
from tests.processors.expressions.traces import compiled, value


@pytest.mark.parametrize(
    ("source", "holds"),
    [
        ("dose <= 4 [g/day]", True),
        ("dose < 4 [g/day]", False),
        ("dose > 4 [g/day]", False),
        ("dose >= 4 [g/day]", True),
        ("dose == 4 [g/day]", True),
        ("dose != 4 [g/day]", False),
        ("dose <= 3.999 [g/day]", False),
        ("dose > 0", True),
        ("dose / weight <= 58 [mg/kg/day]", True),
        ("dose / weight <= 57 [mg/kg/day]", False),
        ("loss_share <= 5 [%]", True),
        ("loss_share < 6 [percent]", True),
        ("1 <= leverage <= 4", True),
        ("1 <= leverage < 4", False),
        ("side == 'BUY'", True),
        ("side != 'sell'", True),
        ("side in ['Buy', 'Sell']", True),
        ("side not in ['buy', 'sell']", False),
        ("side in []", False),
        ("leverage in [1, 2, 4]", True),
        ("tablet_mass in [325 [mg], 0.5 [g]]", True),
        ("drug in drugs_taken", True),
        ("'aspirin' in drugs_taken", False),
        ("halted == False", True),
        ("now >= filed", True),
        ("filed >= date('2024-05-29')", False),
        ("not halted and leverage > 3", True),
        ("halted or leverage > 5", False),
    ],
)
def test_single_values(source: str, holds: bool) -> None:
    assert value(source) is holds


@pytest.mark.parametrize(
    ("source", "holds"),
    [
        ("speeds <= 2000 [mm/s]", [True, True, False]),
        ("speeds < 2 [m/s]", [True, False, False]),
        ("speeds != 2 [m/s]", [True, False, True]),
        ("speeds == 2 [m/s]", [False, True, False]),
        ("speeds > 2 [m/s]", [False, False, True]),
        ("1 [m/s] < speeds <= 4 [m/s]", [False, True, True]),
        ("speeds in [1 [m/s], 4 [m/s]]", [True, False, True]),
        ("drugs_taken == 'ibuprofen'", [False, True]),
        ("drugs_taken not in ['ibuprofen']", [True, False]),
        ("not stopped or speeds <= 2 [m/s]", [True, True, False]),
        ("stopped and not halted", [False, True, True]),
        ("times <= now", [True, True, True]),
    ],
)
def test_series(source: str, holds: list[bool]) -> None:
    assert compiled(source).type.series
    assert value(source) == holds


@given(st.floats(1e-6, 1e9), st.sampled_from(["mg/day", "g/day", "g/hour", "kg/week", "mcg/minute"]))
def test_converting_a_limit_does_not_break_it(amount: float, name: str) -> None:
    dose = value(f"{amount!r} [{name}]")
    assert value(f"dose <= {amount!r} [{name}]", dose=dose)
    assert not value(f"dose < {amount!r} [{name}]", dose=dose)
    assert not value(f"dose <= {amount!r} [{name}]", dose=dose * 1.000001)


def test_later_conditions_are_looked_at_only_where_it_matters() -> None:
    assert value("leverage > 3 or missing > 1") is True
    assert value("leverage > 9 and missing > 1") is False
    assert value("has(missing) and missing > 1") is False
    with pytest.raises(Absent, match="the trace has no missing"):
        value("leverage > 3 and missing > 1")


def test_choices() -> None:
    assert value("5 if halted else 6") == 6
    assert value("missing if halted else 6") == 6
    assert value("speeds if stopped else 0") == [0.0, 2.0, 4.0]
    with pytest.raises(Absent, match=r"stopped has 3 but torques has 2 elements"):
        value("torques if stopped else 0")


@pytest.mark.parametrize(
    ("source", "problem", "column"),
    [
        ("dose <= 4", "`4` has no unit, but `dose` has; write `4 [mg/day]`", 8),
        ("4 >= dose", "`4` has no unit, but `dose` has; write `4 [mg/day]`", 0),
        ("dose * 2 / weight <= 9", "`9` has no unit, but `dose * 2 / weight` has; write `9 [mg/day/kg]`", 21),
        ("tablet_mass / weight <= 9", "`9` has no unit, but `tablet_mass / weight` has; write `9 [mg/kg]`", 24),
        ("loss_share <= 5", "`5` has no unit, but `loss_share` has; write `5 [percent]`", 14),
        ("temperature > 0", "`0` has no unit, but `temperature` has; write `0 [degC]`", 14),
        ("dose <= 4 [g]", "`dose` is a number of mass/time, but `4 [g]` a number of mass", 8),
        ("side < 'a'", "`side` is a text; only numbers and times have an order", 0),
        ("side == 4", "`side` is a text, but `4` a number", 8),
        ("halted is True", "there are the comparisons == != < <= > >= and in", 10),
        ("'uy' in side", "after `in` comes a list, as ['buy', 'sell'], or a series", 8),
        ("side in [drug]", "a list holds texts and numbers written out", 9),
        ("halted in [True]", "`halted` is a boolean; `in` is for numbers and texts", 0),
        ("leverage and halted", "`leverage` is a number; it must be true or false", 0),
        ("not side", "`side` is a text; it must be true or false", 4),
        ("speeds if halted else 0", "`speeds` and `0` must both be series, or neither", 22),
    ],
)
def test_what_cannot_be_compared_is_told(source: str, problem: str, column: int) -> None:
    with pytest.raises(ExpressionError) as raised:
        compiled(source)
    assert str(raised.value) == problem
    assert raised.value.column == column
