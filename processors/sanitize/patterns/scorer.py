"""Scorers: how sure a recogniser is of what its pattern matched."""

from __future__ import annotations

from presidio_analyzer import EntityRecognizer, PatternRecognizer

from processors.sanitize.patterns.context import Context

NO_SCORE = 0.0


class Scorer:
    """The pattern's own score, unless the recogniser's checks confirm or refuse the match or words before it help."""

    def __init__(
        self, recognizer: PatternRecognizer, pattern_score: float, threshold: float, context: Context | None
    ) -> None:
        self._validate = recognizer.validate_result if _overrides(recognizer, "validate_result") else None
        self._invalidate = recognizer.invalidate_result if _overrides(recognizer, "invalidate_result") else None
        self._score = pattern_score
        self._threshold = threshold
        self._context = context

    @property
    def alone(self) -> bool:
        """Whether a match may reach the threshold without a word of the context."""
        return self._score >= self._threshold or self._validate is not None

    @property
    def needs(self) -> Context | None:
        """The context without which no match reaches the threshold."""
        return None if self.alone else self._context

    def score(self, text: str, start: int, end: int) -> float:
        """The score of these characters, NO_SCORE where it is below the threshold."""
        score = self._checked(text[start:end])
        if score < self._threshold and score > NO_SCORE and self._context is not None:
            score = self._context.boosted(score, text, start)
        return score if score >= self._threshold else NO_SCORE

    def _checked(self, matched: str) -> float:
        if not matched or (self._invalidate is not None and self._invalidate(matched)):
            return NO_SCORE
        valid = None if self._validate is None else self._validate(matched)
        if valid is None:
            return self._score
        return EntityRecognizer.MAX_SCORE if valid else NO_SCORE


def _overrides(recognizer: PatternRecognizer, method: str) -> bool:
    return getattr(type(recognizer), method) is not getattr(PatternRecognizer, method)
