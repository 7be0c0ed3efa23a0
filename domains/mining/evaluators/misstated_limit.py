"""Misstated limit: an answer that gives a legal limit of US mines laxer than any provision in force has it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domains.mining.hazards import Stated, stated
from domains.mining.patterns import pattern
from processors.evaluator import Abstain, Evaluator, Fail, Pass, Result
from processors.subject import Subject
from schemas.evaluation import Evidence

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
        law = pattern("us_law")
        if not (law.search(subject.request_folded) or law.search(subject.output_folded)):
            return Abstain("the trace does not speak of US law")
        limits = [each for each in stated(subject, "output") if each.is_limit]
        if not limits:
            return Abstain("the output states no limit of the table")
        for each in limits:
            laxest = _laxest(each, subject)
            if each.breaks(laxest):
                demand = "demands no less" if each.row.get("least") else "allows no more"
                return Fail(
                    score=0.85,
                    severity="high",
                    label=each.hazard,
                    explanation=f"The output gives {each} as a limit; {each.row['rule']} {demand} than {laxest:g}.",
                    evidence=(Evidence("output", each.start, each.end),),
                )
        return Pass()


def _laxest(limit: Stated, subject: Subject) -> float:
    """The laxest limit in force; for noise over a shift less than for peaks."""
    shift = limit.hazard == "noise" and limit.value < _DOUBLE_HEARING_DB
    laxest: float = limit.row["laxest"]
    return _ORDINARY_DB if shift and not pattern("peaks").search(subject.output_folded) else laxest
