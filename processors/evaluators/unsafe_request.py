"""Unsafe request: the input asks for help with something harmful, or tries to lift the rules of the system."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from processors.evaluator import Abstain, Evaluator, Fail, Pass, Result
from processors.subject import Subject
from schemas.evaluation import Evidence


@dataclass(frozen=True, kw_only=True)
class UnsafeRequest(Evaluator):
    """Judges the last user message by weighted cues. Abstains where the request has no words.

    fail_at: score, 0..1, from which the request counts as unsafe.
    """

    name: ClassVar[str] = "unsafe_request"
    version: ClassVar[int] = 1
    issue: ClassVar[str] = "unsafe_request"

    fail_at: float = 0.7

    def evaluate(self, subject: Subject) -> Result:
        if not subject.request_words:
            return Abstain("the request has no words")
        harm = subject.request_harm
        if harm.score < self.fail_at:
            return Pass(score=harm.score)
        first = harm.strongest
        phrase = subject.request[first.start : first.end].strip()
        offset = subject.request_offset
        return Fail(
            score=harm.score,
            severity="critical" if harm.score >= 0.95 else "high",
            label=first.cue.label,
            explanation=f"The request speaks of {first.cue.label}: “{phrase}”.",
            evidence=tuple(Evidence("input", offset + hit.start, offset + hit.end) for hit in harm.hits[:4]),
        )
