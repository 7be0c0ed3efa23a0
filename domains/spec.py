"""The domain file: what `domains/<name>/spec.yaml` may say."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from domains.sections import (
    AlertDefault,
    Cascade,
    Environment,
    Escalation,
    FeatureDeclared,
    Judge,
    PlannedEvaluator,
    Recognise,
    Reference,
    Retention,
    Risk,
    Section,
    Text,
)
from processors.constraints import AnyConstraint
from processors.constraints.declaration import Name
from processors.facts.declaration import FactDeclared
from processors.sanitize.policy import SanitizeSpec

Terms = tuple[str, ...]


class FromTable(Section):
    """The keys of a table, and their synonyms, as the terms of a vocabulary."""

    table: str


Vocabulary = Terms | FromTable | dict[str, Terms]
"""Terms, or terms by canonical name, or those of a table."""


class DomainSpec(BaseModel):
    """A domain: what it is, how its traces are read, what is demanded of them and when a tier may decide.

    tables: files of facts about the world, beside this file. units: definitions beside pint's, in its syntax. issues:
    codes beside the general ones.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,63}$")]
    version: int = Field(ge=1)
    title: Text
    description: Text
    recognise: Recognise = Recognise()
    references: dict[Name, Reference] = {}
    entities: dict[Name, Text] = {}
    units: tuple[str, ...] = ()
    tables: dict[Name, str] = {}
    vocabularies: dict[Name, Vocabulary] = {}
    facts: dict[Name, FactDeclared] = {}
    issues: dict[Name, Text] = {}
    evaluators: tuple[PlannedEvaluator, ...] = ()
    constraints: tuple[AnyConstraint, ...] = ()
    features: tuple[FeatureDeclared, ...] = ()
    judge: Judge = Judge()
    escalation: Escalation = Escalation()
    risk: Risk = Risk()
    cascade: Cascade
    sanitize: SanitizeSpec = SanitizeSpec()
    retention: Retention = Retention()
    alerts: tuple[AlertDefault, ...] = ()
    environment: Environment = Environment()

    @model_validator(mode="after")
    def _names_are_unique(self) -> DomainSpec:
        names = [each.name for each in (*self.evaluators, *self.constraints)]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"{', '.join(twice)}: the name of two evaluators or constraints; rename one of them")
        return self
