"""What applies to a trace of a domain: which evaluators, how often, and when to exit or escalate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from processors.evaluator import Evaluator
from processors.scan.scanner import Scanner
from schemas.trace import KINDS, Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """An evaluator and how it is used. Kinds outside `kinds` are filtered; `sample_rate` in 0..1 is the share judged.

    `cached`: remember results by content, so that a repeated text is not judged again.
    """

    evaluator: Evaluator
    kinds: frozenset[Kind] = frozenset(KINDS)
    sample_rate: float = 1.0
    cached: bool = False


@dataclass(frozen=True, kw_only=True)
class Policy:
    """How traces of one domain are judged.

    `version` names this very policy and goes into each verdict. A risk of `fail_at` or more exits with `fail`,
    `pass_at` or less with `pass`; between them the trace escalates. `required`: issue codes that must have been judged
    before a trace of that kind may pass. `budget_us`: time for all evaluators of one tier on one trace, in
    microseconds; what is left over is shed.
    """

    domain: str
    version: str
    planned: tuple[Planned, ...]
    fail_at: float = 0.7
    pass_at: float = 0.3
    required: Mapping[Kind, frozenset[str]] = field(default_factory=dict)
    budget_us: float = (
        1_000_000.0  # a stall of the machine must not change a verdict; a monstrous trace must not stop it
    )

    @cached_property
    def scanner(self) -> Scanner:
        """Looks for the phrases of all evaluators at once. Compiled at its first use."""
        evaluators = [planned.evaluator for planned in self.planned]
        sought = [each for evaluator in evaluators for each in (*evaluator.phrases, *(evaluator.wakes_on or ()))]
        return Scanner({phrase for _, phrase in sought})


Policies = Mapping[str, Policy]
"""Policies by domain name."""
