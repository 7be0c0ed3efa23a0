"""The detector against presidio's own engine, and its short cuts against itself."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from presidio_analyzer import AnalyzerEngine, EntityRecognizer, Pattern, PatternRecognizer, RecognizerRegistry
from presidio_analyzer.nlp_engine import NoOpNlpEngine
from presidio_analyzer.predefined_recognizers import (
    CreditCardRecognizer,
    IbanRecognizer,
    UrlRecognizer,
    UsSsnRecognizer,
)

from processors.sanitize.detector import NoDetector, PresidioDetector
from processors.sanitize.recognizers import STOCK
from processors.sanitize.scanner import THRESHOLD, PatternScanner
from tests.processors.sanitize import planted

DETECTOR = PresidioDetector()


@cache
def stock() -> list[EntityRecognizer]:
    """All of presidio's that need no network. E-mail asks it for top-level domains, so ours is tested by itself."""
    replaced = (CreditCardRecognizer, IbanRecognizer, UrlRecognizer, UsSsnRecognizer)
    return [recognizer() for recognizer in (*STOCK, *replaced)]


@cache
def engine() -> AnalyzerEngine:
    nlp = NoOpNlpEngine([{"lang_code": "en", "model_name": "none"}])
    nlp.load()
    registry = RecognizerRegistry(recognizers=stock(), supported_languages=["en"])
    return AnalyzerEngine(registry, nlp, default_score_threshold=THRESHOLD)


@cache
def stock_detector() -> PresidioDetector:
    return PresidioDetector(stock())


@settings(max_examples=200, deadline=None)
@given(planted.soup)
@example("DE89370400440532013000 2 days and GB82WEST12345698765432 at https://example.com.")
@example(
    "A9999999 1/2/2024 00:1b:44:11:3a:b7 'www.example.org' ::ffff:10.1.2.3 bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq"
)
def test_finds_exactly_what_presidios_engine_finds_with_the_same_recognisers(text: str) -> None:
    theirs = {(result.entity_type, result.start, result.end, result.score) for result in engine().analyze(text, "en")}
    ours = {(entity.type, entity.start, entity.end, entity.score) for entity in stock_detector().find(text)}
    assert ours == theirs


@settings(max_examples=400, deadline=None)
@given(st.one_of(planted.soup, st.text("ab.:@/-f1 xn", max_size=24)))
def test_looking_up_and_skipping_change_nothing(text: str) -> None:
    assert DETECTOR.find(text) == DETECTOR.search(text)
    assert DETECTOR.find(text) == DETECTOR.search(text)


def test_a_pattern_that_runs_out_of_time_is_an_error() -> None:
    slow = PatternRecognizer("SLOW", patterns=[Pattern("slow", r"(?:\w|\w\w)+\d!", 0.9)])
    with pytest.raises(TimeoutError):
        list(PatternScanner(slow, timeout_s=0.01).scan("a" * 60 + " 1!"))


def test_no_detector_finds_nothing() -> None:
    assert NoDetector().find("ann@example.org") == ()
