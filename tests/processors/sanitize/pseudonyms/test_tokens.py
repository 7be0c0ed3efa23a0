"""Tokens say nothing, are no personal data, and nothing else is one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.sanitize.patterns.detector import PatternDetector
from processors.sanitize.pseudonyms.token import LETTERS, is_token
from processors.sanitize.pseudonyms.vaulted import random_token
from processors.sanitize.recognizers import english
from processors.sanitize.types import ENTITY_TYPES

DETECTOR = PatternDetector(english())


@given(st.sampled_from(sorted(ENTITY_TYPES)))
def test_a_token_is_made_of_letters_and_is_no_personal_data(entity_type: str) -> None:
    token = random_token(entity_type)
    assert is_token(token, entity_type)
    assert set(token.rpartition("_")[2].rstrip(">")) <= set(LETTERS)
    assert not DETECTOR.find(f"{token}{token} {token}")


@pytest.mark.parametrize(
    "text", ["", "ann", "<USER_ID_ann>", "<USER_ID_bcdfghjklmnpqr1>", "x<USER_ID_bcdfghjklmnpqrs>"]
)
def test_nothing_else_is_a_token(text: str) -> None:
    assert not is_token(text, "USER_ID")


def test_a_token_is_of_its_own_type_alone() -> None:
    assert not is_token(random_token("US_SSN"), "SSN")
    assert not is_token(random_token("US_SSN"), "US")
