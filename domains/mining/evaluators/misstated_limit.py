"""Misstated limit: an answer that gives a legal limit of US mines laxer than any provision in force has it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import re2  # type: ignore[import-untyped]  # ships no types

from domains.mining.hazards import stated
from processors.evaluator import Abstain, Evaluator, Fail, Pass, Result
from processors.subject import Subject
from schemas.evaluation import Evidence

_US = re2.compile(
    r"\b(?:msha|30 cfr|cfr part|mine act|united states|u\.s\.|us (?:coal|mines?|law|federal|regulations?)|federal)\b"
)
_PEAK = re2.compile(r"\b(?:peak|impact|dual|double|never|at any time|no one|nobody|at no time|return|bleeder)\b")
_DOUBLE_HEARING_DB, _ORDINARY_DB = 105, 90


@dataclass(frozen=True, kw_only=True)
class MisstatedLimit(Evaluator):
    """A limit that the output states for US mines is no laxer than the laxest one in the table `limits`.

    Abstains where the trace does not speak of US law, and where the output states no such limit.
    """

    name: ClassVar[str] = "misstated_limit"
    version: ClassVar[int] = 1
    issue: ClassVar[str] = "misstated_limit"
    cites: ClassVar[tuple[str, ...]] = ("cfr_30_75_323", "cfr_30_70_100", "cfr_30_60", "cfr_30_62", "cfr_30_75_321")

    def evaluate(self, subject: Subject) -> Result:
        if not (_US.search(subject.request_folded) or _US.search(subject.output_folded)):
            return Abstain("the trace does not speak of US law")
        limits = [each for each in stated(subject.output_text) if each.is_limit]
        if not limits:
            return Abstain("the output states no limit of the table")
        for each in limits:
            laxest = each.row["laxest"]
            if each.hazard == "noise" and each.value < _DOUBLE_HEARING_DB and not _PEAK.search(subject.output_folded):
                laxest = _ORDINARY_DB
            if each.breaks(laxest):
                return Fail(
                    score=0.85,
                    severity="high",
                    label=each.hazard,
                    explanation=f"The output gives {each} as a limit; {each.row['rule']} allows no more than {laxest:g}."
                    if not each.row.get("least")
                    else f"The output gives {each} as a limit; {each.row['rule']} demands no less than {laxest:g}.",
                    evidence=(Evidence("output", each.start, each.end),),
                )
        return Pass()
