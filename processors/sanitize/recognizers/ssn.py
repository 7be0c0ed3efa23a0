"""US social security numbers, those never issued too: a sanitiser need not know whether 078-05-1120 is a real one."""

from __future__ import annotations

from presidio_analyzer import Pattern
from presidio_analyzer.predefined_recognizers import UsSsnRecognizer

from processors.sanitize.recognizers.labels import LABELLED, labelled

_LABEL = r"(?:SSN|SS ?#|S\.S\.N\.?|social(?: security)?(?: card)?)"
_LAST = r"last (?:four|4)(?: digits)?(?: of)?(?: (?:the|his|her|my|your|their))?"
_PATTERNS = [
    Pattern("Three groups", r"\b\d{3}[- .]\d{2}[- .]\d{4}\b(?!-\d)", 0.5),
    Pattern("Labelled", labelled(_LABEL, r"[\dXx*]{3}[- .]?[\dXx*]{2}[- .]?\d{4}"), LABELLED),
    Pattern("Last four", rf"\b{_LAST} {_LABEL}\D{{1,12}}(?P<value>\d{{4}})\b", 0.6),
    Pattern(
        "Last four of", rf"\b{_LABEL}[^\d\n]{{1,24}}(?:ending|ends|{_LAST})[^\d\n]{{1,16}}(?P<value>\d{{4}})\b", 0.6
    ),
]


class Ssn(UsSsnRecognizer):
    """Anything of the shape 3-2-4, nine digits that are called a social security number, and the last four of one."""

    def __init__(self) -> None:
        super().__init__(patterns=_PATTERNS)

    def invalidate_result(self, pattern_text: str) -> bool:  # noqa: ARG002 - the shape alone decides
        return False
