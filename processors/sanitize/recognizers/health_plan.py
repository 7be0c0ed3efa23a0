"""Health plan beneficiary numbers: of members, policies and groups, and of Medicare."""

from __future__ import annotations

from presidio_analyzer import Pattern
from presidio_analyzer.predefined_recognizers import UsMbiRecognizer

from processors.sanitize.recognizers.labels import (
    LABELLED,
    Labelled,
    firmly_labelled,
    followed_by_a_long_one,
    labelled,
    numbered,
)

_PLAN = (
    r"(?:(?:health|medical|dental)[ _-]?)?insurance(?:[ _-](?:policy|plan|card|member|group))?"
    r"|health[ _-]?plan(?:[ _-](?:beneficiary|member))?|ins\b\.?[ _](?:policy|plan|card)"
    r"|subscriber|beneficiary|HICN|HBN|MBI|HPBN?|medicare|medicaid"
)
_EVERYDAY = r"member(?:ship)?|enrollee|policy[ -]?holder|ins\b\.?"
_NUMBERED = r"policy|group|plan|coverage|payer|insurer|health|health card"
_INSURERS = r"Blue (?:Cross|Shield)|BCBS|Aetna|Anthem|Cigna|Humana|Kaiser(?: Permanente)?|United ?Health(?:care)?"


class HealthPlanNumber(Labelled):
    """`member ID ABC123456`, `policy no. 987654`, `insurance: HP-789123`."""

    def __init__(self) -> None:
        patterns = [
            Pattern("Plan", labelled(_PLAN), LABELLED),
            Pattern("Everyday word", firmly_labelled(_EVERYDAY), LABELLED),
            Pattern("Numbered", numbered(_NUMBERED), LABELLED),
            Pattern("Insurer", firmly_labelled(_INSURERS), LABELLED),
            Pattern("Of a member", followed_by_a_long_one("member|enrollee"), 0.6),
            Pattern("Letters and digits (weak)", r"\b(?-i:[A-Z]{1,5})-?\d{6,12}\b", 0.1),
        ]
        context = ["insurance", "insurer", "policy", "subscriber", "beneficiary", "coverage", "hmo", "ppo"]
        super().__init__("HEALTH_PLAN_NUMBER", patterns, context)


class MedicareNumber(UsMbiRecognizer):
    """Medicare beneficiary identifiers: with hyphens by their form, without them beside a word like `Medicare`."""

    def __init__(self) -> None:
        super().__init__(supported_entity="HEALTH_PLAN_NUMBER")
