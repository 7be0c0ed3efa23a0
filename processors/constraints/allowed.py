"""Allowed: a text is one of those permitted, or none of those prohibited."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from processors.constraints.base import HELD, Constraint, elements
from processors.constraints.declaration import Declared, Scope, Source
from processors.evaluator import Result
from processors.expressions import Expression
from processors.facts.environment import Facts
from processors.wrong import Wrong

MAX_LISTED = 8


@dataclass(frozen=True, kw_only=True, eq=False)
class Allowed(Constraint):
    """`value` is among `values`, or where `prohibited` is not; see AllowedDeclared."""

    value: Expression
    values: frozenset[str]
    prohibited: bool

    @property
    def expressions(self) -> tuple[Expression, ...]:
        return (*super().expressions, self.value)

    def judge(self, facts: Facts) -> Result:
        found = elements(self.value.evaluate(facts))
        wrong = [index for index, text in enumerate(found) if (text in self.values) is self.prohibited]
        if not wrong:
            return HELD
        where = f" at {self.at(facts, self.value, wrong[0])}" if self.value.type.series else ""
        return self.broken(f"{found[wrong[0]]!r}{where} {self._why()}.", self.evidence(facts, [self.value], wrong))

    def _why(self) -> str:
        if self.prohibited:
            return "is prohibited"
        listed = sorted(self.values)
        more = f" and {len(listed) - MAX_LISTED} more" if len(listed) > MAX_LISTED else ""
        return f"is not among {', '.join(listed[:MAX_LISTED])}{more}"


class AllowedDeclared(Declared):
    """`value`, a text, is one of `values`, of the terms of `vocabulary` or of the rows of `table`; or is none of those
    `prohibited` or in `prohibited_table`."""

    type: Literal["allowed"]
    value: Source
    values: tuple[str, ...] = ()
    vocabulary: str | None = None
    table: str | None = None
    prohibited: tuple[str, ...] = ()
    prohibited_table: str | None = None

    def build(self, scope: Scope) -> Allowed:
        value = scope.expression(["value"], self.value)
        if value.type.kind != "text":
            raise Wrong(["value"], f"{self.value!r} is a {value.type.kind}; only texts can be looked up in a list")
        permitted, banned = self._permitted(scope), self._banned(scope)
        if bool(permitted) is bool(banned):
            raise Wrong([], "give either what is allowed (`values`, `vocabulary`, `table`) or what is `prohibited`")
        return Allowed(**self.common(scope), value=value, values=permitted or banned, prohibited=bool(banned))

    def _permitted(self, scope: Scope) -> frozenset[str]:
        terms = scope.terms(["vocabulary"], self.vocabulary) if self.vocabulary else {}
        keys = scope.keys(["table"], self.table) if self.table else frozenset()
        said = (*self.values, *terms.values(), *(phrase.source for phrase in terms))
        return keys | {each.lower() for each in said}

    def _banned(self, scope: Scope) -> frozenset[str]:
        keys = scope.keys(["prohibited_table"], self.prohibited_table) if self.prohibited_table else frozenset()
        return keys | {each.lower() for each in self.prohibited}
