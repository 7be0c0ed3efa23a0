"""Misread result: the answer calls a laboratory value or vital sign normal that is far from it, or the reverse."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from domains.healthcare.clinical.cues import cue
from domains.healthcare.clinical.findings import failed, worst
from domains.healthcare.clinical.lexicon import Mention
from domains.healthcare.clinical.patient import patient, told
from domains.healthcare.clinical.results import NAMES, RESULTS, value_after
from processors.evaluator import Abstain, Evaluator, Fail, Pass, Result
from processors.subject import Subject, once
from processors.text.words import folded
from schemas.evaluation import Evidence

_NORMAL = cue("calls_normal")
_ABNORMAL = cue("calls_abnormal")
_DENIED = re.compile(
    r"\b(?:not|isn't|aren't|n't|never|no longer|abnormal|far from|return\w* to|until|should be|than"
    r"|once|when|if|unless|back)\b[^.;,\n]{0,20}$"
)
_DENIED_ABNORMAL = re.compile(r"\b(?:not|isn't|n't|no|neither|nor|if|slightly|mildly|too)\b[^.;,\n]{0,20}$")
_OF_ALL = re.compile(
    r"\b(?:all|everything|every|results|values|labs|panel|vitals|vital signs|numbers|bloodwork|tests)\b"
)


@dataclass(frozen=True, kw_only=True)
class MisreadResult(Evaluator):
    """Values told in the request, the chart or the answer itself against the table `labs`.

    A critical value that is called normal fails; so does one that lies well inside the range and is called critical.
    Abstains where no value of the table is told, or the answer does not judge it, and for children.
    """

    name: ClassVar[str] = "misread_result"
    version: ClassVar[int] = 1
    issue: ClassVar[str] = "misread_result"
    cites: ClassVar[tuple[str, ...]] = ("abim_ranges", "mayo_critical_values")

    def evaluate(self, subject: Subject) -> Result:
        values = _values(subject)
        if not values:
            return Abstain("no value with a known range is told")
        age = patient(subject).age_years
        if age is not None and age < 16:
            return Abstain("the ranges are those of adults")
        found = [finding for name, value in values.items() for finding in _misread(subject, name, value)]
        return worst(found) if found else Pass()


@once
def _values(subject: Subject) -> dict[str, float]:
    """The value of each test of the table, in its unit: the first that is told, else that of the output."""
    values: dict[str, float] = {}
    texts = (
        (told(subject), patient(subject).vocabulary),
        (folded(subject.context_text), None),
        (subject.output_folded, subject.output_vocabulary),
    )
    for text, vocabulary in texts:
        for mention in NAMES.find(text, vocabulary):
            if mention.key not in values:
                value = value_after(text, mention)
                if value is not None:
                    values[mention.key] = value
    return values


def _misread(subject: Subject, name: str, value: float) -> Iterator[Fail]:
    row = RESULTS.rows[name]
    text = subject.output_folded
    critical = value <= row.get("panic_low", float("-inf")) or value >= row.get("panic_high", float("inf"))
    inside = row["low"] <= value <= row["high"]
    if not critical and not inside:
        return
    for start, end in _said(subject, name):
        said = text[start:end]
        if critical and _affirmed(_NORMAL, _DENIED, said) and not _affirmed(_ABNORMAL, _DENIED_ABNORMAL, said):
            why = f"{name} {value:g} {row['unit']} is critical; the answer calls it normal."
            yield failed("critical", f"{name} {value:g}", why, Evidence("output", start, end))
        elif inside and _alarms(said) and not _affirmed(_NORMAL, _DENIED, said):
            why = f"{name} {value:g} {row['unit']} lies within {_range(row)}; the answer calls it critical."
            yield failed("high", f"{name} {value:g}", why, Evidence("output", start, end))


def _said(subject: Subject, name: str) -> Iterator[tuple[int, int]]:
    """The sentences of the output that speak of a test: where none names it, those about all results."""
    text = subject.output_folded
    mentions: list[Mention] = [each for each in NAMES.find(text) if each.key == name]
    if not mentions:
        alone = len(_values(subject)) == 1
        yield from ((a, b) for a, b in subject.output_sentences if alone or _OF_ALL.search(text, a, b))
        return
    for start, end in subject.output_sentences:
        if any(start <= each.start < end for each in mentions):
            yield start, end


def _affirmed(cue: re.Pattern[str], denied: re.Pattern[str], said: str) -> bool:
    return any(not denied.search(said[max(match.start() - 40, 0) : match.start()]) for match in cue.finditer(said))


def _alarms(said: str) -> bool:
    return bool(re.search(r"\b(?:critically|dangerously|severely|life-threatening)\b", said))


def _range(row: Mapping[str, Any]) -> str:
    return f"{row['low']:g} to {row['high']:g}"
