"""Days of the week and business days, Monday to Friday in UTC. Of public holidays nothing is known."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import numpy as np

from processors.expressions.types import Absent

_DAY_S = 86_400
_THURSDAY = 3  # of the day that times are counted from, 1 January 1970
_LAST_DAY = 4_000_000  # about the year 12900
_MOST_DAYS = 1_000_000


def weekday(times: Any) -> Any:
    """0 for Monday to 6 for Sunday."""
    return (times // _DAY_S + _THURSDAY) % 7


def midnight(times: Any) -> Any:
    """The beginning of the day."""
    return times - times % _DAY_S


def day_of(text: str) -> float:
    """The midnight that an ISO date begins with, as in `2024-05-28`. Raises Absent where the text is none."""
    try:
        day = date.fromisoformat(text[:10])
    except ValueError:
        raise Absent(f"{text[:40]!r} is no date; write it as 2024-05-28") from None
    return datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()


def add_business_days(times: Any, count: float) -> Any:
    """The same time of day on the `count`-th business day after that day, or before where `count` is negative.

    No business days after a Saturday is the Monday that follows.
    """
    if abs(count) > _MOST_DAYS:
        raise Absent(f"{count:g} business days are too many")
    moved = np.busday_offset(_days(times), int(count), roll="backward" if count > 0 else "forward")
    return moved.astype("int64") * float(_DAY_S) + times % _DAY_S


def business_days(first: Any, last: Any) -> Any:
    """How many business days come after the day `first` and up to the day `last`; negative where `last` is earlier."""
    begin, end = _days(first), _days(last)
    count = np.busday_count(np.minimum(begin, end) + 1, np.maximum(begin, end) + 1)
    return count * (1.0 - 2.0 * (end < begin))


def _days(times: Any) -> Any:
    days = np.floor_divide(times, _DAY_S)
    if not np.all(np.abs(days) < _LAST_DAY):
        raise Absent("a time is outside of the calendar")
    return days.astype("int64").astype("datetime64[D]")
