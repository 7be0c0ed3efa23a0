"""Unsupported citation: an answer from sources cites a decision that is in none of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domains.legal.authorities import Parties, landmark_at, landmarks_named, parties
from domains.legal.decisions import Decision, cited, decisions
from domains.legal.finding import Finding, is_questioned, result_of
from processors.evaluator import Abstain, Evaluator, Pass, Result
from processors.subject import Subject

_UNKNOWN = Pass(score=0.2, explanation="The output cites decisions that the snapshot does not know.")


@dataclass(frozen=True, kw_only=True)
class UnsupportedCitation(Evaluator):
    """Looks for every cited decision in the context, in the input and in the snapshot.

    Where there is context, and it cites decisions itself, one from nowhere counts as invented; without any it may
    simply be one that the snapshot does not know. Abstains where the output cites none with volume and page.
    """

    name: ClassVar[str] = "unsupported_citation"
    version: ClassVar[int] = 1
    issue: ClassVar[str] = "ungrounded"
    cites: ClassVar[tuple[str, ...]] = ("frcp_11", "aba_512")

    def evaluate(self, subject: Subject) -> Result:
        reported = [each for each in cited(subject) if each.citation]
        if not reported:
            return Abstain("the output cites no decision with volume and page")
        given = decisions(subject.context_text) + decisions(subject.input_text)
        places = {each.citation for each in given}
        names = {parties(each.name) for each in given if each.name}
        unknown = [each for each in reported if not _is_known(each, places, names)]
        if not subject.trace.context:
            return _UNKNOWN if unknown else result_of([])
        return result_of(
            [
                Finding("high", "from_nowhere", f"{each.citation} is in none of the sources.", each.start, each.end)
                for each in unknown
                if not is_questioned(subject.output_text, each.start, each.end)
            ]
        )


def _is_known(decision: Decision, places: set[str], names: set[Parties]) -> bool:
    if decision.citation in places or landmark_at(decision) or landmarks_named(decision):
        return True
    own = parties(decision.name)
    return any(own.first & first and own.second & second for first, second in names)
