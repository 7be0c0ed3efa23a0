"""Dates: shifted in the format they came in, or cut down to the year, or nothing."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from processors.sanitize.pseudonyms.dates import shifted, year_of

FORMATS = [
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%Y%m%d",
    "%m/%d/%Y",
    "%B %d, %Y",
    "%d %b %Y",
    "%d-%b-%Y",
    "%A, %B %d, %Y",
    "%a %d %b %Y",
]


@pytest.mark.parametrize(
    ("text", "moved"),
    [
        ("2023-03-05", "2023-04-14"),
        ("2023-03-05T10:22:33.120Z", "2023-04-14T10:22:33.120Z"),
        ("2023-03-05 10:22:33+02:00", "2023-04-14 10:22:33+02:00"),
        ("20230305", "20230414"),
        ("3/5/2023", "4/14/2023"),
        ("03/05/23", "04/14/23"),
        ("25/3/2023", "4/5/2023"),
        ("3/5/2023 at 5 pm", "4/14/2023 at 5 pm"),
        ("March 5th, 2023", "April 14th, 2023"),
        ("MARCH 5", "APRIL 14"),
        ("Jan. 22", "Mar. 3"),
        ("Sun, 5 Mar 2023 10:00", "Fri, 14 Apr 2023 10:00"),
        ("the 5th of March 2023", "the 14th of April 2023"),
        ("tuesday the 21st of january", "sunday the 2nd of march"),
        ("05-Mar-23", "14-Apr-23"),
        ("2023 March 5", "2023 April 14"),
        ("May ’23", "June ’23"),
        ("5Mar2023", "14Apr2023"),
        ("Sept. 3, 1945", "Oct. 13, 1945"),
        ("March 2023", "April 2023"),
        ("March '23", "April '23"),
        ("3/2023", "4/2023"),
        ("2023-03", "2023-04"),
        ("3/5", "4/14"),
        ("03/04/2020 - 05/06/2020", "04/13/2020 - 06/15/2020"),
        ("December 20, 2023", "January 29, 2024"),
        ("2024-01-20", "2024-02-29"),
    ],
)
def test_the_format_is_kept(text: str, moved: str) -> None:
    assert shifted(text, 40) == moved


@pytest.mark.parametrize(
    "text",
    [
        *("", "Monday", "10:30 pm", "last spring", "Feb 30 2023", "March 3-5, 2023", "March the fifth", "2023"),
        *("9999-12-31", "the 5th of March and 7 more", "5 March or April"),
    ],
)
def test_what_is_not_understood_is_not_shifted(text: str) -> None:
    assert shifted(text, 40) is None


@given(
    st.dates(date(1900, 1, 1), date(2090, 1, 1)),
    st.integers(1, 365).flatmap(lambda days: st.sampled_from([days, -days])),
    st.sampled_from(FORMATS),
)
def test_a_shifted_date_is_the_date_of_so_many_days_later(day: date, days: int, how: str) -> None:
    assume("%b" not in how or day.month != 5)  # of May one cannot tell whether it is short for something
    moved = shifted(day.strftime(how), days)
    assert moved is not None
    wanted = (day + timedelta(days)).strftime(how)
    assert numbers(moved) == numbers(wanted)


def numbers(text: str) -> list[str]:
    """Without the zeros that a format with names of months may leave out or not."""
    return [word.lstrip("0") for word in text.replace(",", " ").replace("-", " ").replace("/", " ").split()]


@given(
    st.dates(date(1900, 1, 1), date(2090, 1, 1)), st.dates(date(1900, 1, 1), date(2090, 1, 1)), st.integers(-365, 365)
)
def test_time_between_two_dates_stays(one: date, other: date, days: int) -> None:
    moved = [date.fromisoformat(shifted(each.isoformat(), days) or "") for each in (one, other)]
    assert moved[1] - moved[0] == other - one


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("2023-03-05", "2023"),
        ("2023-03-05T10:22:33Z", "2023"),
        ("03/05/23", "2023"),
        ("3/14/87", "1987"),
        ("March 5th, 2023", "2023"),
        ("05-Mar-23", "2023"),
        ("March 3-5, 2023", "2023"),
        ("the spring of 2023", "2023"),
        ("Feb 30 2023", "2023"),
        ("03/04/2020 - 05/06/2020", "2020"),
        ("March 14, 1937", "1937"),
    ],
)
def test_the_year_is_left(text: str, year: str) -> None:
    assert year_of(text, 2026) == year


@pytest.mark.parametrize("text", ["", "March 5", "3/5", "Monday", "12/31/2019 - 1/2/2020", "3/14/1936", "7/4/33"])
def test_no_year_is_left_where_there_is_none_or_two_or_it_tells_of_an_age_over_89(text: str) -> None:
    assert year_of(text, 2026) is None


@given(st.text())
def test_any_text_is_borne(text: str) -> None:
    shifted(text, 40)
    year_of(text, 2026)
