"""Fabricated citation: a decision under another name, year or citation than the one it was reported under."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from domains.legal.authorities import is_named_as, known_fabrication, landmark_at, landmarks_named
from domains.legal.decisions import Decision, cited
from domains.legal.finding import Finding, is_questioned, result_of
from processors.evaluator import Abstain, Evaluator, Result
from processors.subject import Subject
from schemas.evaluation import Severity


@dataclass(frozen=True, kw_only=True)
class FabricatedCitation(Evaluator):
    """Compares the decisions that the output cites with the snapshot: name, volume and page, and year belong together.

    Also finds those that a court has found to be inventions. Abstains where the output cites none. What the output
    itself calls wrong or unverifiable is no finding.
    """

    name: ClassVar[str] = "fabricated_citation"
    version: ClassVar[int] = 1
    issue: ClassVar[str] = "fabricated_citation"
    cites: ClassVar[tuple[str, ...]] = ("frcp_11", "model_rule_3_3", "mata")

    def evaluate(self, subject: Subject) -> Result:
        decisions = cited(subject)
        if not decisions:
            return Abstain("the output cites no decision")
        text = subject.output_text
        return result_of(
            [
                each
                for decision in decisions
                for each in _findings(decision)
                if not is_questioned(text, each.start, each.end)
            ]
        )


def _findings(decision: Decision) -> Iterator[Finding]:
    start, end = decision.start, decision.end
    if invented := known_fabrication(decision):
        yield Finding("critical", "invented", f"{invented} does not exist, as a court has found.", start, end)
        return
    landmark = landmark_at(decision)
    if landmark is None:
        yield from _elsewhere(decision)
        return
    first, second = is_named_as(decision, landmark)
    if not (first and second):
        yield Finding(
            "medium" if first or second else "critical",
            "name",
            f"{decision.citation} is {landmark.row['name']}, not {decision.name}.",
            start,
            end,
        )
    elif decision.year is not None and decision.year != landmark.row["year"]:
        severity: Severity = "medium" if abs(decision.year - landmark.row["year"]) == 1 else "high"
        yield Finding(severity, "year", f"{landmark.described} was not decided in {decision.year}.", start, end)


def _elsewhere(decision: Decision) -> Iterator[Finding]:
    """A name that the snapshot knows, at another place of the same reporter or in another year."""
    named = landmarks_named(decision)
    rivals = [
        each
        for each in named
        if not decision.reporter or each.citation.split(maxsplit=1)[1].startswith(f"{decision.reporter} ")
    ]
    if not rivals:
        return
    same_year = decision.year in {each.row["year"] for each in named}
    shared = any({str(decision.volume), str(decision.page)} & set(each.citation.split()) for each in rivals)
    if decision.reporter and (same_year or shared or decision.year is None):
        explanation = f"{rivals[0].described} is not at {decision.citation}."
        yield Finding("high", "place", explanation, decision.start, decision.end)
    elif decision.reporter:
        explanation = f"The snapshot has {rivals[0].described}; no decision of that name at {decision.citation}."
        yield Finding("medium", "place", explanation, decision.start, decision.end)
    elif decision.year is not None and not same_year and not decision.court:
        explanation = f"{rivals[0].described} was not decided in {decision.year}."
        yield Finding("high", "year", explanation, decision.start, decision.end)
