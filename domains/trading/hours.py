"""Trading hours of the US equity exchanges, with their holidays and early closings."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from domains.knowledge import table

_DAYS = table("trading", "exchange_days").rows
_FIRST, _LAST = date.fromisoformat(min(_DAYS)[:4] + "-01-01"), date.fromisoformat(max(_DAYS)[:4] + "-12-31")
_OPENS, _CLOSES, _CLOSES_EARLY = time(9, 30), time(16), time(13)


def closing(day: date) -> time | None:
    """When the exchanges close on a day, in New York; None where they do not open."""
    special = _DAYS.get(day.isoformat())
    if day.weekday() > 4 or (special and not special.get("early_close")):
        return None
    return _CLOSES_EARLY if special else _CLOSES


def is_known(day: date) -> bool:
    """Whether the calendar covers the day."""
    return _FIRST <= day <= _LAST


def why_closed(moment: datetime) -> str:
    """Why there is no regular session at a moment given in New York's time; empty where there is one."""
    day = moment.date()
    closes = closing(day)
    if closes is None:
        special = _DAYS.get(day.isoformat())
        return f"{day} is {special['occasion']}" if special else f"{day} is a {day:%A}"
    if not _OPENS <= moment.time() < closes:
        return f"{moment:%H:%M} in New York is outside {_OPENS:%H:%M} to {closes:%H:%M}"
    return ""


def next_business_day(day: date, days: int = 1) -> date:
    """The day so many trading days later."""
    while days:
        day += timedelta(days=1)
        days -= closing(day) is not None
    return day
