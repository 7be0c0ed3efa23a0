"""Rule: a condition over facts holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from processors.constraints.base import HELD, Constraint, elements, failing
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
        where = ""
        if self.that.type.series:
            more = f", the first of {len(broken)}" if len(broken) > 1 else ""
            where = f" at {self.at(facts, self.that, broken[0])}{more}"
        evidence = self.evidence(facts, [self.that], broken)
        return self.broken(f"{self.that.source!r} is false{where}: {self._found(facts, broken[0])}.", evidence)

    def _found(self, facts: Facts, index: int) -> str:
        """The facts that the rule speaks of, with their values; of series the one at the index."""
        said = []
        for name in sorted(self.that.names)[:MAX_FACTS]:
            fact = self.schema.facts[name]
            try:
                value = elements(facts.fact(name))
            except Absent:
                said.append(f"{name} is absent")
                continue
            found = value[min(index, len(value) - 1)]
            said.append(f"{name} is {described(found, fact.type, fact.type.unit)}")
        return ", ".join(said)


class RuleDeclared(Declared):
    """`that` holds: the general form, for rules across fields, sources and times."""

    type: Literal["rule"]
    that: Source

    def build(self, scope: Scope) -> Rule:
        return Rule(**self.common(scope), that=scope.condition(["that"], self.that))
