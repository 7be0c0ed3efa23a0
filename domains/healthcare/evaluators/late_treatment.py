"""Late treatment: a note tells that sepsis, a stroke or a heart attack was treated later than guidelines allow."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from domains.healthcare.clinical.cues import cue
from domains.healthcare.clinical.findings import failed, worst
from domains.knowledge import table
from processors.evaluator import Abstain, Evaluator, Fail, Pass, Result
from processors.subject import Subject
from processors.text.words import folded
from schemas.evaluation import Evidence

_WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight")
_NUMBERS = {word: float(count) for count, word in enumerate(_WORDS, 1)}
_AMOUNT = rf"(?P<amount>\d{{1,4}}(?:\.\d)?|{'|'.join(_WORDS)})"
_UNIT = r"(?P<unit>minutes?|mins?|hours?|hrs?|h)\b"
_SEPSIS, _SHOCK = re.compile(r"\b(?:sepsis|septic)\b"), re.compile(r"\b(?:septic shock|vasopressors?|norepinephrine)\b")
_WITHOUT_SHOCK = 180.0  # minutes; SSC 2021, recommendation 13
_ADMITS = cue("states_lateness")


def _either(terms: list[str]) -> str:
    return "|".join(map(re.escape, terms))


def _patterns(of: list[str], since: list[str]) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """The treatment in a sentence, and its time: `38 minutes after recognition`, `door-to-needle 112 minutes`."""
    names = _either(since)
    if of == since:
        return re.compile(rf"\b(?:{names})\b"), re.compile(rf"\b(?:{names})\b[^\d.;\n]{{0,30}}{_AMOUNT} ?{_UNIT}")
    return re.compile(rf"\b(?:{_either(of)})\b"), re.compile(
        rf"\b{_AMOUNT} ?{_UNIT} (?:after|from|of|post|since) (?:\w+ ){{0,2}}?(?:{names})\b"
    )


_LIMITS = {
    name: (*_patterns(row["of"], row["since"]), float(row["within"]), row["label"])
    for name, row in table("healthcare", "time_limits").rows.items()
}


@dataclass(frozen=True, kw_only=True)
class LateTreatment(Evaluator):
    """Times in the output against the table `time_limits`, where the output does not own that they are late.

    Antimicrobials without septic shock have three hours. Abstains where no such time is told.
    """

    name: ClassVar[str] = "late_treatment"
    version: ClassVar[int] = 1
    issue: ClassVar[str] = "late_treatment"
    cites: ClassVar[tuple[str, ...]] = ("ssc_2021", "aha_stroke_2019", "aha_stemi_2013")

    def evaluate(self, subject: Subject) -> Result:
        times = list(_times(subject))
        if not times:
            return Abstain("no time to a treatment is told")
        late = [found for found in times if found is not None]
        return worst(late) if late and not _ADMITS.search(subject.output_folded) else Pass()


def _times(subject: Subject) -> Iterator[Fail | None]:
    """For each time told, the finding where it is late."""
    text = subject.output_folded
    for name, (treatment, told, within, label) in _LIMITS.items():
        if not treatment.search(text):
            continue
        limit = _limit(subject, name, within)
        for start, end in subject.output_sentences if limit else ():
            if treatment.search(text, start, end) and (found := told.search(text, start, end)):
                minutes = _minutes(found)
                why = f"Treated after {minutes:g} minutes, where {limit:g} are allowed ({label})."
                yield failed("high", name, why, Evidence("output", *found.span())) if minutes > limit else None


def _limit(subject: Subject, name: str, within: float) -> float:
    """In minutes; 0 where the rule is not about this patient."""
    if name != "late_sepsis_antibiotics":
        return within
    told = f"{folded(subject.request)} {subject.output_folded}"
    if not _SEPSIS.search(told):
        return 0.0
    return within if _SHOCK.search(told) else _WITHOUT_SHOCK


def _minutes(found: re.Match[str]) -> float:
    amount = _NUMBERS.get(found["amount"]) or float(found["amount"])
    return amount * 60 if found["unit"].startswith("h") else amount
