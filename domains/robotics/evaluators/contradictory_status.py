"""Contradictory status: an output says of the same part of a machine that it is in two states at once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import ClassVar

from domains.robotics.lexicons import load
from processors.evaluator import Abstain, Evaluator, Fail, Pass, Result
from processors.subject import Subject
from schemas.evaluation import Evidence

_STATEMENT = re.compile(
    r"(?:^|(?<=[.!?] ))(?P<part>[^.!?,;:\n]{3,80}?) (?:is|are) (?:now |currently |still )?(?P<state>[a-z-]{2,20})[.!]",
    re.MULTILINE,
)
_OPPOSITES: dict[str, frozenset[str]] = {
    word: frozenset(pair.split("/")) for pair in load("statements")["opposites"].split() for word in pair.split("/")
}
_LATER = frozenset({"then", "now", "after", "before", "later", "next"})
_MOST = 500  # sentences


@dataclass(frozen=True, kw_only=True)
class ContradictoryStatus(Evaluator):
    """No two plain sentences, `The gripper of R-104 is closed.`, give one part opposite states.

    A sentence that tells of a change (`then`, `now`) lets the states before it go. Abstains on an output without words.
    """

    name: ClassVar[str] = "contradictory_status"
    version: ClassVar[int] = 1
    issue: ClassVar[str] = "contradiction"
    cites: ClassVar[tuple[str, ...]] = ("iso_8000_8",)

    def evaluate(self, subject: Subject) -> Result:
        if not subject.output_vocabulary:
            return Abstain("the output has no words")
        if _OPPOSITES.keys().isdisjoint(subject.output_vocabulary):
            return Pass()
        text = subject.output_folded
        known: dict[str, re.Match[str]] = {}
        for said in islice(_STATEMENT.finditer(text), _MOST):
            before = known.setdefault(said["part"], said)
            if before["state"] in _OPPOSITES.get(said["state"], ()) and before["state"] != said["state"]:
                if _LATER.isdisjoint(text[before.end() : said.end()].split()):
                    return _contradiction(before, said)
                known[said["part"]] = said
        return Pass()


def _contradiction(one: re.Match[str], other: re.Match[str]) -> Fail:
    return Fail(
        score=0.85,
        severity="high",
        label="status",
        explanation=f"The output says that {one['part']} is {one['state']} and that it is {other['state']}.",
        evidence=(Evidence("output", *one.span()), Evidence("output", *other.span())),
    )
