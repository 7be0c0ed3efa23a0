"""ZIP codes and ages as Safe Harbor lets them stand."""

from __future__ import annotations

import pytest

from processors.sanitize.pseudonyms.safe_harbor import OVER_89, RESTRICTED_2000, first_three


@pytest.mark.parametrize("zip_code", ["94107", "94107-1234", "94107 1234", "941071234"])
def test_three_digits_stay(zip_code: str) -> None:
    assert first_three(zip_code) == "941xx"


def test_areas_with_few_people_are_one() -> None:
    assert len(RESTRICTED_2000) == 17
    assert {first_three(f"{prefix}01") for prefix in RESTRICTED_2000 | {"369"}} == {"000xx"}


@pytest.mark.parametrize("zip_code", ["", "9410", "941071", "SW1A 1AA", "K1A 0B1", "CA 94107", "٩٤١٠٧"])
def test_of_other_codes_nothing_is_known(zip_code: str) -> None:
    assert first_three(zip_code) is None


def test_the_category_is_that_of_the_rule() -> None:
    assert OVER_89 == "90+"
