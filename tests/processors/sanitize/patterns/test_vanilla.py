"""The pattern engine finds exactly what presidio-analyzer finds with the same recognisers."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import pytest

from bench.pii.vanilla import VanillaDetector, bare_nlp, recognizers
from processors.sanitize.detector import Entity
from processors.sanitize.patterns.detector import PatternDetector
from tests.processors.sanitize.patterns import texts


@cache
def engines() -> tuple[VanillaDetector, PatternDetector]:
    return VanillaDetector(bare_nlp()), PatternDetector(recognizers(), threshold=0, context=False)


def assert_the_same(documents: Iterable[str]) -> None:
    theirs, ours = engines()
    for text in documents:
        assert sorted(ours.find(text)) == sorted(theirs.find(text)), text


def test_of_a_sample() -> None:
    assert_the_same(texts.documents(seed=0, count=150))


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_of_many_thousands() -> None:
    assert_the_same(texts.documents(seed=1, count=12_000))


def test_there_is_an_entity_of_every_type_to_be_found() -> None:
    _, ours = engines()
    found: set[str] = set()
    for text in texts.documents(seed=0, count=400):
        found.update(entity.type for entity in ours.find(text))
    assert found == {recognizer.supported_entities[0] for recognizer in recognizers()}


def test_with_nothing_to_remember_the_same_is_found_again() -> None:
    _, ours = engines()
    text = "Call 212-555-0123 and +49 30 901820, then 212-555-0123."
    first = ours.find(text)
    assert ours.find(text) == first
    assert Entity("PHONE_NUMBER", 5, 17, 0.4) in first
