"""Licence plates."""

from __future__ import annotations

from presidio_analyzer import Pattern

from processors.sanitize.recognizers.labels import LABELLED, Labelled, labelled

_LABEL = (
    r"(?:licen[cs]e|number|registration|vehicle|car)[ _-]?(?:plate|tag)s?|plate[ _](?:number|no\b\.?|#)"
    r"|vehicle[ _]reg(?:istration)?\b\.?"
)
_PLATE = r"[A-Z0-9]{1,4}(?:[- ·][A-Z0-9]{1,5}){1,2}|[A-Z0-9]{4,8}"


class LicensePlate(Labelled):
    """`license plate 7ABC123`, `number plate AB12 CDE`; `ABC-1234` beside a word like `vehicle`."""

    def __init__(self) -> None:
        patterns = [
            Pattern("Labelled", labelled(_LABEL, _PLATE), LABELLED),
            Pattern("Three letters and digits (weak)", r"\b(?-i:[A-Z]{3}[- ]\d{3,4}|\d[A-Z]{3}\d{3})\b", 0.1),
        ]
        super().__init__("LICENSE_PLATE", patterns, ["plate", "vehicle", "car", "truck"])

    def invalidate_result(self, pattern_text: str) -> bool:
        """Whether it is a word: every plate has a digit but for those that are words."""
        return not any(map(str.isdigit, pattern_text))
