"""Inconsistent party: a contract gives one party two roles, or two forms of company."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import ClassVar

from domains.legal.contracts import is_contract
from domains.legal.finding import Finding, result_of
from processors.evaluator import Abstain, Evaluator, Result
from processors.subject import Subject

_MOST = 500
_FORM = re.compile(r"\b(?:Inc|LLC|L\.L\.C|Corp|Ltd|Limited|LLP|L\.P|LP|PLC|plc|GmbH)")
_COMPANY = re.compile(
    r"(?P<name>[A-Z][\w&'’-]*(?:\s(?:&\s|of\s)?[A-Z][\w&'’-]*){0,4}),?\s"
    r"(?P<form>Inc|Incorporated|LLC|L\.L\.C|Corp|Corporation|Ltd|Limited|LLP|L\.P|LP|PLC|plc|GmbH)\b\.?"
)
_ROLE = re.compile(
    r"(?P<name>(?:<[A-Z_]+_[a-z]+>|[A-Z][\w&'’.-]*)(?:,?\s(?:&\s|of\s)?[A-Z][\w&'’.-]*){0,5})(?:,[^()\n]{0,120}?)?\s"
    r"\((?:hereinafter\s|hereafter\s)?(?:referred to as\s)?(?:the\s)?[\"“](?P<role>[A-Z]\w+)[\"”]\)"
)
_FORMS = {"incorporated": "inc", "corporation": "corp", "l.l.c": "llc", "limited": "ltd", "l.p": "lp"}


@dataclass(frozen=True, kw_only=True)
class InconsistentParty(Evaluator):
    """Reads `Acme Corp. (the "Buyer")` from a contract, and the companies that it names.

    Abstains where the output is no contract that names a company or gives a role.
    """

    name: ClassVar[str] = "inconsistent_party"
    version: ClassVar[int] = 1
    issue: ClassVar[str] = "contradiction"
    cites: ClassVar[tuple[str, ...]] = ("restatement_203", "model_rule_1_1")

    def evaluate(self, subject: Subject) -> Result:
        text = subject.output_text
        if not is_contract(subject):
            return Abstain("the output is no contract")
        companies = list(islice(_COMPANY.finditer(text), _MOST)) if _FORM.search(text) else []
        roles = list(islice(_ROLE.finditer(text), _MOST))
        if not companies and not roles:
            return Abstain("the contract names no company and gives no role")
        return result_of([*_two_roles(roles), *_two_forms(companies)])


def _two_roles(roles: list[re.Match[str]]) -> Iterator[Finding]:
    """The same role for two parties: who is meant by `the Buyer` is then unclear."""
    holders: dict[str, str] = {}
    for match in roles:
        holder = holders.setdefault(match["role"], match["name"])
        if holder != match["name"] and not (holder in match["name"] or match["name"] in holder):
            yield Finding("high", "role", f"“{match['role']}” is both {holder} and {match['name']}.", *match.span())


def _two_forms(companies: list[re.Match[str]]) -> Iterator[Finding]:
    forms: dict[str, str] = {}
    for match in companies:
        form = match["form"].lower()
        form = _FORMS.get(form, form)
        if forms.setdefault(match["name"], form) != form:
            yield Finding("medium", "form", f"{match['name']} is of two forms of company.", *match.span())
