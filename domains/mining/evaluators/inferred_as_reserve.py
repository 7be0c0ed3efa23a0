"""Inferred as reserve: a statement that counts inferred resources, or what was never shown to pay, among reserves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import re2  # type: ignore[import-untyped]  # ships no types

from domains.mining.patterns import misused, pattern
from processors.evaluator import Abstain, Evaluator, Fail, Pass, Result
from processors.extraction.negation import negated
from processors.subject import Subject
from processors.text.words import folded
from schemas.evaluation import Evidence

_RESERVES = frozenset({"reserve", "reserves", "inferred"})


_CLASSES = re2.compile(r"\b(?:indicated|inferred)\b")
_ANY_RESERVE = re2.compile(r"\b(?:reserves?|proven|proved|probable|2p)\b")
_AMOUNT_OF_RESERVES = re2.compile(
    r"\b\d[\d.,]*\s*(?:mt|kt|m?oz|koz|million (?:tonnes|tons|ounces)|tonnes|tons|ounces)"
    r"\s+(?:of|in)\s+(?:\w+\s+){0,2}reserves\b"
    r"|\breserves\s+(?:of|are|total|stand at|amount to)\s+(?:about |some )?\d"
)


@dataclass(frozen=True, kw_only=True)
class InferredAsReserve(Evaluator):
    """Reserves come of measured and indicated resources alone (JORC 2012, 29 to 31; NI 43-101, 2.3; 17 CFR 229.1302).

    Nor does an amount of reserves come of a request and a context that speak of resources alone.

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
            return _promoted(subject) or Pass()
        return Fail(
            score=0.9,
            severity="high",
            label="reserves",
            explanation=f"The output says “{subject.output_text[said.start : said.end]}”; {said.misuse.wrong}.",
            evidence=(Evidence("output", said.start, said.end),),
        )


def _promoted(subject: Subject) -> Fail | None:
    """An amount that the output calls reserves, where its sources have resources alone."""
    sources = f"{subject.request_folded}\n{folded(subject.context_text)}"
    if not _CLASSES.search(sources) or _ANY_RESERVE.search(sources):
        return None
    amount = _AMOUNT_OF_RESERVES.search(subject.output_folded)
    if (
        amount is None
        or negated(subject.output_text, amount.start())
        or pattern("excused").search(subject.output_folded)
    ):
        return None
    said = subject.output_text[amount.start() : amount.end()]
    return Fail(
        score=0.9,
        severity="high",
        label="reserves",
        explanation=f"The output says “{said}”, but request and context speak of resources alone.",
        evidence=(Evidence("output", amount.start(), amount.end()),),
    )
