"""Unredacted filing: a paper for the court's public file holds what the rules have redacted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import ClassVar

from domains.legal.cues import cue
from domains.legal.finding import Finding, result_of
from processors.evaluator import Abstain, Evaluator, Result
from processors.subject import Subject

_MOST = 50
_FILING = cue("asks_for_filing")
_CAPTION = cue("caption", case=True)
_SEALED = re.compile(r"under seal|sealed|redacted version|unredacted version", re.IGNORECASE)
_DAY = r"(?:[A-Z][a-z]+ \d{1,2}, \d{4}|\d{1,2}/\d{1,2}/\d{4}|\d{4}-\d{2}-\d{2})"
_IDENTIFIER = re.compile(
    r"<(?P<type>US_SSN|US_ITIN|ACCOUNT_NUMBER|US_BANK_NUMBER|CREDIT_CARD|IBAN_CODE|BIRTH_DATE)(?:_[a-z]+)?>"
    rf"|\b\d{{3}}-\d{{2}}-\d{{4}}\b|(?:born(?: on)?|date of birth|DOB)(?: is| was)?[: ]{{1,3}}{_DAY}"
    r"|\baccount (?:number|no\.?|#)[: ]{1,3}\d{6,17}\b"
)
_SHORTENED = re.compile(
    r"(?:end(?:s|ing)? (?:in|with)|last four(?: digits)?(?: are| is| of)?|[xX*]{3}-[xX*]{2}-|[xX*]{4,})\s?\Z"
)
_PERSON = r"(?:<PERSON_[a-z]+>|[A-Z][a-z]+ [A-Z][a-z]+)"
_MINOR = re.compile(
    rf"\b(?:minor(?: child| plaintiff| son| daughter)?|child|infant),? (?:named )?{_PERSON}"
    r"(?=,? (?:a minor|age|who|by and through|was|is))"
    rf"|{_PERSON},? (?:an? )?(?:minor(?: child)?|infant)\b"
)


@dataclass(frozen=True, kw_only=True)
class UnredactedFiling(Evaluator):
    """Finds social-security, taxpayer and account numbers, dates of birth and the names of minors in a paper that is to
    be filed, also where tier 0 has put a pseudonym in their place.

    Abstains where the output is no filing, and where it is filed under seal.
    """

    name: ClassVar[str] = "unredacted_filing"
    version: ClassVar[int] = 1
    issue: ClassVar[str] = "unredacted_filing"
    cites: ClassVar[tuple[str, ...]] = ("frcp_5_2",)

    def evaluate(self, subject: Subject) -> Result:
        text = subject.output_text
        if not (_FILING.search(subject.request) or _CAPTION.search(text)):
            return Abstain("the output is no filing")
        if _SEALED.search(subject.request) or _SEALED.search(text):
            return Abstain("it is filed under seal or redacted")
        found = [
            Finding("high", (match["type"] or "identifier").lower(), "Rule 5.2(a) wants this redacted.", *match.span())
            for match in islice(_IDENTIFIER.finditer(text), _MOST)
            if not _SHORTENED.search(text, max(match.start() - 40, 0), match.start())
        ]
        minors = [
            Finding("high", "minor", "Rule 5.2(a)(3) allows a minor's initials only.", *match.span())
            for match in islice(_MINOR.finditer(text), _MOST)
        ]
        return result_of([*found, *minors])
