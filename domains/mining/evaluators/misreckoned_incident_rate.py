"""Misreckoned incident rate: a rate that an answer works out, and that is not injuries by hours worked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from domains.mining.evaluators.wrong_incident_rate import ICMM_HOURS, MSHA_HOURS
from domains.mining.patterns import pattern
from processors.evaluator import Abstain, Evaluator, Fail, Pass, Result
from processors.extraction.numerals import numerals
from processors.subject import Subject
from schemas.evaluation import Evidence

_RESULT = re.compile(
    r"(?:[=≈~:]|\b(?:is|was|of|comes to|works out (?:at|to)|equals))\s?(?:about |approximately |roughly )?\Z"
)
_GOES_ON = re.compile(r"\s*(?:injur|lost|record|fatal|hours|x\b|[×*/÷%])")
_MILLION = re.compile(r"\s+million\b")
_REACH = 120  # characters from the name of a rate to its value
_TOLERANCE, _ROUNDING = 0.03, 0.051
_MAX_TEXT = 20_000
_BASES = {MSHA_HOURS: "by_200_000_hours", ICMM_HOURS: "by_a_million_hours"}


class _Rate(NamedTuple):
    value: float
    start: int
    end: int


@dataclass(frozen=True, kw_only=True)
class MisreckonedIncidentRate(Evaluator):
    """A rate that the output arrives at is injuries × 200,000 / hours, or × 1,000,000 where it is one of those.

    Which of the two is meant is read from its name and from the text; where neither says so both are right. Abstains
    unless request and output name one number of injuries and one of hours.
    """

    name: ClassVar[str] = "misreckoned_incident_rate"
    version: ClassVar[int] = 1
    issue: ClassVar[str] = "misreckoned_incident_rate"
    cites: ClassVar[tuple[str, ...]] = ("cfr_30_50_1", "icmm_safety")

    def evaluate(self, subject: Subject) -> Result:
        output = subject.output_folded[:_MAX_TEXT]
        rate = next(reversed(list(_rates(output))), None)
        if rate is None:
            return Abstain("the output states no rate of injuries")
        both = f"{subject.request_folded[:_MAX_TEXT]}\n{output}"
        injuries, hours = set(_counted(both, "injuries")), set(_counted(both, "hours")) - {MSHA_HOURS, ICMM_HOURS}
        if len(injuries) != 1 or len(hours) != 1:
            return Abstain("the output works out no rate from one number of injuries and one of hours")
        count, worked = injuries.pop(), hours.pop()
        rights = (
            {base: count * base / worked for base in _bases(subject.request_folded[:_MAX_TEXT], both)} if worked else {}
        )
        if not rights or any(_same(rate.value, right) for right in rights.values()):
            return Pass()
        right = " or ".join(f"{each:.3g} by {base:,} hours" for base, each in rights.items())
        return Fail(
            score=0.9,
            severity="high",
            label="rate",
            explanation=f"{count:g} injuries in {worked:,.10g} hours are {right}, not {rate.value:g}.",
            evidence=(Evidence("output", rate.start, rate.end),),
        )


def _rates(text: str) -> Iterator[_Rate]:
    """The first result behind each name of a rate, in its sentence."""
    for name in pattern("rate").finditer(text):
        begin = name.end()
        reach = text[begin : begin + _REACH].split("\n")[0].split(". ")[0]
        for numeral in numerals(reach):
            if _RESULT.search(reach[: numeral.start]) and not _GOES_ON.match(reach[numeral.end :]):
                yield _Rate(numeral.value, begin + numeral.start, begin + numeral.end)
                break


def _counted(text: str, what: str) -> Iterator[float]:
    for numeral in numerals(text):
        behind = text[numeral.end : numeral.end + _REACH]
        million = _MILLION.match(behind)
        counted = (behind[million.end() :] if million else behind).lstrip()
        if pattern(what).match(counted) and not counted.startswith("per "):
            yield numeral.value * (1e6 if million else 1)


def _bases(request: str, both: str) -> list[int]:
    """The one that the request asks for, else those that are named, else either."""
    asked, named = ([base for base, name in _BASES.items() if pattern(name).search(text)] for text in (request, both))
    return asked if len(asked) == 1 else named or list(_BASES)


def _same(stated: float, right: float) -> bool:
    return abs(stated - right) <= max(_TOLERANCE * right, _ROUNDING)
