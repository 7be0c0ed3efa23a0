"""Builders of the things that tests talk about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar
from uuid import UUID

from processors.evaluator import Evaluator, Pass, Result
from processors.policy import Planned, Policy
from processors.subject import Subject
from schemas.evaluation import Evaluation
from schemas.trace import Trace

TRACE_ID = UUID("11111111-1111-4111-8111-111111111111")
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def trace(**fields: Any) -> Trace:
    """A small valid trace."""
    return Trace(**{"trace_id": TRACE_ID, "timestamp": NOON, "input": "What is 2 + 2?", "output": "It is 4.", **fields})


def evaluation(**fields: Any) -> Evaluation:
    """A row that passed."""
    facts: dict[str, Any] = {"evaluator": "sound", "version": 1, "tier": "t1", "issue": "quality", "disposition": "ran"}
    return Evaluation(**{**facts, "outcome": "pass", "score": 0.0, **fields})


def policy(*evaluators: Evaluator, **fields: Any) -> Policy:
    """A policy that plans these evaluators for every kind."""
    planned = tuple(Planned(evaluator=evaluator) for evaluator in evaluators)
    return Policy(**{"domain": "general", "version": "test-1", "planned": planned, **fields})


PASS = Pass()


@dataclass(frozen=True, kw_only=True)
class Says(Evaluator):
    """Says what it was told to say."""

    name: ClassVar[str] = "says"
    version: ClassVar[int] = 1
    issue: ClassVar[str] = "quality"

    result: Result = PASS

    def evaluate(self, subject: Subject) -> Result:  # noqa: ARG002 - it has made up its mind
        return self.result


@dataclass(frozen=True, kw_only=True)
class Breaks(Evaluator):
    """Has a bug."""

    name: ClassVar[str] = "breaks"
    version: ClassVar[int] = 1
    issue: ClassVar[str] = "format"

    def evaluate(self, subject: Subject) -> Result:  # noqa: ARG002
        raise ZeroDivisionError("a bug of its own")
