"""Phone numbers of seven digits or more: shorter ones are years and counts far more often (1644 is a German pager)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from phonenumbers import Leniency, PhoneNumberMatcher
from presidio_analyzer import RecognizerResult
from presidio_analyzer.nlp_engine import NlpArtifacts
from presidio_analyzer.predefined_recognizers import PhoneRecognizer

MIN_DIGITS = 7  # the shortest international numbers: country code 683 and four digits
MAX_TRIES = 262_144  # half a megabyte of lone digits; presidio stops at 65,535 and says nothing

_DIGIT = re.compile(r"\d")
# Digits with short gaps. Within a number a gap is four characters, or an extension's label between any blanks.
_STRETCH = re.compile(r"\d(?:(?:[ \xa0\t,-]++|\D){0,32}+\d)*+")
_FOUND_BY = {RecognizerResult.RECOGNIZER_NAME_KEY: "Phone"}
_MARGIN = 16  # characters before and after a stretch that the matcher looks at


class TooManyCandidates(Exception):
    """The text holds more things like phone numbers than anyone would look through."""


class Phone(PhoneRecognizer):
    """Numbers that are valid in one of presidio's default regions.

    Runs the matcher, two thirds of presidio's time, only on stretches of text with enough digits for a number.
    """

    def __init__(self, max_tries: int = MAX_TRIES) -> None:
        super().__init__()
        self._max_tries = max_tries

    def analyze(
        self,
        text: str,
        entities: list[str],  # noqa: ARG002 - there is one type
        nlp_artifacts: NlpArtifacts | None = None,  # noqa: ARG002
    ) -> list[RecognizerResult]:
        """Raises TooManyCandidates rather than stop looking."""
        found = {span for start, end in _stretches(text) for span in self._numbers(text[start:end], start)}
        return [
            RecognizerResult("PHONE_NUMBER", start, end, self.SCORE, recognition_metadata=_FOUND_BY)
            for start, end in found
        ]

    def _numbers(self, text: str, offset: int) -> Iterator[tuple[int, int]]:
        for region in self.supported_regions:
            matcher = PhoneNumberMatcher(text, region, Leniency.VALID, self._max_tries, MIN_DIGITS)
            for match in matcher:
                if _has_digits(match.raw_string):
                    yield offset + match.start, offset + match.end
            if matcher._max_tries <= 0:
                raise TooManyCandidates(region)


def _stretches(text: str) -> Iterator[tuple[int, int]]:
    for stretch in _STRETCH.finditer(text):
        if _has_digits(stretch[0]):
            yield max(stretch.start() - _MARGIN, 0), stretch.end() + _MARGIN


def _has_digits(text: str) -> bool:
    return len(text) >= MIN_DIGITS and len(_DIGIT.findall(text)) >= MIN_DIGITS
