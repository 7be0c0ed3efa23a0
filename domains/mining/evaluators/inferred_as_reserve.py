"""Inferred as reserve: a statement that counts inferred resources, or what was never shown to pay, among reserves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domains.mining.patterns import misused
from processors.evaluator import Abstain, Evaluator, Fail, Pass, Result
from processors.subject import Subject
from schemas.evaluation import Evidence

_RESERVES = frozenset({"reserve", "reserves", "inferred"})


@dataclass(frozen=True, kw_only=True)
class InferredAsReserve(Evaluator):
    """Reserves come of measured and indicated resources alone (JORC 2012, 29 to 31; NI 43-101, 2.3; 17 CFR 229.1302).

    Abstains on outputs that do not speak of reserves.
    """

    name: ClassVar[str] = "inferred_as_reserve"
    version: ClassVar[int] = 1
    issue: ClassVar[str] = "inferred_as_reserve"
    cites: ClassVar[tuple[str, ...]] = ("jorc", "ni_43_101", "sk_1300")

    def evaluate(self, subject: Subject) -> Result:
        if subject.output_vocabulary.isdisjoint(_RESERVES):
            return Abstain("the output does not speak of reserves")
        said = misused(subject, "reserves", excused="excused")
        if said is None:
            return Pass()
        return Fail(
            score=0.9,
            severity="high",
            label="reserves",
            explanation=f"The output says “{subject.output_text[said.start : said.end]}”; {said.misuse.wrong}.",
            evidence=(Evidence("output", said.start, said.end),),
        )
