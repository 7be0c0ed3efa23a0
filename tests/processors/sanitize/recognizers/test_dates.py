"""Dates and ages: what HIPAA calls an identifier and what it lets stand."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processors.sanitize.recognizers.age import Age
from processors.sanitize.recognizers.dates import Date
from tests.processors.sanitize import planted
from tests.processors.sanitize.recognizers.marked import marked, unmarked


@pytest.mark.parametrize(
    "text",
    [
        "seen on ‹April 12, 2023›, and again",
        "seen ‹November 22nd, 2022›",
        "seen ‹Feb 2nd 2021›.",
        "on ‹Aug 10, '23› at noon",
        "on ‹Jan 20th ’23›.",
        "due ‹Sept. 5› or so",
        "from ‹March 15-18, 2023› on",
        "the ‹15th of January 2022› was",
        "on the ‹5th day of May, 2020›",
        "on ‹May fifth, 2022›",
        "on ‹twenty-first of June›",
        "on ‹Saturday, April 15th› it",
        "in ‹April 2023› and ‹July of 2022›",
        "on ‹17-Feb-2023› and ‹17/Feb/2023:10:01:02 +0000›",
        "on ‹Feb-17-2023›, ‹2023-Feb-17›, ‹2023 February 17›",
        "at ‹2000-04-16 11:34:35› there",
        "at ‹2023-02-14T10:15:00.123Z› and ‹2023-02-14T10:15+01:00›",
        "at ‹20230214T101500Z› sharp",
        "on ‹02/14/2023 10:15 AM› he",
        "on ‹8/12/2020›, ‹02/04/23›, ‹31.12.2020›, ‹2023.5.7›",
        "since ‹03/2023› and",
        "DOB: ‹19800229›",
        "born ‹1.2.80›",
        "seen ‹last Thursday› and ‹last July›",
        "due ‹05-Mar› and ‹31-dec-24›",
        # Bare years, what is relative, and what only looks like a date.
        "in 1999, since 2018, of 2021",
        "last week, last month, two years ago, on Monday",
        "you may 2 of them, and may 10 times",
        "pip install numpy==1.26.4 and 1.10.12",
        "3/4 of them, a 12/8 time, 24/7",
        "MMSE 18/30, BP 120/80, score of 3.5",
        "at 10:15 or 12:30 PM",
    ],
)
def test_dates(text: str) -> None:
    assert marked(Date, unmarked(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "a ‹93›-year-old man, ‹97› yo, ‹101› years old, ‹90› y/o",
        "aged ‹97›, age: ‹92›, at the age of ‹90›.",
        "She is ‹101› and lives alone. He's ‹95›.",
        "just turned ‹99›",
        "a ‹ninety-four› year old, aged ‹one hundred and two›",
        "on her ‹95th› birthday",
        "a 34-year-old, a 5-year survival, 89 years old, age 72, aged eighty-nine",
        "He is 95% sure that she is 92 kg, 95 mmHg, room 93",
        "age 92.5% of them",
        "a 90-day supply, 93 patients, 101 Dalmatians",
    ],
)
def test_ages_over_89(text: str) -> None:
    assert marked(Age, unmarked(text)) == text


_MONTHS = ["January", "Feb", "Mar.", "April", "May", "June", "Jul", "August", "Sept", "October", "Nov.", "December"]
_days = st.integers(1, 28)
_dates = st.one_of(
    st.builds("{} {}, {}".format, st.sampled_from(_MONTHS), _days, st.integers(1900, 2030)),
    st.builds("{} {} {}".format, _days, st.sampled_from(_MONTHS), st.integers(1900, 2030)),
    st.dates().map(str),
    st.datetimes().map(lambda time: time.isoformat(timespec="seconds")),
)


@settings(max_examples=100, deadline=None)
@given(planted.words, _dates, planted.words)
def test_a_date_in_any_sentence_is_found_whole(before: str, date: str, after: str) -> None:
    assert f"‹{date}›" in marked(Date, f"{before} ({date}) {after}").replace(".›", "›").replace(
        f"‹{date[:-1]}›.", f"‹{date}›"
    )
