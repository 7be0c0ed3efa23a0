"""The tagger on any text at all: it never fails or wavers, and its need of memory is linear."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processors.sanitize.names import NameDetector
from processors.sanitize.names.detector import shipped
from processors.sanitize.names.tagger import Tagger
from processors.sanitize.names.words import TOKEN, Likelihood

MODEL = shipped()
DETECTOR = NameDetector(MODEL)
WORDS = (
    "Anna",
    "Smith",
    "in",
    "Oslo",
    ",",
    "12",
    "Main",
    "St.",
    "\n",
    "the",
    "DR",
    "ß",
    "Ǆ",
    "İ",
    "李",
    "\ud800",
    "'s",
    "_x",
)


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(), st.lists(st.sampled_from(WORDS)).map(" ".join)))
def test_any_text_gives_ordered_spans_of_it_and_always_the_same(text: str) -> None:
    entities = DETECTOR.find(text)
    edges = [edge for entity in entities for edge in (entity.start, entity.end)]
    assert edges == sorted(edges)
    assert all(entity.start < entity.end <= len(text) for entity in entities)
    assert all(text[entity.start : entity.end].strip() == text[entity.start : entity.end] for entity in entities)
    assert NameDetector(MODEL).find(text) == entities


@given(st.text())
def test_tokens_are_the_text(text: str) -> None:
    assert "".join(TOKEN.findall(text)) == text


def test_chunks_do_not_show() -> None:
    tokens = TOKEN.findall("Yesterday Ludmila Petrova of Harwick Foods moved to 9 Elm Court, Bristol. " * 40)
    needed = np.full(len(tokens), Likelihood.ALWAYS, dtype=np.int8)
    whole = Tagger(MODEL).tags(tokens, needed)
    parts = Tagger(MODEL, chunk=7).tags(tokens, needed)
    assert whole is not None
    assert parts is not None
    assert np.array_equal(whole.places, parts.places)
    assert np.allclose(whole.probabilities, parts.probabilities, atol=1e-6)


def test_what_was_met_before_does_not_show() -> None:
    text = "Call Ferdinand Oyelowo in Kampala."
    fresh = NameDetector(MODEL).find(text)
    used = NameDetector(MODEL)
    for number in range(3):
        used.find(" ".join(f"Word{number}x{each:b}".replace("0", "a").replace("1", "b") for each in range(20_000)))
    assert used.find(text) == fresh


@pytest.mark.parametrize("unit", ["a", "A", "Aa ", "\n", "é", "1", "李", "Anna Smith ", "́", "'", "\U0001f600"])
def test_a_megabyte_of_anything_needs_little_memory(unit: str) -> None:
    text = unit * (1_000_000 // len(unit))
    tracemalloc.start()
    try:
        DETECTOR.find(text)
        _, peak_bytes = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak_bytes < 400 * len(text)
