"""Dates: the days that a text names, in the usual ways of writing them."""

from __future__ import annotations

import datetime
import re
from itertools import islice
from typing import Literal

import msgspec

_NAMES = (
    ("january", "jan"),
    ("february", "feb"),
    ("march", "mar"),
    ("april", "apr"),
    ("may",),
    ("june", "jun"),
    ("july", "jul"),
    ("august", "aug"),
    ("september", "sep", "sept"),
    ("october", "oct"),
    ("november", "nov"),
    ("december", "dec"),
)
MONTHS = {name: number for number, names in enumerate(_NAMES, 1) for name in names}
"""The number of each month by its name or short form, in lower case."""

# It begins with the digit, and looks back from there: so the search leaps from digit to digit.
_FIGURES = re.compile(
    r"[0-9](?<![\w.,/:-].)(?:"
    r"(?<=(?P<y1>.))(?P<y>[0-9]{3})(?P<mark>[-/])(?P<m>[0-9]{1,2})(?P=mark)(?P<d>[0-9]{1,2})(?=[T\W_]|\Z)"
    r"|(?<=(?P<a1>.))(?P<a>[0-9]?)(?P<point>[-/.])(?P<b>[0-9]{1,2})(?P=point)(?P<year>[0-9]{4}|[0-9]{2})(?![\w/-]|\.[0-9])"
    r"|(?<=(?P<n1>.))(?P<n>[0-9]?)(?:st|nd|rd|th)?(?:\s(?:day\s)?(?:of\s)?|-)(?P<name>[A-Za-z]{3,9})\b\.?(?:,?\s{1,2}|-)"
    r"(?P<named>[0-9]{4})(?!\w))"
)
_NAMED = re.compile(
    r"[JFMASONDjfmasond](?<![A-Za-z].)(?P<rest>[A-Za-z]{2,8})\.?\s(?:(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?(?:,\s?|\s))?(?P<year>[0-9]{4})(?!\w)"
)
_TWO_FIGURES = re.compile(r"[0-9]{2}")  # no date is without
_MOST = 20_000
_PIVOT = 69  # two-digit years from here on are of the last century, as POSIX reads them

Precision = Literal["day", "month"]


class Date(msgspec.Struct, frozen=True):
    """A date as written in the characters [start, end). Of "March 2024", precision `month`, it is the first day.

    `ambiguous`: written as 3/4/2024, which is read as the fourth of March and may be the third of April.
    """

    date: datetime.date
    precision: Precision
    start: int
    end: int
    ambiguous: bool = False


def dates(text: str) -> list[Date]:
    """The dates with a year that a text writes, in order, among the first 20,000; days that do not exist are left out.

    Read are 2024-03-14, 3/14/2024, 14.03.2024, 14-Mar-2024, 14th of March, 2024, March 14, 2024 and March 2024.
    """
    found: dict[int, Date | None] = {}
    if _TWO_FIGURES.search(text):
        for match in islice(_NAMED.finditer(text), _MOST):
            found[match.end()] = _of_name(match)
        for match in islice(_FIGURES.finditer(text), _MOST):
            found[match.end()] = _of_figures(match)  # `14 March 2024` in the place of its `March 2024`
    return sorted((date for date in found.values() if date), key=lambda date: date.start)


def _of_name(match: re.Match[str]) -> Date | None:
    month = MONTHS.get((match.group()[0] + match["rest"]).lower())
    return _date(match, int(match["year"]), month, match["day"])


def _of_figures(match: re.Match[str]) -> Date | None:
    if match["y"]:
        return _date(match, int(match["y1"] + match["y"]), int(match["m"]), match["d"])
    if match["name"]:
        return _date(match, int(match["named"]), MONTHS.get(match["name"].lower()), match["n1"] + match["n"])
    first, second = int(match["a1"] + match["a"]), int(match["b"])
    day_first = first > 12 or match["point"] == "."
    month, day = (second, first) if day_first else (first, second)
    unclear = not day_first and second <= 12 and first != second
    return _date(match, _full_year(match["year"]), month, str(day), ambiguous=unclear)


def _full_year(written: str) -> int:
    year = int(written)
    if len(written) == 4:
        return year
    return year + (1900 if year >= _PIVOT else 2000)


def _date(
    match: re.Match[str], year: int, month: int | None, day: str | None, *, ambiguous: bool = False
) -> Date | None:
    try:
        date = datetime.date(year, month or 0, int(day or 1))
    except ValueError:  # there is no such day, or no such month
        return None
    return Date(date, "day" if day else "month", *match.span(), ambiguous)
