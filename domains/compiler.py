"""The compiler: builds what a domain's content declares, and says of all that is wrong where it was written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from domains.evaluators import evaluators
from domains.knowledge.table import Table, read_table
from domains.layers import Layered, Place
from domains.problems import problems
from domains.sections import FeatureDeclared, PlannedEvaluator, Space
from domains.spec import DomainSpec, FromTable, Vocabulary
from metronis.errors import Misconfigured
from processors.constraints import AnyConstraint
from processors.constraints.declaration import Scope
from processors.expressions import Expression
from processors.facts.declaration import FactDeclared
from processors.facts.environment import Schema
from processors.facts.fact import Fact
from processors.facts.lookup import LookupTable
from processors.policy import Planned, Policy
from processors.sanitize.policy.custom import TRIED
from processors.scan.phrase import Phrase
from processors.units import define, unit
from processors.wrong import Wrong, nearest
from schemas.issues import ISSUES

D = TypeVar("D")
K = TypeVar("K", bound=str | int)
T = TypeVar("T")


class Compiler:
    """Builds the parts of a domain, one upon the other. Raises Misconfigured with one line for each problem."""

    def __init__(self, layers: Layered, *, shipped: bool = False) -> None:
        self._layers = layers
        self._shipped = shipped
        self._problems: list[str] = []
        self.spec = self._spec()
        self._all(("units",), _numbered(self.spec.units), lambda _, each: define(each))
        self.tables = self._all(("tables",), self.spec.tables, self._table)
        self._settle()
        self._vocabularies = self._all(("vocabularies",), self.spec.vocabularies, self._terms)
        self._settle()
        self.scope = self._scope()
        self._settle()
        planned = (*self._evaluators(), *self._constraints())
        features = self._all(("features",), _numbered(self.spec.features), self._feature)
        self.features = {self.spec.features[index].name: feature for index, feature in features.items()}
        self._check_names()
        self._check_judge()
        self._check_codes(planned)
        self._all(("environment", "state"), self.spec.environment.state, _check_space)
        self._all(("environment", "action"), self.spec.environment.action, _check_space)
        self._settle()
        self.policy = self._policy(planned)

    def _spec(self) -> DomainSpec:
        try:
            return DomainSpec.model_validate(self._layers.content, context={TRIED: self._shipped})
        except ValidationError as error:
            raise Misconfigured("\n".join(problems(self._layers, error.errors()))) from error

    def _all(self, place: Place, declared: Mapping[K, D], build: Callable[[K, D], T]) -> dict[K, T]:
        """What `build` makes of each key and what it declares; what is wrong is kept to be said."""
        made: dict[K, T] = {}
        for key, each in declared.items():
            try:
                made[key] = build(key, each)
            except Wrong as wrong:
                self._note([*place, key, *wrong.path], wrong.problem, wrong.column)
            except (ValueError, Misconfigured) as error:
                self._note([*place, key], str(error))
        return made

    def _note(self, place: Sequence[str | int], problem: str, column: int | None = None) -> None:
        at = "" if column is None else f", at character {column + 1}"
        self._problems.append(f"{self._layers.where(place)}{at}: {problem}")

    def _settle(self) -> None:
        if self._problems:
            raise Misconfigured("\n".join(self._problems))

    def _table(self, _: str, file: str) -> Table:
        if Path(file).parent not in self._layers.knowledge:
            raise Wrong([], "is not in the folder `knowledge` beside this file; put it there")
        return read_table(Path(file))

    def _terms(self, _: str, declared: Vocabulary) -> dict[Phrase, str]:
        if isinstance(declared, FromTable):
            if declared.table not in self.tables:
                hint = nearest(declared.table, self.tables)
                raise Wrong(["table"], f"no table is called {declared.table!r}; {hint}")
            return {Phrase(term): key for term, key in self.tables[declared.table].terms.items()}
        if isinstance(declared, dict):
            return {Phrase(term): name for name, terms in declared.items() for term in (name, *terms)}
        return {_phrase(index, term): term for index, term in enumerate(declared)}

    def _scope(self) -> Scope:
        return Scope(
            schema=Schema(
                facts=self._all(("facts",), self.spec.facts, self._fact),
                tables=self._all(("tables",), self.tables, _lookup),
            ),
            vocabularies=self._vocabularies,
            tables={name: frozenset(table.terms) for name, table in self.tables.items()},
            references={name: reference.title for name, reference in self.spec.references.items()},
        )

    def _fact(self, name: str, declared: FactDeclared) -> Fact:
        return declared.build(name, self._vocabularies)

    def _evaluators(self) -> Iterator[Planned]:
        known = evaluators(self._layers.lineage)

        def planned(_: int, declared: PlannedEvaluator) -> Planned:
            made = declared.planned(known)
            for cited in getattr(made.evaluator, "cites", ()):
                self.scope.title(["name"], cited)
            return made

        yield from self._all(("evaluators",), _numbered(self.spec.evaluators), planned).values()

    def _constraints(self) -> Iterator[Planned]:
        def planned(_: int, declared: AnyConstraint) -> Planned:
            return Planned(evaluator=declared.build(self.scope), kinds=declared.kinds)

        yield from self._all(("constraints",), _numbered(self.spec.constraints), planned).values()

    def _feature(self, _: int, declared: FeatureDeclared) -> Expression:
        return self.scope.expression(["value"], declared.value)

    def _check_names(self) -> None:
        """Evaluators and constraints share their names, which alerts speak of."""
        evaluators = {each.name for each in self.spec.evaluators}
        for index, constraint in enumerate(self.spec.constraints):
            if constraint.name in evaluators:
                self._note(["constraints", index, "name"], "is the name of an evaluator as well; rename it")
        claims = {*evaluators, *(each.name for each in self.spec.constraints)}
        for index, alert in enumerate(self.spec.alerts):
            claim = alert.when.claim
            if claim is not None and claim not in claims:
                problem = f"no evaluator or constraint is called {claim!r}; {nearest(claim, claims)}"
                self._note(["alerts", index, "when", "claim"], problem)

    def _check_judge(self) -> None:
        scale = self.spec.judge.scale
        self._check_cites(["retention"], self.spec.retention.cites)
        for index, criterion in enumerate(self.spec.judge.criteria):
            place: Place = ("judge", "criteria", index)
            self._check_cites(place, criterion.cites)
            for number, example in enumerate(criterion.examples):
                if scale and not min(scale) <= example.score <= max(scale):
                    problem = f"is not on the scale, which goes from {min(scale)} to {max(scale)}"
                    self._note([*place, "examples", number, "score"], problem)

    def _check_cites(self, place: Sequence[str | int], cites: Sequence[str]) -> None:
        for number, cited in enumerate(cites):
            try:
                self.scope.title([], cited)
            except Wrong as wrong:
                self._note([*place, "cites", number], wrong.problem)

    def _check_codes(self, planned: Sequence[Planned]) -> None:
        """What must have been judged before a trace may pass is something that can be judged."""
        known = {*ISSUES, *self.spec.issues, *(each.evaluator.issue for each in planned)}
        for kind, codes in self.spec.cascade.required.items():
            for code in sorted(codes - known):
                self._note(["cascade", "required", kind], f"no issue is called {code!r}; {nearest(code, known)}")

    def _policy(self, planned: tuple[Planned, ...]) -> Policy:
        spec = self.spec
        return Policy(
            domain=spec.name,
            version=f"{spec.name}-{spec.version}-{self._digest(planned)}",
            planned=planned,
            pass_at=spec.cascade.pass_at,
            fail_at=spec.cascade.fail_at,
            budget_us=spec.cascade.budget_us,
            required=spec.cascade.required,
        )

    def _digest(self, planned: Sequence[Planned]) -> str:
        """Of all that can change a verdict: what is declared, what is known, and the code's versions."""
        versions = [(each.evaluator.name, each.evaluator.version) for each in planned]
        declared = self.spec.model_dump_json(exclude={"tables"})  # their content counts, not where they are
        digest = blake2b(f"{declared}{versions}".encode(), digest_size=4)
        for folder in self._layers.knowledge:
            for file in sorted(folder.glob("*.yaml")):
                digest.update(file.name.encode() + file.read_bytes())
        return digest.hexdigest()


def _numbered(items: Sequence[D]) -> dict[int, D]:
    return dict(enumerate(items))


def _lookup(name: str, table: Table) -> LookupTable:
    return LookupTable.of(name, table.columns, table.rows_by_term)


def _phrase(index: int, term: str) -> Phrase:
    try:
        return Phrase(term)
    except ValueError as error:
        raise Wrong([index], str(error)) from error


def _check_space(_: str, space: Space) -> None:
    try:
        unit(space.unit)
    except ValueError as error:
        raise Wrong(["unit"], str(error)) from error
