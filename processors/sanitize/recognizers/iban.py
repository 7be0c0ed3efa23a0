"""International bank account numbers, in either case: presidio takes upper case alone."""

from __future__ import annotations

from typing import ClassVar

import regex
from presidio_analyzer.predefined_recognizers import IbanRecognizer

# Without ASCII, the Kelvin sign would match K, break the checksum and have presidio log the number.
_FLAGS = regex.DOTALL | regex.MULTILINE | regex.IGNORECASE | regex.ASCII


class Iban(IbanRecognizer):
    """Numbers with a right checksum and the format of their country."""

    overlapped: ClassVar[bool] = True

    def __init__(self) -> None:
        super().__init__(regex_flags=_FLAGS)
