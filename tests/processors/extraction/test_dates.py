"""Dates are read in the usual ways of writing them; what is no day is none."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.extraction.dates import dates


@pytest.mark.parametrize(
    "written",
    [
        "2024-03-14",
        "2024/03/14",
        "2024-03-14T10:00:00Z",
        "3/14/2024",
        "3/14/24",
        "14/3/2024",
        "14.03.2024",
        "14-Mar-2024",
        "14 March 2024",
        "14th of March, 2024",
        "14th day of March, 2024",
        "March 14, 2024",
        "March 14th, 2024",
        "MARCH 14, 2024",
        "Mar. 14 2024",
    ],
)
def test_ways_of_writing_a_day(written: str) -> None:
    found = dates(f"It was signed on {written}.")
    assert [(d.date, d.precision, d.ambiguous) for d in found] == [(date(2024, 3, 14), "day", False)]


def test_a_month_is_its_first_day() -> None:
    (found,) = dates("It expires in March 2024.")
    assert (found.date, found.precision) == (date(2024, 3, 1), "month")


def test_day_and_month_that_may_be_either_are_marked() -> None:
    assert dates("03/04/2024")[0].ambiguous
    assert not dates("04/04/2024")[0].ambiguous


@pytest.mark.parametrize(
    "text",
    [
        "30 February 2024",
        "2024-13-01",
        "1.2.3",
        "12.5.1",
        "10.11.2024.1",
        "1/2/2024/3",
        "Margin 2024",
        "March 3",
        "",
        "1/2",
    ],
)
def test_what_is_no_date(text: str) -> None:
    assert dates(text) == []


def test_places_and_order() -> None:
    text = "Filed May 5, 2023; due 6 June 2024 (2024-06-06)."
    assert [text[d.start : d.end] for d in dates(text)] == ["May 5, 2023", "6 June 2024", "2024-06-06"]


@given(
    st.dates(min_value=date(1000, 1, 1)), st.sampled_from(["%Y-%m-%d", "%d %B %Y", "%B %d, %Y", "%d.%m.%Y", "%d-%b-%Y"])
)
def test_what_is_written_is_read(day: date, form: str) -> None:
    assert [d.date for d in dates(f"on {day.strftime(form)} at noon")] == [day]


@pytest.mark.parametrize("piece", ["1", "1/", "1-", "1.", "Jan ", "J", "12 March ", "1 "])
def test_a_megabyte_of_anything_is_bounded(piece: str) -> None:
    assert dates(piece * (1_000_000 // len(piece))) == []
