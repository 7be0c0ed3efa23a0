"""Missing clause: a contract lacks what one of its kind cannot do without."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import ClassVar

from domains.knowledge import table
from domains.legal.checklists import listed_clauses, not_said, unmet
from domains.legal.contracts import drafted, is_contract
from domains.legal.cues import cue
from domains.legal.finding import Finding, result_of
from processors.evaluator import Abstain, Evaluator, Result
from processors.subject import Subject

_CLAUSES = table("legal", "contracts")
_FEWEST_WORDS = 60
_DRAFT = re.compile(
    r"\b(?:draft|write|prepare|create|generate|produce|drafting|make|give me|need|provide|want)\b", re.IGNORECASE
)
_PART = cue("part_of_contract")
_KINDS: Mapping[str, re.Pattern[str]] = {
    kind: re.compile(rf"\b(?:{names})\b", re.IGNORECASE)
    for kind, names in {
        "nda": r"NDA|(?:mutual |unilateral )?(?:non-?\s?disclosure|confidentiality) agreement",
        "employment agreement": r"employment (?:agreement|contract)|contract of employment",
        "lease": r"(?:residential |commercial )?(?:lease|rental)(?: agreement| contract)|tenancy agreement|\ba lease",
        "services agreement": r"(?:consult(?:ing|ancy)|services?|contractor|freelance) (?:agreement|contract)",
        "sales agreement": r"(?:sales?|purchase)(?: and (?:sale|purchase))? (?:agreement|contract)|bill of sale",
        "promissory note": r"promissory note|loan agreement",
        "settlement agreement": r"settlement agreement",
        "data processing agreement": r"data[- ]processing (?:agreement|addendum|contract)|DPA",
    }.items()
}


@dataclass(frozen=True, kw_only=True)
class MissingClause(Evaluator):
    """Looks in a draft for the clauses that the request lists; else for those that the table `contracts` says a
    contract of the kind that is asked for must have. Of a JSON list of clauses, for those that `attributes` require.

    Abstains where no whole contract of a known kind is asked for, and where the output is none.
    """

    name: ClassVar[str] = "missing_clause"
    version: ClassVar[int] = 1
    issue: ClassVar[str] = "missing_clause"
    cites: ClassVar[tuple[str, ...]] = ("restatement_33", "gdpr_28", "dtsa_1839", "model_rule_1_1")

    def evaluate(self, subject: Subject) -> Result:
        unmet_clauses = unmet(subject)
        if unmet_clauses is not None:
            return _missing(subject, unmet_clauses, "What was assembled")
        listed = listed_clauses(subject.request) if _DRAFT.search(subject.request) else ()
        if listed:
            if not (drafted(subject) or is_contract(subject)):
                return Abstain("the output is no contract")
            return _missing(subject, not_said(listed, subject.output_text), "The draft")
        kind = _wanted(subject.request)
        if kind is None:
            return Abstain("the request does not ask for a contract of a known kind")
        if not _is_draft(subject):
            return Abstain("the output is no contract")
        folded = subject.output_folded
        missing = [clause for clause, said in _required()[kind] if not any(term in folded for term in said)]
        return _missing(subject, missing, f"The {kind.replace('nda', 'NDA')}")


def _missing(subject: Subject, missing: Sequence[str], draft: str) -> Result:
    if not missing:
        return result_of([])
    explanation = f"{draft} does not say: {', '.join(missing)}."
    return result_of([Finding("high", missing[0], explanation, 0, min(len(subject.output_text), 200))])


def _wanted(request: str) -> str | None:
    if not _DRAFT.search(request):
        return None
    found = [(match.start(), kind) for kind, names in _KINDS.items() if (match := names.search(request))]
    if not found:
        return None
    start, kind = min(found)
    return None if _PART.search(request[:start]) else kind


def _is_draft(subject: Subject) -> bool:
    if len(subject.output_words) < _FEWEST_WORDS:
        return False
    return bool(drafted(subject)) or (is_contract(subject) and "agreement" in subject.output_vocabulary)


@cache
def _required() -> Mapping[str, list[tuple[str, tuple[str, ...]]]]:
    """By kind of contract: each clause, and texts of which one says it."""
    required: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
    for row in _CLAUSES.rows.values():
        required.setdefault(row["contract"], []).append((row["clause"], tuple(row["said"])))
    return required
