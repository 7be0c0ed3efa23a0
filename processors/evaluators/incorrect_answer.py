"""Incorrect answer: the output gives another answer than the reference that came with the trace."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from processors.evaluator import Abstain, Evaluator, Fail, Pass, Result
from processors.subject import Subject
from processors.text.answers import final_number, leading_yes_no, same_amount
from processors.text.numbers import Number, numbers
from processors.text.words import folded, stems, words
from schemas.evaluation import Evidence

_SHORT_REFERENCE = 12  # words; in a longer one the number is not the whole answer
_DECLINED = 0.6
_AGREES, _PART_AGREES = 0.05, 0.25
_NO_NUMBER = 0.75
_OTHER_NUMBER = 0.9
_OPPOSITE = 0.85


@dataclass(frozen=True, kw_only=True)
class IncorrectAnswer(Evaluator):
    """Compares the output with `attributes.reference_answer` (text or a number): final number, yes or no, wording.

    Abstains without a reference, on an empty output, and where the output declines to answer: that is a refusal, not
    an error. fail_at: score, 0..1, from which the answer counts as wrong.
    """

    name: ClassVar[str] = "incorrect_answer"
    version: ClassVar[int] = 1
    issue: ClassVar[str] = "incorrect_answer"

    fail_at: float = 0.7

    def evaluate(self, subject: Subject) -> Result:
        reference = _reference(subject)
        if not reference:
            return Abstain("the trace has no reference answer")
        if not subject.output_vocabulary:
            return Abstain("the output has no words")
        score, found, explanation = _compare(subject, reference)
        if score > _PART_AGREES and _has_no_answer(subject):
            return Abstain("the output declines to answer")
        if score < self.fail_at:
            return Pass(score=score, explanation=explanation)
        span = (found.start, found.end) if found else subject.output_sentences[0]
        return Fail(
            score=score,
            severity="high",
            label="number" if found else "wording",
            explanation=explanation,
            evidence=(Evidence("output", *span),),
        )


def _reference(subject: Subject) -> str:
    reference = subject.trace.attributes.get("reference_answer")
    if isinstance(reference, bool):
        return "yes" if reference else "no"
    return str(reference).strip() if isinstance(reference, str | int | float) else ""


def _has_no_answer(subject: Subject) -> bool:
    declines = subject.output_declines
    return declines.score >= _DECLINED or any(hit.cue.label.startswith("has no") for hit in declines.hits)


def _compare(subject: Subject, reference: str) -> tuple[float, Number | None, str]:
    """A score, the number of the output that decided if one did, and a sentence."""
    worked = final_number(reference)
    if worked is not None:
        return _against_number(subject, worked, last_only=True)
    stated = numbers(reference)
    if len(stated) == 1 and len(reference.split()) <= _SHORT_REFERENCE and leading_yes_no(reference) is None:
        return _against_number(subject, stated[0], last_only=False)
    return _against_text(subject, reference, stated)


def _against_number(subject: Subject, reference: Number, *, last_only: bool) -> tuple[float, Number | None, str]:
    """`last_only`: the answer is the final number, as in a worked solution; else any number of the output may be it."""
    output = subject.output_text
    stated = subject.output_numbers
    if not stated:
        return _NO_NUMBER, None, f"The output gives no number; the reference is {reference.value:g}."
    if last_only:
        stated = [_final(subject) or stated[-1]]
    if any(same_amount(number, reference, exact=last_only) for number in stated):
        return _AGREES, None, ""
    said = output[stated[-1].start : stated[-1].end]
    return _OTHER_NUMBER, stated[-1], f"The output says “{said}”; the reference is {reference.value:g}."


def _final(subject: Subject) -> Number | None:
    """The marked final number of the output, with its place in the whole of it."""
    final = final_number(subject.output_text)
    if final is None:
        return None
    return next((n for n in reversed(subject.output_numbers) if n.value == final.value), None)


def _against_text(subject: Subject, reference: str, stated: list[Number]) -> tuple[float, Number | None, str]:
    expected, said = leading_yes_no(reference), leading_yes_no(subject.output_text)
    if expected and said and expected != said:
        return _OPPOSITE, None, f"The output says {said}; the reference says {expected}."
    wanted = stems(words(folded(reference))) - subject.request_stems
    missing = len(wanted - subject.output_stems) / max(len(wanted), 1)
    if stated:
        given = subject.output_numbers
        lacking = sum(not any(same_amount(n, wanted_number) for n in given) for wanted_number in stated) / len(stated)
        missing = (missing + lacking) / 2
    floor = _AGREES if expected and said else _PART_AGREES
    return floor + 0.4 * missing, None, f"The output lacks {missing:.0%} of what the reference says."
