"""One table of cases per evaluator: a trace, and what must be said of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from processors.evaluator import Abstain, Evaluator, Fail, Pass, Result
from processors.subject import Subject
from schemas.trace import Text, Trace, Usage

_OUTCOMES: dict[str, type[Pass] | type[Fail] | type[Abstain]] = {"pass": Pass, "fail": Fail, "abstain": Abstain}


@dataclass(frozen=True)
class Case:
    """`what` names the case; `says` must be part of the explanation, `shows` of the text of the first evidence."""

    what: str
    outcome: Literal["pass", "fail", "abstain"]
    input: Text = ""
    output: Text = ""
    context: tuple[str, ...] = ()
    attributes: dict[str, Any] = field(default_factory=dict)
    output_tokens: int | None = None
    label: str = ""
    says: str = ""
    shows: str = ""

    def __str__(self) -> str:
        return f"{self.outcome}: {self.what}"

    @property
    def trace(self) -> Trace:
        return Trace(
            kind="rag" if self.context else "llm",
            input=self.input,
            output=self.output,
            context=list(self.context),
            attributes=self.attributes,
            usage=Usage(output_tokens=self.output_tokens),
        )


def check(evaluator: Evaluator, case: Case) -> Result:
    """Runs one case and asserts all that it says."""
    subject = Subject(case.trace)
    result = evaluator.evaluate(subject)
    assert isinstance(result, _OUTCOMES[case.outcome]), result
    if isinstance(result, Fail):
        texts = {"input": subject.input_text, "output": subject.output_text}
        assert case.label in ("", result.label)
        assert case.says in result.explanation
        assert case.shows in " ".join(texts[e.field][e.start : e.end] for e in result.evidence)
    return result
