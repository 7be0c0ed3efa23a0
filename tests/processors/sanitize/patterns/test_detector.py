"""The detector with our recognisers: whatever the text, it ends, and says where in the text things are."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from presidio_analyzer import EntityRecognizer, Pattern, PatternRecognizer, RecognizerResult
from presidio_analyzer.nlp_engine import NlpArtifacts
from presidio_analyzer.predefined_recognizers import PhoneRecognizer

from processors.sanitize.detector import Entity
from processors.sanitize.patterns.detector import THRESHOLD, PatternDetector
from processors.sanitize.recognizers import english
from tests.processors.sanitize.patterns import texts

ANYTHING = st.text(st.characters(exclude_categories=()), max_size=60)
GENERATED = st.integers(0, 10**6).map(lambda seed: next(texts.documents(seed, 1)))


@cache
def detector() -> PatternDetector:
    return PatternDetector(english())


@settings(max_examples=200, deadline=None)
@given(st.one_of(ANYTHING, GENERATED))
def test_never_raises_and_stays_within_the_text(text: str) -> None:
    for entity in detector().find(text):
        assert 0 <= entity.start < entity.end <= len(text)
        assert THRESHOLD <= entity.score <= 1


@settings(max_examples=100, deadline=None)
@given(GENERATED, GENERATED)
def test_finding_in_one_text_changes_nothing_for_the_next(first: str, second: str) -> None:
    alone = detector().find(second)
    detector().find(first)
    assert detector().find(second) == alone


def test_a_weak_match_that_its_check_confirms_counts() -> None:
    class Even(PatternRecognizer):
        def validate_result(self, pattern_text: str) -> bool:
            return int(pattern_text) % 2 == 0

        def invalidate_result(self, pattern_text: str) -> bool:
            return pattern_text == "10"

    even = Even("EVEN", patterns=[Pattern("two digits", r"\b\d\d\b", 0.1)])
    assert PatternDetector([even]).find("10 11 12") == (Entity("EVEN", 6, 8, 1.0),)


def test_patterns_that_no_gate_understands_are_run_everywhere() -> None:
    odd = PatternRecognizer(
        "ODD", patterns=[Pattern("letters", r"\p{Lu}{,2}\d", 0.5), Pattern("empty", "(?<=x)y?", 0.6)]
    )
    assert sorted(PatternDetector([odd]).find("Éa1 xy")) == [Entity("ODD", 0, 3, 0.5), Entity("ODD", 5, 6, 0.6)]


def test_patterns_that_see_more_than_a_shadow_are_run_on_all_but_ascii() -> None:
    narrow = PatternRecognizer("NARROW", patterns=[Pattern("range", "[à-ü]{2}", 0.5)])
    assert PatternDetector([narrow]).find("aç éé") == (Entity("NARROW", 3, 5, 0.5),)


def test_no_recognisers_find_nothing() -> None:
    assert PatternDetector([]).find("212-555-0123") == ()


class OwnWay(PatternRecognizer):
    """Does not leave it to its patterns."""

    def analyze(
        self,
        text: str,  # noqa: ARG002
        entities: list[str],  # noqa: ARG002
        nlp_artifacts: NlpArtifacts | None = None,  # noqa: ARG002
        regex_flags: int | None = None,  # noqa: ARG002
    ) -> list[RecognizerResult]:
        return []


@pytest.mark.parametrize(
    "recognizer", [OwnWay("ANY", patterns=[Pattern("any", "a", 0.5)]), PhoneRecognizer(leniency=0)]
)
def test_a_recogniser_that_would_not_be_run_as_it_wants_is_refused(recognizer: EntityRecognizer) -> None:
    with pytest.raises(TypeError):
        PatternDetector([recognizer])


def test_the_gate_understands_all_of_ours() -> None:
    """A pattern that has to be run on every text costs more than all others together."""
    assert detector()._everywhere_beyond_ascii == {}
