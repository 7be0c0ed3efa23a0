"""Certificate and licence numbers."""

from __future__ import annotations

from presidio_analyzer import Pattern, PatternRecognizer
from presidio_analyzer.predefined_recognizers import UsNpiRecognizer

from processors.sanitize.recognizers import luhn
from processors.sanitize.recognizers.labels import LABELLED, Labelled, firmly_labelled, labelled, numbered

_US_HEALTH = "80840"
_ISSUED = (
    r"DEA|NPI|national provider|(?:medical|nursing|pharmac(?:y|ist)|dental|RN|LPN|MD|pilot|firearms?)[ _]licen[cs]es?"
)
_EVERYDAY = r"licen[cs]es?|lic\b\.?"
_NUMBERED = r"(?:birth )?cert(?:ificat(?:e|ion))?s?\b\.?|registration|permit"


class LicenseNumber(Labelled):
    """`medical license A123456`, `NPI 1234567893`, `certificate no. CLN-112233`, `License No: 44718`."""

    def __init__(self) -> None:
        patterns = [
            Pattern("Issued to professionals", labelled(_ISSUED), LABELLED),
            Pattern("Everyday word", firmly_labelled(_EVERYDAY), LABELLED),
            Pattern("Numbered", numbered(_NUMBERED), LABELLED),
        ]
        super().__init__("LICENSE_NUMBER", patterns)


class ProviderNumber(PatternRecognizer):
    """US provider identifiers (NPI) without a label, beside a word like `provider` and with a right check digit.

    Presidio takes the check digit alone for proof, and with it every tenth time in seconds since 1970.
    """

    def __init__(self) -> None:
        super().__init__("LICENSE_NUMBER", patterns=UsNpiRecognizer.PATTERNS, context=UsNpiRecognizer.CONTEXT)

    def invalidate_result(self, pattern_text: str) -> bool:
        """Whether the check digit is wrong: that of the number with the prefix of US health cards."""
        return not luhn.has_check_digit(_US_HEALTH + pattern_text)
