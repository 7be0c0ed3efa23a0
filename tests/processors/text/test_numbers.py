"""Numbers are compared by value: separators, scales, percents, spelling and rounding do not matter."""

from __future__ import annotations

import pytest

from processors.text.answers import final_number, leading_yes_no, same_amount
from processors.text.numbers import NumberSet, numbers, spelled


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("1,234,567.5 in all", [1234567.5]),
        ("$4.6 billion and 3 million", [4.6e9, 3e6]),
        ("12 % or 12 percent", [12.0, 12.0]),
        ("from 10-15 minutes", [10.0, 15.0]),
        ("-14.76% and 0.62%", [-14.76, 0.62]),
        ("a loss of $(389) million", [-389.0]),
        ("MP3, x86, v1.2.3", []),
        ("the 20th century, step 3, passages 1 and 2, table 4", []),
        ("1. Boil water\n2) Add 3 eggs", [3.0]),
        ("in 2021.", [2021.0]),
        ("", []),
    ],
)
def test_values(text: str, values: list[float]) -> None:
    assert [number.value for number in numbers(text)] == values


def test_places_slice_to_the_number_as_written() -> None:
    text = "It grew from $1.5 million to 42 %."
    assert [text[number.start : number.end] for number in numbers(text)] == ["1.5 million", "42 %"]


def test_spelled_numbers() -> None:
    assert {3.0, 20.0, 5.0, 25.0} <= set(spelled({"three", "twenty", "five", "apples"}))


@pytest.mark.parametrize(
    ("said", "known", "agrees"),
    [
        ("4.6 million", [4_625_000.0], True),
        ("4.6 million", [4_725_000.0], False),
        ("about 5,000", [4_987.0], True),
        ("5,000", [4_987.0], False),
        ("25 %", [0.25], True),
        ("1998", [1997.0], False),
        ("-3.7", [3.7], True),
    ],
)
def test_agreement_up_to_rounding(said: str, known: list[float], agrees: bool) -> None:
    assert NumberSet(known).agrees_with(numbers(said)[0]) is agrees


@pytest.mark.parametrize(
    ("answer", "reference", "exact", "same"),
    [
        ("$389 million", "0.4", False, True),
        ("39.7 %", "0.397", False, True),
        ("24.25", "24.26", False, True),
        ("41", "42", False, False),
        ("900", "1", False, False),
        ("4600", "4.6", True, False),
        ("-5", "5", True, False),
    ],
)
def test_same_amount(answer: str, reference: str, exact: bool, same: bool) -> None:
    assert same_amount(numbers(answer)[0], numbers(reference)[0], exact=exact) is same


@pytest.mark.parametrize(
    ("text", "value"),
    [("#### 1,200", 1200.0), ("A: 7", 7.0), ("The answer is $42.", 42.0), ("answer: 3. A: 4", 4.0), ("It is 5", None)],
)
def test_final_number(text: str, value: float | None) -> None:
    found = final_number(text)
    assert (found and found.value) == value


@pytest.mark.parametrize(
    ("text", "said"), [("Yes, it is.", "yes"), ("**No**", "no"), ("No. 5 is best", None), ("Nobody", None), ("", None)]
)
def test_leading_yes_no(text: str, said: str | None) -> None:
    assert leading_yes_no(text) == said
