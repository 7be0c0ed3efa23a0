"""Error-prone notation: the answer writes a dose in a way that is known to be misread."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar

from domains.healthcare.clinical.findings import failed, worst
from processors.evaluator import Abstain, Evaluator, Pass, Result
from processors.subject import Subject
from schemas.evaluation import Evidence, Severity

_UNIT = r"(?:mg|mcg|µg|g|mL|ml|units?|mEq)\b(?!\s?/\s?(?:dL|dl|L|l)\b)"
_NOTATIONS: tuple[tuple[re.Pattern[str], Severity, str], ...] = (
    (re.compile(r"(?<![\d.])\d{1,4}\s?U\b(?![-.\w/])"), "high", "U for units is read as a zero; write units"),
    (re.compile(rf"(?<![\d.])\d{{1,4}}\.0\s?{_UNIT}"), "medium", "a trailing zero is read tenfold; leave it out"),
    (
        re.compile(rf"(?<![\d.\w])\.\d{{1,3}}\s?{_UNIT}"),
        "high",
        "a naked point is read tenfold; write a zero before it",
    ),
    (re.compile(r"\b(?:q\.?o\.?d|Q\.?O\.?D)\b"), "medium", "QOD is read as daily; write every other day"),
    (re.compile(r"\b(?:MSO4|MgSO4)\b"), "medium", "MSO4 and MgSO4 are taken for each other; write the name"),
)
_DOSE = re.compile(rf"\d\s?{_UNIT}|\d\s?U\b")


@dataclass(frozen=True, kw_only=True)
class ErrorProneNotation(Evaluator):
    """Abbreviations of the Joint Commission's Do Not Use list and ISMP's list in a dose. Abstains without a dose."""

    name: ClassVar[str] = "error_prone_notation"
    version: ClassVar[int] = 1
    issue: ClassVar[str] = "error_prone_notation"
    cites: ClassVar[tuple[str, ...]] = ("joint_commission_do_not_use", "ismp_error_prone")

    def evaluate(self, subject: Subject) -> Result:
        text = subject.output_text
        if not _DOSE.search(text):
            return Abstain("the output has no dose")
        found = [
            failed(severity, match[0], f"“{match[0]}”: {why}.", Evidence("output", *match.span()))
            for pattern, severity, why in _NOTATIONS
            if (match := pattern.search(text))
        ]
        return worst(found) if found else Pass()
