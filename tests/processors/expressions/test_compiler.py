"""Expressions are checked whole before they are run, and say what they read and where they are wrong."""

from __future__ import annotations

import pytest

from processors.expressions import Absent, ExpressionError, Type
from tests.processors.expressions.traces import compiled, value


def test_an_expression_says_what_it_reads_and_gives() -> None:
    expression = compiled(" dose / weight <= 60 [mg/kg/day] and has(missing) ")
    assert expression.source == "dose / weight <= 60 [mg/kg/day] and has(missing)"
    assert expression.names == {"dose", "weight", "missing"}
    assert expression.type == Type("boolean")
    assert compiled("now").names == frozenset()


def test_tables_are_looked_up_by_text() -> None:
    assert value("dose <= drugs.max_daily[drug]") is True
    assert value("dose <= drugs.max_daily['Ibuprofen']") is False
    assert value("drugs.max_daily[drugs_taken] >= 3.5 [g/day]") == [True, False]
    assert value("drugs.label[drug]") == "tablets"
    with pytest.raises(Absent, match="drugs gives no min_age of paracetamol"):
        value("drugs.min_age[drug] > 1 [year]")
    with pytest.raises(Absent, match="drugs gives no label of ibuprofen"):
        value("drugs.label[drugs_taken]")


@pytest.mark.parametrize(
    ("source", "problem", "column"),
    [
        ("lever > 4", "there is no fact `lever`; did you mean `leverage`?", 0),
        ("halted == true", "there is no fact `true`; did you mean `True`?", 10),
        ("drug.max_daily[drug] > 0", "there is no table `drug`; did you mean `drugs`?", 0),
        ("drugs.max_dialy[drug] > 0", "`drugs` has no column `max_dialy`; did you mean `max_daily`?", 6),
        ("drugs.max_daily[leverage]", "`leverage` is a number; rows have the names of texts", 16),
        ("drugs.max_daily > 0", "`drugs.max_daily` lacks its row; write it as `drugs.max_daily[name]`", 0),
        ("  leverage > lever", "there is no fact `lever`; did you mean `leverage`?", 13),
        ("'é' == side and lever > 1", "there is no fact `lever`; did you mean `leverage`?", 16),
        ("9.8 [m/s²] > 1 [m/s²] and lever > 1", "there is no fact `lever`; did you mean `leverage`?", 26),
        ("tablet_mass > 4 [miligram]", "unknown unit 'miligram'; did you mean 'milligram'?", 17),
        ("1e999", "this number is too large", 0),
        ("((10**8)**8)**8", "((10**8)**8)**8 is not a number", 0),
    ],
)
def test_unknown_names_are_told_with_the_nearest(source: str, problem: str, column: int) -> None:
    with pytest.raises(ExpressionError) as raised:
        compiled(source)
    assert problem.split(";")[0] in str(raised.value)
    assert raised.value.column == column


def test_constants_are_worked_out_once() -> None:
    assert value("60 * 60 * 24") == 86_400
    assert value("dose <= 2 * 2 [g/day]") is True


def test_quoted_text_is_left_as_it_is() -> None:
    assert value("side == 'take 4 [mg] now'", side="take 4 [mg] now") is True
