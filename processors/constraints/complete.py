"""Complete: what a record should have is there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from processors.constraints.base import Constraint
from processors.constraints.declaration import Declared, Name, Scope
from processors.evaluator import Abstain, Pass, Result
from processors.expressions import Absent
from processors.facts.environment import Facts
from processors.wrong import Wrong, nearest

_NOTHING = Abstain("nothing of this record is there")


@dataclass(frozen=True, kw_only=True, eq=False)
class Complete(Constraint):
    """A share of `wanted` is there; see CompleteDeclared."""

    wanted: tuple[str, ...]
    min_share: float

    @property
    def names(self) -> frozenset[str]:
        return super().names | frozenset(self.wanted)

    def judge(self, facts: Facts) -> Result:
        missing = [name for name in self.wanted if not _has(facts, name)]
        share = 1 - len(missing) / len(self.wanted)
        if not share:
            return _NOTHING
        if share >= self.min_share:
            return Pass(explanation=f"{share:.0%} of its fields are there")
        return self.broken(f"{', '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing.")


def _has(facts: Facts, name: str) -> bool:
    try:
        facts.fact(name)
    except Absent:
        return False
    return True


class CompleteDeclared(Declared):
    """Of `facts` at least `min_share` can be read from the trace; where none can it is another kind of record."""

    type: Literal["complete"]
    facts: Annotated[tuple[Name, ...], Field(min_length=1)]
    min_share: float = Field(1.0, gt=0, le=1)

    def build(self, scope: Scope) -> Complete:
        for index, name in enumerate(self.facts):
            if name not in scope.schema.facts:
                raise Wrong(["facts", index], f"no fact is called {name!r}; {nearest(name, scope.schema.facts)}")
        return Complete(**self.common(scope), wanted=self.facts, min_share=self.min_share)
