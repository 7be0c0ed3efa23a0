"""What every constraint in a domain's file says, and the names that it may use."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, TypedDict

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer

from processors.constraints.base import Constraint
from processors.expressions import Expression, ExpressionError, compile_expression
from processors.expressions.types import Kind as ValueKind
from processors.facts.environment import Schema
from processors.scan.phrase import Phrase
from processors.units import DIMENSIONLESS, unit
from processors.wrong import Wrong, nearest
from schemas.evaluation import Severity
from schemas.trace import KINDS, Kind

# The policy's version is made from the dump, and a set has another order in every process.
InOrder = PlainSerializer(sorted)
Kinds = Annotated[frozenset[Kind], InOrder]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
Source = str | bool | int | float
"""An expression as it stands in the file."""
Place = Sequence[str | int]
"""The way from a declaration to a part of it."""


@dataclass(frozen=True, eq=False)
class Scope:
    """The names that declarations of a domain may use."""

    schema: Schema = field(default_factory=Schema)
    vocabularies: Mapping[str, Mapping[Phrase, str]] = field(default_factory=dict)
    tables: Mapping[str, frozenset[str]] = field(default_factory=dict)
    references: Mapping[str, str] = field(default_factory=dict)

    def expression(self, path: Place, source: Source) -> Expression:
        """Raises Wrong at `path`."""
        try:
            return self._compiled(str(source))
        except ExpressionError as error:
            raise Wrong(path, str(error), error.column) from error

    def _compiled(self, source: str) -> Expression:
        facts = {name: fact.type for name, fact in self.schema.facts.items()}
        tables = {name: table.columns for name, table in self.schema.tables.items()}
        return compile_expression(source, facts, tables)

    def condition(self, path: Place, source: Source) -> Expression:
        """A boolean expression. Raises Wrong."""
        expression = self.expression(path, source)
        if expression.type.kind != "boolean":
            raise Wrong(path, f"{source!r} is a {expression.type}; a condition must be true or false")
        return expression

    def like(self, path: Place, source: Source, other: Expression) -> Expression:
        """An expression that can be compared with another. Raises Wrong."""
        expression = self.expression(path, source)
        before = f"({other.source}) == ("
        try:
            self._compiled(f"{before}{source})")
        except ExpressionError as error:
            raise Wrong(path, str(error), max(error.column - len(before), 0)) from error
        return expression

    def single(self, path: Place, source: Source, other: Expression) -> Expression:
        """An expression with one value that can be compared with another. Raises Wrong."""
        expression = self.like(path, source, other)
        if expression.type.series:
            raise Wrong(path, f"{source!r} is a series; make it one value, with `max(…)` or `min(…)`")
        return expression

    def series(self, path: Place, source: Source, *kinds: ValueKind) -> Expression:
        """An expression with many values, of one of these kinds where any is given. Raises Wrong."""
        expression = self.expression(path, source)
        if not expression.type.series:
            raise Wrong(path, f"{source!r} has one value; it must be a series, from a path with `[]`")
        if kinds and expression.type.kind not in kinds:
            raise Wrong(path, f"{source!r} is a {expression.type}; it must be of {' or '.join(f'{k}s' for k in kinds)}")
        return expression

    def times(self, path: Place, source: Source) -> Expression:
        """A series of times, or of seconds, with their unit or as bare numbers. Raises Wrong."""
        expression = self.series(path, source, "number", "time")
        if expression.type.dimension not in (DIMENSIONLESS, unit("s").dimension):
            raise Wrong(path, f"{source!r} is a {expression.type}; it must be of times or seconds")
        return expression

    def terms(self, path: Place, vocabulary: str) -> Mapping[Phrase, str]:
        """The terms of a vocabulary. Raises Wrong."""
        if vocabulary not in self.vocabularies:
            raise Wrong(path, f"no vocabulary is called {vocabulary!r}; {nearest(vocabulary, self.vocabularies)}")
        return self.vocabularies[vocabulary]

    def keys(self, path: Place, table: str) -> frozenset[str]:
        """The folded keys and synonyms of a table. Raises Wrong."""
        if table not in self.tables:
            raise Wrong(path, f"no table is called {table!r}; {nearest(table, self.tables)}")
        return self.tables[table]

    def title(self, path: Place, reference: str) -> str:
        """The title of a reference. Raises Wrong."""
        if reference not in self.references:
            raise Wrong(path, f"no reference is called {reference!r}; {nearest(reference, self.references)}")
        return self.references[reference]


class Common(TypedDict):
    """What is handed to every constraint."""

    name: str
    version: int
    issue: str
    claim: str
    severity: Severity
    cites: tuple[str, ...]
    when: Expression | None
    schema: Schema


class Declared(BaseModel):
    """What all constraints have in common.

    claim: a sentence that says what must hold. severity: how bad it is where it does not; from `high` on the trace
    fails. kinds: of traces it is for. when: a condition; where it is false or unknown the constraint abstains. cites:
    names of references. issue: the code under which findings are counted, by default the constraint's own name.
    version: raise it when older results stop being comparable.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Name
    claim: Annotated[str, Field(min_length=8)]
    severity: Severity = "high"
    kinds: Kinds = frozenset(KINDS)
    when: Source | None = None
    cites: tuple[str, ...] = ()
    issue: Name | None = None
    version: int = Field(1, ge=1)

    def common(self, scope: Scope) -> Common:
        """Raises Wrong."""
        when = None if self.when is None else scope.condition(["when"], self.when)
        if when and when.type.series:
            raise Wrong(["when"], f"{self.when!r} is a series; make it one value with `any(…)` or `all(…)`")
        return Common(
            name=self.name,
            version=self.version,
            issue=self.issue or self.name,
            claim=self.claim,
            severity=self.severity,
            cites=tuple(scope.title(["cites", index], each) for index, each in enumerate(self.cites)),
            when=when,
            schema=scope.schema,
        )

    @abstractmethod
    def build(self, scope: Scope) -> Constraint:
        """The evaluator. Raises Wrong where a name, an expression or a phrase is."""
