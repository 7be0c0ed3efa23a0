"""Contradictory clauses: a contract says two different things about the same matter."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import ClassVar, NamedTuple

from domains.legal.contracts import COUNT, MOST, clauses, count_of, is_contract
from domains.legal.cues import cue, entries, said_before
from domains.legal.finding import Finding, result_of
from domains.legal.states import STATE
from processors.evaluator import Abstain, Evaluator, Result
from processors.subject import Subject

_LAW = re.compile(
    rf"[Gg]overn(?:ed|s)?[^.;\n]{{0,80}}?\blaws? of (?:the )?(?:(?:State|Commonwealth|Province) of )?"
    rf"(?P<law>{STATE}|[A-Z]\w+(?: and [A-Z]\w+)?)|(?P<other>{STATE}) law (?:shall |will )?govern"
    rf"|\bconstrued [^.;\n]{{0,60}}?\blaws? of (?:the )?"
    rf"(?:(?:State|Commonwealth|Province) of )?(?P<construed>{STATE}|England)"
    rf"|\blaws? of (?:the )?(?:(?:State|Commonwealth|Province) of )?(?P<before>{STATE}|England)(?: and Wales)?,? "
    r"(?:shall |will )?(?:exclusively )?(?:govern|appl(?:y|ies) to this)"
)
_VENUE = re.compile(rf"exclusive(?:ly)?\b[^.;\n]{{0,100}}?\b(?:in|of) (?:the )?(?:[^.;\n]{{0,50}}?)(?P<state>{STATE})")
_NOTICE = re.compile(
    rf"\b{COUNT}[- ](?:calendar |business )?days?['’]?s? (?:advance |prior )?(?:written )?notice", re.IGNORECASE
)
_TERM = re.compile(
    r"\b(?:(?:initial )?term (?:of (?:this|the) (?:agreement|lease|contract|licen[cs]e) )?"
    r"(?:is|shall be|of|for|will be|lasts)"
    r"|(?:remain|continue|be) in (?:full )?(?:force and )?effect for"
    r"|commenc\w+ [^.;\n]{0,60}? (?:and )?(?:continu\w+|last\w*) for) "
    rf"(?:an? (?:initial )?(?:period|term) of )?{COUNT}[- ](?P<unit>month|year)s?",
    re.IGNORECASE,
)
_PAYMENT = re.compile(
    rf"\bnet[- ](?P<net>\d{{1,3}})\b|\b{COUNT} (?:calendar |business )?days['’]? (?:of|after|from|following)\b",
    re.IGNORECASE,
)
_PAYS = re.compile(r"\b(?:pay|pays|paid|payable|due|settle)\b", re.IGNORECASE)
_NOT_FOR_PAYMENT = cue("not_time_for_payment")
_CAP = re.compile(
    r"\b(?:total|aggregate|cumulative|entire|maximum) (?:aggregate |cumulative )?liability\b[^.;\n]{0,120}?"
    r"\b(?:not exceed|limited to|capped at)\b (?P<cap>(?:\w+ ){0,6}?(?:[$€£]\s?[\d,]{1,15}|fees|amounts? paid))",
    re.IGNORECASE,
)
_EXCEPTED = cue("excepted")
_AMOUNT = re.compile(r"[$€£]\s?[\d,]{1,15}")
_WHO = re.compile(rf"\b(?:{'|'.join(entries('party_to_contract'))})\b", re.IGNORECASE)
_CAUSE = cue("not_end_at_will")
_WITHOUT_CAUSE = cue("without_cause")
_OTHER_TERM = cue("other_term")
_RENEWS = cue("renews")
_RENEWS_NOT = cue("renews_not")
_REVIEW = cue("review")
_CLEAN = cue("found_consistent")


class Statement(NamedTuple):
    """What a clause says of a matter: `law`, `notice by tenant`… and where."""

    matter: str
    value: str
    start: int
    end: int


@dataclass(frozen=True, kw_only=True)
class ContradictoryClauses(Evaluator):
    """Reads governing law, exclusive forum, notice of termination, term, payment, cap on liability and renewal from a
    contract, and finds matters on which it says two things.

    The contract is the output; or the input and context, where the output says that they hold no contradiction.
    Abstains where neither is a contract.
    """

    name: ClassVar[str] = "contradictory_clauses"
    version: ClassVar[int] = 1
    issue: ClassVar[str] = "contradiction"
    cites: ClassVar[tuple[str, ...]] = ("restatement_203", "model_rule_1_1")

    def evaluate(self, subject: Subject) -> Result:
        output = subject.output_text
        if _REVIEW.search(subject.request) and (cleared := _CLEAN.search(output)):
            contract = f"{subject.input_text}\n{subject.context_text}"
            found = [each._replace(start=cleared.start(), end=cleared.end()) for each in _conflicts(contract)]
        elif is_contract(subject):
            found = list(_conflicts(output))
        else:
            return Abstain("there is no contract to compare the clauses of")
        return result_of([Finding("high", each.matter, each.value, each.start, each.end) for each in found])


def _conflicts(text: str) -> Iterator[Statement]:
    """For each matter with two values the second statement, whose value is then a sentence about both."""
    first: dict[str, Statement] = {}
    for statement in _statements(text):
        before = first.setdefault(statement.matter, statement)
        if before.value != statement.value:
            sentence = f"The contract says of {statement.matter} both {before.value} and {statement.value}."
            yield statement._replace(value=sentence)


def _statements(text: str) -> Iterator[Statement]:
    for match in islice(_LAW.finditer(text), MOST):
        if not _EXCEPTED.search(said_before(text, match.end(), 240)):
            yield Statement("the governing law", _law(match), *match.span())
    for match in islice(_VENUE.finditer(text), MOST):
        yield Statement("the exclusive forum", match["state"], *match.span())
    yield from _renewals(text)
    for start, end in clauses(text):
        yield from _in_clause(text, start, end)


def _law(match: re.Match[str]) -> str:
    named: str = match["law"] or match["other"] or match["construed"] or match["before"]
    return named.removesuffix(" and Wales")


def _renewals(text: str) -> Iterator[Statement]:
    for match in islice(_RENEWS_NOT.finditer(text), 1):
        yield Statement("renewal", "that it does not renew by itself", *match.span())
    for match in islice(_RENEWS.finditer(text), 1):
        if not _RENEWS_NOT.search(text, max(match.start() - 12, 0), match.end()):
            yield Statement("renewal", "that it renews by itself", *match.span())


def _in_clause(text: str, start: int, end: int) -> Iterator[Statement]:
    clause = text[start:end]
    lower = clause.lower()
    term = _TERM.search(clause) if "term" in lower or "effect" in lower or "commenc" in lower else None
    if term and not _OTHER_TERM.search(clause):
        months = count_of(term) * (12 if term["unit"].lower() == "year" else 1)
        yield Statement("the term", f"{months} months", start + term.start(), start + term.end())
    cap = _CAP.search(clause) if "liability" in lower and not _EXCEPTED.search(clause) else None
    if cap:
        amount = _AMOUNT.search(cap["cap"])
        yield Statement(
            "the cap on liability", amount[0] if amount else "the fees", start + cap.start(), start + cap.end()
        )
    if "invoice" in lower and _PAYS.search(clause) and not _NOT_FOR_PAYMENT.search(clause):
        for payment in islice(_PAYMENT.finditer(clause), 1):
            days = int(payment["net"]) if payment["net"] else count_of(payment)
            yield Statement("the time for payment", f"{days} days", start + payment.start(), start + payment.end())
    notice = _NOTICE.search(clause) if "terminat" in lower and "notice" in lower else None
    who = _WHO.search(clause) if notice else None
    if notice and who and (_WITHOUT_CAUSE.search(clause) or not _CAUSE.search(clause)):
        matter = f"notice of termination by {who[0].lower()}"
        yield Statement(matter, f"{count_of(notice)} days", start + notice.start(), start + notice.end())
