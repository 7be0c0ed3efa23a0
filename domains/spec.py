"""The domain file: what `domains/<name>/spec.yaml` may say."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag

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


def _form(said: Any) -> str:
    if isinstance(said, dict):
        return "named" if all(isinstance(terms, list | tuple) for terms in said.values()) else "table"
    return "table" if isinstance(said, FromTable) else "terms"


Vocabulary = Annotated[
    Annotated[Terms, Tag("terms")] | Annotated[FromTable, Tag("table")] | Annotated[dict[str, Terms], Tag("named")],
    Discriminator(_form),
]
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
