"""Functions reduce series, stand in for what is absent, and count days as a calendar does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.expressions import Absent, ExpressionError, Type
from tests.processors.expressions.traces import DAY, compiled, value

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("max(speeds)", 4.0),
        ("min(speeds)", 1.0),
        ("sum(speeds)", 7.0),
        ("mean(torques)", 1500.0),
        ("first(drugs_taken)", "paracetamol"),
        ("last(speeds)", 4.0),
        ("count(speeds)", 3.0),
        ("count(speeds >= 2 [m/s])", 2.0),
        ("len(drugs_taken)", 2.0),
        ("len(side)", 3.0),
        ("norm(speeds) ** 2", 21.0),
        ("diff(speeds)", [1.0, 2.0]),
        ("diff(times)", [10.0, 20.0]),
        ("abs(diff(-speeds))", [1.0, 2.0]),
        ("any(stopped)", True),
        ("all(stopped)", False),
        ("min(leverage, 3)", 3.0),
        ("max(speeds, 2 [m/s])", [2.0, 2.0, 4.0]),
        ("min(now, filed) == filed", True),
        ("round(leverage / 3, 2)", 1.33),
        ("floor(-leverage / 3)", -2.0),
        ("round(speeds / 3 [m/s], 1)", [0.3, 0.7, 1.3]),
        ("has(leverage)", True),
        ("has(missing)", False),
        ("has(drugs.min_age[drug])", False),
        ("default(missing, 0)", 0.0),
        ("default(missing_text, side)", "buy"),
        ("default(leverage, 0)", 4.0),
        ("lower(side)", "buy"),
        ("weekday(filed)", 1.0),
        ("filed - date(filed) == 12 [hour]", True),
        ("date('2024-05-28') == date(filed)", True),
    ],
)
def test_functions(source: str, expected: Any) -> None:
    assert value(source) == pytest.approx(expected)


@pytest.mark.parametrize("source", ["max(speeds)", "mean(speeds)", "first(speeds)", "norm(speeds)", "all(speeds > 0)"])
def test_nothing_is_said_of_an_empty_series(source: str) -> None:
    with pytest.raises(Absent, match="has fewer than 1 elements"):
        value(source, speeds=np.array([]))


def test_one_element_has_no_difference() -> None:
    with pytest.raises(Absent, match="speeds has fewer than 2 elements"):
        value("diff(speeds)", speeds=np.array([1.0]))


def test_a_date_that_is_none_is_absent() -> None:
    assert value("date(side) < now", side="2024-05-28t10:00") is True
    with pytest.raises(Absent, match="'28 may' is no date; write it as 2024-05-28"):
        value("date(side) < now", side="28 may")


@pytest.mark.parametrize(
    ("start", "count", "expected"),
    [
        ("2024-05-31", 1, "2024-06-03"),  # Friday
        ("2024-06-01", 1, "2024-06-03"),  # Saturday
        ("2024-06-01", 0, "2024-06-03"),
        ("2024-06-03", 5, "2024-06-10"),
        ("2024-06-03", -1, "2024-05-31"),
        ("2024-06-02", -1, "2024-05-31"),
    ],
)
def test_business_days_are_added(start: str, count: int, expected: str) -> None:
    assert value(f"add_business_days(date('{start}'), {count}) == date('{expected}')")


@given(st.integers(1, 47_000).map(lambda day: _EPOCH + timedelta(days=day, hours=7)), st.integers(0, 40))
def test_business_days_count_mondays_to_fridays(first: datetime, days: int) -> None:
    later = [first + timedelta(days=after) for after in range(1, days + 1)]
    worked = sum(day.weekday() < 5 for day in later)
    facts = {"filed": first.timestamp()}
    assert value(f"business_days(filed, filed + {days} [day])", **facts) == worked
    assert value(f"business_days(filed + {days} [day], filed)", **facts) == -worked
    assert value("weekday(filed)", **facts) == first.weekday()
    assert value("(now - add_business_days(filed, 3)) % 1 [day] - (now - filed) % 1 [day]", **facts) == 0
    if worked:
        assert value(f"business_days(filed, add_business_days(filed, {worked}))", **facts) == worked


def test_business_days_are_no_days() -> None:
    assert value("business_days(filed, now + 7 [day]) <= 5 [business_day]")
    assert value("add_business_days(filed, 5 [business_day]) - filed") == 7 * DAY
    assert value("add_business_days(times, 1)") == [DAY, DAY + 10, DAY + 30]
    with pytest.raises(ExpressionError, match=r"write `5 \[business_day\]`"):
        compiled("business_days(filed, now) <= 5")
    with pytest.raises(Absent, match="business days are too many"):
        value("add_business_days(filed, leverage)", leverage=1e9)
    with pytest.raises(Absent, match="a time is outside of the calendar"):
        value("add_business_days(filed, 1)", filed=1e300)


def test_what_a_function_gives_keeps_its_dimension() -> None:
    assert compiled("max(abs(diff(speeds)))").type == Type("number", "length/time")
    assert compiled("diff(times)").type == Type("number", "time", series=True)
    assert compiled("diff(speeds) / diff(times)").type == Type("number", "length/time^2", series=True)


@pytest.mark.parametrize(
    ("source", "problem", "column"),
    [
        ("leverage > maxx(speeds)", "there is no function `maxx`; did you mean `max`?", 11),
        ("abs(side)", "`abs` takes a number; `side` is a text", 4),
        ("sum(leverage)", "`sum` takes a series of numbers; `leverage` is a number", 4),
        ("any(speeds)", "`any` takes a series of booleans; `speeds` is a series of numbers of length/time", 4),
        ("abs(leverage, 2)", "`abs` takes 1 argument, not 2", 0),
        ("max()", "`max` takes 1 to 20 arguments, not 0", 0),
        ("min(dose, 4)", "`4` has no unit, but `dose` has; write `4 [mg/day]`", 10),
        ("default(missing, side)", "`missing` is a number, but `side` a text", 17),
        ("default(speeds, 0)", "`speeds` and `0` must both be series, or neither", 16),
        (
            "round(tablet_mass)",
            "`round` takes a number without a unit; divide `tablet_mass` by one, as `1 [mg]`",
            6,
        ),
        ("round(leverage, leverage)", "the digits to round to are a number from 0 to 11", 0),
        ("date('28 May 2024')", "'28 may 2024' is no date; write it as 2024-05-28", 0),
        ("add_business_days(filed, 2 [day])", "`2 [day]` is a number of time; write `2 [business_day]`", 25),
    ],
)
def test_wrong_arguments_are_told(source: str, problem: str, column: int) -> None:
    with pytest.raises(ExpressionError) as raised:
        compiled(source)
    assert str(raised.value) == problem
    assert raised.value.column == column
