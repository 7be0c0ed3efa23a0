"""Rule: a condition over facts holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from processors.constraints.base import HELD, Constraint, failing
from processors.constraints.declaration import Declared, Scope, Source
from processors.evaluator import Result
from processors.expressions import Absent, Expression
from processors.facts.described import described
from processors.facts.environment import Facts

MAX_FACTS = 6


@dataclass(frozen=True, kw_only=True, eq=False)
class Rule(Constraint):
    """`that` is true; see RuleDeclared."""

    that: Expression

    @property
    def expressions(self) -> tuple[Expression, ...]:
        return (*super().expressions, self.that)

    def judge(self, facts: Facts) -> Result:
        broken = failing(self.that.evaluate(facts))
        if broken is None:
            return HELD
        where = f" at {broken[0]}, the first of {len(broken)}" if self.that.type.series else ""
        evidence = self.evidence(facts, [self.that], broken)
        return self.broken(f"{self._found(facts)} break {self.that.source!r}{where}.", evidence)

    def _found(self, facts: Facts) -> str:
        """The scalar facts that the rule speaks of, with their values."""
        said = []
        for name in sorted(self.that.names)[:MAX_FACTS]:
            fact = self.schema.facts[name]
            try:
                value = "a series" if fact.type.series else described(facts.fact(name), fact.type, fact.unit)
            except Absent:
                value = "absent"
            said.append(f"{name} = {value}")
        return ", ".join(said)


class RuleDeclared(Declared):
    """`that` holds: the general form, for rules across fields, sources and times."""

    type: Literal["rule"]
    that: Source

    def build(self, scope: Scope) -> Rule:
        return Rule(**self.common(scope), that=scope.condition("that", self.that))
