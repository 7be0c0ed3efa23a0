"""Overruled authority: a decision that has been overruled is relied on as good law."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from domains.legal.authorities import Landmark, Parties, is_named_as, landmark_at, landmarks_named, parties
from domains.legal.cues import cue
from domains.legal.decisions import Decision, cited
from domains.legal.finding import Finding, around, result_of
from processors.evaluator import Abstain, Evaluator, Result
from processors.subject import Subject, once
from schemas.trace import NO_TIME

_ACKNOWLEDGED = cue("overruled")
_ACKNOWLEDGED_NEAR = cue("overruled_near")
_STILL = cue("good_law")
_HISTORICAL = cue("history")


@dataclass(frozen=True, kw_only=True)
class OverruledAuthority(Evaluator):
    """Looks up the decisions that the output cites or names among those overruled, superseded or abrogated.

    It is no reliance where the output anywhere says what became of the decision or cites what overruled it, or where
    the request asks for history; unless the output calls the decision good law. Abstains where none is cited.
    """

    name: ClassVar[str] = "overruled_authority"
    version: ClassVar[int] = 1
    issue: ClassVar[str] = "overruled_authority"
    cites: ClassVar[tuple[str, ...]] = ("overruled_decisions", "model_rule_3_3")

    def evaluate(self, subject: Subject) -> Result:
        if not cited(subject):
            return Abstain("the output cites no decision")
        return result_of(list(_findings(subject)))


def _findings(subject: Subject) -> Iterator[Finding]:
    timestamp = subject.trace.timestamp
    for decision in cited(subject):
        landmark = _overruled(decision)
        if landmark is None or (timestamp > NO_TIME and timestamp.year < landmark.row["overruled"]):
            continue
        if _is_relied_on(subject, decision, landmark):
            explanation = f"{landmark.described} is not good law: see {landmark.row['overruled_by']}."
            yield Finding("high", "overruled", explanation, decision.start, decision.end)


def _overruled(decision: Decision) -> Landmark | None:
    by_place = landmark_at(decision)
    if by_place:
        return by_place if by_place.row.get("overruled") and all(is_named_as(decision, by_place)) else None
    if decision.citation or (decision.court and decision.year):
        return None
    named = [each for each in landmarks_named(decision) if decision.year in (None, each.row["year"])]
    return named[0] if len(named) == 1 and named[0].row.get("overruled") else None


def _is_relied_on(subject: Subject, decision: Decision, landmark: Landmark) -> bool:
    near = around(subject.output_text, decision.start, decision.end)
    if _STILL.search(near):
        return True
    if _is_history(subject) or _ACKNOWLEDGED_NEAR.search(near):
        return False
    overruling = parties(landmark.row["overruled_by"].partition(",")[0])
    first, second = _named(subject)
    return overruling.first.isdisjoint(first) and overruling.second.isdisjoint(second)


@once
def _is_history(subject: Subject) -> bool:
    return bool(_ACKNOWLEDGED.search(subject.output_text) or _HISTORICAL.search(subject.request))


@once
def _named(subject: Subject) -> Parties:
    """The telling words of all first and of all second parties that the output names."""
    named = [parties(decision.name) for decision in cited(subject)]
    return Parties(
        frozenset(word for each in named for word in each.first),
        frozenset(word for each in named for word in each.second),
    )
