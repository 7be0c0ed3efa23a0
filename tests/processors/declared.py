"""Builds facts and constraints from what a domain's file would say of them."""

from __future__ import annotations

from typing import Any

import yaml
from pydantic import TypeAdapter

from processors.constraints import AnyConstraint
from processors.constraints.base import Constraint
from processors.constraints.declaration import Scope
from processors.evaluator import Fail, Result
from processors.facts.declaration import FactDeclared
from processors.facts.environment import Schema
from processors.facts.lookup import LookupTable
from processors.scan.phrase import Phrase
from processors.subject import Subject
from schemas.trace import Episode, Step
from tests.builders import trace

_CONSTRAINT: TypeAdapter[Any] = TypeAdapter(AnyConstraint)
_DRUGS = {"acetaminophen": {"max_daily": 4000}, "ibuprofen": {"max_daily": 3200}, "vitamin c": {}}
_TERMS = {"acetaminophen": "acetaminophen", "tylenol": "acetaminophen", "ibuprofen": "ibuprofen"}


def scope(facts: str = "") -> Scope:
    """A scope with these facts, in YAML, a vocabulary `drug`, a table `drugs` and a reference `label`."""
    vocabularies = {"drug": {Phrase(term): key for term, key in _TERMS.items()}}
    declared = yaml.safe_load(facts) or {}
    built = {name: FactDeclared.model_validate(said).build(name, vocabularies) for name, said in declared.items()}
    tables = {"drugs": LookupTable.of("drugs", {"max_daily": "mg/day"}, _DRUGS)}
    return Scope(Schema(built, tables), vocabularies, {"drugs": frozenset(_DRUGS)}, {"label": "The label of 2024"})


def constraint(said: str, facts: str = "") -> Constraint:
    """The constraint that these lines of YAML declare."""
    common = {"name": "the_claim", "claim": "All is as it should be.", "cites": ["label"]}
    built: Constraint = _CONSTRAINT.validate_python({**common, **yaml.safe_load(said)}).build(scope(facts))
    return built


def subject(**fields: Any) -> Subject:
    """A trace of which nothing is given but these fields."""
    return Subject(trace(**{"input": "", "output": "", **fields}))


def episode(*states: dict[str, Any], **fields: Any) -> Subject:
    """A trace of an episode with a step for each of these states."""
    return subject(kind="episode", episode=Episode(steps=[Step(state=state) for state in states]), **fields)


def says(result: Result) -> str:
    """`pass`, `fail` or `abstain`."""
    return type(result).__name__.lower()


def finding(result: Result) -> Fail:
    assert isinstance(result, Fail), result
    return result
