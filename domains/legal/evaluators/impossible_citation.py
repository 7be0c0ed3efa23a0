"""Impossible citation: no decision, statute or rule can have the citation that the output gives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from domains.legal.decisions import cited
from domains.legal.finding import Finding, is_questioned, result_of
from domains.legal.reporters import misfit
from domains.legal.statutes import Enactment, enactments_in, unenacted
from processors.evaluator import Abstain, Evaluator, Result
from processors.subject import Subject
from schemas.trace import NO_TIME


@dataclass(frozen=True, kw_only=True)
class ImpossibleCitation(Evaluator):
    """Checks the form of every citation: volume, page, year and court against the reporter; title, section and number
    against the U.S.C., the C.F.R. and the Federal Rules; and no decision is of a year after the trace's.

    Abstains where the output cites nothing. What the output itself calls wrong or unverifiable is no finding.
    """

    name: ClassVar[str] = "impossible_citation"
    version: ClassVar[int] = 1
    issue: ClassVar[str] = "fabricated_citation"
    cites: ClassVar[tuple[str, ...]] = ("frcp_11", "bluebook")

    def evaluate(self, subject: Subject) -> Result:
        enactments = enactments_in(subject)
        if not cited(subject) and not enactments:
            return Abstain("the output cites nothing")
        found = [*_decisions(subject), *_statutes(enactments)]
        return result_of([each for each in found if not is_questioned(subject.output_text, each.start, each.end)])


def _decisions(subject: Subject) -> Iterator[Finding]:
    timestamp = subject.trace.timestamp
    this_year = timestamp.year if timestamp > NO_TIME else None
    for decision in cited(subject):
        why = misfit(decision)
        if not why and decision.year and this_year and decision.year > this_year:
            why = f"the year {decision.year} has not come"
        if why:
            what = decision.citation or decision.name
            yield Finding("high", "decision", f"{what} cannot be: {why}.", decision.start, decision.end)


def _statutes(enactments: tuple[Enactment, ...]) -> Iterator[Finding]:
    for enactment in enactments:
        if why := unenacted(enactment):
            yield Finding("high", "statute", f"{enactment.written} cannot be: {why}.", enactment.start, enactment.end)
