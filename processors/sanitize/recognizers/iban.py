"""International bank account numbers, in either case: presidio takes upper case alone."""

from __future__ import annotations

from typing import ClassVar

import regex
from presidio_analyzer.predefined_recognizers import IbanRecognizer

_FLAGS = regex.DOTALL | regex.MULTILINE | regex.IGNORECASE


class Iban(IbanRecognizer):
    """Numbers with a right checksum and the format of their country."""

    overlapped: ClassVar[bool] = True

    def __init__(self) -> None:
        super().__init__(regex_flags=_FLAGS)

    def validate_result(self, pattern_text: str) -> bool | None:
        """As presidio's, which would write a number with a Kelvin sign for its K into the log."""
        return super().validate_result(pattern_text) if pattern_text.isascii() else False
