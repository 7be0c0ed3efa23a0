"""Vehicle identification numbers."""

from __future__ import annotations

import unicodedata

from presidio_analyzer import Pattern, PatternRecognizer

from processors.sanitize.recognizers.labels import LABELLED, labelled

_LENGTH = 17
_CHECK_AT = 8
_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_VALUES = {str(digit): digit for digit in range(10)} | dict(
    zip("ABCDEFGHJKLMNPRSTUVWXYZ", (1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 7, 9, 2, 3, 4, 5, 6, 7, 8, 9), strict=True)
)


class Vin(PatternRecognizer):
    """17 characters with a right check digit (49 CFR 565.15), or after the label with any: Europe has none."""

    def __init__(self) -> None:
        label = r"VIN|chassis|vehicle[ _](?:id|identification|serial)"
        patterns = [
            Pattern("Labelled", labelled(label, r"[A-HJ-NPR-Z0-9]{11,17}"), LABELLED),
            Pattern("17 characters (weak)", r"\b[A-HJ-NPR-Z0-9]{17}\b", 0.1),
        ]
        super().__init__("VIN", patterns=patterns, context=["vin", "vehicle", "chassis"])

    def validate_result(self, pattern_text: str) -> bool | None:
        """True where the check digit is right, None (the pattern's own score) where it is not."""
        return has_check_digit(unicodedata.normalize("NFKC", pattern_text).upper()) or None

    def invalidate_result(self, pattern_text: str) -> bool:
        """Whether it is a number or a word: every VIN begins with a maker's code and ends in a serial number."""
        return pattern_text.isdecimal() or pattern_text.isalpha()


def has_check_digit(vin: str) -> bool:
    """Whether the ninth of 17 characters is the check digit of the others."""
    if len(vin) != _LENGTH:
        return False
    remainder = sum(_VALUES[char] * weight for char, weight in zip(vin, _WEIGHTS, strict=True)) % 11
    return vin[_CHECK_AT] == "0123456789X"[remainder]
