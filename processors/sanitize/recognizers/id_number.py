"""Other numbers and codes that identify a person: of employees, students, claims, studies, cases."""

from __future__ import annotations

import regex
from presidio_analyzer import Pattern

from processors.sanitize.recognizers.labels import (
    CODE,
    LABELLED,
    Labelled,
    firmly_labelled,
    followed_by_a_long_one,
    labelled,
    numbered,
)

_OF_A_PERSON = (
    r"(?:employee|staff|personnel|payroll|student|pupil|badge|subject|participant|enroll?ment|donor|inmate|prisoner"
    r"|booking|client|customer|user|resident|citizen|voter|veteran|caregiver|guardian|visa)(?:['’]s)?"
)
_OF_A_CASE = r"claims?|prescription|Rx|case|referral|specimen|docket|incident|ref(?:erence)?\b\.?"
_NUMBERED = (
    r"study|trial|biopsy|lab|barcode|application|(?:prior[ _])?auth(?:ori[sz]ation)?|national|identity|personal"
    r"|taxpayer|tax|individual|immigration|alien|military|service|provider"
)
_FLAGS = regex.DOTALL | regex.MULTILINE


class IdNumber(Labelled):
    """`employee no. 44718`, `badge #4471`, `claim number 20231188`, `case #JH-998877`, `Rx 1234567`."""

    def __init__(self) -> None:
        patterns = [
            Pattern("Of a person", firmly_labelled(_OF_A_PERSON), LABELLED),
            Pattern("Of a case", firmly_labelled(_OF_A_CASE), 0.6),
            Pattern("Numbered", numbered(_NUMBERED), 0.6),
            Pattern("Of a participant", followed_by_a_long_one("participant|subject|claim|Rx"), 0.6),
            Pattern("Tax number", labelled(r"ITIN|(?-i:TIN|SIN|PAN)|NINO|CPF|PESEL|personnummer|Aadhaar"), 0.6),
        ]
        super().__init__("ID_NUMBER", patterns)


class BareId(Labelled):
    """`ID: LUP-98765` and `(ID #4471-9)`, the label in capitals and no other word before it but a verb's.

    Names of what is no person stand before it in programs: `trace ID`, `request ID`, `model ID`.
    """

    def __init__(self) -> None:
        before = r"(?:^|[(\[,;.:?!]\s?|\b(?:with|by|his|her|their|my|under|show|shows|and|the|has|is)\s)"
        patterns = [Pattern("ID", rf"{before}ID(?: ?#| number| no\.?)?[\s:#]{{1,3}}(?P<value>{CODE})\b", 0.6)]
        super().__init__("ID_NUMBER", patterns)
        self.global_regex_flags = _FLAGS
