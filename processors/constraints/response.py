"""Response: after one thing has happened, another holds until it is released, or comes within some steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from pydantic import Field

from processors.constraints.base import HELD, Constraint
from processors.constraints.declaration import Declared, Scope, Source
from processors.evaluator import Abstain, Result
from processors.expressions import Absent, Expression
from processors.facts.environment import Facts
from processors.wrong import Wrong

_NEVER = Abstain("what it responds to never happens")


@dataclass(frozen=True, kw_only=True, eq=False)
class Response(Constraint):
    """After `after`, `then` holds; see ResponseDeclared.

    These are the patterns `globally` and `bounded response` of Dwyer, Avrunin and Corbett, Patterns in property
    specifications for finite-state verification, ICSE 1999.
    """

    after: Expression
    then: Expression
    until: Expression | None
    within_steps: int | None

    @property
    def expressions(self) -> tuple[Expression, ...]:
        return (*super().expressions, self.after, self.then, *((self.until,) if self.until else ()))

    def judge(self, facts: Facts) -> Result:
        after, then = (np.asarray(each.evaluate(facts), dtype=bool) for each in (self.after, self.then))
        until = np.asarray(self.until.evaluate(facts), dtype=bool) if self.until else np.zeros(len(after), dtype=bool)
        if not len(after) == len(then) == len(until):
            raise Absent(f"{self.after.source}, {self.then.source} and `until` have different lengths")
        if not after.any():
            return _NEVER
        broken = self._late(after, then) if self.within_steps else self._violations(after, then, until)
        if not broken:
            return HELD
        begun, at = broken[0]
        return self.broken(
            f"{self.after.source!r} is true at {self.at(facts, self.after, begun)}, "
            f"but {self.then.source!r} is {self._missed(facts, at)}.",
            self.evidence(facts, [self.after, self.then], [begun, *(step for _, step in broken)]),
        )

    def _missed(self, facts: Facts, at: int) -> str:
        where = self.at(facts, self.then, at)
        return f"not true within {self.within_steps} steps, up to {where}" if self.within_steps else f"false at {where}"

    def _violations(self, after: np.ndarray, then: np.ndarray, until: np.ndarray) -> list[tuple[int, int]]:
        """(where it began, where it does not hold) for each step on which it should."""
        begun: int | None = None
        broken = []
        for step in range(len(after)):
            if begun is not None and until[step]:
                begun = None
            if begun is not None and not then[step]:
                broken.append((begun, step))
            if begun is None and after[step]:
                begun = step
        return broken

    def _late(self, after: np.ndarray, then: np.ndarray) -> list[tuple[int, int]]:
        most = self.within_steps or 0
        broken = []
        for step in np.flatnonzero(after).tolist():
            complete = step + most < len(after)  # an episode that ends early has not broken its promise
            if complete and not then[step + 1 : step + 1 + most].any():
                broken.append((step, step + most))
        return broken


class ResponseDeclared(Declared):
    """Once `after` was true at a step, `then` holds at every later one until `until` is true; or, with `within_steps`,
    at some of that many next ones. All are conditions on series of steps."""

    type: Literal["response"]
    after: Source
    then: Source
    until: Source | None = None
    within_steps: int | None = Field(None, ge=1)

    def build(self, scope: Scope) -> Response:
        if self.until is not None and self.within_steps is not None:
            raise Wrong(["until"], "does not go with `within_steps`; leave one of them out")
        return Response(
            **self.common(scope),
            after=_of_steps(scope, "after", self.after),
            then=_of_steps(scope, "then", self.then),
            until=None if self.until is None else _of_steps(scope, "until", self.until),
            within_steps=self.within_steps,
        )


def _of_steps(scope: Scope, key: str, source: Source) -> Expression:
    scope.condition([key], source)
    return scope.series([key], source)
