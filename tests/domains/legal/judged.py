from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec

from processors.evaluator import Evaluator, Result
from processors.subject import Subject
from schemas.trace import Trace

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def judged(evaluator: type[Evaluator], output: str, request: str = "", **fields: Any) -> Result:
    """What the evaluator says of an answer."""
    trace = Trace(domain="legal", input=request, output=output, timestamp=NOW)
    return evaluator().evaluate(Subject(msgspec.structs.replace(trace, **fields)))


def said(evaluator: type[Evaluator], output: str, request: str = "", **fields: Any) -> str:
    """`pass`, `fail` or `abstain`."""
    return type(judged(evaluator, output, request, **fields)).__name__.lower()
