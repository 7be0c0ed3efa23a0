"""Ungrounded answer: the output states numbers, names or matters that neither the context nor the question holds."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, sqrt
from typing import ClassVar

from processors.evaluator import Abstain, Evaluator, Fail, Pass, Result
from processors.subject import Subject
from processors.text.names import names
from processors.text.numbers import NumberSet, computed, magnitudes, spelled
from processors.text.sentences import Span
from processors.text.words import FUNCTION_WORDS, stems, words
from schemas.evaluation import Evidence

# Logistic weights, rounded from fits on the RAGTruth question answering responses of four open models (half of the
# authors' training part). Novel words enter by their square root up to 30: the first ones tell most. The share of
# numbers is rounded up, so that a short answer whose only number is unsupported fails.
_BIAS = -3.3
_NOVEL_WORDS = 0.78
_NUMBERS, _NUMBER_SHARE = 0.3, 4.0
_NAMES, _NAME_SHARE = 0.3, 0.9
_MOST_NOVEL, _MOST_FACTS = 30, 3


@dataclass(frozen=True, slots=True)
class _Support:
    """What of an output has no support: stems, and the places of numbers and names among all that it has."""

    novel: set[str]
    numbers: list[Span]
    number_count: int
    names: list[Span]
    name_count: int

    @property
    def score(self) -> float:
        logit = (
            _BIAS
            + _NOVEL_WORDS * sqrt(min(len(self.novel), _MOST_NOVEL))
            + _NUMBERS * min(len(self.numbers), _MOST_FACTS)
            + _NUMBER_SHARE * len(self.numbers) / max(self.number_count, 1)
            + _NAMES * min(len(self.names), _MOST_FACTS)
            + _NAME_SHARE * len(self.names) / max(self.name_count, 1)
        )
        return 1.0 / (1.0 + exp(-logit))


@dataclass(frozen=True, kw_only=True)
class UngroundedAnswer(Evaluator):
    """Compares an output with its context by value (numbers), by word (names) and by stem (all other content words).

    Abstains where there is no context or no output.
    fail_at: score, 0..1, from which the output counts as ungrounded.
    """

    name: ClassVar[str] = "ungrounded_answer"
    version: ClassVar[int] = 1
    issue: ClassVar[str] = "ungrounded"

    fail_at: float = 0.7

    def evaluate(self, subject: Subject) -> Result:
        if not subject.context_text.strip():
            return Abstain("the trace has no context")
        if not subject.output_vocabulary:
            return Abstain("the output has no words")
        support = _support(subject)
        score = support.score
        if score < self.fail_at:
            return Pass(score=score)
        return Fail(
            score=score,
            severity="high" if support.numbers or support.names else "medium",
            label="number" if support.numbers else "name" if support.names else "wording",
            explanation=_explain(subject.output_text, support),
            evidence=_evidence(subject, support),
        )


def _support(subject: Subject) -> _Support:
    output = subject.output_text
    ground_stems = stems(subject.grounds)
    stated = subject.output_numbers
    known = _known_numbers(subject) if stated else NumberSet(())
    unsupported = [n for n in stated if not known.agrees_with(n) and not computed(n, output)]
    named = _sure_names(subject)
    return _Support(
        novel=subject.output_stems - ground_stems,
        numbers=[(n.start, n.end) for n in unsupported],
        number_count=len(stated),
        names=[span for span, parts in named if not any(w in subject.grounds or w[:5] in ground_stems for w in parts)],
        name_count=len(named),
    )


def _known_numbers(subject: Subject) -> NumberSet:
    written = magnitudes(subject.context_text) + magnitudes(subject.input_text)
    return NumberSet([*written, *spelled(subject.grounds)])


def _sure_names(subject: Subject) -> list[tuple[Span, list[str]]]:
    """Capitalised runs that are surely names, with their words: at the start of a sentence only runs of two or more."""
    sure: list[tuple[Span, list[str]]] = []
    for span, opens in names(subject.output_text):
        parts = [w for w in words(subject.output_folded[slice(*span)]) if len(w) > 1 and w not in FUNCTION_WORDS]
        if len(parts) > opens:
            sure.append((span, parts))
    return sure


def _explain(output: str, support: _Support) -> str:
    parts = []
    if facts := [output[slice(*span)] for span in (support.numbers + support.names)[:3]]:
        parts.append("The context never mentions " + ", ".join(f"“{fact}”" for fact in facts) + ".")
    if support.novel:
        parts.append(f"{len(support.novel)} content words of the output occur in neither the context nor the question.")
    return " ".join(parts)


def _evidence(subject: Subject, support: _Support) -> tuple[Evidence, ...]:
    """The unsupported facts, and without any the sentence with the most words that the context lacks."""
    spans = (support.numbers + support.names)[:6]
    if not spans:
        folded = subject.output_folded
        spans = [max(subject.output_sentences, key=lambda s: len(stems(words(folded[slice(*s)])) & support.novel))]
    return tuple(Evidence("output", start, end) for start, end in spans)
