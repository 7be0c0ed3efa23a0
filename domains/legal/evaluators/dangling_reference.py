"""Dangling reference: a contract refers to a section of its own that it does not have."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import ClassVar

from domains.legal.contracts import MOST, drafted
from domains.legal.finding import Finding, result_of
from processors.evaluator import Abstain, Evaluator, Result
from processors.subject import Subject

_REFERENCE = re.compile(
    r"\b(?:Section|Sections|Sec\.|Clause|Article|Paragraph|§)\s?(?P<number>\d{1,2}(?:\.\d{1,2}){0,2})(?![\d.]*\d)(?:\([a-z0-9]{1,4}\)){0,3}"
    r"(?!\s?(?:[a-z]+\s){0,2}?of\s(?:the\s)?(?!this|Agreement|agreement|Lease|lease|Contract|contract|present|foregoing)[A-Z\"“\d])"
)
_EXCERPT = re.compile(r"\b(?:excerpt|clause|section|article|paragraph|provision|amendment|addendum)\b", re.IGNORECASE)
_FOREIGN = re.compile(
    r"\b(?:Code|Act|U\.S\.C|USC|C\.F\.R|GDPR|Regulation|Statutes?|Rev|Internal Revenue|IRC)\b\.?,?\s?\Z"
)


@dataclass(frozen=True, kw_only=True)
class DanglingReference(Evaluator):
    """Looks up every `Section 7.2` of a drafted contract among its numbered sections.

    Sections of statutes are none of its own. Abstains where the output is no contract of numbered sections, and where
    only a part of one was asked for.
    """

    name: ClassVar[str] = "dangling_reference"
    version: ClassVar[int] = 1
    issue: ClassVar[str] = "dangling_reference"
    cites: ClassVar[tuple[str, ...]] = ("restatement_202", "model_rule_1_1")

    def evaluate(self, subject: Subject) -> Result:
        sections = drafted(subject)
        if not sections:
            return Abstain("the output is no contract of numbered sections")
        if sections[0].number.partition(".")[0] != "1" or _EXCERPT.search(subject.request):
            return Abstain("the output is a part of a contract")
        numbers = {section.number for section in sections}
        starts = {section.start for section in sections}
        findings = []
        for match in islice(_REFERENCE.finditer(subject.output_text), MOST):
            heads = any(start <= match.start() <= start + 9 for start in starts if start <= match.start())
            if not heads and not _is_foreign(subject.output_text, match) and not _has(numbers, match["number"]):
                findings.append(
                    Finding("high", match["number"], f"There is no section {match['number']}.", *match.span())
                )
        return result_of(findings)


def _is_foreign(text: str, match: re.Match[str]) -> bool:
    return _FOREIGN.search(text, max(match.start() - 40, 0), match.start()) is not None


def _has(numbers: set[str], number: str) -> bool:
    """Whether the section is there; one below a section that has no numbered parts may be an unnumbered one."""
    if number in numbers or any(each.startswith(f"{number}.") for each in numbers):
        return True
    above = number.rpartition(".")[0]
    return bool(above) and above in numbers and not any("." in each for each in numbers)
