"""Passport numbers, of the United States and by label of any country."""

from __future__ import annotations

from presidio_analyzer import Pattern
from presidio_analyzer.predefined_recognizers import UsPassportRecognizer

from processors.sanitize.recognizers.labels import LABELLED, labelled

_PATTERNS = [
    Pattern("Labelled", labelled(r"passport", r"[A-Z]{0,3}\d{6,9}[A-Z]{0,2}"), LABELLED),
    Pattern("Nine characters (weak)", r"\b[A-Z0-9]\d{8}\b", 0.05),
]


class Passport(UsPassportRecognizer):
    """Six to nine digits, with up to three letters, after the word; nine characters near it."""

    def __init__(self) -> None:
        super().__init__(patterns=_PATTERNS, context=["passport"])
