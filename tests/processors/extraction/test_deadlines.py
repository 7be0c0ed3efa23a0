"""Deadlines: what a period is counted from, and the day on which it ends."""

from __future__ import annotations

from datetime import date

import pytest

from processors.extraction.deadlines import deadlines


@pytest.mark.parametrize(
    ("text", "count", "period", "bound", "anchor", "before"),
    [
        ("You must answer within 30 days of service.", 30, "day", "at most", "service", False),
        ("no later than fourteen (14) business days after the Closing Date, unless",
         14, "business_day", "at most", "the Closing Date", False),
        ("at least 60 days' prior written notice before termination", 60, "day", "at least", "termination", True),
        ("within 21 days after being served", 21, "day", "at most", "being served", False),
        ("not less than ten court days before the hearing", 10, "court_day", "at least", "the hearing", True),
        ("The answer is due 21 days after service", 21, "day", "", "service", False),
        ("within a period of thirty (30) calendar days following receipt", 30, "day", "at most", "receipt", False),
        ("within two years of the discovery", 2, "year", "at most", "the discovery", False),
        ("you have 3 months from denial", 3, "month", "", "denial", False),
        ("within seven days, or else", 7, "day", "at most", "", False),
        ("within 10 to 14 days of receipt", 14, "day", "at most", "receipt", False),
    ],
)  # fmt: skip
def test_what_a_deadline_says(text: str, count: int, period: str, bound: str, anchor: str, before: bool) -> None:
    (found,) = deadlines(text)
    assert (found.count, found.period, found.bound, found.anchor, found.before) == (
        count,
        period,
        bound,
        anchor,
        before,
    )


@pytest.mark.parametrize(
    "text", ["It took 30 days.", "10 days of rain", "within 24 hours of it", "no later than March 3, 2024", ""]
)
def test_what_is_no_deadline(text: str) -> None:
    assert deadlines(text) == []


@pytest.mark.parametrize(
    ("text", "event", "due"),
    [
        ("within 30 days of service", date(2024, 1, 31), date(2024, 3, 1)),
        ("within 2 weeks of service", date(2024, 1, 31), date(2024, 2, 14)),
        ("within one month of service", date(2024, 1, 31), date(2024, 2, 29)),
        ("within one year after service", date(2024, 2, 29), date(2025, 2, 28)),
        ("within 1 business day after filing", date(2024, 7, 3), date(2024, 7, 5)),
        ("at least 5 court days before trial", date(2024, 7, 8), date(2024, 6, 28)),
    ],
)
def test_when_it_ends(text: str, event: date, due: date) -> None:
    assert deadlines(text)[0].due(event) == due


def test_no_day_is_past_the_end_of_time() -> None:
    with pytest.raises(OverflowError):
        deadlines("within 9000 years of service")[0].due(date(2024, 1, 1))
