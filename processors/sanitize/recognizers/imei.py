"""Identities of mobile equipment (IMEI)."""

from __future__ import annotations

from presidio_analyzer import Pattern, PatternRecognizer

from processors.sanitize.recognizers import luhn
from processors.sanitize.recognizers.labels import LABELLED, labelled

_IMEI = r"\d{2}[ -]?\d{6}[ -]?\d{6}[ -]?\d{1,2}"


class LabelledImei(PatternRecognizer):
    """14 to 16 digits that are called an IMEI, whatever their check digit."""

    def __init__(self) -> None:
        super().__init__("IMEI", patterns=[Pattern("Labelled", labelled(r"IMEI(?:SV)?", _IMEI), LABELLED)])


class Imei(PatternRecognizer):
    """15 digits with a right check digit, in the printed groups or beside a word like `handset`."""

    def __init__(self) -> None:
        patterns = [
            Pattern("In groups", r"\b\d{2}-\d{6}-\d{6}-\d\b", 0.6),
            Pattern("15 digits (weak)", r"\b\d{15}\b", 0.1),
        ]
        super().__init__("IMEI", patterns=patterns, context=["imei", "handset", "phone", "mobile", "device"])

    def invalidate_result(self, pattern_text: str) -> bool:
        """Whether the check digit is wrong."""
        return not luhn.has_check_digit(pattern_text)
