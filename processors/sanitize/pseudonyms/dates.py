"""Dates made less exact: shifted by a subject's days in the format that they came in, or cut down to the year."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import regex

OLDEST_AGE = 89
"""Years that tell of a greater age may not stand: 45 CFR 164.514(b)(2)(i)(C)."""

_ANY_YEAR = 2001  # stands in where a date has no year: not a leap year, as most
_MID_MONTH = 15  # stands in where a date has no day
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

_NAME = (
    r"(?P<name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)(?![a-z])"
)
_YEAR = r"(?P<year>(?:1[5-9]|20)\d\d)"
_SHORT_YEAR = r"(?P<year>(?:1[5-9]|20)\d\d|(?<=['’])\d\d)"
_ANY_LENGTH_YEAR = r"(?P<year>(?:1[5-9]|20)\d\d|\d\d)"
_MONTH = r"(?P<month>1[0-2]|0?[1-9])"
_DAY = r"(?P<day>3[01]|[12]\d|0?[1-9])"
_ORDINAL = r"(?P<ordinal>st|nd|rd|th)?"

_DATE = regex.compile(
    rf"""(?<![\d.:/])(?:
        {_YEAR}(?P<sep>[-/.]){_MONTH}(?P=sep){_DAY}                             # 2023-03-05
      | {_YEAR}(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12]\d|3[01])             # 20230305
      | {_YEAR}[\s-]{_NAME}[\s-]{_DAY}                                          # 2023 March 5
      | {_MONTH}(?P<sep>[-/.]){_DAY}(?P=sep){_ANY_LENGTH_YEAR}                  # 3/5/2023
      | {_DAY}(?P<sep>[-/.]){_MONTH}(?P=sep){_ANY_LENGTH_YEAR}                  # 25/3/2023
      | {_NAME}[.]?[\s-]*{_DAY}{_ORDINAL}(?!\d)(?:(?:\s*,\s*|[\s-]+)['’]?{_SHORT_YEAR})?  # March 5th, 2023
      | {_DAY}[\s-]?{_NAME}[\s-]?{_ANY_LENGTH_YEAR}                             # 05-Mar-23
      | {_DAY}{_ORDINAL}(?:\s+of\s+|[\s-]*){_NAME}[.]?(?:(?:\s*,\s*|[\s-]+)['’]?{_SHORT_YEAR})?  # 5th of March 2023
      | {_NAME}[.]?(?:\s*,\s*|\s+of\s+|[\s-]+)['’]?{_SHORT_YEAR}                   # March 2023
      | {_MONTH}[/-]{_YEAR}                                                     # 3/2023
      | {_YEAR}[/-]{_MONTH}                                                     # 2023-03
      | {_MONTH}[/-]{_DAY}                                                      # 3/5
    )(?![\d/]|[.:]\d)""",
    regex.VERBOSE | regex.IGNORECASE,
)
_BARE_YEAR = regex.compile(rf"(?<!\d){_YEAR}(?!\d)")
_TIME = regex.compile(r"(?:T|\b)\d{1,2}:\d\d(?::\d\d(?:[.,]\d+)?)?\s*(?:Z|[+-]\d\d:?\d\d)?(?![\d:])", regex.IGNORECASE)
_HOUR = regex.compile(r"\b\d{1,2}\s*[ap]\.?m\b", regex.IGNORECASE)
_LEFT = regex.compile(rf"\d|\b{_NAME}", regex.IGNORECASE)
_WEEKDAY = regex.compile(r"\b(?:(mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(day)?)\b", regex.IGNORECASE)


def year_of(text: str, this_year: int) -> str | None:
    """The year alone, with four digits.

    None where the text has no year or several, or one so long ago that it tells of an age over 89. Two digits are the
    latest such year that is no future.
    """
    years = {_full_year(found["year"], this_year) for found in _DATE.finditer(text) if found["year"]}
    years = years or {int(found["year"]) for found in _BARE_YEAR.finditer(text)}
    if len(years) != 1:
        return None
    year = years.pop()
    return str(year) if year >= this_year - OLDEST_AGE else None


def shifted(text: str, days: int) -> str | None:
    """The text with every date in it moved by so many days, each in its own format; times of day stay.

    None where anything in it might be a date and was not understood. 3/5 is the fifth of March unless that is no date.
    Weekdays move along. A month without a day moves as its 15th would, a day without a year as in a year of 365 days.
    """
    if _LEFT.search(_HOUR.sub("", _TIME.sub("", _DATE.sub("", text)))) or not _DATE.search(text):
        return None
    try:
        moved = _DATE.sub(lambda found: _moved(found, days), text)
    except (ValueError, OverflowError):  # the 30th of February; the year 10000
        return None
    return _WEEKDAY.sub(lambda found: _moved_weekday(found, days), moved)


def _full_year(digits: str, this_year: int) -> int:
    if len(digits) == 4:
        return int(digits)
    century = this_year // 100 * 100
    year = century + int(digits)
    return year if year <= this_year else year - 100


def _moved(found: regex.Match[str], days: int) -> str:
    year = found["year"]
    month = _month_number(found["name"]) if found["name"] else int(found["month"])
    day = int(found["day"]) if found["day"] else _MID_MONTH
    whole_year = _ANY_YEAR if not year else int(year) if len(year) == 4 else 2000 + int(year)
    new = date(whole_year, month, day) + timedelta(days)
    return _written(found, new)


def _written(found: regex.Match[str], new: date) -> str:
    """The new date as the old one was written."""
    pieces: list[str] = []
    at = found.start()
    for start, end, text in sorted(_parts(found, new)):
        pieces += found.string[at:start], text
        at = end
    return "".join(pieces) + found.string[at : found.end()]


def _parts(found: regex.Match[str], new: date) -> Iterator[tuple[int, int, str]]:
    """(start, end, what to write there)."""
    number = "02" if _is_padded(found) else ""
    written = {
        "year": str(new.year)[-len(found["year"] or "") :],
        "month": format(new.month, number),
        "name": _month_name(found["name"] or "", new.month),
        "day": format(new.day, number),
        "ordinal": _like(found["ordinal"] or "", _ordinal(new.day)),
    }
    for part, text in written.items():
        if found[part]:
            yield *found.span(part), text


def _is_padded(found: regex.Match[str]) -> bool:
    """Whether the 5th is 05: where a number begins with 0, or both have two digits and so nothing says otherwise."""
    month, day = found["month"] or "", found["day"] or ""
    return month.startswith("0") or day.startswith("0") or (len(month) == 2 and len(day) != 1)


def _month_number(name: str) -> int:
    return next(number for number, month in enumerate(_MONTHS, 1) if month[:3].lower() == name[:3].lower())


def _month_name(old: str, month: int) -> str:
    """Short where the old one is: of May one cannot tell, and takes it for the whole name."""
    name = _MONTHS[month - 1]
    is_whole = old.capitalize() in _MONTHS
    return _like(old, name if is_whole else name[:3])


def _moved_weekday(found: regex.Match[str], days: int) -> str:
    old = found[0]
    number = next(number for number, name in enumerate(_WEEKDAYS) if name[:3].lower() == old[:3].lower())
    name = _WEEKDAYS[(number + days) % 7]
    return _like(old, name if found[2] else name[:3])


def _ordinal(day: int) -> str:
    if day in (11, 12, 13):
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")


def _like(old: str, new: str) -> str:
    """In the case of the old."""
    return new.upper() if old.isupper() else new.lower() if old.islower() else new
