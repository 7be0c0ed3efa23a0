"""Words before a weak match make it count."""

from __future__ import annotations

import pytest
from presidio_analyzer import Pattern, PatternRecognizer

from processors.sanitize.patterns.detector import PatternDetector

DETECTOR = PatternDetector(
    [
        PatternRecognizer("ACCOUNT", patterns=[Pattern("weak", r"\b\d{8}\b", 0.05)], context=["account", "acct"]),
        PatternRecognizer("CASE", patterns=[Pattern("weak", r"\b\d{8}\b", 0.2)], context=["dépôt"]),
        PatternRecognizer("HOPELESS", patterns=[Pattern("weak", r"\b\d{8}\b", 0.2)]),
        PatternRecognizer("SURE", patterns=[Pattern("strong", r"\bX\d{8}\b", 0.7)], context=["account"]),
    ]
)


def found(text: str) -> dict[str, float]:
    return {entity.type: entity.score for entity in DETECTOR.find(text)}


@pytest.mark.parametrize(
    "text",
    [
        "account 12345678",
        "Her ACCOUNT number is 12345678.",
        "Accounts: 12345678",
        "acct#12345678",
        "the account which she had with us before is 12345678",  # stop words do not count
    ],
)
def test_a_word_of_the_context_lifts_to_the_threshold(text: str) -> None:
    assert found(text) == {"ACCOUNT": 0.4}


@pytest.mark.parametrize(
    "text",
    [
        "12345678",
        "12345678 is her account",
        "account of seven green bottles standing quietly there: 12345678",
    ],
)
def test_without_one_nearby_before_it_a_weak_match_does_not_count(text: str) -> None:
    assert found(text) == {}


def test_a_boost_adds_to_the_score() -> None:
    assert found("le dépôt 12345678") == {"CASE": pytest.approx(0.55)}


def test_what_is_sure_enough_is_not_boosted() -> None:
    assert found("account X12345678") == {"SURE": 0.7}
