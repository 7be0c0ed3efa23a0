"""Payment cards of 12 to 19 digits: presidio stops at 17, and knows no Maestro of 12 and nothing that begins with 2."""

from __future__ import annotations

from typing import ClassVar

from presidio_analyzer import Pattern, PatternRecognizer
from presidio_analyzer.predefined_recognizers import CreditCardRecognizer

from processors.sanitize.recognizers.labels import labelled

# No issuer here begins with 1, so times in milli-, micro- and nanoseconds do not match.
_PATTERNS = [
    Pattern("13 to 19 digits", r"\b(?:2131|2[2-7]\d\d|[3-6]\d{3})\d{9,15}\b", 0.3),
    Pattern("Maestro of 12 digits", r"\b(?:5[06-8]|6\d)\d{10}\b", 0.3),
    Pattern("16 digits in fours", r"\b(?:2[2-7]\d\d|[3-6]\d{3})(?:[- ]\d{4}){3}\b", 0.3),
    Pattern("19 digits in fours", r"\b(?:2[2-7]\d\d|[3-6]\d{3})(?:[- ]\d{4}){3}[- ]\d{3}\b", 0.3),
]


class Card(CreditCardRecognizer):
    """Luhn-valid card numbers."""

    overlapped: ClassVar[bool] = True

    def __init__(self) -> None:
        super().__init__(patterns=[*CreditCardRecognizer.PATTERNS, *_PATTERNS])


class LabelledCard(PatternRecognizer):
    """12 to 19 digits that are called a card's number, whatever their check digit: a typing error hides nothing."""

    def __init__(self) -> None:
        label = r"(?:credit|debit|payment|bank)?[ _-]?card|cc|visa|master ?card|amex|american express|discover"
        pattern = Pattern("Labelled", labelled(label, r"\d{12,19}|\d{4}(?:[ -]\d{3,6}){2,4}"), 0.6)
        super().__init__("CREDIT_CARD", patterns=[pattern])
