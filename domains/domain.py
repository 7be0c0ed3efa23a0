"""A domain, read and compiled: its file, its tables, and the policy that it makes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from domains.knowledge.table import Table, read_table
from domains.layers import EMPTY, Layered, Place, laid_over
from domains.problems import problem
from domains.spec import DomainSpec, FromTable, Vocabulary
from metronis.errors import Misconfigured
from processors.constraints.declaration import Scope, Wrong, nearest
from processors.document import Document
from processors.expressions import Expression
from processors.facts.environment import Schema
from processors.facts.fact import Fact
from processors.facts.lookup import LookupTable
from processors.policy import Planned, Policy
from processors.scan.phrase import Phrase
from processors.units import define

T = TypeVar("T")
Vocabularies = Mapping[str, Mapping[Phrase, str]]


@dataclass(frozen=True, eq=False)
class Domain:
    """A domain that is ready for use. features: of tier 2, by name."""

    spec: DomainSpec
    layers: Layered
    tables: Mapping[str, Table]
    scope: Scope
    policy: Policy
    features: Mapping[str, Expression]

    @property
    def file(self) -> Path:
        """Where it is declared."""
        return self.layers.origins[()][0].file


def read_domain(file: Path, known: Mapping[str, Domain]) -> Domain:
    """Read and compile a domain's file, which may extend any of those `known`.

    Raises Misconfigured naming the file, the line, what is wrong there and the nearest name that would be right.
    """
    document = Document.read(file)
    extended = document.content.get("extends")
    if extended is not None and extended not in known:
        where, hint = f"{file}, line {document.line_near(['extends'])}", nearest(str(extended), list(known))
        raise Misconfigured(f"{where}: extends: no domain is called {extended!r}; {hint}")
    layers = laid_over(document, known[extended].layers if extended else EMPTY)
    return _Compiler(layers).domain()


class _Compiler:
    """Builds what a domain's content declares; every error says where it was written."""

    def __init__(self, layers: Layered) -> None:
        self._layers = layers

    def domain(self) -> Domain:
        spec = self._spec()
        for index, definition in enumerate(spec.units):
            self._at(("units", index), partial(define, definition))
        tables = {
            name: self._at(("tables", name), partial(read_table, Path(file))) for name, file in spec.tables.items()
        }
        vocabularies = self._vocabularies(spec, tables)
        scope = Scope(
            schema=Schema(self._facts(spec, vocabularies), self._lookups(tables)),
            vocabularies=vocabularies,
            tables={name: frozenset(table.terms) for name, table in tables.items()},
            references={name: reference.title for name, reference in spec.references.items()},
        )
        self._check_cites(spec, scope)
        features = {
            each.name: self._at(("features", index), partial(scope.expression, "value", each.value))
            for index, each in enumerate(spec.features)
        }
        return Domain(spec, self._layers, tables, scope, self._policy(spec, scope), features)

    def _spec(self) -> DomainSpec:
        try:
            return DomainSpec.model_validate(self._layers.content)
        except ValidationError as error:
            raise Misconfigured("\n".join(problem(self._layers, each) for each in error.errors())) from error

    def _at(self, place: Sequence[str | int], build: Callable[[], T]) -> T:
        """What `build` makes; what it finds wrong is said with the place."""
        try:
            return build()
        except Wrong as wrong:
            column = "" if wrong.column is None else f", at character {wrong.column + 1}"
            raise Misconfigured(f"{self._layers.where([*place, *wrong.path])}{column}: {wrong.problem}") from wrong
        except (ValueError, Misconfigured) as error:
            raise Misconfigured(f"{self._layers.where(place)}: {error}") from error

    def _vocabularies(self, spec: DomainSpec, tables: Mapping[str, Table]) -> Vocabularies:
        return {
            name: self._at(("vocabularies", name), partial(_terms, declared, tables))
            for name, declared in spec.vocabularies.items()
        }

    def _facts(self, spec: DomainSpec, vocabularies: Vocabularies) -> dict[str, Fact]:
        facts = {}
        for name, declared in spec.facts.items():
            if declared.vocabulary is not None and declared.vocabulary not in vocabularies:
                where = self._layers.where(("facts", name, "vocabulary"))
                hint = nearest(declared.vocabulary, list(vocabularies))
                raise Misconfigured(f"{where}: no vocabulary is called {declared.vocabulary!r}; {hint}")
            facts[name] = self._at(("facts", name), partial(declared.build, name, vocabularies))
        return facts

    def _lookups(self, tables: Mapping[str, Table]) -> dict[str, LookupTable]:
        return {
            name: self._at(("tables", name), partial(LookupTable.of, name, table.columns, table.rows_by_term))
            for name, table in tables.items()
        }

    def _check_cites(self, spec: DomainSpec, scope: Scope) -> None:
        for index, planned in enumerate(spec.evaluators):
            for cited in getattr(planned.planned().evaluator, "cites", ()):
                self._at(("evaluators", index), partial(scope.title, [], cited))
        cited_by: dict[Place, tuple[str, ...]] = {("retention",): spec.retention.cites}
        for index, criterion in enumerate(spec.judge.criteria):
            cited_by["judge", "criteria", index] = criterion.cites
        for place, cites in cited_by.items():
            for number, cited in enumerate(cites):
                self._at(place, partial(scope.title, ["cites", number], cited))

    def _policy(self, spec: DomainSpec, scope: Scope) -> Policy:
        planned = (*(each.planned() for each in spec.evaluators), *self._constraints(spec, scope))
        return Policy(
            domain=spec.name,
            version=f"{spec.name}-{spec.version}-{self._digest(spec, planned)}",
            planned=planned,
            pass_at=spec.cascade.pass_at,
            fail_at=spec.cascade.fail_at,
            budget_us=spec.cascade.budget_us,
            required=spec.cascade.required,
        )

    def _constraints(self, spec: DomainSpec, scope: Scope) -> Iterator[Planned]:
        for index, declared in enumerate(spec.constraints):
            constraint = self._at(("constraints", index), partial(declared.build, scope))
            yield Planned(evaluator=constraint, kinds=declared.kinds)

    def _digest(self, spec: DomainSpec, planned: Sequence[Planned]) -> str:
        """Of all that can change a verdict: what is declared, what is known, and the code's versions."""
        versions = [(each.evaluator.name, each.evaluator.version) for each in planned]
        digest = blake2b(f"{spec.model_dump_json(exclude={'tables'})}{versions}".encode(), digest_size=4)
        for folder in self._layers.knowledge:
            for file in sorted(folder.glob("*.yaml")):
                digest.update(file.read_bytes())
        return digest.hexdigest()


def _terms(declared: Vocabulary, tables: Mapping[str, Table]) -> dict[Phrase, str]:
    if isinstance(declared, FromTable):
        if declared.table not in tables:
            raise Wrong(["table"], f"no table is called {declared.table!r}; {nearest(declared.table, list(tables))}")
        return {Phrase(term): key for term, key in tables[declared.table].terms.items()}
    if isinstance(declared, dict):
        return {Phrase(term): name for name, terms in declared.items() for term in (name, *terms)}
    return {Phrase(term): term for term in declared}
