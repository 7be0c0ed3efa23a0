"""Scanners: one of presidio's recognisers each, run so that nothing it could not finish is taken for clean."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Protocol

import regex
from presidio_analyzer import EntityRecognizer, Pattern, PatternRecognizer, RecognizerResult
from presidio_analyzer.predefined_recognizers import IbanRecognizer

THRESHOLD = 0.4
"""Presidio gives 0.4 and more where the form alone speaks for an entity. Below it are forms that need a word beside
them to mean anything: any 8 to 17 digits as a bank account (0.05), `v1` as a driver's licence (0.3), 3/4 as a date."""

PATTERN_TIMEOUT_S = 5.0


class Scanner(Protocol):
    """Finds what one recogniser knows."""

    def scan(self, text: str) -> Iterable[RecognizerResult]:
        """Everything at THRESHOLD or above. Raises TimeoutError rather than leave a text half read."""


def scanner(recognizer: EntityRecognizer) -> Scanner:
    """The way to run this recogniser."""
    if isinstance(recognizer, PatternRecognizer):
        return PatternScanner(recognizer)
    return WholeScanner(recognizer)


class WholeScanner:
    """Runs a recogniser that has its own way of looking."""

    def __init__(self, recognizer: EntityRecognizer) -> None:
        self._recognizer = recognizer

    def scan(self, text: str) -> Iterable[RecognizerResult]:
        types = self._recognizer.supported_entities
        found = self._recognizer.analyze(text, types, None)  # type: ignore[arg-type]  # no language model, none wanted
        return [result for result in found if result.score >= THRESHOLD]


class PatternScanner:
    """Runs the patterns of a recogniser and asks it about each match.

    `PatternRecognizer.analyze` does the same, but writes a line in the log where a pattern runs out of time and goes on
    without what it would have found. Patterns that cannot reach the threshold are left out. A recogniser that says
    `overlapped` is asked about matches that begin within one it refused: `3456 4111 1111 1111 1111` holds a card.
    """

    def __init__(self, recognizer: PatternRecognizer, timeout_s: float = PATTERN_TIMEOUT_S) -> None:
        self._recognizer = recognizer
        self._timeout_s = timeout_s
        self._overlapped: bool = getattr(recognizer, "overlapped", False)
        self._found_by = {RecognizerResult.RECOGNIZER_NAME_KEY: type(recognizer).__name__}
        patterns: list[Pattern] = recognizer.patterns  # type: ignore[has-type]  # presidio leaves it unannotated
        self._patterns: list[tuple[Any, float]] = [
            (regex.compile(pattern.regex, recognizer.global_regex_flags or 0), pattern.score)
            for pattern in patterns
            if pattern.score >= THRESHOLD or _can_confirm(recognizer)
        ]

    def scan(self, text: str) -> Iterator[RecognizerResult]:
        for compiled, score in self._patterns:
            for match in compiled.finditer(text, overlapped=self._overlapped, timeout=self._timeout_s):
                result = self._result(text, match, score)
                if result:
                    yield result

    def _result(self, text: str, match: Any, pattern_score: float) -> RecognizerResult | None:
        for end in self._ends(match):
            score = self._score(text[match.start() : end], pattern_score)
            if score >= THRESHOLD:
                return RecognizerResult(
                    self._recognizer.supported_entities[0],
                    match.start(),
                    end,
                    score,
                    recognition_metadata=self._found_by,
                )
        return None

    def _ends(self, match: Any) -> Iterable[int]:
        """Where the entity may end: the longest first. An IBAN's last groups may be the words that follow it."""
        if not isinstance(self._recognizer, IbanRecognizer):
            return (match.end(),)
        ends = (match.end(group) for group in (3, 2, 1))
        return [end if end > 0 else match.end() for end in ends]

    def _score(self, matched: str, pattern_score: float) -> float:
        if not matched or self._recognizer.invalidate_result(matched):
            return EntityRecognizer.MIN_SCORE
        valid = self._recognizer.validate_result(matched)
        if valid is None:
            return pattern_score
        return EntityRecognizer.MAX_SCORE if valid else EntityRecognizer.MIN_SCORE


def _can_confirm(recognizer: PatternRecognizer) -> bool:
    """Whether a check of its own, a checksum say, can lift a weak match above the threshold."""
    return type(recognizer).validate_result is not PatternRecognizer.validate_result
