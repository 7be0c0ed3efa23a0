"""Shadows look to a pattern's character classes as their texts do."""

from __future__ import annotations

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from processors.sanitize.patterns.shadow import CAST, shadow


def test_ascii_is_its_own_shadow() -> None:
    text = "".join(map(chr, range(128)))
    assert shadow(text) == text.encode()


@settings(max_examples=500, deadline=None)
@given(st.text(st.characters(exclude_categories=()), max_size=40))
def test_one_character_each_of_the_same_kind(text: str) -> None:
    made = shadow(text).decode("ascii")
    assert len(made) == len(text)
    for char, cast in zip(text, made, strict=True):
        assert char == cast or cast in CAST
        for kind in (r"\w", r"\d", r"\s"):
            assert bool(regex.match(kind, char)) == bool(regex.match(kind, cast)), repr(char)


@pytest.mark.parametrize("char", ["İ", "ı", "ſ", "K"])
def test_what_equals_an_ascii_letter_but_for_its_case_becomes_that_letter(char: str) -> None:
    assert regex.match(regex.escape(shadow(char).decode()), char, regex.IGNORECASE) or regex.match(
        shadow(char).decode().upper(), char, regex.IGNORECASE
    )
