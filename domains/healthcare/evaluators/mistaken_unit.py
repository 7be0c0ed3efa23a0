"""Mistaken unit: a dose is so far from any that is used that a unit or a decimal point must be wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domains.healthcare.clinical.doses import Dose, doses, in_mg
from domains.healthcare.clinical.drugs import facts
from domains.healthcare.clinical.findings import failed
from processors.evaluator import Abstain, Evaluator, Pass, Result
from processors.subject import Subject

_TENFOLD = 5.0  # times the largest dose: ten times an ordinary one
_THOUSANDFOLD = 100.0
_TOO_SMALL = 400.0  # times below the largest dose: micrograms for milligrams


@dataclass(frozen=True, kw_only=True)
class MistakenUnit(Evaluator):
    """Doses five times and more above the largest limit of the drug, or hundreds of times below it.

    Abstains where no dose of a drug with a limit is given.
    """

    name: ClassVar[str] = "mistaken_unit"
    version: ClassVar[int] = 1
    issue: ClassVar[str] = "mistaken_unit"
    cites: ClassVar[tuple[str, ...]] = ("ismp_error_prone", "fda_label")

    def evaluate(self, subject: Subject) -> Result:
        judged = [(dose, *pair) for dose in doses(subject) if (pair := _dose_and_limit(dose))]
        if not judged:
            return Abstain("no dose of a drug with a limit is given")
        for dose, given, limit in judged:
            wrong = _wrong(given / limit)
            if wrong:
                why = f"{dose.drug} {given:g} mg, where {limit:g} mg is the most: {wrong}."
                return failed("critical", f"{dose.drug} {given:g} mg", why, dose.evidence)
        return Pass()


def _dose_and_limit(dose: Dose) -> tuple[float, float] | None:
    row = facts(dose.drug)
    given = in_mg(dose.regimen.dose)
    limit = dose.limit("max_single") or dose.limit("max_daily") or row.get("usual_daily")
    return (given[0], limit) if given and given[0] and limit else None


def _wrong(ratio: float) -> str | None:
    if ratio >= _THOUSANDFOLD:
        return "milligrams were probably written for micrograms"
    if ratio >= _TENFOLD:
        return "a tenfold error is likely"
    return "micrograms were probably written for milligrams" if ratio * _TOO_SMALL <= 1 else None
