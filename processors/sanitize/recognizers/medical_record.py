"""Medical record numbers, and the numbers that a hospital gives a patient, a chart or a visit."""

from __future__ import annotations

from presidio_analyzer import Pattern

from processors.sanitize.recognizers.labels import (
    LABELLED,
    Labelled,
    firmly_labelled,
    followed_by_a_long_one,
    labelled,
    numbered,
)

_RECORD = (
    r"U?MRN|M\.R\.N\.|MR ?(?:#|no\b\.?)|EMPI|health[ _-]records?"
    r"|med(?:ical)?\.?[ _-]?rec(?:ords?)?\b\.?(?: show(?:s|ing)?)?"
)
_OF_A_PATIENT = r"patient|pt|chart|encounter"
_OF_THE_HOSPITAL = r"hosp(?:ital|\b\.?)|rec(?:ord|\b\.?)|file|admission|accession|visit|EHR|EMR"


class MedicalRecordNumber(Labelled):
    """`MRN 4471-A`, `medical record #4471`, `chart no. 4471`, `patient ID 4471`, `MRN4471`."""

    def __init__(self) -> None:
        patterns = [
            Pattern("Medical record", labelled(_RECORD), LABELLED),
            Pattern("MRN and number in one", r"\bMRN(?P<value>\d{4,12})\b", LABELLED),
            Pattern("Of a patient", firmly_labelled(_OF_A_PATIENT), LABELLED),
            Pattern("Of a patient, right after", followed_by_a_long_one(_OF_A_PATIENT), 0.6),
            Pattern("Of the hospital", numbered(_OF_THE_HOSPITAL), LABELLED),
            Pattern("Letters and digits (weak)", r"\b(?-i:[A-Z]{1,5})-\d{5,10}\b", 0.1),
        ]
        super().__init__("MEDICAL_RECORD_NUMBER", patterns, ["mrn", "record", "chart", "patient"])
