"""Undefined term: a contract that defines its terms uses one that it does not define, or defines one twice."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import ClassVar

from domains.legal.contracts import MOST, drafted
from domains.legal.cues import entries
from domains.legal.finding import Finding, result_of
from processors.evaluator import Abstain, Evaluator, Pass, Result
from processors.subject import Subject

# A term, or a pseudonym: tier 0 may take a term for a name.
_TERM = r"(?:<[A-Z_]+_[a-z]+>|[A-Z][\w'’-]*(?:\s(?:of\s|and\s)?[A-Z][\w'’-]*){0,4})"
_MEANS = re.compile(
    rf"[\"“*]{{1,3}}(?P<term>{_TERM})[\"”*]{{1,3}}\s(?:shall\s|will\s)?"
    r"(?:means?|refers? to|has the meaning|includes?|is defined as)\b(?P<meaning>[^.\n]{0,120})"
)
_CALLED = re.compile(rf"\((?:[^()\n]{{0,60}}?\s)?[\"“](?P<term>{_TERM})[\"”][^()\n]{{0,60}}\)")
_QUOTED = re.compile(rf"[\"“](?P<term>{_TERM})[\"”]")
_USED = re.compile(
    r"(?<=[a-z,] )(?:the|any|all|such|each|its|their|no|an?|of|for|under) "
    r"(?P<term>[A-Z][a-z]+(?:\s[A-Z][a-z]+){1,2})(?![\w’']| (?:Inc|LLC|Corp|Ltd|Act|Code)\b)"
)
_ORDINARY = frozenset(entries("ordinary_capitals"))
_FEWEST_DEFINED = 2
_FEWEST_USES = 2
_UNUSED = 0.25


@dataclass(frozen=True, kw_only=True)
class UndefinedTerm(Evaluator):
    """Compares the terms that a drafted contract defines (`"Services" means …`, `(the "Buyer")`) with the capitalised
    terms of two or three words that it uses.

    A term that is used twice and nowhere defined fails, and so does one that is given two meanings; one that is defined
    and not used is noted in the score. Abstains where the contract defines fewer than two terms.
    """

    name: ClassVar[str] = "undefined_term"
    version: ClassVar[int] = 1
    issue: ClassVar[str] = "undefined_term"
    cites: ClassVar[tuple[str, ...]] = ("restatement_202", "model_rule_1_1")

    def evaluate(self, subject: Subject) -> Result:
        if not drafted(subject):
            return Abstain("the output is no contract of numbered sections")
        text = subject.output_text
        defined = _defined(text)
        redefined = list(_redefined(text))
        if len(defined) < _FEWEST_DEFINED and not redefined:
            return Abstain("the contract does not define its terms")
        findings = [*redefined, *_undefined(text, defined)]
        if findings:
            return result_of(findings)
        unused = [term for term in defined if text.count(term) < _FEWEST_USES]
        return (
            Pass(score=_UNUSED, explanation=f"Defined and not used: {', '.join(unused)}.") if unused else result_of([])
        )


def _defined(text: str) -> Mapping[str, int]:
    """The terms that are defined, or quoted as definitions are, and where first."""
    found: dict[str, int] = {}
    for pattern in (_MEANS, _CALLED, _QUOTED):
        for match in islice(pattern.finditer(text), MOST):
            found.setdefault(match["term"], match.start())
    return found


def _redefined(text: str) -> Iterator[Finding]:
    meanings: dict[str, str] = {}
    for match in islice(_MEANS.finditer(text), MOST):
        meaning = " ".join(match["meaning"].lower().split())
        if meanings.setdefault(match["term"], meaning) != meaning:
            yield Finding("high", "twice", f"“{match['term']}” is defined twice, differently.", *match.span())


def _undefined(text: str, defined: Mapping[str, int]) -> Iterator[Finding]:
    uses = [(match["term"], *match.span("term")) for match in islice(_USED.finditer(text), MOST)]
    counts = Counter(term for term, _, _ in uses)
    known = {word for term in defined for word in _singular(term)} | _ORDINARY
    reported: set[str] = set()
    for term, start, end in uses:
        if counts[term] >= _FEWEST_USES and term not in reported and not _singular(term) <= known:
            reported.add(term)
            yield Finding("high", "undefined", f"“{term}” is used and nowhere defined.", start, end)


def _singular(term: str) -> frozenset[str]:
    return frozenset(word.rstrip("s") if word not in _ORDINARY else word for word in term.lower().split())
