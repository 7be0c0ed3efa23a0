"""Excessive dose: the answer gives an adult more of a drug, at once or in a day, than its label allows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from domains.healthcare.clinical.doses import Dose, doses, in_mg
from domains.healthcare.clinical.drugs import facts
from domains.healthcare.clinical.findings import failed, worst
from domains.healthcare.clinical.patient import patient
from processors.evaluator import Abstain, Evaluator, Fail, Pass, Result
from processors.subject import Subject
from schemas.evaluation import Severity

_ROUNDING = 1.01  # 325 mg tablets, twelve a day, are 3,900 mg; 1,001 mg is no overdose
_OLD_YEARS = 60
_UNUSUAL = 2.5  # times the largest usual dose, where a label has no limit


@dataclass(frozen=True, kw_only=True)
class ExcessiveDailyDose(Evaluator):
    """What an answer or an order allows in a day, against `max_daily` and its like in the table `drugs`, in mg.

    Limits by age above 60 and by weight are used where these are told. A range of which only the upper end is too much
    is in doubt. Abstains where no daily amount of a drug with a limit is given.
    """

    name: ClassVar[str] = "excessive_daily_dose"
    version: ClassVar[int] = 1
    issue: ClassVar[str] = "excessive_daily_dose"
    cites: ClassVar[tuple[str, ...]] = ("fda_label", "fda_acetaminophen")

    def evaluate(self, subject: Subject) -> Result:
        limited = [(dose, limit) for dose in doses(subject) if (limit := _daily_limit(subject, dose)) is not None]
        judged = [(dose, limit, amount) for dose, limit in limited for amount in _daily_amounts(dose)]
        if not judged:
            return Abstain("no daily amount of a drug with a limit is given")
        found = [finding for dose, limit, (low, high) in judged for finding in _excess(dose, limit, low, high, "a day")]
        return worst(found) if found else Pass()


@dataclass(frozen=True, kw_only=True)
class ExcessiveSingleDose(Evaluator):
    """What an answer or an order gives at once, against `max_single` of the table `drugs`, in mg. Abstains as above."""

    name: ClassVar[str] = "excessive_single_dose"
    version: ClassVar[int] = 1
    issue: ClassVar[str] = "excessive_single_dose"
    cites: ClassVar[tuple[str, ...]] = ("fda_label",)

    def evaluate(self, subject: Subject) -> Result:
        judged = [
            (dose, limit, amount)
            for dose in doses(subject)
            if (limit := dose.limit("max_single")) is not None and (amount := in_mg(dose.regimen.dose))
        ]
        if not judged:
            return Abstain("no single dose of a drug with a limit is given")
        found = [
            finding for dose, limit, (low, high) in judged for finding in _excess(dose, limit, low, high, "at once")
        ]
        return worst(found) if found else Pass()


def _daily_limit(subject: Subject, dose: Dose) -> float | None:
    row, known = facts(dose.drug), patient(subject)
    limits = [dose.limit("max_daily")]
    if "max_daily_over_60" in row and known.age_years is not None and known.age_years > _OLD_YEARS:
        limits.append(row["max_daily_over_60"])
    if "per_kg_max_daily" in row and known.weight_kg is not None:
        limits.append(row["per_kg_max_daily"] * known.weight_kg)
    if "usual_daily" in row:
        limits.append(row["usual_daily"] * _UNUSUAL)
    return min((limit for limit in limits if limit is not None), default=None)


def _daily_amounts(dose: Dose) -> Iterator[tuple[float, float]]:
    """What is taken in a day, and what is called the most for a day, each in mg."""
    for amount in (in_mg(dose.regimen.daily), in_mg(dose.regimen.maximum)):
        if amount is not None:
            yield amount


def _excess(dose: Dose, limit: float, low: float, high: float, per: str) -> Iterator[Fail]:
    if high <= limit * _ROUNDING:
        return
    severity: Severity = "high" if low > limit * _ROUNDING else "medium"
    why = f"{dose.drug} {high:g} mg {per} is above {limit:g} mg ({facts(dose.drug).get('label', 'label')})."
    yield failed(severity, f"{dose.drug} {high:g} mg {per}", why, dose.evidence)
