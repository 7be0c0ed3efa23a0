"""Business days leave out weekends and the holidays of 5 U.S.C. 6103."""

from __future__ import annotations

from datetime import date

import pytest
from pandas.tseries.holiday import USFederalHolidayCalendar

from processors.extraction.business_days import (
    FIRST_YEAR,
    LAST_YEAR,
    add_business_days,
    business_days,
    federal_holidays,
    is_business_day,
    next_business_day,
)


def test_holidays_are_those_of_an_independent_calendar() -> None:
    theirs = {day.date() for day in USFederalHolidayCalendar().holidays(f"{FIRST_YEAR}-01-01", f"{LAST_YEAR}-12-30")}
    ours = {day for year in range(FIRST_YEAR, LAST_YEAR + 2) for day in federal_holidays(year)}
    assert {day for day in ours if date(FIRST_YEAR, 1, 1) <= day <= date(LAST_YEAR, 12, 30)} == theirs


@pytest.mark.parametrize(
    ("day", "count", "then"),
    [
        (date(2024, 7, 3), 1, date(2024, 7, 5)),  # over Independence Day
        (date(2024, 7, 5), 1, date(2024, 7, 8)),
        (date(2024, 7, 6), 1, date(2024, 7, 8)),  # from a Saturday
        (date(2024, 7, 8), -1, date(2024, 7, 5)),
        (date(2024, 5, 24), 1, date(2024, 5, 28)),  # over Memorial Day
    ],
)
def test_adding(day: date, count: int, then: date) -> None:
    assert add_business_days(day, count) == then
    assert is_business_day(then)


def test_counting_is_the_inverse_of_adding() -> None:
    assert business_days(date(2024, 7, 3), date(2024, 7, 8)) == 2
    assert business_days(date(2024, 7, 8), date(2024, 7, 3)) == -2


def test_a_period_that_ends_on_a_holiday_goes_on() -> None:
    assert next_business_day(date(2024, 5, 25)) == date(2024, 5, 28)
    assert next_business_day(date(2024, 5, 28)) == date(2024, 5, 28)
