"""Business days: Monday to Friday without the federal holidays of the United States (5 U.S.C. 6103)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from typing import Literal

import numpy as np

FIRST_YEAR, LAST_YEAR = 1978, 2100
"""The years whose holidays are known: since Veterans Day came back from October."""

_MONDAY, _THURSDAY, _SATURDAY, _SUNDAY = 0, 3, 5, 6
_ON_A_DATE = ((1, 1), (7, 4), (11, 11), (12, 25))
_ON_A_WEEKDAY = ((2, _MONDAY, 3), (9, _MONDAY, 1), (10, _MONDAY, 2), (11, _THURSDAY, 4))  # month, weekday, which one
_KING = (1, _MONDAY, 3)
_KING_SINCE, _JUNETEENTH_SINCE = 1986, 2021


def federal_holidays(year: int) -> Iterator[date]:
    """The days of a year on which federal holidays are kept, in no order: Friday for a Saturday, Monday for a Sunday.

    New Year's Day of the next year is left out, though it may be kept on 31 December. Sunday: Executive Order 11582.
    """
    for month, weekday, which in (*_ON_A_WEEKDAY, *((_KING,) if year >= _KING_SINCE else ())):
        yield _nth(year, month, weekday, which)
    yield _nth(year, 6, _MONDAY, 1) - timedelta(days=7)  # Memorial Day, the last Monday of May
    for month, day in (*_ON_A_DATE, *(((6, 19),) if year >= _JUNETEENTH_SINCE else ())):
        yield _kept(date(year, month, day))


def is_business_day(day: date) -> bool:
    """Whether a day is neither on a weekend nor a holiday."""
    return bool(np.is_busday(np.datetime64(day), busdaycal=_calendar()))


def next_business_day(day: date) -> date:
    """That day, or the first business day after it: where a period of the Federal Rules ends (Civ. P. 6(a)(1)(C))."""
    return _offset(day, 0)


def add_business_days(day: date, count: int) -> date:
    """The `count`-th business day after a day, before it where negative. Raises OverflowError past the year 9999."""
    return _offset(day, count)


def business_days(first: date, last: date) -> int:
    """How many business days come after `first`, up to and with `last`; negative where `last` is earlier."""
    one = timedelta(days=1)
    begin, end = (first + one, last + one) if first <= last else (first, last)
    return int(np.busday_count(np.datetime64(begin), np.datetime64(end), busdaycal=_calendar()))


def _offset(day: date, count: int) -> date:
    if abs(count) > 100_000:
        raise OverflowError(f"{count} business days are too many")
    roll: Literal["forward", "preceding"] = "forward" if count <= 0 else "preceding"
    moved: date = np.busday_offset([day], count, roll=roll, busdaycal=_calendar())[0].item()
    return moved


def _nth(year: int, month: int, weekday: int, which: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (which - 1))


def _kept(day: date) -> date:
    shift = {_SATURDAY: -1, _SUNDAY: 1}.get(day.weekday(), 0)
    return day + timedelta(days=shift)


@cache
def _calendar() -> np.busdaycalendar:
    days = [day for year in range(FIRST_YEAR, LAST_YEAR + 1) for day in federal_holidays(year)]
    return np.busdaycalendar(holidays=days)
