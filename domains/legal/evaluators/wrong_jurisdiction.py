"""Wrong jurisdiction: a question about one place is answered with the law of another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from domains.legal.cues import cue
from domains.legal.finding import Finding, around, result_of
from domains.legal.states import UNITED_KINGDOM, UNITED_STATES, Law, laws, places, places_of_cities
from processors.evaluator import Abstain, Evaluator, Result
from processors.subject import Subject

_KEYS = ("jurisdiction", "governing_law", "state", "venue")
_COMPARED = cue("compares_laws")


@dataclass(frozen=True, kw_only=True)
class WrongJurisdiction(Evaluator):
    """Compares the one state, or the United Kingdom, that the request (else `attributes.jurisdiction`) names, or
    the city in it, with those whose law the output cites.

    Law of a place that the input or the context names is no mismatch, nor is law that the output compares with.
    Abstains where the request names no place or several, and where the output speaks of no place's law.
    """

    name: ClassVar[str] = "wrong_jurisdiction"
    version: ClassVar[int] = 1
    issue: ClassVar[str] = "wrong_jurisdiction"
    cites: ClassVar[tuple[str, ...]] = ("erie", "model_rule_1_1")

    def evaluate(self, subject: Subject) -> Result:
        asked = _asked(subject)
        if asked is None:
            return Abstain("the request names no one jurisdiction")
        cited = laws(subject.output_text)
        if not cited:
            return Abstain("the output speaks of no jurisdiction's law")
        given = places(subject.context_text) | places(subject.input_text) | places_of_cities(subject.input_text)
        strange = [law for law in cited if _is_strange(law, asked, given) and not _is_compared(subject, law)]
        if any(law.place == asked for law in cited) and len(strange) < len(cited) / 2:
            strange = []
        return result_of(
            [
                Finding(
                    "high", law.place, f"The question is about {asked}; this is law of {law.place}.", law.start, law.end
                )
                for law in strange
            ]
        )


def _asked(subject: Subject) -> str | None:
    found = places(subject.request) or places_of_cities(subject.request)
    if not found:
        found = places(" ".join(str(subject.trace.attributes.get(key, "")) for key in _KEYS))
    return next(iter(found)) if len(found) == 1 else None


def _is_strange(law: Law, asked: str, given: frozenset[str]) -> bool:
    if law.place == UNITED_STATES:
        return asked == UNITED_KINGDOM
    return law.place != asked and law.place not in given


def _is_compared(subject: Subject, law: Law) -> bool:
    return _COMPARED.search(around(subject.output_text, law.start, law.end, 100)) is not None
