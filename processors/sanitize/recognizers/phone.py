"""Phone numbers of seven digits or more: shorter ones are years and counts far more often (1644 is a German pager)."""

from __future__ import annotations

from typing import ClassVar

from presidio_analyzer import RecognizerResult
from presidio_analyzer.nlp_engine import NlpArtifacts
from presidio_analyzer.predefined_recognizers import PhoneRecognizer

from processors.sanitize.patterns.phones import MAX_EXAMINATIONS, Phones, TooManyCandidates

__all__ = ["Phone", "TooManyCandidates"]

_FOUND_BY = {RecognizerResult.RECOGNIZER_NAME_KEY: "Phone"}


class Phone(PhoneRecognizer):
    """Numbers that are valid in one of presidio's default regions."""

    min_digits: ClassVar[int] = 7  # the shortest international numbers: country code 683 and four digits

    def __init__(self, max_examinations: int = MAX_EXAMINATIONS) -> None:
        super().__init__()
        self.max_examinations = max_examinations
        self._phones = Phones(self.supported_regions, min_digits=self.min_digits, max_examinations=max_examinations)

    def analyze(
        self,
        text: str,
        entities: list[str],  # noqa: ARG002 - there is one type
        nlp_artifacts: NlpArtifacts | None = None,  # noqa: ARG002
    ) -> list[RecognizerResult]:
        """Raises TooManyCandidates rather than stop looking."""
        return [
            RecognizerResult(self.supported_entities[0], start, end, self.SCORE, recognition_metadata=_FOUND_BY)
            for start, end in self._phones.spans(text)
        ]
