"""Contradicted result: the answer gives another laboratory value or vital sign than the chart that it was shown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from domains.healthcare.clinical.cues import cue
from domains.healthcare.clinical.findings import failed
from domains.healthcare.clinical.results import RESULTS, values_in
from processors.evaluator import Abstain, Evaluator, Pass, Result
from processors.subject import Subject
from processors.text.words import folded
from schemas.evaluation import Evidence

_SAME = 0.06  # share by which values may differ: the answer may round
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_NO_READING = cue("gives_no_reading")


@dataclass(frozen=True, kw_only=True)
class ContradictedResult(Evaluator):
    """Values that the output gives and the context gives otherwise, each test by itself.

    Sentences about targets, limits and changes are not judged, nor is a number that the context has anywhere. Abstains
    where the context has no value of a test that the output gives one of.
    """

    name: ClassVar[str] = "contradicted_result"
    version: ClassVar[int] = 1
    issue: ClassVar[str] = "contradicted_result"
    cites: ClassVar[tuple[str, ...]] = ("joint_commission_npsg_02",)

    def evaluate(self, subject: Subject) -> Result:
        if not subject.context_text.strip():
            return Abstain("there is no context")
        reported = list(_reported(subject))
        if not reported:
            return Abstain("the output gives no value of a test")
        shown = folded(f"{subject.context_text}\n{subject.input_text}")
        charted, numbers = values_in(shown), frozenset(_NUMBER.findall(shown))
        judged = [(name, value, place) for name, value, place in reported if name in charted]
        for name, value, place in judged:
            if not any(_alike(value, known) for known in charted[name]) and f"{value:g}" not in numbers:
                why = (
                    f"The output gives {name} {value:g} {RESULTS.rows[name]['unit']}; the context {charted[name][0]:g}."
                )
                return failed("high", f"{name} {value:g}", why, place)
        return Pass() if judged else Abstain("the context has no value of a test that the output gives")


def _alike(value: float, known: float) -> bool:
    return abs(value - known) <= _SAME * max(value, known)


def _reported(subject: Subject) -> Iterator[tuple[str, float, Evidence]]:
    """Each value that the output gives of a test."""
    for start, end in subject.output_sentences:
        said = subject.output_folded[start:end]
        if not _NO_READING.search(said):
            for name, values in values_in(said).items():
                yield from ((name, value, Evidence("output", start, end)) for value in values)
