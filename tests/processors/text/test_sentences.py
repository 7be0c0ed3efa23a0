"""Sentences are found with their places, and short forms do not end one."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.text.names import names
from processors.text.sentences import sentences
from processors.text.words import folded, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        ("Dr. Moen met J. Ek, e.g. in Oslo. Then she left.", ["Dr. Moen met J. Ek, e.g. in Oslo.", "Then she left."]),
        ("It costs 4.50 euros. It is 30. Good", ["It costs 4.50 euros.", "It is 30.", "Good"]),
        ("1. Boil it.\n2. Eat it.", ["1. Boil it.", "2. Eat it."]),
        ("He said “stop.” She went.", ["He said “stop.”", "She went."]),
        ("一。二。", ["一。", "二。"]),
        ("... \n  ", ["..."]),
        ("", []),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    assert [text[start:end] for start, end in sentences(text)] == expected


@given(st.text())
def test_sentences_are_in_order_and_lose_nothing_but_white_space(text: str) -> None:
    spans = sentences(text)
    assert all(a[1] <= b[0] for a, b in pairwise(spans))
    assert "".join("".join(text[slice(*span)].split()) for span in spans) == "".join(text.split())


@given(st.text())
def test_folding_keeps_every_offset(text: str) -> None:
    assert len(folded(text)) == len(text)


def test_words_keep_contractions() -> None:
    assert words(folded("I CAN’T go, Ada's here")) == ["i", "can't", "go", "ada's", "here"]


def test_names_say_whether_a_sentence_opens_with_them() -> None:
    text = "Later Ingrid Moen of Oslo met Bank of Norway. Nobody knew."
    assert [(text[slice(*span)], opens) for span, opens in names(text)] == [
        ("Later Ingrid Moen of Oslo", True),
        ("Bank of Norway", False),
        ("Nobody", True),
    ]
