"""Days and periods are counted as the rules count them."""

from __future__ import annotations

import pytest

from domains.legal.evaluators.wrong_arithmetic import WrongArithmetic
from domains.legal.evaluators.wrong_deadline import WrongDeadline
from domains.legal.evaluators.wrong_time_limit import WrongTimeLimit
from domains.legal.periods import periods
from tests.domains.legal.judged import said

PERIODS = [
    ("within 30 days", [(30, "day")]),
    ("thirty (30) days", [(30, "day")]),
    ("twenty-one days and two years", [(21, "day"), (2, "year")]),
    ("ten business days", [(10, "business_day")]),
    ("a 21-day period", [(21, "day")]),
    ("one hundred eighty (180) days", [(180, "day")]),
    ("someone days", []),
    ("$30 days, 12.5 days", []),
]


@pytest.mark.parametrize(("text", "expected"), PERIODS)
def test_periods_are_read_in_words_and_figures(text: str, expected: list[tuple[int, str]]) -> None:
    assert [(each.count, each.period) for each in periods(text)] == expected


SERVED = "We were served on June 2, 2025 in federal court."
DEADLINES = [
    ("", "30 days from March 3 is April 2.", "pass"),
    ("", "30 days from March 3 is April 5.", "fail"),
    ("", "30 days after December 15 is January 14.", "pass"),
    ("", "July 7, 2025, 31 days after June 6, 2025, is the last day.", "pass"),
    ("", "Sixty days before September 30, 2026 is August 1, 2026.", "pass"),
    ("", "Sixty days before September 30, 2026 is August 15, 2026.", "fail"),
    ("", "Two years from June 15, 2023 is June 15, 2025.", "pass"),
    ("", "10 business days after January 10, 2025 is January 27, 2025.", "pass"),
    ("", "10 business days after January 10, 2025 is January 20, 2025.", "fail"),
    (SERVED, "The answer is due 21 days after service, by June 23, 2025.", "pass"),
    (SERVED, "The answer is due 21 days after service, by June 30, 2025.", "fail"),
    (
        SERVED,
        "The answer is due on June 30, 2025; you have 21 days, or 60 days if the United States is a party.",
        "abstain",
    ),
    (f"{SERVED} It came by mail.", "With 21 days the answer is due by June 26, 2025.", "pass"),
    ("", "Under Fed. R. Civ. P. 6, 21 days from March 1, 2025 is March 22, 2025.", "fail"),
    ("", "The lease gives 21 days from March 1, 2025, which is March 22, 2025.", "pass"),
    ("", "The hearing is on March 22, 2025.", "abstain"),
    ("", "30 days from February 30 is March 30.", "abstain"),
    ("", "9999 years from March 3, 2025 is March 3, 2030.", "pass"),
]


@pytest.mark.parametrize(("request_", "output", "expected"), DEADLINES)
def test_the_day_on_which_a_period_ends_is_counted_again(request_: str, output: str, expected: str) -> None:
    assert said(WrongDeadline, output, request_) == expected


LIMITS = [
    ("", "Under Rule 12(a) the answer is due within 21 days.", "pass"),
    ("", "Under Rule 12(a) the answer is due within 30 days.", "fail"),
    ("", "Under Federal Rule of Civil Procedure 4(m) service is made within 120 days.", "fail"),
    ("", "Under Rule 4(m) service is made within three months, that is 90 days.", "pass"),
    ("", "A notice of removal is due within 60 days under 28 U.S.C. § 1446(b).", "fail"),
    ("", "The EEOC charge must be filed within 180 days, or 300 days in a deferral state.", "pass"),
    ("", "In Texas the statute of limitations for personal injury is four years.", "fail"),
    ("I had a car accident in Texas.", "You must file suit within two years.", "pass"),
    ("I had a car accident in Texas.", "You must file suit within 24 months.", "pass"),
    ("Ohio and Texas: car accident", "The limitations period is six years.", "abstain"),
    ("", "The warranty lasts 30 days.", "abstain"),
]


@pytest.mark.parametrize(("request_", "output", "expected"), LIMITS)
def test_time_limits_have_their_length(request_: str, output: str, expected: str) -> None:
    assert said(WrongTimeLimit, output, request_) == expected


SUMS = [
    ("$10,000 × 6% × 2 = $1,200", "pass"),
    ("$10,000 x 6% x 2 years = $1,500", "fail"),
    ("$5,000 + $2,500 + $700 = $8,200", "pass"),
    ("$5,000 + $2,500 − $700 = $7,800", "fail"),
    ("Simple interest at 6% on $10,000 for 2 years is $1,200.", "pass"),
    ("Simple interest at 6% on $10,000 for 2 years is $1,236.", "fail"),
    ("Compound interest at 6% on $10,000 for 2 years is $1,236.", "pass"),
    ("Interest on $10,000 at 1.5% per month for 6 months is $900.", "pass"),
    ("The case was filed on 12/31/2024 = a Tuesday.", "abstain"),
    ("1 / 0 = 0", "pass"),
    ("a = b", "abstain"),
]


@pytest.mark.parametrize(("output", "expected"), SUMS)
def test_calculations_are_done_again(output: str, expected: str) -> None:
    assert said(WrongArithmetic, output) == expected
