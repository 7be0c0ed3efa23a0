"""Deadlines: the periods that a text sets, "within 30 days of service", and the day on which one ends."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta
from typing import Literal, get_args

import msgspec

from processors.extraction.business_days import add_business_days
from processors.extraction.quantities import Quantity, quantities

Period = Literal["day", "business_day", "court_day", "week", "month", "year"]
Bound = Literal["at most", "at least", ""]

_PERIODS: dict[str, Period] = {name: name for name in get_args(Period) if name != "court_day"}
_AT_MOST = ("within", "no later than", "not later than", "no more than", "not more than", "not to exceed", "up to")
_AT_LEAST = (
    "at least",
    "not less than",
    "no less than",
    "no fewer than",
    "not fewer than",
    "no sooner than",
    "minimum of",
)
_BOUND = re.compile(
    rf"\b(?:(?P<most>{'|'.join(_AT_MOST)})|(?P<least>{'|'.join(_AT_LEAST)}))"
    r"(?: (?:a period of|a|the|the first|the next|about))?(?: [a-z-]{3,20})? ?\(?\Z",
    re.IGNORECASE,
)
_BOUND_REACH = 60  # characters
_ANCHOR = re.compile(
    r"['’]?(?: (?:prior|advance|written|notice|of|in|such)){0,5}? "
    r"(?:(?:after|following|from|upon|since|(?P<of>of))|(?P<before>before|prior to|in advance of|preceding)) "
    r"(?P<anchor>[^\n.;:,()]{2,80})",
    re.IGNORECASE,
)


class Deadline(msgspec.Struct, frozen=True):
    """A period of `count` days, weeks, months or years that a text sets, in the characters [start, end).

    `bound`: what is said of the count: at most ("within"), at least, or nothing. `anchor`: the words of the event from
    which it counts, empty where the text names none. `before`: it ends with the event in place of beginning with it.
    """

    count: int
    period: Period
    bound: Bound
    anchor: str
    start: int
    end: int
    before: bool = False

    def due(self, event: date) -> date:
        """The last day of the period, of which the day of the event is none (Fed. R. Civ. P. 6(a)(1)).

        It may be a Saturday, a Sunday or a holiday: business_days.next_business_day moves it on where that is the rule.
        Raises OverflowError past the year 9999.
        """
        count = -self.count if self.before else self.count
        if self.period in ("business_day", "court_day"):
            return add_business_days(event, count)
        if self.period in ("day", "week"):
            return event + timedelta(days=count * (7 if self.period == "week" else 1))
        return _months_later(event, count * (12 if self.period == "year" else 1))


def deadlines(text: str) -> list[Deadline]:
    """The periods of days or longer that a text sets or counts from an event, in order.

    A bare duration ("it took 30 days") is none. Of a range such as "10 to 14 days" the longer end counts.
    """
    found = (_deadline(text, quantity) for quantity in quantities(text) if quantity.unit.name in _PERIODS)
    return [deadline for deadline in found if deadline]


def _deadline(text: str, quantity: Quantity) -> Deadline | None:
    bound = _BOUND.search(text, max(quantity.start - _BOUND_REACH, 0), quantity.start)
    anchor = _ANCHOR.match(text, quantity.end)
    count = quantity.high or quantity.value
    sets = bound or (anchor and not anchor["of"])  # "10 days of rain" set nothing
    if not sets or count != int(count) or count < 0:
        return None
    said: Bound = "" if bound is None else "at most" if bound["most"] else "at least"
    return Deadline(
        count=int(count),
        period=_period(text, quantity),
        bound=said,
        anchor=anchor["anchor"].strip() if anchor else "",
        start=bound.start() if bound else quantity.start,
        end=anchor.end() if anchor else quantity.end,
        before=bool(anchor and anchor["before"]),
    )


def _period(text: str, quantity: Quantity) -> Period:
    if "court" in text[quantity.start : quantity.end].lower():
        return "court_day"
    return _PERIODS[quantity.unit.name]


def _months_later(day: date, months: int) -> date:
    """The same day of a later month, or the last one of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        raise OverflowError(f"{months} months after {day} there is no date")
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
