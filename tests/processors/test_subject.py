"""What evaluators find in a trace's texts does not depend on how it was searched."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.scan.phrase import Phrase
from processors.scan.scanner import Scanner
from processors.subject import FIELDS, Subject
from schemas.trace import Message, Trace
from tests.builders import trace

KNOWN = frozenset(map(Phrase, ["risk", "risk-free", "no ... risk", "guarantee*", r"/ris\w/", "保证"]))
UNKNOWN = frozenset(map(Phrase, ["free", "risk free", r"/\pL+e\b/"]))
TEXTS = st.lists(st.sampled_from(["no", "risk", "free", "guarantees", "保证", "é", "’", "-", " ", "\n", "."])).map(
    "".join
)


@pytest.fixture(scope="module")
def scanner(tmp_path_factory: pytest.TempPathFactory) -> Scanner:
    return Scanner(KNOWN, tmp_path_factory.mktemp("scanner"))


@given(texts=st.tuples(TEXTS, TEXTS, TEXTS))
def test_the_same_is_found_with_and_without_a_scanner(scanner: Scanner, texts: tuple[str, str, str]) -> None:
    given_trace = trace(input=texts[0], output=texts[1], context=[texts[2], texts[0]])
    plain, scanned = Subject(given_trace), Subject(given_trace, scanner)
    for field in FIELDS:
        for phrase in KNOWN | UNKNOWN:
            assert scanned.find(phrase, field) == plain.find(phrase, field) == phrase.find(plain.text_of(field))
        assert scanned.find_all(KNOWN | UNKNOWN, field) == plain.find_all(KNOWN | UNKNOWN, field)


def test_each_field_is_searched_by_itself() -> None:
    turns = [
        Message(role="user", content="a risk"),
        Message(role="assistant", content="b"),
        Message(role="user", content="c"),
    ]
    subject = Subject(Trace(input=turns, output="the risk", context=["one", "risk"]))
    places = {field: subject.find(Phrase("risk"), field) for field in FIELDS}
    assert places == {"input": ((2, 6),), "request": (), "output": ((4, 8),), "context": ((4, 8),)}


def test_places_of_many_phrases_come_in_the_order_of_the_text() -> None:
    subject = Subject(trace(output="Risk-free, no risk."))
    phrases = frozenset(map(Phrase, ["no risk", "risk", "risk-free"]))
    found = [(subject.output_text[slice(*span)], phrase.source) for span, phrase in subject.find_all(phrases, "output")]
    assert found == [("Risk", "risk"), ("Risk-free", "risk-free"), ("no risk", "no risk"), ("risk", "risk")]
