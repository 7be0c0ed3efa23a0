"""Driver's licence numbers."""

from __future__ import annotations

from presidio_analyzer import Pattern
from presidio_analyzer.predefined_recognizers import UsLicenseRecognizer

from processors.sanitize.recognizers.labels import LABELLED, is_short, labelled

_LABEL = r"driv(?:er['’]?s?|ing)['’]?[ _]?(?:licen[cs]es?|lic\b\.?|permit)|D\.?L\.?(?: ?#| no\.?| number)"
_PATTERNS = [
    Pattern("Labelled", labelled(_LABEL), LABELLED),
    Pattern("DL", r"\b(?-i:DL) (?P<value>(?-i:[A-Z])\d{6,14})\b", LABELLED),
    Pattern("Letters and digits (weak)", r"\b(?-i:[A-Z]{1,2})\d{5,14}\b", 0.3),
]


class DriverLicense(UsLicenseRecognizer):
    """Any code that is called a driver's licence, and one to two letters with 5 to 14 digits beside such a word.

    Presidio takes one digit for enough, and so `v1` beside the word `license`.
    """

    def __init__(self) -> None:
        super().__init__(patterns=_PATTERNS, context=["driver", "driving", "license", "licence", "permit"])

    def invalidate_result(self, pattern_text: str) -> bool:
        """Whether it has too few digits."""
        return is_short(pattern_text)
