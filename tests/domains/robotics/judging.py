"""How tests of this folder judge: one evaluator, one trace."""

from __future__ import annotations

from typing import Any

from processors.evaluator import Evaluator, Result
from processors.subject import Subject
from schemas.trace import Episode, Step, Trace


def episode(*steps: dict[str, Any], **parameters: Any) -> Trace:
    """An episode of these steps and parameters."""
    return Trace(kind="episode", episode=Episode(parameters=parameters, steps=[Step(**step) for step in steps]))


def judged(evaluator: Evaluator, trace: Trace) -> Result:
    """What the evaluator says of the trace."""
    return evaluator.evaluate(Subject(trace))


def outcome(evaluator: Evaluator, trace: Trace) -> str:
    """`pass`, `fail` or `abstain`."""
    return type(judged(evaluator, trace)).__name__.lower()
