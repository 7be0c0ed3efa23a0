"""Contradicted dose: the answer gives another dose of a drug than the chart that it was shown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from domains.healthcare.clinical.doses import Dose, charted_doses, doses
from domains.healthcare.clinical.findings import failed
from processors.evaluator import Abstain, Evaluator, Pass, Result
from processors.extraction.doses import Amount
from processors.subject import Subject

_SAME = 0.02  # share by which amounts may differ
_CHANGES = re.compile(
    r"\b(?:increas\w*|reduc\w*|lower\w*|rais\w*|chang\w*|titrat\w*|halv\w*|halve|doubl\w*|instead|taper\w*|adjust\w*|switch\w*"
    r"|escalat\w*|up to|step\w*|load\w*|previous\w*|maximum|each|tablets?)\b"
)


@dataclass(frozen=True, kw_only=True)
class ContradictedDose(Evaluator):
    """Doses of the output that the context gives otherwise, where the sentence does not say that it changes them.

    A single dose may agree with a daily amount, and either with an end of a range. Abstains where the context gives no
    dose of a drug that the output doses.
    """

    name: ClassVar[str] = "contradicted_dose"
    version: ClassVar[int] = 1
    issue: ClassVar[str] = "contradicted_dose"
    cites: ClassVar[tuple[str, ...]] = ("joint_commission_npsg_03",)

    def evaluate(self, subject: Subject) -> Result:
        if not doses(subject):
            return Abstain("the output gives no dose")
        charted = charted_doses(subject)
        if not charted:
            return Abstain("the context gives no dose")
        judged = [(dose, known) for dose in doses(subject) if (known := [c for c in charted if c.drug == dose.drug])]
        if not judged:
            return Abstain("the output doses nothing that the context doses")
        for dose, known in judged:
            if (
                dose.regimen.dose is not None
                and not _agrees(dose.regimen.dose, known)
                and not _is_change(subject, dose)
            ):
                why = f"The output gives {dose.drug} {dose.said}; the context gives {known[0].said}."
                return failed("high", f"{dose.drug} {dose.said}", why, dose.evidence)
        return Pass()


def _agrees(given: Amount, known: list[Dose]) -> bool:
    """Whether the amount lies within one that is charted, or nothing charted can be compared with it."""
    comparable = [amount for dose in known for amount in _amounts(dose) if amount.unit == given.unit]
    if not comparable:
        return True
    return any(
        low * (1 - _SAME) <= given.low and given.high <= high * (1 + _SAME) for low, high in map(_ends, comparable)
    )


def _amounts(dose: Dose) -> Iterator[Amount]:
    regimen = dose.regimen
    yield from (amount for amount in (regimen.dose, regimen.daily, regimen.maximum) if amount is not None)


def _ends(amount: Amount) -> tuple[float, float]:
    return amount.low, amount.high


def _is_change(subject: Subject, dose: Dose) -> bool:
    start, end = dose.regimen.sentence
    return dose.evidence is None or bool(_CHANGES.search(subject.output_folded, start, end))
