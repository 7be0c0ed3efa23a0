"""Degenerate output: empty, in a loop, garbled, a placeholder, in another language, or far from the length asked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar

from processors.evaluator import Abstain, Evaluator, Fail, Pass, Result
from processors.subject import Subject
from processors.text.degeneration import Flaw, garbled, other_language, placeholder, repetition
from processors.text.lexicons import word_set
from processors.text.structure import looks_like_json
from schemas.evaluation import Evidence

_WORDS_ASKED = re.compile(
    r"(?P<most>at most |no more than |under |fewer than |less than |maximum of |up to )?(?P<count>\d{2,5})[\s-]words?\b"
)
_WRITING = word_set("writing")
_TOO_LONG, _TOO_SHORT = 2.0, 0.5  # of the length asked


@dataclass(frozen=True, kw_only=True)
class DegenerateOutput(Evaluator):
    """Judges length and language quality without knowing what is right.

    Abstains where the output is empty and nothing says that an answer was made (no finish reason, output tokens or
    latency): such a trace records a request alone. fail_at: score, 0..1, from which the output counts as degenerate.
    """

    name: ClassVar[str] = "degenerate_output"
    version: ClassVar[int] = 1
    issue: ClassVar[str] = "quality"

    fail_at: float = 0.7

    def evaluate(self, subject: Subject) -> Result:
        output = subject.output_text
        if not output.strip():
            return _empty(subject)
        flaws = [
            garbled(output),
            None if looks_like_json(output) else repetition(output, subject.output_words, subject.output_vocabulary),
            placeholder(output, subject.output_folded, subject.request_words),
            other_language(
                subject.request, subject.request_words, output, subject.output_words, subject.output_vocabulary
            ),
            _length(subject),
        ]
        found = [flaw for flaw in flaws if flaw]
        if not found:
            return Pass()
        worst = max(found, key=lambda flaw: flaw.score)
        if worst.score < self.fail_at:
            return Pass(score=worst.score, explanation=worst.explanation)
        return Fail(
            score=worst.score,
            severity="medium",
            label=worst.label,
            explanation=worst.explanation,
            evidence=(Evidence("output", worst.start, worst.end),),
        )


def _empty(subject: Subject) -> Result:
    trace = subject.trace
    measured = trace.usage.output_tokens is not None or trace.latency_ms is not None
    if not (measured or "finish_reason" in trace.attributes) or not subject.request_words:
        return Abstain("the output is empty, and nothing says that an answer was made")
    return Fail(score=0.95, severity="high", label="empty", explanation="The request got an empty output.")


def _length(subject: Subject) -> Flaw | None:
    """The output against a number of words that the request names."""
    if "word" not in subject.request_folded or _WRITING.isdisjoint(subject.request_words):
        return None
    asked = _WORDS_ASKED.search(subject.request_folded)
    if asked is None or "how many" in subject.request_folded:
        return None
    count, wanted = len(subject.output_words), int(asked["count"])
    end = len(subject.output_text)
    if count > _TOO_LONG * wanted:
        return Flaw(0.75, "too long", f"The request asks for {wanted} words; the output has {count}.", 0, end)
    if count < _TOO_SHORT * wanted and not asked["most"]:
        return Flaw(0.75, "too short", f"The request asks for {wanted} words; the output has {count}.", 0, end)
    return None
