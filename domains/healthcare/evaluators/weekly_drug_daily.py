"""Weekly drug daily: what is taken once a week is to be taken every day."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar

from domains.healthcare.clinical.doses import Dose, doses, in_mg
from domains.healthcare.clinical.drugs import facts
from domains.healthcare.clinical.findings import failed
from domains.healthcare.clinical.patient import told
from processors.evaluator import Abstain, Evaluator, Pass, Result
from processors.subject import Subject

_CANCER = re.compile(
    r"\b(?:leuk\w+|lymphoma|cancer|chorio\w+|osteosarcoma|trophoblastic|oncolog\w+|maintenance chemo\w*)\b"
)


@dataclass(frozen=True, kw_only=True)
class WeeklyDrugDaily(Evaluator):
    """Doses of drugs with an `interval` in the table `drugs`, such as methotrexate, given more often than that.

    Methotrexate against cancer has other schedules, and is not judged. Abstains where no such dose is given.
    """

    name: ClassVar[str] = "weekly_drug_daily"
    version: ClassVar[int] = 1
    issue: ClassVar[str] = "weekly_drug_daily"
    cites: ClassVar[tuple[str, ...]] = ("ismp_high_alert", "fda_label")

    def evaluate(self, subject: Subject) -> Result:
        judged = [dose for dose in doses(subject) if _is_spaced(dose)]
        if not judged or _CANCER.search(told(subject)) or _CANCER.search(subject.output_folded):
            return Abstain("no drug that is spaced by days is dosed")
        for dose in judged:
            interval = facts(dose.drug)["interval"]
            times = dose.regimen.times
            if times is not None and times[0] * interval > 2:
                why = f"{dose.drug} is taken every {interval:g} days; the answer gives it {times[0]:g} times a day."
                return failed("critical", dose.drug, why, dose.evidence)
        return Pass()


def _is_spaced(dose: Dose) -> bool:
    row = facts(dose.drug)
    given = in_mg(dose.regimen.dose)
    return "interval" in row and (given is None or given[1] >= row["interval_from"])
