"""Constraint: an evaluator whose claim is declared in a domain's file."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np

from processors.evaluator import Abstain, Evaluator, Fail, Pass, Result, Sought
from processors.expressions import Absent, Expression
from processors.facts.described import described
from processors.facts.environment import Facts, Schema, facts_of
from processors.facts.fact import Shown
from processors.subject import Subject
from schemas.evaluation import Severity

SCORES: dict[Severity, float] = {"low": 0.4, "medium": 0.6, "high": 0.85, "critical": 0.95}
HELD = Pass()
MAX_SHOWN = 10


@dataclass(frozen=True, kw_only=True, eq=False)
class Constraint(Evaluator):
    """Base of the constraints. One class serves many claims, so name, version and issue are fields.

    claim: the sentence that must hold. cites: titles of what demands it. when: where this is false or unknown the
    constraint abstains. Of a series every element must comply.
    """

    name: str  # type: ignore[misc]  # declared in a file, not in a class
    version: int  # type: ignore[misc]
    issue: str  # type: ignore[misc]
    claim: str
    severity: Severity
    cites: tuple[str, ...] = ()
    when: Expression | None = None
    schema: Schema

    def evaluate(self, subject: Subject) -> Result:
        facts = facts_of(subject, self.schema)
        try:
            if self.when is not None and not self.when.evaluate(facts):
                return Abstain(f"does not apply: {self.when.source} is false")
            self._check_aligned(facts)
            return self.judge(facts)
        except Absent as absent:
            return Abstain(str(absent))

    @abstractmethod
    def judge(self, facts: Facts) -> Result:
        """Whether the claim holds. Raises Absent where what it needs is not in the trace."""

    @property
    def phrases(self) -> Sought:
        """What this constraint, with its facts, looks for in texts."""
        return tuple(phrase for name in sorted(self.names) for phrase in self.schema.facts[name].phrases)

    @property
    def wakes_on(self) -> Sought | None:
        """What its facts wake on: where they are all as in an empty trace, so is what it says."""
        sought = [self.schema.facts[name].wakes_on for name in sorted(self.names)]
        if any(each is None for each in sought) or any(expression.timed for expression in self.expressions):
            return None
        return tuple(phrase for each in sought for phrase in each or ())

    @property
    def wakes_on_keys(self) -> frozenset[str]:
        return frozenset(key for name in self.names for key in self.schema.facts[name].wakes_on_keys)

    @property
    def names(self) -> frozenset[str]:
        """The facts that it reads."""
        return frozenset(name for expression in self.expressions for name in expression.names)

    @property
    def expressions(self) -> tuple[Expression, ...]:
        """All expressions that it evaluates."""
        return (self.when,) if self.when else ()

    def _check_aligned(self, facts: Facts) -> None:
        """Raises Absent where series have as many elements, but not of the same steps or rows."""
        names = sorted({name for expression in self.expressions for name in expression.names})
        of_length: dict[int, tuple[int, ...]] = {}
        for positions, _ in self._series(facts, names) if len(names) > 1 else ():
            if of_length.setdefault(len(positions), positions) != positions:
                raise Absent("its series lack values in different places")

    def _series(self, facts: Facts, names: Iterable[str]) -> Iterator[tuple[tuple[int, ...], Shown]]:
        """Positions and places of those facts that are series, without those that are absent."""
        for name in names:
            if self.schema.facts[name].type.series:
                with suppress(Absent):
                    yield facts.positions(name), facts.evidence(name)

    def at(self, facts: Facts, expression: Expression, index: int) -> str:
        """Where an element of a series stands in the trace: `step 3`, or `position 3` of another list; from 0."""
        for positions, places in self._series(facts, sorted(expression.names)):
            if index < len(positions):
                of_steps = bool(places) and places[index].field == "episode.steps"
                return f"{'step' if of_steps else 'position'} {positions[index]}"
        return f"position {index}"

    def broken(self, finding: str, evidence: Iterable[Any] = ()) -> Fail:
        """The claim does not hold; `finding` says in a sentence what there is instead."""
        sources = f" ({'; '.join(self.cites)})" if self.cites else ""
        return Fail(
            score=SCORES[self.severity],
            severity=self.severity,
            label=self.name,
            explanation=f"{self.claim} {finding}{sources}",
            evidence=tuple(evidence)[:MAX_SHOWN],
        )

    def shown(self, value: Any, like: Expression) -> str:
        """A value of the dimension of `like` as text, in the unit that `like` or its facts are given in."""
        units = (self.schema.facts[name].unit for name in sorted(like.names))
        fitting = (unit.name for unit in units if unit and unit.dimension == like.type.dimension)
        return described(value, like.type, like.type.unit or next(fitting, ""))

    def evidence(self, facts: Facts, expressions: Iterable[Expression], indices: Iterable[int] | None) -> Shown:
        """Where the facts of some expressions stand; of series the elements at these indices alone."""
        wanted = None if indices is None else list(indices)[:MAX_SHOWN]
        found: dict[Any, None] = {}
        for name in (name for expression in expressions for name in sorted(expression.names)):
            try:
                places = facts.evidence(name)
            except Absent:
                continue  # one that the expression could do without
            series = self.schema.facts[name].type.series and wanted is not None
            chosen = [places[index] for index in wanted or () if index < len(places)] if series else places[:MAX_SHOWN]
            found.update(dict.fromkeys(chosen))
        return tuple(found)


def failing(holds: Any) -> list[int] | None:
    """Indices of the elements that do not comply; for a scalar None where it complies and [0] where not."""
    if isinstance(holds, np.ndarray):
        indices: list[int] = np.flatnonzero(~holds.astype(bool)).tolist()
        return indices or None
    return None if holds else [0]


def elements(value: Any) -> list[Any]:
    """The elements of a series; a scalar is a series of one."""
    return value.tolist() if isinstance(value, np.ndarray) else [value]


def together(values: Sequence[Any]) -> tuple[np.ndarray, ...]:
    """Values as series of one length, single ones repeated. Raises Absent where series differ in length."""
    lengths = {len(value) for value in values if isinstance(value, np.ndarray)}
    if len(lengths) > 1:
        raise Absent(f"series of different lengths: {' and '.join(map(str, sorted(lengths)))}")
    return np.broadcast_arrays(*map(np.atleast_1d, values))
