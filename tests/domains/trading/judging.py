"""What an evaluator says of a trace."""

from __future__ import annotations

from typing import Any

import msgspec

from processors.evaluator import Abstain, Evaluator, Fail, Pass, Result
from processors.subject import Subject
from schemas.trace import Trace

_WORDS: dict[type[Result], str] = {Pass: "pass", Fail: "fail", Abstain: "abstain"}


def judged(evaluator: type[Evaluator], **fields: Any) -> Result:
    """The result on a trace with these fields."""
    return evaluator().evaluate(Subject(msgspec.convert({"domain": "trading", **fields}, Trace)))


def outcome(evaluator: type[Evaluator], **fields: Any) -> str:
    """`pass`, `fail` or `abstain`."""
    return _WORDS[type(judged(evaluator, **fields))]
