"""The domain file: what `domains/<name>/spec.yaml` may say."""

from __future__ import annotations

from hashlib import blake2b
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, ValidationError, model_validator

from metronis.errors import Misconfigured
from processors.evaluators import by_name
from processors.policy import Planned, Policy
from processors.sanitize.policy import SanitizeSpec
from schemas.trace import KINDS, Kind

# The policy's version is made from the dump, and a set has another order in every process.
_InOrder = PlainSerializer(sorted)
Kinds = Annotated[frozenset[Kind], _InOrder]
Codes = Annotated[frozenset[str], _InOrder]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PlannedEvaluator(_Section):
    """One evaluator of the plan."""

    name: str
    kinds: Kinds = frozenset(KINDS)
    sample_rate: float = Field(1.0, ge=0, le=1)
    cached: bool = False
    parameters: dict[str, Any] = {}

    @model_validator(mode="after")
    def _exists(self) -> PlannedEvaluator:
        try:
            self.planned()
        except (KeyError, TypeError) as error:
            raise ValueError(error.args[0]) from error
        return self

    def planned(self) -> Planned:
        evaluator = by_name(self.name)(**self.parameters)
        return Planned(evaluator=evaluator, kinds=self.kinds, sample_rate=self.sample_rate, cached=self.cached)


class Cascade(_Section):
    """When to exit; see processors.policy.Policy."""

    pass_at: float = Field(ge=0, le=1)
    fail_at: float = Field(ge=0, le=1)
    budget_us: float = Field(1_000_000, gt=0)
    required: dict[Kind, Codes] = {}


class DomainSpec(_Section):
    """A domain: what it is, what it is judged by and when a tier may decide."""

    name: str
    version: int = Field(ge=1)
    title: str
    description: str
    evaluators: tuple[PlannedEvaluator, ...]
    cascade: Cascade
    sanitize: SanitizeSpec = SanitizeSpec()

    def policy(self) -> Policy:
        """The policy that this file declares; its version changes with anything that can change a verdict."""
        planned = tuple(entry.planned() for entry in self.evaluators)
        versions = [(entry.evaluator.name, entry.evaluator.version) for entry in planned]
        digest = blake2b(f"{self.model_dump_json()}{versions}".encode(), digest_size=4).hexdigest()
        return Policy(
            domain=self.name,
            version=f"{self.name}-{self.version}-{digest}",
            planned=planned,
            pass_at=self.cascade.pass_at,
            fail_at=self.cascade.fail_at,
            budget_us=self.cascade.budget_us,
            required=self.cascade.required,
        )


def read_spec(folder: Path, bases: dict[str, dict[str, Any]]) -> DomainSpec:
    """Read `<folder>/spec.yaml`. Sections that it leaves out come from the domain it `extends`, found in `bases`.

    `bases` gains this domain's full content. Raises Misconfigured naming the file, the place in it and the mend.
    """
    file = folder / "spec.yaml"
    bases[folder.name] = _content(file, bases)
    spec = _validated(file, bases[folder.name])
    if spec.name != folder.name:
        raise Misconfigured(f"{file}: name is {spec.name!r} but the folder is {folder.name!r}; make them equal")
    return spec


def read_spec_file(file: Path, bases: dict[str, dict[str, Any]]) -> DomainSpec:
    """Read a domain file that lies anywhere, else as `read_spec`."""
    return _validated(file, _content(file, bases))


def _content(file: Path, bases: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """What the file says, on top of what it extends."""
    try:
        content: Any = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeError, yaml.YAMLError) as error:
        raise Misconfigured(f"cannot read {file}: {error}") from error
    if not isinstance(content, dict):
        raise Misconfigured(f"{file}: is no map of keys; begin with `name:` and the domain's name")
    base = content.pop("extends", None)
    if base is not None and base not in bases:
        raise Misconfigured(f"{file}: extends {base!r}, which is not a domain listed before it")
    return {**bases.get(base, {}), **content}


def _validated(file: Path, content: dict[str, Any]) -> DomainSpec:
    try:
        return DomainSpec.model_validate(content)
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
        raise Misconfigured(f"{file}: {wrong}") from error
