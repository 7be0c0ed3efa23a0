"""What is put in a value's place is no personal data, so that sanitising twice is the same as once."""

from __future__ import annotations

import pytest

from processors.sanitize.patterns.detector import PatternDetector
from processors.sanitize.pseudonyms.dates import year_of
from processors.sanitize.pseudonyms.safe_harbor import OVER_89, first_three
from processors.sanitize.recognizers import english

DETECTOR = PatternDetector(english())


@pytest.mark.parametrize("text", ["aged {}", "age: {}", "{} years old", "a {}-year-old woman", "she is {}, and well"])
def test_an_age_over_89_is_found_and_its_category_is_not(text: str) -> None:
    assert [entity.type for entity in DETECTOR.find(text.format(93))] == ["AGE"]
    assert not DETECTOR.find(text.format(OVER_89))


@pytest.mark.parametrize("text", ["ZIP {}", "zip code: {}", "Austin, TX {}", "in Austin {}", "postal code is {}."])
@pytest.mark.parametrize("zip_code", ["94107", "03601"])
def test_a_zip_code_is_found_and_its_first_digits_are_not(text: str, zip_code: str) -> None:
    assert [entity.type for entity in DETECTOR.find(text.format(zip_code))] == ["ZIP_CODE"]
    assert not DETECTOR.find(text.format(first_three(zip_code)))


@pytest.mark.parametrize("text", ["DOB: {}", "born {}", "on {}", "seen {}, and again", "admission date {}"])
@pytest.mark.parametrize("day", ["March 5, 2023", "03/05/2023", "2023-03-05"])
def test_a_date_is_found_and_its_year_is_not(text: str, day: str) -> None:
    assert [entity.type for entity in DETECTOR.find(text.format(day))] == ["DATE_TIME"]
    assert not DETECTOR.find(text.format(year_of(day, 2026)))
