"""What is known of a pattern before it runs."""

from __future__ import annotations

import pytest
import regex

from processors.sanitize.patterns.shape import Shape, shape


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (r"\b\d{3}-?\d{4}\b", Shape(width=8, reach=2, spaceless=True, shadowed=True)),
        (r"a b?(?=cd|e)", Shape(width=3, reach=2, spaceless=False, shadowed=True)),
        (r"[^\s,]+@\S+", Shape(width=None, reach=0, spaceless=True, shadowed=True)),
        (r"(?<=id )x(?!.*y)", Shape(width=1, reach=None, spaceless=True, shadowed=True)),
        (r"[^a-z]", Shape(width=1, reach=0, spaceless=False, shadowed=False)),
        (r"[^\d–]", Shape(width=1, reach=0, spaceless=False, shadowed=False)),
        (r"[–ü]x", Shape(width=2, reach=0, spaceless=True, shadowed=True)),
        (r"[à-ü]", Shape(width=1, reach=0, spaceless=True, shadowed=False)),
        (r"(?a:\w)", Shape(width=1, reach=0, spaceless=True, shadowed=False)),
    ],
)
def test_of_patterns_that_are_understood(pattern: str, expected: Shape) -> None:
    assert shape(pattern, regex.IGNORECASE) == expected


def test_ascii_classes_tell_what_a_shadow_does_not() -> None:
    assert [bool(found and found.shadowed) for found in (shape(r"[A-Z]9", regex.A), shape(r"\b9", regex.A))] == [
        True,
        False,
    ]


@pytest.mark.parametrize(
    "pattern", [r"a{,3}", r"(?:abc){e<=1}", r"\p{L}", r"[[:alpha:]]", r"(?R)?a", r"\m\w", "(", r"\L<names>"]
)
def test_what_other_engines_read_otherwise_is_not_understood(pattern: str) -> None:
    assert shape(pattern, 0) is None


def test_unknown_flags_are_not_understood() -> None:
    assert shape("a", regex.VERBOSE) is None
