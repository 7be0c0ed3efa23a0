"""Findings: what an evaluator of this domain says is wrong, scored by severity as declared constraints are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from domains.legal.cues import cue
from processors.constraints.base import SCORES
from processors.evaluator import Abstain, Fail, Pass, Result
from schemas.evaluation import Evidence, Severity

HELD = Pass()
MAX_EVIDENCE = 10
_REACH = 240  # characters


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: a sentence about it, and characters [start, end) of `field`."""

    severity: Severity
    label: str
    explanation: str
    start: int
    end: int
    field: str = "output"


def result_of(findings: Sequence[Finding], nothing: Abstain | None = None) -> Result:
    """The worst finding, with the places of all; without any, `nothing` where it is given and else a pass."""
    if not findings:
        return nothing or HELD
    worst = max(findings, key=lambda each: SCORES[each.severity])
    return Fail(
        score=SCORES[worst.severity],
        severity=worst.severity,
        label=worst.label,
        explanation=worst.explanation,
        evidence=tuple(Evidence(each.field, each.start, each.end) for each in findings[:MAX_EVIDENCE]),
    )


def around(text: str, start: int, end: int, reach: int = _REACH) -> str:
    """What stands around a place in the same paragraph: sentences cannot be told apart by the full stops of `U.S.`"""
    before, after = text[max(start - reach, 0) : start], text[end : end + reach]
    return before[before.rfind("\n") + 1 :] + text[start:end] + after.partition("\n")[0]


_SAID_TO_BE_WRONG = cue("said_to_be_wrong")


def is_questioned(text: str, start: int, end: int) -> bool:
    """Whether the text itself says there that what it cites is wrong or cannot be found."""
    return _SAID_TO_BE_WRONG.search(around(text, start, end)) is not None
