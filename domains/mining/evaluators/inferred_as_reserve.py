"""Inferred as reserve: a statement that counts inferred resources, or what was never shown to pay, among reserves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import re2  # type: ignore[import-untyped]  # ships no types

from processors.evaluator import Abstain, Evaluator, Fail, Pass, Result
from processors.extraction.negation import negated, reported
from processors.subject import Subject
from processors.text.sentences import sentences
from schemas.evaluation import Evidence

_GAP = r"(?:[^\w.;:!?\n]+[\w'’/%-]+){0,6}?[^\w.;:!?\n]+"
_RESERVES = r"(?:(?:ore|mineral|mining|proven|proved|probable|total|its|our|their|the|2p|coal) ){0,3}reserves?"
_WRONG = tuple(
    (re2.compile(pattern), said)
    for pattern, said in (
        (rf"\binferred {_RESERVES}\b", "there are no inferred reserves"),
        (
            rf"\b(?:measured|indicated) (?:and (?:indicated|inferred) )?(?:ore |mineral )?reserves?\b",
            "measured and indicated are classes of resources",
        ),
        (
            rf"\b{_RESERVES}\b{_GAP}(?:includ\w+|compris\w+|consist\w* of|made up of|incorporat\w+|(?:are|is) based on){_GAP}inferred\b",
            "inferred resources are no part of reserves",
        ),
        (
            rf"\binferred\b{_GAP}(?:(?:can|may|should|could|will|are|is|were|was|be|being) )*(?:counted|classified|treated|reported|booked|included|added|converted"
            rf"|combined|upgraded|moved|reclassified)\b{_GAP}{_RESERVES}\b",
            "inferred resources are no part of reserves",
        ),
        (
            rf"\b(?:add|includ|count|convert|report|classif|treat|book|combin)\w*{_GAP}inferred\b{_GAP}{_RESERVES}\b",
            "inferred resources are no part of reserves",
        ),
        (
            rf"\bresources? (?:and|or) reserves? (?:are|mean) (?:the same|interchangeable|synonym\w*|identical)",
            "resources are no reserves",
        ),
        (
            rf"\bresources? (?:is|are) (?:the same (?:as|thing as)|interchangeable with|just another (?:word|name|term) for|equivalent to) (?:\w+ )?reserves?",
            "resources are no reserves",
        ),
        (
            rf"\binferred\b{_GAP}(?:demonstrat\w+|prov\w+|confirm\w+|guarantee\w*){_GAP}(?:economic\w*|viab\w+|profitab\w+)",
            "inferred resources have no shown economic viability",
        ),
    )
)
_EXCUSED = re2.compile(
    r"\b(?:cannot|can't|may not|must not|should not|shouldn't|not (?:be|included|part|permitted|allowed)|never|no such|excluded|exclud\w+|exclusive"
    r"|prohibit\w*|too speculative|additional|after (?:further|infill)|infill|further (?:drilling|exploration|work)|upgrad\w+ to (?:indicated|measured)"
    r"|incorrect|wrong|error|mistake|misleading|separately|distinct|unless|would need|do not|does not|don't|doesn't|isn't|aren't)\b"
)


@dataclass(frozen=True, kw_only=True)
class InferredAsReserve(Evaluator):
    """Reserves come of measured and indicated resources alone (JORC 2012, 12 and 29 to 31; NI 43-101, 2.3; 17 CFR 229.1302).

    Abstains on outputs that do not speak of reserves.
    """

    name: ClassVar[str] = "inferred_as_reserve"
    version: ClassVar[int] = 1
    issue: ClassVar[str] = "inferred_as_reserve"
    cites: ClassVar[tuple[str, ...]] = ("jorc", "ni_43_101", "sk_1300")

    def evaluate(self, subject: Subject) -> Result:
        if subject.output_vocabulary.isdisjoint({"reserve", "reserves", "inferred"}):
            return Abstain("the output does not speak of reserves")
        found = next(_found(subject), None)
        if found is None:
            return Pass()
        start, end, why = found
        return Fail(
            score=0.9,
            severity="high",
            label="reserves",
            explanation=f"The output says “{subject.output_text[start:end]}”; {why}.",
            evidence=(Evidence("output", start, end),),
        )


def _found(subject: Subject) -> Iterator[tuple[int, int, str]]:
    for start, end in sentences(subject.output_text):
        sentence = subject.output_folded[start:end]
        if "reserve" not in sentence and "inferred" not in sentence or _EXCUSED.search(sentence):
            continue
        for pattern, why in _WRONG:
            for match in pattern.finditer(sentence):
                span = (start + match.start(), start + match.end())
                if not negated(subject.output_text, span[0]) and not reported(subject.output_text, *span):
                    yield *span, why
