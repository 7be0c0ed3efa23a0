"""Periods and days: the counts of days to years that a text states, and its dates, also those without a year."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from itertools import islice

from domains.legal.contracts import COUNT, count_of
from processors.extraction.business_days import next_business_day
from processors.extraction.dates import MONTHS, dates
from processors.extraction.deadlines import Deadline, Period
from processors.subject import Subject, once

MOST = 200
"""Periods or days read from one text, the first ones."""

_UNIT = re.compile(r"[dwmyDWMY](?<=[- ].)(?:(?<=d)ay|(?<=w)eek|(?<=m)onth|(?<=y)ear)(?=s?\b)", re.IGNORECASE)
_COUNTED = re.compile(rf"(?<![\w$§.,-]){COUNT}[- ](?:(?P<kind>calendar|business|court|working)[- ])?\Z", re.IGNORECASE)
_REACH = 60  # characters
_PERIODS: dict[str, Period] = {"day": "day", "week": "week", "month": "month", "year": "year"}
_WORKING = ("business", "court", "working")
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_NO_YEAR = re.compile(
    rf"\b(?P<month>{_MONTH})\.?\s(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?![\d:])(?!,?\s\d{{4}})",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Stated:
    """A period as a text states it, in characters [start, end)."""

    count: int
    period: Period
    start: int
    end: int

    def due(self, event: datetime.date, *, before: bool = False) -> datetime.date:
        """The last day of the period that begins, or ends, with the event. Raises OverflowError past the year 9999."""
        return Deadline(self.count, self.period, "", "", self.start, self.end, before).due(event)

    @property
    def described(self) -> str:
        return f"{self.count} {self.period.replace('_', ' ')}"


@dataclass(frozen=True, slots=True)
class Day:
    """A day that a text names in characters [start, end); `guessed` where its year stands elsewhere."""

    date: datetime.date
    start: int
    end: int
    guessed: bool = False


@once
def stated_in(subject: Subject) -> list[Stated]:
    """The periods of the output."""
    return periods(subject.output_text)


def periods(text: str) -> list[Stated]:
    """The counts of days, weeks, months and years that a text states, in order."""
    found: list[Stated] = []
    for unit in islice(_UNIT.finditer(text), MOST):
        counted = _COUNTED.search(text, max(unit.start() - _REACH, 0), unit.start())
        if counted:
            period: Period = (
                "business_day" if (counted["kind"] or "").lower() in _WORKING else _PERIODS[unit[0].lower()]
            )
            found.append(Stated(count_of(counted), period, counted.start(), unit.end()))
    return found


def days(text: str, year: int | None) -> list[Day]:
    """The days that a text names, in order; those without a year are taken for days of `year`."""
    found = [Day(each.date, each.start, each.end) for each in dates(text)[:MOST] if each.precision == "day"]
    for match in islice(_NO_YEAR.finditer(text), MOST) if year else ():
        try:
            date = datetime.date(year or 1, MONTHS[match["month"].lower()], int(match["day"]))
        except ValueError:  # there is no such day
            continue
        found.append(Day(date, *match.span(), guessed=True))
    return sorted(found, key=lambda day: day.start)


def last_days(
    stated: Stated, event: datetime.date, *, before: bool = False, mailed: bool = False
) -> set[datetime.date]:
    """The days that may be called the last of the period: the day itself and, where that is no business day, the next;
    three days later where service was by mail (Fed. R. Civ. P. 6(d)). Of months and years also the day before.
    """
    due = stated.due(event, before=before)
    ends = {due}
    if mailed:
        ends.add(due + datetime.timedelta(days=3))
    if stated.period in ("month", "year"):
        ends.add(due - datetime.timedelta(days=1))
    if stated.period == "business_day":
        ends.add(_weekdays_later(event, -stated.count if before else stated.count))
    return ends | {next_business_day(end) for end in ends}


def _weekdays_later(event: datetime.date, count: int) -> datetime.date:
    """The same without holidays, which differ from place to place."""
    step = datetime.timedelta(days=1 if count > 0 else -1)
    day, left = event, abs(count)
    while left:
        day += step
        left -= day.weekday() < 5
    return day
