"""Evaluator: one claim about a trace, tested by one method."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import msgspec

from processors.scan.phrase import Phrase
from processors.subject import Field, Subject
from schemas.evaluation import Evidence, Severity, Tier


class Pass(msgspec.Struct, frozen=True, kw_only=True):
    """The claim was tested and nothing is wrong. `score` in 0..1 may still say how close it was (higher = worse)."""

    score: float = 0.0
    explanation: str = ""


class Fail(msgspec.Struct, frozen=True, kw_only=True):
    """Something is wrong. `score` in 0..1, higher = worse or surer; `evidence` says where."""

    score: float
    severity: Severity
    label: str
    explanation: str
    evidence: tuple[Evidence, ...] = ()


class Abstain(msgspec.Struct, frozen=True):
    """There was nothing to judge. Not a pass."""

    why: str


Result = Pass | Fail | Abstain

Sought = tuple[tuple[Field, Phrase], ...]
"""Phrases, and the text that each is looked for in."""


@dataclass(frozen=True, kw_only=True)
class Evaluator(ABC):
    """Base of all evaluators. Subclasses are frozen, keyword-only dataclasses whose fields are their parameters.

    Class facts: `name` is the claim it tests, `version` rises whenever older results stop being comparable, `tier` is
    where it runs, `issue` the code of schemas.issues that it reports.

    `evaluate` is pure and deterministic: no clock, no network, no randomness, no logging, no writing. It does not catch
    its own bugs: the runner records them. It abstains where what it needs is absent.

    An evaluator that only judges texts with certain phrases, or fields with certain keys, says so in `wakes_on` and
    `wakes_on_keys`. Where a trace has none of these, it is not called: its result is what `asleep` says.
    """

    name: ClassVar[str]
    version: ClassVar[int]
    tier: ClassVar[Tier] = "t1"
    issue: ClassVar[str]

    @abstractmethod
    def evaluate(self, subject: Subject) -> Result:
        """Judge one trace. May raise on a bug of its own; may not assume that any text is non-empty or clean."""

    @property
    def phrases(self) -> Sought:
        """What it may look for with `Subject.find`: all evaluators' phrases are looked for in one scan of a text."""
        return ()

    @property
    def wakes_on(self) -> Sought | None:
        """Phrases without which, and without `wakes_on_keys`, `evaluate` says what `asleep` does; None: ask it."""
        return None

    @property
    def wakes_on_keys(self) -> frozenset[str]:
        """Keys, as `folded_key` has them, that wake it wherever they are in what the trace holds beside its texts."""
        return frozenset()

    def asleep(self, subject: Subject) -> Result:
        """What `evaluate` says where nothing wakes it.

        It is kept, so it may depend on nothing but the trace's kind and which of its texts are empty or blank. The
        subject is a stand-in that has these in common with the trace, and nothing else.
        """
        return self.evaluate(subject)
