"""US social security numbers, those never issued too: a sanitiser need not know whether 078-05-1120 is a real one."""

from __future__ import annotations

from presidio_analyzer import Pattern
from presidio_analyzer.predefined_recognizers import UsSsnRecognizer

_PATTERNS = [
    Pattern("Three groups", r"\b\d{3}[- .]\d{2}[- .]\d{4}\b", 0.5),
    Pattern(
        "Nine digits after a label",
        r"(?<=\b(?:ssn|social security(?: number| no\.?)?)\W{0,3}(?:is\W{1,3})?)\d{9}\b",
        0.5,
    ),
]


class Ssn(UsSsnRecognizer):
    """Anything of the shape 3-2-4, and nine digits that are called a social security number."""

    def __init__(self) -> None:
        super().__init__(patterns=_PATTERNS)

    def invalidate_result(self, pattern_text: str) -> bool:  # noqa: ARG002 - the shape alone decides
        return False
